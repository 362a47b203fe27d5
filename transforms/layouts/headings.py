"""The header band of a budget table: where it ends, and what each column holds.

Headers have one to five levels, spanning cells above and one cell per column below. The lowest levels may number the
columns (栏次, 1, 2 …) or part the codes (类, 款, 项). What a column holds is said by its header and, where that is not
known, by its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import groupby, zip_longest
from typing import Literal

from transforms.amounts import is_amount, is_blank, is_illegible, is_unit, units
from transforms.grid import Cell
from transforms.layouts.columns import is_numbering
from transforms.names import fold_width, split_code, strip_whitespace
from transforms.tables import sums
from transforms.tables.matrix import Matrix
from transforms.tables.surroundings import money_in_brackets, other_money
from transforms.tables.words import saying
from transforms.totals import read_label
from transforms.vocabulary import any_of, vocabulary

Role = Literal["code", "label", "amount", "ignored", "doubtful"]    # doubtful: numbers that may be money or count things
Side = Literal["income", "expenditure"]

_ROWS = 8        # rows among which a header begins, and of which it has at most so many; five levels have been seen
_KNOWN = 2       # known words without which rows are no header
_CODE = re.compile(r"[0-9]{2,7}|[0-9]{3}(?:[-.\s][0-9]{2}){1,2}")
# 3 digits of a class, functional (2xx) or economic (3xx, 5xx) or of income (1xx), two more for each level below.
_CLASSIFIED = re.compile(r"(?:10[1-9]|110|2[0-3][0-9]|30[0-9]|31[0-3]|399|5[01][0-9]|599)(?:[-.\s]?[0-9]{2}){0,2}")
_FUNCTION = re.compile("2[0-3][0-9](?!00)[0-9]{2}(?!00)[0-9]{2}")    # codes of the functional classification, 类, 款 and 项
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SAID = 1.0    # points of a header's words from which on they say something
_FAR = 10    # how many times a total is larger than what is no part of it and may be a count
_LEAST_PRINTED = 4    # amounts that show how a table prints money
_EARLIEST, _LATEST = 1990, 2060    # years in which projects of today's budgets begin or end
_OF_TIME = re.compile("年|时间|日期")
_TERM = re.compile("[0-9]{1,3}(?:年|个月|个?[月日天])期?")
_LONGEST_COUNT = 10    # characters of a name of things and their unit
_OF_BODIES = "部处组间"    # units that end other words before 数 as well: 本部数, 期间数
LEVELS = ("类", "款", "项")
_MONEY = re.compile(r".*(?:金额|预算数|决算数|执行数)")
_COUNT = re.compile(r"[0-9]{1,2}(?:=.*)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its headers from the top spanning one down, what it holds, and the unit of money that a header states.

    `said` is what the words of its lowest header say, None where nobody listed them; `is_filled` whether most rows have a
    cell in it.
    """

    number: int
    path: tuple[str, ...]
    role: Role
    unit: str | None
    said: str | None = None
    is_filled: bool = True


