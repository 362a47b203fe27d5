"""The characters of a page with their places, in the order in which they are drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import asking, pdfium, visibility
from transforms.readers.pdf.drawing import Texts
from transforms.readers.pdf.frame import Boxes, Frame
from transforms.readers.pdf.visibility import Look

_HYPHENS = {0x02: "-", 0xFFFE: "-"}    # PDFium's marks for a hyphen at the end of a line
UNMAPPED = re.compile("[\x00-\x1f\ue000-\uf8ff\ufffd]")    # what a font gives for glyphs of which it does not tell the character
_UNKNOWN = "\ufffd"
_SAMPLES = 16                # characters whose angle tells how a page's text runs
_QUARTER = np.pi / 2
_DOWNWARDS = 3    # quarter turns after which what runs down the page runs to the right
_STRAIGHT, _NEXT = 0.3, 2.0    # heights by which characters that stand above each other are moved to the side at most, and apart


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of text (characters, or recognised words), each on one line.

    `boxes` is (n, 4): left, top, right, bottom in points from the top left corner of the page as shown. `confidence` is
    (n,), 0 to 1, where they were recognised in a picture. `turns` is (n,) by how many quarter turns clockwise each is upright, where
    some run up or down the page.
    """

    texts: list[str]
    boxes: Boxes
    confidence: npt.NDArray[np.float64] | None = None
    turns: npt.NDArray[np.intp] | None = None

    def only(self, chosen: npt.NDArray[np.bool_]) -> Pieces:
        """The pieces chosen by a mask of (n,)."""
        places = chosen.nonzero()[0]
        confidence = None if self.confidence is None else self.confidence[places]
        turns = None if self.turns is None else self.turns[places]
        return Pieces(list(map(self.texts.__getitem__, places.tolist())), self.boxes.take(places, 0), confidence, turns)


def characters(text_page: int, turns: int, look: Look) -> Pieces:
    """The characters of a page.

    Their boxes are loose, from where one character begins to where the next one is expected and as high as the font, so
    that punctuation and small letters lie in the middle of their line and gaps between boxes are gaps in print. PDFium's
    own spaces and line breaks are left out: they have no box, and what is one line or one word depends on the table.

    Args:
        text_page: the handle of the page's text.
        turns: by how many quarter turns clockwise, beyond the page's own, its text is upright.
        look: how its text objects show; those hidden as a whole have been taken away.

    Returns:
        The characters that take up room and are seen, in the order in which they are drawn.
    """
    text, corners = _characters(text_page)
    places = (_have_room(corners) & visibility.seen(text_page, look, corners)).nonzero()[0]
    boxes = look.frame.turned(turns).shown(corners.take(places, 0))
    return Pieces(list(map(text.__getitem__, places.tolist())), boxes, turns=_own_turns(text_page, places, boxes, turns + look.frame.turns))


def _own_turns(text_page: int, places: npt.NDArray[np.intp], boxes: Boxes, turns: int) -> npt.NDArray[np.intp] | None:
    """For each character by how many quarter turns clockwise it is upright; None where all are.

    Only those that stand straight above or below the one drawn before or after them are asked: other text runs to the right.

    Args:
        text_page: the handle of the page's text.
        places: of the n characters in it.
        boxes: theirs, (n, 4), as shown.
        turns: the quarter turns after which they are so.
    """
    left, top, right, bottom = boxes.T
    size, x, y = np.maximum(right - left, bottom - top)[:-1], left + right, top + bottom
    across, down = np.abs(x[1:] - x[:-1]) / 2, (y[1:] - y[:-1]) / 2
    away = np.abs(down)
    steps = ((across < _STRAIGHT * size) & (away > _STRAIGHT * size) & (away < _NEXT * size)).nonzero()[0]
    if not len(steps):
        return None
    asked = np.unique([steps, steps + 1])
    angles = _angles(text_page, places[asked])
    found = np.zeros(len(places), np.intp)
    found[asked] = (-np.rint(angles / _QUARTER).astype(np.intp) - turns) % 4
    if not found.any():
        return None
    downwards = steps[down[steps] > 0].tolist()
    for step in (*downwards, *reversed(downwards)):    # text that is written down the page has its Chinese characters upright
        if _DOWNWARDS in found[step : step + 2]:
            found[step : step + 2] = _DOWNWARDS
    return found


def hidden_characters(text_page: int, look: Look) -> tuple[list[str], npt.NDArray[np.float32]]:
    """The n characters of the text objects that are not seen, and (n, 4) their corners in PDF's coordinates; arguments as above."""
    text, corners, _ = owned(text_page, look.drawing.texts, look.hidden.nonzero()[0].tolist())
    return text, corners


def owned(text_page: int, texts: Texts, chosen: Sequence[int]) -> tuple[list[str], npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """The characters of some text objects, chosen by place: n of them, (n, 4) their corners in PDF's coordinates, (n,) whose each is."""
    text, corners = _characters(text_page)
    places, owners = visibility.characters_of(text_page, texts, chosen, corners)
    have_room = _have_room(corners[places])
    places = places[have_room]
    return [text[place] for place in places.tolist()], corners[places], owners[have_room]


def _characters(text_page: int) -> tuple[str, npt.NDArray[np.float32]]:
    """The n characters that PDFium finds, and (n, 4) left, top, right, bottom of each."""
    count = max(pdfium.count_characters(text_page), 0)
    corners = np.zeros((count, 4), np.float32)
    asking.write_all(pdfium.get_loose_box, text_page, corners)
    return _text(text_page, count), corners


def _angles(text_page: int, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """In radians, of some characters."""
    angles: npt.NDArray[np.float32] = asking.ask(pdfium.get_angle, np.full(len(places), text_page, np.uintp), places.astype(np.int32))
    return angles.astype(np.float64)


def _have_room(corners: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    have_room: npt.NDArray[np.bool_] = (corners[:, 2] != corners[:, 0]) & (corners[:, 3] != corners[:, 1])
    return have_room


def turns_to_upright(text_page: int, frame: Frame) -> int:
    """By how many quarter turns clockwise the page as shown has to be turned so that most of its text runs from left to right."""
    count = max(pdfium.count_characters(text_page), 0)
    sample = range(0, count, max(count // _SAMPLES, 1))
    seen = [place for place in sample if pdfium.get_unicode(text_page, place) > 0x20]
    directions = Counter(np.rint(_angles(text_page, np.array(seen, np.intp)) / _QUARTER).astype(np.intp).tolist())
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
    unknown = asking.ask_all(pdfium.has_no_unicode, text_page, count) > 0
    if unknown.any():    # PDFium gives the glyph's number then
        text = "".join(_UNKNOWN if is_unknown else character for character, is_unknown in zip(text, unknown.tolist(), strict=True))
    return text.translate(_HYPHENS) if any(chr(hyphen) in text for hyphen in _HYPHENS) else text
