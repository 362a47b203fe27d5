"""Columns of a table: what its header says they hold, and which cell of a row belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from math import comb

from transforms.amounts import is_blank
from transforms.grid import Cell, Grid
from transforms.layouts.matrix import once_per_grid
from transforms.layouts.surroundings import money_in_brackets
from transforms.names import fold_width, strip_whitespace
from transforms.records import TOTAL, Place
from transforms.vocabulary import any_of, vocabulary

_HEADER_ROWS = 4            # a header of more rows has not been seen
_KNOWN_TO_UNKNOWN = 3       # a row of headers may have a word or two that nobody listed: names and values hold few of headers
_PLACEMENTS = 5_000         # more ways to put a row's cells into its columns are not tried: such a row is never certain
_COUNT = re.compile(r"[(\[]?([0-9]{1,2})[)\]]?(?:=[-+*/×()0-9]+)?|[-+*/×()0-9]*[-+*/×][-+*/×()0-9]*")
_LETTER = re.compile("[A-Z]")
_IN_BRACKETS = re.compile(r"[(\[【][^()]*[)\]】]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年度?")
_PAGE_NUMBER = re.compile(r"[-—–―－·.]*(?:第?[0-9]+页?)(?:[,，/]?共?[0-9]+页?)?[-—–―－·.]*")

Suits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header path from the spanning header down, its role in headers.yaml, the unit its header states."""

    title: str
    role: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table by their number in the grid; `last_row` is the header's last row, `first_row` its first."""

    columns: Mapping[int, Column]
    first_row: int
    last_row: int

    @property
    def titles(self) -> tuple[str, ...]:
        """The columns' titles in order."""
        return tuple(column.title for column in self.columns.values())

    def number_of(self, role: str) -> int | None:
        """The place (from 0) of the first column with this role."""
        return next((place for place, column in enumerate(self.columns.values()) if column.role == role), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as published: its texts, where it stands, and its readings: one text per column of the header.

    Several readings are several ways to put the cells into the columns. `is_shifted` says that the cells did not fit,
    `is_readable` is False where no reading suits the columns: then the one given goes from left to right. `shared` are
    the places (from 0) of columns whose cell is merged with that of another project's row; `goes_on` says that the name
    is merged with that of the row above.
    """

    cells: tuple[str, ...]
    place: Place
    readings: tuple[tuple[str, ...], ...]
    is_shifted: bool = False
    is_readable: bool = True
    shared: frozenset[int] = frozenset()
    goes_on: bool = False

    @property
    def is_stripped(self) -> bool:
        """Whether the row lost nothing but blanks at its end: editors strip white space there."""
        (first, *others), count = self.readings, len(self.cells)
        return not others and first[:count] == self.cells and not any(first[count:])


def find_header(grid: Grid, is_header: Callable[[Header], bool]) -> Header | None:
    """Find the header of a table.

    Args:
        grid: the table; titles and unit rows may stand above its header.
        is_header: what a layout demands of the columns.

    Returns:
        The first rows that satisfy the layout, with all rows that belong to them.
    """
    return next((header for header in _headers(grid) if is_header(header)), None)


@once_per_grid
def _headers(grid: Grid) -> tuple[Header, ...]:
    """What may be headers of a table of projects: rows that name them, with those above and below."""
    named = {cell.row for cell in grid.cells if cell.text and _heads_projects(cell.text)}
    rows = list(grid.rows()) if named else []
    names = [index for index, row in enumerate(rows) if row[0].row in named]
    starts = {start for index in names for start in range(max(index - _HEADER_ROWS + 1, 0), index + 1)}
    return tuple(_read_header(rows, start) for start in sorted(starts))


@lru_cache(maxsize=4096)
def _heads_projects(text: str) -> bool:
    """Whether a text by itself is the header of a column of projects' names; no header of a table of projects is without one."""
    name = _plain(money_in_brackets(strip_whitespace(text))[0])
    return role_of([name]) == "project_name" or name.endswith(tuple(vocabulary("headers")["project_levels"]))


def _read_header(rows: Sequence[Sequence[Cell]], start: int) -> Header:
    height = max(cell.row_span for cell in rows[start])
    end = start + 1
    while end < min(len(rows), start + _HEADER_ROWS) and (rows[end][0].row < rows[start][0].row + height or _goes_on(rows[end])):
        end += 1
    paths: dict[int, list[str]] = {}
    for cell in (cell for row in rows[start:end] for cell in row):
        text = strip_whitespace(cell.text)
        for number in range(cell.column, cell.column + cell.column_span):
            path = paths.setdefault(number, [])
            if text and text not in path[-1:]:
                path.append(text)
    columns = {number: _column(tuple(path)) for number, path in sorted(paths.items())}
    return Header(_with_initial(_of_this_year(columns)), rows[start][0].row, rows[end - 1][-1].row)


def _goes_on(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but headers of columns, below spanning ones."""
    names = [_plain(cell.text) for cell in row if cell.text]
    subtotals = vocabulary("headers")["subtotals"]
    unknown = [name for name in names if not (_role(name) or indicator_role([name]) or name in subtotals)]
    is_known = len(unknown) * _KNOWN_TO_UNKNOWN < len(names) and not any(character.isdecimal() for name in unknown for character in name)
    return bool(names) and not row[0].text and is_known


@lru_cache(maxsize=4096)    # every layout that is asked reads the same headers again
def _column(path: tuple[str, ...]) -> Column:
    parts = [money_in_brackets(text) for text in path]
    return Column("/".join(path), role_of([_plain(name) for name, _ in parts]), next((unit for _, unit in reversed(parts) if unit), None))


@cache
def money_roles() -> frozenset[str]:
    """The roles of columns that hold amounts."""
    return frozenset((TOTAL, *vocabulary("headers")["funding"]))


def _of_this_year(columns: Mapping[int, Column]) -> dict[int, Column]:
    """Of several columns of money with the same role those of the year keep it, where some say that they are.

    A total over other years is nothing to add up; a source that is not the year's may be a part of the total.
    """
    winners = {column.role for column in columns.values() if column.role in money_roles() and _is_this_year(column)}
    return {
        number: replace(column, role="ignored" if column.role == TOTAL else None)
        if column.role in winners and not _is_this_year(column)
        else column
        for number, column in columns.items()
    }


def _with_initial(columns: Mapping[int, Column]) -> Mapping[int, Column]:
    """The budget as it was first set is the total where no other column holds that."""
    if any(column.role == TOTAL for column in columns.values()):
        return columns
    first = [number for number, column in columns.items() if column.role is None and _is_initial(column.title)]
    return {**columns, first[0]: replace(columns[first[0]], role=TOTAL)} if len(first) == 1 else columns


@lru_cache(maxsize=4096)
def _is_initial(title: str) -> bool:
    name = _plain(money_in_brackets(title.rpartition("/")[2])[0])
    return name in vocabulary("forms")["budget_columns"]["initial"]


def _is_this_year(column: Column) -> bool:
    return any(word in column.title for word in vocabulary("headers")["this_year"])


def _is_other_year(name: str) -> bool:
    words = vocabulary("headers")
    return name.startswith(tuple(words["other_years"])) and not any(word in name for word in words["left_over"])


def role_of(path: Sequence[str]) -> str | None:
    """The role of the lowest header; 小计 has that of the header above it, which only groups columns if it has none."""
    if not path:
        return None
    if any(map(_is_other_year, path)):
        return "ignored"
    return _role_of_money(path) or indicator_role(path)


def _role_of_money(path: Sequence[str]) -> str | None:
    name, above = path[-1], _role(path[-2]) if len(path) > 1 else None
    if len(path) > 1 and name in vocabulary("headers")["subtotals"]:
        return above or "total"
    role = _role(name)
    if above == "carryover":
        return None    # 上年结转/财政拨款 is not this year's 财政拨款
    if above == "fiscal_appropriation" and role not in vocabulary("headers")["appropriation_parts"]:
        return None    # 财政拨款/其他 is not 其他资金
    return role


def indicator_role(path: Sequence[str]) -> str | None:
    """The role of a column of indicators: that of its lowest header, else, below one of targets, by what this says.

    Args:
        path: the headers from the spanning one down: `指标值`, `预期2024年实现值`.
    """
    *above, lowest = path
    own = _own_indicator_role(lowest)
    is_of_target = any(_own_indicator_role(name) == "target" for name in above)
    return _target_or_actual(lowest) if own is None and is_of_target else own


@lru_cache(maxsize=4096)    # forms ask it of every text that may be a header
def _own_indicator_role(header: str) -> str | None:
    """The role that a header has by itself."""
    name = _without_year(header)
    is_target = name.endswith(tuple(vocabulary("headers")["target_endings"]))
    return _indicator_roles().get(name) or (_target_or_actual(header) if is_target else None)


def _target_or_actual(header: str) -> str:
    name = _without_year(header)
    return "actual" if any(word in name for word in vocabulary("headers")["actual_words"]) else "target"


def _without_year(name: str) -> str:
    """A header without years, brackets with what stands in them, and words that name the year it is about."""
    plain = _IN_BRACKETS.sub("", strip_whitespace(fold_width(name)))
    plain = _YEAR.sub("", plain).strip("*#:：★")
    known = _indicator_roles()
    words = (word for word in vocabulary("headers")["this_year"] if plain.replace(word, "", 1) in known)    # 年度指标值, 预期当年实现值
    return plain if plain in known else plain.replace(next(words, ""), "", 1)


@cache
def _indicator_roles() -> dict[str, str]:
    return {fold_width(name): role for role, names in vocabulary("headers")["indicator_roles"].items() for name in names}


@lru_cache(maxsize=4096)
def _plain(header: str) -> str:
    plain = strip_whitespace(fold_width(header)).strip("*#:：")
    for prefix in vocabulary("headers")["prefixes"]:
        plain = plain.removeprefix(fold_width(prefix))
    return plain


@lru_cache(maxsize=4096)
def _role(name: str) -> str | None:
    return _roles().get(name) or _roles().get(money_in_brackets(name)[0]) or _role_of_source(name)


def _role_of_source(name: str) -> str | None:
    """The role of a source of money or a total with words that make no difference: 本年财政拨款资金, 其他资金来源."""
    words, plain = vocabulary("headers"), money_in_brackets(name)[0]
    bare = _this_year_in_front().sub("", plain)
    forms = (bare, *(name.removesuffix(ending) for name in (plain, bare) for ending in words["source_endings"]))
    return next((role for form in forms if (role := _roles().get(form)) in money_roles()), None)


@cache
def _this_year_in_front() -> re.Pattern[str]:
    return re.compile(rf"^(?:{any_of(vocabulary('headers')['this_year'])})")


@cache
def _roles() -> dict[str, str]:
    """Headers and their roles; a total is called in a table what it is called in a form."""
    totals = {name: TOTAL for role in ("total", "total_year") for name in vocabulary("forms")["roles"][role]}
    known = {name: role for role, names in vocabulary("headers")["roles"].items() for name in names}
    return {fold_width(name): role for name, role in {**totals, **known}.items()}


# --- rows -------------------------------------------------------------------------------------------------------------


def read_rows(grid: Grid, header: Header, suits: Sequence[Suits]) -> Iterator[Row]:
    """Read the rows below a header.

    Args:
        grid: the table.
        header: its columns.
        suits: for each column in order, whether it can hold a text.

    Yields:
        The rows in order. Blank rows, repeated headers and rows of column numbers are none.
    """
    rows = [cells for cells in grid.rows() if cells[0].row > header.last_row]
    is_damaged = grid.is_ragged and sum(len(cells) > len(suits) for cells in rows) * 2 > len(rows)    # the header lost a separator
    above: list[Cell] = []
    for cells in rows:
        above = [cell for cell in above if cell.row + cell.row_span > cells[0].row]
        texts = tuple(cell.text for cell in cells)
        if any(map(str.strip, texts)) and not _is_furniture(texts, header):
            place = Place.of(cells, [cell for cell in cells if _is_of_money(header.columns.get(cell.column))])
            if is_damaged:
                yield _unreadable(texts, place, len(suits))
            elif grid.is_ragged:
                yield _place_ragged(texts, place, suits)
            else:
                yield _place_cells(cells, above, place, header)
        above.extend(cell for cell in cells if cell.row_span > 1)


def _is_of_money(column: Column | None) -> bool:
    return column is not None and column.role in money_roles()


def _place_cells(cells: Sequence[Cell], above: Sequence[Cell], place: Place, header: Header) -> Row:
    """Put the cells of a row into the columns; what is merged with rows above counts for a row with a name of its own.

    Rows below a merged name belong to its project, so nothing is repeated there.
    """
    own = {cell.column: cell for cell in cells}
    merged = {cell.column: cell for cell in above}
    named = next((number for number, column in header.columns.items() if column.role == "project_name"), 0)
    name = own.get(named)
    height = name.row_span if name else 1
    known = {**merged, **own} if name and name.text.strip() else own
    placed = [known.get(number) for number in header.columns]
    shared = frozenset(at for at, cell in enumerate(placed) if cell and (cell in above or cell.row_span > height))
    texts = tuple(cell.text for cell in cells)
    return Row(texts, place, (tuple(cell.text if cell else "" for cell in placed),), shared=shared, goes_on=named in merged)


def _place_ragged(texts: tuple[str, ...], place: Place, suits: Sequence[Suits]) -> Row:
    """Put the cells of a row into the columns by what they hold."""
    if len(texts) == len(suits):
        return Row(texts, place, (texts,))
    readings = tuple(dict.fromkeys(_placements(texts, suits)))
    return Row(texts, place, readings, is_shifted=True) if readings else _unreadable(texts, place, len(suits))


def _unreadable(texts: tuple[str, ...], place: Place, count: int) -> Row:
    return Row(texts, place, ((*texts, *[""] * (count - len(texts)))[:count],), is_shifted=True, is_readable=False)


def _placements(texts: tuple[str, ...], suits: Sequence[Suits]) -> Iterator[tuple[str, ...]]:
    """All ways to put cells into columns, in order, that every column can hold; only blank cells are added or left out.

    The first is the one that a reader of the page would see: cells as far to the left as they fit.
    """
    missing = len(suits) - len(texts)
    if missing > 0:
        ways = combinations(reversed(range(len(suits))), missing) if comb(len(suits), missing) <= _PLACEMENTS else ()
        candidates = (_with_blanks(texts, set(way), len(suits)) for way in ways)
    else:
        blanks = [place for place, text in enumerate(texts) if is_blank(text)]
        ways = combinations(blanks, -missing) if comb(len(blanks), -missing) <= _PLACEMENTS else ()
        candidates = (tuple(text for place, text in enumerate(texts) if place not in way) for way in ways)
    for candidate in candidates:
        if all(suit(text) for suit, text in zip(suits, candidate, strict=True)):
            yield candidate


def _with_blanks(texts: tuple[str, ...], blanks: set[int], count: int) -> tuple[str, ...]:
    rest = iter(texts)
    return tuple("" if place in blanks else next(rest) for place in range(count))


def _is_furniture(texts: Sequence[str], header: Header) -> bool:
    """Whether a row is the header printed again, the numbers or letters of the columns (栏次), or a page's number."""
    plain = [_plain(text) for text in texts if text.strip()]
    known = {_plain(part) for title in header.titles for part in title.split("/")}
    if len(plain) == 1:
        return bool(_PAGE_NUMBER.fullmatch(_plain(texts[0])))    # further right a number is an amount that lost its row
    return set(plain) <= known or is_numbering(plain)


def is_numbering(texts: Sequence[str]) -> bool:
    """Whether the texts of a row number or letter the columns: 栏次, 1, 2, 3=1+2; 甲, 乙, 1, 2."""
    numbering = vocabulary("headers")["numbering"]
    numbers = [text for text in texts if text not in numbering and not _LETTER.fullmatch(text)]
    counts = map(_COUNT.fullmatch, numbers)
    are_in_order = all(count and count[1] in (None, str(number)) for number, count in enumerate(counts, 1))
    return are_in_order and len(numbers or texts) > 2
