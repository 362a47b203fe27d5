"""The rows of a budget table as tidy lines: one per published number, with its side, code, label and column path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from transforms.amounts import UnreadableAmount, is_blank, is_illegible, is_left_blank, is_unit, parse_amount
from transforms.grid import Cell, TextLine
from transforms.layouts import headings
from transforms.layouts.columns import is_page_number
from transforms.layouts.headings import Block, Column, Heading, Side
from transforms.names import NUMERALS, fold_width, split_code, strip_whitespace
from transforms.records import Line, Place
from transforms.tables.contents import kind_of
from transforms.tables.matrix import Matrix
from transforms.tables.surroundings import is_statement, money_in_brackets, other_money
from transforms.tables.words import saying
from transforms.totals import read_label, total_kind
from transforms.vocabulary import vocabulary

_EXPENDITURE = "235"     # first digits of the classes of expenditure
_UNIT_DIGITS = 6
_LEVEL = 2    # digits of a 款 or 项 of its own
_CLASS = 3    # digits of a 类
_CODE = re.compile(r"[0-9]+")
# A class has 3 digits, of a functional (2xx) or economic (3xx, 5xx) classification, a 款 and a 项 two more each.
_OF_EXPENDITURE = "(?:2[0-9]{2}|30[0-9]|31[0-3]|399|5[01][0-9]|599)(?:[0-9]{2}){0,2}"
_CLASSIFIED = re.compile(_OF_EXPENDITURE)
_NO_QUANTITY = r"(?=[一-鿿])(?![年月日人个家万元号亿])"
_GLUED_CODE = re.compile(rf"[\[(]?({_OF_EXPENDITURE})[\])]?[-_.、:]?{_NO_QUANTITY}")
_OF_GOVERNMENT = re.compile("5(?:0[1-9]|1[0-5]|99)(?:[0-9]{2})?")    # 政府预算支出经济分类, 类 and 款
_UNIT_CODE = re.compile(rf"[\[(]?[0-9]{{6,}}[\])]?[-_]?{_NO_QUANTITY}")
_WHOLE = re.compile("[0-9]+")
_CLASSED = 3     # rows by which a column is seen to put them in classes
_CLASSES = ("类别", "类型")
_SAID = 1.0      # points of a header's words from which on they say something
_PARTS = 20    # headers in one table, a repeated one not counted; three have been seen, more are rows like others
_NOTE = re.compile(r"[(※*]*(?:备?注|附注|说明)[0-9]*[:：、.]")
_SENTENCE = re.compile(r".*[。；;]")
_AMONG = re.compile("其中[:：]")
_OUTLINE_NUMBER = re.compile(rf"[{NUMERALS}]+[.．]")
_OUTLINE_LEVELS = [
    re.compile(pattern) for pattern in (rf"[{NUMERALS}]+[、.]", rf"\([{NUMERALS}]+\)", r"[0-9]{1,2}[、.]", r"\([0-9]{1,2}\)|[①-⑳]|其中")
]
_CLAUSE = re.compile("[。；;，,].*[一-鿿]|[一-鿿].*[。；;，,]")
_MONEY = re.compile(r"[0-9]\.[0-9]{1,2}(?![0-9.])|[0-9],[0-9]{3}")    # what no code, number of a row or count is printed like
# 212.05 may be a code or an amount; 144.04 is no code of a classification.
_CODED = re.compile(r"(?:10[1-9]|110|2[0-3][0-9]|30[0-9]|31[0-3]|399|5[01][0-9]|599)(?:\.[0-9]{2}){1,2}")
Amounts = Sequence[tuple[Cell, Sequence[Column]]]    # the filled cells of a row's amounts, each with the columns that it covers

_SHORT, _LONG = 8, 20    # characters: 待定, 按实结算, 见附件 are no explanations, and no words for an amount are as long
_HAN = re.compile("[一-鿿]")


@dataclass(slots=True)
class Body:
    """What the rows below a header hold: lines, and the texts that are no row of the table (notes, narrative).

    `odd` are the numbers that stand where no line takes them: an amount among names, or under a label. `other_codes` are the
    codes of a second classification in a row, of which a line has one.
    """

    lines: list[Line] = field(default_factory=list)
    texts: list[TextLine] = field(default_factory=list)
    odd: list[Cell] = field(default_factory=list)
    other_codes: list[Cell] = field(default_factory=list)


class _Name(NamedTuple):
    """What names a half of a row: its code, its label, the unit of money that the label states, the cells of its other codes."""

    code: str | None
    label: str
    unit: str | None
    other_codes: Sequence[Cell]


@dataclass
class Reader:
    """How rows are read.

    `unit` is the table's; `is_most_specific` says that a label is one name, not the path of all: that in the column `names`
    where it is known; `is_classified` that labels may begin with a classification code; `is_ragged` as in `Grid`; `only` are
    the numbers of the columns whose halves are read, None for all.
    """

    matrix: Matrix
    heading: Heading
    unit: str | None
    is_most_specific: bool = False
    names: int | None = None
    is_classified: bool = True
    is_ragged: bool = False
    only: frozenset[int] | None = None

    def read(self) -> Body:
        """Read all rows below the header; a header among the rows begins columns of its own."""
        body = Body()
        reader: Reader | None = self
        for count in range(_PARTS):
            reader = reader and reader._read_part(body, is_last=count == _PARTS - 1)
        _take_off_unit_codes(body.lines)
        return body

    def _read_part(self, body: Body, *, is_last: bool) -> Reader | None:
        """Read the rows up to the next header; what comes from there on is another reader's."""
        blocks = self._states()
        for row in self.matrix.rows_between(self.heading.end):
            cells = self.matrix.texts(row)
            is_again = self._is_header_again(cells)
            is_reordered = is_again and self._is_reordered(cells)
            if not cells or headings.is_numbers(cells) or (is_again and not is_reordered) or _is_page_number(cells):
                continue
            if not is_last and (is_reordered or headings.is_header_row(self.matrix, row) or self._heads_part(cells)):
                return replace(self, heading=headings.find(self.matrix, row).after(self.heading))
            if self._is_text(cells):
                body.texts.append(_text_line(cells[0]))
                continue
            if is_statement(cells[0].text):    # 制表人：张三 · 2025年2月1日
                body.texts.extend(map(_text_line, cells))
                continue
            if shared := self._of_all_halves(cells, body):
                body.lines += shared
                continue
            read = set().union(*(self._read_half(row, block, body) for block in blocks))
            body.odd += self._odd(row, read)
        return None

    def _read_half(self, row: int, block: _State, body: Body) -> set[int]:
        """Read a half of a row; returns the columns of which it is known what they hold in it."""
        read: set[int] = set()
        if headers := self._headers_below(row, block):
            block.add_headers(headers)
            read |= headers.keys()
        elif explanation := self._explanation(row, block):
            body.texts.append(_text_line(explanation))
        else:
            amounts = list(self._amounts(row, block))
            name = self._name(row, block)
            if lines := list(self._lines(row, block, name, amounts)):
                body.lines += lines
                body.other_codes += name.other_codes
            if other_money(name.label) != "foreign":
                read |= {cell.column for cell, _ in amounts}
        read |= {column.number for column in block.block.columns} if block.counted is not None else set()
        return read

    def _odd(self, row: int, read: set[int]) -> Iterator[Cell]:
        """The numbers of a row that are in no line: those of amounts, and what can be nothing else in other columns."""
        for column in self.heading.columns:
            cell = self.matrix.at(row, column.number)
            is_own = cell and cell.text and cell.row == row and cell.column == column.number and column.number not in read
            if cell and is_own and headings.is_value(cell.text) and (column.role == "amount" or self._is_odd(cell, column)):
                yield cell

    def _is_odd(self, cell: Cell, column: Column) -> bool:
        """Whether a number that is printed like money stands where no money is, in a column of codes, names or what nobody keeps."""
        plain = fold_width(cell.text).strip()
        if not _MONEY.search(plain):
            return False
        of_money = self._money_printed.get(column.number, ())
        is_of_money = len(of_money) * 2 > self._filled[column.number]
        if column.role == "ignored":
            return column.said == "ignored" and is_of_money
        if column.role == "label" and is_of_money:
            return True
        return (column.role == "code" and column.said is None) or not all(map(_CODED.fullmatch, of_money))

    @cached_property
    def _money_printed(self) -> dict[int, list[str]]:
        """What is printed like money, by column."""
        found: dict[int, list[str]] = {}
        for cell in (cell for row in self.matrix.rows_between(self.heading.end) for cell in self.matrix.texts(row)):
            text = fold_width(cell.text).strip()
            if headings.is_value(text) and _MONEY.search(text):
                found.setdefault(cell.column, []).append(text)
        return found

    @cached_property
    def _filled(self) -> Counter[int]:
        """How many cells of each column are filled."""
        return Counter(cell.column for row in self.matrix.rows_between(self.heading.end) for cell in self.matrix.texts(row))

    def _headers_below(self, row: int, block: _State) -> dict[int, str]:
        """The headers by column that part a spanning one in the row of the total (合计 | 合计 | 基本支出), if all its amounts are such."""
        if not block.block.has_equal_headers:
            return {}
        cells = [(column, cell) for column in block.amounts if (cell := self.matrix.at(row, column.number)) and cell.text.strip()]
        is_parted = len(cells) > 1 and len({column.path for column, _ in cells}) == 1
        if not is_parted or not all(headings.is_header(cell.text) for _, cell in cells):
            return {}
        return {column.number: strip_whitespace(cell.text) for column, cell in cells}

    def _heads_part(self, cells: Sequence[Cell]) -> bool:
        """Whether a row begins with the header of the labels again (项目) and has headers of its own over the amounts."""
        first, *others = cells
        text = strip_whitespace(first.text)
        if not others or not any(column.path[-1:] == (text,) for column in self.heading.columns if column.role == "label"):
            return False
        amounts = {column.number for column in self.heading.columns if column.role == "amount"}
        return all(cell.column in amounts and headings.is_header(cell.text) for cell in others)

    def _explanation(self, row: int, block: _State) -> Cell | None:
        """The text of a row that holds sentences instead of amounts: 增减变化原因等说明."""
        cells = (cell for column in block.amounts if (cell := self.matrix.at(row, column.number)) and cell.text.strip())
        first = next(cells, None)
        if first is None or first.row != row or not _is_sentence(first.text):    # most rows hold numbers
            return None
        return first if all(cell.row == row and _is_sentence(cell.text) for cell in cells) else None

    def _is_header_again(self, cells: Sequence[Cell]) -> bool:
        texts = {strip_whitespace(cell.text) for cell in cells}
        return len(texts) > 1 and texts <= self.heading.words

    def _is_reordered(self, cells: Sequence[Cell]) -> bool:
        """Whether the words of the header stand in another order: the columns are others from here on."""
        columns = iter(self.heading.columns)
        column = next(columns, None)
        for text in (strip_whitespace(cell.text) for cell in cells):
            while column and text not in column.path:
                column = next(columns, None)
        return column is None

    def _is_text(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is text across the table, not a row of it: a note, a narrative box."""
        if len(cells) > 1 or headings.is_value(cells[0].text):
            return False
        cell, plain = cells[0], strip_whitespace(fold_width(cells[0].text))
        is_across = cell.column == 1 and cell.column_span >= self.matrix.width > 1
        return is_across or (cell.column <= 2 and bool(_NOTE.match(plain) or _SENTENCE.fullmatch(plain)))

    def _lines(self, row: int, block: _State, name: _Name, amounts: Amounts) -> Iterator[Line]:
        of_row = self._unit_of_row(row)
        if self._is_counted(row, block, name.label, amounts) or (of_row and not is_unit(of_row)) or other_money(name.label):
            return
        for cell, covered in amounts:
            amount = None if self._is_doubtful(row, block) else _amount(cell.text, of_row or covered[0].unit or name.unit or self.unit)
            place = Place.of_one(cell, self.matrix.begun(row))
            yield Line(block.side, name.code, name.label or None, _path(covered), amount, place, cell.text)

    def _unit_of_row(self, row: int) -> str | None:
        """The unit, of money or of things, in a column of its own."""
        cells = (self.matrix.at(row, number) for number in self._unit_columns)
        own = (cell for cell in cells if cell and cell.row >= self.heading.end and not is_blank(cell.text))
        return next((strip_whitespace(cell.text) for cell in own), None)

    @cached_property
    def _unit_columns(self) -> list[int]:
        """The columns of the units of rows; none where the halves of a table may have one each."""
        texts: dict[int, list[str]] = {column.number: [] for column in self.heading.columns if column.role == "ignored"}
        for cell in self.matrix.cells if texts and len(self.heading.blocks) == 1 else ():
            if cell.row >= self.heading.end and cell.column in texts and not is_blank(cell.text):
                texts[cell.column].append(cell.text)
        return [number for number, found in texts.items() if headings.are_units_of_rows(found)]

    def _of_all_halves(self, cells: Sequence[Cell], body: Body) -> list[Line]:
        """The lines of a total of all halves together: merged over their names, beside no amount of its own half, or the sum of all."""
        halves = self.heading.blocks
        names, amounts = ([cell for cell in cells if headings.is_value(cell.text) is is_value] for is_value in (False, True))
        if len(halves) < 2 or len(names) != 1 or not amounts or total_kind(names[0].text) is None:
            return []
        named, filled = ({place for cell in found for place in self._halves_of(cell)} for found in (names, amounts))
        if len(filled) != 1 or (named == filled and not self._is_sum_of_halves(names[0], amounts, body)):
            return []
        own = halves[filled.pop()].amounts
        read = [half for half in halves if self.only is None or half.numbers & self.only]
        label, row = self._without_codes(strip_whitespace(names[0].text)), self.matrix.begun(cells[0].row)
        lines: list[Line] = []
        for cell in amounts:
            covered = range(cell.column, cell.column + cell.column_span)
            number = next((number for number, column in enumerate(own) if column.number in covered), None)
            if number is None:
                return []
            columns = [half.amounts[number] for half in read if number < len(half.amounts)]
            amount = _amount(cell.text, own[number].unit or money_in_brackets(label)[1] or self.unit)
            lines.append(Line(None, None, label, _path(columns), amount, Place.of_one(cell, row), cell.text))
        return lines

    def _halves_of(self, cell: Cell) -> Iterator[int]:
        numbers = frozenset(range(cell.column, cell.column + cell.column_span))
        return (place for place, half in enumerate(self.heading.blocks) if half.numbers & numbers)

    def _is_sum_of_halves(self, name: Cell, amounts: Sequence[Cell], body: Body) -> bool:
        """Whether a total that does not say of what is the sum of all rows above, and not of those of its half."""
        label = read_label(name.text)
        if self.only is not None or len(amounts) != 1 or label is None or label.of:
            return False
        stated = _amount(amounts[0].text, self.unit)
        rows = [line for line in body.lines if total_kind(line.label or "") is None]
        codes = {line.code for line in rows if line.code}
        top = [line for line in rows if not any((line.code or "")[:length] in codes for length in range(1, len(line.code or "")))]
        of_all, halves = sum(line.amount or 0 for line in top), {line.column for line in top}
        of_halves = [sum(line.amount or 0 for line in top if line.column == half) for half in halves]
        return bool(stated) and len(halves) > 1 and of_all == stated and stated not in of_halves

    def _is_counted(self, row: int, block: _State, label: str, amounts: Amounts) -> bool:
        """Whether a row's numbers are no money: its label says so, or it is a part of such a row (1. 一般公务用车 below 车辆数（辆）).

        Whole numbers without an outline number of their own are parts of one that holds none (二、相关统计数).
        """
        says_so = headings.counts_things(label)
        if says_so or block.counted is not None:
            level = _outline_level(self._published_label(row, block))
            is_whole = all(_WHOLE.fullmatch(fold_width(cell.text).strip()) for cell, _ in amounts)
            if block.heads_counts and not level and (says_so or is_whole):
                return True
            if says_so:
                block.counted, block.heads_counts = level, not amounts
            elif block.counted is None or level <= block.counted:
                block.counted, block.heads_counts = None, False
        return block.counted is not None

    def _amounts(self, row: int, block: _State) -> Iterator[tuple[Cell, list[Column]]]:
        """The filled cells of amounts that begin in a row, each with the columns that it covers."""
        for column in block.amounts:
            cell = self.matrix.at(row, column.number)
            if cell and cell.row == row and not is_left_blank(cell.text) and (covered := _covered(cell, column, block)):
                yield cell, covered

    def _is_doubtful(self, row: int, block: _State) -> bool:
        """Whether a row lost a cell or has one beyond the headers, so that nobody knows which amount belongs to which column."""
        if not self.is_ragged or len(block.amounts) < 2:
            return False
        cells = self.matrix.begun(row)
        last = max((column.number for column in self.heading.columns if column.path), default=self.matrix.width)
        return len(cells) < last or any(cell.column > last and cell.text.strip() for cell in cells)

    def _states(self) -> list[_State]:
        """The halves of the table; where no header tells income from expenditure, their labels may."""
        blocks = self.heading.blocks
        sides = [block.side for block in blocks]
        if not any(sides):
            said = [_side_of_labels(self._label_texts(block)) for block in blocks]
            sides = said if {"income", "expenditure"} <= set(said) else sides
        states = [_State(block, side) for block, side in zip(blocks, sides, strict=True)]
        return [state for state in states if self.only is None or state.block.numbers & self.only]

    def _label_texts(self, block: Block) -> list[str]:
        labels = [column for column in block.names if column.role == "label"]
        cells = [self.matrix.at(row, column.number) for row in self.matrix.rows_between(self.heading.end) for column in labels]
        return [cell.text for cell in cells if cell]

    def _name(self, row: int, block: _State) -> _Name:
        """The name of a half of a row."""
        printed: list[Cell | None] = [None] * len(block.names)
        parts: list[str] = [""] * len(block.names)
        labels: dict[int, tuple[Column, Cell]] = {}
        for place, column in enumerate(block.names):
            cell = self._body_cell(row, column)
            text = strip_whitespace(fold_width(cell.text)) if cell else ""
            digits = text.replace("-", "").replace(".", "")
            if column.role == "code" and text in headings.LEVELS:
                continue    # 类, 款, 项 in the row of the total
            if column.role == "code" and (not text or _CODE.fullmatch(digits)):
                is_again = cell is not None and column.number > cell.column    # merged over several columns of codes
                parts[place], printed[place] = ("", None) if is_again else (digits, cell)
            elif cell and text and not is_blank(text) and not is_illegible(text):
                labels.setdefault(id(cell), (column, cell))
                printed[place] = cell
                parts[place] = self._glued_code(text)
        texts = [strip_whitespace(cell.text) for _, cell in labels.values()]
        if self.is_most_specific and labels:
            texts = [self._most_specific(list(labels.values()))]
        code, others = block.code_of(parts)
        name = "/".join(filter(None, map(self._without_codes, texts))) or ("" if code else self._total_beside(row))
        return _Name(code, name, money_in_brackets(name)[1], [cell for place in others if (cell := printed[place])])

    def _glued_code(self, text: str) -> str:
        """The code in front of a label; blank where it has none."""
        glued = _GLUED_CODE.match(_outlined(text)) if self.is_classified and not text.isalpha() else None    # most labels are words
        return glued[1] if glued else ""

    def _total_beside(self, row: int) -> str:
        """The name of a total that stands in a column which is not kept (合计 below 部门编码), for a row without another name."""
        if len(self.heading.blocks) > 1:
            return ""
        cells = (self._body_cell(row, column) for column in self.heading.columns if column.role == "ignored")
        return next((strip_whitespace(cell.text) for cell in cells if cell and total_kind(cell.text)), "")

    def _published_label(self, row: int, block: _State) -> str:
        """The first label of a row as it is printed, with its outline number."""
        cells = (self._body_cell(row, column) for column in block.names if column.role == "label")
        return next((cell.text for cell in cells if cell and cell.text.strip()), "")

    def _body_cell(self, row: int, column: Column) -> Cell | None:
        """The cell in a place; none where a header is merged down to it."""
        cell = self.matrix.at(row, column.number)
        return cell if cell and cell.row >= self.heading.end else None

    @cached_property
    def _classes(self) -> dict[int, int]:
        """Columns of classes, each with the column that tells all rows apart: right of one called one of projects, or beside 采购类别."""
        if self.names is not None:
            return {}
        labels = [column for column in self.heading.columns if column.role == "label"]
        found: dict[int, int] = {}
        for place, column in enumerate(labels):
            if _is_of_classes(column):
                named = [other for other in labels if other is not column and not _is_of_classes(other)]
            else:
                named = [other for other in labels[place + 1 :] if _may_name(other)] if _is_of_projects(column) else []
            others = (other for other in named if self._tells_apart(column, other))
            if (other := next(others, None)) is not None:
                found[column.number] = other.number
        return found

    def _tells_apart(self, classes: Column, names: Column) -> bool:
        """Whether the rows that have texts in two columns repeat those of the first, and none of the second."""
        cells = [(self._body_cell(row, classes), self._body_cell(row, names)) for row in self.matrix.rows_between(self.heading.end)]
        texts = [
            (strip_whitespace(left.text), strip_whitespace(right.text))
            for left, right in cells
            if left and right and left is not right and not is_blank(left.text) and _HAN.search(right.text)
        ]
        first, second = (set(column) for column in zip(*texts, strict=True)) if texts else (set(), set())
        is_told = len(texts) >= _CLASSED and len(first) < len(second) == len(texts)
        return is_told and not any(kind_of(text) == "organisation" for text in second)

    def _most_specific(self, labels: Sequence[tuple[Column, Cell]]) -> str:
        """The project's name where a column holds these, else the name furthest to the right; a code is no name.

        A column that is called one of projects and puts the rows in classes names none of them: 办公, 办公, 服务 beside 电脑, 空调, 物业.
        """
        more_specific = {self._classes.get(column.number) for column, _ in labels}
        if named := [cell for column, cell in labels if column.number in more_specific]:
            return strip_whitespace(named[0].text)
        projects = [cell for column, cell in labels if column.number == self.names or _is_of_projects(column)]
        names = [cell for _, cell in labels if _HAN.search(cell.text)]
        return strip_whitespace((projects or names or [labels[-1][1]])[-1].text)

    def _without_codes(self, text: str) -> str:
        bare = _outlined(text)
        if not self.is_classified:
            return bare
        match = _GLUED_CODE.match(bare) or _UNIT_CODE.match(bare)
        return bare[match.end() :] if match else bare


def _is_of_projects(column: Column) -> bool:
    """Whether a column is called one of projects' names."""
    return bool(column.path) and headings.plain(column.path[-1]) in vocabulary("headers")["roles"]["project_name"]


def _is_of_classes(column: Column) -> bool:
    """Whether a header says that its column puts the rows in classes: 采购类别. 经济科目 are names."""
    return bool(column.path) and headings.plain(column.path[-1]).endswith(_CLASSES)


def _may_name(column: Column) -> bool:
    """Whether the words of a header do not say that its column holds something else than names of what is paid: 责任人, 经济科目."""
    points = saying(headings.plain(column.path[-1])).points if column.path else {}
    best = max(points, key=lambda role: points[role], default="project_name")
    return best == "project_name" or points[best] < _SAID


@dataclass(slots=True)
class _State:
    """A half of the table and the codes of the row above, for rows that print only the lowest part of theirs.

    `counted` is how deep the label stands that says that the numbers of its row, and of those below it, are no money.
    """

    block: Block
    side: Side | None
    above: list[str] = field(default_factory=list)
    counted: int | None = None
    heads_counts: bool = False

    @property
    def amounts(self) -> list[Column]:
        """Its columns of amounts."""
        return self.block.amounts

    @property
    def names(self) -> list[Column]:
        """Its columns of codes and labels."""
        return self.block.names

    def add_headers(self, headers: Mapping[int, str]) -> None:
        """Put headers below those of some columns."""
        columns = (
            replace(column, path=(*column.path, headers[column.number])) if column.number in headers else column
            for column in self.block.columns
        )
        self.block = replace(self.block, columns=tuple(columns))

    def code_of(self, parts: list[str]) -> tuple[str | None, list[int]]:
        """The code of a row, and the places of those of other classifications.

        Parts that only rows above print are theirs. Of several codes it is the last one that is printed, but the government's economic
        one (501 …) only where no other is: of 30101 beside 50101 the department's budget is about the first. A class in front of a label
        counts only in front of the last one, where no other code is printed: 301 in 301医院经费 may be part of a name.

        Args:
            parts: what is printed in each column of names: a code, a level of one, the code in front of a label, or nothing.
        """
        above, self.above = self.above or parts, parts
        codes: list[_Code] = []
        for run in self.block.code_runs:
            filled = [place for place in run if parts[place]]
            if filled and len(parts[filled[0]]) == _LEVEL:
                for place in run[: run.index(filled[0])]:
                    parts[place] = above[place]
            codes += _joined((place, parts[place]) for place in run if parts[place])
        in_columns = {place for run in self.block.code_runs for place in run}
        glued = [_Code(part, [place]) for place, part in enumerate(parts) if part and place not in in_columns]
        last = [] if codes else glued[-1:]
        codes = sorted([*codes, *(code for code in glued if code in last or len(code.digits) > _CLASS)], key=lambda code: code.places)
        classified = [code for code in codes if _CLASSIFIED.fullmatch(code.digits)]
        own = next((code for code in reversed(classified) if not _OF_GOVERNMENT.fullmatch(code.digits)), None)
        if not codes:
            return None, []
        own = own or (classified or codes)[-1]
        return own.digits, [place for code in classified if code.digits != own.digits for place in code.places]


class _Code(NamedTuple):
    """A code and the places of its parts."""

    digits: str
    places: list[int]


def _joined(parts: Iterable[tuple[int, str]]) -> list[_Code]:
    """The codes of columns side by side, by place and text: 205, 02, 01 and 205, 20502, 2050201 are one, 2050201 and 30201 are two."""
    codes: list[_Code] = []
    for place, part in parts:
        last = codes[-1] if codes else None
        if last is None or (len(part) >= _CLASS and _CLASSIFIED.fullmatch(part) and not part.startswith(last.digits)):
            codes.append(_Code(part, [place]))
        else:
            digits = part if part.startswith(last.digits) and len(part) > len(last.digits) else last.digits + part
            codes[-1] = _Code(digits, [*last.places, place])
    return codes


def _take_off_unit_codes(lines: Sequence[Line]) -> None:
    """Leave out the codes of units that use the money (105, 105236) among those of a classification.

    A class has 3 digits and each level below it two more, so that no code of a classification is even. Where most codes are of expenditure
    (2 functional, 3 and 5 economic), one that begins otherwise is a unit's.
    """
    codes = [line.code for line in lines if line.code]
    is_expenditure = sum(code[0] in _EXPENDITURE for code in codes) * 2 > len(codes)
    for line in lines:
        code = line.code or ""
        is_even = len(code) >= _UNIT_DIGITS and len(code) % 2 == 0
        if is_even or (is_expenditure and line.side != "income" and code and code[0] not in _EXPENDITURE):
            line.code = None


def _side_of_labels(texts: Sequence[str]) -> Side | None:
    has_income, has_expenditure = any("收入" in text for text in texts), any("支出" in text for text in texts)
    if has_income == has_expenditure:
        return None
    return "income" if has_income else "expenditure"


def _outlined(text: str) -> str:
    """A label without outline number and glued code; 其中： stays."""
    among = _AMONG.match(text)
    start = among.end() if among else 0
    bare = split_code(text[start:])[0]
    number = _OUTLINE_NUMBER.match(bare)
    return text[:start] + bare[number.end() if number else 0 :]


def _amount(text: str, unit: str | None) -> Decimal | None:
    try:
        return parse_amount(text, unit)
    except UnreadableAmount:
        return None


def _covered(cell: Cell, column: Column, block: _State) -> list[Column]:
    """The columns of an amount that is found in one of them; none where it is another one's, or a label is merged over it."""
    if cell.column_span == 1:
        return [column]
    numbers = range(cell.column, cell.column + cell.column_span)
    covered = [other for other in block.amounts if other.number in numbers]
    is_label = any(name.number in numbers for name in block.names)
    return covered if covered[0] is column and not is_label else []


def _path(columns: Sequence[Column]) -> str:
    """The column path of an amount; one that is merged over several columns is of what is above all of them, else of all."""
    paths = [column.path for column in columns]
    common = takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False))
    return "/".join(names[0] for names in common) or "+".join(map("/".join, paths))


def _outline_level(published: str) -> int:
    """How deep a label stands: 一、 above （一） above 1. above （1） and 其中：, which may follow any; 0 where nothing tells it."""
    plain = strip_whitespace(fold_width(published))
    return next((level for level, pattern in enumerate(_OUTLINE_LEVELS, 1) if pattern.match(plain)), 0)


def _is_page_number(cells: Sequence[Cell]) -> bool:
    return len(cells) == 1 and is_page_number(cells[0].text)


def _is_sentence(text: str) -> bool:
    """Whether the text of an amount cell explains something: it has several clauses or is long, and is no amount."""
    plain = strip_whitespace(text)
    return not headings.is_value(text) and len(plain) > _SHORT and (len(plain) > _LONG or bool(_CLAUSE.search(plain)))


def _text_line(cell: Cell) -> TextLine:
    return TextLine(cell.text, cell.page, cell.row, cell.box, cell.confidence)
