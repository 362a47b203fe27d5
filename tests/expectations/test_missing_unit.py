from __future__ import annotations

from decimal import Decimal

from published import booklet, budget, document, project, table, total

from expectations.messages import message
from expectations.rules.missing_unit import check
from transforms.records import Line, Place


def test_a_table_with_its_unit_passes() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00||")]))] == ["pass"]


def test_a_table_without_unit_fails_and_its_rows_cannot_be_believed() -> None:
    rows = [project("秸秆综合利用|12.5|12.5||", unit=None), project("农村厕所改造奖补|20|20||", unit=None)]
    [outcome] = check(document(rows, [total("合计|32.5|32.5||", [0, 1], unit=None)], [table(unit=None)]))
    assert (outcome.status, outcome.is_certain) == ("fail", False)
    assert (outcome.place.page, outcome.place.row) == (1, 4)
    assert "3 行金额不能换算为元" in message(outcome, "zh")


def test_a_budget_table_without_unit_fails() -> None:
    line = Line(None, "2010101", "行政运行", "支出预算/基本支出", None, Place(5, 3))
    [outcome] = check(document(tables=[table(unit=None, kind="expenditure_summary", lines=[line])]))
    assert (outcome.status, outcome.place) == ("fail", Place(5, 3))


def test_cells_that_carry_their_own_unit_need_no_other() -> None:
    [outcome] = check(document([project("秸秆综合利用|854万|854万||", unit=None)], tables=[table(unit=None)]))
    assert outcome.status == "pass"


def test_an_unreadable_amount_says_nothing_about_the_unit() -> None:
    [outcome] = check(document([project("秸秆综合利用|待定|||", unit=None)], tables=[table(unit=None)]))
    assert outcome.status == "pass"


def test_a_table_without_amounts_does_not_apply() -> None:
    [outcome] = check(document(tables=[table(unit=None, empty=True, note="注：本部门无此项支出，故本表为空表")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-amount")


def test_each_table_is_asked_for_itself() -> None:
    line = Line(None, None, "合计", "金额", Decimal(1), Place(1, 1))
    tables = [table(lines=[line]), table(unit=None)]
    outcomes = list(check(document([project("秸秆综合利用|12.5|||", unit=None, table=1)], tables=tables)))
    assert [outcome.status for outcome in outcomes] == ["pass", "fail"]
    assert len({outcome.label for outcome in outcomes}) == 2


def test_an_unreadable_budget_amount_says_nothing_about_the_unit() -> None:
    tables = [budget("expenditure_summary", "合计", ["201|教育支出|待定"], unit=None), budget("expenditure_summary", "合计", ["201|教育支出|9.00"], unit=None)]
    assert [outcome.status for outcome in check(booklet(*tables))] == ["pass", "fail"]
