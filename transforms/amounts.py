"""Amounts of money as they are published, exact to the fen."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from transforms.names import fold_width, strip_whitespace
from transforms.vocabulary import any_of, vocabulary

_FEN = Decimal("0.01")
_LIMIT = Decimal(10) ** 16    # what DECIMAL(18,2) holds; thirty times all money of the country, so no amount of a department
_LONGEST = 24    # characters; more digits than a Decimal of the default precision would be rounded before they are scaled
_DASHES = re.compile(r"[-－—–―─]*")
_REMEMBERED = 8_192    # texts: each layout that is asked looks at a table's cells again, and most of them are blanks and small numbers


class UnreadableAmount(ValueError):
    """An amount cell that holds something else than an amount; `text` is what was published."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not an amount")
        self.text = text


@lru_cache(_REMEMBERED)
def parse_amount(text: str, unit: str | None) -> Decimal | None:
    """Read an amount.

    Thousands separators must stand where they belong: `1,23`, `1.234.567` and `12 345` may be two numbers or a slip of
    the pen. Digits that go on in the next line are one amount only where the lines cannot be amounts of their own.
    A number with leading zeros is a code.

    Args:
        text: the cell as published, e.g. `3，518.85`, `(13.27)`, `854万`.
        unit: the unit that holds where the cell names none (a key of money.yaml); None where none is published.

    Returns:
        The amount in yuan, rounded half up to the fen. None for a blank cell, and where no unit is known: such an
        amount is never guessed.

    Raises:
        UnreadableAmount: the cell holds neither an amount nor a blank.
    """
    if is_blank(text):
        return None
    folded = _join_lines(text)
    negative = folded.startswith("(") and folded.endswith(")")
    match = _amount().fullmatch(folded[1:-1].strip() if negative else folded)
    if not match or (negative and match["sign"]) or len(match["number"]) > _LONGEST:
        raise UnreadableAmount(text)
    stated = match["unit"] or unit
    if stated is None:
        return None
    amount = Decimal(match["number"].replace(",", "")) * units()[stated]
    if amount >= _LIMIT:
        raise UnreadableAmount(text)
    rounded = amount.quantize(_FEN, ROUND_HALF_UP)
    return -rounded if negative or match["sign"] else rounded


@lru_cache(_REMEMBERED)
def is_blank(text: str) -> bool:
    """Whether an amount cell holds nothing: blank, dashes, `/` or `无` (never zero)."""
    plain = strip_whitespace(fold_width(text))
    return bool(_DASHES.fullmatch(plain)) or plain in vocabulary("money")["blank"]


@lru_cache(_REMEMBERED)
def is_amount(text: str) -> bool:
    """Whether a text is an amount of money, in whatever unit."""
    try:
        return not is_blank(text) and parse_amount(text, "元") is not None
    except UnreadableAmount:
        return False


@cache
def units() -> dict[str, int]:
    """The units of money and how many yuan each is."""
    found: dict[str, int] = vocabulary("money")["units"]
    return found


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(
        r"(?P<sign>[-−▲△]?)\s*[¥￥]?\s*(?P<number>(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]+)?)"
        rf"\s*(?P<unit>{any_of(list(units()))})?"
    )


def _join_lines(text: str) -> str:
    lines = [line.strip() for line in fold_width(text).splitlines() if line.strip()]
    if len(lines) > 1 and all(_amount().fullmatch(line) for line in lines):
        raise UnreadableAmount(text)
    return "".join(lines)
