"""A target can be met, and says something: no share above 100 % or counted in pieces, no ≤ on what should be high, no count below zero.

A target that repeats its indicator's name, or has an operator without a number, says nothing. Which shares have 100 % as their
bound, and which should be high, are words (`bounded_shares` and `high_shares` in words.yaml); shares that can exceed it, such as
床位使用率, are none of them. A project is one outcome, each such target a detail.

Skipped:
1. A project without indicators.
2. A project that was recognised in a picture: sign and point may be other ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from expectations.outcome import Outcome, project_subjects
from expectations.words import is_quantity, plain, words
from transforms.names import fold_width, strip_whitespace
from transforms.records import Indicator, ParsedDocument

RULE = "impossible-target"
WHOLE = Decimal(100)   # per cent
_NEGATIVE = re.compile(r"[<>=≤≥≦≧]*[-−]\d")
_OPERATOR_ALONE = re.compile(r"[<>=≤≥≦≧]{1,2}[^\d\w]*(?:[一-鿿]{1,2}|%)?")


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project with targets that cannot be met or say nothing; `target_fault` tells of each which it is."""
    for subject, project in project_subjects(document):
        found = [(indicator, fault) for indicator in project.indicators if (fault := _fault(indicator))]
        if not project.indicators:
            yield subject.skips(RULE, "no-indicators")   # 1
        elif not found:
            yield subject.passes(RULE)
        elif project.place.confidence is not None:
            yield subject.skips(RULE, "recognised")   # 2
        else:
            details = tuple({"name": indicator.name, "text": indicator.text, "target_fault": fault} for indicator, fault in found)
            yield subject.fails(RULE, details=details)


def _fault(indicator: Indicator) -> str | None:
    return next((fault for fault, has in _FAULTS.items() if has(indicator)), None)


def _is_above_whole(indicator: Indicator) -> bool:
    """A share that has 100 % as its bound, with more asked for; not one by which something changes."""
    if not _is_share(indicator, "bounded_shares") or indicator.operator in ("<=", "<", "within"):
        return False
    highest = max(value for value in (indicator.value, indicator.value_high) if value is not None)
    return highest > WHOLE or (highest == WHOLE and indicator.operator == ">")


def _is_upside_down(indicator: Indicator) -> bool:
    return _is_share(indicator, "high_shares") and indicator.operator in ("<=", "<")


def _is_share(indicator: Indicator, kind: str) -> bool:
    said = fold_width(indicator.name + indicator.text)
    return (
        indicator.value is not None and indicator.unit == "%" and bool(re.search(words()[kind], plain(indicator.name)))
        and not re.search(words()["changes"], said)
    )


def _is_counted(indicator: Indicator) -> bool:
    """A share that is counted one by one (满意度 ≥95次); marks and grades may stand for one."""
    return (
        indicator.value is not None and indicator.unit in words()["counting_units"]
        and bool(re.search(words()["high_shares"], plain(indicator.name))) and not re.search(words()["changes"], fold_width(indicator.text))
    )


def _is_negative_count(indicator: Indicator) -> bool:
    said = fold_width(strip_whitespace(indicator.name + indicator.text))
    return (
        indicator.value is not None and indicator.value < 0 and indicator.unit in words()["counting_units"]
        and bool(_NEGATIVE.match(fold_width(strip_whitespace(indicator.text)))) and not re.search(words()["changes"], said)
    )


def _repeats_name(indicator: Indicator) -> bool:
    """The target is the name once more, or the quantity that ends it (完工及时率: 及时率)."""
    name, target = plain(indicator.name), plain(indicator.text)
    if indicator.kind == "quantitative" or not target or plain(indicator.raw).count(target) < 2:
        return False
    return target == name or (name.endswith(target) and is_quantity(target))


def _has_no_number(indicator: Indicator) -> bool:
    return bool(_OPERATOR_ALONE.fullmatch(fold_width(strip_whitespace(indicator.text))))


_FAULTS: dict[str, Callable[[Indicator], bool]] = {
    "above-whole": _is_above_whole, "upside-down": _is_upside_down, "counted-share": _is_counted, "negative-count": _is_negative_count,
    "repeats-name": _repeats_name, "operator-alone": _has_no_number,
}
