"""Ways to break a published document: each a function, with the rules that are meant to tell it.

A new way is a generator of `Break` under `@breaks(rule, …)`. It works on what a reader yields, so that it serves every format, and
finds its place in the records that the unbroken document gave. It breaks only what the document itself proves to be wrong then: an
amount that is part of a sum which ties, a note that says of what table it is. `harmless` are changes that break nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from expectations.claims import changes, shares
from expectations.lines import Row, row_subjects
from expectations.outcome import project_subjects, table_subjects, total_subjects
from expectations.prose import joined
from expectations.rules.children_tie_to_parent import columns_of_another_year
from transforms.amounts import UnreadableAmount, parse_amount
from transforms.grid import Cell, Grid, Reading, TextLine
from transforms.names import strip_whitespace
from transforms.records import TOTAL, ParsedDocument, Place, Project, Table, Total

Key = tuple[str, str]   # a subject of the rules by its kind and label, which stays the same when rows move
TIES = ("row-ties-to-funding", "total-ties-to-projects", "children-tie-to-parent", "tables-tie")


class Site(NamedTuple):
    """A cell: the number of its grid among the blocks, and its own in the grid."""

    block: int
    cell: int


@dataclass(frozen=True, slots=True)
class Break:
    """A broken document: `said` tells what was done, `where` are the subjects at which a rule may rightly tell it."""

    reading: Reading
    said: str
    where: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Bound:
    """A printed amount that other amounts of the document prove: its cell, its unit, and the subjects that it is part of."""

    site: Site
    text: str
    unit: str | None
    where: frozenset[Key]
    kind: str   # project, total or line


Way = Callable[["Case", random.Random], Iterator[Break]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A way to break documents, and the rules of which one is to tell it; `several` says that it breaks more than one sum."""

    name: str
    rules: tuple[str, ...]
    run: Way
    several: bool = False


MUTATIONS: dict[str, Mutation] = {}
HARMLESS: dict[str, Way] = {}


def breaks(*rules: str, several: bool = False) -> Callable[[Way], Way]:
    """Declare a way to break documents that one of these rules is to tell; `several` sums are wrong then."""

    def declare(way: Way) -> Way:
        MUTATIONS[way.__name__] = Mutation(way.__name__, rules, way, several)
        return way

    return declare


def harmless(way: Way) -> Way:
    """Declare a change of which no rule is to say anything."""
    HARMLESS[way.__name__] = way
    return way


# --- the document ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A right document: what its reader yields, and the records of it."""

    name: str
    reading: Reading
    document: ParsedDocument

    @cached_property
    def cells(self) -> dict[tuple[int | None, int], list[Site]]:
        """The cells of each printed row, by page and row; tables of formats without pages share their rows' numbers."""
        found: dict[tuple[int | None, int], list[Site]] = {}
        for block, grid in self.grids():
            for number, cell in enumerate(grid.cells):
                found.setdefault((cell.page, cell.row), []).append(Site(block, number))
        return found

    def grids(self) -> Iterator[tuple[int, Grid]]:
        """The grids with their numbers among the blocks."""
        return ((number, block) for number, block in enumerate(self.reading.blocks) if isinstance(block, Grid))

    def cell(self, site: Site) -> Cell:
        """The cell at a site."""
        block = self.reading.blocks[site.block]
        assert isinstance(block, Grid)
        return block.cells[site.cell]

    def sites(self, place: Place, text: str, beside: str | None = None) -> list[Site]:
        """The cells of a printed row that hold a text, in a grid whose row also holds another."""
        row = self.cells.get((place.page, place.row or 0), [])
        grids = {site.block for site in row if not beside or _plain(beside) in _plain(self.cell(site).text)}
        return [site for site in row if site.block in grids and _plain(self.cell(site).text) == _plain(text)]

    def anchor(self, project: Project) -> Site | None:
        """The only cell of a project's row that holds its name."""
        row = self.cells.get((project.place.page, project.place.row or 0), [])
        found = [site for site in row if _plain(project.name) in _plain(self.cell(site).text)]
        return found[0] if len(found) == 1 else None

    def rows_of(self, number: int) -> tuple[int, int, int] | None:
        """Of a project that has rows of its own: its grid, its first row and the row after its last."""
        own = self.anchor(self.document.projects[number])
        if own is None:
            return None
        first = self.cell(own).row
        grid = self.reading.blocks[own.block]
        assert isinstance(grid, Grid)
        records: Sequence[Project | Total] = (*self.document.projects, *self.document.totals)
        later = [
            record.place.row for record in records
            if record.place.row and record.place.row > first and record.place.page == self.cell(own).page
        ]
        last = max(cell.row for cell in grid.cells) + 1
        return own.block, first, min([row for row in later if row < last], default=last)

    def with_texts(self, texts: dict[Site, str]) -> Reading:
        """The document with other texts in some cells."""
        blocks = list(self.reading.blocks)
        for site, text in texts.items():
            grid = blocks[site.block]
            assert isinstance(grid, Grid)
            cells = list(grid.cells)
            cells[site.cell] = cells[site.cell]._replace(text=text)
            blocks[site.block] = replace(grid, cells=tuple(cells))
        return replace(self.reading, blocks=tuple(blocks))

    def with_block(self, number: int, *blocks: Grid | TextLine) -> Reading:
        """The document with other blocks in the place of one."""
        return replace(self.reading, blocks=(*self.reading.blocks[:number], *blocks, *self.reading.blocks[number + 1 :]))

    def with_line(self, old: TextLine, text: str) -> Reading:
        """The document with another text in a line."""
        return replace(
            self.reading, blocks=tuple(replace(old, text=text) if block is old else block for block in self.reading.blocks)
        )

    @cached_property
    def table_keys(self) -> list[Key]:
        """The tables as subjects."""
        return [("table", subject.label) for subject, _ in table_subjects(self.document)]

    @cached_property
    def project_keys(self) -> list[Key]:
        """The projects as subjects."""
        return [("project", subject.label) for subject, _ in project_subjects(self.document)]

    @property
    def document_key(self) -> Key:
        """The document as a subject."""
        return "document", self.document.file

    def totals_of(self, project: int) -> Iterator[tuple[Key, Total]]:
        """The totals that sum up a project and say so: a row without a label is a total by its sum alone, which a break takes away."""
        for subject, total in total_subjects(self.document):
            if project in total.members and _is_labelled(total):
                yield ("total", subject.label), total

    @cached_property
    def bound(self) -> list[Bound]:
        """The printed amounts that others prove."""
        return [*_bound_projects(self), *_bound_totals(self), *_bound_lines(self)]


def _plain(text: str) -> str:
    return strip_whitespace(text)


def _is_labelled(total: Total) -> bool:
    return any(_plain(total.label) in _plain(cell) for cell in total.cells)


def _amount(row: Project | Total, column: str) -> Decimal | None:
    return row.amount if column == TOTAL else row.funding.get(column)


def _is_proved(document: ParsedDocument, total: Total, column: str) -> bool:
    parts = [_amount(document.projects[member], column) for member in total.members]
    return bool(parts) and None not in parts and sum(filter(None, parts), Decimal(0)) == _amount(total, column)


