"""Ruled tables of PDFs and the text around them: drawn by reportlab, read back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from transforms.grid import Cell, Grid, TextLine, UnreadableDocument
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


def dashed(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.setDash(3, 2)
    canvas.line(x0, y0, x1, y1)


def doubled(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    shift = (0, 1.5) if y0 == y1 else (1.5, 0)
    canvas.line(x0, y0, x1, y1)
    canvas.line(x0 + shift[0], y0 + shift[1], x1 + shift[0], y1 + shift[1])


def thin_rectangle(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.rect(x0, min(y0, y1), max(x1 - x0, 0.7), max(abs(y1 - y0), 0.7), stroke=0, fill=1)


def small_pieces(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """As Word does: a square at the crossings, a thin rectangle between them."""
    y0, y1 = min(y0, y1), max(y0, y1)
    canvas.rect(x0, y0, 0.5, 0.5, stroke=0, fill=1)
    for begin in range(0, round(max(x1 - x0, y1 - y0)), 12):
        if y0 == y1:
            canvas.rect(x0 + begin, y0, min(12, x1 - x0 - begin), 0.5, stroke=0, fill=1)
        else:
            canvas.rect(x0, y0 + begin, 0.5, min(12, y1 - y0 - begin), stroke=0, fill=1)


def dots(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    for begin in range(0, round(max(x1 - x0, abs(y1 - y0))), 2):
        x, y = (x0 + begin, y0) if y0 == y1 else (x0, min(y0, y1) + begin)
        canvas.rect(x, y, 0.5, 0.5, stroke=0, fill=1)


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
MERGED: list[Span] = [
    (0, 0, 2, 1, "项目"), (0, 1, 1, 2, "预算数"), (1, 1, 1, 1, "小计"), (1, 2, 1, 1, "其中"),
    (2, 0, 1, 1, "会议费"), (2, 1, 1, 1, "12.00"), (2, 2, 1, 1, ""), (3, 0, 1, 3, "本表为空"),
]


@pytest.mark.parametrize("line", [stroke, dashed, doubled, thin_rectangle, small_pieces, dots])
@pytest.mark.parametrize("cells", [ROWS, MERGED])
def test_cells_are_what_rulings_bound_however_they_are_drawn(line: Line, cells: list[Span]) -> None:
    assert [found(grid) for grid in grids(document(table(cells, line)))] == [cells]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_come_out_upright(turn: int) -> None:
    def turned(canvas: Canvas) -> None:
        across, down = (WIDTH, HEIGHT) if turn % 180 == 0 else (HEIGHT, WIDTH)    # reportlab turns the sheet with the page
        canvas.translate(across / 2, down / 2)
        canvas.rotate(turn)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        table(ROWS)(canvas)

    (grid,) = grids(document(turned, turn=turn))
    assert found(grid) == ROWS
    assert grid.cells[0].box is not None
    assert tuple(grid.cells[0].box) == pytest.approx((LEFT, TOP, LEFT + COLUMN, TOP + ROW), abs=1)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_drawn_turned_on_an_upright_page_comes_out_upright(turn: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        table(ROWS, left=120, top=350)(canvas)

    assert [found(grid) for grid in grids(document(turned))] == [ROWS]


def test_tables_inside_forms_within_forms_are_read() -> None:
    def form(canvas: Canvas) -> None:
        canvas.beginForm("inner")
        canvas.setFont(FONT, SIZE)
        table(ROWS)(canvas)
        canvas.endForm()
        canvas.beginForm("outer")
        canvas.translate(10, -50)
        canvas.doForm("inner")
        canvas.endForm()
        canvas.translate(5, 20)
        canvas.doForm("outer")

    (grid,) = grids(document(form))
    assert found(grid) == ROWS
    assert grid.cells[0].box is not None
    assert (grid.cells[0].box.left, grid.cells[0].box.top) == pytest.approx((LEFT + 15, TOP + 30), abs=1)


def test_rectangles_around_the_cells_are_rulings_their_fills_are_not() -> None:
    def shaded(canvas: Canvas) -> None:
        canvas.setFillGray(0.8)
        canvas.rect(LEFT, HEIGHT - TOP - ROW, 3 * COLUMN, ROW, stroke=0, fill=1)
        for row, column, _, _, _ in ROWS:
            canvas.rect(LEFT + column * COLUMN, HEIGHT - TOP - (row + 1) * ROW, COLUMN, ROW, stroke=1, fill=0)
        canvas.setFillGray(0)
        table(ROWS, lambda *_: None)(canvas)

    assert [found(grid) for grid in grids(document(shaded))] == [ROWS]


def test_white_lines_are_not_seen() -> None:
    def white(canvas: Canvas) -> None:
        table(MERGED)(canvas)
        canvas.setStrokeGray(1)
        canvas.line(LEFT + COLUMN, HEIGHT - TOP - 3 * ROW, LEFT + COLUMN, HEIGHT - TOP - 4 * ROW)

    assert [found(grid) for grid in grids(document(white))] == [MERGED]


def test_sides_left_open_are_borders() -> None:
    def open_sides(canvas: Canvas) -> None:
        for row in range(4):
            canvas.line(LEFT, HEIGHT - TOP - row * ROW, LEFT + 3 * COLUMN, HEIGHT - TOP - row * ROW)
        for column in (1, 2):
            canvas.line(LEFT + column * COLUMN, HEIGHT - TOP, LEFT + column * COLUMN, HEIGHT - TOP - 3 * ROW)
        table(ROWS, lambda *_: None)(canvas)

    assert [found(grid) for grid in grids(document(open_sides))] == [ROWS]


def test_frames_underlines_and_ornaments_are_no_tables() -> None:
    def decorated(canvas: Canvas) -> None:
        canvas.rect(20, 20, WIDTH - 40, HEIGHT - 40)
        canvas.line(60, HEIGHT - 60, 300, HEIGHT - 60)
        canvas.line(40, 40, WIDTH - 40, 40)
        canvas.drawString(60, HEIGHT - 58, "单位名称")
        table(ROWS)(canvas)

    data = document(decorated)
    assert ([found(grid) for grid in grids(data)], lines(data)) == ([ROWS], ["单位名称"])


def test_several_tables_stand_between_their_lines_of_text() -> None:
    def two(canvas: Canvas) -> None:
        canvas.drawCentredString(240, HEIGHT - 60, "2024年收入总表")
        canvas.drawString(LEFT, HEIGHT - 90, "部门：某局")
        canvas.drawRightString(LEFT + 3 * COLUMN, HEIGHT - 89, "单位：万元")
        table(ROWS)(canvas)
        canvas.drawString(LEFT, HEIGHT - 190, "注：含结转")
        canvas.drawCentredString(240, HEIGHT - 260, "2024年支出总表")
        table(MERGED, top=300)(canvas)

    blocks = read(document(two)).blocks
    seen = [block.text if isinstance(block, TextLine) else len(block.cells) for block in blocks]
    assert seen == ["2024年收入总表", "部门：某局", "单位：万元", len(ROWS), "注：含结转", "2024年支出总表", len(MERGED)]


def test_what_is_clipped_is_not_read() -> None:
    def clipped(canvas: Canvas) -> None:
        table(ROWS)(canvas)
        path = canvas.beginPath()
        path.rect(LEFT, HEIGHT - TOP - ROW, COLUMN, ROW)
        canvas.clipPath(path, stroke=0)
        canvas.drawString(LEFT + 3, HEIGHT - TOP - ROW - 12, "看不见")
        canvas.line(LEFT + 60, HEIGHT - TOP - ROW, LEFT + 60, HEIGHT - TOP - 3 * ROW)

    assert [found(grid) for grid in grids(document(clipped))] == [ROWS]


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
        canvas.drawString(60, HEIGHT - 60, "本部门2024年收入总计比上年增加，主要是上级下达的专项转移支付资金增加，" * 2 + "以及人")
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


def test_documents_that_cannot_be_opened_say_why() -> None:
    locked = document(table(ROWS), encrypt=pdfencrypt.StandardEncryption("secret"))
    with pytest.raises(UnreadableDocument) as caught:
        read(locked)
    assert caught.value.code == "encrypted-document"
    with pytest.raises(UnreadableDocument) as caught:
        read(b"%PDF-1.7\nnothing more")
    assert caught.value.code == "damaged-file"


def test_a_document_that_opens_without_a_password_is_read_whatever_it_forbids() -> None:
    locked = document(table(ROWS), encrypt=pdfencrypt.StandardEncryption("", ownerPassword="secret", canCopy=0))
    assert [found(grid) for grid in grids(locked)] == [ROWS]


@st.composite
def lattices(draw: st.DrawFn) -> list[Span]:
    """Tables with random merged cells, a text in each."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    taken: set[tuple[int, int]] = set()
    cells: list[Span] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            wide = draw(st.integers(1, columns - column))
            while any((row, other) in taken for other in range(column, column + wide)):
                wide -= 1
            high = draw(st.integers(1, rows - row))
            if wide == columns and high == rows:
                wide = 1
            taken.update((row + down, column + across) for down in range(high) for across in range(wide))
            cells.append((row, column, high, wide, f"甲{len(cells)}"))
    edges_x = {edge for _, column, _, wide, _ in cells for edge in (column, column + wide)}
    edges_y = {edge for row, _, high, _, _ in cells for edge in (row, row + high)}
    if len(edges_x) <= columns or len(edges_y) <= rows:    # an edge that no cell has cannot be seen
        return spans(["甲|乙", "丙|丁"])
    return cells


@settings(deadline=None, max_examples=60)
@given(lattices(), st.sampled_from([stroke, thin_rectangle, dashed]))
def test_random_lattices_are_read_as_they_are_drawn(cells: list[Span], line: Line) -> None:
    assert [found(grid) for grid in grids(document(table(cells, line)))] == [cells]
