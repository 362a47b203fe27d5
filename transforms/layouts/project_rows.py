"""Layouts 1 (Guangzhou) and 2 (Huangshan): one row per project, with goal and indicators as free text, in one cell or in two.

    项目名称（资金使用单位）· 总计 · 财政拨款 · 财政专户拨款 · 其他资金 · 绩效目标 · 绩效指标
    单位编码 · 单位名称(项目类别/支出项目)· 年度预算安排 · 项目内容 · 绩效目标

Rows of totals stand between the projects: 合计, the department, its units. Which rows are totals is decided in
`subtotals`, which cells of a row that lost a blank belong where in `shifts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from transforms.amounts import is_amount, is_blank, is_left_blank
from transforms.grid import Cell, Grid, TextLine
from transforms.indicators import is_indicator_text, split_goal
from transforms.layouts import Section, kinds, subtotals
from transforms.layouts.columns import Header, Suits, find_header, read_rows
from transforms.layouts.entries import Entry, unknown_columns
from transforms.layouts.project_records import KIND, add_records, add_table, table_unit
from transforms.names import fold_width, strip_whitespace
from transforms.records import TOTAL, ParsedDocument
from transforms.tables import surroundings
from transforms.tables.headers import money_roles, own_role, plain_header, source_of
from transforms.tables.ledger import Ledger
from transforms.tables.matrix import once_per_grid
from transforms.vocabulary import any_of, vocabulary


@dataclass(frozen=True, slots=True)
class ProjectRows:
    """A table with a row per project, and its header."""

    IS_FORM: ClassVar[bool] = False
    section: Section
    header: Header

    @staticmethod
    def begins(grid: Grid) -> int | None:
        """Find the first row of a header with a project's name, its money and its indicators in one cell."""
        header = _header(grid)
        return header.first_row if header else None

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """See such a header; in a table titled as one of goals these are enough."""
        header = _header_of(section)
        return cls(section, header) if header else None

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the table, its projects and its totals to the document."""
        section, header = self.section, self.header
        unit = table_unit(section, header)
        department = section.department
        title = section.title
        _tell_other_year(section, header, ledger)
        rows = [entry for entry in _entries(section.grid, header, unit, department, ledger) if not title or not _is_title(entry, title)]
        entries = [entry for entry in rows if not _is_note(entry)]
        notes = [_only_line(entry) for entry in rows if _is_note(entry)]
        is_empty = not entries or any(map(_is_empty_note, rows))
        note = surroundings.note((*notes, *section.below), is_empty=is_empty)
        add_table(section, header, entries, document, note)
        add_records(entries, department, document)


def add_projects(section: Section, unit: str | None, document: ParsedDocument, ledger: Ledger) -> None:
    """Add the projects and totals of a table of projects without goals to the document; they belong to its last table.

    Args:
        section: a table with one row per project.
        unit: the unit of money of the columns that state none; None where none is published.
        document: what is read so far, the table included.
        ledger: takes down what becomes of the cells.
    """
    header = header_of_projects(section.grid)
    if header:
        department = section.department
        _tell_other_year(section, header, ledger)
        entries = [entry for entry in _entries(section.grid, header, unit, department, ledger) if not _is_note(entry)]
        document.tables[-1].unknown_columns = unknown_columns(header, entries)
        add_records(entries, department, document)


def header_of_projects(grid: Grid) -> Header | None:
    """The header of a table of projects without goals: a column names them, another one holds their money."""
    return None if sources_named(grid) else find_header(grid, _is_of_projects)


@once_per_grid
def sources_named(grid: Grid) -> tuple[Cell, ...]:
    """The cells in the column of projects' names, its header first, where all of them name sources of money and totals.

    Such a table has its projects side by side, or says nothing of any.
    """
    header = find_header(grid, _is_of_projects)
    if header is None:
        return ()
    number = next(number for number, column in header.columns.items() if column.role == "project_name")
    named = [cell for cell in grid.cells if cell.column == number and cell.row >= header.first_row and not is_blank(cell.text)]
    words = [plain_header(cell.text) for cell in named if cell.row > header.last_row]
    are_of_money = any(map(source_of, words)) and all(own_role(word) in money_roles() for word in words)
    return tuple(named) if are_of_money else ()


def _is_of_projects(header: Header) -> bool:
    return "project_name" in header.roles and not header.roles.isdisjoint(money_roles())


def _header(grid: Grid) -> Header | None:
    """The header; in layout 2 the column of goals holds the indicators as well, which its cells show."""
    header = find_header(grid, lambda header: _has_roles(header, "indicators") or _has_roles(header, "goal"))
    if header is None or header.number_of("indicators") is not None:
        return header
    (number, _) = next((number, column) for number, column in header.columns.items() if column.role == "goal")
    texts = (cell.text for cell in grid.cells if cell.column == number and cell.row > header.last_row)
    return header if any(split_goal(text)[1] for text in texts) else None


def _header_of(section: Section) -> Header | None:
    header = _header(section.grid)
    if header or kinds.of_title(section.title) != KIND:
        return header
    return _header_of_goals(section.grid) or find_header(section.grid, _is_of_evaluations) or _header_of_years(section)


def _header_of_years(section: Section) -> Header | None:
    """The header of a table of projects with goals whose amounts are headed by years alone."""
    year = surroundings.stated_year(section.above) or surroundings.fiscal_year((), section.elsewhere)
    header = find_header(section.grid, lambda header: _has_roles(header.of_year(year), "goal"))
    return header and header.of_year(year)


def _header_of_goals(grid: Grid) -> Header | None:
    """The header of a table of projects with goals and without indicators, wherever these might stand."""
    header = find_header(grid, lambda header: _has_roles(header, "goal"))
    if header is None:
        return None
    columns = {number for number, column in header.columns.items() if column.role == "goal"}
    below = [cell for cell in grid.cells if cell.row > header.last_row and not is_blank(cell.text)]
    goals = [cell.text for cell in below if cell.column in columns]
    is_of_goals = sum(map(_is_name, goals)) * 2 > len(goals) and not any(split_goal(cell.text)[1] for cell in below)
    return header if is_of_goals else None


def _is_of_evaluations(header: Header) -> bool:
    """Whether a header is that of a list of self-evaluations: what was spent stands beside the budget, with or without goals."""
    return {TOTAL, "spent"} <= header.roles and _has_no_indicators_of_rows(header) and _is_of_projects(header)


def _has_roles(header: Header, holds_indicators: str) -> bool:
    return holds_indicators in header.roles and _has_no_indicators_of_rows(header) and _is_of_projects(header)


def _has_no_indicators_of_rows(header: Header) -> bool:
    return header.roles.isdisjoint(("indicator_name", "target"))


# --- rows -------------------------------------------------------------------------------------------------------------


def _entries(grid: Grid, header: Header, unit: str | None, department: str | None, ledger: Ledger) -> list[Entry]:
    """The rows, each with all its readings; what a page break cut off a row goes back to it."""
    entries: list[Entry] = []
    heading: str | None = None
    for row in read_rows(grid, header, _suits(header), ledger):
        entry = Entry(row, header, unit, heading)
        if entries and _is_rest(entry):
            entries[-1] = entries[-1].joined(row)
        elif entries and row.goes_on and entry.has_values:    # a project in several rows with amounts each
            entries[-1:] = [entries[-1].doubted(), entry]
        elif entry.has_values or (entry.name and not subtotals.is_label(entry.name, department)):
            entries.append(entry)
        elif subtotals.is_unit_name(entry.name, department):
            heading = entry.name
    headings = _headings(entries, department)
    return [entry for place, entry in enumerate(entries) if place not in headings]


def _tell_other_year(section: Section, header: Header, ledger: Ledger) -> None:
    """Take down a column of totals whose header names another year than the lines above the table, else those of the document."""
    for number, column in header.columns.items():
        year = surroundings.fiscal_year((column.title,), ()) if column.role == TOTAL else None
        stated = year and (surroundings.stated_year(section.above) or surroundings.fiscal_year((), section.elsewhere))
        if stated and stated != year:
            ledger.contradict((cell for cell in section.grid.cells if cell.column == number and is_amount(cell.text)), column.title)


def _headings(entries: Sequence[Entry], department: str | None) -> set[int]:
    """The rows that head a kind of projects (一般性项目, 重点项目): they hold nothing but a name, and part all projects among them.

    One alone may be a project about which nothing is published.
    """
    bare = [place for place, entry in enumerate(entries) if not entry.has_values]
    parts_all = len(bare) > 1 and all(subtotals.is_label(entry.name, department) for entry in entries[: bare[0]])
    is_followed = all(place + 1 < len(entries) and entries[place + 1].has_values for place in bare)
    return set(bare) if parts_all and is_followed else set()


def _only_text(entry: Entry) -> str:
    """The text of a row that holds one alone; blank where it holds several."""
    texts = [text for text in entry.row.cells if text.strip()]
    return texts[0] if len(texts) == 1 else ""


def _is_title(entry: Entry, title: str) -> bool:
    """Whether a row is the table's title printed again, with whatever stands in brackets behind it (续表)."""
    again, first = (fold_width(strip_whitespace(text)).partition("(")[0] for text in (_only_text(entry), title))
    return again == first


