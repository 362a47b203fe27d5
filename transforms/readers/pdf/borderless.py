"""Tables without vertical rulings: columns from where text never stands, rows from how lines stand together.

Some producers print tables with horizontal lines only, or with none. What makes lines of text a table is that several of
them, one below the other, are parted at the same places and hold amounts at the same places; prose, contents lists and
lists of names are not. Lengths are in heights of the lines if nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from transforms.amounts import is_amount
from transforms.grid import Box, Cell, Grid
from transforms.readers.line import Line
from transforms.readers.pdf.wrapping import is_full, join_wrapped
from transforms.readers.plain import cell_text
from transforms.totals import names_row

GAP = 1.0             # between the cells of a row; Chinese text is spread by up to 1 only in titles, which hold no amounts
_LEAST_ROWS = 3       # rows with amounts: less may be a sum shown in prose
_LEAST_COLUMNS = 3    # with two columns a contents list (title, page) is a table too, unless its numbers are amounts
_LEADING = 0.6        # most room between the lines of a cell; rows of tables without rulings stand further apart
_ALIGNED = 0.6        # by which the beginnings of a name's lines differ
_CODE = re.compile(r"[0-9]{3,}")
_MONEY = re.compile(r"[-−(（]?\d{1,3}(?:[,，]?\d{3})*\.\d+[)）]?|[-−(（]?\d{1,3}(?:[,，]\d{3})+[)）]?")

Columns = tuple[tuple[float, float], ...]    # left and right of the text in each column, in points
Row = list[Line]                            # the pieces of text at one height, from left to right


class Table(NamedTuple):
    """A table found on a page: its grid, its columns, and the box that its text fills."""

    grid: Grid
    columns: Columns
    box: Box


def may_hold_table(lines: Sequence[Line], before: Columns | None) -> bool:
    """Whether lines of text are worth the search: some rows have a number apart from other text."""
    return sum(bool(_amounts(row)) for row in rows_of(lines)) >= _least_rows(before)


def find(lines: Sequence[Line], page: int, before: Columns | None) -> Table | None:
    """Find the table among the lines of text that stand outside of ruled tables.

    Args:
        lines: pieces of text, parted where there is a gap of `GAP`.
        page: the page's number, 1-based.
        before: the columns of such a table at the end of the page before, which may go on here without a header.

    Returns:
        The first table, with a cell for each row and column, also where it is blank; None where there is none.
    """
    rows = rows_of(lines)
    region = _region(rows, before)
    if not region:
        return None
    body = [row for row in region if _amounts(row)]
    goes_on = before is not None and all(_column(before, line) is not None for row in region for line in row)
    header = 0 if goes_on else region.index(body[0])
    columns = before if goes_on and before else all_columns(region[:header], region[header:])
    if not goes_on and not _is_table(columns, body):
        return None
    parts = list(_table_rows(region[header:], columns))
    wrapped = _with_wrapped_names(parts, columns)
    further = _rest_of_last(parts[-1], rows[rows.index(region[-1]) + 1 :], columns)
    if further and len(longer := _with_wrapped_names([*parts, *further], columns)) == len(wrapped):
        wrapped = longer
    blocks = [*header_rows(region[:header], columns), *wrapped]
    return Table(grid_of(blocks, columns, page), columns, around([line for part in blocks for row in part for line in row]))


def _least_rows(before: Columns | None) -> int:
    return 1 if before else _LEAST_ROWS


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The lines by height, from top to bottom."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: line.box.top + line.box.bottom):
        if rows and line.box.top + line.box.bottom < 2 * rows[-1][0].box.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


def _amounts(row: Row) -> list[Line]:
    return [line for line in row if is_amount(line.text)] if len(row) > 1 else []


def _region(rows: Sequence[Row], before: Columns | None) -> list[Row]:
    """The rows from the table's header to its last line: those with several pieces, and the lines of cells between and below."""
    core = [index for index, row in enumerate(rows) if len(row) > 2 or _amounts(row)]
    if sum(bool(_amounts(rows[index])) for index in core) < _least_rows(before):
        return []
    first, last = core[0], core[-1]
    while before is None and first > 0 and len(rows[first - 1]) > 1 and _room(rows[first - 1], rows[first]) < _LEADING:
        first -= 1
    while last + 1 < len(rows) and _room(rows[last], rows[last + 1]) < _LEADING:
        last += 1
    return list(rows[first : last + 1])