@dataclass(frozen=True)
class Block:
    """Columns that make one half or third of a table: labels and codes, and the amounts that they name."""

    columns: tuple[Column, ...]
    side: Side | None

    @cached_property
    def amounts(self) -> list[Column]:
        """Its columns of amounts, from left to right."""
        return [column for column in self.columns if column.role == "amount"]

    @cached_property
    def names(self) -> list[Column]:
        """Its columns of codes and labels, from left to right."""
        return [column for column in self.columns if column.role in ("code", "label")]

    @cached_property
    def words(self) -> frozenset[str]:
        """All texts of its header."""
        return frozenset(text for column in self.columns for text in column.path)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers of its columns."""
        return frozenset(column.number for column in self.columns)

    @cached_property
    def code_runs(self) -> list[list[int]]:
        """The places among its names of columns of codes that stand side by side."""
        runs = groupby(enumerate(self.names), key=lambda numbered: numbered[1].role)
        return [[place for place, _ in run] for role, run in runs if role == "code"]

    @cached_property
    def has_equal_headers(self) -> bool:
        """Whether several columns of amounts have the same header."""
        return len({column.path for column in self.amounts}) < len(self.amounts)


@dataclass(frozen=True)
class Heading:
    """The header of a table or of a part of it: its columns, the number of its first row and that below its last row (`end`)."""

    first: int
    end: int
    columns: tuple[Column, ...]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The halves of the table, each with labels of its own; sides are told where one is income and one expenditure."""
        parts: list[list[Column]] = [[]]
        for column in self.columns:
            is_name = column.role in ("code", "label")
            if is_name and any(other.role == "amount" for other in parts[-1]):
                parts.append([])
            parts[-1].append(column)
        if len(parts) > 1 and not any(column.role in ("code", "label") for column in parts[0]):    # amounts stand in front of the names
            parts[:2] = _mirrored(parts[0], parts[1]) or [parts[0] + parts[1]]
        if len(parts) == 2 and not any(column.role == "amount" for column in parts[1]) and self._are_bare(parts[0]):
            parts = [parts[0] + parts[1]]    # the names stand behind the amounts
        with_amounts = [part for part in parts if any(column.role == "amount" for column in part)]
        sides = _sides(with_amounts)
        return tuple(Block(tuple(part), side) for part, side in zip(with_amounts, sides, strict=True))

    @staticmethod
    def _are_bare(columns: Sequence[Column]) -> bool:
        """Whether no column names most rows."""
        return not any(column.is_filled for column in columns if column.role in ("code", "label"))

    def after(self, above: Heading) -> Heading:
        """This header below another one in the same table: a column without a header here is what it is above, if that is no amount."""
        known = {column.number: column for column in above.columns if column.path and column.role != "amount"}
        columns = (column if column.path else known.get(column.number, column) for column in self.columns)
        return replace(self, columns=tuple(columns))

    @cached_property
    def words(self) -> set[str]:
        """All texts of the header."""
        return {text for column in self.columns for text in column.path}


def _mirrored(amounts: Sequence[Column], names: Sequence[Column]) -> list[list[Column]] | None:
    """The two halves where the second has its amounts behind the names and the first the same ones in front; else None."""
    labels = [place for place, column in enumerate(names) if column.role == "label"]
    before, behind = ([column.path for column in columns if column.role == "amount"] for columns in (amounts, names))
    if before != behind or len(labels) != 2 or labels[1] != labels[0] + 1:
        return None
    return [[*amounts, *names[: labels[1]]], [*names[labels[1] :]]]


def begins(matrix: Matrix) -> int | None:
    """The row at which a header that is known by its words begins; None where there is none."""
    for first in matrix.rows[:_ROWS]:
        if _is_heading_above(matrix, first):
            continue
        end = _end(matrix, first)
        if _are_headers(matrix, first, end):
            return first
        if end == first:
            return None
    return None


def _are_headers(matrix: Matrix, first: int, end: int) -> bool:
    """Whether several words of some rows are known headers.

    Where all are those of amounts, they may as well be names of rows without amounts (`其他资金`, `小计`): then they are
    headers only if every column has one.
    """
    rows = matrix.rows_between(first, end)
    words = [text for row in rows for cell in matrix.texts(row) if (text := plain(cell.text))]
    said = [role for word in words if (role := _said(money_in_brackets(word)[0]))]
    if len(said) < _KNOWN or any(role != "amount" for role in said):
        return len(said) >= _KNOWN
    cells = ((matrix.at(row, number) for row in rows) for number in range(1, matrix.width + 1))
    return all(any(cell and cell.text.strip() for cell in column) for column in cells)


