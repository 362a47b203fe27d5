"""`year-mismatch`: the document and its file name state the same year; the catalogue's year is for `misplaced-document`."""

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


@pytest.mark.parametrize("name", ["2023年部门预算.txt", "附件2023年度.txt"])
def test_passes_where_all_that_is_stated_agrees(outcome: Any, name: str) -> None:
    assert outcome(Batch().add(name, [EXPERTS], pulled={"fiscal_year": 2023})) == (1, 0, 0, None)


@pytest.mark.parametrize(
    ("name", "catalogue", "other"), [("2024年部门预算.txt", None, "2024"), ("2022年度.txt", 2023, "2022")]
)
def test_fails_with_both_years(warehouse: Warehouse, outcome: Any, name: str, catalogue: int | None, other: str) -> None:
    assert outcome(Batch().add(name, [EXPERTS], pulled={"fiscal_year": catalogue})) == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT expected, actual, address FROM quality") == [("2023", other, name)]
    (message,) = rows(warehouse.connection, "SELECT message_zh FROM quality")[0]
    assert f"写明的年度是 2023 年，文件名是 {other} 年" in message


@pytest.mark.parametrize(("name", "year", "reason"), [
    ("2022年.txt", None, "year-not-stated"), ("rd.txt", 2023, "nothing-to-compare"), ("P020240815.pdf", 2023, "nothing-to-compare"),
    ("2024年1月31日公开.txt", 2023, "nothing-to-compare"),
])
def test_does_not_apply_where_one_year_alone_is_stated(outcome: Any, name: str, year: int | None, reason: str) -> None:
    assert outcome(Batch().add(name, [EXPERTS], fiscal_year=year)) == (0, 0, 1, reason)


def test_what_was_found_in_the_document_stands_beside_it_and_is_not_resolved_with_it(warehouse: Warehouse, night: Any, rule: Any) -> None:
    night.rules = (rule("year-mismatch"),)
    batch = Batch().add("2022年.txt", [EXPERTS])
    batch.find(0, "year-mismatch", "warning", "2022年部门支出总表", subject="table")
    night(batch)
    assert rows(warehouse.connection, "SELECT count(*), any_value(state) FROM quality_issue WHERE rule = 'year-mismatch'") == [(2, "open")]
    corrected = Batch().add("2022年.txt", [EXPERTS, MEETINGS], pulled={"file_name": "2023年.txt"})
    night(corrected.find(0, "year-mismatch", "warning", "2022年部门支出总表", subject="table"))
    assert rows(warehouse.connection, "SELECT label FROM quality_issue WHERE state = 'open'") == [("2022年部门支出总表",)]
