"""What a page draws besides its text: ruling lines, pictures, and what is cut off by clipping.

Most borders are thin as a whole (a stroke, or a rectangle filled between its edges), so that their bounds say all; only
paths that are wide both ways are walked point by point. Fills that are wide both ways are backgrounds.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import compress, pairwise, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import UnreadableDocument
from transforms.readers.pdf import pdfium

_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5    # FPDF_PAGEOBJ_…
_MOVE_TO = 2           # FPDF_SEGMENT_MOVETO
_THICK = 3.0           # points; rulings are up to 2.25 points thick, the lowest cells 5 points high
_SLANTED = 1.0         # points by which a line may be off the horizontal or vertical
_WHITE = 240           # of 255; lines lighter than that are not seen
_RECTANGLE = 5         # points of a closed rectangle: filled paths with more may be many thin ones
_DEPTH = 12            # forms within forms; real ones have up to 4
_MOST_OBJECTS = 300_000    # read of one page, forms that are drawn many times included; the densest real page has 4,000

Rect = tuple[float, float, float, float]    # x0, y0, x1, y1 in PDF's coordinates
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Drawing(NamedTuple):
    """What a page draws, in PDF's coordinates: `lines` as thin boxes, `images` as boxes, `clips` by text object what of it is seen."""

    lines: list[Rect]
    images: list[Rect]
    clips: dict[int, Rect]


def drawn(page: int, number: int) -> Drawing:
    """What a page draws.

    Args:
        page: its handle.
        number: its number, 1-based.

    Raises:
        UnreadableDocument: `too-large`: forms within forms, or repeated, without end.
    """
    pencil = _Pencil(number)
    pencil.add(_objects(pdfium.get_object, page, pdfium.count_objects(page)), _IDENTITY, _DEPTH)
    return pencil.drawing


def _objects(get_object: Callable[[int, int], int], owner: int, count: int) -> list[int]:
    """The handles of all objects of a page or form; `map` calls a third faster than a loop."""
    return list(map(get_object, repeat(owner, count), range(count)))


