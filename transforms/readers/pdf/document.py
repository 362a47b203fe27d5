"""A PDF document, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pypdfium2 import raw

from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers.pdf import lattice, pdfium, tables
from transforms.readers.pdf.borderless import Columns
from transforms.readers.pdf.characters import characters, turns_to_upright
from transforms.readers.pdf.drawing import drawn
from transforms.readers.pdf.frame import frame_of


def read(data: bytes) -> Reading:
    """Read a PDF document.

    Args:
        data: the whole file.

    Returns:
        The tables of its pages and the lines of text around them, in reading order.

    Raises:
        UnreadableDocument: `encrypted-document` (it opens with a password only) or `damaged-file`.
    """
    blocks: list[TextLine | Grid] = []
    with _document(data) as document:
        count = raw.FPDF_GetPageCount(document)
        columns = None    # of a table without rulings that may go on
        for number in range(count):
            found, columns = _page_blocks(document, number, columns)
            blocks.extend(found)
    return Reading("pdf", count, tuple(blocks))


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
    return UnreadableDocument("damaged-file", "The PDF is damaged and cannot be opened; fetch or publish it again.")


def _page_blocks(document: Any, number: int, before: Columns | None) -> tuple[list[TextLine | Grid], Columns | None]:
    page = raw.FPDF_LoadPage(document, number)
    if not page:
        return [], None
    text_page = raw.FPDFText_LoadPage(page)
    try:
        frame = frame_of(page)
        text_handle = pdfium.handle(text_page)
        upright = frame.turned(turns_to_upright(text_handle, frame))
        drawing = drawn(pdfium.handle(page))
        pieces = characters(text_handle, upright, drawing.clips)
        rulings = lattice.segments(upright.shown(np.array(drawing.lines).reshape(-1, 4)))
        return tables.blocks(lattice.lattices(rulings), pieces, number + 1, before)
    finally:
        raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)
