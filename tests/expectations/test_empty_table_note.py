from __future__ import annotations

import pytest
from published import SUMMARY, booklet, budget, document, project

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.empty_table_note import check
from transforms.records import Doubt, ParseError, Place, Table


def judge(kind: str, note: str | None, rows: list[str] | None = None, **fields: object) -> Outcome:
    table = budget(kind, "合计", rows or [], note=note, empty=not rows)
    [outcome] = check(booklet(table, **fields))
    return outcome


@pytest.mark.parametrize(("kind", "note"), [
    ("government_fund_expenditure", "注:本部门2025年无政府性基金预算财政拨款安排的预算，故本表为空表。"),
    ("state_capital_expenditure", "本部门无此项支出，故本表为空表。"),
    ("three_public_expenses", "说明：本年度没有财政拨款“三公”经费支出，故本表无数据。"),
    ("government_fund_expenditure", "注：本表反映部门本年度政府性基金收支情况。\n无政府性基金收支的，仍保留该表格式，并在本表下方作下述说明：\n说明：没有政府性基金预算收支，故本表无数据。"),
])
def test_an_empty_table_with_its_note_passes(kind: str, note: str) -> None:
    assert judge(kind, note).status == "pass"


@pytest.mark.parametrize("note", [None, "注：本表反映部门本年度支出情况。", "注：如无此项支出，则本表为空表。", "1.无政府性基金收支的，仍保留该表格式；2.公务接待费为0。"])
def test_a_filled_table_passes_without(note: str | None) -> None:
    assert judge("government_fund_expenditure", note, ["|合计|9.00"]).status == "pass"


def test_a_table_of_zeros_may_say_that_it_is_empty() -> None:
    assert judge("government_fund_expenditure", "故本表为空表", ["|合计|0.00"]).status == "pass"
    assert judge("government_fund_expenditure", None, ["|合计|0.00"]).status == "pass"


@pytest.mark.parametrize(("kind", "note", "rows", "words"), [
    ("government_fund_expenditure", None, None, "是空表，但没有说明原因"),
    ("government_fund_expenditure", "注：本表反映部门本年度政府性基金收支情况。", None, "是空表，但没有说明原因"),
    ("government_fund_expenditure", "无政府性基金收支的，仍保留该表格式，并在本表下方作下述说明：", None, "是空表，但没有说明原因"),
    ("three_public_expenses", "本部门无此项支出，故本表为空表。", ["|合计|35.53"], "列有金额，说明却称为空表"),
    ("state_capital_expenditure", "注:本部门2025年无政府性基金预算财政拨款安排的预算，故本表为空表。", None, "附的是其他表的说明"),
])
def test_a_missing_or_wrong_note_fails(kind: str, note: str | None, rows: list[str] | None, words: str) -> None:
    outcome = judge(kind, note, rows)
    assert (outcome.status, outcome.actual) == ("fail", note)
    assert words in message(outcome, "zh")


def test_a_table_of_projects_is_filled() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00||")]))] == ["pass"]


def test_a_table_without_amounts_does_not_apply() -> None:
    [outcome] = check(booklet(budget("department_performance_targets", "合计", [])))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-amount")


def test_a_document_with_a_part_unread_does_not_apply() -> None:
    outcome = judge("government_fund_expenditure", None, errors=[ParseError("damaged-file", "page 7")])
    assert (outcome.status, outcome.reason) == ("not_applicable", "document-incomplete")


def test_every_table_is_asked_for_itself() -> None:
    assert [outcome.status for outcome in check(booklet(SUMMARY, SUMMARY))] == ["pass", "pass"]


def test_a_table_with_cells_that_nobody_understood_may_not_be_empty() -> None:
    doubt = Doubt("unread", "", ("500", "300"), 2, is_critical=True, is_believed=True, place=Place())
    outcome = check_one(budget("government_fund_expenditure", "合计", [], note=None, empty=True, doubts=[doubt]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "cells-unread")


def check_one(table: Table) -> Outcome:
    [outcome] = check(booklet(table))
    return outcome
