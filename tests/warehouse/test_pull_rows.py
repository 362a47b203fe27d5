"""`fact_pull` grows with what happens, not with what does not; what was asked when stays answerable."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.frames import DOCUMENTS
from warehouse.store import Warehouse

PLACE = "https://www.wangjiang.gov.cn/czyjs/index.html"
CATALOGUE: dict[str, list[dict[str, Any]]] = {
    "region": [{"region_code": "440106", "region_name": "天河区", "parent_region_code": None}],
    "audience": [{"audience_id": "finance", "audience_name": "财政局", "severity": "info"}],
    "department": [{"department_id": "npc", "department_name": "人大办", "region_code": "440106", "region_name": "天河区", "audience_id": "finance"}],
    "department_alias": [], "publication_duty": [],
}


def pulled(number: int, outcome: str, night: int, **changes: Any) -> dict[str, Any]:
    return {
        "document_no": None, "department_id": "npc", "address": f"{PLACE[:-10]}{number}.pdf", "outcome": outcome, "status": 304,
        "message": None, "byte_count": None, "seconds": 0.1, "sha256": f"{number:064d}", "etag": f'"{number}-{night}"', "last_modified": None,
        "fiscal_year": 2024, "stage": "budget", "stated_department": None, "file_name": f"{number}.pdf", "publication_title": None,
        "published_date": None, "page_address": PLACE, "source_address": PLACE, "pulled_at": f"2024-03-{night:02d} 01:00:00", **changes,
    }


@pytest.fixture
def warehouse(tmp_path: Path) -> Any:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield warehouse


def night(warehouse: Warehouse, rows: list[dict[str, Any]]) -> int:
    run = warehouse.start_run("1", date(2024, 3, 1))
    with warehouse.transaction():
        warehouse.load(run, CATALOGUE, rows, {name: [] for name in DOCUMENTS})
        warehouse.finish_run(run)
        warehouse.connection.commit()
    return run.run_key


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def test_a_night_without_changes_is_one_row_per_source(warehouse: Warehouse) -> None:
    for number in range(1, 4):
        night(warehouse, [pulled(address, "unchanged", number) for address in range(50)])
    sizes = {table: count(warehouse.connection, table) for table in ("fact_pull", "fact_pull_unchanged", "asked_address", "address_validator")}
    assert sizes == {"fact_pull": 0, "fact_pull_unchanged": 3, "asked_address": 50, "address_validator": 50}
    assert count(warehouse.connection, "pull_attempt") == 150


def test_what_was_asked_when_stays_answerable(warehouse: Warehouse) -> None:
    first = night(warehouse, [pulled(address, "unchanged", 1) for address in range(5)])
    second = night(warehouse, [pulled(address, "unchanged", 2) for address in range(4)] + [pulled(4, "failed", 2, message="503", sha256=None)])
    outcomes = warehouse.connection.execute(
        "SELECT run_key, outcome, count(*) FROM pull_attempt GROUP BY ALL").fetchall()
    assert sorted(outcomes, key=lambda row: (row[0] == second, row[1])) == [(first, "unchanged", 5), (second, "failed", 1), (second, "unchanged", 4)]
    unchanged, failed = warehouse.connection.execute(
        "SELECT document_unchanged_count, pull_failed_count FROM load_run WHERE run_key = ?", [second]).fetchall()[0]
    assert (unchanged, failed) == (4, 1)


def test_a_source_of_one_address_and_what_is_to_be_told_keep_their_rows(warehouse: Warehouse) -> None:
    night(warehouse, [pulled(1, "unchanged", 1, source_address="https://www.wangjiang.gov.cn/1.pdf")])
    night(warehouse, [pulled(number, "unchanged", 2, message="restored" if number == 2 else None) for number in range(4)])
    assert count(warehouse.connection, "fact_pull") == 2
    assert count(warehouse.connection, "pull_attempt") == 5
