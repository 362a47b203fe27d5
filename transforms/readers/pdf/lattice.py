"""Tables from ruling lines: which lines belong together, and which cells they bound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import Box
from transforms.readers.pdf.frame import Boxes
from transforms.readers.pdf.page import Segment

_JOIN = 3.0        # points: gaps in dashed lines and between doubled ones; the lowest rows of real tables have 5 points
_SHORTEST = 4.0    # points: shorter lines are dots, ticks and corners
_SPACED = 6.01     # points between the boxes of cells that stand apart: 4 CSS pixels are 3 points
_LEAST_SPACED = 6  # of them in a table
_STICKS_OUT = 6.0  # points by which lines go on beyond the outermost crossing one where the border is left open

Walls = npt.NDArray[np.bool_]


class Region(NamedTuple):
    """A cell bounded by rulings: its place in the lattice, counted from 0, and how far it goes."""

    row: int
    column: int
    row_span: int
    column_span: int


class Lattice(NamedTuple):
    """The rulings of one table: `edges_x` and `edges_y` are where columns and rows begin and end, in points, ascending.

    `owner` has for each elementary box (rows × columns) the index of the region that it is part of.
    """

    edges_x: npt.NDArray[np.float64]
    edges_y: npt.NDArray[np.float64]
    regions: list[Region]
    owner: npt.NDArray[np.intp]

    @property
    def box(self) -> Box:
        """The whole table."""
        return Box(float(self.edges_x[0]), float(self.edges_y[0]), float(self.edges_x[-1]), float(self.edges_y[-1]))

    @property
    def area(self) -> float:
        """Of the whole table, in square points."""
        box = self.box
        return (box.right - box.left) * (box.bottom - box.top)

    def boxes(self) -> Iterator[Box]:
        """Where each cell lies on the page."""
        x, y = self.edges_x.tolist(), self.edges_y.tolist()
        for row, column, row_span, column_span in self.regions:
            yield Box(x[column], y[row], x[column + column_span], y[row + row_span])

    def owners(self, boxes: Boxes) -> npt.NDArray[np.intp]:
        """For each box the region that holds its centre, -1 for none."""
        column = np.searchsorted(self.edges_x, (boxes[:, 0] + boxes[:, 2]) / 2) - 1
        row = np.searchsorted(self.edges_y, (boxes[:, 1] + boxes[:, 3]) / 2) - 1
        rows, columns = self.owner.shape
        is_inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        return np.where(is_inside, self.owner[row.clip(0, rows - 1), column.clip(0, columns - 1)], -1)


def segments(thin: Boxes) -> list[Segment]:
    """Straight lines from thin boxes, pieces of one line joined: dashes, cell by cell borders, doubled lines.

    Args:
        thin: (n, 4) left, top, right, bottom in points.
    """
    width, height = thin[:, 2] - thin[:, 0], thin[:, 3] - thin[:, 1]
    is_dot = np.maximum(width, height) < _JOIN
    across = thin[(width >= height) | is_dot]
    down = thin[(width < height) | is_dot]
    return [
        *_joined(True, (across[:, 1] + across[:, 3]) / 2, across[:, 0], across[:, 2]),
        *_joined(False, (down[:, 0] + down[:, 2]) / 2, down[:, 1], down[:, 3]),
    ]


def _joined(
    is_horizontal: bool, position: npt.NDArray[np.float64], begin: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> Iterator[Segment]:
    """Join the pieces that lie at nearly the same position and touch or nearly touch."""
    level = _levels(position)
    order = np.lexsort((begin, level))
    open_level, open_begin, open_end, weight, moment = -1, 0.0, 0.0, 0.0, 0.0
    for at, where, first, last in zip(
        level[order].tolist(), position[order].tolist(), begin[order].tolist(), end[order].tolist(), strict=True
    ):
        if at != open_level or first > open_end + _JOIN:
            if open_end - open_begin >= _SHORTEST:
                yield Segment(is_horizontal, moment / weight, open_begin, open_end)
            open_level, open_begin, open_end, weight, moment = at, first, last, 0.0, 0.0
        open_end = max(open_end, last)
        length = last - first + 0.01    # the longer piece says more about where the line is
        weight += length
        moment += where * length
    if open_end - open_begin >= _SHORTEST:
        yield Segment(is_horizontal, moment / weight, open_begin, open_end)


def _levels(positions: npt.NDArray[np.float64], most: float = _JOIN) -> npt.NDArray[np.intp]:
    """For each position the number of its level; positions within so many points of a level's first one are on that level."""
    order = np.argsort(positions, kind="stable")
    in_order: list[int] = []
    level, start = -1, -math.inf
    for position in positions.take(order).tolist():
        if position - start > most:
            level, start = level + 1, position
        in_order.append(level)
    levels = np.empty(len(positions), np.intp)
    levels[order] = in_order
    return levels


