"""What the writer knows of earlier nights, and how runs follow each other."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, rows

from warehouse.errors import WarehouseCorrupt, WarehouseFailed, WarehouseFull, WarehouseUnwritable, told_plainly
from warehouse.store import KnownFile, Warehouse

URL = "https://www.thnet.gov.cn/2023.txt"
NEXT, LATER = "2026-01-11 18:00:00+00:00", "2026-01-12 18:00:00+00:00"


@pytest.mark.parametrize("code", ["too-slow", "reader-crashed", "too-large", "original-unreadable"])
def test_a_document_that_failed_for_want_of_something_else_is_tried_again_the_next_night(
    warehouse: Warehouse, night: Any, code: str
) -> None:
    night(Batch().add(SEED, [], sha256="same", error=code).add(URL, [], error="unknown-format"))
    assert set(warehouse.known_files("1")) == {URL}
    night(Batch(pulled_at=NEXT).add(SEED, [EXPERTS], sha256="same"))
    assert set(warehouse.known_files("1")) == {SEED, URL}
    assert rows(warehouse.connection, "SELECT version_no, outcome FROM dim_document WHERE is_current") == [(1, "read")]
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(1,)]


def test_a_document_that_fails_that_way_again_makes_no_second_version(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [], sha256="same", error="too-slow"))
    night(Batch(pulled_at=NEXT).add(SEED, [], sha256="same", error="too-slow"))
    assert rows(warehouse.connection, "SELECT version_no, outcome, error_code FROM dim_document") == [(1, "failed", "too-slow")]


def test_validators_are_those_of_the_servers_last_answer(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(URL, [EXPERTS], sha256="abc", pulled={"etag": '"old"', "last_modified": "Wed, 01 Mar 2023 08:00:00 GMT"}))
    night(Batch(pulled_at=NEXT).pull(URL, "unchanged", sha256="abc", etag='"new"'))
    night(Batch(pulled_at=LATER).pull(URL, "failed", message="503"))
    assert warehouse.known_files("1") == {URL: KnownFile("abc", '"new"', None)}


def test_validators_never_go_with_other_bytes_than_their_own(warehouse: Warehouse, night: Any) -> None:
    first = Batch().add(URL, [EXPERTS], sha256="abc", pulled={"etag": '"a"'})
    night(first)
    night(Batch(pulled_at=NEXT).add(URL, [MEETINGS], sha256="def", pulled={"etag": '"d"'}))
    night(first)
    assert warehouse.known_files("1") == {URL: KnownFile("def", '"d"', None)}


def test_runs_follow_each_other_although_the_clock_was_set_back(warehouse: Warehouse) -> None:
    first = warehouse.start_run("1", date(2026, 1, 10))
    ahead = first.started_at + timedelta(days=30)
    warehouse.connection.execute("UPDATE load_run SET started_at = ?", [ahead])
    second = warehouse.start_run("2", date(2026, 1, 11))
    warehouse.finish_run(second)
    assert second.started_at == ahead + timedelta(microseconds=1)
    assert rows(warehouse.connection, "SELECT status, finished_at >= started_at FROM load_run ORDER BY started_at") == [
        ("interrupted", None), ("succeeded", True),
    ]


def test_an_error_of_another_file_inside_a_transaction_is_not_told_as_one_of_the_warehouse(warehouse: Warehouse) -> None:
    with pytest.raises(FileNotFoundError), warehouse.transaction():
        Path("no-such-template.j2").read_text(encoding="utf-8")


def test_what_is_safe_is_told_for_each_stage(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(WarehouseFailed, match=r"NOT NULL.*published copy is untouched.*warehouse is as it was"), warehouse.transaction():
        warehouse.connection.execute("INSERT INTO dim_region (region_code) VALUES (NULL)")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseUnwritable, match="What the run loaded is safe"):
        warehouse.publish(tmp_path / "file" / "yusuan.duckdb")


@pytest.mark.parametrize(("error", "told"), [
    (duckdb.IOException('IO Error: The file "w.duckdb" exists, but it is not a valid DuckDB database file!'), WarehouseCorrupt),
    (duckdb.IOException("IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2"), WarehouseCorrupt),
    (duckdb.IOException('IO Error: Could not read enough bytes from file "w.duckdb": attempted to read 262144 bytes'), WarehouseCorrupt),
    (duckdb.IOException('IO Error: Cannot open file "w.duckdb": Too many open files'), WarehouseFailed),
    (duckdb.InternalException("INTERNAL Error: Attempted to access index 1 within vector of size 1"), WarehouseFailed),
    (duckdb.FatalException("FATAL Error: database has been invalidated because of a previous fatal error"), WarehouseFailed),
    (duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block of size 256.0 KiB"), WarehouseFailed),
    (duckdb.IOException("IO Error: Could not write file: No space left on device"), WarehouseFull),
])
def test_only_a_damaged_file_is_called_damaged(error: Exception, told: type[Exception]) -> None:
    with pytest.raises(told) as raised, told_plainly(Path("w.duckdb")):
        raise error
    assert ("Move the file away" in str(raised.value)) == (told is WarehouseCorrupt)
