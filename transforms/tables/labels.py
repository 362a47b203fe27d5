"""What a label of a form says, by the words of vocabulary/forms.yaml: the role of its value, and of what time it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from transforms.amounts import is_amount
from transforms.names import NUMERALS, fold_width, strip_whitespace
from transforms.tables.headers import is_of_other_year, source_of
from transforms.tables.surroundings import money_in_brackets
from transforms.tables.words import saying
from transforms.vocabulary import vocabulary

_LONGEST = 30    # characters; the longest label seen has 21, texts are longer
_BRACKETS = re.compile(r"[()\[\]【】]")
_ASIDE = re.compile(r"[(\[【]([^()]*)[)\]】]$")
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}年?(?=年?度?[一-鿿])")
_NUMBER = re.compile(
    rf"^(?:[{NUMERALS}]{{1,3}}[、.]|[(（](?:[{NUMERALS}]{{1,3}}|[0-9]{{1,2}})[)）][、.]?|[0-9]{{1,2}}[、.．](?![0-9])|[①-⑳]|[★*])"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: the role of its value, and the unit of money in its brackets."""

    role: str
    unit: str | None


@lru_cache(maxsize=4096)
def label_of(text: str) -> Label | None:
    """What a label says; None where a text is no known label."""
    plain = strip_whitespace(fold_width(text)).strip(":*★")
    if not plain or len(plain) > _LONGEST or is_amount(plain):
        return None
    name, unit = money_in_brackets(plain)
    roles = _roles()
    role = next((role for form in _forms(name) if (role := roles.get(form) or source_of(form))), None)
    if role is None and (_is_about_label(name) or _is_of_other_year(name)):
        return Label("unread", None)
    return Label(role, unit) if role else None


def role_of_term(name: str) -> str | None:
    """`total_term` for what forms call the total of several years (总投资): beside a total it is not the year's."""
    label = label_of(name)
    return label.role if label and label.role == "total_term" else None


def _is_about_label(name: str) -> bool:
    """Whether a text is a known label and what is asked about it: 主管部门编码, 实施单位联系人."""
    stems = (name.removesuffix(ending) for ending in vocabulary("forms")["about_labels"] if name.endswith(ending))
    return any(form in _roles() for stem in stems for form in _forms(stem))


def _is_of_other_year(name: str) -> bool:
    """Whether a text of known pieces speaks of another year, as 上年安排 beside 本年安排; what is left over from it is this year's."""
    return is_of_other_year(name) and saying(name).known == 1.0


def _forms(name: str) -> Iterator[str]:
    """A label as printed, then with less and less of what makes no difference; 项目支出（名称） is 项目支出名称."""
    yield name
    if _BRACKETS.search(name):
        yield _BRACKETS.sub("", name)
    seen = name
    while (shorter := _shorter(seen)) != seen:
        seen = shorter
        yield seen
    yield from (seen.removeprefix(prefix) for prefix in vocabulary("forms")["prefixes"] if seen.startswith(prefix))


def _shorter(name: str) -> str:
    plain = name.removeprefix("其中").strip(":、")
    if plain.isalpha():    # no number and no bracket is in it
        return plain
    aside = _ASIDE.search(plain)
    if aside and any(word in aside[1] for word in vocabulary("headers")["left_over"]):
        return aside[1]    # 财政拨款（上年结转） is not the year's
    for change in (_NUMBER, _YEAR, _ASIDE):
        shorter = change.sub("", plain)
        if shorter != plain:
            return shorter
    return plain


@cache
def _roles() -> dict[str, str]:
    return {fold_width(name): role for role, names in vocabulary("forms")["roles"].items() for name in names}


def term_of(text: str) -> str | None:
    """What a label says about its term: `year`, `term` for more than a year, None where it says nothing."""
    words, plain = vocabulary("forms")["terms"], fold_width(strip_whitespace(text))
    found = next((kind for kind in ("term", "year", "whole") if any(word in plain for word in words[kind])), None)
    return "term" if found == "whole" else found
