"""Tables without rulings whose columns stand less than a character apart: read where every row proves the columns.

Where room is that scarce, a gap may be one between columns, a space in a name or one between thousands. So nothing is taken for a
column but what all rows have: amounts with their decimals that end (or begin) at one place, free room in all rows to both
sides, and a header of its own. Lengths are in heights of the lines if nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from transforms.amounts import is_blank
from transforms.grid import Box
from transforms.readers.line import Line
from transforms.readers.pdf import borderless
from transforms.readers.pdf.borderless import Columns, Row, Table

GAP = 0.3              # between pieces; a space between letters or digits is 0.25 wide
_SPACE = 0.5           # wider gaps inside a cell are spaces
_ALIGNED = 0.15        # by which the ends of a column's amounts differ
_LEAST_ROWS = 3
_MOST_HEADER_ROWS = 3
_THOUSANDS = re.compile(r"\d{1,3}")    # beside an amount to the right they may be parted by a space
_EXACT = re.compile(r"[-−(（]?\d{1,3}(?:[,，]?\d{3})*\.\d{2,}[)）]?")    # behind its decimals no number goes on


def may_hold_table(lines: Sequence[Line]) -> bool:
    """Whether lines of text are worth the search: several rows have several amounts."""
    return sum(sum(map(_exact_amounts, (line.text for line in row))) > 1 for row in borderless.rows_of(lines)) >= _LEAST_ROWS


def has_glued_cells(table: Table) -> bool:
    """Whether cells of a table hold several amounts: columns too near to each other to be told apart by their room."""
    return any(_exact_amounts(cell.text) > 1 for cell in table.grid.cells)


def _exact_amounts(text: str) -> int:
    return sum(bool(_EXACT.fullmatch(part)) for part in text.split())


def find(lines: Sequence[Line], page: int) -> Table | None:
    """Find the table among lines of text.

    Args:
        lines: pieces of text, parted where there is a gap of `GAP`.
        page: the page's number, 1-based.

    Returns:
        The table, with a cell for each row and column; None where there is none, or its columns are not certain.
    """
    rows = borderless.rows_of(lines)
    places = [number for number, row in enumerate(rows) if len(row) > 1 and _amounts(row)]
    if len(places) < _LEAST_ROWS:
        return None
    body = rows[places[0] : places[-1] + 1]
    header = _header(rows[: places[0]])
    columns = borderless.all_columns(header, body)
    height = max(line.box.bottom - line.box.top for row in body for line in row)
    if not header or not _are_certain(columns, header, body, height):
        return None
    blocks = [*borderless.header_rows([_joined(row, columns) for row in header], columns), *([_joined(row, columns)] for row in body)]
    return Table(borderless.grid_of(blocks, columns, page), columns, borderless.around([line for row in (*header, *body) for line in row]))


def _amounts(row: Row) -> list[Line]:
    return [line for line in row if _EXACT.fullmatch(line.text)]


def _header(above: Sequence[Row]) -> list[Row]:
    """The rows of several pieces right above the first amounts."""
    header: list[Row] = []
    for row in list(reversed(above))[:_MOST_HEADER_ROWS]:
        if len(row) < 2:
            break
        header.insert(0, row)
    return header


def _are_certain(columns: Columns, header: Sequence[Row], body: Sequence[Row], height: float) -> bool:
    if len(columns) < 3 or any(right[0] - left[1] < GAP * height for left, right in pairwise(columns)):
        return False
    lines = [line for row in body for line in row]
    headers = [line for row in header for line in row]
    of_columns = [[line for line in lines if borderless.is_over(column, line)] for column in columns]
    have_headers = all(any(borderless.overlapped(columns, line) == [number] for line in headers) for number in range(len(columns)))
    is_placed = sum(map(len, of_columns)) == len(lines) and all(len(_amounts(row)) > 0 for row in body)
    may_be_thousands = any(
        _THOUSANDS.fullmatch(line.text) and _amounts(right) for left, right in pairwise(of_columns) for line in left
    )
    return have_headers and is_placed and not may_be_thousands and all(_is_column(found, height) for found in of_columns)


def _is_column(lines: Sequence[Line], height: float) -> bool:
    """Whether a column holds amounts that are written to one side, or none at all."""
    amounts = [line for line in lines if _EXACT.fullmatch(line.text)]
    if not amounts:
        return True
    ends, begins = [line.box.right for line in amounts], [line.box.left for line in amounts]
    is_aligned = min(max(ends) - min(ends), max(begins) - min(begins)) <= _ALIGNED * height
    return is_aligned and all(is_blank(line.text) for line in lines if line not in amounts)


def _joined(row: Row, columns: Columns) -> Row:
    """A row with the pieces of each cell as one."""
    joined: Row = []
    for over, group in groupby(row, key=lambda line: tuple(borderless.overlapped(columns, line))):
        pieces = list(group)
        if len(over) != 1:
            joined += pieces
            continue
        text = pieces[0].text
        for left, right in pairwise(pieces):
            gap = (right.box.left - left.box.right) / (right.box.bottom - right.box.top)
            is_space = gap > _SPACE or (text[-1].isascii() and right.text[0].isascii())
            text += f" {right.text}" if is_space else right.text
        boxes = [piece.box for piece in pieces]
        around = Box(boxes[0].left, min(box.top for box in boxes), boxes[-1].right, max(box.bottom for box in boxes))
        confidences = [piece.confidence for piece in pieces if piece.confidence is not None]
        joined.append(pieces[0]._replace(text=text, box=around, confidence=min(confidences, default=None)))
    return joined
