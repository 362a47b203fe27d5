from __future__ import annotations

from dataclasses import replace

from published import booklet, budget, document, project

from expectations.checks import findings
from expectations.frames import build_frames
from expectations.messages import message
from expectations.rows import rows_of
from expectations.rules.column_shift import check
from transforms.records import ColumnShift

# The row of the seed whose blank 财政专户拨款 cell was lost.
SHIFT = ColumnShift(
    cells=("离退休干部管理工作经费", "2.90", "2.90", "", "做好机关离退休人员的慰问工作，体现对离退休老同志的亲切关怀。"),
    read_as={"总计": "2.90", "财政拨款": "2.90", "绩效目标": "做好机关离退休人员的慰问工作，体现对离退休老同志的亲切关怀。"},
    is_certain=True,
)


def test_a_row_that_fits_its_columns_passes() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00||")]))] == ["pass"]


def test_a_shifted_row_with_one_reading_fails_and_is_believed() -> None:
    [outcome] = check(document([project("离退休干部管理工作经费|2.90|2.90||", shift=SHIFT)]))
    assert (outcome.status, outcome.is_certain) == ("fail", True)
    assert "已按以下对应关系读取：总计＝“2.90”；财政拨款＝“2.90”；绩效目标＝“做好机关离退休人员的慰问工作，" in message(outcome, "zh")


def test_a_shifted_row_with_several_readings_goes_to_quarantine() -> None:
    [outcome] = check(document([project("离退休干部管理工作经费|2.90|2.90||", shift=replace(SHIFT, is_certain=False))]))
    assert (outcome.status, outcome.is_certain) == ("fail", False)
    assert "该行已原样隔离" in message(outcome, "zh")


def test_a_shift_is_critical_where_its_money_is_in_no_sum() -> None:
    for is_certain, severity in ((True, "warning"), (False, "critical")):
        shifted = document([project("离退休干部管理工作经费|2.90|2.90||", shift=replace(SHIFT, is_certain=is_certain))])
        outcomes = list(check(shifted))
        assert [finding.severity for finding in findings(shifted, outcomes)] == [severity]
        assert build_frames([rows_of(shifted, outcomes)])["finding"]["severity"].tolist() == [severity]


def test_a_format_that_marks_its_cells_does_not_apply() -> None:
    [outcome] = check(document([project("人大会议经费|33.00|33.00||")], format="xlsx"))
    assert (outcome.status, outcome.reason) == ("not_applicable", "cells-are-marked")


def test_a_budget_row_that_lost_a_cell_fails_cell_by_cell() -> None:
    table = budget("expenditure_summary", "合计|基本支出|项目支出", ["201|一般公共服务支出|75.00|35.00|40.00", "20101|人大事务|75.00|35.00|"])
    for line in table.lines[3:]:
        line.amount = None
    outcomes = list(check(booklet(table)))
    assert [(outcome.status, outcome.index, outcome.is_certain) for outcome in outcomes] == [("pass", 0, True), ("fail", 3, False), ("fail", 4, False)]
    assert "合计＝“75.00”" in message(outcomes[1], "zh")


def test_a_budget_amount_without_unit_or_of_words_is_no_shift() -> None:
    tables = [budget("expenditure_summary", "合计", ["201|教育支出|75.00"], unit=None), budget("expenditure_summary", "合计", ["201|教育支出|待定"])]
    assert [outcome.status for outcome in check(booklet(*tables))] == ["pass", "pass"]


def test_budget_rows_of_marked_cells_are_not_asked() -> None:
    assert list(check(booklet(budget("expenditure_summary", "合计", ["201|教育支出|75.00"]), format="xlsx"))) == []
