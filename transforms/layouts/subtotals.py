"""Which rows of a project table are totals, and which projects each of them sums up.

A total looks like a project without goal and indicators, and a project without them is a finding that must not be lost.
A row that may be a total is a project or not by which choice makes the published grand total tie, else by whether the row
is the sum of those below it; in doubt it is a project, so that its money is counted and its goal is asked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from transforms.departments import without_own_unit
from transforms.layouts.entries import Entry
from transforms.layouts.stretches import Stretches
from transforms.names import fold_width, normalise_name, split_unit_code
from transforms.records import TOTAL, TotalKind
from transforms.tables.words import saying
from transforms.totals import Vector, adds_up, read_label
from transforms.vocabulary import vocabulary

Money = Sequence[Vector | None]    # what each row is added up by; None where an amount cannot be read
_SUMS = 50_000               # sums of choices tried, some 0.5 s; where more would be needed the rows below decide
_LEAST_BARE = 3              # rows that are no sum by chance, where all rows are bare
_SAID = 2.0                  # points of words that name a kind of projects
_ROUNDING = Decimal("0.01")  # a unit's sum of small amounts in 万元 is off by so much; unrelated amounts are seldom so near


def find_totals(entries: Sequence[Entry], department: str | None, stated: frozenset[int] = frozenset()) -> dict[int, tuple[int, ...]]:
    """Find the rows of totals.

    Args:
        entries: the rows of a table in order.
        department: the department that the document names; its row is a total.
        stated: the places of rows that are totals for sure.

    Returns:
        For each row of a total, by its place, the places of the projects that it sums up; none for `其中：…`, which is a
        part of the row above, and for the further parts below it.
    """
    rows = range(len(entries))
    money = [_money(entry) for entry in entries]
    parts = {index for index in rows if _is_part(entries[index])}
    certain = stated | {index for index in rows if _is_called_total(entries[index]) or _is_bare_department(entries[index], department)}
    parts |= _further_parts(entries, money, certain, parts)
    units = _units_of_the_whole(entries, money, certain, department)
    certain |= units
    named = {index for index in rows if is_label(entries[index].name, department)} - certain - parts
    candidates = _candidates(entries, money, certain | parts, named)
    candidates |= _sums_of_others(entries, certain | parts, named | candidates.keys())
    leaves = sorted(set(rows) - certain - parts - candidates.keys())
    grand = {total for index in certain if not _is_called_part(entries[index].name) and (total := money[index]) and any(total)}
    totals = sorted(certain | candidates.keys() - _projects(money, candidates, leaves, named, grand))
    no_projects = parts | set(totals)
    projects = [index for index in rows if index not in no_projects]
    stretches = Stretches(money, projects)
    is_headed = bool(units and projects) and min(units) < projects[0]    # then units stand above their projects, and one may have none
    members: dict[int, tuple[int, ...]] = {}
    for index, extents in _extents(entries, totals):
        reach = [extent for extent in extents if extent[0] > index] if is_headed and index in units else extents
        below = range(0) if read_label(entries[index].name) else range(index + 1, len(entries))    # no word made it a total, a sum did
        members[index] = _members(money[index], reach, below, stretches)
    return {index: members.get(index, ()) for index in sorted(parts | members.keys())}


def total_kinds(entries: Sequence[Entry], totals: Mapping[int, tuple[int, ...]]) -> dict[int, TotalKind]:
    """What each total of a table is the total of.

    Args:
        entries: the rows of the table in order.
        totals: what `find_totals` gave for them.

    Returns:
        For each total, by its place: `grand` where its words say so, `part` for subtotals of units, kinds and pages. Where no
        row says that it is of the whole table, one over all projects is.
    """
    money = [_money(entry) for entry in entries]
    projects = tuple(index for index in range(len(entries)) if index not in totals)
    of_all = _sum(money, projects)
    said = {index: read_label(entries[index].name) for index in totals}
    kinds: dict[int, TotalKind] = {index: label.kind if label and not label.is_narrow else "part" for index, label in said.items()}
    if "grand" not in kinds.values():
        whole = {index for index, members in totals.items() if members == projects and not _is_called_part(entries[index].name)}
        whole = {index for index in whole if said[index] or _is_stated(money[index], of_all)}
        kinds |= dict.fromkeys(whole, "grand")
    grand = {index for index, kind in kinds.items() if kind == "grand"}
    if any(_is_stated(money[index], of_all) for index in grand):    # 合计 below each page is of the page
        kinds |= {index: "part" for index in grand if totals[index] != projects and _adds_up(money, index, totals[index])}
    return kinds


def is_label(name: str, department: str | None) -> bool:
    """Whether a row with nothing but this name is a heading or a blank total, not a project about which nothing is published."""
    return read_label(name) is not None or _is_category(name) or is_unit_name(name, department) or fold_width(name).strip(":") == "其中"


def is_unit_name(name: str, department: str | None) -> bool:
    """Whether a name is the department's or that of a public body."""
    return _is_department(name, department) or _is_body(name)


