"""A document holds the budget tables that its own table of contents lists.

Held against each other are the numbered titles that follow each other in the text (目录: 一、部门收支总表 …… 4) and the tables that
were read. The document is one outcome; each table that is listed and not there is a detail. Over the warehouse the tables of a
department's year are held against those that regulations ask for and that it published the year before
(`warehouse/checks/table-missing.sql`).

Skipped:
1. A document without such a list.
2. A document of which a part could not be read, with a table of which nobody knows the kind or a picture of text in it: the table may
   be there.
3. A list of which more than a few tables are not there: they are published elsewhere (公开表附后).
4. Lists of projects and of targets, and titles of which nobody knows what they name: they are often files of their own.
5. A title that stands once more in the text: the table may be there, or what stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from expectations.outcome import Outcome, document_subject
from expectations.words import words
from transforms.grid import TextLine
from transforms.layouts.kinds import UNKNOWN, of_title
from transforms.names import NUMERALS, fold_width, strip_whitespace
from transforms.records import ParsedDocument, Place
from transforms.tables.surroundings import title

RULE = "table-missing"
LEAST = 5       # titles in a row that are numbered one after the other, before they are a table of contents
PRESENT = 0.75  # of the tables listed; where fewer are there, the document does not hold the tables
_LEADER = re.compile(r"(?:…+|[.·]{3,})(?:\d{1,3}(?![\d.、]))?|(?<=表)\d{1,3}$")
# 一、, 3., (二), 附表4, 表五; not 一般公共预算, also not after 附表 or 表.
_NUMBER = re.compile(
    rf"\(?(?P<one>\d{{1,2}}|[{NUMERALS}]{{1,3}})[)、.:]|附?表(?P<other>\d{{1,2}}|[{NUMERALS}]{{1,3}}(?![{NUMERALS}]*般))"
)
Entry = tuple[str, TextLine]    # a title of the contents, and its line


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document that lists a budget table and does not hold it."""
    subject, entries = document_subject(document), list(_contents(document.prose))
    listed = [(name, line, kind) for name, line in entries if (kind := of_title(name)) in words()["complete"]]
    present = {table.kind for table in document.tables}
    missing = [(name, line, kind) for name, line, kind in listed if kind not in present]
    if not listed:
        yield subject.skips(RULE, "nothing-listed")   # 1, 4
    elif not missing:
        yield subject.passes(RULE)
    elif document.errors or UNKNOWN in present or any(table.doubts for table in document.tables):
        yield subject.skips(RULE, "read-in-part")   # 2
    elif len(missing) > (1 - PRESENT) * len(listed):
        yield subject.skips(RULE, "tables-elsewhere")   # 3
    elif any(_stands_again(kind, entries, document.prose) for *_, kind in missing):
        yield subject.skips(RULE, "title-stands-alone")   # 5
    else:
        line = missing[0][1]
        yield subject.fails(
            RULE, place=Place(line.page, line.row, line.box), details=tuple({"title": name} for name, *_ in missing),
            values={
                "publication_zh": f"文件“{document.file}”", "publication_en": document.file, "ground_zh": "目录列有该表",
                "ground_en": "its contents list it",
            },
        )


def _contents(lines: Sequence[TextLine]) -> Iterator[Entry]:
    """The entries of the tables of contents: runs of numbered titles, each numbered one more than the one before."""
    run: list[Entry | None] = []
    for piece in (piece for line in lines for piece in _pieces(line)):
        number, name = _numbered(piece)
        if number != len(run) + 1:
            yield from _told(run)
            run = []
        if number == len(run) + 1:
            run.append((name, piece) if name else None)
    yield from _told(run)


def _told(run: Sequence[Entry | None]) -> list[Entry]:
    entries = [entry for entry in run if entry]
    return entries if len(entries) >= LEAST else []


def _pieces(line: TextLine) -> Iterator[TextLine]:
    """The entries of a line: leaders end one, and the next may follow in the same line."""
    text = _LEADER.sub("\n", fold_width(strip_whitespace(line.text)))
    return (replace(line, text=piece) for piece in text.split("\n") if piece)


def _numbered(line: TextLine) -> tuple[int | None, str | None]:
    """The number in front of a line, and the title after it; None where it has none."""
    found = _NUMBER.match(line.text)
    if not found:
        return None, None
    said = found["one"] or found["other"]
    return int(said) if said.isdigit() else _value(said), title([replace(line, text=line.text[found.end():])])


def _value(numeral: str) -> int:
    """What a numeral up to ninety-nine says: 二十一 is 21."""
    tens, ten, ones = numeral.rpartition("十")
    return (NUMERALS.index(tens) + 1 if tens else bool(ten)) * 10 + (NUMERALS.index(ones) + 1 if ones else 0)


def _stands_again(kind: str | None, entries: Sequence[Entry], lines: Sequence[TextLine]) -> bool:
    """Whether a line of the text that is none of the contents is a title of the kind."""
    own = {(line.page, line.row, line.box) for _, line in entries}
    return any(of_title(title([line])) == kind for line in lines if (line.page, line.row, line.box) not in own)
