"""A page's rulings and text into blocks: grids, and the lines of text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from transforms.grid import Box, Cell, Grid, TextLine
from transforms.readers.pdf import borderless, texts
from transforms.readers.pdf.borderless import Columns
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.lattice import Lattice
from transforms.readers.pdf.paragraphs import paragraphs
from transforms.readers.pdf.wrapping import join_wrapped, room

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
    of_cells: list[list[texts.Line]] = [[] for _ in range(sum(len(lattice.regions) for lattice in lattices))]
    lines: list[texts.Line] = []
    for line in texts.lines(pieces, owners, _APART):
        (of_cells[line.owner] if line.owner >= 0 else lines).append(line)
    grids: list[Grid] = []
    tops: list[float] = []
    first = 0
    for lattice in lattices:
        last = first + len(lattice.regions)
        if any(of_cells[first:last]):
            grids.append(Grid(tuple(_cells(lattice, of_cells[first:last], page))))
            tops.append(lattice.box.top)
        first = last
    outside = pieces.only(owners < 0) if borderless.may_hold_table(lines, before) else None
    table = borderless.find(_lines(outside, borderless.GAP), page, before) if outside else None
    if outside and table:
        grids.append(table.grid)
        tops.append(table.box.top)
        lines = _lines(outside.only(~_inside(table.box, outside)), _APART)
        grids, tops = map(list, zip(*sorted(zip(grids, tops, strict=True), key=lambda pair: pair[1]), strict=True))
    found = [TextLine(line.text, page, box=line.box, confidence=line.confidence) for line in paragraphs(lines)]
    return list(_in_order(found, grids, tops)), table and table.columns


def _owners(lattices: Sequence[Lattice], pieces: Pieces) -> npt.NDArray[np.intp]:
    """For each piece its cell, counted over all tables, -1 for none; a table inside a cell has its text, a box inside has not."""
    owners = np.full(len(pieces.texts), -1, np.intp)
    ends = list(accumulate(len(lattice.regions) for lattice in lattices))
    for number in sorted(range(len(lattices)), key=lambda number: (len(lattices[number].regions) == 1, lattices[number].area)):
        inside = lattices[number].owners(pieces.boxes)
        first = ends[number] - len(lattices[number].regions)
        owners = np.where((inside >= 0) & (owners < 0), inside + first, owners)
    return owners


def _lines(pieces: Pieces, gap: float) -> list[texts.Line]:
    return list(texts.lines(pieces, np.full(len(pieces.texts), -1, np.intp), gap))


def _inside(box: Box, pieces: Pieces) -> npt.NDArray[np.bool_]:
    x, y = pieces.boxes[:, 0::2].mean(axis=1), pieces.boxes[:, 1::2].mean(axis=1)
    is_inside: npt.NDArray[np.bool_] = (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
    return is_inside


def _in_order(lines: Iterable[TextLine], grids: Sequence[Grid], tops: Sequence[float]) -> Iterator[TextLine | Grid]:
    """Lines of text, which are in order, and the grids that begin at `tops`, each in front of the first line below its top."""
    place = 0
    for line in lines:
        while line.box and place < len(grids) and tops[place] < (line.box.top + line.box.bottom) / 2:
            yield grids[place]
            place += 1
        yield line
    yield from grids[place:]


def _cells(lattice: Lattice, of_cells: Sequence[Sequence[texts.Line]], page: int) -> Iterator[Cell]:
    last = max(region.row + region.row_span for region in lattice.regions)
    for region, box, found in zip(lattice.regions, lattice.boxes(), of_cells, strict=True):
        if not found:
            yield Cell("", region.row + 1, region.column + 1, region.row_span, region.column_span, page, box)
            continue
        confidences = [line.confidence for line in found if line.confidence is not None]
        yield Cell(
            join_wrapped(found, box.left, box.right), region.row + 1, region.column + 1,
            region.row_span, region.column_span, page, box, min(confidences, default=None),
            room(found, box) if region.row + region.row_span == last else None,
        )
