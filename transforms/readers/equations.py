r"""What an `EQ` field shows, which Word draws from its instruction: readings above characters, characters in circles, fractions.

`EQ \* jc2 \o\ad(\s\up 9(zhāng),张)` shows 张, `EQ \o\ac(○,1)` ①, `EQ \f(1,2)` 1/2 (ECMA-376 part 1, 17.16.5.18).
"""

from __future__ import annotations

import re

from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_FORMAT = re.compile(r"""\\\*\s*(?:"[^"]*"|\S+)""")
_FUNCTION = re.compile(r"\\([A-Za-z]+)((?:\s*\\[A-Za-z]+(?:\s*\d+)?)*)\s*\(([^()]*)\)")
_SEPARATOR = re.compile("[,;]")
_RAISED = "\x01"     # in front of what stands above or below the line, until it is known whether it is a reading
_CIRCLES, _CIRCLED = "○〇◯", {str(number): chr(0x245F + number) for number in range(1, 21)}
_LONGEST = 1_000     # characters: longer ones are no texts


def shown(instruction: str) -> str:
    """The text that a field shows by its instruction; blank for other fields than `EQ`."""
    begin = _EQUATION.match(instruction)
    if not begin:
        return ""
    text = _FORMAT.sub("", instruction[begin.end() :][:_LONGEST])
    while function := _FUNCTION.search(text):
        text = text[: function.start()] + _value(function[1].lower(), function[2].lower(), function[3]) + text[function.end() :]
    return text.replace(_RAISED, "").strip()


def _value(name: str, options: str, arguments: str) -> str:
    parts = [part.strip() for part in _SEPARATOR.split(arguments)]
    if name == "s":    # raised or lowered
        return _RAISED + "".join(parts).translate(SUBSCRIPT if "\\do" in options else SUPERSCRIPT)
    if name == "o":    # over each other
        own = [part for part in parts if not part.startswith(_RAISED)] or parts
        is_circled = len(own) > 1 and own[0] in _CIRCLES
        return _CIRCLED.get(own[1], f"({own[1]})") if is_circled else "".join(own)
    return "/".join(parts) if name == "f" else "".join(parts)
