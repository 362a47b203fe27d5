"""Hidden rows and columns of workbooks are not read; those with amounts are told, those with keys and codes are not."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
import xlwt

from transforms.readers.concealed import of_column, of_row
from transforms.readers.xls import read as read_xls
from transforms.readers.xlsx import read as read_xlsx

ROWS = [["编码", "项目", "总计", "其中"], ["201", "会议费", 5, 2.5], ["202", "培训费", 80, 1.5], ["203", "差旅费", 7, 1]]


def xlsx(hide: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    if hide.isdigit():
        sheet.row_dimensions[int(hide)].hidden = True
    else:
        sheet.column_dimensions[hide].hidden = True
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def xls(hide: str) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    if hide.isdigit():
        sheet.row(int(hide) - 1).hidden = True
    else:
        sheet.col(ord(hide) - ord("A")).hidden = True
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(("hide", "told"), [("3", ["202 培训费 80 1.5"]), ("D", ["2.5 1.5 1"]), ("A", []), ("1", [])])
def test_a_hidden_row_or_column_with_amounts_is_told(hide: str, told: list[str]) -> None:
    for reading in (read_xlsx(xlsx(hide)), read_xls(xls(hide))):
        assert [line.text for line in reading.hidden] == told


@pytest.mark.parametrize("row", [["2010801", "行政运行"], ["3"], ["项目代码", "XMMC", "ZJ"], ["5.00"], []])
def test_a_row_without_an_amount_behind_its_name_is_not_told(row: list[str]) -> None:
    assert not of_row(row)


@pytest.mark.parametrize("column", [["101001", "101002"], ["1", "2", "3"], ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], ["甲"], []])
def test_a_column_of_codes_or_numbers_of_rows_is_not_told(column: list[str]) -> None:
    assert not of_column(column)
