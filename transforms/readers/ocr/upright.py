"""A page picture made upright: in grey, without seals, evenly lit, turned and straightened."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, tan
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.grid import Box

Picture = NDArray[np.uint8]

LARGEST_SKEW = 6.0          # degrees; a feeder holds a sheet to about 3, a hand on a glass plate to about 5
SMALLEST_SKEW = 0.03        # degrees; less moves nothing by a pixel
_SKEW_PIXELS_PER_POINT = 1.4    # about 100 dpi: enough to tell 0.02 degrees over a page's width
_SKEW_SAMPLES = 150_000     # ink pixels that are enough for a sharp profile
_EDGE = 0.03                # of a page on each side, where scans show the edge of the sheet or of the glass
_SEAL_POINTS = 50.0         # a seal is 38 to 45 mm wide (106 to 128 pt), seldom cut to less than half; red letters are smaller
_RED = 40                   # by how much red must outshine green and blue; scanned black text fringes by less than 30
_PAPER_POINTS = 12.0        # strokes and rulings are thinner, so the brightest spot of such a neighbourhood is paper; stains are larger
_DARK_PAPER = 60            # of 255: darker than any shading behind black text; such an area is a border or a picture
_FIRM = 0.35                # of the way from paper to the page's ink: thin rulings of a blurred scan, without the edges of characters
_FAINTEST = 24              # of 255, by how much ink is darker than paper: the bar of a 一 that a scan of 100 dpi has blurred
_DARKEST = 10               # per cent of a page's ink that are the full darkness of its characters
_NOISE = 4.0                # times the paper's own spread, which one pixel in 15 000 exceeds


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page was made upright: by `quarters` of a turn clockwise, then by `degrees` counter-clockwise about its middle.

    `width` and `height` are those of the upright page in points.
    """

    quarters: int
    degrees: float
    width: float
    height: float

    def as_shown(self, box: Box) -> Box:
        """The box on the page as it was given that surrounds a box of the upright page (both in points)."""
        corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        shown = [self._quarter_back(*self._turn_back(x, y)) for x, y in corners]
        across, down = [x for x, _ in shown], [y for _, y in shown]
        return Box(min(across), min(down), max(across), max(down))

    def _turn_back(self, x: float, y: float) -> tuple[float, float]:
        c, s = cos(radians(self.degrees)), sin(radians(self.degrees))
        dx, dy = x - self.width / 2, y - self.height / 2
        return self.width / 2 + c * dx - s * dy, self.height / 2 + s * dx + c * dy

    def _quarter_back(self, x: float, y: float) -> tuple[float, float]:
        return ((x, y), (y, self.width - x), (self.width - x, self.height - y), (self.height - y, x))[self.quarters]


def grey(image: Picture) -> Picture:
    """A picture in grey in which red seals have gone, but not the black text under them.

    Args:
        image: (height, width) grey or (height, width, 3) red, green, blue.

    Returns:
        (height, width), 255 is white.
    """
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def without_seals(image: Picture, points_per_pixel: float) -> Picture:
    """As `grey`; of red seals only what is as dark in red light as black ink stays."""
    plain = grey(image)
    if image.ndim == 2:
        return plain
    red, green, blue = cv2.split(image)
    is_red = (cv2.subtract(red, cv2.max(green, blue)) > _RED).astype(np.uint8)
    if not is_red.any():
        return plain
    reach = max(3, round(6.0 / points_per_pixel))    # the ring of a seal and its star are one thing
    joined = cv2.morphologyEx(is_red, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    least = _SEAL_POINTS / points_per_pixel
    is_seal = (stats[:, cv2.CC_STAT_WIDTH] >= least) & (stats[:, cv2.CC_STAT_HEIGHT] >= least)
    is_seal[0] = False
    if not is_seal.any():
        return plain
    area = cv2.dilate(is_seal[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(area, red, plain)


def evened(picture: Picture, points_per_pixel: float) -> Picture:
    """A grey picture with its paper made white: shading, stains and shadows are divided out; dark borders become paper."""
    reach = max(3, round(_PAPER_POINTS / points_per_pixel / 4))
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(np.asarray(cv2.dilate(small, np.ones((reach, reach), np.uint8)), np.uint8), 5)
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), reach / 4), picture.shape[::-1], interpolation=cv2.INTER_LINEAR)
    flat = cv2.divide(picture, np.maximum(paper, 1), scale=255.0)
    return np.where(paper < _DARK_PAPER, np.uint8(255), np.asarray(flat, np.uint8))


