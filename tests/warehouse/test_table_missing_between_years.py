"""`table-missing` against the regulations and the year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from batches import Batch, rows

from expectations.words import words
from warehouse.store import Warehouse

REQUIRED = list(words()["required"])
OUTCOMES = "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome WHERE document_key IS NULL"


def published(batch: Batch, year: int, kinds: Sequence[str], address: str | None = None) -> Batch:
    """A booklet with tables of these kinds."""
    address = address or f"{year}.xlsx"
    batch.add(address, sha256=f"{address}{kinds}", fiscal_year=year)
    for number, kind in enumerate(kinds, start=20):
        batch.budget_table(len(batch.frames["document"]) - 1, kind, [(None, "合计", "金额", "1.00")], table_no=number)
    return batch


@pytest.fixture
def judged(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[[Batch], tuple[Any, ...]]:
    def judge(batch: Batch) -> tuple[Any, ...]:
        night.rules = (rule("table-missing"),)
        night(batch)
        return rows(warehouse.connection, OUTCOMES)[0]

    return judge


def test_what_was_there_the_year_before_is_told(warehouse: Warehouse, judged: Any) -> None:
    batch = published(published(Batch(), 2022, REQUIRED), 2023, REQUIRED[:-2])
    assert judged(batch) == (1, 1, 0, None)
    assert rows(warehouse.connection, "SELECT severity, fiscal_year, message_zh FROM fact_finding") == [(
        "warning", 2023,
        "广州市天河区人民代表大会常务委员会办公室2023年部门预算缺少《一般公共预算“三公”经费支出表》、《政府性基金预算支出表》：上年公布过该表，今年没有。",
    )]


def test_the_only_one_that_is_missing_of_those_asked_for_is_told(warehouse: Warehouse, judged: Any) -> None:
    assert judged(published(Batch(), 2023, REQUIRED[1:])) == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT label FROM fact_finding") == [("部门收支总表",)]


def test_the_tables_of_a_year_may_stand_in_several_files(judged: Any) -> None:
    assert judged(published(published(Batch(), 2023, REQUIRED[:-1]), 2023, REQUIRED[-1:], "附表.xlsx")) == (1, 0, 0, None)


@pytest.mark.parametrize(("kinds", "reason"), [
    ([], "few-tables"), (REQUIRED[:3], "few-tables"), (REQUIRED[:-2], "several-missing"), ([*REQUIRED[:-1], "unknown"], "read-in-part"),
])
def test_where_it_is_not_certain_nobody_is_accused(judged: Any, kinds: Sequence[str], reason: str) -> None:
    assert judged(published(Batch(), 2023, kinds)) == (0, 0, 1, reason)


def test_a_file_that_cannot_be_read_may_hold_the_table(judged: Any) -> None:
    assert judged(published(Batch(), 2023, REQUIRED[:-1]).add("附表.xlsx", error="damaged-file"))[2:] == (1, "read-in-part")


def test_what_the_contents_tell_is_not_told_once_more(judged: Any) -> None:
    batch = published(Batch(), 2023, REQUIRED[:-1])
    assert judged(batch.find(0, "table-missing", "warning", "2023.xlsx", subject="document")) == (0, 0, 1, "told-before")
