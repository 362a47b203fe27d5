"""What one document gives to each frame of a batch, made where it was read: the process that leads a night only puts it together.

This module stays free of pandas, because workers import it.
"""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from expectations.messages import message, remedy
from expectations.outcome import Outcome, Word, project_subjects, table_subjects, total_subjects
from expectations.prose import notice, stated_changes
from expectations.rules import severity_of
from transforms.records import TOTAL, ParsedDocument, Place, contract, plain, yuan

Row = tuple[Any, ...]
FAST = 1    # the records of a booklet are packed to a tenth in a millisecond


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The rows of one document, as bytes: whoever hands them on (a Dask worker, the process that leads the night) need not know them.

    `packed` has its columns (`columns`); `verbatim` is apart, and smaller, because of most documents nobody asks for it (`unpacked`).
    """

    packed: bytes
    verbatim: bytes

    def columns(self) -> Mapping[str, tuple[Sequence[Any], ...]]:
        """For each frame that has rows its columns, in the order of `frames.FRAMES` and without `document_no`."""
        columns: Mapping[str, tuple[Sequence[Any], ...]] = pickle.loads(self.packed)  # noqa: S301 -- what our own worker has packed
        return columns


def rows_of(document: ParsedDocument, outcomes: Sequence[Outcome]) -> DocumentRows:
    """The rows of a document with what the rules said of it.

    Args:
        document: as it was read.
        outcomes: what `expectations.check` gave for it.
    """
    rows: dict[str, list[Row]] = {}
    for name, row in [*_records(document), *_judgements(outcomes)]:
        rows.setdefault(name, []).append(row)
    compared = [row[:3] for row in rows["evidence"]]    # subject, its number and its table's number
    verbatim, rows["evidence"] = [row[3:] for row in rows["evidence"]], compared
    columns = {name: tuple(zip(*of_frame, strict=True)) for name, of_frame in rows.items()}
    return DocumentRows(pickle.dumps(columns), zlib.compress(pickle.dumps(verbatim), FAST))


def unpacked(verbatim: bytes) -> list[Row]:
    """The label, the published text, the record as the contract prints it and the place of each row of a document's `evidence`."""
    rows: list[Row] = pickle.loads(zlib.decompress(verbatim))  # noqa: S301 -- what our own worker has packed
    return rows


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
        "failed" if _is_failed(document) else "read", error and error.code, error and error.message, notice(document),
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
            number, said.figure, yuan(said.amount), yuan(said.change), yuan(said.step), said.measure, said.year, said.is_certain,
            said.text, *_place(said.place),
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
