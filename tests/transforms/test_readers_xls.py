"""Legacy workbooks read as XLSX does: what is shown, numbers exact."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from contextlib import suppress

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.grid import Cell, Grid, TextLine, UnreadableDocument
from transforms.readers.xls import read


def saved(book: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook(*rows: list[object], change: Callable[[xlwt.Worksheet], None] = lambda sheet: None, styles: dict[tuple[int, int], str] | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                sheet.write(row, column, value, xlwt.easyxf(num_format_str=(styles or {}).get((row, column), "General")))
    change(sheet)
    return saved(book)


def texts(data: bytes) -> list[list[str]]:
    (grid,) = read(data).blocks
    assert isinstance(grid, Grid)
    return [[cell.text for cell in row] for row in grid.rows()]


def test_a_published_sheet_is_its_heading_its_table_and_its_note() -> None:
    def merge(sheet: xlwt.Worksheet) -> None:
        sheet.write_merge(0, 0, 0, 2, "政府性基金预算支出表")
        sheet.write_merge(1, 2, 0, 0, "科目")
        sheet.write_merge(1, 1, 1, 2, "本年支出")

    title, grid = read(workbook([None], [None], [None, "基本支出", "项目支出"], ["208", 12.5, None], change=merge)).blocks
    assert title == TextLine("政府性基金预算支出表", row=1)
    assert grid == Grid((
        Cell("科目", 2, 1, row_span=2), Cell("本年支出", 2, 2, column_span=2), Cell("基本支出", 3, 2), Cell("项目支出", 3, 3),
        Cell("208", 4, 1), Cell("12.5", 4, 2), Cell("", 4, 3),
    ), sheet="表")


def test_hidden_sheets_rows_and_columns_are_not_published() -> None:
    book = xlwt.Workbook()
    shown, hidden, very_hidden = (book.add_sheet(name) for name in ("表", "字典", "校验"))
    hidden.visibility, very_hidden.visibility = 1, 2
    for sheet in (shown, hidden, very_hidden):
        for row, values in enumerate((["ID", "项目", "总计"], ["9", "XMMC", "ZJ"], ["1", "会议费", 5])):
            for column, value in enumerate(values):
                sheet.write(row, column, value)
    shown.col(0).hidden = True
    shown.row(1).hidden = True
    assert texts(saved(book)) == [["项目", "总计"], ["会议费", "5"]]


@pytest.mark.parametrize(("value", "code", "published"), [
    (1234.56, "General", "1234.56"), (0.1 + 0.2, "General", "0.3"), (-13.27, "General", "-13.27"), (2**31, "General", "2147483648"),
    (-5, "General", "-5"), (123456789012.34, "General", "123456789012.34"), (0.955, "0.0%", "95.5%"), (421.9812345, "0.00", "421.98"),
    (37001, "000000", "037001"), (12345678, "0!.0,", "1234.6"), (5, ";;;", ""), (datetime.date(2024, 12, 31), "yyyy-mm-dd", "2024-12-31"),
    (datetime.datetime.fromisoformat("2024-01-02 03:04:05"), "yyyy/m/d h:mm", "2024-01-02 03:04:05"), (datetime.time(9, 30), "h:mm", "09:30:00"),
    (1.25, "[h]:mm", "30:00:00"), (True, "General", "TRUE"), ("〇" * 9000, "General", "〇" * 9000), ("  1、甲\r\n2、乙 ", "General", "1、甲\n2、乙"),
], ids=str)
def test_values_read_as_they_are_shown(value: object, code: str, published: str) -> None:
    assert texts(workbook(["甲", "乙"], ["x", value], styles={(1, 1): code}))[1] == ["x", published]


def test_texts_that_go_on_in_another_record_are_whole() -> None:
    long = [f"{number}{'绩效abc' * 700}" for number in range(20)] + ["ascii only " * 1500]
    assert [row[1] for row in texts(workbook(["甲", "乙"], *(["x", text.strip()] for text in long)))[1:]] == [text.strip() for text in long]


def test_raised_digits_are_never_joined_to_an_amount() -> None:
    def change(sheet: xlwt.Worksheet) -> None:
        sheet.write_rich_text(1, 1, ["10.00", ("1", xlwt.easyfont("escapement superscript"))])

    assert texts(workbook(["甲", "乙"], ["x"], change=change))[1] == ["x", "10.00¹"]


def test_a_formula_that_was_never_computed_is_no_blank() -> None:
    assert texts(workbook(["甲", "乙"], ["x", xlwt.Formula("SUM(A1:A1)")], ["y", xlwt.Formula('IF(1,"","x")')]))[1:] == [["x", "=?"], ["y", ""]]


WHOLE = workbook(["项目", "金额"], ["甲", 1.5])


@settings(max_examples=150)
@given(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 600), st.binary(max_size=40)))
def test_damaged_workbooks_are_told(change: tuple[int, int, bytes]) -> None:
    with suppress(UnreadableDocument):
        read(WHOLE[: change[0]] + change[2] + WHOLE[change[0] + change[1]:])


def test_struck_and_white_cells_are_not_read() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, (style, texts) in enumerate((
        ("font: color white; pattern: pattern solid, fore_color dark_blue", ("项目", "总计")),    # white on blue is seen
        ("", ("会议费", 5)), ("font: struck_out on", ("旧项目", 9)), ("font: color white", ("校验", 7)),
    )):
        for column, text in enumerate(texts):
            sheet.write(row, column, text, xlwt.easyxf(style))
    reading = read(saved(book))
    (table,) = reading.blocks
    assert isinstance(table, Grid)
    assert [cell.text for cell in table.cells] == ["项目", "总计", "会议费", "5"]
    assert [line.text for line in reading.hidden] == ["旧项目", "9", "校验", "7"]


def test_parts_of_a_text_that_are_struck_out_or_white_are_not_read() -> None:
    def change(sheet: xlwt.Worksheet) -> None:
        sheet.write_rich_text(1, 1, [("118.00", xlwt.easyfont("struck_out on")), "219.70"])
        sheet.write_rich_text(2, 1, ["219.70", ("9", xlwt.easyfont("color white"))])
        sheet.write_rich_text(3, 1, ["219.70", ("9", xlwt.easyfont("height 20"))])

    book = workbook(["甲", "乙"], ["x"], ["y"], ["z"], change=change)
    assert [row[1] for row in texts(book)] == ["乙", "219.70", "219.70", "219.70"]
    assert [line.text for line in read(book).hidden] == ["118.00", "9", "9"]


@pytest.mark.parametrize("style", ["font: height 20", "font: color lime; pattern: pattern solid, fore_color lime"])
def test_what_nobody_sees_is_told_and_not_read(style: str) -> None:
    def change(sheet: xlwt.Worksheet) -> None:
        sheet.write(2, 0, "校验", xlwt.easyxf(style))

    reading = read(workbook(["项目", "总计"], ["会议费", 5], change=change))
    assert [cell.text for block in reading.blocks if isinstance(block, Grid) for cell in block.cells] == ["项目", "总计", "会议费", "5"]
    assert [line.text for line in reading.hidden] == ["校验"]


def test_zeros_that_a_sheet_does_not_show_are_not_read() -> None:
    def change(sheet: xlwt.Worksheet) -> None:
        sheet.show_zero_values = False

    assert texts(workbook(["项目", "总计"], ["会议费", 0], ["差旅费", 5], change=change)) == [["项目", "总计"], ["会议费", ""], ["差旅费", "5"]]
