"""Writes answers as an Excel workbook: a sheet for each, and one that explains their columns.

Rows are written as they come; only what a sheet's columns need for their widths is remembered. Texts are stored as texts, so that no
spreadsheet takes them for formulas; numbers that a spreadsheet would round (it keeps 15 digits) and long codes are texts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook as Writer
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import BadQuery

ROWS = 1_048_576            # of a sheet, by Excel's specifications
LONGEST_TEXT = 32_767       # of a cell, by the same
LONGEST_NAME = 31           # of a sheet
DIGITS = 15                 # that a spreadsheet keeps of a number
WIDEST, NARROWEST = 60, 6   # columns in characters: longer texts are read in the cell
FIRST_YEAR = 1900           # of a spreadsheet's calendar, with a day in it that never was
MEASURED = 1000             # rows that decide how wide the columns are
EXPLANATION = "说明"
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
TOO_LONG = (
    "Row {row:,} of {sheet} has {length:,} characters in {column}, more than a cell of a workbook holds: leave this column out, take a "
    "part of it with left(), or write .csv or .parquet."
)
AMOUNT, INTEGER, DAY, MOMENT = "#,##0.00", "0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True)
class Described:
    """A column of an answer: its name, SQL type and what it means (blank where nobody knows)."""

    name: str
    type: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer: its name, what it is, its columns, and its rows as they come."""

    name: str
    about: str
    columns: Sequence[Described]
    rows: Iterable[Sequence[Any]]


def write(path: Path, sheets: Iterable[Sheet], about: Sequence[tuple[str, str]]) -> None:
    """Write a workbook.

    Args:
        path: a new file; temporary files are made beside it.
        sheets: one after the other; a sheet that is full goes on in another one.
        about: lines of name and text for the head of the sheet that explains.

    Raises:
        BadQuery: a text is longer than a cell can hold.
    """
    explained: list[tuple[str, ...]] = []
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        writer = _Book(book)
        for sheet in sheets:
            count = writer.add(sheet)
            explained.append((sheet.name, "", f"{count:,} rows", sheet.about))
            explained += [(sheet.name, column.name, column.type, column.meaning) for column in sheet.columns]
        _explain(writer, explained, about)


class _Book:
    """A workbook that is being written, with its formats and the names that its sheets have."""

    def __init__(self, book: Writer) -> None:
        self.book = book
        self.names: set[str] = {EXPLANATION}
        self.head = book.add_format({"bold": True, "bg_color": "#D9E1F2", "bottom": 1, "text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.text = book.add_format({"num_format": "@"})
        self.formats = {form: book.add_format({"num_format": form}) for form in (AMOUNT, INTEGER, DAY, MOMENT)}

    def add(self, sheet: Sheet) -> int:
        """Write an answer, into as many sheets as it needs; gives the number of its rows."""
        formats = [self._format(column.type) for column in sheet.columns]
        count, widths = 0, [_wide(column.name) + 3 for column in sheet.columns]
        page: Worksheet | None = None
        for row in sheet.rows:
            place = count % (ROWS - 1) + 1
            if place == 1:
                _finish(page, widths, ROWS - 1)
                page = self.open(sheet.name, [column.name for column in sheet.columns])
            assert page is not None
            for number, value in enumerate(row):
                shown = self._put(page, (place, number), value, formats[number])
                if len(shown) > LONGEST_TEXT // 2 and len(shown.encode("utf-16-le")) > 2 * LONGEST_TEXT:
                    raise BadQuery(TOO_LONG.format(row=count + 1, sheet=sheet.name, column=sheet.columns[number].name, length=len(shown)))
                if count < MEASURED:
                    widths[number] = max(widths[number], _wide(shown) + 1)
            count += 1
        page = page or self.open(sheet.name, [column.name for column in sheet.columns])
        _finish(page, widths, (count - 1) % (ROWS - 1) + 1 if count else 0)
        return count

    def open(self, name: str, columns: Sequence[str]) -> Worksheet:
        """A new sheet with its frozen head."""
        page = self.book.add_worksheet(self._name(name))
        for number, column in enumerate(columns):
            page.write_string(0, number, column, self.head)
        page.freeze_panes(1, 0)
        return page

    def _name(self, wanted: str) -> str:
        """A name that Excel takes and no other sheet has."""
        plain = FORBIDDEN_IN_NAME.sub("_", wanted) or "answer"
        name, number = plain[:LONGEST_NAME], 1
        while name.lower() in {known.lower() for known in self.names}:
            number += 1
            name = f"{plain[:LONGEST_NAME - len(str(number)) - 1]} {number}"
        self.names.add(name)
        return name

    def _format(self, of_type: str) -> Format | None:
        if re.match(r"DECIMAL\(\d+,2\)", of_type):
            return self.formats[AMOUNT]
        if re.fullmatch(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER", of_type):
            return self.formats[INTEGER]
        return {"DATE": self.formats[DAY]}.get(of_type, self.formats[MOMENT] if of_type.startswith("TIMESTAMP") else None)

    def _put(self, page: Worksheet, place: tuple[int, int], value: Any, form: Format | None) -> str:
        """Write a value; gives what is seen of it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            page.write_boolean(*place, value)
        elif isinstance(value, int | float | Decimal) and is_kept(value):
            page.write_number(*place, float(value), form)
            return f"{value:,}" if form is self.formats[AMOUNT] else str(value)
        elif isinstance(value, date) and value.year > FIRST_YEAR:
            page.write_datetime(*place, value.replace(tzinfo=None) if isinstance(value, datetime) else value, form)
        else:
            text = _text(value)
            page.write_string(*place, text, self.quoted if FORMULA.match(text) else self.text)
            return text
        return str(value)


def _explain(writer: _Book, explained: Sequence[Sequence[str]], about: Sequence[tuple[str, str]]) -> None:
    page = writer.book.add_worksheet(EXPLANATION)
    for number, (title, text) in enumerate(about):
        page.write_string(number, 0, title, writer.head)
        page.write_string(number, 1, text[:LONGEST_TEXT], writer.text)
    begin = len(about) + 1
    for number, line in enumerate((("工作表 / sheet", "列 / column", "类型 / type", "含义 / meaning"), *explained)):
        for column, text in enumerate(line):
            page.write_string(begin + number, column, text, writer.head if number == 0 else writer.text)
    page.freeze_panes(begin + 1, 0)
    for column, width in enumerate((24, 28, 18, 100)):
        page.set_column(column, column, width)


def _finish(page: Worksheet | None, widths: Sequence[int], count: int) -> None:
    if page is None:
        return
    for number, width in enumerate(widths):
        page.set_column(number, number, max(NARROWEST, min(WIDEST, width)))
    page.autofilter(0, 0, count, max(0, len(widths) - 1))


def is_kept(value: float | Decimal) -> bool:
    """Whether a spreadsheet keeps all digits of a number; one that it would round is written as text."""
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")  # noqa: PLR0124 -- NaN is no cell's value
    digits = Decimal(value).normalize().as_tuple()
    return len(digits.digits) <= DIGITS and abs(value) < 10**DIGITS


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "；".join(map(_text, _some(value)))
    if isinstance(value, time):
        return value.isoformat()
    return str(value)


def _some(values: Iterable[Any]) -> Iterator[Any]:
    return (value for value in values if value is not None)


def _wide(text: str) -> int:
    """The columns of the widest line of a text, as far as they matter: two for a Chinese character, as GB 18030 has bytes."""
    return max(len(line.encode("gb18030", "replace")) for line in text[:4 * WIDEST].split("\n"))
