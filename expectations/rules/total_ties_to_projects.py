"""A 合计 or subtotal row states the sum of the projects that it sums up, column by column.

A row is one outcome, that of the columns to which the rule applies: each wrong one is a detail, and `expected`, `actual`
and `difference` are those of the first wrong one. A blank source is no money where the row states another source. Where two
rows state different sums of the same projects, rounding explains neither.

Skipped:
1. A document of which a part could not be read: the missing part may be in the sum.
2. A row of which it is not known which projects it sums up.
3. A column that could not be read in the total row, or is blank in a row that states no other source.
4. A column that is blank in all projects, where one of them states no other source either: they give no parts.
5. A column with a part that could not be read, unless the other parts give the sum.
6. A table in which most totals fail (`expectations.structure`); totals that are off by the same amounts are one failure.
7. A sum that is off by just one of its parts, where that one alone has neither goal nor indicators: it may be a total itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Decimal

from expectations.amounts import amount_columns, amount_of, fills_a_source, is_unread, sum_tolerance
from expectations.outcome import Outcome, Subject, largest, total_subjects
from expectations.structure import without_doubtful
from transforms.records import TOTAL, ParsedDocument, Project, Total, yuan

RULE = "total-ties-to-projects"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a total row with a column whose sum is off by more than rounding explains (`sum_tolerance`)."""
    totals = [(_judge(document, subject, total), total) for subject, total in total_subjects(document)]
    judged = [(outcome, total.table, _cause(outcome) or (total.members, total.amount)) for outcome, total in totals]
    yield from without_doubtful(judged)   # 6


def _cause(outcome: Outcome) -> Hashable:
    """By how much which columns are off: totals over each other fail together for one wrong cell."""
    return tuple((detail["column"], detail["difference"]) for detail in outcome.details)


def _judge(document: ParsedDocument, subject: Subject, total: Total) -> Outcome:
    if document.errors:
        return subject.skips(RULE, "document-incomplete")   # 1
    if not total.members:
        return subject.skips(RULE, "members-unknown")   # 2
    return _outcome(document, subject, total)


def _outcome(document: ParsedDocument, subject: Subject, total: Total) -> Outcome:
    results = {column: _column(document, total, column) for column in amount_columns(total)}
    reason = next((result for result in results.values() if isinstance(result, str)), None)
    wrong = [_evidence(column, *result) for column, result in results.items() if isinstance(result, tuple)]
    if wrong:
        first, worst = wrong[0], largest(wrong)
        if _may_hold_a_total(document, total, Decimal(first["difference"])):
            return subject.skips(RULE, "part-may-be-total")   # 7
        return subject.fails(
            RULE, expected=worst["expected"], actual=worst["actual"], difference=worst["difference"],
            values={"count": str(len(total.members))}, details=tuple(wrong),
        )
    if reason and None not in results.values():
        return subject.skips(RULE, reason)
    return subject.passes(RULE)


def _may_hold_a_total(document: ParsedDocument, total: Total, difference: Decimal) -> bool:
    projects = [document.projects[member] for member in total.members]
    bare = [project for project in projects if not (project.goal or project.indicators)]
    return len(projects) > len(bare) == 1 and amount_of(bare[0], TOTAL) == -difference


def _column(document: ParsedDocument, total: Total, column: str) -> tuple[Decimal, Decimal] | str | None:
    """None where the column ties, (stated, sum of the parts) where it does not, the reason where that cannot be said."""
    if is_unread(total, column):
        return "total-unread"   # 3
    projects = [document.projects[member] for member in total.members]
    parts = [amount for project in projects if (amount := amount_of(project, column)) is not None]
    stated = amount_of(total, column)
    if stated is None and not (any(parts) and _states_sources(total, column)):
        return "total-blank"   # 3
    is_incomplete = any(is_unread(project, column) for project in projects)
    if not parts and is_incomplete:
        return "part-unread"   # 5
    filled = [project for project in projects if any(amount_of(project, other) for other in amount_columns(project))]
    if not parts and not (filled and all(_states_sources(project, column) for project in filled)):
        return "parts-blank"   # 4
    expected, actual = stated or Decimal(0), sum(parts, Decimal(0))
    if abs(expected - actual) <= _tolerance(document, total, column):
        return None
    return "part-unread" if is_incomplete else (expected, actual)   # 5


def _states_sources(row: Project | Total, column: str) -> bool:
    return column != TOTAL and fills_a_source(row, column)


def _tolerance(document: ParsedDocument, total: Total, column: str) -> Decimal:
    same = (other for other in document.totals if (other.table, other.members) == (total.table, total.members))
    stated = {amount for other in same if (amount := amount_of(other, column)) is not None}
    if len(stated) > 1:
        return Decimal(0)
    rows: list[Project | Total] = [total, *(document.projects[member] for member in total.members)]
    return sum_tolerance(document.tables[total.table], [(row, column) for row in rows])


def _evidence(column: str, stated: Decimal, given: Decimal) -> dict[str, str]:
    amounts = {"expected": stated, "actual": given, "difference": stated - given}
    return {"column": column, **{name: yuan(amount) or "" for name, amount in amounts.items()}}
