"""Ruled tables of PDFs: drawn by reportlab in the ways in which programs draw them, read back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.parse import parse_document
from transforms.readers.pdf.document import read

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT, SIZE, WIDTH, HEIGHT = "STSong-Light", 9, 600, 800
LEFT, TOP, COLUMN, ROW = 60, 700, 120, 24    # where the test's tables begin, the size of their cells

Draw = Callable[[Canvas], None]
Line = Callable[[Canvas, float, float, float, float], None]
Place = tuple[int, int, int, int]     # row and column, counted from 0; rows and columns that the cell spans
Table = dict[Place, str]


def document(*pages: Draw, size: tuple[float, float] = (WIDTH, HEIGHT), **options: object) -> bytes:
    """A PDF of these pages."""
    data = io.BytesIO()
    canvas = Canvas(data, size, **options)
    for draw in pages:
        canvas.setFont(FONT, SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def plain(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, y0, x1, y1)


def borders(place: Place) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a cell."""
    row, column, rows, columns = place
    return LEFT + column * COLUMN, TOP - (row + rows) * ROW, LEFT + (column + columns) * COLUMN, TOP - row * ROW


def rule(canvas: Canvas, table: Table, line: Line = plain) -> None:
    """Draw the four borders of each cell."""
    for left, bottom, right, top in map(borders, table):
        for x0, y0, x1, y1 in ((left, top, right, top), (left, bottom, right, bottom), (left, bottom, left, top), (right, bottom, right, top)):
            line(canvas, x0, y0, x1, y1)


def write(canvas: Canvas, table: Table) -> None:
    """Write the text of each cell, lines of it below each other."""
    for place, text in table.items():
        left, _, _, top = borders(place)
        for number, part in enumerate(text.split("\n")):
            canvas.drawString(left + 4, top - 11 - 10 * number, part)


def draw(table: Table, line: Line = plain) -> Draw:
    def on(canvas: Canvas) -> None:
        rule(canvas, table, line)
        write(canvas, table)

    return on


def single(rows: Sequence[Sequence[str]], first_row: int = 0) -> Table:
    """A table without merged cells."""
    return {(first_row + row, column, 1, 1): text for row, texts in enumerate(rows) for column, text in enumerate(texts)}


def tables(reading: Reading) -> list[Table]:
    grids = (block for block in reading.blocks if isinstance(block, Grid))
    return [{(cell.row - 1, cell.column - 1, cell.row_span, cell.column_span): cell.text for cell in grid.cells} for grid in grids]


def lines(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, TextLine)]


ROWS = [["项目名称", "总计", "财政拨款"], ["人大会议经费", "1,234.50", "1,234.50"], ["代表活动", "88.00", ""]]
TABLE = single(ROWS)
MERGED = {
    (0, 0, 2, 1): "项目名称", (0, 1, 1, 2): "预算数", (0, 3, 2, 1): "绩效目标", (1, 1, 1, 1): "总计", (1, 2, 1, 1): "财政拨款",
    (2, 0, 1, 1): "人大会议经费", (2, 1, 1, 1): "12.00", (2, 2, 1, 1): "12.00", (2, 3, 2, 1): "保障会议召开",
    (3, 0, 1, 1): "代表活动", (3, 1, 1, 2): "3.00", (4, 0, 1, 4): "备注",
}


