"""All rules over one document, and what they found in the form of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.causes import told_once
from expectations.lines import table_of_line
from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules import RULES, severity_of
from expectations.structure import with_doubts
from transforms.records import Finding, ParsedDocument


def check(document: ParsedDocument) -> list[Outcome]:
    """Run every rule that needs nothing but a document; the outcomes come rule by rule, in the order of `rules.yaml`."""
    outcomes = with_doubts(document, [outcome for rule in RULES.values() if rule.check for outcome in rule.check(document)])
    return told_once(document, outcomes)


def findings(document: ParsedDocument, outcomes: Sequence[Outcome]) -> list[Finding]:
    """The failures among a document's outcomes as `yusuan parse` prints them, in document order.

    Args:
        document: the document that was checked; what concerns it as a whole comes first.
        outcomes: what `check` gave for it.
    """
    failures = sorted((outcome for outcome in outcomes if outcome.status == "fail"), key=lambda outcome: _position(document, outcome))
    return [
        Finding(
            rule=outcome.rule, severity=severity_of(outcome), message=message(outcome, "zh"),
            expected=outcome.expected, actual=outcome.actual, place=outcome.place,
        )
        for outcome in failures
    ]


def _position(document: ParsedDocument, outcome: Outcome) -> tuple[int, int]:
    """Table by table, row by row. Pages and rows do not serve: rows start anew with every table of most formats."""
    if outcome.subject == "document":
        return -1, 0
    if outcome.subject == "table":
        return outcome.index, -1
    if outcome.subject == "line":
        return table_of_line(document, outcome.index), outcome.place.row or 0
    record = document.projects[outcome.index] if outcome.subject == "project" else document.totals[outcome.index]
    return record.table, record.place.row or 0
