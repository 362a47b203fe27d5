"""Every filled cell of a table is understood: it is in a record, is structure, or says something that nobody keeps.

Told are cells that no reading explains, a column whose cells cannot be what its header says,
and one whose meaning was assumed by thin evidence. It is critical where amounts, names or targets may be among the cells.
Where the records of the table may be wrong for it, its rows belong in quarantine. The rows whose numbers do not tie, where most rows
of a table are such, are added after all other rules (`expectations.structure`).

Skips nothing: every table is asked. Of a table of targets that no layout reads every cell is unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.outcome import Outcome, Subject, Word, table_subjects
from transforms.records import Doubt, ParsedDocument

RULE = "unread-cells"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table with doubtful cells; each header with its texts is a detail."""
    for subject, table in table_subjects(document):
        yield _outcome(subject, table.doubts)


def _outcome(subject: Subject, doubts: Sequence[Doubt]) -> Outcome:
    if not doubts:
        return subject.passes(RULE)
    gravest = next((doubt for doubt in doubts if doubt.is_critical), doubts[0])
    details = tuple(
        {"reason": doubt.reason, "title": doubt.header or "—", "text": "、".join(doubt.texts), "count": str(doubt.count)}
        for doubt in doubts
    )
    words = tuple(Word(doubt.header, doubt=doubt.reason, cell_count=doubt.count) for doubt in doubts)
    return subject.fails(
        RULE, details=details, words=words, place=gravest.place, severity="critical" if gravest.is_critical else "warning",
        is_certain=all(doubt.is_believed for doubt in doubts),
    )
