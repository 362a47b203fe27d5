"""One cause is one finding: a wrong cell that breaks its row, the sum above it and the total is told where it explains the others.

A cell that is wrong by some amount breaks every sum that it is in by that amount. So a sum that fails explains another one that
fails by the same amount and contains its row, and a statement elsewhere that is held against what it states; and of two rows whose
amounts were exchanged the first explains the second. It is told at the deepest row, and names the others; they become *not
applicable*, with `REASON`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.amounts import LEAST
from expectations.lines import Row, row_subjects
from expectations.outcome import Outcome
from transforms.amounts import LEAST_YUAN, units
from transforms.records import ParsedDocument

REASON = "told-with-cause"
RULES = ("row-ties-to-funding", "total-ties-to-projects", "children-tie-to-parent", "tables-tie", "prose-ties-to-tables")


@dataclass(frozen=True, slots=True)
class _Failure:
    """A sum that fails: its outcome, by how many yuan each of its columns is off, and its table; None for the document."""

    outcome: Outcome
    differences: tuple[Decimal, ...]
    table: int | None


def told_once(document: ParsedDocument, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of a document, where a failure that another one explains is listed under that one.

    Args:
        document: the document that was checked.
        outcomes: what its rules said.
    """
    if sum(outcome.rule in RULES and outcome.status == "fail" for outcome in outcomes) < 2:
        return list(outcomes)
    failures = [outcome for outcome in outcomes if outcome.rule in RULES and outcome.status == "fail"]
    rows = _Rows(document, failures)
    consequences: dict[int, list[Outcome]] = {}
    told: set[int] = set()
    for number in sorted(range(len(failures)), key=rows.depth):
        if number not in told and (explained := rows.explained(number, told | consequences.keys())):
            told.update(explained)
            consequences[id(failures[number])] = [failures[other] for other in explained]
    return [_judged(outcome, {id(failures[number]) for number in told}, consequences.get(id(outcome), ())) for outcome in outcomes]


def _judged(outcome: Outcome, told: set[int], explained: Sequence[Outcome]) -> Outcome:
    if id(outcome) in told:
        return Outcome(
            outcome.rule, "not_applicable", outcome.subject, outcome.index, outcome.label, outcome.place, outcome.published, reason=REASON,
        )
    labels = dict.fromkeys(other.label for other in explained if other.label != outcome.label)
    return replace(outcome, consequences=tuple(labels)) if explained else outcome


