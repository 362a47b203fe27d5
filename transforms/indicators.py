"""Performance indicators: levels, names and targets, from cells of a grid and from running text.

What a target says is taken apart only where nothing of it is left over; else it stays text (`qualitative`). The words are
in layouts/indicators.yaml, the conventions in docs/parse-output.md, "Indicators".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.layouts.vocabulary import any_of, vocabulary
from transforms.names import fold_width, strip_whitespace, unwrap
from transforms.records import Indicator

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_BRACKETED = re.compile(r"\(([^()]*)\)$")
_TRAILING = " \t\r\n。；;，,、"
_NUMERALS = "一二三四五六七八九十"

# 2021年, 12月底前, 4月1日, 每月5日前, 第2季度: points in time. 5年, 6个月 and 30日 are durations, which are numbers.
_TIME = re.compile(
    r"(?:(?:19|20)[0-9]{2}年度?|(?<![0-9])[0-9]{1,2}月(?:[0-9]{1,2}[日号])?|[0-9]{1,2}[日号](?=之?前|起|至|-)|[0-9]{1,2}:[0-9]{2}|第?[1-4]季度)"
    r"(?:年?[底末初中]|上旬|中旬|下旬)?(?:之前|以前|前)?"
)
# 2022.03-2022.10, 2022-2023, 20221231: dates only where the text is nothing else and no unit is given.
_DATES = re.compile(r"(?:19|20)[0-9]{2}(?:[./-]?(?:0?[1-9]|1[0-2])(?:[./-]?[0-3]?[0-9])?)?(?:[-~至](?:19|20)[0-9]{2}(?:[./-]?[0-9]{1,2}){0,2})?")
_ONE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_TIME_NAME = re.compile(r"时间|日期|年份|时点|工期|期限|进度安排")


class Target(NamedTuple):
    """A target that can be compared: `operator` as in the contract, `value_high` for ranges, `unit` None where there is none."""

    operator: str
    value: Decimal
    value_high: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Condition:
    subject: str
    target: Target


# --- levels -----------------------------------------------------------------------------------------------------------


def standard_levels(level1: str | None, level2: str | None = None) -> tuple[str | None, str | None]:
    """Map published level names to the official ones.

    Args:
        level1: text of the level-1 cell or of a heading, None or blank where there is none.
        level2: text of the level-2 cell, None or blank where there is none.

    Returns:
        Official level 1 and level 2, each None where the text is none of them. A level-2 name in the place of level 1, a
        level 2 without level 1, and 满意度 under 效益指标 get their official parent.
    """
    first, second = _plain(level1), _plain(level2)
    own, detail = _level1().get(first), _level2().get(second)
    if detail is None and second in _level1():
        own = _level1()[second]
    if detail is None and own is None:
        detail = _level2().get(first)
    if detail is None or detail == own:
        return own, None
    if own is None or detail == "服务对象满意度指标":
        own = str(vocabulary("indicators")["level2"][detail]["parent"])
    return own, detail


def _plain(text: str | None) -> str:
    return strip_whitespace(fold_width(text or "")).strip(":【】[]")


@cache
def _level1() -> dict[str, str]:
    return {name: official for official, names in vocabulary("indicators")["level1"].items() for name in (official, *names)}


@cache
def _level2() -> dict[str, str]:
    return {name: official for official, about in vocabulary("indicators")["level2"].items() for name in (official, *about["also"])}


# --- one indicator ----------------------------------------------------------------------------------------------------


def parse_indicator(
    name: str,
    text: str | None,
    *,
    operator: str | None = None,
    unit: str | None = None,
    levels: tuple[str | None, str | None] = (None, None),
    raw: str | None = None,
) -> list[Indicator]:
    """Read one published indicator.

    Args:
        name: name as published, with numbering, unit or target in brackets: `1、培训人数（人）`, `机柜数量(≥77台)`.
        text: target as published; blank or None where the name's brackets hold it.
        operator: the cell of a column 指标性质 (`≥`, `定性`), where there is one.
        unit: the cell of a column 度量单位, where there is one.
        levels: official level 1 and level 2 (see `standard_levels`).
        raw: the whole source fragment; name and target joined by a space where it is None.

    Returns:
        One indicator; one per condition where a target holds several, each with its own subject; none for a row of
        blanks or dots.
    """
    given = unwrap(text or "").strip(_TRAILING)
    title, inner = _split_brackets(_strip_numbering(strip_whitespace(name)), given)
    if _is_nothing(given):
        given = inner.target or ""
    if _is_nothing(title) and not given:
        return []
    raw = f"{unwrap(name)} {given}".strip() if raw is None else raw
    given, is_qualitative = _with_columns(given, operator, unit)
    unit = _plain_unit(unit or inner.unit)
    conditions = [] if is_qualitative else _conditions(given, title, unit)
    if len(conditions) > 1:
        return [_indicator(condition.subject, own, condition.target, levels, raw) for condition, own in conditions]
    target = None if is_qualitative else parse_target(given, title, unit, inner.operator)
    return [_indicator(title or given, given, target, levels, raw)]


def _indicator(name: str, text: str, target: Target | None, levels: tuple[str | None, str | None], raw: str) -> Indicator:
    operator, value, high, unit = target or (None, None, None, None)
    return Indicator(
        level1=levels[0], level2=levels[1], name=name, operator=operator, value=value, value_high=high, unit=unit, text=text,
        kind="quantitative" if target else "qualitative", raw=raw,
    )  # fmt: skip


def _with_columns(text: str, operator: str | None, unit: str | None) -> tuple[str, bool]:
    """The target as it would stand in one cell (`≥` `74` `人` → `≥74人`), and whether its own column says it is qualitative."""
    sign = strip_whitespace(operator or "")
    if sign in vocabulary("indicators")["qualitative"]:
        return text, True
    folded = fold_width(text)
    if not re.match(rf"\s*(?:{_words().number})", folded):
        return text, False
    measure = strip_whitespace(unit or "")
    before = sign if fold_width(sign) in _words().operator_of else ""
    after = "" if not measure or folded.endswith(fold_width(measure)) or not re.search(r"[0-9]\s*$", folded) else measure
    return f"{before}{text}{after}", False


class _Brackets(NamedTuple):
    """What the brackets behind an indicator's name hold: a unit, a target, or an operator without a number."""

    unit: str | None = None
    target: str | None = None
    operator: str | None = None


