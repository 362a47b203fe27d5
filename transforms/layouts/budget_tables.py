"""The tables of a budget booklet: every published table with numbers, of whatever province, as tidy lines.

Its header says what the columns hold (`headings`), its rows become lines (`lines`), its title and contents tell its kind
(`kinds`). A 项目支出表 gives its projects too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Self

from transforms.grid import Cell, Grid
from transforms.indicators import is_level_name
from transforms.layouts import Section, headings, kinds, project_lists, project_rows
from transforms.layouts.headings import Block, Heading, Role
from transforms.layouts.line_totals import mark_totals
from transforms.layouts.lines import Reader
from transforms.layouts.project_lists import ProjectList
from transforms.records import Assumption, Doubt, Line, ParsedDocument, Table
from transforms.tables import surroundings
from transforms.tables.contents import kind_of
from transforms.tables.ledger import HEADER, OTHER_CODE, Ledger, doubt_of
from transforms.tables.matrix import matrix_of, once_per_grid
from transforms.vocabulary import vocabulary

PROJECTS = "project_expenditure"
_CHANCE = 1      # names of levels that a budget table may hold as labels (成本)
_GOAL = 20       # characters of the shortest goal; labels with a comma are shorter
_SHORT = 4       # characters of a title that may be the end of another one
_PAGES = 1000    # a booklet has fewer
_FIGURE = re.compile(r"\d[.,，]\d")    # of money, unlike codes and years


class Part(NamedTuple):
    """Some columns of a table, or all: the texts of their header, and the lines below it."""

    words: Set[str]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class BudgetTables:
    """A table of a budget booklet."""

    IS_FORM: ClassVar[bool] = False
    section: Section

    @staticmethod
    @once_per_grid
    def begins(grid: Grid) -> int | None:
        """Find the first row of a header that is known by its words."""
        return headings.begins(matrix_of(grid))

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """See amounts, or the title of a budget table and a header; performance targets have layouts of their own."""
        if not section.grid.cells or holds_targets(section):
            return None
        title = _title(section)
        may_be_empty = kinds.of_title(title) not in (None, kinds.UNKNOWN) or kinds.is_unlisted(title)
        if may_be_empty and cls.begins(section.grid) is not None:
            return cls(section)
        heading = _heading(section.grid)
        lines = Reader(matrix_of(section.grid), heading, "元").read().lines
        return cls(section) if lines and not (heading.end == heading.first and _are_page_numbers(lines)) else None

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the table with its lines, and the projects of a 项目支出表, to the document.

        Its names are text, its numbers lines, counts or nothing: the ledger knows it by its targets, which none of its kinds has.
        """
        section = self.section
        targets = [cell for cell in section.grid.cells if cell.text and _is_of_targets(cell)]
        heading = _heading(section.grid)
        title = _title(section)
        unit = section.unit_beside([column.unit for column in heading.columns if column.role == "amount"])
        reader = Reader(matrix_of(section.grid), heading, unit, is_ragged=section.grid.is_ragged)
        listed = kinds.of_title(title) or kinds.of_sheet(section.grid.sheet)
        kind = listed or kinds.of_unlisted(title, heading.words, reader.read().lines)
        projects: ProjectList | None = None
        if kind == PROJECTS or (not listed and _may_list_projects(title, heading, reader.read().lines)):
            projects = project_lists.find(section.grid, heading, is_classified=_is_classified(heading))
            kind = PROJECTS if projects.names else kinds.UNKNOWN if _is_classified(heading) else kind
        words, names = vocabulary("tables"), projects.names if projects else None
        is_most_specific, is_classified = kind in words["most_specific"], kind not in words["unclassified"]
        reader = replace(reader, is_most_specific=is_most_specific, names=names, is_classified=is_classified)
        body = reader.read()
        parts = _by_classification(reader, body.lines) if is_classified else [Part(heading.words, body.lines)]
        own = kinds.of_its_classification(kind, [kinds.classification_of(part.words, part.lines) for part in parts])
        lines = parts.pop(own).lines
        is_total_unnamed = mark_totals(lines)
        unheaded = _unheaded(section.grid, heading, ledger)
        is_read = any(line.amount is not None for line in body.lines)
        unread = [*body.odd, *unheaded] if is_read else [*body.odd, *_figures(section.grid, heading)]
        ledger.enter(body.other_codes, *OTHER_CODE)
        _account(section.grid, heading, [*unread, *(targets if len(targets) > _CHANCE else ())], ledger)
        notes = [*filter(surroundings.is_note, body.texts), *section.below]
        table = Table(
            kind=kind, title=title, unit=unit,
            pages=section.pages, empty=not body.lines,
            note=surroundings.note(notes, is_empty=not body.lines), lines=lines,
        )
        document.tables.append(table)
        table.doubts += _other_codes(body.other_codes, heading)
        if is_total_unnamed:
            table.assume_unnamed_total()
        document.prose.extend(body.texts)
        if projects and projects.names:
            project_rows.add_projects(replace(section, grid=projects.grid), unit, document, ledger)
        if projects and kind == PROJECTS and body.lines:
            projects.tell(table)
        if projects and body.lines:
            projects.tell_sources(table)
        if not listed and (body.lines or kinds.is_unlisted(title)):
            _tell_kind(table, section.grid, heading, is_critical=is_read and kinds.speaks_of_budgets(table.title))
        for part in parts:
            document.tables.append(_beside(table, part, section.grid, heading))


