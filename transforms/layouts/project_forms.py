"""Forms: one project each, labels with values in the upper part, a table of indicators below (layouts 4–10).

    项目名称 | X · 主管部门 | X · 实施单位 | X · 项目资金（万元）| 年度资金总额 | n | 其中：财政拨款 | n …
    年度目标 | text
    绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值

Provinces differ in words, order and columns, not in this shape: labels are in vocabulary/forms.yaml, headers of indicators
in vocabulary/headers.yaml. A self-evaluation (自评表) is read like a plan: the expected values are the targets, the year's
budget (全年预算数, else 年初预算数) the amounts, and what was achieved and spent is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise, product
from typing import ClassVar, Self

from transforms.amounts import UnreadableAmount, is_amount, is_blank, legible_code, parse_amount
from transforms.funding import APPROPRIATION, appropriation_parts
from transforms.grid import Cell, Grid, TextLine
from transforms.indicators import split_indicators
from transforms.layouts import Section, kinds, level_lists
from transforms.layouts.fields import Field, fields, fields_of, has_role
from transforms.layouts.indicator_table import account_indicators, find_headers, read_indicators
from transforms.layouts.orientation import labels_first, stand_above
from transforms.names import fold_width, split_code, split_unit_code, strip_whitespace, unwrap
from transforms.records import TOTAL, Indicator, ParsedDocument, Place, Project, Table
from transforms.tables import surroundings
from transforms.tables.headers import budget_kind, money_roles, plain_header, role_of
from transforms.tables.labels import Label, label_of, term_of
from transforms.tables.ledger import OF_ANOTHER_TERM, OF_APPROPRIATION, Fate, Ledger
from transforms.tables.matrix import Matrix, matrix_of, once_per_grid
from transforms.tables.words import is_label_like
from transforms.vocabulary import vocabulary

KIND = "project_performance_targets"

_EVIDENCE = {"department", "unit_name", "total_year", "total", "total_term", "goal", "fiscal_appropriation"}
_LONGEST_LABEL = 30    # characters
_TOTALS = ("total_year", "total", "total_term")
_OF_WHICH = re.compile("其中[:：]?.")
_CODE = re.compile(r"^[\[【(（]([0-9A-Z]{3,})[\]】)）]")
_BREAKDOWN = re.compile(r"[（(]\s*其中[^()（）]*[)）]\s*$")    # 6923.3552万元（其中：上级财政资金…）
_IN_BRACKETS = re.compile(r"\([^()]*\)$")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:年|年度)?(?:预算|预算数|金额|安排)?")
_LEAST_BESIDE = 3    # cells beside each other, a label and two names; rows in which labels are printed for each of several forms
_LEAST_LABELS = 3    # of a form: its project's name, its money and its goal
_LEAST_YEARS = 2    # beside each other, so that they head columns
_GOAL_NUMBER = re.compile(r"目标[0-9一二三四五六七八九十]+[:：、.]")


@dataclass(frozen=True, slots=True)
class ProjectForms:
    """The form of one project."""

    IS_FORM: ClassVar[bool] = True
    section: Section

    @staticmethod
    def begins(grid: Grid) -> int | None:
        """Find the first row of a form: 项目名称 with a value, and other labels or a table of indicators around."""
        return next((form.first_row for form in _beginnings(grid)), None)

    @classmethod
    def sight(cls, section: Section) -> Self | None:
        """See a form, or what a blank one leaves of its table of indicators."""
        is_form = any(not form.is_top or _is_titled(section) for form in _beginnings(section.grid)) or _is_blank_form(section)
        return cls(section) if is_form else None

    def read(self, document: ParsedDocument, ledger: Ledger) -> None:
        """Add the form's table and its project to the document."""
        section = self.section
        form = _Form(matrix_of(section.grid), section)
        form.account(ledger)
        unit = None if form.is_of_other_money else form.unit or section.unit or form.unit_of_any_label
        project = form.project(unit, len(document.tables)) if form.has_name else None
        is_empty = project is None or not (project.name or project.amount is not None or project.goal or project.indicators)
        document.tables.append(
            Table(
                kind=KIND, title=section.title, unit=unit, pages=section.pages,
                empty=is_empty, note=surroundings.note(section.below, is_empty=is_empty), unknown_columns=form.unknown_sources(),
                department=form.department,
            )
        )
        if project and not is_empty:
            document.projects.append(project)


def breaks_off(grid: Grid) -> bool:
    """Whether a form ends before its indicators, as one does that begins near the end of a page."""
    matrix = matrix_of(grid)
    return ProjectForms.begins(grid) is not None and not find_headers(matrix) and not level_lists.listed(matrix)


