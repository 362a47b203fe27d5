"""Which of several readings of a row is right, where a lost blank cell leaves more than one.

A reading is believed only if nothing but it fits what the document says elsewhere: the row's own sum, and the published
sums of its columns. What is left open stays open (`ColumnShift.is_certain` is False).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from transforms.layouts.entries import Entry, Reading, read_amounts, vector
from transforms.names import strip_whitespace
from transforms.records import TOTAL
from transforms.vocabulary import vocabulary

Vector = tuple[Decimal, ...]
_SUMS = 50_000    # partial sums tried; where more would be needed (some 0.5 s), the rows stay open


def by_row_sums(entry: Entry) -> Entry:
    """Keep the readings in which the total is the sum of the sources, if there are any; one of those that say the same.

    A lost blank cell changes no number, so the right reading of a row that was published right is among them.
    """
    readings = list({_key(reading): reading for reading in reversed(entry.row.readings)}.values())[::-1]
    adding_up = [reading for reading in readings if _adds_up(entry, reading)]
    return entry.with_readings(tuple(adding_up or readings))


def by_blank_columns(entries: list[Entry], totals: dict[int, tuple[int, ...]]) -> None:
    """Leave out the readings with money in a column in which a published total over the row has none.

    This holds even where another column of the total is published wrong.

    Args:
        entries: the rows; those with several readings are replaced.
        totals: for each row of a total the rows that it sums up.
    """
    for total, members in totals.items():
        published = read_amounts(entries[total].row.readings[0], entries[total].header, entries[total].unit or "元")
        blank = [place for place, (source, value) in enumerate(published.yuan.items()) if not value and source not in published.unreadable]
        for index in members if entries[total].is_certain else ():
            readings = entries[index].row.readings
            kept = tuple(r for r in readings if (sums := vector(entries[index], r)) and not any(sums[place] for place in blank))
            entries[index] = entries[index].with_readings(kept or readings)


def by_column_sums(entries: list[Entry], totals: dict[int, tuple[int, ...]]) -> None:
    """Keep the readings with which every column adds up to a published total over the row; where none does, keep all.

    Args:
        entries: the rows; those with several readings are replaced.
        totals: for each row of a total the rows that it sums up. Totals over few rows say most, so they come first.
    """
    for total, members in sorted(totals.items(), key=lambda item: len(item[1])):
        open_rows = [index for index in members if len(entries[index].row.readings) > 1]
        published = vector(entries[total])
        if not open_rows or published is None or not entries[total].is_certain:
            continue
        closed = [vector(entries[index]) for index in members if index not in open_rows]
        options = [_options(entries[index]) for index in open_rows]
        if None in closed or None in options:
            continue
        rest = _difference(published, [found for found in closed if found])
        for index, possible in zip(open_rows, _possible(rest, [o for o in options if o]), strict=True):
            if possible:
                kept = [reading for reading in entries[index].row.readings if vector(entries[index], reading) in possible]
                entries[index] = entries[index].with_readings(tuple(kept))


def _key(reading: Reading) -> Reading:
    blanks = vocabulary("money")["blank"]
    return tuple("" if (plain := strip_whitespace(text).strip("-－—–―─")) in blanks else plain for text in reading)


def _adds_up(entry: Entry, reading: Reading) -> bool:
    amounts = read_amounts(reading, entry.header, entry.unit or "元")
    parts = vocabulary("headers")["appropriation_parts"] if "fiscal_appropriation" in amounts.yuan else []
    total = amounts.yuan.get(TOTAL)
    return (
        not amounts.unreadable
        and total is not None
        and total == sum((value or Decimal(0) for role, value in amounts.yuan.items() if role not in (TOTAL, *parts)), Decimal(0))
    )


def _options(entry: Entry) -> set[Vector] | None:
    found = {vector(entry, reading) for reading in entry.row.readings}
    return None if None in found else {option for option in found if option}


def _difference(total: Vector, parts: Sequence[Vector]) -> Vector:
    return tuple(column - sum((part[place] for part in parts), Decimal(0)) for place, column in enumerate(total))


def _possible(rest: Vector, options: Sequence[set[Vector]]) -> list[set[Vector]]:
    """For each row the options that are part of a choice, one per row, that adds up to `rest`; empty sets if too many."""
    before = list(_sums(tuple(Decimal(0) for _ in rest), options))
    after = list(_sums(rest, list(reversed(options)), sign=-1))[::-1]
    if len(before) <= len(options) or len(after) <= len(options):
        return [set() for _ in options]
    return [
        {option for option in row if any(_add(sums, option) in after[place + 1] for sums in before[place])}
        for place, row in enumerate(options)
    ]


def _sums(start: Vector, options: Sequence[set[Vector]], sign: int = 1) -> Iterator[set[Vector]]:
    """The sums that can be reached before the first row, after it, after the second …; ends early if there are too many."""
    reached, tried = {start}, 0
    yield reached
    for row in options:
        tried += len(reached) * len(row)
        if tried > _SUMS:
            return
        reached = {_add(sums, option, sign) for sums in reached for option in row}
        yield reached


def _add(left: Vector, right: Vector, sign: int = 1) -> Vector:
    return tuple(one + sign * other for one, other in zip(left, right, strict=True))
