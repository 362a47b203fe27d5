"""`prose-ties-to-tables` against the year before: what the text says that changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batches import PLACE, Batch, rows

from warehouse.store import Warehouse

OUTCOMES = "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome WHERE document_key IS NULL"


@pytest.fixture
def judged(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    def judge(
        change: str, compared_with: str = "预算", before: str | None = "8551000.00", amount: str = "8764000.00", *, year: int = 2022,
        is_certain: bool = True, year_end: str | None = None,
    ) -> tuple[Any, ...]:
        night.rules = (rule("prose-ties-to-tables"),)
        batch = Batch()
        if before:
            batch.summary = before
            batch.add("2022.xlsx", fiscal_year=year)
            if year_end:
                batch.budget_table(0, "income_summary", [("income", "本年收入合计", "合计", year_end)], table_no=8)
        batch.summary = "8764000.00"
        batch.add("2023.xlsx")
        batch.put(
            "stated_change", document_no=len(batch.frames["document"]) - 1, statement_no=0, figure="income", amount_yuan=amount,
            stated_change_yuan=change, step_yuan="100.00", compared_with=compared_with,
            compared_year=year, is_certain=is_certain, published_text="876.40万元,比上年预算增加21.30万元", **PLACE,
        )
        night(batch)
        return rows(warehouse.connection, OUTCOMES)[0]

    return judge


@pytest.mark.parametrize("facts", [{}, {"change": "212900.00"}, {"compared_with": ""}, {"amount": "8764050.00"}])
def test_what_the_year_before_gives_passes(judged: Any, facts: dict[str, str]) -> None:
    assert judged(**{"change": "213000.00", **facts}) == (1, 0, 0, None)


@pytest.mark.parametrize("facts", [
    {"is_certain": False}, {"compared_with": ""}, {"year": 2020},    # 2 in place of 6
    {"year": 2020, "is_certain": False, "compared_with": ""},
])
def test_a_slip_of_the_pen_is_told_whatever_is_spoken_of(judged: Any, facts: dict[str, Any]) -> None:
    assert judged("613400.00", before="8550600.00", **facts) == (0, 1, 0, None)


def test_another_place_of_the_year_before_may_be_meant(judged: Any) -> None:
    assert judged("999900.00", year_end="7764100.00") == (1, 0, 0, None)


def test_another_change_is_told(warehouse: Warehouse, judged: Any) -> None:
    assert judged("-213000.00") == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT severity, fiscal_year, message_zh FROM fact_finding") == [(
        "warning", 2023, "文字说明与表格不符：“876.40万元,比上年预算增加21.30万元”，但上年公布的是 8,551,000.00 元，相差应为 213,000.00 元。入库以表格为准。")]


@pytest.mark.parametrize(("facts", "reason"), [
    ({"before": None}, "no-year-before"), ({"amount": "9000000.00"}, "no-year-before"), ({"compared_with": ""}, "compared-with-else"),
    ({"compared_with": "执行"}, "compared-with-else"), ({"is_certain": False}, "subject-unclear"),
    ({"compared_with": "", "change": "213900.00"}, "compared-with-else"),    # near: what was executed may be
])
def test_what_may_compare_with_something_else_accuses_nobody(judged: Any, facts: dict[str, Any], reason: str) -> None:
    assert judged(**{"change": "999999.00", **facts}) == (0, 0, 1, reason)
