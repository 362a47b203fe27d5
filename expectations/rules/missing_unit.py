"""Every table with amounts states their unit, or its page or document does.

A cell that carries its own unit (`854万`) needs none.

Skipped:
1. A table without amounts.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.amounts import amount_columns, amount_of, is_unreadable, lacks_unit
from expectations.outcome import Outcome, table_subjects
from transforms.records import Line, ParsedDocument, Project, Total

RULE = "missing-unit"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table without unit with a number that could not become yuan; its rows belong in quarantine."""
    for index, (subject, table) in enumerate(table_subjects(document)):
        rows: list[Project | Total] = [row for row in document.projects if row.table == index]
        rows += [row for row in document.totals if row.table == index]
        numbers: list[Project | Total | Line] = [*rows, *table.lines]
        without = [row for row in numbers if table.unit is None and _lacks_unit(row)]
        if without:
            yield subject.fails(RULE, values={"rows": str(len(without))}, place=without[0].place, is_certain=False)
        elif not table.lines and not any(_has_amount(row) for row in rows):
            yield subject.skips(RULE, "no-amount")   # 1
        else:
            yield subject.passes(RULE)


def _lacks_unit(row: Project | Total | Line) -> bool:
    if isinstance(row, Line):
        return row.amount is None and not is_unreadable(row)
    return any(lacks_unit(row, column) for column in amount_columns(row))


def _has_amount(row: Project | Total) -> bool:
    return bool(row.unreadable) or any(amount_of(row, column) is not None for column in amount_columns(row))
