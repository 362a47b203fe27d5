"""Amounts of money as they are published, exact to the fen."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.names import fold_width, strip_whitespace
from transforms.vocabulary import any_of, vocabulary

LEAST_YUAN = 1     # the last place of tables in 元: their cents are mostly 00
PLACES = 2         # behind the point, which the templates ask for; amounts in 亿元 with four are not given the slack of two
_FEN = Decimal("0.01")
_LIMIT = Decimal(10) ** 16    # what DECIMAL(18,2) holds; thirty times all money of the country, so no amount of a department
_LONGEST = 24    # characters; more digits than a Decimal of the default precision would be rounded before they are scaled
GROUPING_SPACE = "\u202f"    # narrow, no-break: typed or set in print between thousands only
_GROUPED = re.compile("(?<=[0-9])[\u2007\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_BEGINS = re.compile(r"\s*[-−▲△¥￥(0-9]")
# Marks of notes behind an amount. Raised digits may be a power or digits that only look raised, and stars may mask digits: they are
# taken for marks only behind an amount that is complete by its fen or its thousands.
_NOTE = re.compile(r"""
    \s* (?: [①-⑳⑴-⒇㉑-㉟㊱-㊿❶-❿⓫-⓴※†‡]+                                # 1,234.50①
        | [(\[〔【] (?: 附?注[0-9一二三四五六七八九十]{0,2} | [¹²³⁴-⁹][⁰¹²³⁴-⁹]? ) [)\]〕】]    # 1,234.50(注1), 1,234.50[¹]
        | (?<=\.[0-9]{2}) [¹²³⁴-⁹][⁰¹²³⁴-⁹]?                            # 1,234.50¹²
        | (?<=,[0-9]{3}) [¹²³⁴-⁹]                                        # 1,234¹
        | (?<=\.[0-9]{2}) \*{1,2}                                       # 1,234.50**
        | (?<=,[0-9]{3}) \*                                             # 1,234*
    ) \Z""", re.VERBOSE)
_DASHES = re.compile(r"[-－—–―─]*")
# What is not shown, and what is rounded: readers have written out the numbers of which all digits are there.
_ILLEGIBLE = re.compile(r"[#＃]{3,}|[1-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,3}")
_REMEMBERED = 8_192    # texts: each layout that is asked looks at a table's cells again, and most of them are blanks and small numbers


class UnreadableAmount(ValueError):
    """An amount cell that holds something else than an amount; `text` is what was published."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not an amount")
        self.text = text


@lru_cache(_REMEMBERED)
def parse_amount(text: str, unit: str | None) -> Decimal | None:
    """Read an amount.

    A note's mark behind the amount is none of it: `1,234.50①`, `1,234.50¹`, `1,234.50*`, `1,234.50（注1）`; `12³` may be a power and
    `12*` a masked number. Thousands separators must stand where they belong: `1,23`, `1.234.567` and `12 345` may be two numbers or
    a slip of the pen; thin and figure spaces (U+2007, U+2009, U+202F) stand between thousands only. Digits that go on in the next
    line are one amount only where the lines cannot be amounts of their own.
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
    if is_left_blank(text):
        return None
    published = _published(text)
    if published is None:
        raise UnreadableAmount(text)
    stated = published.unit or unit
    if stated is None:
        return None
    amount = published.number * units()[stated]
    if abs(amount) >= _LIMIT:
        raise UnreadableAmount(text)
    return +amount.quantize(_FEN, ROUND_HALF_UP)    # the sign turns -0.00 into 0.00


@lru_cache(_REMEMBERED)
def is_blank(text: str) -> bool:
    """Whether an amount cell holds nothing: blank, dashes, `/` or `无` (never zero)."""
    plain = strip_whitespace(fold_width(text))
    return bool(_DASHES.fullmatch(plain)) or plain in vocabulary("money")["blank"]


@lru_cache(_REMEMBERED)
def is_left_blank(text: str) -> bool:
    """Whether an amount cell holds nothing, or says so in words: `单位不需填列`, `不适用`."""
    return is_blank(text) or bool(_left_blank().fullmatch(strip_whitespace(fold_width(text)).strip("().。")))


@lru_cache(_REMEMBERED)
def is_amount(text: str) -> bool:
    """Whether a text is an amount of money, in whatever unit."""
    if is_left_blank(text):
        return False
    published = _published(text)
    return published is not None and abs(published.number) * units()[published.unit or "元"] < _LIMIT


def coarsest_place(unit: str | None) -> Decimal:
    """What the last place of an amount is worth at most, in yuan: `PLACES` behind the point of its unit, the yuan itself for 元."""
    return max(Decimal(LEAST_YUAN), Decimal(units().get(unit or "", 1)).scaleb(-PLACES))


def is_illegible(text: str) -> bool:
    """Whether a text says that there is a number, and not which: `#####` in a column too narrow for it, `4.40106E+20` of a long code."""
    return bool(_ILLEGIBLE.fullmatch(text.strip()))


def legible_code(text: str) -> str | None:
    """The code in a cell; None where it is blank or illegible."""
    return None if is_illegible(text) else strip_whitespace(text) or None


@cache
def units() -> dict[str, int]:
    """The units of money and how many yuan each is."""
    found: dict[str, int] = vocabulary("money")["units"]
    return found


@lru_cache(_REMEMBERED)
def is_unit(text: str) -> bool:
    """Whether a text is a unit of money and nothing else."""
    return strip_whitespace(text) in units()


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(
        r"(?P<sign>[-−▲△]?)\s*[¥￥]?\s*(?P<number>(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]+)?)"
        rf"\s*(?P<unit>{any_of(list(units()))})?"
    )


@cache
def _left_blank() -> re.Pattern[str]:
    who, denies, what = (any_of(words) for words in vocabulary("money")["left_blank"].values())
    return re.compile(rf"(?:{who})*(?:{denies})(?:{what})")


class _Published(NamedTuple):
    """A number as it is printed, and the unit of money beside it."""

    number: Decimal
    unit: str | None


def _published(text: str) -> _Published | None:
    """What a cell that is not blank states; None where that is no amount."""
    folded = fold_width(text)
    if not _BEGINS.match(folded):    # as most texts are
        return None
    folded = folded if folded.isascii() else _GROUPED.sub(",", folded)
    lines = [line.strip() for line in folded.splitlines() if line.strip()]
    if len(lines) > 1 and all(_amount().fullmatch(_NOTE.sub("", line)) for line in lines):    # each may be an amount of its own
        return None
    joined = _NOTE.sub("", "".join(lines))
    is_negative = joined.startswith("(") and joined.endswith(")")
    match = _amount().fullmatch(joined[1:-1].strip() if is_negative else joined)
    if not match or (is_negative and match["sign"]) or len(match["number"]) > _LONGEST:
        return None
    number = Decimal(match["number"].replace(",", ""))
    return _Published(-number if is_negative or match["sign"] else number, match["unit"])
