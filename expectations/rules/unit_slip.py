"""No amount is 10,000 times, or one 10,000th of, what another table or the text of the document states of the same.

万元 was written for 元, or 元 for 万元. Compared are the figures that tables share (`ties` and `slips` in words.yaml) and the
amounts in sentences (`prose`). A table is one outcome; each other place that contradicts it is a detail.

Skipped:
1. A table of which nothing is stated elsewhere.
2. A sentence that another table was told of already, or a table that is told itself: it is one cause, however many contradict it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from expectations.figures import Figures, is_slip, ties
from expectations.outcome import Outcome, table_subjects
from expectations.prose import statements
from expectations.words import table_name
from transforms.records import ParsedDocument, yuan

RULE = "unit-slip"


class Pair(NamedTuple):
    """What a table states, what another place states of the same, in yuan, and where that is: a table of a kind, or the text."""

    here: Decimal
    there: Decimal
    where: str
    other: str | None = None

    @property
    def is_slip(self) -> bool:
        """Whether one is the other in the wrong unit."""
        return is_slip(self.here, self.there)


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table with an amount that is another one's in the wrong unit (`is_slip`)."""
    pairs = _pairs(document)
    told = _causes({kind: of_kind for kind, of_kind in pairs.items() if any(pair.is_slip for pair in of_kind)})
    figures = Figures(document)
    for subject, table in table_subjects(document):
        is_only = figures.table(table.kind) is table
        if is_only and table.kind in told:
            details = tuple(_evidence(slip) for slip in told[table.kind])
            yield subject.fails(RULE, expected=details[0]["expected"], actual=details[0]["actual"], details=details)
        elif is_only and pairs.get(table.kind):
            yield subject.passes(RULE)
        else:
            yield subject.skips(RULE, "nothing-to-compare")   # 1


def _causes(pairs: Mapping[str, Sequence[Pair]]) -> dict[str, list[Pair]]:
    """The tables that are wrong, with what contradicts them: first the one that the most places contradict, and the fewest bear out."""
    told: dict[str, list[Pair]] = {}
    heard: set[str] = set()    # sentences

    def slips(kind: str) -> list[Pair]:
        return [pair for pair in pairs[kind] if pair.is_slip and pair.other not in told and pair.where not in heard]    # 2

    def weight(kind: str) -> tuple[int, int]:
        return len({pair.where for pair in slips(kind)}), -len({pair.where for pair in pairs[kind] if not pair.is_slip})

    while left := [kind for kind in pairs if kind not in told and slips(kind)]:
        worst = max(left, key=weight)
        found = list(dict.fromkeys(slips(worst)))
        told[worst] = found
        heard.update(pair.where for pair in found if not pair.other)
    return told


def _pairs(document: ParsedDocument) -> dict[str, list[Pair]]:
    """What other places state of the figures of each table, by its kind."""
    figures = Figures(document)
    found: dict[str, list[Pair]] = {table.kind: [] for table in document.tables if figures.table(table.kind)}
    for tie in (*ties(), *ties("slips")):
        of, to = figures.table(tie.of.kind), figures.table(tie.to.kind)
        if of and to and of is not to:
            for one, other in product(figures.stated(tie.of), figures.stated(tie.to)):
                found[of.kind].append(Pair(one, other, f"《{table_name(to)}》", to.kind))
                found[to.kind].append(Pair(other, one, f"《{table_name(of)}》", of.kind))
    for statement in statements(document):
        for kind, amount in statement.published:
            if kind in found:
                found[kind].append(Pair(amount, statement.amount, f"“{statement.text}”"))
    return found


def _evidence(pair: Pair) -> dict[str, str]:
    return {"expected": yuan(pair.here) or "", "actual": yuan(pair.there) or "", "where": pair.where}