def _split_brackets(name: str, text: str) -> tuple[str, _Brackets]:
    """Take a unit, a target or an operator off a name; brackets that hold anything else belong to it."""
    folded = fold_width(name)
    match = _BRACKETED.search(folded)
    if not match or not match.start():
        return name, _Brackets()
    words = _words()
    outside, inside, plain = name[: match.start()], name[match.start(1) : match.end(1)], match[1]
    if re.fullmatch(words.unit, plain) or (plain and re.search(rf"[0-9]\s*{re.escape(plain)}$", fold_width(text))):
        return outside, _Brackets(unit=plain)
    template = re.fullmatch(rf"(?P<operator>{words.operators})(?:\*+|[Xx]+)?(?P<unit>{words.unit})?", plain)
    if template:
        return outside, _Brackets(template["unit"], None, words.operator_of[template["operator"]])
    own, stated = parse_target(inside, outside), parse_target(text, outside)
    if own and (_is_nothing(text) or (stated and stated.value == own.value)):
        return outside, _Brackets(own.unit, inside, own.operator)
    return name, _Brackets()


def _strip_numbering(name: str) -> str:
    """Remove `1、` `指标1：` `（1）` `①` `★`, however many of them stand in front."""
    stripped = name
    while match := _NAME_NUMBER.match(stripped):
        stripped = stripped[match.end() :]
    return stripped.strip(_TRAILING + ":：")


_NAME_NUMBER = re.compile(
    rf"[★☆*•●◆▪·]+|指标[0-9]*[:：]|指标[0-9]+[、.．]?|[（(](?:[0-9]{{1,2}}|[{_NUMERALS}]+)[)）][、.．]?|[①-⑳][、.．]?"
    rf"|[0-9]{{1,2}}(?:[、.．)）](?![0-9])|[:：])|[{_NUMERALS}]+、"
)


def _is_nothing(text: str) -> bool:
    return not text.strip(" .…。·\t")


def _plain_unit(unit: str | None) -> str | None:
    plain = strip_whitespace(fold_width(unit or "")).strip("()")
    return "%" if plain in vocabulary("indicators")["percent"] else plain or None


# --- targets ----------------------------------------------------------------------------------------------------------


class _Words(NamedTuple):
    """Patterns made of the data file's words."""

    number: str
    unit: str
    operators: str
    operator_of: dict[str, str]
    bounds: str
    bound_of: dict[str, str]
    within: re.Pattern[str]
    between: re.Pattern[str]
    condition: re.Pattern[str]


