"""The department's own form: 部门整体支出绩效目标表 and its self-evaluation, one for all that the department spends.

Its table is kept with title, unit and note; its amounts are those of the budget tables, and its indicators are of no project.
"""

from __future__ import annotations

from transforms.amounts import is_blank
from transforms.grid import Grid
from transforms.layouts import Section, kinds, surroundings
from transforms.layouts.indicator_table import find_headers
from transforms.layouts.labels import Field, fields, has_role
from transforms.layouts.matrix import matrix_of
from transforms.names import split_unit_code
from transforms.records import ParsedDocument, Table

IS_FORM = True
KIND = "department_performance_targets"


def begins(grid: Grid) -> int | None:
    """Find the first row of a form that names a department and no project, with goals or indicators below."""
    first = next((cell for cell in grid.cells if cell.text.strip()), None)
    if first is None or not (has_role(first.text, "department") or has_role(first.text, "unit_name")):
        return None
    matrix = matrix_of(grid)
    found = fields(matrix)
    named = [field for field in found if field.label.role in ("department", "unit_name") and not field.is_blank]
    if not named or any(field.label.role == "project_name" for field in found) or named[0].cell.row != matrix.rows[0]:
        return None
    below = [header for header in find_headers(matrix) if header.first_row > named[0].cell.row]
    return named[0].cell.row if below and named[0].cell.column == matrix.columns[0] else None


def recognise(section: Section) -> bool:
    """Whether the title says that the table is of the whole department, and it has goals or indicators."""
    if kinds.of_title(surroundings.title(section.above)) != KIND:
        return False
    matrix = matrix_of(section.grid)
    return bool(find_headers(matrix)) or any(field.label.role in ("goal", "indicators") for field in fields(matrix))


def read(section: Section, document: ParsedDocument) -> None:
    """Add the form's table to the document."""
    found = fields(matrix_of(section.grid))
    pages = {cell.page for cell in section.grid.cells if cell.page is not None}
    unit = next((field.label.unit for field in found if field.label.unit), None)
    is_empty = not any(_is_filled(field) for field in found if field.label.role != "department")
    document.tables.append(
        Table(
            kind=KIND, title=surroundings.title(section.above), unit=unit or surroundings.unit(section.above, pages, section.elsewhere),
            pages=(min(pages), max(pages)) if pages else None, empty=is_empty, note=surroundings.note(section.below, is_empty=is_empty),
            department=next((_name(field) for field in found if field.label.role == "department" and not field.is_blank), None),
        )
    )


def _name(field: Field) -> str:
    return split_unit_code(field.text)[0]


def _is_filled(field: Field) -> bool:
    return not is_blank(field.text)
