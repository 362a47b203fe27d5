"""A text beside a booklet (说明.txt, a letter, 目录.docx) is no booklet that lost its tables.

What tells them apart is what the text speaks of: each table that it names, each figure that it states, must be in a document
beside it that holds tables of the same department, year and stage. A text that speaks of none is an attachment to whatever it
lies beside. What has no text, or the numbers of a table without the table, is none: something was not read. The SQL view
`unreadable_document` asks the same over the warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations.outcome import Word
from expectations.prose import is_notice, joined, stated_figures
from expectations.words import words
from transforms.departments import is_same_department
from transforms.grid import TextLine
from transforms.layouts.kinds import UNKNOWN, of_title
from transforms.names import fold_width, strip_whitespace
from transforms.records import ParsedDocument

ERROR = "no-known-table"    # what an attachment is told with where nothing is known of what lies beside it
ANY_OF = "|"                # between the kinds of tables that state the same figure
_CELLS = 3                  # numbers that stand alone before they are the cells of a table: a version or a price does once or twice
_NUMBER = re.compile(r"[-−]?(?:[0-9]+\.[0-9]{1,4}|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)")
_MONEY = re.compile(r"[0-9]+(?:\.[0-9]+)?[万亿千]?元")
_NAME = re.compile(r"[一-鿿“”\"()]{2,30}?表(?![一-鿿])")    # 收支总表, “三公”经费支出表, with what the sentence says before


@dataclass(frozen=True, slots=True)
class Member:
    """What tells whether a document is an attachment: the kinds of the tables that it holds, and what its text speaks of instead.

    `announced` is None where the document is no text without tables.
    """

    kinds: frozenset[str]
    announced: tuple[Word, ...] | None
    body: tuple[str | None, int | None, str | None]    # department, year and stage as it states them


def member(document: ParsedDocument) -> Member:
    """What tells of a document whether it is an attachment, or has some."""
    is_text = not document.tables and [error.code for error in document.errors] == [ERROR]
    return Member(
        frozenset(table.kind for table in document.tables), announced(document) if is_text else None,
        (document.department, document.fiscal_year, document.stage),
    )


def announced(document: ParsedDocument) -> tuple[Word, ...]:
    """The tables that a text without tables speaks of, each read as the kinds (parted by `ANY_OF`) one of which states it.

    One without a kind stands for a table that nobody read: there is no text at all, or numbers stand in it that are a table's cells.
    """
    lines = [line for line in document.prose if line.text.strip()]
    numbers = sum(bool(_NUMBER.fullmatch(text)) for line in lines for text in fold_width(line.text).split())
    if not lines or (numbers >= _CELLS and not is_notice(document)):    # which shows what it corrects
        return (Word(""),)
    named = {title: kind for line in lines for title in _titles(line) if (kind := of_title(title)) not in (None, UNKNOWN)}
    text, _ = joined(lines)
    stated = {said: ANY_OF.join(kinds) for said, kinds in stated_figures(text)}
    if not stated and (money := _MONEY.search(text)):
        stated[money[0]] = ANY_OF.join(words()["complete"])
    return tuple(Word(said, kinds) for said, kinds in {**named, **stated}.items())


def is_attachment(spoken_of: Iterable[Word], kinds: Collection[str]) -> bool:
    """Whether a text that speaks of these tables lost none of them, where those of these kinds lie beside it."""
    return bool(kinds) and all(word.read_as and not set(kinds).isdisjoint(word.read_as.split(ANY_OF)) for word in spoken_of)


def attachments(members: Sequence[Member]) -> Iterator[bool]:
    """Of each of the documents of one archive, whether it is an attachment to others."""
    for one in members:
        beside = frozenset[str]().union(*(other.kinds for other in members if _is_of_same(one, other)))
        yield one.announced is not None and is_attachment(one.announced, beside)


def _is_of_same(one: Member, other: Member) -> bool:
    """Whether two documents may be of one department, year and stage."""
    (name, *when), (other_name, *other_when) = one.body, other.body
    is_same_body = not name or not other_name or is_same_department(name, other_name)
    return is_same_body and all(None in pair or pair[0] == pair[1] for pair in zip(when, other_when, strict=True))


def _titles(line: TextLine) -> Iterator[str]:
    """What a line names as tables: `1. 部门收支总表`, `包括收支总表、支出总表`."""
    for piece in re.split(r"[、,。;:;《》\s]", fold_width(line.text)):
        if found := _NAME.search(strip_whitespace(piece)):
            yield found[0]