@cache
def _words() -> _Words:
    words = vocabulary("indicators")
    operator_of = {fold_width(word): sign for sign, names in words["operators"].items() for word in names}
    bound_of = {word: sign for sign, names in words["bounds"].items() for word in names}
    operators, bounds, one = any_of(list(operator_of)), any_of(list(bound_of)), any_of(words["units"])
    unit = rf"(?:(?!百分)[十百千万亿]{{1,2}}(?:{one})|{one})(?:{one})?(?:[/.·](?:{one}|[一-鿿]{{1,4}}))*"
    measure = rf"(?P<unit>{unit}|\([^0-9()]{{1,12}}\))?"
    return _Words(
        number=_NUMBER, unit=unit, operators=operators, operator_of=operator_of, bounds=bounds, bound_of=bound_of,
        within=re.compile(rf"[^0-9±]*±\s*(?P<number>{_NUMBER})\s*{measure}\s*(?:以内|之内|内)?"),
        between=re.compile(
            rf"(?P<subject>[^0-9]*?)\s*(?P<low>{_NUMBER})\s*(?P<low_unit>{unit})?\s*(?:[-–—~〜至]|--|——)\s*(?P<high>{_NUMBER})\s*{measure}(?P<rest>[^0-9]*)"
        ),
        condition=re.compile(
            rf"(?P<subject>[^0-9]*?)\s*(?P<operator>{operators})?\s*(?P<number>(?<![0-9])-?{_NUMBER})\s*{measure}\s*(?P<bound>{bounds})?(?P<rest>[^0-9]*)"
        ),
    )  # fmt: skip


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
    folded = fold_width(text).strip(_TRAILING)
    if _is_date(folded, name, unit):
        return None
    if _TIME.search(folded):
        rest = _condition(_TIME.sub("", folded).lstrip("-~至到、"), name, None)
        return rest.target if rest and rest.target.unit == "%" else None
    return _within(folded, unit) or _between(folded, name, unit) or _single(folded, name, unit, operator)


def _is_date(folded: str, name: str, unit: str | None) -> bool:
    plain = strip_whitespace(folded)
    if unit is not None or not _DATES.fullmatch(plain):
        return False
    return bool(_TIME_NAME.search(name)) or not (_ONE_YEAR.fullmatch(plain) or re.fullmatch(r"[0-9]+", plain))


def _within(folded: str, unit: str | None) -> Target | None:
    match = _words().within.fullmatch(folded)
    return Target("within", _decimal(match["number"]), None, _plain_unit(match["unit"] or unit)) if match else None


def _between(folded: str, name: str, unit: str | None) -> Target | None:
    match = _words().between.fullmatch(folded)
    if not match or (match["rest"] and not match["unit"]) or not _is_safe(match["subject"], match["rest"]):
        return None
    low, high = _decimal(match["low"]), _decimal(match["high"])
    units = {_plain_unit(match["low_unit"]), _plain_unit(match["unit"])} - {None}
    if _is_change(match["subject"], name):
        return None
    if low >= high or len(units) > 1 or (match["low_unit"] and not match["unit"]):
        return None
    return Target("between", low, high, _plain_unit(match["unit"] or unit))


def _single(folded: str, name: str, unit: str | None, operator: str | None) -> Target | None:
    condition = _condition(folded, name, unit)
    if condition is None:
        return None
    target = condition.target
    return target._replace(operator=operator) if operator and not re.search(rf"{_words().operators}|{_words().bounds}", folded) else target


def _conditions(text: str, name: str, unit: str | None) -> list[tuple[_Condition, str]]:
    """The conditions of a target that holds several, each with its own text; empty where one of them names no subject."""
    pieces = re.split(r"[，；;、]|(?<![0-9]),|,(?![0-9]{3}(?![0-9]))", text)
    found = []
    for piece in pieces if len(pieces) > 1 else ():
        condition = _condition(fold_width(piece).strip(), name, unit)
        if condition is None or not condition.subject or _TIME.search(fold_width(piece)):
            return []
        own = piece.strip()
        found.append((_Condition(own[: len(condition.subject)], condition.target), own[len(condition.subject) :].strip()))
    return found