def doubled(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    apart = (0, 1.5) if y0 == y1 else (1.5, 0)
    plain(canvas, x0, y0, x1, y1)
    plain(canvas, x0 + apart[0], y0 + apart[1], x1 + apart[0], y1 + apart[1])


def dashed(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.setDash(2, 1.5)
    plain(canvas, x0, y0, x1, y1)


def filled(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.rect(x0, y0, max(x1 - x0, 0.48), max(y1 - y0, 0.48), stroke=0, fill=1)


def in_pieces(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    for step in range(12):
        plain(canvas, x0 + (x1 - x0) * step / 12, y0 + (y1 - y0) * step / 12, x0 + (x1 - x0) * (step + 1) / 12, y0 + (y1 - y0) * (step + 1) / 12)


def dots(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Points of a filled square each, as some office programs draw dotted borders."""
    steps = round(max(x1 - x0, y1 - y0) / 1.5)
    for step in range(steps + 1):
        canvas.rect(x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps, 0.5, 0.5, stroke=0, fill=1)


def thick(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.setLineWidth(2.25)
    plain(canvas, x0, y0, x1, y1)


@pytest.mark.parametrize("gap", [1, 3, 3.2, 5])
@pytest.mark.parametrize("is_framed", [False, True])
@pytest.mark.parametrize("table", [TABLE, MERGED])
def test_cells_in_boxes_of_their_own_make_a_table(table: Table, gap: float, is_framed: bool) -> None:
    def on(canvas: Canvas) -> None:
        boxes = list(map(borders, table))
        for left, bottom, right, top in boxes:
            canvas.rect(left + gap / 2, bottom + gap / 2, right - left - gap, top - bottom - gap)
        if is_framed:
            left, bottom, right, top = *(min(box[side] for box in boxes) for side in (0, 1)), *(max(box[side] for box in boxes) for side in (2, 3))
            canvas.rect(left - gap / 2, bottom - gap / 2, right - left + gap, top - bottom + gap)
        write(canvas, table)

    assert tables(read(document(on))) == [table]


def test_boxes_below_each_other_are_no_table() -> None:
    def on(canvas: Canvas) -> None:
        for number in range(8):
            canvas.rect(60, 700 - 24 * number, 120, 20)
            canvas.drawString(64, 706 - 24 * number, "5.00")

    assert len(tables(read(document(on)))) == 8


def test_tables_beside_each_other_have_the_titles_above_them() -> None:
    left, right = single(ROWS[:2], 2), {(row, column + 4, *span): text for (row, column, *span), text in single(ROWS, 1).items()}

    def both(canvas: Canvas) -> None:
        for table in (left, right):
            draw(table)(canvas)
        canvas.drawString(LEFT, TOP + 40, "某局2024年部门预算公开表")
        canvas.drawString(LEFT + 4, TOP - ROW, "收入总表")
        canvas.drawString(LEFT + 4 * COLUMN + 4, TOP + 10, "支出总表")

    found = ["table" if isinstance(block, Grid) else block.text for block in read(document(both)).blocks]
    assert found == ["某局2024年部门预算公开表", "收入总表", "table", "支出总表", "table"]


@pytest.mark.parametrize("line", [plain, doubled, dashed, filled, in_pieces, dots, thick])
def test_merged_cells_are_read_whatever_the_lines_are_drawn_with(line: Line) -> None:
    assert tables(read(document(draw(MERGED, line)))) == [MERGED]


def test_boxes_of_cells_are_rulings_too() -> None:
    def boxed(canvas: Canvas) -> None:
        write(canvas, MERGED)
        for left, bottom, right, top in map(borders, MERGED):
            canvas.rect(left, bottom, right - left, top - bottom)

    assert tables(read(document(boxed))) == [MERGED]


def test_all_lines_in_one_path_are_rulings_too() -> None:
    def one_path(canvas: Canvas) -> None:
        write(canvas, TABLE)
        path = canvas.beginPath()
        for left, bottom, right, top in map(borders, TABLE):
            path.rect(left, bottom, right - left, top - bottom)
        canvas.drawPath(path)

    def one_filled_path(canvas: Canvas) -> None:
        write(canvas, TABLE)
        path = canvas.beginPath()
        rule(canvas, TABLE, lambda _, x0, y0, x1, y1: path.rect(x0, y0, max(x1 - x0, 0.5), max(y1 - y0, 0.5)))
        canvas.drawPath(path, stroke=0, fill=1)

    assert tables(read(document(one_path))) == tables(read(document(one_filled_path))) == [TABLE]


def test_shading_behind_cells_is_no_line() -> None:
    def shaded(canvas: Canvas) -> None:
        for place in ((0, 0, 1, 3), (1, 0, 1, 1), (2, 1, 1, 1)):
            left, bottom, right, top = borders(place)
            canvas.setFillGray(0.85)
            canvas.rect(left + 2, bottom + 2, right - left - 4, top - bottom - 4, stroke=0, fill=1)
        canvas.setFillGray(0)
        draw(TABLE)(canvas)

    assert tables(read(document(shaded))) == [TABLE]


def test_lines_that_nobody_sees_are_none() -> None:
    def with_white_lines(canvas: Canvas) -> None:
        draw(MERGED)(canvas)
        canvas.setStrokeGray(1)
        canvas.line(LEFT, TOP - 2.5 * ROW, LEFT + 4 * COLUMN, TOP - 2.5 * ROW)
        canvas.line(LEFT + 0.5 * COLUMN, TOP, LEFT + 0.5 * COLUMN, TOP - 5 * ROW)

    assert tables(read(document(with_white_lines))) == [MERGED]


@pytest.mark.parametrize("open_sides", [{LEFT}, {LEFT + 3 * COLUMN}, {LEFT, LEFT + 3 * COLUMN}])
def test_outer_borders_may_be_left_open(open_sides: set[int]) -> None:
    def without_sides(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
        if x0 != x1 or x0 not in open_sides:
            plain(canvas, x0, y0, x1, y1)

    assert tables(read(document(draw(TABLE, without_sides)))) == [TABLE]


def test_tables_in_forms_stand_where_the_forms_are_placed() -> None:
    def nested(canvas: Canvas) -> None:
        canvas.beginForm("inner")
        canvas.setFont(FONT, SIZE)
        draw(MERGED)(canvas)
        canvas.endForm()
        canvas.beginForm("outer")
        canvas.saveState()
        canvas.translate(50, 40)
        canvas.doForm("inner")
        canvas.restoreState()
        canvas.endForm()
        canvas.scale(0.8, 0.8)
        canvas.translate(-30, -400)
        canvas.doForm("outer")

    (grid,) = (block for block in read(document(nested)).blocks if isinstance(block, Grid))
    assert {(cell.row - 1, cell.column - 1, cell.row_span, cell.column_span): cell.text for cell in grid.cells} == MERGED
    box = grid.cells[0].box
    assert box is not None
    assert [round(edge) for edge in box] == [
        round(0.8 * (LEFT + 20)), round(HEIGHT - 0.8 * (TOP - 360)), round(0.8 * (LEFT + 20 + COLUMN)), round(HEIGHT - 0.8 * (TOP - 360 - 2 * ROW)),
    ]


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("is_shown_upright", [True, False])
def test_turned_pages_are_read_upright(turns: int, is_shown_upright: bool) -> None:
    """Content turned on the page, with and without a /Rotate that turns it back."""

    def turned(canvas: Canvas) -> None:
        if is_shown_upright:
            canvas.setPageRotation(90 * turns)
        canvas.translate(400, 400)
        canvas.rotate(90 * turns)
        canvas.translate(-300, -600)
        canvas.drawString(LEFT, TOP + 20, "2024年部门预算项目支出表")
        draw(MERGED)(canvas)

    reading = read(document(turned, size=(800, 800)))
    assert tables(reading) == [MERGED]
    assert lines(reading) == ["2024年部门预算项目支出表"]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_shown_turned_by_mistake_is_read_all_the_same(rotation: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        draw(MERGED)(canvas)

    assert tables(read(document(turned))) == [MERGED]


def test_what_is_clipped_is_not_read() -> None:
    """Spreadsheet programs draw what lies outside the printed area and clip it."""

    def clipped(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(LEFT - 2, TOP - 3 * ROW - 2, 3 * COLUMN + 4, 3 * ROW + 4)
        canvas.clipPath(path, stroke=0)
        further = single([*[[*row, "隐藏"] for row in ROWS], ["表外", "9.99", "9.99", "9.99"]])
        draw(further)(canvas)

    reading = read(document(clipped))
    assert tables(reading) == [TABLE]
    assert lines(reading) == []


def test_two_tables_on_a_page_are_two_with_their_lines_between() -> None:
    second = single([["指标", "目标值"], ["会议次数", "≥3次"]], first_row=6)

    def both(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 40, "部门预算项目支出表")
        canvas.drawString(LEFT, TOP + 10, "部门：某区人大常委会办公室")
        canvas.drawRightString(LEFT + 3 * COLUMN, TOP + 10, "单位：万元")
        draw(TABLE)(canvas)
        canvas.drawString(LEFT, TOP - 4 * ROW, "注：本表金额含上年结转。")
        draw(second)(canvas)
        canvas.drawString(LEFT, TOP - 9 * ROW, "备注：无")

    reading = read(document(both))
    assert tables(reading) == [TABLE, {(row - 6, *rest): text for (row, *rest), text in second.items()}]
    kinds = [block.text if isinstance(block, TextLine) else "" for block in reading.blocks]
    assert kinds == ["部门预算项目支出表", "部门：某区人大常委会办公室", "单位：万元", "", "注：本表金额含上年结转。", "", "备注：无"]


def test_a_wrapped_line_above_the_table_is_one() -> None:
    name = "部门：某省某市某区人民代表大会常务委员会办公室（含所属参照公务员法管理的事业单位和机关后勤服务中心以及人大代表联络服务工作中心）"
    cut = 50

    def wrapped(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 24, name[:cut])
        canvas.drawString(LEFT, TOP + 12, name[cut:])
        draw(TABLE)(canvas)

    assert lines(read(document(wrapped))) == [name]


def test_text_that_is_printed_twice_to_be_bold_is_read_once() -> None:
    def bold(canvas: Canvas) -> None:
        draw(TABLE)(canvas)
        canvas.translate(0.3, 0)
        write(canvas, TABLE)

    assert tables(read(document(bold))) == [TABLE]


def test_digits_that_really_repeat_are_kept() -> None:
    repeated = single([["项目", "总计"], ["一一项目", "1,111.11"], ["项目", "88,888.88"]])
    assert tables(read(document(draw(repeated)))) == [repeated]


def test_small_digits_beside_an_amount_are_never_joined_to_it() -> None:
    def footnoted(canvas: Canvas) -> None:
        draw(TABLE)(canvas)
        left, _, _, top = borders((1, 1, 1, 1))
        canvas.setFont(FONT, 5)
        canvas.drawString(left + 4 + pdfmetrics.stringWidth("1,234.50", FONT, SIZE), top - 7.5, "2")

    (table,) = tables(read(document(footnoted)))
    assert table[1, 1, 1, 1] == "1,234.50²"


def test_wrapped_lines_of_a_cell_are_joined_as_their_script_wants() -> None:
    written = {
        (0, 0, 1, 1): "项目名称", (0, 1, 1, 1): "绩效目标",
        (1, 0, 2, 1): "机关事业单位基本养老保险\n缴费支出",
        (1, 1, 2, 1): "The budget of Standing\nCommittee of the congress",
    }
    (table,) = tables(read(document(draw(written))))
    assert table[1, 0, 1, 1] == "机关事业单位基本养老保险缴费支出"
    assert table[1, 1, 1, 1] == "The budget of Standing Committee of the congress"


def test_a_frame_around_the_page_is_no_table() -> None:
    def framed(canvas: Canvas) -> None:
        canvas.rect(20, 20, WIDTH - 40, HEIGHT - 40)
        canvas.drawString(LEFT, TOP + 20, "项目支出表")
        draw(TABLE)(canvas)

    reading = read(document(framed))
    assert (tables(reading), lines(reading)) == ([TABLE], ["项目支出表"])


@st.composite
def lattices(draw_from: st.DrawFn) -> Table:
    """A lattice with random merges; every row and column begins a cell, as no ruling shows those where none does."""
    rows, columns = draw_from(st.integers(2, 8)), draw_from(st.integers(2, 4))
    taken: set[tuple[int, int]] = set()
    table: Table = {}
    for row, column in product(range(rows), range(columns)):
        if (row, column) in taken:
            continue
        height, width = (draw_from(st.integers(1, most)) for most in (min(3, rows - row), min(3, columns - column)))
        while any((row, column + step) in taken for step in range(width)):
            width -= 1
        taken.update(product(range(row, row + height), range(column, column + width)))
        table[row, column, height, width] = draw_from(st.sampled_from(["", "1,234.50", "人大会议经费", "0.00", "≥95%", "Wi-Fi"]))
    return table


def squeezed(table: Table) -> Table:
    """The table without the rows and columns in which no cell begins: no line shows them."""
    starts = [sorted({place[axis] for place in table}) for axis in (0, 1)]
    return {
        (starts[0].index(row), starts[1].index(column), sum(row <= at < row + rows for at in starts[0]), sum(column <= at < column + columns for at in starts[1])): text
        for (row, column, rows, columns), text in table.items()
    }


@settings(max_examples=40)
@given(lattices(), st.sampled_from([plain, filled, in_pieces]))
def test_what_is_drawn_is_read(table: Table, line: Line) -> None:
    table[next(iter(table))] = "项目"    # a table without any text is none
    assert tables(read(document(draw(table, line)))) == [squeezed(table)]


def told(data: bytes) -> str | None:
    """The error for a document that cannot be read, None for one that can."""
    try:
        read(data)
    except UnreadableDocument as error:
        return error.code
    return None


def test_a_document_cut_short_is_read_whole_or_told() -> None:
    whole = document(draw(MERGED), draw(TABLE))
    expected = tables(read(whole))
    for length in range(9, len(whole), max(len(whole) // 60, 1)):
        with suppress(UnreadableDocument):
            assert tables(read(whole[:length])) in (expected, expected[:1], [])


def by_hand(*streams: bytes, font: bytes = b"/Subtype/Type1/BaseFont/Helvetica", unicode: bytes = b"") -> bytes:
    """A PDF with its pages in front of what they draw, as many programs write it; `unicode` says what its font's glyphs stand for."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(streams)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 600 800]>>" % (len(streams), kids)]
    mapped = b"/ToUnicode %d 0 R" % (3 + 2 * len(streams)) if unicode else b""
    resources = b"<</Font<</F1<</Type/Font%s%s>>>>>>" % (font, mapped)
    for number, stream in enumerate(streams):
        objects.append(b"<</Type/Page/Parent 2 0 R/Resources%s/Contents %d 0 R>>" % (resources, 4 + 2 * number))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    if unicode:
        table = b"begincmap 1 begincodespacerange <00><FF> endcodespacerange %s endcmap" % unicode
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(table), table))
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return data + head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))


def test_a_document_whose_pages_lost_their_text_is_told() -> None:
    whole = by_hand(*[b"BT /F1 9 Tf 50 700 Td (Budget of page %d) Tj ET" % number for number in range(1, 4)])
    assert lines(read(whole)) == ["Budget of page 1", "Budget of page 2", "Budget of page 3"]
    for length in range(whole.index(b"page 2"), whole.index(b"trailer"), 20):
        assert told(whole[:length]) == "incomplete-document"


def test_a_document_with_a_wrong_index_or_without_its_last_line_is_whole() -> None:
    whole = by_hand(b"BT /F1 9 Tf 50 700 Td (Budget) Tj ET")
    place = whole.rindex(b"startxref")
    assert lines(read(whole[:place] + b"startxref\n7\n%%EOF")) == ["Budget"]
    assert lines(read(whole.removesuffix(b"%%EOF\n"))) == ["Budget"]


@pytest.mark.parametrize("rest", [b"", b"\0" * 500, bytes(range(256)) * 40])
def test_garbage_behind_the_head_is_damage(rest: bytes) -> None:
    assert told(b"%PDF-" + rest) == "damaged-file"


def test_a_document_without_its_end_is_incomplete() -> None:
    assert told(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer<</Root 1 0 R>>") == "incomplete-document"


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_document_is_read_or_told(data: st.DataObject) -> None:
    whole = bytearray(document(draw(TABLE), pageCompression=0))
    for place in data.draw(st.lists(st.integers(9, len(whole) - 1), min_size=1, max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    told(bytes(whole))


def test_a_document_with_a_password_is_told_one_that_may_only_not_be_changed_is_read() -> None:
    assert told(document(draw(TABLE), encrypt=StandardEncryption("secret", ownerPassword="owner"))) == "encrypted-document"
    restricted = document(draw(TABLE), encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0, canPrint=0))
    assert tables(read(restricted)) == [TABLE]


def test_thousands_of_tiny_pages_are_read() -> None:
    reading = read(document(*[lambda canvas: canvas.drawString(2, 2, "页")] * 2_000, size=(20, 20)))
    assert (reading.pages, len(reading.blocks), reading.errors) == (2_000, 2_000, ())


@pytest.mark.parametrize(("depth", "times"), [(5, 8), (20, 1)])
def test_a_page_of_forms_without_end_is_told_never_half_read(depth: int, times: int) -> None:
    def bomb(canvas: Canvas) -> None:
        canvas.beginForm("f0")
        rule(canvas, TABLE)
        canvas.endForm()
        for number in range(1, depth + 1):
            canvas.beginForm(f"f{number}")
            for _ in range(times):
                canvas.doForm(f"f{number - 1}")
            canvas.endForm()
        canvas.doForm(f"f{depth}")

    reading = read(document(bomb, draw(TABLE)))
    assert [(error.code, error.page) for error in reading.errors] == [("too-large", 1)]
    assert tables(reading) == [TABLE]


def test_forms_within_themselves_end() -> None:
    def own(canvas: Canvas) -> None:
        canvas.beginForm("own")
        canvas.doForm("own")
        draw(TABLE)(canvas)
        canvas.endForm()
        canvas.doForm("own")

    assert told(document(own)) is None


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (1e6, 1e6), (1e12, 1e12), (-600, -800)])
def test_pages_of_absurd_sizes_are_read_or_told(size: tuple[float, float]) -> None:
    told(document(draw(TABLE), size=size))


@pytest.mark.parametrize("far", [1e9, -1e9, 3e38, 1e300])
def test_coordinates_far_off_do_not_disturb_the_table(far: float) -> None:
    def with_far_lines(canvas: Canvas) -> None:
        canvas.line(far, far, far, 2 * far)
        canvas.line(far, 5, far / 2, 5)
        canvas.drawString(far, far, "远")
        draw(TABLE)(canvas)

    assert tables(read(document(with_far_lines)))[-1:] == [TABLE]


def test_scripts_in_a_document_are_not_run() -> None:
    data = document(draw(TABLE), pageCompression=0)
    action = b"/OpenAction <</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1/'\\);while\\(true\\){})>> /Type /Catalog"
    assert b"/Type /Catalog" in data
    assert tables(read(data.replace(b"/Type /Catalog", action))) == [TABLE]


def test_a_hostile_document_is_never_a_fault_of_the_program() -> None:
    whole = document(draw(MERGED), lambda canvas: canvas.drawString(LEFT, TOP, "项目支出表"))
    for length in range(0, len(whole), 97):
        assert "parser-fault" not in {error.code for error in parse_document("预算.pdf", whole[:length]).errors}


def turned_text(text: str, quarters: int, x: float, y: float, *, char_by_char: bool = False) -> Draw:
    """Write a text that runs up (1 quarter turn) or down the page (-1) from a place."""
    def on(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(90 * quarters)
        along = 0.0
        for part in text if char_by_char else [text]:
            canvas.drawString(along, 0, part)
            along += pdfmetrics.stringWidth(part, FONT, SIZE)
        canvas.restoreState()

    return on


@pytest.mark.parametrize("quarters", [1, -1])
@pytest.mark.parametrize("char_by_char", [True, False])
@pytest.mark.parametrize("turn", [0, 90, 270])
def test_a_text_that_is_turned_is_read_as_it_runs(quarters: int, char_by_char: bool, turn: int) -> None:
    def on(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        table = {(row, column, 2, 1): "" for row in (0, 2, 4) for column in range(2)}
        rule(canvas, table)
        write(canvas, {(0, 1, 2, 1): "一般公共服务支出合计表", (2, 1, 2, 1): "审计事务和行政运行", (4, 1, 2, 1): "公共服务支出和其他"})
        for row, text in ((0, "编码"), (2, "201"), (4, "2010801")):
            _, bottom, _, top = borders((row, 0, 2, 1))
            turned_text(text, quarters, LEFT + 40, bottom + 3 if quarters > 0 else top - 3, char_by_char=char_by_char)(canvas)
        turned_text("部门：云山市审计局", quarters, LEFT - 20, 600)(canvas)

    reading = read(document(on))
    (found,) = tables(reading)
    assert {"编码", "201", "2010801"} <= set(found.values())
    assert lines(reading) == ["部门：云山市审计局"]


def test_a_turned_text_of_two_lines_is_read_from_its_first_one() -> None:
    def on(canvas: Canvas) -> None:
        rule(canvas, {(0, column, 4, 1): "" for column in range(3)})
        _, bottom, _, top = borders((0, 0, 4, 1))
        for number, text in enumerate(("一般公共服务", "支出 合计")):
            turned_text(text, 1, LEFT + 20 + 12 * number, bottom + 4)(canvas)
            turned_text(text, -1, LEFT + COLUMN + 40 - 12 * number, top - 4)(canvas)
        write(canvas, {(0, 2, 4, 1): "项\n目\n名\n称"})
        canvas.drawString(LEFT, TOP + 40, "云山市审计局二〇二四年部门预算公开说明如下：本部门没有政府性基金预算支出。" * 2)

    (found,) = tables(read(document(on)))
    assert [text.replace("\n", "") for text in found.values()] == ["一般公共服务支出 合计", "一般公共服务支出 合计", "项目名称"]


def test_digits_turned_within_a_text_written_down_the_page_stand_in_their_place() -> None:
    def on(canvas: Canvas) -> None:
        rule(canvas, {(0, column, 4, 1): "" for column in range(2)})
        turned_text("2024", -1, LEFT + 43, TOP - 4)(canvas)
        for number, text in enumerate("年度预算"):
            canvas.drawString(LEFT + 40, TOP - 31 - 10 * number, text)
        write(canvas, {(0, 1, 4, 1): "金额"})

    (found,) = tables(read(document(on)))
    assert list(found.values()) == ["2024年度预算", "金额"]


@pytest.mark.parametrize(("needs", "codes"), [("true", ["dynamic-form"]), ("false", [])])
def test_a_form_that_only_one_program_draws_is_told(needs: str, codes: list[str]) -> None:
    written = document(lambda canvas: canvas.drawString(60, 700, "Please wait... If this message is not eventually replaced"))
    place = written.index(b"/Type /Catalog")
    data = written[:place] + f"/NeedsRendering {needs} /AcroForm << /Fields [] /XFA (x) >> ".encode() + written[place:]
    assert [error.code for error in read(data).errors] == codes
