"""Where a reading contradicts itself: the contents deny a header, or the sums do. Exchanged headers read well and are wrong.

Said of what was read, by known words or by evidence; one odd cell is the department's, a whole column is a misreading.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from transforms.amounts import is_blank
from transforms.grid import Cell
from transforms.indicators import is_level_name
from transforms.records import TOTAL, Doubt, ParsedDocument, Project, Total
from transforms.tables.contents import kind_of
from transforms.tables.judging import denies
from transforms.tables.ledger import HEADER, Fate, Ledger, doubt_of
from transforms.tables.meanings import is_kept
from transforms.tables.words import saying
from transforms.targets import parse_target
from transforms.totals import total_kind

# What layouts call a meaning → what roles.yaml calls it.
_ROLES = {
    role: role
    for role in (
        "project_name",
        "unit_name",
        "department",
        "goal",
        "indicators",
        "level1",
        "level2",
        "indicator_name",
        "target",
        "operator",
        "measure",
        TOTAL,
        "fiscal_appropriation",
        "special_account",
        "other",
    )
} | {"total_year": TOTAL}
_LOOKED_AT: frozenset[tuple[Fate, str]] = frozenset(
    [*(("record", role) for role in _ROLES), *(("not kept", meaning) for meaning in ("ignored", "unread", "actual"))]
)
# What a column that nobody keeps must hold so that a blank column of this meaning was exchanged with it.
_LOST = {
    "indicator_name": ("short",),
    "target": ("target", "qualitative"),
    "level2": ("level",),
    "level1": ("level1",),
    "goal": ("prose",),
    "indicators": ("indicators",),
    "project_name": ("short",),
    TOTAL: ("amount",),
}
_MOST = 0.5  # of the rows
_POINTS = frozenset(map(Decimal, (50, 60, 80, 90, 100)))  # what the points of a project's indicators add up to
_LEAST_POINTS, _HIGHEST = 3, 60
_LEAST_PROJECTS = 3
_NUMBER = re.compile(r"[^0-9.]*([0-9]+(?:\.[0-9]+)?)[^0-9.]*")
_NAMED = 3.0  # points of words that name a meaning for sure
_TIES = 0.9  # of the rows that tie if another column is the total

Columns = Mapping[tuple[str, int], Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns below a header: those of records by meaning and column, the others by header and column."""

    columns: dict[tuple[str, int], list[Cell]] = field(default_factory=dict)
    ignored: dict[tuple[str, int], list[Cell]] = field(default_factory=dict)
    achieved: dict[tuple[str, int], list[Cell]] = field(default_factory=dict)

    def add(self, cell: Cell, fate: tuple[Fate, str], ledger: Ledger) -> None:
        """Add a cell with what became of it."""
        kind, meaning = fate
        if kind == "record":
            column = 0 if ledger.grid.is_ragged else cell.column  # a row that lost a blank has its cells further left
            self.columns.setdefault((meaning, column), []).append(cell)
        else:
            others = self.achieved if meaning == "actual" else self.ignored
            others.setdefault((ledger.header_of(cell), cell.column), []).append(cell)

    def doubts(self) -> Iterator[Doubt]:
        """What the contents deny."""
        yield from _denied(self.columns)
        yield from _not_ignored(self.ignored)
        yield from _exchanged(self.columns, self.ignored)
        yield from _named_by_body(self.columns)
        yield from _without_targets(self.columns, {**self.ignored, **self.achieved})
        yield from _achieved_bounds(self.columns, self.achieved)


def contradictions(ledger: Ledger) -> list[Doubt]:
    """The doubts about columns that the contents of a table deny."""
    if _LOOKED_AT.isdisjoint(ledger.fates.values()):  # a budget table holds lines and nothing else
        return []
    headers = sorted({row for (row, _), fate in ledger.fates.items() if fate == HEADER})
    parts: dict[int, _Part] = {}  # by the header above: a page may print it again, with its columns exchanged
    for cell in ledger.grid.cells:
        fate = ledger.fates.get((cell.row, cell.column))
        if fate in _LOOKED_AT:
            parts.setdefault(bisect_left(headers, cell.row), _Part()).add(cell, fate, ledger)
    return [doubt for part in parts.values() for doubt in part.doubts()]