def _only_line(entry: Entry) -> TextLine:
    return TextLine(_only_text(entry), entry.row.place.page, entry.row.place.row)


def _is_note(entry: Entry) -> bool:
    """Whether a row holds nothing but a note, which may stand between the rows as well as below them (注：含上级补助20万元)."""
    return _is_empty_note(entry) or surroundings.is_note(_only_line(entry))


def _is_empty_note(entry: Entry) -> bool:
    """Whether a row holds nothing but the words that there is nothing to publish (本部门无此项支出)."""
    return bool(re.search(any_of(vocabulary("surroundings")["empty_note"]), _only_text(entry)))


def _is_rest(entry: Entry) -> bool:
    """Whether a row has a goal or indicators, but neither name nor amounts."""
    columns = zip(entry.row.readings[0], entry.header.columns.values(), strict=True)
    is_cut_off = all(is_blank(text) for text, column in columns if column.role not in ("goal", "indicators"))
    return is_cut_off and entry.has_values and entry.row.is_readable and len(entry.row.readings) == 1


def _suits(header: Header) -> Sequence[Suits]:
    return [
        _is_money if column.role in money_roles() else _is_text if column.level else _TEXTS.get(column.role, _is_anything)
        for column in header.columns.values()
    ]


def _is_money(text: str) -> bool:
    return is_left_blank(text) or is_amount(text)


def _is_name(text: str) -> bool:
    return not _is_money(text) and not is_indicator_text(text)


def _is_text(text: str) -> bool:
    return is_blank(text) or _is_name(text)


def _is_indicators(text: str) -> bool:
    return is_blank(text) or is_indicator_text(text)


def _is_anything(_text: str) -> bool:
    return True


_TEXTS: dict[str | None, Suits] = {"project_name": _is_text, "unit_name": _is_text, "goal": _is_text, "indicators": _is_indicators}
