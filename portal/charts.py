"""Charts as SVG that the server draws, so that the page needs no script; each stands above the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import squarify

WIDTH, HEIGHT = 1000.0, 320.0    # of a treemap, in the units of its SVG; texts are 14 high. Bars have the same width


class Tile(NamedTuple):
    """A record as a rectangle of the treemap, its corner at the left and top."""

    left: float
    top: float
    width: float
    height: float
    record: dict[str, Any]


def treemap(records: Sequence[dict[str, Any]], amount: str) -> list[Tile]:
    """Rectangles whose areas are to each other as the amounts of records (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000).

    Args:
        records: in any order.
        amount: the name of their amounts; what has none, or none above 0, has no area and is left out.
    """
    drawn = sorted((record for record in records if (record[amount] or Decimal(0)) > 0), key=lambda record: record[amount], reverse=True)
    # Floats for the drawing alone: the amounts beside it are written from the records.
    sizes = squarify.normalize_sizes([float(record[amount]) for record in drawn], WIDTH, HEIGHT)
    placed = squarify.squarify(sizes, 0, 0, WIDTH, HEIGHT)
    return [Tile(at["x"], at["y"], at["dx"], at["dy"], record) for at, record in zip(placed, drawn, strict=True)]


class Bar(NamedTuple):
    """A row of an answer as a horizontal bar, which begins at the left; `value` is None where nothing is drawn."""

    label: str
    value: Any
    left: float
    width: float


class Bars(NamedTuple):
    """Bars below each other, each in an SVG of `WIDTH`; `zero` is where they begin."""

    bars: list[Bar]
    zero: float


def bars(rows: Sequence[tuple[str, Any]]) -> Bars:
    """Bars that are to each other as the values, those below 0 to the left.

    Args:
        rows: labels and numbers, in the order in which they are drawn.
    """
    sizes = [float(value or 0) for _, value in rows]    # for the drawing alone
    least, most = min([0.0, *sizes]), max([0.0, *sizes])
    scale = WIDTH / ((most - least) or 1)
    zero = -least * scale
    return Bars([
        Bar(label, value, zero + min(0, size) * scale, abs(size) * scale) for (label, value), size in zip(rows, sizes, strict=True)
    ], zero)


def shares(counts: Sequence[int]) -> list[tuple[float, float]]:
    """Parts of a whole beside each other on the width that bars have: where each begins, and how wide it is."""
    scale, begin, placed = WIDTH / (sum(counts) or 1), 0.0, []
    for count in counts:
        placed.append((begin, count * scale))
        begin += count * scale
    return placed
