"""Small tables written as text, for tests: a row per line, cells between `|`; `<` is merged with the cell to its left, `^` with the one above."""

from __future__ import annotations

from transforms.grid import Cell, Grid, TextLine
from transforms.layouts import Section
from transforms.layouts.budget_tables import BudgetTables
from transforms.records import ParsedDocument, Table, yuan
from transforms.tables.ledger import Ledger


def grid(text: str) -> Grid:
    """Make a grid of its picture."""
    rows = [[cell.strip(" ") for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    cells = []
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell in ("<", "^"):
                continue
            width = 1
            while column + width < len(row) and row[column + width] == "<":
                width += 1
            height = 1
            while index + height < len(rows) and rows[index + height][column] == "^":
                height += 1
            cells.append(Cell(cell, index + 1, column + 1, height, width))
    return Grid(tuple(cells))


def read(text: str, *above: str, below: tuple[str, ...] = ()) -> Table:
    """Read the picture of a table below lines of text."""
    lines = tuple(map(TextLine, above))
    notes = tuple(map(TextLine, below))
    section = Section(grid(text), lines, notes, (*lines, *notes))
    assert BudgetTables.sight(section)
    document = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables(section).read(document, Ledger(section.grid))
    return document.tables[0]


def lines(table: Table) -> list[str]:
    """A table's lines as text: side, code, label, column, amount."""
    return [
        " ".join([*filter(None, (line.side, line.code, line.label)), f"[{line.column}]", yuan(line.amount) or f"?{line.text}"])
        for line in table.lines
    ]
