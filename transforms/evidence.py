"""Pictures of what was read of a document: the page as it is, and beside it the table as it was recognised, cells numbered on both.

They let a person see why a table was read the way it was; cut to a row they are the evidence for a finding. Where a format has no
pages, the table stands alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

from PIL import Image, ImageChops, ImageDraw, ImageFont

from transforms import formats, readers
from transforms.amounts import is_amount, is_blank
from transforms.font import FONT, SIMPLIFIED, WEIGHT
from transforms.grid import Box, Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.parse import ReadTable, read_tables
from transforms.readers import ofd
from transforms.readers.pdf import document as pdf
from transforms.readers.pdf.page import Segment
from transforms.records import CERTAIN_AMOUNT, CERTAIN_TEXT

Stage = Literal["rulings", "cells", "table"]
STAGES: tuple[Stage, ...] = get_args(Stage)
SCALE = 2.0             # pixels per point: at 144 dots per inch the smallest print of booklets (6 points) can be read
_MARGIN = 12            # points left around a row that is cut out, so that the lines above and below it can be seen
_SMALLEST, _LARGEST = 8, 20    # pixels of the text drawn into a cell
_NUMBER = 10            # pixels of a cell's number
_LEGEND = 18            # pixels of the legend's text
_GAP = 24               # pixels around the legend and between page and table
_WIDEST = 150           # points of a column where the format has no pages
_MOST_ROWS = 100        # drawn of a table without pages
_AROUND_ROW = 3         # rows drawn before and after one that is asked for, in such a table
_PADDING = 6            # points in a cell of such a table
_INK = (20, 40, 160)


class Look(NamedTuple):
    """How a cell is drawn: what it is, in a word of the legend; its border, its ground, and the mark at its number."""

    means: str
    border: tuple[int, int, int]
    ground: tuple[int, int, int]
    mark: str = ""


RECORD = Look("in a record", (30, 130, 60), (228, 245, 232))
STRUCTURE = Look("title, header, numbering", (120, 120, 120), (238, 238, 238))
NOT_KEPT = Look("says what is not kept", (150, 120, 60), (247, 241, 225))
BLANK = Look("blank", (190, 190, 190), (255, 255, 255))
UNREAD = Look("unread", (200, 0, 0), (255, 200, 200), " !")
UNCERTAIN = Look("recognised with doubt", (230, 120, 0), (255, 228, 190), " ?")
CELL = Look("cell", (30, 90, 200), (255, 255, 255))
UNKNOWN = Look("cell of a table of no known kind", (200, 0, 0), (255, 255, 255), " !")
LINE = Look("line of text", (0, 150, 150), (255, 255, 255))
HIDDEN = Look("hidden text, not read", (150, 0, 160), (255, 255, 255))
RULING = Look("ruling", (220, 0, 90), (255, 255, 255))
_FATES = {"record": RECORD, "structure": STRUCTURE, "not kept": NOT_KEPT, "unread": UNREAD}


class Picture(NamedTuple):
    """A page as a PNG, and its width and height in points, in which boxes are measured."""

    png: bytes
    width: float
    height: float


class Shown(NamedTuple):
    """A cell of a recognised table, and in a word of the legend what became of it."""

    text: str
    row: int
    column: int
    row_span: int
    column_span: int
    page: int | None
    box: Box | None
    means: str


class ShownTable(NamedTuple):
    """The cells of a recognised table, and the numbers of the tables that were read from it, as `table_no` counts them from 0."""

    numbers: list[int]
    cells: list[Shown]


class _Drawn(NamedTuple):
    """A cell with its place in the picture, and how it is drawn."""

    cell: Cell
    look: Look


class _Line(NamedTuple):
    """A ruling, or text outside of cells, with its place and how it is drawn."""

    box: Box
    look: Look
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is drawn: a page (None where the format has none), its size in points, what stands on it, and remarks for the legend."""

    page: Image.Image | None
    size: tuple[float, float]
    cells: Sequence[_Drawn]
    lines: Sequence[_Line]
    remarks: Sequence[str]


