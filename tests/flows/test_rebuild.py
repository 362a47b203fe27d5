"""The warehouse made again from the archive alone is the same, row for row, however often it was interrupted."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest
from running import MadeOnce

from flows import rebuilding
from flows.lock import HalfRestored, alone
from flows.progress import Stages
from flows.rebuilding import NothingRecorded, rebuild
from flows.runs import conclude_run, recorded_run
from flows.upkeep import check
from flows.weekly import weekly
from fuzz.thirty_nights import Crash, Nights, all_rows
from issues.decisions import Acknowledged, Released, append
from settings import Settings
from sources.archive import RUNS, Archive
from sources.records import Record, records
from warehouse.store import Warehouse
from warehouse.tables import VIEWS

CATALOGUE = """\
region: {{adcode: 990100, name: 云山市}}
audiences: [{{id: finance, name: 财政局}}]
departments:
  - id: audit
    name: 云山市审计局
    audience: finance
    sources: [{{address: ../published/audit, fiscal_year: 2024, stage: budget}}]
  - id: transport
    name: {transport}
    audience: finance
    expected: [{{fiscal_year: 2024, stage: budget, by: 2024-02-15}}]
    sources: [{{address: ../published/transport, fiscal_year: 2024, stage: budget}}]
"""
EXEMPTION = "exemptions:\n  missing-goal:\n    - {department: audit, reason: 涉密项目, until: 2026-12-31}\n"
KILLED = """
import os, signal, sys
from flows.rebuilding import rebuild
from settings import Settings
from warehouse.store import Warehouse

record, left = Warehouse.record, int(sys.argv[2])

def killed(*arguments):
    global left
    record(*arguments)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    Warehouse.record = killed
    rebuild(Settings().at(data=sys.argv[1]))
"""
Rows = dict[str, list[tuple[object, ...]]]


def table(name: str, *, body: str = "云山市审计局", amount: str = "20.00", unit: str = "单位：万元", goal: str = "保障运行") -> bytes:
    return (
        f"2024年项目支出绩效目标表\n部门名称：{body}\n{unit}\n项目名称\t总计\t财政拨款\t其他资金\t绩效目标\t绩效指标\n"
        f"{name}\t30.00\t{amount}\t10.00\t{goal}\t产出指标：数量，年度指标值：≥1项。\n"
    ).encode()


def packed(**documents: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in documents.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.txt", (2024, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


def shown(published: Path) -> Rows:
    """All rows of all views: what `yusuan export` gives."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in VIEWS}


def rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
        return connection.execute(statement).fetchall()


class Town(Nights):
    """Two departments that publish in folders."""

    def __init__(self, place: Path) -> None:
        settings = Settings(catalogue=place / "catalogue", adjustments=place / "adjustments.yaml", data=place / "data", processes=1)
        super().__init__(cast(Any, None), settings, datetime(2026, 3, 1, 18, tzinfo=UTC))
        self.place = place

    def publish(self, path: str, content: bytes) -> None:
        file = self.place / "published" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def decide(self, *, transport: str, adjustments: str = "exemptions: {}\n") -> None:
        (self.place / "catalogue").mkdir(exist_ok=True)
        (self.place / "catalogue" / "yunshan.yaml").write_text(CATALOGUE.format(transport=transport), encoding="utf-8")
        self.settings.adjustments.write_text(adjustments, encoding="utf-8")

    def night(self, *, crashes: bool = False) -> Any:
        done = super().night(crashes=crashes)
        self.now += timedelta(days=1)
        return done

    def release(self) -> None:
        """Somebody finds the row in quarantine right as it was read."""
        [(sha256, subject, label, text)] = rows(self.settings, """
            SELECT sha256, subject, label, rejected.published_text
            FROM quarantine AS rejected JOIN dim_document USING (document_key) WHERE subject = 'project'
        """)
        append(self.settings.inbox, Released(
            sha256=sha256, subject=subject, label=label, published_text=text, person="王某", event_note="万元", at=self.now))


def breaks(settings: Settings, error: BaseException, now: datetime | None = None) -> None:
    """A run that breaks in the transaction that loads."""
    with Warehouse.open(settings.warehouse_file) as warehouse, recorded_run(warehouse, settings, Stages(), now) as run, warehouse.transaction():
        warehouse.record(run, "loaded", {"catalogue": None, "pulled": [], "again": [], "reader": None})
        raise error


@pytest.fixture(scope="module")
def made(made_once: MadeOnce) -> Town:
    """Nights with a new version, a changed ZIP, a row let out of quarantine, a renamed department, a document that is taken down, a
    decision, a run that failed and one that crashed before it told anything, a check and a week's summary; for reading only.
    """
    return Town(made_once("town", lambda folder: play(Town(folder))))


