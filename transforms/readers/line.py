"""A line of text where it stands, whatever it was read from."""

from __future__ import annotations

from typing import NamedTuple

from transforms.grid import Box


class Line(NamedTuple):
    """Text on one line of one cell (`owner`, -1 outside tables), with its box in points.

    `turns` is by how many quarter turns clockwise the page has to be turned to read it; its box is that on the page so turned.
    """

    owner: int
    text: str
    box: Box
    confidence: float | None = None
    turns: int = 0
