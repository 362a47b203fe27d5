"""Targets of performance indicators: what `≥95%`, `3-5个`, `不少于20人次` say.

A target is taken apart only where nothing of it is left over; else it stays text. The words are in
vocabulary/indicators.yaml, the conventions in docs/parse-output.md, "Indicators".
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, NamedTuple

from transforms.names import fold_width, strip_whitespace
from transforms.vocabulary import any_of, vocabulary

# With a leading zero or more than 15 digits it is a code, with more than 8 decimals the rest of a spreadsheet's division.
_NUMBER = r"(?<![0-9.])(?!0[0-9])(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,8})?(?!\.?[0-9])"
_ZERO = re.compile("为?零")
_DIGIT = re.compile("[0-9]")
_RANGE = re.compile("[-–—~〜至]")    # between the numbers of a range
_END = " \t\r\n。；;，,、"
_SEPARATORS = re.compile(r"[，；;、]|(?<![0-9]),|,(?![0-9]{3}(?![0-9]))|\s+(?=[一-鿿])")
# ISO9001, DN300, .5, 〉5: no word stands before the number, so that it is part of a name or damaged.
_NO_WORD = re.compile(r"[^一-鿿)”」】]$")
_PUNCTUATION = re.compile(r"[,;；、:：。/+×*<>≤≥=±~]")

# 2021年, 12月底前, 4月1日, 每月5日前, 第2季度: points in time. 5年, 6个月 and 30日 are durations, which are numbers.
_PERIOD = re.compile("每(?:个?(?:月|季度?|周|工作日)|年度?|日|天)")
_TIME = re.compile(
    r"(?:(?:19|20)[0-9]{2}年度?|(?<![0-9])[0-9]{1,2}月(?:[0-9]{1,2}[日号])?"
    r"|[0-9]{1,2}[日号](?=之?前|起|至|-)|[0-9]{1,2}:[0-9]{2}|第?[1-4]季度)"
    r"(?:年?[底末初中]|上旬|中旬|下旬)?(?:之前|以前|前)?"
)
# 2022.03-2022.10, 2022-2023, 20221231: dates only where the text is nothing else and no unit is given.
_DATES = re.compile(
    r"(?:19|20)[0-9]{2}(?:[./-]?(?:0?[1-9]|1[0-2])(?:[./-]?[0-3]?[0-9])?)?"
    r"(?:[-–—~至](?:19|20)[0-9]{2}(?:[./-]?[0-9]{1,2}){0,2})?"
)
_TIME_NAME = re.compile(r"时间|日期|年份|时点|工期|期限|进度安排")


class Target(NamedTuple):
    """A target that can be compared: `operator` as in the contract, `value_high` for ranges, `unit` None where there is none."""

    operator: str
    value: Decimal
    value_high: Decimal | None
    unit: str | None


class Condition(NamedTuple):
    """One of several conditions in a text: what it is about, its target, how that is published, and what follows the number."""

    subject: str
    target: Target
    text: str
    rest: str


def parse_target(text: str, name: str = "", unit: str | None = None, operator: str | None = None) -> Target | None:
    """Read a target.

    Args:
        text: the target as published, e.g. `≥95%`, `3-5个`, `±3%以内`, `居民参与率不低于85%`, `有效提升`.
        name: the indicator's name, which tells a year from a number.
        unit: the unit that holds where the text names none.
        operator: the operator that holds where the text names none.

    Returns:
        The target, or None where it is qualitative: no number, a point in time, or a text that says more than one number.
    """
    folded = fold_width(text).strip(_END).rstrip(".")
    if not _DIGIT.search(folded):    # as most texts are
        return parse_target(_ZERO.sub("0", folded), name, unit, operator) if "零" in folded and _words().zero.fullmatch(folded) else None
    if _is_date(folded, name, unit):
        return None
    if _TIME.search(folded):    # 12月底前100%完成: the share is the target, the date is not compared
        rest = parse_condition(_TIME.sub("", folded).lstrip("-~至到、"), name)
        return rest.target if rest and rest.target.unit == "%" else None
    return _within(folded, unit) or _between(folded, name, unit) or _single(folded, name, unit, operator)


def parse_conditions(text: str, name: str) -> list[Condition]:
    """Read a target that holds several conditions.

    Args:
        text: the target as published, e.g. `慰问人数不少于100人，宣传用品不少于20000份`.
        name: the indicator's name.

    Returns:
        One per condition; none where there is but one, or one of them names no subject of its own.
    """
    pieces = _SEPARATORS.split(text)
    found = [parse_condition(piece, name) for piece in pieces if len(pieces) > 1]
    conditions = [condition for condition in found if condition and condition.subject]
    return conditions if len(conditions) == len(found) else []


def parse_condition(text: str, name: str = "", unit: str | None = None) -> Condition | None:
    """Read `subject operator number unit bound rest`.

    Args:
        text: e.g. `居民参与率不低于85%`.
        name: the indicator's name, which may itself speak of a change (`发案数同比下降`).
        unit: the unit that holds where the text names none.

    Returns:
        The condition; None where that is not all that the text says.
    """
    published = text.strip(_END).rstrip(".")
    folded = fold_width(published)
    if not _DIGIT.search(folded):
        return None
    return _deviation_of(published, unit) if "±" in folded else _condition_of(published, folded, name, unit)


def _condition_of(published: str, folded: str, name: str, unit: str | None) -> Condition | None:
    match = _words().condition.fullmatch(folded)
    if not match:
        return _range_of(published, name, unit)
    if _TIME.search(folded[match.end("subject") if match["operator"] else 0 :]):
        return None
    if _DIGIT.search(match["subject"]) and _words().counted.search(match["subject"]):
        return None
    subject, is_open = _strip_lead_ins(match["subject"])
    measure, bound, rest = _unit_at_end(match)
    signs = {_words().operator_of.get(match["operator"] or ""), _words().bound_of.get(bound or "")} - {None}
    is_dash = match["number"].startswith("-") and match["subject"] and not match["operator"]
    if len(signs) > 1 or (is_open and not signs) or is_dash or (rest and not measure):
        return None
    said = "" if match["operator"] and _PERIOD.fullmatch(subject) else subject    # 每月至少1次 states its bound, 每年3次 may be a rate
    if not (match["operator"] or _is_word(match["subject"])) or not _is_safe(said, rest, name):
        return None
    target = Target(next((sign for sign in signs if sign), "="), _decimal(match["number"]), None, plain_unit(measure or unit))
    return Condition(published[: len(subject)], target, published[len(subject) :].strip(), rest)


def _range_of(published: str, name: str, unit: str | None) -> Condition | None:
    """A condition that is a subject and a range, with nothing behind it: `渠道长度30-35公里`."""
    folded = fold_width(published)
    match = _words().between.fullmatch(folded) if _RANGE.search(folded) else None
    target = None if _TIME.search(folded) else _between(folded, name, unit)
    if not match or not target or not match["subject"] or match["rest"] or not target.unit:
        return None
    return Condition(published[: match.end("subject")], target, published[match.end("subject") :].strip(), "")


def _deviation_of(published: str, unit: str | None) -> Condition | None:
    """A condition that is a subject and a deviation, with nothing behind it: `预算偏差率±3%`."""
    folded = fold_width(published)
    match, target = _words().within.fullmatch(folded), _within(folded, unit)
    subject = _strip_lead_ins(match["subject"])[0] if match else ""
    return Condition(published[: len(subject)], target, published[len(subject) :].strip(), "") if target and subject else None


def operator_of(text: str) -> str | None:
    """The operator that a text is, e.g. of the column 指标性质."""
    return _words().operator_of.get(fold_width(strip_whitespace(text)))


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measurement and nothing else."""
    return bool(_words().only_unit.fullmatch(fold_width(text)))