def _row_is_proved(row: Project | Total) -> bool:
    filled = [amount for amount in row.funding.values() if amount is not None]
    return len(row.funding) > 1 and bool(filled) and sum(filled, Decimal(0)) == row.amount


def _of_rows(
    case: Case, rows: Iterable[tuple[Key, Project | Total, list[tuple[Key, Total]]]], kind: str
) -> Iterator[Bound]:
    for key, row, totals in rows:
        for column, text in row.amount_text.items():
            is_bound = _row_is_proved(row) or any(_is_proved(case.document, total, column) for _, total in totals)
            sites = case.sites(row.place, text, row.cells[0] if row.cells else None)
            same = [other for other in row.amount_text if _plain(row.amount_text[other]) == _plain(text)]
            if not is_bound or not _amount(row, column) or len(sites) != len(same):
                continue
            where = frozenset({key, case.table_keys[row.table], *(total for total, _ in totals)})
            yield Bound(sites[same.index(column)], text, case.document.tables[row.table].unit, where, kind)


def _bound_projects(case: Case) -> Iterator[Bound]:
    rows = ((case.project_keys[at], project, list(case.totals_of(at))) for at, project in enumerate(case.document.projects))
    yield from _of_rows(case, rows, "project")


def _bound_totals(case: Case) -> Iterator[Bound]:
    for subject, total in total_subjects(case.document):
        if not _is_labelled(total):
            continue
        key = ("total", subject.label)
        above = [(label, other) for at in total.members[:1] for label, other in case.totals_of(at)]
        own = [(key, total)] if total.members else []
        yield from _of_rows(case, [(key, total, own + [each for each in above if each[1] is not total])], "total")


def _bound_lines(case: Case) -> Iterator[Bound]:
    by_table: dict[int, list[tuple[Key, Row]]] = {}
    for subject, row in row_subjects(case.document):
        by_table.setdefault(row.table, []).append(((subject.kind, subject.label), row))
    for number, rows in by_table.items():
        yield from _bound_in(case, number, rows)


def _bound_in(case: Case, number: int, rows: Sequence[tuple[Key, Row]]) -> Iterator[Bound]:
    """The amounts of a coded table that are parts of a parent whose parts give it, or such parents."""
    codes = [row.code for _, row in rows if row.code]
    if len(codes) < 3 or len(set(codes)) < len(codes):
        return
    table = case.document.tables[number]
    others = columns_of_another_year({column for _, row in rows for column in row.cells}, case.document.fiscal_year)
    for key, row in rows:
        for column, line in row.cells.items():
            if not row.code or not line.amount or not line.text or column in others:
                continue
            related = [(label, other) for label, other in rows if _sums(rows, other, row, column)]
            sites = case.sites(line.place, line.text, row.code if row.label is None else row.label)
            same = [name for name, each in row.cells.items() if _plain(each.text or "") == _plain(line.text)]
            if related and len(sites) == len(same):
                above = {label for label, other in rows if other.is_whole or (other.code and row.code.startswith(other.code))}
                below = {label for label, other in rows if (other.code or "").startswith(row.code)}
                where = frozenset({key, case.table_keys[number], *above, *below})
                yield Bound(sites[same.index(column)], line.text, table.unit, where, "line")


def _sums(rows: Sequence[tuple[Key, Row]], parent: Row, part: Row, column: str) -> bool:
    """Whether a row is the exact sum of its parts, and another row is the sum or one of the parts."""
    if not parent.code or not (part.code or "").startswith(parent.code):
        return False
    inside = [row for _, row in rows if row.code and row.code.startswith(parent.code) and len(row.code) == len(parent.code) + 2]
    amounts = [row.amount(column) or Decimal(0) for row in inside]
    is_part = part is parent or part in inside
    return is_part and bool(inside) and sum(amounts, Decimal(0)) == parent.amount(column)


# --- amounts ---------------------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
LEAST_CHANGE = Decimal("0.02")   # of the amount; less may be rounding


def _changed(case: Case, dice: random.Random, kinds: Sequence[str], change: Callable[[str, random.Random], str | None]) -> Iterator[Break]:
    bounds = [bound for bound in case.bound if bound.kind in kinds and NUMBER.fullmatch(_plain(bound.text))]
    for bound in dice.sample(bounds, len(bounds)):
        text = change(_plain(bound.text), dice)
        if text is not None and _differs(bound, text):
            yield Break(case.with_texts({bound.site: text}), f"{_plain(bound.text)} → {text}", bound.where)


def _differs(bound: Bound, text: str) -> bool:
    try:
        old, new = parse_amount(bound.text, bound.unit or "元"), parse_amount(text, bound.unit or "元")
    except UnreadableAmount:    # more digits than an amount has
        return False
    return old is not None and abs((new or 0) - old) > max(abs(old) * LEAST_CHANGE, Decimal(1000))


def _digit(text: str, dice: random.Random) -> str | None:
    places = [at for at, sign in enumerate(text) if sign.isdigit()][:-2]
    if not places:
        return None
    at = dice.choice(places)
    return text[:at] + dice.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]


def _swapped(text: str, dice: random.Random) -> str | None:
    pairs = [at for at in range(len(text) - 1) if text[at : at + 2].isdigit() and text[at] != text[at + 1] and text[at + 1] != "0"]
    if not pairs:
        return None
    at = dice.choice(pairs)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _without_digit(text: str, dice: random.Random) -> str | None:
    whole, point, rest = text.replace(",", "").partition(".")
    if len(whole) < 2 or whole[1] == "0":
        return None
    at = dice.randrange(len(whole))
    return (whole[:at] + whole[at + 1 :]).lstrip("0") + point + rest if whole[:at] + whole[at + 1 :] != "0" else None


def _with_digit(text: str, dice: random.Random) -> str | None:
    whole, point, rest = text.replace(",", "").partition(".")
    at = dice.randrange(1, len(whole) + 1)
    if whole == "0":
        return None
    return whole[:at] + dice.choice("0123456789") + whole[at:] + point + rest


def _point_lost(text: str, _dice: random.Random) -> str | None:
    return text.replace(",", "").replace(".", "").lstrip("0") if "." in text and not text.endswith(".00") else None


def _point_moved(text: str, _dice: random.Random) -> str | None:
    whole, _, rest = text.replace(",", "").partition(".")
    return f"{whole[:-1]}.{whole[-1]}{rest}"[: len(whole) + 3] if len(whole) > 1 else None


def _other_unit(text: str, _dice: random.Random) -> str | None:
    return f"{Decimal(text.replace(',', '')) * 10_000:f}".partition(".")[0]


def _negative(text: str, _dice: random.Random) -> str | None:
    return f"-{text}"


def _rounded(text: str, _dice: random.Random) -> str | None:
    whole = text.replace(",", "").partition(".")[0]
    return f"{round(int(whole), 1 - len(whole))}" if len(whole) > 1 else None


def _point_twice(text: str, _dice: random.Random) -> str | None:
    return text.replace(".", "..") if "." in text else None


