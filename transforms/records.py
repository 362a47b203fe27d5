"""The records that layouts make of grids, and their form in `yusuan parse` (see docs/parse-output.md).

Amounts are `Decimal` in yuan everywhere. Fields that the contract does not print carry what the rules of
`expectations/` and the warehouse need to trace a number to its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from transforms.grid import Box, Cell, TextLine

Stage = Literal["budget", "final"]
TotalKind = Literal["grand", "part", "year"]    # of the whole table; of a unit, a kind, a page; of the year without what is carried over
UNNAMED_TOTAL = "合计"    # the label of a row without one that sums up all others
DoubtReason = Literal["unread", "contradicted", "assumed", "kind", "other-code", "rounded", "scaled"]
TOTAL = "total"   # the key of the 总计 cell in `amount_text` and `unreadable`, beside the funding sources' keys
# How certain what is recognised in a picture must be to be believed (0 to 1): a row's amounts, its names and texts.
CERTAIN_AMOUNT, CERTAIN_TEXT = 0.95, 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was published: page (None where the format has none), row as in `Cell.row`, and the row's box.

    Where it was recognised in a picture, `confidence` is that of its least certain cell (0 to 1), `amount_confidence` that
    of its least certain amount.
    """

    page: int | None = None
    row: int | None = None
    box: Box | None = None
    confidence: float | None = None
    amount_confidence: float | None = None

    @classmethod
    def of(cls, cells: Sequence[Cell], amounts: Sequence[Cell]) -> Place:
        """The place of a record: of all its cells, in the row and on the page of the first, with the certainty of its amounts."""
        boxes = [cell.box for cell in cells if cell.box and cell.page == cells[0].page]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True) if boxes else ((), (), (), ())
        box = Box(min(lefts), min(tops), max(rights), max(bottoms)) if boxes else None
        return cls(cells[0].page, cells[0].row, box, _least(cells), _least(amounts))

    @classmethod
    def of_one(cls, cell: Cell, row: Sequence[Cell]) -> Place:
        """The place of a cell, with the certainty of its row."""
        return cls(row[0].page, cell.row, cell.box, _least(row), cell.confidence)


def _least(cells: Sequence[Cell]) -> float | None:
    return min((cell.confidence for cell in cells if cell.confidence is not None), default=None)


@dataclass(frozen=True, slots=True)
class ColumnShift:
    """A row whose cells did not fit its columns because a blank cell was lost.

    `cells` are the row's texts as published, `read_as` maps column titles to the texts they were given.
    `is_certain` is False when several readings give different records: then nothing of the row may be believed.
    """

    cells: tuple[str, ...]
    read_as: dict[str, str]
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """Cells of which it is not certain what they mean.

    `reason` is `unread` (nobody knows), `contradicted` (their contents or sums deny what their header says), `assumed` (by
    evidence that is too thin), `kind` (the numbers are kept, and nobody knows of what kind their table is), `other-code` (the codes
    of a second classification beside those that the lines have), `rounded` (a workbook holds digits that it does not show) or `scaled`
    (it shows numbers in a scale that is none of the table's unit). `header` is the header or label that they belong to, of a `kind`
    the title; blank where there is none. `texts` are some of the `count` cells. `is_critical`: amounts, names or targets may be
    among them. `is_believed` is False where the records of the table may be wrong for it.
    """

    reason: DoubtReason
    header: str
    texts: tuple[str, ...]
    count: int
    is_critical: bool
    is_believed: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Assumption:
    """A header or label that nobody listed, the known word that it is read as, by which evidence, and its meaning in roles.yaml."""

    word: str
    read_as: str
    evidence: str
    meaning: str | None = None


@dataclass(slots=True)
class Line:
    """One number of a budget table: side, classification code, row label, column path, amount in yuan.

    `text` is the cell as published; where no amount could be made of it, for want of a unit or because it is none, it is
    all that there is. `total` is the kind of total that its row is, None for a row that is no total.
    """

    side: Literal["income", "expenditure"] | None
    code: str | None
    label: str | None
    column: str
    amount: Decimal | None
    place: Place
    text: str | None = None
    total: TotalKind | None = None


@dataclass(slots=True)
class Table:
    """One published table.

    `unknown_columns` are amount columns whose meaning the layout does not know; `department` is the one that the table's
    own rows name; `rounded_to` is what its amounts are rounded to, in yuan, where a workbook holds more digits. `doubts` are the
    cells whose meaning is not certain, `assumptions` the words that evidence took for others.
    """

    kind: str
    title: str | None
    unit: str | None
    pages: tuple[int, int] | None = None
    empty: bool = False
    note: str | None = None
    lines: list[Line] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    department: str | None = None
    rounded_to: Decimal = Decimal(0)
    doubts: list[Doubt] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)

    def assume_unnamed_total(self) -> None:
        """Take down that a row without a label was read as the total, once."""
        assumption = Assumption("", UNNAMED_TOTAL, "sum of the other rows")
        self.assumptions += [] if assumption in self.assumptions else [assumption]


@dataclass(slots=True)
class Indicator:
    """One performance indicator; `raw` is the whole source fragment, `text` the target as published."""

    level1: str | None
    level2: str | None
    name: str
    operator: str | None
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None
    text: str
    kind: Literal["quantitative", "qualitative"]
    raw: str


