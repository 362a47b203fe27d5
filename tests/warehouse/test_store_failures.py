"""Failures of the file: a clear paragraph, the warehouse as before, the published copy untouched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from batches import CATALOGUE, EXPERTS, MEETINGS, SEED, Batch, contents, rows

from warehouse import query
from warehouse.errors import WarehouseCorrupt, WarehouseLocked, WarehouseOutdated, WarehouseUnwritable
from warehouse.store import Warehouse

HERE = Path(__file__).parent
PREAMBLE = """
import os, resource, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from batches import CATALOGUE, EXPERTS, MEETINGS, Batch, Project
from warehouse.store import Warehouse
warehouse = Warehouse.open(Path(sys.argv[2]))
run = warehouse.start_run("2", date(2026, 1, 11))
"""
HOLD = PREAMBLE + """
print(os.getpid(), flush=True)
sys.stdin.read()
"""
HALF_LOADED = PREAMBLE + """
batch = Batch().add("b.txt", [EXPERTS, MEETINGS])
with warehouse.transaction():
    warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)
    print(os.getpid(), flush=True)
    sys.stdin.read()
"""
# A limit on the size of files is met by every file system, with or without the rights to fill a disk.
FULL = PREAMBLE + """
from warehouse.errors import WarehouseFull
room = 200_000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
batch = Batch().add("b.txt", [Project(f"人大会议经费{number}", "1.00", "保障" * 1000) for number in range(200)])
try:
    ACT
except WarehouseFull as error:
    print(error)
"""
LOAD = """with warehouse.transaction():
        warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)"""


@pytest.fixture
def loaded(path: Path) -> dict[str, tuple[int, str]]:
    """A warehouse with one document and its published copy, closed; its contents."""
    with Warehouse.open(path) as warehouse:
        run = warehouse.start_run("1", date(2026, 1, 10))
        batch = Batch().add(SEED, [EXPERTS])
        with warehouse.transaction():
            warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)
            warehouse.check(run, ())
            warehouse.finish_run(run)
        warehouse.publish(path.with_name("published.duckdb"))
        return contents(warehouse.connection)


@contextmanager
def other_process(code: str, path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that runs `code` until its input ends; with its PID, once it is where it should be."""
    command = [sys.executable, "-c", code, str(HERE), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


def run_to_its_end(code: str, path: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, str(HERE), str(path)], capture_output=True, text=True, check=True, timeout=120
    ).stdout


def without_runs(found: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    return {name: content for name, content in found.items() if name != "load_run"}


def published_total(path: Path) -> Any:
    with query.connect(path.with_name("published.duckdb")) as connection:
        return query.rows(connection, "SELECT sum(amount_yuan)::VARCHAR FROM project").rows[0][0]


def test_a_locked_warehouse_names_the_process(path: Path) -> None:
    with other_process(HOLD, path) as (_process, pid), pytest.raises(WarehouseLocked, match=f"process {pid}"):
        Warehouse.open(path)


def test_garbage_is_called_damaged_and_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(os.urandom(40_000))
    before = path.read_bytes()
    with pytest.raises(WarehouseCorrupt, match=r"published copy is untouched.*last backup"):
        Warehouse.open(path)
    assert path.read_bytes() == before


def test_a_truncated_file_is_called_damaged(path: Path, loaded: Any) -> None:
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(WarehouseCorrupt):
        Warehouse.open(path)
    assert published_total(path) == "40000.00"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseUnwritable, match=r"file/warehouse\.duckdb cannot be opened for writing"):
        Warehouse.open(tmp_path / "file" / "warehouse.duckdb")


def test_a_run_killed_while_loading_leaves_the_warehouse_as_before(path: Path, loaded: dict[str, tuple[int, str]]) -> None:
    with other_process(HALF_LOADED, path) as (process, pid):
        os.kill(pid, signal.SIGKILL)
        process.wait()
    with Warehouse.open(path) as warehouse:
        assert without_runs(contents(warehouse.connection)) == without_runs(loaded)
        warehouse.start_run("3", date(2026, 1, 12))
        assert rows(warehouse.connection, "SELECT code_version, status FROM load_run ORDER BY 1") == [
            ("1", "succeeded"), ("2", "interrupted"), ("3", "running"),
        ]


def test_a_full_disk_while_loading_leaves_the_warehouse_as_before(path: Path, loaded: dict[str, tuple[int, str]]) -> None:
    message = run_to_its_end(FULL.replace("ACT", LOAD), path)
    assert "There is no room left" in message
    assert "published copy is untouched" in message
    with Warehouse.open(path) as warehouse:
        assert without_runs(contents(warehouse.connection)) == without_runs(loaded)
    assert published_total(path) == "40000.00"


def test_a_full_disk_while_publishing_leaves_the_old_copy(path: Path, loaded: Any) -> None:
    published = path.with_name("published.duckdb")
    code = FULL.replace("ACT", f"warehouse.publish(Path({str(published)!r}))")
    assert "There is no room left" in run_to_its_end(code, path)
    assert published_total(path) == "40000.00"
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


def test_an_error_inside_a_transaction_takes_everything_back(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    before = contents(warehouse.connection)
    batch = Batch().add("b.txt", [MEETINGS])

    def break_off() -> None:
        with warehouse.transaction():
            warehouse.load(night.run, {}, batch.pulled, batch.frames)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert contents(warehouse.connection) == before


def test_an_older_file_gets_the_tables_and_columns_that_it_lacks(path: Path, loaded: Any) -> None:
    with duckdb.connect(path) as older:
        older.execute("DROP VIEW 项目支出; DROP VIEW indicator; DROP VIEW 绩效指标; DROP TABLE alert_outbox")
        older.execute("ALTER TABLE fact_project DROP COLUMN carryover_mark")
    with Warehouse.open(path) as warehouse:
        assert rows(warehouse.connection, "SELECT project_name, carryover_mark FROM fact_project") == [("专家咨询、聘任活动费用", None)]
        assert rows(warehouse.connection, "SELECT count(*) FROM alert_outbox, 项目支出") == [(0,)]


def test_a_column_of_another_type_is_an_error_that_changes_nothing(path: Path, loaded: Any) -> None:
    with duckdb.connect(path) as older:
        older.execute("ALTER TABLE fact_project ALTER amount_yuan TYPE DOUBLE")
    with pytest.raises(WarehouseOutdated, match=r"fact_project\.amount_yuan as DOUBLE, this version of Yusuan needs DECIMAL\(18,2\)"):
        Warehouse.open(path)
