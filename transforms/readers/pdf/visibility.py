"""What of a page's text a person sees: not what is invisible, cut off, of the colour behind it, covered, on a hidden layer, tiny.

Most is told from how a text and what is drawn before and after it are described. Where that is too involved (pictures, curves,
transparent grounds, layers), the page is drawn with the text and without it: what makes no difference is not seen.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import Box
from transforms.readers.pdf import asking, pdfium
from transforms.readers.pdf.describing import RECTANGLE
from transforms.readers.pdf.drawing import Drawing, Ground, Rect, Texts
from transforms.readers.pdf.frame import Boxes, Frame
from transforms.readers.pdf.rendering import Part, Picture, opacity_of, part_of, rendered

_INVISIBLE = (3, 7)      # text rendering modes: neither filled nor stroked; clipping only (ISO 32000-1, 9.3.6)
_OUTLINED = (2, 6)       # filled and stroked, so that the colour of either is seen
_CONTRAST = 24           # of 255: less difference from what is behind is not seen; light grey on white has 50
_OPAQUE, _CLEAR = 255, 200    # opacity of what covers, and up to which text shows through (marked with a highlighter)
_WHITE = (255, 255, 255)
_PAPER, _BLACK = np.array(_WHITE), np.zeros(3, np.int64)
_SLACK = 0.5             # points by which a text may stick out of its clip and is still whole
_EDGE = 1.5              # points by which a text may stick out of what covers it: covers spare the rulings, no digit is so narrow
_TINY = 2.0              # points: the smallest print has 4
_SQUEEZED = 0.03         # of its height, that a character is wide; the narrowest letters have 0.2
_RESOLUTION = 100        # dots per inch of the pages that are compared: a stroke of the smallest print is a dot wide
_AROUND = 15.0           # points around texts in which they may show: slanted and loosely boxed characters
_DIFFERENCE = 20         # of 255, by which a dot differs if a text is drawn
_MOST_TURNS = 8          # pages drawn for texts that lie over each other
_MOST_PAIRS = 4_000_000  # texts × grounds looked at together; the densest real page has 300,000
_LAYER = "OC\0".encode("utf-16-le")    # the tag of contents that belong to a layer (ISO 32000-1, 8.11.3.2)
_PALE = 110              # of 255: less difference from white is a watermark's; print is darker
_LARGE = 1.5             # times the size of a page's print
_SLANTED = 0.09          # sine of 5°

Mask = npt.NDArray[np.bool_]


class _Difference(NamedTuple):
    """Where a part of a page's picture looks different without some texts, as of `_summed`, with the size of its dots in points."""

    texts: list[int]
    sums: npt.NDArray[np.int64]
    part: Part
    size: float


@dataclass(slots=True)
class Look:
    """How the text objects of a page (a raw one of pypdfium2, with what it draws and its frame) show, each by its place in `Texts`.

    `hidden` are not seen at all, `marks` are watermarks, `cut` are only seen inside their clip, `covered` only outside of these
    boxes. `suspects` may be covered in part, by what has no plain shape; `differences` are what the page looks like with them and without.
    """

    page: Any
    drawing: Drawing
    frame: Frame
    hidden: Mask
    marks: Mask
    cut: Mask
    covered: dict[int, list[Rect]] = field(default_factory=dict)
    suspects: set[int] = field(default_factory=set)
    differences: list[_Difference] = field(default_factory=list)


