"""Parts of a page that have to be looked at to be read: tables that are pictures, numbers that are drawn and not written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import Box
from transforms.readers.pdf import asking, lattice, pdfium
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.drawing import Drawing
from transforms.readers.pdf.frame import Boxes, Frame
from transforms.readers.pdf.page import Segment, Word
from transforms.readers.pdf.rendering import Picture, rendered
from transforms.readers.pdf.scans import RESOLUTION
from transforms.readers.pictures import LEAST_CELLS, LEAST_SIZE, MARGIN

_WRITTEN = 20                  # characters that are written over a picture: then it is behind a table
_RULING = 1.2                  # points, half of the thickest ruling with its blurred edge
_OUTLINE = (3.0, 60.0)         # points: lowest and highest of drawn figures
_LEAST_SEGMENTS = 8            # of a figure's path; boxes and arrows have fewer
_LEAST_OUTLINES = 8            # in cells of a page's tables; fewer are ticks


class Found(NamedTuple):
    """What was recognised in parts of a page: ruling lines, and words with their confidence."""

    rulings: list[Segment]
    words: list[Word]


def may_hold_tables(drawing: Drawing, pieces: Pieces, frame: Frame) -> Boxes:
    """The pictures of a page that are large enough to show a table and are not behind its text, as they are shown; (n, 4)."""
    if not len(drawing.images):
        return np.zeros((0, 4))
    width, height = frame.size
    boxes = frame.shown(drawing.images).clip(0, [width, height, width, height])
    size = boxes[:, 2:] - boxes[:, :2]
    is_large = np.all(size >= LEAST_SIZE, axis=1)
    return boxes[[bool(large) and _written_over(box, pieces) < _WRITTEN for large, box in zip(is_large, boxes, strict=True)]]


def outlines(drawing: Drawing, pieces: Pieces, rulings: Sequence[Segment], frame: Frame) -> Boxes:
    """Figures that are drawn as paths in cells of tables that have no text; (n, 4), none where they are few."""
    if len(drawing.grounds.boxes) < _LEAST_OUTLINES:
        return np.zeros((0, 4))
    boxes = frame.shown(drawing.grounds.boxes)
    height, width = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    is_small = (height >= _OUTLINE[0]) & (height <= _OUTLINE[1]) & (width >= _OUTLINE[0])
    if is_small.sum() < _LEAST_OUTLINES:
        return np.zeros((0, 4))
    figures = (is_small & (drawing.grounds.colors[:, 3] > 0)).nonzero()[0]    # a picture's colour is clear
    boxes = boxes[figures[asking.ask(pdfium.count_path_segments, drawing.grounds.handles[figures]) >= _LEAST_SEGMENTS]]
    if len(boxes) < _LEAST_OUTLINES:
        return np.zeros((0, 4))
    in_blank = np.zeros(len(boxes), bool)
    for table in lattice.lattices(rulings):
        owners, written = table.owners(boxes), set(table.owners(pieces.boxes).tolist())
        in_blank |= np.array([owner >= 0 and owner not in written for owner in owners.tolist()], bool)
    found: Boxes = boxes[in_blank]
    return found if len(found) >= _LEAST_OUTLINES else np.zeros((0, 4))


def recognised(page: Any, pictures: Boxes, drawn: Boxes, lines: Sequence[Segment]) -> Found:
    """What is seen in parts of a page.

    Args:
        page: one of pypdfium2's raw pages.
        pictures: (n, 4) the boxes of pictures that may hold tables, as shown; those that hold none are left out.
        drawn: (m, 4) the boxes of figures drawn on the page.
        lines: the page's own ruling lines.
    """
    from transforms.readers.ocr import has_table, recognise  # costs half a second, and few documents need it

    picture, size = rendered(page, RESOLUTION)
    found = Found([], [])
    for left, top, right, bottom in (pictures / size).round().astype(int).tolist():
        crop = np.pad(picture[top:bottom, left:right], ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), constant_values=255)
        if has_table(crop, size, LEAST_CELLS):
            seen = recognise(crop, size)
            x, y = (left - MARGIN) * size, (top - MARGIN) * size
            if not seen.turn.quarters:
                found.rulings.extend(_moved(line, x, y) for line in seen.segments)
                found.words.extend(word._replace(box=_shifted(word.box, x, y)) for word in seen.words)
    if len(drawn):
        found.words.extend(recognise(_only(picture, drawn / size, lines, size), size).words)
    return found


def joined(pieces: Pieces, words: Sequence[Word]) -> Pieces:
    """A page's characters and what was recognised on it; the former are certain."""
    boxes = np.concatenate([pieces.boxes, np.array([word.box for word in words], np.float64).reshape(-1, 4)])
    confidence = np.concatenate([np.ones(len(pieces.texts)), [word.confidence or 0.0 for word in words]])
    turns = None if pieces.turns is None else np.concatenate([pieces.turns, np.zeros(len(words), np.intp)])
    return Pieces([*pieces.texts, *(word.text for word in words)], boxes, confidence, turns)


def _written_over(box: npt.NDArray[np.float64], pieces: Pieces) -> int:
    x, y = pieces.boxes[:, 0::2].mean(axis=1), pieces.boxes[:, 1::2].mean(axis=1)
    return int(((box[0] <= x) & (x <= box[2]) & (box[1] <= y) & (y <= box[3])).sum())


def _moved(line: Segment, x: float, y: float) -> Segment:
    along, across = (x, y) if line.is_horizontal else (y, x)
    return line._replace(position=line.position + across, begin=line.begin + along, end=line.end + along)


def _shifted(box: Box, x: float, y: float) -> Box:
    return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)


def _only(picture: Picture, boxes: Boxes, lines: Sequence[Segment], size: float) -> Picture:
    """A picture with nothing but what is in some boxes, and a little around them (points and commas beside figures), but rulings."""
    only = np.full_like(picture, 255)
    for left, top, right, bottom in boxes.tolist():
        room = (bottom - top) / 2
        part = slice(max(int(top - room / 2), 0), int(bottom + room / 2)), slice(max(int(left - room), 0), int(right + room))
        only[part] = picture[part]
    for line in lines:
        across = slice(max(int((line.position - _RULING) / size), 0), int((line.position + _RULING) / size) + 1)
        along = slice(max(int(line.begin / size), 0), int(line.end / size) + 1)
        only[(across, along) if line.is_horizontal else (along, across)] = 255
    return only