def _is_department(name: str, department: str | None) -> bool:
    return department is not None and normalise_name(name) == normalise_name(department)


def _is_category(name: str) -> bool:
    return name in vocabulary("headers")["categories"] or name.endswith("类")


def unit_of_total(entry: Entry) -> str | None:
    """The unit whose total a row is: `361-X局`, `X局小计`; None where it sums up something else, as a kind of projects (部门专项)."""
    label = read_label(entry.name)
    name = split_unit_code(label.of if label else entry.name)[0]
    if is_unit_name(name, None):
        return name
    is_beside_units = entry.names_project and entry.header.number_of("unit_name") is not None    # which have a column of their own
    is_no_unit = not name or label or is_beside_units or not entry.is_label_known
    return None if is_no_unit or _is_category(name) or _is_kind(name) else name


def _is_kind(name: str) -> bool:
    """Whether a name is made of words for projects, money and spending: 部门专项 is of a kind of projects."""
    said = saying(name)
    return said.known == 1.0 and max((said.points.get(role, 0.0) for role in ("project_name", "total", "nature")), default=0.0) >= _SAID


def _is_body(name: str) -> bool:
    return without_own_unit(name).endswith(tuple(vocabulary("headers")["bodies"]))


def _is_called_total(entry: Entry) -> bool:
    """Whether a row is called a total; where the label says of what (审计局合计), one with targets of its own may be a project."""
    label = read_label(entry.name)
    return label is not None and (not label.is_narrow or _is_bare(entry))


def _is_called_part(name: str) -> bool:
    label = read_label(name)
    return label is not None and label.kind == "part"


def _is_bare(entry: Entry) -> bool:
    return not (entry.goal or entry.indicators or entry.listed)


def _is_part(entry: Entry) -> bool:
    """Whether a row says itself that it is a part of the row above: `其中：设备购置`."""
    return fold_width(entry.name).startswith("其中") and not entry.indicators


def _further_parts(entries: Sequence[Entry], money: Money, certain: Set[int], parts: Set[int]) -> set[int]:
    """The bare rows below `其中：X` that fill up the row above with it, where a grand total ties without them and not with them."""
    stretches, stops = Stretches([entry.vector for entry in entries], range(len(entries))), certain | parts
    found: set[int] = set()
    for first in sorted(parts):
        rows = takewhile(lambda row: row not in stops and _is_bare(entries[row]), range(first + 1, len(entries)))
        ends = (row + 1 for row in rows if first and stretches.adds_up(entries[first - 1].vector, first, row + 1))
        found |= set(range(first + 1, next(ends, first)))
    others = set(range(len(entries))) - certain - parts
    grand = {money[index] for index in certain if not _is_called_part(entries[index].name)}
    ties = found and _sum(money, sorted(others)) not in grand and _sum(money, sorted(others - found)) in grand - {None}
    return found if ties else set()