def lattices(lines: Sequence[Segment]) -> list[Lattice]:
    """The tables that ruling lines make, from top to bottom.

    Lines that cross or touch make a table. A frame around others and single lines make none.

    Args:
        lines: ruling lines, joined.
    """
    across = np.array([line[1:] for line in lines if line.is_horizontal], np.float64).reshape(-1, 3)
    down = np.array([line[1:] for line in lines if not line.is_horizontal], np.float64).reshape(-1, 3)
    found = []
    for group_across, group_down in _connected(across, down):
        lattice = _lattice(across[group_across], down[group_down])
        if lattice:
            found.append(lattice)
    inner = _with_spaced_cells([lattice for lattice in found if not _is_frame(lattice, found)])
    return sorted(inner, key=lambda lattice: (lattice.box.top, lattice.box.left))


def _connected(
    across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]
) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Groups of lines that hang together by crossing or touching: indices of horizontal ones, indices of vertical ones."""
    x, top, bottom = down.T
    y, left, right = across.T[:, :, None]
    meet = x >= left - _JOIN
    for is_reached in (x <= right + _JOIN, y >= top - _JOIN, y <= bottom + _JOIN):
        meet &= is_reached
    rest = set(np.flatnonzero(meet.any(axis=1)).tolist())
    while rest:
        rows, grown = np.array([], np.intp), np.array([min(rest)])
        while len(grown) > len(rows):
            rows = grown
            columns = np.flatnonzero(meet[rows].any(axis=0))
            grown = np.flatnonzero(meet[:, columns].any(axis=1))
        yield rows, columns
        rest.difference_update(rows.tolist())


def _is_frame(lattice: Lattice, others: Sequence[Lattice]) -> bool:
    """Whether a lattice is one box around another table: the page's frame, not a table."""
    return len(lattice.regions) == 1 and any(other is not lattice and _contains(lattice.box, other.box) for other in others)


def _with_spaced_cells(found: list[Lattice]) -> list[Lattice]:
    """The tables, with each cell that is a box of its own, a little apart from those around it, in the table that they make."""
    single = [lattice for lattice in found if len(lattice.regions) == 1 and _least_side(lattice.box) > 2 * _SPACED]
    boxes = np.array([lattice.box for lattice in single], np.float64).reshape(-1, 4)
    tables: list[Lattice] = []
    taken: set[int] = set()
    for group in _near_each_other(boxes):
        table = _spaced_table(boxes[group]) if len(group) >= _LEAST_SPACED else None
        if table:
            tables.append(table)
            taken.update(id(single[place]) for place in group)
    return [*(lattice for lattice in found if id(lattice) not in taken), *tables]


def _least_side(box: Box) -> float:
    return min(box.right - box.left, box.bottom - box.top)


def _near_each_other(boxes: Boxes) -> Iterator[list[int]]:
    """Groups of (n, 4) boxes of which each is near another."""
    rest = np.arange(len(boxes))
    while len(rest):
        group: list[int] = []
        grown = rest[:1]
        while len(grown):
            group += grown.tolist()
            rest = np.setdiff1d(rest, grown)
            others = boxes[grown]
            apart = np.maximum(boxes[rest, None, :2] - others[None, :, 2:], others[None, :, :2] - boxes[rest, None, 2:]).max(axis=2)
            grown = rest[(apart <= _SPACED).any(axis=1)]
        yield sorted(group)


def _spaced_table(boxes: Boxes) -> Lattice | None:
    """The table of n boxes that stand apart, the borders of neighbours as one; None where they are no rows and columns of one."""
    n = len(boxes)
    x, y = (_snapped(np.concatenate([boxes[:, first], boxes[:, first + 2]])) for first in (0, 1))
    left, right, top, bottom = x[:n], x[n:], y[:n], y[n:]
    across = np.concatenate([np.column_stack([top, left, right]), np.column_stack([bottom, left, right])])
    down = np.concatenate([np.column_stack([left, top, bottom]), np.column_stack([right, top, bottom])])
    table = _lattice(across, down)
    is_whole = table is not None and min(table.owner.shape) > 1 and len(table.regions) == n
    return table if is_whole else None


