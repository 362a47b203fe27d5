"""Lines that were wrapped because there was no more room, told from lines that end where their text ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from transforms.names import join_lines
from transforms.readers.pdf.texts import Line

# What cannot be parted by a line break (GB/T 15834, JIS X 4051): words and numbers, closing marks from what they close,
# opening marks from what they open.
_UNBREAKABLE = re.compile(r"[（(《“‘【\[〔「]*(?:[A-Za-z0-9.,%$&/'-]+|.)[，。、；：！？）)》”’】\]〕」,.;:!?%％…]*")
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
    padding = min(max(min(line.box.left for line in lines) - left, 0), _MOST_PADDING)
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


def _width_of_begin(line: Line) -> float:
    """How much room the first word of a line takes, in points."""
    match = _UNBREAKABLE.match(line.text)
    begin = match[0] if match else line.text[:1]
    return (line.box.right - line.box.left) * _ems(begin) / _ems(line.text)


def _em(line: Line) -> float:
    return line.box.bottom - line.box.top


def _ems(text: str) -> float:
    """The width of a text in full-width characters: Latin letters and digits take half of one."""
    return sum(0.5 if character < "ɐ" else 1.0 for character in text)
