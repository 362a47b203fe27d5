"""A document that replaced another one says what was corrected.

One document can only tell whether a sentence of it says that the publication was corrected (`notices` in words.yaml); the versions of a
file are compared by `warehouse/checks/silently-replaced.sql`, which asks this of the new version and of the texts that came with it.
Skipped:
1. A document without such a sentence: whether it needs one is known from the version before.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, document_subject
from expectations.prose import is_notice
from transforms.records import ParsedDocument

RULE = "silently-replaced"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Pass for a document that says that something in the publication was corrected."""
    subject = document_subject(document)
    yield subject.passes(RULE) if is_notice(document) else subject.skips(RULE, "needs-version-before")    # 1
