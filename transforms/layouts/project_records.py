"""Records of tables with a row per project: its table, projects and totals, shared by the layouts of rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from transforms.indicators import split_indicators
from transforms.layouts import Section, shifts, subtotals
from transforms.layouts.columns import Header
from transforms.layouts.entries import Entry, unknown_columns
from transforms.names import split_unit_code
from transforms.records import TOTAL, UNNAMED_TOTAL, ParsedDocument, Project, Table, Total, TotalKind
from transforms.tables.headers import money_roles

KIND = "project_performance_targets"


def table_unit(section: Section, header: Header) -> str | None:
    """The unit of money of a table: that of its headers, else of the lines above it, its pages, the document."""
    return section.unit_beside([column.unit for column in header.columns.values() if column.role in money_roles()])


def add_table(section: Section, header: Header, entries: list[Entry], document: ParsedDocument, notes: str | None) -> None:
    """Add a table to the document.

    Args:
        section: the table.
        header: its columns.
        entries: its rows.
        document: the document.
        notes: what is published below it.
    """
    document.tables.append(
        Table(
            kind=KIND, title=section.title, unit=table_unit(section, header),
            pages=section.pages, empty=not entries, note=notes,
            unknown_columns=unknown_columns(header, entries),
        )
    )


def add_records(entries: list[Entry], department: str | None, document: ParsedDocument, stated: frozenset[int] = frozenset()) -> None:
    """Add the projects and totals of the document's last table.

    Args:
        entries: its rows.
        department: the department that the document names, None where it does not.
        document: the document.
        stated: the places of rows that the layout knows to be totals.
    """
    entries = [shifts.by_row_sums(entry) for entry in entries]
    totals = subtotals.find_totals(entries, department, stated)
    shifts.by_parts(entries, totals)
    shifts.by_blank_columns(entries, totals)
    shifts.by_column_sums(entries, totals)
    shifts.by_parts(entries, totals)    # again: rows that the sums have settled may bear out a total over them
    kinds = subtotals.total_kinds(entries, totals)
    table, first = len(document.tables) - 1, len(document.projects)
    number = {index: first + place for place, index in enumerate(index for index in range(len(entries)) if index not in totals)}
    units = _units(entries, totals)
    for index, entry in enumerate(entries):
        if index in totals:
            document.totals.append(_total(entry, table, tuple(number[member] for member in totals[index]), kinds[index]))
        else:
            project = entry if entry.names_project else entry.doubted()
            document.projects.append(_project(project, table, units[index]))
    document.tables[table].department = _department_row(entries, totals)
    if any(kinds[index] == "grand" and not entries[index].name for index in totals):
        document.tables[table].assume_unnamed_total()


def _department_row(entries: Sequence[Entry], totals: dict[int, tuple[int, ...]]) -> str | None:
    """The department, where the first row is its total over all projects: `205-X局`."""
    projects = [index for index in range(len(entries)) if index not in totals]
    return subtotals.unit_of_total(entries[0]) if projects and totals.get(0) == tuple(projects) else None


def _units(entries: Sequence[Entry], totals: dict[int, tuple[int, ...]]) -> list[str | None]:
    """The unit of each row by the rows above it: that of a total, else of a heading, else the last one in the column of units."""
    over: dict[int, list[int]] = {}    # the totals above each row that sum it up, the nearest last
    headed: dict[str | None, list[int]] = {}    # the totals below each heading
    for total, members in totals.items():
        for member in (member for member in members if member > total):
            over.setdefault(member, []).append(total)
        if members and (heading := entries[total].heading) is not None:
            headed.setdefault(heading, []).append(total)
    named = {total: subtotals.unit_of_total(entries[total]) for total in totals}
    units: list[str | None] = []
    going_on: str | None = None    # blanks below a unit are as good as a merged cell, up to a total
    for index, entry in enumerate(entries):
        units.append(_unit_above(entries, index, over.get(index, ()), headed.get(entry.heading, ()), named) or going_on)
        going_on = None if index in totals else entry.unit_name or going_on
    return units


def _unit_above(
    entries: Sequence[Entry], index: int, over: Sequence[int], headed: Sequence[int], named: Mapping[int, str | None]
) -> str | None:
    """The unit of the nearest row above that names one: its total, or a row without amounts that no total has ended since.

    Args:
        entries: the rows.
        index: the row.
        over: the totals above that sum it up.
        headed: the totals of the table below the same heading.
        named: the units that totals name.
    """
    heading = entries[index].heading
    nearest = next((total for total in reversed(over) if named[total]), -1)
    ended = next((total for total in _before(index, headed) if total not in over), -1)
    if nearest < 0:
        return None if ended >= 0 else heading
    is_of_total = heading is None or ended > nearest or entries[nearest].heading == heading
    return named[nearest] if is_of_total else heading


def _before(index: int, places: Sequence[int]) -> Iterator[int]:
    """The places above a row, the nearest first."""
    return (places[place] for place in reversed(range(bisect_left(places, index))))


def _project(entry: Entry, table: int, unit_above: str | None) -> Project:
    amounts = entry.amounts
    return Project(
        name=entry.name if entry.names_project else "", code=entry.code, unit_name=entry.unit_name or unit_above,
        amount=amounts.yuan.get(TOTAL),
        funding={source: amount for source, amount in amounts.yuan.items() if source != TOTAL},
        goal=entry.goal or None, indicators=list(entry.listed) or split_indicators(entry.indicators), table=table, place=entry.row.place,
        cells=entry.row.cells, amount_text=amounts.text, unreadable=amounts.unreadable, shift=entry.shift,
    )


def _total(entry: Entry, table: int, members: tuple[int, ...], kind: TotalKind) -> Total:
    amounts = entry.amounts
    label = split_unit_code(entry.name)[0] or (UNNAMED_TOTAL if kind == "grand" else "")
    return Total(
        label=label, amount=amounts.yuan.get(TOTAL), table=table, members=members, place=entry.row.place,
        funding={source: amount for source, amount in amounts.yuan.items() if source != TOTAL},
        cells=entry.row.cells, amount_text=amounts.text, unreadable=amounts.unreadable, shift=None if entry.is_placed else entry.shift,
        total=kind,
    )
