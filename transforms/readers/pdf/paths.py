"""Ruling lines from the paths that a page draws: strokes, thin filled rectangles, the sides of stroked rectangles.

Most borders are thin as a whole (a stroke, or a rectangle filled between its edges), so that their bounds say all; only
paths that are wide both ways are walked point by point. Fills that are wide both ways are backgrounds.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from transforms.readers.pdf import pdfium
from transforms.readers.pdf.frame import Boxes, Frame

_PATH, _FORM = 2, 5    # FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_FORM
_THICK = 3.0           # points; the thickest rulings seen are 2.25 points strokes, the lowest cells 5 points
_WHITE = 240           # of 255; lines lighter than that are not seen
_DEPTH = 12            # forms within forms; real ones have up to 4
_OBJECTS = 200_000     # per page; the densest real page has 4,000

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class _Buffers:
    """Memory that PDFium writes its answers to, and its addresses."""

    def __init__(self) -> None:
        self.floats = (ctypes.c_float * 6)()
        self.integers = (ctypes.c_uint * 4)()
        start, ints = ctypes.addressof(self.floats), ctypes.addressof(self.integers)
        self.at = tuple(start + 4 * place for place in range(4))
        self.integers_at = tuple(ints + 4 * place for place in range(4))


class _Placed(NamedTuple):
    """An object of a page with the matrix that places what it is in."""

    handle: int
    kind: int
    matrix: Matrix


def rulings(page: int, frame: Frame) -> Boxes:
    """The ruling lines of a page.

    Args:
        page: its handle.
        frame: how it is shown.

    Returns:
        (n, 4) thin boxes as seen, left, top, right, bottom in points; dots of dotted lines included.
    """
    buffers = _Buffers()
    found: list[tuple[float, float, float, float]] = []
    for placed in _objects(page, buffers):
        if placed.kind == _PATH:
            found.extend(_lines(placed, buffers))
    boxes = frame.shown(np.array(found, dtype=np.float64).reshape(-1, 4))
    return boxes[np.isfinite(boxes).all(axis=1)]


def _objects(page: int, buffers: _Buffers) -> Iterator[_Placed]:
    for place in range(min(pdfium.count_objects(page), _OBJECTS)):
        handle = pdfium.get_object(page, place)
        kind = pdfium.get_type(handle)
        if kind == _PATH:
            yield _Placed(handle, kind, _IDENTITY)
        elif kind == _FORM:
            yield from _form_objects(handle, _IDENTITY, _DEPTH, buffers)


def _form_objects(form: int, outer: Matrix, depth: int, buffers: _Buffers) -> Iterator[_Placed]:
    matrix = _times(_matrix(form, buffers), outer)
    for place in range(min(pdfium.count_form_objects(form), _OBJECTS)):
        handle = pdfium.get_form_object(form, place)
        kind = pdfium.get_type(handle)
        if kind == _PATH:
            yield _Placed(handle, kind, matrix)
        elif kind == _FORM and depth:
            yield from _form_objects(handle, matrix, depth - 1, buffers)


def _lines(path: _Placed, buffers: _Buffers) -> Iterator[tuple[float, float, float, float]]:
    """The thin boxes that a path draws, in the page's coordinates."""
    pdfium.get_bounds(path.handle, *buffers.at)
    left, bottom, right, top = buffers.floats[:4]
    is_thin = right - left < _THICK or top - bottom < _THICK
    pdfium.get_draw_mode(path.handle, *buffers.integers_at[:2])
    stroke = buffers.integers[1]
    color = pdfium.get_stroke_color if stroke else pdfium.get_fill_color
    if color(path.handle, *buffers.integers_at) and (min(buffers.integers[:3]) > _WHITE or not buffers.integers[3]):
        return
    if is_thin:
        yield _placed((left, bottom, right, top), path.matrix)
    elif stroke or pdfium.count_path_segments(path.handle) > 5:    # a rectangle has five points
        matrix = _times(_matrix(path.handle, buffers), path.matrix)
        for subpath in _subpaths(path.handle, buffers):
            yield from (_placed(box, matrix) for box in _sides(subpath, is_stroked=bool(stroke)))


def _sides(points: list[tuple[float, float]], *, is_stroked: bool) -> Iterator[tuple[float, float, float, float]]:
    """The straight sides of a stroked figure; of a filled one the whole, where it is thin."""
    across, down = [x for x, _ in points], [y for _, y in points]
    box = min(across), min(down), max(across), max(down)
    if box[2] - box[0] < _THICK or box[3] - box[1] < _THICK:
        yield box
    elif is_stroked:
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x1 - x0) < 1 or abs(y1 - y0) < 1:
                yield x0, y0, x1, y1


def _subpaths(path: int, buffers: _Buffers) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path; curves count as the line to their end."""
    points: list[tuple[float, float]] = []
    for place in range(pdfium.count_path_segments(path)):
        segment = pdfium.get_path_segment(path, place)
        pdfium.get_segment_point(segment, *buffers.at[:2])
        if pdfium.get_segment_type(segment) == 2:    # FPDF_SEGMENT_MOVETO
            if len(points) > 1:
                yield points
            points = []
        points.append((buffers.floats[0], buffers.floats[1]))
        if pdfium.get_segment_close(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _matrix(item: int, buffers: _Buffers) -> Matrix:
    pdfium.get_matrix(item, buffers.at[0])
    a, b, c, d, e, f = buffers.floats
    return a, b, c, d, e, f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """What it is to place by `inner` and then by `outer`."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _placed(box: tuple[float, float, float, float], matrix: Matrix) -> tuple[float, float, float, float]:
    if matrix is _IDENTITY:
        return box
    x0, y0, x1, y1 = box
    a, b, c, d, e, f = matrix
    return a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