def is_head(grid: Grid) -> bool:
    """Whether a grid holds nothing but labels with their values, and none of them is the project's name."""
    return not _may_be_form(grid) and _is_top(matrix_of(grid))


def _may_be_form(grid: Grid) -> bool:
    return any(has_role(cell.word, "project_name") for cell in grid.cells if cell.text)


def _is_titled(section: Section) -> bool:
    return kinds.of_title(section.title) == KIND


def _is_blank_form(section: Section) -> bool:
    if not _is_titled(section):
        return False
    matrix = matrix_of(section.grid)
    headers = find_headers(matrix)
    return bool(headers) and not fields(matrix) and not read_indicators(matrix, headers)


def split(grid: Grid) -> list[Grid]:
    """Cut a grid before each form that begins in it, with the title rows above the form.

    Args:
        grid: a sheet, page or table that may hold several forms, or the end of one and the beginning of the next.

    Returns:
        Its parts in order; the grid alone where nothing is to be cut.
    """
    forms = _beginnings(grid)
    if not forms:
        name = next((cell for cell in grid.cells if cell.text and has_role(cell.word, "project_name")), None)
        turned = labels_first(grid, name) if name else grid
        return [grid] if turned is grid else split(turned)
    if len(beside := _beside(grid)) > 1:
        return [part for one in beside for part in split(one)]
    matrix = matrix_of(grid)
    cuts = [_with_titles(matrix, form.first_row) for form in forms]
    bounds: list[int | None] = [matrix.rows[0] if matrix.rows else 0, *(cut for cut in cuts if matrix.rows and cut > matrix.rows[0]), None]
    if len(bounds) == 2:
        return [grid]
    return [replace(grid, cells=matrix.between(first or 0, end).cells) for first, end in pairwise(bounds)]


# --- forms beside each other ---------------------------------------------------------------------------------------------


def _beside(grid: Grid) -> list[Grid]:
    """The forms that stand beside each other in a grid, each with the labels and levels in front of all; the grid alone where none do.

    Where the labels are printed once, every form has its own name, its own amount in a row of money, and the same headers of indicators;
    where they are printed for each, they are the same in several rows.
    """
    matrix = matrix_of(grid)
    name = next((cell for cell in grid.cells if (label := label_of(cell.word)) and label.role == "project_name"), None)
    texts = matrix.texts(name.row) if name else []
    if name is None or len(texts) < _LEAST_BESIDE or texts[0] is not name:
        return [grid]
    is_repeated = any(strip_whitespace(cell.text) == strip_whitespace(name.text) for cell in texts[1:])
    starts = [cell.column for cell in (texts[::2] if is_repeated else texts[1:])]
    ends = [*starts[1:], matrix.width + 1]
    parts = list(zip(starts, ends, strict=True))
    if any(_crosses_one(cell, starts) for cell in grid.cells if cell.row >= name.row):
        return [grid]
    if not (_have_same_labels(matrix, starts) if is_repeated else _have_same_headers(matrix, parts)):
        return [grid]
    return [_one_of(grid, name.row, starts[0], start, end) for start, end in parts]


def _crosses_one(cell: Cell, starts: Sequence[int]) -> bool:
    """Whether a cell is merged over columns of several forms."""
    return any(cell.column < start < cell.column + cell.column_span for start in starts)


def _have_same_labels(matrix: Matrix, starts: Sequence[int]) -> bool:
    rows = ([matrix.at(row, start) for start in starts] for row in matrix.rows)
    labels = [[strip_whitespace(cell.text) for cell in cells if cell and label_of(cell.word)] for cells in rows]
    return sum(len(same) == len(starts) and len(set(same)) == 1 for same in labels) >= _LEAST_BESIDE


