"""The frames of a batch: one row per record, as they are validated and loaded.

`*_no` are positions: `document_no` in the batch, `table_no`, `project_no`, `total_no`, `line_no` and `indicator_no` in the
document, each from 0. Amounts are decimal strings in yuan, boxes are JSON `[left, top, right, bottom]` in points, `words` of a finding JSON
objects as `outcome.Word`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from expectations.messages import message, remedy
from expectations.outcome import STATUSES, SUBJECTS, Outcome, Word, project_subjects, table_subjects, total_subjects
from expectations.prose import stated_changes
from expectations.rules import DOCUMENT_RULES, severity_of
from transforms.records import TOTAL, ParsedDocument, Place, contract, plain, yuan

Row = tuple[Any, ...]
Batch = Sequence[tuple[ParsedDocument, list[Outcome]]]

Dtype = str | pd.CategoricalDtype

TEXT, NUMBER, FLAG = "str", "Int64", "boolean"
# A batch has millions of outcomes: comparing texts would take most of the time of validating it.
RULE, SUBJECT, STATUS = (pd.CategoricalDtype(list(names)) for names in (DOCUMENT_RULES, SUBJECTS, STATUSES))
PLACE: dict[str, Dtype] = {"page": NUMBER, "row": NUMBER, "box": TEXT}

# `outcome` and `evidence` are for the suite alone: what each rule said of each subject, and each record verbatim.
FRAMES: dict[str, dict[str, Dtype]] = {
    "document": {
        "document_no": NUMBER, "sha256": TEXT, "file": TEXT, "format": TEXT, "page_count": NUMBER, "department_name": TEXT,
        "fiscal_year": NUMBER, "stage": TEXT, "outcome": TEXT, "error_code": TEXT, "error_message": TEXT,
    },
    "table": {
        "document_no": NUMBER, "table_no": NUMBER, "table_kind": TEXT, "title": TEXT, "unit": TEXT, "page_first": NUMBER,
        "page_last": NUMBER, "is_empty": FLAG, "note": TEXT,
    },
    "line": {
        "document_no": NUMBER, "table_no": NUMBER, "line_no": NUMBER, "side": TEXT, "account_code": TEXT, "label": TEXT,
        "column_path": TEXT, "amount_yuan": TEXT, "total_kind": TEXT, **PLACE,
    },
    "project": {
        "document_no": NUMBER, "project_no": NUMBER, "table_no": NUMBER, "project_name": TEXT, "project_code": TEXT, "unit_name": TEXT,
        "amount_yuan": TEXT, "goal": TEXT, **PLACE, "published_text": TEXT,
    },
    "funding": {"document_no": NUMBER, "project_no": NUMBER, "funding_source": TEXT, "amount_yuan": TEXT, **PLACE},
    "indicator": {
        "document_no": NUMBER, "project_no": NUMBER, "indicator_no": NUMBER, "level1": TEXT, "level2": TEXT, "indicator_name": TEXT,
        "operator": TEXT, "value": TEXT, "value_high": TEXT, "unit": TEXT, "kind": TEXT, "target_text": TEXT, "published_text": TEXT,
        **PLACE,
    },
    "total": {
        "document_no": NUMBER, "total_no": NUMBER, "table_no": NUMBER, "label": TEXT, "total_kind": TEXT, "funding_source": TEXT,
        "amount_yuan": TEXT, **PLACE,
    },
    "stated_change": {
        "document_no": NUMBER, "statement_no": NUMBER, "figure": TEXT, "amount_yuan": TEXT, "stated_change_yuan": TEXT, "step_yuan": TEXT,
        "compared_with": TEXT, "published_text": TEXT, **PLACE,
    },
    "finding": {
        "document_no": NUMBER, "rule": TEXT, "severity": TEXT, "subject": TEXT, "subject_no": NUMBER, "label": TEXT, "message_zh": TEXT,
        "message_en": TEXT, "remedy_zh": TEXT, "remedy_en": TEXT, "expected": TEXT, "actual": TEXT, "difference": TEXT,
        "published_text": TEXT, "words": TEXT, **PLACE,
    },
    "outcome": {
        "document_no": NUMBER, "rule": RULE, "subject": SUBJECT, "subject_no": NUMBER, "status": STATUS, "reason": TEXT, "is_certain": FLAG,
    },
    "evidence": {
        "document_no": NUMBER, "subject": TEXT, "subject_no": NUMBER, "table_no": NUMBER, "label": TEXT, "published_text": TEXT,
        "record": TEXT, **PLACE,
    },
}


def build_frames(batch: Batch) -> dict[str, pd.DataFrame]:
    """Make the frames of `FRAMES` from documents and what the rules said of them.

    Args:
        batch: each document with the outcomes that `expectations.check` gave for it.

    Returns:
        Every frame with all its columns, also where it has no rows.
    """
    rows: dict[str, list[Row]] = {name: [] for name in FRAMES}
    for document_no, (document, outcomes) in enumerate(batch):
        for name, row in [*_records(document), *_judgements(outcomes)]:
            rows[name].append((document_no, *row))
    return {name: frame(name, rows[name]) for name in FRAMES}


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """A frame of `FRAMES` from its rows."""
    return pd.DataFrame(list(rows), columns=list(FRAMES[name])).astype(FRAMES[name])


def _records(document: ParsedDocument) -> Iterator[tuple[str, Row]]:
    printed = contract(document)
    yield from _document(document, printed)
    yield from _tables(document, printed)
    yield from _projects(document, printed)
    yield from _totals(document, printed)
    yield from _changes(document)


def _document(document: ParsedDocument, printed: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    error = document.errors[0] if document.errors else None
    yield "document", (
        document.sha256, document.file, document.format, document.pages, document.department, document.fiscal_year, document.stage,
        "failed" if _is_failed(document) else "read", error and error.code, error and error.message,
    )
    yield "evidence", ("document", 0, None, document.file, None, _json(printed["document"]), *_place(Place()))


def _is_failed(document: ParsedDocument) -> bool:
    """A document of which only a part could not be read counts as read; its error stays beside it."""
    return bool(document.errors) and not (document.tables or document.projects)


def _tables(document: ParsedDocument, printed: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    line_no = 0
    for subject, table in table_subjects(document):
        first, last = table.pages or (None, None)
        yield "table", (subject.index, table.kind, table.title, table.unit, first, last, table.empty, table.note)
        record = printed["tables"][subject.index]
        yield "evidence", ("table", subject.index, subject.index, subject.label, table.title, _json(record), *_place(subject.place))
        for line, line_record in zip(table.lines, record["lines"], strict=True):
            yield "line", (
                subject.index, line_no, line.side, line.code, line.label, line.column, yuan(line.amount), line.total, *_place(line.place),
            )
            label = " ".join(part for part in (line.code, line.label, line.column) if part)
            yield "evidence", ("line", line_no, subject.index, label, line.text, _json(line_record), *_place(line.place))
            line_no += 1


def _projects(document: ParsedDocument, printed: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    indicator_no = 0
    for subject, project in project_subjects(document):
        place = _place(project.place)
        yield "project", (
            subject.index, project.table, project.name, project.code, project.unit_name, yuan(project.amount), project.goal, *place,
            subject.published,
        )
        record = printed["projects"][subject.index]
        yield "evidence", ("project", subject.index, project.table, subject.label, subject.published, _json(record), *place)
        for source, amount in project.funding.items():
            if amount is not None:
                yield "funding", (subject.index, source, yuan(amount), *place)
        for indicator, indicator_record in zip(project.indicators, record["indicators"], strict=True):
            yield "indicator", (
                subject.index, indicator_no, indicator.level1, indicator.level2, indicator.name, indicator.operator,
                plain(indicator.value), plain(indicator.value_high), indicator.unit, indicator.kind, indicator.text, indicator.raw, *place,
            )
            label = f"{subject.label}/{indicator.name}"
            yield "evidence", ("indicator", indicator_no, project.table, label, indicator.raw, _json(indicator_record), *place)
            indicator_no += 1


def _totals(document: ParsedDocument, printed: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    for subject, total in total_subjects(document):
        place = _place(total.place)
        for source, amount in {TOTAL: total.amount, **total.funding}.items():
            if amount is not None:
                yield "total", (subject.index, total.table, total.label, total.total, source, yuan(amount), *place)
        record = printed["totals"][subject.index]
        yield "evidence", ("total", subject.index, total.table, subject.label, subject.published, _json(record), *place)


def _changes(document: ParsedDocument) -> Iterator[tuple[str, Row]]:
    for number, said in enumerate(stated_changes(document)):
        yield "stated_change", (
            number, said.figure, yuan(said.amount), yuan(said.change), yuan(said.step), said.measure, said.text, *_place(said.place),
        )


def _judgements(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Row]]:
    for outcome in outcomes:
        yield "outcome", (outcome.rule, outcome.subject, outcome.index, outcome.status, outcome.reason, outcome.is_certain)
        if outcome.status == "fail":
            yield "finding", (
                outcome.rule, severity_of(outcome), outcome.subject, outcome.index, outcome.label,
                message(outcome, "zh"), message(outcome, "en"), remedy(outcome, "zh"), remedy(outcome, "en"),
                outcome.expected, outcome.actual, outcome.difference, outcome.published, _words(outcome.words), *_place(outcome.place),
            )


def _words(words: Sequence[Word]) -> str | None:
    return _json([asdict(word) for word in words]) if words else None


def _place(place: Place) -> Row:
    return place.page, place.row, _json(list(place.box)) if place.box else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
