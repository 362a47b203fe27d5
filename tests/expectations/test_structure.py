"""A tie that fails in most rows accuses nobody; a row that is off among many that tie is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from published import booklet, budget, document, project, total

from expectations.checks import check, findings
from transforms.records import ParsedDocument

SOURCES = "合计|财政拨款收入|事业收入/金额|事业收入/其中：教育收费|其他收入"


def rules(read: ParsedDocument) -> Counter[str]:
    """The critical findings by rule."""
    return Counter(finding.rule for finding in findings(read, check(read)) if finding.severity == "critical")


def income(*rows: str) -> ParsedDocument:
    return booklet(budget("income_summary", SOURCES, [f"2050{number}|科目{number}|{row}" for number, row in enumerate(rows, 201)]))


GOOD, WRONG = "900.00|500.00|300.00|120.00|100.00", "100.00|90.00|5.00||10.00"


def test_what_stands_under_of_which_is_a_part_of_the_amount_beside_it() -> None:
    assert rules(income(GOOD, GOOD.replace("120.00", ""), GOOD.replace("120.00", "300.00"))) == Counter()


def test_one_row_that_is_off_is_the_departments() -> None:
    assert rules(income(GOOD, WRONG, GOOD)) == Counter({"row-ties-to-funding": 1})
    assert rules(income(WRONG)) == Counter({"row-ties-to-funding": 1})
    assert rules(income(WRONG, WRONG)) == Counter({"row-ties-to-funding": 2})    # the same numbers for 类, 款 and 项


@pytest.mark.parametrize("rows", [
    [WRONG, "70.00|60.00|5.00||10.00"],
    [GOOD, WRONG, "70.00|60.00|5.00||10.00", "80.00|60.00|5.00||10.00"],
])
def test_a_tie_that_fails_in_most_rows_is_a_doubt_about_the_reading(rows: Sequence[str]) -> None:
    read = income(*rows)
    assert rules(read) == Counter({"unread-cells": 1})
    [finding] = [finding for finding in findings(read, check(read)) if finding.rule == "unread-cells"]
    assert "科目202" in finding.message
    skipped = [outcome for outcome in check(read) if outcome.reason == "structure-in-doubt"]
    assert {(outcome.rule, outcome.status) for outcome in skipped} == {("row-ties-to-funding", "not_applicable")}


def test_projects_whose_sources_mostly_do_not_tie_are_a_doubt_too() -> None:
    wrong = [project("甲|20.00|15.00||"), project("乙|10.00|8.00||"), project("丙|5.00|5.00||")]
    assert rules(document(wrong)) == Counter({"unread-cells": 1})
    assert rules(document([wrong[0], *[project(f"丁{number}|5.00|5.00||") for number in range(3)]])) == Counter({"row-ties-to-funding": 1})


def test_totals_that_mostly_do_not_tie_are_a_doubt_and_a_lone_one_is_told() -> None:
    rows = [project("甲|20.00|20.00||"), project("乙|10.00|10.00||")]
    assert rules(document(rows, [total("合计|31.00|31.00||", [0, 1])])) == Counter({"total-ties-to-projects": 1})
    wrong = [total("一科|21.00|21.00||", [0]), total("二科|12.00|12.00||", [1]), total("合计|30.00|30.00||", [0, 1])]
    assert rules(document(rows, wrong)) == Counter({"unread-cells": 1})


def test_sums_down_a_column_that_mostly_fail_are_a_doubt_and_one_wrong_amount_is_told() -> None:
    rows = ["|合计|100.00", "201|甲|60.00", "20101|甲一|60.00", "2010101|甲一一|60.00", "205|乙|40.00", "20502|乙一|40.00", "2050202|乙一一|40.00"]
    assert rules(booklet(budget("expenditure_summary", "合计", rows))) == Counter()
    one = [row.replace("20101|甲一|60.00", "20101|甲一|50.00") for row in rows]
    assert rules(booklet(budget("expenditure_summary", "合计", one))) == Counter({"children-tie-to-parent": 1})
    most = ["|合计|100.00", "201|甲|60.00", "20101|甲一|50.00", "2010101|甲一一|45.00", "205|乙|30.00", "20502|乙一|40.00", "2050202|乙一一|20.00"]
    assert rules(booklet(budget("expenditure_summary", "合计", most))) == Counter({"unread-cells": 1})
