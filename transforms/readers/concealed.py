"""Rows and columns of a table that are hidden: what of them is told, because a number that is not published may stand there.

Programs keep keys and codes in hidden rows and columns; those are nobody's concern.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from transforms.amounts import is_amount

_FEW = 20    # numbers of a column, enough to find it


def of_row(texts: Sequence[str]) -> list[str]:
    """What is told of a hidden row.

    Args:
        texts: those in its shown columns, without blank ones.

    Returns:
        They in one text, if an amount stands behind the row's name; else nothing.
    """
    behind = list(dropwhile(is_amount, texts))[1:]    # numbers before the name are codes
    return [" ".join(texts)] if any(map(is_amount, behind)) else []


def of_column(texts: Sequence[str]) -> list[str]:
    """What is told of a hidden column.

    Args:
        texts: those in shown rows, without blank ones.

    Returns:
        Its first amounts in one text, if it has some that are no codes (all equally long) and no row numbers; else nothing.
    """
    amounts = list(filter(is_amount, texts))
    are_codes = len(set(map(len, amounts))) <= 1 and all(map(str.isdigit, amounts))
    are_numbers = amounts == [str(number) for number in range(1, len(amounts) + 1)]
    return [] if are_codes or are_numbers else [" ".join(amounts[:_FEW])]
