"""Tables that list projects with their money and without goals (项目支出表): which columns name them, by words or else by evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from transforms.amounts import is_amount, is_blank, parse_amount
from transforms.funding import independent
from transforms.grid import Cell, Grid
from transforms.layouts import project_rows
from transforms.layouts.columns import Column, Header
from transforms.layouts.headings import Heading
from transforms.records import TOTAL, Table
from transforms.tables.headers import is_of_other_year, money_roles
from transforms.tables.ledger import doubt_of
from transforms.tables.spare_numbers import spare_factors

if TYPE_CHECKING:
    from transforms.tables.understanding import Understood

_GOALS = ("goal", "indicators")


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A table with what its headers are read as.

    `names` is the number of the column that names projects, where another one holds their money; `amounts` are those that hold
    amounts of which nobody knows what they are of. `understood` is the evidence, where the words alone do not say all;
    `is_named` says that they say which column names the projects.
    """

    grid: Grid
    names: int | None
    amounts: frozenset[int] = frozenset()
    understood: Understood | None = None
    is_named: bool = True

    def tell(self, table: Table) -> None:
        """Take down in the table which of its words were assumed, and the columns that were not understood."""
        if self.understood:
            self.understood.tell(self.grid, table)
        unread = {} if self.is_named or self.understood is None else self._unread(self.understood)
        if self.names:
            unread |= self._unknown_amounts()
        table.doubts += [doubt_of("unread", header, cells) for header, cells in unread.items()]

    def tell_sources(self, table: Table) -> None:
        """Take down in the table that its column of projects names sources of money, so that nobody knows whose these are."""
        if header_and_names := project_rows.sources_named(self.grid):
            header, *names = header_and_names
            table.doubts.append(doubt_of("unread", header.text, names, is_believed=False))

    def _unread(self, understood: Understood) -> dict[str, list[Cell]]:
        """The cells by header of columns that the evidence does not explain."""
        unread: dict[str, list[Cell]] = {}
        for judged in (judged for reading in understood.readings for judged in reading.columns):
            cells = [cell for cell in self.grid.cells if cell.text in judged.label.texts and not is_blank(cell.text)]
            if cells and (not judged.is_used or judged.role in _GOALS):
                unread[judged.label.text] = cells
        return unread

    def _unknown_amounts(self) -> dict[str, list[Cell]]:
        """The amounts by header of which nobody knows what they are of."""
        unread: dict[str, list[Cell]] = {}
        header = project_rows.header_of_projects(self.grid)
        for number in sorted(self.amounts) if header else ():
            cells = [cell for cell in self.grid.cells if cell.column == number and is_amount(cell.text)]
            if header and cells:
                column = header.columns.get(number)    # rows may be longer than their header
                unread.setdefault(column.title.rpartition("/")[2] if column else "", []).extend(cells)
        return unread


def find(grid: Grid, heading: Heading, *, is_classified: bool) -> ProjectList:
    """Find the columns of projects. The names beside the codes of a classification are none, so that words alone decide there.

    A table that states goals as well is none of these: its projects are not read without them.
    """
    header = project_rows.header_of_projects(grid)
    known = header.columns if header else {}
    printed = {column.number for column in heading.columns if column.role == "amount"}
    odd = frozenset(number for number in printed if _role(known, number) == "ignored" and not is_of_other_year(known[number].title))
    amounts = odd | {number for number in printed if _role(known, number) is None}
    if header and _sources_give_totals(grid, header) is True:
        amounts = frozenset()    # 其中：政府采购 is none of the projects' sources: the lines keep it
    amounts -= _prices(grid, header) if header and amounts else frozenset()
    by_words = ProjectList(grid, _names(header), amounts)
    if is_classified or (header and not amounts):
        return by_words
    from transforms.tables.understanding import understand_list  # costs start-up, and most documents do without

    understood = understand_list(grid, heading.first, heading.end - 1)
    states_goals = any(judged.role in _GOALS for reading in understood.readings for judged in reading.columns)
    found = None if states_goals else project_rows.header_of_projects(understood.grid)
    if header and (not found or _sources_give_totals(understood.grid, found) is False):
        return by_words    # what an unknown header may mean does not take away what known ones say
    assumed = found.columns if found else {}
    amounts = frozenset(number for number in amounts if number in odd or _role(assumed, number) is None)
    return ProjectList(understood.grid, _names(found), amounts, understood, is_named=header is not None)


def _sources_give_totals(grid: Grid, header: Header) -> bool | None:
    """Whether the sources of all rows add up to their totals; None where no row has a total and a source."""
    rows: dict[int, dict[str, Decimal | None]] = {}
    for cell in grid.cells:
        role = _role(header.columns, cell.column)
        if cell.row > header.last_row and role in money_roles() and is_amount(cell.text):
            rows.setdefault(cell.row, {})[str(role)] = parse_amount(cell.text, "元")
    stated = [(total, sum(independent(row).values(), Decimal(0))) for row in rows.values() if (total := row.pop(TOTAL, None)) and row]
    return all(total == given for total, given in stated) and len(stated) == len(rows) if stated else None


def _prices(grid: Grid, header: Header) -> frozenset[int]:
    """The columns of prices and of what they are multiplied by, where each total is such a product."""
    below = [cell for cell in grid.cells if cell.row > header.last_row and not is_blank(cell.text)]
    totals = {
        cell.row: amount for cell in below
        if _role(header.columns, cell.column) == TOTAL and is_amount(cell.text) and (amount := parse_amount(cell.text, "元")) is not None
    }    # fmt: skip
    return spare_factors(below, totals)


def _names(header: Header | None) -> int | None:
    columns = header.columns.items() if header else ()
    return next((number for number, column in columns if column.role == "project_name"), None)


def _role(columns: Mapping[int, Column], number: int) -> str | None:
    return columns[number].role if number in columns else None
