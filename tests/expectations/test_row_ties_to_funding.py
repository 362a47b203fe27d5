from __future__ import annotations

import pytest
from published import booklet, budget, document, project, table, total

from expectations.messages import message
from expectations.rules.row_ties_to_funding import check
from transforms.records import Doubt, Place


def test_the_total_of_its_sources_passes() -> None:
    rows = [project("办公用房物业管理|7.24|4.28|2.96|"), project("人大会议经费|33.00|33.00||"), project("追减|-2.00|-2.00||")]
    assert [outcome.status for outcome in check(document(rows))] == ["pass"] * 3


def test_a_total_that_differs_fails_with_both_sums() -> None:
    cells = "公务出行租车服务-本级|4715902.83|5231902.83|0.00|"
    rows = [project(cells, unit="元", sources=("fiscal_appropriation", "carryover", "other"))]
    [outcome] = check(document(rows, tables=[table(unit="元")]))
    assert outcome.status == "fail"
    assert (outcome.expected, outcome.actual, outcome.difference) == ("4715902.83", "5231902.83", "-516000.00")
    assert message(outcome, "zh").endswith(
        "公布总计 4,715,902.83 元，资金来源之和 5,231,902.83 元（财政拨款 5,231,902.83 元；上年结转 0.00 元），"
        "差额 -516,000.00 元。已按公布数入库。"
    )
    assert "fiscal appropriation 5,231,902.83 yuan" in message(outcome, "en")


@pytest.mark.parametrize(("total", "status"), [("7.25", "pass"), ("7.27", "fail")])
def test_a_difference_of_one_hundredth_of_the_unit_is_rounding(total: str, status: str) -> None:
    assert [outcome.status for outcome in check(document([project(f"办公用房物业管理|{total}|4.28|2.96|")]))] == [status]


def test_parts_of_the_appropriation_are_not_added_once_more() -> None:
    sources = ("fiscal_appropriation", "general_budget", "government_fund", "other")
    rows = [project("排水管网清淤检测|100.00|80.00|50.00|30.00|20.00", sources=sources)]
    assert [outcome.status for outcome in check(document(rows))] == ["pass"]


def test_a_lone_source_above_the_total_fails() -> None:
    rows = [project("综合整治|10903043|11419043", unit="元", sources=("fiscal_appropriation",))]
    assert [outcome.status for outcome in check(document(rows, tables=[table(unit="元")]))] == ["fail"]


def test_the_readable_sources_may_give_the_total_alone() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00|见说明|")]))] == ["pass"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("编外人员薪酬|待定|5.00||", "total-unread"),
        ("编外人员薪酬||5.00||", "total-blank"),
        ("编外人员薪酬|5.00|||", "parts-blank"),
        ("编外人员薪酬|5.00|待定||", "part-unread"),
        ("编外人员薪酬|5.00|2.00|待定|", "part-unread"),
    ],
)
def test_what_is_blank_or_unread_does_not_apply(cells: str, reason: str) -> None:
    [outcome] = check(document([project(cells)]))
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


def test_an_amount_column_of_unknown_meaning_does_not_apply() -> None:
    rows = [project("单位预留机动经费|10.00|4.00||")]
    [outcome] = check(document(rows, tables=[table(unknown_columns=("预留机动",))]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "column-unknown")


def test_a_lone_source_below_the_total_does_not_apply() -> None:
    [outcome] = check(document([project("综合整治|10.00|4.00", sources=("fiscal_appropriation",))]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "one-source-only")


def test_a_project_without_funding_columns_does_not_apply() -> None:
    [outcome] = check(document([project("机柜租用|1681680", unit="元", sources=())], tables=[table(unit="元")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "parts-blank")


def test_a_total_row_is_asked_too() -> None:
    projects = [project("人大会议经费|20.00|20.00||"), project("人大代表活动经费|10.00|10.00||")]
    *_, outcome = check(document(projects, [total("合计|30.00|30.00|0.00|5.00", [0, 1])]))
    assert (outcome.subject, outcome.status, outcome.expected, outcome.actual) == ("total", "fail", "300000.00", "350000.00")


def test_a_total_over_a_project_that_fails_is_not_told_again() -> None:
    projects = [project("人大会议经费|20.00|20.00||"), project("人大代表活动经费|12.00|10.00||")]
    *_, outcome = check(document(projects, [total("合计|32.00|30.00||", [0, 1])]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "project-fails")


SOURCES = "收入预算/合计|收入预算/财政拨款收入|收入预算/事业收入|收入预算/其他收入"


@pytest.mark.parametrize(("row", "status"), [
    ("201|教育支出|10.00|8.00||2.00", "pass"), ("201|教育支出|10.01|8.00||2.00", "pass"), ("201|教育支出|11.00|8.00||2.00", "fail"),
])
def test_a_row_of_a_budget_table_is_the_sum_of_its_sources(row: str, status: str) -> None:
    [outcome] = check(booklet(budget("income_summary", SOURCES, [row])))
    assert (outcome.subject, outcome.status) == ("line", status)


def test_a_budget_row_tells_its_sources() -> None:
    [outcome] = check(booklet(budget("income_summary", SOURCES, ["201|教育支出|11.00|8.00||2.00"])))
    assert (outcome.expected, outcome.actual, outcome.difference) == ("110000.00", "100000.00", "10000.00")
    assert "（财政拨款收入 80,000.00 元；其他收入 20,000.00 元）" in message(outcome, "zh")


def test_parts_of_the_appropriation_in_columns_are_not_added_once_more() -> None:
    columns = "合计|财政拨款|一般公共预算|政府性基金|其他资金"
    [outcome] = check(booklet(budget("income_summary", columns, ["201|教育支出|10.00|8.00|5.00|3.00|2.00"])))
    assert outcome.status == "pass"


@pytest.mark.parametrize(("columns", "row", "reason"), [
    ("合计|财政拨款收入", "201|教育支出|10.00|8.00", "one-part-only"),
    ("合计|财政拨款收入|其他收入", "201|教育支出|10.00|8.00|见附件", "part-unread"),
    ("合计|财政拨款收入|其他收入", "201|教育支出|见附件|8.00|2.00", "total-blank"),
])
def test_sources_that_need_not_be_all_do_not_apply(columns: str, row: str, reason: str) -> None:
    [outcome] = check(booklet(budget("income_summary", columns, [row])))
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


def test_sources_beside_columns_of_other_kinds_are_left_to_the_rule_of_sums() -> None:
    assert list(check(booklet(budget("income_summary", "合计|财政拨款收入|基本支出", ["201|教育支出|10.00|8.00|9.00"])))) == []


def test_a_budget_table_with_a_column_of_unknown_meaning_does_not_apply() -> None:
    [outcome] = check(booklet(budget("income_summary", SOURCES, ["201|教育支出|11.00|8.00||2.00"], unknown_columns=("预留",))))
    assert (outcome.status, outcome.reason) == ("not_applicable", "column-unknown")


@pytest.mark.parametrize(("total", "status"), [("9.24", "not_applicable"), ("7.00", "fail")])
def test_amounts_that_nobody_understood_may_be_what_is_missing_but_not_what_is_too_much(total: str, status: str) -> None:
    unread = Doubt("unread", "往年滚存", ("2.00",), 1, is_critical=True, is_believed=True, place=Place(None, 3))
    published = table()
    published.doubts.append(unread)
    assert [outcome.status for outcome in check(document([project(f"校舍维修|{total}|4.28|2.96|")], tables=[published]))] == [status]
