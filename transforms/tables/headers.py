"""What a header says, by the words that the vocabulary lists: the role of its column in a table of projects or of indicators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from transforms.funding import APPROPRIATION, appropriation_parts, funding_sources
from transforms.names import fold_width, spell_ordinals, strip_whitespace
from transforms.records import TOTAL
from transforms.tables.surroundings import money_in_brackets
from transforms.totals import read_label
from transforms.vocabulary import any_of, vocabulary

_IN_BRACKETS = re.compile(r"[(\[【][^()]*[)\]】]")
_LEVEL_BEHIND = re.compile(r"(.+)[(\[【]([一二三四]级)[)\]】]$")    # 指标（二级）is 二级指标
BOUNDS = ("at_least", "at_most")    # the roles of columns that part a target that is a range
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年度?")


@cache
def money_roles() -> frozenset[str]:
    """The roles of columns that hold amounts."""
    return frozenset((TOTAL, *(source.key for source in funding_sources())))


def role_of(path: Sequence[str]) -> str | None:
    """The role of the lowest header; a total (小计) has that of the header above it, which only groups columns if it has none."""
    if not path:
        return None
    if any(map(_is_other_year, path)):
        return "ignored"
    return _role_of_money(path) or indicator_role(path)


def source_of(name: str) -> str | None:
    """The source of money that a header or label by itself names; a total is none."""
    role = None if _is_other_year(name) else _listed_role(name) or _role_of_source(name)
    return role if role != TOTAL and role in money_roles() else None


def _role_of_money(path: Sequence[str]) -> str | None:
    name, above = path[-1], own_role(path[-2]) if len(path) > 1 else None
    if len(path) > 1 and _is_total(name):
        return above or TOTAL
    role = own_role(name)
    if above == "carryover":
        return None    # 上年结转/财政拨款 is not this year's 财政拨款
    if above == APPROPRIATION and role not in appropriation_parts():
        return None    # 财政拨款/其他 is not 其他资金
    return role


@lru_cache(maxsize=4096)
def own_role(name: str) -> str | None:
    """The role that a header of a table of projects has by itself."""
    return _listed_role(name) or _role_of_source(name) or (TOTAL if _is_total(name) else None)


def _listed_role(name: str) -> str | None:
    return _roles().get(name) or _roles().get(money_in_brackets(name)[0])


def _role_of_source(name: str) -> str | None:
    """The role of a source of money or a total with words that make no difference: 本年财政拨款资金, 其他资金来源."""
    plain, roles = money_in_brackets(name)[0], _roles()
    bare = _this_year_in_front().sub("", plain)
    endings = [ending for ending in vocabulary("headers")["source_endings"] if plain.endswith(ending)]
    forms = (bare, *(name.removesuffix(ending) for name in (plain, bare) for ending in endings))
    return next((role for form in forms if (role := roles.get(form)) in money_roles()), None)


@cache
def _this_year_in_front() -> re.Pattern[str]:
    return re.compile(rf"^(?:{any_of(vocabulary('headers')['this_year'])})")


def _is_total(name: str) -> bool:
    """Whether a header is that of the sum of the columns beside it."""
    label = read_label(name)
    return label is not None and label.kind != "year" and not label.is_narrow


def is_of_other_year(title: str) -> bool:
    """Whether one of the headers of a column, joined by `/`, speaks of another year."""
    return any(map(_is_other_year, title.split("/")))


def _is_other_year(name: str) -> bool:
    begins, left_over = _other_years()
    return name.startswith(begins) and not any(word in name for word in left_over)


@cache
def _other_years() -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = vocabulary("headers")
    return tuple(words["other_years"]), tuple(words["left_over"])


@cache
def _roles() -> dict[str, str]:
    """Headers and their roles; a total and a project are called in a table what they are called in a form (专项名称)."""
    same = {"total": TOTAL, "total_year": TOTAL, "project_name": "project_name"}
    in_forms = {name: as_header for role, as_header in same.items() for name in vocabulary("forms")["roles"][role]}
    known = {name: role for role, names in vocabulary("headers")["roles"].items() for name in names}
    return {fold_width(name): role for name, role in {**in_forms, **known}.items() if name not in _indicator_roles()}


@lru_cache(maxsize=4096)
def heads_projects(text: str) -> bool:
    """Whether a text by itself is the header of a column of projects' names; no header of a table of projects is without one."""
    name = plain_header(money_in_brackets(text)[0])
    is_named = _listed_role(name) == "project_name" and not _is_other_year(name)
    return is_named or name.endswith(_project_levels())


