"""The 总计 of a project, of a 合计 or subtotal row, and of a row of a budget table, is the sum of all its funding sources.

一般公共预算, 政府性基金 and 国有资本经营预算 beside a filled 财政拨款 are parts of it and not added once more.

Skipped:
1. A table with an amount column of unknown meaning: it may be a source. So may amounts of a table that nobody understood,
   beside a row whose sources give less than its total.
2. A row whose total is blank or could not be read.
3. A row without any funding amount.
4. A row with a funding cell that could not be read, unless the other cells give the total.
5. A row with one funding column that is below the total: a lone 其中：财政拨款 does not claim to be all. Above it, it fails:
   a part is not more than the whole.
6. A 合计 or subtotal over a project that fails: it sums up what is wrong there, and one mistake is told once.
7. A row of a budget table beside whose sources stand columns of other kinds, or a source stated twice. Rows without a total
   over funding columns are not asked.
8. A table in which most rows fail (`expectations.structure`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal

from expectations.amounts import amount_of, is_unread, sum_tolerance
from expectations.lines import Row, row_subjects
from expectations.outcome import Outcome, Subject, project_subjects, total_subjects
from expectations.structure import without_doubtful
from expectations.sums import Sum, across, judge, shown_step
from expectations.words import FUNDING
from transforms.amounts import is_amount
from transforms.funding import APPROPRIATION, appropriation_parts
from transforms.records import TOTAL, ParsedDocument, Project, Table, Total, yuan

RULE = "row-ties-to-funding"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a row whose total is off by more than rounding explains (`sum_tolerance`)."""
    yield from without_doubtful([*_row_outcomes(document), *_line_outcomes(document)])   # 8


def _row_outcomes(document: ParsedDocument) -> Iterator[tuple[Outcome, int, Hashable]]:
    """The outcome of each project and total, with its table and its numbers."""
    failed: set[int] = set()
    for subject, project in project_subjects(document):
        outcome = _outcome(document, subject, project)
        if outcome.status == "fail":
            failed.add(subject.index)
        yield outcome, project.table, _numbers(project)
    for subject, total in total_subjects(document):
        is_told = bool(failed.intersection(total.members))
        outcome = subject.skips(RULE, "project-fails") if is_told else _outcome(document, subject, total)   # 6
        yield outcome, total.table, _numbers(total)


def _numbers(row: Project | Total) -> Hashable:
    return row.amount, tuple(row.funding.items())


def _outcome(document: ParsedDocument, subject: Subject, row: Project | Total) -> Outcome:
    table, stated, sources = document.tables[row.table], amount_of(row, TOTAL), _sources(row)
    if table.unknown_columns:
        return subject.skips(RULE, "column-unknown")   # 1
    if stated is None:
        return subject.skips(RULE, "total-unread" if is_unread(row, TOTAL) else "total-blank")   # 2
    given = sum(sources.values(), Decimal(0))
    if sources and abs(stated - given) <= sum_tolerance(table, [(row, column) for column in (TOTAL, *sources)]):
        return subject.passes(RULE)
    is_below = abs(given) < abs(stated)
    if is_below and _has_unread_amounts(table):
        return subject.skips(RULE, "column-unknown")   # 1
    if reason := _why_undecided(row, is_below):
        return subject.skips(RULE, reason)   # 3, 4, 5
    return subject.fails(
        RULE, expected=yuan(stated), actual=yuan(given), difference=yuan(stated - given),
        details=tuple({"column": source, "expected": yuan(amount) or ""} for source, amount in sources.items()),
    )


def _has_unread_amounts(table: Table) -> bool:
    return any(doubt.reason == "unread" and any(map(is_amount, doubt.texts)) for doubt in table.doubts)


def _why_undecided(row: Project | Total, is_below: bool) -> str | None:
    """Why sources that do not give the total need not be wrong; `is_below` says that they give less."""
    if any(is_unread(row, source) for source in row.funding):
        return "part-unread"
    if not _sources(row):
        return "parts-blank"
    return "one-source-only" if len(row.funding) == 1 and is_below else None


def _sources(row: Project | Total) -> dict[str, Decimal]:
    filled = {source: amount for source in row.funding if (amount := amount_of(row, source)) is not None}
    nested = appropriation_parts() if APPROPRIATION in filled else ()
    return {source: amount for source, amount in filled.items() if source not in nested}


# --- budget lines -----------------------------------------------------------------------------------------------------------


def _line_outcomes(document: ParsedDocument) -> Iterator[tuple[Outcome, int, Hashable]]:
    rows = list(row_subjects(document))
    for index, table in enumerate(document.tables):
        of_table = [(subject, row) for subject, row in rows if row.table == index]
        columns = tuple(dict.fromkeys(column for _, row in of_table for column in row.cells))
        step = shown_step(table)
        for subject, row in of_table:
            if found := _funding(row, columns):
                yield _line_outcome(table, subject, found, step), index, tuple(line.amount for line in row.cells.values())


def _funding(row: Row, columns: tuple[str, ...]) -> list[Sum]:
    amounts = {column: row.amount(column) for column in row.cells}
    return [found for found in across(amounts, columns) if found.family == FUNDING]


def _line_outcome(table: Table, subject: Subject, found: Sequence[Sum], step: Decimal) -> Outcome:
    results = [judge(each, table.unit, step) for each in found]
    wrong = next((each for each, result in zip(found, results, strict=True) if result == "wrong"), None)
    if wrong is None:
        return subject.passes(RULE) if None in results else subject.skips(RULE, results[0] or "")   # 2, 3, 4, 5, 7
    if table.unknown_columns:
        return subject.skips(RULE, "column-unknown")   # 1
    return subject.fails(
        RULE, expected=yuan(wrong.stated), actual=yuan(wrong.given), difference=yuan(wrong.difference),
        details=tuple({"column": name, "expected": yuan(amount) or ""} for name, amount in wrong.parts if amount is not None),
    )