def find(matrix: Matrix, first: int) -> Heading:
    """Read the header that begins at a row; it may have none, where a table goes on without one."""
    end = _end(matrix, first)
    header, rows = matrix.rows_between(first, end), len(matrix.rows_between(end))
    numbering = {row for row in header if is_numbers(matrix.texts(row))}
    paths = (tuple(_path(matrix, header, number, numbering)) for number in range(1, matrix.width + 1))
    texts = _texts_by_column(matrix, end)
    columns: list[Column] = []
    for number, path in enumerate(paths, 1):
        columns.append(_column(number, path, texts, rows, follows=any(column.role == "amount" for column in columns)))
    if not any(column.role == "amount" for column in columns):    # rates (元/人) are not kept beside amounts; alone nobody knows
        columns = [replace(column, role="doubtful") if any(map(other_money, column.path)) else column for column in columns]
    columns = _without_counts(_without_years(_without_false_codes(columns, matrix, end), texts), matrix, end)
    return Heading(first, end, tuple(_with_names(_without_measures(columns, texts), texts)))


def _without_false_codes(columns: list[Column], matrix: Matrix, end: int) -> list[Column]:
    """The columns; round numbers in front of texts look like codes, but no total has one: they are amounts where they add up.

    Across, with other amounts of their row, or down, where the table has no others. Where they do not, nobody knows what they are.
    What has the header of amounts elsewhere in the table is of money too.
    """
    amounts = [column for column in columns if column.role == "amount"]
    others, headers = [column.number for column in amounts], {column.path for column in amounts if column.path}
    false = {
        column.number: role
        for column in columns
        if column.role == "code" and column.said is None
        and (role := "amount" if column.path in headers else _role_of_numbers(column.number, others, matrix, end))
    }
    return [replace(column, role=false.get(column.number, column.role)) for column in columns]


def _role_of_numbers(number: int, others: Sequence[int], matrix: Matrix, end: int) -> Role | None:
    """What a column of numbers holds that look like codes; None where they may be codes."""
    rows = matrix.rows_between(end)
    cells = [(row, cell) for row in rows if (cell := matrix.at(row, number)) and is_value(cell.text)]
    of_totals = [cell for row, cell in cells if any(read_label(beside.text) for beside in matrix.texts(row))]
    if others and not of_totals:
        return None
    if not of_totals:
        are_classified = all(_CLASSIFIED.fullmatch(fold_width(cell.text).strip()) for _, cell in cells)
        return None if are_classified else "doubtful"
    printed = [[cell.text if (cell := matrix.at(row, column)) else "" for row in rows] for column in (number, *others)]
    values = [sums.numbers([[text] for text in texts]) for texts in printed]
    across = any(0 in (found.total, *found.parts) for found in sums.find_sums(values))
    parts = sums.numbers([[cell.text for _, cell in cells if cell not in of_totals]])[0]
    down = not others and sums.numbers([[of_totals[-1].text]])[0][0] == sum(part or 0 for part in parts)
    return "amount" if across or down else "doubtful"


def _without_years(columns: list[Column], texts: Mapping[int, Sequence[str]]) -> list[Column]:
    """The columns; beside amounts, numbers that are all calendar years are a time where no header says that they are money (开始)."""
    years = {
        column.number
        for column in columns
        if column.role == "amount" and len(found := texts.get(column.number, ())) > 1 and all(map(_is_calendar_year, found))
        and not any(_said(plain(header)) == "amount" for header in column.path)
    }
    if all(column.number in years for column in columns if column.role == "amount"):
        return columns
    return [replace(column, role="ignored") if column.number in years else column for column in columns]


