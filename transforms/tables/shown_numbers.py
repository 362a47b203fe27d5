"""What a workbook holds behind the amounts that it shows: digits that are rounded away, and a scale (`0.00,` shows 1234567 as 1234.57).

What is shown is what is published, as on paper and in PDF, so that is read. The digits behind it tell to what amounts are rounded,
so that no sum of them is called wrong; where they are rounded more coarsely than the templates ask, that is told. A scale that
does not lead from one unit of money to the table's contradicts it: then nobody knows which is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from transforms.amounts import coarsest_place, units
from transforms.grid import Cell
from transforms.records import Doubt, DoubtReason, Table
from transforms.tables.ledger import Ledger, doubt_of
from transforms.tables.surroundings import money_in_brackets


def tell_stored(ledger: Ledger, table: Table) -> None:
    """Note to what a table's amounts are rounded, and add the doubts of what is shown.

    Args:
        ledger: what became of the table's cells.
        table: its record.
    """
    if not any(cell.stored for cell in ledger.grid.cells):    # as in all formats but workbooks
        return
    amounts = [(cell, unit) for cell in ledger.amounts() if cell.stored and (unit := _unit(ledger.header_of(cell)) or table.unit)]
    steps = {unit: max(cell.stored.step for cell, its in amounts if its == unit and cell.stored) for _, unit in amounts}
    table.rounded_to = max((step * units()[unit] for unit, step in steps.items()), default=Decimal(0))
    coarse = [cell for cell, unit in amounts if cell.stored and cell.stored.step * units()[unit] > coarsest_place(unit)]
    scaled = [cell for cell, unit in amounts if cell.stored and not _is_unit(units()[unit], cell.stored.exponent)]
    table.doubts += [replace(doubt, is_critical=False) for doubt in _doubts("rounded", coarse, ledger)]
    table.doubts += [replace(doubt, is_critical=True, is_believed=False) for doubt in _doubts("scaled", scaled, ledger)]


def _unit(header: str) -> str | None:
    """The unit of money that a header states."""
    return next((unit for text in reversed(header.split("/")) if (unit := money_in_brackets(text)[1])), None)


def _is_unit(shown: int, exponent: int) -> bool:
    """Whether a number that is shown as so many of a unit is held as so many of another one."""
    return Decimal(shown).scaleb(exponent) in units().values()


def _doubts(reason: DoubtReason, cells: Sequence[Cell], ledger: Ledger) -> list[Doubt]:
    by_header: dict[str, list[Cell]] = {}
    for cell in cells:
        by_header.setdefault(ledger.header_of(cell), []).append(cell._replace(text=_both(cell)))
    return [doubt_of(reason, header, found) for header, found in by_header.items()]


def _both(cell: Cell) -> str:
    """What is shown, and what is held."""
    number, exponent, _ = cell.stored or (Decimal(0), 0, Decimal(0))
    return f"{cell.text}（{number.scaleb(-exponent).normalize():f}）"
