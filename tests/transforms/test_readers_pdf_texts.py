"""Ruled tables of PDFs and the text around them: drawn by reportlab, read back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from transforms.grid import Cell, Grid, TextLine
from transforms.readers.pdf import texts
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.document import read

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT, SIZE = "STSong-Light", 9
WIDTH, HEIGHT = 600, 800
LEFT, TOP, COLUMN, ROW = 60, 100, 120, 24    # points, from the top left corner

Draw = Callable[[Canvas], None]
Line = Callable[[Canvas, float, float, float, float], None]
Span = tuple[int, int, int, int, str]    # row, column, rows, columns, text


def document(*pages: Draw, turn: int = 0, **options: object) -> bytes:
    """A PDF of these pages, shown turned clockwise by `turn` degrees."""
    data = io.BytesIO()
    canvas = Canvas(data, (WIDTH, HEIGHT), **options)
    for draw in pages:
        canvas.setPageRotation(turn)
        canvas.setFont(FONT, SIZE)
        canvas.setLineWidth(0.5)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def stroke(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, y0, x1, y1)


def spans(rows: Sequence[str]) -> list[Span]:
    """Cells of rows as `a|b|c`."""
    return [(row, column, 1, 1, text) for row, line in enumerate(rows) for column, text in enumerate(line.split("|"))]


def table(cells: Sequence[Span], line: Line = stroke, left: float = LEFT, top: float = TOP) -> Draw:
    """A table: each cell with its four sides and its text, `\\n` for a further line."""

    def draw(canvas: Canvas) -> None:
        for row, column, rows, columns, text in cells:
            x0, x1 = left + column * COLUMN, left + (column + columns) * COLUMN
            y0, y1 = HEIGHT - top - row * ROW, HEIGHT - top - (row + rows) * ROW
            for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                line(canvas, *ends)
            for number, part in enumerate(text.split("\n")):
                canvas.drawString(x0 + 3, y0 - 10 - number * 10, part)

    return draw


def grids(data: bytes) -> list[Grid]:
    return [block for block in read(data).blocks if isinstance(block, Grid)]


def found(grid: Grid) -> list[Span]:
    return [(cell.row - 1, cell.column - 1, cell.row_span, cell.column_span, cell.text) for cell in grid.cells]


def lines(data: bytes) -> list[str]:
    return [block.text for block in read(data).blocks if isinstance(block, TextLine)]


ROWS = spans(["科目|金额|说明", "行政运行|1,234.50|", "合计|1,234.50|无"])


def test_frames_underlines_and_ornaments_are_no_tables() -> None:
    def decorated(canvas: Canvas) -> None:
        canvas.rect(20, 20, WIDTH - 40, HEIGHT - 40)
        canvas.line(60, HEIGHT - 60, 300, HEIGHT - 60)
        canvas.line(40, 40, WIDTH - 40, 40)
        canvas.drawString(60, HEIGHT - 58, "单位名称")
        table(ROWS)(canvas)

    data = document(decorated)
    assert ([found(grid) for grid in grids(data)], lines(data)) == ([ROWS], ["单位名称"])


def cell(text: Draw) -> Cell:
    """The first cell of a table in which the text is drawn."""
    cells = [(row, column, rows, columns, "") for row, column, rows, columns, _ in ROWS]

    def draw(canvas: Canvas) -> None:
        table([(0, 0, 2, 1, ""), *cells[1:3], *cells[4:]])(canvas)
        text(canvas)

    (grid,) = grids(document(draw))
    return grid.cells[0]


def at(text: str, x: float = 3, y: float = 12, size: float = SIZE) -> Draw:
    """Text in the first cell, measured from its top left corner."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, size)
        canvas.drawString(LEFT + x, HEIGHT - TOP - y, text)

    return draw


def both(*parts: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (both(at("会议费"), at("会议费", x=3.3)), "会议费"),                          # printed twice to make it bold
        (both(at("1,234.50"), at("1", x=3 + pdfmetrics.stringWidth("1,234.50", FONT, SIZE), y=8, size=5)), "1,234.50¹"),              # a footnote
        (both(at("1,234.50"), at("1", x=3 + pdfmetrics.stringWidth("1,234.50", FONT, SIZE), y=9, size=7.5)), "1,234.50¹"),      # of a browser
        (at("预 算"), "预 算"),
        (both(at("预"), at("算", x=40)), "预 算"),
        (at("Word Excel"), "Word Excel"),
        (both(at("保障机构正常运转，完成日"), at("常工作任务。", y=24)), "保障机构正常运转，完成日常工作任务。"),
        (both(at("1、会议费"), at("2、培训费", y=24)), "1、会议费\n2、培训费"),
        (at("跨过右边线的一段很长的文字", x=30), "跨过右边线的一段很长"),             # each character is in the cell that its middle is in
        (at("2023-"), "2023-"),
        (at("一、二〇"), "一、二〇"),
    ],
)
def test_texts_of_cells(text: Draw, expected: str) -> None:
    assert cell(text).text == expected


