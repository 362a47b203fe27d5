"""The rules: words and severity in `rules.yaml`, each check in a module of the rule's name.

A new rule is an entry there, a module `expectations/rules/<id_with_underscores>.py` with
`check(document) -> Iterator[Outcome]`, and a test file. Rules across documents have a statement in the warehouse instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import yaml

from expectations.amounts import DEVIATIONS, LEAST
from expectations.figures import SLIP_SLACK, UNITS_OF_SLIP
from expectations.outcome import Outcome, Severity
from expectations.sums import ENOUGH
from transforms.amounts import LEAST_YUAN, PLACES, units
from transforms.funding import funding_sources
from transforms.records import CERTAIN_AMOUNT, CERTAIN_TEXT, ParsedDocument

Language = Literal["zh", "en"]
Text = dict[Language, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as declared in `rules.yaml`; texts are by language.

    `subjects` are what it speaks of, `quarantines` says that a failure may send rows to quarantine, `says` is the sentence
    that finance reads, `message`, `detail` (one wrong part of it) and `remedy` are told with a failure, `tolerance` is
    what still passes and why, `basis` the regulation, `not_applicable` the reasons why it may not apply. `check` is None for
    a rule that needs the whole warehouse; one that says more with it runs on both. `severity_in_doubt` is that of a failure
    that sends rows to quarantine, where it is another one: their money is in no sum. `is_for_maintainers` says that it speaks
    of this program, so that maintainers are told, and finance only what is therefore in no sum. `thresholds` are what a statement of the
    warehouse compares with.
    """

    id: str
    severity: Severity
    subjects: tuple[str, ...]
    quarantines: bool
    title: Text
    says: Text
    message: Text
    remedy: Text
    basis: Text
    check: Callable[[ParsedDocument], Iterator[Outcome]] | None
    detail: Text = field(default_factory=dict)
    tolerance: Text = field(default_factory=dict)
    not_applicable: dict[str, Text] = field(default_factory=dict)
    runs_on_document: bool = True
    runs_on_warehouse: bool = False
    is_for_maintainers: bool = False
    severity_in_doubt: Severity | None = None
    thresholds: dict[str, Any] = field(default_factory=dict)


# The numbers of the checks, by the names under which the texts speak of them.
_NUMBERS = {
    "certain_amount": CERTAIN_AMOUNT, "certain_text": CERTAIN_TEXT, "deviations": DEVIATIONS, "places": PLACES, "least_yuan": LEAST_YUAN,
    "least_wan": LEAST / units()["万元"], "enough": ENOUGH, "slip": UNITS_OF_SLIP, "slip_slack": SLIP_SLACK,
}
_STATIC = ("title", "says", "remedy", "tolerance", "basis")    # texts that are told as they stand; messages are filled for each failure


def _load(path: Path) -> tuple[dict[str, Rule], dict[str, dict[str, Text]]]:
    declared = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    rules = [_rule(entry) for entry in declared["rules"]]
    names = declared["names"]
    names["column"] |= {source.key: {"zh": source.zh, "en": source.en} for source in funding_sources()}
    return {rule.id: rule for rule in rules}, names


def _rule(entry: dict[str, Any]) -> Rule:
    numbers = {**_NUMBERS, **entry.get("thresholds", {})}
    texts = {name: _filled(entry[name], numbers) for name in _STATIC if name in entry}
    reasons = {reason: _filled(text, numbers) for reason, text in entry.get("not_applicable", {}).items()}
    check = None
    if entry.setdefault("runs_on_document", not entry.get("runs_on_warehouse")):
        check = import_module(f"{__name__}.{entry['id'].replace('-', '_')}").check
    return Rule(**{**entry, **texts, "not_applicable": reasons, "subjects": tuple(entry["subjects"])}, check=check)


def _filled(text: Text, numbers: dict[str, Any]) -> Text:
    return {language: said.format_map(numbers) for language, said in text.items()}


RULES, NAMES = _load(Path(__file__).parent.with_name("rules.yaml"))


def severity_of(outcome: Outcome) -> Severity:
    """How grave a failure is: as it says itself, else as its rule says of certain readings and of quarantined ones."""
    rule = RULES[outcome.rule]
    in_doubt = None if outcome.is_certain else rule.severity_in_doubt
    return outcome.severity or in_doubt or rule.severity


LABELS: dict[str, Text] = {
    "id": {"zh": "规则", "en": "rule"}, "severity": {"zh": "严重程度", "en": "severity"}, "title": {"zh": "名称", "en": "title"},
    "says": {"zh": "要求", "en": "says"}, "message": {"zh": "提示", "en": "message"}, "remedy": {"zh": "更正办法", "en": "remedy"},
    "tolerance": {"zh": "容差", "en": "tolerance"}, "basis": {"zh": "依据", "en": "basis"},
    "threshold": {"zh": "阈值", "en": "threshold"}, "not_applicable": {"zh": "不适用", "en": "not applicable"},
}


def described(rule: Rule, language: Language) -> list[tuple[str, str]]:
    """All that is declared of a rule for people, each with its label, in the order in which it is shown."""
    severity = f"{rule.severity}; {rule.severity_in_doubt} where rows are quarantined" if rule.severity_in_doubt else rule.severity
    texts = [("id", rule.id), ("severity", severity)]
    for name in ("title", "says", "message", "remedy", "tolerance", "basis"):
        texts += [(name, text[language])] if (text := getattr(rule, name)) else []
    texts += [("threshold", f"{name} = {value}") for name, value in rule.thresholds.items()]
    texts += [("not_applicable", f"{text[language]} ({reason})") for reason, text in rule.not_applicable.items()]
    return [(LABELS[name][language], text) for name, text in texts]


DOCUMENT_RULES = {rule.id: rule for rule in RULES.values() if rule.check}
