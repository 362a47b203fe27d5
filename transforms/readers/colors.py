"""Colours of texts and of what is behind them, as Office documents write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

WHITE = "FFFFFF"
FAINT = 24    # of 255: less difference is not seen; light grey on white has 50
INDEXED = {0: "000000", 1: WHITE, 8: "000000", 9: WHITE}    # of the 64 colours of old workbooks (ECMA-376 part 1, 18.8.27)
_THEME = {0: WHITE, 1: "000000"}                              # light and dark, whatever the theme
_SLIGHT = 0.1                                                 # of a tint: by more, white is grey
_HEX = re.compile(r"(?:[0-9A-F]{2})?([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})", re.IGNORECASE)


def rgb(said: Mapping[str, str] | None) -> str | None:
    """The colour that a workbook's styles name.

    Args:
        said: the attributes of a colour's element; None where there is no such element.

    Returns:
        Its hexadecimal digits; None for no colour, and for those of its theme but black and white.
    """
    if said is None:
        return None
    if "rgb" in said:
        return said["rgb"]
    if "indexed" in said:
        return INDEXED.get(int(said["indexed"]))
    return _THEME.get(int(said["theme"])) if "theme" in said and abs(float(said.get("tint", 0))) < _SLIGHT else None


def contrast(color: str, ground: str) -> int:
    """By how much two colours differ, to 255.

    Args:
        color: red, green and blue in hexadecimal digits, opacity in front of them or not.
        ground: the same, of what is behind; a colour that is not known differs from all.
    """
    found = _HEX.fullmatch(color), _HEX.fullmatch(ground)
    if found[0] is None or found[1] is None:
        return 255
    return max(abs(int(one, 16) - int(other, 16)) for one, other in zip(found[0].groups(), found[1].groups(), strict=True))
