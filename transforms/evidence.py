"""Pictures of pages as they were read: the page, and over it every cell that was recognised, with its row and text.

They let a person see why a table was read the way it was; cut to the box of a row they are the evidence for a finding.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from transforms import readers, stitching
from transforms.amounts import is_amount
from transforms.font import FONT, SIMPLIFIED, WEIGHT
from transforms.grid import Box, Cell, Grid, TextLine, UnreadableDocument
from transforms.readers import ofd
from transforms.records import CERTAIN_AMOUNT, CERTAIN_TEXT

SCALE = 2.0             # pixels per point: at 144 dots per inch the smallest print of booklets (6 points) can be read
_MARGIN = 12            # points left around a row that is cut out, so that the lines above and below it can be seen
_FADED = 0.45           # how much of the page's own ink is left below what is drawn over it
_SMALLEST, _LARGEST = 8, 20    # pixels of the text drawn into a cell
_NUMBER = 12            # pixels of a row's number in the corner of its cells
_CELL, _DOUBT, _LINE, _TEXT = (200, 30, 30), (230, 130, 0), (30, 130, 60), (20, 40, 160)


def draw_page(data: bytes, page: int, *, row: int | None = None, box: Box | None = None) -> bytes:
    """Draw a page of a document with what was recognised on it.

    Args:
        data: the whole file, in a format that has pages.
        page: 1-based.
        row: the row of a table to cut out, as findings number it.
        box: the part of the page to cut out, in points, as findings carry it; without row and box it is all of the page.

    Returns:
        A PNG. Cells are red (orange where the text was recognised with doubt) with their row's number, lines of text
        outside tables green.

    Raises:
        UnreadableDocument: the document cannot be read, has no pages (`no-pages`), not this one (`no-such-page`) or not this
            row on it (`no-such-row`).
    """
    reading = readers.read(data)
    if reading.pages is None:
        raise UnreadableDocument("no-pages", f"Documents of format {reading.format} have no pages; those of PDF and OFD have.")
    if not 1 <= page <= reading.pages:
        raise UnreadableDocument("no-such-page", f"The document has {reading.pages} pages; there is no page {page}.", page)
    cells = list(_cells(reading.blocks, page))
    cut = box if row is None else _row_box(cells, page, row)
    picture = _faded(_rendered(ofd.printed(data).pdf if reading.format == "ofd" else data, page))
    draw = ImageDraw.Draw(picture)
    for line in reading.blocks:
        if isinstance(line, TextLine) and line.page == page and line.box:
            draw.rectangle(_pixels(line.box), outline=_LINE)
    for cell in cells:
        _draw_cell(draw, cell)
    return _png(picture.crop(_around(cut, picture.size)) if cut else picture)


def _row_box(cells: Sequence[Cell], page: int, row: int) -> Box:
    boxes = [cell.box for cell in cells if cell.row == row and cell.box]
    if not boxes:
        raise UnreadableDocument("no-such-row", f"No table on page {page} has a row {row} of its own.", page)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _cells(blocks: Sequence[TextLine | Grid], page: int) -> Iterator[Cell]:
    for section in stitching.sections(blocks):
        yield from (cell for cell in section.grid.cells if cell.page == page and cell.box)


def _rendered(data: bytes, page: int) -> Image.Image:
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    try:
        picture: Image.Image = document[page - 1].render(scale=SCALE).to_pil()
    finally:
        document.close()
    return picture


def _faded(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    return Image.blend(white, picture.convert("RGB"), _FADED)


def _draw_cell(draw: ImageDraw.ImageDraw, cell: Cell) -> None:
    assert cell.box is not None
    left, top, right, bottom = _pixels(cell.box)
    is_doubtful = cell.confidence is not None and cell.confidence < (CERTAIN_AMOUNT if is_amount(cell.text) else CERTAIN_TEXT)
    draw.rectangle((left, top, right, bottom), outline=_DOUBT if is_doubtful else _CELL, width=2)
    draw.text((left + 3, top), f"{cell.row}", fill=_CELL, font=ImageFont.load_default(_NUMBER))
    if cell.text:
        text, size = _fitted(cell.text, right - left - 6, bottom - top - 4)
        draw.multiline_text((left + 3, top + _NUMBER), text, fill=_TEXT, font=_font(size), spacing=1)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, size, index=SIMPLIFIED)
    font.set_variation_by_name(WEIGHT)
    return font


def _fitted(text: str, width: float, height: float) -> tuple[str, int]:
    """The text in lines that fit a cell, and the largest size of print for which they do."""
    for size in range(_LARGEST, _SMALLEST, -1):
        lines = _wrapped(text, max(1, int(width // size)))
        if len(lines) * (size + 1) <= height - _NUMBER:
            return "\n".join(lines), size
    return "\n".join(_wrapped(text, max(1, int(width // _SMALLEST)))), _SMALLEST


def _wrapped(text: str, count: int) -> list[str]:
    return [line[at : at + count] for line in text.split("\n") for at in range(0, max(1, len(line)), count)]


def _pixels(box: Box) -> tuple[float, float, float, float]:
    return box.left * SCALE, box.top * SCALE, box.right * SCALE, box.bottom * SCALE


def _around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (edge * SCALE for edge in box)
    margin = _MARGIN * SCALE
    return max(0, int(left - margin)), max(0, int(top - margin)), min(size[0], int(right + margin)), min(size[1], int(bottom + margin))


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
