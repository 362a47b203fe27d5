"""What the cells of a column are, told by their contents alone: amounts, codes, names of levels, targets, prose …

A column of level names is a level, whatever stands above it. The kinds are those of `vocabulary/roles.yaml` (`holds`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import islice

from transforms.amounts import is_amount, is_blank, is_illegible
from transforms.indicators import is_indicator_text, is_level_name, standard_levels
from transforms.names import fold_width, spell_ordinals, split_unit_code, strip_whitespace
from transforms.targets import is_unit, operator_of, parse_target
from transforms.vocabulary import any_of, vocabulary

_SAMPLE = 60  # cells of a column that are looked at: what it holds is settled long before
_CODE = re.compile(r"(?:0[0-9]{2,11}|[0-9]{5,12})")
_PROJECT_CODE = re.compile(r"(?=[A-Z]*[0-9])[0-9A-Z]{14,}[-－]")
_POINTS = re.compile(r"(?:[1-9][0-9]?(?:\.(?:[05]0?|[27]5))?|100)")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-./年](?:[0-9]{1,2}(?:[-./月](?:[0-9]{1,2}日?)?)?)?)?(?:[-—~至](?:(?:19|20)?[0-9]{2,4}(?:[-./年](?:[0-9]{1,2}(?:[-./月](?:[0-9]{1,2}日?)?)?)?)?))?|[0-9]{1,2}年"
)
_CHECK = re.compile("[■□☑√☐✓]")
_DIRECTION = re.compile("(?:正|反|负|逆)向?(?:指标)?")
_STANDARD = re.compile(".*(?:标准|数据|依据|计划|经验值|文件)")
_SCORING = re.compile(".*(?:扣|得|加)[0-9.]*分.*")    # 每低1%扣1分
_TIME_WORD = re.compile("[0-9]{1,2}月|年底|年末|[0-9]季度")
_MEASURED = re.compile("(?:率|性|度|量|数|额|情况|时间|时限|成本|比例|水平|能力|次数|率\\([^()]*\\))$")
_NUMBERED = re.compile("(.*[一-鿿])[0-9]{1,2}")
_REACHED = re.compile("(?:达|到|为|至|是)$")
_HAN = re.compile("[一-鿿]")
_LONGEST_SHORT, _LONGEST_TARGET, _LONGEST_QUALITATIVE = 45, 24, 12
_SHORTEST_BODY = 3  # characters: 水利处
_LONG = 16  # characters of a sentence with a comma


@lru_cache(maxsize=16_384)  # columns repeat their texts, and each reading looks at them again
def kind_of(text: str) -> str:
    """What a cell is by itself; `blank` where it holds nothing, `short` where it is a name of some kind, `text` where nobody knows."""
    plain = strip_whitespace(fold_width(text))
    if is_blank(plain):
        return "blank"
    for kind, test in _TESTS.items():
        if test(plain):
            return kind
    return "short" if 2 <= len(plain) <= _LONGEST_SHORT and _HAN.search(plain) else "text"


def profile(texts: Iterable[str]) -> Mapping[str, float]:
    """The share of each kind among the filled cells of a column; empty where none is filled."""
    kinds = ((kind, text) for text in texts if (kind := kind_of(text)) != "blank")
    sample = list(islice(kinds, _SAMPLE))
    counts = Counter(kind for kind, _ in sample)
    lengths = {len(text.strip()) for kind, text in sample if kind == "code"} if "code" in counts else ()
    if "amount" in counts or len(lengths) > 1:  # 41800 among amounts is no code, nor is it beside 4346800
        for kind in ("code", "points"):
            counts["amount"] += counts.pop(kind, 0)
    return {kind: count / len(sample) for kind, count in counts.items()}


def _is_number(plain: str) -> bool:
    return is_amount(plain)


def _is_level1(plain: str) -> bool:
    return _is_level(plain) and standard_levels(plain)[1] is None


def _is_level(plain: str) -> bool:
    """Whether a text is a level's name; 绩效指标 stands beside tables of indicators and above columns of them."""
    return is_level_name(plain) and not plain.endswith("绩效指标")


def _is_standard(plain: str) -> bool:
    """Whether a text says by what a target is set, or how points are given."""
    return (len(plain) <= _LONGEST_QUALITATIVE and bool(_STANDARD.fullmatch(plain))) or bool(_SCORING.fullmatch(plain))


def _is_list(plain: str) -> bool:
    """Whether a text lists indicators: 年度指标值 alone is a header."""
    return len(plain) >= _LONG and bool(re.search("[:0-9]", plain)) and is_indicator_text(plain)


def _is_prose(plain: str) -> bool:
    return (len(plain) >= _LONG and bool(re.search("[。,;，；]", plain))) or (len(plain) >= _LONG // 2 and plain.endswith("。"))


def _is_organisation(plain: str) -> bool:
    bare = re.sub(r"\([^()]*\)$", "", split_unit_code(plain)[0])
    return len(bare) >= _SHORTEST_BODY and not re.search("[。:;,]", bare) and bool(_bodies().search(bare))


@cache
def _bodies() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(vocabulary('headers')['bodies'])})$")


def _is_target(plain: str) -> bool:
    """Whether a text is a target in numbers; 1级指标 is a header, 信息化项目2 a name with its number."""
    digits = bool(re.search("[0-9]", spell_ordinals(plain)))
    target = parse_target(plain) if digits and len(plain) <= _LONGEST_TARGET else None
    return target is not None and not (target.operator == "=" and target.unit is None and _is_numbered(plain))


def _is_numbered(plain: str) -> bool:
    """Whether a text ends in a number that counts and measures nothing: 信息化项目2, but not 完成率95 or 达到95."""
    numbered = _NUMBERED.fullmatch(plain)
    return numbered is not None and not (_MEASURED.search(numbered[1]) or _REACHED.search(numbered[1]))


def _is_qualitative(plain: str) -> bool:
    """Whether a text is a target in words; 发放及时率 and 队伍稳定性 name what is measured."""
    is_word = len(plain) <= _LONGEST_QUALITATIVE and not _MEASURED.search(plain) and bool(_qualities().match(plain))
    return is_word or (len(plain) <= _LONGEST_TARGET and bool(_TIME_WORD.search(plain)))


@cache
def _qualities() -> re.Pattern[str]:
    return re.compile(any_of(vocabulary("contents")["qualities"]))


_TESTS = {
    "level1": _is_level1,
    "level": _is_level,
    "operator": lambda plain: operator_of(plain) is not None or plain in vocabulary("indicators")["qualitative"],
    "project_code": lambda plain: bool(_PROJECT_CODE.match(plain)),
    "points": lambda plain: bool(_POINTS.fullmatch(plain)),
    "code": lambda plain: bool(_CODE.fullmatch(plain)),
    "illegible": is_illegible,
    "amount": _is_number,
    "date": lambda plain: bool(_DATE.fullmatch(plain)),
    "check": lambda plain: bool(_CHECK.search(plain)),
    "direction": lambda plain: bool(_DIRECTION.fullmatch(plain)),
    "standard": _is_standard,
    "indicators": _is_list,
    "prose": _is_prose,
    "target": _is_target,
    "measure": is_unit,
    "organisation": _is_organisation,
    "qualitative": _is_qualitative,
}