def _snapped(positions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each position as the mean of its level."""
    level = _levels(positions, _SPACED)
    means: npt.NDArray[np.float64] = np.bincount(level, positions) / np.bincount(level)
    return means[level]


def _contains(outer: Box, inner: Box) -> bool:
    return outer.left <= inner.left and outer.top <= inner.top and outer.right >= inner.right and outer.bottom >= inner.bottom


def _lattice(across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]) -> Lattice | None:
    """The table of connected lines; None where they bound nothing."""
    edges_x = _edges(down[:, 0], across)
    edges_y = _edges(across[:, 0], down)
    if len(edges_x) < 2 or len(edges_y) < 2:
        return None
    above = _walls(edges_y, edges_x, across)    # (rows + 1, columns)
    is_edge = above.any(axis=1)    # an underline that touches a side parts no rows
    edges_y = edges_y[is_edge]
    left = _walls(edges_x, edges_y, down)    # (columns + 1, rows)
    is_whole = is_edge.all()
    is_edge = left.any(axis=1)
    if not (is_whole and is_edge.all()):
        edges_x = edges_x[is_edge]
        above, left = _walls(edges_y, edges_x, across), _walls(edges_x, edges_y, down)
    regions, owner = _regions(above, left.T)
    return Lattice(edges_x, edges_y, regions, owner)


def _edges(positions: npt.NDArray[np.float64], crossing: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Where columns (or rows) begin and end: at the lines, and where crossing lines end that stick out beyond the outermost."""
    level = _levels(positions)
    edges: list[float] = (np.bincount(level, positions) / np.bincount(level)).tolist()    # the mean of each level
    begins, ends = crossing[:, 1], crossing[:, 2]
    sticking_out = begins < edges[0] - _STICKS_OUT
    if sticking_out.sum() * 2 >= len(begins):
        edges.insert(0, float(begins[sticking_out].min()))
    sticking_out = ends > edges[-1] + _STICKS_OUT
    if sticking_out.sum() * 2 >= len(ends):
        edges.append(float(ends[sticking_out].max()))
    return np.array(edges)


def _walls(edges: npt.NDArray[np.float64], crossing_edges: npt.NDArray[np.float64], lines: npt.NDArray[np.float64]) -> Walls:
    """For each edge (rows) and each stretch between two crossing edges (columns) whether a line runs over its middle."""
    middles = (crossing_edges[:-1] + crossing_edges[1:]) / 2
    walls = np.zeros((len(edges), len(middles)), bool)
    nearest = np.abs(lines[:, :1] - edges[None, :]).argmin(axis=1)
    begins, ends = np.searchsorted(middles, lines[:, 1]), np.searchsorted(middles, lines[:, 2])
    for edge, begin, end in zip(nearest.tolist(), begins.tolist(), ends.tolist(), strict=True):
        walls[edge, begin:end] = True
    walls[0] = walls[-1] = True    # borders that are left open
    return walls


def _regions(above: Walls, left: Walls) -> tuple[list[Region], npt.NDArray[np.intp]]:
    """The cells between walls, in reading order, and the index of each elementary box's cell.

    Boxes without a wall between them are one cell. What is no rectangle, as a line ends in the middle of a cell, is taken
    apart into the rectangles of its rows.
    """
    is_alone = above[:-1] & above[1:] & left[:, :-1] & left[:, 1:]    # boxes with all four walls, which are most
    taken = is_alone.tolist()
    above_of, left_of = above.tolist(), left.tolist()
    rest = np.argwhere(~is_alone).tolist()
    merged = [_grown(row, column, above_of, left_of, taken) for row, column in rest if not taken[row][column]]
    rows, columns = (places.tolist() for places in is_alone.nonzero())
    begins = is_alone.copy()
    for region in merged:
        begins[region.row, region.column] = True
    owner = begins.cumsum().reshape(begins.shape) - 1    # in reading order
    for row, column, row_span, column_span in merged:
        owner[row : row + row_span, column : column + column_span] = owner[row, column]
    return sorted([*map(Region._make, zip(rows, columns, repeat(1), repeat(1), strict=False)), *merged]), owner


def _grown(row: int, column: int, above: list[list[bool]], left: list[list[bool]], taken: list[list[bool]]) -> Region:
    """The largest rectangle without walls from a box to the right, then down; its boxes are marked as taken."""
    end = column + 1
    while end < len(taken[0]) and not left[row][end] and not taken[row][end]:
        end += 1
    last = row + 1
    while last < len(taken) and not (any(above[last][column:end]) or any(left[last][column + 1 : end]) or any(taken[last][column:end])):
        last += 1
    for line in taken[row:last]:
        line[column:end] = [True] * (end - column)
    return Region(row, column, last - row, end - column)
