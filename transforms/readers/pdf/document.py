"""A PDF document, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pypdfium2 import raw

from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers.pdf import lattice, pdfium, scans, tables
from transforms.readers.pdf.borderless import Columns
from transforms.readers.pdf.characters import Pieces, characters, turns_to_upright
from transforms.readers.pdf.drawing import drawn
from transforms.readers.pdf.frame import frame_of
from transforms.readers.pdf.page import Segment

_END, _TAIL = b"startxref", 1024    # a file's last line but one, and the bytes at the end that may hold it (PDF Reference 1.7, H.3.4.4)
_WITHOUT_OCR = "The page is a picture, and recognition is not installed: install the extra `ocr` (pip install 'yusuan[ocr]')."


def read(data: bytes) -> Reading:
    """Read a PDF document.

    Args:
        data: the whole file.

    Returns:
        The tables of its pages and the lines of text around them, in reading order; `damaged-page`, `too-large` and `needs-ocr`
        for pages that could not be read.

    Raises:
        UnreadableDocument: `encrypted-document` (it opens with a password only) or `damaged-file`.
    """
    blocks: list[TextLine | Grid] = []
    errors: list[UnreadableDocument] = []
    with _document(data) as document:
        count = raw.FPDF_GetPageCount(document)
        if _is_cut_short(document, data):
            raise _damaged("ends before its end")
        if not count:
            raise _damaged("has no page")
        columns = None    # of a table without rulings that may go on
        for number in range(count):
            try:
                found, columns = _page_blocks(document, number, columns)
                blocks += found
            except UnreadableDocument as error:
                errors.append(error)
    return Reading("pdf", count, tuple(blocks), tuple(errors))


@contextmanager
def _document(data: bytes) -> Iterator[Any]:
    raw.FPDF_InitLibrary()
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise _unopened(raw.FPDF_GetLastError())
    try:
        yield document
    finally:
        raw.FPDF_CloseDocument(document)


def _unopened(error: int) -> UnreadableDocument:
    if error in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return UnreadableDocument("encrypted-document", "The document needs a password; ask the department to publish it without one.")
    return _damaged("is damaged and cannot be opened")


def _damaged(reason: str) -> UnreadableDocument:
    return UnreadableDocument("damaged-file", f"The PDF {reason}; fetch or publish it again.")


def _is_cut_short(document: Any, data: bytes) -> bool:
    """Whether the end is missing: PDFium then shows what it finds, pages that lost their text as blank ones."""
    return _END not in data[-_TAIL:] and not raw.FPDF_DocumentHasValidCrossReferenceTable(document)


def _page_blocks(document: Any, number: int, before: Columns | None) -> tuple[list[TextLine | Grid], Columns | None]:
    page = raw.FPDF_LoadPage(document, number)
    if not page:
        raise UnreadableDocument("damaged-page", "The page is damaged and cannot be opened; fetch or publish the file again.", number + 1)
    text_page = raw.FPDFText_LoadPage(page)
    try:
        frame = frame_of(page)
        text_handle = pdfium.handle(text_page)
        upright = frame.turned(turns_to_upright(text_handle, frame))
        drawing = drawn(pdfium.handle(page), number + 1)
        pieces = characters(text_handle, upright, drawing.clips)
        if scans.is_scan(page, text_handle, pieces, drawing.images, frame):
            rulings, pieces = _recognised(page, number + 1)
        else:
            rulings = lattice.segments(upright.shown(np.array(drawing.lines).reshape(-1, 4)))
        return tables.blocks(lattice.lattices(rulings), pieces, number + 1, before)
    finally:
        raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)


def _recognised(page: Any, number: int) -> tuple[list[Segment], Pieces]:
    """What is seen in the picture of a page."""
    try:
        from transforms.readers.ocr import recognise  # costs half a second, and few documents need it

        found = recognise(*scans.rendered(page))
    except ImportError as error:
        raise UnreadableDocument("needs-ocr", _WITHOUT_OCR, number) from error
    boxes = np.array([word.box for word in found.words], np.float64).reshape(-1, 4)
    confidence = np.array([word.confidence for word in found.words], np.float64)
    return found.segments, Pieces([word.text for word in found.words], boxes, confidence)
