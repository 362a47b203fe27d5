"""Which kind a budget table is: by its title, else by what its headers, codes and labels say; in doubt `unknown`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from transforms.names import strip_whitespace
from transforms.records import Line
from transforms.tables.surroundings import without_number_and_year
from transforms.tables.words import saying
from transforms.vocabulary import any_of, vocabulary

UNKNOWN = "unknown"
PERFORMANCE = ("project_performance_targets", "department_performance_targets")

_SURE = 3.0    # points of a word for a meaning
_MARKS = re.compile(r"[\W_]")


@lru_cache(maxsize=4096)    # a table's title is asked for by every layout that looks at it
def of_title(title: str | None) -> str | None:
    """The kind that a title names: None where it names a set of tables (`2024年部门预算公开表`), nothing, or what nobody listed."""
    text = _core(title or "")
    kind: str | None = next((rule["kind"] for rule in vocabulary("tables")["titles"] if text and _fits(rule, text)), None)
    return None if kind in PERFORMANCE and "表" not in (title or "") else kind    # 四、预算绩效情况 heads a part of the document


def is_unlisted(title: str | None) -> bool:
    """Whether a title says something of its table, in words of which nobody listed what they mean: `部门收支安排表`."""
    return bool(_core(title or "")) and of_title(title) is None


def speaks_of_budgets(title: str | None) -> bool:
    """Whether a title has a word that is said of the tables of a booklet: `部门支出总表（续）`, `部门预算口径表`."""
    return any(word in strip_whitespace(title or "") for word in vocabulary("tables")["of_budgets"])


def of_unlisted(title: str | None, words: Iterable[str], lines: Sequence[Line]) -> str:
    """The kind that the contents of a table tell, as in `of_contents`, if a title that nobody listed speaks of it as well.

    It does where it holds a whole title of the kind: 收支 in `部门收支安排表`. A table without a title is of what its contents tell.
    """
    kind = of_contents(words, lines)
    names = (name for rule in vocabulary("tables")["titles"] if rule["kind"] == kind for name in rule.get("is", []))
    return kind if not is_unlisted(title) or any(name in _core(title or "") for name in names) else UNKNOWN


def speaks_of_projects(title: str | None) -> bool:
    """Whether one of the pieces of a title says by itself that it is about projects: `专项经费安排一览表`."""
    pieces = saying(_core(title or "")).pieces
    return any(saying(piece).points.get("project_name", 0.0) >= _SURE for piece in pieces)


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


def classification_of(words: Iterable[str], lines: Sequence[Line]) -> str | None:
    """The classification, `function` or `economic`, of the rows of a part of a table: by their codes, else by its header."""
    texts, codes = list(words), _codes(lines)
    headed = [key for key, said in vocabulary("tables")["classified"].items() if any(word in text for text in texts for word in said)]
    return codes if codes in vocabulary("tables")["classified"] else headed[0] if len(headed) == 1 and codes is None else None


def of_its_classification(kind: str, parts: Sequence[str | None]) -> int:
    """Which of the parts side by side is of a kind: the first that is of its classification, else the first of all."""
    own = "economic" if kind in vocabulary("tables")["economic"] else "function"
    return parts.index(own) if own in parts else 0


def _core(title: str) -> str:
    """A title without year, fillers and marks: 2025年部门一般公共预算支出功能分类预算表 is 一般公共支出."""
    plain = without_number_and_year(title)
    return re.sub(r"^[A-Z]{0,2}[0-9]{1,4}", "", _MARKS.sub("", _fillers().sub("", re.sub(r"[“”\"]", "", plain))))


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile(any_of(vocabulary("tables")["fillers"]))


def _fits(rule: dict[str, Any], text: str) -> bool:
    if "is" in rule:
        return bool(re.fullmatch(rf"(?:.*(?:{any_of(vocabulary('headers')['bodies'])}))?(?:{any_of(rule['is'])})", text))
    return _has(rule, text)


def _has(rule: dict[str, Any], text: str) -> bool:
    def stands(words: str) -> bool:
        return any(word in text for word in words.split("|"))

    return all(map(stands, rule.get("has", []))) and not any(map(stands, rule.get("not", [])))


def _is_evidence(rule: dict[str, Any], text: str, codes: str | None, *, has_sides: bool) -> bool:
    return rule.get("codes", codes) == codes and rule.get("sides", has_sides) == has_sides and _has(rule, text)


def _codes(lines: Sequence[Line]) -> str | None:
    """What most codes classify: functions begin with 2 (income with 1), economic classes with 3 and 5."""
    begins = Counter("function" if line.code[0] == "2" else "economic" if line.code[0] in "35" else "other" for line in lines if line.code)
    return begins.most_common(1)[0][0] if begins else None
