"""Forms whose labels stand right of their values or below them: turned so that each label stands where other forms have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from transforms.amounts import is_amount
from transforms.grid import Cell, Grid
from transforms.layouts.indicator_table import find_headers
from transforms.tables.labels import label_of
from transforms.tables.matrix import Matrix, matrix_of

_LEAST = 3    # rows or pairs of rows of labels in a form: its name, its money and its goal


def labels_first(grid: Grid, name: Cell) -> Grid:
    """Turn a form whose labels stand behind their values.

    Args:
        grid: a table.
        name: its label of the project's name.

    Returns:
        The form with the labels left of their values, or above them; the table as it is where that is no such form.
    """
    matrix = matrix_of(grid)
    texts, above = matrix.texts(name.row), matrix.row_beside(name.row, -1)
    is_right = len(texts) > 1 and texts[-1] is name and not label_of(texts[0].word)
    if not is_right and not (above and _stand_below(matrix, (above, name.row))):    # as in most tables
        return grid
    headers = find_headers(matrix)
    end = headers[0].first_row if headers else None
    if is_right:
        rows = [row for row in matrix.rows_between(name.row, end) if matrix.texts(row)]
        if len(rows) >= _LEAST and all(_ends_with_labels(matrix.texts(row)) for row in rows):
            return _with(grid, rows, lambda cell: _mirrored(cell, matrix))
    rows = matrix.rows_between(above, end) if above else []
    pairs = list(zip(rows[::2], rows[1::2], strict=False))
    if len(pairs) >= _LEAST and len(rows) % 2 == 0 and all(_stand_below(matrix, pair) for pair in pairs):
        other = {row: beside for first, second in pairs for row, beside in ((first, second), (second, first))}
        return _with(grid, rows, lambda cell: cell.moved(other[cell.row], cell.column, cell.column_span))
    return grid


def stand_above(matrix: Matrix, row: int) -> bool:
    """Whether a row of labels has their values below it, not above, and more such labels follow: then it is the first one of a form."""
    rows, above = matrix.rows_between(row)[:3], matrix.row_beside(row, -1)
    if above and len(matrix.texts(above)) > 1 and _are_values(matrix, above, row):
        return False
    return len(rows) == 3 and _are_labels(matrix.texts(row)) and _are_labels(matrix.texts(rows[2])) and _are_values(matrix, rows[1], row)


def _ends_with_labels(texts: Sequence[Cell]) -> bool:
    """Whether values and labels stand by turns, a label last; a value may be blank."""
    is_label = [label_of(cell.word) is not None for cell in texts]
    return is_label[-1] and not is_label[0] and all(one != other for one, other in pairwise(is_label))


def _stand_below(matrix: Matrix, pair: tuple[int, int]) -> bool:
    values, labels = pair
    return _are_labels(matrix.texts(labels)) and _are_values(matrix, values, labels)


def _are_labels(texts: Sequence[Cell]) -> bool:
    return bool(texts) and all(cell.row_span == 1 and label_of(cell.word) for cell in texts)


def _are_values(matrix: Matrix, values: int, labels: int) -> bool:
    """Whether a row holds the values of a row of labels: each in its label's column, one at least, and none of them a label."""
    texts = matrix.texts(values)
    columns = {cell.column for cell in matrix.texts(labels)}
    is_below = bool(texts) and all(cell.row_span == 1 and cell.column in columns for cell in texts)
    return is_below and not any(label_of(cell.word) for cell in texts if not is_amount(cell.text))


def _mirrored(cell: Cell, matrix: Matrix) -> Cell:
    columns = matrix.columns
    return cell.moved(cell.row, columns[0] + columns[-1] - (cell.column + cell.column_span - 1), cell.column_span)


def _with(grid: Grid, rows: Sequence[int], turned: Callable[[Cell], Cell]) -> Grid:
    chosen = set(rows)
    cells = (turned(cell) if cell.row in chosen else cell for cell in grid.cells)
    return replace(grid, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))
