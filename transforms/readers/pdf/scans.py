"""Pages whose text cannot be taken from the document: scans, outlines instead of letters, fonts that say nothing of their characters."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from transforms.readers.pdf import pdfium
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.drawing import Rect
from transforms.readers.pdf.frame import Frame

_FEW = 30               # characters: scans carry a page number, a stamp or a line of the scanner's maker
_COVERED = 0.5          # of the page: pictures of less are illustrations beside text
_OUTLINES = 200         # objects of a page of outlines, where letters are drawn and not written; a ruled blank page has some 50
_UNKNOWN = 0.3          # of the characters without meaning: bullets of symbol fonts are fewer, fonts without a table make all so
_SAMPLES = 40
_INVISIBLE = 3          # text rendering mode (ISO 32000-1, 9.3.6): what another program recognised, laid over its scan unseen
_RESOLUTION = 200       # dots per inch: scans are made with 150 to 300, and lines are brought to one height anyway
_MOST_PIXELS = 30_000_000    # of one page, 90 MB in colour: an A3 page at 200 dpi has 8
_WHITE = 0xFFFFFFFF

_UNMAPPED = re.compile("[\x00-\x1f\ue000-\uf8ff\ufffd]")

Picture = npt.NDArray[np.uint8]


def is_scan(page: Any, text_page: int, pieces: Pieces, images: Sequence[Rect], frame: Frame) -> bool:
    """Whether a page has to be looked at to be read.

    Args:
        page: one of pypdfium2's raw pages.
        text_page: the handle of its text.
        pieces: its characters.
        images: the boxes of its pictures, in PDF's coordinates.
        frame: how it is shown.
    """
    unknown = len(_UNMAPPED.findall("".join(pieces.texts)))
    if unknown > max(_FEW, _UNKNOWN * len(pieces.texts)):
        return True
    is_covered = _covered(images, frame) >= _COVERED
    if len(pieces.texts) - unknown < _FEW:
        return is_covered or (not pieces.texts and raw.FPDFPage_CountObjects(page) >= _OUTLINES)
    return is_covered and _is_invisible(text_page)


def _covered(images: Sequence[Rect], frame: Frame) -> float:
    """The share of the page that pictures cover; strips of one scan add up."""
    area = (frame.right - frame.left) * (frame.top - frame.bottom)
    covered = sum(
        max(min(right, frame.right) - max(left, frame.left), 0) * max(min(top, frame.top) - max(bottom, frame.bottom), 0)
        for left, bottom, right, top in images
    )
    return covered / area if area else 0.0


def _is_invisible(text_page: int) -> bool:
    count = max(pdfium.count_characters(text_page), 0)
    objects = [pdfium.get_text_object(text_page, place) for place in range(0, count, max(count // _SAMPLES, 1))]
    modes = [pdfium.get_text_render_mode(handle) for handle in objects if handle]
    return bool(modes) and modes.count(_INVISIBLE) * 2 > len(modes)


def rendered(page: Any) -> tuple[Picture, float]:
    """The picture of a page as it is shown.

    Args:
        page: one of pypdfium2's raw pages.

    Returns:
        (height, width, 3) red, green, blue; the size of a pixel in points.
    """
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    scale = min(_RESOLUTION / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    bitmap = raw.FPDFBitmap_Create(across, down, 0)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, _WHITE)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, raw.FPDF_ANNOT)
        size = raw.FPDFBitmap_GetStride(bitmap) * down
        pixels = np.frombuffer((ctypes.c_ubyte * size).from_address(pdfium.handle(raw.FPDFBitmap_GetBuffer(bitmap))), np.uint8)
        picture = pixels.reshape(down, -1, 4)[:, :across, 2::-1].copy()    # it is kept as blue, green, red, unused
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return picture, 1 / scale
