"""An empty table says why it is empty, a filled one does not say that it is, and neither carries the note of another table.

Zeros are published amounts, but a table of nothing else may say that it is empty. What a blank form says of the case that
there is nothing (`无…的，仍保留该表格式`) is no note.

Skipped:
1. A table without amounts that is not published as an empty one: what it holds is no money.
2. An empty table in a document of which a part could not be read: the note may be there.
3. A table of which no amount was read, with cells that nobody understood: it may not be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from expectations.outcome import Outcome, table_subjects
from expectations.words import words
from transforms.names import fold_width, strip_whitespace
from transforms.records import ParsedDocument, Table

RULE = "empty-table-note"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table whose note is missing (`missing`), contradicts it (`filled`) or is another table's (`another`)."""
    with_projects = {project.table for project in document.projects if project.amount}
    for index, (subject, table) in enumerate(table_subjects(document)):
        is_filled = index in with_projects or any(line.amount for line in table.lines)
        note = _statements(table.note)
        if not is_filled and not table.empty and not table.lines:
            yield subject.skips(RULE, "no-amount")   # 1
        elif table.empty and document.errors:
            yield subject.skips(RULE, "document-incomplete")   # 2
        elif table.empty and any(doubt.reason == "unread" for doubt in table.doubts):
            yield subject.skips(RULE, "cells-unread")   # 3
        elif contradiction := _contradiction(table, note, is_filled):
            details = ({"note": table.note},) if table.note else ()
            yield subject.fails(RULE, actual=table.note, values={"note_fault": contradiction}, details=details)
        else:
            yield subject.passes(RULE)


def _contradiction(table: Table, note: str, is_filled: bool) -> str | None:
    if is_filled:
        return "filled" if re.search(words()["note_claims"], note) else None
    if table.empty and not any(word in note for word in words()["note_empty"]):
        return "missing"
    return "another" if _names_another(table.kind, note) else None


def _names_another(kind: str, note: str) -> bool:
    named = {of for of, names in words()["note_names"].items() if any(name in note for name in names)}
    return kind in words()["note_names"] and bool(named) and kind not in named


def _statements(note: str | None) -> str:
    """What a note says, without what it says of the case that there is nothing."""
    return re.sub(words()["note_condition"], "", fold_width(strip_whitespace(note or "")))