def _is_bare_department(entry: Entry, department: str | None) -> bool:
    return _is_department(entry.name, department) and _is_bare(entry)


def _candidates(entries: Sequence[Entry], money: Money, certain: Set[int], named: Set[int]) -> dict[int, int]:
    """The rows that may be totals, and how many rows below each is the sum of; 0 for a unit's row that adds up to nothing."""
    rows = set(range(len(entries))) - certain
    bare = {index for index in rows if _is_bare(entries[index])}
    full = rows - bare
    stops = certain | bare | named
    projects, *others = (Stretches(money, sorted(kind)) for kind in (full, rows - named, full - named))
    # A row with a goal that is named like a unit (文化下乡) may be a project, and ends nothing then.
    end, bounds = len(entries), (sorted(stops), sorted(certain | bare))
    unit_ends = [*bounds[0], end]
    found: dict[int, int] = {}
    for index in sorted(bare | named):
        if index in named:
            counts = (_count_roughly(kind, money[index], index, unit_ends) for kind in (projects, *others))
        else:
            ends = sorted({_first_after(index, places, end) for places in bounds})
            counts = (_count(projects, money[index], index, first) for first in ends)
        count = next((count for count in counts if count), 0)
        if count or (index in bare & named and _stands_above(entries, index)):
            found[index] = count
    return found


def _first_after(index: int, stops: Sequence[int], end: int) -> int:
    place = bisect_right(stops, index)
    return stops[place] if place < len(stops) else end


def _last_before(index: int, stops: Sequence[int]) -> int:
    """The last of the places before a row; -1 where there is none."""
    place = bisect_left(stops, index)
    return stops[place - 1] if place else -1


def _units_of_the_whole(entries: Sequence[Entry], money: Money, certain: Set[int], department: str | None) -> set[int]:
    """The bare rows of units that give a grand total together beside rows with targets: as projects they would be all of it already."""
    if all(map(_is_bare, entries)):
        return set()
    units = [index for index, entry in enumerate(entries) if _is_bare(entry) and is_unit_name(entry.name, department)]
    of_units, equal = _sum(money, units), Counter(money[index] for index in units)
    for grand in {money[index] for index in certain if not _is_called_part(entries[index].name)} - {None}:
        others = len(units) - equal[grand]
        if of_units and grand and others > 1 and any(grand) and of_units == tuple(amount * (equal[grand] + 1) for amount in grand):
            return {index for index in units if money[index] != grand}
    return set()


def _sums_of_others(entries: Sequence[Entry], certain: Set[int], named: Set[int]) -> dict[int, int]:
    """The rows that no word calls totals and that are, in every column of money, the sum of the rows above them or of all others.

    Where no row has a goal or indicators nothing but the sum tells a total from a project: then it must be one of three or more.
    """
    rows, vectors = range(len(entries)), [entry.vector for entry in entries]
    bare = {index for index in rows if _is_bare(entries[index])} - certain
    full = [index for index in rows if index not in certain and index not in bare]
    has_grand = any(any(vectors[index] or ()) for index in certain)    # with which the choice must tie
    stops, ends = sorted(certain | bare | named), sorted(certain | named)
    open_rows = sorted(set(rows) - set(ends))
    of_full, of_all = Stretches(vectors, full), Stretches(vectors, rows)
    found: dict[int, int] = {}
    for index in sorted(bare - named | bare & {len(entries) - 1}):    # a unit's row stands above its projects: the last one has none below
        others = [row for row in open_rows if row != index] if index in (*open_rows[:1], *open_rows[-1:]) else []
        for first in (_last_before(index, stops) + 1, 0):
            if of_full.adds_up(vectors[index], first, index):
                found[index] = of_full.count(first, index)
                break
        else:
            if adds_up(vectors[index], [vectors[row] for row in others], _LEAST_BARE if entries[index].name else 2):
                found[index] = len(others)
            elif not full and has_grand and (count := of_all.shortest(vectors[index], index + 1, _first_after(index, ends, len(entries)))):
                found[index] = count
    return found


