"""Names of projects, units and departments: as they are published, and in the form by which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Only the width variants are folded, one character for one, so that places in a folded text are places in the published
# one. All of NFKC would also turn ① into 1, ㎡ into m2 and ½ into 1/2: other numbers than those published.
_WIDTH_VARIANTS = {
    code: folded
    for code in (*range(0xFE50, 0xFE70), *range(0xFF01, 0xFFEF), 0x3000, 0xA0)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
}
_SPACES = re.compile(r"[^\S\r\n]{2,}")
_BLANK_LINES = re.compile(r"[^\S\r\n]?[\r\n](?:[^\S\r\n]?[\r\n])*[^\S\r\n]?")
_LATIN = re.compile(r"[A-Za-z]")

NUMERALS = "一二三四五六七八九十"
# `3、4号楼` and `1.5公里` begin with no outline number, `1、5G基站` does.
ARABIC_NUMBER = r"[0-9]{1,2}(?:[、)）](?![0-9]+[、,，号楼栋幢期层组级类月])|[.．](?![0-9]))"
# `一、二类疫苗` begins with none either, `一、三公经费` does.
CHINESE_NUMBER = rf"[{NUMERALS}]+、(?![{NUMERALS}]+[、号楼栋幢期层组级类线标])"
_OUTLINE_NUMBER = re.compile(rf"{CHINESE_NUMBER}|[（(](?:[{NUMERALS}]+|[0-9]{{1,2}})[)）]|{ARABIC_NUMBER}|[①-⑳]、?")
# A code is joined by a dash (205001-…, 51092324T000010263357-…) or, when it is too long to be a quantity or a year,
# glued to the name. `2023-2024年…` is a period, no code; up to five digits that begin with 1 or 9 are a public telephone
# number (120-急救, 12345-热线), as the national numbering plan has it.
_CODE = re.compile(
    r"(?!(?:19|20)[0-9]{2}[-－—]|[19][0-9]{2,4}[-－—_])(?=[A-Z]*[0-9])([0-9A-Z]{3,})[-－—_](?=\D|(?:19|20)[0-9]{2}年)"
    r"|(?=[A-Z]*[0-9])([0-9A-Z]{9,})(?=[一-鿿])"
)

_CARRYOVER_MARK = re.compile(r"[（(]([0-9]{2}n)[)）]", re.IGNORECASE)
_PERIOD = re.compile(r"[（(]?((?:19|20)[0-9]{2})年?[-－—~～至]((?:19|20)[0-9]{2})(?:年度?)?[)）]?")
_YEAR = re.compile(r"[（(]((?:19|20)[0-9]{2})(?:年度?)?[)）]|((?:19|20)[0-9]{2})年度?(?![0-9]{1,2}月)")


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project's name without what changes from year to year: `（23n）`, `（2023-2024）`, `2023年`, and codes."""

    standard: str
    carryover_mark: str | None
    year_from: int | None
    year_to: int | None
    code: str | None


def fold_width(text: str) -> str:
    """Replace full-width and small variants of ASCII characters by the plain ones; the length stays the same."""
    return text.translate(_WIDTH_VARIANTS)


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


def standard_project_name(name: str) -> ProjectName:
    """Give the form of a project's name by which it is recognised in other years.

    Args:
        name: the name as published.

    Returns:
        The name with plain brackets and without marks, and each mark on its own. `year_to` is None for a single year.
    """
    standard, code = split_code(name)
    mark = _CARRYOVER_MARK.search(standard)
    standard = _CARRYOVER_MARK.sub("", standard)
    years = _PERIOD.search(standard) or _YEAR.search(standard)
    if years:
        standard = standard[: years.start()] + standard[years.end() :]
    found = [int(year) for year in years.groups() if year] if years else []
    year_from, year_to = (*found, None, None)[:2]
    return ProjectName(fold_width(standard), mark[1].lower() if mark else None, year_from, year_to, code)


def normalise_name(name: str) -> str:
    """Give the form by which two printings of a department's or unit's name are compared: no white space, plain brackets."""
    return fold_width(strip_whitespace(name))
