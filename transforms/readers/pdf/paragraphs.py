"""Text outside tables: pieces of one row, and lines that were wrapped, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.grid import Box
from transforms.names import join_lines
from transforms.readers.line import Line
from transforms.readers.pdf.wrapping import is_full

# In heights of the lines.
_LEADING = 1.0        # most room between the lines of a paragraph; official documents are set with 0.75
_TIGHT = 0.35         # most room between the lines of one spreadsheet cell; between two rows there is more
_ALIGNED = 0.6        # by which the beginnings (or middles) of lines that belong together differ
_INDENT = 2.6         # first lines are indented by 2
_SHORTEST = 12        # wrapped lines of paragraphs are longer: the lines of a cover are not
_SAME_SIZE = 0.15
_RAGGED = 2.0         # by which a line may end before the margin in the middle of a sentence: words and numbers are not parted
_PADDING = 6.0        # points by which a table's border stands out at most: Word's cells begin 5.4 before the page's text
_LOOK_BACK = 4        # pieces that may stand between a line and its continuation: department, date, unit on one row

_BEGINS = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[、.．)）](?!\d)|[（(]?(?:注|备注|说明|附)[：:件表]|第[一二三四五六七八九十]+[部章节]|[^：:，。]{1,12}[：:]"
)
_ENDS = ("。", "；", "：", ":", ";")
_STATEMENT = re.compile(r"[^：:\d。]{1,12}[：:].")


def paragraphs(lines: Sequence[Line], tables_end: float = 0.0) -> list[Line]:
    """Put together what is one text: a label with the value further right, the lines of a wrapped title, note or paragraph.

    A wrapped line reaches as far right as the page's text goes, and the next one begins where the page's text begins, or is
    centred below it. A line that ends a sentence and reaches further than all others shows no margin: the next one is a text of its own.
    In spreadsheets a department's name is wrapped in a cell of its own width: there the next line stands close
    below it, begins at the same place and states nothing.

    Args:
        lines: in reading order.
        tables_end: how far right the page's tables go, in points: text goes as far.
    """
    if not lines:
        return []
    left = min(line.box.left for line in lines)
    beside, right = sorted([0.0, tables_end - _PADDING, *(line.box.right for line in lines)])[-2:]
    found: list[list[Line]] = []
    for line in lines:
        if found and _is_value_of(found[-1][-1], line):
            found[-1][-1] = _joined([found[-1][-1], line], " ")
            continue
        before = next((part for part in reversed(found[-_LOOK_BACK:]) if _goes_on(part[-1], line, left, right, beside)), None)
        if before:
            before.append(line)
        else:
            found.append([line])
    return [_joined(part) for part in found]


def _joined(lines: Sequence[Line], separator: str | None = None) -> Line:
    if len(lines) == 1:
        return lines[0]
    texts = [line.text for line in lines]
    boxes = [line.box for line in lines]
    confidences = [line.confidence for line in lines if line.confidence is not None]
    box = Box(
        min(box.left for box in boxes), min(box.top for box in boxes), max(box.right for box in boxes), max(box.bottom for box in boxes)
    )
    return Line(lines[0].owner, join_lines(texts) if separator is None else separator.join(texts), box, min(confidences, default=None))


def _is_value_of(label: Line, line: Line) -> bool:
    """Whether a piece stands to the right of a label that has no value yet: `部门：` … `某局`."""
    is_beside = label.box.top < line.box.bottom and line.box.top < label.box.bottom and label.box.right <= line.box.left
    return is_beside and label.text.endswith(("：", ":"))


def _goes_on(line: Line, after: Line, left: float, right: float, beside: float) -> bool:
    """Whether a line goes on with the one before; `beside` is how far the line or table reaches that goes furthest right but for one."""
    em = _em(line)
    room = after.box.top - line.box.bottom
    if abs(_em(after) - em) > _SAME_SIZE * em or not -0.5 * em < room < _LEADING * em or _BEGINS.match(after.text):
        return False
    is_end = line.text.endswith(_ENDS)
    if is_end and line.box.right - beside > _RAGGED * em:
        return False
    end = right if is_end else right - _RAGGED * em
    is_long = line.box.right - line.box.left >= _SHORTEST * em
    if is_long and line.box.left <= left + _INDENT * em and is_full(line, after, end):
        return after.box.left <= left + _ALIGNED * em or abs(_middle(line) - _middle(after)) < _ALIGNED * em
    return (
        room < _TIGHT * em and abs(after.box.left - line.box.left) < _ALIGNED * em and after.box.right < line.box.right
        and bool(_STATEMENT.match(line.text))
    )


def _em(line: Line) -> float:
    return line.box.bottom - line.box.top


def _middle(line: Line) -> float:
    return (line.box.left + line.box.right) / 2
