"""Rows of a project table as its columns' roles see them, before it is known which are projects and which are totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from transforms.amounts import UnreadableAmount, is_amount, is_blank, parse_amount
from transforms.layouts.columns import Column, Header, Row
from transforms.names import split_code, strip_whitespace, unwrap
from transforms.records import TOTAL, ColumnShift
from transforms.vocabulary import vocabulary

Reading = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of a row by funding source, and `total`: in yuan, as published, and which hold something else."""

    yuan: dict[str, Decimal | None]
    text: dict[str, str]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with the header that explains it, the unit of money of its table, and the unit whose name stands above it."""

    row: Row
    header: Header
    unit: str | None
    heading: str | None = None

    @property
    def name(self) -> str:
        """The name without white space, outline numbers and code."""
        return split_code(self._text("project_name"))[0]

    @property
    def code(self) -> str | None:
        """The project's code, from its own column or in front of the name."""
        return strip_whitespace(self._text("project_code")) or split_code(self._text("project_name"))[1]

    @property
    def unit_name(self) -> str | None:
        """The unit in a column of its own, else in a row without amounts above."""
        return split_code(self._text("unit_name"))[0] or self.heading

    @property
    def goal(self) -> str:
        """The goal; blank where none is published."""
        return unwrap(self._text("goal"))

    @property
    def indicators(self) -> str:
        """The text of the indicators, line breaks kept; blank where none is published."""
        return self._text("indicators").strip()

    @property
    def amounts(self) -> Amounts:
        """The amounts of the first reading."""
        return read_amounts(self.row.readings[0], self.header, self.unit)

    @property
    def has_values(self) -> bool:
        """Whether the row holds anything besides a label."""
        roles = (column.role for column in self.header.columns.values())
        labels = {"project_name", "unit_name", "project_code", "ignored"}
        return any(role not in labels and not is_blank(text) for role, text in zip(roles, self.row.readings[0], strict=True))

    @property
    def shift(self) -> ColumnShift | None:
        """How the row was read, where its cells did not fit the columns or the name is missing."""
        if self.name and not self.row.is_shifted:
            return None
        read_as = dict(zip(self.header.titles, self.row.readings[0], strict=True))
        return ColumnShift(self.row.cells, read_as, self.is_certain)

    @property
    def is_certain(self) -> bool:
        """Whether there is one way to read the row."""
        return bool(self.name) and self.row.is_readable and len(self.row.readings) == 1

    def with_readings(self, readings: tuple[Reading, ...]) -> Entry:
        """The same row with fewer readings."""
        return replace(self, row=replace(self.row, readings=readings))

    def joined(self, rest: Row) -> Entry:
        """The row with the texts that a page break cut off it; a text that was only printed again is one text."""
        below = rest.readings[0]
        readings = tuple(
            tuple(text if is_blank(more) or more == text else text + more for text, more in zip(reading, below, strict=True))
            for reading in self.row.readings
        )
        return replace(self, row=replace(self.row, cells=self.row.cells + rest.cells, readings=readings))

    def _text(self, role: str) -> str:
        place = self.header.number_of(role)
        text = "" if place is None else self.row.readings[0][place]
        return "" if is_blank(text) else text


def money_roles() -> set[str]:
    """The roles of columns that hold amounts."""
    return {TOTAL, *vocabulary("headers")["funding"]}


def read_amounts(reading: Reading, header: Header, unit: str | None) -> Amounts:
    """Read the amounts of a row.

    Args:
        reading: one text per column of the header.
        header: the columns; one that states a unit of money is read in it.
        unit: the unit of money of the other columns; None where none is published.
    """
    amounts = Amounts({}, {}, ())
    for column, text in zip(header.columns.values(), reading, strict=True):
        if column.role in money_roles() and column.role not in amounts.yuan:
            amounts = _with_amount(amounts, column, text, unit)
    return amounts


def _with_amount(amounts: Amounts, column: Column, text: str, unit: str | None) -> Amounts:
    role = column.role or ""
    try:
        value, unreadable = parse_amount(text, column.unit or unit), amounts.unreadable
    except UnreadableAmount:
        value, unreadable = None, (*amounts.unreadable, role)
    return Amounts({**amounts.yuan, role: value}, {**amounts.text, role: text}, unreadable)


def vector(entry: Entry, reading: Reading | None = None) -> tuple[Decimal, ...] | None:
    """The amounts by which rows are compared: total and funding sources, blank as nothing; None if one is unreadable.

    Where no unit is published the numbers are compared as they stand: all rows of a table are in the same unit.
    """
    amounts = read_amounts(reading or entry.row.readings[0], entry.header, entry.unit or "元")
    return None if amounts.unreadable else tuple(value or Decimal(0) for value in amounts.yuan.values())


def unknown_columns(header: Header, entries: list[Entry]) -> tuple[str, ...]:
    """The titles of columns that hold amounts of a meaning that nobody knows; the second of two with the same role is one."""
    seen: set[str | None] = {None}
    found = []
    for place, column in enumerate(header.columns.values()):
        is_known = column.role not in seen
        seen.add(column.role)
        if not is_known and any(is_amount(entry.row.readings[0][place]) for entry in entries):
            found.append(column.title or f"第{place + 1}列")
    return tuple(found)
