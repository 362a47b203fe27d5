"""What is seen on a page, whether it was drawn as such or recognised in a picture: ruling lines and pieces of text.

Everything is in points, measured from the top left corner of the page as shown (its rotation applied).
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.grid import Box


class Segment(NamedTuple):
    """A straight ruling line: horizontal at height `position` from left to right, or vertical at `position` from top to bottom."""

    is_horizontal: bool
    position: float
    begin: float
    end: float


class Word(NamedTuple):
    """A piece of text on one line, without line breaks: a word, a cell's line, or a whole line where nothing parts it.

    `confidence` is that of its least certain character, 0 to 1, where it was recognised in a picture; None where the
    document holds it as text.
    """

    text: str
    box: Box
    confidence: float | None = None
