"""What a row's amount cells say, and how far a sum of rounded amounts may be off."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from transforms.amounts import is_blank, units
from transforms.records import TOTAL, Project, Total

DEVIATIONS = 4   # one in 16,000 honest sums lies beyond; at three, one in 370 would alarm finance for nothing


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
    return amount is None and column not in row.unreadable and not is_blank(row.amount_text.get(column, ""))


def amount_columns(row: Project | Total) -> tuple[str, ...]:
    """The row's amount columns: the total, then its funding sources in published order."""
    return (TOTAL, *row.funding)


def has_money(row: Project | Total) -> bool:
    """Whether the row asks for money: a total that is not blank or zero, be it readable or not."""
    return bool(amount_of(row, TOTAL)) or is_unread(row, TOTAL)


def sum_tolerance(unit: str | None, amounts: Iterable[Decimal]) -> Decimal:
    """The largest difference in yuan between a stated sum and its parts that rounding explains.

    Each of the k amounts (the parts and the sum itself) was rounded to a step on its own, so each is off by up to half
    a step: k/2 steps at the very worst. In long tables these errors cancel out; k independent ones have a standard
    deviation of √(k/12) steps, and `DEVIATIONS` of them are the limit if that is less. The step is what the amounts show
    themselves to be rounded to, but not more than what the unit's template rounds to: a table in 万元 with six places
    is not given the slack of one with two. One template step is always allowed (0.01 万元, 1 元).

    Args:
        unit: the table's unit as published.
        amounts: the stated sum and its parts in yuan.
    """
    template_step = max(Decimal(1), Decimal(units().get(unit or "", 1)) / 100)   # two places of the unit; in 元 the cents are mostly 00
    values = [amount for amount in amounts if amount]
    step = min([template_step, *(_last_place(value) for value in values)])
    worst = Decimal(len(values)) / 2
    likely = DEVIATIONS * (Decimal(len(values)) / 12).sqrt()
    return max(template_step, step * min(worst, likely))


def _last_place(amount: Decimal) -> Decimal:
    return Decimal(1).scaleb(int(amount.normalize().as_tuple().exponent))