def look(document: Any, page: Any, drawing: Drawing, frame: Frame, *, has_layers: bool) -> Look:
    """How the text objects of a page show.

    Args:
        document: the raw one of pypdfium2.
        page: one of its pages.
        drawing: what it draws.
        frame: how it is shown, its own rotation only.
        has_layers: whether some of it may be on layers or masked.
    """
    texts = drawing.texts
    colors, of_texts = _distinct(texts.colors)
    is_invisible = np.logical_or.reduce([texts.modes == mode for mode in _INVISIBLE])
    grounds = _Grounds(drawing)
    marks = _marks(texts, (_contrast(colors, _PAPER) <= _PALE)[of_texts], grounds)
    found = Look(page, drawing, frame, is_invisible, marks, _sticks_out(texts))
    if not len(texts.handles):
        return found
    for place in _faint(colors, grounds)[of_texts].nonzero()[0].tolist():
        _judge_faint(place, texts, grounds, found, has_layers=has_layers)
    opacities: dict[int, float] = {}
    for place, ground in grounds.over(texts):
        if ground.color is None and ground.handle not in opacities:
            opacities[ground.handle] = opacity_of(document, page, ground.handle)
        if ground.color or not _shines_through(texts.colors[place], opacities[ground.handle]):
            _judge_cover(place, ground, found, has_layers=has_layers)
    for place, boxes in found.covered.items():
        found.hidden[place] |= any(_contains(box, texts.boxes[place].tolist()) for box in boxes)
    found.suspects.update(texts.are_cut.nonzero()[0].tolist())
    if has_layers:
        found.suspects.update(_on_layers(texts))
        found.suspects.update((asking.ask(pdfium.has_transparency, texts.handles) != 0).nonzero()[0].tolist())
    found.suspects.difference_update((found.hidden | found.marks).nonzero()[0].tolist())
    if found.suspects:
        places = np.array(sorted(found.suspects), np.intp)
        whole = frame.shown(texts.boxes[places])
        found.differences = _differences(page, texts, places, whole)
        found.hidden[places] = _makes_no_difference(found.differences, places, whole)
        found.suspects.difference_update(found.hidden.nonzero()[0].tolist())
    return found


def take_away(page: int, texts: Texts, places: Mask) -> None:
    """Take text objects off the page with this handle: PDFium takes characters for one that lie over each other, hidden or not."""
    for place in places.nonzero()[0].tolist():
        handle, form = int(texts.handles[place]), int(texts.forms[place])
        if pdfium.remove_from_form(form, handle) if form else pdfium.remove_from_page(page, handle):
            pdfium.destroy(handle)


