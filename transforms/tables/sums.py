"""Which column or label is the total of others: what adds up in nearly every row or form is no chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from transforms.amounts import UnreadableAmount, parse_amount

_PARTS = range(2, 7)  # sources of one total; one alone is equal to it and tells nothing
_TRIED = 12  # columns of money; with more, all sets of them would take too long
_SHARE = 0.9  # rows that must add up: a department's own mistake does not upset the reading
_ROUNDING = Decimal("0.02")  # of the printed unit, for each part
_BASE, _PER_ROW, _MOST = 3.0, 1.0, 6.0

Values = Sequence[Sequence[Decimal | None]]  # for each row or form the numbers of a column: one, or one for each side


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts by their places, and the points that this is worth: more the more rows have several parts."""

    total: int
    parts: tuple[int, ...]
    points: float


def numbers(samples: Sequence[Sequence[str]]) -> Values:
    """The numbers of a column as printed; None for a blank and for what is no number."""
    return [[_number(text) for text in sample] for sample in samples]


def find_sums(columns: Sequence[Values | None]) -> list[Sum]:
    """Find totals among columns.

    Args:
        columns: the numbers of each column; None for one that holds no money.

    Returns:
        For each column that is the sum of others the smallest set of them.
    """
    money = [place for place, values in enumerate(columns) if values is not None]
    if len(money) > _TRIED:
        return []
    return [found for total in money if (found := _sum_of(columns, total, [place for place in money if place != total]))]


def is_least(column: Values, others: Sequence[Values]) -> bool | None:
    """Whether a column is below another one in more than a tenth of the rows, so that it is no total; None where nothing is compared."""
    compared = smaller = 0
    for row, values in enumerate(column):
        own = values[0] if values else None
        beside = [found for other in others if row < len(other) and other[row] and (found := other[row][0]) is not None]
        if own is not None and beside:
            compared += 1
            smaller += own < max(beside)
    return smaller > compared * (1 - _SHARE) if compared else None


def never_adds_up(total: Values, parts: Sequence[Values]) -> bool:
    """Whether a column is in no row the sum of others, and in two of them at least might be."""
    rows = [[_at(values, row, 0) for values in (total, *parts)] for row in range(len(total))]
    stated = [(own, sum(filter(None, others), Decimal(0))) for own, *others in rows if own and any(others)]
    return len(stated) > 1 and all(own != given for own, given in stated)


def _sum_of(columns: Sequence[Values | None], total: int, others: Sequence[int]) -> Sum | None:
    for count in _PARTS:
        for parts in combinations(others, count):
            informative = max(_informative(columns, total, parts), default=0)
            if informative:
                return Sum(total, parts, min(_MOST, _BASE + _PER_ROW * informative))
    return None


def _informative(columns: Sequence[Values | None], total: int, parts: Sequence[int]) -> Iterator[int]:
    """For each side of the parts the rows that add up with several parts; 0 where too few rows add up."""
    chosen = [columns[place] for place in (total, *parts)]
    sides = max((len(sample) for values in chosen if values for sample in values), default=0)
    for side in range(sides):
        rows = [[_at(values or (), row, side) for values in chosen] for row in range(len(columns[total] or ()))]
        stated = [(own, others) for own, *others in rows if own is not None and any(other is not None for other in others)]
        right = [
            others
            for own, others in stated
            if abs(own - sum((other or Decimal(0) for other in others), Decimal(0))) <= _ROUNDING * len(parts)
        ]
        several = sum(sum(bool(other) for other in others) > 1 for others in right)
        every = all(any(others[place] for others in right) for place in range(len(parts)))  # a column of zeros is no part
        yield several if several and every and len(right) >= _SHARE * len(stated) else 0


def _at(values: Values, row: int, side: int) -> Decimal | None:
    sample = values[row] if row < len(values) else ()
    return sample[min(side, len(sample) - 1)] if sample else None


def _number(text: str) -> Decimal | None:
    try:
        return parse_amount(text.split("\n", maxsplit=1)[0], "元")
    except UnreadableAmount:
        return None