class _Rows:
    """The sums of a document that fail, by the rows that they contain: of thousands each is held against few others.

    Args:
        document: the document.
        outcomes: the sums that fail.
    """

    def __init__(self, document: ParsedDocument, outcomes: Sequence[Outcome]) -> None:
        self._document = document
        self._lines: dict[int, Row] = {subject.index: row for subject, row in row_subjects(document)}
        self._failures = [_Failure(outcome, tuple(_differences(outcome)), self._table(outcome)) for outcome in outcomes]
        totals = {outcome.index for outcome in outcomes if outcome.subject == "total"}
        self._members = {index: frozenset(document.totals[index].members) for index in totals}
        self._containing: dict[Hashable, list[int]] = defaultdict(list)
        for number, failure in enumerate(self._failures):
            for content in self._contents(failure):
                self._containing[content].append(number)

    def _contents(self, failure: _Failure) -> Iterator[Hashable]:
        """What tells that a sum may contain a row; one of it is among the `_marks` of each row that it contains."""
        outcome = failure.outcome
        yield outcome.subject, outcome.index
        yield failure.table, outcome.rule, outcome.subject, outcome.expected, outcome.actual
        match outcome.subject:
            case "table" | "document":
                yield from _stated(outcome)[0]
            case "total":
                yield from (("project", member) for member in self._members[outcome.index])
            case "line":
                row = self._lines[outcome.index]
                yield failure.table, row.side, "" if row.is_whole else row.code

    def _marks(self, cause: _Failure) -> Iterator[Hashable]:
        """What a sum shows of itself to those that may contain it."""
        outcome = cause.outcome
        yield outcome.subject, outcome.index
        yield cause.table, outcome.rule, outcome.subject, outcome.actual, outcome.expected
        yield from (amount for detail in _stated(outcome) for amount in detail)
        match outcome.subject:
            case "total":
                yield from (("project", member) for member in self._document.totals[outcome.index].members[:1])
            case "line":
                row = self._lines[outcome.index]
                yield from ((cause.table, row.side, (row.code or "")[:length]) for length in range(len(row.code or "") + 1))

    def _table(self, outcome: Outcome) -> int | None:
        match outcome.subject:
            case "project":
                return self._document.projects[outcome.index].table
            case "total":
                return self._document.totals[outcome.index].table
            case "line":
                return self._lines[outcome.index].table
        return outcome.index if outcome.subject == "table" else None

    def depth(self, number: int) -> tuple[int, int, int]:
        """What sorts the deepest rows first: projects, narrow totals, long codes; tables and the document last."""
        outcome = self._failures[number].outcome
        match outcome.subject:
            case "project":
                return 0, 0, outcome.index
            case "total":
                return 1, len(self._document.totals[outcome.index].members), outcome.index
            case "line":
                row = self._lines[outcome.index]
                return 2 + row.is_whole, -len(row.code or ""), outcome.index
        return 4 + (outcome.subject == "document"), 0, outcome.index

    def explained(self, cause: int, closed: Set[int]) -> list[int]:
        """Of the sums that are not closed, in their order, those that one is the reason of, or one of these is."""
        found: set[int] = set()
        begun = [cause]
        while begun:
            reason = self._failures[begun.pop()]
            others = {other for mark in self._marks(reason) for other in self._containing.get(mark, ())} - found - closed - {cause}
            new = [other for other in others if self.explains(reason, self._failures[other])]
            found.update(new)
            begun += new
        return sorted(found)

    def explains(self, cause: _Failure, other: _Failure) -> bool:
        """Whether a sum that fails is the reason why another one does."""
        slack = self._slack(cause.table)
        is_same = all(any(abs(one - its) <= slack for its in cause.differences) for one in other.differences)
        return is_same and self._contains(other, cause)

    def _slack(self, table: int | None) -> Decimal:
        unit = self._document.tables[table].unit if table is not None else None
        return LEAST if units().get(unit or "", 1) > 1 else Decimal(LEAST_YUAN)

    def _contains(self, other: _Failure, cause: _Failure) -> bool:
        one, its = other.outcome, cause.outcome
        if (one.subject, one.index) == (its.subject, its.index):
            return True
        if one.subject in ("table", "document"):
            stated = {amount for detail in _stated(its) for amount in detail}
            return all(stated.intersection(detail) for detail in _stated(one))
        if other.table != cause.table:
            return False
        if (one.rule, one.subject, one.expected, one.actual) == (its.rule, its.subject, its.actual, its.expected):
            return True
        if one.subject == "total":
            members = {its.index} if its.subject == "project" else self._members[its.index]
            return bool(members) and members <= self._members[one.index]
        return one.subject == its.subject == "line" and _is_above(self._lines[one.index], self._lines[its.index])


def _is_above(row: Row, part: Row) -> bool:
    if row.side != part.side:
        return False
    return row.is_whole or bool(row.code and part.code and part.code.startswith(row.code))


def _differences(outcome: Outcome) -> Iterator[Decimal]:
    """By how many yuan each of the outcome's sums is off."""
    return (abs(Decimal(stated) - Decimal(given)) for stated, given in _stated(outcome))


def _stated(outcome: Outcome) -> list[tuple[str, str]]:
    """What each of the outcome's sums states, and what its parts give, as printed."""
    pairs = [(detail["expected"], detail["actual"]) for detail in outcome.details if detail.get("expected") and detail.get("actual")]
    return pairs or [(outcome.expected or "0", outcome.actual or "0")]
