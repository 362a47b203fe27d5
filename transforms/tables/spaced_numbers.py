"""Numbers with spaces between their thousands (`1 234 567.00`): read where the table proves that they are one number.

`12 345.67` may be two numbers as well, and so may a no-break space, with which HTML fills cells. They are one where all numbers of the
column are printed so, and either all have the same decimal places, which two numbers would have both, or the column adds up so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from transforms.amounts import GROUPING_SPACE, is_amount
from transforms.grid import Cell, Grid, TextLine
from transforms.names import fold_width
from transforms.totals import read_label

_SPACED = re.compile(r"[-−]?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.(?P<places>[0-9]{1,2}))?")
_PLAIN = re.compile(r"[-−]?[0-9]{1,3}(?:\.(?P<places>[0-9]{1,2}))?")    # too small to have thousands
_LEAST = 2    # numbers of a column that are printed so


def joined(blocks: Sequence[TextLine | Grid]) -> Sequence[TextLine | Grid]:
    """The blocks of a document, with a space that only groups digits in the numbers that are proved to be one."""
    return [_joined(block) if isinstance(block, Grid) else block for block in blocks]


def _joined(grid: Grid) -> Grid:
    spaced = [cell for cell in grid.cells if (" " in cell.text or "\xa0" in cell.text) and _SPACED.fullmatch(_folded(cell))]
    if len(spaced) < _LEAST:    # as in most tables
        return grid
    totals = {cell.row for cell in grid.cells if cell.text and read_label(cell.text)}
    proved: set[int] = set()
    for column in {cell.column for cell in spaced}:
        numbers = [cell for cell in grid.cells if cell.column == column and (is_amount(cell.text) or _SPACED.fullmatch(_folded(cell)))]
        if _is_proved(numbers, totals):
            proved.add(column)
    cells = {id(cell) for cell in spaced if cell.column in proved}
    return replace(grid, cells=tuple(
        cell._replace(text=_folded(cell).replace(" ", GROUPING_SPACE)) if id(cell) in cells else cell for cell in grid.cells
    )) if cells else grid


def _is_proved(numbers: Sequence[Cell], totals: set[int]) -> bool:
    texts = [_folded(cell) for cell in numbers]
    matches = [_SPACED.fullmatch(text) or _PLAIN.fullmatch(text) for text in texts]
    spaced = [text for text in texts if " " in text]
    firsts = [int(text.split(" ")[0]) for text in spaced]
    are_rows = all(after == before + 1 for before, after in pairwise(firsts))    # the number of each row stands in front of its amount
    if len(spaced) < _LEAST or not all(matches) or are_rows:
        return False
    places = {match["places"] and len(match["places"]) for match in matches if match}
    return (len(places) == 1 and None not in places) or _adds_up(numbers, totals)


def _adds_up(numbers: Sequence[Cell], totals: set[int]) -> bool:
    """Whether a total is the sum of all other numbers."""
    values = [(cell.row in totals, Decimal(_folded(cell).replace(" ", "").replace("−", "-"))) for cell in numbers]
    parts = sum(value for is_total, value in values if not is_total)
    return any(value == parts for is_total, value in values if is_total)


def _folded(cell: Cell) -> str:
    return fold_width(cell.text).strip()
