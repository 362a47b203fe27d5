"""Amounts that would be lost in silence: taken for a record's that no record holds, or left aside while the projects have none.

A layout says what becomes of each cell, and makes records of them. What it says is held against what it made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from transforms.amounts import UnreadableAmount, is_amount, is_blank, parse_amount
from transforms.grid import Cell
from transforms.names import fold_width, strip_whitespace
from transforms.records import TOTAL, Doubt, Project, Total
from transforms.tables.contents import kind_of
from transforms.tables.headers import money_roles
from transforms.tables.ledger import OF_ANOTHER_TERM, OF_APPROPRIATION, Fate, Ledger, doubt_of

_TOTALS = (TOTAL, "total_year")
_LABELS_OF_TOTAL: list[tuple[Fate, str]] = [("structure", meaning) for meaning in _TOTALS]
_OTHER_MONEY = (OF_ANOTHER_TERM, OF_APPROPRIATION)


def lost_money(ledger: Ledger, rows: Sequence[Project | Total]) -> list[Doubt]:
    """The doubts about amounts of a table of projects that nobody would miss.

    Args:
        ledger: what became of the table's cells.
        rows: its projects and totals.
    """
    lost = list(_in_no_record(ledger, rows)) or list(_left_aside(ledger, rows))
    by_header: dict[str, list[Cell]] = {}
    for cell in lost:
        by_header.setdefault(ledger.header_of(cell), []).append(cell)
    return [doubt_of("unread", header, cells, is_believed=False) for header, cells in by_header.items()]


def _in_no_record(ledger: Ledger, rows: Sequence[Project | Total]) -> Iterator[Cell]:
    """The amounts that are a project's, as the ledger has it, and that none states."""
    if {meaning for _, meaning in ledger.fates.values()}.isdisjoint((*_TOTALS, *money_roles())):    # a budget table
        return
    held = {(role, _number(text)) for row in rows for role, texts in row.amount_text.items() for text in texts.split("｜")}
    for cell, fate, meaning in _amounts(ledger):
        role = TOTAL if meaning in _TOTALS else meaning
        if fate == "record" and role in money_roles() and (role, _number(cell.text)) not in held:
            yield cell


def _left_aside(ledger: Ledger, rows: Sequence[Project | Total]) -> Iterator[Cell]:
    """The amounts that nobody keeps, where no project states any; beside a known label of the total it was published blank."""
    projects = [row for row in rows if isinstance(row, Project)]
    if not projects or any(project.shift or not all(map(is_blank, project.amount_text.values())) for project in projects):
        return
    labels = [cell for cell in ledger.grid.cells if ledger.fate_of(cell) in _LABELS_OF_TOTAL]
    if not labels or any(cell.read_as for cell in labels):
        for cell, fate, meaning in _amounts(ledger):
            if (fate, meaning) in _OTHER_MONEY or (fate == "not kept" and kind_of(cell.text) == "amount"):
                yield cell


def _amounts(ledger: Ledger) -> Iterator[tuple[Cell, Fate, str]]:
    return ((cell, *ledger.fate_of(cell)) for cell in ledger.grid.cells if is_amount(cell.text))


def _number(text: str) -> Decimal | str | None:
    """What an amount is compared by: 8.50 and 8.5 are the same."""
    try:
        return parse_amount(text, "元")
    except UnreadableAmount:
        return strip_whitespace(fold_width(text))
