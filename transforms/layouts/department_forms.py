"""The department's own form: 部门整体支出绩效目标表 and its self-evaluation, one for all that the department spends.

Its table is kept with title, unit and note; its amounts are those of the budget tables, and its indicators are of no project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from transforms.amounts import is_blank
from transforms.grid import Grid
from transforms.layouts import Section, kinds
from transforms.layouts.fields import Field, fields, has_role
from transforms.layouts.indicator_table import find_headers
from transforms.names import split_unit_code
from transforms.records import ParsedDocument, Table
from transforms.tables import surroundings
from transforms.tables.ledger import Ledger
from transforms.tables.matrix import matrix_of

KIND = "department_performance_targets"


@dataclass(frozen=True, slots=True)
class DepartmentForms:
    """The form of a whole department."""

    IS_FORM: ClassVar[bool] = True
    section: Section

    @staticmethod
    def begins(grid: Grid) -> int | None:
        """Find the first row of a form that names a department and no project, with goals or indicators below."""
        first = next((cell for cell in grid.cells if cell.text.strip()), None)
        if first is None or not (has_role(first.word, "department") or has_role(first.word, "unit_name")):
            return None
        matrix = matrix_of(grid)
        found = fields(matrix)
        named = [field for field in found if field.label.role in ("department", "unit_name") and not field.is_blank]
        if not named or any(field.label.role == "project_name" for field in found) or named[0].cell.row != matrix.rows[0]:
            return None
        below = [header for header in find_headers(matrix) if header.first_row > named[0].cell.row]
        return named[0].cell.row if below and named[0].cell.column == matrix.columns[0] else None

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """See by the title that the table is of the whole department, and that it has goals or indicators."""
        if kinds.of_title(section.title) != KIND:
            return None
        matrix = matrix_of(section.grid)
        has_targets = find_headers(matrix) or any(field.label.role in ("goal", "indicators") for field in fields(matrix))
        return cls(section) if has_targets else None

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the form's table to the document."""
        section = self.section
        ledger.enter(section.grid.cells, "not kept", "the department's own form")
        found = fields(matrix_of(section.grid))
        unit = next((field.label.unit for field in found if field.label.unit), None)
        is_empty = not any(_is_filled(field) for field in found if field.label.role != "department")
        document.tables.append(
            Table(
                kind=KIND, title=section.title, unit=unit or section.unit,
                pages=section.pages, empty=is_empty, note=surroundings.note(section.below, is_empty=is_empty),
                department=next((_name(field) for field in found if field.label.role == "department" and not field.is_blank), None),
            )
        )


def _name(field: Field) -> str:
    return split_unit_code(field.text)[0]


def _is_filled(field: Field) -> bool:
    return not is_blank(field.text)