@dataclass(slots=True)
class Project:
    """One project. `table` is its index in `ParsedDocument.tables`; `cells` the row as published, verbatim.

    `funding` has a key for each source the document has a column for; None is a blank cell. `amount_text` keeps the
    published text of each amount cell (keys: `total` and the funding sources), `unreadable` names those of them that
    hold something else than an amount.
    """

    name: str
    code: str | None
    unit_name: str | None
    amount: Decimal | None
    funding: dict[str, Decimal | None]
    goal: str | None
    indicators: list[Indicator]
    table: int
    place: Place
    cells: tuple[str, ...] = ()
    amount_text: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    shift: ColumnShift | None = None


@dataclass(slots=True)
class Total:
    """A 合计 or subtotal row.

    `members` are the indices in `ParsedDocument.projects` of the projects that it sums up, `total` is the kind of total that
    it is; `其中：…`, which is a part of the row above, has no members.
    """

    label: str
    amount: Decimal | None
    funding: dict[str, Decimal | None]
    table: int
    members: tuple[int, ...]
    place: Place
    cells: tuple[str, ...] = ()
    amount_text: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    shift: ColumnShift | None = None
    total: TotalKind | None = None


@dataclass(slots=True)
class Finding:
    """What a rule found wrong in this document; `expected` is what the publication states, `actual` what its parts give."""

    rule: str
    severity: str
    message: str
    expected: str | None
    actual: str | None
    place: Place


@dataclass(slots=True)
class ParseError:
    """Why a document, or a part of it, could not be read."""

    code: str
    message: str
    page: int | None = None


@dataclass(slots=True)
class ParsedDocument:
    """Everything read from one document.

    `file` is the path as given; `sha256` is None where there were no bytes to be had; `department`, `fiscal_year` and
    `stage` are None unless the document states them. `prose` are the lines of text outside tables, `hidden` those that stand in
    or beside tables and are not shown.
    """

    file: str
    sha256: str | None
    format: str | None
    pages: int | None = None
    department: str | None = None
    fiscal_year: int | None = None
    stage: Stage | None = None
    tables: list[Table] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    errors: list[ParseError] = field(default_factory=list)
    prose: list[TextLine] = field(default_factory=list)
    hidden: list[TextLine] = field(default_factory=list)

    def rows_of(self, table: int) -> list[Project | Total]:
        """The projects and totals of a table, by its index; both stand in the order of the tables."""
        first, end = (bisect_left(self.projects, number, key=_table_of) for number in (table, table + 1))
        projects: list[Project | Total] = [*self.projects[first:end]]
        first, end = (bisect_left(self.totals, number, key=_table_of) for number in (table, table + 1))
        return [*projects, *self.totals[first:end]]


def _table_of(row: Project | Total) -> int:
    return row.table


def yuan(amount: Decimal | None) -> str | None:
    """An amount as the contract prints it: yuan, two places. Raises where rounding would change the number."""
    if amount is None:
        return None
    shown = amount.quantize(Decimal("0.01"))
    if shown != amount:
        raise ValueError(f"{amount} yuan has more than two places")
    return f"{shown:f}"


def plain(value: Decimal | None) -> str | None:
    """A target value as the contract prints it: no exponent, no trailing zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def contract(parsed: ParsedDocument) -> dict[str, Any]:
    """The object that `yusuan parse` prints for a document, in the contract's shape and order."""
    return {
        "document": {
            "file": parsed.file, "sha256": parsed.sha256, "format": parsed.format, "pages": parsed.pages,
            "department": parsed.department, "fiscal_year": parsed.fiscal_year, "stage": parsed.stage,
        },
        "tables": [_table(table) for table in parsed.tables],
        "projects": [_project(project) for project in parsed.projects],
        "totals": [
            {"label": total.label, "amount": yuan(total.amount), "funding": _funding(total.funding), **_place(total.place)}
            for total in parsed.totals
        ],
        "findings": [
            {"rule": finding.rule, "severity": finding.severity, "message": finding.message,
             "expected": finding.expected, "actual": finding.actual, **_place(finding.place)}
            for finding in parsed.findings
        ],
        "errors": [{"code": error.code, "message": error.message, "page": error.page} for error in parsed.errors],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": table.kind, "title": table.title, "unit": table.unit,
        "pages": list(table.pages) if table.pages else None, "empty": table.empty, "note": table.note,
        "lines": [
            {"side": line.side, "code": line.code, "label": line.label, "column": line.column,
             "amount": yuan(line.amount), **_place(line.place)}
            for line in table.lines
        ],
    }


def _project(project: Project) -> dict[str, Any]:
    return {
        "name": project.name, "code": project.code, "unit_name": project.unit_name, "amount": yuan(project.amount),
        "funding": _funding(project.funding), "goal": project.goal,
        "indicators": [
            {"level1": i.level1, "level2": i.level2, "name": i.name, "operator": i.operator, "value": plain(i.value),
             "value_high": plain(i.value_high), "unit": i.unit, "text": i.text, "kind": i.kind, "raw": i.raw}
            for i in project.indicators
        ],
        **_place(project.place),
    }


def _funding(funding: dict[str, Decimal | None]) -> dict[str, str | None]:
    return {source: yuan(amount) for source, amount in funding.items()}


def _place(place: Place) -> dict[str, int | None]:
    return {"page": place.page, "row": place.row}
