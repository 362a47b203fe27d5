"""Performance indicators: levels, names and targets, from cells of a grid and from running text.

The words are in vocabulary/indicators.yaml, the conventions in docs/parse-output.md, "Indicators".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from transforms.amounts import is_blank
from transforms.names import ARABIC_NUMBER, CHINESE_NUMBER, NUMERALS, collapse_spaces, fold_width, join_lines, strip_whitespace, unwrap
from transforms.records import Indicator
from transforms.targets import Target, is_unit, operator_left_over, operator_of, parse_condition, parse_conditions, parse_target, plain_unit
from transforms.vocabulary import any_of, vocabulary

_BRACKETED = re.compile(r"\(([^()]*)\)$")
_TRAILING = " \t\r\n。；;，,、"
_BULLET = "★☆*•●○◆◇■▪·"


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
    first, second = _level_name(level1), _level_name(level2)
    own, detail = _level1().get(first), _level2().get(second)
    if detail is None and second in _level1():
        own = _level1()[second]
        is_heading = first in vocabulary("indicators")["misplaced"]    # 产出指标 under 实施效果指标 stays a level 1, and so does 满意度指标
        detail = None if is_heading else vocabulary("indicators")["level2_of_level1"].get(own)
    if detail is None and own is None:
        detail = _level2().get(first)
    if detail is None or detail == own:
        return own, None
    if own is None or detail == "服务对象满意度指标":
        own = str(vocabulary("indicators")["level2"][detail]["parent"])
    return own, detail


def official_level(name: str) -> str | None:
    """The official name of the level that a name is, the lower one where it is that of two; None where it is none."""
    level1, level2 = standard_levels(name)
    return level2 or level1


@lru_cache(maxsize=4096)
def level_of_pieces(text: str) -> str | None:
    """The official level that a name which nobody listed is made of: 服务对象评价 is of 服务对象满意度指标.

    Only where a level can stand: 群众满意度 is an indicator's name as well. None for a listed name, and for one that speaks of several.
    """
    name = _level_name(text)
    if not name or name in _level_names():
        return None
    found = [level for level, pattern in _level_pieces() if pattern.fullmatch(name)]
    return found[0] if len(found) == 1 else None


@cache
def _level_pieces() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = vocabulary("indicators")
    fillers = rf"(?:{any_of(words['level_fillers'])})*"
    return tuple((level, re.compile(rf"{fillers}(?:{any_of(pieces)}){fillers}")) for level, pieces in words["level_pieces"].items())


@lru_cache(maxsize=4096)    # a booklet's tables repeat the names of their rows
def is_level_name(text: str) -> bool:
    """Whether a text is the name of a level and nothing else."""
    return _level_name(text) in _level_names()


def _level_name(text: str | None) -> str:
    """A level's name without numbering, points (`产出指标（50分）`) and brackets (`时效指标(工期指标)`)."""
    plain = strip_whitespace(fold_width(text or "")).strip(":【】[]*★")
    if plain.isalpha():    # no sign, digit or bracket is in it
        return plain if plain in _official() else plain.rstrip(NUMERALS)
    plain = _LEVEL_NUMBER.sub("", plain)
    return plain if plain in _official() else _LEVEL_ENDING.sub("", plain)


_LEVEL_NUMBER = re.compile(
    rf"^(?:[{NUMERALS}]{{1,3}}[、.]|\((?:[{NUMERALS}]{{1,3}}|[0-9]{{1,2}})\)[、.]?|[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,2}}[、.]?|[①-⑳])"
)


_LEVEL_ENDING = re.compile(rf"(?:[(\[][^()]*[)\]]|[0-9.]+分?|[{NUMERALS}]+)$")


@cache
def _official() -> frozenset[str]:
    return frozenset((*_level1(), *_level2()))


@cache
def _level_names() -> frozenset[str]:
    return _official() | set(vocabulary("indicators")["misplaced"])


@cache
def _level1() -> dict[str, str]:
    return {name: official for official, names in vocabulary("indicators")["level1"].items() for name in (official, *names)}


