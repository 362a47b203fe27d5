"""Tables that list projects with their money and without goals (项目支出表): which columns name them, by words or else by evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.amounts import is_blank
from transforms.grid import Grid
from transforms.layouts import project_rows
from transforms.layouts.headings import Heading
from transforms.records import Doubt, Table
from transforms.tables.ledger import doubt_of

if TYPE_CHECKING:
    from transforms.tables.understanding import Understood

_GOALS = ("goal", "indicators")


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A table with what its headers are read as.

    `names` is the number of the column that names projects, where another one holds their money; `understood` is the evidence,
    where the words alone do not say it.
    """

    grid: Grid
    names: int | None
    understood: Understood | None = None

    def tell(self, table: Table) -> None:
        """Take down in the table which of its words were assumed, and the columns that were not understood."""
        if self.understood:
            self.understood.tell(self.grid, table)
            table.doubts += self._unread(self.understood)

    def _unread(self, understood: Understood) -> Iterator[Doubt]:
        for judged in (judged for reading in understood.readings for judged in reading.columns):
            cells = [cell for cell in self.grid.cells if cell.text in judged.label.texts and not is_blank(cell.text)]
            if cells and (not judged.is_used or judged.role in _GOALS):
                yield doubt_of("unread", judged.label.text, cells)


def find(grid: Grid, heading: Heading, *, is_classified: bool) -> ProjectList:
    """Find the columns of projects. The names beside the codes of a classification are none, so that words alone decide there.

    A table that states goals as well is none of these: its projects are not read without them.
    """
    names = project_rows.column_of_names(grid)
    if names or is_classified:
        return ProjectList(grid, names)
    from transforms.tables.understanding import understand_list  # costs start-up, and most documents do without

    understood = understand_list(grid, heading.first, heading.end - 1)
    states_goals = any(judged.role in _GOALS for reading in understood.readings for judged in reading.columns)
    return ProjectList(understood.grid, None if states_goals else project_rows.column_of_names(understood.grid), understood)
