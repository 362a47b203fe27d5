"""What stretches of a table's rows add up to: summed up row by row once, so that asking for a stretch takes no longer in a long table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from transforms.totals import Vector

_LEAST = 2    # rows of a sum that no word announces: one equal amount may be chance


class Stretches:
    """Some of a table's rows with their running sums.

    Args:
        vectors: the amounts of every row of the table; None where one cannot be read.
        rows: the places of the rows that count, in order.
    """

    def __init__(self, vectors: Sequence[Vector | None], rows: Sequence[int]) -> None:
        self._rows = rows
        sums = tuple(Decimal(0) for _ in next((vector for vector in vectors if vector is not None), ()))
        unread = filled = 0
        self._sums, self._unread, self._filled = [sums], [unread], [filled]    # above the first row, below it, below the second …
        for vector in (vectors[row] for row in rows):
            sums = sums if vector is None else _add(sums, vector)
            unread, filled = unread + (vector is None), filled + any(vector or ())
            self._sums.append(sums)
            self._unread.append(unread)
            self._filled.append(filled)

    def rows(self, first: int, end: int) -> Sequence[int]:
        """The rows that count from `first` to the one before `end`."""
        return self._rows[self._place(first) : self._place(end)]

    def count(self, first: int, end: int) -> int:
        """How many rows count from `first` to the one before `end`."""
        return max(self._place(end) - self._place(first), 0)

    def begins(self, first: int) -> int | None:
        """The first row that counts from `first` on; None where there is none."""
        place = self._place(first)
        return self._rows[place] if place < len(self._rows) else None

    def sum(self, first: int, end: int) -> Vector | None:
        """What the rows from `first` to the one before `end` add up to; None where an amount cannot be read."""
        start, stop = self._place(first), self._place(end)
        if self._unread[start] != self._unread[stop]:
            return None
        return tuple(below - above for below, above in zip(self._sums[stop], self._sums[start], strict=True))

    def least(self, first: int, end: int) -> Vector:
        """What the rows from `first` to the one before `end`, or any row below, add up to at least in each column, as far as read."""
        above = self._sums[self._place(first)]
        return tuple(below - start for below, start in zip(self._floors[self._place(end)], above, strict=True))

    def adds_up(self, stated: Vector | None, first: int, end: int, least: int = _LEAST) -> bool:
        """Whether the rows from `first` to the one before `end`, of which `least` hold money, add up to an amount."""
        if stated is None or not any(stated) or self.count(first, end) == 0:
            return False
        is_enough = self._filled[self._place(end)] - self._filled[self._place(first)] >= least
        return is_enough and self.sum(first, end) == stated

    def shortest(self, stated: Vector | None, first: int, end: int, least: int = _LEAST) -> int:
        """The fewest rows from `first` on, two at least, that add up to an amount and of which `least` hold money; 0 where none do."""
        if stated is None or not any(stated):
            return 0
        start, stop = self._place(first), self._place(end)
        places = self._places.get(_add(self._sums[start], stated), [])
        enough = max(start + _LEAST, bisect_left(self._filled, self._filled[start] + least))
        found = bisect_left(places, enough)
        place = places[found] if found < len(places) else stop + 1
        return place - start if place <= stop and self._unread[place] == self._unread[start] else 0

    @cached_property
    def _floors(self) -> list[Vector]:
        """The least of each running sum and all below it, in each column."""
        floors = accumulate(reversed(self._sums), lambda least, sums: tuple(map(min, least, sums)))
        return list(floors)[::-1]

    @cached_property
    def _places(self) -> dict[Vector, list[int]]:
        """How many rows give each running sum."""
        found: dict[Vector, list[int]] = {}
        for place, sums in enumerate(self._sums):
            found.setdefault(sums, []).append(place)
        return found

    def _place(self, row: int) -> int:
        return bisect_left(self._rows, row)


def _add(left: Vector, right: Vector) -> Vector:
    return tuple(one + other for one, other in zip(left, right, strict=True))
