"""Rows that were recognised in a picture with doubt."""

from __future__ import annotations

from decimal import Decimal

from published import project, table

from expectations.outcome import Outcome
from expectations.rules.uncertain_reading import check
from transforms.records import CERTAIN_AMOUNT, CERTAIN_TEXT, Line, ParsedDocument, Place, Table


def outcome(place: Place) -> Outcome:
    """The outcome for a project recognised at a place."""
    (only,) = check(ParsedDocument("a.pdf", None, "pdf", tables=[table()], projects=[project("人大会议经费|33.00|33.00||", place=place)]))
    return only


def test_a_row_that_was_recognised_with_certainty_passes() -> None:
    assert outcome(Place(1, 4, None, CERTAIN_TEXT, CERTAIN_AMOUNT)).status == "pass"


def test_a_doubtful_amount_sends_the_row_to_quarantine() -> None:
    found = outcome(Place(1, 4, None, 0.5, CERTAIN_AMOUNT - 0.01))
    assert (found.status, found.is_certain, found.values["part"]) == ("fail", False, "amounts")


def test_a_doubtful_text_is_told_and_loaded() -> None:
    found = outcome(Place(1, 4, None, CERTAIN_TEXT - 0.01, 1.0))
    assert (found.status, found.is_certain, found.values) == ("fail", True, {"part": "texts", "share": "69%"})


def test_text_of_the_document_itself_was_not_recognised() -> None:
    assert outcome(Place(1, 4)).reason == "not-recognised"


def test_of_a_row_of_a_budget_table_each_doubtful_amount_is_told() -> None:
    lines = [
        Line(None, "201", "一般公共服务支出", column, Decimal(amount), Place(1, 3, None, confidence, confidence))
        for column, amount, confidence in (("合计", 5, 0.99), ("基本支出", 3, 0.4), ("项目支出", 2, 0.95))
    ]
    found = list(check(ParsedDocument("a.pdf", None, "pdf", tables=[Table("expenditure_summary", "部门支出总表", "万元", lines=lines)])))
    assert [(each.status, each.index, each.is_certain) for each in found] == [("fail", 1, False)]
    assert found[0].label == "《部门支出总表》201 一般公共服务支出 基本支出"
