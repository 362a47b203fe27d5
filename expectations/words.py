"""What a name in a budget table means to the rules; the names themselves are data (`words.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from transforms.amounts import units
from transforms.names import fold_width, strip_whitespace
from transforms.records import Table
from transforms.totals import read_label
from transforms.vocabulary import any_of

FUNCTION = "function"
CARRIED = "carried"
FUNDING = "funding"
THREE_PUBLIC = "three_public"
_QUOTES = re.compile("[“”\"‘’'「」]")
OF_WHICH = re.compile("其中[:：]?")
_OUTLINE = re.compile(r"\([一二三四五六七八九十0-9]{1,2}\)|[0-9]{1,2}[.、]|[①-⑳]")


class Part(NamedTuple):
    """What a row or column is a part of, and which part it is."""

    family: str
    role: str


def table_name(table: Table) -> str:
    """What a table is called: its title, else the name of its kind."""
    return table.title or str(words()["kinds"][table.kind]["zh"])


@cache
def words() -> dict[str, Any]:
    """The data file, read once per process."""
    from transforms.vocabulary.loading import load  # only when a document is checked

    loaded: dict[str, Any] = load(Path(__file__).with_name("words.yaml"))
    return loaded


@cache
def plain(name: str) -> str:
    """A name by which it is compared: no white space, quotation marks, leading 其中： with its number, or unit in brackets."""
    folded = _QUOTES.sub("", fold_width(strip_whitespace(name)))
    of_which = OF_WHICH.match(folded)
    return _unit().sub("", _OUTLINE.sub("", folded[of_which.end() :]) if of_which else folded)


@cache
def part(name: str) -> Part | None:
    """What a name stands for; None where it is not known."""
    known = plain(name)
    of_class = next((each for each in (known, f"{known}支出") if each in words()["function_classes"]), None)
    if of_class:
        return Part(FUNCTION, of_class)
    found = next((part for part, pattern in _parts() if pattern.fullmatch(known)), None)
    label = read_label(known)
    return part(label.of) if found is None and label and label.of not in ("", known) else found    # 人员经费合计 is the part 人员经费


@cache
def total(name: str) -> str | None:
    """Whether a column of this name sums up those beside it: `year` those of the year, `grand` with what is carried over, or None."""
    label = read_label(plain(name))
    if label is None or label.is_narrow or part(name):
        return None
    return "year" if label.kind == "year" else "grand"


@cache
def is_quantity(name: str) -> bool:
    """Whether an indicator of this name is something to be counted (培训人数, 合格率)."""
    return bool(re.search(words()["quantities"], plain(name)))


@cache
def split_measure(column: str) -> tuple[str, tuple[str, ...]]:
    """Take a column path apart into how it is measured (预算数, 决算数; blank where it does not say) and what of."""
    names = column.split("/")
    measures = [name for name in names if plain(name) in words()["measures"]]
    return "/".join(measures), tuple(name for name in names if name not in measures)


@cache
def _parts() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    families = words()["families"].items()
    return tuple((Part(family, role), re.compile(pattern)) for family, roles in families for role, pattern in roles.items())


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(rf"\((?:单位:)?(?:{any_of(list(units()))})\)$")
