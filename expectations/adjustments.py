"""What a finance bureau decides about the rules: thresholds, severities, and exemptions with their reason and end.

One YAML file, by rule; each decision may be for a region with all below it, a department, a year or a stage. A slip of the pen is an
error with file, line and key, and then nothing of the file is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from expectations.outcome import Severity
from expectations.rules import RULES, Rule
from transforms.records import Stage
from transforms.vocabulary.loading import load

Kind = Literal["threshold", "severity", "exemption"]
SECTIONS: Mapping[Kind, str] = {"threshold": "thresholds", "severity": "severities", "exemption": "exemptions"}
SCOPE = {"region": "word", "department": "word", "year": "count", "stage": {"one_of": list(get_args(Stage))}}
KINDS: Mapping[type, str] = {int: "count", float: "measure", str: "pattern"}    # of thresholds: what is decided is of the declared type


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One decision; a None in its scope means all.

    `adjustment_no` is its position: of two that say different things of a finding the later one counts. `adjustment_name` is a
    threshold's, `adjustment_value` its value or the severity; an exemption has `adjustment_reason` and `until_date`, the last day on
    which it holds.
    """

    adjustment_no: int
    rule: str
    rule_title_zh: str
    rule_title_en: str
    adjustment_kind: Kind
    region_code: str | None = None
    department_id: str | None = None
    fiscal_year: int | None = None
    stage: Stage | None = None
    adjustment_name: str | None = None
    adjustment_value: str | None = None
    adjustment_reason: str | None = None
    until_date: date | None = None


def read_adjustments(path: Path) -> list[Adjustment]:
    """Read what was decided about the rules.

    Raises:
        VocabularyError: the file cannot be read or says what it may not; a line per mistake, with file, line and key.
    """
    declared = load(path, _schema())
    decisions = [
        (rule, entry, kind, *facts)
        for kind, section in SECTIONS.items()
        for rule, entries in (declared.get(section) or {}).items() for entry in entries for facts in _facts(kind, entry)
    ]
    return [
        Adjustment(
            number, rule, RULES[rule].title["zh"], RULES[rule].title["en"], kind, entry.get("region"), entry.get("department"),
            entry.get("year"), entry.get("stage"), name, value, entry.get("reason"), entry.get("until"),
        )
        for number, (rule, entry, kind, name, value) in enumerate(decisions)
    ]


def adjustment_rows(adjustments: list[Adjustment]) -> list[dict[str, Any]]:
    """The decisions as rows for the warehouse."""
    return [asdict(adjustment) for adjustment in adjustments]


def _facts(kind: str, entry: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Name and value of what an entry decides; of several thresholds each for itself."""
    if kind == "threshold":
        yield from ((name, str(value)) for name, value in entry.items() if name not in SCOPE)
    else:
        yield None, entry.get("severity")


def _schema() -> dict[str, Any]:
    adjustable = {rule.id: _entry(thresholds=rule) for rule in RULES.values() if rule.thresholds}
    sections = {
        "thresholds": {"fields": adjustable, "optional": list(adjustable)},
        "severities": _by_rule(_entry(severity={"one_of": list(get_args(Severity))})),
        "exemptions": _by_rule(_entry(reason="word", until="date")),
    }
    return {"fields": sections, "optional": list(sections)}


def _by_rule(entry: dict[str, Any]) -> dict[str, Any]:
    return {"fields": dict.fromkeys(RULES, entry), "optional": list(RULES)}


def _entry(thresholds: Rule | None = None, **required: Any) -> dict[str, Any]:
    own = {name: KINDS[type(value)] for name, value in thresholds.thresholds.items()} if thresholds else {}
    return {"list": {"fields": {**SCOPE, **own, **required}, "optional": [*SCOPE, *own], "some_of": list(own)}}
