"""Rows of a project table as its columns' roles see them, before it is known which are projects and which are totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from transforms.amounts import UnreadableAmount, is_amount, is_blank, is_unit, legible_code, parse_amount
from transforms.indicators import split_goal
from transforms.layouts.columns import UNIT_OF_ROW, Header, Row
from transforms.names import split_code, split_unit_code, strip_whitespace, unwrap
from transforms.records import ColumnShift, Indicator
from transforms.tables.headers import money_roles
from transforms.totals import Vector

Reading = tuple[str, ...]
LABELS = ("project_name", "unit_name", "project_code", "ignored")    # roles of columns that may hold the label of a total


@dataclass(slots=True)
class Amounts:
    """The amounts of a row by funding source, and `total`: in yuan, as published, and which hold something else."""

    yuan: dict[str, Decimal | None] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    def add(self, role: str, text: str, unit: str | None, *, is_shared: bool) -> None:
        """Add what a cell says; one that is merged with another row's says nothing of this one."""
        value, is_unreadable = _read(text, unit)
        if role in self.yuan:
            is_unreadable |= role in self.unreadable or value != self.yuan[role]
            text = f"{self.text[role]}｜{text}" if is_unreadable else self.text[role] if is_blank(text) else text
        is_unreadable |= is_shared and not is_blank(text)
        if is_unreadable and role not in self.unreadable:
            self.unreadable += (role,)
        self.yuan[role], self.text[role] = None if is_unreadable else value, text


@dataclass(frozen=True)
class Entry:
    """A row with the header that explains it, the unit of money of its table, and the unit whose name stands above it.

    `listed` are the indicators that have rows of their own.
    """

    row: Row
    header: Header
    unit: str | None
    heading: str | None = None
    listed: tuple[Indicator, ...] = ()

    @cached_property
    def name(self) -> str:
        """The name without white space, outline numbers and code; of a row that names no project its first words."""
        return split_code(self._text("project_name") or self._label())[0]

    @property
    def names_project(self) -> bool:
        """Whether the name stands in the column of projects."""
        return bool(self._text("project_name"))

    @property
    def code(self) -> str | None:
        """The project's code, from its own column or in front of the name."""
        return legible_code(self._text("project_code")) or split_code(self._text("project_name"))[1]

    @property
    def unit_name(self) -> str | None:
        """The unit in a column of its own."""
        return split_unit_code(self._text("unit_name"))[0] or None

    @cached_property
    def goal(self) -> str:
        """The goal; blank where none is published."""
        return unwrap(self._goal_and_indicators[0])

    @cached_property
    def indicators(self) -> str:
        """The text of the indicators, line breaks kept; blank where none is published."""
        return self._goal_and_indicators[1].strip()

    @cached_property
    def _goal_and_indicators(self) -> tuple[str, str]:
        """Both as published; a table without a column of indicators has them below the goal in its cell, one with several by level."""
        if self.header.number_of("indicators") is None:
            return split_goal(self._text("goal"))
        columns = zip(self.header.columns.values(), self.row.readings[0], strict=True)
        listed = [(column.level, text) for column, text in columns if column.role == "indicators" and not is_blank(text)]
        return self._text("goal"), "\n".join(f"{level}：{text}" if level else text for level, text in listed)

    @cached_property
    def amounts(self) -> Amounts:
        """The amounts of the first reading."""
        return self.read_amounts(self.row.readings[0], self.unit)

    @cached_property
    def vector(self) -> Vector | None:
        """The first reading's amounts by which rows are compared."""
        return self.vector_of(self.row.readings[0])

    def vector_of(self, reading: Reading) -> Vector | None:
        """A reading's amounts by which rows are compared: total and funding sources, blank as nothing; None if one is unreadable.

        Where no unit is published the numbers are compared as they stand: all rows of a table are in the same unit.
        """
        is_first = reading is self.row.readings[0] and self.unit is not None
        amounts = self.amounts if is_first else self.read_amounts(reading, self.unit or "元")
        return None if amounts.unreadable else tuple(value or Decimal(0) for value in amounts.yuan.values())

    @property
    def has_values(self) -> bool:
        """Whether the row holds anything besides a label."""
        roles = (column.role for column in self.header.columns.values())
        return any(role not in LABELS and not is_blank(text) for role, text in zip(roles, self.row.readings[0], strict=True))

    @property
    def shift(self) -> ColumnShift | None:
        """How the row was read, where its cells did not fit the columns or the name is missing."""
        if self.name and self.is_placed:
            return None
        read_as = dict(zip(self.header.titles, self.row.readings[0], strict=True))
        return ColumnShift(self.row.cells, read_as, self.is_certain)

    @property
    def is_placed(self) -> bool:
        """Whether each cell stands under its own column."""
        return self.row.is_readable and (not self.row.is_shifted or self.row.is_stripped)

    @property
    def is_certain(self) -> bool:
        """Whether there is one way to read the row."""
        return bool(self.name) and self.row.is_readable and len(self.row.readings) == 1

    def doubted(self) -> Entry:
        """The same row, not to be believed."""
        return replace(self, row=replace(self.row, is_readable=False))

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

    def read_amounts(self, reading: Reading, unit: str | None) -> Amounts:
        """Read the amounts of the row.

        Args:
            reading: one text per column of the header.
            unit: the unit of money of the rows and columns that state none; None where none is published.

        Returns:
            Its amounts. Where columns with the same claim to a role hold different amounts, and where a cell is merged
            with that of another project, nobody knows the row's amount: it is unreadable, the texts are kept.
        """
        money, amounts = money_roles(), Amounts()
        place = self.header.number_of(UNIT_OF_ROW)
        own = strip_whitespace(reading[place]) if place is not None and is_unit(reading[place]) else None
        for place, (column, text) in enumerate(zip(self.header.columns.values(), reading, strict=True)):
            if column.role is not None and column.role in money:
                amounts.add(column.role, text, own or column.unit or unit, is_shared=place in self.row.shared)
        return amounts

    @cached_property
    def is_label_known(self) -> bool:
        """Whether the name stands in a column of which it is known what it holds."""
        return self.names_project or bool(self._first_words(LABELS))

    def _label(self) -> str:
        """The first words in a column of labels, else in one left of the names of which nobody knows what it holds."""
        return self._first_words(LABELS) or self._first_words((None,), self.header.number_of("project_name") or 0)

    def _first_words(self, roles: Sequence[str | None], end: int | None = None) -> str:
        texts = list(zip(self.header.columns.values(), self.row.readings[0], strict=True))[:end]
        return next((text for column, text in texts if column.role in roles and not is_blank(text) and not is_amount(text)), "")

    def _text(self, role: str) -> str:
        place = self.header.number_of(role)
        text = "" if place is None else self.row.readings[0][place]
        return "" if is_blank(text) else text


def _read(text: str, unit: str | None) -> tuple[Decimal | None, bool]:
    try:
        return parse_amount(text, unit), False
    except UnreadableAmount:
        return None, True


def unknown_columns(header: Header, entries: list[Entry]) -> tuple[str, ...]:
    """The titles of columns that hold amounts of a meaning that nobody knows."""
    return tuple(
        column.title or f"第{place + 1}列"
        for place, column in enumerate(header.columns.values())
        if column.role is None and any(is_amount(entry.row.readings[0][place]) for entry in entries)
    )