AMOUNT_CHANGES = {
    "wrong_digit": _digit, "swapped_digits": _swapped, "lost_digit": _without_digit, "added_digit": _with_digit,
    "lost_point": _point_lost, "moved_point": _point_moved, "yuan_among_wan": _other_unit, "lost_sign": _negative, "rounded": _rounded,
}


def _declare_amounts() -> None:
    for name, change in AMOUNT_CHANGES.items():
        for ending, kinds in (("of_project", ("project", "total")), ("of_account", ("line",))):

            def way(
                case: Case, dice: random.Random, kinds: Sequence[str] = kinds,
                change: Callable[[str, random.Random], str | None] = change,
            ) -> Iterator[Break]:
                return _changed(case, dice, kinds, change)

            way.__name__ = f"{name}_{ending}"
            breaks(*TIES, "unit-slip")(way)


_declare_amounts()


@breaks("total-ties-to-projects", "row-ties-to-funding")
def wrong_total(case: Case, dice: random.Random) -> Iterator[Break]:
    """A digit of a 合计 or subtotal."""
    return _changed(case, dice, ("total",), _digit)


@breaks("unreadable-amount", "column-shift")
def word_for_amount(case: Case, dice: random.Random) -> Iterator[Break]:
    """待定 in place of an amount."""
    for bound in dice.sample(case.bound, len(case.bound)):
        yield Break(case.with_texts({bound.site: "待定"}), f"{bound.text} → 待定", bound.where)


@breaks("unreadable-amount", "column-shift")
def letter_in_amount(case: Case, dice: random.Random) -> Iterator[Break]:
    """A letter O for the digit."""
    for bound in dice.sample(case.bound, len(case.bound)):
        if "0" in bound.text[1:]:
            text = bound.text[0] + bound.text[1:].replace("0", "O", 1)
            yield Break(case.with_texts({bound.site: text}), f"{bound.text} → {text}", bound.where)


@breaks("unreadable-amount", "column-shift")
def point_twice(case: Case, dice: random.Random) -> Iterator[Break]:
    """Two points in an amount."""
    return _changed_text(case, dice, _point_twice)


@breaks("unreadable-amount", "column-shift")
def two_amounts_in_a_cell(case: Case, dice: random.Random) -> Iterator[Break]:
    """Last year's amount stands beside this one's."""
    return _changed_text(case, dice, lambda text, _: f"{text}/{text}" if len(text) > 3 else None)


def _changed_text(case: Case, dice: random.Random, change: Callable[[str, random.Random], str | None]) -> Iterator[Break]:
    for bound in dice.sample(case.bound, len(case.bound)):
        if text := change(_plain(bound.text), dice):
            yield Break(case.with_texts({bound.site: text}), f"{bound.text} → {text}", bound.where)


@breaks(*TIES, "unit-slip")
def row_in_another_unit(case: Case, dice: random.Random) -> Iterator[Break]:
    """All amounts of one project are in 元 among 万元, or the other way round: its row ties, its total does not."""
    for at, totals, _ in _projects_in_totals(case, dice):
        project = case.document.projects[at]
        texts: dict[Site, str] = {}
        for text in dict.fromkeys(project.amount_text.values()):
            sites = case.sites(project.place, text, project.name)
            if NUMBER.fullmatch(_plain(text)):
                texts |= dict.fromkeys(sites, _other_unit(_plain(text), dice) or "")
        if texts and all(texts.values()):
            yield Break(case.with_texts(texts), project.name, frozenset({case.project_keys[at], *totals, *case.table_keys}))


@breaks("unread-cells", *TIES, several=True)
def half_years_column(case: Case, dice: random.Random) -> Iterator[Break]:
    """One column of a summary holds what was planned for half a year; where most sums fail, it is our reading that is doubted."""
    for number, _ in _tables(case, dice, ("expenditure_summary", "general_budget_expenditure")):
        rows = {(subject.kind, subject.label): row for subject, row in row_subjects(case.document) if row.table == number}
        column = next((column for row in rows.values() for column in row.cells if "基本支出" in column), "")
        texts: dict[Site, str] = {}
        for row in rows.values():
            own = _plain((row.cells[column].text if column in row.cells else None) or "")
            same = [name for name, line in row.cells.items() if _plain(line.text or "") == own]
            sites = case.sites(row.place, own, row.label)
            if NUMBER.fullmatch(own) and row.amount(column) and len(sites) == len(same):
                texts[sites[same.index(column)]] = f"{Decimal(own.replace(',', '')) / 2:.2f}"
        if len(texts) > 2:
            yield Break(case.with_texts(texts), column, frozenset({*rows, *case.table_keys}))


@breaks("children-tie-to-parent", "row-ties-to-funding", "unread-cells", several=True)
def amounts_of_two_accounts(case: Case, dice: random.Random) -> Iterator[Break]:
    """The amounts of two accounts that stand below different ones are exchanged; of a short table most sums fail then."""
    lines = [bound for bound in case.bound if bound.kind == "line" and NUMBER.fullmatch(_plain(bound.text))]
    for one in dice.sample(lines, len(lines)):
        for other in lines:
            apart = {kind for kind, _ in one.where ^ other.where} and one.site.block == other.site.block
            if apart and _differs(one, _plain(other.text)) and not _is_below(one, other) and not _is_below(other, one):
                texts = {one.site: other.text, other.site: one.text}
                yield Break(case.with_texts(texts), f"{one.text} ↔ {other.text}", one.where | other.where)
                break


def _is_below(one: Bound, other: Bound) -> bool:
    """Whether two amounts are parts of the same rows: exchanged, they may give the same sums."""
    return one.where <= other.where or len(one.where ^ other.where) <= 2


@breaks(*TIES)
def blank_amount(case: Case, dice: random.Random) -> Iterator[Break]:
    """The amount of a project is blank, its sources are not."""
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        project, totals = case.document.projects[at], list(case.totals_of(at))
        sites = case.sites(project.place, project.amount_text.get(TOTAL, ""), project.name)
        if project.amount and len(sites) == 1 and any(_is_proved(case.document, total, TOTAL) for _, total in totals):
            where = frozenset({case.project_keys[at], *(key for key, _ in totals)})
            yield Break(case.with_texts({sites[0]: ""}), project.amount_text[TOTAL], where)


# --- rows ------------------------------------------------------------------------------------------------------------------------


def _without_rows(grid: Grid, first: int, end: int) -> Grid | None:
    """A grid without rows; None where cells span into or out of them. A text's rows are its lines: others stay where they are."""
    cells: list[Cell] = []
    for cell in grid.cells:
        last = cell.row + cell.row_span
        if first <= cell.row < end:
            if last > end:
                return None
        elif cell.row < first < last:
            cells.append(cell._replace(row_span=cell.row_span - (min(end, last) - first)))
        else:
            cells.append(cell if cell.row < first else cell._replace(row=cell.row - (end - first)))
    return replace(grid, cells=tuple(cells))