def _stands_above(entries: Sequence[Entry], index: int) -> bool:
    return index + 1 < len(entries) and read_label(entries[index + 1].name) is None


def _count(rows: Stretches, published: Vector | None, index: int, end: int) -> int:
    """How many rows from below a row to an end add up to it; 0 where they do not."""
    return rows.count(index + 1, end) if rows.adds_up(published, index + 1, end, 1) else 0


def _count_roughly(rows: Stretches, published: Vector | None, index: int, ends: Sequence[int]) -> int:
    """How many rows from below a row to the first of the ends where they do add up to it, rounded; 0 where they never do."""
    first = rows.begins(index + 1)
    if first is None:
        return 0
    for end in (ends[place] for place in range(bisect_right(ends, first), len(ends))):
        sums = rows.sum(index + 1, end)
        if _is_roughly(published, sums):
            return rows.count(index + 1, end)
        if _is_exceeded(published, sums) and _is_exceeded(published, rows.least(index + 1, end)):
            return 0
    return 0


def _is_roughly(published: Vector | None, sums: Vector | None) -> bool:
    """Whether a row is the sum of others, but for rounding, as far as their amounts can be read."""
    if published is None or sums is None:
        return True
    return all(abs(stated - found) <= abs(stated) * _ROUNDING for stated, found in zip(published, sums, strict=True))


def _is_exceeded(published: Vector | None, sums: Vector | None) -> bool:
    """Whether a sum is more than a row states, and more than rounding explains, in some column."""
    columns = zip(published or (), sums or (), strict=True) if published and sums else ()
    return any(found - stated > abs(stated) * _ROUNDING for stated, found in columns)


def _projects(
    money: Money, candidates: Mapping[int, int], leaves: Sequence[int], named: set[int], grand: set[Vector]
) -> set[int]:
    """The candidates that are projects: with which a grand total ties, else those that are not the sum of what is below them."""
    # One equal amount may be chance, two are not: a unit above one project is believed if another row adds up as well.
    least = 1 if sum(candidates.values()) > 1 else 2
    tied = sum(candidates[index] >= least for index in candidates.keys() & named)
    if tied > 1 and tied * 2 > len(candidates.keys() & named):
        least = 0    # where most units' rows are sums, so is one whose sum is published wrong
    likely = {index for index, count in candidates.items() if count < (least if index in named else 2)}
    if not grand and _is_over_all(money, candidates, leaves):
        return {index for index in likely if not any(money[index] or ())}
    choice = _choice(money, candidates, leaves, grand, likely) if grand else None
    return likely if choice is None else choice


def _is_over_all(money: Money, candidates: Mapping[int, int], leaves: Sequence[int]) -> bool:
    """Whether the first row or the last is the sum of all rows that are projects for sure, so that what may be a total is one."""
    ends = candidates.keys() & {0, len(money) - 1}
    return len(leaves) > 1 and any(_adds_up(money, index, leaves) for index in ends)


def _choice(
    money: Money, candidates: Mapping[int, int], leaves: Sequence[int], grand: set[Vector], likely: set[int]
) -> set[int] | None:
    """The candidates that add up to the greatest grand total with the leaves; of several choices the one nearest to what is likely."""
    begin = _sum(money, leaves) if leaves else tuple(Decimal(0) for _ in next(iter(grand)))
    if begin is None:
        return None
    with_likely, reached = _sum(money, [*leaves, *likely]), None
    for total in sorted(grand, reverse=True):
        if begin == total:
            return {index for index in likely if not any(money[index] or ())}
        if with_likely == total:
            return likely
        reached = _reached(money, candidates, begin, likely) if reached is None else reached
        if (choice := reached.get(total, (0, None))[1]) is not None:
            return set(choice)
    return None


