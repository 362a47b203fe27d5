"""How a workbook's number formats show a number: places, per cent, units, scale, leading zeros, a dash for zero, nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Built-in formats for numbers (ECMA-376 part 1, 18.8.30); General, scientific ones and fractions neither round nor add.
_WHOLE, _PLACES = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"'
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: _WHOLE, 42: _WHOLE, 43: _PLACES, 44: _PLACES,
}

_SKIPPED = re.compile(r"\[[^\]]*\]|[_*].")                 # colours, currencies, conditions; room, filling
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)')
_SEMICOLON = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')     # outside quotation marks
_DATE = re.compile(r"\[[hms]+\]|[ymdhsb]|e(?![+-])|上午", re.IGNORECASE)
_CONDITION = re.compile(r"\[\s*[<>=]")
_GENERAL = re.compile(r"General|G/通用格式", re.IGNORECASE)
_DIGITS = re.compile(r"(?P<digits>[#0?](?:[#0?,.]|[\\!]\.|\"\.\")*)(?P<scientific>E[+-]0+)?", re.IGNORECASE)
_INSERTED_POINT = re.compile(r'(?:[\\!]\.|"\.")(?P<places>[#0?]+)')
_SHOWS_NOTHING = ";;;"
_CURRENCY = re.compile(r"[¥￥$€£]")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a number is shown.

    `prefix` and `suffix` stand around it, `exponent` is its scale as a power of ten, `least_digits` counts those before
    the point, `zero` is how zero is shown if not as 0, `places` how many decimal places are shown (None: all).
    `is_hidden` formats show nothing, neither numbers nor texts.
    """

    prefix: str = ""
    suffix: str = ""
    exponent: int = 0
    least_digits: int = 1
    zero: str | None = None
    places: int | None = None
    is_hidden: bool = False

    def text(self, value: float) -> str:
        """The number as shown, rounded as spreadsheets round (half away from zero), but not grouped or padded with zeros."""
        if value == 0 and self.zero is not None:
            return self.zero
        number = _exact(value).scaleb(self.exponent)
        sign, whole, places = _digits(number)
        if self.places is not None and len(places) > self.places + len("."):
            sign, whole, places = _digits(number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP))
        return f"{self.prefix}{sign}{whole.zfill(self.least_digits)}{places}{self.suffix}"


_PLAIN = NumberFormat()
_HIDDEN = NumberFormat(is_hidden=True)


def number_text(value: float) -> str:
    """A number in plain digits: 15 significant ones, the most that a spreadsheet keeps and shows."""
    return "".join(_digits(_exact(value)))


def parse_number_format(code: str) -> NumberFormat | None:
    """Read a format code (ECMA-376 part 1, 18.8.31).

    Places and scale matter because the shown number is the published one: `0.00` shows 421.9812345 as 421.98, and
    `0!.0,` is in common use to show yuan as 万元.

    Args:
        code: for example `0.0%`, `#,##0.00_);"-"`, `000000`, `0"人"`.

    Returns:
        None where the format says nothing, is for dates, chooses by conditions, or has no place for one number (a
        fraction): there the number itself is read.
    """
    if code.strip() == _SHOWS_NOTHING:
        return _HIDDEN
    sections = _SEMICOLON.split(_GENERAL.sub("0", code))
    if _CONDITION.search(code) or _DATE.search(_LITERAL.sub("", sections[0])):
        return None
    shown = _SKIPPED.sub("", sections[0])
    digits = _DIGITS.search(shown)
    if digits is None or _DIGITS.search(_LITERAL.sub("", shown[digits.end():])):
        return None
    number_format = NumberFormat(
        prefix=_literal(shown[: digits.start()]),
        suffix=_literal(shown[digits.end():]),
        exponent=_exponent(shown, digits["digits"]),
        least_digits=max(1, _whole_zeros(digits["digits"])),
        zero=_zero(sections),
        places=None if digits["scientific"] or _GENERAL.search(code) else _places(digits["digits"]),
    )
    return None if number_format == _PLAIN else number_format


def _exact(value: float) -> Decimal:
    return Decimal(format(value, ".15g"))


def _digits(number: Decimal) -> tuple[str, str, str]:
    whole, point, places = f"{abs(number):f}".partition(".")
    places = places.rstrip("0")
    return "-" if number < 0 else "", whole, point + places if places else ""


def _literal(text: str) -> str:
    return _CURRENCY.sub("", _LITERAL.sub(r"\1\2", text)).strip()


def _exponent(shown: str, digits: str) -> int:
    inserted = _INSERTED_POINT.search(digits)
    thousands = len(digits) - len(digits.rstrip(","))
    return 2 * _LITERAL.sub("", shown).count("%") - 3 * thousands - (len(inserted["places"]) if inserted else 0)


def _whole_zeros(digits: str) -> int:
    return re.split(r'[.\\!"]', digits)[0].count("0")


def _places(digits: str) -> int:
    return len(re.findall("[#0?]", digits.partition(".")[2]))


def _zero(sections: list[str]) -> str | None:
    """The third section is for zero; one without a place for digits shows a dash or nothing."""
    if len(sections) < 3:
        return None
    shown = _SKIPPED.sub("", sections[2])
    literal = _LITERAL.sub(r"\1\2", shown)
    return None if re.search(r"[#0]", shown) else literal.replace("?", "").strip()
