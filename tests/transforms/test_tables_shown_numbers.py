"""Workbooks that show other numbers than they hold."""

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from expectations.checks import check
from transforms.parse import parse_document
from transforms.records import ParsedDocument

EXACT = [1_234_567.49, 2_345_678.49, 345_678.49]    # yuan


def document(unit: str, number_format: str, amounts: Sequence[float]) -> ParsedDocument:
    """What is read of a workbook of projects whose amounts and total have a format."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["2031年项目支出表"], ["部门：某市水务局", f"单位：{unit}"], ["项目名称", "资金总额"]]:
        sheet.append(row)
    for number, amount in enumerate([*amounts, sum(amounts)]):
        sheet.append(["合计" if number == len(amounts) else f"第{number}水厂改造", amount])
        sheet.cell(sheet.max_row, 2).number_format = number_format
    data = io.BytesIO()
    book.save(data)
    return parse_document("a.xlsx", data.getvalue())


@pytest.mark.parametrize(("unit", "number_format", "scale", "shown", "doubts"), [
    pytest.param("元", "#,##0.00", 1, "1234567.49", [], id="all-is-shown"),
    pytest.param("元", "#,##0", 1, "1234567.00", [], id="cents-are-rounded-everywhere"),
    pytest.param("万元", "#,##0.00", 10_000, "1234600.00", [], id="what-the-templates-ask-for"),
    pytest.param("万元", "0!.0,", 1, "1235000.00", ["rounded"], id="yuan-shown-as-tens-of-thousands-with-one-place"),
    pytest.param("万元", "#,##0", 10_000, "1230000.00", ["rounded"], id="whole-tens-of-thousands"),
    pytest.param("千元", "#,##0,", 1, "1235000.00", ["rounded"], id="whole-thousands"),
    pytest.param("元", "#,##0.00,", 1, "1234.57", ["scaled"], id="thousands-that-are-called-yuan"),
    pytest.param("万元", "#,##0.00,", 1, "12345700.00", ["scaled"], id="thousands-that-are-called-tens-of-thousands"),
    pytest.param("亿元", "0!.0000", 10_000, "1230000.00", [], id="tens-of-thousands-shown-as-hundreds-of-millions"),
])
def test_what_is_shown_is_read_and_what_it_hides_is_told(unit: str, number_format: str, scale: int, shown: str, doubts: list[str]) -> None:
    found = document(unit, number_format, [amount / scale for amount in EXACT])
    [table] = found.tables
    assert f"{found.projects[0].amount:.2f}" == shown
    assert [doubt.reason for doubt in table.doubts] == doubts
    assert [doubt.is_believed for doubt in table.doubts] == [reason == "rounded" for reason in doubts]


def test_amounts_that_are_shown_rounded_need_not_add_up() -> None:
    failed = {outcome.rule for outcome in check(document("万元", "0", [1.4, 2.4, 3.4, 5.4])) if outcome.status == "fail"}
    assert "total-ties-to-projects" not in failed
    failed = {outcome.rule for outcome in check(document("万元", "0.0", [1.0, 2.0, 3.0, 5.0, 0.04])) if outcome.status == "fail"}
    assert "total-ties-to-projects" not in failed
