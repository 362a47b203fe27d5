from __future__ import annotations

import pytest
from published import booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.year_mismatch import check


def judge(title: str | None = None, prose: list[str] | None = None, **fields: object) -> list[Outcome]:
    return list(check(booklet(budget("expenditure_summary", "合计", ["|合计|9.00"], title=title), prose=prose or [], **fields)))


def test_the_documents_own_year_passes() -> None:
    assert [outcome.status for outcome in judge("2023年部门支出预算总表", ["2023年部门预算编制说明"])] == ["pass", "pass"]


def test_a_title_of_another_year_fails() -> None:
    _, outcome = judge("2022年部门支出预算总表")
    assert (outcome.status, outcome.subject, outcome.expected, outcome.actual) == ("fail", "table", "2023", "2022")
    assert "“2022年部门支出预算总表”中是 2022 年" in message(outcome, "zh")


def test_a_heading_of_another_year_fails() -> None:
    outcome, _ = judge("2023年部门支出预算总表", ["第二部分 2022年部门预算情况说明", "2023年部门预算"])
    assert (outcome.status, outcome.subject, outcome.actual, outcome.place.row) == ("fail", "document", "2022", 1)


@pytest.mark.parametrize(("title", "fields", "reason"), [
    ("2022年部门支出预算总表", {"fiscal_year": None}, "year-not-stated"),
    ("部门支出预算总表", {}, "nothing-to-compare"),
    ("2023—2025年支出规划表", {}, "nothing-to-compare"),
    ("2022年预算执行情况表", {}, "other-year-on-purpose"),
])
def test_what_states_no_year_of_its_own_does_not_apply(title: str, fields: dict[str, object], reason: str) -> None:
    _, outcome = judge(title, **fields)
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


@pytest.mark.parametrize("line", [
    "2022年部门决算情况说明", "比2022年预算增加107.62万元，主要原因是人员经费增加、信息化系统日常维护费增加项目经费支出。", "2022年部门预算执行情况说明",
    "2022年工作总结",
])
def test_text_that_speaks_of_another_year_is_no_heading_of_this_one(line: str) -> None:
    outcome, _ = judge(prose=[line])
    assert outcome.status == "not_applicable"
