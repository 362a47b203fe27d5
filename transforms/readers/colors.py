"""Colours of texts and of what is behind them, as Office documents write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

WHITE = "FFFFFF"
FAINT = 24    # of 255: less difference is not seen; light grey on white has 50
INDEXED = {0: "000000", 1: WHITE, 8: "000000", 9: WHITE}    # of the 64 colours of old workbooks (ECMA-376 part 1, 18.8.27)
_THEME = _LIGHT, _ = (0, 1)                                    # white and black, whatever the theme
_HEX = re.compile(r"(?:[0-9A-F]{2})?([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})", re.IGNORECASE)


def rgb(said: Mapping[str, str] | None) -> str | None:
    """The colour that a workbook's styles name.

    Args:
        said: the attributes of a colour's element; None where there is no such element.

    Returns:
        Its hexadecimal digits, or its name where the workbook's theme or palette gives it; None for no colour.
    """
    if said is None:
        return None
    if "rgb" in said:
        return said["rgb"]
    if "indexed" in said:
        return indexed(int(said["indexed"]))
    if "theme" not in said:
        return None
    number, tint = int(said["theme"]), float(said.get("tint", 0))
    if number not in _THEME:
        return f"theme {number} {tint:.2f}"
    light = min(max(1 + tint if number == _LIGHT else tint, 0), 1)    # white is darkened, black is lightened (18.8.19)
    return f"{round(255 * light):02X}" * 3


def indexed(number: int) -> str:
    """A colour of the palette: its digits, where every palette has it, or its name."""
    return INDEXED.get(number, f"color {number}")


def contrast(color: str, ground: str) -> int:
    """By how much two colours differ, to 255.

    Args:
        color: red, green and blue in hexadecimal digits, opacity in front of them or not.
        ground: the same, of what is behind; a colour that is only named differs from all but itself.
    """
    if color and color == ground:
        return 0
    found = _HEX.fullmatch(color), _HEX.fullmatch(ground)
    if found[0] is None or found[1] is None:
        return 255
    return max(abs(int(one, 16) - int(other, 16)) for one, other in zip(found[0].groups(), found[1].groups(), strict=True))
