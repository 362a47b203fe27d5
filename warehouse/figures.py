"""The figures of departments' budgets, as the rules find them in the loaded tables, staged for the statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb

from expectations.figures import department_figures, published_figures
from transforms.records import Line, Place, Table
from warehouse.frames import FIGURE
from warehouse.staging import stage_frame
from warehouse.tables import statement

Row = dict[str, Any]
FETCHED = 10_000    # lines at a time: there are hundreds for each document
KINDS = sorted({place.kind for figure in department_figures() for place in figure.places})


class _Table(NamedTuple):
    """A row of `names/figure_table.sql`."""

    document_key: int
    table_no: int
    fiscal_year: int | None
    stage: str | None
    kind: str
    title: str | None
    unit: str | None
    is_empty: bool


class _Line(NamedTuple):
    """A row of `names/figure_line.sql`: a number of a table, in yuan."""

    document_key: int
    table_no: int
    side: Any
    account_code: str | None
    label: str | None
    column_path: str
    amount: str | None
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
    asked = {name: statement("names", name).format(documents=documents) for name in ("figure_table", "figure_line")}
    tables = {row[:2]: _Table(*row) for row in connection.execute(asked["figure_table"], [KINDS]).fetchall()}
    lines = connection.execute(asked["figure_line"], [KINDS])
    fetched = chain.from_iterable(iter(partial(lines.fetchmany, FETCHED), []))
    rows: list[Row] = []
    for place, published in groupby(map(_Line._make, fetched), key=itemgetter(0, 1)):
        rows += _figures(tables.pop(place), list(published))
    for table in tables.values():    # no number stands in them
        rows += _figures(table, ())
    stage_frame(connection, FIGURE, rows)


def _figures(stated: _Table, published: Sequence[_Line]) -> Iterator[Row]:
    """The figures that one table states."""
    lines = list(map(_line, published))
    table = Table(stated.kind, stated.title, stated.unit, empty=stated.is_empty, lines=lines)
    for found in published_figures(table, stated.fiscal_year, stated.stage):
        cell = found.line
        box = next((row.box for line, row in zip(lines, published, strict=True) if line is cell), None)
        yield {
            "document_key": stated.document_key, "table_no": stated.table_no, "figure": found.key, "place_no": found.place_no,
            "amount_yuan": found.amount, "column_path": cell and cell.column, "page": cell and cell.place.page,
            "row": cell and cell.place.row, "box": box,
        }


def _line(published: _Line) -> Line:
    return Line(
        published.side, published.account_code, published.label, published.column_path,
        None if published.amount is None else Decimal(published.amount), _place(published.page, published.row), total=published.total_kind,
    )


@lru_cache(maxsize=10_000)    # booklets are alike: most rows of one are at places of another
def _place(page: int | None, row: int | None) -> Place:
    return Place(page, row)
