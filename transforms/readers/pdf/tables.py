"""A page's rulings and text into blocks: grids, and the lines of text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from transforms.grid import Box, Cell, Grid, TextLine
from transforms.readers.line import Line
from transforms.readers.pdf import borderless, dense, texts
from transforms.readers.pdf.borderless import Columns
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.frame import turned
from transforms.readers.pdf.lattice import Lattice
from transforms.readers.pdf.paragraphs import paragraphs
from transforms.readers.pdf.wrapping import join_wrapped, room
from transforms.readers.plain import cell_text

_BESIDE = 40.0    # points: what stands nearer to a table may be taken for a part of it
_APART = 3.0    # heights: titles are spread by up to 2, department and unit lines stand further apart


Block = TextLine | Grid


def blocks(lattices: Sequence[Lattice], pieces: Pieces, page: int, before: Columns | None) -> tuple[list[Block], Columns | None]:
    """The tables of a page and the text outside of them, in reading order.

    Args:
        lattices: the tables' rulings.
        pieces: the text.
        page: the page's number, 1-based.
        before: the columns of a table without rulings on the page before.

    Returns:
        The blocks, and the columns of a table without rulings if there is one.
    """
    owners = _owners(lattices, pieces)
    of_cells: list[list[Line]] = [[] for _ in range(sum(len(lattice.regions) for lattice in lattices))]
    lines: list[Line] = []
    aside: list[Line] = []    # text that runs up or down the page outside tables: no row or title
    for line in texts.lines(pieces, owners, _APART):
        (of_cells[line.owner] if line.owner >= 0 else aside if line.turns else lines).append(line)
    grids: list[Grid] = []
    tops: list[float] = []
    first = 0
    for lattice in lattices:
        last = first + len(lattice.regions)
        if any(of_cells[first:last]):
            grids.append(Grid(tuple(_cells(lattice, of_cells[first:last], page))))
            tops.append(lattice.box.top)
        first = last
    may_be_dense = dense.may_hold_table(lines)
    may_be_wide = borderless.may_hold_table(lines, before)
    outside = _upright(pieces, owners) if may_be_dense or may_be_wide else None
    table = borderless.find(_lines(outside, borderless.GAP), page, before) if outside and may_be_wide else None
    if outside and may_be_dense and (table is None or dense.has_glued_cells(table)):
        table = dense.find(_lines(outside, dense.GAP), page) or table
    if outside and table:
        grids.append(table.grid)
        tops.append(table.box.top)
        lines = _lines(outside.only(~_inside(table.box, outside)), _APART)
        grids, tops = map(list, zip(*sorted(zip(grids, tops, strict=True), key=lambda pair: pair[1]), strict=True))
    aside = [line._replace(box=_as_read(line.box, -line.turns)) for line in aside]
    tables_end = max((lattice.box.right for lattice in lattices), default=0.0)
    texts_around = (*paragraphs(lines, tables_end), *aside)
    found = [TextLine(line.text, page, box=line.box, confidence=line.confidence) for line in texts_around]
    return list(_in_order(found, grids, tops)), table and table.columns


def near_tables(lattices: Sequence[Lattice], pieces: Pieces, page: int) -> list[TextLine]:
    """The lines of text that pieces make in or beside tables; arguments as those of `blocks`."""
    if not pieces.texts:
        return []
    boxes = [lattice.box for lattice in lattices]
    around = [Box(box.left - _BESIDE, box.top - _BESIDE, box.right + _BESIDE, box.bottom + _BESIDE) for box in boxes]
    near = np.any([_inside(box, pieces) for box in around], axis=0) if around else np.ones(len(pieces.texts), bool)
    return [TextLine(line.text, page, box=line.box) for line in _lines(pieces.only(near), borderless.GAP)]


def _owners(lattices: Sequence[Lattice], pieces: Pieces) -> npt.NDArray[np.intp]:
    """For each piece its cell, counted over all tables, -1 for none; a table inside a cell has its text, a box inside has not."""
    owners = np.full(len(pieces.texts), -1, np.intp)
    ends = list(accumulate(len(lattice.regions) for lattice in lattices))
    for number in sorted(range(len(lattices)), key=lambda number: (len(lattices[number].regions) == 1, lattices[number].area)):
        inside = lattices[number].owners(pieces.boxes)
        first = ends[number] - len(lattices[number].regions)
        owners = np.where((inside >= 0) & (owners < 0), inside + first, owners)
    return owners


def _upright(pieces: Pieces, owners: npt.NDArray[np.intp]) -> Pieces:
    """What stands outside tables and runs to the right."""
    return pieces.only((owners < 0) if pieces.turns is None else (owners < 0) & (pieces.turns == 0))


def _lines(pieces: Pieces, gap: float) -> list[Line]:
    return list(texts.lines(pieces, np.full(len(pieces.texts), -1, np.intp), gap))


def _inside(box: Box, pieces: Pieces) -> npt.NDArray[np.bool_]:
    x, y = pieces.boxes[:, 0::2].mean(axis=1), pieces.boxes[:, 1::2].mean(axis=1)
    is_inside: npt.NDArray[np.bool_] = (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
    return is_inside


def _in_order(lines: Iterable[TextLine], grids: Sequence[Grid], tops: Sequence[float]) -> Iterator[TextLine | Grid]:
    """Lines of text, which are in order, and the grids that begin at `tops`, each in front of the first line below its top."""
    rest = list(lines)
    for beside in _side_by_side(grids, tops):
        top = min(tops[number] for number in beside)
        below = next((place for place, line in enumerate(rest) if line.box and top < (line.box.top + line.box.bottom) / 2), len(rest))
        yield from _headed(rest[:below], [grids[number] for number in beside])
        rest = rest[below:]
    yield from rest


def _side_by_side(grids: Sequence[Grid], tops: Sequence[float]) -> Iterator[list[int]]:
    """The grids, which are in order of `tops`, by number: those at one height that stand beside each other as one, from left to right."""
    if len(grids) < 2:
        yield from ([number] for number in range(len(grids)))
        return
    boxes = [_box_of(grid) for grid in grids]
    beside: list[int] = []
    for number in range(len(grids)):
        if beside and not all(_is_beside(boxes[other], boxes[number]) for other in beside):
            yield sorted(beside, key=lambda other: boxes[other].left)
            beside = []
        beside.append(number)
    if beside:
        yield sorted(beside, key=lambda other: boxes[other].left)


def _box_of(grid: Grid) -> Box:
    lefts, tops, rights, bottoms = zip(*(cell.box for cell in grid.cells if cell.box), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _is_beside(box: Box, other: Box) -> bool:
    return box.top < other.bottom and other.top < box.bottom and (box.right <= other.left or other.right <= box.left)


def _headed(lines: Sequence[TextLine], grids: Sequence[Grid]) -> Iterator[TextLine | Grid]:
    """Grids that stand beside each other with the lines above, each with its own where all of them have some."""
    if len(grids) < 2:
        yield from lines
        yield from grids
        return
    boxes = [_box_of(grid) for grid in grids]
    owners = [next((place for place, box in enumerate(boxes) if line.box and _is_above(line.box, box)), -1) for line in lines]
    if not set(range(len(grids))) <= set(owners):
        yield from lines
        yield from grids
        return
    yield from (line for line, owner in zip(lines, owners, strict=True) if owner < 0)
    for place, grid in enumerate(grids):
        yield from (line for line, owner in zip(lines, owners, strict=True) if owner == place)
        yield grid


def _is_above(box: Box, table: Box) -> bool:
    """Whether a line stands over a table, not reaching far beyond its sides."""
    return table.left - _BESIDE / 2 <= box.left and box.right <= table.right + _BESIDE / 2


def _cells(lattice: Lattice, of_cells: Sequence[Sequence[Line]], page: int) -> Iterator[Cell]:
    rows = len(lattice.owner)
    for (row, column, row_span, column_span), box, found in zip(lattice.regions, lattice.boxes(), of_cells, strict=True):
        if not found:
            yield Cell("", row + 1, column + 1, row_span, column_span, page, box)
            continue
        text = found[0].text if len(found) == 1 else _text(found, box)    # most have one line
        yield Cell(
            cell_text(text), row + 1, column + 1, row_span, column_span, page, box,
            _least_certain(found),
            room(found, _as_read(box, found[-1].turns)) if row + row_span == rows else None,
        )


def _least_certain(lines: Sequence[Line]) -> float | None:
    if len(lines) == 1:
        return lines[0].confidence
    return min((line.confidence for line in lines if line.confidence is not None), default=None)


def _text(lines: Sequence[Line], box: Box) -> str:
    """The text of a cell; what is turned comes after what is upright."""
    if lines[0].turns != lines[-1].turns:
        return "\n".join(_text(list(group), box) for _, group in groupby(lines, key=attrgetter("turns")))
    side = _as_read(box, lines[0].turns)
    return join_wrapped(lines, side.left, side.right)


def _as_read(box: Box, turns: int) -> Box:
    """A box on the page turned clockwise by quarter turns."""
    return Box(*turned(np.array(box), turns).tolist()) if turns else box
