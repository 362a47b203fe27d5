"""The titles of a document's tables and the headings of its text are of its own year.

Over the warehouse the year is held against the catalogue's and the file name's as well (`warehouse/checks/year-mismatch.sql`).

Skipped:
1. A document that does not state its year.
2. A title without a year, or with several (`2023—2025年`).
3. A title that speaks of another year on purpose: 上年决算, 执行情况, 预决算对比.
4. A text without headings of its stage that state a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from expectations.outcome import Outcome, Subject, document_subject, table_subjects
from expectations.words import words
from transforms.grid import TextLine
from transforms.names import fold_width, strip_whitespace
from transforms.records import ParsedDocument, Place
from transforms.tables.surroundings import fiscal_year

RULE = "year-mismatch"
STAGES = {"budget": "预算", "final": "决算"}
HEADING_LENGTH = 40   # characters; a department's long name, the year and 部门预算编制说明 have 35
_HEADING = re.compile(r"[^。;,:…]*(?:预算|决算)(?:情况)?(?:编制)?(?:说明|公开|草案|报告|书|表)?(?:\(.*\))?")


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a table whose title, and a document whose text has a heading, of another year."""
    titles = {strip_whitespace(table.title) for table in document.tables if table.title}
    headings = [line for line in document.prose if strip_whitespace(line.text) not in titles and _is_heading(line, document.stage)]
    yield _outcome(document, document_subject(document), [(line.text, Place(line.page, line.row, line.box)) for line in headings])
    for subject, table in table_subjects(document):
        yield _outcome(document, subject, [(table.title, subject.place)] if table.title else [])


def _outcome(document: ParsedDocument, subject: Subject, texts: list[tuple[str, Place]]) -> Outcome:
    if document.fiscal_year is None:
        return subject.skips(RULE, "year-not-stated")   # 1
    years = [(year, text, place) for text, place in texts if (year := fiscal_year([text], []))]
    own = [each for each in years if not any(word in each[1] for word in words()["other_years"])]
    if not own:
        return subject.skips(RULE, "other-year-on-purpose" if years else "nothing-to-compare")   # 2, 3, 4
    for year, text, place in own:
        if year != document.fiscal_year:
            shown = strip_whitespace(text)
            values = {"file_name": document.file, "other_zh": f"“{shown}”中", "other_en": f"“{shown}”"}
            return subject.fails(RULE, place=place, expected=str(document.fiscal_year), actual=str(year), values=values)
    return subject.passes(RULE)


def _is_heading(line: TextLine, stage: str | None) -> bool:
    """Whether a line is a heading that speaks of this document: 2024年部门决算 in a budget speaks of another one."""
    text = fold_width(strip_whitespace(line.text))
    if len(text) > HEADING_LENGTH or not _HEADING.fullmatch(text):
        return False
    return not any(word in text for of, word in STAGES.items() if of != stage) if stage else True