def _condition(folded: str, name: str, unit: str | None) -> _Condition | None:
    """Read `subject operator number unit bound rest`; None unless that is all of the text."""
    match = _words().condition.fullmatch(folded)
    if not match:
        return None
    subject, is_open = _strip_lead_ins(match["subject"])
    published, bound, rest = _unit_at_end(match)
    signs = {_words().operator_of.get(match["operator"] or ""), _words().bound_of.get(bound or "")} - {None}
    if len(signs) > 1 or (is_open and not signs) or (match["number"].startswith("-") and not match["operator"] and match["subject"]):
        return None
    if (rest and not published) or not _is_safe(subject, rest) or _is_change(subject, name):
        return None
    sign = next(iter(signs), "=")
    return _Condition(subject, Target(sign or "=", _decimal(match["number"]), None, _plain_unit(published or unit)))


def _unit_at_end(match: re.Match[str]) -> tuple[str | None, str | None, str]:
    """Unit, bound and rest; a text of no known unit that alone follows the number is its unit."""
    unit, bound, rest = match["unit"], match["bound"], match["rest"]
    if unit or bound or not rest:
        return unit, bound, rest
    words = _words()
    other = re.fullmatch(rf"(?P<unit>[一-鿿A-Za-z/]{{1,6}}?)(?P<bound>{words.bounds})?", rest)
    if other and not re.search(any_of(vocabulary("indicators")["no_unit"]), other["unit"]):
        return other["unit"], other["bound"], ""
    return None, None, rest


def _strip_lead_ins(subject: str) -> tuple[str, bool]:
    """The subject without `达到`, `控制在`; whether such a word leaves the side of the number open."""
    words = vocabulary("indicators")
    stripped = subject.rstrip(" ,:")
    is_open = False
    while match := re.search(rf"({any_of([*words['lead_ins'], *words['open_lead_ins']])})$", stripped):
        is_open = is_open or match[1] in words["open_lead_ins"]
        stripped = stripped[: match.start()].rstrip(" ,:")
    return stripped, is_open


def _is_safe(before: str, after: str) -> bool:
    words = vocabulary("indicators")
    return not (
        re.search(rf"(?:{any_of(words['unsafe_before'])})$", before)
        or re.search(any_of(words["unsafe_around"]), f"{before} {after}")
        or re.match(any_of(words["unsafe_after"]), after)
        or re.search(r"[,，;；、:：。/+×*<>≤≥=±~]", before + after)
    )


def _is_change(subject: str, name: str) -> bool:
    return any(word in subject and word not in name for word in vocabulary("indicators")["change"])


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


# --- running text -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    levels: tuple[str | None, str | None]
    text: str


def split_indicators(text: str) -> list[Indicator]:
    """Read the indicators of a free text.

    Args:
        text: e.g. `产出指标：1、聘用专家人次，年度指标值：≥20；2、费用支付及时率，年度指标值：100%。 效益指标：…`. Headings may
            be of level 1 or 2; numbers may be missing; items end with `；`, `。` or before the next number.

    Returns:
        All indicators in order. What is no item of its own stays in the text of the one before it.
    """
    return [
        indicator for section in _sections(text) for item in _items(section.text) for indicator in _read_item(item, section.levels)
    ]


def is_indicator_text(text: str) -> bool:
    """Whether a text is a list of indicators: it starts with a level's heading, or it names 指标值."""
    folded = fold_width(text).strip()
    return bool(_heading().match(folded)) or bool(_value_word().search(folded))


def _sections(text: str) -> Iterator[_Section]:
    folded = fold_width(text)
    headings = list(_heading().finditer(folded))
    first = headings[0].start() if headings else len(text)
    if not _is_nothing(text[:first].strip(_TRAILING)):
        yield _Section((None, None), text[:first])
    outer: str | None = None    # the level 1 whose level-2 headings follow without an item between: 产出指标：数量指标：…
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=False):
        content = text[heading.end() : end]
        parts = [part for part in (heading["first"], heading["second"]) if part]
        if len(parts) == 1 and outer == "产出指标" and parts[0] in _level2():
            parts = [outer, parts[0]]
        levels = standard_levels(*parts)
        if _is_nothing(content.strip(_TRAILING)):
            outer = levels[0] if levels[1] is None else outer
            continue
        outer = outer if levels[1] else None
        yield _Section(levels, content)