@cache
def _level2() -> dict[str, str]:
    return {name: official for official, about in vocabulary("indicators")["level2"].items() for name in (official, *about["also"])}


# --- one indicator ----------------------------------------------------------------------------------------------------


def parse_indicator(    # noqa: PLR0913 one argument per cell that a published row may have
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
    if (_is_nothing(title) and not given) or (is_blank(title) and is_blank(given)):
        return []
    given, is_qualitative = _with_columns(given, operator, unit)
    raw = " ".join(filter(None, (unwrap(name), "" if given == inner.target else given))) if raw is None else raw
    if is_qualitative:
        return [_indicator(title, given, None, levels, raw)]
    conditions = parse_conditions(given, title)
    if conditions:
        return [_indicator(condition.subject, condition.text, condition.target, levels, raw) for condition in conditions]
    target = parse_target(given, title, plain_unit(unit or inner.unit), inner.operator)
    return [_indicator(title or given, given, target, levels, raw)]


def _indicator(name: str, text: str, target: Target | None, levels: tuple[str | None, str | None], raw: str) -> Indicator:
    operator, value, high, unit = target or (None, None, None, None)
    return Indicator(
        level1=levels[0], level2=levels[1], name=name, operator=operator, value=value, value_high=high, unit=unit, text=text,
        kind="quantitative" if target else "qualitative", raw=raw,
    )


def _with_columns(text: str, operator: str | None, unit: str | None) -> tuple[str, bool]:
    """The target as it would stand in one cell (`≥` `74` `人` → `≥74人`), and whether its own column says it is qualitative."""
    sign = strip_whitespace(operator or "")
    if sign in vocabulary("indicators")["qualitative"]:
        return text, True
    folded = fold_width(text)
    if not folded[:1].isdecimal():
        return text, False
    measure = strip_whitespace(unit or "")
    before = sign if operator_of(sign) else ""
    return f"{before}{text}{measure if folded[-1:].isdecimal() else ''}", False


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
    outside, inside, plain = name[: match.start()], name[match.start(1) : match.end(1)], match[1]
    if is_unit(plain) or (plain and re.search(rf"[0-9]\s*{re.escape(plain)}$", fold_width(text))):
        return outside, _Brackets(unit=plain)
    left_over = operator_left_over(plain)
    if left_over:
        return outside, _Brackets(operator=left_over[0], unit=left_over[1])
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
    rf"[{_BULLET}]+|指标[0-9]*[:：]|指标[0-9]+[、.．]?|指标名称[:：]|三级指标[:：]|[（(](?:[0-9]{{1,2}}|[{NUMERALS}]+)[)）][、.．]?"
    rf"|[①-⑳][、.．]?|{ARABIC_NUMBER}|[0-9]{{1,2}}(?:[:：]|[,，](?=[一-鿿]))|{CHINESE_NUMBER}|[{NUMERALS}]是"
)


def _is_nothing(text: str) -> bool:
    return not text.strip(" .…。·\t")


# --- running text -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    levels: tuple[str | None, str | None]
    text: str
    heading: str = ""


def split_indicators(text: str) -> list[Indicator]:
    """Read the indicators of a free text.

    Args:
        text: e.g. `产出指标：1、聘用专家人次，年度指标值：≥20；2、费用支付及时率，年度指标值：100%。 效益指标：…`. Headings may
            be of level 1 or 2; numbers may be missing; items end with `；`, `。` or before the next number.

    Returns:
        All indicators in order. What is no item of its own stays in the text of the one before it.
    """
    items = [(item, section) for section in _sections(_without_broken_lines(text)) for item in _items(section.text)]
    has_targets_in_brackets = _are_in_brackets([item for item, _ in items])
    found = []
    for item, section in items:
        bracketed = _bracketed_target(item) if has_targets_in_brackets else None
        found += parse_indicator(*bracketed, levels=section.levels, raw=item) if bracketed else _read_item(item, section)
    return found


