"""Lines of text in the picture of an upright page: cut cell by cell, so that no line runs over a ruling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.readers.ocr.rulings import Ruling
from transforms.readers.ocr.upright import Picture
from transforms.readers.pdf.page import Segment

Mask = NDArray[np.bool_]

_SPECK = 0.3        # square points: the point of a decimal number of 7 pt is larger, the dust of a scan is mostly smaller
_BESIDE = 0.7       # points by which blur makes a ruling wider than its dark middle
_BORDER = 40.0      # points: larger than any character, so it is no text that the picture cuts off
_SMALLEST = 2.5     # points: a dash is longer, a lone point or a dirt spot is not
_TEXT = 10.0        # points: size of text where a page has too little to tell
_APART = 1.5        # sizes of text that part two pieces of a line: two ideographic spaces within a text are kept together
_SPLIT = 1.6        # sizes of text from which on a band may be two lines that touch
_VALLEY = 0.25      # ink at the seam of two lines that touch, as a share of the band's mean
_PIECES = 1.15      # sizes of text that the pieces of one line (二, ：, =) cover at most


class Line(NamedTuple):
    """A line of text in pixels; `cell` numbers the area between rulings in which it stands, `is_inside` that one is closed."""

    left: int
    top: int
    right: int
    bottom: int
    cell: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """The areas into which rulings part a page: `labels` numbers them pixel by pixel, `outside` is what no ruling encloses."""

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    outside: int

    @staticmethod
    def between(segments: Sequence[Segment], shape: tuple[int, int], points_per_pixel: float) -> Cells:
        """The areas between straight rulings on a page of `shape` (height, width) pixels."""
        free = np.ones(shape, np.uint8)
        for line in segments:
            at, begin, end = (round(place / points_per_pixel) for place in line[1:])
            first, last = ((begin, at), (end, at)) if line.is_horizontal else ((at, begin), (at, end))
            cv2.line(free, first, last, 0, 1)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
        numbered = np.asarray(labels, np.int32)
        return Cells(numbered, np.asarray(stats[:, :4], np.int32), _around(numbered))


def _around(labels: NDArray[np.int32]) -> int:
    """The label of most of a page's edge."""
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return int(np.bincount(edge[edge > 0]).argmax()) if edge.any() else 0


def erased(picture: Picture, rulings: Sequence[Ruling], points_per_pixel: float) -> Picture:
    """A grey picture without its rulings: their pixels and the grey ones beside them become white."""
    beside = 2 * max(1, round(_BESIDE / points_per_pixel)) + 1
    mask = np.zeros(picture.shape, np.uint8)
    for ruling in rulings:
        mask[ruling.ink] = 1
    return np.where(cv2.dilate(mask, np.ones((beside, beside), np.uint8)) > 0, np.uint8(255), picture)


def find_lines(ink: Picture, cells: Cells, points_per_pixel: float) -> list[Line]:
    """Find the lines of text.

    Args:
        ink: (height, width), 1 where there is ink; without rulings.
        cells: the areas between rulings.
        points_per_pixel: the size of a pixel.

    Returns:
        Lines by cell, from top to bottom and from left to right; specks are none.
    """
    text = _without_specks(ink, _SPECK / points_per_pixel**2, _BORDER / points_per_pixel)
    areas = list(_areas(text, cells))
    size = _text_size([band for _, _, _, area in areas for band in _weighted_bands(area)], _TEXT / points_per_pixel)
    smallest = _SMALLEST / points_per_pixel
    lines = []
    for label, left, top, area in areas:
        rulings = cells.labels[top : top + area.shape[0], left : left + area.shape[1]] == 0
        pieces = _scattered(area, rulings, size) if label == cells.outside else _pieces(area, size)
        for begin, high, end, low in pieces:
            if max(end - begin, low - high) >= smallest:
                lines.append(Line(left + begin, top + high, left + end, top + low, label, label != cells.outside))
    return lines


