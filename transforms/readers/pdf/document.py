"""A PDF document, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from transforms import spreads
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers.pdf import actual_text, lattice, layers, pdfium, pictures, scans, tables, visibility
from transforms.readers.pdf.borderless import Columns
from transforms.readers.pdf.characters import Pieces, characters, hidden_characters, turns_to_upright
from transforms.readers.pdf.drawing import Drawing, drawn
from transforms.readers.pdf.frame import Frame, frame_of
from transforms.readers.pdf.page import Segment
from transforms.readers.pdf.rendering import rendered
from transforms.readers.pdf.strikes import struck
from transforms.readers.pdf.visibility import Look

_END, _TAIL = b"startxref", 1024    # a file's last line but one, and the bytes at the end that may hold it (PDF Reference 1.7, H.3.4.4)
_OBJECT = b" obj"     # where each object begins (7.3.10): what has none is no document that was cut
_WITHOUT_TEXT = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}
_MARKS = {raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK}    # over what is published, no part of it
_NOT_SHOWN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW    # on a screen
_DYNAMIC = "Only Adobe's programs draw this form (XFA), others show a page that asks for them; print it into a new PDF."
_APART = "Columns of a table seem to run on on this page and are read as a table of their own; publish the table on one page."
_HARDLY = 1    # dot per inch
_MOST_HIDDEN = 0.2    # of the text of a page's tables; what is hidden on purpose is a number or a line


class Page(NamedTuple):
    """What a page holds: its blocks, the columns of a table without rulings that may go on, what stands hidden in or beside its tables.

    `doubts` say what of it may not be what its publisher means to show.
    """

    blocks: list[TextLine | Grid]
    columns: Columns | None
    hidden: list[TextLine]
    doubts: list[UnreadableDocument]


class Seen(NamedTuple):
    """The ruling lines and the text of a page, the text that stands there hidden, and how the page was made upright.

    It was turned clockwise by quarter `turns`, and a scan then counter-clockwise by `degrees` about its middle.
    """

    rulings: list[Segment]
    pieces: Pieces
    hidden: Pieces
    turns: int
    degrees: float = 0.0


def read(data: bytes) -> Reading:
    """Read a PDF document.

    Args:
        data: the whole file.

    Returns:
        The tables of its pages and the lines of text around them that a person sees, in reading order; `damaged-page` and
        `too-large` for pages that could not be read, `dynamic-form` where a program draws the pages from data, `columns-apart`
        where columns that run on over pages are not joined.

    Raises:
        UnreadableDocument: `encrypted-document` (it opens with a password only) or `damaged-file`.
    """
    blocks: list[TextLine | Grid] = []
    errors: list[UnreadableDocument] = []
    hidden: list[TextLine] = []
    with _document(data) as document:
        count = raw.FPDF_GetPageCount(document)
        if _is_cut_short(document, data):
            raise _incomplete()
        if not count:
            raise _damaged("has no page")
        if raw.FPDF_GetFormType(document) == raw.FORMTYPE_XFA_FULL:
            errors.append(UnreadableDocument("dynamic-form", _DYNAMIC))
        has_layers = layers.may_hide(data)
        columns = None    # of a table without rulings that may go on
        for number in range(count):
            try:
                page = _page_of(document, number, columns, has_layers=has_layers)
                columns = page.columns
                blocks += page.blocks
                hidden += page.hidden
                errors += page.doubts
            except UnreadableDocument as error:
                errors.append(error)
    errors += (UnreadableDocument("columns-apart", _APART, page) for page in spreads.apart(blocks))
    return Reading("pdf", count, tuple(spreads.joined(blocks)), tuple(errors), tuple(hidden))


@contextmanager
def _document(data: bytes) -> Iterator[Any]:
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        error = raw.FPDF_GetLastError()
        raise _incomplete() if error == raw.FPDF_ERR_FORMAT and _OBJECT in data and _END not in data[-_TAIL:] else _unopened(error)
    try:
        yield document
    finally:
        raw.FPDF_CloseDocument(document)


def _unopened(error: int) -> UnreadableDocument:
    if error in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return UnreadableDocument("encrypted-document", "The document needs a password; ask the department to publish it without one.")
    return _damaged("is damaged and cannot be opened")


def _incomplete() -> UnreadableDocument:
    return UnreadableDocument("incomplete-document", "The PDF ends before its end; fetch or publish it again.")


def _damaged(reason: str) -> UnreadableDocument:
    return UnreadableDocument("damaged-file", f"The PDF {reason}; fetch or publish it again.")


def _is_cut_short(document: Any, data: bytes) -> bool:
    """Whether the end is missing: PDFium then shows what it finds, pages that lost their text as blank ones."""
    return _END not in data[-_TAIL:] and not raw.FPDF_DocumentHasValidCrossReferenceTable(document)


def look_at(data: bytes, number: int) -> Seen:
    """What is seen on one page of a document, before tables are made of it.

    Args:
        data: the whole file.
        number: 1-based.

    Raises:
        UnreadableDocument: as `read`, and what of it concerns this page.
    """
    with _document(data) as document:
        return _seen(document, number - 1, has_layers=layers.may_hide(data))


def _page_of(document: Any, number: int, before: Columns | None, *, has_layers: bool) -> Page:
    seen = _seen(document, number, has_layers=has_layers)
    found = lattice.lattices(seen.rulings)
    blocks, columns = tables.blocks(found, seen.pieces, number + 1, before)
    near = tables.near_tables(found, seen.hidden, number + 1)
    return Page(blocks, columns, near, _doubts(near, blocks, number + 1))


def _seen(document: Any, number: int, *, has_layers: bool) -> Seen:
    page = _opened(document, number)
    try:
        frame = frame_of(page)
        drawing = drawn(pdfium.handle(page), number + 1)
        otherwise = actual_text.leave_to_glyphs(page, drawing.texts)
        look = visibility.look(document, page, drawing, frame, has_layers=has_layers)
        taken = _taken_away(look)
        unseen = [*otherwise[0], *taken[0]], np.concatenate([otherwise[1], taken[1]])
        with pdfium.text_of(page) as text:
            turns = turns_to_upright(text, frame)
            pieces = characters(text, turns, look)
        if scans.is_scan(page, pieces, drawing, frame):
            return _recognised(page)
        upright = frame.turned(turns)
        rulings = lattice.segments(upright.shown(drawing.lines))
        rulings, pieces, hidden = _without_struck(rulings, pieces, Pieces(unseen[0], upright.shown(unseen[1])))
        if not turns:
            rulings, pieces = _with_parts(page, frame, drawing, rulings, pieces)
        return Seen(rulings, pieces, hidden, turns)
    finally:
        raw.FPDF_ClosePage(page)


def _opened(document: Any, number: int) -> Any:
    """A page with its annotations and the values of its form as parts of it, where it has any but links and marks."""
    page = raw.FPDF_LoadPage(document, number)
    if page and _has_annotations(document, page):
        rendered(page, _HARDLY)    # gives those a look that have none of their own
        if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            raw.FPDF_ClosePage(page)
            page = raw.FPDF_LoadPage(document, number)
    if not page:
        raise UnreadableDocument("damaged-page", "The page is damaged and cannot be opened; fetch or publish the file again.", number + 1)
    return page


def _has_annotations(document: Any, page: Any) -> bool:
    """Whether a page has annotations that may show text; those that are not shown, and marks, are taken off, fields get a look."""
    is_found = is_bare = False
    for number in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        is_shown = subtype not in _MARKS and not raw.FPDFAnnot_GetFlags(annotation) & _NOT_SHOWN
        is_bare = is_bare or (is_shown and subtype == raw.FPDF_ANNOT_WIDGET and not raw.FPDFAnnot_HasKey(annotation, b"AP"))
        raw.FPDFPage_CloseAnnot(annotation)
        if not is_shown:
            raw.FPDFPage_RemoveAnnot(page, number)
        is_found = is_found or (is_shown and subtype not in _WITHOUT_TEXT)
    if is_bare:
        _give_fields_looks(document, page)
    return is_found


def _give_fields_looks(document: Any, page: Any) -> None:
    """Have PDFium draw the values of fields that have no look of their own, as viewers do."""
    form = raw.FPDFDOC_InitFormFillEnvironment(document, raw.FPDF_FORMFILLINFO(version=2))
    if not form:
        return
    bitmap = raw.FPDFBitmap_Create(1, 1, 0)
    try:
        raw.FORM_OnAfterLoadPage(page, form)
        raw.FPDF_FFLDraw(form, bitmap, page, 0, 0, 1, 1, 0, 0)
        raw.FORM_OnBeforeClosePage(page, form)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
        raw.FPDFDOC_ExitFormFillEnvironment(form)


def _with_parts(
    page: Any, frame: Frame, drawing: Drawing, rulings: list[Segment], pieces: Pieces
) -> tuple[list[Segment], Pieces]:
    """The rulings and the text of a page with what is recognised in its pictures and its drawn figures."""
    shown = pictures.may_hold_tables(drawing, pieces, frame)
    figures = pictures.outlines(drawing, pieces, rulings, frame)
    if not len(shown) and not len(figures):
        return rulings, pieces
    found = pictures.recognised(page, shown, figures, rulings)
    if not found.words:
        return rulings, pieces
    return [*rulings, *found.rulings], pictures.joined(pieces, found.words)


def _doubts(hidden: Sequence[TextLine], blocks: Sequence[TextLine | Grid], page: int) -> list[UnreadableDocument]:
    """Tables with a large part of their text hidden: a slip of the program that made them, rather than texts meant to be hidden."""
    if not hidden:
        return []
    shown = sum(len(cell.text) for block in blocks if isinstance(block, Grid) for cell in block.cells)
    unseen = sum(len(line.text) for line in hidden)
    if unseen <= _MOST_HIDDEN * (shown + unseen):
        return []
    return [UnreadableDocument("mostly-hidden", f"Of the text of its tables {unseen / (shown + unseen):.0%} is there and not shown.", page)]


def _without_struck(rulings: list[Segment], pieces: Pieces, hidden: Pieces) -> tuple[list[Segment], Pieces, Pieces]:
    """Rulings and text without what is struck out, which is not published, and what is hidden with it."""
    is_struck, strikes = struck(pieces, rulings)
    if not is_struck.any():
        return rulings, pieces, hidden
    out = pieces.only(is_struck)
    hidden = Pieces([*hidden.texts, *out.texts], np.concatenate([hidden.boxes, out.boxes]))
    return [line for line, strikes_out in zip(rulings, strikes.tolist(), strict=True) if not strikes_out], pieces.only(~is_struck), hidden


def _taken_away(look: Look) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Take the texts that are not seen off their page, and those that are no part of what is published; return those of the former."""
    hidden: tuple[list[str], npt.NDArray[np.float32]] = [], np.zeros((0, 4), np.float32)
    if look.hidden.any():
        with pdfium.text_of(look.page) as text:
            hidden = hidden_characters(text, look)
    visibility.take_away(pdfium.handle(look.page), look.drawing.texts, look.hidden | look.marks)
    return hidden


def _recognised(page: Any) -> Seen:
    """What is seen in the picture of a page; what another program recognised, laid under it, is not hidden text."""
    from transforms.readers.ocr import recognise  # costs half a second, and few documents need it

    found = recognise(*rendered(page, scans.RESOLUTION))
    boxes = np.array([word.box for word in found.words], np.float64).reshape(-1, 4)
    confidence = np.array([word.confidence for word in found.words], np.float64)
    pieces = Pieces([word.text for word in found.words], boxes, confidence)
    return Seen(found.segments, pieces, Pieces([], np.zeros((0, 4))), found.turn.quarters, found.turn.degrees)
