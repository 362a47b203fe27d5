"""The figures of departments' budgets, as the rules find them in the loaded tables, staged for the statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import duckdb

from expectations.figures import department_figures, published_figures
from transforms.records import Line, Place, Table
from warehouse.frames import FIGURE
from warehouse.staging import stage_frame
from warehouse.tables import statement

Row = dict[str, Any]
KINDS = sorted({place.kind for figure in department_figures() for place in figure.places})


class _Line(NamedTuple):
    """A row of `names/figure_line.sql`: a number of a table; a table without numbers has one row without `column_path`."""

    document_key: int
    table_no: int
    fiscal_year: int | None
    stage: str | None
    table_kind: str
    title: str | None
    unit: str | None
    is_empty: bool
    side: Any
    account_code: str | None
    label: str | None
    column_path: str | None
    amount_yuan: Decimal | None
    total_kind: Any
    page: int | None
    row: int | None
    box: str | None


def stage_figures(connection: duckdb.DuckDBPyConnection, documents: str) -> None:
    """Make `staged_figure` of the figures in the tables of documents.

    Args:
        connection: a writing connection.
        documents: a relation with the `document_key` of those to look at.
    """
    lines = connection.execute(statement("names", "figure_line").format(documents=documents), [KINDS]).fetchall()
    tables = groupby(map(_Line._make, lines), key=lambda line: (line.document_key, line.table_no))
    stage_frame(connection, FIGURE, [row for _, table in tables for row in _figures(list(table))])


def _figures(lines: Sequence[_Line]) -> Iterator[Row]:
    """The figures that one table states."""
    first = lines[0]
    read = [(line, published.box) for published in lines if (line := _line(published))]
    box_of = {id(line): box for line, box in read}
    table = Table(first.table_kind, first.title, first.unit, empty=first.is_empty, lines=[line for line, _ in read])
    for found in published_figures(table, first.fiscal_year, first.stage):
        cell = found.line
        yield {
            "document_key": first.document_key, "table_no": first.table_no, "figure": found.key, "place_no": found.place_no,
            "amount_yuan": found.amount, "column_path": cell and cell.column, "page": cell and cell.place.page,
            "row": cell and cell.place.row, "box": cell and box_of[id(cell)],
        }


def _line(published: _Line) -> Line | None:
    if published.column_path is None:
        return None
    return Line(
        published.side, published.account_code, published.label, published.column_path, published.amount_yuan,
        Place(published.page, published.row), total=published.total_kind,
    )