def operator_left_over(text: str) -> tuple[str, str | None] | None:
    """Operator and unit of a template whose number was not filled in or stands elsewhere: `≥**株`, `≥`."""
    match = re.fullmatch(rf"(?P<operator>{_words().operators})(?:\*+|[Xx]+)?(?P<unit>{_words().unit})?", fold_width(text))
    return (_words().operator_of[match["operator"]], match["unit"]) if match else None


def plain_unit(unit: str | None) -> str | None:
    """A unit without brackets and white space, `%` for 百分比; None for a blank."""
    plain = strip_whitespace(fold_width(unit or ""))
    plain = plain[1:-1] if re.fullmatch(r"\([^()]*\)", plain) else plain
    return "%" if plain in vocabulary("indicators")["percent"] else plain or None


class _Words:
    """Patterns made of the data file's words, each compiled when it is first asked: some take longer than reading a document."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words
        self.operator_of: dict[str, str] = {fold_width(word): sign for sign, names in words["operators"].items() for word in names}
        self.bound_of: dict[str, str] = {word: sign for sign, names in words["bounds"].items() for word in names}
        self.operators, self.bounds = any_of([*self.operator_of]), any_of([*self.bound_of])

    @cached_property
    def zero(self) -> re.Pattern[str]:
        """None at all in words: 零, 为零, 零起, 不超过零; 零容忍 is no number."""
        return re.compile(rf"(?:{self.operators}|为)?零(?:{self._one})?")

    @cached_property
    def _one(self) -> str:
        return _one_unit()

    @cached_property
    def unit(self) -> str:
        # Atomic and possessive: a part that is a unit is never tried as other text, or a long chain of them would take for ever.
        one, bounds = self._one, self.bounds
        per = rf"(?:[/.·](?>{one}|[A-Za-z](?![A-Za-z])|(?:(?!{bounds})[一-鿿]){{1,4}}))*+"
        others = rf"(?:、(?>{one}))*+(?:\((?:{one})(?:[、,/](?:{one}))*\))?"    # 台、件、套 and 台（套）
        return rf"(?:(?!百分)[十百千万亿]{{1,2}})?(?:{one})(?:(?:{one})(?=$|[/.·)]|{bounds}))?{others}{per}"

    @cached_property
    def _measure(self) -> str:
        return rf"(?P<unit>{self.unit}|\([^0-9()]{{1,12}}\))?"

    @cached_property
    def only_unit(self) -> re.Pattern[str]:
        return re.compile(self.unit)

    @cached_property
    def stated(self) -> re.Pattern[str]:
        return re.compile(rf"{self.operators}|{self.bounds}")

    @cached_property
    def lead_in(self) -> re.Pattern[str]:
        """Words before a number that add nothing to it; `提高到` names a level, where `提高` makes the number a change."""
        words = [*self._words["lead_ins"], *self._words["open_lead_ins"]]
        return re.compile(rf"((?:{any_of(self._words['change'])}|[增减升降])[到至]|{any_of(words)})$")

    @cached_property
    def unsafe_before(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{any_of(self._words['unsafe_before'])}|[一二两三四五六七八九十半](?:{self._one}))$")    # 一年2次 is not 2次

    @cached_property
    def unsafe_around(self) -> re.Pattern[str]:
        return re.compile(rf"{any_of(self._words['unsafe_around'])}|{self.operators}")    # 不低于上年95%

    @cached_property
    def unsafe_after(self) -> re.Pattern[str]:
        return re.compile(any_of(self._words["unsafe_after"]))

    @cached_property
    def no_unit(self) -> re.Pattern[str]:
        return re.compile(any_of(self._words["no_unit"]))

    @cached_property
    def counted(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![A-Za-z0-9.])[0-9][0-9.,]*[^一-鿿]{{0,3}}(?:{self.unit})?(?:{self.bounds})?[且或及和的]?$")

    @cached_property
    def within(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<subject>[^0-9±]*?)\s*(?:{self.operators})?\s*±\s*(?P<number>{_NUMBER})\s*{self._measure}\s*(?:以内|之内|内)?"
        )

    @cached_property
    def between(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<subject>[^0-9]*?)\s*(?P<low>{_NUMBER})\s*(?P<low_unit>{self.unit})?\s*(?:[-–—~〜至]|--|——)"
            rf"\s*(?P<high>{_NUMBER})\s*{self._measure}(?P<rest>[^0-9]*)"
        )

    @cached_property
    def condition(self) -> re.Pattern[str]:
        operators, lead_ins = self.operators, any_of(self._words["lead_ins"])
        return re.compile(
            rf"(?P<subject>[^0-9]*?|.*?(?={operators}))\s*(?:(?P<operator>{operators})(?:{lead_ins})?)?\s*(?P<number>(?<![0-9])-?{_NUMBER})"
            rf"\s*{self._measure}\s*(?P<bound>{self.bounds})?(?P<rest>[^0-9]*)"
        )


@cache
def _words() -> _Words:
    return _Words(vocabulary("indicators"))


def _one_unit() -> str:
    """A pattern for a unit of the data file, never cut short: 吨 of 吨标油 and kV of kVAr are none."""
    words = vocabulary("indicators")
    latin = {name: any_of(listed) for name, listed in words["latin"].items()}
    listed = any_of([unit for unit in words["units"] if unit not in words["measured"]])
    return (
        rf"(?:(?i:(?:{latin['prefixes']})(?:{latin['units']})|{latin['alone']})|{latin['letters']})[23²³]?(?![A-Za-z0-9²³(])"
        rf"|{listed}|(?:{any_of(words['measured'])})(?!{any_of(words['goes_on'])})"
    )


def _is_date(folded: str, name: str, unit: str | None) -> bool:
    plain = strip_whitespace(folded)
    if unit is not None or not _DATES.fullmatch(plain):
        return False
    return bool(_TIME_NAME.search(name)) or not re.fullmatch(r"[0-9]{4,7}", plain)


def _within(folded: str, unit: str | None) -> Target | None:
    match = _words().within.fullmatch(folded) if "±" in folded else None
    return Target("within", _decimal(match["number"]), None, plain_unit(match["unit"] or unit)) if match else None


def _between(folded: str, name: str, unit: str | None) -> Target | None:
    match = _words().between.fullmatch(folded) if _RANGE.search(folded) else None
    if not match or (match["rest"] and not match["unit"]) or re.search(_words().bounds, match["rest"]):
        return None
    if not _is_word(match["subject"]) or not _is_safe(match["subject"], match["rest"], name):
        return None
    low, high = _decimal(match["low"]), _decimal(match["high"])
    units = {plain_unit(match["low_unit"]), plain_unit(match["unit"])} - {None}
    if low >= high or len(units) > 1 or (match["low_unit"] and not match["unit"]):
        return None
    return Target("between", low, high, plain_unit(match["unit"] or unit))


def _single(folded: str, name: str, unit: str | None, operator: str | None) -> Target | None:
    condition = parse_condition(folded, name, unit)
    if condition is None:
        return None
    return condition.target if operator is None or _words().stated.search(folded) else condition.target._replace(operator=operator)


def _unit_at_end(match: re.Match[str]) -> tuple[str | None, str | None, str]:
    """Unit, bound and rest; a text of no known unit that alone follows the number is its unit."""
    unit, bound, rest = match["unit"], match["bound"], match["rest"]
    if unit or bound or not rest:
        return unit, bound, rest
    words = _words()
    other = re.fullmatch(rf"(?P<unit>[一-鿿][一-鿿A-Za-z/]{{0,5}}?)(?P<bound>{words.bounds})?", rest)
    if other and not words.no_unit.search(other["unit"]):
        return other["unit"], other["bound"], ""
    return None, None, rest


def _strip_lead_ins(subject: str) -> tuple[str, bool]:
    """The subject without `达到`, `控制在`; whether such a word leaves the side of the number open."""
    stripped = subject.rstrip(" ,:")
    is_open = False
    while match := _words().lead_in.search(stripped):
        is_open = is_open or match[1] in vocabulary("indicators")["open_lead_ins"]
        stripped = stripped[: match.start()].rstrip(" ,:")
    return stripped, is_open


def _is_word(subject: str) -> bool:
    return not _NO_WORD.search(subject.rstrip(" ,:"))


def _is_safe(before: str, after: str, name: str) -> bool:
    """Whether the number says the same without the words around it."""
    words, around = vocabulary("indicators"), f"{before} {after}"
    return not (
        _words().unsafe_before.search(before)
        or _words().unsafe_around.search(around)
        or _words().unsafe_after.match(after)
        or any(word in around and word not in name for word in words["change"])
        or any(before.endswith(word) and word not in name for word in words["rates"])
        or _PUNCTUATION.search(around)
        or before.count("(") != before.count(")")
    )


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))

