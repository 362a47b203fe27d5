"""Layout 3 (Sichuan): a row per indicator; unit, project, amount and goal stand in the first row of each project.

    单位名称 · 项目名称 · 预算数 · 年度目标 · 一级 · 二级 · 三级指标 · 指标性质 · 指标值 · 度量单位 · 权重 · 指标方向性

In the rows below these cells are merged, blank, left out or printed again. Rows without a project are totals of units. Where levels
head sets of columns (产出指标: 指标名称 · 指标值 | 效益指标: 指标名称 · 指标值), a row has an indicator of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from transforms.amounts import is_amount, is_blank
from transforms.grid import Grid
from transforms.indicators import is_level_name, standard_levels
from transforms.layouts import Section
from transforms.layouts.columns import Column, Header, Row, Suits, find_header, read_rows
from transforms.layouts.entries import Entry
from transforms.layouts.indicator_table import IndicatorLevels, indicators_of, is_level, with_levels, with_operators, year_columns
from transforms.layouts.project_records import add_records, add_table, table_unit
from transforms.records import Indicator, ParsedDocument
from transforms.tables import surroundings
from transforms.tables.headers import BOUNDS, money_roles
from transforms.tables.ledger import Ledger
from transforms.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class IndicatorRows:
    """A table with a row per indicator, and its header."""

    IS_FORM: ClassVar[bool] = False
    section: Section
    header: Header

    @staticmethod
    def begins(grid: Grid) -> int | None:
        """Find the first row of a header with a project's name and the columns of its indicators."""
        header = find_header(grid, _is_header)
        return header.first_row if header else None

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """See such a header."""
        header = find_header(section.grid, _is_header)
        return cls(section, header) if header else None

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the table, its projects and its totals to the document."""
        section = self.section
        header = _with_signs(_with_units(_with_targets(_with_projects(self.header))), section.grid)
        department = section.department
        table = _Rows(header, table_unit(section, header))
        for row in read_rows(section.grid, header, [_suits(column) for column in header.columns.values()], ledger):
            table.add(row)
        add_table(section, header, table.entries, document, surroundings.note(section.below, is_empty=not table.entries))
        stated = frozenset(index for index, entry in enumerate(table.entries) if not entry.names_project and not entry.listed)
        add_records(table.entries, department, document, stated)


def _is_header(header: Header) -> bool:
    roles = {column.role for column in _with_targets(_with_projects(header)).columns.values()}
    return "project_name" in roles and ("indicator_name" in roles or {"level1", "target"} <= roles or {"level2", "target"} <= roles)


def _with_projects(header: Header) -> Header:
    """Of levels of projects (一级项目名称, 二级项目名称) beside those of indicators the last one names the project."""
    levels = {number: column for number, column in header.columns.items() if column.role in ("level1", "level2", "indicator_name")}
    ending = tuple(vocabulary("headers")["project_levels"])
    named = [number for number, column in levels.items() if column.title.endswith(ending)]
    if not {levels[number].role for number in named} & {column.role for number, column in levels.items() if number not in named}:
        return header    # 一级指标, 二级指标, 三级项目名称 are the levels of indicators
    columns = {number: replace(column, role="ignored") if number in named else column for number, column in header.columns.items()}
    columns[named[-1]] = replace(columns[named[-1]], role="project_name")
    return replace(header, columns=columns)


def _with_targets(header: Header) -> Header:
    """A column 绩效指标值 beside levels and names of indicators holds their targets, not all that is said of them."""
    roles = {column.role for column in header.columns.values()}
    if "target" in roles or not roles & {"level1", "level2", "indicator_name"}:
        return header
    targets = {number for number, column in header.columns.items() if column.role == "indicators" and column.title.endswith("值")}
    return replace(header, columns={number: replace(c, role="target") if number in targets else c for number, c in header.columns.items()})


def _with_units(header: Header) -> Header:
    """A column 单位 in front of the indicators is of the units that use the money, not of measures."""
    first = next((number for number, column in header.columns.items() if column.role in ("level1", "level2", "indicator_name")), 0)
    columns = {
        number: replace(column, role="unit_name") if column.role == "measure" and number < first else column
        for number, column in header.columns.items()
    }
    return replace(header, columns=columns)


def _sets_of_levels(header: Header) -> dict[str, dict[int, str]]:
    """The roles of the columns under each level that heads a name and a target of its own; empty where not two do."""
    sets: dict[str, dict[int, str]] = {}
    for number, column in header.columns.items():
        if column.level and column.role in ("indicator_name", "target", "operator", "measure", *BOUNDS):
            sets.setdefault(column.level, {})[number] = column.role
    found = {level: roles for level, roles in sets.items() if {"indicator_name", "target"} <= set(roles.values())}
    return found if len(found) > 1 else {}


def _with_signs(header: Header, grid: Grid) -> Header:
    if _sets_of_levels(header):    # then names that are levels' (满意度) are indicators all the same
        return header
    roles = with_levels({number: column.role for number, column in header.columns.items()}, grid.cells, header.last_row)
    roles = with_operators(roles, grid.cells, header.last_row)
    return replace(header, columns={number: replace(column, role=roles[number]) for number, column in header.columns.items()})


def _suits(column: Column) -> Suits:
    if column.role in money_roles():
        return lambda text: is_blank(text) or is_amount(text)
    if column.role in ("level1", "level2"):
        return lambda text: is_blank(text) or is_level(text)
    if column.role in ("project_name", "unit_name", "goal", "indicator_name"):
        return lambda text: not is_level_name(text) and not is_amount(text)
    return lambda _text: True


@dataclass(slots=True)
class _Rows:
    """The rows so far: projects with their indicators, and totals."""

    header: Header
    unit: str | None
    entries: list[Entry] = field(default_factory=list)
    heading: str | None = None
    levels: IndicatorLevels = field(default_factory=IndicatorLevels)
    columns: Mapping[int, str] = field(default_factory=dict)
    sets: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sets = _sets_of_levels(self.header)
        roles = {number: column.role for number, column in self.header.columns.items() if column.role}
        self.columns = year_columns(roles, {number: column.title for number, column in self.header.columns.items()})

    def add(self, row: Row) -> None:
        """Read the next row."""
        entry = self._entry(row)
        columns = self.sets.values() or (self.columns,)
        has_indicator = any(not is_blank(self._texts(entry, one).get(role, "")) for one in columns for role in ("indicator_name", "target"))
        if not self._goes_on(entry, has_indicator):
            if not entry.names_project and not has_indicator and not self._has_amount(entry):
                self.heading = entry.name or self.heading
                return
            self.entries.append(entry)
            self.levels = IndicatorLevels()
        if has_indicator:
            found = self._indicators(entry)
            last = self.entries[-1]
            cells = last.row.cells if last is entry else last.row.cells + row.cells
            self.entries[-1] = replace(last, listed=(*last.listed, *found), row=replace(last.row, cells=cells))

    def _entry(self, row: Row) -> Entry:
        """The row in the reading with the fewest cells in front of the indicators; a blank unit is that of the project above."""
        leading = [place for place, number in enumerate(self.header.columns) if number not in self.columns]
        reading = min(row.readings, key=lambda texts: sum(bool(texts[place].strip()) for place in leading))
        entry = Entry(replace(row, readings=(reading,)), self.header, self.unit, self.heading)
        place = self.header.number_of("unit_name")
        above = self.entries[-1] if self.entries and self.entries[-1].names_project else None
        if place is not None and above and entry.names_project and is_blank(reading[place]):
            reading = (*reading[:place], above.row.readings[0][place], *reading[place + 1 :])
            entry = entry.with_readings((reading,))
        return entry

    def _indicators(self, entry: Entry) -> list[Indicator]:
        """The indicators of a row: one, or one of each level that heads a set of columns."""
        if self.sets:
            by_level = ((self._texts(entry, one), standard_levels(None, level)) for level, one in self.sets.items())
            return [found for texts, levels in by_level for found in indicators_of(texts, levels)]
        texts = self._texts(entry, self.columns)
        return indicators_of(texts, self.levels.next((texts.get("level1", ""), texts.get("level2", ""))))

    def _texts(self, entry: Entry, columns: Mapping[int, str]) -> dict[str, str]:
        reading = entry.row.readings[0]
        return {columns[number]: reading[place] for place, number in enumerate(self.header.columns) if number in columns}

    def _goes_on(self, entry: Entry, has_indicator: bool) -> bool:
        """Whether a row is of the project above: it names none, or the same again."""
        if not self.entries or not has_indicator:
            return False
        if entry.row.goes_on or not entry.names_project:
            return True
        above = self.entries[-1]
        said = [(entry.name, above.name), (entry.unit_name, above.unit_name), (entry.code, above.code)]
        again = all(one == other for one, other in said)
        return again and all(is_blank(text) or text == above.amounts.text.get(role) for role, text in entry.amounts.text.items())

    def _has_amount(self, entry: Entry) -> bool:
        return any(not is_blank(text) for text in entry.amounts.text.values())
