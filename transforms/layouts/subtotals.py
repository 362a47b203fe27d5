"""Which rows of a project table are totals, and which projects each of them sums up.

A total looks like a project without goal and indicators, and a project without them is a finding that must not be lost.
Several kinds of evidence decide; in doubt the row is a project, so that its money is counted and its goal is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from transforms.layouts.entries import Entry, vector
from transforms.names import fold_width, normalise_name
from transforms.vocabulary import vocabulary

Vector = tuple[Decimal, ...]


def find_totals(entries: Sequence[Entry], department: str | None) -> dict[int, tuple[int, ...]]:
    """Find the rows of totals.

    Args:
        entries: the rows of a table in order.
        department: the department that the document names; its row is a total.

    Returns:
        For each row of a total, by its place, the places of the projects that it sums up.
    """
    candidates = {index for index, entry in enumerate(entries) if is_total_word(entry.name) or not (entry.goal or entry.indicators)}
    leaves = [index for index in range(len(entries)) if index not in candidates]
    missing = _missing(entries, candidates, leaves)
    totals = [index for index in sorted(candidates) if _is_total(entries, index, candidates, department, missing)]
    projects = [index for index in range(len(entries)) if index not in totals]
    heights = _heights(totals)
    return {total: _members(entries, total, heights, projects) for total in totals}


def is_total_word(name: str) -> bool:
    """Whether a label says that the row is a total: 合计, 总计, 小计."""
    return fold_width(name).strip(":()* ") in vocabulary("headers")["total_words"]


def is_label(name: str, department: str | None) -> bool:
    """Whether a row with nothing but this name is a heading or a blank total, not a project about which nothing is published."""
    return is_total_word(name) or _is_category(name) or is_unit_name(name, department)


def is_unit_name(name: str, department: str | None) -> bool:
    """Whether a name is the department's or that of a public body."""
    return _is_department(name, department) or _is_body(name)


def is_unit_total(entry: Entry) -> bool:
    """Whether the label of a row that is a total names a unit, not a sum or a kind of projects."""
    return not is_total_word(entry.name) and not _is_category(entry.name)


def _is_department(name: str, department: str | None) -> bool:
    return department is not None and normalise_name(name) == normalise_name(department)


def _is_category(name: str) -> bool:
    return name in vocabulary("headers")["categories"] or name.endswith("类")


def _is_body(name: str) -> bool:
    plain = normalise_name(name)
    for suffix in ("(本级)", "(机关)", "(部门)"):
        plain = plain.removesuffix(suffix)
    return plain.endswith(tuple(vocabulary("headers")["bodies"]))


def _missing(entries: Sequence[Entry], candidates: set[int], leaves: Sequence[int]) -> int | None:
    """The one row without goal and indicators whose amounts the grand total holds besides all other projects."""
    grand = next((vector(entries[index]) for index in sorted(candidates) if is_total_word(entries[index].name)), None)
    found = _sum(entries, leaves)
    if grand is None or found is None:
        return None
    gap = _subtract(grand, found)
    fitting = [index for index in candidates if vector(entries[index]) == gap and not is_total_word(entries[index].name)]
    return fitting[0] if any(gap) and len(fitting) == 1 else None


def _is_total(entries: Sequence[Entry], index: int, candidates: set[int], department: str | None, missing: int | None) -> bool:
    name = entries[index].name
    if is_total_word(name) or _is_department(name, department):
        return True
    below = _until(index, candidates, len(entries))
    adds_up = _adds_up(entries, index, below)
    if _is_body(name) or _is_category(name):
        is_above_others = bool(below) or (index + 1 in candidates and not is_total_word(entries[index + 1].name))
        return is_above_others and (adds_up or index != missing)
    # One project that happens to cost as much as the row above it makes no subtotal.
    return adds_up and len(below) > 1 and index != missing


def _until(index: int, stops: set[int], end: int) -> list[int]:
    """The rows below one, up to the next that may be a total."""
    return list(range(index + 1, min((stop for stop in stops if stop > index), default=end)))


def _heights(totals: Sequence[int]) -> dict[int, int]:
    """How many totals stand directly below each: 合计, department, unit in a row are two, one and none."""
    heights: dict[int, int] = {}
    for total in reversed(totals):
        heights[total] = heights.get(total + 1, -1) + 1
    return heights


def _members(entries: Sequence[Entry], total: int, heights: dict[int, int], projects: Sequence[int]) -> tuple[int, ...]:
    """The projects of the first extent that adds up to the total; where none does, of the most usual one."""
    extents = [[project for project in projects if first <= project < end] for first, end in _extents(entries, total, heights)]
    filled = [extent for extent in extents if extent]
    return tuple(next((extent for extent in filled if _adds_up(entries, total, extent)), filled[0] if filled else ()))


def _extents(entries: Sequence[Entry], total: int, heights: dict[int, int]) -> Iterator[tuple[int, int]]:
    """First row and row after the last one of what a total may sum up, the most usual first."""
    end = len(entries)
    above = max((other for other in heights if other < total), default=-1) + 1
    same_level = min((other for other in heights if other > total and heights[other] >= heights[total]), default=end)
    below = (total + 1, same_level), (total + 1, end)
    before = (above, total), (0, total)
    if "小计" in entries[total].name:
        yield from (*before, *below)
    elif is_total_word(entries[total].name):
        yield from (below[1], before[1], below[0], before[0])
    else:
        yield from below


def _adds_up(entries: Sequence[Entry], total: int, parts: Sequence[int]) -> bool:
    published = vector(entries[total])
    return published is not None and any(published) and published == _sum(entries, parts)


def _sum(entries: Sequence[Entry], parts: Sequence[int]) -> Vector | None:
    vectors = [vector(entries[part]) for part in parts]
    if not vectors or None in vectors:
        return None
    return tuple(sum(column, Decimal(0)) for column in zip(*(found for found in vectors if found), strict=True))


def _subtract(left: Vector, right: Vector) -> Vector:
    return tuple(one - other for one, other in zip(left, right, strict=True))