class _Pencil:
    """Collects the objects of a page, those within forms included."""

    def __init__(self, number: int) -> None:
        self._number = number    # of the page
        self.drawing = Drawing([], [], {})
        self._left = _MOST_OBJECTS
        self._clips: dict[tuple[int, int], Rect] = {}    # by the innermost: one clip is shared by many objects
        self._floats = (ctypes.c_float * 6)()
        self._at = tuple(ctypes.addressof(self._floats) + 4 * place for place in range(4))

    def add(self, handles: list[int], matrix: Matrix, depth: int) -> None:
        """Add objects.

        Args:
            handles: the objects.
            matrix: where they are placed by the forms that they are in.
            depth: how many forms within each other may follow.
        """
        texts, paths = [], []
        for handle, kind in zip(handles, map(pdfium.get_type, handles), strict=True):
            if kind == _TEXT:
                texts.append(handle)
            elif kind == _PATH:
                paths.append(handle)
            elif kind == _IMAGE:
                self.drawing.images.append(_placed(self._bounds(handle), matrix))
            elif kind == _FORM:
                self._add_form(handle, matrix, depth)
        self._add_clips(texts, matrix)
        self._add_paths(paths, matrix)

    def _add_clips(self, texts: list[int], matrix: Matrix) -> None:
        paths = list(map(pdfium.get_clip_path, texts))
        for text, path, count in zip(texts, paths, map(pdfium.count_clip_paths, paths), strict=True):
            if count > 0:
                self.drawing.clips[text] = _placed(self._clip_of(path, count), matrix)

    def _add_form(self, form: int, outer: Matrix, depth: int) -> None:
        matrix = _times(self._matrix(form), outer)
        count = pdfium.count_form_objects(form)
        self._left -= count
        if count and (not depth or self._left < 0):    # a table without some of its lines would be another table
            raise UnreadableDocument("too-large", "The page draws more than can be read; print it into a new PDF.", self._number)
        self.add(_objects(pdfium.get_form_object, form, count), matrix, depth - 1)

    def _add_paths(self, paths: list[int], outer: Matrix) -> None:
        modes = np.zeros((len(paths), 2), np.int32)    # how they are filled, whether they are stroked
        bounds = np.zeros((len(paths), 4), np.float32)
        pdfium.ask_all(pdfium.get_draw_mode, paths, modes)
        pdfium.ask_all(pdfium.get_bounds, paths, bounds)
        is_stroked = modes[:, 1] != 0
        is_seen = _is_seen(paths, is_stroked)
        chosen = zip(compress(paths, is_seen), is_stroked[is_seen].tolist(), bounds[is_seen].tolist(), strict=True)
        for path, strokes, box in chosen:
            self._add_path(path, tuple(box), outer, is_stroked=strokes)

    def _add_path(self, path: int, bounds: Rect, outer: Matrix, *, is_stroked: bool) -> None:
        clip = self._clip(path)
        if _is_thin(bounds):
            self._add_line(bounds, outer, clip)
        elif is_stroked or pdfium.count_path_segments(path) > _RECTANGLE:
            matrix = _times(self._matrix(path), outer)
            clip = clip and _placed(clip, outer)
            for points in self._parts(path):
                for side in _sides(points, is_stroked=is_stroked):
                    self._add_line(_placed(side, matrix), _IDENTITY, clip)

    def _add_line(self, box: Rect, matrix: Matrix, clip: Rect | None) -> None:
        if clip:
            box = max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])
            if box[0] > box[2] or box[1] > box[3]:
                return
        self.drawing.lines.append(_placed(box, matrix))

    def _bounds(self, handle: int) -> Rect:
        pdfium.get_bounds(handle, *self._at)
        left, bottom, right, top = self._floats[:4]
        return left, bottom, right, top

    def _matrix(self, handle: int) -> Matrix:
        pdfium.get_matrix(handle, self._at[0])
        a, b, c, d, e, f = self._floats
        return a, b, c, d, e, f

    def _parts(self, path: int) -> Iterator[list[tuple[float, float]]]:
        """The corners of each part of a path; a curve counts as lines between its control points."""
        points: list[tuple[float, float]] = []
        for place in range(pdfium.count_path_segments(path)):
            segment = pdfium.get_path_segment(path, place)
            pdfium.get_segment_point(segment, *self._at[:2])
            if pdfium.get_segment_type(segment) == _MOVE_TO and points:
                yield points
                points = []
            points.append((self._floats[0], self._floats[1]))
            if pdfium.get_segment_close(segment):
                points.append(points[0])
        if points:
            yield points

    def _clip(self, handle: int) -> Rect | None:
        """The box that an object is seen in; None where nothing is cut off."""
        clip = pdfium.get_clip_path(handle)
        count = pdfium.count_clip_paths(clip)    # -1 for none
        return self._clip_of(clip, count) if count > 0 else None

    def _clip_of(self, clip: int, count: int) -> Rect:
        """The box that is seen through all paths of a clip."""
        key = count, pdfium.get_clip_segment(clip, count - 1, 0) or 0    # a clip is added to those around it once
        if key not in self._clips:
            boxes = [self._clip_box(clip, place) for place in range(count) if pdfium.get_clip_segment(clip, place, 0)]
            self._clips[key] = (
                max((box[0] for box in boxes), default=-float("inf")), max((box[1] for box in boxes), default=-float("inf")),
                min((box[2] for box in boxes), default=float("inf")), min((box[3] for box in boxes), default=float("inf")),
            )
        return self._clips[key]

    def _clip_box(self, clip: int, number: int) -> Rect:
        across, down = [], []
        for place in range(pdfium.count_clip_segments(clip, number)):
            pdfium.get_segment_point(pdfium.get_clip_segment(clip, number, place), *self._at[:2])
            across.append(self._floats[0])
            down.append(self._floats[1])
        return min(across), min(down), max(across), max(down)


def _is_seen(paths: list[int], is_stroked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which paths differ from the paper; (n,)."""
    colors = np.zeros((len(paths), 4), np.uint32)    # red, green, blue, opacity, to 255
    colors[:, 3] = 255    # a path without a colour of its own is black
    for mask, get_color in ((is_stroked, pdfium.get_stroke_color), (~is_stroked, pdfium.get_fill_color)):
        found = colors[mask]
        pdfium.ask_all(get_color, list(compress(paths, mask)), found)
        colors[mask] = found
    is_seen: npt.NDArray[np.bool_] = (colors[:, :3].min(axis=1) <= _WHITE) & (colors[:, 3] > 0)
    return is_seen


def _is_thin(box: Rect) -> bool:
    return box[2] - box[0] < _THICK or box[3] - box[1] < _THICK


def _sides(points: list[tuple[float, float]], *, is_stroked: bool) -> Iterator[Rect]:
    """The straight sides of a stroked figure; of a filled one the whole, where it is thin."""
    across, down = [x for x, _ in points], [y for _, y in points]
    whole = min(across), min(down), max(across), max(down)
    if _is_thin(whole):
        yield whole
    elif is_stroked:
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x1 - x0) < _SLANTED or abs(y1 - y0) < _SLANTED:
                yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """What it is to place by `inner` and then by `outer`."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _placed(box: Rect, matrix: Matrix) -> Rect:
    if matrix is _IDENTITY:
        return box
    x0, y0, x1, y1 = box
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
