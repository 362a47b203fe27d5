"""Tables of PDFs without rulings, or with horizontal ones only: drawn by reportlab, read back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from transforms.grid import Grid
from transforms.readers.pdf.document import read

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT, SIZE, HEIGHT = "STSong-Light", 9, 600
LEFTS = (50, 200, 290, 380)    # of the columns; amounts end 70 points further right

Draw = Callable[[Canvas], None]


def document(*pages: Draw) -> bytes:
    """A PDF of these pages."""
    data = io.BytesIO()
    canvas = Canvas(data, (600, HEIGHT))
    for draw in pages:
        canvas.setFont(FONT, SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def table(rows: Sequence[Sequence[str]], top: float = 100, pitch: float = 20) -> Draw:
    """A table: names from the left, the other columns to the right; `\\n` begins a further line of a cell."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - top
        for row in rows:
            for column, text in enumerate(row):
                for number, line in enumerate(text.split("\n")):
                    if column:
                        canvas.drawRightString(LEFTS[column] + 70, y - 11 * number, line)
                    else:
                        canvas.drawString(LEFTS[0], y - 11 * number, line)
            y -= pitch + 11 * (max(text.count("\n") for text in row))

    return draw


def grids(data: bytes) -> list[list[list[str]]]:
    """The texts of the tables, by row."""
    return [[[cell.text for cell in row] for row in block.rows()] for block in read(data).blocks if isinstance(block, Grid)]


ROWS = [["科目", "合计", "基本支出", "项目支出"], ["一般公共服务支出", "1,234.50", "1,000.00", "234.50"],
        ["社会保障和就业支出", "88.00", "88.00", ""], ["住房保障支出", "12.00", "", "12.00"]]


@pytest.mark.parametrize("pitch", [20, 12])
def test_rows_and_columns_are_found_by_where_text_stands(pitch: float) -> None:
    assert grids(document(table(ROWS, pitch=pitch))) == [ROWS]


@pytest.mark.parametrize("rows", [ROWS, [*ROWS[:1], *([name, amount, "", ""] for name, amount, *_ in ROWS[1:])]])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_a_header_beside_its_amounts_heads_their_column(rows: list[list[str]], is_mirrored: bool) -> None:
    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                place, y = 60 + 120 * column, HEIGHT - 100 - 18 * number
                is_right = column > 0 and (number == 0) == is_mirrored
                (canvas.drawRightString if is_right else canvas.drawString)(place + 90 * is_right, y, text)

    assert grids(document(draw)) == [rows]


def test_horizontal_lines_alone_make_no_difference() -> None:
    def three_lines(canvas: Canvas) -> None:
        table(ROWS)(canvas)
        for y in (HEIGHT - 88, HEIGHT - 106, HEIGHT - 172):
            canvas.line(45, y, 455, y)

    assert grids(document(three_lines)) == [ROWS]


def test_a_wrapped_name_is_one_cell() -> None:
    rows = [ROWS[0], ["机关事业单位基本养\n老保险缴费支出", "5.00", "5.00", ""], *ROWS[2:]]
    assert grids(document(table(rows)))[0][1] == ["机关事业单位基本养\n老保险缴费支出", "5.00", "5.00", ""]


def test_a_column_with_nothing_but_its_header_is_one() -> None:
    rows = [[*row[:3], ""] for row in ROWS]
    rows[0][3] = "其他资金"
    assert grids(document(table(rows))) == [rows]


def test_a_header_over_several_columns_spans_them() -> None:
    def spanning(canvas: Canvas) -> None:
        canvas.drawCentredString(400, HEIGHT - 88, "其中：财政拨款安排的本年支出合计")
        table(ROWS)(canvas)

    (found,) = (block for block in read(document(spanning)).blocks if isinstance(block, Grid))
    assert [(cell.text, cell.column, cell.column_span) for cell in found.cells if cell.column_span > 1] in (
        [], [("其中：财政拨款安排的本年支出合计", 3, 2)],
    )


def test_a_table_goes_on_over_the_page_with_the_columns_that_it_had() -> None:
    first, second = grids(document(table(ROWS), table([["交通运输支出", "7.00", "", "7.00"]])))
    assert (first, second) == (ROWS, [["交通运输支出", "7.00", "", "7.00"]])


