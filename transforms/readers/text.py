"""Reader for plain text: tables with tabs, commas, semicolons or bars between their fields, or drawn, among lines of text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from itertools import combinations, groupby, pairwise
from math import comb
from typing import Literal

from transforms import formats
from transforms.amounts import is_amount
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import drawn_text, edges
from transforms.readers.plain import cell_text, plain_text

Record = tuple[int, list[str]]

_CODE = re.compile(r"\d{3,}")
_LEAST_WIDTH = 2    # a line with fewer fields is text or a heading
_THOUSANDS = re.compile(r"[-+(（]?[1-9]\d{0,2}|\d{3}")    # in front of a comma of thousands
_REST = re.compile(r"\d{3}(?:\.\d+)?[)）]?")
_NUMBER = re.compile(r"[-+(（]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?[)）]?")
_MOST_WAYS = 1_000
_SENTENCE_ENDS = ("。", "；", ";", "！")


def read(data: bytes) -> Reading:
    """Read text with tables.

    Rows of a tab-separated table are matched to columns by their contents later (`Grid.is_ragged`), because text
    exports lose blank cells. A row that a line break inside a cell broke in two is one again where the parts cannot be
    rows of their own. A line without a separator is text when it stands above a table's header or below its
    last row; blank lines (a page break) do not end a table.

    Args:
        data: the whole file, UTF-8, UTF-16 or GB18030.

    Returns:
        A reading of format `txt` or `csv`; rows are line numbers.

    Raises:
        UnreadableDocument: the bytes cannot be decoded (`undecodable-text`) or split into fields (`damaged-file`), or they end in the
            middle of a record (`incomplete-document`).
    """
    decoded = formats.decode(data)
    text = plain_text(decoded)
    if _ends_in_record(text):
        raise UnreadableDocument("incomplete-document", "The text ends inside a row of its table; fetch or publish it again.")
    return Reading(formats.text_form(text), blocks=tuple(blocks(text)), errors=formats.doubt_of_decoding(decoded))


def _ends_in_record(text: str) -> bool:
    """Whether the last line has no end and fewer fields than the row above; editors strip tabs there, and drawn tables end in lines."""
    separator = formats.separator(text)
    if separator not in (",", ";") or text.endswith(("\n", "\r")):
        return False
    records = [fields for _, fields in _records(formats.without_guards(text), str(separator)) if fields]
    if len(records) < _LEAST_WIDTH:    # no row above it
        return False
    before, last = records[-2:]
    return len(last) < len(before) and (len(last) >= _LEAST_WIDTH or bool(_CODE.fullmatch(last[0])))


def blocks(text: str) -> Iterable[TextLine | Grid]:
    """The lines and tables of a text in plain characters."""
    if drawn := drawn_text.with_bars(text):
        return edges.split(Grid(tuple(_cells(drawn))))
    separator = formats.separator(text)
    if separator is None and (spaced := drawn_text.by_spaces(text)):
        return spaced
    separator = separator or "\t"
    records = _records(formats.without_guards(text), separator)
    table = Grid(tuple(_cells(records)), is_ragged=separator == "\t")
    return (_mark_ragged(block) for block in edges.split(table))


def _records(text: str, separator: str) -> list[Record]:
    """The records, each with the number of its first line: quoted fields may hold line breaks.

    Tab-separated text comes from spreadsheets, which quote, and from other programs, which do not: where quotation marks
    do not pair up as quoting, they are part of the text. Commas cannot be read without quoting.
    """
    if separator != "\t":
        records = list(_split(text, delimiter=separator, quoting=csv.QUOTE_MINIMAL))
        return _with_thousands(records) if separator == "," else records
    try:
        records = list(_split(text, delimiter="\t", quoting=csv.QUOTE_MINIMAL))
    except UnreadableDocument:
        records = []
    return _rejoined(records if _is_quoted(records) else list(_split(text, delimiter="\t", quoting=csv.QUOTE_NONE)))


def _with_thousands(records: list[Record]) -> list[Record]:
    """The records with amounts joined that commas of thousands have parted, where only one way of it gives the width of the table.

    That is the width of most records with nothing to join between two lines of text, or before, where all have. What can be joined in
    several ways stays as it is, and is told for its width.
    """
    joined: list[Record] = []
    width = 0
    for is_table, part in groupby(records, key=lambda record: len(record[1]) >= _LEAST_WIDTH):
        rows = list(part)
        widths = Counter(len(fields) for _, fields in rows if not any(map(_goes_on, pairwise(fields)))) if is_table else None
        width = max(widths, key=lambda size: widths[size]) if widths else width
        is_known = is_table and width > 0
        joined += [(row, _joined(fields, len(fields) - width) if is_known and len(fields) > width else fields) for row, fields in rows]
    return joined


def _goes_on(fields: tuple[str, str]) -> bool:
    """Whether a field may be the thousands of the number in the field before it."""
    return bool(_THOUSANDS.fullmatch(fields[0]) and _REST.fullmatch(fields[1]))


def _joined(fields: list[str], commas: int) -> list[str]:
    """The fields with so many commas of thousands put back; as they are where that can be done in several ways, or in none."""
    places = [place for place in range(1, len(fields)) if _goes_on((fields[place - 1], fields[place]))]
    if comb(len(places), commas) > _MOST_WAYS:
        return fields
    ways = list(filter(None, (_put_together(fields, frozenset(way)) for way in combinations(places, commas))))
    return ways[0] if len(ways) == 1 else fields


def _put_together(fields: list[str], places: Set[int]) -> list[str] | None:
    """The fields, those in the given places joined to the one before; None where that makes something else than numbers."""
    joined: list[str] = []
    for place, field in enumerate(fields):
        if place in places:
            joined[-1] += f",{field}"
        else:
            joined.append(field)
    begins = [place for place in range(len(fields)) if place not in places]
    numbers = [text for text, place in zip(joined, begins, strict=True) if place + 1 in places]
    return joined if all(map(_NUMBER.fullmatch, numbers)) else None


def _is_quoted(records: list[Record]) -> bool:
    """Whether quotation marks enclose single cells: no tab within, and no row over several lines longer than all others."""
    widths: dict[bool, int] = {False: 0, True: 0}
    for _, fields in records:
        if any("\t" in field for field in fields):
            return False
        is_broken = any("\n" in field for field in fields)
        widths[is_broken] = max(widths[is_broken], len(fields))
    return bool(records) and (widths[True] <= widths[False] or widths[False] < _LEAST_WIDTH)


def _rejoined(records: list[Record]) -> list[Record]:
    widths = Counter(len(fields) for _, fields in records if len(fields) >= _LEAST_WIDTH)
    width = max(widths, key=lambda size: widths[size], default=0)
    joined: list[Record] = []
    for index, (row, fields) in enumerate(records):
        after = records[index + 1][1] if index + 1 < len(records) else []
        if joined and _is_rest(joined[-1][1], fields, width) and len(after) != len(fields):
            first_row, begin = joined[-1]
            joined[-1] = (first_row, [*begin[:-1], f"{begin[-1]}\n{fields[0]}", *fields[1:]])
        else:
            joined.append((row, fields))
    return joined


def _is_rest(begin: list[str], rest: list[str], width: int) -> bool:
    """Whether a line goes on with the row of the line above it, which breaks off in the middle of a text.

    Both together are as wide as the table's rows, and only the first part has amounts. A name alone on a line may as
    well be a heading above the next row; it stays a row of its own.
    """
    if min(len(begin), len(rest)) < _LEAST_WIDTH or len(begin) + len(rest) - 1 != width:
        return False
    is_broken_off = bool(begin[-1] and rest[0]) and not begin[-1].endswith(_SENTENCE_ENDS)
    return is_broken_off and any(map(is_amount, begin[:-1])) and not any(map(is_amount, (begin[-1], *rest)))


def _split(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[Record]:
    stream, is_tab = io.StringIO(text, newline=""), delimiter == "\t"
    reader = csv.reader(stream, delimiter=delimiter, quoting=quoting, strict=True, skipinitialspace=not is_tab)
    first_line = 1
    try:
        for record in reader:
            yield first_line, [cell_text(field.strip()) for field in record]
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