def _without_counts(columns: list[Column], matrix: Matrix, end: int) -> list[Column]:
    """The columns; whole numbers of which no header says that they are money, and that the other amounts do not need, are doubtful.

    The others add up without them (一般公共预算 + 政府性基金 = 总数, beside 学生数) to far more, or are all printed with decimals.
    """
    amounts = [column for column in columns if column.role == "amount"]
    if len(amounts) < 2 or all(_speaks_of_money(column) for column in amounts):    # most tables: the rest costs time
        return columns
    cells = {column.number: [matrix.at(row, column.number) for row in matrix.rows_between(end)] for column in amounts}
    printed = {number: [fold_width(cell.text).strip() if cell else "" for cell in found] for number, found in cells.items()}
    counts = [column.number for column in amounts if not _speaks_of_money(column) and _are_whole(printed[column.number])]
    doubtful = set(_beside_money(counts, printed)) if counts else set()
    return [replace(column, role="doubtful") if column.number in doubtful else column for column in columns]


def _speaks_of_money(column: Column) -> bool:
    """Whether a header of a column states a unit of money or has a word that is said of money; 数 alone (学生数) is not."""
    names = [plain(money_in_brackets(text)[0]) for text in column.path]
    listed = any(_said(name) == "amount" and not name.endswith("数") for name in names)
    return column.unit is not None or listed or any(max(saying(name).points.values(), default=0.0) >= _SAID for name in names)


def _are_whole(texts: Sequence[str]) -> bool:
    """Whether several texts are whole numbers without separators, and no others."""
    filled = [text for text in texts if not is_blank(text)]
    return sum(text.strip("0") != "" for text in filled) > 1 and all(text.isdecimal() for text in filled)


def _beside_money(counts: Sequence[int], printed: Mapping[int, Sequence[str]]) -> Iterator[int]:
    """Those of some columns without which the others, by what is printed in them, are seen to be money."""
    others = [text for number, texts in printed.items() if number not in counts for text in texts if not is_blank(text) and text != "0"]
    are_decimals = len(others) >= _LEAST_PRINTED and all("." in text and is_value(text) for text in others)
    values = {number: sums.numbers([[text] for text in texts]) for number, texts in printed.items()}
    places = list(values)
    found = sums.find_sums(list(values.values()))
    tied = {places[place] for one in found for place in (one.total, *one.parts)}
    totals = [values[places[one.total]] for one in found[:1]]
    for number in counts:
        pairs = [(mine, theirs) for total in totals for (mine,), (theirs,) in zip(values[number], total, strict=True) if mine and theirs]
        is_far_less = bool(pairs) and all(mine * _FAR <= theirs for mine, theirs in pairs)
        if number not in tied and (is_far_less or are_decimals):
            yield number


def _without_measures(columns: list[Column], texts: Mapping[int, Sequence[str]]) -> list[Column]:
    """The columns; beside other labels, one of units (单位: 台, 张; 万元) or of terms (期限: 10年) names no row."""
    labels = [column.number for column in columns if column.role == "label"]
    found = {
        number for number in labels
        if len(labels) > 1 and (_are_things(own := texts.get(number, ())) or _are_terms(own) or are_units_of_rows(own))
    }
    return [replace(column, role="ignored") if column.number in found and len(found) < len(labels) else column for column in columns]


def are_units_of_rows(texts: Sequence[str]) -> bool:
    """Whether texts are units of money, among them perhaps some of things: those of the numbers in their rows (万元, 万元, 辆)."""
    return any(map(is_unit, texts)) and all(is_unit(text) or strip_whitespace(text) in _things() for text in texts)


def _are_terms(texts: Sequence[str]) -> bool:
    return bool(texts) and all(_TERM.fullmatch(strip_whitespace(fold_width(text))) for text in texts)


def _are_things(texts: Sequence[str]) -> bool:
    """Whether texts are units of things, most of them listed, the others as short."""
    plain = [strip_whitespace(text) for text in texts]
    longest = max((len(text) for text in plain if text in _things()), default=0)
    return sum(text in _things() for text in plain) * 2 > len(plain) and all(len(text) <= longest for text in plain)


