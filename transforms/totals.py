"""What a total is: by what its label is made of and by arithmetic. No other place knows; the words are `vocabulary/totals.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.names import begins_paragraph, fold_width, split_code, strip_whitespace
from transforms.records import TotalKind
from transforms.vocabulary import any_of, vocabulary

Vector = tuple[Decimal, ...]    # the amounts of a row by column

# What stands around a label and says nothing: 【合计】, 合计：, *合计, —合计—.
_MARKS = ":*#<>《》“”\"'-—–_=.。,，、;；|※★"
_BRACKETS = "()[]{}【】〔〕「」"
_BRACKET = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]$")
# What a total counts or comes to, said in its name: 合计（5个项目） has it in a bracket, 合计5个项目 and 合计30万元 have not.
_COUNT = re.compile(r"[:,，]?(?:共?[0-9]+(?:个|项|条|类|家|户)?(?:项目|单位)?|[0-9][0-9,.]*[万亿]?元)$")

class TotalLabel(NamedTuple):
    """What the label of a total says.

    `kind` is that of its head (合计, 小计, 本年收入合计), `of` what stands in front (`项目支出`, `审计局`; blank in 合计);
    `is_narrow` says that this is more than words for all that stands beside it (审计局合计, unlike 全局合计).
    """

    kind: TotalKind
    of: str
    is_narrow: bool = False


@lru_cache(8192)
def read_label(label: str) -> TotalLabel | None:
    """Read the label of a row or column as that of a total.

    Args:
        label: a published label: `合 计`, `项目支出合计（万元）`, `本年收入合计`, `审计局小计`.

    Returns:
        What it says; None where it does not say that it is a total (`总计划编制`).
    """
    visible = _visible(label)
    if not _head().search(visible):    # most names have none
        return None
    name = _plain(visible)
    for shorter in dict.fromkeys((name, _COUNT.sub("", name))):
        if match := _pattern().fullmatch(shorter):
            return _read(match)
    return None


def total_kind(label: str) -> TotalKind | None:
    """The kind of total that a label by itself names: of the whole table, of a part, of the year; None where it names none."""
    found = read_label(label)
    return found and ("part" if found.is_narrow else found.kind)


def names_row(label: str) -> bool:
    """Whether a text by itself is the label of a row, not the rest of another one: a total, a part of the row above, an outline number."""
    return total_kind(label) is not None or label.startswith("其中") or begins_paragraph(label)


def adds_up(stated: Vector | None, parts: Sequence[Vector | None], least: int = 2) -> bool:
    """Whether a row is the sum of others: a total by arithmetic, whatever it is called.

    Args:
        stated: the row's amounts by column, in any one unit; None where one could not be read.
        parts: those of the rows that it may sum up.
        least: how many of the parts must hold money: one equal amount may be chance.
    """
    known = [part for part in parts if part is not None]
    if stated is None or not any(stated) or len(known) < len(parts) or sum(map(any, known)) < least:
        return False
    return stated == tuple(sum(column, Decimal(0)) for column in zip(*known, strict=True))


def _read(match: re.Match[str]) -> TotalLabel:
    if match["year"]:
        return TotalLabel("year", match["year"])
    head = match["head"] or match["strong"]
    is_part = match["part"] or any(word in head for word in vocabulary("totals")["part_heads"])
    return TotalLabel("part" if is_part else "grand", match["whole"] or match["narrow"] or "", match["narrow"] is not None)


def _visible(label: str) -> str:
    """A label in plain small letters, without white space and what is invisible."""
    bare = strip_whitespace(label)
    if not bare.isprintable():
        bare = "".join(character for character in bare if unicodedata.category(character) != "Cf")
    return fold_width(bare).lower()


def _plain(visible: str) -> str:
    """A label by which it is compared: no outline number, marks, or brackets behind."""
    name = split_code(visible)[0].strip(_MARKS)
    while (shorter := _BRACKET.sub(_kept, name).strip(_MARKS)) and shorter != name:
        name = shorter
    return name.strip(_MARKS + _BRACKETS)


def _kept(bracket: re.Match[str]) -> str:
    """What stays of a bracket behind a name: a head, as in 审计局（合计）."""
    inside = bracket[0][1:-1]
    return inside if re.fullmatch(any_of(vocabulary("totals")["heads"]), inside) and bracket.start() else ""


@cache
def _head() -> re.Pattern[str]:
    """What no label of a total is without."""
    words = vocabulary("totals")
    return re.compile(any_of([*words["heads"], *words["weak_heads"], *words["year"]]))


@cache
def _pattern() -> re.Pattern[str]:
    """The label of a total as a whole.

    `year` is 本年收入 with or without a head; `whole` are known words, of which `part` says that it is of a part (本页小计);
    `narrow` is what nobody knows in front of a head that is enough by itself (审计局合计).
    """
    words = {name: any_of(listed) for name, listed in vocabulary("totals").items()}
    any_head = rf"(?:{words['heads']}|{words['weak_heads']})"
    strong = rf"(?:{words['heads']})(?:/?{any_head})*"
    tail = rf"(?:{words['tails']})*"
    known = rf"(?:{words['whole']}|{words['year']})*"
    return re.compile(
        rf"(?P<year>(?:{words['year']})(?:{words['of_year']})(?:预算|决算)?)(?:{any_head}{tail})?"
        rf"|(?P<whole>{known}(?P<part>{words['part']})?{known})(?P<head>{any_head}(?:/?{any_head})*){tail}"
        rf"|(?P<narrow>.+?)(?P<strong>{strong}){tail}"
    )