def _other_codes(codes: Sequence[Cell], heading: Heading) -> Iterator[Doubt]:
    """A doubt for each column of codes that no line has, because the line has that of another classification in the same row."""
    headers = {column.number: "/".join(column.path) for column in heading.columns}
    by_header: dict[str, dict[int, Cell]] = {}
    for cell in codes:
        by_header.setdefault(headers.get(cell.column, ""), {})[id(cell)] = cell
    return (replace(doubt_of("other-code", header, list(cells.values())), is_critical=False) for header, cells in by_header.items())


def _by_classification(reader: Reader, lines: list[Line]) -> list[Part]:
    """The parts of a table that stand side by side and hold the codes of different classifications: each is a table of its own.

    The halves of one classification (人员经费, 公用经费), and those of income and expenditure, are one table.
    """
    blocks = reader.heading.blocks
    if len(blocks) < 2 or any(line.side for line in lines):
        return [Part(reader.heading.words, lines)]
    groups: list[list[Block]] = []
    last: str | None = None
    for block in blocks:
        own = kinds.classification_of(block.words, replace(reader, only=block.numbers).read().lines)
        if not groups or (last and own and own != last):
            groups.append([])
        groups[-1].append(block)
        last = own or last
    if len(groups) == 1:
        return [Part(reader.heading.words, lines)]
    return [_part(reader, group) for group in groups]


def _part(reader: Reader, blocks: Sequence[Block]) -> Part:
    numbers = frozenset(number for block in blocks for number in block.numbers)
    return Part({word for block in blocks for word in block.words}, replace(reader, only=numbers).read().lines)


def _beside(table: Table, part: Part, grid: Grid, heading: Heading) -> Table:
    """The table that stands beside another one, under the same title, with rows of another classification."""
    kind = kinds.of_contents(part.words, part.lines)
    other = replace(table, kind=kind, note=None, lines=part.lines, doubts=[], assumptions=[])
    if mark_totals(part.lines):
        other.assume_unnamed_total()
    if kind == kinds.UNKNOWN:
        _tell_kind(other, grid, heading, is_critical=False)
    return other


def holds_targets(section: Section) -> bool:
    """Whether a table is one of performance targets, by its title or its header."""
    kind = kinds.of_title(_title(section))
    return (kind or kinds.of_contents(_heading(section.grid).words, [])) in kinds.PERFORMANCE


def _is_of_targets(cell: Cell) -> bool:
    """Whether a cell states a level, lists indicators or is the goal of a project."""
    if len(cell.text) >= _GOAL:
        return cell.column_span == 1 and kind_of(cell.text) in ("indicators", "prose")
    return not headings.is_value(cell.text) and is_level_name(cell.text)    # most cells are numbers, and asked for that anyway


def _are_page_numbers(lines: list[Line]) -> bool:
    """Whether the numbers of a table without header are those of pages: a list of contents."""
    numbers = [line.amount for line in lines if line.amount is not None]
    return len(numbers) == len(lines) and all(number % 1 == 0 for number in numbers) and numbers == sorted(numbers) and numbers[-1] < _PAGES