@pytest.mark.parametrize(
    "lines",
    [
        ["2024年收入总计 1,234.50 万元，支出总计 1,234.50 万元，与上年相比增加 20.00 万元。"] * 6,
        [f"第{number}部分  部门概况{'.' * 30} {number}" for number in range(1, 9)],
        ["一、办公室  二、人事科  三、财务科"] * 6,
    ],
)
def test_prose_and_contents_lists_are_no_tables(lines: list[str]) -> None:
    def prose(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(50, HEIGHT - 60 - 16 * number, line)

    assert grids(document(prose)) == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.sampled_from(["", "1.00", "23,456.78", "0.00"]), min_size=3, max_size=3), min_size=4, max_size=12), st.sampled_from([12, 16, 24]))
def test_what_is_drawn_is_read(amounts: list[list[str]], pitch: float) -> None:
    filled = [[f"项目{number}支出", "9.99", *row[1:]] for number, row in enumerate(amounts)]
    rows = [["项目", "总计", "财政拨款", "其他资金"], *filled]
    assert grids(document(table(rows, pitch=pitch, top=60))) == [rows]


ACCOUNTS = ("一般公共服务支出", "审计事务", "机关事业单位基本养老保险缴费支出", "其他社会保障和就业支出", "住房公积金", "行政单位医疗补助支出")


def spaced(rows: Sequence[Sequence[str]], most: int, pitch: float, beside: int = 0) -> Draw:
    """A table with codes, then names wrapped after so many characters, then amounts beside their first line or their last (-1)."""
    lefts = (40, 110, 330, 420) if len(rows[0]) > 3 else (110, 330, 420)
    name = len(rows[0]) - 3

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 80.0
        for number, row in enumerate(rows):
            parts = [row[name][begin : begin + most] for begin in range(0, len(row[name]), most)] if number else [row[name]]
            for column, text in enumerate(row):
                if column == name:
                    for line, part in enumerate(parts):
                        canvas.drawString(lefts[column], y - pitch * line, part)
                elif column < name:
                    canvas.drawString(lefts[column], y, text)
                else:
                    canvas.drawRightString(lefts[column] + 60, y - pitch * (beside % len(parts)), text)
            y -= pitch * len(parts)

    return draw


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(ACCOUNTS), min_size=4, max_size=9), st.integers(5, 9), st.floats(16, 22), st.booleans(), st.sampled_from([0, -1]),
)
def test_names_wrapped_at_the_distance_of_rows_are_one_row(names: list[str], most: int, pitch: float, has_codes: bool, beside: int) -> None:
    assume(sum(-(-len(name) // most) for name in names) * pitch < HEIGHT - 120)    # what is drawn below the page nobody reads
    beside = beside if has_codes else 0
    codes = [("科目编码",), *((f"2080{place:03}",) for place in range(len(names)))] if has_codes else [()] * (len(names) + 1)
    rows = [[*codes[0], "科目名称", "合计", "基本支出"][-4 if has_codes else -3 :]]
    rows += [[*code, name, f"{place + 1}21.50", f"{place + 1}21.50"] for place, (code, name) in enumerate(zip(codes[1:], names, strict=True))]
    (found,) = grids(document(spaced(rows, most, pitch, beside)))
    assert [[text.replace("\n", "") for text in row] for row in found] == rows


@pytest.mark.parametrize("heading", ["商品和服务支出", "二、商品和服务支出", "小计", "其中：培训费"])
def test_a_heading_below_the_longest_name_is_a_row_of_its_own(heading: str) -> None:
    rows = [["科目名称", "合计", "基本支出"], ["合计", "20.00", "20.00"], ["工资福利支出", "", ""], ["基本工资", "5.00", "5.00"], ["机关事业单位养老保险缴费", "5.00", "5.00"],
            [heading, "", ""], ["办公费", "5.00", "5.00"], ["差旅费", "5.00", "5.00"]]
    (found,) = grids(document(spaced(rows, 20, 18)))
    assert found == rows


def test_a_note_below_is_no_rest_of_the_last_name() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出"], *([f"20{place}", "基本养老保险缴费支出", "5.00", "5.00"] for place in range(1, 5))]

    def draw(canvas: Canvas) -> None:
        spaced(rows, 20, 18)(canvas)
        canvas.drawString(40, HEIGHT - 80 - 18 * len(rows), "注：本表无其他内容。")

    assert grids(document(draw)) == [rows]
