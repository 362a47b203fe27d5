"""Layouts: one module per published form; each makes records of the tables that it recognises.

A new layout is a module with the functions of `Layout` and a line in `LAYOUTS`. It is recognised from a table's headers,
never from the department's name. Headers, level names and units are data: `transforms/vocabulary/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from transforms.grid import Grid, TextLine
from transforms.layouts.columns import Header
from transforms.records import ParsedDocument


@dataclass(frozen=True, slots=True)
class Section:
    """One published table: its grids (several where a page break parts it), with the text above and below it.

    `elsewhere` are all lines of the document, for what a table leaves unsaid.
    """

    grids: tuple[Grid, ...]
    header: Header
    above: tuple[TextLine, ...]
    below: tuple[TextLine, ...]
    elsewhere: tuple[TextLine, ...]


class Layout(Protocol):
    """What a layout's module offers."""

    def recognise(self, grid: Grid) -> Header | None:
        """Find the grid's header; None where this layout does not know it."""

    def continues(self, header: Header, grid: Grid) -> bool:
        """Whether a grid without a known header can be the rest of a table with this header."""

    def read(self, section: Section, document: ParsedDocument) -> None:
        """Add the section's table, projects and totals to the document."""


LAYOUTS = ("transforms.layouts.project_rows",)


def recognise(grid: Grid) -> tuple[Layout, Header] | None:
    """Find the layout of a table.

    Returns:
        The first layout that knows its header, and that header; None where none does.
    """
    for name in LAYOUTS:
        layout: Layout = import_module(name)
        header = layout.recognise(grid)
        if header is not None:
            return layout, header
    return None
