"""A published file can be opened and read in full.

Skips nothing: every document that was pulled is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.attachments import member
from expectations.outcome import Outcome, document_subject
from transforms.records import ParsedDocument

RULE = "unreadable-document"
INCOMPLETE = "incomplete-document"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document with errors; each error is a detail, but for an end that is missing: that is a rule of its own.

    The words of a text without tables are the tables that it speaks of: who knows what lies beside it can tell whether it lost them.
    """
    subject = document_subject(document)
    errors = [error for error in document.errors if error.code != INCOMPLETE]
    if errors:
        details = tuple({"code": error.code, "text": error.message} for error in errors)
        yield subject.fails(RULE, details=details, words=member(document).announced or ())
    else:
        yield subject.passes(RULE)
