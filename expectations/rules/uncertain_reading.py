"""What was recognised in a picture is read with certainty.

A scan is read by a model that gives the probability of every character. Below `CERTAIN_AMOUNT` a row's amounts cannot be believed:
a wrong digit looks like a right one. Below `CERTAIN_TEXT` its names and texts may have wrong characters; its amounts stand.
Measured on 420 degraded amounts (100 to 200 dpi, blur, noise, JPEG): all are right, one of them lies below `CERTAIN_AMOUNT`; on 60
of 95 dpi one is wrong and lies below it, as do 4 right ones. At 75 dpi (figures of 6 pixels) 3 of 60 are wrong above it.

Skipped:
1. A row that the document holds as text.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.lines import row_subjects
from expectations.outcome import Outcome, Subject, amount_row_subjects
from transforms.records import CERTAIN_AMOUNT, CERTAIN_TEXT, ParsedDocument, Place

RULE = "uncertain-reading"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a row that was recognised with doubt; one with a doubtful amount belongs in quarantine."""
    for subject, _ in amount_row_subjects(document):
        yield _outcome(subject, subject.place)
    for subject, row in row_subjects(document):
        doubtful = [(number, line) for number, line in row.numbered() if _is_doubtful(line.place)]
        for number, line in doubtful:
            cell = Subject("line", number, f"{subject.label} {line.column}", line.place, subject.published)
            yield _outcome(cell, line.place)
        if not doubtful:
            yield _outcome(subject, row.place)


def _outcome(subject: Subject, place: Place) -> Outcome:
    if place.confidence is None:
        return subject.skips(RULE, "not-recognised")   # 1
    if _is_doubtful(place):
        return subject.fails(RULE, values=_values("amounts", place.amount_confidence), is_certain=False)
    if place.confidence < CERTAIN_TEXT:
        return subject.fails(RULE, values=_values("texts", place.confidence))
    return subject.passes(RULE)


def _is_doubtful(place: Place) -> bool:
    return place.amount_confidence is not None and place.amount_confidence < CERTAIN_AMOUNT


def _values(part: str, confidence: float | None) -> dict[str, str]:
    return {"part": part, "share": f"{confidence or 0:.0%}"}
