"""The characters of a page with their places, in the order in which they are drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import pdfium
from transforms.readers.pdf.frame import Boxes, Frame

_HYPHENS = {0x02, 0xFFFE}    # PDFium's marks for a hyphen at the end of a line
_SAMPLES = 40                # characters whose angle tells how a page's text runs
_QUARTER = np.pi / 2


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of text (characters, or recognised words), each on one line.

    `boxes` is (n, 4): left, top, right, bottom in points from the top left corner of the page as shown. `confidence` is
    (n,), 0 to 1, where they were recognised in a picture.
    """

    texts: list[str]
    boxes: Boxes
    confidence: npt.NDArray[np.float64] | None = None

    def only(self, chosen: npt.NDArray[np.bool_]) -> Pieces:
        """The pieces chosen by a mask of (n,)."""
        places = chosen.nonzero()[0]
        confidence = None if self.confidence is None else self.confidence[places]
        return Pieces([self.texts[place] for place in places.tolist()], self.boxes[places], confidence)


def characters(text_page: int, frame: Frame) -> Pieces:
    """The characters of a page.

    Their boxes are loose, from where one character begins to where the next one is expected and as high as the font, so
    that punctuation and small letters lie in the middle of their line and gaps between boxes are gaps in print. PDFium's
    own spaces and line breaks are left out: they have no box, and what is one line or one word depends on the table.

    Args:
        text_page: the handle of the page's text.
        frame: how the page is shown.

    Returns:
        The characters that take up room, in the order in which they are drawn.
    """
    count = max(pdfium.count_characters(text_page), 0)
    corners = np.zeros((count, 4), np.float32)    # left, top, right, bottom
    address = corners.ctypes.data
    codes = []
    for place in range(count):
        pdfium.get_loose_box(text_page, place, address)
        codes.append(pdfium.get_unicode(text_page, place))
        address += 16
    boxes = frame.shown(corners)
    has_room = ((boxes[:, 2] - boxes[:, 0] > 0) & (boxes[:, 3] - boxes[:, 1] > 0)).nonzero()[0]
    return Pieces([_text(codes[place]) for place in has_room.tolist()], boxes[has_room])


def turns_to_upright(text_page: int, frame: Frame) -> int:
    """By how many quarter turns clockwise the page as shown has to be turned so that most of its text runs from left to right."""
    count = max(pdfium.count_characters(text_page), 0)
    sample = range(0, count, max(count // _SAMPLES, 1))
    seen = (place for place in sample if pdfium.get_unicode(text_page, place) > 0x20)
    directions = Counter(round(pdfium.get_angle(text_page, place) / _QUARTER) for place in seen)
    return (-directions.most_common(1)[0][0] - frame.turns) % 4 if directions else 0


def _text(code: int) -> str:
    return "-" if code in _HYPHENS else chr(code)