@cache
def _heading() -> re.Pattern[str]:
    level = any_of([name for name in {*_level1(), *_level2()} if name.endswith(("指标", "值"))])
    number = rf"(?:[{_NUMERALS}]+、|\((?:[{_NUMERALS}]+|[0-9]{{1,2}})\)|[0-9]{{1,2}}[、.])?"
    return re.compile(
        rf"(?<![^\s。；;,、:%】\])]){number}\s*[【\[]?(?P<first>{level})(?:\s*[-—/]\s*(?P<second>{level}))?(?:\s*[】\]]\s*:?|\s*:)"
    )


@cache
def _value_word() -> re.Pattern[str]:
    words = vocabulary("indicators")["value_words"]
    return re.compile(rf"(?:[,、:\s]+(?:{any_of(words)})|年度指标值)\s*[:,、]?\s*")


_ITEM_NUMBER = re.compile(r"(?:\(([0-9]{1,2})\)|([0-9]{1,2})[、.)](?![0-9])|([①-⑳]))")
_STRONG = "。;\n"
_WEAK = ", \t%"


def _items(text: str) -> Iterator[str]:
    """The items of a section: split at sentence ends and numbers; what does not look like an item belongs to the one before."""
    items: list[str] = []
    for piece in _pieces(text):
        if items and not _looks_like_item(piece, is_numbered=bool(_ITEM_NUMBER.match(fold_width(items[-1]).lstrip()))):
            items[-1] += piece
        else:
            items.append(piece)
    yield from (unwrap(item).strip(_TRAILING) for item in items)


def _pieces(text: str) -> Iterator[str]:
    """Cut after sentence ends and before the next number, outside brackets and quotes."""
    folded = fold_width(text)
    begin, expected, position = 0, 1, 0
    inside = _enclosed(folded)
    while position < len(text):
        number = None if inside[position] else _ITEM_NUMBER.match(folded, position)
        if number and _starts_item(folded, position, _value_of(number), expected):
            if text[begin:position].strip(_TRAILING):
                yield text[begin:position]
            begin, expected, position = position, _value_of(number) + 1, number.end()
            continue
        position += 1
        if folded[position - 1] in _STRONG and not inside[position - 1] and text[begin:position].strip(_TRAILING):
            yield text[begin:position]
            begin, expected = position, max(expected, 2)
    if text[begin:].strip(_TRAILING):
        yield text[begin:]


def _enclosed(folded: str) -> list[bool]:
    """For each character whether it stands in brackets or quotes; nowhere, if they do not pair up."""
    if any(folded.count(left) != folded.count(right) for left, right in ("()", "“”", "「」")):
        return [False] * len(folded)
    depth, inside = 0, []
    for character in folded:
        inside.append(depth > 0)
        depth += (character in "(“「") - (character in ")”」")
    return inside


def _starts_item(folded: str, position: int, number: int, expected: int) -> bool:
    before = folded[:position].rstrip(" \t")[-1:]
    return not before or before in _STRONG or (folded[position - 1] in _WEAK and number == expected)


def _value_of(number: re.Match[str]) -> int:
    return ord(number[3]) - ord("①") + 1 if number[3] else int(number[1] or number[2])


def _looks_like_item(piece: str, *, is_numbered: bool) -> bool:
    """Whether a piece has a name of its own; in a numbered list a bare condition belongs to the item before it."""
    folded = fold_width(piece).strip()
    if _ITEM_NUMBER.match(folded) or _value_word().search(folded) or _colon(folded):
        return True
    condition = _condition(folded.strip(_TRAILING), "", None)
    return not is_numbered and condition is not None and bool(condition.subject)


def _colon(folded: str) -> int:
    """The place after the last colon that parts a name from its target; 0 where there is none. `9:00` has none."""
    inside = _enclosed(folded)
    places = [match.end() for match in re.finditer(r"(?<!^):(?!(?<=[0-9]:)[0-9])", folded) if not inside[match.start()]]
    return places[-1] if places else 0


def _read_item(item: str, levels: tuple[str | None, str | None]) -> list[Indicator]:
    folded = fold_width(item)
    word = _value_word().search(folded)
    if word:
        return parse_indicator(item[: word.start()], item[word.end() :], levels=levels, raw=item)
    body = _strip_numbering(item)
    begin = len(item) - len(body) if item.endswith(body) else 0
    colon = _colon(folded[begin:])
    if colon:
        return parse_indicator(body[: colon - 1], body[colon:], levels=levels, raw=item)
    condition = _condition(fold_width(body), "", None)
    if condition is None:
        return parse_indicator(body, "", levels=levels, raw=item)
    return parse_indicator(body[: len(condition.subject)], body[len(condition.subject) :], levels=levels, raw=item)