def _not_ignored(columns: Columns) -> Iterator[Doubt]:
    """A column named as one that nobody keeps, such as 权重, that cannot be one."""
    for (header, _), cells in columns.items():
        points = saying(header).points
        role = max(points, key=lambda name: points[name], default=None)
        texts = [cell.text for cell in cells if cell.text.strip() and not total_kind(cell.text)]    # 合计 may stand below 序号
        is_odd = len(texts) > 1 or any(kind_of(text) == "amount" and not _is_score(text) for text in texts)    # one text may be misplaced
        if role and points[role] >= _NAMED and not is_kept(role) and is_odd and denies(role, texts):
            yield doubt_of("contradicted", header, [cell for cell in cells if cell.text.strip()], is_believed=False)


def _is_score(text: str) -> bool:
    """Whether a number may be a score: 9.9 of 10."""
    number = _NUMBER.fullmatch(text.strip())
    return number is not None and Decimal(number[1]) <= max(_POINTS)


def _denied(columns: Columns) -> Iterator[Doubt]:
    has_level1 = any(meaning == "level1" for meaning, _ in columns)
    for (meaning, _), cells in columns.items():
        texts = [cell.text for cell in cells if cell.text.strip()]
        if denies(_ROLES[meaning], texts):
            is_relative = meaning == "level2" and has_level1 and all(map(is_level_name, texts))  # 产出指标 under 实施效果指标
            if not is_relative:
                yield doubt_of("contradicted", meaning, [cell for cell in cells if cell.text.strip()], is_believed=False)


def _named_by_body(columns: Columns) -> Iterator[Doubt]:
    """The project is named like a body, and the body is not: the labels were exchanged."""
    names, bodies = (
        [cell for (meaning, _), cells in columns.items() if meaning in kinds for cell in cells if cell.text.strip()]
        for kinds in (("project_name",), ("department", "unit_name"))
    )
    if (
        names
        and bodies
        and all(kind_of(cell.text) == "organisation" for cell in names)
        and not any(kind_of(cell.text) == "organisation" for cell in bodies)
    ):
        yield doubt_of("contradicted", "project_name", names, is_believed=False)


def _exchanged(columns: Columns, ignored: Columns) -> Iterator[Doubt]:
    """A column is wholly blank, no other one has its meaning, and one that nobody keeps holds what it should."""
    said = {meaning for (meaning, _), cells in columns.items() if any(cell.text.strip() for cell in cells)}
    for (meaning, _), cells in columns.items():
        if meaning in _LOST and meaning not in said:
            for others in ignored.values():
                found = [cell for cell in others if kind_of(cell.text) in _LOST[meaning]]
                if found and len(found) >= len(cells) * _MOST:
                    yield doubt_of("contradicted", meaning, found, is_believed=False)


def _without_targets(columns: Columns, others: Columns) -> Iterator[Doubt]:
    """Indicators are named, no column is of targets, and one that nobody keeps holds such."""
    names = {meaning for meaning, _ in columns}
    if "indicator_name" in names and "target" not in names:
        for (header, _), cells in others.items():
            found = [cell for cell in cells if kind_of(cell.text) in _LOST["target"]]
            if found and len(found) >= len(cells) * _MOST:
                yield doubt_of("contradicted", header, found, is_believed=False)


def _achieved_bounds(columns: Columns, achieved: Columns) -> Iterator[Doubt]:
    """What was achieved is stated as a bound (≥95%), and what is to be achieved is not: the headers were exchanged.

    A single bound says so only where a target is blank beside what was achieved.
    """
    targets = [cell for (meaning, _), cells in columns.items() if meaning == "target" for cell in cells] if achieved else []
    if any(meaning == "operator" for meaning, _ in columns) or any(map(_is_bound, targets)):
        return
    blank = {cell.row for cell in targets if is_blank(cell.text)}
    for (header, _), cells in achieved.items():
        bounds = sum(map(_is_bound, cells))
        if targets and (bounds > 1 or (bounds and any(cell.row in blank and not is_blank(cell.text) for cell in cells))):
            yield doubt_of("contradicted", header, [cell for cell in cells if not is_blank(cell.text)], is_believed=False)