class _Grounds:
    """The grounds of a page, looked up by place."""

    def __init__(self, drawing: Drawing) -> None:
        self.all = drawing.grounds
        self.boxes = self.all.boxes
        self.orders = self.all.orders

    def colors(self) -> npt.NDArray[np.int64]:
        """Every colour that may be behind a text, and white paper; (n, 3)."""
        if not len(self.orders):
            return _PAPER[None]
        known, _ = _distinct(self.all.colors)
        return np.array(sorted({_WHITE, *(tuple(color[:3]) for color in known.tolist() if color[3])}), np.int64)

    def behind(self, box: Rect, order: int) -> Ground | None:
        """The ground that is drawn last behind the middle of a text; None for paper."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, bottom, right, top = self.boxes.T
        is_behind = (left <= x) & (x <= right) & (bottom <= y) & (y <= top) & (self.orders < order)
        for place in sorted(is_behind.nonzero()[0].tolist(), key=lambda place: -int(self.orders[place])):
            ground = self.all.at(place)
            if ground.shown and ground.shown[0] <= x <= ground.shown[2] and ground.shown[1] <= y <= ground.shown[3]:
                return ground
        return None

    def over(self, texts: Texts) -> Iterator[tuple[int, Ground]]:
        """Each text with each ground that is drawn later over a part of it."""
        late = (self.orders > texts.orders.min()).nonzero()[0] if len(self.orders) else np.zeros(0, np.intp)
        if not len(late):
            return
        boxes = _shown_boxes(texts)
        step = max(_MOST_PAIRS // len(late), 1)
        left, bottom, right, top = self.boxes[late].T
        for begin in range(0, len(boxes), step):
            part = boxes[begin : begin + step, :, None]
            is_over = (part[:, 0] < right) & (part[:, 2] > left) & (part[:, 1] < top) & (part[:, 3] > bottom)
            is_over &= texts.orders[begin : begin + step, None] < self.orders[late]
            for text, ground in zip(*(places.tolist() for places in is_over.nonzero()), strict=True):
                yield begin + text, self.all.at(int(late[ground]))


def _shown_boxes(texts: Texts) -> Boxes:
    lower, upper = np.maximum(texts.boxes[:, :2], texts.clips[:, :2]), np.minimum(texts.boxes[:, 2:], texts.clips[:, 2:])
    return np.concatenate([lower, upper], axis=1)


def _sticks_out(texts: Texts) -> Mask:
    out = (texts.boxes[:, :2] < texts.clips[:, :2] - _SLACK) | (texts.boxes[:, 2:] > texts.clips[:, 2:] + _SLACK)
    sticks_out: Mask = out[:, 0] | out[:, 1]
    return sticks_out


def _contrast(color: npt.NDArray[Any], ground: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """By how much a colour with opacity (…, 4) differs from what is behind it (…, 3), to 255."""
    difference = np.abs(color[..., :3].astype(np.int64) - ground).max(axis=-1)
    contrast: npt.NDArray[np.float64] = difference * (color[..., 3] / _OPAQUE)
    return contrast


def _distinct(colors: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
    """The different ones of n colours, (different, 4), few on most pages; and for each of the n the place of its own."""
    packed = colors.astype(np.uint8).view(np.uint32)[:, 0]
    if len(packed) and (packed == packed[0]).all():    # as on most pages
        return packed[:1].view(np.uint8).reshape(1, 4), np.zeros(len(packed), np.intp)
    known, places = np.unique(packed, return_inverse=True)
    return known.view(np.uint8).reshape(-1, 4), places


def _faint(colors: npt.NDArray[np.uint8], grounds: _Grounds) -> Mask:
    """Which colours of (n, 4) may be nearly that of a ground of the page; a text may stand on another one.

    Pictures and shades have colours that nobody knows; black ones that hide black text have not been seen.
    """
    is_faint: Mask = np.any(_contrast(colors[:, None, :], grounds.colors()[None, :, :]) <= _CONTRAST, axis=1)
    if len(grounds.all.colors) and not grounds.all.colors[:, 3].all():
        is_faint |= _contrast(colors, _BLACK) > _CONTRAST
    return is_faint


def _stands_out(place: int, texts: Texts, grounds: _Grounds) -> bool:
    """Whether a text stands on a ground of its own from which it differs, as white print on a coloured cell does."""
    ground = grounds.behind(tuple(texts.boxes[place].tolist()), int(texts.orders[place]))
    return ground is not None and ground.color is not None and bool(_contrast(texts.colors[place], np.array(ground.color[:3])) > _PALE)


def _judge_faint(place: int, texts: Texts, grounds: _Grounds, found: Look, *, has_layers: bool) -> None:
    color = texts.colors[place]
    ground = grounds.behind(tuple(texts.boxes[place].tolist()), int(texts.orders[place]))
    is_uncertain = ground is not None and (has_layers or not _is_plain(ground))
    if is_uncertain or texts.modes[place] in _OUTLINED:
        found.suspects.add(place)
        return
    behind = ground.color[:3] if ground and ground.color else _WHITE
    if _contrast(color, np.array(behind)) <= _CONTRAST:
        found.hidden[place] = True


def _judge_cover(place: int, ground: Ground, found: Look, *, has_layers: bool) -> None:
    if found.hidden[place] or (ground.color and ground.color[3] <= _CLEAR):
        return
    if has_layers or not _is_plain(ground):
        found.suspects.add(place)
    elif ground.shown:
        found.covered.setdefault(place, []).append(ground.shown)


def _shines_through(color: npt.NDArray[np.uint32], opacity: float) -> bool:
    """Whether a text differs visibly from paper through a picture, whatever way that is blended with what is below it (11.3.5)."""
    return bool(_contrast(color, _PAPER) * (1 - opacity) - _OPAQUE * opacity > _DIFFERENCE)


def _contains(outer: Sequence[float], inner: Sequence[float]) -> bool:
    left, bottom, right, top = inner
    return outer[0] <= left + _EDGE and outer[1] <= bottom + _EDGE and outer[2] >= right - _EDGE and outer[3] >= top - _EDGE


def _is_plain(ground: Ground) -> bool:
    """Whether a ground is an opaque rectangle of one colour."""
    is_opaque = ground.color is not None and ground.color[3] == _OPAQUE
    is_rectangle = is_opaque and pdfium.count_path_segments(ground.handle) <= RECTANGLE and not ground.is_cut
    return is_rectangle and not pdfium.has_transparency(ground.handle)


def _on_layers(texts: Texts) -> Iterator[int]:
    """The places of texts that belong to a layer, or to a form, which may."""
    yield from (texts.forms != 0).nonzero()[0].tolist()
    places, marks = texts.contents(np.arange(len(texts.handles)))
    name, length = ctypes.create_string_buffer(8), ctypes.c_ulong()
    at, length_at = ctypes.addressof(name), ctypes.addressof(length)
    for place, mark in zip(places.tolist(), marks.tolist(), strict=True):
        if mark and pdfium.get_mark_name(mark, at, 8, length_at) and name.raw.startswith(_LAYER):
            yield place


def _marks(texts: Texts, is_pale: Mask, grounds: _Grounds) -> Mask:
    """Watermarks by their looks: on a slant and pale or large, or pale and large on paper."""
    marks = np.zeros(len(texts.handles), bool)
    if not len(marks):
        return marks
    thickness = np.minimum(texts.boxes[:, 2] - texts.boxes[:, 0], texts.boxes[:, 3] - texts.boxes[:, 1])
    is_thick = thickness > _LARGE * _usual(thickness)    # large, or on a slant
    places = (is_pale | is_thick).nonzero()[0]
    is_slanted = np.zeros(len(marks), bool)
    if len(places):
        x, y = np.abs(texts.directions(places).T)
        is_slanted[places] = np.minimum(x, y) > _SLANTED * np.hypot(x, y)
    if not (is_pale | is_slanted).any():
        return marks
    sizes = texts.sizes()    # a text may be one character: its box says nothing of its size
    is_large = sizes > _LARGE * _usual(sizes)
    marks |= is_slanted & (is_pale | is_thick)
    for place in (is_pale & is_large & ~marks).nonzero()[0].tolist():
        marks[place] = not _stands_out(place, texts, grounds)
    return marks


def _usual(sizes: npt.NDArray[np.float64]) -> float:
    """The size of most of a page's print; at least one that can be read."""
    return max(float(np.partition(sizes, len(sizes) // 2)[len(sizes) // 2]), _TINY)


def seen(text_page: int, shown: Look, corners: npt.NDArray[np.float32]) -> Mask:
    """Which characters are seen, of text objects that are not hidden as a whole.

    Args:
        text_page: the handle of a page's text.
        shown: how its text objects show.
        corners: (n, 4) left, top, right, bottom of its characters in PDF's coordinates.

    Returns:
        A mask of (n,).
    """
    drawing, frame = shown.drawing, shown.frame
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    is_seen = _is_inside(x, y, _page(frame))
    width, height = np.abs(corners[:, 2] - corners[:, 0]), np.abs(corners[:, 3] - corners[:, 1])
    thick, long = np.minimum(width, height), np.maximum(width, height)
    is_seen &= (long >= _TINY) & ((thick >= _SQUEEZED * long) | (thick == 0))
    if shown.covered or shown.suspects or shown.cut.any():
        peculiar = sorted({*shown.cut.nonzero()[0].tolist(), *shown.covered, *shown.suspects})
        places, owners = characters_of(text_page, drawing.texts, peculiar, corners)
        x, y = x[places], y[places]
        is_seen[places] &= _is_inside(x, y, drawing.texts.clips[owners].T)
        for text, boxes in shown.covered.items():
            for box in boxes:
                is_seen[places] &= (owners != text) | ~_is_inside(x, y, box)
        if shown.suspects:
            suspected = np.isin(owners, list(shown.suspects)).nonzero()[0]
            boxes_shown = frame.shown(corners[places[suspected]])
            is_seen[places[suspected]] &= ~_makes_no_difference(shown.differences, owners[suspected], boxes_shown)
    return is_seen


def _page(frame: Frame) -> Rect:
    """The page. Some programs exchange the sides of one that they turn: then what lies inside either of both is on it."""
    width, height = frame.right - frame.left, frame.top - frame.bottom
    if frame.turns % 2:
        width = height = max(width, height)
    return frame.left, frame.bottom, frame.left + width, frame.bottom + height


def _is_inside(x: npt.NDArray[np.floating[Any]], y: npt.NDArray[np.floating[Any]], box: Any) -> Mask:
    left, bottom, right, top = box
    is_inside: Mask = (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
    return is_inside


def characters_of(
    text_page: int, texts: Texts, peculiar: Sequence[int], corners: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The characters of some text objects and, for each of them, which; only those near them are asked whose they are."""
    height = float(np.abs(corners[:, 3] - corners[:, 1]).max(initial=0))
    boxes = texts.boxes[peculiar]
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    around = *(boxes[:, :2].min(axis=0) - height), *(boxes[:, 2:].max(axis=0) + height)
    near = _is_inside(x, y, around).nonzero()[0]
    owners = asking.ask(pdfium.get_text_object, np.full(len(near), text_page, np.uintp), near.astype(np.int32))
    by_handle = np.argsort(texts.handles)
    texts_of = by_handle[np.searchsorted(texts.handles, owners, sorter=by_handle).clip(0, len(by_handle) - 1)]
    is_one = (texts.handles[texts_of] == owners) & np.isin(texts_of, peculiar)
    return near[is_one], texts_of[is_one]


def _differences(page: Any, texts: Texts, places: npt.NDArray[np.intp], boxes: Boxes) -> list[_Difference]:
    """What the page looks like with texts at some places, whose boxes as shown are given, and without them."""
    around = Box(*(boxes[:, :2].min(axis=0) - _AROUND).tolist(), *(boxes[:, 2:].max(axis=0) + _AROUND).tolist())
    part = part_of(page, _RESOLUTION, around)
    whole, size = rendered(page, _RESOLUTION, part)
    found = []
    for turn in _apart(texts, places.tolist()):
        handles = texts.handles[turn].tolist()
        for handle in handles:
            pdfium.set_active(handle, 0)
        without, _ = rendered(page, _RESOLUTION, part)
        for handle in handles:
            pdfium.set_active(handle, 1)
        found.append(_Difference(turn, _summed(_differs(whole, without)), part, size))
    return found


def _differs(one: Picture, other: Picture) -> Mask:
    """Which pixels of two pictures differ visibly, in any colour."""
    apart = (np.maximum(one, other) - np.minimum(one, other)) > _DIFFERENCE
    is_other: Mask = apart[:, :, 0] | apart[:, :, 1] | apart[:, :, 2]
    return is_other


def _summed(differs: Mask) -> npt.NDArray[np.int64]:
    """How many pixels above and left of each corner differ, (height + 1, width + 1): a box has the sum of four corners."""
    sums = np.zeros((differs.shape[0] + 1, differs.shape[1] + 1), np.int64)
    sums[1:, 1:] = differs.cumsum(axis=0).cumsum(axis=1)
    return sums


def _makes_no_difference(differences: Sequence[_Difference], owners: npt.NDArray[np.intp], boxes: Boxes) -> Mask:
    """Which parts of texts the page looks the same without: (n,) as the texts' places and the boxes of their parts as shown."""
    found = np.zeros(len(owners), bool)
    for turn, sums, (left, top, _, _), size in differences:
        parts = np.isin(owners, turn).nonzero()[0]
        corner, most = np.array([left, top]), np.array(sums.shape)[::-1] - 1
        x0, y0 = (np.floor(boxes[parts, :2] / size) - corner).astype(int).clip(0, most).T
        x1, y1 = (np.floor(boxes[parts, 2:] / size) + 1 - corner).astype(int).clip(0, most).T
        differing = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
        found[parts] = (differing == 0) | (x1 <= x0) | (y1 <= y0)
    return found


def _apart(texts: Texts, places: Sequence[int]) -> list[list[int]]:
    """Texts in turns, so that those of one turn do not lie over each other."""
    turns: list[list[int]] = []
    for place in places:
        box = texts.boxes[place]
        turn = next((turn for turn in turns if not _touches(box, texts.boxes[turn])), None)
        if turn is None and len(turns) < _MOST_TURNS:
            turns.append([place])
        else:
            (turn or turns[-1]).append(place)
    return turns


def _touches(box: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> bool:
    is_apart = (others[:, 0] >= box[2]) | (others[:, 2] <= box[0]) | (others[:, 1] >= box[3]) | (others[:, 3] <= box[1])
    return not is_apart.all()
