"""The picture of a page as it is shown, drawn by PDFium."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from transforms.grid import Box
from transforms.readers.pdf import pdfium

_MOST_PIXELS = 30_000_000    # of one page, 90 MB in colour: an A3 page at 200 dpi has 8
_LONGEST = 3000    # points, of a picture's side that is asked how opaque it is; A0 is 3370 long
_WHITE = 0xFFFFFFFF
_OPAQUE = 255
_WITH_OPACITY = {raw.FPDFBitmap_BGRA, raw.FPDFBitmap_BGRA_Premul}

Picture = npt.NDArray[np.uint8]
Part = tuple[int, int, int, int]


def rendered(page: Any, resolution: int, part: Part | None = None) -> tuple[Picture, float]:
    """Draw a page, or a part of it, which takes the less time the smaller it is.

    Args:
        page: one of pypdfium2's raw pages.
        resolution: dots per inch; less where the page is so large that its picture would have too many.
        part: left, top, right, bottom of what is drawn, in pixels of the whole page's picture, not outside of it.

    Returns:
        (height, width, 3) red, green, blue; the size of a pixel in points.
    """
    across, down, scale = _size(page, resolution)
    left, top, right, bottom = part or (0, 0, across, down)
    bitmap = raw.FPDFBitmap_Create(right - left, bottom - top, 0)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, right - left, bottom - top, _WHITE)
        raw.FPDF_RenderPageBitmap(bitmap, page, -left, -top, across, down, 0, raw.FPDF_ANNOT)
        size = raw.FPDFBitmap_GetStride(bitmap) * (bottom - top)
        pixels = np.frombuffer((ctypes.c_ubyte * size).from_address(pdfium.handle(raw.FPDFBitmap_GetBuffer(bitmap))), np.uint8)
        picture = pixels.reshape(bottom - top, -1, 4)[:, : right - left, 2::-1].copy()    # it is kept as blue, green, red, unused
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return picture, 1 / scale


def opacity_of(document: Any, page: Any, picture: int) -> float:
    """How opaque a picture is where it is most, 0 to 1; 1 where that is not known.

    Args:
        document: the raw one of pypdfium2.
        page: one of its pages.
        picture: the handle of an object on it.
    """
    matrix = (ctypes.c_float * 6)()
    pdfium.get_matrix(picture, ctypes.addressof(matrix))
    a, b, c, d, _, _ = matrix
    if not (math.hypot(a, b) <= _LONGEST and math.hypot(c, d) <= _LONGEST):    # it is drawn as large as it is shown
        return 1.0
    bitmap = raw.FPDFImageObj_GetRenderedBitmap(document, page, ctypes.cast(picture, raw.FPDF_PAGEOBJECT))
    if not bitmap:
        return 1.0
    try:
        if raw.FPDFBitmap_GetFormat(bitmap) not in _WITH_OPACITY:
            return 1.0
        size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
        pixels = np.frombuffer((ctypes.c_ubyte * size).from_address(pdfium.handle(raw.FPDFBitmap_GetBuffer(bitmap))), np.uint8)
        return float(pixels[3::4].max(initial=0)) / _OPAQUE
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


def part_of(page: Any, resolution: int, box: Box) -> Part:
    """What `rendered` takes for a box in points from the top left corner, cut at the page's edges, one pixel at least."""
    across, down, scale = _size(page, resolution)
    x, y = (min(max(int(place * scale), 0), most - 1) for place, most in ((box.left, across), (box.top, down)))
    return x, y, min(max(int(box.right * scale) + 1, x + 1), across), min(max(int(box.bottom * scale) + 1, y + 1), down)


def _size(page: Any, resolution: int) -> tuple[int, int, float]:
    """Width and height of a page's picture in pixels, and how many of them a point has."""
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    scale = min(resolution / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    return max(round(width * scale), 1), max(round(height * scale), 1), scale