def firm_ink(picture: Picture) -> Picture:
    """1 where an evened picture is dark without doubt, 0 elsewhere: rulings and the bodies of characters."""
    paper, noise = _paper(picture)
    inked = picture[picture < paper - max(_FAINTEST, _NOISE * noise)]
    dark = float(np.percentile(inked, _DARKEST)) if inked.size else 0.0
    return (picture < paper - max(_FIRM * (paper - dark), _NOISE * noise)).astype(np.uint8)


def ink(picture: Picture) -> Picture:
    """1 where an evened picture has ink, 0 elsewhere: what is dark without doubt, with the thin strokes that go on from it.

    A stroke is darker than the paper by more than the paper's noise. Stains and shadows are that too, but nowhere dark.
    """
    smooth = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), np.uint8)
    paper, noise = _paper(smooth)
    faintest = max(_FAINTEST, _NOISE * noise)
    _, labels = cv2.connectedComponents((smooth < paper - faintest).astype(np.uint8))
    is_stroke = np.zeros(int(labels.max()) + 1, bool)
    is_stroke[labels[smooth < paper - 2 * faintest]] = True
    is_stroke[0] = False
    return np.asarray(is_stroke[labels], np.uint8)


def _paper(picture: Picture) -> tuple[float, float]:
    """How bright a page's paper is, and by how much it spreads."""
    counts = np.bincount(picture.ravel(), minlength=256)
    paper = float(np.searchsorted(np.cumsum(counts), picture.size / 2))
    deviations = np.bincount(np.abs(np.arange(256) - int(paper)), weights=counts)
    # Of a normal distribution the spread is 1.4826 times the median deviation.
    return paper, 1.4826 * float(np.searchsorted(np.cumsum(deviations), picture.size / 2))


def turned(picture: Picture, quarters: int) -> Picture:
    """A picture turned clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(picture, -quarters))


def straightened(picture: Picture, degrees: float) -> Picture:
    """A picture turned counter-clockwise by some degrees about its middle; what comes in from outside is white."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper: Any = (255,) * 3
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper), np.uint8)


def skew(picture: Picture, points_per_pixel: float) -> float:
    """By how many degrees an evened picture has to be turned counter-clockwise so that its lines are level.

    The profiles of ink along rows and columns are sharpest where rulings and lines of text are level and upright; both
    count, so a page that lies on its side is straightened as well.
    """
    scale = min(1.0, _SKEW_PIXELS_PER_POINT * points_per_pixel)
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    edge_down, edge_across = (round(_EDGE * length) for length in small.shape)    # the scanner's own edges are level anyway
    down, across = np.nonzero(firm_ink(small[edge_down : -edge_down or None, edge_across : -edge_across or None]))
    if len(down) == 0:
        return 0.0
    step = max(1, len(down) // _SKEW_SAMPLES)
    points = np.stack([across[::step], down[::step]]).astype(np.float64)
    best = 0.0
    for span, width in ((LARGEST_SKEW, 0.25), (0.3, 0.05), (0.06, 0.01)):
        angles = best + np.arange(-span, span + width / 2, width)
        best = float(max(angles, key=lambda angle: _sharpness(points, angle)))
    return best if abs(best) >= SMALLEST_SKEW else 0.0


def _sharpness(points: NDArray[np.float64], degrees: float) -> float:
    across, down = points
    slope = tan(radians(degrees))
    return _contrast(down - across * slope) + _contrast(across + down * slope)


def _contrast(positions: NDArray[np.float64]) -> float:
    counts = np.bincount((positions - positions.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())
