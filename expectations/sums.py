"""Which names in a table sum up which, and whether a sum ties.

Names are paths (`基本支出/人员经费`): those of columns from the top header down, those of rows as their labels say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from expectations.amounts import rounding
from expectations.words import CARRIED, FUNDING, OF_WHICH, part, plain, split_measure, total, words
from transforms.amounts import units
from transforms.names import fold_width
from transforms.records import Line, Table

Path = tuple[str, ...]
Entry = tuple[Path, int]   # what of, and the number of the cell that states it
_DECIMALS = re.compile(r"\.([0-9]+)")
COARSEST = Decimal(10_000)   # yuan to which a table is rounded at most, whatever its unit
ENOUGH = 10   # whole numbers that do not stand there by chance, so that a table of as many is one rounded to whole numbers


@dataclass(frozen=True, slots=True)
class Shape:
    """Which cell is the sum of which; what they state makes a `Sum` of it.

    `name` is the sum's, `family` that of its parts where they are of one. `doubt` says why a difference need not be
    wrong (an id of the rule's `not_applicable`).
    """

    name: str
    cell: int
    parts: tuple[Entry, ...]
    family: str | None
    doubt: str | None

    def fill(self, amounts: Sequence[Decimal | None]) -> Sum:
        """The sum that the cells state; None is a cell that could not be read."""
        parts = tuple(("/".join(path), amounts[cell]) for path, cell in self.parts)
        return Sum(self.name, amounts[self.cell], parts, self.family, self.doubt)


@dataclass(frozen=True, slots=True)
class Sum:
    """A stated sum and its parts, each with its amount in yuan; `is_proven` where these are known to be all; else as `Shape`."""

    name: str
    stated: Decimal | None
    parts: tuple[tuple[str, Decimal | None], ...]
    family: str | None = None
    doubt: str | None = None
    is_proven: bool = False

    @property
    def given(self) -> Decimal:
        """What the parts give."""
        return sum((amount for _, amount in self.parts if amount is not None), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """How much is stated beyond what the parts give."""
        return (self.stated or Decimal(0)) - self.given

    def ties(self, unit: str | None, step: Decimal) -> bool:
        """Whether no more is missing than rounding explains; see `rounding`."""
        amounts = [amount for amount in (self.stated, *(amount for _, amount in self.parts)) if amount]
        steps = [max(step, last_place(amount)) for amount in amounts]
        return abs(self.difference) <= rounding(unit, steps, step)


def judge(found: Sum, unit: str | None, step: Decimal) -> str | None:
    """None where a sum ties, `wrong` where it does not, else the reason why that cannot be said."""
    if found.stated is None:
        return "total-blank"
    if not any(amount is not None for _, amount in found.parts):
        return "parts-blank"
    if found.ties(unit, step):
        return None
    if any(amount is None for _, amount in found.parts):
        return "part-unread"
    return found.doubt or "wrong"


def last_place(amount: Decimal) -> Decimal:
    """What one of the last place of an amount that is not zero is worth, in yuan."""
    return Decimal(1).scaleb(int(amount.normalize().as_tuple().exponent))


def shown_step(table: Table) -> Decimal:
    """What all amounts of a table are rounded to, in yuan, where its workbook says so or they are enough to; else 0.

    Whole tens of the unit, or of 万元, are round amounts, not rounded ones.
    """
    places = [_shown_place(line, table.unit) for line in table.lines if line.amount]
    if len(places) < ENOUGH:
        return table.rounded_to
    return max(table.rounded_to, min(*places, max(COARSEST, Decimal(units().get(table.unit or "", 1)))))


def _shown_place(line: Line, unit: str | None) -> Decimal:
    decimals = _DECIMALS.search(fold_width(line.text or ""))
    shown = Decimal(units().get(unit or "", 1)).scaleb(-len(decimals[1])) if decimals else None
    place = last_place(line.amount or Decimal(1))
    return min(place, shown) if shown else place


def by_name(labels: Sequence[str], amounts: Sequence[Decimal | None]) -> Iterator[tuple[Sum, int]]:
    """The sums that rows state in one column, each with the number of its row; a single part is all of its sum there.

    Args:
        labels: the rows' labels, levels joined by `/`.
        amounts: what each row states.
    """
    paths = tuple(tuple(label.split("/")) for label in labels)
    for shape in shapes(tuple((path, cell) for cell, path in enumerate(paths)), paths, is_all=True):
        yield shape.fill(amounts), shape.cell


def across(amounts: Mapping[str, Decimal | None], columns: tuple[str, ...]) -> Iterator[Sum]:
    """The sums that one row states over its columns.

    Args:
        amounts: the row's amounts by column path, None for a cell that could not be read.
        columns: the column paths of the whole table.
    """
    stated = list(amounts.values())
    return (shape.fill(stated) for shape in _shapes_across(tuple(amounts), columns))


@lru_cache(maxsize=2048)   # rows fill a few sets of their table's columns, and the forms are the same in many documents
def _shapes_across(filled: tuple[str, ...], columns: tuple[str, ...]) -> tuple[Shape, ...]:
    found: list[Shape] = []
    filled, columns = tuple(_own(column, columns) for column in filled), tuple(_own(column, columns) for column in columns)
    for measure in dict.fromkeys(split_measure(column)[0] for column in columns):
        entries = [(path, cell) for cell, column in enumerate(filled) if (path := _path(column, measure)) is not None]
        found += shapes(entries, [path for column in columns if (path := _path(column, measure)) is not None])
    return tuple(found)


def _own(column: str, columns: Sequence[str]) -> str:
    """A column 金额 alone, or beside 其中：X, under a heading holds what the heading names: 事业收入/金额 is 事业收入."""
    above, _, name = column.rpartition("/")
    beside = [other[len(above) + 1 :] for other in columns if other != column and other.startswith(f"{above}/")]
    is_own = above and plain(name) == words()["own_measure"] and all(OF_WHICH.match(fold_width(other)) for other in beside)
    return above if is_own else column


def _path(column: str, measure: str) -> Path | None:
    """What a column holds; None if it is measured another way: 预算数 and 决算数 are no parts of each other."""
    own, path = split_measure(column)
    return path if own == measure else None


def shapes(entries: Sequence[Entry], names: Sequence[Path], under: Path = (), *, is_all: bool = False) -> Iterator[Shape]:
    """The sums that are stated beside their parts, at every level.

    Args:
        entries: what is stated.
        names: the paths of all that the table has; what is blank here may be a part all the same.
        under: the path above all of these.
        is_all: whether the names are known to be all: then a single part is all of its sum.
    """
    level = _Level(entries, names, under, is_all)
    yield from (shape for shape in level.sums() if shape.parts)
    names_below: dict[str, list[Path]] = {}
    for first, *rest in filter(None, names):
        names_below.setdefault(first, []).append(tuple(rest))
    for name, below in level.below.items():
        if any(path for path, _ in below):
            yield from shapes(below, names_below.get(name, ()), (*under, name), is_all=is_all)


class _Level:
    """The names beside each other under one heading."""

    def __init__(self, entries: Sequence[Entry], names: Sequence[Path], under: Path, is_all: bool) -> None:
        self.under, self.is_all = under, is_all
        self.below: dict[str, list[Entry]] = {}
        for path, cell in entries:
            if path:
                self.below.setdefault(path[0], []).append((path[1:], cell))
        self.names = {path[0] for path in names if path}

    def sums(self) -> Iterator[Shape]:
        parts = [name for name in self.below if not total(name)]
        siblings = self._siblings(parts)
        current, grand = self._totals("year"), [name for name in self._totals("grand") if self._is_leaf(name)]
        beyond = self._beyond(current, siblings)
        carried = [name for name in siblings if _family(name) == CARRIED or name in beyond]
        own = [name for name in siblings if _family(name) != CARRIED and name not in beyond]
        doubt = "totals-repeated" if len(current) > 1 or len(grand) > 1 else None
        if current and self._is_leaf(current[0]):
            yield self._sum(current[0], own, doubt)
        elif current and own:
            doubt = "parts-mixed"
        if grand:
            yield self._sum(grand[0], [current[0], *carried] if current else siblings, doubt)
        yield from self._nested(parts)

    def _beyond(self, current: Sequence[str], siblings: Sequence[str]) -> set[str]:
        """The parts that nobody knows and that stand below the year's total, as 调出资金: they are beside it, its own are above."""
        above = set(takewhile(lambda name: name != current[0], self.below)).intersection(siblings) if current else ()
        return {name for name in siblings if name not in above and _family(name) is None} if above else set()

    def _totals(self, kind: str) -> list[str]:
        return [name for name in self.below if total(name) == kind]

    def _is_leaf(self, name: str) -> bool:
        return not any(path for path, _ in self.below[name])

    def _siblings(self, parts: Sequence[str]) -> list[str]:
        """The parts without those that stand in another one of them, as 其中 or as `nested` says."""
        roles = {known.role for name in parts if (known := part(name))}
        inner = {role for outer, within in words()["nested"].items() if outer in roles for role in within}
        return [name for name in parts if _role(name) not in inner and not OF_WHICH.match(fold_width(name))]

    def _nested(self, parts: Sequence[str]) -> Iterator[Shape]:
        """The sums of parts that stand beside their own: a name that nobody knows may be one of these."""
        is_unknown = any(_family(name) is None and not total(name) and not OF_WHICH.match(fold_width(name)) for name in self.names)
        roles = {known.role: name for name in parts if (known := part(name))}
        for outer, within in words()["nested"].items():
            inner = [roles[role] for role in within if role in roles]
            if outer in roles and inner and self._is_leaf(roles[outer]):
                yield self._sum(roles[outer], inner, "part-unknown" if is_unknown else None)

    def _sum(self, name: str, parts: Sequence[str], doubt: str | None) -> Shape:
        entries = tuple(entry for part_name in parts for entry in self._value(part_name))
        families = {_family(part_name) for part_name in parts if not total(part_name)}
        own = families - {CARRIED}
        doubt = doubt or self._doubt(parts, families)
        [cell, *_] = [cell for path, cell in self.below[name] if not path]
        return Shape("/".join((*self.under, name)), cell, entries, next(iter(own)) if len(own) == 1 else None, doubt)

    def _doubt(self, parts: Sequence[str], families: set[str | None]) -> str | None:
        own, known = families - {CARRIED}, {plain(name) for name in parts}
        if None in families:
            return "part-unknown"
        if len(own) > 1 or len(known) < len(parts) or not all(map(self._is_one, parts)):
            return "parts-mixed"
        is_some = any(OF_WHICH.match(fold_width(name)) for name in parts) or (FUNDING in own and not self.is_all and self._is_alone())
        return "one-part-only" if is_some and len(parts) < 2 else None

    def _is_alone(self) -> bool:
        """Whether the table has one part here, be it filled or not."""
        return sum(not total(name) for name in self.names) < 2

    def _is_one(self, name: str) -> bool:
        """Whether a part is stated once, by itself or by parts of its own."""
        stated = [path for path, _ in self.below[name] if not path or (len(path) == 1 and total(path[0]) == "grand")]
        return len(stated) == 1 or (not stated and all(len(path) == 1 for path, _ in self.below[name]))

    def _value(self, name: str) -> list[Entry]:
        """What a part amounts to: its own amount, that of its 小计, or those of its parts."""
        below = self.below[name]
        own = [cell for path, cell in below if not path or (len(path) == 1 and total(path[0]) == "grand")]
        return [((name,), cell) for cell in own or [cell for path, cell in below if not OF_WHICH.match(fold_width(path[0]))]]


def _family(name: str) -> str | None:
    known = part(name)
    return known.family if known else None


def _role(name: str) -> str | None:
    known = part(name)
    return known.role if known else None