def _are_in_brackets(items: Sequence[str]) -> bool:
    """Whether a list prints its targets in brackets: then they hold words too, `宣传材料合格率(100%)` and `赛事规范性(规范)`."""
    bracketed = [_bracketed_target(item) for item in items]
    is_list = len(items) > 1 or any(re.match(r"指标[0-9]+[:：]", item) for item in items)
    return any(part and parse_target(part[1], part[0]) for part in bracketed) or (is_list and all(bracketed))


def _bracketed_target(item: str) -> tuple[str, str] | None:
    """Name and target of an item that is nothing but a name with brackets behind it; None where it states its target otherwise."""
    body = _strip_numbering(item)
    folded = fold_width(body)
    if not folded.endswith(")") or _value_word().search(folded):
        return None
    depths = accumulate((character == ")") - (character == "(") for character in reversed(folded))
    place = next((len(folded) - 1 - count for count, depth in enumerate(depths) if depth == 0), 0)
    name, target = body[:place], body[place + 1 : -1]
    is_plain = place > 0 and not _colon(fold_width(name)) and not parse_condition(name)
    return (name, target) if is_plain and not is_unit(fold_width(target)) else None


def split_goal(text: str) -> tuple[str, str]:
    """Part a text that holds goal and indicators: `【总体目标】保障… 【产出指标-数量指标】指标1:机柜数量(≥77台)`.

    Args:
        text: the cell as published, line breaks kept.

    Returns:
        The goal without its heading, and the indicators from the first level's heading on; either may be blank.
    """
    heading = _heading().search(fold_width(text))
    goal, listed = (text[: heading.start()], text[heading.start() :]) if heading else (text, "")
    headed = _goal_heading().match(fold_width(goal))
    return goal[headed.end() if headed else 0 :].strip(), listed


@cache
def _goal_heading() -> re.Pattern[str]:
    words = any_of(vocabulary("indicators")["goal_headings"])
    return re.compile(rf"\s*(?:[【\[](?:{words})[】\]]\s*:?|(?:{words})\s*:)\s*")


def is_indicator_text(text: str) -> bool:
    """Whether a text is a list of indicators: it starts with a level's heading, or it names 指标值."""
    folded = fold_width(collapse_spaces(text)).strip()
    return bool(_heading().match(folded)) or bool(_value_word().search(folded)) or bool(_bare_headings(folded))


