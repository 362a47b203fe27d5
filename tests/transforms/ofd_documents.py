"""OFD documents (GB/T 33190-2016), written object by object, and the pages of a PDF as one."""

from __future__ import annotations

import ctypes
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot
from xml.sax.saxutils import escape

from pypdfium2 import PdfDocument, raw

MM = 25.4 / 72    # of a point
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_LINE, _WIDTH, _HEIGHT = 7.0, 30.0, 10.0    # millimetres: a character's, a column's and a row's size


def text(left: float, top: float, content: str, size: float = 3.5, attributes: str = "", parts: str = "", steps: str | None = None) -> str:
    """A text whose box begins at a point; its characters are as far apart as `DeltaX` says, else by their widths."""
    widths = [size * (0.5 if character < "ɐ" else 1.0) for character in content]
    delta = " ".join(f"{step:.4f}" for step in widths[:-1]) if steps is None else steps
    return (
        f'<ofd:TextObject ID="0" Boundary="{left:.4f} {top:.4f} {sum(widths) + 1:.4f} {size:.4f}" Font="1" Size="{size:.4f}" {attributes}>{parts}'
        f'<ofd:TextCode X="0" Y="{size * 0.88:.4f}" DeltaX="{delta}">{escape(content)}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float, attributes: str = "") -> str:
    return (
        f'<ofd:PathObject ID="0" Boundary="{x0:.4f} {y0:.4f} {x1 - x0:.4f} {y1 - y0:.4f}" LineWidth="0.2" {attributes}>'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0:.4f} {y1 - y0:.4f}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def rectangle(left: float, top: float, across: float, down: float, color: str) -> str:
    return (
        f'<ofd:PathObject ID="0" Boundary="{left} {top} {across} {down}" Stroke="false" Fill="true"><ofd:FillColor Value="{color}"/>'
        f"<ofd:AbbreviatedData>M 0 0 L {across} 0 L {across} {down} L 0 {down} C</ofd:AbbreviatedData></ofd:PathObject>"
    )


def rulings(rows: int, columns: int, left: float = 15, top: float = 40) -> str:
    down, right = top + rows * _HEIGHT, left + columns * _WIDTH
    across = (line(left, top + row * _HEIGHT, right, top + row * _HEIGHT) for row in range(rows + 1))
    upright = (line(left + column * _WIDTH, top, left + column * _WIDTH, down) for column in range(columns + 1))
    return "".join([*across, *upright])


def cell_place(row: int, column: int, left: float = 15, top: float = 40) -> tuple[float, float]:
    return left + column * _WIDTH + 2, top + row * _HEIGHT + 3


def table(rows: Sequence[Sequence[str]]) -> str:
    """The objects of a ruled table."""
    cells = [text(*cell_place(row, column), content) for row, texts in enumerate(rows) for column, content in enumerate(texts) if content]
    return rulings(len(rows), len(rows[0])) + "".join(cells)


def page(body: str, layer: str = "", before: str = "") -> str:
    return f"<ofd:Page {_NAMESPACE}>{before}<ofd:Content><ofd:Layer ID='1' Type='Body' {layer}>{body}</ofd:Layer></ofd:Content></ofd:Page>"


def document(*pages: str, box: str = "0 0 210 297", resources: str = "", common: str = "", after: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    """An OFD of these pages (whole parts); parts are added or exchanged, those of None left out."""
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(len(pages)))
    written: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {_NAMESPACE} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>{box}"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{after}</ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {_NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>{resources}</ofd:Res>',
        **{f"Doc_0/Pages/Page_{number}/Content.xml": content for number, content in enumerate(pages)},
        **(parts or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in written.items():
            archive.writestr(path, content)
    return stream.getvalue()


def from_pdf(data: bytes) -> bytes:
    """A PDF's pages as an OFD: every character and every stroke of theirs, each placed for itself."""
    with PdfDocument(data) as pdf:
        size = pdf[0].get_size()
        return document(*(page("".join([*_paths(one), *_characters(one)])) for one in pdf), box=f"0 0 {size[0] * MM} {size[1] * MM}")


def _paths(one: object) -> Iterator[str]:
    """Rulings as their bounds, filled: those of the samples are strokes and thin rectangles."""
    _, height = one.get_size()    # type: ignore[attr-defined]
    for drawn in one.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):    # type: ignore[attr-defined]
        left, bottom, right, top = drawn.get_bounds()
        if min(right - left, top - bottom) < 3:
            yield rectangle(left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM, "0 0 0")


def _characters(one: object) -> Iterator[str]:
    """The characters in runs of one font and height, each with its own distance from the next."""
    _, height = one.get_size()    # type: ignore[attr-defined]
    page_text = one.get_textpage()    # type: ignore[attr-defined]
    run: list[tuple[str, float, float, float]] = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for number in range(page_text.count_chars()):
        character = page_text.get_text_range(number, 1)
        left, _, right, _ = page_text.get_charbox(number, loose=True)
        if right <= left or character in "\r\n":
            continue
        raw.FPDFText_GetCharOrigin(page_text, number, x, y)
        placed = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(page_text, number, placed)
        size = raw.FPDFText_GetFontSize(page_text, number) * hypot(placed.c, placed.d)
        if run and (run[-1][2:] != (y.value, size) or x.value < run[-1][1]):
            yield _run(run, height)
            run = []
        run.append((character, x.value, y.value, size))
    if run:
        yield _run(run, height)


def _run(run: Sequence[tuple[str, float, float, float]], height: float) -> str:
    steps = " ".join(f"{(after[1] - one[1]) * MM:.4f}" for one, after in pairwise(run))
    _, left, foot, size = run[0]
    return text(left * MM, (height - foot - 0.88 * size) * MM, "".join(one[0] for one in run), size * MM, steps=steps)
