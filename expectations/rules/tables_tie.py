"""Figures that two tables of a document state are the same: income and expenditure, 支出总表 and 收支总表, the general budget's part.

What ties to what is data (`ties` in words.yaml). A table is one outcome; each figure that does not tie is a detail. An empty
table states nothing spent.

Skipped:
1. A table that states no figure of another one, a figure that is not stated or not readable, and several tables of a kind.
2. A figure that does not tie where money of another year is in one of the tables: the other may leave it out.
3. A figure that two columns or rows may state, where neither ties.
4. A figure that is 10,000 times the other: `unit-slip` tells it.
5. A document of which a part could not be read: the figure may have its other half there.
6. A figure that ties only where a table covers the same money as the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from expectations.figures import Figure, Figures, Tie, is_slip, ties
from expectations.outcome import Outcome, Subject, largest, table_subjects
from transforms.records import ParsedDocument, yuan

RULE = "tables-tie"
Difference = tuple[Tie, Decimal, Decimal]   # the other table's statement, and this one's, in yuan


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table with a figure that differs by more than one of the last place published from that of another table."""
    figures = Figures(document)
    declared = list(ties())
    for subject, table in table_subjects(document):
        held = [tie for tie in declared if tie.of.kind == table.kind and figures.table(table.kind) and figures.table(tie.to.kind)]
        results = [_compare(document, figures, tie) for tie in held]
        yield _outcome(subject, figures, results)


def _compare(document: ParsedDocument, figures: Figures, tie: Tie) -> Difference | str | None:
    """None where a figure ties, both statements where it does not, the reason where that cannot be said."""
    here, there = figures.stated(tie.of), figures.stated(tie.to)
    if not here or not there:
        return "figure-not-stated"   # 1
    limit = max(figures.step(tie.of.kind), figures.step(tie.to.kind))
    if any(abs(one - other) <= limit for one in here for other in there):
        return None
    if reason := _why_undecided(document, figures, tie, here, there):
        return reason
    return tie, there[0], here[0]


def _why_undecided(
    document: ParsedDocument, figures: Figures, tie: Tie, here: Sequence[Decimal], there: Sequence[Decimal]
) -> str | None:
    if any(is_slip(one, other) for one in here for other in there):
        return "unit-slip"   # 4
    if document.errors:
        return "document-incomplete"   # 5
    table = figures.table(tie.of.kind)
    if table and not tie.is_firm(table, document.department):
        return "coverage-differs"   # 6
    if tie.of.kind != tie.to.kind and any(figures.carries_over(kind) for kind in (tie.of.kind, tie.to.kind)):
        return "carried-over"   # 2
    return "figure-ambiguous" if len(here) > 1 or len(there) > 1 else None   # 3


def _outcome(subject: Subject, figures: Figures, results: Sequence[Difference | str | None]) -> Outcome:
    wrong = [_evidence(figures, *result) for result in results if isinstance(result, tuple)]
    if wrong:
        worst = largest(wrong)
        return subject.fails(RULE, expected=worst["expected"], actual=worst["actual"], difference=worst["difference"], details=tuple(wrong))
    if None in results:
        return subject.passes(RULE)
    return subject.skips(RULE, next((result for result in results if isinstance(result, str)), "nothing-to-compare"))   # 1


def _evidence(figures: Figures, tie: Tie, there: Decimal, here: Decimal) -> dict[str, str]:
    other = figures.table(tie.to.kind)
    amounts = {"expected": here, "actual": there, "difference": here - there}
    return {
        "figure": _name(tie.of), "other_figure": _name(tie.to), "table": (other and other.title) or tie.to.kind,
        **{key: yuan(amount) or "" for key, amount in amounts.items()},
    }


def _name(figure: Figure) -> str:
    """The part that a figure is, else the side whose total it is."""
    is_total = figure.row in ("any", "grand", "year")
    return figure.column if figure.column != "total" else (figure.side or "total") if is_total else figure.row
