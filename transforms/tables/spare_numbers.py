"""Columns of numbers that nobody read and in which no money of a table's rows can be missing: the rows add up without them.

数量, 单价, 面积 and whatever else a list of projects states beside its money has no end of names. What tells them is arithmetic: where
each row's total is the sum of its sources, no further column is one of them; where a total is the product of two, these are no amounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from transforms.amounts import UnreadableAmount, is_blank, parse_amount
from transforms.grid import Cell
from transforms.names import fold_width, strip_whitespace
from transforms.records import TOTAL, Project, Total
from transforms.tables.ledger import Ledger

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?[%‰]?")
_LEAST_ROWS = 2       # that show it: one may do so by chance
_SCALES = (Decimal(1), Decimal(10_000), Decimal("0.0001"))    # prices in yuan beside amounts in 万元, and the reverse
_ROUNDING = Decimal("0.005")    # of the last place of amounts to two decimals, of which a product is one

Column = Mapping[int, Decimal]    # the numbers by row


def spare_columns(ledger: Ledger, rows: Sequence[Project | Total]) -> frozenset[int]:
    """The unread columns that hold numbers alone and no money of the rows.

    Args:
        ledger: what became of the table's cells.
        rows: its projects and totals.
    """
    columns = _numbers(ledger.unread())
    if not columns:
        return frozenset()
    if _is_whole(rows):
        return frozenset(columns)
    totals = {row.place.row: amount for row in rows if row.place.row and (amount := _amount(row.amount_text.get(TOTAL))) is not None}
    return _factors(totals, columns)


def spare_factors(cells: Iterable[Cell], totals: Column) -> frozenset[int]:
    """The columns of which two give the totals as their products, such as 数量 and 单价.

    Args:
        cells: those below a table's header.
        totals: the total of each row.
    """
    return _factors(totals, _numbers(cells))


def _factors(totals: Column, columns: Mapping[int, Mapping[int, str]]) -> frozenset[int]:
    numbers = {number: {row: _number(text) for row, text in texts.items()} for number, texts in columns.items()}
    pairs = (pair for pair in combinations(numbers, 2) if _is_product(totals, *(numbers[one] for one in pair)))
    return frozenset(number for pair in pairs for number in pair)


def _numbers(cells: Iterable[Cell]) -> dict[int, dict[int, str]]:
    """The texts of columns that hold numbers alone, by column and row."""
    texts: dict[int, dict[int, str]] = {}
    for cell in cells:
        texts.setdefault(cell.column, {})[cell.row] = strip_whitespace(fold_width(cell.text))
    return {number: column for number, column in texts.items() if all(map(_NUMBER.fullmatch, column.values()))}


def _is_whole(rows: Sequence[Project | Total]) -> bool:
    """Whether each row's total is the sum of its sources."""
    stated = [{role: _amount(text) for role, text in row.amount_text.items() if not is_blank(text)} for row in rows]
    return len(stated) >= _LEAST_ROWS and all(map(_adds_up, stated))


def _adds_up(amounts: Mapping[str, Decimal | None]) -> bool:
    sources = [amount for role, amount in amounts.items() if role != TOTAL]
    total = amounts.get(TOTAL)
    return total is not None and bool(sources) and None not in sources and sum(filter(None, sources)) == total


def _is_product(totals: Column, one: Column, other: Column) -> bool:
    """Whether the total of each row that has both is their product, in one scale."""
    shared = totals.keys() & one.keys() & other.keys()
    products = [(one[row] * other[row], totals[row]) for row in shared]
    fits = (all(abs(product * scale - total) <= _ROUNDING for product, total in products) for scale in _SCALES)
    return len(shared) >= _LEAST_ROWS and any(fits)


def _amount(text: str | None) -> Decimal | None:
    try:
        return parse_amount(text, "元") if text else None
    except UnreadableAmount:
        return None


def _number(text: str) -> Decimal:
    return Decimal(text.rstrip("%‰").replace(",", ""))
