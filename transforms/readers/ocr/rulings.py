"""Ruling lines in the picture of an upright page.

A ruling is a chain of level strokes. Strokes of characters make chains too (a row of 五 土 王 has a base line), but they have
other strokes above and below; and a line counts if it is long and nearly whole, or if it ends on rulings that cross it, as
the sides of a cell do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.readers.ocr.upright import Picture, firm_ink
from transforms.readers.pdf.page import Segment

_STROKE = 8.0       # points: shorter strokes are those of characters of a table's text (9 to 12 pt)
_BREAK = 1.0        # points that a scan may leave blank within a stroke
_GAP = 6.0          # points that may be missing between two strokes of one line: less than the gap between two words' bars
_BEND = 1.0         # points by which a stroke may stand higher or lower than the next of its line
_SHORTEST = 6.0     # points: the side of the lowest cell that can hold text
_ALONE = 60.0       # points from which on a line counts without others: six characters, whose strokes are never in one line
_STRAIGHT = 100.0   # times _BEND: a shorter line has no room to bend within a cell's tolerance
_WHOLE = 0.8        # share of a line that must be there, if it counts without others
_BETWEEN = 0.85     # the same for a line between two others; a character's stroke fills at most 3/4 of a row's height
_NEAR, _FAR = 0.8, 2.0    # points beside a line, where print in narrow cells does not reach on both sides
_BESIDE = 0.25      # share of a line with ink on both sides: of rulings up to 0.1, where others cross; of characters' strokes 0.4 to 0.95
_WINDOW, _WRITTEN = 12.0, 0.5    # points of a line, about a character, and the share with print on both sides that make it written over
_PALER = 0.7        # of a line's darkness: less is a gap; of rulings nine pixels in ten have 0.9 and more, of rows of bars 0.1 to 0.4
_UNBROKEN, _LONG = 0.93, 25.0    # share without gaps and points of a line that counts with print close on both sides
_THICKEST = 5.0     # points: thicker is a filled area
_EDGE = 0.03        # of the page, at each side: where the scanned sheet ends
_REACH = 3.0        # points by which a line may fall short of the line that it ends on, or stick out


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """A ruling in pixels: its course over the pixels from `begin` to `end` (across the page, or down it).

    `course` is the height (or the place across, for a vertical one) for every pixel of its length, `share` how much of
    the length has ink, `ink` its pixels (rows, columns).
    """

    is_horizontal: bool
    begin: int
    end: int
    course: NDArray[np.float64]
    share: float
    ink: tuple[NDArray[np.intp], NDArray[np.intp]]

    @property
    def position(self) -> float:
        """Where it stands for the whole of its length."""
        return float(np.median(self.course))

    @property
    def length(self) -> int:
        """Its length in pixels."""
        return self.end - self.begin

    @property
    def thickness(self) -> float:
        """Its thickness in pixels where it has ink."""
        return len(self.ink[0]) / (self.share * self.length)

    def at(self, place: float) -> float:
        """Where it stands at a place of its length; beyond its ends as at the end."""
        return float(self.course[int(min(max(place - self.begin, 0), len(self.course) - 1))])


def find_rulings(picture: Picture, points_per_pixel: float) -> list[Ruling]:
    """Find the rulings of a page.

    Args:
        picture: (height, width) grey, evened and upright.
        points_per_pixel: the size of a pixel.

    Returns:
        The horizontal ones from top to bottom, then the vertical ones from left to right.
    """
    ink = firm_ink(picture)
    level = _chains(picture, ink, points_per_pixel)
    upright = [_transposed(chain) for chain in _chains(np.ascontiguousarray(picture.T), np.ascontiguousarray(ink.T), points_per_pixel)]
    kept = _borne_out([*level, *upright], points_per_pixel)
    kept = [ruling for ruling in kept if not _is_edge(ruling, kept, ink.shape)]
    return sorted(kept, key=lambda ruling: (not ruling.is_horizontal, ruling.position))


def segments(rulings: Sequence[Ruling], points_per_pixel: float) -> list[Segment]:
    """The rulings as straight lines in points; an end that nearly meets a crossing ruling is put on it."""
    reach = _REACH / points_per_pixel
    lines = []
    for ruling in rulings:
        crossing = [other for other in rulings if other.is_horizontal != ruling.is_horizontal]
        begin, end = _met(ruling, ruling.begin, crossing, reach), _met(ruling, ruling.end, crossing, reach)
        lines.append(Segment(ruling.is_horizontal, *(place * points_per_pixel for place in (ruling.position, begin, end))))
    return lines


def _met(ruling: Ruling, end: int, crossing: Sequence[Ruling], reach: float) -> float:
    near = [other for other in crossing if _ends_on(ruling, end, other, reach)]
    return min((other.position for other in near), key=lambda position: abs(position - end), default=float(end))


def _ends_on(ruling: Ruling, end: int, other: Ruling, reach: float) -> bool:
    height = ruling.at(end)
    return abs(other.at(height) - end) <= reach and other.begin - reach <= height <= other.end + reach


def _chains(picture: Picture, ink: Picture, points_per_pixel: float) -> list[Ruling]:
    """Chains of level strokes."""
    pixels = {name: max(1, round(points / points_per_pixel)) for name, points in _LENGTHS.items()}
    whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, pixels["break"] + 1), np.uint8))
    strokes = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, pixels["stroke"]), np.uint8))
    joined = cv2.morphologyEx(
        cv2.dilate(strokes, np.ones((2 * pixels["bend"] + 1, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, pixels["gap"] + 1), np.uint8),
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for label in range(1, count):
        left, top, width, height = (int(stats[label, at]) for at in range(4))
        if width < pixels["shortest"]:
            continue
        part = (labels[top : top + height, left : left + width] == label) & (strokes[top : top + height, left : left + width] > 0)
        chain = _chain(part, left, top, pixels["bend"])
        sections = _sections(chain, picture, ink, points_per_pixel) if chain else ()
        found += [part for part in sections if part.length >= pixels["shortest"] and part.thickness <= pixels["thickest"]]
    return found


def _sections(chain: Ruling, picture: Picture, ink: Picture, points_per_pixel: float) -> Iterator[Ruling]:
    """The parts of a level chain that are ruled: what goes on through characters is cut off."""
    even = _even(chain, picture)
    beside = _beside(chain, ink, points_per_pixel)
    window = (1, max(3, round(_WINDOW / points_per_pixel)))
    is_written = (cv2.blur(beside[None], window)[0] > _WRITTEN) & (cv2.blur(even[None], window)[0] < _UNBROKEN)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], is_written, [True]])))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        section = _cut(chain, begin, end)
        if section and _is_ruled(section, even[begin:end], beside[begin:end], points_per_pixel):
            yield section


def _cut(chain: Ruling, begin: int, end: int) -> Ruling | None:
    """The part of a level chain from and to a pixel of its length."""
    if (begin, end) == (0, chain.length):
        return chain
    rows, columns = chain.ink
    is_inside = (columns >= chain.begin + begin) & (columns < chain.begin + end)
    rows, columns = rows[is_inside], columns[is_inside]
    if len(columns) == 0:
        return None
    share = len(np.unique(columns)) / (end - begin)
    course = chain.course[begin:end]
    return replace(chain, begin=chain.begin + begin, end=chain.begin + end, course=course, share=share, ink=(rows, columns))


def _beside(chain: Ruling, ink: Picture, points_per_pixel: float) -> NDArray[np.float32]:
    """For every pixel of a level chain 1 where there is ink both above and below it."""
    near, far = (chain.thickness / 2 + points / points_per_pixel for points in (_NEAR, _FAR))
    columns, rows = np.arange(chain.begin, chain.end), np.round(chain.course).astype(np.intp)
    offsets = np.arange(round(near), round(far) + 1)[:, None]
    above, below = (ink[np.clip(rows + side * offsets, 0, len(ink) - 1), columns].any(axis=0) for side in (-1, 1))
    return np.asarray(above & below, np.float32)


def _even(chain: Ruling, picture: Picture) -> NDArray[np.float32]:
    """For every pixel of a level chain 1 where it is about as dark as it is mostly; bars of characters are paler in between."""
    columns, rows = np.arange(chain.begin, chain.end), np.round(chain.course).astype(np.intp)
    darkness = 255.0 - picture[np.clip(rows + np.array([[-1], [0], [1]]), 0, len(picture) - 1), columns].min(axis=0)
    return np.asarray(darkness >= _PALER * np.median(darkness), np.float32)


def _is_ruled(chain: Ruling, even: NDArray[np.float32], beside: NDArray[np.float32], points_per_pixel: float) -> bool:
    """Whether a line is without a gap, or has paper beside it; its ends, where others may cross, do not count."""
    if even.mean() >= _UNBROKEN and chain.length * points_per_pixel >= _LONG:
        return True
    end = min(round(_REACH / points_per_pixel), chain.length // 3)
    return bool(beside[end : chain.length - end].mean() <= _BESIDE)


_LENGTHS = {"stroke": _STROKE, "break": _BREAK, "gap": _GAP, "bend": _BEND, "shortest": _SHORTEST, "thickest": _THICKEST}


def _chain(part: NDArray[np.bool_], left: int, top: int, bend: int) -> Ruling | None:
    """The line through the strokes of a component, bent by some pixels; strokes of characters that touch it are left out."""
    rows, columns = np.nonzero(part)
    if len(rows) == 0:
        return None
    length = part.shape[1]
    counts = part.sum(axis=0)
    thickness = float(np.percentile(counts[counts > 0], 25))    # strokes of characters that touch it make it thicker
    course = np.full(length, float(np.bincount(rows).argmax()))
    is_long = length > _STRAIGHT * bend
    for tolerance in (4 * bend, 2 * bend, 0) if is_long else (bend // 2, 0):
        is_near = np.abs(rows - course[columns]) <= thickness / 2 + 1 + tolerance
        if not is_near.any() or np.ptp(columns[is_near]) * 2 < length:
            return None    # what is level is the lesser part
        course = np.polyval(np.polyfit(columns[is_near] / length, rows[is_near], 3 if is_long else 1), np.arange(length) / length)
    is_near = np.abs(rows - course[columns]) <= thickness / 2 + 1
    rows, columns = rows[is_near], columns[is_near]
    if len(columns) == 0:
        return None
    begin, end = int(columns.min()), int(columns.max()) + 1
    share = len(np.unique(columns)) / (end - begin)
    return Ruling(True, left + begin, left + end, course[begin:end] + top, share, (rows + top, columns + left))


def _is_edge(ruling: Ruling, rulings: Sequence[Ruling], shape: tuple[int, ...]) -> bool:
    """Whether a line is the edge of the scanned sheet: near the picture's edge, and no other line meets it."""
    size = shape[0] if ruling.is_horizontal else shape[1]
    is_outside = min(ruling.position, size - ruling.position) <= _EDGE * size
    return is_outside and not any(_meet(ruling, other) for other in rulings if other.is_horizontal != ruling.is_horizontal)


