"""Publishing: a copy that appears whole or not at all, and leaves who is reading in peace."""

from __future__ import annotations

import hashlib
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, contents, contents_of, rows

from warehouse import query
from warehouse.errors import WarehouseUnwritable
from warehouse.publishing import described, description_of, earlier_copies, remove_earlier
from warehouse.store import Warehouse
from warehouse.tables import SEARCH, TABLES, VIEWS

LATER = "2026-01-11 18:00:00+00:00"
# Another process: within one, DuckDB shares an open file by its name.
READER = """
import sys
from pathlib import Path
from warehouse import query
with query.connect(Path(sys.argv[1])) as connection:
    for _ in sys.stdin:
        print(*query.rows(connection, "SELECT sum(amount_yuan) FROM project").rows[0], flush=True)
"""
# Someone who opens the published copy as DuckDB does by default, changes an amount, at every line that it is sent.
WRITER = """
import os, signal, sys
import duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
for _ in sys.stdin:
    connection.execute("UPDATE fact_project SET amount_yuan = amount_yuan * 10")
    print(connection.execute("SELECT sum(amount_yuan) FROM fact_project").fetchone()[0], flush=True)
"""


@pytest.fixture
def writer(warehouse: Warehouse, night: Any, target: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the published copy, of 40,000 yuan, open for writing."""
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.publish(target)
    target.chmod(0o644)    # as whoever owns it can
    command = [sys.executable, "-c", WRITER, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"    # or it would open the copy that is published next
        yield process
        process.kill()


def change(writer: subprocess.Popen[str]) -> str:
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("\n")
    return writer.stdout.readline().strip()


def published_sum(target: Path) -> Any:
    return query_elsewhere(target).stdout.strip()


def query_elsewhere(target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", READER, str(target)], input="\n", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("ends", ["killed", "stays open"])
def test_what_someone_wrote_into_the_old_copy_does_not_reach_the_new_one(
    warehouse: Warehouse, writer: subprocess.Popen[str], target: Path, ends: str
) -> None:
    assert change(writer) == "400000.00"
    assert target.with_name(f"{target.name}.wal").exists()
    if ends == "killed":
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    warehouse.publish(target)
    assert published_sum(target) == "40000.00"
    assert sorted(target.parent.iterdir()) == [target, description_of(target)]


def test_what_someone_writes_into_an_old_copy_later_is_refused_and_never_replayed(
    warehouse: Warehouse, writer: subprocess.Popen[str], target: Path
) -> None:
    warehouse.publish(target)
    assert change(writer) == "400000.00"
    assert "does not match" in query_elsewhere(target).stderr
    warehouse.publish(target)
    assert published_sum(target) == "40000.00"


def test_the_copy_is_for_reading_only(warehouse: Warehouse, target: Path) -> None:
    warehouse.publish(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o444
    warehouse.publish(target)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "published" / "yusuan.duckdb"


def test_the_copy_holds_what_the_warehouse_holds(warehouse: Warehouse, night: Any, target: Path) -> None:
    night(Batch().add(SEED, [EXPERTS, MEETINGS]))
    warehouse.publish(target)
    whole = contents(warehouse.connection)
    with query.connect(target) as copy:
        stored = {view.name for view in VIEWS.values() if view.stored_by}
        kept = contents(copy.connection)
        assert {name: kept.pop(name) for name in stored} == {name: contents_of(warehouse.connection, name) for name in stored}
        searched = {table.name for table in SEARCH}
        assert kept.keys() - searched == {name for name, table in TABLES.items() if table.is_published}
        assert all(kept[name] == whole[name] for name in kept.keys() - searched)
        assert searched <= kept.keys()
        assert query.rows(copy, "SELECT 项目金额合计 FROM 部门预算 WHERE 文件数 > 0").rows == [(Decimal("370000.00"),)]
        assert {name for (name,) in rows(copy.connection, "SELECT view_name FROM duckdb_views() WHERE NOT internal")} == set(VIEWS) - stored


def test_comments_are_published_too(warehouse: Warehouse, target: Path) -> None:
    warehouse.publish(target)
    with query.connect(target) as copy:
        found = query.rows(copy, "SELECT comment FROM duckdb_columns() WHERE table_name = 'project' AND column_name = 'amount_yuan'")
        assert found.rows == [("金额，按公布值换算为元 / Amount as published, in yuan [yuan]",)]


def test_the_outbox_is_not_published(warehouse: Warehouse, target: Path) -> None:
    warehouse.publish(target)
    with query.connect(target) as copy, pytest.raises(query.BadQuery, match="alert_outbox does not exist"):
        query.rows(copy, "FROM alert_outbox")


def test_an_open_reader_keeps_the_old_copy_and_a_new_one_sees_the_new(warehouse: Warehouse, night: Any, target: Path) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.publish(target)
    command = [sys.executable, "-c", READER, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("\n")
        assert reader.stdout.readline() == "40000.00\n"
        night(Batch(pulled_at=LATER).add(SEED, [MEETINGS]))
        warehouse.publish(target)
        assert subprocess.run(command, input="\n", capture_output=True, text=True, check=True).stdout == "330000.00\n"
        reader.stdin.write("\n")
        assert reader.stdout.readline() == "40000.00\n"
        reader.stdin.close()


def test_nothing_but_the_copy_is_left_in_its_folder(warehouse: Warehouse, target: Path) -> None:
    target.parent.mkdir()
    (target.parent / f".{target.name}.of-a-killed-run").write_bytes(b"half a copy")
    warehouse.publish(target)
    assert sorted(target.parent.iterdir()) == [target, description_of(target)]


def test_a_copy_that_cannot_be_written_leaves_the_warehouse_usable(warehouse: Warehouse, night: Any, tmp_path: Path) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseUnwritable, match="choose another data folder"):
        warehouse.publish(tmp_path / "file" / "yusuan.duckdb")
    warehouse.publish(tmp_path / "published.duckdb")
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(1,)]


def test_the_last_copies_are_kept_and_none_that_somebody_reads_is_removed(warehouse: Warehouse, night: Any, target: Path) -> None:
    runs = []
    for number in range(2):
        night(Batch().add(f"{number}.txt", [EXPERTS]))
        warehouse.publish(target, keep=2)
        runs.append(described(target).run_id)    # type: ignore[union-attr]
    (first,) = earlier_copies(target)
    assert first.name == f"{target.stem}-{runs[0]}.duckdb"
    assert hashlib.sha256(first.read_bytes()).hexdigest() == described(first).sha256    # type: ignore[union-attr]
    command = [sys.executable, "-c", READER, str(first)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("\n")
        assert reader.stdout.readline().strip() == "40000.00"
        night(Batch().add("2.txt", [EXPERTS]))
        warehouse.publish(target, keep=2)
        assert [copy.name for copy in earlier_copies(target)] == [f"{target.stem}-{runs[1]}.duckdb", first.name]
        assert remove_earlier(target, 2) == []
    assert remove_earlier(target, 2) == [first]
    assert not description_of(first).exists()
    assert stat.S_IMODE(earlier_copies(target)[0].stat().st_mode) == 0o444
    (own := target.with_name(f"{target.stem}-of-mine.duckdb")).touch()
    warehouse.publish(target)
    assert earlier_copies(target) == []
    assert own.exists()