def _with_rows_again(grid: Grid, first: int, end: int) -> Grid | None:
    """A grid with rows printed twice."""
    before, own, after = [], [], []
    for cell in grid.cells:
        if cell.row < first:
            if cell.row + cell.row_span > first:
                return None
            before.append(cell)
        elif cell.row < end:
            own.append(cell)
        else:
            after.append(cell._replace(row=cell.row + end - first))
    again = [cell._replace(row=cell.row + end - first) for cell in own]
    return replace(grid, cells=(*before, *own, *again, *after))


def _projects_in_totals(case: Case, dice: random.Random) -> Iterator[tuple[int, list[Key], tuple[int, int, int]]]:
    """Projects that are in sums which tie, with these sums and their rows."""
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        totals = [key for key, total in case.totals_of(at) if len(total.members) > 1 and _is_proved(case.document, total, TOTAL)]
        rows = case.rows_of(at)
        if totals and rows and (case.document.projects[at].amount or 0) > 1000:
            yield at, totals, rows


@breaks("total-ties-to-projects")
def lost_project(case: Case, dice: random.Random) -> Iterator[Break]:
    """The rows of a project are not there."""
    for at, totals, (block, first, end) in _projects_in_totals(case, dice):
        grid = case.reading.blocks[block]
        cut = _without_rows(grid, first, end) if isinstance(grid, Grid) else None
        if cut:
            yield Break(case.with_block(block, cut), case.document.projects[at].name, frozenset(totals))


@breaks("total-ties-to-projects")
def project_of_another_department(case: Case, dice: random.Random) -> Iterator[Break]:
    """Rows of another list are pasted in: a project of another name that no total knows."""
    for at, totals, (block, first, end) in _projects_in_totals(case, dice):
        grid, own = case.reading.blocks[block], case.anchor(case.document.projects[at])
        more = _with_rows_again(grid, first, end) if isinstance(grid, Grid) and own else None
        if more and own and _plain(case.cell(own).text) == _plain(case.document.projects[at].name):
            text, (kind, label), other = case.cell(own).text, case.project_keys[at], "邻县农村公路养护补助"
            cells = tuple(
                cell._replace(text=other) if end <= cell.row < 2 * end - first and cell.text == text else cell for cell in more.cells
            )
            where = frozenset({*totals, (kind, label.replace(case.document.projects[at].name, other))})
            yield Break(case.with_block(block, replace(more, cells=cells)), text, where)


@breaks("total-ties-to-projects")
def lost_second_half(case: Case, dice: random.Random) -> Iterator[Break]:
    """The last rows of a list are not there; its total stands above them."""
    for at, totals, (block, first, _) in _projects_in_totals(case, dice):
        grid = case.reading.blocks[block]
        assert isinstance(grid, Grid)
        last = max(cell.row for cell in grid.cells) + 1
        whole = [total.place.row or 0 for total in case.document.totals if at in total.members]
        shorter = _without_rows(grid, first, last) if whole and max(whole) < first else None
        if shorter and sum(at in total.members for total in case.document.totals) == 1 and case.document.totals[0].members[0] != at:
            yield Break(case.with_block(block, shorter), f"row {first} on", frozenset(totals))


@breaks("total-ties-to-projects", "duplicate-project")
def project_twice(case: Case, dice: random.Random) -> Iterator[Break]:
    """The rows of a project are printed twice."""
    for at, totals, (block, first, end) in _projects_in_totals(case, dice):
        grid = case.reading.blocks[block]
        more = _with_rows_again(grid, first, end) if isinstance(grid, Grid) else None
        if more:
            keys = {case.project_keys[at], (case.project_keys[at][0], f"{case.project_keys[at][1]}·2"), *totals}
            yield Break(case.with_block(block, more), case.document.projects[at].name, frozenset(keys))


@breaks("row-ties-to-funding", "total-ties-to-projects")
def amounts_of_two_projects(case: Case, dice: random.Random) -> Iterator[Break]:
    """The totals of two projects are exchanged."""
    found = [
        (at, sites[0], project) for at, project in enumerate(case.document.projects)
        if project.amount and _row_is_proved(project)
        and len(sites := case.sites(project.place, project.amount_text.get(TOTAL, ""), project.name)) == 1
    ]
    for (at, one, own), (other_at, other, its) in dice.sample(pairs := list(pairwise(found)), len(pairs)):
        if own.amount and its.amount and abs(own.amount - its.amount) > 1000:
            texts = {one: case.cell(other).text, other: case.cell(one).text}
            totals = {key for number in (at, other_at) for key, _ in case.totals_of(number)}
            where = frozenset({case.project_keys[at], case.project_keys[other_at], *totals})
            yield Break(case.with_texts(texts), f"{own.name} ↔ {its.name}", where)


@breaks("total-ties-to-projects", "column-shift")
def amount_under_another_source(case: Case, dice: random.Random) -> Iterator[Break]:
    """A project's money stands under the source beside its own."""
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        project = case.document.projects[at]
        totals = [key for key, total in case.totals_of(at) if any(_is_proved(case.document, total, each) for each in total.funding)]
        sources = list(project.funding)
        filled = [source for source in sources if project.funding[source]]
        if len(filled) != 1 or len(sources) < 2 or not totals or (project.amount or 0) < 1000:
            continue
        sites = case.sites(project.place, project.amount_text[filled[0]], project.name)
        place = sources.index(filled[0])
        free = _beside(case, sites[-1], 1 if place + 1 < len(sources) else -1) if sites else None
        if free and not _plain(case.cell(free).text):
            texts = {sites[-1]: "", free: case.cell(sites[-1]).text}
            yield Break(case.with_texts(texts), project.name, frozenset({case.project_keys[at], *totals}))


def _beside(case: Case, site: Site, step: int) -> Site | None:
    grid, number = case.reading.blocks[site.block], site.cell + step
    is_there = isinstance(grid, Grid) and 0 <= number < len(grid.cells) and case.cell(Site(site.block, number)).row == case.cell(site).row
    return Site(site.block, number) if is_there else None


@breaks("column-shift", *TIES)
def lost_blank_cell(case: Case, dice: random.Random) -> Iterator[Break]:
    """A blank cell in the middle of a project's row is gone in a text without borders, and the rest moves up."""
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        project, own = case.document.projects[at], case.anchor(case.document.projects[at])
        grid = case.reading.blocks[own.block] if own else None
        if not isinstance(grid, Grid) or not grid.is_ragged or not own:
            continue
        row = [number for number, cell in enumerate(grid.cells) if cell.row == case.cell(own).row]
        blanks = [number for number in row[1:-1] if not grid.cells[number].text.strip()]
        if blanks and any(grid.cells[number].text.strip() for number in row if number > blanks[0]):
            cells = [
                cell._replace(column=cell.column - 1) if number in row and number > blanks[0] else cell
                for number, cell in enumerate(grid.cells) if number != blanks[0]
            ]
            where = frozenset({case.project_keys[at], *(key for key, _ in case.totals_of(at))})
            yield Break(case.with_block(own.block, replace(grid, cells=tuple(cells))), project.name, where)


