"""What `deploy/` has: units that systemd takes, and a compose file that starts what the program itself would."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import prefect.settings
import pytest
import yaml
from running import PROJECT
from typer.main import get_command

import cli
from flows.up import SET_UP
from settings import unknown_settings
from warehouse.lake import catalogue_of

SYSTEMD = PROJECT / "deploy" / "systemd"
SERVICES = ("yusuan", "yusuan-nightly", "yusuan-watchdog", "yusuan-weekly", "yusuan-maintenance")
CRON_DAYS = {"*": "", "0": "Sun ", "1": "Mon "}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a machine on which the units are put where docs/operations.md says."""
    if not shutil.which("systemd-analyze") or not (targets := sorted(Path("/usr/lib/systemd/system").glob("*.target"))):
        pytest.skip("systemd is not to be had here")
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for file in (*targets, *SYSTEMD.glob("*.service"), *SYSTEMD.glob("*.timer")):
        shutil.copy(file, units)
    for service in SERVICES:
        (units / f"{service}.service.d").mkdir()
        shutil.copy(SYSTEMD / "hardening.conf", units / f"{service}.service.d")
    program = tmp_path / "opt/yusuan/.venv/bin/yusuan"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    (tmp_path / "opt/yusuan/docs").mkdir()
    shutil.copy(PROJECT / "docs" / "operations.md", tmp_path / "opt/yusuan/docs")
    return tmp_path


def analyze(machine: Path, *arguments: str) -> str:
    command = ["systemd-analyze", f"--root={machine}", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_systemd_takes_the_units(machine: Path) -> None:
    units = [*(f"{service}.service" for service in SERVICES), *(file.name for file in SYSTEMD.glob("*.timer"))]
    assert "yusuan" not in analyze(machine, "verify", *units)    # what it says of other units is the machine's


@pytest.mark.parametrize("service", SERVICES)
def test_a_unit_may_do_little(machine: Path, service: str) -> None:
    said = analyze(machine, "security", "--offline=yes", "--no-pager", f"{service}.service")
    [level] = re.findall(r"exposure level for .*: ([\d.]+)", said)
    assert float(level) <= 2.0    # of 10; an ordinary service has 9.6


def test_timers_and_deployments_run_at_the_same_times() -> None:
    deployments = {one["name"]: one for one in yaml.safe_load((PROJECT / "prefect.yaml").read_text("utf-8"))["deployments"]}
    timers = sorted(SYSTEMD.glob("*.timer"))
    assert {timer.stem for timer in timers} == set(SERVICES) - {"yusuan"} == {f"yusuan-{name}" for name, one in deployments.items() if one["schedules"]}
    for timer in timers:
        [schedule] = deployments[timer.stem.removeprefix("yusuan-")]["schedules"]
        minute, hour, *days, weekday = schedule["cron"].split()
        assert days == ["*", "*"]
        when = f"OnCalendar={CRON_DAYS[weekday]}*-*-* {int(hour):02}:{int(minute):02}:00 {schedule['timezone']}\n"
        assert when in timer.read_text("utf-8")


def test_the_compose_file_tells_the_server_what_the_program_tells_it() -> None:
    services = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    *shell, script = services["deployments"]["command"]
    assert shell == ["sh", "-ec"]
    assert script.splitlines() == [f"python -m {' '.join(command)}" for command in SET_UP]
    of_server, of_worker = services["server"]["environment"], services["worker"]["environment"]
    assert of_server["PREFECT_SERVER_API_AUTH_STRING"].split(":")[0] == of_worker["PREFECT_API_AUTH_STRING"].split(":")[0]
    assert [port for one in services.values() for port in one.get("ports", [])] == ["127.0.0.1:4200:4200", "127.0.0.1:8000:8000"]
    assert all(one["cap_drop"] == ["ALL"] for name, one in services.items() if name != "database")


COMPOSED = [
    pytest.param(service, id=f"{file.stem}-{name}")
    for file in (PROJECT / "deploy" / "compose.yaml", PROJECT / "deploy" / "lake.yaml")
    for name, service in yaml.safe_load(file.read_text("utf-8"))["services"].items()
]


@pytest.mark.parametrize("service", COMPOSED)
def test_a_container_is_told_only_what_its_programs_know(service: dict[str, Any]) -> None:
    environment = service.get("environment", {})
    assert unknown_settings(environment) == []
    assert [name for name in environment if name.startswith("PREFECT_") and not hasattr(prefect.settings, name)] == []
    # Compose takes the first brace for the end: `${NAME:-{}}` adds one to what NAME has.
    assert [value for value in environment.values() if re.search(r"\$\{\w+:-[^}]*[{]", str(value))] == []
    command = service.get("command", [""])
    if command[0] == "yusuan":
        below = get_command(cli.app).commands[command[1]]    # type: ignore[attr-defined]
        below.make_context(command[1], command[2:])


def test_the_services_of_a_lake_are_told_what_the_program_understands() -> None:
    services = yaml.safe_load((PROJECT / "deploy" / "lake.yaml").read_text("utf-8"))["services"]
    worker = services["worker"]["environment"]
    assert unknown_settings(worker) == []
    assert catalogue_of(worker["YUSUAN_WAREHOUSE"]).place == "ducklake:postgres:dbname=yusuan host=catalogue user=yusuan"
    assert worker["YUSUAN_ARCHIVE"] == services["page"]["environment"]["YUSUAN_ARCHIVE"]
    assert services.keys() - {"catalogue"} <= yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text("utf-8"))["services"].keys()
