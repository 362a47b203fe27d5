"""Layouts: one module per published form, with one class; each makes records of the tables that it sees as its own.

A new layout is a class with the methods of `Layout`, named like its module (`ProjectRows` in `project_rows`), which `NAMES`
lists. It is seen by a table's headers, never by the department's name. Headers, level names and units are data: `transforms/vocabulary/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import ClassVar, NamedTuple, Protocol, Self

from transforms.grid import Grid, TextLine
from transforms.records import ParsedDocument
from transforms.tables import surroundings
from transforms.tables.ledger import Ledger


@dataclass(frozen=True)
class Section:
    """One published table with the text above and below it.

    `grid` is the table over all its pages (see `transforms.stitching`), `elsewhere` are all lines of the document, for what
    a table leaves unsaid.
    """

    grid: Grid
    above: tuple[TextLine, ...]
    below: tuple[TextLine, ...]
    elsewhere: tuple[TextLine, ...]

    @cached_property
    def title(self) -> str | None:
        """The title nearest above the table."""
        return surroundings.title(self.above)

    @cached_property
    def wrapped_title(self) -> str | None:
        """The title with the line above it, of which it may be the rest."""
        return surroundings.wrapped_title(self.above)

    @cached_property
    def department(self) -> str | None:
        """The department that the lines above the table state, else those of the document."""
        return surroundings.department(self.above) or surroundings.department(self.elsewhere)

    @cached_property
    def unit(self) -> str | None:
        """The unit of money that the lines above the table state, else its pages, else the document."""
        return surroundings.unit(self.above, {cell.page for cell in self.grid.cells if cell.page is not None}, self.elsewhere)

    def unit_beside(self, stated: Sequence[str | None]) -> str | None:
        """The unit of money of a table: what its headers state, unless one of several states its own beside the lines above.

        Args:
            stated: the unit that the header of each column of amounts states, None where it states none.
        """
        units = set(stated)
        if len(units) == 1 and None not in units:
            return units.pop()
        said = units - {None}
        above = surroundings.unit(self.above, set(), ())
        return above or (said.pop() if len(said) == 1 else self.unit)

    @cached_property
    def pages(self) -> tuple[int, int] | None:
        """The first and the last page that it stands on; None where the format has none."""
        pages = {cell.page for cell in self.grid.cells if cell.page is not None}
        return (min(pages), max(pages)) if pages else None


class Layout(Protocol):
    """A table as one layout sees it."""

    IS_FORM: ClassVar[bool]    # each of its tables is a form, so that one that begins like the table above is another, not its rest

    @staticmethod
    def begins(grid: Grid) -> int | None:
        """Find the row at which a table of this layout begins in a grid; rows above it are text. None where none begins."""

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """What the layout sees in a table that it reads; None where it is none of its tables."""

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the table, its projects and totals to the document, and enter each cell that is understood into the ledger."""


class Beginning(NamedTuple):
    """Where a table begins in a grid, and whether it is a form."""

    row: int
    is_form: bool


NAMES = ("project_rows", "indicator_rows", "project_forms", "department_forms", "budget_tables")    # the first that knows a table reads it


def split(grid: Grid) -> list[Grid]:
    """Cut a grid that holds several forms, or a table and forms, into one grid each."""
    from transforms.layouts import project_forms

    return project_forms.split(grid)


def goes_on(form: Grid, grid: Grid) -> bool:
    """Whether a form breaks off above its indicators, and a grid names no project, so that it may be the form's rest."""
    from transforms.layouts import project_forms

    return project_forms.breaks_off(form) and project_forms.ProjectForms.begins(grid) is None


def heads_form(grid: Grid) -> bool:
    """Whether a grid is what a form prints above its project's name, so that the form may go on with a next page."""
    from transforms.layouts import project_forms

    return project_forms.is_head(grid)


def sight(section: Section) -> Layout | None:
    """The table as the first layout sees it that reads it; None where none does."""
    return next((seen for layout in _layouts() if (seen := layout.sight(section))), None)


def beginning(grid: Grid) -> Beginning | None:
    """Find the beginning of a table of a known layout; None where the grid has no header of its own."""
    found = ((layout, layout.begins(grid)) for layout in _layouts())
    return next((Beginning(row, layout.IS_FORM) for layout, row in found if row is not None), None)


def _layouts() -> Iterator[type[Layout]]:
    for name in NAMES:
        layout: type[Layout] = getattr(import_module(f"{__name__}.{name}"), name.title().replace("_", ""))
        yield layout
