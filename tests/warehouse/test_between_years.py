"""`drift` and `unit-slip` against the year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from batches import EXPERTS, Batch, Project, rows

from warehouse.store import Warehouse

NAMES = ("会议经费", "培训经费", "视察经费", "宣传经费")
OUTCOMES = "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome"


def projects(*amounts: str) -> list[Project]:
    return [replace(EXPERTS, name=name, amount=amount) for name, amount in zip(NAMES, amounts, strict=False)]


@pytest.fixture
def judged(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    def judge(name: str, before: Sequence[Project], own: Sequence[Project], summary: str | None = None) -> tuple[Any, ...]:
        night.rules = (rule(name),)
        batch = Batch().add("2022.txt", before, fiscal_year=2022)
        batch.summary = summary
        night(batch.add("2023.txt", own))
        return rows(warehouse.connection, OUTCOMES)[0]

    return judge


def test_drift_passes_small_changes_and_small_amounts(judged: Any) -> None:
    assert judged("drift", projects("30000000.00", "10.00"), projects("31000000.00", "1000.00")) == (2, 0, 2, "no-year-before")


def test_drift_tells_a_project_that_doubled(warehouse: Warehouse, judged: Any) -> None:
    assert judged("drift", projects("6000000.00"), projects("18000000.00")) == (0, 1, 1, "no-year-before")
    assert rows(warehouse.connection, "SELECT severity, message_zh FROM fact_finding") == [
        ("info", "“会议经费”2023 年为 18,000,000.00 元，2022 年为 6,000,000.00 元，变动 +12,000,000.00 元。")]


def test_drift_leaves_slips_of_the_unit_alone(judged: Any) -> None:
    assert judged("drift", projects("330000.00"), projects("3300000000.00")) == (0, 0, 2, "no-year-before,unit-slip")


def test_a_slip_is_told_where_most_projects_show_it(warehouse: Warehouse, judged: Any) -> None:
    wan = projects("330000.00", "45000.00", "1200000.00", "80000.00")
    assert judged("unit-slip", wan, projects("33.00", "4.80", "150.00", "80000.00")) == (0, 1, 1, "nothing-to-compare")
    assert rows(warehouse.connection, "SELECT severity, message_zh FROM fact_finding") == [(
        "critical",
        "《2023.txt》的金额单位可能有误：3 个项目与上年相差万倍，如“视察经费”150.00 元，上年 1,200,000.00 元。已按公布数入库。",
    )]


def test_one_project_that_is_10_000_times_as_much_is_no_slip(judged: Any) -> None:
    wan = projects("330000.00", "45000.00", "1200000.00", "100.00")
    assert judged("unit-slip", wan, projects("330000.00", "45000.00", "1200000.00", "1000000.00")) == (1, 0, 1, "nothing-to-compare")


def test_two_projects_are_too_few_to_tell_a_slip(judged: Any) -> None:
    assert judged("unit-slip", projects("330000.00", "45000.00"), projects("33.00", "4.50")) == (0, 0, 2, "nothing-to-compare")


def test_drift_says_nothing_of_the_parts_of_a_figure(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> None:
    night.rules = (rule("drift"),)
    batch = Batch().add("2022.txt", fiscal_year=2022).add("2023.txt")
    for number, purchase in enumerate(("10000000.00", "90000000.00")):
        batch.budget_table(number, "three_public_expenses", [(None, "合计", "预算数", "99000000.00"), (None, "公务用车购置费", "预算数", purchase)])
    night(batch)
    assert rows(warehouse.connection, OUTCOMES) == [(1, 0, 1, "no-year-before")]
