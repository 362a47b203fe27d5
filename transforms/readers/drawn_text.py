"""Tables that plain text draws: with bars (Markdown, box characters, `+---+`), or by spaces alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from transforms.grid import Box, Grid, TextLine
from transforms.names import join_lines, width
from transforms.readers.line import Line
from transforms.readers.pdf import borderless
from transforms.readers.plain import cell_text

Record = tuple[int, list[str]]

_BARS = str.maketrans("│┃║", "|||")
_BORDER = re.compile(r"\s*(?=.*[-─━═_=┄┈]{2})[-─━═_=┄┈|:+┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛╓╥╖╟╫╢╙╨╜┏┳┓┣╋┫┗┻┛\s]+")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_BAR = re.compile(r"(?<!\\)\|")    # Markdown writes a bar within a cell as `\|`
_LEAST_ROWS = 2
_PARTED = 4     # borders of a table with one below each row: a table with one below its header only has three at most
_TITLE = re.compile(r"\s*\S(?:.*\S)?表\s*(?:[（(].*[)）])?\s*")
_PIECE = re.compile(r"\S+(?: \S+)*")    # single spaces are within a text
_PITCH = 3.0    # from row to row in heights of the text: no rows are so near that they are taken for lines of one cell


def with_bars(text: str) -> list[Record] | None:
    """The rows of a text whose tables have bars at both sides, and borders; None for a text without such tables.

    Where borders part the rows, the lines between two borders are one row, with the lines of its cells below each other.

    Args:
        text: the whole text.

    Returns:
        The number of each row's first line and its fields; a line outside tables is one field.
    """
    lines = text.translate(_BARS).splitlines()
    borders = sum(bool(_BORDER.fullmatch(line)) for line in lines)
    rows = sum(bool(_ROW.fullmatch(line)) for line in lines) - sum(bool(_ROW.fullmatch(line) and _BORDER.fullmatch(line)) for line in lines)
    if not borders or rows < _LEAST_ROWS:
        return None
    records: list[Record] = []
    is_open = False    # whether the last record is a row that no border has ended yet
    for number, line in enumerate(lines, start=1):
        if _BORDER.fullmatch(line):
            is_open = False
            continue
        row = _ROW.fullmatch(line)
        fields = [cell_text(part.replace("\\|", "|").strip()) for part in (_BAR.split(row[1]) if row else [line])]
        if row and is_open and len(records[-1][1]) == len(fields):
            records[-1] = records[-1][0], [join_lines(list(filter(None, both))) for both in zip(records[-1][1], fields, strict=True)]
        else:
            records.append((number, fields))
        is_open = row is not None and borders >= _PARTED
    return records


def by_spaces(text: str) -> list[TextLine | Grid] | None:
    """The blocks of a text whose tables have columns made by spaces; None for a text without such a table.

    Args:
        text: the whole text.

    Returns:
        Tables, rows by line numbers, and the lines of text around them. A title begins a table.
    """
    lines = text.splitlines()
    titles = [number for number, line in enumerate(lines) if _TITLE.fullmatch(line)]
    parts = [_part(lines[begin:end], begin + 1) for begin, end in pairwise(sorted({0, *titles, len(lines)}))]
    has_table = any(isinstance(block, Grid) for part in parts for block in part)
    return [block for part in parts for block in part] if has_table else None


def _part(lines: Sequence[str], first: int) -> list[TextLine | Grid]:
    """The blocks of some lines with one table at most; `first` is the number of the first line.

    Programs fill up to a number of characters or to a width in which Chinese characters count twice; the one that parts the text into
    more columns, with fewer texts below or across others, is what was meant.
    """
    texts = [TextLine(line.strip(), row=number) for number, line in enumerate(lines, start=first) if line.strip()]
    found = [table for measure in (len, _width) if (table := borderless.find(list(_pieces(lines, measure)), 0, None))]
    if not found:
        return list(texts)
    table = max(found, key=lambda table: (len(table.columns), -sum("\n" in cell.text or cell.column_span > 1 for cell in table.grid.cells)))
    begin, end = _row(table.box.top) + first, _row(table.box.bottom) + first
    places = {number: _row(cells[0].box.top) + first for number, cells in enumerate(table.grid.rows(), start=1) if cells[0].box}
    cells = (cell._replace(text=cell_text(cell.text), row=places[cell.row], page=None, box=None) for cell in table.grid.cells)
    above, below = [line for line in texts if (line.row or 0) < begin], [line for line in texts if (line.row or 0) > end]
    return [*above, Grid(tuple(cells)), *below]


def _pieces(lines: Sequence[str], measure: Callable[[str], float]) -> Iterator[Line]:
    """The pieces of text, each in a box of what it takes up, a line one high."""
    for number, line in enumerate(lines):
        for piece in _PIECE.finditer(line.expandtabs()):
            left = measure(line[: piece.start()])
            yield Line(-1, piece[0], Box(left, number * _PITCH, left + measure(piece[0]), number * _PITCH + 1))


def _row(height: float) -> int:
    """The number of the line at a height, from 0."""
    return int(height // _PITCH)


def _width(text: str) -> float:
    """In columns of a terminal."""
    return 2 * width(text)
