"""A page's rulings and text into blocks: grids, and the lines of text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from transforms.grid import Cell, Grid, TextLine
from transforms.readers.pdf import texts
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.lattice import Lattice
from transforms.readers.pdf.paragraphs import paragraphs
from transforms.readers.pdf.wrapping import join_wrapped

_APART = 3.0    # heights: titles are spread by up to 2, department and unit lines stand further apart


def blocks(lattices: Sequence[Lattice], pieces: Pieces, page: int) -> list[TextLine | Grid]:
    """The tables of a page and the text outside of them, in reading order.

    Args:
        lattices: the tables' rulings.
        pieces: the text.
        page: the page's number, 1-based.
    """
    owners = np.full(len(pieces.texts), -1, np.intp)
    first = 0
    for lattice in lattices:
        inside = lattice.owners(pieces.boxes)
        owners = np.where((inside >= 0) & (owners < 0), inside + first, owners)
        first += len(lattice.regions)
    of_cells: list[list[texts.Line]] = [[] for _ in range(first)]
    is_inside = owners >= 0
    for line in texts.lines(pieces.only(is_inside), owners[is_inside]):
        of_cells[line.owner].append(line)
    grids: list[Grid] = []
    tops: list[float] = []
    first = 0
    for lattice in lattices:
        last = first + len(lattice.regions)
        if any(of_cells[first:last]):
            grids.append(Grid(tuple(_cells(lattice, of_cells[first:last], page))))
            tops.append(lattice.box.top)
        first = last
    return list(_in_order(_outside(pieces.only(~is_inside), page), grids, tops))


def _outside(pieces: Pieces, page: int) -> Iterator[TextLine]:
    for line in paragraphs(list(texts.lines(pieces, np.full(len(pieces.texts), -1, np.intp), _APART))):
        yield TextLine(line.text, page, box=line.box, confidence=line.confidence)


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
    for region, found in zip(lattice.regions, of_cells, strict=True):
        confidences = [line.confidence for line in found if line.confidence is not None]
        box = lattice.box_of(region)
        yield Cell(
            join_wrapped(found, box.left, box.right) if found else "", region.row + 1, region.column + 1,
            region.row_span, region.column_span, page, box, min(confidences, default=None),
        )
