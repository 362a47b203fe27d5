"""What people read about a failure, in Chinese and English; the sentences themselves are in `rules.yaml`."""

from __future__ import annotations

import re
from decimal import Decimal

from expectations.outcome import Outcome
from expectations.rules import NAMES, RULES, Language
from transforms.records import Place

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")   # as `yuan` prints it; a year is none
SEPARATOR: dict[Language, str] = {"zh": "；", "en": "; "}


def message(outcome: Outcome, language: Language) -> str:
    """The sentence that tells a failure, with its evidence."""
    rule = RULES[outcome.rule]
    details = SEPARATOR[language].join(rule.detail[language].format_map(_words(detail, language)) for detail in outcome.details)
    evidence = {"expected": outcome.expected, "actual": outcome.actual, "difference": outcome.difference}
    known = {key: value for key, value in evidence.items() if value is not None}
    words = _words({"label": outcome.label, **outcome.values, **known}, language)
    told = rule.message[language].format_map({**words, "details": details, "related": place_text(outcome.related, language)})
    return told + _consequences(outcome, language)


def _consequences(outcome: Outcome, language: Language) -> str:
    """The places whose sums fail for the same reason."""
    if not outcome.consequences:
        return ""
    return NAMES["consequences"]["others"][language].format(SEPARATOR[language].join(outcome.consequences))


def remedy(outcome: Outcome, language: Language) -> str:
    """How the department can mend it."""
    return RULES[outcome.rule].remedy[language]


def place_text(place: Place | None, language: Language) -> str:
    """Page and row for people."""
    parts = [(key, value) for key, value in (("page", place and place.page), ("row", place and place.row)) if value is not None]
    if not parts:
        return NAMES["place"]["document"][language]
    return ("" if language == "zh" else ", ").join(NAMES["place"][key][language].format(value) for key, value in parts)


def _words(values: dict[str, str], language: Language) -> dict[str, str]:
    return {key: _word(key, value, language) for key, value in values.items()}


def _word(key: str, value: str, language: Language) -> str:
    """Ids by their names, amounts with thousands separators, a difference with its sign; all else as it is."""
    if value in NAMES.get(key, {}):
        return NAMES[key][value][language]
    if key not in ("expected", "actual", "difference") or not _AMOUNT.fullmatch(value):
        return value
    return f"{Decimal(value):{'+' if key == 'difference' else ''},.2f}"
