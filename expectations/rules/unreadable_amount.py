"""Every amount cell of a project or total row, and of a row of a budget table, holds an amount or is blank.

Skipped:
1. A row whose columns are in doubt: which cells are its amounts is not known; `column-shift` tells it.
2. A row without any amount.

A row of a budget table is one outcome where all its cells can be read, else each that cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.amounts import amount_columns, amount_of, is_unread, is_unreadable
from expectations.lines import row_subjects
from expectations.outcome import Outcome, Subject, amount_row_subjects
from transforms.records import ParsedDocument

RULE = "unreadable-amount"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a row with cells that hold something else; `actual` is their text, verbatim."""
    for subject, row in amount_row_subjects(document):
        if row.shift and not row.shift.is_certain:
            yield subject.skips(RULE, "columns-in-doubt")   # 1
        elif row.unreadable:
            cells = {column: row.amount_text.get(column, "") for column in row.unreadable}
            yield subject.fails(
                RULE, actual="；".join(dict.fromkeys(cells.values())),
                details=tuple({"column": column, "text": text} for column, text in cells.items()), is_certain=False,
            )
        elif not any(amount_of(row, column) is not None or is_unread(row, column) for column in amount_columns(row)):
            yield subject.skips(RULE, "no-amount")   # 2
        else:
            yield subject.passes(RULE)
    yield from _line_outcomes(document)


def _line_outcomes(document: ParsedDocument) -> Iterator[Outcome]:
    for subject, row in row_subjects(document):
        unreadable = [(number, line) for number, line in row.numbered() if is_unreadable(line)]
        for number, line in unreadable:
            cell = Subject("line", number, f"{subject.label} {line.column}", line.place, line.text)
            yield cell.fails(RULE, actual=line.text, details=({"column": line.column, "text": line.text or ""},), is_certain=False)
        if not unreadable:
            yield subject.passes(RULE)
