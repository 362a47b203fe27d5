"""The rows of a budget table as tidy lines: one per published number, with its side, code, label and column path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import takewhile

from transforms.amounts import UnreadableAmount, is_blank, parse_amount
from transforms.grid import Cell, TextLine
from transforms.layouts import headings
from transforms.layouts.headings import Block, Column, Heading, Side
from transforms.layouts.matrix import Matrix
from transforms.layouts.surroundings import money_in_brackets
from transforms.names import NUMERALS, fold_width, split_code, strip_whitespace
from transforms.records import Line, Place
from transforms.vocabulary import any_of, vocabulary

_LEVEL = 2    # digits of a 款 or 项 of its own
_CODE = re.compile(r"[0-9]+")
# A class has 3 digits, of a functional (2xx) or economic (3xx, 5xx) classification, a 款 and a 项 two more each.
_NO_QUANTITY = r"(?=[一-鿿])(?![年月日人个家万元号亿])"
_GLUED_CODE = re.compile(
    rf"[\[(]?((?:2[0-9]{{2}}|30[0-9]|31[0-3]|399|5[01][0-9]|599)(?:[0-9]{{2}}){{0,2}})[\])]?[-_.、:]?{_NO_QUANTITY}"
)
_UNIT_CODE = re.compile(rf"[\[(]?[0-9]{{6,}}[\])]?[-_]?{_NO_QUANTITY}")
_PARTS = 20    # headers in one table, a repeated one not counted; three have been seen, more are rows like others
_NOTE = re.compile(r"[(※*]*(?:备?注|附注|说明)[0-9]*[:：、.]")
_SENTENCE = re.compile(r".*[。；;]")
_AMONG = re.compile("其中[:：]")
_OUTLINE_NUMBER = re.compile(rf"[{NUMERALS}]+[.．]")
_HAN = re.compile("[一-鿿]")


@dataclass(slots=True)
class Body:
    """What the rows below a header hold: lines, and the texts that are no row of the table (notes, narrative)."""

    lines: list[Line] = field(default_factory=list)
    texts: list[TextLine] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """How rows are read.

    `unit` is the table's; `is_most_specific` says that a label is one name, not the path of all; `is_classified` that labels
    may begin with a classification code; `is_ragged` as in `Grid`.
    """

    matrix: Matrix
    heading: Heading
    unit: str | None
    is_most_specific: bool = False
    is_classified: bool = True
    is_ragged: bool = False

    def read(self) -> Body:
        """Read all rows below the header; a header among the rows begins columns of its own."""
        body = Body()
        reader: Reader | None = self
        for count in range(_PARTS):
            reader = reader and reader._read_part(body, is_last=count == _PARTS - 1)
        return body

    def _read_part(self, body: Body, *, is_last: bool) -> Reader | None:
        """Read the rows up to the next header; what comes from there on is another reader's."""
        blocks = self._states()
        for row in self.matrix.rows_between(self.heading.end):
            cells = self.matrix.texts(row)
            if not cells or headings.is_numbers(cells) or self._is_header_again(cells):
                continue
            if not is_last and headings.is_header_row(self.matrix, row):
                return replace(self, heading=headings.find(self.matrix, row))
            if self._is_text(cells):
                body.texts.append(_text_line(cells[0]))
                continue
            for block in blocks:
                if headers := self._headers_below(row, block):
                    block.add_headers(headers)
                else:
                    body.lines += self._lines(row, block)
        return None

    def _headers_below(self, row: int, block: _State) -> dict[int, str]:
        """The headers by column that part a spanning one in the row of the total (合计 | 合计 | 基本支出), if all its amounts are such."""
        if not block.block.has_equal_headers:
            return {}
        cells = [(column, cell) for column in block.amounts if (cell := self.matrix.at(row, column.number)) and cell.text.strip()]
        is_parted = len(cells) > 1 and len({column.path for column, _ in cells}) == 1
        if not is_parted or not all(headings.is_header(cell.text) for _, cell in cells):
            return {}
        return {column.number: strip_whitespace(cell.text) for column, cell in cells}

    def _is_header_again(self, cells: Sequence[Cell]) -> bool:
        texts = {strip_whitespace(cell.text) for cell in cells}
        return len(texts) > 1 and texts <= self.heading.words

    def _is_text(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is text across the table, not a row of it: a note, a narrative box."""
        if len(cells) > 1 or headings.is_value(cells[0].text):
            return False
        cell, plain = cells[0], strip_whitespace(fold_width(cells[0].text))
        is_across = cell.column == 1 and cell.column_span >= self.matrix.width > 1
        return is_across or (cell.column <= 2 and bool(_NOTE.match(plain) or _SENTENCE.fullmatch(plain)))

    def _lines(self, row: int, block: _State) -> Iterator[Line]:
        code, label, unit = self._name(row, block)
        if _is_counted(label):
            return
        for column in block.amounts:
            cell = self.matrix.at(row, column.number)
            if cell and cell.row == row and not is_blank(cell.text) and (covered := _covered(cell, column, block)):
                amount = None if self._is_doubtful(row, block) else _amount(cell.text, column.unit or unit or self.unit)
                place = Place.of_one(cell, self.matrix.begun(row))
                yield Line(block.side, code, label or None, _path(covered), amount, place, cell.text)

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
        return [_State(block, side) for block, side in zip(blocks, sides, strict=True)]

    def _label_texts(self, block: Block) -> list[str]:
        labels = [column for column in block.names if column.role == "label"]
        cells = [self.matrix.at(row, column.number) for row in self.matrix.rows_between(self.heading.end) for column in labels]
        return [cell.text for cell in cells if cell]

    def _name(self, row: int, block: _State) -> tuple[str | None, str, str | None]:
        """The code, the label and the unit of money that the label states, of a half of a row."""
        codes: list[str] = [""] * len(block.names)
        labels: dict[int, tuple[Column, Cell]] = {}
        for place, column in enumerate(block.names):
            cell = self._body_cell(row, column)
            text = strip_whitespace(fold_width(cell.text)) if cell else ""
            digits = text.replace("-", "").replace(".", "")
            if column.role == "code" and (not text or _CODE.fullmatch(digits)):
                is_again = cell is not None and column.number > cell.column    # merged over several columns of codes
                codes[place] = "" if is_again else digits
            elif cell and text and not is_blank(text):
                labels.setdefault(id(cell), (column, cell))
        parts = [strip_whitespace(cell.text) for _, cell in labels.values()]
        if self.is_most_specific and labels:
            parts = [self._most_specific(list(labels.values()))]
        code = block.code_of(codes)
        name = "/".join(filter(None, map(self._without_codes, parts)))
        if code is None and self.is_classified and parts and (glued := _GLUED_CODE.match(_outlined(parts[-1]))):
            code = glued[1]
        return code, name, money_in_brackets(name)[1]

    def _body_cell(self, row: int, column: Column) -> Cell | None:
        """The cell in a place; none where a header is merged down to it."""
        cell = self.matrix.at(row, column.number)
        return cell if cell and cell.row >= self.heading.end else None

    def _most_specific(self, labels: Sequence[tuple[Column, Cell]]) -> str:
        """The project's name where a column holds these, else the name furthest to the right; a code is no name."""
        words = vocabulary("headers")["roles"]["project_name"]
        projects = [cell for column, cell in labels if column.path and headings.plain(column.path[-1]) in words]
        names = [cell for _, cell in labels if _HAN.search(cell.text)]
        return strip_whitespace((projects or names or [labels[-1][1]])[-1].text)

    def _without_codes(self, text: str) -> str:
        bare = _outlined(text)
        if not self.is_classified:
            return bare
        match = _GLUED_CODE.match(bare) or _UNIT_CODE.match(bare)
        return bare[match.end() :] if match else bare


@dataclass(slots=True)
class _State:
    """A half of the table and the codes of the row above, for rows that print only the lowest part of theirs."""

    block: Block
    side: Side | None
    above: list[str] = field(default_factory=list)

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

    def code_of(self, parts: list[str]) -> str | None:
        """The code of a row: its parts joined; parts that only rows above print are theirs.

        Where two classifications stand side by side, each with labels of its own, it is that of the last one that is printed.
        """
        above, self.above = self.above or parts, parts
        for run in reversed(self.block.code_runs):
            filled = [place for place in run if parts[place]]
            if filled and len(parts[filled[0]]) == _LEVEL:
                for place in run[: run.index(filled[0])]:
                    parts[place] = above[place]
            if filled:
                return _joined([parts[place] for place in run])
        return None


def _joined(parts: Sequence[str]) -> str:
    code = ""
    for part in parts:
        code = part if code and part.startswith(code) and len(part) > len(code) else code + part
    return code


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


def _is_counted(label: str) -> bool:
    """Whether a label says that the numbers of its row are no money: 国内公务接待批次（个）."""
    return bool(_counted().fullmatch(fold_width(label)))


@cache
def _counted() -> re.Pattern[str]:
    words = vocabulary("tables")
    ends = any_of([word.removeprefix("*") for word in words["columns"]["count"] if word.count("*") == 1])
    return re.compile(rf".*(?:\((?:单位:)?(?:{any_of(words['counted'])})\)|{ends})")


def _text_line(cell: Cell) -> TextLine:
    return TextLine(cell.text, cell.page, cell.row, cell.box, cell.confidence)

