from __future__ import annotations

from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.rules.unit_slip import check

THREE_PUBLIC = budget("three_public_expenses", "三公经费/合计|三公经费/公务接待费", ["||0.95|0.95"])
BASIC = budget("general_budget_basic_expenditure", "合计", ["|合计|25121091.00", "30217|公务接待费|9500.00"], unit="元")


def test_the_same_amount_in_two_units_passes() -> None:
    assert [outcome.status for outcome in check(booklet(THREE_PUBLIC, BASIC))] == ["pass", "pass"]


def test_yuan_in_a_table_of_ten_thousands_fails() -> None:
    slip = budget("three_public_expenses", "三公经费/合计|三公经费/公务接待费", ["||9500.00|9500.00"])
    outcome, _ = check(booklet(slip, BASIC))
    assert (outcome.status, outcome.expected, outcome.actual) == ("fail", "95000000.00", "9500.00")
    assert "表内为 95,000,000.00 元，《一般公共预算基本支出表》为 9,500.00 元" in message(outcome, "zh")


def test_the_text_in_another_unit_fails() -> None:
    outcome, = check(booklet(SUMMARY, prose=["2023年收入预算100.00元，比上年增加3.2%。"]))
    assert (outcome.status, outcome.expected, outcome.actual) == ("fail", "1000000.00", "100.00")


def test_a_slip_of_the_text_is_told_at_one_of_the_tables_that_contradict_it() -> None:
    expenditure = budget("expenditure_summary", "合计", ["|合计|100.00"])
    outcomes = list(check(booklet(SUMMARY, expenditure, prose=["2023年支出预算100.00元，比上年增加3.2%。"])))
    assert [outcome.status for outcome in outcomes] == ["fail", "pass"]    # the second agrees with the first


def test_a_difference_of_another_size_passes() -> None:
    other = budget("three_public_expenses", "三公经费/合计|三公经费/公务接待费", ["||9.50|9.50"])
    assert next(outcome.status for outcome in check(booklet(other, BASIC))) == "pass"


def test_a_table_without_another_statement_does_not_apply() -> None:
    assert [(outcome.status, outcome.reason) for outcome in check(booklet(SUMMARY))] == [("not_applicable", "nothing-to-compare")]


def test_two_tables_of_a_kind_do_not_apply() -> None:
    assert {outcome.status for outcome in check(booklet(THREE_PUBLIC, THREE_PUBLIC, BASIC))} == {"not_applicable"}


def test_the_table_that_most_places_contradict_is_told_alone() -> None:
    """What it contradicts is right: one cause is one finding, and no other table is accused."""
    wrong = budget("general_budget_expenditure", "合计|基本支出", ["|合计|100.00|60.00"], unit="元")
    basic = budget("general_budget_basic_expenditure", "合计", ["|合计|60.00"])
    grants = budget("fiscal_appropriation_summary", "合计|一般公共预算", [">|支出总计|100.00|100.00"])
    outcomes = list(check(booklet(basic, wrong, grants, prose=["一般公共预算基本支出60.00万元。"])))
    assert [outcome.status for outcome in outcomes] == ["pass", "fail", "pass"]
    assert [detail["where"] for detail in outcomes[1].details] == ["《财政拨款收支总表》", "《一般公共预算基本支出表》", "“一般公共预算基本支出60.00万元”"]
