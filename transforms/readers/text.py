"""Reader for plain text: tab-separated and comma-separated tables among lines of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from transforms import formats
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import edges

Record = tuple[int, list[str]]


def read(data: bytes) -> Reading:
    """Read tab- or comma-separated text.

    Rows of a tab-separated table are matched to columns by their contents later (`Grid.is_ragged`), because text
    exports lose blank cells. A line without a separator is text when it stands above a table's header or below its
    last row; blank lines (a page break) do not end a table.

    Args:
        data: the whole file, UTF-8, UTF-16 or GB18030.

    Returns:
        A reading of format `txt` or `csv`; rows are line numbers.

    Raises:
        UnreadableDocument: the bytes cannot be decoded (`undecodable-text`) or split into fields (`damaged-file`).
    """
    text = formats.decode(data)
    form = "csv" if formats.is_comma_separated(text) else "txt"
    table = Grid(tuple(_cells(_records(text, form))), is_ragged=form == "txt")
    return Reading(form, blocks=tuple(_mark_ragged(block) for block in edges.split(table)))


def _records(text: str, form: str) -> list[Record]:
    """The records, each with the number of its first line: quoted fields may hold line breaks.

    Tab-separated text comes from spreadsheets, which quote, and from other programs, which do not: where quotation marks
    do not pair up as quoting, they are part of the text. Commas cannot be read without quoting.
    """
    if form == "csv":
        return list(_split(text, delimiter=",", quoting=csv.QUOTE_MINIMAL))
    try:
        return list(_split(text, delimiter="\t", quoting=csv.QUOTE_MINIMAL))
    except UnreadableDocument:
        return list(_split(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def _split(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    first_line = 1
    try:
        for record in reader:
            yield first_line, [field.strip() for field in record]
            first_line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableDocument("damaged-file", f"Line {first_line} cannot be split into fields: {error}.") from error


def _cells(records: list[Record]) -> Iterator[Cell]:
    width = max((len(fields) for _, fields in records), default=1)
    for row, fields in records:
        if len(fields) < 2:
            yield Cell("".join(fields), row, 1, column_span=width)
            continue
        for column, text in enumerate(fields, start=1):
            yield Cell(text, row, column)


def _mark_ragged(block: Grid | TextLine) -> Grid | TextLine:
    if isinstance(block, TextLine) or block.is_ragged:
        return block
    widths = {row[-1].column + row[-1].column_span for row in block.rows()}
    return replace(block, is_ragged=len(widths) > 1)