def draw(data: bytes, page: int, *, row: int | None = None, stage: Stage = "table", form: Literal["PNG", "PDF"] = "PNG") -> bytes:
    """Draw a page of a document and what was recognised on it.

    Args:
        data: the whole file.
        page: 1-based; where the format has no pages, the number of a table.
        row: the row of a table to cut out, as findings number it.
        stage: what is drawn of the recognition: the `rulings` that were found, the `cells` that they make with their texts, or the
            `table` with what became of each cell.
        form: of the file that is made.

    Returns:
        A picture. Cells have the numbers of their row and column (7.3), on the page and beside it;
        a legend says what colours and marks mean.

    Raises:
        UnreadableDocument: the document cannot be read, has no such page or table (`no-such-page`), not this row on it
            (`no-such-row`), or no rulings, since its format has no pages (`no-rulings`).
    """
    formats.detect(data)
    reading = readers.read(data)
    if reading.pages is None:
        scene = _table_alone(reading, page, row, stage)
    elif 1 <= page <= reading.pages:
        scene = _page_with_table(reading, data, page, stage)
    else:
        raise UnreadableDocument("no-such-page", f"The document has {reading.pages} pages; there is no page {page}.", page)
    picture = _composed(scene, _row_box([drawn.cell for drawn in scene.cells], page, row) if row is not None else None)
    made = io.BytesIO()
    picture.save(made, form, **({"resolution": 72 * SCALE} if form == "PDF" else {"optimize": True}))
    return made.getvalue()


def cut(data: bytes, page: int, box: Box) -> bytes:
    """Draw a strip of a page as it is, with a frame around a row of it.

    Args:
        data: the whole file, a PDF or OFD.
        page: 1-based.
        box: the row's place.

    Returns:
        A PNG as wide as the page.

    Raises:
        UnreadableDocument: the document cannot be read.
    """
    printed = ofd.printed(data).pdf if formats.detect(data) == "ofd" else formats.opened(data)
    picture = _rendered(printed, page, pdf.look_at(printed, page))
    left, top, right, bottom = (side * SCALE for side in box)
    ImageDraw.Draw(picture).rectangle((left - 4, top - 4, right + 4, bottom + 4), outline=UNREAD.border, width=3)
    margin = _MARGIN * SCALE
    strip = picture.crop((0, int(max(0, top - 3 * margin)), picture.width, int(min(picture.height, bottom + 3 * margin))))
    made = io.BytesIO()
    strip.quantize(64).save(made, "PNG", optimize=True)    # black on white: a quarter of the bytes
    return made.getvalue()