def _without_broken_lines(text: str) -> str:
    """Join the lines of wrapped sentences; breaks between items and before headings and numbers stay."""
    groups: list[list[str]] = []
    for line in collapse_spaces(text).strip().split("\n"):
        if groups and not _begins_line(line, groups[-1][-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return "\n".join(join_lines(group) for group in groups)


def _begins_line(line: str, above: str) -> bool:
    """Whether a line is more than the rest of the sentence above it: that is complete, and this has a name of its own."""
    folded, before = fold_width(line), _heading().sub("", fold_width(above))
    if not before.strip() or _heading().match(folded) or _ITEM_NUMBER.match(folded):
        return True
    return (_is_named(before) or _is_bare(before)) and (_is_named(folded) or (_is_bare(before) and _is_bare(folded)))


def _sections(text: str) -> Iterator[_Section]:
    folded = fold_width(text)
    if bare := _bare_headings(folded):
        ends = [*(heading.start() for heading, _ in bare[1:]), len(text)]
        for (heading, level), end in zip(bare, ends, strict=True):
            yield _Section(standard_levels(level), text[heading.end() : end], heading[1])
        return
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
        yield _Section(levels, content, parts[-1])


_BARE = re.compile(r"(?:^|(?<=[。;\n]))\s*([^:。;,\n]{2,10}):")


def _bare_headings(folded: str) -> list[tuple[re.Match[str], str]]:
    """Names of levels without 指标 that head all sentences of a text, with their levels: `数量：路灯≥500盏；进度：10月底前完工`."""
    if folded.count(":") < 2:
        return []
    found = [(match, official_level(match[1]) or level_of_pieces(match[1])) for match in _BARE.finditer(folded)]
    levels = [(match, level) for match, level in found if level]
    is_headed = len(levels) == len(found) and levels and levels[0][0].start() == 0
    return levels if is_headed and len({level for _, level in levels}) > 1 and not _heading().search(folded) else []


_ITEM_NUMBER = re.compile(rf"(?:\(([0-9]{{1,2}})\)|(?=([0-9]{{1,2}})){ARABIC_NUMBER}|([①-⑳])|指标([0-9]{{1,2}}):)")
_STOP = re.compile(r"[(0-9①-⑳指。;\n]")    # what an item's number begins with, and ends of sentences
_HEADING_NUMBER = (
    rf"(?:[{NUMERALS}]{{1,3}}[、.]|\((?:[{NUMERALS}]{{1,3}}|[0-9]{{1,2}})\)[、.]?|[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,2}}[、.]?|[①-⑳]|[{_BULLET}]{{1,3}})?"
)


@cache
def _heading() -> re.Pattern[str]:
    """A level's name that a colon, a dash or brackets part from what follows, or that stands before an item or alone on a line."""
    level = any_of([name for name in {*_level1(), *_level2()} if name.endswith(("指标", "值"))])
    before = rf"(?:(?<![^\s。；;,、:%】\].])|(?=[【\[]))(?P<line>(?m:^))?{_HEADING_NUMBER}\s*(?:[一二]级指标\s*:\s*)?[【\[]?"
    names = rf"(?P<first>{level})(?:\s*[-—/(]\s*(?P<second>{level})\)?)?"
    points = r"(?:\s*\([^()\n0-9]{0,4}[0-9]{1,3}[分%]?\))?"
    count = rf"(?:\s?[0-9{NUMERALS}]{{1,2}}(?=\s*(?:[:\n]|$)))?"
    item = rf"(?=\s*(?:{_ITEM_NUMBER.pattern}|[≥≧≤≦<=>]|(?:{level})\s*:))"
    return re.compile(rf"{before}{names}{points}{count}(?:\s*(?:[】\]]\s*:?|:|[-—|→]+)|{item}|(?(line)(?=\s|$)|(?!)))")


@cache
def _value_word() -> re.Pattern[str]:
    words = vocabulary("indicators")["value_words"]
    return re.compile(rf"(?:(?:[,;、:(\s]{{1,4}}|^(?=.{{3,6}}[:,、]))(?:{any_of(words)})(?!\s*\))|年度指标值)(?:应?为)?\s*[:,、]?\s*")


_STRONG = "。;\n"
_WEAK = ", \t%"


def _items(text: str) -> Iterator[str]:
    """The items of a section; a piece that has no name of its own belongs to the item before it."""
    items: list[str] = []
    for piece in _pieces(text):
        if items and not _begins_item(piece, items[-1]):
            items[-1] += piece
        else:
            items.append(piece)
    yield from (item.strip(_TRAILING) for item in items)


def _pieces(text: str) -> Iterator[str]:
    """Cut after sentence ends and before the next number, outside brackets and quotes."""
    folded = fold_width(text)
    begin, expected, position = 0, 1, 0
    inside = _enclosed(folded)
    while stop := _STOP.search(folded, position):
        position = stop.start()
        number = None if inside[position] else _ITEM_NUMBER.match(folded, position)
        if number and _starts_item(folded, begin, position, _value_of(number) == expected):
            if text[begin:position].strip(_TRAILING):
                yield text[begin:position]
            begin, expected, position = position, _value_of(number) + 1, number.end()
            continue
        position += 1
        if folded[position - 1] in _STRONG and not inside[position - 1]:
            if text[begin:position].strip(_TRAILING):
                yield text[begin:position]
                expected = max(expected, 2)
            begin = position
    if text[begin:].strip(_TRAILING):
        yield text[begin:]


def _enclosed(folded: str) -> list[bool]:
    """For each character whether it stands in brackets or quotes; kinds that do not pair up enclose nothing."""
    kinds = ("()", "“”", "「」") if re.search(r"[《》]\s*[0-9]", folded) else ("()", "“”", "「」", "《》")
    pairs = [kind for kind in kinds if 0 < folded.count(kind[0]) == folded.count(kind[1])]
    if not pairs:
        return [False] * len(folded)
    opening, closing = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    depth, inside = 0, []
    for character in folded:
        inside.append(depth > 0)
        depth += (character in opening) - (character in closing)
    return inside


def _starts_item(folded: str, begin: int, position: int, is_next: bool) -> bool:
    """Whether a number starts an item: after a sentence's end, or as the next in the list after a weaker sign or a whole item."""
    before = folded[:position].rstrip(" \t")[-1:]
    if not before or before in _STRONG or (before == ")" and folded.startswith("指标", position)):
        return True
    return is_next and (folded[position - 1] in _WEAK or _is_whole(folded[begin:position]))


def _is_whole(folded: str) -> bool:
    body = _strip_numbering(folded.strip())
    colon = _colon(body)
    return parse_target(body[colon:]) is not None if colon else _is_bare(body)


def _value_of(number: re.Match[str]) -> int:
    return ord(number[3]) - ord("①") + 1 if number[3] else int(number[1] or number[2] or number[4])


def _begins_item(piece: str, previous: str) -> bool:
    """Whether a piece is an item of its own: it has a number, or a name and a target.

    Without colon or 指标值 it is one only in a list of such (`人数≥3；次数≥5；使用合规`); else it is a further condition.
    """
    folded = fold_width(piece).strip()
    if _ITEM_NUMBER.match(folded) or _is_named(folded):
        return True
    return _is_bare(fold_width(previous)) and (_is_bare(folded) or not re.search(r"[0-9]", folded))


def _is_named(folded: str) -> bool:
    """Whether a text has a name before 指标值 or a colon."""
    word = _value_word().search(folded)
    return word.start() > 0 if word else _colon(folded) > 0


def _is_bare(folded: str) -> bool:
    """Whether a text is a name and a target without a colon between: `人数≥20`, `人数（≥20）`."""
    condition = parse_condition(folded)
    if condition:
        return bool(condition.subject)
    return bool(parse_conditions(folded, "") or _split_brackets(folded.strip(_TRAILING), "")[1].target)


def _colon(folded: str) -> int:
    """The place after the last colon that parts a name from its target; 0 where there is none. `9:00` has none."""
    inside = _enclosed(folded)
    places = [match.end() for match in re.finditer(r"(?<!^):(?!(?<=[0-9]:)[0-9])", folded) if not inside[match.start()]]
    return places[-1] if places else 0


def _read_item(item: str, section: _Section) -> list[Indicator]:
    levels = section.levels
    word = _value_word().search(fold_width(item))
    if word:
        target = item[word.end() :]
        return parse_indicator(item[: word.start()], target[:-1] if "(" in word[0] else target, levels=levels, raw=item)
    body = _strip_numbering(item)
    if body in vocabulary("indicators")["nothing"]:
        return []
    listed = _listed(body)
    if listed:
        return [indicator for part in listed for indicator in _read_item(part, section)]
    colon = _colon(fold_width(body))
    if colon:
        return parse_indicator(body[: colon - 1], body[colon:], levels=levels, raw=item)
    condition = parse_condition(body)
    if condition:
        name = condition.subject or ("" if condition.rest else section.heading)
        return parse_indicator(name, condition.text, levels=levels, raw=item)
    name, target = ("", body) if parse_conditions(body, "") else (body, "")
    return parse_indicator(name, target, levels=levels, raw=item)


def _listed(body: str) -> list[str]:
    """The parts of `人数：20人，场次：3场`, where each has a name and a target."""
    inside = _enclosed(fold_width(body))
    cuts = [0, *(match.end() for match in re.finditer(r"[，,、\s]", body) if not inside[match.start()]), len(body)]
    parts = [part for part in (body[begin:end].strip(_TRAILING) for begin, end in pairwise(cuts)) if part]
    return parts if len(parts) > 1 and all(0 < _colon(fold_width(part)) < len(part) for part in parts) else []