@breaks("children-tie-to-parent")
def lost_account(case: Case, dice: random.Random) -> Iterator[Break]:
    """The row of a 项 is not there; the 款 above it has others."""
    for bound, row, above in _items(case, dice):
        grid = case.reading.blocks[bound.block]
        cut = _without_rows(grid, row, row + 1) if isinstance(grid, Grid) else None
        if cut:
            yield Break(case.with_block(bound.block, cut), f"row {row}", above)


@breaks("children-tie-to-parent")
def account_twice(case: Case, dice: random.Random) -> Iterator[Break]:
    """The row of a 项 is printed twice."""
    for bound, row, above in _items(case, dice):
        grid = case.reading.blocks[bound.block]
        more = _with_rows_again(grid, row, row + 1) if isinstance(grid, Grid) else None
        if more:
            yield Break(case.with_block(bound.block, more), f"row {row}", above)


def _items(case: Case, dice: random.Random) -> Iterator[tuple[Site, int, frozenset[Key]]]:
    """Rows of coded tables that are one of several parts of a row which they prove: a cell, its row, the rows above."""
    keys = [(subject, row) for subject, row in row_subjects(case.document)]
    for bound in dice.sample(lines := [each for each in case.bound if each.kind == "line"], len(lines)):
        cell = case.cell(bound.site)
        of_row = [(subject, row) for subject, row in keys if (row.place.page, row.place.row) == (cell.page, cell.row)]
        own = [row for subject, row in of_row if (subject.kind, subject.label) in bound.where]
        if len(own) != 1 or not own[0].code or (own[0].amount(next(iter(own[0].cells))) or 0) < 1000:
            continue
        beside = [
            row for _, row in keys
            if row.table == own[0].table and row.code and len(row.code) == len(own[0].code) and row.code[:-2] == own[0].code[:-2]
        ]
        inside = [row for _, row in keys if row.table == own[0].table and row.code and row.code.startswith(own[0].code)]
        above = frozenset(
            (subject.kind, subject.label) for subject, row in keys
            if row.table == own[0].table and (row.is_whole or (row.code and own[0].code.startswith(row.code)))
        )
        has_parent = any(row.code == own[0].code[:-2] for _, row in keys if row.table == own[0].table)
        if len(beside) > 1 and len(inside) == 1 and has_parent:
            yield bound.site, cell.row, above


# --- units, tables, years --------------------------------------------------------------------------------------------------------

UNIT = re.compile(r"(单\s*位\s*[:：]?\s*(?:人民币)?)(万元|元)")


@breaks("missing-unit")
def lost_unit(case: Case, _dice: random.Random) -> Iterator[Break]:
    """No unit stands anywhere."""
    said = "".join(UNIT.sub("", line.text) for line in case.document.prose)
    if not all(table.unit for table in case.document.tables if table.lines) or "元" in said:
        return
    blocks: list[Grid | TextLine] = []
    count = 0
    for block in case.reading.blocks:
        if isinstance(block, TextLine):
            blocks.append(replace(block, text=UNIT.sub("", block.text)))
            count += block.text != UNIT.sub("", block.text)
        else:
            cells = tuple(cell._replace(text=UNIT.sub("", cell.text)) for cell in block.cells)
            if any("元" in cell.text for cell in cells):
                return
            count += cells != block.cells
            blocks.append(replace(block, cells=cells))
    if count:
        yield Break(replace(case.reading, blocks=tuple(blocks)), "", frozenset(case.table_keys))


@breaks("unit-slip")
def wrong_unit(case: Case, dice: random.Random) -> Iterator[Break]:
    """万元 above a table in 元, or the other way round, where another table states its total."""
    for _, table in _tables(case, dice, SUMMARIES):
        lines = [line for line in _lines_above(case, table) if UNIT.search(line.text)]
        others = [other for other in case.document.tables if other.kind in SUMMARIES and other.unit and other.lines]
        if len(lines) == 1 and len(others) > 2 and sum(block is lines[0] for block in case.reading.blocks) == 1:
            other = UNIT.sub(lambda unit: unit[1] + ("元" if unit[2] == "万元" else "万元"), lines[0].text)
            where = frozenset(case.table_keys)
            yield Break(case.with_line(lines[0], other), f"{table.title}: {other}", where)


SUMMARIES = ("income_expenditure_summary", "income_summary", "expenditure_summary", "general_budget_expenditure")


def _tables(case: Case, dice: random.Random, kinds: Sequence[str] = ()) -> Iterator[tuple[int, Table]]:
    """The only tables of their kinds."""
    own = [
        (number, table) for number, table in enumerate(case.document.tables)
        if (table.kind in kinds or not kinds) and sum(other.kind == table.kind for other in case.document.tables) == 1
    ]
    return iter(dice.sample(own, len(own)))


def _lines_above(case: Case, table: Table) -> list[TextLine]:
    """The lines between a table's title and its first row."""
    found: list[TextLine] = []
    is_on = False
    for block in case.reading.blocks:
        if isinstance(block, TextLine):
            if table.title and _plain(block.text) == _plain(table.title):
                is_on, found = True, []
            if is_on:
                found.append(block)
        elif is_on:
            return found
    return []


def _grid_below(case: Case, table: Table) -> int | None:
    """The block of the first grid below a table's title."""
    lines = _lines_above(case, table)
    if not lines:
        return None
    first = next(number for number, block in enumerate(case.reading.blocks) if block is lines[-1])
    return next((number for number, block in case.grids() if number > first), None)


@breaks("year-mismatch")
def last_years_title(case: Case, dice: random.Random) -> Iterator[Break]:
    """The title of one table is last year's."""
    return _of_another_year(case, dice, -1)


@breaks("year-mismatch")
def title_of_another_decade(case: Case, dice: random.Random) -> Iterator[Break]:
    """A slip of the pen in the year of a title: 2034 in place of 2024."""
    return _of_another_year(case, dice, 10)


def _of_another_year(case: Case, dice: random.Random, years: int) -> Iterator[Break]:
    year = str(case.document.fiscal_year or "")
    titled = [table for table in case.document.tables if table.title and year and year in table.title]
    if len(titled) < 3:
        return
    for _, table in _tables(case, dice):
        lines = _lines_above(case, table)[:1]
        if lines and year and year in lines[0].text:
            other = lines[0].text.replace(year, str(int(year) + years))
            yield Break(case.with_line(lines[0], other), other, frozenset({("table", _plain(other)), case.document_key}))


@breaks("tables-tie", "prose-ties-to-tables")
def table_of_another_year(case: Case, dice: random.Random) -> Iterator[Break]:
    """A summary holds the amounts of another year: twice each, so that they tie among themselves."""
    kinds = {"income_summary", "expenditure_summary", "income_expenditure_summary"}
    if not kinds <= {table.kind for table in case.document.tables if table.lines}:
        return
    for _, table in _tables(case, dice, ("income_summary", "expenditure_summary")):
        block = _grid_below(case, table)
        if block is None:
            continue
        grid = case.reading.blocks[block]
        assert isinstance(grid, Grid)
        texts = {}
        printed = {_plain(line.text or "") for line in table.lines if line.amount}
        for number, cell in enumerate(grid.cells):
            if _plain(cell.text) in printed and NUMBER.fullmatch(_plain(cell.text)):
                texts[Site(block, number)] = f"{Decimal(cell.text.strip().replace(',', '')) * 2:.2f}"
        if len(texts) > 2 and all(line.place.page == table.lines[0].place.page for line in table.lines):
            yield Break(case.with_texts(texts), table.title or "", frozenset(case.table_keys))


