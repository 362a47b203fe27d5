"""Figures that several tables of a document state: 支出总计, the basic expenditure, what the general budget pays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from expectations.lines import Row, rows_by_table
from expectations.sums import shown_step
from expectations.words import CARRIED, THREE_PUBLIC, Part, part, plain, split_measure, total, words
from transforms.amounts import coarsest_place
from transforms.records import Line, ParsedDocument, Table

UNITS_OF_SLIP = Decimal(10_000)   # 万元 taken for 元, or the other way round
SLIP_SLACK = Decimal("0.005")   # of the amount; what is rounded to two places in 万元 is within, no honest pair of amounts is


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure is looked for: a table's kind, one of its sides, a row and a column (see `ties` in words.yaml)."""

    kind: str
    side: str | None
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A figure and the other place that states it; where it is `soft`, or the title another than `title`, it may hold or not."""

    of: Figure
    to: Figure
    soft: bool = False
    title: str = ""

    def is_firm(self, table: Table, department: str | None) -> bool:
        """Whether both places must state the same, by what the first one's title claims, whoever it names as the document's department."""
        title = plain(table.title or "").replace(plain(department or ""), "")
        return not self.soft and bool(re.fullmatch(self.title or ".*", title))


class _Side(NamedTuple):
    """The rows of one side of a table, what their columns hold, and the rows by code and by what their labels stand for."""

    rows: list[Row]
    paths: dict[str, tuple[str, ...]]
    named: dict[str | None, list[Row]]


def _side(rows: list[Row]) -> _Side:
    named: dict[str | None, list[Row]] = {}
    for row in rows:
        for name in {_role(row.label), row.code}:
            named.setdefault(name, []).append(row)
    return _Side(rows, _paths(rows), named)


class Figures:
    """The tables of a document by kind, to look figures up."""

    def __init__(self, document: ParsedDocument) -> None:
        rows = rows_by_table(document)
        self._tables: dict[str, list[tuple[Table, list[Row]]]] = {}
        for table, of_table in zip(document.tables, rows, strict=True):
            self._tables.setdefault(table.kind, []).append((table, of_table))
        self._known: dict[Figure, list[Decimal]] = {}
        self._lines: dict[Figure, list[Line]] = {}
        self._sides: dict[tuple[str, str | None], _Side] = {}

    def table(self, kind: str) -> Table | None:
        """The only table of a kind; None where there is none, or more than one (those of units, of years)."""
        found = self._tables.get(kind, [])
        return found[0][0] if len(found) == 1 else None

    def stated(self, figure: Figure) -> list[Decimal]:
        """The amounts in yuan that may be the figure, the likeliest first; none where it is not stated or not readable."""
        if figure not in self._known:
            self._known[figure] = self._look_up(figure)
        return self._known[figure]

    def lines(self, figure: Figure) -> list[Line]:
        """The printed cells that may state the figure and are readable, the likeliest first."""
        if figure not in self._lines:
            self._lines[figure] = self._find_lines(figure)
        return self._lines[figure]

    def _find_lines(self, figure: Figure) -> list[Line]:
        if not self.table(figure.kind):
            return []
        side = self._of_side(figure)
        found = [row.cells[column] for row in _rows(side, figure.row) for column in _columns(side.paths, row, figure.column)]
        return [line for line in found if line.amount is not None]

    def _look_up(self, figure: Figure) -> list[Decimal]:
        if not self.table(figure.kind):
            return []
        [(table, rows)] = self._tables[figure.kind]
        if table.empty and not rows:
            return [Decimal(0)] if figure.row == "any" and figure.column == "total" else []
        found = list(dict.fromkeys(line.amount for line in self.lines(figure) if line.amount is not None))
        return found or _both_parts(self._of_side(figure).rows, figure)

    def _of_side(self, figure: Figure) -> _Side:
        """A figure's side of its table; many figures stand on one side."""
        side = (figure.kind, figure.side)
        if side not in self._sides:
            [(_, rows)] = self._tables[figure.kind]
            self._sides[side] = _side([row for row in rows if row.side == figure.side or figure.side is None])
        return self._sides[side]

    def carries_over(self, kind: str) -> bool:
        """Whether money of another year is in a table, so that other tables may leave it out."""
        [(_, rows)] = self._tables[kind]
        return any(
            line.amount and (_is_carried(row.label) or any(_is_carried(name) for name in line.column.split("/")))
            for row in rows for line in row.cells.values()
        )

    def step(self, kind: str) -> Decimal:
        """By how much two statements of one figure may differ, in yuan: one of the last place that the unit is published to."""
        return max(last_place_of(table) for table, _ in self._tables[kind])


def last_place_of(table: Table) -> Decimal:
    """What the last place of a table's amounts is worth, in yuan: that of its unit, or whole numbers where all are."""
    return max(coarsest_place(table.unit), shown_step(table))


def ties(name: str = "ties") -> Iterator[Tie]:
    """The figures that two tables both state: those that are equal (`ties`), or of one size (`slips`)."""
    declared: list[dict[str, Any]] = words()[name]
    for tie in declared:
        yield Tie(Figure(*tie["of"]), Figure(*tie["to"]), tie.get("soft", False), tie.get("title", ""))


@dataclass(frozen=True, slots=True)
class DepartmentFigure:
    """A figure of a department's budget: its key and names, and the places that state it, the first that does so before the others.

    `of` is the figure that it is a part of; empty where it stands for itself.
    """

    key: str
    zh: str
    en: str
    places: tuple[Figure, ...]
    of: str = ""