def picture(data: bytes, page: int) -> Picture:
    """Draw a page as it is, upright as it was when it was read.

    Args:
        data: the whole file, a PDF or OFD.
        page: 1-based.

    Raises:
        UnreadableDocument: the document cannot be read, or has no such page (`no-such-page`), as one of a format without pages.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    kind = formats.detect(data)
    if kind not in {"pdf", "ofd"}:
        raise UnreadableDocument("no-such-page", f"Documents of format {kind} have no pages.", page)
    printed = ofd.printed(data).pdf if kind == "ofd" else formats.opened(data)
    try:
        document = PdfDocument(printed)
    except PdfiumError as error:
        raise UnreadableDocument("damaged-file", str(error)) from error
    try:
        count = len(document)
    finally:
        document.close()
    if not 1 <= page <= count:
        raise UnreadableDocument("no-such-page", f"The document has {count} pages; there is no page {page}.", page)
    drawn = _rendered(printed, page, pdf.look_at(printed, page))
    made = io.BytesIO()
    drawn.quantize(64).save(made, "PNG", optimize=True)    # as for `cut`
    return Picture(made.getvalue(), drawn.width / SCALE, drawn.height / SCALE)


def tables(data: bytes) -> list[ShownTable]:
    """The recognised tables of a document, cell by cell, rows numbered as in findings.

    Args:
        data: the whole file.

    Raises:
        UnreadableDocument: the document cannot be read.
    """
    formats.detect(data)
    read = read_tables(readers.read(data))
    known = {id(table.section): table for table in read.known}
    numbers: dict[int, list[int]] = {}
    for number, table in enumerate(read.known):
        numbers.setdefault(id(table.section), []).append(number)
    return [
        ShownTable(numbers.get(id(section), []), [
            Shown(cell.text, cell.row, cell.column, cell.row_span, cell.column_span, cell.page, cell.box,
                  _look(cell, known.get(id(section))).means)
            for cell in section.grid.cells
        ])
        for section in read.sections
    ]


def _page_with_table(reading: Reading, data: bytes, page: int, stage: Stage) -> _Scene:
    printed = ofd.printed(data).pdf if reading.format == "ofd" else formats.opened(data)
    seen = pdf.look_at(printed, page)
    picture = _rendered(printed, page, seen)
    width, height = picture.width / SCALE, picture.height / SCALE
    remarks = [f"{error.code}: {error.message}" for error in reading.errors if error.page == page]
    if stage == "rulings":
        return _Scene(picture, (width, height), [], [_Line(_thin(line), RULING) for line in seen.rulings], remarks)
    texts = (line for line in reading.blocks if isinstance(line, TextLine) and line.page == page)
    lines = [_Line(line.box, LINE, line.text) for line in texts if line.box]
    hidden = [_Line(line.box, HIDDEN, line.text) for line in reading.hidden if line.page == page and line.box]
    cells = [drawn for drawn in _cells(reading, stage) if drawn.cell.page == page and drawn.cell.box]
    return _Scene(picture, (width, height), cells, [*lines, *hidden], remarks)


def _thin(line: Segment) -> Box:
    if line.is_horizontal:
        return Box(line.begin, line.position, line.end, line.position)
    return Box(line.position, line.begin, line.position, line.end)


def _cells(reading: Reading, stage: Stage) -> Iterator[_Drawn]:
    """The cells of all tables, a table's rows numbered on over its pages, or as the reader gave them."""
    for grid, known in _tables(reading, stage):
        for cell in grid.cells:
            yield _Drawn(cell, CELL if stage == "cells" else _look(cell, known))


def _tables(reading: Reading, stage: Stage) -> Iterator[tuple[Grid, ReadTable | None]]:
    if stage == "cells":
        yield from ((block, None) for block in reading.blocks if isinstance(block, Grid))
        return
    read = read_tables(reading)
    known = {id(table.section): table for table in read.known}
    yield from ((section.grid, known.get(id(section))) for section in read.sections)


def _look(cell: Cell, known: ReadTable | None) -> Look:
    if cell.confidence is not None and cell.confidence < (CERTAIN_AMOUNT if is_amount(cell.text) else CERTAIN_TEXT):
        return UNCERTAIN
    if not cell.text.strip():
        return BLANK
    if known is None:
        return UNKNOWN
    fate = known.ledger.fate_of(cell)[0]
    return BLANK if fate == "unread" and is_blank(cell.text) else _FATES[fate]


def _table_alone(reading: Reading, number: int, row: int | None, stage: Stage) -> _Scene:
    if stage == "rulings":
        raise UnreadableDocument("no-rulings", f"Documents of format {reading.format} have no pages and no rulings; PDF and OFD have.")
    tables = list(_tables(reading, stage))
    if not 1 <= number <= len(tables):
        raise UnreadableDocument("no-such-page", f"The document has no pages but {len(tables)} tables; there is no table {number}.", number)
    grid, known = tables[number - 1]
    rows = [cells for cells in grid.rows() if row is None or abs(cells[0].row - row) <= _AROUND_ROW]
    shown = [cell for cells in rows[:_MOST_ROWS] for cell in cells]
    remarks = [f"{error.code}: {error.message}" for error in reading.errors]
    if len(rows) > _MOST_ROWS:
        remarks.append(f"The first {_MOST_ROWS} of {len(rows)} rows; --row shows another one.")
    cells = [_Drawn(cell, CELL if stage == "cells" else _look(cell, known)) for cell in _laid_out(shown)]
    width, height = (max((drawn.cell.box[side] for drawn in cells if drawn.cell.box), default=1) for side in (2, 3))
    return _Scene(None, (width + 1, height + 1), cells, [], remarks)


