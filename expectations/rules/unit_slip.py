"""No amount is 10,000 times, or one 10,000th of, what another table or the text of the document states of the same.

万元 was written for 元, or 元 for 万元. Compared are the figures that tables share (`ties` and `slips` in words.yaml) and the
amounts in sentences (`prose`). A table is one outcome; each other place that contradicts it is a detail.

Skipped:
1. A table of which nothing is stated elsewhere.
2. An amount of the text that another table was told of already: the text is one cause, however many tables contradict it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from expectations.figures import Figures, is_slip, ties
from expectations.outcome import Outcome, table_subjects
from expectations.prose import Statement, statements
from expectations.words import table_name
from transforms.records import ParsedDocument, yuan

RULE = "unit-slip"
Pair = tuple[Decimal, Decimal, str]   # what the table states, what the other place states, in yuan, and where that is


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table with an amount that is another one's in the wrong unit (`is_slip`)."""
    figures, spoken = Figures(document), list(statements(document))
    told: set[str] = set()
    for subject, table in table_subjects(document):
        is_only = figures.table(table.kind) is table
        pairs = [*_stated_elsewhere(figures, table.kind), *_spoken(spoken, table.kind)] if is_only else []
        pairs = [pair for pair in pairs if pair[2] not in told]    # 2
        slips = [pair for pair in pairs if is_slip(pair[0], pair[1])]
        told.update(where for _, _, where in slips if where.startswith("“"))
        if slips:
            details = tuple(_evidence(*slip) for slip in slips)
            yield subject.fails(RULE, expected=details[0]["expected"], actual=details[0]["actual"], details=details)
        elif pairs:
            yield subject.passes(RULE)
        else:
            yield subject.skips(RULE, "nothing-to-compare")   # 1


def _stated_elsewhere(figures: Figures, kind: str) -> Iterator[Pair]:
    for tie in (*ties(), *ties("slips")):
        other = figures.table(tie.to.kind)
        if tie.of.kind == kind and other and other is not figures.table(kind):
            for one in figures.stated(tie.of):
                yield from ((one, amount, f"《{table_name(other)}》") for amount in figures.stated(tie.to))


def _spoken(spoken: list[Statement], kind: str) -> Iterator[Pair]:
    for statement in spoken:
        for other, amount in statement.published:
            if other == kind:
                yield amount, statement.amount, f"“{statement.text}”"


def _evidence(here: Decimal, there: Decimal, where: str) -> dict[str, str]:
    return {"expected": yuan(here) or "", "actual": yuan(there) or "", "where": where}
