"""A 合计 or subtotal row states the sum of the projects that it sums up, column by column.

A row is one outcome, that of the columns to which the rule applies: each wrong one is a detail, and `expected`, `actual`
and `difference` are those of the first wrong one.

Skipped:
1. A document of which a part could not be read: the missing part may be in the sum.
2. A row of which it is not known which projects it sums up.
3. A column that is blank in the total row, or could not be read there.
4. A column that is blank in all projects: the publication gives no parts.
5. A column with a part that could not be read, unless the other parts give the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from expectations.amounts import amount_columns, amount_of, is_unread, sum_tolerance
from expectations.outcome import Outcome, Subject, total_subjects
from transforms.records import ParsedDocument, Total, yuan

RULE = "total-ties-to-projects"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a total row with a column whose sum is off by more than rounding explains (`sum_tolerance`)."""
    for subject, total in total_subjects(document):
        if document.errors:
            yield subject.skips(RULE, "document-incomplete")   # 1
        elif not total.members:
            yield subject.skips(RULE, "members-unknown")   # 2
        else:
            yield _outcome(document, subject, total)


def _outcome(document: ParsedDocument, subject: Subject, total: Total) -> Outcome:
    results = {column: _column(document, total, column) for column in amount_columns(total)}
    reason = next((result for result in results.values() if isinstance(result, str)), None)
    wrong = [_evidence(column, *result) for column, result in results.items() if isinstance(result, tuple)]
    if wrong:
        first = wrong[0]
        return subject.fails(
            RULE, expected=first["expected"], actual=first["actual"], difference=first["difference"],
            values={"count": str(len(total.members))}, details=tuple(wrong),
        )
    if reason and None not in results.values():
        return subject.skips(RULE, reason)
    return subject.passes(RULE)


def _column(document: ParsedDocument, total: Total, column: str) -> tuple[Decimal, Decimal] | str | None:
    """None where the column ties, (stated, sum of the parts) where it does not, the reason where that cannot be said."""
    stated = amount_of(total, column)
    if stated is None:
        return "total-unread" if is_unread(total, column) else "total-blank"   # 3
    projects = [document.projects[member] for member in total.members]
    parts = [amount for project in projects if (amount := amount_of(project, column)) is not None]
    is_incomplete = any(is_unread(project, column) for project in projects)
    if not parts:
        return "part-unread" if is_incomplete else "parts-blank"   # 5, 4
    tolerance = sum_tolerance(document.tables[total.table].unit, [stated, *parts])
    if abs(stated - sum(parts)) <= tolerance:
        return None
    return "part-unread" if is_incomplete else (stated, sum(parts, Decimal(0)))   # 5


def _evidence(column: str, stated: Decimal, given: Decimal) -> dict[str, str]:
    amounts = {"expected": stated, "actual": given, "difference": stated - given}
    return {"column": column, **{name: yuan(amount) or "" for name, amount in amounts.items()}}