def _with_names(columns: list[Column], texts: Mapping[int, Sequence[str]]) -> list[Column]:
    """The columns; where none holds labels, texts that are mostly no labels (采购类别, 类型) are the rows' names."""
    if any(column.role == "label" for column in columns):
        return columns
    ignored = {column.number: texts.get(column.number) for column in columns if column.role == "ignored"}
    names = {number for number, found in ignored.items() if found and not any(map(is_value, found))}
    return [replace(column, role="label") if column.number in names else column for column in columns]


@lru_cache(maxsize=4096)    # headers are compared on every page and by every layout that is asked
def plain(text: str) -> str:
    """A header as it is compared: no white space, plain brackets, no 其中 and no mark of a note."""
    return strip_whitespace(fold_width(text)).strip("*#:").removeprefix("其中:")


@lru_cache(maxsize=8192)    # so are the numbers below them
def is_value(text: str) -> bool:
    """Whether a text is a number, in whatever unit or percent, or one that nobody can read (`#####`); a year is none."""
    folded = strip_whitespace(fold_width(text))
    return is_illegible(folded) or (is_amount(folded.rstrip("%")) and not _is_year(folded))


def _is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text.strip()))


def _is_calendar_year(text: str) -> bool:
    """Whether a number may be a year of which today's budgets speak; round ones (2000) are as likely amounts."""
    folded = fold_width(text).strip()
    return _is_year(folded) and _EARLIEST <= int(folded) <= _LATEST and int(folded) % 100 != 0


def is_header(text: str) -> bool:
    """Whether a text is a known header, no amount."""
    return not is_value(text) and _is_known(plain(text))


def is_header_row(matrix: Matrix, row: int) -> bool:
    """Whether a row below a header begins another one: several known words, no number, no name of a row in front."""
    texts = [cell.text for cell in matrix.texts(row)]
    is_of_words = len(texts) > _KNOWN and not any(map(is_value, texts)) and all(_is_known(plain(text)) for text in texts)
    return is_of_words and not _is_name(texts[0])


def is_numbers(cells: Iterable[Cell]) -> bool:
    """Whether a row numbers or letters the columns (栏次)."""
    texts = [plain(cell.text) for cell in cells]
    beside = vocabulary("tables")["beside_numbers"]
    numbers = [text for text in texts if text not in beside]
    if "栏次" in texts or "行次" in texts:
        return bool(numbers) and all(map(_COUNT.fullmatch, numbers))
    return bool(numbers) and is_numbering(numbers)


# --- rows -------------------------------------------------------------------------------------------------------------


def _is_heading_above(matrix: Matrix, row: int) -> bool:
    """Whether a row is no part of the table: a title, a statement. A header over all columns speaks of amounts (`2023年预算数`)."""
    texts = matrix.texts(row)
    if len(texts) != 1:
        return not texts or all(":" in fold_width(cell.text) for cell in texts)
    text = plain(texts[0].text)
    is_spanning = texts[0].column_span > 1 and row < matrix.rows[-1] and _is_known(text) and not text.endswith("表")
    return not is_spanning


def _end(matrix: Matrix, first: int) -> int:
    """The number below the last row of the header that begins at a row; that row itself where it holds numbers."""
    reach, is_numbered = 0, False
    end = first
    for row in matrix.rows_between(first)[:_ROWS]:
        cells = matrix.texts(row)
        if is_numbers(cells):
            end, is_numbered = row + 1, True
            continue
        if is_numbered or any(is_value(cell.text) for cell in cells):
            break
        if row > first and not (_is_covered(matrix, row, reach) or _goes_on(matrix, first, row)):
            break
        reach = max([reach, *(cell.row + cell.row_span - 1 for cell in matrix.begun(row))])
        end = row + 1
    return end


def _is_covered(matrix: Matrix, row: int, reach: int) -> bool:
    """Whether a row stands beside a header that is merged over it."""
    texts = matrix.texts(row)
    return row <= reach and not (texts and _is_name(texts[0].text) and texts[0].column == 1)


