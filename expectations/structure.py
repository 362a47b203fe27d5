"""Ties that fail in most of the rows to which they apply: then the structure was read wrong, not published wrong.

Such a tie accuses nobody: its failures become *not applicable*, and `unread-cells` tells them of the table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from expectations.lines import table_of_line
from expectations.outcome import Outcome, Word
from transforms.records import ParsedDocument

REASON = "structure-in-doubt"
RULE = "unread-cells"
LEAST = 2          # rows that must fail before a tie is doubted: one that is off is the department's
LEAST_BELOW = 3    # the same down a column, where one wrong amount fails with what is above it and with what is below
SHOWN = 5          # rows named in a message


class Trial(NamedTuple):
    """A tie held to one row: `tie` names the tie, `numbers` are the row's, so that a wrong row that is printed again counts once."""

    tie: Hashable
    numbers: Hashable
    fails: bool


def doubtful(trials: Iterable[Trial], least: int = LEAST) -> set[Hashable]:
    """The ties that fail in most of the rows to which they apply, and in at least so many."""
    failing: dict[Hashable, set[Hashable]] = defaultdict(set)
    passing: Counter[Hashable] = Counter()
    for trial in trials:
        if trial.fails:
            failing[trial.tie].add(trial.numbers)
        else:
            passing[trial.tie] += 1
    return {tie for tie, rows in failing.items() if len(rows) >= least and len(rows) > passing[tie]}


def doubted(document: ParsedDocument) -> set[Hashable]:
    """The positions of the tables with cells that the reading did not understand: what seems to be missing may stand there."""
    return {index for index, table in enumerate(document.tables) if table.doubts}


def without_doubtful(judged: Sequence[tuple[Outcome, Hashable, Hashable]]) -> list[Outcome]:
    """The outcomes of a rule for rows, where a failure in a doubtful tie does not apply.

    Two rows that state each other's sum were exchanged by whoever wrote them, and count once: no misread structure does that.

    Args:
        judged: each outcome with its tie and its row's numbers, as in `Trial`.
    """
    asked = [(outcome, tie, numbers) for outcome, tie, numbers in judged if outcome.status != "not_applicable"]
    wrong = {(tie, outcome.expected, outcome.actual) for outcome, tie, _ in asked if outcome.status == "fail"}

    def own(outcome: Outcome, tie: Hashable, numbers: Hashable) -> Hashable:
        is_exchanged = outcome.status == "fail" and (tie, outcome.actual, outcome.expected) in wrong
        return frozenset((outcome.expected, outcome.actual)) if is_exchanged else numbers

    found = doubtful(Trial(tie, own(outcome, tie, numbers), outcome.status == "fail") for outcome, tie, numbers in asked)
    return [skipped(outcome) if outcome.status == "fail" and tie in found else outcome for outcome, tie, _ in judged]


def skipped(outcome: Outcome) -> Outcome:
    """The outcome of a row of which it is not known whether the tie holds."""
    return Outcome(
        outcome.rule, "not_applicable", outcome.subject, outcome.index, outcome.label, outcome.place, outcome.published, reason=REASON,
    )


def with_doubts(document: ParsedDocument, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """All outcomes of a document, where `unread-cells` fails for the tables with doubtful ties.

    Args:
        document: the document that was checked.
        outcomes: what its rules said.
    """
    doubted: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.reason == REASON:
            doubted[_table_of(document, outcome)].append(outcome)
    return [
        _with_rows(outcome, doubted[outcome.index])
        if outcome.rule == RULE and outcome.subject == "table" and outcome.index in doubted else outcome
        for outcome in outcomes
    ]


def _with_rows(outcome: Outcome, doubted: Sequence[Outcome]) -> Outcome:
    """The outcome of a table's cells, with the rows whose numbers do not tie, by rule."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    for row in doubted:
        by_rule[row.rule].append(row.label)
    details = tuple(
        {"reason": REASON, "title": rule, "count": str(len(labels)), "text": "、".join(labels[:SHOWN])} for rule, labels in by_rule.items()
    )
    words = tuple(Word(rule, doubt=REASON, cell_count=len(labels)) for rule, labels in by_rule.items())
    return replace(
        outcome, status="fail", severity="critical", details=(*outcome.details, *details), words=(*outcome.words, *words),
        place=outcome.place if outcome.status == "fail" else doubted[0].place,
    )


def _table_of(document: ParsedDocument, outcome: Outcome) -> int:
    if outcome.subject == "line":
        return table_of_line(document, outcome.index)
    return (document.projects if outcome.subject == "project" else document.totals)[outcome.index].table
