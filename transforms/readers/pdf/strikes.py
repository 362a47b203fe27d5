"""Text that is struck out: a line is drawn through its middle, from about where it begins to about where it ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.page import Segment

# In heights of the characters.
_OFF = 0.2           # by which a line that strikes them is above or below their middle; underlines are by 0.4 and more
_BEYOND = 1.5        # by which it begins before them, or ends behind them, for it was drawn by hand, or also through spaces
_FILLED = 0.6        # of the way from the first to the last of them has characters on it: a ruling crosses the gaps of columns
_TOUCH = 1.5         # points from a ruling at which a line ends there, and is one itself


def struck(pieces: Pieces, lines: Sequence[Segment]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which characters are struck out, and by which lines.

    Args:
        pieces: n characters.
        lines: m straight lines of the page, in the same coordinates.

    Returns:
        Masks of (n,) and of (m,).
    """
    of_pieces, of_lines = np.zeros(len(pieces.texts), bool), np.zeros(len(lines), bool)
    loose = _loose(lines) if pieces.texts else []
    if not loose:
        return of_pieces, of_lines
    across = np.array(loose, np.intp)
    position, begin, end = np.array([lines[place][1:] for place in loose], np.float64).T
    line, piece = _crossings(position, begin, end, pieces.boxes)
    left, top, right, bottom = pieces.boxes[piece].T
    filled = np.bincount(line, right - left, len(across))
    first, last, height = np.full(len(across), np.inf), np.full(len(across), -np.inf), np.zeros(len(across))
    np.minimum.at(first, line, left)
    np.maximum.at(last, line, right)
    np.maximum.at(height, line, bottom - top)
    is_near = (begin >= first - _BEYOND * height) & (end <= last + _BEYOND * height)
    strikes = (filled > 0) & is_near & (filled >= _FILLED * (np.minimum(end, last) - np.maximum(begin, first)))
    of_lines[across[strikes]] = True
    of_pieces[piece[strikes[line]]] = True
    return of_pieces, of_lines


def _crossings(
    position: npt.NDArray[np.float64], begin: npt.NDArray[np.float64], end: npt.NDArray[np.float64], boxes: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The pairs of lines and characters whose middle they cross, each by its place."""
    middle, height, x = (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1], (boxes[:, 0] + boxes[:, 2]) / 2
    order = np.argsort(middle, kind="stable")
    reach = _OFF * float(height.max())
    low, high = (np.searchsorted(middle[order], position + side) for side in (-reach, reach))
    count = high - low
    line = np.repeat(np.arange(len(position)), count)
    piece = order[np.arange(count.sum()) - np.repeat(count.cumsum() - count - low, count)]
    crosses = (np.abs(middle[piece] - position[line]) <= _OFF * height[piece]) & (begin[line] <= x[piece]) & (x[piece] <= end[line])
    return line[crosses], piece[crosses]


def _loose(lines: Sequence[Segment]) -> list[int]:
    """The places of horizontal lines that do not reach from one vertical ruling to another: others part cells, however near a text is."""
    rulings = sorted(line.position for line in lines if not line.is_horizontal)

    def touches(place: float) -> bool:
        return bisect_left(rulings, place - _TOUCH) < bisect_left(rulings, place + _TOUCH)

    return [place for place, line in enumerate(lines) if line.is_horizontal and not (touches(line.begin) and touches(line.end))]
