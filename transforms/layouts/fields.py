"""Labels of forms with their values: `项目名称` left of, or above, the name. A value is found by where it stands, merged cells and all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from transforms.amounts import is_amount, is_blank
from transforms.grid import Cell
from transforms.records import TOTAL
from transforms.tables.headers import money_roles
from transforms.tables.labels import Label, label_of
from transforms.tables.matrix import Matrix

_INLINE = re.compile(r"\s*([^:：]{1,30})[:：]\s*(\S.*)$")
_NAMED_AMOUNT = re.compile(r"\s*([^0-9:：]{2,12})([0-9][0-9,.，．]*[百千万亿]*元)\s*$")


@dataclass(frozen=True, slots=True)
class Field:
    """A label in its place with the cells of its value; `text` is the value where both share a cell (`项目名称：X`).

    `is_heading` says that other labels stand beside it and nothing of its own: it only groups them.
    """

    label: Label
    cell: Cell
    values: tuple[Cell, ...]
    text: str
    is_heading: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no value is published."""
        return not self.text.strip()


# --- values -----------------------------------------------------------------------------------------------------------


def fields(matrix: Matrix) -> list[Field]:
    """The labels of some rows with their values, in reading order."""
    return [field for cell in matrix.cells if cell.text for field in fields_of(matrix, cell)]


def fields_of(matrix: Matrix, cell: Cell) -> Iterator[Field]:
    """The labels that a cell holds, with their values."""
    yield from _inline(cell)
    label = label_of(cell.word)
    if label:
        values = tuple(_values(matrix, cell))
        text = "\n".join(_said(value, label) for value in values if value.text.strip())
        beside = None if values else next(matrix.right_of(cell), None)
        yield Field(label, cell, values, text, beside is not None and label_of(beside.word) is not None)


def _said(value: Cell, label: Label) -> str:
    """A value's text, without a label of the same role in front of it: `年度总体目标` beside `预期目标：完成建设。`."""
    inline = _INLINE.match(value.text) if ":" in value.text or "：" in value.text else None
    own = label_of(inline[1]) if inline else None
    return value.text[inline.start(2) :].strip() if inline and own and own.role == label.role else value.text.strip()


@lru_cache(maxsize=4096)
def has_role(text: str, role: str) -> bool:
    """Whether a cell is a label of this role, or holds one with its value."""
    label = label_of(text)
    if label is not None and label.role == role:
        return True
    may_be = ":" in text or "：" in text
    inline = (label_of(match[1]) for line in text.split("\n") if (match := _INLINE.match(line))) if may_be else ()
    return any(found is not None and found.role == role for found in inline)


def _inline(cell: Cell) -> Iterator[Field]:
    """The labels of a cell that holds their values too, one per line: `项目名称：X`, `总额10606.7522万元`."""
    may_be = ":" in cell.text or "：" in cell.text or "元" in cell.text
    for line in cell.text.split("\n") if may_be else ():
        match = _INLINE.match(line) or _NAMED_AMOUNT.match(line)
        label = label_of(match[1]) if match else None
        if match and label and label.role not in ("unread", "indicators"):
            yield Field(label, cell, (cell,), match[2])


def _values(matrix: Matrix, cell: Cell) -> Iterator[Cell]:
    """The cells right of a label, one per row that it covers, up to the next label; where a label or nothing is there, the one below."""
    rows = [row for row in matrix.rows if cell.row <= row < cell.row + cell.row_span]
    beside = [next(matrix.right_of(cell, row), None) for row in rows]
    below = matrix.below(cell)
    if beside[0] is None or label_of(beside[0].word) or _heads_amount(cell, beside[0], below) or _ends_labels(matrix, cell):
        if below and not label_of(below.word) and below.column == cell.column:
            yield below
        return
    seen: set[int] = set()
    for row in rows:
        value = _first_filled(matrix, cell, row)
        if value and id(value) not in seen:
            seen.add(id(value))
            yield value
    if not seen and below and _continues(matrix, cell, below):
        yield below


def _continues(matrix: Matrix, cell: Cell, below: Cell) -> bool:
    """Whether the text below a label with blanks beside it is its value: that row begins with no label of its own.

    In text exports merged cells are blank ones: `年度总体目标,预期目标,,实际完成情况` and `,完成建设。,,已完成。` below.
    """
    first = matrix.row(below.row)[0]
    has_own = first.row == below.row and bool(first.text.strip())
    is_amount_or_text = _may_be_amount(below.text) if _is_of_money(cell) else not _may_be_amount(below.text)
    return not has_own and below.column == cell.column and bool(below.text.strip()) and not label_of(below.word) and is_amount_or_text


def _heads_amount(cell: Cell, beside: Cell, below: Cell | None) -> bool:
    """Whether a label of money stands above its amount, beside another label that nobody knows."""
    return _is_of_money(cell) and below is not None and not _may_be_amount(beside.text) and _may_be_amount(below.text)


def _ends_labels(matrix: Matrix, cell: Cell) -> bool:
    """Whether a label is the last of several beside each other, with blanks beside it: then the values stand below them."""
    texts = matrix.texts(cell.row)
    is_last = len(texts) > 1 and texts[-1] is cell and texts == matrix.row(cell.row)[: len(texts)]
    return is_last and all(label_of(text.word) for text in texts)


def _is_of_money(cell: Cell) -> bool:
    label = label_of(cell.word)
    return label is not None and (label.role in money_roles() or label.role.startswith(TOTAL))


def _may_be_amount(text: str) -> bool:
    return is_blank(text) or is_amount(text)


def _first_filled(matrix: Matrix, cell: Cell, row: int) -> Cell | None:
    """The first text right of a label; blank cells between belong to it, another label ends it."""
    for value in matrix.right_of(cell, row):
        if label_of(value.word):
            return None
        if value.text.strip():
            return value
    return None
