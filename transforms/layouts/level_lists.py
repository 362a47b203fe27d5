"""Levels of indicators as labels of a form that has no table of indicators: `数量指标 | 运维系统12套；巡检48次`."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from transforms.amounts import is_amount, is_blank
from transforms.grid import Cell
from transforms.indicators import official_level, parse_indicator, split_indicators, standard_levels
from transforms.records import Indicator
from transforms.tables.headers import indicator_role
from transforms.tables.labels import label_of
from transforms.tables.ledger import Ledger
from transforms.tables.matrix import Matrix

_LEAST = 2    # different levels: a purchase has 数量 and 成本 too, but numbers beside them
_PARTS = 2    # cells of an indicator at most: its name and its target


class Listed(NamedTuple):
    """The name of a level, and what stands beside it in one row: a text that lists indicators, or the name and the target of one."""

    label: Cell
    beside: tuple[Cell, ...]

    @property
    def indicators(self) -> list[Indicator]:
        """What it lists."""
        level = official_level(self.label.word) or ""
        texts = [cell.text for cell in self.beside]
        if len(texts) < _PARTS:
            return split_indicators(f"{level}：{texts[0]}")
        return parse_indicator(*texts, levels=standard_levels(level))


def listed(matrix: Matrix) -> list[Listed]:
    """The levels of a form with what they list, in reading order; none where these are not several, or numbers stand beside them.

    Args:
        matrix: the form's rows, without any table of indicators.
    """
    found = [
        Listed(cell, beside) for cell in matrix.cells if cell.text and official_level(cell.word)
        for row in matrix.rows_between(cell.row, cell.row + cell.row_span) if (beside := _beside(matrix, cell, row))
    ]
    levels = {official_level(each.label.word) for each in found}
    is_list = len(levels) >= _LEAST and all(len(each.beside) <= _PARTS and not is_amount(each.beside[0].text) for each in found)
    return found if is_list else []


def account(matrix: Matrix, ledger: Ledger) -> None:
    """Take down what becomes of the cells of `listed`, and of the headers above them."""
    found = listed(matrix)
    for each in found:
        ledger.enter(each.beside, "record", "indicators of a level")
    if found:
        ledger.enter((cell for cell in matrix.cells if official_level(cell.word)), "structure", "level")
        for cells in map(matrix.texts, matrix.rows):
            if all(indicator_role([cell.word]) or official_level(cell.word) for cell in cells):    # 一级指标 · 二级指标 · 指标内容
                ledger.enter(cells, "structure", "header")


def _beside(matrix: Matrix, label: Cell, row: int) -> tuple[Cell, ...]:
    """The filled cells right of a level in a row, up to the next level or label; none where one of these is the first."""
    cells = takewhile(lambda cell: not (official_level(cell.word) or label_of(cell.word)), matrix.right_of(label, row))
    return tuple(cell for cell in cells if not is_blank(cell.text))
