"""A page's rulings and text into blocks: grids, and the lines of text around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from transforms.grid import Box, Cell, Grid, TextLine
from transforms.readers.pdf import texts
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.lattice import Lattice
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
    found: list[tuple[Box, TextLine | Grid]] = [
        (line.box, TextLine(line.text, page, box=line.box, confidence=line.confidence)) for line in _outside(pieces, ~is_inside)
    ]
    first = 0
    for lattice in lattices:
        last = first + len(lattice.regions)
        if any(of_cells[first:last]):
            found.append((lattice.box, Grid(tuple(_cells(lattice, of_cells[first:last], page)))))
        first = last
    return [block for _, block in sorted(found, key=lambda item: (item[0].top, item[0].left))]


def _outside(pieces: Pieces, is_outside: npt.NDArray[np.bool_]) -> Iterator[texts.Line]:
    rest = pieces.only(is_outside)
    return texts.lines(rest, np.full(len(rest.texts), -1, np.intp), _APART)


def _cells(lattice: Lattice, of_cells: Sequence[Sequence[texts.Line]], page: int) -> Iterator[Cell]:
    for region, found in zip(lattice.regions, of_cells, strict=True):
        confidences = [line.confidence for line in found if line.confidence is not None]
        box = lattice.box_of(region)
        yield Cell(
            join_wrapped(found, box.left, box.right) if found else "", region.row + 1, region.column + 1,
            region.row_span, region.column_span, page, box, min(confidences, default=None),
        )