def _goes_on(matrix: Matrix, first: int, row: int) -> bool:
    """Whether a row parts the spanning headers above it, in cells that are merged or, where nothing is merged, by its words."""
    texts = matrix.texts(row)
    if not texts or any(_is_name(cell.text) for cell in texts if read_label(cell.text) is None):
        return False
    if all(_parts(matrix, cell) for cell in texts):
        return True
    is_unmerged = all(cell.column_span == 1 for number in matrix.rows_between(first, row + 1) for cell in matrix.begun(number))
    fills_up = len(texts) > 1 and _fills_up(matrix, first, texts)
    is_below = len(texts) > 1 and (texts[0].column > 1 or fills_up)
    is_known = all(_is_known(plain(cell.text)) for cell in texts) or (fills_up and _heads_numbers(matrix, row, texts))
    return is_unmerged and is_below and is_known


def _fills_up(matrix: Matrix, first: int, texts: Sequence[Cell]) -> bool:
    """Whether texts stand in every column that a header's first row leaves blank: text formats have no merged cells."""
    above = {cell.column for cell in matrix.texts(first)}
    return len(above) < matrix.width == len(above | {cell.column for cell in texts})


def _heads_numbers(matrix: Matrix, row: int, texts: Sequence[Cell]) -> bool:
    """Whether most of the texts of a row, none of them a number, stand above columns of numbers: no row of a table is like that."""
    below = _texts_by_column(matrix, row + 1)
    over = [cell for cell in texts if (found := below.get(cell.column)) and all(map(is_value, found))]
    return not any(is_value(cell.text) for cell in texts) and len(over) * 2 > len(texts)


def _parts(matrix: Matrix, cell: Cell) -> bool:
    """Whether a cell stands under a wider one, or under one as wide that is parted by the row below."""
    above, below = (matrix.at(matrix.row_beside(cell.row, step), cell.column) for step in (-1, 1))
    if above is None or above.column_span == 1:
        return False
    return cell.column_span < above.column_span or (below is not None and below.column_span < cell.column_span)


def _is_name(text: str) -> bool:
    """Whether a text names a row, not a column: numbered, a code, a total."""
    bare = strip_whitespace(text)
    return split_code(bare)[0] != bare or bool(_CODE.fullmatch(bare)) or read_label(bare) is not None


# --- columns ----------------------------------------------------------------------------------------------------------


def _column(number: int, path: tuple[str, ...], texts: Mapping[int, Sequence[str]], rows: int, *, follows: bool) -> Column:
    """A column.

    Args:
        number: its number.
        path: its headers.
        texts: what stands below the header, by column.
        rows: how many rows the table has there.
        follows: whether amounts stand to the left.
    """
    names = [money_in_brackets(text) for text in path]
    unit = next((unit for _, unit in reversed(names) if unit), None)
    right = texts.get(number + 1, ())
    is_first = sum(not is_value(text) for text in right) * 2 > len(right)
    headers = [plain(name) for name, _ in names]
    own = texts.get(number, ())
    counts = _are_counts(headers) or (bool(headers) and _said(headers[-1]) is None and _are_counted(own, right))
    role: Role = "ignored" if counts else _role(headers, own, rows, is_first=is_first, follows=follows)
    if role == "amount" and (other := next(filter(None, map(other_money, path)), None)):
        role = "doubtful" if other == "foreign" else "ignored"
    return Column(number, path, role, unit, _said(headers[-1]) if headers else None, len(own) * 2 > rows)


def _path(matrix: Matrix, header: Sequence[int], number: int, numbering: set[int]) -> Iterator[str]:
    """The headers of a column; `numbering` are the rows of the header that number the columns."""
    above: Cell | None = None
    last = ""
    for row, below in zip_longest(header, header[1:], fillvalue=0):
        cell = matrix.at(row, number)
        if cell is None or cell is above or (row in numbering and plain(cell.text) not in LEVELS):
            continue
        text = strip_whitespace(cell.text) or _spanning(matrix, row, below, number)
        if text and text != last:
            yield text
            last = text
        above = cell


