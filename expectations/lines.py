"""The rows of budget tables: the lines that were printed beside each other, and the subjects that rules make of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from expectations.outcome import Subject, numbered, table_subjects
from transforms.records import Line, ParsedDocument, Place, Table, TotalKind


class Row(NamedTuple):
    """One printed row.

    `number` is the position of its first line among all lines of the document, `table` that of its table; `cells` are its
    lines by column path. `label` is empty where the table has one row without a name. `total` is the kind of total that the
    reading found the row to be.
    """

    number: int
    table: int
    side: str | None
    code: str | None
    label: str
    place: Place
    cells: dict[str, Line]
    total: TotalKind | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the row sums up those beside it: all of them, or all of the year."""
        return self.total in ("grand", "year")

    def amount(self, column: str) -> Decimal | None:
        """The amount in yuan of a column; None for a blank or unread cell."""
        line = self.cells.get(column)
        return line.amount if line else None

    def numbered(self) -> Iterator[tuple[int, Line]]:
        """Its lines with their positions among all lines of the document."""
        return enumerate(self.cells.values(), self.number)

    def is_unread(self, column: str) -> bool:
        """Whether the cell holds something that did not become an amount."""
        line = self.cells.get(column)
        return line is not None and line.amount is None


def rows_by_table(document: ParsedDocument) -> list[list[Row]]:
    """The rows of every table, in order; tables without lines have none."""
    number, tables = 0, []
    for index, table in enumerate(document.tables):
        tables.append(list(_rows(table, index, number)))
        number += len(table.lines)
    return tables


def table_of_line(document: ParsedDocument, number: int) -> int:
    """The table of a line, by its position among all lines of the document."""
    ends = accumulate(len(table.lines) for table in document.tables)
    return next(index for index, end in enumerate(ends) if number < end)


def row_subjects(document: ParsedDocument) -> Iterator[tuple[Subject, Row]]:
    """Every row of the budget tables as a subject, in order; labelled by its table, code and name.

    Rows that are projects are left to the rules over those.
    """
    projects = {project.table for project in document.projects}
    tables = [subject.label for subject, _ in table_subjects(document)]
    rows = [row for rows in rows_by_table(document) for row in rows if row.table not in projects]
    labels = numbered(f"《{tables[row.table]}》{' '.join(part for part in (row.code, row.label) if part)}" for row in rows)
    for row, label in zip(rows, labels, strict=True):
        yield Subject("line", row.number, label, row.place, _verbatim(row)), row


def _verbatim(row: Row) -> str | None:
    texts = [line.text for line in row.cells.values() if line.text]
    return "\t".join([*(part for part in (row.code, row.label) if part), *texts]) if texts else None


def _rows(table: Table, index: int, first: int) -> Iterator[Row]:
    row: Row | None = None
    for number, line in enumerate(table.lines, first):
        if row is None or line.column in row.cells or not _is_in(row, line):
            if row:
                yield row
            row = Row(number, index, line.side, line.code, line.label or "", line.place, {}, line.total)
        row.cells[line.column] = line
    if row:
        yield row


def _is_in(row: Row, line: Line) -> bool:
    return (
        row.code == line.code and row.label == (line.label or "") and row.side == line.side
        and row.place.row == line.place.row and row.place.page == line.place.page
    )