def _have_same_headers(matrix: Matrix, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether each form has an amount beside a label of money, and the headers of indicators are the same in all of them."""
    front = parts[0][0]
    in_rows = [(row, [matrix.at(row, start) for start, _ in parts]) for row in matrix.rows]
    in_front = ((cells, matrix.texts(row)[:1]) for row, cells in in_rows)
    labels = ((cells, label_of(first[0].word)) for cells, first in in_front if first and first[0].column < front)
    money = [cells for cells, label in labels if label and label.role in {*money_roles(), *_TOTALS}]
    have_amounts = any(all(cell and is_amount(cell.text) for cell in cells) for cells in money)
    if have_amounts and not find_headers(matrix):
        return _are_values_of_labels(matrix, [start for start, _ in parts])
    for header in find_headers(matrix) if have_amounts else ():
        titles = [[header.titles[column] for column in range(start, end) if column in header.titles] for start, end in parts]
        if len(titles[0]) > 1 and all(own == titles[0] for own in titles):
            return True
    return False


def _are_values_of_labels(matrix: Matrix, starts: Sequence[int]) -> bool:
    """Whether a table is one of labels in front and a column of values for each form, and nothing else."""
    rows = [cells for row in matrix.rows if (cells := matrix.texts(row)) and cells[0].column < starts[0] and label_of(cells[0].word)]
    beside = [cell for cells in rows for cell in cells[1:]]
    return len(rows) >= _LEAST_LABELS and all(cell.column in starts and not label_of(cell.word) for cell in beside)


def _one_of(grid: Grid, first: int, front: int, start: int, end: int) -> Grid:
    """One of several forms beside each other, moved to the labels in front of all of them; what stands above them is the first one's."""
    cells = []
    for cell in grid.cells:
        if cell.row < first:
            if start == front:
                cells.append(cell)
        elif cell.column < front:
            cells.append(cell)
        elif start <= cell.column < end:
            cells.append(cell._replace(column=cell.column - start + front))
    return replace(grid, cells=tuple(cells))


# --- where forms begin --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A form's first row; `is_top` says that the little that stands of it may be something else, if no rest is found."""

    first_row: int
    is_top: bool


@once_per_grid
def _beginnings(grid: Grid) -> tuple[_Beginning, ...]:
    names = [cell for cell in grid.cells if cell.text and has_role(cell.word, "project_name")]
    return tuple(_forms(matrix_of(grid), names)) if names else ()


def _forms(matrix: Matrix, names: Sequence[Cell]) -> Iterator[_Beginning]:
    """The forms of a grid with labels of projects' names.

    A header of a table of projects has 项目名称 too, but other headers beside it, and no labels below.
    """
    found = (field for cell in names for field in fields_of(matrix, cell) if field.label.role == "project_name")
    named = [field for field in found if _is_named(matrix, field)]
    headers = {header.first_row for header in find_headers(matrix)} if named else set()
    named = [field for field in named if field.cell.row not in headers]
    ends = [*(field.cell.row for field in named[1:]), None]
    is_above = len(named) < 2 or not _ends_with_labels(matrix, named[-1].cell.row)
    for field, end in zip(named, ends, strict=False):
        part = matrix.between(field.cell.row, end)
        is_form = _is_form(part, field)
        if is_form or _is_top(part):
            yield _Beginning(_first_row(matrix, field.cell.row) if is_above else field.cell.row, not is_form)


def _ends_with_labels(matrix: Matrix, row: int) -> bool:
    """Whether the last form has all the labels again that stand above its name: then those are the end of the form before it."""
    above = {field.label.role for field in fields(matrix.between(_first_row(matrix, row), row))}
    return bool(above) and above <= {field.label.role for field in fields(matrix.between(row))}


def _is_named(matrix: Matrix, field: Field) -> bool:
    """Whether a label 项目名称 begins a form: it has a value beside it, or a blank cell for one."""
    beside = next(matrix.right_of(field.cell), None)
    if stand_above(matrix, field.cell.row):
        return True
    last = field.cell.row + field.cell.row_span - 1
    if _heads_amounts(matrix, field.cell.row) or (last > field.cell.row and _stand_over_amounts(matrix, last, matrix.texts(last))):
        return False
    if field.text and field.values == (field.cell,):
        return True
    return beside is not None and not label_of(beside.word) and (not field.values or field.values[0].row == field.cell.row)


def _heads_amounts(matrix: Matrix, row: int) -> bool:
    """Whether a row is the header of a table: it stands over amounts, or ends with that of a column of money, with no room for a value."""
    if _stand_over_amounts(matrix, row, [cell for cell in matrix.texts(row) if not label_of(cell.word)]):
        return True
    last = matrix.texts(row)[-1]
    if strip_whitespace(last.word) in vocabulary("forms")["values"]:
        return False
    return role_of([plain_header(last.word)]) in money_roles() and next(matrix.right_of(last), None) is None


def _stand_over_amounts(matrix: Matrix, row: int, headers: Sequence[Cell]) -> bool:
    """Whether several cells of a row have nothing but amounts below them in two rows at least that no label begins: 2030年 · 2031年."""
    rows = [below for below in matrix.rows_between(row + 1) if matrix.texts(below)][:_LEAST_YEARS]
    if len(rows) < _LEAST_YEARS or any(label_of(matrix.texts(below)[0].word) for below in rows):
        return False
    over = [cell for cell in headers if all((below := matrix.at(number, cell.column)) and is_amount(below.text) for number in rows)]
    return len(over) >= _LEAST_YEARS


def _is_form(part: Matrix, name: Field) -> bool:
    if any(header.first_row > name.cell.row for header in find_headers(part)):
        return True
    others = [field for field in fields(part) if field.label.role in _EVIDENCE and field.cell is not name.cell]
    is_beside = any(field.cell.row == name.cell.row and not field.is_blank for field in others)
    below = [field for field in others if field.cell.row > name.cell.row]
    return is_beside or len(below) > 1


def _is_top(part: Matrix) -> bool:
    """Whether rows are labels with their values by turns: what stands of a form at the end of a page. A header is none."""
    texts = [part.texts(row) for row in part.rows]
    return all(len(row) % 2 == 0 and _by_turns(row) for row in texts if row)


def _by_turns(row: Sequence[Cell]) -> bool:
    return all(label_of(label.word) and not label_of(value.word) for label, value in zip(row[::2], row[1::2], strict=True))


def _first_row(matrix: Matrix, row: int) -> int:
    """The first of the rows of labels and values that end with a row: 项目编码 or 主管部门 may stand above 项目名称."""
    for above in reversed([number for number in matrix.rows if number < row]):
        texts = matrix.texts(above)
        if len(texts) < 2 or not label_of(texts[0].word) or not any(field.values for field in fields(matrix.between(above, row))):
            return row
        if surroundings.unit_of(texts[-1].text) or any(map(_is_line, texts)):
            return row
        row = above
    return row


def _with_titles(matrix: Matrix, row: int) -> int:
    """The first of the rows of titles, years and units directly above a row."""
    for above in reversed([number for number in matrix.rows if number < row]):
        texts = matrix.texts(above)
        if texts and not all(map(_is_line, texts)):
            return row
        row = above
    return row


def _is_line(cell: Cell) -> bool:
    return surroundings.is_furniture(TextLine(cell.text))


# --- what a form says ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount cell: its source or `total`, its text, the unit that its label states, and the label with its cells."""

    role: str
    text: str
    unit: str | None
    field: Field


def _labels_below(matrix: Matrix, header: int) -> int | None:
    """The first of the rows of labels that end a form below its indicators, with its money or its unit; None where it ends with these."""
    rows = matrix.rows_between(header + 1)
    first = matrix.columns[0]
    for place, row in enumerate(rows[1:], 1):
        begun = matrix.at(row, first)
        labels = [_label_in_front(matrix, below) for below in rows[place:]]
        if begun and begun.row == row and begun.text.strip() and all(labels):
            roles = {label.role for label in labels if label}
            return row if roles & {*money_roles(), *_TOTALS, "unit_name", "department", "goal"} else None
    return None


def _label_in_front(matrix: Matrix, row: int) -> Label | None:
    """The label that a row begins with, beside a label of several rows; one of money has an amount or nothing beside it."""
    texts = [cell for cell in matrix.texts(row) if cell.row_span == 1]
    label = label_of(texts[0].word) if texts else None
    is_of_money = label is not None and (label.role in money_roles() or label.role in _TOTALS)
    return None if is_of_money and len(texts) > 1 and not is_amount(texts[1].text) else label


class _Form:
    """One form by its labels; `upper` are the rows above the indicators, and those of labels below them."""

    def __init__(self, matrix: Matrix, section: Section) -> None:
        self.section = section
        self.headers = find_headers(matrix)
        begin = self.headers[0].first_row if self.headers else None
        end = _labels_below(matrix, self.headers[-1].last_row) if self.headers else None
        self.matrix = matrix
        self.upper = Matrix(cell for cell in matrix.cells if begin is None or cell.row < begin or (end is not None and cell.row >= end))
        self.lower = matrix.between(begin, end) if begin is not None else None
        self.fields = fields(self.upper)

    def _of(self, role: str) -> list[Field]:
        return [field for field in self.fields if field.label.role == role]

    def _text(self, role: str) -> str:
        return next((field.text for field in self._of(role) if not is_blank(field.text)), "")

    def account(self, ledger: Ledger) -> None:
        """Take down what becomes of the form's cells."""
        for cells in (self.matrix.texts(row) for row in self.upper.rows):
            if all(map(_is_line, cells)):
                ledger.enter(cells, "structure", "title, year or unit")
        self._account_money(ledger)
        for field in self.fields:
            for value in field.values:
                ledger.under(value, strip_whitespace(field.cell.text))
            is_kept = field.label.role != "unread"
            ledger.enter((field.cell,), "record" if field.cell in field.values else "structure", field.label.role)
            values = field.values if field.label.role not in money_roles() else [cell for cell in field.values if not is_amount(cell.text)]
            ledger.enter(values, "record" if is_kept else "not kept", field.label.role)
        self._account_rivals(ledger)
        for row in self.upper.rows:
            of_years = self._years_in(row)
            headers = (cell for cell in self.upper.texts(row) if of_years or budget_kind(cell.text))
            ledger.enter(headers, "structure", "header of amounts")
            groups = (cell for cell in self.upper.texts(row) if cell.row_span > 1 and self._groups_labels(cell))
            ledger.enter(groups, "structure", "label of several rows")
        if self.lower is not None:
            account_indicators(self.lower, self.headers, ledger)
        elif not self._of("indicators"):
            level_lists.account(self.upper, ledger)
        self._place_unread(ledger)

    def _account_rivals(self, ledger: Ledger) -> None:
        """Take down labels that claim the same meaning with different values, and values that hold what looks like another label."""
        said: dict[tuple[str, str | None], str] = {}
        for field in self.fields:
            text, role = strip_whitespace(field.text), field.label.role
            if role in ("project_name", "goal") and not is_blank(text):
                key = role, term_of(field.cell.word) if role == "goal" else None
                if said.setdefault(key, text) != text:
                    ledger.contradict(field.values, strip_whitespace(field.cell.text))
            if len(field.values) > 1 and any(is_label_like(value.text) for value in field.values):
                ledger.contradict(field.values, strip_whitespace(field.cell.text))

    def _account_money(self, ledger: Ledger) -> None:
        """Take down which amounts are the project's: those of the year and, in a self-evaluation, of its budget.

        Beside a label that nobody knows they are left unread, and so is an amount that is printed above the total.
        """
        parts = () if self.amounts("元").yuan.get(APPROPRIATION) is None else appropriation_parts()
        for amount in self._amount_cells():
            is_part = amount.role in parts or amount.field in self._left_out
            fate: tuple[Fate, str] = OF_APPROPRIATION if is_part else ("record", amount.role)
            ledger.enter(self._cells_of(amount.field), *fate)
        chosen = [amount.field for amount in self._amount_cells()]
        others = [field for field in self._money() if field not in chosen]
        for field in others:
            ledger.enter(field.values, *OF_ANOTHER_TERM)
        self._account_terms([field for field in chosen if field.label.role in _TOTALS], others, ledger)
        left_out = {field.cell.row for field in self._sources() if field not in chosen and field not in others}
        for row in {field.cell.row for field in self.fields} - left_out:    # there what was budgeted is kept, if it were known of what
            for kind, numbers in self._budget_columns(row).items():
                ledger.enter((cell for number in numbers if (cell := self.upper.at(row, number))), "not kept", kind)

    def _account_terms(self, chosen: Sequence[Field], others: Sequence[Field], ledger: Ledger) -> None:
        """Take down totals of which it was assumed that they are the year's and that are more than that of the whole term."""
        whole = [field for field in others if field.label.role in _TOTALS]
        for year, term in product(chosen, whole):
            most, least = (_read(self._amount_text(field), field.label.unit or "元")[0] for field in (year, term))
            if (year.cell.read_as or term.cell.read_as) and most is not None and least is not None and most > least:
                ledger.contradict((*year.values, *term.values), strip_whitespace(year.cell.text))

    def _budget_columns(self, row: int) -> dict[str, list[int]]:
        """The columns of a self-evaluation's amounts by what they hold, from the nearest header above a row."""
        return next((columns for header, columns in reversed(self._budget_headers) if header < row), {})

    @cached_property
    def _budget_headers(self) -> list[tuple[int, dict[str, list[int]]]]:
        """The rows that head a self-evaluation's amounts, or amounts of several years, each with its columns by what they hold."""
        found = ((row, _budget_columns_in(self.upper, row) or self._years_in(row)) for row in self.upper.rows)
        return [(row, columns) for row, columns in found if columns]

    def _years_in(self, row: int) -> dict[str, list[int]]:
        """The columns of amounts of several years, where a row is their header: those of the document's year are the budget."""
        years = self._headers_of_years(row)
        own = (surroundings.stated_year(self.section.above) or surroundings.fiscal_year((), self.section.elsewhere)) if years else None
        budget = [cell.column for cell, year in years if year == own]
        return {"budget": budget, "other year": [cell.column for cell, year in years if year != own]} if budget else {}

    def _headers_of_years(self, row: int) -> list[tuple[Cell, int]]:
        """The years that a row holds, each above an amount: 起止年份 · 2025年 · 2026年 heads none."""
        years = [(cell, int(match[1])) for cell in self.upper.texts(row) if (match := _YEAR.fullmatch(_plain_header(cell.text)))]
        below = self.upper.row_beside(row, 1) if len(years) >= _LEAST_YEARS else None
        amounts = [cell for year, _ in years if below and (cell := self.upper.at(below, year.column)) and is_amount(cell.text)]
        return years if len({cell.column for cell in amounts}) >= _LEAST_YEARS else []

    def _groups_labels(self, cell: Cell) -> bool:
        beside = (next(self.upper.right_of(cell, row), None) for row in self.upper.rows_between(cell.row, cell.row + cell.row_span))
        return any(other is not None and label_of(other.word) for other in beside)

    def _place_unread(self, ledger: Ledger) -> None:
        """Note the text left of each unread cell: most often the label that nobody knows."""
        for row in self.matrix.rows:
            texts = self.matrix.row(row)
            for left, cell in pairwise(texts):
                ledger.under(cell, strip_whitespace(left.text))

    @property
    def has_name(self) -> bool:
        """Whether the form has a place for the project's name."""
        return bool(self._of("project_name"))

    @property
    def unit(self) -> str | None:
        """The unit of money in the form's labels, where they agree; else in a label over several of money: 经费保障（万元）."""
        rows = {field.cell.row for field in self._money()}
        groups = (cell for cell in self.upper.cells if cell.row_span > 1 and not rows.isdisjoint(range(cell.row, cell.row + cell.row_span)))
        return _only({field.label.unit for field in self.fields if field.label.unit}) or _only(
            {unit for cell in groups if (unit := _unit_in_brackets(cell))}
        )

    @property
    def is_of_other_money(self) -> bool:
        """Whether a label says that its amounts are no yuan: 项目资金（万美元）."""
        labels = (cell.text for cell in self.upper.cells if len(cell.text) <= _LONGEST_LABEL)
        return any(surroundings.other_money(text) == "foreign" for text in labels)

    @property
    def unit_of_any_label(self) -> str | None:
        """The unit of money in the brackets of what may be a label, where they agree."""
        return _only({unit for cell in self.upper.cells if len(cell.text) <= _LONGEST_LABEL and (unit := _unit_in_brackets(cell))})

    @property
    def department(self) -> str | None:
        """The department that the form names, without its code."""
        return split_unit_code(self._text("department"))[0] or None

    def project(self, unit: str | None, table: int) -> Project:
        """The form's project, with the unit of money that holds where a label or cell states none."""
        name, code = _without_code(self._text("project_name"))
        cell = self._of("project_name")[0].cell
        money = [value for field in self.fields if field.label.role in money_roles() for value in field.values]
        amounts = self.amounts(unit)
        place = replace(Place.of([cell, *self.matrix.cells], money), box=cell.box)
        return Project(
            name=name, code=legible_code(self._text("project_code")) or code,
            unit_name=split_unit_code(self._text("unit_name"))[0] or None,
            amount=amounts.yuan.get(TOTAL), funding={role: value for role, value in amounts.yuan.items() if role != TOTAL},
            goal=self.goal, indicators=self.indicators, table=table, place=place,
            cells=tuple(cell.text for cell in self.matrix.cells if cell.text), amount_text=amounts.text, unreadable=amounts.unreadable,
        )

    @property
    def goal(self) -> str | None:
        """The year's goal; that of the whole term where the year has none."""
        goals: dict[str | None, list[str]] = {}
        for field in self._of("goal"):
            text = _goal_text(field.text)
            found = goals.setdefault(term_of(field.cell.word), [])
            if text and text not in found:
                found.append(text)
        return next(("".join(goals[term]) for term in ("year", None, "term") if goals.get(term)), None)

    @property
    def indicators(self) -> list[Indicator]:
        """The year's indicators; those of the whole term where the year has none."""
        if self.lower is None:
            listed = [indicator for field in self._of("indicators") for indicator in split_indicators(field.text)]
            return listed or [indicator for each in level_lists.listed(self.upper) for indicator in each.indicators]
        labels = [(field.cell, term) for field in self.fields if field.label.role == "goal" and (term := term_of(field.cell.word))]
        return read_indicators(self.lower, self.headers, labels)

    # --- money ---

    def amounts(self, unit: str | None) -> _Amounts:
        """The project's amounts, with the unit of money that holds where a label or cell states none."""
        return _of_cells((amount for amount in self._amount_cells() if amount.field not in self._left_out), unit)

    @cached_property
    def _left_out(self) -> list[Field]:
        """The labels of parts of sources, unless the total ties with them alone: then 其中 stands in front of one more source."""
        parts, cells = self._parts_of_sources, list(self._amount_cells())
        is_source = parts and _of_cells(cells, "元").ties and not _of_cells((one for one in cells if one.field not in parts), "元").ties
        return [] if is_source else parts

    @property
    def _parts_of_sources(self) -> list[Field]:
        """The labels 其中：X that stand right of a source of money or below it, so that X is a part of that, and no source beside it."""
        return [field for field in self._sources() if _OF_WHICH.match(fold_width(field.cell.text)) and self._is_part(field)]

    def _is_part(self, field: Field) -> bool:
        others = [other for other in self._money() if not _OF_WHICH.match(fold_width(other.cell.text))]
        left = [other for other in others if other.cell.row == field.cell.row and other.cell.column < field.cell.column]
        above = [other for other in others if other.cell.column == field.cell.column and other.cell.row < field.cell.row]
        whole = max(left or above, key=lambda other: (other.cell.row, other.cell.column), default=None)
        if whole is None or whole.label.role in _TOTALS:
            return False
        return not (whole.label.role == APPROPRIATION and field.label.role in appropriation_parts())

    def _amount_cells(self) -> Iterator[_Amount]:
        """The year's total and its sources."""
        money = self._money()
        totals = [field for field in money if field.label.role in _TOTALS]
        totals = [field for field in totals if not (field.is_heading or _heads_columns(field))] or totals
        kinds = {field.label.role for field in totals}
        year = "total_year" if "total_year" in kinds else "total"
        for field in money:
            role = field.label.role
            if role in _TOTALS:
                if role == year and field in totals:
                    yield _Amount(TOTAL, self._amount_text(field), field.label.unit, field)
            elif not totals or _total_of(field, totals).label.role == year:
                yield _Amount(role, self._amount_text(field), field.label.unit, field)

    def _money(self) -> list[Field]:
        """The labels of the total and its sources, in the rows from the first total on, or in those that it sums up below them."""
        totals = [field for field in self.fields if field.label.role in _TOTALS]
        sources = self._sources()
        first = min((field.cell.row for field in totals), default=0)
        if len(totals) == 1 and (above := _column_above(totals[0].cell, [field.cell for field in sources])):
            first = above
        return [field for field in self.fields if field in totals or (field in sources and field.cell.row >= first)]

    def _sources(self) -> list[Field]:
        return [field for field in self.fields if field.label.role in money_roles() - {TOTAL}]

    def _amount_text(self, field: Field) -> str:
        """The text of an amount; in a self-evaluation that of the year's budget."""
        if self._budget_columns(field.cell.row):
            return next((cell.text for cell in self._cells_of(field)), "")
        return "" if is_blank(field.text) else field.text.split("\n")[0]

    def _cells_of(self, field: Field) -> Sequence[Cell]:
        """The cell of an amount, or none; in a self-evaluation that of the year's budget."""
        columns = self._budget_columns(field.cell.row)
        if columns:
            return self._in_columns(field, columns.get("budget" if self._has_budget else "initial", ()))
        return [cell for cell in field.values if cell.text.strip()][:1]

    def _in_columns(self, field: Field, columns: Sequence[int]) -> Sequence[Cell]:
        """The first filled cell of a label's row in some columns, right of it: a header may stand over the labels."""
        cells = [cell for column in columns if (cell := self.upper.at(field.cell.row, column)) and cell.column > field.cell.column]
        return [cell for cell in cells if not is_blank(cell.text)][:1]

    @cached_property
    def _has_budget(self) -> bool:
        """Whether the year's budget as it was changed is published: amounts as first set are not mixed with it."""
        columns = ((field, self._budget_columns(field.cell.row).get("budget", ())) for field in self._money())
        return any(self._in_columns(field, numbers) for field, numbers in columns)

    def unknown_sources(self) -> tuple[str, ...]:
        """The labels below the total with an amount beside them that is of a source nobody knows; years of which none is the document's."""
        years = [cell.text for row in self.upper.rows if not self._years_in(row) for cell, _ in self._headers_of_years(row)]
        totals = [field.cell for field in self._money() if field.label.role in _TOTALS]
        rows = [row for row in self.upper.rows if totals and min(cell.row for cell in totals) < row <= self._last_money_row]
        labels = [cell for row in rows for cell in self.upper.texts(row) if not is_amount(cell.text) and not label_of(cell.word)]
        unknown = [cell.text for cell in labels if (value := next(self.upper.right_of(cell), None)) and is_amount(value.text)]
        return tuple(dict.fromkeys(strip_whitespace(text) for text in (*years, *unknown)))

    @property
    def _last_money_row(self) -> int:
        """The last row above the goal; labels of sources stand between."""
        goals = [field.cell.row for field in self._of("goal")]
        return min(goals) - 1 if goals else self.upper.rows[-1]


def _column_above(total: Cell, sources: Sequence[Cell]) -> int | None:
    """The first row of the sources of money, where several and all stand in one column directly above the total; None where they do not.

    A single one above it may be of something else.
    """
    rows = sorted({cell.row for cell in sources})
    is_column = len(rows) > 1 and {cell.column for cell in sources} == {total.column}
    return rows[0] if is_column and rows == list(range(total.row - len(rows), total.row)) else None


def _only(units: set[str]) -> str | None:
    return units.pop() if len(units) == 1 else None


def _unit_in_brackets(cell: Cell) -> str | None:
    return surroundings.money_in_brackets(strip_whitespace(cell.text))[1]


@dataclass(frozen=True, slots=True)
class _Amounts:
    yuan: dict[str, Decimal | None]
    text: dict[str, str]
    unreadable: tuple[str, ...]

    def with_cell(self, amount: _Amount, unit: str | None) -> _Amounts:
        """These with another amount; a source that is printed twice with different amounts is unreadable."""
        role, text = amount.role, amount.text
        value, is_unreadable = _read(_BREAKDOWN.sub("", text), amount.unit or unit)
        if role in self.yuan:
            if is_blank(text) or (value is not None and value == self.yuan[role]):
                return self
            is_unreadable |= not is_blank(self.text[role])
            text = f"{self.text[role]}｜{text}" if is_unreadable else text
        unreadable = tuple(dict.fromkeys((*self.unreadable, role))) if is_unreadable else self.unreadable
        return _Amounts({**self.yuan, role: None if is_unreadable else value}, {**self.text, role: text}, unreadable)

    @property
    def ties(self) -> bool:
        """Whether the sources give the total."""
        return self.yuan.get(TOTAL) == sum((value or Decimal(0) for role, value in self.yuan.items() if role != TOTAL), Decimal(0))

    def without_parts(self) -> _Amounts:
        """These without what 财政拨款 is made of: the sources that remain add up to the total."""
        if self.yuan.get(APPROPRIATION) is None:
            return self
        parts = appropriation_parts()
        return _Amounts(
            {role: value for role, value in self.yuan.items() if role not in parts},
            {role: text for role, text in self.text.items() if role not in parts},
            tuple(role for role in self.unreadable if role not in parts),
        )


def _of_cells(cells: Iterable[_Amount], unit: str | None) -> _Amounts:
    found = _Amounts({}, {}, ())
    for amount in cells:
        found = found.with_cell(amount, unit)
    return found.without_parts()


def _read(text: str, unit: str | None) -> tuple[Decimal | None, bool]:
    try:
        return parse_amount(text, unit), False
    except UnreadableAmount:
        return None, True


def _total_of(source: Field, totals: Sequence[Field]) -> Field:
    """The total that a source is a part of: of the columns of totals that of the source, there the nearest above."""
    first = max((total.cell.column for total in totals if total.cell.column <= source.cell.column), default=None)
    column = [total for total in totals if first is None or total.cell.column == first]
    above = [total for total in column if total.cell.row <= source.cell.row]
    return max(above, key=lambda total: total.cell.row) if above else column[0]


def _heads_columns(field: Field) -> bool:
    """Whether a label stands in front of the headers of a self-evaluation's amounts: 年度预算数（万元）· 年初预算 · 调整后预算数."""
    return any(budget_kind(value.text) for value in field.values)


def _budget_columns_in(matrix: Matrix, row: int) -> dict[str, list[int]]:
    """The columns of a self-evaluation's amounts by what they hold, where a row is their header."""
    found: dict[str, list[int]] = {}
    for cell in matrix.texts(row):
        kind = budget_kind(cell.text)
        if kind:
            found.setdefault(kind, []).append(cell.column)
    is_header = found.keys() & {"budget", "initial"} and sum(map(len, found.values())) > 1
    return found if is_header else {}


def _plain_header(text: str) -> str:
    plain = fold_width(strip_whitespace(text))
    return _IN_BRACKETS.sub("", plain) if plain.endswith(")") else plain


def _without_code(text: str) -> tuple[str, str | None]:
    """A name without the code in front of it (`[215]某局`, `219001-某局`), and the code."""
    plain = strip_whitespace(text)
    match = _CODE.match(plain)
    if match and match.end() < len(plain):
        return split_code(plain[match.end() :])[0], match[1]
    return split_code(plain)


def _goal_text(text: str) -> str:
    """A goal without what the blank form left in it: its only number `目标1：`, and further ones without a text."""
    plain = re.sub(r"目标[0-9]+[:：]\s*[.…。]*\s*(?=目标[0-9]|$|[.…]+$)", "", unwrap(text)).strip(" .…") if "目标" in text else unwrap(text)
    numbers = _GOAL_NUMBER.findall(plain)
    goal = _GOAL_NUMBER.sub("", plain, count=1) if len(numbers) == 1 and _GOAL_NUMBER.match(plain) else plain
    return "" if is_blank(goal) else goal

