"""Which of several readings of a row is right, where a lost blank cell leaves more than one.

A reading is believed only if nothing but it fits what the document says elsewhere: the row's own sum, and the published
sums of its columns. What is left open stays open (`ColumnShift.is_certain` is False).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from transforms.amounts import is_blank
from transforms.funding import APPROPRIATION, appropriation_parts
from transforms.layouts.entries import LABELS, Entry, Reading
from transforms.names import strip_whitespace
from transforms.records import TOTAL
from transforms.vocabulary import vocabulary

Vector = tuple[Decimal, ...]
_SUMS = 50_000    # partial sums tried; where more would be needed (some 0.5 s), the rows stay open


def by_row_sums(entry: Entry) -> Entry:
    """Keep the readings in which the total is the sum of the sources, if there are any; of those that say the same one with a name.

    A lost blank cell changes no number, so the right reading of a row that was published right is among them.
    """
    said: dict[tuple[Reading, Reading], Reading] = {}
    for reading in sorted(entry.row.readings, key=lambda reading: _lacks_name(entry, reading)):
        said.setdefault(_key(entry, reading), reading)
    adding_up = [reading for reading in said.values() if _adds_up(entry, reading)]
    return entry.with_readings(tuple(adding_up or said.values()))


def by_blank_columns(entries: list[Entry], totals: dict[int, tuple[int, ...]]) -> None:
    """Leave out the readings with money in a column in which a published total over the row has none.

    This holds even where another column of the total is published wrong.

    Args:
        entries: the rows; those with several readings are replaced.
        totals: for each row of a total the rows that it sums up.
    """
    for total, members in totals.items():
        published = entries[total].read_amounts(entries[total].row.readings[0], entries[total].unit or "元")
        blank = [place for place, (source, value) in enumerate(published.yuan.items()) if not value and source not in published.unreadable]
        for index in members if entries[total].is_certain else ():
            readings = entries[index].row.readings
            if len(readings) == 1:
                continue
            kept = tuple(r for r in readings if (sums := entries[index].vector_of(r)) and not any(sums[place] for place in blank))
            entries[index] = entries[index].with_readings(kept or readings)


def by_parts(entries: list[Entry], totals: dict[int, tuple[int, ...]]) -> None:
    """Keep the readings of totals that their rows bear out: without money where no row has any, and adding up if one does.

    Args:
        entries: the rows; totals with several readings are replaced.
        totals: for each row of a total the rows that it sums up.
    """
    for total, members in totals.items():
        readings = entries[total].row.readings
        options = [_options(entries[index]) for index in members] if len(readings) > 1 else []
        if not options or None in options:
            continue
        possible = [option for option in options if option]
        has_money = [any(column) for column in zip(*(amounts for option in possible for amounts in option), strict=True)]
        kept = [reading for reading in readings if _has_no_other(entries[total].vector_of(reading), has_money)] or list(readings)
        tied = [reading for reading in kept if (amounts := entries[total].vector_of(reading)) and all(_possible(amounts, possible))]
        entries[total] = entries[total].with_readings(tuple(tied or kept))


def by_column_sums(entries: list[Entry], totals: dict[int, tuple[int, ...]]) -> None:
    """Keep the readings with which every column adds up to a published total over the row; where none does, keep all.

    Args:
        entries: the rows; those with several readings are replaced.
        totals: for each row of a total the rows that it sums up. Totals over few rows say most, so they come first.
    """
    for total, members in sorted(totals.items(), key=lambda item: len(item[1])):
        open_rows = [index for index in members if len(entries[index].row.readings) > 1]
        published = entries[total].vector
        if not open_rows or published is None or not entries[total].is_certain:
            continue
        closed = [entries[index].vector for index in members if len(entries[index].row.readings) == 1]
        options = [_options(entries[index]) for index in open_rows]
        if None in closed or None in options:
            continue
        rest = _difference(published, [found for found in closed if found])
        for index, possible in zip(open_rows, _possible(rest, [o for o in options if o]), strict=True):
            if possible:
                kept = [reading for reading in entries[index].row.readings if entries[index].vector_of(reading) in possible]
                entries[index] = entries[index].with_readings(tuple(kept))


def _lacks_name(entry: Entry, reading: Reading) -> bool:
    place = entry.header.number_of("project_name")
    return place is not None and is_blank(reading[place])


def _key(entry: Entry, reading: Reading) -> tuple[Reading, Reading]:
    """What a reading says: the labels, in whichever of their columns they stand, and the rest."""
    blanks = vocabulary("money")["blank"]
    plain = ["" if (text := strip_whitespace(cell).strip("-－—–―─")) in blanks else text for cell in reading]
    is_label = [column.role in LABELS for column in entry.header.columns.values()]
    labels = tuple(text for text, is_one in zip(plain, is_label, strict=True) if is_one and text)
    return labels, tuple(text for text, is_one in zip(plain, is_label, strict=True) if not is_one)


def _adds_up(entry: Entry, reading: Reading) -> bool:
    amounts = entry.read_amounts(reading, entry.unit or "元")
    parts = appropriation_parts() if APPROPRIATION in amounts.yuan else ()
    total = amounts.yuan.get(TOTAL)
    return (
        not amounts.unreadable
        and total is not None
        and total == sum((value or Decimal(0) for role, value in amounts.yuan.items() if role not in (TOTAL, *parts)), Decimal(0))
    )


def _has_no_other(amounts: Vector | None, has_money: Sequence[bool]) -> bool:
    return amounts is not None and not any(amount for amount, allowed in zip(amounts, has_money, strict=True) if not allowed)


def _options(entry: Entry) -> set[Vector] | None:
    found = {entry.vector_of(reading) for reading in entry.row.readings}
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
