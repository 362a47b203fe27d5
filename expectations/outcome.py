"""What a rule says about one subject, and the subjects that a document has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, TypedDict, Unpack, get_args

from expectations.words import table_name
from transforms.records import ParsedDocument, Place, Project, Table, Total

Status = Literal["pass", "fail", "not_applicable"]
Severity = Literal["critical", "warning", "info"]
SubjectKind = Literal["document", "table", "line", "project", "total", "indicator"]
STATUSES: tuple[Status, ...] = get_args(Status)
SUBJECTS: tuple[SubjectKind, ...] = get_args(SubjectKind)


@dataclass(frozen=True, slots=True)
class Word:
    """A header or label that a failure speaks of: what it was `read_as` by which `evidence`, or the `doubt` about so many cells under it.

    `word` is blank where the cells have no header; of the doubt `structure-in-doubt` it is the rule whose ties fail in so many rows.
    """

    word: str
    read_as: str | None = None
    evidence: str | None = None
    doubt: str | None = None
    cell_count: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one rule for one subject: there is exactly one for each subject that the rule speaks of.

    Where it speaks of the lines of budget tables, that is one for a printed row; its `index` is that of the row's first
    line, or of the line that is wrong.
    `index` is the subject's position in the document's list (0 for the document itself). `label` names the subject for
    people and stays the same when a later version of the document moves its rows. `published` is the row verbatim.
    `expected` is what the publication states, `actual` what its parts give, `difference` = expected − actual; amounts are
    decimal strings in yuan. `reason` (an id of the rule's `not_applicable`) says why the rule does not apply. `values` fill
    the rule's message, `details` its wrong parts one by one, `words` are the headers and labels it speaks of, `related` is the other
    place that the message speaks of.
    `consequences` are the subjects whose sums fail for the same reason (`expectations.causes`).
    `is_certain` is False where the reading cannot be believed, so that the subject's rows belong in quarantine. `severity` is that of
    this failure, where it differs from the rule's.
    """

    rule: str
    status: Status
    subject: SubjectKind
    index: int
    label: str
    place: Place
    published: str | None = None
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    reason: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    details: tuple[dict[str, str], ...] = ()
    words: tuple[Word, ...] = ()
    related: Place | None = None
    is_certain: bool = True
    severity: Severity | None = None
    consequences: tuple[str, ...] = ()


class Evidence(TypedDict, total=False):
    """What an `Outcome` tells of a failure."""

    place: Place
    expected: str | None
    actual: str | None
    difference: str | None
    values: dict[str, str]
    details: tuple[dict[str, str], ...]
    words: tuple[Word, ...]
    related: Place
    is_certain: bool
    severity: Severity


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a rule can speak of: the document, or one of its tables, projects and totals."""

    kind: SubjectKind
    index: int
    label: str
    place: Place
    published: str | None = None

    def passes(self, rule: str) -> Outcome:
        """The rule holds."""
        return Outcome(rule, "pass", self.kind, self.index, self.label, self.place, self.published)

    def skips(self, rule: str, reason: str) -> Outcome:
        """The rule does not apply, for this reason."""
        return Outcome(rule, "not_applicable", self.kind, self.index, self.label, self.place, self.published, reason=reason)

    def fails(self, rule: str, **evidence: Unpack[Evidence]) -> Outcome:
        """The rule does not hold; the evidence is as in `Outcome`."""
        return replace(Outcome(rule, "fail", self.kind, self.index, self.label, self.place, self.published), **evidence)


def largest(wrong: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """Of the wrong sums of one subject that which is off most: a difference that a bureau lets pass hides no larger one."""
    return max(wrong, key=lambda each: abs(Decimal(each["difference"] or 0)))


def document_subject(document: ParsedDocument) -> Subject:
    """The document as a whole."""
    return Subject("document", 0, document.file, Place())


def table_subjects(document: ParsedDocument) -> Iterator[tuple[Subject, Table]]:
    """Every table of a document, in order."""
    labels = numbered(map(table_name, document.tables))
    for index, (table, label) in enumerate(zip(document.tables, labels, strict=True)):
        yield Subject("table", index, label, Place(page=table.pages[0] if table.pages else None), table.title), table


def project_subjects(document: ParsedDocument) -> Iterator[tuple[Subject, Project]]:
    """Every project of a document, in order; labelled as the published header says: 项目名称（资金使用单位）."""
    labels = numbered(f"{p.name}（{p.unit_name}）" if p.unit_name else p.name for p in document.projects)
    for index, (project, label) in enumerate(zip(document.projects, labels, strict=True)):
        yield Subject("project", index, label, project.place, _verbatim(project)), project


def total_subjects(document: ParsedDocument) -> Iterator[tuple[Subject, Total]]:
    """Every 合计 and subtotal row of a document, in order."""
    labels = numbered(total.label for total in document.totals)
    for index, (total, label) in enumerate(zip(document.totals, labels, strict=True)):
        yield Subject("total", index, label, total.place, _verbatim(total)), total


def amount_row_subjects(document: ParsedDocument) -> Iterator[tuple[Subject, Project | Total]]:
    """Every row that states amounts: projects, then totals."""
    yield from project_subjects(document)
    yield from total_subjects(document)


def _verbatim(row: Project | Total) -> str | None:
    return "\t".join(row.cells) if row.cells else None


def numbered(labels: Iterable[str]) -> Iterator[str]:
    """Tell repeated labels apart (其他运转类 stands under every unit) by their order, which outlives a change of row numbers."""
    seen: Counter[str] = Counter()
    for label in labels:
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label}·{seen[label]}"
