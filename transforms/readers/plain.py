"""Text in plain characters: what looks the same, and what is not seen at all, never makes two words or amounts of one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain

from transforms.vocabulary import vocabulary

# Fonts and converters give these for the plain ideographs that they look like: radicals and compatibility ideographs.
_ALIKE = (range(0x2E80, 0x2FD6), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
# Soft hyphens, zero-width spaces and joiners, marks of direction, selectors of a character's shape, byte order marks.
_UNSEEN = (
    *(range(code, code + 1) for code in (0xAD, 0x34F, 0x61C, 0xFEFF)),
    range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070), range(0xFE00, 0xFE10),
    range(0xE0000, 0xE01F0),
)
_GUARDS = ("=", "'", "’", "‘", "`")
_GUARDED = re.compile(r"""="([^"]*)"|['’‘`]([-+(]?[\d０-９][\d０-９,，.．\-]*\)?)""")
_SCIENTIFIC = re.compile(r"([1-9])\.([0-9]+)[Ee]\+([0-9]{2,3})")
_BLANK = (range(0x115F, 0x1161), range(0x2800, 0x2801), range(0x3164, 0x3165), range(0xFFA0, 0xFFA1))    # fillers that take room
_PECULIAR = re.compile("[" + "".join(f"{chr(codes[0])}-{chr(codes[-1])}" for codes in (*_ALIKE, *_UNSEEN, *_BLANK)) + "]")


def plain_text(text: str) -> str:
    """Give a published text in plain characters.

    Args:
        text: as a document holds it.

    Returns:
        The same with radicals and compatibility ideographs replaced by the ideographs that they look like, and without characters that
        take no room. Full-width characters stay as published.
    """
    return text if text.isascii() or not _PECULIAR.search(text) else text.translate(_plain_characters())


def cell_text(text: str) -> str:
    """Give a cell's text as `plain_text` does, and codes as they were before a spreadsheet changed them.

    Args:
        text: for example `="201"` (a formula that programs write into CSV and HTML), `'201` (typed in front of a text), or
            `2.010101E+06`, which is 2010101; `2.01E+06` stays, because nobody knows its other digits.
    """
    plain = plain_text(text)
    guarded = _GUARDED.fullmatch(plain) if plain[:1] in _GUARDS else None
    if guarded:
        return guarded[1] or guarded[2] or ""
    scientific = _SCIENTIFIC.fullmatch(plain) if "+" in plain else None
    return _written_out(*scientific.groups()) or plain if scientific else plain


def _written_out(whole: str, places: str, power: str) -> str | None:
    """The digits of a number of which all are there."""
    point = int(power)
    return f"{whole}{places[:point]}.{places[point:]}".rstrip(".") if len(places) >= point else None


@cache
def _plain_characters() -> dict[int, str]:
    alike = {code: unicodedata.normalize("NFKC", chr(code)) for code in chain(*_ALIKE)}
    alike |= {ord(radical): ideograph for radical, ideograph in vocabulary("radicals")["radicals"].items()}
    return alike | dict.fromkeys(chain(*_UNSEEN), "") | dict.fromkeys(chain(*_BLANK), " ")
