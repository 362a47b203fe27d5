"""Charts as SVG that the server draws, so that the page needs no script; each stands above the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import squarify

WIDTH, HEIGHT = 1000.0, 320.0    # of a treemap, in the units of its SVG; texts are 14 high


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
