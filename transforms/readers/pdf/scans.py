"""Pages whose text cannot be taken from the document: scans, outlines instead of letters, fonts that say nothing of their characters."""

from __future__ import annotations

from typing import Any

import numpy as np
from pypdfium2 import raw

from transforms.readers.pdf.characters import UNMAPPED, Pieces
from transforms.readers.pdf.drawing import Drawing
from transforms.readers.pdf.frame import Boxes, Frame

_FEW = 30               # characters: scans carry a page number, a stamp or a line of the scanner's maker
_COVERED = 0.5          # of the page: pictures of less are illustrations beside text
_OUTLINES = 200         # objects of a page of outlines, where letters are drawn and not written; a ruled blank page has some 50
_UNKNOWN = 0.3          # of the characters without meaning: bullets of symbol fonts are fewer, fonts without a table make all so
_MOSTLY = 0.5
_INVISIBLE = 3          # text rendering mode (ISO 32000-1, 9.3.6): what another program recognised, laid over its scan unseen
RESOLUTION = 200        # dots per inch: scans are made with 150 to 300, and lines are brought to one height anyway


def is_scan(page: Any, pieces: Pieces, drawing: Drawing, frame: Frame) -> bool:
    """Whether a page has to be looked at to be read.

    Args:
        page: one of pypdfium2's raw pages.
        pieces: its characters that are seen.
        drawing: what it draws.
        frame: how it is shown.
    """
    unknown = len(UNMAPPED.findall("".join(pieces.texts)))
    if unknown > max(_FEW, _UNKNOWN * len(pieces.texts)):
        return True
    is_covered = _covered(drawing.images, frame) >= _COVERED
    if len(pieces.texts) - unknown < _FEW:
        return is_covered or (not pieces.texts and raw.FPDFPage_CountObjects(page) >= _OUTLINES)
    modes = drawing.texts.modes
    return is_covered and bool(np.mean(modes == _INVISIBLE) > _MOSTLY)


def _covered(images: Boxes, frame: Frame) -> float:
    """The share of the page that pictures cover; strips of one scan add up."""
    area = (frame.right - frame.left) * (frame.top - frame.bottom)
    covered = sum(
        max(min(right, frame.right) - max(left, frame.left), 0) * max(min(top, frame.top) - max(bottom, frame.bottom), 0)
        for left, bottom, right, top in images.tolist()
    )
    return covered / area if area else 0.0
