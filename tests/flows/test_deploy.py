"""What `deploy/` has: units that systemd takes, and a compose file that starts what the program itself would."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from running import PROJECT

from flows.up import SET_UP

SYSTEMD = PROJECT / "deploy" / "systemd"
SERVICES = ("yusuan", "yusuan-nightly", "yusuan-watchdog")


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
    units = [f"{service}.service" for service in SERVICES] + ["yusuan-nightly.timer", "yusuan-watchdog.timer"]
    assert "yusuan" not in analyze(machine, "verify", *units)    # what it says of other units is the machine's


@pytest.mark.parametrize("service", SERVICES)
def test_a_unit_may_do_little(machine: Path, service: str) -> None:
    said = analyze(machine, "security", "--offline=yes", "--no-pager", f"{service}.service")
    [level] = re.findall(r"exposure level for .*: ([\d.]+)", said)
    assert float(level) <= 2.0    # of 10; an ordinary service has 9.6


def test_timers_and_deployments_run_at_the_same_times() -> None:
    deployments = {one["name"]: one for one in yaml.safe_load((PROJECT / "prefect.yaml").read_text("utf-8"))["deployments"]}
    for name in ("nightly", "watchdog"):
        [schedule] = deployments[name]["schedules"]
        minute, hour, *days = schedule["cron"].split()
        assert days == ["*", "*", "*"]
        timer = (SYSTEMD / f"yusuan-{name}.timer").read_text("utf-8")
        assert f"OnCalendar=*-*-* {int(hour):02}:{int(minute):02}:00 {schedule['timezone']}\n" in timer


def test_the_compose_file_tells_the_server_what_the_program_tells_it() -> None:
    services = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    *shell, script = services["deployments"]["command"]
    assert shell == ["sh", "-ec"]
    assert script.splitlines() == [f"python -m {' '.join(command)}" for command in SET_UP]
    of_server, of_worker = services["server"]["environment"], services["worker"]["environment"]
    assert of_server["PREFECT_SERVER_API_AUTH_STRING"].split(":")[0] == of_worker["PREFECT_API_AUTH_STRING"].split(":")[0]
    assert [port for one in services.values() for port in one.get("ports", [])] == ["127.0.0.1:4200:4200", "127.0.0.1:8000:8000"]
    assert all(one["cap_drop"] == ["ALL"] for name, one in services.items() if name != "database")