def _meet(one: Ruling, other: Ruling) -> bool:
    return one.begin <= other.position <= one.end and other.begin <= one.position <= other.end


def _transposed(ruling: Ruling) -> Ruling:
    rows, columns = ruling.ink
    return replace(ruling, is_horizontal=False, ink=(columns, rows))


def _borne_out(chains: Sequence[Ruling], points_per_pixel: float) -> list[Ruling]:
    """The chains that are rulings: the long ones, and in turn those that end on two of them."""
    reach = _REACH / points_per_pixel
    kept = [chain for chain in chains if chain.length * points_per_pixel >= _ALONE and chain.share >= _WHOLE]
    rest = [chain for chain in chains if chain not in kept]
    while rest:
        more = [chain for chain in rest if _is_between(chain, kept, reach)]
        if not more:
            break
        kept += more
        rest = [chain for chain in rest if chain not in more]
    return kept


def _is_between(chain: Ruling, kept: Sequence[Ruling], reach: float) -> bool:
    """Whether a line runs from one crossing line to another, most of the way."""
    crossing = [other for other in kept if other.is_horizontal != chain.is_horizontal]
    ends = [[o.position for o in crossing if _ends_on(chain, end, o, reach)] for end in (chain.begin, chain.end)]
    return all(ends) and chain.length * chain.share >= _BETWEEN * (max(ends[1]) - min(ends[0]))
