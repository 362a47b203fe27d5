"""Tables within tables: which of the two holds the data."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.amounts import is_amount

_LEAST_BESIDE = 3    # name, amount, goal; page layouts have two columns beside the contents, and no amounts in them


def is_data_around_table(beside: Sequence[str]) -> bool:
    """Whether a row that holds a table is a row of data, and the inner table one cell's text; else the outer table is layout.

    Args:
        beside: the texts of the row's cells without a table, blank ones left out.
    """
    return len(beside) >= _LEAST_BESIDE and any(map(is_amount, beside))