@cache
def department_figures() -> tuple[DepartmentFigure, ...]:
    """The figures of a department's budget, in the order in which they are shown (`department` in words.yaml)."""
    return tuple(
        DepartmentFigure(key, each["zh"], each["en"], tuple(Figure(*place) for place in each["places"]), each.get("of", ""))
        for key, each in words()["department"].items()
    )


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure of a department's budget as a table states it: `place_no` is the place's position among those that may state it.

    `amount` is in yuan, `line` the printed cell; None where it is the sum of two, or an empty table says that there is nothing.
    """

    key: str
    place_no: int
    amount: Decimal
    line: Line | None


def published_figures(table: Table, year: int | None, stage: str | None) -> Iterator[PublishedFigure]:
    """The figures of a department's budget that one table states; what may be one of several amounts is none.

    Args:
        table: a table of a budget or of final accounts.
        year, stage: of its document.
    """
    figures = Figures(ParsedDocument("", None, None, tables=[table]))
    for key, place_no, place in _places().get(table.kind, ()):
        stated = of_year(figures.lines(place), year, stage)
        amounts = {line.amount for line in stated if line.amount is not None} or set(figures.stated(place))
        if len(amounts) == 1:
            yield PublishedFigure(key, place_no, amounts.pop(), stated[0] if stated else None)


@cache
def _places() -> dict[str, list[tuple[str, int, Figure]]]:
    """By kind of table: each figure that it may state, the position of the place among those of the figure, and the place."""
    places: dict[str, list[tuple[str, int, Figure]]] = {}
    for figure in department_figures():
        for place_no, place in enumerate(figure.places):
            places.setdefault(place.kind, []).append((figure.key, place_no, place))
    return places


def of_year(lines: Sequence[Line], year: int | None, stage: str | None) -> list[Line]:
    """Of the cells that may state a figure, those in columns of a document's own year and stage; all where no column tells.

    Args:
        lines: the cells.
        year, stage: of the document.
    """
    kept = list(lines)
    if len(kept) < 2:
        return kept
    for is_own in (lambda column: _names_year(column, year), _is_this_year, lambda column: stage != "final" or "决算" in column):
        kept = [line for line in kept if is_own(line.column)] or kept
    return kept


def _names_year(column: str, year: int | None) -> bool:
    years = re.findall(r"20\d\d", column)
    return year is None or not years or str(year) in years


def _is_this_year(column: str) -> bool:
    return not any(word in column for word in (*words()["other_year_columns"], *words()["first_columns"]))


def is_slip(one: Decimal, other: Decimal) -> bool:
    """Whether one amount is the other in the wrong unit: 10,000 times as much, or as little."""
    small, large = sorted((abs(one), abs(other)))
    return small > 0 and abs(large / small / UNITS_OF_SLIP - 1) <= SLIP_SLACK


def _rows(side: _Side, wanted: str) -> list[Row]:
    if wanted not in ("any", "grand", "year"):
        return side.named.get(wanted, [])
    rows = side.rows
    if len(rows) == 1 and not rows[0].code and not part(rows[0].label):
        return rows   # it may be named for the department
    return [row for row in rows if row.is_whole and wanted in ("any", row.total)]


def _paths(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """What the columns of a side hold; a heading above all of them says nothing about one of them."""
    columns = dict.fromkeys(column for row in rows for column in row.cells)
    paths = {column: split_measure(column)[1] for column in columns}
    is_headed = all(paths.values()) and len({path[0] for path in paths.values()}) == 1
    is_shared = is_headed and (len(paths) > 1 or bool(rows[0].side))
    return {column: path[1:] for column, path in paths.items()} if is_shared else paths


def _columns(paths: dict[str, tuple[str, ...]], row: Row, wanted: str) -> list[str]:
    own = {column: paths[column] for column in row.cells}
    if wanted != "total":
        return [column for column, path in own.items() if _holds(path, wanted)]
    whole = [column for column, path in own.items() if not any(part(name) for name in path)]
    return [column for column in whole if own[column] and total(own[column][-1])] or whole


def _holds(path: Sequence[str], wanted: str) -> bool:
    parts = [_part(name) for name in path if not total(name)]
    return bool(parts) and parts[-1].role == wanted and not any(part.role for part in parts[:-1] if not _may_head(part, parts[-1]))


def _may_head(outer: Part, inner: Part) -> bool:
    """Whether a heading leaves what stands under it what it is: basic expenditure, and 公务用车购置及运行费 above its own parts."""
    return outer.role == "basic" or outer.family == inner.family == THREE_PUBLIC


def _both_parts(rows: Sequence[Row], figure: Figure) -> list[Decimal]:
    """The total of a table of 人员经费合计 and 公用经费合计, as the form of the final accounts has it."""
    parts = [row for row in rows if not row.code and _part(row.label).family == "basic"]
    if figure.row != "any" or figure.column != "total" or {_role(row.label) for row in parts} != {"personnel", "running"}:
        return []
    amounts = [line.amount for row in parts for line in row.cells.values()]
    return [sum((amount or Decimal(0) for amount in amounts), Decimal(0))] if len(amounts) == 2 else []


def _part(name: str) -> Part:
    return part(name) or Part("", "")


def _role(name: str) -> str | None:
    return _part(name).role or None


def _is_carried(name: str) -> bool:
    return _part(name).family == CARRIED