@breaks("table-missing")
def lost_table(case: Case, dice: random.Random) -> Iterator[Break]:
    """A table that the contents list is not there, with its title and all that stands below it; no table is of unknown kind."""
    contents = [line for line in case.document.prose if re.match(r"[一二三四五六七八九十]+、.*表|\d+[.．].*表", _plain(line.text))]
    kinds = {"income_summary", "government_fund_expenditure", "general_budget_basic_expenditure", "fiscal_appropriation_summary"}
    titles = {_plain(table.title or "") for table in case.document.tables}
    if any(table.kind == "unknown" for table in case.document.tables):
        return
    for _, table in _tables(case, dice, tuple(kinds)):
        title = _plain(table.title or "")
        lines = [number for number, block in enumerate(case.reading.blocks) if isinstance(block, TextLine) and title in _plain(block.text)]
        grid = _grid_below(case, table)
        is_listed = any(title in _plain(line.text) for line in contents)
        if len(contents) < 5 or not is_listed or len(lines) != 2 or grid is None or grid < lines[1]:    # listed, then the title
            continue
        following = [
            number for number, block in enumerate(case.reading.blocks)
            if number > grid and isinstance(block, TextLine) and _plain(block.text) in titles
        ]
        kept = [*case.reading.blocks[: lines[1]], *case.reading.blocks[following[0] if following else grid + 1 :]]
        yield Break(replace(case.reading, blocks=tuple(kept)), title, frozenset({case.document_key}))


@breaks(*TIES)
def wrong_grand_total(case: Case, dice: random.Random) -> Iterator[Break]:
    """收入总计 and 支出总计 of one table are not the same."""
    for number, table in _tables(case, dice, ("income_expenditure_summary",)):
        wholes = [line for line in table.lines if line.total == "grand" and line.amount and line.side == "expenditure" and line.text]
        if len(wholes) != 1:
            continue
        sites = case.sites(wholes[0].place, wholes[0].text or "", wholes[0].label)
        text = _digit(_plain(wholes[0].text or ""), dice)
        if sites and text:
            related = {case.table_keys[at] for at, _ in enumerate(case.document.tables)}
            rows = {(subject.kind, subject.label) for subject, row in row_subjects(case.document) if row.table == number and row.is_whole}
            yield Break(case.with_texts({sites[-1]: text}), f"{wholes[0].text} → {text}", frozenset({*related, *rows}))


@breaks("tables-tie", "unread-cells", *TIES)
def exchanged_columns(case: Case, dice: random.Random) -> Iterator[Break]:
    """基本支出 stands above the projects' money, 项目支出 above the basic one."""
    for _, table in _tables(case, dice, ("expenditure_summary",)):
        block = _grid_below(case, table)
        grid = case.reading.blocks[block] if block is not None else None
        if not isinstance(grid, Grid) or block is None:
            continue
        heads = {
            name: [Site(block, at) for at, cell in enumerate(grid.cells) if _plain(cell.text) == name] for name in ("基本支出", "项目支出")
        }
        states = any(
            line.label and re.search("基本支出|项目支出", line.label) and line.amount
            for other in case.document.tables if other.kind == "income_expenditure_summary" for line in other.lines
        )
        if states and all(len(sites) == 1 for sites in heads.values()):
            texts = {heads["基本支出"][0]: "项目支出", heads["项目支出"][0]: "基本支出"}
            yield Break(case.with_texts(texts), table.title or "", frozenset(case.table_keys))


# --- accounts and notes ----------------------------------------------------------------------------------------------------------


@breaks("account-code-mismatch")
def names_of_two_accounts(case: Case, dice: random.Random) -> Iterator[Break]:
    """The names of two accounts of one parent are exchanged."""
    for one, other in _pairs_of_accounts(case, dice):
        sites = [case.sites(row.place, row.label) for row in (one[1], other[1])]
        if all(len(each) == 1 for each in sites):
            texts = {sites[0][0]: case.cell(sites[1][0]).text, sites[1][0]: case.cell(sites[0][0]).text}
            keys = {_renamed(one, other[1].label), _renamed(other, one[1].label)}
            yield Break(case.with_texts(texts), f"{one[1].label} ↔ {other[1].label}", frozenset(keys))


@breaks("account-code-mismatch")
def codes_of_two_accounts(case: Case, dice: random.Random) -> Iterator[Break]:
    """The codes of two accounts of one parent are exchanged."""
    for one, other in _pairs_of_accounts(case, dice):
        sites = [case.sites(row.place, row.code or "") for row in (one[1], other[1])]
        if all(len(each) == 1 for each in sites):
            texts = {sites[0][0]: case.cell(sites[1][0]).text, sites[1][0]: case.cell(sites[0][0]).text}
            keys = {_renamed(one, other[1].label), _renamed(other, one[1].label)}
            yield Break(case.with_texts(texts), f"{one[1].code} ↔ {other[1].code}", frozenset(keys))


@breaks("account-code-mismatch")
def code_of_another_account(case: Case, dice: random.Random) -> Iterator[Break]:
    """An account carries the code of its neighbour, which the table does not have and whose name is certain."""
    from expectations.accounts import certain_name

    year = case.document.fiscal_year
    taken = {row.code for _, row in row_subjects(case.document)}
    for key, row in _accounts(case, dice):
        sites = case.sites(row.place, row.code or "")
        for step in (1, -1, 2):
            code = str(int(row.code or 0) + step)
            if year and code not in taken and len(sites) == 1 and certain_name(code, year) not in (None, row.label):
                where = frozenset({(key[0], key[1].replace(f"》{row.code}", f"》{code}"))})
                yield Break(case.with_texts({sites[0]: code}), f"{row.code} {row.label} → {code}", where)
                break


def _accounts(case: Case, dice: random.Random) -> Iterator[tuple[Key, Row]]:
    """Accounts of economic classification or functions that are stated once, with a name that is their own for certain."""
    from expectations.accounts import certain_name

    year = case.document.fiscal_year
    rows = [((subject.kind, subject.label), row) for subject, row in row_subjects(case.document) if row.code and row.label]
    is_certain = [
        (key, row) for key, row in rows
        if year and certain_name(row.code or "", year) == row.label and len(row.code or "") > 4
        and sum(other.code == row.code for _, other in rows) == 1
    ]
    return iter(dice.sample(is_certain, len(is_certain)))


