"""Why a file could not be fetched, in the language of a digest: the room `sources` says it in English, `reasons.yaml` has the Chinese."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from expectations.rules import Language

# What a pull puts in front: the place in the catalogue, and the address, which is told beside it.
_PLACE = re.compile(r"(?P<place>[^\s:]+\.ya?ml:\d+): (?P<rest>.*)", re.DOTALL)


def told(reason: str, language: Language) -> str:
    """A reason in a language; one that nobody has put into Chinese stays as it is.

    Args:
        reason: `message` of a pull: `catalogue/a.yaml:12: http://x.cn/b.pdf: the server answered 503`.
        language: of the digest.
    """
    if language == "en":
        return reason
    placed = _PLACE.fullmatch(reason)
    rest, place = (placed["rest"], f"（{placed['place']}）") if placed else (reason, "")
    ends = (0, *(match.end() for match in re.finditer(": ", rest)))    # the address has some, too
    return next(filter(None, (_chinese(rest[end:]) for end in ends)), rest) + place


def _chinese(reason: str) -> str | None:
    """The Chinese of a reason without place and address; what is different each time is put into Chinese where it is a reason, too."""
    for pattern, text in _known():
        if found := pattern.fullmatch(reason):
            return text.format_map({name: _chinese(value) or value for name, value in found.groupdict().items()})
    return None


@cache
def _known() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each reason as a pattern, the most particular ones first: those with most words of their own."""
    declared: dict[str, str] = yaml.safe_load(Path(__file__).with_name("reasons.yaml").read_text(encoding="utf-8"))
    ordered = sorted(declared, key=lambda reason: -len(re.sub(r"\{\w+\}", "", reason)))
    return tuple((re.compile(_pattern(reason), re.DOTALL), declared[reason]) for reason in ordered)


def _pattern(reason: str) -> str:
    return "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, *_ in Formatter().parse(reason))
