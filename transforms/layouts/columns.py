"""Columns of a table: what its header says they hold, and which cell of a row belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import combinations
from math import comb

from transforms.amounts import is_amount, is_blank, is_unit
from transforms.funding import APPROPRIATION, appropriation_parts
from transforms.grid import Cell, Grid
from transforms.indicators import is_level_name, level_of_pieces, official_level
from transforms.names import fold_width, strip_whitespace
from transforms.records import TOTAL, Place
from transforms.tables.headers import budget_kind, heads_projects, indicator_role, money_roles, own_role, plain_header, role_of
from transforms.tables.labels import role_of_term
from transforms.tables.ledger import HEADER, OF_ANOTHER_TERM, OF_APPROPRIATION, Fate, Ledger
from transforms.tables.matrix import once_per_grid
from transforms.tables.surroundings import money_in_brackets, other_money
from transforms.vocabulary import any_of, vocabulary

_OF_OTHER_TIMES = ("total_term", "initial", "spent", "other_year")    # roles of columns of amounts beside the year's budget
_FATES: dict[str, tuple[Fate, str]] = {"part": OF_APPROPRIATION, **dict.fromkeys(_OF_OTHER_TIMES, OF_ANOTHER_TERM)}
UNIT_OF_ROW = "money_unit"
FOREIGN = "foreign"    # amounts of other money: nobody reads them
_OF_UNITS = {None, "ignored", "unit_name", "measure"}    # roles by words of columns that may hold units of money: 单位, 计量单位
_NOT_KEPT = ("ignored", "actual", *_OF_OTHER_TIMES, "part")
_OF_WHICH = re.compile("其中:?.")
_YEAR = re.compile(r"(20[0-9]{2})年度?")
_LEAST_YEARS = 2    # beside each other, so that they head columns
_BUDGETS = ("budget", "initial")    # of a self-evaluation, the surest first
_LEVELS = ("level1", "level2")
_OF_INDICATORS = (*_LEVELS, "indicator_name", "target")    # roles of columns that hold the parts of an indicator
_LEAST_LEVELS = 2    # columns headed by different ones: 数量 or 成本 alone may head anything
_HEADER_ROWS = 4            # a header of more rows has not been seen
_KNOWN_TO_UNKNOWN = 3       # a row of headers may have a word or two that nobody listed: names and values hold few of headers
_PLACEMENTS = 5_000         # more ways to put a row's cells into its columns are not tried: such a row is never certain
_COUNT = re.compile(r"[(\[]?([0-9]{1,2})[)\]]?(?:=[-+*/×()0-9]+)?|[-+*/×()0-9]*[-+*/×][-+*/×()0-9]*")
_LETTER = re.compile("[A-Z]")
_PAGE_NUMBER = re.compile(r"[-—–―－·.]*(?:第?[0-9]+页?)(?:[,，/]?共?[0-9]+页?)?[-—–―－·.]*")
# — 9 — is no amount, whatever column it stands in.
_MARKED_PAGE_NUMBER = re.compile(r"([-—–―－·.]+)[0-9]{1,4}\1|第[0-9]{1,4}页(?:[,，/]?共[0-9]{1,4}页)?")

Suits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header path from the spanning header down, its role in headers.yaml, the unit its header states.

    `level` is the official name of the level of indicators that its header names; its role is `indicators` where it lists those.
    """

    title: str
    role: str | None
    unit: str | None
    level: str | None = None


@dataclass(frozen=True)
class Header:
    """The columns of a table by their number in the grid; `last_row` is the header's last row, `first_row` its first."""

    columns: Mapping[int, Column]
    first_row: int
    last_row: int

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The columns' titles in order."""
        return tuple(column.title for column in self.columns.values())

    @cached_property
    def roles(self) -> frozenset[str | None]:
        """The roles that its columns have."""
        return frozenset(self._places)

    @cached_property
    def words(self) -> frozenset[str]:
        """All headers, as they are compared."""
        return frozenset(plain_header(part) for title in self.titles for part in title.split("/"))

    @cached_property
    def _places(self) -> dict[str | None, int]:
        roles = [column.role for column in self.columns.values()]
        return {role: place for place, role in reversed(list(enumerate(roles)))}

    def of_year(self, year: int | None) -> Header:
        """The header; of columns headed by years alone that of the document is the total, and the others are not kept."""
        years = {number: int(match[1]) for number, column in self.columns.items() if (match := _YEAR.fullmatch(column.title))}
        if len(years) < _LEAST_YEARS or TOTAL in self.roles or list(years.values()).count(year or 0) != 1:
            return self
        roles = {number: TOTAL if stated == year else "other_year" for number, stated in years.items()}
        columns = {number: replace(column, role=roles.get(number, column.role)) for number, column in self.columns.items()}
        return Header(columns, self.first_row, self.last_row)

    def number_of(self, role: str) -> int | None:
        """The place (from 0) of the first column with this role."""
        return self._places.get(role)


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
    named = {cell.row for cell in grid.cells if cell.text and heads_projects(cell.word)}
    rows = list(grid.rows()) if named else []
    names = [index for index, row in enumerate(rows) if row[0].row in named]
    starts = {start for index in names for start in range(max(index - _HEADER_ROWS + 1, 0), index + 1)}
    return tuple(_read_header(rows, start) for start in sorted(starts))