def _pairs_of_accounts(case: Case, dice: random.Random) -> Iterator[tuple[tuple[Key, Row], tuple[Key, Row]]]:
    accounts = list(_accounts(case, dice))
    for one in accounts:
        for other in accounts:
            same = one[1].table == other[1].table and (one[1].code or "")[:-2] == (other[1].code or "")[:-2]
            if one is not other and same:
                yield one, other
                break


def _renamed(account: tuple[Key, Row], name: str) -> Key:
    (kind, label), row = account
    return kind, label.replace(row.label, name) if row.label else label


EMPTY_KINDS = {"government_fund_expenditure": "政府性基金预算", "state_capital_expenditure": "国有资本经营预算"}


@breaks("empty-table-note")
def lost_note(case: Case, dice: random.Random) -> Iterator[Break]:
    """An empty table says nothing of why."""
    for number, table in _tables(case, dice, tuple(EMPTY_KINDS)):
        lines = [block for block in case.reading.blocks if isinstance(block, TextLine) and _plain(block.text) == _plain(table.note or "")]
        if table.empty and table.note and len(lines) == 1:
            yield Break(case.with_line(lines[0], ""), table.title or "", frozenset({case.table_keys[number]}))


@breaks("empty-table-note")
def note_of_another_table(case: Case, dice: random.Random) -> Iterator[Break]:
    """The note of the funds stands under the state capital, or the other way round."""
    for number, table in _tables(case, dice, tuple(EMPTY_KINDS)):
        own, other = EMPTY_KINDS[table.kind], next(name for kind, name in EMPTY_KINDS.items() if kind != table.kind)
        lines = [block for block in case.reading.blocks if isinstance(block, TextLine) and _plain(block.text) == _plain(table.note or "")]
        if table.empty and table.note and len(lines) == 1 and own in lines[0].text:
            text = lines[0].text.replace(own, other)
            yield Break(case.with_line(lines[0], text), text, frozenset({case.table_keys[number]}))


@breaks("empty-table-note")
def note_under_filled_table(case: Case, dice: random.Random) -> Iterator[Break]:
    """A table with amounts says that it is empty."""
    for number, table in _tables(case, dice, ("general_budget_expenditure", "income_summary", "expenditure_summary")):
        block = _grid_below(case, table)
        grid = case.reading.blocks[block] if block is not None else None
        is_whole = sum(bool(line.amount) for line in table.lines) > 3 and len({line.place.page for line in table.lines}) == 1
        if isinstance(grid, Grid) and block is not None and not table.note and is_whole:
            note = TextLine("注：本部门无此项支出，故本表为空表。", page=grid.cells[-1].page)
            yield Break(case.with_block(block, grid, note), table.title or "", frozenset({case.table_keys[number]}))


# --- prose -----------------------------------------------------------------------------------------------------------------------

SAID = re.compile(r"(收入(?:总)?预算|支出(?:总)?预算|收入总计|支出总计|收、?支总计|总收入|总支出|收支总预算)[为是]?([\d,]+\.?\d*)(万元|元)")


@breaks("prose-ties-to-tables", "unit-slip")
def wrong_digit_in_text(case: Case, dice: random.Random) -> Iterator[Break]:
    """A digit of an amount that the text states of the whole budget."""
    for line, said in _said(case, dice):
        text = _digit(said[2], dice)
        if text:
            new = line.text[: said.start(2)] + text + line.text[said.end(2) :]
            yield Break(case.with_line(line, new), f"{said[0]} → {text}", frozenset({case.document_key, *case.table_keys}))


@breaks("prose-adds-up")
def wrong_percentage_in_text(case: Case, dice: random.Random) -> Iterator[Break]:
    """A digit of a change or share in per cent that the amounts beside it give, in one line of the text."""
    held = [claim.text for of_kind in (changes, shares) for claim in of_kind(joined(case.document.prose)[0]) if claim.holds]
    for block in dice.sample(lines := [each for each in case.reading.blocks if isinstance(each, TextLine)], len(lines)):
        for found in re.finditer(r"([0-9]+)((?:\.[0-9]+)?)[%％]", block.text):
            digit = dice.choice([each for each in "123456789" if each != found[1][-1]])
            is_held = any(_plain(claim).endswith(f"{found[1]}{found[2]}%") for claim in held)
            if is_held and sum(f"{found[1]}{found[2]}" in each.text for each in lines) == 1:
                new = f"{block.text[: found.end(1) - 1]}{digit}{block.text[found.end(1) :]}"
                yield Break(case.with_line(block, new), f"{found[0]} → {digit}", frozenset({case.document_key}))


@breaks("prose-ties-to-tables", "unit-slip")
def wrong_unit_in_text(case: Case, dice: random.Random) -> Iterator[Break]:
    """元 in place of 万元 in the text."""
    for line, said in _said(case, dice):
        new = line.text[: said.start(3)] + ("元" if said[3] == "万元" else "万元") + line.text[said.end(3) :]
        yield Break(case.with_line(line, new), said[0], frozenset({case.document_key, *case.table_keys}))


def _said(case: Case, dice: random.Random) -> Iterator[tuple[TextLine, re.Match[str]]]:
    """Amounts in the text that are the total of the income and expenditure table, and stated once."""
    wholes = {
        line.amount for table in case.document.tables if table.kind == "income_expenditure_summary"
        for line in table.lines if line.amount and (line.total or "总计" in (line.label or ""))
    }
    called = [said[1] for line in case.document.prose for said in SAID.finditer(line.text)]
    found = [
        (block, said) for block in case.reading.blocks if isinstance(block, TextLine) for said in SAID.finditer(block.text)
        if called.count(said[1]) == 1 and any(abs((parse_amount(said[2], said[3]) or 0) - whole) <= 100 for whole in wholes)
    ]
    return iter(dice.sample(found, len(found)))


# --- goals and targets -----------------------------------------------------------------------------------------------------------


def _cells_of(case: Case, number: int) -> list[Site]:
    """The cells of a project that has rows of its own."""
    rows = case.rows_of(number)
    if not rows:
        return []
    block, first, end = rows
    grid = case.reading.blocks[block]
    assert isinstance(grid, Grid)
    return [Site(block, at) for at, cell in enumerate(grid.cells) if first <= cell.row < end]


def _funded(case: Case, dice: random.Random) -> Iterator[tuple[int, Project, list[Site]]]:
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        if case.document.projects[at].amount and (cells := _cells_of(case, at)):
            yield at, case.document.projects[at], cells


def _lists(case: Case, project: Project, cells: Sequence[Site]) -> list[Site]:
    """The cells that hold all indicators of a project."""
    return [site for site in cells if all(_plain(each.raw) in _plain(case.cell(site).text) for each in project.indicators)]


LONG_TERM = re.compile("中期|实施期|总体目标|长期|中长期")


@breaks("missing-goal")
def lost_goal(case: Case, dice: random.Random) -> Iterator[Break]:
    """The goal's cell is blank, and no goal of several years stands beside it."""
    for at, project, cells in _funded(case, dice):
        if any(LONG_TERM.search(case.cell(site).text) for site in cells):
            continue
        own = [site for site in cells if project.goal and _plain(case.cell(site).text) == _plain(project.goal)]
        if len(own) == 1:
            yield Break(case.with_texts({own[0]: ""}), project.name, frozenset({case.project_keys[at]}))