def _spanning(matrix: Matrix, row: int, below: int, number: int) -> str:
    """The header to the left that spans a blank one, where nothing is merged: both have headers of their own in the row below."""
    for column in range(number, 0, -1):
        cell, part = matrix.at(row, column), matrix.at(below, column)
        if not cell or cell.column_span > 1 or cell.row_span > 1 or not part or not part.text.strip():
            return ""
        if cell.text.strip():
            return strip_whitespace(cell.text)
    return ""


def _texts_by_column(matrix: Matrix, end: int) -> dict[int, list[str]]:
    """What the cells below the header say, by column; blanks and what is merged with other columns say nothing about it."""
    texts: dict[int, list[str]] = {}
    for cell in matrix.cells:
        says = cell.column_span == 1 or _CODE.fullmatch(cell.text.strip())    # a code may be merged over the columns of 类, 款 and 项
        if cell.row >= end and says and not is_blank(cell.text) and cell.text.strip() not in LEVELS:
            texts.setdefault(cell.column, []).append(cell.text)
    return texts


def _role(names: Sequence[str], texts: Sequence[str], rows: int, *, is_first: bool, follows: bool) -> Role:
    """What a column holds.

    Args:
        names: its headers as they are compared.
        texts: its filled cells.
        rows: how many rows the table has below the header.
        is_first: whether most of what stands to the right is text, so that it may hold the codes of that: 846.40 looks like one.
        follows: whether amounts stand to the left: then codes are those of a classification, and numbers alone are no labels.
    """
    name = names[-1] if names else ""
    said = _said(name)
    numbers = sum(map(is_value, texts))
    if said == "amount" or not _OF_TIME.search(name):    # 2000 is an amount, unless the header is of years
        numbers += sum(map(_is_year, texts))
    code = _CLASSIFIED if follows and said != "code" else _CODE
    are_codes = bool(texts) and sum(bool(code.fullmatch(fold_width(text).strip())) for text in texts) * 2 >= len(texts)
    is_classified = len(texts) > 1 and all(_FUNCTION.fullmatch(fold_width(text).strip()) for text in texts)    # wherever it stands
    if said == "code" or (said in ("label", None) and are_codes and (is_first or is_classified) and not _is_money(name)):
        return "code" if are_codes or not texts or said != "code" else "label"
    if said == "ignored" and len(texts) > 1 and all(_CLASSIFIED.fullmatch(fold_width(text).strip()) for text in texts):
        return "code"    # 部门经济编码: 301, 30101
    percents = sum("%" in fold_width(text) for text in texts)
    are_row_numbers = said is None and not follows and len(texts) > 1 and _is_counting(texts)
    are_targets = said is None and percents and (numbers - percents) * 2 <= len(texts)    # 400万页, 97%
    if said == "count" or are_row_numbers or are_targets or (texts and percents == len(texts)):
        return "ignored"
    if said in ("label", "ignored"):
        are_amounts = said == "label" and follows and texts and numbers == len(texts)
        return "amount" if are_amounts else "label" if said == "label" else "ignored"
    if said == "amount":    # 收入, 支出 and 机关运行经费 head labels as well; a few texts among blanks are no labels
        return "amount" if numbers or len(texts) * 2 <= rows or _is_money(name) else "label"
    return "label" if texts and numbers * 2 <= len(texts) else "amount"


def _is_counting(texts: Sequence[str]) -> bool:
    """Whether texts are 1, 2, 3 … in order."""
    return [fold_width(text).strip() for text in texts] == [str(number) for number in range(1, len(texts) + 1)]


def _is_money(name: str) -> bool:
    return bool(_MONEY.fullmatch(name))