def _figures(grid: Grid, heading: Heading) -> list[Cell]:
    """Cells beside the names that hold figures: in a table without an amount they are amounts that cannot be read."""
    labels = [column.number for column in heading.columns if column.role == "label"]
    return [cell for cell in grid.cells if cell.row >= heading.end and cell.column in labels[1:] and _FIGURE.search(cell.text)]


def _account(grid: Grid, heading: Heading, unread: list[Cell], ledger: Ledger) -> None:
    """Take down what became of the cells: those of the header, of columns that are not kept, and of the rows; and what nobody reads."""
    ledger.head({column.number: "/".join(column.path) for column in heading.columns})
    roles = {column.number: column.role for column in heading.columns}
    odd = set(map(id, unread))
    cells: dict[Role | None, list[Cell]] = {}
    for cell in grid.cells:
        if id(cell) not in odd or cell.row < heading.end:
            role = None if cell.row < heading.end else roles.get(cell.column, "label")
            cells.setdefault(role, []).append(cell)
    ledger.enter(cells.pop(None, ()), *HEADER)
    ledger.enter(cells.pop("ignored", ()), "not kept", "line")
    cells.pop("doubtful", None)    # nobody knows whether they are money
    for role, found in cells.items():
        ledger.enter(found, "record", str(role))


def _unheaded(grid: Grid, heading: Heading, ledger: Ledger) -> list[Cell]:
    """Amounts in columns side by side of which none has a header: nobody knows which is which, so they are unread.

    Where others have one, they are taken down: the columns are not those of the header.
    """
    amounts = [column for column in heading.columns if column.role == "amount"]
    bare = {column.number for column in amounts if not any(column.path)}
    if not bare or len(amounts) == 1:    # of one column the title tells
        return []
    below = (cell for cell in grid.cells if cell.row >= heading.end and headings.is_value(cell.text))
    found = [cell for cell in below if bare & set(range(cell.column, cell.column + cell.column_span))]
    if len(bare) == len(amounts):
        return found
    if found:
        ledger.contradict(found, "")
    return []


def _may_list_projects(title: str | None, heading: Heading, lines: Sequence[Line]) -> bool:
    """Whether a table whose title nobody listed may list projects: the title speaks of them, and the contents are of no other kind."""
    is_list = len(heading.blocks) == 1 and not _is_classified(heading)
    return is_list and kinds.speaks_of_projects(title) and kinds.of_contents(heading.words, lines) == kinds.UNKNOWN


def _tell_kind(table: Table, grid: Grid, heading: Heading, *, is_critical: bool) -> None:
    """Take down that the title did not tell a table's kind: what it was taken for, or that nobody knows.

    That is critical where the department's figures are missing for it: amounts below words that are said of its budget.
    """
    if table.kind == kinds.UNKNOWN:
        cells = [cell for cell in grid.cells if cell.text.strip() and heading.first <= cell.row < heading.end] or list(grid.cells)
        table.doubts.append(replace(doubt_of("kind", table.title or "", cells), is_critical=is_critical))
    elif kinds.is_unlisted(table.title):
        table.assumptions.append(Assumption(table.title or "", table.kind, "words of the title and contents"))


def _title(section: Section) -> str | None:
    """The title; with the line above it where only both together say of what kind the table is.

    A few words (`支出表`) say little: they may be the end of a title of another kind.
    """
    title, wrapped = section.title, section.wrapped_title
    kind, whole = kinds.of_title(title), kinds.of_title(wrapped)
    if whole not in (None, kinds.UNKNOWN, kind) and (kind in (None, kinds.UNKNOWN) or len(title or "") <= _SHORT):
        title = wrapped
    return title if title and "表" in title else None    # else a heading of running text


def _is_classified(heading: Heading) -> bool:
    """Whether the rows are those of a classification: then 项目支出 in the title names a part of the expenditure, not projects."""
    return any(column.role == "code" for column in heading.columns)


@once_per_grid
def _heading(grid: Grid) -> Heading:
    matrix = matrix_of(grid)
    return headings.find(matrix, BudgetTables.begins(grid) or matrix.rows[0])
