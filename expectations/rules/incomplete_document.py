"""The bytes of a published file go on to where the document ends.

Skipped:
1. A document that could not be read for another reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, document_subject
from transforms.records import ParsedDocument

RULE = "incomplete-document"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document that a reader found to end too early; nothing of it was read."""
    subject = document_subject(document)
    if any(error.code == RULE for error in document.errors):
        yield subject.fails(RULE)
    else:
        yield subject.skips(RULE, "not-read") if document.errors else subject.passes(RULE)    # 1
