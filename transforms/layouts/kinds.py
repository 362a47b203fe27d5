"""Which kind a budget table is: by its title, else by what its headers, codes and labels say; in doubt `unknown`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from transforms.names import fold_width, strip_whitespace
from transforms.records import Line
from transforms.vocabulary import any_of, vocabulary

UNKNOWN = "unknown"
PERFORMANCE = ("project_performance_targets", "department_performance_targets")

_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?(?:度)?")
_NUMBER = re.compile(r"\([^()]*[0-9][-0-9]*表?\)$")    # 收入决算表（财决03表）
_MARKS = re.compile(r"[\"'“”‘’「」『』()\[\]【】《》:、,.\-—_－]")


@lru_cache(maxsize=4096)    # a table's title is asked for by every layout that looks at it
def of_title(title: str | None) -> str | None:
    """The kind that a title names: None where there is none or it names only a set of tables (`2024年部门预算公开表`)."""
    text = _core(title or "")
    if not text:
        return None
    kind: str = next((rule["kind"] for rule in vocabulary("tables")["titles"] if _fits(rule, text)), UNKNOWN)
    return None if kind in PERFORMANCE and "表" not in (title or "") else kind    # 四、预算绩效情况 heads a part of the document


def of_sheet(name: str | None) -> str | None:
    """The kind that a worksheet's name tells; None where it tells none (`Sheet1`)."""
    kind = of_title(name)
    return None if kind == UNKNOWN or kind in PERFORMANCE else kind


def of_contents(words: Iterable[str], lines: Sequence[Line]) -> str:
    """The kind that the headers, labels and codes of a table tell.

    Args:
        words: the texts of its header.
        lines: its lines.
    """
    text = "｜".join([*words, *(line.label for line in lines if line.label)])
    codes, has_sides = _codes(lines), any(line.side for line in lines)
    rules = vocabulary("tables")["evidence"]
    return next((rule["kind"] for rule in rules if _is_evidence(rule, text, codes, has_sides=has_sides)), UNKNOWN)


def _core(title: str) -> str:
    """A title without year, fillers and marks: 2025年部门一般公共预算支出功能分类预算表 is 一般公共支出."""
    plain = _NUMBER.sub("", _YEAR.sub("", strip_whitespace(fold_width(title))))
    return re.sub(r"^[A-Z]{0,2}[0-9]{1,4}", "", _MARKS.sub("", _fillers().sub("", re.sub(r"[“”\"]", "", plain))))


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile(any_of(vocabulary("tables")["fillers"]))


def _fits(rule: dict[str, Any], text: str) -> bool:
    if "is" in rule:
        return bool(re.fullmatch(rf"(?:.*(?:{any_of(vocabulary('headers')['bodies'])}))?(?:{any_of(rule['is'])})", text))
    return _has(rule, text)


def _has(rule: dict[str, Any], text: str) -> bool:
    stand = all(any(word in text for word in words.split("|")) for words in rule.get("has", []))
    return stand and not any(word in text for word in rule.get("not", []))


def _is_evidence(rule: dict[str, Any], text: str, codes: str | None, *, has_sides: bool) -> bool:
    return rule.get("codes", codes) == codes and rule.get("sides", has_sides) == has_sides and _has(rule, text)


def _codes(lines: Sequence[Line]) -> str | None:
    """What most codes classify: functions begin with 2 (income with 1), economic classes with 3 and 5."""
    begins = Counter("function" if line.code[0] == "2" else "economic" if line.code[0] in "35" else "other" for line in lines if line.code)
    return begins.most_common(1)[0][0] if begins else None
