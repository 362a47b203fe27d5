"""`year-mismatch`: the document, its file name and the catalogue state the same year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, Batch, rows

from warehouse.store import Warehouse


@pytest.fixture
def outcome(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[[Batch], tuple[Any, ...]]:
    night.rules = (rule("year-mismatch"),)

    def judge(batch: Batch) -> tuple[Any, ...]:
        night(batch)
        return rows(warehouse.connection, "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome")[0]

    return judge


@pytest.mark.parametrize("name", ["rd.txt", "2023年部门预算.txt", "P020240815.pdf", "2024年1月31日公开.txt"])
def test_passes_where_all_that_is_stated_agrees(outcome: Any, name: str) -> None:
    assert outcome(Batch().add(name, [EXPERTS], pulled={"fiscal_year": 2023})) == (1, 0, 0, None)


@pytest.mark.parametrize(
    ("name", "catalogue", "other"), [("2024年部门预算.txt", None, "2024"), ("rd.txt", 2022, "2022"), ("2022年度.txt", 2023, "2022")]
)
def test_fails_with_both_years(warehouse: Warehouse, outcome: Any, name: str, catalogue: int | None, other: str) -> None:
    assert outcome(Batch().add(name, [EXPERTS], pulled={"fiscal_year": catalogue})) == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT expected, actual, address FROM quality") == [("2023", other, name)]
    (message,) = rows(warehouse.connection, "SELECT message_zh FROM quality")[0]
    assert f"写明的年度是 2023 年，{'目录登记' if catalogue == 2022 else '文件名'}是 {other} 年" in message


@pytest.mark.parametrize(("year", "reason"), [(None, "year-not-stated"), (2023, "nothing-to-compare")])
def test_does_not_apply_where_one_year_alone_is_stated(outcome: Any, year: int | None, reason: str) -> None:
    catalogue = {"fiscal_year": None if year else 2022}
    assert outcome(Batch().add("rd.txt", [EXPERTS], fiscal_year=year, pulled=catalogue)) == (0, 0, 1, reason)


def test_what_was_found_in_the_document_stands_beside_it_and_is_not_resolved_with_it(warehouse: Warehouse, night: Any, rule: Any) -> None:
    night.rules = (rule("year-mismatch"),)
    batch = Batch().add("rd.txt", [EXPERTS], pulled={"fiscal_year": 2022})
    batch.find(0, "year-mismatch", "warning", "2022年部门支出总表", subject="table")
    night(batch)
    assert rows(warehouse.connection, "SELECT count(*), any_value(state) FROM quality_issue WHERE rule = 'year-mismatch'") == [(2, "open")]
    corrected = Batch().add("rd.txt", [EXPERTS, MEETINGS], pulled={"fiscal_year": 2023})
    night(corrected.find(0, "year-mismatch", "warning", "2022年部门支出总表", subject="table"))
    assert rows(warehouse.connection, "SELECT label FROM quality_issue WHERE state = 'open'") == [("2022年部门支出总表",)]
