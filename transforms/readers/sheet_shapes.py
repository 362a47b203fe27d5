"""What lies over the cells of a sheet: shapes and pictures of its drawing (ECMA-376 part 1, 20.5), and which cells they cover."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from transforms.readers.office_package import Element, take_away
from transforms.readers.shapes import COVERED, EMU_PER_POINT, fills, hides
from transforms.readers.sheets import Range, Sheet, shown_text

_ANCHORS = ("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")
_EMU_PER_PIXEL = 9_525
_LAST = 1_048_577            # rows of a sheet, and one
_DIGIT = 7                     # pixels: the widest digit of the font that new workbooks have; widths count in it


class Frame(NamedTuple):
    """A place on a sheet: its sides from the sheet's left upper corner, in English Metric Units."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Sizes:
    """The widths of columns, in digits, and the heights of rows, in points, by their number; and those of all others."""

    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    width: float = 9.0      # Excel's, where a sheet states none
    height: float = 15.0


class Axis:
    """Where the columns of a sheet begin, or its rows, in English Metric Units.

    Args:
        sizes: those that have one of their own, by number from 1.
        usual: the size of all others.
        emu: how large such a size is.
    """

    def __init__(self, sizes: Mapping[int, float], usual: float, emu: Callable[[float], float]) -> None:
        self._usual = emu(usual)
        self._numbers = sorted(sizes)
        self._sums = list(accumulate((emu(sizes[number]) for number in self._numbers), initial=0.0))

    def at(self, place: float) -> int:
        """The number of the one that a place is in."""
        return bisect_right(range(1, _LAST), place, key=self.begin) or 1

    def begin(self, number: int) -> float:
        """Where the one of this number begins, and the one before it ends."""
        own = bisect_left(self._numbers, number)
        return self._sums[own] + (number - 1 - own) * self._usual


class Ruler(NamedTuple):
    """Where the columns and the rows of a sheet begin."""

    columns: Axis
    rows: Axis

    def point(self, marker: Element) -> tuple[float, float]:
        """The place that a marker of an anchor (20.5.2.5) names: a cell, counted from 0, and how far into it."""
        column, across, row, down = (float(marker.findtext(f"{{*}}{name}", "0")) for name in ("col", "colOff", "row", "rowOff"))
        return self.columns.begin(int(column) + 1) + across, self.rows.begin(int(row) + 1) + down

    def frame(self, area: Range) -> Frame:
        """The place of cells."""
        return Frame(
            self.columns.begin(area.left), self.rows.begin(area.top), self.columns.begin(area.right + 1), self.rows.begin(area.bottom + 1),
        )


def ruler(sizes: Sizes) -> Ruler:
    """What measures a sheet whose columns and rows have these sizes."""
    return Ruler(
        Axis(sizes.widths, sizes.width, lambda digits: _EMU_PER_PIXEL * int(digits * _DIGIT)),
        Axis(sizes.heights, sizes.height, lambda points: EMU_PER_POINT * points),
    )


def lay_over(sheet: Sheet, sizes: Sizes, drawing: Element, is_opaque: Callable[[str], bool]) -> None:
    """Let a sheet show what lies over its cells: a text the size of a cell is the cell's, and what is covered is not seen.

    Args:
        sheet: with all its texts; those that are covered go to its `unseen`.
        sizes: of its columns and rows.
        drawing: the root of what is drawn on it, without what is hidden; texts that are a cell's are taken out of it.
        is_opaque: whether the picture of a relationship's id is.
    """
    measure = ruler(sizes)
    shapes = [(anchor, frame) for anchor in drawing.iter(*_ANCHORS) if (frame := _frame(anchor, measure))]
    _hide(sheet, [frame for anchor, frame in shapes if _is_opaque(anchor, is_opaque)], measure)
    for anchor, frame in shapes:
        for body in anchor.iterfind("{*}sp/{*}txBody"):
            text = "\n".join("".join(paragraph.itertext("{*}t")) for paragraph in body.iterfind("{*}p")).strip()
            area = _cell_of(frame, sheet, measure) if text else None
            if area and not sheet.texts.get(area.top, {}).get(area.left):
                sheet.texts[area.top][area.left] = shown_text(text)
                take_away(body)


def _hide(sheet: Sheet, frames: list[Frame], measure: Ruler) -> None:
    merged = {area[:2]: area for area in sheet.merged}
    for row, texts in sheet.texts.items() if frames else ():
        for column in sorted(texts) if row not in sheet.hidden_rows else ():
            cell = measure.frame(merged.get((row, column), Range(row, column, row, column)))
            if column not in sheet.hidden_columns and any(_covers(frame, cell) for frame in frames):
                sheet.unseen.append(texts.pop(column))


def _cell_of(frame: Frame, sheet: Sheet, measure: Ruler) -> Range | None:
    """The cell over which a frame of its size lies."""
    row = measure.rows.at((frame.top + frame.bottom) / 2)
    column = measure.columns.at((frame.left + frame.right) / 2)
    inside = (area for area in sheet.merged if area.top <= row <= area.bottom and area.left <= column <= area.right)
    area = next(inside, Range(row, column, row, column))
    cell = measure.frame(area)
    return area if _covers(frame, cell) and _covers(cell, frame) else None


def _is_opaque(anchor: Element, is_opaque: Callable[[str], bool]) -> bool:
    return any(map(fills, anchor.iterfind("{*}sp"))) or any(hides(picture, is_opaque) for picture in anchor.iterfind("{*}pic"))


def _covers(frame: Frame, cell: Frame) -> bool:
    width = min(frame.right, cell.right) - max(frame.left, cell.left)
    height = min(frame.bottom, cell.bottom) - max(frame.top, cell.top)
    return width >= COVERED * (cell.right - cell.left) > 0 and height >= COVERED * (cell.bottom - cell.top) > 0


def _frame(anchor: Element, measure: Ruler) -> Frame | None:
    """Where an anchor (20.5.2.1, 24, 33) puts what it holds; None where it does not say."""
    begin, end, size, place = (anchor.find(f"{{*}}{name}") for name in ("from", "to", "ext", "pos"))
    left, top = measure.point(begin) if begin is not None else (_number(place, "x"), _number(place, "y"))
    if end is not None:
        return Frame(left, top, *measure.point(end))
    return Frame(left, top, left + _number(size, "cx"), top + _number(size, "cy")) if size is not None else None


def _number(element: Element | None, name: str) -> float:
    return float(element.get(name, 0)) if element is not None else 0.0