def _is_bound(cell: Cell) -> bool:
    target = parse_target(cell.text)
    return target is not None and target.operator in {">=", "<=", ">", "<"}


def tell_sums(document: ParsedDocument) -> None:
    """Add to a document's tables the doubts about what their sums deny: a total that is a part, targets that are points."""
    for index, table in enumerate(document.tables):
        rows = document.rows_of(index)
        projects = [row for row in rows if isinstance(row, Project)]
        doubt = _is_no_total(rows) or _are_points(projects) or (None if _are_all(projects, rows) else _is_like_total(projects))
        if doubt:
            table.doubts.append(doubt)


def _is_no_total(rows: Sequence[Project | Total]) -> Doubt | None:
    """The doubt about a total that is blank where its sources are not, or that another column is the total of."""
    stated = [row for row in rows if any(row.funding.values()) and not row.unreadable and not row.shift]
    blank = [row for row in stated if not row.amount and TOTAL not in row.unreadable]
    if any(isinstance(row, Project) for row in blank) and len(blank) >= len(stated) * _MOST:
        return _doubt(TOTAL, blank)
    for source in {source for row in stated for source in row.funding}:
        broken = [row for row in stated if _total(row) != _sum(row, None)]
        ties = [row for row in stated if (row.funding.get(source) or Decimal(0)) == _total(row) + _sum(row, source)]
        several = [row for row in ties if sum(bool(value) for value in (row.amount, *_others(row, source))) > 1]
        if broken and several and len(ties) >= len(stated) * _TIES and len(ties) > len(stated) - len(broken):
            return _doubt(TOTAL, broken)
    return None


def _total(row: Project | Total) -> Decimal:
    return row.amount or Decimal(0)


def _others(row: Project | Total, source: str | None) -> list[Decimal | None]:
    return [value for name, value in row.funding.items() if name != source]


def _sum(row: Project | Total, source: str | None) -> Decimal:
    return sum((value or Decimal(0) for value in _others(row, source)), Decimal(0))


def _are_all(projects: Sequence[Project], rows: Sequence[Project | Total]) -> bool:
    """Whether a total of a table is the sum of all rows that are taken for projects: then none of them is a total."""
    whole = sum((project.amount or Decimal(0) for project in projects), Decimal(0))
    return any(row.amount == whole for row in rows if isinstance(row, Total))


def _is_like_total(projects: Sequence[Project]) -> Doubt | None:
    """The doubt about projects that alone say nothing of themselves and may be totals.

    Such a one costs half as much as all others, or the same as the one below it.
    """
    described = [project for project in projects if project.goal or project.indicators]
    rest = sum((project.amount or Decimal(0) for project in described), Decimal(0))
    like = [
        project
        for project, below in zip(projects, [*projects[1:], None], strict=False)
        if project.amount and not (project.goal or project.indicators)
        and (project.amount * 2 >= rest > 0 or (below and (below.amount, below.funding) == (project.amount, project.funding)))
    ]
    return _doubt("project_name", like) if like and len(described) >= _LEAST_PROJECTS else None


def _are_points(projects: Sequence[Project]) -> Doubt | None:
    """The doubt about targets that add up to 100 or 90 in every project: those are points."""
    several = [project for project in projects if len(project.indicators) >= _LEAST_POINTS]
    if several and all(_is_of_points([indicator.text for indicator in project.indicators]) for project in several):
        return _doubt("target", several)
    return None


def _is_of_points(texts: Sequence[str]) -> bool:
    found = [_NUMBER.fullmatch(text) for text in texts]
    numbers = [Decimal(match[1]) for match in found if match]
    return len(numbers) == len(texts) and all(0 < value <= _HIGHEST for value in numbers) and sum(numbers) in _POINTS


def _doubt(meaning: str, rows: Sequence[Project | Total]) -> Doubt:
    shown = tuple(dict.fromkeys(row.name if isinstance(row, Project) else row.label for row in rows))[:5]
    return Doubt("contradicted", meaning, shown, len(rows), is_critical=True, is_believed=False, place=rows[0].place)
