from __future__ import annotations

import pytest
from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.tables_tie import check
from transforms.records import ParsedDocument, ParseError, Table

EXPENDITURE = budget("expenditure_summary", "合计|基本支出|项目支出", ["|合计|100.00|60.00|40.00", "201|一般公共服务支出|100.00|60.00|40.00"])
APPROPRIATION = budget("fiscal_appropriation_summary", "金额|合计|一般公共预算|政府性基金预算", [
    "<|一般公共预算拨款|80.00|||", "<|政府性基金预算拨款|10.00|||", ">|一般公共服务支出||80.00|80.00|", ">|城乡社区支出||10.00||10.00",
    "<|收入总计|90.00|||", ">|支出总计||90.00|80.00|10.00",
])
GENERAL = budget("general_budget_expenditure", "合计|基本支出/小计|基本支出/人员经费|基本支出/公用经费|项目支出", [
    "|合计|80.00|60.00|50.00|10.00|20.00",
])
BASIC = budget("general_budget_basic_expenditure", "合计|人员经费|公用经费", ["|合计|60.00|50.00|10.00", "301|工资福利支出|60.00|50.00|10.00"])
FUND = budget("government_fund_expenditure", "合计", ["|合计|10.00"])


def of(kind: str, document: ParsedDocument) -> Outcome:
    return next(each for each in check(document) if document.tables[each.index].kind == kind)


def test_tables_that_agree_pass() -> None:
    outcomes = list(check(booklet(SUMMARY, EXPENDITURE, APPROPRIATION, GENERAL, BASIC, FUND)))
    assert [outcome.status for outcome in outcomes] == ["pass"] * 6


def test_income_that_is_not_the_expenditure_fails() -> None:
    table = budget("income_expenditure_summary", "预算数", ["<|收入总计|100.00", ">|支出总计|99.00"])
    outcome = of("income_expenditure_summary", booklet(table))
    assert (outcome.status, outcome.expected, outcome.actual, outcome.difference) == ("fail", "990000.00", "1000000.00", "-10000.00")
    assert message(outcome, "zh").startswith("《部门收支总表》与其他表不符：支出合计为 990,000.00 元，《部门收支总表》收入合计为 1,000,000.00 元")


@pytest.mark.parametrize(("table", "against"), [
    (budget("income_summary", "合计|财政拨款收入", ["|合计|101.00|101.00"]), [SUMMARY]),
    (budget("expenditure_summary", "合计|基本支出", ["|合计|101.00|101.00"]), [SUMMARY]),
    (budget("general_budget_expenditure", "一般公共预算支出/合计|一般公共预算支出/基本支出", ["|合计|81.00|60.00"]), [APPROPRIATION]),
    (budget("government_fund_expenditure", "合计", ["|合计|11.00"]), [APPROPRIATION]),
    (budget("general_budget_basic_expenditure", "合计", ["|合计|61.00"]), [GENERAL]),
    (budget("general_budget_basic_expenditure", "合计|人员经费|公用经费", ["|合计|60.00|51.00|9.00"]), [GENERAL]),
    (budget("general_budget_basic_expenditure", "金额", ["301|工资福利支出|61.00", "|人员经费合计|51.00", "|公用经费合计|10.00"]), [GENERAL]),
])
def test_a_figure_that_another_table_states_otherwise_fails(table: Table, against: list[Table]) -> None:
    assert of(table.kind, booklet(*against, table)).status == "fail"


def test_the_figures_are_named() -> None:
    outcome = of("general_budget_basic_expenditure", booklet(GENERAL, budget("general_budget_basic_expenditure", "合计", ["|合计|61.00"])))
    assert "合计为 610,000.00 元，《一般公共预算支出表》基本支出为 600,000.00 元，差额 +10,000.00 元" in message(outcome, "zh")
    outcome = of("government_fund_expenditure", booklet(APPROPRIATION, budget("government_fund_expenditure", "合计", ["|合计|11.00"])))
    assert "《财政拨款收支总表》政府性基金预算为 100,000.00 元" in message(outcome, "zh")


def test_an_empty_table_beside_money_of_its_kind_fails() -> None:
    empty = budget("government_fund_expenditure", "合计", [], empty=True, note="本部门无政府性基金预算支出，故本表为空表。")
    outcome = of("government_fund_expenditure", booklet(APPROPRIATION, empty))
    assert (outcome.status, outcome.expected, outcome.actual) == ("fail", "0.00", "100000.00")


def test_two_units_are_compared_in_yuan() -> None:
    in_yuan = budget("general_budget_basic_expenditure", "合计", ["|合计|600049.00"], unit="元")
    assert of("general_budget_basic_expenditure", booklet(GENERAL, in_yuan)).status == "pass"


def test_the_year_or_all_that_is_carried_over_may_be_meant() -> None:
    carried = budget("income_expenditure_summary", "预算数", [
        "<|本年收入合计|100.00", "<|上年结转|5.00", "<|收入总计|105.00", ">|本年支出合计|105.00", ">|支出总计|105.00",
    ])
    assert of("income_summary", booklet(carried, budget("income_summary", "合计", ["|合计|100.00"]))).status == "pass"
    assert of("income_summary", booklet(carried, budget("income_summary", "合计", ["|合计|105.00"]))).status == "pass"
    outcome = of("income_summary", booklet(carried, budget("income_summary", "合计", ["|合计|102.00"])))
    assert (outcome.status, outcome.reason) == ("not_applicable", "carried-over")


def test_a_project_table_claims_to_be_complete_by_its_title() -> None:
    fields = {"kind": "project_expenditure", "columns": "合计", "rows": ["|合计|39.00"]}
    assert of("project_expenditure", booklet(EXPENDITURE, budget(**fields, title="2025年部门项目支出预算表"))).status == "fail"
    for title in ("2025年云山市水务局项目支出预算表", "云山市水务局2025年项目支出明细表", "项目支出预算表（按项目）"):
        assert of("project_expenditure", booklet(EXPENDITURE, budget(**fields, title=title), department="云山市水务局")).status == "fail"
    some = of("project_expenditure", booklet(EXPENDITURE, budget(**fields, title="重点项目支出表")))
    assert (some.status, some.reason) == ("not_applicable", "coverage-differs")


def test_ten_thousand_times_is_told_as_a_slip_of_the_unit() -> None:
    slip = budget("general_budget_basic_expenditure", "合计", ["|合计|600000.00"])
    outcome = of("general_budget_basic_expenditure", booklet(GENERAL, slip))
    assert (outcome.status, outcome.reason) == ("not_applicable", "unit-slip")


@pytest.mark.parametrize(("tables", "fields", "reason"), [
    ([EXPENDITURE], {}, "nothing-to-compare"),
    ([SUMMARY, SUMMARY, EXPENDITURE], {}, "nothing-to-compare"),
    ([SUMMARY, budget("expenditure_summary", "合计", ["201|教育支出|9.00"])], {}, "figure-not-stated"),
    ([SUMMARY, budget("expenditure_summary", "合计", ["|合计|见附件"])], {}, "figure-not-stated"),
    ([SUMMARY, budget("expenditure_summary", "合计", ["|合计|1.00", "|合计|2.00"])], {}, "figure-ambiguous"),
    ([SUMMARY, budget("expenditure_summary", "合计", ["|合计|1.00"])], {"errors": [ParseError("damaged-file", "page 7")]}, "document-incomplete"),
])
def test_what_cannot_be_compared_does_not_apply(tables: list[Table], fields: dict[str, object], reason: str) -> None:
    outcome = of("expenditure_summary", booklet(*tables, **fields))
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)
