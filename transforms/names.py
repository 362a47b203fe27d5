"""Names of projects, units and departments: as they are published, and in the form by which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

# Only the width variants are folded, one character for one, so that places in a folded text are places in the published
# one. All of NFKC would also turn ① into 1, ㎡ into m2 and ½ into 1/2: other numbers than those published.
_WIDTH_VARIANTS = {
    code: folded
    for code in (*range(0xFE50, 0xFE70), *range(0xFF01, 0xFFEF), 0x3000, 0xA0)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
}
_VARIANT = re.compile("[\u00a0\u3000\ufe50-\ufe6f\uff01-\uffee]")    # few texts hold one
_SPACES = re.compile(r"[^\S\r\n]{2,}")
_BLANK_LINES = re.compile(r"[^\S\r\n]?[\r\n](?:[^\S\r\n]?[\r\n])*[^\S\r\n]?")
_LATIN = re.compile(r"[A-Za-z]")

NUMERALS = "一二三四五六七八九十"
_ORDINAL = re.compile("第?(?<![0-9])([1-4])级")
# `3、4号楼` and `1.5公里` begin with no outline number, `1、5G基站` does.
ARABIC_NUMBER = r"[0-9]{1,2}(?:[、)）](?![0-9]+[、,，号楼栋幢期层组级类月])|[.．](?![0-9]))"
# `一、二类疫苗` begins with none either, `一、三公经费` does.
CHINESE_NUMBER = rf"[{NUMERALS}]+、(?![{NUMERALS}]+[、号楼栋幢期层组级类线标])"
# What cannot be parted by a line break (GB/T 15834, JIS X 4051): words and numbers, closing marks from what they close,
# opening marks from what they open.
_UNBREAKABLE = re.compile(r"[（(《“‘【\[〔「]*(?:[A-Za-z0-9.,%$&/'-]+|.)[，。、；：！？）)》”’】\]〕」,.;:!?%％…/]*")
# What begins a paragraph, whose line would end there on a page without a break, too.
_BEGINNING = re.compile(rf"\s*(?:{CHINESE_NUMBER}|{ARABIC_NUMBER}|[（(【][{NUMERALS}0-9]+[）)】]|[①-⑳★●])")
_OUTLINE_NUMBER = re.compile(rf"{CHINESE_NUMBER}|[（(](?:[{NUMERALS}]+|[0-9]{{1,2}})[)）]|{ARABIC_NUMBER}|[①-⑳]、?")
# A code is joined by a dash (205001-…, 51092324T000010263357-…) or, when it is too long to be a quantity or a year,
# glued to the name. `2023-2024年…` is a period, no code; up to five digits that begin with 1 or 9 are a public telephone
# number (120-急救, 12345-热线), as the national numbering plan has it.
_CODE = re.compile(
    r"(?!(?:19|20)[0-9]{2}[-－—]|[19][0-9]{2,4}[-－—_])(?=[A-Z]*[0-9])([0-9A-Z]{3,})[-－—_](?=\D|(?:19|20)[0-9]{2}年)"
    r"|(?=[A-Z]*[0-9])([0-9A-Z]{9,})(?:[-－—_]|(?=[一-鿿]))"
)

# Marks of a project's name that change from year to year. The brackets and dashes around them go with them.
_OPENING, _CLOSING = r"[(\[【〔]", r"[)\]】〕]"
_UNIT_CODE = re.compile(r"(?:[\[【(（]([0-9A-Z]{3,})[\]】)）]|([0-9]{3,})[-－—_]|([0-9]{6,}))(?=[一-鿿])")

_CARRYOVER_MARK = re.compile(
    rf"{_OPENING}([0-9]{{2}}n|第[{NUMERALS}0-9]+年度?|(?:(?:19|20)[0-9]{{2}}年?度?|上年|以前年度)?结转(?:资金|项目|结余)?){_CLOSING}",
    re.IGNORECASE,
)
_YEAR_DIGITS = "(?:19|20)[0-9]{2}(?![0-9])"
_YEAR_WORD = "(?:学?年度?|财年)"
# What makes a year a part of the name: 2015年以前退休人员 (but not 2023年前期经费, 2023年后勤服务), 2025年底, 2025年1月, the
# document 财预〔2016〕143号.
_NO_MARK = r"(?![以之][前后来]|前(?![期沿海端置进])|后(?![勤续期备台扶方])|[底末](?![层端线])|至今|[0-9]{1,2}月|[)\]】〕]?第?[0-9]+号)"
_PERIOD = rf"({_YEAR_DIGITS}){_YEAR_WORD}?(?:、{_YEAR_DIGITS}{_YEAR_WORD}?)*[-—–~至到/、]({_YEAR_DIGITS}){_YEAR_WORD}?+"
_YEARS = re.compile(
    rf"{_OPENING}(?:{_PERIOD}|({_YEAR_DIGITS}){_YEAR_WORD}?){_CLOSING}{_NO_MARK}"
    rf"|(?<![0-9]){_PERIOD}{_NO_MARK}"
    rf"|(?<![0-9])({_YEAR_DIGITS}){_YEAR_WORD}{_NO_MARK}"
    rf"|^({_YEAR_DIGITS})[-—–_]+(?!{_YEAR_DIGITS})|[-—–_]+({_YEAR_DIGITS})$"
)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project's name without what changes from year to year: `（23n）`, `（结转）`, `（2023-2024）`, `2023年`, and codes."""

    standard: str
    carryover_mark: str | None
    year_from: int | None
    year_to: int | None
    code: str | None


