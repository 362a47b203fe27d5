from __future__ import annotations

from dataclasses import replace

from published import document, project

from expectations.messages import message
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


def test_a_format_that_marks_its_cells_does_not_apply() -> None:
    [outcome] = check(document([project("人大会议经费|33.00|33.00||")], format="xlsx"))
    assert (outcome.status, outcome.reason) == ("not_applicable", "cells-are-marked")
