"""What lies over the text of a Word document: floating shapes and pictures (ECMA-376 part 1, 20.4.2.3).

Where a page breaks lines is known to Word alone. So only what is placed by the very paragraph of a table's cell is known to lie over
it, where it begins at the paragraph's begin and is as large as its text: nothing else is said to be covered. That is why a shape
that is anchored elsewhere, or placed by the page, hides nothing here, and neither do old shapes (VML).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import east_asian_width

from transforms.readers.office_package import Element
from transforms.readers.shapes import COVERED, EMU_PER_POINT, fills, hides

_AWAY = 3.0          # points that it may begin behind the text's begin: cells have a margin of 5
_WIDE, _NARROW = 1.0, 0.5    # of a font's size: how wide characters are
_OFF = ("0", "false")
_BY_CELL = {"H": ("column",), "V": ("paragraph", "line")}    # what places are counted from, across and down


def are_covered(drawings: Sequence[Element], text: str, size: float, cell: float | None, is_opaque: Callable[[str], bool]) -> bool:
    """Whether a drawing lies over the only line of a paragraph in a table's cell.

    Args:
        drawings: those that are anchored in the paragraph.
        text: of the paragraph.
        size: of its font, in points.
        cell: the room that the text may stand anywhere in, in points: None if it begins on the left.
        is_opaque: whether the picture of a relationship's id is.
    """
    width = cell if cell is not None else sum(_WIDE if east_asian_width(character) in "WF" else _NARROW for character in text) * size
    over = [anchor for drawing in drawings for anchor in drawing.iterfind("{*}anchor") if _lies_over(anchor, width, size)]
    return any(
        any(map(fills, anchor.iter("{*}wsp"))) or any(hides(picture, is_opaque) for picture in anchor.iter("{*}pic")) for anchor in over
    )


def _lies_over(anchor: Element, width: float, height: float) -> bool:
    """Whether a frame begins where its paragraph does, in front of the text, and is large enough."""
    is_in_front = anchor.get("behindDoc", "0") in _OFF and anchor.find("{*}wrapNone") is not None
    is_free = is_in_front and anchor.get("layoutInCell", "1") not in _OFF
    extent = anchor.find("{*}extent")
    left, top = _offset(anchor, "H"), _offset(anchor, "V")
    if not is_free or extent is None or left is None or top is None or max(left, top) > _AWAY:
        return False
    right, bottom = (begin + float(extent.get(name, 0)) / EMU_PER_POINT for begin, name in ((left, "cx"), (top, "cy")))
    return right >= COVERED * width and bottom >= COVERED * height


def _offset(anchor: Element, direction: str) -> float | None:
    """How far from the begin of its paragraph a frame begins, in points; None where it is placed by something else."""
    position = anchor.find(f"{{*}}position{direction}")
    if position is None or position.get("relativeFrom") not in _BY_CELL[direction]:
        return None
    offset = position.findtext("{*}posOffset")
    return float(offset) / EMU_PER_POINT if offset else None
