"""Which rows of a budget table are totals: those whose words or sums say so (`transforms.totals`)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from transforms.records import UNNAMED_TOTAL, Line, TotalKind
from transforms.totals import Vector, adds_up, read_label, total_kind

_LEAST_PROVING = 2    # different columns in which a row must be the sum of others, if it is not in a third
_LEAST_NAMED = 3    # rows that a row with a name of its own must sum up to be a total: two may be chance
_LEAST_CODED = 2    # the same where all other rows have codes

Row = Sequence[Line]


def mark_totals(lines: Sequence[Line]) -> bool:
    """Say of each line of a table whether its row is a total, and of what.

    Args:
        lines: all lines of the table, those of a row beside each other. The words of a label tell a total. Where none names
            the total of a side, its first or last row is that if it has no code and is, in every column, the sum of the
            rows that stand under no other, or in all columns but one. Such a row without a label is labelled 合计.

    Returns:
        Whether a row was labelled so.
    """
    is_labelled = False
    for _, of_side in groupby(sorted(lines, key=lambda line: line.side or ""), key=lambda line: line.side):
        rows = [list(of_row) for _, of_row in groupby(of_side, key=_row_of)]
        kinds = [None if row[0].code else total_kind(row[0].label or "") for row in rows]
        kinds = [_in_context(rows, number, kind) for number, kind in enumerate(kinds)]
        if "grand" not in kinds:
            kinds = [_by_sum(rows, kinds, number) or kind for number, kind in enumerate(kinds)]
        for row, kind in zip(rows, kinds, strict=True):
            for line in row:
                line.total = kind
                if kind == "grand" and not line.code and not line.label:
                    line.label, is_labelled = UNNAMED_TOTAL, True
    return is_labelled


def _row_of(line: Line) -> tuple[object, ...]:
    return line.place.page, line.place.row, line.code, line.label


def _in_context(rows: Sequence[Row], number: int, kind: TotalKind | None) -> TotalKind | None:
    """The kind that a label names, where nothing larger stands beside it: 项目支出合计 beside 基本支出合计 is of a part."""
    label = read_label(rows[number][0].label or "")
    if kind != "grand" or not label or not label.of:
        return kind
    own = {line.column: line.amount for line in rows[number]}
    is_exceeded = any(line.amount and line.amount > (own.get(line.column) or line.amount) for row in rows for line in row)
    return "part" if is_exceeded else kind


def _by_sum(rows: Sequence[Row], kinds: Sequence[TotalKind | None], number: int) -> TotalKind | None:
    if number not in (0, len(rows) - 1) or rows[number][0].code:
        return None
    others = [row for place, row in enumerate(rows) if place != number and not kinds[place]]
    columns = list(dict.fromkeys(line.column for row in rows for line in row))
    parts = [_vector(row, columns) for row in _top(others)]
    is_coded = all(row[0].code for row in others)
    least = _LEAST_CODED if is_coded else _LEAST_NAMED
    stated = _vector(rows[number], columns)
    is_named = rows[number][0].label and not kinds[number]
    is_sum = adds_up(stated, parts, least if is_named else 2) or _adds_up_but_once(stated, parts, least)
    return "grand" if is_sum and kinds[number] != "year" else None


def _adds_up_but_once(stated: Vector | None, parts: Sequence[Vector | None], least: int) -> bool:
    """Whether a row is the sum of others in all columns but one: the others prove that it is a total, and one amount is wrong.

    Args:
        stated: the row's amounts.
        parts: those of the others.
        least: how many of these there must be, and hold money in the columns that prove it.
    """
    known = [part for part in parts if part is not None]
    if stated is None or len(known) < len(parts) or len(known) < least:
        return False
    columns = list(zip(stated, *known, strict=True))
    tied = {column for column in columns if column[0] == sum(column[1:], Decimal(0))}    # two equal columns prove no more than one
    proving = [column for column in tied if sum(map(bool, column[1:])) >= least]
    is_proved = len(proving) >= _LEAST_PROVING or (least == _LEAST_CODED and proving and len(tied) >= _LEAST_PROVING)
    return bool(is_proved) and sum(column in tied for column in columns) == len(columns) - 1


def _top(rows: Sequence[Row]) -> list[Row]:
    """The rows that stand under no other: of coded ones those whose code no other one begins, else all."""
    codes = {row[0].code: row for row in rows if row[0].code}
    return [row for code, row in codes.items() if code and not any(code[:length] in codes for length in range(1, len(code)))] or list(rows)


def _vector(row: Row, columns: Sequence[str]) -> Vector | None:
    """The amounts of a row by column, a blank one as nothing; None where one could not be read."""
    amounts = {line.column: line.amount for line in row}
    return None if None in amounts.values() else tuple(amounts.get(column) or Decimal(0) for column in columns)
