"""Lines that were wrapped because there was no more room, told from lines that end where their text ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from transforms.grid import Box
from transforms.names import first_word, join_lines, width
from transforms.readers.line import Line

_MOST_PADDING = 6.0   # points between a cell's border and its text; Word's default is 5.4, wider ones are alignment
_SLACK = 0.4          # of a character, by which a line may be squeezed or stretched when it is set


def join_wrapped(lines: Sequence[Line], left: float, right: float) -> str:
    """The text of a cell or paragraph: wrapped lines joined, a newline where a line ended before its room did.

    A line was wrapped if what the next one begins with had no room in it.

    Args:
        lines: from top to bottom.
        left: where the room for text begins, in points.
        right: where it ends.
    """
    if len(lines) == 1:
        return lines[0].text
    padding = _padding(lines, left)
    parts: list[list[str]] = [[line.text] for line in lines[:1]]
    for line, after in pairwise(lines):
        if is_full(line, after, right - padding):
            parts[-1].append(after.text)
        else:
            parts.append([after.text])
    return "\n".join(join_lines(part) for part in parts)


def is_full(line: Line, after: Line, right: float) -> bool:
    """Whether what a line begins with had no room at the end of the line before.

    Args:
        line: the line before.
        after: the line.
        right: where the room for text ends, in points.
    """
    return right - line.box.right < _width_of_begin(after) + _SLACK * _em(after)


def room(lines: Sequence[Line], box: Box) -> float:
    """How many full-width characters the last line of a cell could hold besides its own, less what lines are squeezed by.

    Args:
        lines: the cell's, from top to bottom.
        box: the cell.
    """
    last = lines[-1]
    own = last.box.right - last.box.left
    return (box.right - box.left - 2 * _padding(lines, box.left) - own) * width(last.text) / own - _SLACK


def _padding(lines: Sequence[Line], left: float) -> float:
    return min(max(min(line.box.left for line in lines) - left, 0), _MOST_PADDING)


def _width_of_begin(line: Line) -> float:
    """How much room the first word of a line takes, in points."""
    return (line.box.right - line.box.left) * width(first_word(line.text)) / width(line.text)


def _em(line: Line) -> float:
    return line.box.bottom - line.box.top
