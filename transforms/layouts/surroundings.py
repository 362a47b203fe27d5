"""What is published around a table: title, department, year, stage, unit of money, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from transforms.amounts import units
from transforms.grid import TextLine
from transforms.names import fold_width, strip_whitespace, unwrap
from transforms.records import Stage
from transforms.vocabulary import any_of, vocabulary

_TITLE_LENGTH = 60    # characters; the longest title seen has 38, sentences that end in 表 are longer
_COVER_LENGTH = 40
_SENTENCE = re.compile(r"[。；;…]|发布|公开时间|>")
_TITLE = re.compile(r".*表(?:\([^()]*\)|之[一二三四五六七八九十]+|[0-9]*)?")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2}|二[〇○零][〇○零一二三四五六七八九]{2})(?=年|\)|$|部门|单位|预算|决算)")
_COVER_YEAR = re.compile(r"((?:19|20)[0-9]{2}|二[〇○零][〇○零一二三四五六七八九]{2})年度?(?:[^0-9]{0,4}?)(?:预算|决算)")


def title(lines: Sequence[TextLine]) -> str | None:
    """The title nearest above a table: a line that ends in 表, else one that names 绩效; white space removed."""
    plain = [strip_whitespace(line.text) for line in reversed(lines)]
    candidates = [text for text in plain if len(text) <= _TITLE_LENGTH and not _SENTENCE.search(text) and not list(statements(text))]
    named = [text for text in candidates if _TITLE.fullmatch(fold_width(text))] or [text for text in candidates if "绩效" in text]
    return named[0] if named else None


def department(lines: Iterable[TextLine]) -> str | None:
    """The department that a line such as `部门名称：X` states, of the surest label; white space removed."""
    labels: list[str] = vocabulary("surroundings")["department"]
    found = [(label, value) for line in lines for label, value in statements(line.text) if label in labels and value]
    return min(found, key=lambda pair: labels.index(pair[0]))[1] if found else None


def cover_department(lines: Iterable[TextLine]) -> str | None:
    """The name in front of the year on a cover: `X局2025年部门预算`."""
    for text in _covers(lines):
        year = _COVER_YEAR.search(text)
        if year and year.start():
            return text[: year.start()]
    return None


def fiscal_year(titles: Iterable[str | None], lines: Iterable[TextLine]) -> int | None:
    """The year in a table's title (or alone in a line), else on the cover; never a publishing date's or a project's."""
    for text in titles:
        if text and (match := _YEAR.search(fold_width(text))):
            return _year(match[1])
    for text in _covers(lines):
        if match := _COVER_YEAR.search(text):
            return _year(match[1])
    return None


def year_line(lines: Iterable[TextLine]) -> str | None:
    """A line that holds the year and nothing else: `（2025年度）`."""
    return next((text for line in lines if re.fullmatch(r"\(?20[0-9]{2}年度?\)?", text := strip_whitespace(fold_width(line.text)))), None)


def stage(titles: Iterable[str | None], lines: Iterable[TextLine]) -> Stage | None:
    """Budget or final accounts, from 预算 or 决算 in a title, else on the cover; None where both stand there (预决算)."""
    for text in (*titles, *_covers(lines)):
        is_budget, is_final = bool(re.search("预算|预.?决算", text or "")), "决算" in (text or "")
        if is_budget or is_final:
            return None if is_budget and is_final else "budget" if is_budget else "final"
    return None


def unit_of(text: str) -> str | None:
    """The unit of money that a line states: `单位：万元`, `（金额单位： 万 元）`. `预算单位：X局` states none."""
    values = (_money(value) for label, value in statements(text) if label in vocabulary("surroundings")["unit"])
    return next((unit for unit in values if unit), None)


def unit(near: Sequence[TextLine], pages: set[int], lines: Iterable[TextLine]) -> str | None:
    """The unit of money for a table that states none in its header.

    Args:
        near: the lines that belong to the table.
        pages: the pages that the table stands on, empty where the format has none.
        lines: all lines of the document.

    Returns:
        The unit that the lines near the table state, else its pages, else the document. None where no line states one
        or where they contradict each other.
    """
    everywhere = list(lines)
    on_pages = [line for line in everywhere if line.page is not None and line.page in pages]
    for scope in (near, on_pages, everywhere):
        stated = [found for line in scope if (found := unit_of(line.text))]
        if stated:
            return stated[-1] if scope is near or len(set(stated)) == 1 else None
    return None


def note(lines: Iterable[TextLine], *, is_empty: bool) -> str | None:
    """The published note under a table, whole; instructions of the blank form are none."""
    words = vocabulary("surroundings")
    begins = re.compile(rf"[(（*※]*(?:{any_of(words['note'])})[0-9]*[:：、.]")
    says = re.compile(any_of(words["empty_note"]))
    found: list[str] = []
    for line in lines:
        text = unwrap(line.text)
        plain = strip_whitespace(fold_width(text))
        if re.match(any_of(words["instructions"]), plain) or words["instructions"][-1] in plain:
            continue
        if begins.match(plain) or (is_empty and says.search(plain)) or (found and re.match(r"[0-9]+[.、]", plain)):
            found.append(text)
    return "\n".join(found) or None


def statements(text: str) -> Iterator[tuple[str, str]]:
    """The `label：value` pairs of a line, white space and outer brackets removed; several may stand in one line."""
    folded = fold_width(text)
    found = [match for match in _label().finditer(folded) if _is_start(folded, match.start())]
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=False):
        value = strip_whitespace(text[match.end() : end])
        if match.start() and folded[match.start() - 1] in "([":
            value = value.rstrip("）)]")
        yield strip_whitespace(match[1]), value


@cache
def _label() -> re.Pattern[str]:
    words = vocabulary("surroundings")
    labels = sorted({fold_width(label) for label in (*words["department"], *words["unit"], *words["other"])}, key=len, reverse=True)
    spaced = "|".join(r"\s*".join(re.escape(character) for character in label) for label in labels)
    return re.compile(rf"({spaced})\s*:")


def _is_start(folded: str, position: int) -> bool:
    return position == 0 or folded[position - 1] in " \t\n([、,;；。)]" or not re.match(r"[一-鿿A-Za-z0-9]", folded[position - 1])


def _money(value: str) -> str | None:
    plain = re.sub(rf"^(?:{any_of(vocabulary('money')['currency'])})", "", strip_whitespace(fold_width(value)))
    match = re.match(rf"({any_of(list(units()))})(?![一-鿿])", plain)
    return match[1] if match else None


def money_in_brackets(header: str) -> tuple[str, str | None]:
    """Take the unit of money off a header: `总计（万元）`, `预算数(单位：元)`, `金额/万元`."""
    plain = strip_whitespace(fold_width(header))
    match = re.search(rf"[(\[,/](?:(?:金额)?单位:)?({any_of(list(units()))})[)\]]?$", plain)
    return (plain[: match.start()], match[1]) if match else (plain, None)


def _covers(lines: Iterable[TextLine]) -> Iterator[str]:
    for line in lines:
        text = strip_whitespace(fold_width(line.text))
        if len(text) <= _COVER_LENGTH and not _SENTENCE.search(text) and not re.search("预.?决算", text) and _COVER_YEAR.search(text):
            yield text


def _year(digits: str) -> int:
    return int(digits.translate(_NUMERALS))
