"""Why a file could not be fetched, in the language of a digest."""

from __future__ import annotations

import re

from expectations.rules import Language
from language.errors import in_chinese

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
    return next(filter(None, (in_chinese(rest[end:]) for end in ends)), rest) + place
