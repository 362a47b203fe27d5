"""The watchdog and the doctor, on data folders as nights leave them or as something broke them; no Prefect is needed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn
from zoneinfo import ZoneInfoNotFoundError

import pytest
from batches import Batch, Night
from running import YUSUAN

from flows.doctor import examine
from flows.lock import alone
from flows.runs import CHINA
from flows.watchdog import WATCHED, watch
from settings import Settings
from warehouse.store import Warehouse

pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr:DeprecationWarning")    # apprise asks for it, and does without


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings().at(data=tmp_path / "data")


def load(settings: Settings, *batches: Batch) -> None:
    settings.data.mkdir(exist_ok=True)
    with Warehouse.open(settings.warehouse_file) as warehouse:
        for batch in batches:
            Night(warehouse)(batch, as_of=(datetime.now(CHINA) - timedelta(hours=2)).date())    # a night begins at 02:00
        warehouse.publish(settings.published)


def test_nights_in_order_are_not_told(settings: Settings) -> None:
    load(settings, Batch().add("a"), Batch().pull("a", "unchanged"))
    assert watch(settings, 30).problems == ()
    assert not (settings.alert_folder / WATCHED).exists()


def test_a_night_that_did_not_start_is_told_until_one_does(settings: Settings) -> None:
    load(settings, Batch().add("a"))
    [problem] = watch(settings, 30, datetime.now(UTC) + timedelta(hours=31)).problems
    assert "No run is at work" in problem
    said = (settings.alert_folder / WATCHED).read_text(encoding="utf-8")
    assert re.search(r"自 20\d\d-\d\d-\d\d \d\d:\d\d 起没有完成过夜间核对（应当每 30 小时内完成一次）。现在没有核对在进行", said)
    assert not re.search("[A-Za-z]", said)    # who reads it knows no English and no commands
    assert watch(settings, 30).problems == ()
    assert not (settings.alert_folder / WATCHED).exists()


def test_no_night_ever(settings: Settings) -> None:
    [problem] = watch(settings, 30).problems
    assert "since" not in problem
    assert "published ever" in problem


def test_a_night_that_does_not_end(settings: Settings) -> None:
    load(settings, Batch().add("a"))
    with alone(settings.data):
        [problem] = watch(settings, 30, datetime.now(UTC) + timedelta(hours=31)).problems
    assert "has not ended" in problem


def test_a_night_that_reads_nothing_where_the_last_one_did(settings: Settings) -> None:
    load(settings, Batch().add("a"), Batch().pull("a", "failed", message="no route"))
    [problem] = watch(settings, 30).problems
    assert "got no document from any source" in problem


def test_what_a_channel_does_not_take_is_told_without_its_secret(settings: Settings) -> None:
    secret = settings.model_copy(update={"alerts": {"finance": ["nonsense://hunter2"]}})
    watched = watch(secret, 30)
    assert len(watched.undelivered) == 1
    assert "hunter2" not in watched.undelivered[0]
    assert (settings.alert_folder / WATCHED).exists()


def test_a_disk_that_takes_no_file_keeps_nobody_from_being_told(settings: Settings) -> None:
    settings.data.mkdir()
    settings.alert_folder.write_text("in the way", "utf-8")
    watched = watch(settings.model_copy(update={"alerts": {"finance": ["nonsense://hunter2"]}}), 30)
    assert len(watched.problems) == 1
    assert [one.partition(" ")[0] for one in watched.undelivered] == [str(settings.alert_folder / WATCHED), "nonsense://…"]


def test_a_copy_that_cannot_be_read_is_told(settings: Settings) -> None:
    settings.published.parent.mkdir(parents=True)
    settings.published.write_bytes(b"no warehouse")
    [problem] = watch(settings, 30).problems
    assert "cannot be read" in problem
    assert "已损坏" in (settings.alert_folder / WATCHED).read_text("utf-8")


def states(settings: Settings) -> dict[str, tuple[str, str]]:
    return {check.subject: (check.state, check.found) for check in examine(settings)}


def test_a_sound_installation_has_nothing_wrong(settings: Settings) -> None:
    assert {state for state, _ in states(settings).values()} <= {"ok", "note"}


def test_each_broken_thing_is_wrong_and_says_how_to_mend_it(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    load(settings, Batch().add("a"))
    settings.warehouse_file.rename(tmp_path / "elsewhere")
    broken = settings.model_copy(update={"catalogue": tmp_path / "none", "adjustments": tmp_path / "none.yaml", "alerts": {"finance": ["nonsense://hunter2"]}})
    wrong = {check.subject: check.remedy for check in examine(broken) if check.state == "wrong"}
    assert wrong.keys() == {"Catalogue", "Adjustments", "Warehouse", "Archive", "Channel"}
    assert all(wrong.values())
    assert "hunter2" not in "".join(capfd.readouterr())


def test_a_damaged_copy_and_a_clock_set_back_are_wrong(settings: Settings) -> None:
    settings.published.parent.mkdir(parents=True)
    settings.published.write_bytes(b"no warehouse")
    ahead = datetime.now(UTC).timestamp() + 86400
    os.utime(settings.published, (ahead, ahead))
    found = states(settings)
    assert found["Published copy"][0] == found["Clock"][0] == "wrong"


def _missing(*_: object) -> NoReturn:
    raise PackageNotFoundError


def _unknown(_: str) -> NoReturn:
    raise ZoneInfoNotFoundError


@pytest.mark.parametrize(("place", "instead", "subject", "state"), [
    ("version", _missing, "Libraries", "wrong"), ("version", lambda _: "0.0.1", "Libraries", "wrong"),
    ("shutil.disk_usage", lambda _: SimpleNamespace(free=4.9e9), "Disk", "wrong"), ("ZoneInfo", _unknown, "Time zone", "wrong"),
    ("find_spec", lambda _: None, "Font", "wrong"), ("asking.KERNEL", None, "PDF kernel", "note"),
    ("libreoffice.find_program", lambda: None, "LibreOffice", "note"), ("is_at_work", lambda _: True, "Data folder", "note"),
])
def test_what_this_machine_lacks_is_told_with_its_remedy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, place: str, instead: object, subject: str, state: str,
) -> None:
    if place == "version":    # Python's own stays
        monkeypatch.setattr("flows.doctor.requires", lambda _: ["pandas>=3.1", "distributed>=2026; extra == 'dask'"])
    monkeypatch.setattr(f"flows.doctor.{place}", instead)
    told = [(check.state, bool(check.remedy)) for check in examine(settings) if check.subject == subject]
    assert told == [(state, True)]


def test_a_warehouse_that_the_night_could_not_open_is_wrong(settings: Settings) -> None:
    """Damaged, with or without a published copy, or made by a newer program; while somebody has it open, it cannot be told."""
    load(settings, Batch().add("a"))
    assert states(settings)["Warehouse"] == ("ok", str(settings.warehouse_file))
    with Warehouse.open(settings.warehouse_file) as warehouse:
        warehouse.connection.execute("UPDATE warehouse_declaration SET declaration_no = 999")
    state, found = states(settings)["Warehouse"]
    assert (state, "newer version" in found) == ("wrong", True)
    settings.warehouse_file.write_bytes(os.urandom(40_000))
    state, found = states(settings)["Warehouse"]
    assert (state, "is damaged" in found, "published anew" in found) == ("wrong", True, False)
    settings.published.unlink()
    assert states(settings)["Warehouse"][0] == "wrong"


def test_a_prefect_server_that_does_not_answer_is_wrong(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert "Prefect server" not in states(settings)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert states(settings)["Prefect server"][0] == "wrong"


def test_a_data_folder_that_is_a_file_is_wrong(settings: Settings) -> None:
    settings.data.write_text("")
    assert states(settings)["Data folder"][0] == "wrong"


def test_status_for_programs_and_the_watchdog_as_commands(settings: Settings) -> None:
    load(settings, Batch().add("a"))
    status = subprocess.run([YUSUAN, "status", "--json", "--data", settings.data], check=True, capture_output=True, text=True)
    [run] = json.loads(status.stdout)["last_runs"]
    assert (run["status"], run["new"]) == ("succeeded", 1)
    assert subprocess.run([YUSUAN, "watchdog", "--data", settings.data], check=False, capture_output=True).returncode == 0
    late = subprocess.run([YUSUAN, "watchdog", "--hours", "0", "--data", settings.data], check=False, capture_output=True, text=True)
    assert (late.returncode, "No night has been published" in late.stderr) == (1, True)


def test_the_version_is_told() -> None:
    assert subprocess.run([YUSUAN, "--version"], check=True, capture_output=True, text=True).stdout == f"yusuan {version('yusuan')}\n"
