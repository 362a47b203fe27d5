"""What a workbook's number formats say beyond the number: per cent, units, scale, leading zeros, a dash for zero."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# Built-in formats that say something (ECMA-376 part 1, 18.8.30); the others only group, round or date.
BUILT_IN = {9: "0%", 10: "0.00%", 41: '0;-0;"-"', 42: '0;-0;"-"', 43: '0;-0;"-"', 44: '0;-0;"-"'}

_SKIPPED = re.compile(r"\[[^\]]*\]|[_*].")                 # colours, currencies, conditions; room, filling
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)')
_SEMICOLON = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')     # outside quotation marks
_DATE = re.compile(r"\[[hms]+\]|[ymdhsb]|e(?![+-])|上午", re.IGNORECASE)
_GENERAL = re.compile(r"General|G/通用格式", re.IGNORECASE)
_DIGITS = re.compile(r"(?P<digits>[#0?](?:[#0?,.]|[\\!]\.|\"\.\")*)(?:E[+-]0+)?", re.IGNORECASE)
_INSERTED_POINT = re.compile(r'(?:[\\!]\.|"\.")(?P<places>[#0?]+)')
_CURRENCY = re.compile(r"[¥￥$€£]")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What is shown around a number (`prefix`, `suffix`), its scale as a power of ten, and how zero is shown if not as 0."""

    prefix: str
    suffix: str
    exponent: int
    least_digits: int
    zero: str | None

    def text(self, value: float) -> str:
        """The number as shown, but exact: neither rounded nor grouped."""
        if value == 0 and self.zero is not None:
            return self.zero
        sign, whole, places = _digits(_exact(value).scaleb(self.exponent))
        return f"{self.prefix}{sign}{whole.zfill(self.least_digits)}{places}{self.suffix}"


_PLAIN = NumberFormat(prefix="", suffix="", exponent=0, least_digits=1, zero=None)


def number_text(value: float) -> str:
    """A number in plain digits: 15 significant ones, the most that a spreadsheet keeps and shows."""
    return "".join(_digits(_exact(value)))


def parse_number_format(code: str) -> NumberFormat | None:
    """Read a format code (ECMA-376 part 1, 18.8.31) for what it says beyond the number.

    The scale matters because the shown number is the published one: `0!.0,` is in common use to show yuan as 万元.

    Args:
        code: for example `0.0%`, `#,##0.00_);"-"`, `000000`, `0"人"`.

    Returns:
        None where the format says nothing, is for dates, or has no place for one number (a fraction).
    """
    sections = _SEMICOLON.split(_GENERAL.sub("0", code))
    if _DATE.search(_LITERAL.sub("", sections[0])):
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


def _zero(sections: list[str]) -> str | None:
    """The third section is for zero; one without a place for digits shows a dash or nothing."""
    if len(sections) < 3:
        return None
    shown = _SKIPPED.sub("", sections[2])
    literal = _LITERAL.sub(r"\1\2", shown)
    return None if re.search(r"[#0]", shown) else literal.replace("?", "").strip()