def play(town: Town) -> None:
    town.decide(transport="云山市交通局")
    town.publish("audit/fine.txt", table("街道照明", goal=""))
    town.publish("audit/quarantined.txt", table("道路养护", unit=""))
    town.publish("audit/gone.txt", table("档案整理", amount="19.00"))
    town.publish("transport/budget.zip", packed(a=table("公交补贴", body="云山市交通局"), b=table("桥梁检测", body="云山市交通局")))
    town.night()
    town.release()
    town.decide(transport="云山市交通运输局", adjustments=EXEMPTION)
    town.publish("audit/fine.txt", table("街道照明", amount="18.00", goal=""))
    town.publish("transport/budget.zip", packed(a=table("公交补贴", body="云山市交通局", amount="12.00"), c=table("航道疏浚", body="云山市交通局")))
    (town.place / "published" / "audit" / "gone.txt").unlink()
    with pytest.raises(Crash):
        town.night(crashes=True)
    town.now += timedelta(days=1)
    [(fingerprint, *_)] = rows(town.settings, "SELECT fingerprint FROM quality_issue WHERE state <> 'resolved' ORDER BY 1 LIMIT 1")
    append(town.settings.inbox, Acknowledged(person="王某", fingerprint=fingerprint, at=town.now))
    with pytest.raises(RuntimeError):
        breaks(town.settings, RuntimeError("what broke it"), town.now)
    town.night()
    check(town.settings)
    assert weekly(town.settings)
    assert weekly(town.settings) == []


@pytest.fixture
def settings(made: Town, tmp_path: Path) -> Settings:
    """A copy of the data."""
    shutil.copytree(made.settings.data, tmp_path / "data")
    return made.settings.at(data=tmp_path / "data")


def yusuan(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "yusuan"), "rebuild", "--data", str(settings.data), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)


def test_the_nights_have_what_is_to_come_back(made: Town) -> None:
    settings = made.settings
    assert rows(settings, "SELECT max(version_no), count(*) FILTER (format = 'zip') FROM dim_document") == [(2, 2)]
    assert rows(settings, "SELECT department_name, valid_to IS NULL FROM dim_department WHERE department_id = 'transport' ORDER BY version_no") == [
        ("云山市交通局", False), ("云山市交通运输局", True)]
    assert rows(settings, "SELECT standing FROM document_standing WHERE document_id LIKE '%gone.txt'") == [("withdrawn",)]
    assert rows(settings, "SELECT count(*) FROM quarantine_release") == [(1,)]
    assert rows(settings, "SELECT count(*) FROM fact_project WHERE project_name = '道路养护'") == [(1,)]
    assert rows(settings, "SELECT count(*) FROM issue_event WHERE person IS NOT NULL") == [(1,)]
    assert rows(settings, "SELECT status, count(*) FROM load_run GROUP BY 1 ORDER BY 1") == [("failed", 1), ("succeeded", 4)]
    assert rows(settings, "SELECT count(*) > 2 FROM alert_outbox WHERE sent_at IS NOT NULL") == [(True,)]
    assert {event for (event,) in rows(settings, "SELECT DISTINCT event FROM issue_event")} >= {"opened", "exempted", "acknowledged"}


