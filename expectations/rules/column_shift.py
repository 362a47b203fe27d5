"""Every cell of a row stands under its own column.

Skipped:
1. Formats that mark their cells: there a blank cell cannot get lost.

Rows of budget tables are asked in formats that do not; such a row is one outcome, or each of its cells if it lost one.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.amounts import is_displaced
from expectations.lines import row_subjects
from expectations.outcome import Outcome, Subject, amount_row_subjects
from transforms.records import ParsedDocument

RULE = "column-shift"
FORMATS_WITHOUT_CELLS = ("txt", "csv", "pdf", "ofd")
LONGEST_TEXT = 20   # characters of a cell in the message, enough to tell it; the whole row is in the finding's published text


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a shifted row and show what was read instead; a row with several readings belongs in quarantine."""
    for subject, row in amount_row_subjects(document):
        if row.shift:
            yield subject.fails(
                RULE, values={"certainty": "certain" if row.shift.is_certain else "in_doubt"},
                details=tuple({"title": title, "text": _shortened(text)} for title, text in row.shift.read_as.items()),
                is_certain=row.shift.is_certain,
            )
        elif document.format not in FORMATS_WITHOUT_CELLS:
            yield subject.skips(RULE, "cells-are-marked")   # 1
        else:
            yield subject.passes(RULE)
    if document.format in FORMATS_WITHOUT_CELLS:
        yield from _line_outcomes(document)


def _line_outcomes(document: ParsedDocument) -> Iterator[Outcome]:
    for subject, row in row_subjects(document):
        displaced = [(number, line) for number, line in row.numbered() if is_displaced(line, document.tables[row.table].unit)]
        for number, line in displaced:
            cell = Subject("line", number, f"{subject.label} {line.column}", line.place, line.text)
            details = ({"title": line.column, "text": line.text or ""},)
            yield cell.fails(RULE, values={"certainty": "in_doubt"}, details=details, is_certain=False)
        if not displaced:
            yield subject.passes(RULE)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
