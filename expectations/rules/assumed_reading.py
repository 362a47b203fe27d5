"""Every header and label of a table is a word that the vocabulary lists.

Told, for maintainers, are words that were read as another one by what they are made of, by what stands under them, or by sums.

Skips nothing: every table is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, Word, table_subjects
from transforms.records import ParsedDocument

RULE = "assumed-reading"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table with assumed words; each word is a detail."""
    for subject, table in table_subjects(document):
        if table.assumptions:
            details = tuple({"title": found.word or "—", "text": found.read_as, "evidence": found.evidence} for found in table.assumptions)
            words = tuple(Word(found.word, found.read_as, found.evidence) for found in table.assumptions)
            yield subject.fails(RULE, details=details, words=words)
        else:
            yield subject.passes(RULE)