def _read_header(rows: Sequence[Sequence[Cell]], start: int) -> Header:
    height = max(cell.row_span for cell in rows[start])
    end = start + 1
    last = min(len(rows), start + _HEADER_ROWS)
    while end < last and (rows[end][0].row < rows[start][0].row + height or _goes_on(rows[end], rows[end - 1])):
        end += 1
    paths: dict[int, list[tuple[str, str]]] = {}
    for cell in (cell for row in rows[start:end] for cell in row):
        names = strip_whitespace(cell.text), strip_whitespace(cell.word)
        for number in range(cell.column, cell.column + cell.column_span):
            path = paths.setdefault(number, [])
            if names[0] and names not in path[-1:]:
                path.append(names)
    columns = _without_asked(_of_this_year({number: _column(tuple(path)) for number, path in sorted(paths.items())}))
    columns = _without_parts(_with_budget(columns))
    columns = _with_units_of_rows(columns, rows[end:])
    return Header(_with_levels(columns, rows[end:]), rows[start][0].row, rows[end - 1][-1].row)


def _with_units_of_rows(columns: Mapping[int, Column], rows: Sequence[Sequence[Cell]]) -> Mapping[int, Column]:
    """The columns; one that holds units of money and nothing else says in which unit the amounts of each row are."""
    has_indicators = any(column.role in ("indicator_name", "target") for column in columns.values())
    open_roles = _OF_UNITS - {"measure"} if has_indicators else _OF_UNITS
    open_columns = {number for number, column in columns.items() if column.role in open_roles}
    found = set[int]()
    for cell in (cell for row in rows for cell in row if cell.column in open_columns and not is_blank(cell.text)):
        if is_unit(cell.text):
            found.add(cell.column)
        else:
            open_columns.discard(cell.column)
    found &= open_columns
    return {number: replace(column, role=UNIT_OF_ROW) if number in found else column for number, column in columns.items()}


