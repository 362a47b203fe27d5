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
from warehouse.tables import COUNTS

URL = "https://www.thnet.gov.cn/2023.txt"
NEXT, LATER = "2026-01-11 18:00:00+00:00", "2026-01-12 18:00:00+00:00"


def test_validators_are_those_of_the_servers_last_answer(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(URL, [EXPERTS], sha256="abc", pulled={"etag": '"old"', "last_modified": "Wed, 01 Mar 2023 08:00:00 GMT"}))
    night(Batch(pulled_at=NEXT).pull(URL, "unchanged", sha256="abc", etag='"new"'))
    night(Batch(pulled_at=LATER).pull(URL, "failed", message="503"))
    assert warehouse.known_files("the code") == {URL: KnownFile("abc", '"new"', None, is_stale=False)}


def test_validators_never_go_with_other_bytes_than_their_own(warehouse: Warehouse, night: Any) -> None:
    first = Batch().add(URL, [EXPERTS], sha256="abc", pulled={"etag": '"a"'})
    night(first)
    night(Batch(pulled_at=NEXT).add(URL, [MEETINGS], sha256="def", pulled={"etag": '"d"'}))
    night(first)
    assert warehouse.known_files("the code") == {URL: KnownFile("def", '"d"', None, is_stale=False)}


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


def test_a_run_is_after_all_that_was_pulled_with_a_clock_that_was_ahead(warehouse: Warehouse, night: Any) -> None:
    night(Batch(pulled_at="2026-02-10 18:05:00+00:00").add(URL, [EXPERTS]), as_of=date(2026, 2, 11))
    ahead = night.run.started_at
    run = warehouse.start_run("1", date(2026, 1, 12), now=ahead - timedelta(days=30))
    assert run.started_at > ahead + timedelta(minutes=5)


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
    assert ("Put back the last backup" in str(raised.value)) == (told is WarehouseCorrupt)


def test_a_warehouse_of_an_earlier_version_gets_what_it_lacks(path: Path, night: Any) -> None:
    night(Batch(summary="40907700.00").add(SEED, [EXPERTS, MEETINGS]).total(0, "370000.00"))
    connection = night.warehouse.connection
    before = connection.execute("FROM department_year ORDER BY ALL").fetchall()
    for table in ("fact_budget_figure", "dim_incomplete_reason", *(table.name for table in COUNTS)):
        connection.execute(f"DROP TABLE {table}")
    for column in ("fact_budget_line.total_kind", "fact_project_total.total_kind", "dim_document.catalogue_department_name", "quality_issue.closed_as"):
        table, _, name = column.partition(".")
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    night.warehouse.close()
    with Warehouse.open(path) as opened:
        night.warehouse = opened
        night(Batch(pulled_at="2026-01-11 18:00:00+00:00").pull(SEED, "unchanged"))
        assert opened.connection.execute("FROM department_year ORDER BY ALL").fetchall() == before
        assert opened.connection.execute("SELECT standing FROM document_standing").fetchall() == [("in_force",)]


def test_projects_of_an_earlier_version_keep_their_names_and_funding(path: Path, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS, MEETINGS]))
    connection = night.warehouse.connection
    before = connection.execute("FROM project ORDER BY ALL").fetchall()
    for name in ("fiscal_appropriation_yuan", "carryover_yuan", "project_standard_name"):
        connection.execute(f"ALTER TABLE counted_project DROP COLUMN {name}")
    night.warehouse.close()
    with Warehouse.open(path) as opened:
        assert opened.connection.execute("FROM project ORDER BY ALL").fetchall() == before
        assert opened.connection.execute("SELECT sum(fiscal_appropriation_yuan) FROM project").fetchall() == [(370000,)]


def test_the_writers_memory_is_limited(warehouse: Warehouse) -> None:
    assert rows(warehouse.connection, "SELECT current_setting('memory_limit')") == [("1.5 GiB",)]


def views(path: Path) -> dict[str, tuple[int, str, str]]:
    """Each view's number, which a new one of the same name has not, its statement and its comment."""
    with Warehouse.open(path) as opened:
        found = opened.connection.execute("SELECT view_name, view_oid, sql, comment FROM duckdb_views() WHERE database_name = 'warehouse' AND NOT internal")
        return {name: (number, sql, comment) for name, number, sql, comment in found.fetchall()}


def test_a_warehouse_that_is_as_declared_is_opened_as_it_is(path: Path, warehouse: Warehouse) -> None:
    warehouse.close()
    with duckdb.connect(str(path)) as connection:
        number = connection.execute("SELECT max(view_oid) FROM duckdb_views() WHERE NOT internal").fetchall()
    assert number == [(max(number for number, _, _ in views(path).values()),)]


@pytest.mark.parametrize("harm", [
    "CREATE OR REPLACE VIEW document AS SELECT 1 AS document_key", "DROP VIEW quality", "COMMENT ON VIEW project IS 'mine'",
    "COMMENT ON COLUMN project.goal IS NULL", "DROP TABLE counted_project; CREATE VIEW counted_project AS SELECT 1 AS document_key",
])
def test_what_is_not_as_declared_is_made_anew(path: Path, warehouse: Warehouse, harm: str) -> None:
    def comments(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
        return rows(connection, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL")

    before = comments(warehouse.connection)
    warehouse.close()
    declared = views(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(harm)
    Warehouse.open(path).close()    # once more: DuckDB writes a statement otherwise before it is in the file
    assert {name: rest for name, (_, *rest) in views(path).items()} == {name: rest for name, (_, *rest) in declared.items()}
    with Warehouse.open(path) as opened:
        assert comments(opened.connection) == before
