"""A part of a table by rows and columns, merged cells in every place that they cover."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, wraps
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary

from transforms.grid import Cell, Grid

T = TypeVar("T")


def once_per_grid(function: Callable[[Grid], T]) -> Callable[[Grid], T]:
    """Remember what a function gave for a grid as long as that lives: each layout that is asked looks at the same tables."""
    given: WeakKeyDictionary[Grid, T] = WeakKeyDictionary()

    @wraps(function)
    def ask(grid: Grid) -> T:
        if grid not in given:
            given[grid] = function(grid)
        return given[grid]

    return ask


class Matrix:
    """The cells of some rows; a merged cell covers its places in all of them.

    `rows` are the numbers, in order, of those in which a cell begins.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = tuple(cells)
        self._begun: dict[int, list[Cell]] = {}
        for cell in self.cells:
            self._begun.setdefault(cell.row, []).append(cell)
        self.rows = sorted(self._begun)
        self._places: dict[int, dict[int, Cell]] = {row: {} for row in self.rows}
        for cell in self.cells:
            for row in (cell.row,) if cell.row_span == 1 else self.rows_between(cell.row, cell.row + cell.row_span):
                places = self._places[row]
                for column in range(cell.column, cell.column + cell.column_span):
                    places.setdefault(column, cell)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell in a place; None where there is none."""
        return self._places[row].get(column) if row in self._places else None

    def row(self, row: int) -> list[Cell]:
        """The cells of a row from left to right, those merged with rows above included."""
        places = self._places.get(row, {})
        found: list[Cell] = []
        for column in sorted(places):
            cell = places[column]
            if not found or found[-1] is not cell:
                found.append(cell)
        return found

    def begun(self, row: int) -> list[Cell]:
        """The cells that begin in a row."""
        return self._begun.get(row, [])

    def texts(self, row: int) -> list[Cell]:
        """The cells that begin in a row and hold text."""
        return [cell for cell in self.begun(row) if cell.text.strip()]

    def right_of(self, cell: Cell, row: int | None = None) -> Iterator[Cell]:
        """The cells to the right of a cell in its first row, or in another one that it covers."""
        return (other for other in self.row(row or cell.row) if other.column >= cell.column + cell.column_span)

    def below(self, cell: Cell) -> Cell | None:
        """The cell below a cell's first column; None below the last row."""
        return self.at(self.row_beside(cell.row + cell.row_span - 1, 1), cell.column)

    def rows_between(self, first: int, end: int | None = None) -> list[int]:
        """The numbers of the rows from `first` to the one before `end`."""
        return self.rows[bisect_left(self.rows, first) : None if end is None else bisect_left(self.rows, end)]

    def row_beside(self, row: int, step: Literal[-1, 1]) -> int:
        """The number of the row above (-1) or below (1); 0, which no row has, where there is none."""
        place = bisect_left(self.rows, row) - 1 if step < 0 else bisect_right(self.rows, row)
        return self.rows[place] if 0 <= place < len(self.rows) else 0

    @cached_property
    def width(self) -> int:
        """The last column in which a cell begins."""
        return max(cell.column for cell in self.cells)

    @cached_property
    def columns(self) -> list[int]:
        """The numbers of the columns in order."""
        return sorted({column for places in self._places.values() for column in places})

    def between(self, first: int, end: int | None = None) -> Matrix:
        """The rows from `first` to the one before `end`, with what is merged into them from above cut off."""
        return Matrix(cell for cell in self.cells if cell.row >= first and (end is None or cell.row < end))


@once_per_grid
def matrix_of(grid: Grid) -> Matrix:
    """All cells of a grid."""
    return Matrix(grid.cells)
