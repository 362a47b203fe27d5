"""Formats that a workbook gives cells by what they hold (ECMA-376 part 1, 18.3.1.10): which of them hide text, and in which cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from transforms.grid import UnreadableDocument
from transforms.readers.number_formats import COMPARISONS, exact_number
from transforms.readers.sheets import Range, Sheet

_SIGNS = {
    "equal": "=", "notEqual": "<>", "lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">", "greaterThanOrEqual": ">=",
}
_COMPARED = re.compile(r'(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(<>|<=|>=|=|<|>)(-?\d+(?:\.\d+)?|"[^"]*")')
_OF_ERRORS = re.compile(r"(?:ISERROR|ISERR|ISNA|ISBLANK)\(\$?[A-Z]{1,3}\$?\d{1,7}\)")    # what they hide is no amount
_CONSTANT = re.compile(r'-?\d+(?:\.\d+)?|"[^"]*"')
_LETTERS = 26
IN_PICTURES = "in pictures"    # the kind of rules that show all numbers as bars or signs only

Holds = Callable[[Sheet, int, int], bool]    # for the cell in a row and column


@dataclass(slots=True)
class Rule:
    """A rule that hides the text of cells for which its condition holds: where it applies, its kind, operator and formulas."""

    areas: Sequence[Range]
    kind: str
    operator: str
    formulas: list[str] = field(default_factory=list)


def hide(sheet: Sheet, rules: Sequence[Rule]) -> None:
    """Take out of a sheet what rules hide.

    Args:
        sheet: with all its texts; those that are hidden go to its `unseen`.
        rules: those of the sheet that hide text.

    Raises:
        UnreadableDocument: `unread-format`, if a rule's formula is none of those that people write to hide cells, and it may hide some.
    """
    hidden: set[tuple[int, int]] = set()
    for rule in rules:
        holds = _condition(rule)
        for row, column in list(_cells(sheet, rule.areas)):
            if holds is None:
                raise UnreadableDocument(
                    "unread-format",
                    f"Sheet {sheet.name} may hide cells by the formula {' '.join(rule.formulas)}; publish it without conditional formats.",
                )
            if holds(sheet, row, column):
                hidden.add((row, column))
    sheet.unseen += (sheet.texts[row].pop(column) for row, column in sorted(hidden))    # conditions look at what is hidden, too


def _cells(sheet: Sheet, areas: Sequence[Range]) -> Iterator[tuple[int, int]]:
    for area in areas:
        rows = (row for row in sheet.texts if area.top <= row <= area.bottom and row not in sheet.hidden_rows)
        yield from ((row, column) for row in rows for column in sheet.texts[row] if area.left <= column <= area.right)


def _condition(rule: Rule) -> Holds | None:
    """The condition of a rule; None where nobody knows it."""
    formulas = [re.sub(r"\s", "", formula) for formula in rule.formulas]
    if rule.kind == IN_PICTURES:
        return lambda sheet, row, column: exact_number(sheet.texts[row][column]) is not None
    if rule.kind == "cellIs" and all(map(_CONSTANT.fullmatch, formulas)):
        return _compared_with(rule.operator, formulas)
    if rule.kind == "expression" and len(formulas) == 1:
        if _OF_ERRORS.fullmatch(formulas[0]):
            return lambda sheet, row, column: sheet.texts[row][column].startswith("#")
        if compared := _COMPARED.fullmatch(formulas[0]):
            return _of_reference(compared, rule.areas[0])
    return None


def _compared_with(operator: str, constants: Sequence[str]) -> Holds | None:
    if operator in _SIGNS and len(constants) == 1:
        return lambda sheet, row, column: _holds(sheet.texts[row][column], _SIGNS[operator], constants[0])
    if operator in ("between", "notBetween") and len(constants) > 1:
        first, last = constants[:2]

        def is_between(sheet: Sheet, row: int, column: int) -> bool:
            text = sheet.texts[row][column]
            return (_holds(text, ">=", first) and _holds(text, "<=", last)) == (operator == "between")

        return is_between
    return None


def _of_reference(compared: re.Match[str], area: Range) -> Holds:
    """A comparison of the cell that stands to each cell as the named one to the first cell of the area."""
    is_fixed_column, letters, is_fixed_row, number, sign, constant = compared.groups()
    named_row, named_column = int(number), _column(letters)

    def holds(sheet: Sheet, row: int, column: int) -> bool:
        of_row = named_row if is_fixed_row else named_row + row - area.top
        of_column = named_column if is_fixed_column else named_column + column - area.left
        return _holds(sheet.texts.get(of_row, {}).get(of_column, ""), sign, constant)

    return holds


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column


def _holds(text: str, sign: str, constant: str) -> bool:
    """Whether a cell's text compares with a constant; a text and a number are never equal, a blank cell is 0 and nothing."""
    if constant.startswith('"'):
        return {"=": text == constant[1:-1], "<>": text != constant[1:-1]}.get(sign, False)
    number, other = exact_number(text or "0"), exact_number(constant)
    return COMPARISONS[sign](number, other) if number is not None and other is not None else sign == "<>"
