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

from expectations.outcome import Outcome
from transforms.records import ParsedDocument

Language = Literal["zh", "en"]
Text = dict[Language, str]
Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as declared in `rules.yaml`; texts are by language.

    `subjects` are what it speaks of, `quarantines` says that a failure may send rows to quarantine, `says` is the sentence
    that finance reads, `message`, `detail` (one wrong part of it) and `remedy` are told with a failure, `tolerance` is
    what still passes and why, `basis` the regulation, `not_applicable` the reasons why it may not apply. `check` is None for
    a rule that needs the whole warehouse; one that says more with it runs on both.
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


def _load(path: Path) -> tuple[dict[str, Rule], dict[str, dict[str, Text]]]:
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = [_rule(entry) for entry in declared["rules"]]
    return {rule.id: rule for rule in rules}, declared["names"]


def _rule(entry: dict[str, Any]) -> Rule:
    check = None
    if entry.setdefault("runs_on_document", not entry.get("runs_on_warehouse")):
        check = import_module(f"{__name__}.{entry['id'].replace('-', '_')}").check
    return Rule(**{**entry, "subjects": tuple(entry["subjects"])}, check=check)


RULES, NAMES = _load(Path(__file__).parent.with_name("rules.yaml"))
DOCUMENT_RULES = {rule.id: rule for rule in RULES.values() if rule.check}
