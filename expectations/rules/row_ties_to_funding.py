"""A project's 总计 is the sum of all its funding sources.

一般公共预算, 政府性基金 and 国有资本经营预算 beside a filled 财政拨款 are parts of it and not added once more. Total rows are not
asked: they can only be wrong here where one of their projects is, or where `total-ties-to-projects` fails.

Skipped:
1. A table with an amount column of unknown meaning: it may be a source.
2. A project whose total is blank or could not be read.
3. A project without any funding amount.
4. A project with a funding cell that could not be read, unless the other cells give the total.
5. A project with one funding column that is below the total: a lone 其中：财政拨款 does not claim to be all. Above it, it fails:
   a part is not more than the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from expectations.amounts import amount_of, is_unread, sum_tolerance
from expectations.outcome import Outcome, Subject, project_subjects
from transforms.records import TOTAL, ParsedDocument, Project, yuan

RULE = "row-ties-to-funding"
APPROPRIATION = "fiscal_appropriation"
APPROPRIATION_PARTS = ("general_budget", "government_fund", "state_capital")


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project whose total is off by more than rounding explains (`sum_tolerance`)."""
    for subject, project in project_subjects(document):
        table = document.tables[project.table]
        if table.unknown_columns:
            yield subject.skips(RULE, "column-unknown")   # 1
        else:
            yield _outcome(subject, project, table.unit)


def _outcome(subject: Subject, project: Project, unit: str | None) -> Outcome:
    stated, sources = amount_of(project, TOTAL), _sources(project)
    if stated is None:
        return subject.skips(RULE, "total-unread" if is_unread(project, TOTAL) else "total-blank")   # 2
    is_incomplete = any(is_unread(project, source) for source in project.funding)
    if not sources:
        return subject.skips(RULE, "part-unread" if is_incomplete else "parts-blank")   # 4, 3
    given = sum(sources.values(), Decimal(0))
    if abs(stated - given) <= sum_tolerance(unit, [stated, *sources.values()]):
        return subject.passes(RULE)
    if is_incomplete:
        return subject.skips(RULE, "part-unread")   # 4
    if len(project.funding) == 1 and abs(given) < abs(stated):
        return subject.skips(RULE, "one-source-only")   # 5
    return subject.fails(
        RULE, expected=yuan(stated), actual=yuan(given), difference=yuan(stated - given),
        details=tuple({"column": source, "expected": yuan(amount) or ""} for source, amount in sources.items()),
    )


def _sources(project: Project) -> dict[str, Decimal]:
    filled = {source: amount for source in project.funding if (amount := amount_of(project, source)) is not None}
    nested = APPROPRIATION_PARTS if APPROPRIATION in filled else ()
    return {source: amount for source, amount in filled.items() if source not in nested}
