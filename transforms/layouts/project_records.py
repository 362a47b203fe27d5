"""Records of tables with a row per project: its table, projects and totals, shared by the layouts of rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

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
    for index, entry in enumerate(entries):
        if index in totals:
            document.totals.append(_total(entry, table, tuple(number[member] for member in totals[index]), kinds[index]))
        else:
            project = entry if entry.names_project else entry.doubted()
            unit = _unit_above(entries, totals, index) or _unit_going_on(entries, totals, index)
            document.projects.append(_project(project, table, unit))
    document.tables[table].department = _department_row(entries, totals)
    if any(kinds[index] == "grand" and not entries[index].name for index in totals):
        document.tables[table].assume_unnamed_total()


def _department_row(entries: Sequence[Entry], totals: dict[int, tuple[int, ...]]) -> str | None:
    """The department, where the first row is its total over all projects: `205-X局`."""
    projects = [index for index in range(len(entries)) if index not in totals]
    return subtotals.unit_of_total(entries[0]) if projects and totals.get(0) == tuple(projects) else None


def _unit_above(entries: Sequence[Entry], totals: dict[int, tuple[int, ...]], index: int) -> str | None:
    """The unit of the nearest row above that names one: its total, or a row without amounts that no total has ended since."""
    heading = entries[index].heading
    for total in sorted((total for total in totals if total < index), reverse=True):
        is_below_heading = heading is not None and entries[total].heading == heading
        if index in totals[total] and (unit := subtotals.unit_of_total(entries[total])):
            return unit if is_below_heading or heading is None else heading
        if is_below_heading and totals[total] and index not in totals[total]:
            heading = None
    return heading


def _unit_going_on(entries: Sequence[Entry], totals: dict[int, tuple[int, ...]], index: int) -> str | None:
    """The unit of the nearest row above that names one in its own column: blanks below are as good as a merged cell, up to a total."""
    above = takewhile(lambda place: place not in totals, reversed(range(index)))
    return next((name for place in above if (name := entries[place].unit_name)), None)


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
