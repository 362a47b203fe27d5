"""The tables of a budget booklet: every published table with numbers, of whatever province, as tidy lines.

Its header says what the columns hold (`headings`), its rows become lines (`lines`), its title and contents tell its kind
(`kinds`). A 项目支出表 gives its projects too.
"""

from __future__ import annotations

from dataclasses import replace

from transforms.grid import Grid
from transforms.layouts import Section, headings, kinds, project_rows, surroundings
from transforms.layouts.headings import Heading
from transforms.layouts.lines import Reader
from transforms.layouts.matrix import matrix_of, once_per_grid
from transforms.records import Line, ParsedDocument, Table
from transforms.vocabulary import vocabulary

IS_FORM = False
_SHORT = 4       # characters of a title that may be the end of another one
_PAGES = 1000    # a booklet has fewer


@once_per_grid
def begins(grid: Grid) -> int | None:
    """Find the first row of a header that is known by its words."""
    return headings.begins(matrix_of(grid))


def recognise(section: Section) -> bool:
    """Whether the table holds amounts, or has the title of a budget table and a header; performance targets have layouts of their own."""
    if not section.grid.cells or holds_targets(section):
        return False
    kind = kinds.of_title(_title(section))
    if kind not in (None, kinds.UNKNOWN) and begins(section.grid) is not None:
        return True
    heading = _heading(section.grid)
    lines = Reader(matrix_of(section.grid), heading, "元").read().lines
    return bool(lines) and not (heading.end == heading.first and _are_page_numbers(lines))


def holds_targets(section: Section) -> bool:
    """Whether a table is one of performance targets, by its title or its header."""
    kind = kinds.of_title(_title(section))
    return (kind or kinds.of_contents(_heading(section.grid).words, [])) in kinds.PERFORMANCE


def _are_page_numbers(lines: list[Line]) -> bool:
    """Whether the numbers of a table without header are those of pages: a list of contents."""
    numbers = [line.amount for line in lines if line.amount is not None]
    return len(numbers) == len(lines) and all(number % 1 == 0 for number in numbers) and numbers == sorted(numbers) and numbers[-1] < _PAGES


def read(section: Section, document: ParsedDocument) -> None:
    """Add the table with its lines, and the projects of a 项目支出表, to the document."""
    heading = _heading(section.grid)
    title = _title(section)
    pages = {cell.page for cell in section.grid.cells if cell.page is not None}
    unit = _stated_unit(heading) or surroundings.unit(section.above, pages, section.elsewhere)
    reader = Reader(matrix_of(section.grid), heading, unit, is_ragged=section.grid.is_ragged)
    kind = kinds.of_title(title) or kinds.of_sheet(section.grid.sheet) or kinds.of_contents(heading.words, reader.read().lines)
    is_of_projects = kind == "project_expenditure" and project_rows.names_projects(section.grid)
    kind = kinds.UNKNOWN if kind == "project_expenditure" and not is_of_projects and _is_classified(heading) else kind
    words = vocabulary("tables")
    reader = replace(reader, is_most_specific=kind in words["most_specific"], is_classified=kind not in words["unclassified"])
    body = reader.read()
    notes = [*filter(surroundings.is_note, body.texts), *section.below]
    document.tables.append(
        Table(
            kind=kind, title=title, unit=unit,
            pages=(min(pages), max(pages)) if pages else None, empty=not body.lines,
            note=surroundings.note(notes, is_empty=not body.lines), lines=body.lines,
        )
    )
    document.prose.extend(body.texts)
    if is_of_projects:
        project_rows.add_projects(section, unit, document)


def _title(section: Section) -> str | None:
    """The title; with the line above it where only both together say of what kind the table is.

    A few words (`支出表`) say little: they may be the end of a title of another kind.
    """
    title, wrapped = surroundings.title(section.above), surroundings.wrapped_title(section.above)
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
    return headings.find(matrix, begins(grid) or matrix.rows[0])


def _stated_unit(heading: Heading) -> str | None:
    """The unit of money in the headers of amounts, where those that state one agree."""
    stated = {column.unit for column in heading.columns if column.unit and column.role == "amount"}
    return stated.pop() if len(stated) == 1 else None