def test_a_rebuild_that_was_killed_and_interrupted_gives_the_same_rows(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    tables, views = all_rows(settings.warehouse_file), shown(settings.published)
    before = settings.warehouse_file.read_bytes()
    for steps in (2, 5):    # in the first transaction that loads, and further on
        child = subprocess.run([sys.executable, "-c", KILLED, settings.data, str(steps)], check=False, timeout=300, stderr=subprocess.DEVNULL)
        assert child.returncode == -signal.SIGKILL
    assert settings.warehouse_file.read_bytes() == before    # nothing of it was touched
    held = rows(settings.at(data=settings.data / "rebuilding"), "SELECT sum(record_step_count) FROM run_record")
    assert held == [(5,)]    # one of the first attempt, and of the second one all but the last

    sync, left = rebuilding.sync_folder, [0]

    def interrupted(folder: Path) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        sync(folder)

    monkeypatch.setattr(rebuilding, "sync_folder", interrupted)
    for number in (1, 2):    # with the new warehouse in its place, and with the new copy in its place
        left[0] = number
        with pytest.raises(KeyboardInterrupt):
            rebuild(settings)
        with pytest.raises(HalfRestored, match="yusuan rebuild"), alone(settings.data):
            pass
    done = rebuild(settings)
    assert (done.runs, done.lost, done.place) == (5, (), settings.warehouse_file)
    assert done.moved is not None
    assert (done.moved / settings.warehouse_file.name).read_bytes() == before
    assert all_rows(settings.warehouse_file) == tables
    assert shown(settings.published) == views
    assert sorted(path.name for path in settings.data.glob("reb*")) == []
    assert capsys.readouterr().err.count("Rebuild …") == 1    # the end is made good without beginning anew


def test_a_night_of_the_command_comes_back_too(few_night: Path, tmp_path: Path) -> None:
    settings = Settings().at(data=shutil.copytree(few_night, tmp_path / "data"))
    tables = all_rows(settings.warehouse_file)
    settings.warehouse_file.unlink()
    assert rebuild(settings).lost == ()
    assert {name for name, found in all_rows(settings.warehouse_file).items() if found != tables[name]} == set()


def test_an_original_that_is_lost_is_named_and_the_rest_is_rebuilt(made: Town, settings: Settings) -> None:
    before = settings.warehouse_file.read_bytes()
    [(sha256, address)] = rows(settings, "SELECT sha256, document_id FROM dim_document WHERE document_id LIKE '%fine.txt' AND is_current")
    Archive(settings.archive_folder).path(sha256).write_bytes(b"rotten")
    first = records(settings.archive_folder)[0][0]
    first.keep(2, "loaded", {**first.steps()[1].read(), "reader": "of an earlier program"})    # and that run was then killed
    done = yusuan(settings)
    assert done.returncode == 1
    assert f"{address}: its original {sha256} is missing or damaged" in done.stderr
    assert "the old warehouse stays in its place" in done.stderr
    assert settings.warehouse_file.read_bytes() == before
    forced = rebuild(settings, force=True)
    assert (forced.runs, forced.documents, forced.place) == (5, 9, settings.warehouse_file)
    assert sha256 in "".join(forced.lost)
    [moved] = settings.data.glob("before-rebuild-*")
    assert (moved / settings.warehouse_file.name).read_bytes() == before
    assert rows(settings, "SELECT count(*) FROM dim_document WHERE outcome = 'failed'") == [(0,)]    # nobody is accused of it
    assert rows(settings, "SELECT version_no FROM dim_document WHERE format = 'zip' AND reader_fingerprint = 'of an earlier program'") == [(1,)]
    town = Town(made.place)
    town.settings, town.now = settings, datetime(2026, 3, 20, 18, tzinfo=UTC)
    town.night()
    assert Archive(settings.archive_folder).holds(sha256, is_read=True)    # it is still published
    assert rows(settings, f"SELECT outcome, is_current FROM dim_document WHERE sha256 = '{sha256}'") == [("read", True)]


def a_run(settings: Settings, act: Callable[[Warehouse], object] = lambda _: None) -> None:
    with Warehouse.open(settings.warehouse_file) as warehouse:
        act(warehouse)
        with recorded_run(warehouse, settings, Stages()) as run, warehouse.transaction():
            conclude_run(warehouse, run, settings)


def test_runs_without_a_record_are_named(tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path)
    with pytest.raises(NothingRecorded, match="no record of a run"):
        rebuild(settings)
    a_run(settings, lambda warehouse: warehouse.finish_run(warehouse.start_run("0", date(2026, 1, 10))))    # of a version that kept none
    done = rebuild(settings)
    assert not done.is_in_place
    [lost] = done.lost
    assert lost.startswith(f"1 runs of {settings.warehouse_file} have no record")
    settings.warehouse_file.unlink()    # and where nothing is there, nothing can be said of it
    assert rebuild(settings).place == settings.warehouse_file
    assert rows(settings, "SELECT status FROM load_run") == [("succeeded",)]


def test_a_step_that_cannot_be_read_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path)
    for _ in range(2):
        a_run(settings)
    first, second = records(settings.archive_folder)[0]
    first.keep(3, "timed", {"steps": []})
    first.steps()[1].path.unlink()
    second.steps()[1].path.write_bytes(b"torn")
    second.keep(3, "sung", {"by": "a newer program"})
    settings.warehouse_file.unlink()
    lost = rebuild(settings).lost
    assert [name for name in ("2-….json.gz", "2-concluded.json.gz", "3-sung.json.gz") if any(name in what for what in lost)] == [
        "2-….json.gz", "2-concluded.json.gz", "3-sung.json.gz"]
    assert len(lost) == 3
    assert rows(settings, "SELECT status FROM load_run ORDER BY started_at") == [("interrupted",), ("running",)]


def test_what_a_killed_run_undid_is_removed_from_its_record_by_a_rebuild(tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        breaks(settings, KeyboardInterrupt())
    old = settings.warehouse_file.rename(tmp_path / "old")
    rebuild(settings)    # nobody says that it was undone: its originals are there, it is taken
    assert rows(settings, "SELECT record_step_count FROM run_record") == [(2,)]
    old.rename(settings.warehouse_file)
    rebuild(settings)
    assert rows(settings, "SELECT record_step_count FROM run_record") == [(1,)]


def test_what_a_killed_run_undid_is_removed_from_its_record_by_the_next(tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        breaks(settings, KeyboardInterrupt())    # as far as the warehouse knows, it still runs
    record = Record(next((settings.archive_folder / RUNS).iterdir()))
    assert [step.kind for step in record.steps()] == ["begun", "loaded"]
    a_run(settings)
    assert [step.kind for step in record.steps()] == ["begun"]
