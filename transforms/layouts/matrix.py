"""A part of a table by rows and columns, merged cells in every place that they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, wraps
from typing import TypeVar
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
    """The cells of some rows. `rows` are their numbers in order; a merged cell from a row above covers its places here too."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = tuple(cells)
        self.rows = sorted({cell.row for cell in self.cells})
        self._at = {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def at(self, row: int, column: int) -> Cell | None:
        """The cell in a place; None where there is none."""
        return self._at.get((row, column))

    def row(self, row: int) -> list[Cell]:
        """The cells of a row from left to right, those merged with rows above included."""
        found: list[Cell] = []
        for column in self.columns:
            cell = self._at.get((row, column))
            if cell and (not found or found[-1] is not cell):
                found.append(cell)
        return found

    def texts(self, row: int) -> list[Cell]:
        """The cells that begin in a row and hold text."""
        return [cell for cell in self.row(row) if cell.row == row and cell.text.strip()]

    def right_of(self, cell: Cell, row: int | None = None) -> Iterator[Cell]:
        """The cells to the right of a cell in its first row, or in another one that it covers."""
        return (other for other in self.row(row or cell.row) if other.column >= cell.column + cell.column_span)

    def below(self, cell: Cell) -> Cell | None:
        """The cell below a cell's first column; None below the last row."""
        bottom = cell.row + cell.row_span
        row = next((row for row in self.rows if row >= bottom), None)
        return None if row is None else self.at(row, cell.column)

    @cached_property
    def columns(self) -> list[int]:
        """The numbers of the columns in order."""
        return sorted({column for _, column in self._at})

    def between(self, first: int, end: int | None = None) -> Matrix:
        """The rows from `first` to the one before `end`, with what is merged into them from above cut off."""
        return Matrix(cell for cell in self.cells if cell.row >= first and (end is None or cell.row < end))


@once_per_grid
def matrix_of(grid: Grid) -> Matrix:
    """All cells of a grid."""
    return Matrix(grid.cells)