@cache
def _project_levels() -> tuple[str, ...]:
    return tuple(vocabulary("headers")["project_levels"])


@lru_cache(maxsize=4096)
def plain_header(header: str) -> str:
    """A header as it is compared: no white space, plain brackets, no 其中 and no mark of a note."""
    plain = strip_whitespace(fold_width(header)).strip("*#:：")
    for prefix in vocabulary("headers")["prefixes"]:
        plain = plain.removeprefix(fold_width(prefix))
    return plain


@lru_cache(maxsize=4096)
def budget_kind(header: str) -> str | None:
    """What a column of a self-evaluation's amounts holds: `budget`, `initial` (as first set), `spent`; `ignored` where no amounts."""
    plain = fold_width(strip_whitespace(header))
    name = _IN_BRACKETS.sub("", plain) if plain.endswith(")") else plain
    return _budget_kinds().get(name) or _budget_kinds().get(f"{name}数")    # 调整后预算 is 调整后预算数


@cache
def _budget_kinds() -> dict[str, str]:
    return {fold_width(name): kind for kind, names in vocabulary("forms")["budget_columns"].items() for name in names}


def indicator_role(path: Sequence[str]) -> str | None:
    """The role of a column of indicators: that of its lowest header, else, below one of targets, by what this says.

    Args:
        path: the headers from the spanning one down: `指标值`, `预期2024年实现值`.
    """
    own = _own_indicator_role(path[-1])
    if own is None and any(_own_indicator_role(name) == "target" for name in path[:-1]):
        return _target_or_actual(path[-1])
    return own


@lru_cache(maxsize=4096)    # forms ask it of every text that may be a header
def _own_indicator_role(header: str) -> str | None:
    """The role that a header has by itself."""
    name = _without_year(header)
    return _indicator_roles().get(name) or _bound_of(name) or (_target_or_actual(header) if name.endswith(_target_endings()) else None)


def _bound_of(name: str) -> str | None:
    """The bound that a header names of a target that is a range: 下限, 指标值上限, 最低目标值."""
    words = vocabulary("headers")
    bare = re.sub(any_of(words["of_bounds"]), "", name)
    return next((role for role in BOUNDS if bare in words[role]), None)


@cache
def _target_endings() -> tuple[str, ...]:
    return tuple(vocabulary("headers")["target_endings"])


def _target_or_actual(header: str) -> str:
    name = _without_year(header)
    return "actual" if any(word in name for word in vocabulary("headers")["actual_words"]) else "target"


def _without_year(name: str) -> str:
    """A header without years, brackets with what stands in them, and words that name the year it is about."""
    plain = spell_ordinals(strip_whitespace(fold_width(name)))
    if not plain.isalpha():    # it holds brackets, digits or marks
        plain = _YEAR.sub("", _IN_BRACKETS.sub("", _LEVEL_BEHIND.sub(r"\2\1", plain))).strip("*#:：★")
    known = _indicator_roles()
    if plain not in known:    # 年度指标值, 预期当年实现值
        words = (word for word in vocabulary("headers")["this_year"] if word in plain and plain.replace(word, "", 1) in known)
        plain = plain.replace(next(words, ""), "", 1)
    return plain


@cache
def _indicator_roles() -> dict[str, str]:
    return {fold_width(name): role for role, names in vocabulary("headers")["indicator_roles"].items() for name in names}