def _room(above: Row, below: Row) -> float:
    """The room between two rows."""
    height = max(line.box.bottom - line.box.top for line in below)
    return (min(line.box.top for line in below) - max(line.box.bottom for line in above)) / max(height, 1.0)


def _columns(rows: Sequence[Row]) -> Columns:
    """The stretches that text fills, parted where none stands."""
    found: list[tuple[float, float]] = []
    for left, right in sorted((line.box.left, line.box.right) for row in rows for line in row):
        if found and left <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return tuple(found)


def all_columns(header: Sequence[Row], body: Sequence[Row]) -> Columns:
    """The columns of the body, each with the header that stands beside it, and those that have nothing on this page but their header."""
    columns = _columns(body)
    lonely = [[line] for row in header for line in row if not overlapped(columns, line)]
    lines = [line for row in body for line in row]
    headers = [line for row in header for line in row]
    return _with_headers(_columns([*body, *lonely]), lines, headers)


def _with_headers(columns: Columns, body: Sequence[Line], header: Sequence[Line]) -> Columns:
    """Join the columns that are parts of one: a header that nothing stands below, and amounts that no header stands above.

    Amounts that end at one place fill their cell from the right, so that their header stands to the left of them, and the other way
    round. Amounts of one length end and begin at one place; they are written to the right, as amounts are.
    """
    joined = list(columns)
    for column in columns:
        lines = [line for line in body if is_over(column, line)]
        if not lines or any(is_over(column, line) for line in header):
            continue
        place = joined.index(column)
        beside = place - 1 if _spread([line.box.right for line in lines]) <= _spread([line.box.left for line in lines]) else place + 1
        if 0 <= beside < len(joined) and not any(is_over(joined[beside], line) for line in body):
            first = min(place, beside)
            joined[first : first + 2] = [(joined[first][0], joined[first + 1][1])]
    return tuple(joined)


def _spread(places: Sequence[float]) -> float:
    return round(max(places) - min(places))


def is_over(column: tuple[float, float], line: Line) -> bool:
    """Whether a piece stands in a column, at least with a part of it."""
    return line.box.left < column[1] and line.box.right > column[0]


def overlapped(columns: Columns, line: Line) -> list[int]:
    """The columns that a piece stands in, counted from 0."""
    return [number for number, column in enumerate(columns) if is_over(column, line)]


def _is_table(columns: Columns, body: Sequence[Row]) -> bool:
    """Whether enough rows have an amount in the same column, and there are columns enough for a table."""
    placed = [(_column(columns, line), line.text) for row in body for line in _amounts(row)]
    best = max((sum(column == number for column, _ in placed) for number in range(len(columns))), default=0)
    are_money = len(columns) >= _LEAST_COLUMNS or all(_MONEY.fullmatch(text) for _, text in placed)
    return len(columns) > 1 and best >= _LEAST_ROWS and are_money


def _column(columns: Columns, line: Line) -> int | None:
    """The column that a piece stands in; None where it reaches into two."""
    over = _over(columns, line)
    return over[0] if len(over) == 1 else None


def _over(columns: Columns, line: Line) -> list[int]:
    """The columns that a piece stands in or over, the nearest one where it stands beside all."""
    middle = (line.box.left + line.box.right) / 2
    beside = next(number for number, edge in enumerate([*_edges(columns)[1:-1], float("inf")]) if middle < edge)
    return overlapped(columns, line) or [beside]


def _edges(columns: Columns) -> list[float]:
    """Where columns begin and end: in the middle of the room between them."""
    between = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    return [columns[0][0], *between, columns[-1][1]]


def header_rows(rows: Sequence[Row], columns: Columns) -> Iterator[Sequence[Row]]:
    """The header's rows: one of all lines, unless some stand over several columns."""
    if any(len(_over(columns, line)) > 1 for row in rows for line in row):
        yield from ([row] for row in rows)
    elif rows:
        yield rows


