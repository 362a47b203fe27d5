"""How a workbook's number formats show a number: places, per cent, units, scale, leading zeros, a dash for zero, nothing."""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import TypeAlias

from transforms.grid import Stored

# Built-in formats for numbers (ECMA-376 part 1, 18.8.30); General, scientific ones and fractions neither round nor add.
_WHOLE, _PLACES = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"'
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: _WHOLE, 42: _WHOLE, 43: _PLACES, 44: _PLACES,
}

# Built-in formats for dates and times, those of Chinese workbooks included (18.8.30, "zh-cn").
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_ELAPSED = 46

# Formats that workbooks in XML call by name (XML Spreadsheet Reference, ss:Format).
_NAMED = {
    "General Number": "General", "Currency": "#,##0.00", "Euro Currency": "#,##0.00", "Fixed": "0.00", "Standard": "#,##0.00",
    "Percent": "0.00%",
}
_NAMED_DATE = re.compile("(?:General|Long|Medium|Short) (?:Date|Time)")

_TEXTS = 3    # which section of a format is for texts, from 0
_SKIPPED = re.compile(r"\[[^\]]*\]|[_*].")                 # colours, currencies, conditions; room, filling
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)')
_SEMICOLON = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')     # outside quotation marks
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhsb]|e(?![+-])|上午", re.IGNORECASE)
_CONDITION = re.compile(r"\[\s*(<>|<=|>=|=|<|>)\s*(-?\d+(?:\.\d+)?)\s*\]")
_GENERAL = re.compile(r"General|G/通用格式", re.IGNORECASE)
_DIGITS = re.compile(r"(?P<digits>[#0?](?:[#0?,.]|[\\!]\.|\"\.\")*)(?P<scientific>E[+-]0+)?", re.IGNORECASE)
_INSERTED_POINT = re.compile(r'(?:[\\!]\.|"\.")(?P<places>[#0?]+)')
_WIDEST_SHOWN = 1e15      # General shows larger numbers with six digits; all that a spreadsheet keeps of them is 15
_WHITE_TEXT = re.compile(r"\[(?:White|白色|白|Color ?2|颜色 ?2)\]", re.IGNORECASE)
_CURRENCY = re.compile(r"[¥￥$€£]")
_SIGNIFICANT = ".15g"     # the digits that a spreadsheet keeps
_DAY = 86_400    # seconds
_EPOCH, _EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)    # noqa: DTZ001 a sheet's dates have no zone
_TIME_BEGINS = re.compile(r"(?<=\d)(T(?:00:00:00(?:\.0+)?$)?|\.0+$)")
_LEAP_DAY = 60    # the 29th of February 1900, which spreadsheets have and the calendar has not


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a number is shown.

    `prefix` and `suffix` stand around it, `exponent` is its scale as a power of ten, `least_digits` counts those before
    the point, `zero` is how zero is shown if not as 0, `places` how many decimal places are shown (None: all). `constant` is what every
    number is shown as by a format without a place for digits (`;;;`: nothing). `is_hidden` formats show no texts either.
    """

    prefix: str = ""
    suffix: str = ""
    exponent: int = 0
    least_digits: int = 1
    zero: str | None = None
    places: int | None = None
    constant: str | None = None
    is_hidden: bool = False

    def hides(self, *, is_number: bool) -> bool:
        """Whether the format shows nothing of a number, or of a text."""
        return self.is_hidden or (is_number and self.constant == "")

    def text(self, value: float) -> str:
        """The number as shown, rounded as spreadsheets round (half away from zero), but not grouped or padded with zeros."""
        if self.constant is not None:
            return self.constant
        if value == 0 and self.zero is not None:
            return self.zero
        number = _exact(value).scaleb(self.exponent)
        sign, whole, places = _digits(number)
        if self.places is not None and len(places) > self.places + len("."):
            sign, whole, places = _digits(number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP))
        return f"{self.prefix}{sign}{whole.zfill(self.least_digits)}{places}{self.suffix}"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a number that is a date, a time or (`is_elapsed`) hours past 24 is shown."""

    is_elapsed: bool = False
    is_1904: bool = False

    def hides(self, *, is_number: bool) -> bool:
        """No format of a date shows nothing."""
        return False

    def text(self, value: float) -> str:
        """The date or time in ISO form; the number itself where it is no date."""
        if self.is_elapsed:
            minutes, seconds = divmod(round(value * _DAY), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        days = value + 1 if not self.is_1904 and value < _LEAP_DAY and value >= 1 else value
        try:
            moment = (_EPOCH_1904 if self.is_1904 else _EPOCH) + datetime.timedelta(seconds=round(days * _DAY))
        except (OverflowError, ValueError):
            return number_text(value)
        if 0 <= value < 1:
            return moment.time().isoformat()
        return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat(sep=" ")


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """How a number is shown by a format that chooses by conditions: the first section whose condition holds, else the last one.

    One without a place for digits shows its text; of others the number itself is read, because each may have a scale of its own.
    `sections` are the comparisons, the numbers compared with and the formats (None: the number itself) of those with a condition,
    `otherwise` the format of the one without.
    """

    sections: tuple[tuple[str, Decimal, NumberFormat | None], ...]
    otherwise: NumberFormat | None = None

    def hides(self, *, is_number: bool) -> bool:
        """What it hides depends on the number; texts are shown."""
        return False

    def text(self, value: float) -> str:
        """The number as shown."""
        number = _exact(value)
        chosen = next((shown for sign, other, shown in self.sections if COMPARISONS[sign](number, other)), self.otherwise)
        return chosen.constant if chosen and chosen.constant is not None else number_text(value)


COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
Format: TypeAlias = NumberFormat | DateFormat | ConditionalFormat


def cell_formats(numbers: Sequence[int], codes: Mapping[int, str], *, is_1904: bool) -> list[Format | None]:
    """The format of each cell style of a workbook.

    Args:
        numbers: the number of each style's format.
        codes: the workbook's own format codes by number.
        is_1904: whether its dates count from 1904.

    Returns:
        One per style; None where it adds nothing to the number.
    """
    parsed: dict[int, Format | None] = {}
    for number in numbers:
        if number not in parsed:
            is_date = number == _BUILT_IN_ELAPSED or number in _BUILT_IN_DATES
            code = codes.get(number, BUILT_IN.get(number, "General"))
            parsed[number] = DateFormat(number == _BUILT_IN_ELAPSED, is_1904) if is_date else cell_format(code, is_1904=is_1904)
    return [parsed[number] for number in numbers]


def cell_format(code: str, *, is_1904: bool) -> Format | None:
    """The format of a code or name; arguments and result as those of `cell_formats`."""
    if _NAMED_DATE.fullmatch(code):
        return DateFormat(is_1904=is_1904)
    code = _NAMED.get(code, code)
    is_elapsed = bool(_ELAPSED.search(code))
    if is_elapsed or (not _CONDITION.search(code) and _is_date(_first_section(code))):
        return DateFormat(is_elapsed, is_1904)
    return _conditional(code) if _CONDITION.search(code) else parse_number_format(code)


def _conditional(code: str) -> ConditionalFormat | None:
    """A format of sections with conditions; None where one is for dates."""
    sections = _SEMICOLON.split(code)[:_TEXTS]
    if any(map(_is_date, _sections(code))):
        return None
    shown = [(_CONDITION.search(section), _of_section(_CONDITION.sub("", section))) for section in sections]
    return ConditionalFormat(
        tuple((condition[1], Decimal(condition[2]), one) for condition, one in shown if condition),
        next((one for condition, one in shown if not condition), None),
    )


def _of_section(code: str) -> NumberFormat | None:
    """The format of one section: an empty one shows nothing."""
    return parse_number_format(code) if _GENERAL.search(code) or not _is_empty(code) else NumberFormat(constant="")


def _is_empty(code: str) -> bool:
    return not _LITERAL.sub(r"\1\2", _SKIPPED.sub("", code)).strip()


_PLAIN = NumberFormat()
_HIDDEN = NumberFormat(constant="", is_hidden=True)


def number_text(value: float) -> str:
    """A number in plain digits: 15 significant ones, the most that a spreadsheet keeps and shows.

    A larger number than these can tell is shown as `4.40106E+20`: its other digits (of a code that was typed in as a number) are lost.
    """
    if abs(value) >= _WIDEST_SHOWN:
        return format(value, ".6G")
    text = format(value, _SIGNIFICANT)
    return text if "e" not in text and text != "-0" else "".join(_digits(Decimal(text)))


def formatted(stored: str, number_format: Format | None) -> str:
    """A stored number as its format shows it, or in plain digits; one that is not finite as it is stored.

    Raises:
        ValueError: it is no number.
    """
    value = float(stored)
    if not math.isfinite(value):
        return stored
    return number_format.text(value) if number_format else number_text(value)


def stored_number(stored: str | float, number_format: Format | None) -> Stored | None:
    """The number behind one that its format shows rounded, or as so many thousands; None where what is shown is all of it."""
    if not isinstance(number_format, NumberFormat) or number_format.constant is not None or number_format.exponent > 0:
        return None    # per cents are no money
    places, exponent = number_format.places, number_format.exponent
    if (places is None and not exponent) or not math.isfinite(value := float(stored)):
        return None
    number = _exact(value).scaleb(exponent)
    step = Decimal(0) if places is None else Decimal(1).scaleb(-places)
    is_rounded = places is not None and int(number.normalize().as_tuple().exponent) < -places
    return Stored(number, exponent, step if is_rounded else Decimal(0)) if is_rounded or (exponent and number) else None


def exact_number(text: str) -> Decimal | None:
    """A number in plain digits; None for other texts."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def date_text(moment: str) -> str:
    """A date and time in ISO form as `DateFormat` shows them: without a time that is midnight, a space between both."""
    return _TIME_BEGINS.sub(lambda begin: " " if begin[1] == "T" else "", moment)


@cache    # every workbook has the built-in ones
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
    sections = _sections(code)
    if (len(sections) > _TEXTS and not any(section.strip() for section in sections)) or _WHITE_TEXT.match(code):
        return _HIDDEN
    if _CONDITION.search(code) or _is_date(sections[0]):
        return None
    shown = _SKIPPED.sub("", sections[0])
    digits = _DIGITS.search(shown)
    if digits is None and (len(sections) > 1 or shown) and "@" not in shown:
        return NumberFormat(constant=_literal(shown))
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


def _sections(code: str) -> list[str]:
    return _SEMICOLON.split(_GENERAL.sub("0", code))


def _first_section(code: str) -> str:
    return _sections(code)[0]


def _is_date(section: str) -> bool:
    return bool(_ELAPSED.search(section) or _DATE.search(_SKIPPED.sub("", _LITERAL.sub("", section))))


def _exact(value: float) -> Decimal:
    return Decimal(format(value, _SIGNIFICANT))


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