def test_a_wrapped_paragraph_is_one_line() -> None:
    def text(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 60, "本部门2024年收入总计比上年增加，主要是上级下达的专项转移支付资金增加，原因是年中追加，以及人")
        canvas.drawString(60, HEIGHT - 74, "员经费增加。")
        canvas.drawString(78, HEIGHT - 88, "其他事项见说明。")

    first, second = lines(document(text))
    assert first.endswith("以及人员经费增加。")
    assert second == "其他事项见说明。"


def test_a_label_takes_the_value_to_its_right() -> None:
    def text(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 60, "部门：")
        canvas.drawString(160, HEIGHT - 59, "某市教育局")
        canvas.drawString(400, HEIGHT - 60, "单位：万元")

    assert lines(document(text)) == ["部门： 某市教育局", "单位：万元"]




@pytest.mark.parametrize(("text", "spread"), [("1,234.50", 3), ("部门预算", 4), ("预算 2024", 0)])
def test_characters_that_are_spread_evenly_are_one_word(text: str, spread: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT + 3, HEIGHT - TOP - 12, text, charSpace=spread)

    assert cell(draw).text == text


def test_the_lines_of_a_cover_stay_apart() -> None:
    def cover(canvas: Canvas) -> None:
        for number, text in enumerate(["某市青川区教育局", "2024年部门预算", "二〇二四年二月"]):
            canvas.drawCentredString(WIDTH / 2, HEIGHT - 300 - 14 * number, text)

    assert lines(document(cover)) == ["某市青川区教育局", "2024年部门预算", "二〇二四年二月"]


def test_an_underline_that_touches_a_side_parts_no_rows() -> None:
    def underlined(canvas: Canvas) -> None:
        table(ROWS)(canvas)
        canvas.line(LEFT + 2, HEIGHT - TOP - ROW - 13, LEFT + 40, HEIGHT - TOP - ROW - 13)

    assert [found(grid) for grid in grids(document(underlined))] == [ROWS]


def test_a_table_inside_a_cell_keeps_its_text() -> None:
    head, inner = spans(["甲|乙"]), spans(["一|二"])

    def nested(canvas: Canvas) -> None:
        table([*head, (1, 0, 5, 2, "")])(canvas)    # five rows high, and nothing beside it that would tell
        canvas.scale(0.5, 0.5)
        table(inner, left=2 * LEFT + 40, top=2 * (TOP + 2 * ROW) - HEIGHT)(canvas)

    assert [found(grid) for grid in grids(document(nested))] == [[*head, (1, 0, 1, 2, "")], inner]


def test_a_tick_in_a_box_stays_in_its_cell() -> None:
    def ticked(canvas: Canvas) -> None:
        table(ROWS)(canvas)
        canvas.rect(LEFT + 2 * COLUMN + 20, HEIGHT - TOP - 2 * ROW + 6, 12, 12)
        canvas.drawString(LEFT + 2 * COLUMN + 22, HEIGHT - TOP - 2 * ROW + 9, "√")

    assert [cell.text for grid in grids(document(ticked)) for cell in grid.cells][5] == "√"


def test_cells_at_the_foot_of_a_table_say_how_much_room_their_last_lines_have() -> None:
    draw = table([(0, 0, 1, 1, "项目"), (0, 1, 1, 1, "合计"), (1, 0, 1, 1, "改造农村学校"), (1, 1, 1, 1, "改造农村学校的校舍和运动场\n地")])
    (found,) = (block for block in read(document(draw)).blocks if isinstance(block, Grid))
    above, below = [cell.room for cell in found.cells[:2]], [cell.room for cell in found.cells[2:]]
    assert above == [None, None]
    # 120 points are 13.3 characters of 9 points; 3 points on each side and 0.4 characters, by which lines are squeezed, are none
    assert below == pytest.approx([120 / 9 - 6 / 9 - 0.4 - 6, 120 / 9 - 6 / 9 - 0.4 - 1], abs=0.3)


@pytest.mark.parametrize(("wide", "high", "text"), [(4, 6, "预算2024年"), (2, 6, "预算²⁰²⁴年"), (4, 10, "预算2024年")])
def test_digits_are_raised_that_are_small_and_not_only_in_a_font_less_high(wide: float, high: float, text: str) -> None:
    characters, boxes, left = list("预算2024年"), [], 0.0
    for character in characters:
        right, bottom = (left + wide, 4 + high / 2) if character.isdigit() else (left + 7, 12)
        boxes.append((left, bottom - high if character.isdigit() else 0, right, bottom))
        left = right
    (found,) = texts.lines(Pieces(characters, np.array(boxes)), np.full(len(characters), -1))
    assert found.text == text