def _table_rows(rows: Sequence[Row], columns: Columns) -> Iterator[Sequence[Row]]:
    """The rows of the table, each of one or more lines.

    Lines that stand close together are one row, unless one holds an amount below another text or amount: an amount is
    never wrapped, so it begins a row of its own.
    """
    part: list[Row] = []
    for row in rows:
        amounts = {_column(columns, line) for line in _amounts(row)}
        is_own = any(_column(columns, line) in amounts for above in part for line in above)
        if part and (is_own or _room(part[-1], row) >= _LEADING):
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _with_wrapped_names(parts: Sequence[Sequence[Row]], columns: Columns) -> list[Sequence[Row]]:
    """The rows, with the further lines of names that stand as far apart as rows do.

    What stands alone in a row and goes on with a text that had no more room is the rest of it, where each row of amounts has a code,
    or where all that stands alone does so: headings would follow shorter texts, too.
    """
    rests = [place for place in range(1, len(parts)) if _goes_on(parts[place - 1], parts[place], columns)]
    alone = [place for place, part in enumerate(parts) if len(part) == 1 and len(part[0]) == 1 and not _amounts_of(part)]
    if not _have_codes(parts, rests, columns):
        rests = [place for place in rests if place in alone] if set(alone) <= set(rests) else []
    found: list[list[Row]] = []
    for place, part in enumerate(parts):
        if place in rests:
            found[-1].extend(part)
        else:
            found.append(list(part))
    return list(found)


def _rest_of_last(last: Sequence[Row], below: Sequence[Row], columns: Columns) -> list[Sequence[Row]]:
    """The rows below a table that may be further lines of its last name."""
    found: list[Sequence[Row]] = []
    for row in below:
        if len(row) > 1 or not _goes_on(found[-1] if found else last, [row], columns):
            break
        found.append([row])
    return found


def _goes_on(above: Sequence[Row], below: Sequence[Row], columns: Columns) -> bool:
    """Whether a row begins with the rest of a name, which had no more room; the row's amounts stand beside one of its lines."""
    rest, row = below[0][0], above[-1]
    column = _column(columns, rest)
    before = next((line for line in row if _column(columns, line) == column), None)
    if column is None or before is None or is_amount(before.text) or is_amount(rest.text) or names_row(rest.text):
        return False
    is_aligned = abs(rest.box.left - before.box.left) < _ALIGNED * (rest.box.bottom - rest.box.top)
    is_once = len(below[0]) == 1 or len(row) == 1 + row.index(before)
    return is_aligned and is_once and is_full(before, rest, columns[column][1])


def _amounts_of(part: Sequence[Row]) -> list[Line]:
    return [line for row in part for line in row if is_amount(line.text)]


def _have_codes(parts: Sequence[Sequence[Row]], rests: Sequence[int], columns: Columns) -> bool:
    """Whether the first column has a code for each row of amounts that is no total, and no rest of a name is in it."""
    first = [next((line.text for line in part[0] if _column(columns, line) == 0), "") for part in parts]
    own = [place for place, part in enumerate(parts) if place not in rests and not names_row(part[0][0].text)]
    return bool(own) and all(_CODE.fullmatch(first[place]) for place in own) and not any(first[place] for place in rests)


def grid_of(blocks: Sequence[Sequence[Row]], columns: Columns, page: int) -> Grid:
    """The grid of these rows, each of one or more lines, with a cell for each column, also where it is blank."""
    edges = _edges(columns)
    cells: list[Cell] = []
    for number, rows in enumerate(blocks, start=1):
        box = around([line for row in rows for line in row])
        pieces: dict[tuple[int, int], list[Line]] = {}
        for line in (line for row in rows for line in row):
            over = _over(columns, line)
            pieces.setdefault((over[0], over[-1]), []).append(line)
        covered = {column for first, last in pieces for column in range(first, last + 1)}
        spans = [*pieces, *((column, column) for column in range(len(columns)) if column not in covered)]
        for first, last in sorted(spans):
            found = pieces.get((first, last), [])
            confidences = [line.confidence for line in found if line.confidence is not None]
            text = join_wrapped(found, edges[first], edges[last + 1]) if found else ""
            place = Box(edges[first], box.top, edges[last + 1], box.bottom)
            cells.append(Cell(cell_text(text), number, first + 1, 1, last - first + 1, page, place, min(confidences, default=None)))
    return Grid(tuple(cells), is_ruled=False)


def around(lines: Sequence[Line]) -> Box:
    """The box around pieces of text, in points."""
    return Box(
        min(line.box.left for line in lines), min(line.box.top for line in lines),
        max(line.box.right for line in lines), max(line.box.bottom for line in lines),
    )
