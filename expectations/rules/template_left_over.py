"""Nothing is left of the blank form: no `XX`, `**`, 待填写 in names, goals, indicators, titles, notes, rows and text.

The patterns are data (`left_over` in words.yaml). A project is one outcome, as is a table with its rows, and the document with
its text.

Skipped:
1. A document without text outside its tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from expectations.outcome import Outcome, document_subject, project_subjects, table_subjects
from expectations.words import words
from transforms.names import fold_width, strip_whitespace
from transforms.records import ParsedDocument, Place, Project

RULE = "template-left-over"
AROUND = 12   # characters shown on each side, enough to find the place
MOST = 5   # shown of one subject; a form that was never filled in has hundreds


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project, table or text with words of the blank form; `details` show them with what is around."""
    yield _text_outcome(document)
    of_projects = {project.table for project in document.projects}
    for subject, table in table_subjects(document):
        rows = () if subject.index in of_projects else table.lines    # the projects tell what their rows say
        texts = [*(text for text in (table.title, table.note) if text), *dict.fromkeys(line.label for line in rows if line.label)]
        left = [left for text in texts for left in _left_over(text)]
        yield subject.fails(RULE, details=_details(left)) if left else subject.passes(RULE)
    for subject, project in project_subjects(document):
        left = [left for text in _texts_of_project(project) for left in _left_over(text)]
        yield subject.fails(RULE, details=_details(left)) if left else subject.passes(RULE)


def _text_outcome(document: ParsedDocument) -> Outcome:
    """Titles and notes stand in the text as well; they are told with their table."""
    subject = document_subject(document)
    if not document.prose:
        return subject.skips(RULE, "no-text")   # 1
    told = "".join(strip_whitespace(text) for table in document.tables for text in (table.title, table.note) if text)
    found = [(left, line) for line in document.prose for left in _left_over(line.text) if strip_whitespace(line.text) not in told]
    if not found:
        return subject.passes(RULE)
    first = found[0][1]
    return subject.fails(RULE, place=Place(first.page, first.row, first.box), details=_details([left for left, _ in found]))


def _details(found: list[str]) -> tuple[dict[str, str], ...]:
    return tuple({"text": text} for text in list(dict.fromkeys(found))[:MOST])


def _left_over(text: str) -> Iterator[str]:
    folded = fold_width(text)
    if _marks().isdisjoint(folded):
        return
    folded = re.sub(words()["left_over_not_in"], "", folded)
    for match in _patterns().finditer(folded):
        yield folded[max(0, match.start() - AROUND) : match.end() + AROUND].strip()


def _texts_of_project(project: Project) -> Iterator[str]:
    yield from (text for text in (project.name, project.unit_name, project.goal) if text)
    yield from (indicator.raw for indicator in project.indicators)


@cache
def _marks() -> frozenset[str]:
    return frozenset(words()["left_over_marks"])


@cache
def _patterns() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in words()["left_over"]))