def _reached(money: Money, candidates: Mapping[int, int], begin: Vector, likely: set[int]) -> dict[Vector, tuple[int, _Chosen | None]]:
    """The sums that candidates give, each with the unlikely steps to it and the choice (None: several); none if too many are tried."""
    nothing = tuple(Decimal(0) for _ in begin)
    tried = 0
    reached: dict[Vector, tuple[int, _Chosen | None]] = {begin: (0, _Chosen())}
    for index in candidates:
        step: dict[Vector, tuple[int, _Chosen | None]] = {}
        for sums, (steps, chosen) in reached.items():
            for taken, amount in ((False, nothing), (True, money[index] or nothing)):
                key, cost = _add(sums, amount), steps + (taken != (index in likely))
                choice = None if chosen is None else _Chosen(index, chosen) if taken else chosen
                known = step.get(key)
                if known is None or cost < known[0]:
                    step[key] = cost, choice
                elif cost == known[0]:
                    step[key] = cost, None
        tried += len(step)
        if tried > _SUMS:
            return {}
        reached = step
    return reached


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A choice of rows: the last that was taken, and those before it."""

    row: int | None = None
    before: _Chosen | None = None

    def __iter__(self) -> Iterator[int]:
        """The rows, the last first."""
        chosen: _Chosen | None = self
        while chosen and chosen.row is not None:
            yield chosen.row
            chosen = chosen.before


def _members(published: Vector | None, extents: Sequence[tuple[int, int]], below: range, projects: Stretches) -> tuple[int, ...]:
    """The projects of the first extent that adds up to a total, or the first ones below it that do; else those of the most usual one."""
    filled = [extent for extent in extents if projects.count(*extent)]
    if extent := next((extent for extent in filled if projects.adds_up(published, *extent, 1)), None):
        return tuple(projects.rows(*extent))
    if count := projects.shortest(published, below.start, below.stop, 1) if below else 0:
        return tuple(projects.rows(below.start, below.stop)[:count])
    return tuple(projects.rows(*filled[0])) if filled else ()


def _extents(entries: Sequence[Entry], totals: Sequence[int]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """For each total first row and row after the last one of what it may sum up, the most usual first."""
    end = len(entries)
    heights, waiting = _heights(totals), list[int]()    # the totals below, each higher than those above it
    for place in reversed(range(len(totals))):
        total, above = totals[place], totals[place - 1] + 1 if place else 0
        while waiting and heights[waiting[-1]] < heights[total]:
            waiting.pop()
        below = (total + 1, waiting[-1] if waiting else end), (total + 1, end)
        before = (above, total), (0, total)
        waiting.append(total)
        label = read_label(entries[total].name)
        if label is None:
            yield total, [*below, *before]
        elif label.kind == "part" or label.is_narrow:
            yield total, [*before, *below]
        else:
            yield total, [below[1], before[1], below[0], before[0]]


def _heights(totals: Sequence[int]) -> dict[int, int]:
    """How many totals stand directly below each: 合计, department, unit in a row are two, one and none."""
    heights: dict[int, int] = {}
    for total in reversed(totals):
        heights[total] = heights.get(total + 1, -1) + 1
    return heights


def _is_stated(published: Vector | None, amount: Vector | None) -> bool:
    return published is not None and any(published) and published == amount


def _adds_up(money: Money, total: int, parts: Sequence[int]) -> bool:
    return _is_stated(money[total], _sum(money, parts))


def _money(entry: Entry) -> Vector | None:
    """What rows are added up by: the 总计 column, which a lost blank does not move, else all sources; None if unreadable."""
    amounts, columns = entry.vector, list(entry.amounts.yuan)
    return amounts and ((amounts[columns.index(TOTAL)],) if TOTAL in columns else amounts)


def _sum(money: Money, parts: Sequence[int]) -> Vector | None:
    amounts = [money[part] for part in parts]
    if not amounts or None in amounts:
        return None
    return tuple(sum(column, Decimal(0)) for column in zip(*(found for found in amounts if found), strict=True))


def _add(left: Vector, right: Vector) -> Vector:
    return tuple(one + other for one, other in zip(left, right, strict=True))
