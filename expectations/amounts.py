"""What a row's amount cells say, and how far a sum of rounded amounts may be off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from transforms.amounts import coarsest_place, is_amount, is_left_blank, parse_amount, units
from transforms.funding import APPROPRIATION, appropriation_parts
from transforms.names import fold_width
from transforms.records import TOTAL, Line, Project, Table, Total

DEVIATIONS = 4   # one in 16,000 honest sums lies beyond; at three, one in 370 would alarm finance for nothing
LEAST = Decimal(100)   # yuan; 0.01 万元, what the templates round to, also where a table copies more places from a ledger


def amount_of(row: Project | Total, column: str) -> Decimal | None:
    """The amount in yuan of a row's column (`total` or a funding source); None for a blank or unbelievable cell."""
    if row.shift and not row.shift.is_certain:
        return None
    return row.amount if column == TOTAL else row.funding.get(column)


def is_unread(row: Project | Total, column: str) -> bool:
    """Whether the cell holds something that did not become an amount: unreadable, without unit, or in a doubtful column."""
    if row.shift and not row.shift.is_certain:
        return True
    return column in row.unreadable or lacks_unit(row, column)


def lacks_unit(row: Project | Total, column: str) -> bool:
    """Whether the cell holds a number that did not become yuan because no unit is known for it."""
    amount = row.amount if column == TOTAL else row.funding.get(column)
    return amount is None and column not in row.unreadable and not is_left_blank(row.amount_text.get(column, ""))


def is_unreadable(line: Line) -> bool:
    """Whether a line's cell holds something else than an amount, in whatever unit."""
    return line.amount is None and line.text is not None and not is_amount(line.text)


def is_displaced(line: Line, unit: str | None) -> bool:
    """Whether a line's cell holds an amount that may belong to another column: it was kept as text although its unit is known."""
    return line.amount is None and line.text is not None and is_amount(line.text) and parse_amount(line.text, unit) is not None


def amount_columns(row: Project | Total) -> tuple[str, ...]:
    """The row's amount columns: the total, then its funding sources in published order."""
    return (TOTAL, *row.funding)


def has_money(row: Project | Total) -> bool:
    """Whether the row asks for money: a total that is not blank or zero, be it readable or not."""
    return bool(amount_of(row, TOTAL)) or is_unread(row, TOTAL)


def fills_a_source(row: Project | Total, besides: str) -> bool:
    """Whether the row states its funding, so that a blank among its sources is no money.

    一般公共预算, 政府性基金 and 国有资本经营预算 are parts of 财政拨款: who states one of both need not state the other.

    Args:
        row: the row.
        besides: the blank source; what is part of it, or what it is part of, says nothing about it.
    """
    related = {besides}
    if besides == APPROPRIATION:
        related.update(appropriation_parts())
    if besides in appropriation_parts():
        related.update((APPROPRIATION, *appropriation_parts()))
    return any(amount_of(row, source) is not None for source in row.funding if source not in related)


def sum_tolerance(table: Table, cells: Iterable[tuple[Project | Total, str]]) -> Decimal:
    """The largest difference in yuan between a stated sum and its parts that rounding explains.

    Each of the k amounts (the parts and the sum itself) was rounded to a step on its own, so each is off by up to half
    a step: k/2 steps at the very worst. In long tables these errors cancel out; k independent ones have a standard
    deviation of √(k/12) steps, and `DEVIATIONS` of them are the limit if that is less. The step is the last place that
    the cells show, but not more than two places of the unit: amounts in 亿元 with four places are not given the slack of
    amounts with two. One step always passes, and so does `LEAST` (1 元 in tables in 元).

    Args:
        table: the table.
        cells: the stated sum and its parts, each as its row and its column (`total` or a funding source).
    """
    yuan_per_unit = Decimal(units().get(table.unit or "", 1))
    steps = [_last_place(row, column, yuan_per_unit) for row, column in cells if amount_of(row, column)]
    return rounding(table.unit, steps, table.rounded_to)


def rounding(unit: str | None, steps: Sequence[Decimal], at_least: Decimal = Decimal(0)) -> Decimal:
    """The largest difference in yuan that rounding explains in a sum; `sum_tolerance` says why.

    Args:
        unit: the table's unit as published.
        steps: what the last place of the sum and of each part is worth, in yuan.
        at_least: what all amounts of the table are rounded to, where that is known, in yuan.
    """
    coarsest = coarsest_place(unit)
    worst = Decimal(len(steps)) / 2
    likely = DEVIATIONS * (Decimal(len(steps)) / 12).sqrt()
    step = max(at_least, min([coarsest, *steps]))
    return max(min(coarsest, LEAST), step * max(Decimal(1), min(worst, likely)))


def _last_place(row: Project | Total, column: str, yuan_per_unit: Decimal) -> Decimal:
    """What one of the last place shown is worth in yuan; decimals that are all zero show nothing."""
    decimals = re.search(r"\.([0-9]*[1-9][0-9]*)", fold_width(row.amount_text.get(column, "")))
    shown = yuan_per_unit.scaleb(-len(decimals[1])) if decimals else yuan_per_unit
    exponent = (amount_of(row, column) or Decimal(0)).normalize().as_tuple().exponent
    return min(shown, Decimal(1).scaleb(int(exponent)))
