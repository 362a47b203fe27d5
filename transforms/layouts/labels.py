"""Labels of forms and their values: `项目名称` left of, or above, the name.

The words are in vocabulary/forms.yaml; a value is found by where it stands beside its label, merged cells and all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from transforms.amounts import is_amount, is_blank
from transforms.grid import Cell
from transforms.layouts.columns import money_roles, role_of
from transforms.layouts.matrix import Matrix
from transforms.layouts.surroundings import money_in_brackets
from transforms.names import NUMERALS, fold_width, strip_whitespace
from transforms.records import TOTAL
from transforms.vocabulary import vocabulary

_LONGEST = 30    # characters; the longest label seen has 21, texts are longer
_INLINE = re.compile(r"\s*([^:：]{1,30})[:：]\s*(\S.*)$")
_NAMED_AMOUNT = re.compile(r"\s*([^0-9:：]{2,12})([0-9][0-9,.，．]*[百千万亿]*元)\s*$")
_NUMBER = re.compile(
    rf"^(?:[{NUMERALS}]{{1,3}}[、.]|[(（](?:[{NUMERALS}]{{1,3}}|[0-9]{{1,2}})[)）][、.]?|[0-9]{{1,2}}[、.．](?![0-9])|[①-⑳]|[★*])"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: the role of its value, and the unit of money in its brackets."""

    role: str
    unit: str | None


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


@lru_cache(maxsize=4096)
def label_of(text: str) -> Label | None:
    """What a label says; None where a text is no known label."""
    plain = strip_whitespace(fold_width(text)).strip(":*★")
    if not plain or len(plain) > _LONGEST or is_amount(plain):
        return None
    name, unit = money_in_brackets(plain)
    role = next((role for form in _forms(name) if (role := _roles().get(form) or _source(form))), None)
    return Label(role, unit) if role else None


def _forms(name: str) -> Iterator[str]:
    """A label as printed, then with less and less of what makes no difference."""
    yield name
    seen = name
    while (shorter := _shorter(seen)) != seen:
        seen = shorter
        yield seen
    for prefix in vocabulary("forms")["prefixes"]:
        if seen.startswith(prefix):
            yield seen.removeprefix(prefix)


def _shorter(name: str) -> str:
    plain = name.removeprefix("其中").strip(":、")
    aside = re.search(r"[(\[【]([^()]*)[)\]】]$", plain)
    if aside and any(word in aside[1] for word in vocabulary("headers")["left_over"]):
        return aside[1]    # 财政拨款（上年结转） is not the year's
    for change in (_NUMBER, re.compile(r"^(?:19|20)[0-9]{2}年?(?=年?度?[一-鿿])"), re.compile(r"[(\[【][^()]*[)\]】]$")):
        shorter = change.sub("", plain)
        if shorter != plain:
            return shorter
    return plain


@cache
def _roles() -> dict[str, str]:
    return {fold_width(name): role for role, names in vocabulary("forms")["roles"].items() for name in names}


def _source(name: str) -> str | None:
    role = role_of([name])
    return role if role in money_roles() - {"total"} else None


# --- values -----------------------------------------------------------------------------------------------------------


def fields(matrix: Matrix) -> list[Field]:
    """The labels of some rows with their values, in reading order."""
    found: list[Field] = []
    for cell in matrix.cells:
        if cell.text.strip():
            found += _inline(cell)
            label = label_of(cell.text)
            if label:
                values = tuple(_values(matrix, cell))
                text = "\n".join(value.text.strip() for value in values if value.text.strip())
                beside = next(matrix.right_of(cell), None)
                found.append(Field(label, cell, values, text, not values and beside is not None and label_of(beside.text) is not None))
    return found


@lru_cache(maxsize=4096)
def has_role(text: str, role: str) -> bool:
    """Whether a cell is a label of this role, or holds one with its value."""
    label = label_of(text)
    inline = (label_of(match[1]) for line in text.split("\n") if (match := _INLINE.match(line)))
    return any(found is not None and found.role == role for found in (label, *inline))


def _inline(cell: Cell) -> Iterator[Field]:
    """The labels of a cell that holds their values too, one per line: `项目名称：X`, `总额10606.7522万元`."""
    for line in cell.text.split("\n"):
        match = _INLINE.match(line) or _NAMED_AMOUNT.match(line)
        label = label_of(match[1]) if match else None
        if match and label and label.role not in ("unread", "indicators"):
            yield Field(label, cell, (cell,), match[2])


def _values(matrix: Matrix, cell: Cell) -> Iterator[Cell]:
    """The cells right of a label, one per row that it covers, up to the next label; where a label or nothing is there, the one below."""
    rows = [row for row in matrix.rows if cell.row <= row < cell.row + cell.row_span]
    beside = [next(matrix.right_of(cell, row), None) for row in rows]
    below = matrix.below(cell)
    if beside[0] is None or label_of(beside[0].text) or _heads_amount(cell, beside[0], below):
        if below and not label_of(below.text) and below.column == cell.column:
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
    return not has_own and below.column == cell.column and bool(below.text.strip()) and not label_of(below.text) and is_amount_or_text


def _heads_amount(cell: Cell, beside: Cell, below: Cell | None) -> bool:
    """Whether a label of money stands above its amount, beside another label that nobody knows."""
    return _is_of_money(cell) and below is not None and not _may_be_amount(beside.text) and _may_be_amount(below.text)


def _is_of_money(cell: Cell) -> bool:
    label = label_of(cell.text)
    return label is not None and (label.role in money_roles() or label.role.startswith(TOTAL))


def _may_be_amount(text: str) -> bool:
    return is_blank(text) or is_amount(text)


def _first_filled(matrix: Matrix, cell: Cell, row: int) -> Cell | None:
    """The first text right of a label; blank cells between belong to it, another label ends it."""
    for value in matrix.right_of(cell, row):
        if label_of(value.text):
            return None
        if value.text.strip():
            return value
    return None
