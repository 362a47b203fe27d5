"""From PDF's coordinates, with the origin at the bottom left, to those of the page as it is shown, upright."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

Boxes = npt.NDArray[np.float64]    # one row per box: left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page's visible part lies in PDF's coordinates (points), and by how many quarter turns clockwise it is shown."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def turned(self, turns: int) -> Frame:
        """The frame of the page turned clockwise by further quarter turns."""
        return Frame(self.left, self.bottom, self.right, self.top, (self.turns + turns) % 4)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as shown, in points."""
        size = self.right - self.left, self.top - self.bottom
        return size if self.turns % 2 == 0 else (size[1], size[0])

    def shown(self, boxes: npt.NDArray[np.floating[Any]]) -> Boxes:
        """Boxes as they are seen.

        Args:
            boxes: (n, 4) corners x0, y0, x1, y1 in PDF's coordinates, in any order.

        Returns:
            (n, 4) left, top, right, bottom in points from the top left corner of the page as shown.
        """
        found = np.empty((len(boxes), 4))
        if not len(boxes):
            return found
        x, y = boxes.T[0::2], boxes.T[1::2]    # (2, n)
        if self.turns == 0:
            across, down = x - self.left, self.top - y
        elif self.turns == 1:
            across, down = y - self.bottom, x - self.left
        elif self.turns == 2:
            across, down = self.right - x, y - self.bottom
        else:
            across, down = self.top - y, self.right - x
        for place, sides in enumerate((across, down)):
            np.minimum(sides[0], sides[1], out=found[:, place])
            np.maximum(sides[0], sides[1], out=found[:, place + 2])
        return found


def turned(boxes: Boxes, turns: int) -> Boxes:
    """Boxes, (n, 4) or one, as they lie when what is shown is turned clockwise about its top left corner by quarter turns."""
    for _ in range(turns % 4):
        boxes = boxes[..., [3, 0, 1, 2]] * (-1, 1, -1, 1)
    return boxes


def frame_of(page: Any) -> Frame:
    """The frame of one of pypdfium2's raw pages."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    turns = pdfium.FPDFPage_GetRotation(page) % 4
    return Frame(min(box.left, box.right), min(box.top, box.bottom), max(box.left, box.right), max(box.top, box.bottom), turns)
