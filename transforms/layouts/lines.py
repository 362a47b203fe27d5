"""The rows of a budget table as tidy lines: one per published number, with its side, code, label and column path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from transforms.amounts import UnreadableAmount, is_blank, parse_amount
from transforms.grid import Cell, TextLine
from transforms.layouts import headings
from transforms.layouts.headings import Block, Column, Heading, Matrix, Side
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
        for index in range(self.heading.end, len(self.matrix.rows)):
            cells = self.matrix.texts(index)
            if not cells or headings.is_numbers(cells) or self._is_header_again(cells):
                continue
            if not is_last and headings.is_header_row(self.matrix, index):
                return replace(self, heading=headings.find(self.matrix, index))
            if self._is_text(cells):
                body.texts.append(_text_line(cells[0]))
                continue
            for block in blocks:
                if headers := self._headers_below(index, block):
                    block.add_headers(headers)
                else:
                    body.lines += self._lines(index, block)
        return None

    def _headers_below(self, index: int, block: _State) -> dict[int, str]:
        """The headers by column that part a spanning one in the row of the total (合计 | 合计 | 基本支出), if all its amounts are such."""
        cells = [(column, cell) for column in block.amounts if (cell := self.matrix.at(index, column.number)) and cell.text.strip()]
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

    def _lines(self, index: int, block: _State) -> Iterator[Line]:
        code, label, unit = self._name(index, block)
        if _is_counted(label):
            return
        for column in block.amounts:
            cell = self.matrix.at(index, column.number)
            if cell and not is_blank(cell.text) and self._begins_here(cell, index, column, block):
                covered = [other for other in block.amounts if cell.column <= other.number < cell.column + cell.column_span]
                amount = None if self._is_doubtful(index, block) else _amount(cell.text, column.unit or unit or self.unit)
                place = Place.of_one(cell, self.matrix.rows[index])
                yield Line(block.side, code, label or None, _path(covered), amount, place, cell.text)

    def _is_doubtful(self, index: int, block: _State) -> bool:
        """Whether a row lost a cell or has one beyond the headers, so that nobody knows which amount belongs to which column."""
        if not self.is_ragged or len(block.amounts) < 2:
            return False
        row = self.matrix.rows[index]
        last = max((column.number for column in self.heading.columns if column.path), default=self.matrix.width)
        return len(row) < last or any(cell.column > last and cell.text.strip() for cell in row)

    def _begins_here(self, cell: Cell, index: int, column: Column, block: _State) -> bool:
        """Whether a cell is this column's own: a label merged over it is none, an amount merged over rows counts once."""
        is_first_row = index == 0 or self.matrix.at(index - 1, column.number) is not cell
        first = next(other.number for other in block.amounts if cell.column <= other.number)
        is_label = any(cell.column <= name.number < cell.column + cell.column_span for name in block.names)
        return is_first_row and first == column.number and not is_label

    def _states(self) -> list[_State]:
        """The halves of the table; where no header tells income from expenditure, their labels may."""
        blocks = self.heading.blocks
        sides = [block.side for block in blocks]
        if not any(sides):
            said = [_side_of_labels(self._label_texts(block)) for block in blocks]
            sides = said if {"income", "expenditure"} <= set(said) else sides
        return [_State(block, side) for block, side in zip(blocks, sides, strict=True)]

    def _label_texts(self, block: Block) -> list[str]:
        rows = range(self.heading.end, len(self.matrix.rows))
        cells = [self.matrix.at(index, column.number) for index in rows for column in block.of("label")]
        return [cell.text for cell in cells if cell]

    def _name(self, index: int, block: _State) -> tuple[str | None, str, str | None]:
        """The code, the label and the unit of money that the label states, of a half of a row."""
        codes: list[str] = [""] * len(block.names)
        labels: dict[int, tuple[Column, Cell]] = {}
        for place, column in enumerate(block.names):
            cell = self._body_cell(index, column)
            text = strip_whitespace(fold_width(cell.text)) if cell else ""
            digits = re.sub(r"[-.]", "", text)
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

    def _body_cell(self, index: int, column: Column) -> Cell | None:
        """The cell in a place; none where a header is merged down to it."""
        cell = self.matrix.at(index, column.number)
        return cell if cell and cell.row >= self.matrix.rows[self.heading.end][0].row else None

    def _most_specific(self, labels: Sequence[tuple[Column, Cell]]) -> str:
        """The project's name where a column holds these, else the name furthest to the right; a code is no name."""
        words = vocabulary("headers")["roles"]["project_name"]
        projects = [cell for column, cell in labels if column.path and headings.plain(column.path[-1]) in words]
        names = [cell for _, cell in labels if re.search("[一-鿿]", cell.text)]
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
        return self.block.of("amount")

    @property
    def names(self) -> list[Column]:
        """Its columns of codes and labels."""
        return [column for column in self.block.columns if column.role in ("code", "label")]

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
        for run in reversed(self._runs()):
            filled = [place for place in run if parts[place]]
            if filled and len(parts[filled[0]]) == _LEVEL:
                for place in run[: run.index(filled[0])]:
                    parts[place] = above[place]
            if filled:
                return _joined([parts[place] for place in run])
        return None

    def _runs(self) -> list[list[int]]:
        """The places of columns of codes that stand side by side."""
        runs: list[list[int]] = [[]]
        for place, column in enumerate(self.names):
            if column.role == "code":
                runs[-1].append(place)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]


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
    among = re.match("其中[:：]", text)
    start = among.end() if among else 0
    return text[:start] + re.sub(rf"^[{NUMERALS}]+[.．]", "", split_code(text[start:])[0])


def _amount(text: str, unit: str | None) -> Decimal | None:
    try:
        return parse_amount(text, unit)
    except UnreadableAmount:
        return None


def _path(columns: Sequence[Column]) -> str:
    """The column path of an amount; one that is merged over several columns is of what is above all of them, else of all."""
    paths = [column.path for column in columns]
    first, common = paths[0], 0
    while common < len(first) and all(path[common : common + 1] == first[common : common + 1] for path in paths):
        common += 1
    return "/".join(first[:common]) or "+".join("/".join(path) for path in paths)


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

