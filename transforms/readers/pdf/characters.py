"""The characters of a page with their places, in the order in which they are drawn."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import pdfium
from transforms.readers.pdf.drawing import Rect
from transforms.readers.pdf.frame import Boxes, Frame

_HYPHENS = {0x02: "-", 0xFFFE: "-"}    # PDFium's marks for a hyphen at the end of a line
_SAMPLES = 16                # characters whose angle tells how a page's text runs
_QUARTER = np.pi / 2
_EVERYWHERE: Rect = (-np.inf, -np.inf, np.inf, np.inf)    # what is not clipped


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


def characters(text_page: int, frame: Frame, clips: Mapping[int, Rect]) -> Pieces:
    """The characters of a page.

    Their boxes are loose, from where one character begins to where the next one is expected and as high as the font, so
    that punctuation and small letters lie in the middle of their line and gaps between boxes are gaps in print. PDFium's
    own spaces and line breaks are left out: they have no box, and what is one line or one word depends on the table.

    Args:
        text_page: the handle of the page's text.
        frame: how the page is shown.
        clips: of text objects that are clipped the box that is seen of them, in PDF's coordinates.

    Returns:
        The characters that take up room and are seen, in the order in which they are drawn.
    """
    count = max(pdfium.count_characters(text_page), 0)
    corners = np.zeros((count, 4), np.float32)    # left, top, right, bottom
    begin = corners.ctypes.data
    deque(map(pdfium.get_loose_box, repeat(text_page, count), range(count), range(begin, begin + 16 * count, 16)), maxlen=0)
    text = _text(text_page, count)
    is_seen = (corners[:, 2] != corners[:, 0]) & (corners[:, 3] != corners[:, 1])
    if clips:
        _hide_clipped(is_seen, corners, text_page, clips)
    places = is_seen.nonzero()[0]
    return Pieces([text[place] for place in places.tolist()], frame.shown(corners[places]))


def _hide_clipped(is_seen: npt.NDArray[np.bool_], corners: npt.NDArray[np.float32], text_page: int, clips: Mapping[int, Rect]) -> None:
    """Leave out characters whose middle is clipped: parts of merged cells, and of the page before, are drawn and not seen."""
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    edges = np.array(list(set(clips.values())))
    (left, bottom), (right, top) = edges[:, :2].max(axis=0), edges[:, 2:].min(axis=0)    # what is seen by all
    suspected = is_seen & ((x < left) | (x > right) | (y < bottom) | (y > top))
    places = suspected.nonzero()[0]
    objects = map(pdfium.get_text_object, repeat(text_page), places.tolist())
    clip = np.array([clips.get(handle, _EVERYWHERE) for handle in objects]).reshape(-1, 4)
    x, y = x[places], y[places]
    is_seen[places] = (clip[:, 0] <= x) & (x <= clip[:, 2]) & (clip[:, 1] <= y) & (y <= clip[:, 3])


def turns_to_upright(text_page: int, frame: Frame) -> int:
    """By how many quarter turns clockwise the page as shown has to be turned so that most of its text runs from left to right."""
    count = max(pdfium.count_characters(text_page), 0)
    sample = range(0, count, max(count // _SAMPLES, 1))
    seen = (place for place in sample if pdfium.get_unicode(text_page, place) > 0x20)
    directions = Counter(round(pdfium.get_angle(text_page, place) / _QUARTER) for place in seen)
    return (-directions.most_common(1)[0][0] - frame.turns) % 4 if directions else 0


def _text(text_page: int, count: int) -> str:
    """The characters of a page, one for each of PDFium's; asked for one by one where one of them takes two UTF-16 units or none."""
    units = np.zeros(count + 1, np.uint16)
    if pdfium.get_text(text_page, 0, count, units.ctypes.data) == count + 1:
        text = units[:count].tobytes().decode("utf-16-le", "surrogatepass")
    else:
        text = ""
    if len(text) != count:
        text = "".join(chr(pdfium.get_unicode(text_page, place)) for place in range(count))
    return text.translate(_HYPHENS)