@breaks("template-left-over")
def blank_form_in_goal(case: Case, dice: random.Random) -> Iterator[Break]:
    """The goal is what the blank form says."""
    for at, project, cells in _funded(case, dice):
        own = [site for site in cells if project.goal and _plain(case.cell(site).text) == _plain(project.goal)]
        if len(own) == 1:
            yield Break(case.with_texts({own[0]: "目标1：完成XX项工作"}), project.name, frozenset({case.project_keys[at]}))


@breaks("template-left-over")
def blank_form_in_name(case: Case, dice: random.Random) -> Iterator[Break]:
    """The name is what the blank form says."""
    for at, project, _ in _funded(case, dice):
        own = case.anchor(project)
        if own and _plain(case.cell(own).text) == _plain(project.name):
            (kind, label) = case.project_keys[at]
            where = frozenset({(kind, label.replace(project.name, "XX项目经费"))})
            yield Break(case.with_texts({own: "XX项目经费"}), project.name, where)


@breaks("missing-indicators")
def lost_indicators(case: Case, dice: random.Random) -> Iterator[Break]:
    """The list of a project's indicators is blank."""
    for at, project, cells in _funded(case, dice):
        own = _lists(case, project, cells)
        levels = {indicator.level1 for indicator in project.indicators}
        if len(own) == 1 and {"产出指标", "效益指标"} <= levels:
            yield Break(case.with_texts({own[0]: ""}), project.name, frozenset({case.project_keys[at]}))


def _retargeted(
    case: Case, dice: random.Random, names: str, target: Callable[[str], str], level1: str | None = None
) -> Iterator[Break]:
    """The target of one indicator is another one; the indicator's own cell holds nothing else."""
    for at, project, cells in _funded(case, dice):
        for indicator in project.indicators:
            if not re.search(names, indicator.name) or (level1 and indicator.level1 != level1):
                continue
            own = [site for site in cells if _plain(case.cell(site).text) == _plain(indicator.text)]
            named = {case.cell(site).row for site in cells if _plain(indicator.name) in _plain(case.cell(site).text)}
            beside = [site for site in own if case.cell(site).row in named]
            is_text = project.place.confidence is None   # a digit of a picture may be another one
            if len(beside) == 1 and indicator.kind == "quantitative" and is_text:
                text = target(indicator.name)
                yield Break(case.with_texts({beside[0]: text}), f"{indicator.name}: {text}", frozenset({case.project_keys[at]}))


@breaks("impossible-target")
def above_the_whole(case: Case, dice: random.Random) -> Iterator[Break]:
    """A share of more than all."""
    return _retargeted(case, dice, "合格率$|满意度$|知晓率$|及时率$|准确率$", lambda _: "≥950%")


@breaks("impossible-target")
def upside_down(case: Case, dice: random.Random) -> Iterator[Break]:
    """At most, of what should be high."""
    return _retargeted(case, dice, "^[^不]*(合格率|满意度)$", lambda _: "≤90%")


@breaks("impossible-target")
def name_for_target(case: Case, dice: random.Random) -> Iterator[Break]:
    """The name once more in place of the target."""
    return _retargeted(case, dice, "", lambda name: name)


@breaks("impossible-target")
def operator_for_target(case: Case, dice: random.Random) -> Iterator[Break]:
    """An operator without its number."""
    return _retargeted(case, dice, "", lambda _: "≥")


@breaks("impossible-target")
def share_in_pieces(case: Case, dice: random.Random) -> Iterator[Break]:
    """A share is counted in pieces."""
    return _retargeted(case, dice, "(合格率|满意度|知晓率|及时率|准确率)$", lambda _: "≥95次")


@breaks("missing-goal")
def goal_to_be_set(case: Case, dice: random.Random) -> Iterator[Break]:
    """待定 in place of the goal, and no goal of several years beside it."""
    for at, project, cells in _funded(case, dice):
        own = [site for site in cells if project.goal and _plain(case.cell(site).text) == _plain(project.goal)]
        if len(own) == 1 and not any(LONG_TERM.search(case.cell(site).text) for site in cells):
            yield Break(case.with_texts({own[0]: "待定"}), project.name, frozenset({case.project_keys[at]}))


@breaks("unmeasurable-target")
def word_for_number(case: Case, dice: random.Random) -> Iterator[Break]:
    """A word in place of what can be counted."""
    return _retargeted(case, dice, "(数量|人数|次数|个数|面积|人次|场次|合格率)$", lambda _: "逐步提升", "产出指标")


@breaks("copied-indicators")
def indicators_of_another_project(case: Case, dice: random.Random) -> Iterator[Break]:
    """A project carries all indicators of another, unrelated one."""
    lists: dict[int, Site] = {}
    for at, project, cells in _funded(case, dice):
        own = _lists(case, project, cells)
        if len(own) == 1 and len(project.indicators) > 3:
            lists[at] = own[0]
    for at, site in lists.items():
        for other, its in lists.items():
            names = [case.document.projects[number].name for number in (at, other)]
            if other != at and not set(names[0]) & set(names[1]) - set("经费项目资金专项支出用"):
                text = case.cell(its).text
                keys = {case.project_keys[at], case.project_keys[other]}
                yield Break(case.with_texts({site: text}), " ← ".join(names), frozenset(keys))
                break


# --- what breaks nothing -----------------------------------------------------------------------------------------------------------


@harmless
def thousands_separated(case: Case, dice: random.Random) -> Iterator[Break]:
    """A separator in an amount."""
    for bound in dice.sample(case.bound, len(case.bound)):
        whole, point, rest = _plain(bound.text).partition(".")
        if whole.isdigit() and len(whole) > 3:
            yield Break(case.with_texts({bound.site: f"{int(whole):,}{point}{rest}"}), bound.text, frozenset())


@harmless
def full_width_digits(case: Case, dice: random.Random) -> Iterator[Break]:
    """An amount in full-width digits."""
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for bound in dice.sample(case.bound, len(case.bound)):
        yield Break(case.with_texts({bound.site: bound.text.translate(wide)}), bound.text, frozenset())


@harmless
def more_places(case: Case, dice: random.Random) -> Iterator[Break]:
    """Zeros behind the point."""
    for bound in dice.sample(case.bound, len(case.bound)):
        if NUMBER.fullmatch(_plain(bound.text)):
            text = bound.text + ("00" if "." in bound.text else ".00")
            yield Break(case.with_texts({bound.site: text}), bound.text, frozenset())


@harmless
def spaced_names(case: Case, dice: random.Random) -> Iterator[Break]:
    """A space in a project's name."""
    for at in dice.sample(range(len(case.document.projects)), len(case.document.projects)):
        own = case.anchor(case.document.projects[at])
        if own and len(case.cell(own).text) == len(case.document.projects[at].name) > 3 and not case.cell(own).text.isascii():
            text = case.cell(own).text
            yield Break(case.with_texts({own: f"{text[:2]} {text[2:]}"}), text, frozenset())