# Headers, labels and names are compared again and again by every layout that is asked whether a table is its own.
_REMEMBERED = 8_192


def begins_paragraph(text: str) -> bool:
    """Whether a text begins with an outline number or a bullet."""
    return bool(_BEGINNING.match(text))


@lru_cache(_REMEMBERED)
def fold_width(text: str) -> str:
    """Replace full-width and small variants of ASCII characters by the plain ones; the length stays the same."""
    return text.translate(_WIDTH_VARIANTS) if _VARIANT.search(text) else text


def spell_ordinals(text: str) -> str:
    """A header or label with its ordinal numbers spelt: `1级指标` and `第1级指标` are `一级指标`."""
    return _ORDINAL.sub(lambda match: f"{NUMERALS[int(match[1]) - 1]}级", text) if "级" in text else text


@lru_cache(_REMEMBERED)
def strip_whitespace(text: str) -> str:
    """Remove all white space: in Chinese print it is layout (`预 算`), not meaning."""
    return "".join(text.split())


def collapse_spaces(text: str) -> str:
    """Make one space of several in a row, and one line break of several lines."""
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text))


def unwrap(text: str) -> str:
    """Make one line of a cell's text; several spaces in a row are one."""
    return join_lines(collapse_spaces(text).strip().split("\n"))


def join_lines(lines: Sequence[str]) -> str:
    """Join lines of wrapped text: a line break inside a Chinese word is no space, between two Latin words it is one."""
    joined = list(lines[:1])
    for above, below in pairwise(lines):
        if _LATIN.match(above[-1:]) and _LATIN.match(below):
            joined.append(" ")
        joined.append(below)
    return "".join(joined)


def first_word(text: str) -> str:
    """What a text begins with that no line break parts: a word or number, or a character, with the marks around it."""
    match = _UNBREAKABLE.match(text)
    return match[0] if match else text[:1]


def width(text: str) -> float:
    """The width of a text in full-width characters: Latin letters and digits take half of one."""
    return sum(0.5 if character < "ɐ" else 1.0 for character in text)


@lru_cache(_REMEMBERED)
def split_code(text: str) -> tuple[str, str | None]:
    """Take a name apart from what is glued in front of it.

    Args:
        text: a published name, e.g. `51092324T000010263357-2023年全县巡查` or `（一）办公用房物业管理`.

    Returns:
        The name without white space, outline numbers and code; the code, or None.
    """
    name = strip_whitespace(text)
    while match := _OUTLINE_NUMBER.match(name):
        name = name[match.end() :]
    code = _CODE.match(name)
    return (name[code.end() :], code[1] or code[2]) if code else (name, None)


def split_unit_code(text: str) -> tuple[str, str | None]:
    """Take the name of a department or unit apart from its code: `126-政协某市委员会办公厅`, `[215]某局`, `101001某局`.

    Args:
        text: a published name. Bodies have no telephone number in front of their names, as projects do (`120-急救`).

    Returns:
        The name without white space, outline numbers and code; the code, or None.
    """
    name, code = split_code(text)
    match = _UNIT_CODE.match(name)
    if code or not match:
        return name, code
    return name[match.end() :], next(filter(None, match.groups()))


def standard_project_name(name: str) -> ProjectName:
    """Give the form of a project's name by which it is recognised in other years.

    Args:
        name: the name as published.

    Returns:
        The name with plain brackets and without marks, and each mark on its own: several carry-over marks are joined by 、,
        of several years the first counts, `year_to` is None for a single year. A name that is nothing but marks is kept.
    """
    marks: list[str] = []
    years: list[tuple[int, ...]] = []
    code: str | None = None
    standard, rest = "", fold_width(strip_whitespace(name))
    while rest and rest != standard:
        standard = rest
        bare, found = split_code(standard)
        code = code or found
        unmarked = _CARRYOVER_MARK.sub(lambda mark: _note(marks, mark[1].lower()), bare)
        rest = _YEARS.sub(lambda match: _note(years, tuple(int(year) for year in match.groups() if year)), unmarked).strip("-—–_、/")
    year_from, year_to = (*(years[0] if years else ()), None, None)[:2]
    return ProjectName(standard, "、".join(marks) or None, year_from, year_to, code)


def _note(found: list[T], mark: T) -> str:
    """Keep what is taken out of a name; nothing stands there afterwards."""
    found.append(mark)
    return ""


def normalise_name(name: str) -> str:
    """Give the form by which two printings of a department's or unit's name are compared: no white space, plain brackets."""
    return fold_width(strip_whitespace(name))
