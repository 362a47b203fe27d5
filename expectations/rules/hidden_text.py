"""A page shows all text that it holds in and beside its tables.

Text is hidden that is invisible, of the colour behind it, covered, transparent, tiny, on a layer or in a style that is not
shown, in a hidden row or column that holds amounts, or that is struck out. It was not read; where it stood among shown digits,
it would have changed a number.

Skipped:
1. A document that could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, document_subject
from transforms.records import ParsedDocument, Place

RULE = "hidden-text"
MOST = 5             # texts told; a hidden table has hundreds
LONGEST_TEXT = 20    # characters of one text, enough to find it


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document with hidden text in or beside its tables, at the place of the first one."""
    subject = document_subject(document)
    if document.errors and not document.tables:
        yield subject.skips(RULE, "not-read")   # 1
    elif document.hidden:
        first = document.hidden[0]
        yield subject.fails(
            RULE, values={"count": str(len(document.hidden))}, place=Place(first.page, first.row, first.box),
            details=tuple({"text": _shortened(line.text)} for line in document.hidden[:MOST]),
        )
    else:
        yield subject.passes(RULE)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