def _goes_on(row: Sequence[Cell], above: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but headers of columns, below spanning ones: by its words, or as it parts the merged cells above."""
    named = [cell for cell in row if cell.text]
    names = [plain_header(cell.word) for cell in named]
    unknown = [name for name in names if not (own_role(name) or indicator_role([name]))]
    if not names or row[0].text or any(character.isdecimal() for name in unknown for character in name):
        return False
    spanning = [over for over in above if over.column_span > 1 and over.text]
    return len(unknown) * _KNOWN_TO_UNKNOWN < len(names) or all(
        any(over.column <= cell.column < over.column + over.column_span for over in spanning) for cell in named
    )


@lru_cache(maxsize=4096)    # every layout that is asked reads the same headers again
def _column(path: tuple[tuple[str, str], ...]) -> Column:
    """The column under headers from the top spanning one down, each as printed and as the known word that it is read as."""
    parts = [money_in_brackets(word) for _, word in path]
    names = [plain_header(name) for name, _ in parts]
    title = "/".join(text for text, _ in path)
    unit = next((unit for _, unit in reversed(parts) if unit), None)
    role, other = role_of(names), next(filter(None, (other_money(text) for text, _ in path)), None)
    if other and (role is None or role in money_roles()):
        role = "ignored" if other == "rate" else FOREIGN
    return Column(title, role, unit, next(filter(None, map(_level, reversed(names))), None))


def _level(name: str) -> str | None:
    return official_level(name) or level_of_pieces(name)


def _of_this_year(columns: Mapping[int, Column]) -> dict[int, Column]:
    """Of several columns of money with the same role those of the year keep it, where some say that they are.

    A total over other years is nothing to add up; a source that is not the year's may be a part of the total.
    """
    winners = {column.role for column in columns.values() if column.role in money_roles() and _is_this_year(column)}
    return {
        number: replace(column, role="total_term" if column.role == TOTAL else None)
        if column.role in winners and not _is_this_year(column)
        else column
        for number, column in columns.items()
    }


def _with_budget(columns: Mapping[int, Column]) -> Mapping[int, Column]:
    """The budget as it was changed is the total where no other column holds that, else as it was first set; what was spent never is."""
    names = {number: _lowest(column) for number, column in columns.items() if column.role is None}
    kinds = {number: kind for number, name in names.items() if (kind := budget_kind(name) or _asked_or_granted(name) or role_of_term(name))}
    if not kinds:
        return columns
    has_total = any(column.role == TOTAL for column in columns.values())
    totals = [] if has_total else next((found for kind in _BUDGETS if (found := [one for one in kinds if kinds[one] == kind])), [])
    if not has_total and len(totals) != 1:
        return columns
    roles = {number: kind for number, kind in kinds.items() if kind in _NOT_KEPT} | dict.fromkeys(totals, TOTAL)
    return {number: replace(column, role=roles.get(number, column.role)) for number, column in columns.items()}


def _without_asked(columns: Mapping[int, Column]) -> Mapping[int, Column]:
    """The columns; of money below 单位申报数 nothing is the year's where other columns stand below 财政审定数."""
    kinds = {number: next(filter(None, map(_asked_or_granted, _above(column))), None) for number, column in columns.items()}
    if set(_BUDGETS) - set(kinds.values()):
        return columns
    return {number: replace(column, role="initial") if kinds[number] == "initial" else column for number, column in columns.items()}


def _above(column: Column) -> Iterator[str]:
    """The headers above the lowest one of a column, as they are compared."""
    return (plain_header(money_in_brackets(part)[0]) for part in column.title.split("/")[:-1])


def _without_parts(columns: Mapping[int, Column]) -> Mapping[int, Column]:
    """The columns; what stands under 其中 right of a source of money, or below it, is a part of it and no source beside it.

    What 财政拨款 is made of is known, and kept.
    """
    found = dict(columns)
    whole: str | None = None    # the role of the column to which 其中 refers
    for number, column in columns.items():
        above, _, lowest = column.title.rpartition("/")
        if not _OF_WHICH.match(fold_width(lowest)):
            whole = column.role
            continue
        of = own_role(plain_header(above.rpartition("/")[2])) if above else whole
        is_source = of in money_roles() and of != TOTAL and column.role in money_roles()
        if is_source and not (of == APPROPRIATION and column.role in appropriation_parts()):
            found[number] = replace(column, role="part")
    return found


@cache
def _granting() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = vocabulary("headers")["granting"]
    by, money = any_of(words["by"]), any_of(words["of_money"])
    return tuple((kind, re.compile(rf"(?:{by})?(?:{any_of(words[kind])})(?:{money})+")) for kind in _BUDGETS)


def _asked_or_granted(name: str) -> str | None:
    """What a column of money is where a department asks and finance grants: 申报数 is first, 审定数 counts."""
    return next((kind for kind, pattern in _granting() if pattern.fullmatch(name)), None)


def _lowest(column: Column) -> str:
    return plain_header(money_in_brackets(column.title.rpartition("/")[2])[0])


def _with_levels(columns: Mapping[int, Column], below: Sequence[Sequence[Cell]]) -> Mapping[int, Column]:
    """Columns that are headed by several levels and hold texts list the indicators of these: 数量指标 · 质量指标 · 满意度指标.

    Numbers below 数量 and 成本 count and cost something else.
    """
    headed = {number: column.level for number, column in columns.items() if column.role is None and column.level}
    listed = {level for number, level in headed.items() if official_level(_lowest(columns[number]))}
    if len(listed) < _LEAST_LEVELS or any(column.role in _OF_INDICATORS for column in columns.values()):
        return columns
    filled = [cell.text for cells in below for cell in cells if cell.column in headed and not is_blank(cell.text)]
    if sum(map(is_amount, filled)) * 2 >= len(filled):
        return columns
    return {number: replace(column, role="indicators") if number in headed else column for number, column in columns.items()}


def _is_this_year(column: Column) -> bool:
    return any(word in column.title for word in vocabulary("headers")["this_year"])


# --- rows -------------------------------------------------------------------------------------------------------------


def read_rows(grid: Grid, header: Header, suits: Sequence[Suits], ledger: Ledger) -> Iterator[Row]:
    """Read the rows below a header.

    Args:
        grid: the table.
        header: its columns.
        suits: for each column in order, whether it can hold a text.
        ledger: takes down what becomes of the cells.

    Yields:
        The rows in order. Blank rows, repeated headers and rows of column numbers are none.
    """
    upper = (cell for cell in grid.cells if cell.row <= header.last_row)
    ledger.enter((cell for cell in upper if cell.row >= header.first_row or not is_amount(cell.text)), *HEADER)    # no amount stands above
    if not grid.is_ragged:    # else a cell may stand left of its column
        ledger.head({number: column.title for number, column in header.columns.items()})
    rows = [cells for cells in grid.rows() if cells[0].row > header.last_row]
    is_damaged = grid.is_ragged and sum(len(cells) > len(suits) for cells in rows) * 2 > len(rows)    # the header lost a separator
    above: list[Cell] = []
    for cells in rows:
        above = [cell for cell in above if cell.row + cell.row_span > cells[0].row]
        texts = tuple(cell.text for cell in cells)
        if _is_furniture(texts, header):
            ledger.enter(cells, "structure", "header again, column numbers or page number")
            places = _reordered(cells, header)
            is_damaged = is_damaged or (grid.is_ragged and bool(places))
            header = replace(header, columns={places.get(number, number): column for number, column in header.columns.items()})
        elif any(map(str.strip, texts)):
            place = Place.of(cells, [cell for cell in cells if _is_of_money(header.columns.get(cell.column))])
            if is_damaged:
                row = _unreadable(texts, place, len(suits))
            elif grid.is_ragged:
                row = _place_ragged(texts, place, suits)
            else:
                row = _place_cells(cells, above, place, header)
            _enter(ledger, cells, row, header, is_ragged=grid.is_ragged)
            yield row
        above.extend(cell for cell in cells if cell.row_span > 1)


def _enter(ledger: Ledger, cells: Sequence[Cell], row: Row, header: Header, *, is_ragged: bool) -> None:
    """Take down what becomes of a row's cells, by the columns that they are read into; a row that is not believed is told as shifted."""
    if not row.is_readable or len(row.readings) > 1:
        ledger.enter(cells, "record", "shifted row")
        return
    columns = _columns_of(cells, row, header) if is_ragged else [header.columns.get(cell.column) for cell in cells]
    for cell, column in zip(cells, columns, strict=True):
        if column is None:
            continue
        if is_ragged:
            ledger.under(cell, column.title)
        level = level_of_pieces(cell.text) if column.role in _LEVELS else None
        if level:
            ledger.assume(cell, level)
        is_lost = column.role in _LEVELS and not (level or is_level_name(cell.text))    # it is kept as no level
        if column.role not in (None, FOREIGN) and not is_lost:
            # Of a level one target is enough, and a word, which may be the level's (满意度); else it is a list.
            meaning = "indicators of a level" if column.role in ("indicators", "indicator_name") and column.level else column.role
            fate: tuple[Fate, str] = ("not kept" if column.role in _NOT_KEPT else "record", meaning)
            ledger.enter((cell,), *_FATES.get(column.role, fate))


def _columns_of(cells: Sequence[Cell], row: Row, header: Header) -> Iterator[Column | None]:
    """The column of each cell of a row whose blanks may be lost: filled cells keep their order."""
    filled = iter([column for column, text in zip(header.columns.values(), row.readings[0], strict=True) if text.strip()])
    return (next(filled, None) if cell.text.strip() else None for cell in cells)


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
    plain = [plain_header(text) for text in texts if text.strip()]
    if len(plain) == 1:
        return is_page_number(plain[0]) or bool(_PAGE_NUMBER.fullmatch(plain_header(texts[0])))    # further right 9 may be an amount
    return header.words.issuperset(plain) or is_numbering(plain)


def _reordered(cells: Sequence[Cell], header: Header) -> dict[int, int]:
    """Where the columns of a header are that is printed again in another order, by their number; empty where it is the same."""
    texts = {cell.column: plain_header(cell.text) for cell in cells if cell.text.strip()}
    places = {text: number for number, text in texts.items()}
    moved = {number: places.get(plain_header(column.title.rpartition("/")[2]), number) for number, column in header.columns.items()}
    is_one_to_one = len(places) == len(texts) > 1 and len(set(moved.values())) == len(moved)
    return moved if is_one_to_one and any(number != place for number, place in moved.items()) else {}


def is_page_number(text: str) -> bool:
    """Whether a text is the number of a page by its marks: `— 9 —`, `第9页`."""
    return bool(_MARKED_PAGE_NUMBER.fullmatch(strip_whitespace(fold_width(text))))


def is_numbering(texts: Sequence[str]) -> bool:
    """Whether the texts of a row number or letter the columns: 栏次, 1, 2, 3=1+2; 甲, 乙, 1, 2."""
    numbering = vocabulary("headers")["numbering"]
    numbers = [text for text in texts if text not in numbering and not _LETTER.fullmatch(text)]
    counts = map(_COUNT.fullmatch, numbers)
    are_in_order = all(count and count[1] in (None, str(number)) for number, count in enumerate(counts, 1))
    return are_in_order and len(numbers or texts) > 2
