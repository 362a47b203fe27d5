"""The picture of a page as it is shown, drawn by PDFium."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

from transforms.readers.pdf import pdfium

_MOST_PIXELS = 30_000_000    # of one page, 90 MB in colour: an A3 page at 200 dpi has 8
_WHITE = 0xFFFFFFFF

Picture = npt.NDArray[np.uint8]


def rendered(page: Any, resolution: int) -> tuple[Picture, float]:
    """Draw a page.

    Args:
        page: one of pypdfium2's raw pages.
        resolution: dots per inch; less where the page is so large that its picture would have too many.

    Returns:
        (height, width, 3) red, green, blue; the size of a pixel in points.
    """
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    scale = min(resolution / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
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