def _laid_out(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Cells without a place on a page, each with one: columns as wide as their texts, rows as high."""
    size = _LARGEST * 0.7 / SCALE    # points
    wide = {column: 24.0 for cell in cells for column in range(cell.column, cell.column + cell.column_span)}
    for cell in cells:
        if cell.column_span == 1:
            widest = max((_width(line) for line in cell.text.split("\n")), default=0) * size
            wide[cell.column] = max(wide[cell.column], min(widest + 4 * _PADDING, _WIDEST))
    high = {row: 0.0 for cell in cells for row in range(cell.row, cell.row + cell.row_span)}
    for cell in cells:
        room = sum(wide[column] for column in range(cell.column, cell.column + cell.column_span)) - 2 * _PADDING
        count = len(_wrapped(cell.text, max(1, int(room / size))))
        high[cell.row] = max(high[cell.row], (_NUMBER / SCALE + count * (size + 1) + _PADDING) / cell.row_span)
    lefts, tops = _edges(wide), _edges({row: max(height, 2.0 * _PADDING) for row, height in high.items()})
    for cell in cells:
        last_row, last_column = cell.row + cell.row_span - 1, cell.column + cell.column_span - 1
        yield cell._replace(box=Box(lefts[cell.column][0], tops[cell.row][0], lefts[last_column][1], tops[last_row][1]))


def _edges(sizes: dict[int, float]) -> dict[int, tuple[float, float]]:
    found, begin = {}, 0.0
    for place in sorted(sizes):
        found[place] = begin, begin + sizes[place]
        begin += sizes[place]
    return found


def _width(text: str) -> float:
    """In characters as wide as they are high."""
    return sum(0.55 if character < "⺀" else 1 for character in text)


def _row_box(cells: Sequence[Cell], page: int, row: int) -> Box:
    boxes = [cell.box for cell in cells if cell.row == row and cell.box]
    if not boxes:
        raise UnreadableDocument("no-such-row", f"No table on page {page} has a row {row} of its own.", page)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _rendered(data: bytes, page: int, seen: pdf.Seen) -> Image.Image:
    """A page, made upright as it was when it was read."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    try:
        picture: Image.Image = document[page - 1].render(scale=SCALE).to_pil()
    finally:
        document.close()
    upright = picture.convert("RGB").rotate(-90 * seen.turns, expand=True)
    return upright.rotate(seen.degrees, Image.Resampling.BICUBIC, fillcolor="white") if seen.degrees else upright


def _composed(scene: _Scene, cut: Box | None) -> Image.Image:
    """The page on the left, what was recognised on the right, the legend below; without the margins of the page, or cut to a box."""
    width, height = scene.size
    table = Image.new("RGB", (int(width * SCALE), int(height * SCALE)), "white")
    panels = [scene.page, table] if scene.page else [table]
    inked = ImageChops.invert(scene.page).getbbox() if scene.page else None
    around = _around(cut or (Box(*(edge / SCALE for edge in inked)) if inked else Box(0, 0, *scene.size)), table.size)
    for panel in panels:
        pen = ImageDraw.Draw(panel)
        for line in scene.lines:
            pen.rectangle(_pixels(line.box), outline=line.look.border, width=2 if line.look is RULING else 1)
            if panel is table:
                _write(pen, line.text, _pixels(line.box))
        for drawn in scene.cells:
            (_draw_cell if panel is table else _mark_cell)(pen, drawn)
    panels = [panel.crop(around) for panel in panels]
    shown = [drawn.look for drawn in scene.cells if drawn.cell.box and _meets(drawn.cell.box, around)]
    legend = _legend([*shown, *(line.look for line in scene.lines if _meets(line.box, around))], scene.remarks)
    width = max(sum(panel.width + _GAP for panel in panels) - _GAP, legend.width)
    height = panels[0].height
    picture = Image.new("RGB", (width, height + legend.height), "white")
    for number, panel in enumerate(panels):
        picture.paste(panel, (number * (panel.width + _GAP), 0))
    picture.paste(legend, (0, height))
    return picture


def _meets(box: Box, around: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = _pixels(box)
    return left < around[2] and right > around[0] and top < around[3] and bottom > around[1]


def _mark_cell(pen: ImageDraw.ImageDraw, drawn: _Drawn) -> tuple[float, float]:
    """Draw a cell's border and number; return where the number ends."""
    assert drawn.cell.box is not None
    left, top, right, bottom = _pixels(drawn.cell.box)
    pen.rectangle((left, top, right, bottom), outline=drawn.look.border, width=2)
    number, font = f"{drawn.cell.row}.{drawn.cell.column}{drawn.look.mark}", _font(_NUMBER)
    pen.text((left + 3, top), number, fill=drawn.look.border, font=font)
    _, _, number_right, number_bottom = pen.textbbox((left + 3, top), number, font=font)
    return number_right, number_bottom


def _draw_cell(pen: ImageDraw.ImageDraw, drawn: _Drawn) -> None:
    """Draw a cell with its text, below its number, or beside it where the cell is low."""
    assert drawn.cell.box is not None
    left, top, right, bottom = _pixels(drawn.cell.box)
    pen.rectangle((left, top, right, bottom), fill=drawn.look.ground)
    number_right, number_bottom = _mark_cell(pen, drawn)
    if drawn.cell.text:
        is_low = bottom - number_bottom < _LARGEST
        x, y = (number_right + 4, top + 2) if is_low else (left + 3, number_bottom + 1)
        _write(pen, drawn.cell.text, (x, y, right - 2, bottom - 2))


def _write(pen: ImageDraw.ImageDraw, text: str, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    wrapped, size = _fitted(text, right - left, bottom - top)
    pen.multiline_text((left, top), wrapped, fill=_INK, font=_font(size), spacing=1)


def _legend(looks: Iterable[Look], remarks: Sequence[str]) -> Image.Image:
    """What the colours and marks mean that are there, and remarks."""
    font, lines = _font(_LEGEND), [*dict.fromkeys(looks)]
    texts = [*(f"{look.means}{look.mark and f'  ({look.mark.strip()})'}" for look in lines), *remarks]
    width = max(int(font.getlength(text)) for text in texts) + 3 * _GAP
    picture = Image.new("RGB", (width + _LEGEND, len(texts) * (_LEGEND + 8) + _GAP), "white")
    pen = ImageDraw.Draw(picture)
    for number, text in enumerate(texts):
        top = _GAP // 2 + number * (_LEGEND + 8)
        if number < len(lines):
            box = _GAP, top + 2, _GAP + _LEGEND, top + 2 + _LEGEND
            pen.rectangle(box, fill=lines[number].ground, outline=lines[number].border, width=2)
        pen.text((2 * _GAP + _LEGEND // 2, top), text, fill=(0, 0, 0), font=font)
    return picture


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, size, index=SIMPLIFIED)
    font.set_variation_by_name(WEIGHT)
    return font


def _fitted(text: str, width: float, height: float) -> tuple[str, int]:
    """The text in lines that fit a cell, and the largest size of print for which they do."""
    for size in range(int(_LARGEST * 0.7), _SMALLEST, -1):
        lines = _wrapped(text, max(1, int(width // size)))
        if len(lines) * (size * 1.25 + 1) <= height:
            return "\n".join(lines), size
    return "\n".join(_wrapped(text, max(1, int(width // _SMALLEST)))), _SMALLEST


def _wrapped(text: str, count: int) -> list[str]:
    """Lines of at most so many characters as wide as they are high."""
    found = []
    for line in text.split("\n"):
        part, width = "", 0.0
        for character in line:
            if part and width + _width(character) > count:
                found.append(part)
                part, width = "", 0.0
            part, width = part + character, width + _width(character)
        found.append(part)
    return found


def _pixels(box: Box) -> tuple[float, float, float, float]:
    return box.left * SCALE, box.top * SCALE, box.right * SCALE, box.bottom * SCALE


def _around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (edge * SCALE for edge in box)
    margin = _MARGIN * SCALE
    return max(0, int(left - margin)), max(0, int(top - margin)), min(size[0], int(right + margin)), min(size[1], int(bottom + margin))