def _is_known(name: str) -> bool:
    return _said(money_in_brackets(name)[0]) is not None


@lru_cache(maxsize=4096)
def _said(name: str) -> str | None:
    """What a header says its column holds."""
    return next((role for role, pattern in _patterns().items() if pattern.fullmatch(name)), None)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    def pattern(word: str) -> str:
        return ".*".join(re.escape(fold_width(part)) for part in word.split("*"))

    return {role: re.compile("|".join(map(pattern, words))) for role, words in vocabulary("tables")["columns"].items()}


@lru_cache(maxsize=4096)
def is_counted(label: str) -> bool:
    """Whether a label or header says that its numbers are no money: 国内公务接待批次（个）."""
    plain = fold_width(label)
    return plain.endswith(_counts()) or (plain.endswith(")") and bool(_counted().search(plain)))


@lru_cache(maxsize=4096)
def counts_things(label: str) -> bool:
    """Whether a row's label says that its numbers, or those of the rows below it, are no money: 接待人次, 二、相关统计数."""
    plain = fold_width(label)
    if is_counted(plain) or plain.endswith(tuple(vocabulary("tables")["counts_below"])):
        return True
    return plain.isalpha() and len(plain) <= _LONGEST_COUNT and bool(_counting().fullmatch(plain))    # 培训人次≥300人次 is a target


def _are_counts(headers: Sequence[str]) -> bool:
    """Whether the lowest header of a column, or a unit in the brackets of one above, says that its numbers are no money."""
    if not headers:
        return False
    says_so = is_counted(headers[-1]) or bool(_counting().fullmatch(headers[-1]))
    return says_so or any(_counted().search(header) for header in headers)


@cache
def _counts() -> tuple[str, ...]:
    words = vocabulary("tables")["columns"]["count"]
    return tuple(word.removeprefix("*") for word in words if word.count("*") == 1)


def _are_counted(texts: Sequence[str], right: Sequence[str]) -> bool:
    """Whether texts are numbers, and those in the column to the right the units of what they count."""
    return bool(texts and right) and all(map(is_value, texts)) and all(strip_whitespace(text) in _things() for text in right)


@cache
def _things() -> frozenset[str]:
    """Units of things, not of money: a column of them tells what the numbers to its left count."""
    return frozenset([*vocabulary("tables")["counted"], *vocabulary("indicators")["units"]]) - set(units())


@cache
def _counting() -> re.Pattern[str]:
    """A header that is a unit of things (人次), or ends with one of several characters (学生人次) or with one and 数 (受理件数)."""
    things = vocabulary("tables")["counted"]
    several, numbered = [unit for unit in things if len(unit) > 1], [unit for unit in things if unit not in _OF_BODIES]
    return re.compile(rf"(?:{any_of(things)})数?|.*(?:{any_of(several)})数?|.*(?:{any_of(numbered)})数")


@cache
def _counted() -> re.Pattern[str]:
    """A unit of things in brackets at the end of a header or label: 团组数（个）, 人口（万人）."""
    thing = rf"[十百千万亿]*(?:{any_of(list(_things()))})"
    return re.compile(rf"\((?:单位:)?{thing}(?:[、,/]{thing})*\)$")


# --- sides ------------------------------------------------------------------------------------------------------------


def _sides(parts: Sequence[Sequence[Column]]) -> list[Side | None]:
    sides: list[Side | None] = []
    for part in parts:
        own = _side(part)
        sides.append(own or (sides[-1] if sides else None))
    return sides if {"income", "expenditure"} <= set(sides) else [None] * len(parts)


def _side(part: Sequence[Column]) -> Side | None:
    """The side that the top header of a half names; the halves of a table without such a header are told by `lines`."""
    for text in (plain(column.path[0]) for column in part if column.path):
        if ("收入" in text) != ("支出" in text):
            return "income" if "收入" in text else "expenditure"
    return None