def _pieces(area: Mask, size: float) -> Iterator[tuple[int, int, int, int]]:
    """The lines of a cell: left, top, right, bottom."""
    for first, last in _bands(area, size):
        for begin, end in _runs(area[first:last].any(axis=0), round(_APART * size)):
            there = np.flatnonzero(area[first:last, begin:end].any(axis=1))
            yield begin, first + int(there[0]), end, first + int(there[-1]) + 1


def _scattered(area: Mask, rulings: Mask, size: float) -> Iterator[tuple[int, int, int, int]]:
    """The lines outside of closed cells, which may stand beside each other at any height, beside stains and open at a page's end."""
    joined = cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, round(_APART * size) + 1), np.uint8))
    joined[rulings] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    for label, (left, top, width, height) in enumerate(stats[1:, :4].tolist(), start=1):
        part = slice(top, top + height), slice(left, left + width)
        for begin, high, end, low in _pieces(area[part] & (labels[part] == label), size):
            yield left + begin, top + high, left + end, top + low


def _without_specks(ink: Picture, least: float, longest: float) -> Mask:
    """Ink without dust and without what the picture's edge cuts: the edges of the sheet."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    is_text = stats[:, cv2.CC_STAT_AREA] >= least
    edge = np.unique(np.concatenate([labels[:2].ravel(), labels[-2:].ravel(), labels[:, :2].ravel(), labels[:, -2:].ravel()]))
    is_text[edge[np.max(stats[edge, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1], axis=1) >= longest]] = False
    is_text[0] = False
    return np.asarray(is_text[labels])


def _areas(text: Mask, cells: Cells) -> Iterator[tuple[int, int, int, Mask]]:
    """The text of each cell: label, left, top, mask."""
    for label, (left, top, width, height) in enumerate(cells.boxes):
        if label == 0:
            continue    # the rulings themselves
        part = slice(top, top + height), slice(left, left + width)
        area = text[part] & (cells.labels[part] == label)
        if area.any():
            yield label, int(left), int(top), area


def _runs(profile: Mask | np.bool_, gap: int) -> list[tuple[int, int]]:
    """Runs of a profile; blanks of at most `gap` do not end one."""
    there = np.flatnonzero(profile)
    ends = np.flatnonzero(np.diff(there) > gap + 1)
    begins = np.concatenate([there[:1], there[ends + 1]])
    return [(int(begin), int(end) + 1) for begin, end in zip(begins, np.concatenate([there[ends], there[-1:]]), strict=True)]


def _weighted_bands(area: Mask) -> list[tuple[int, int]]:
    """Height and width of each band of ink."""
    return [(last - first, int(area[first:last].any(axis=0).sum())) for first, last in _runs(area.any(axis=1), 0)]


def _text_size(bands: Sequence[tuple[int, int]], otherwise: float) -> float:
    """The height of most of a page's text: bands count by their width."""
    heights, widths = np.array(bands or [(0, 0)]).T
    order = np.argsort(heights)
    total = np.cumsum(widths[order])
    size = float(heights[order][np.searchsorted(total, total[-1] / 2)])
    return size if size >= otherwise / 2 else otherwise


def _bands(area: Mask, size: float) -> Iterator[tuple[int, int]]:
    """The lines of a cell: bands of ink, pieces of one line put together, lines that touch taken apart."""
    bands: list[tuple[int, int]] = []
    for first, last in _runs(area.any(axis=1), 0):
        is_piece = bands and last - bands[-1][0] <= _PIECES * size and min(last - first, bands[-1][1] - bands[-1][0]) < size / 2
        if is_piece:
            bands[-1] = (bands[-1][0], last)
        else:
            bands.append((first, last))
    for first, last in bands:
        yield from _parted(area.sum(axis=1), first, last, size)


def _parted(profile: NDArray[np.intp], first: int, last: int, size: float) -> Iterator[tuple[int, int]]:
    """A band cut where it is thin, if it is too high for one line."""
    reach = round(size * 0.6)
    if last - first < _SPLIT * size:
        yield first, last
        return
    middle = profile[first + reach : last - reach]
    seam = first + reach + int(np.argmin(middle[: round(size)]))
    if profile[seam] > _VALLEY * profile[first:last].mean():
        yield first, last
        return
    yield first, seam
    yield from _parted(profile, seam, last, size)
