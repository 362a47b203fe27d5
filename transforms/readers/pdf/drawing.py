"""What a page draws: ruling lines, pictures, grounds, and how its text is drawn.

Most borders are thin as a whole (a stroke, or a rectangle filled between its edges), so that their bounds say all; only
paths that are wide both ways are walked point by point. Fills that are wide both ways are grounds: behind text, or over it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from itertools import compress, pairwise, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import UnreadableDocument
from transforms.readers.pdf import pdfium

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5    # FPDF_PAGEOBJ_…
_MOVE_TO = 2           # FPDF_SEGMENT_MOVETO
_STROKED = 1           # text rendering modes that draw outlines only: 1, and 5 with clipping
_THICK = 3.0           # points; rulings are up to 2.25 points thick, the lowest cells 5 points high
_SLANTED = 1.0         # points by which a line may be off the horizontal or vertical
_WHITE = 240           # of 255; lines lighter than that are not seen
RECTANGLE = 5          # points of a closed rectangle: filled paths with more may be many thin ones
_DEPTH = 12            # forms within forms; real ones have up to 4
_MOST_OBJECTS = 300_000    # read of one page, forms that are drawn many times included; the densest real page has 4,000

Rect = tuple[float, float, float, float]    # x0, y0, x1, y1 in PDF's coordinates
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_EVERYWHERE: Rect = (-np.inf, -np.inf, np.inf, np.inf)    # what is not clipped


class Ground(NamedTuple):
    """A filled area or a picture that text may stand on or under, with its handle, placed by `matrix`.

    `order` counts the objects of a page as they are drawn. `color` is red, green, blue and opacity, to 255; None for a picture.
    """

    handle: int
    order: int
    box: Rect
    color: tuple[int, int, int, int] | None
    matrix: Matrix


class Grounds(NamedTuple):
    """The grounds of a page, their parts as in `Ground`: n handles, arrays of n rows, and n matrices; a picture's colour is clear."""

    handles: list[int]
    orders: list[int]
    boxes: list[Rect]
    colors: list[tuple[int, int, int, int]]
    matrices: list[Matrix]

    def at(self, place: int) -> Ground:
        """One of them."""
        color = self.colors[place]
        return Ground(self.handles[place], self.orders[place], self.boxes[place], color if color[3] else None, self.matrices[place])


class Texts(NamedTuple):
    """The text objects of a page: n handles with those of the forms that they are in (0 for the page), and arrays of n rows.

    `orders` counts as in `Ground`. `boxes` and `clips` (what of the box is seen) are (n, 4) corners x0, y0, x1, y1; `colors` is
    (n, 4): red, green, blue, opacity to 255; `modes` are the rendering modes (ISO 32000-1, 9.3.6). `matrices` place the forms.
    """

    handles: list[int]
    forms: list[int]
    orders: npt.NDArray[np.intp]
    boxes: npt.NDArray[np.float64]
    clips: npt.NDArray[np.float64]
    colors: npt.NDArray[np.uint32]
    modes: npt.NDArray[np.int32]
    matrices: list[Matrix]

    def directions(self, places: Sequence[int]) -> npt.NDArray[np.float64]:
        """Where the baselines of some of the n texts run to, (places, 2), as long as their font is enlarged by."""
        found = np.zeros((len(places), 6), np.float32)
        pdfium.ask_all(pdfium.get_matrix, [self.handles[place] for place in places], found, at_once=6)
        runs = found[:, :2].astype(np.float64)
        for number, place in enumerate(places):
            if self.forms[place]:
                runs[number] = _turned(tuple(runs[number].tolist()), self.matrices[place])
        return runs


class Drawing(NamedTuple):
    """What a page draws, in PDF's coordinates: `lines` as thin boxes, `images` as boxes, `grounds` and `texts`.

    `shown` gives what is shown of a ground's box, None for nothing: few grounds are asked for it, and asking takes time.
    """

    lines: list[Rect]
    images: list[Rect]
    grounds: Grounds
    texts: Texts
    shown: Callable[[Ground], Rect | None]


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
    return pencil.drawing()


def _objects(get_object: Callable[[int, int], int], owner: int, count: int) -> list[int]:
    """The handles of all objects of a page or form; `map` calls a third faster than a loop."""
    return list(map(get_object, repeat(owner, count), range(count)))


class _Pencil:
    """Collects the objects of a page, those within forms included."""

    def __init__(self, number: int) -> None:
        self._number = number    # of the page
        self._lines: list[Rect] = []
        self._images: list[Rect] = []
        self._grounds = Grounds([], [], [], [], [])
        self._texts: list[int] = []
        self._text_forms: list[int] = []
        self._text_orders: list[int] = []
        self._text_matrices: list[Matrix] = []
        self._order = 0
        self._left = _MOST_OBJECTS
        self._clips: dict[tuple[int, int], Rect] = {}    # by the innermost: one clip is shared by many objects
        self._floats = (ctypes.c_float * 6)()
        self._at = tuple(ctypes.addressof(self._floats) + 4 * place for place in range(4))

    def add(self, handles: list[int], matrix: Matrix, depth: int, form: int = 0) -> None:
        """Add objects.

        Args:
            handles: the objects.
            matrix: where they are placed by the forms that they are in.
            depth: how many forms within each other may follow.
            form: the innermost one that they are in; 0 for the page.
        """
        kinds = np.fromiter(map(pdfium.get_type, handles), np.intp, len(handles))
        paths: list[int] = []
        orders: list[int] = []
        begin = 0
        for end in (kinds == _FORM).nonzero()[0].tolist():
            self._add_run(handles[begin:end], kinds[begin:end], matrix, form, (paths, orders))
            self._order += 1
            self._add_form(handles[end], matrix, depth)
            begin = end + 1
        self._add_run(handles[begin:], kinds[begin:], matrix, form, (paths, orders))
        self._add_paths(paths, orders, matrix)

    def _add_run(
        self, handles: list[int], kinds: npt.NDArray[np.intp], matrix: Matrix, form: int, paths: tuple[list[int], list[int]]
    ) -> None:
        """Add the texts and pictures of a run of objects without forms; its paths, with their orders, are put to others."""
        first = self._order + 1
        for kind, (found, orders) in ((_TEXT, (self._texts, self._text_orders)), (_PATH, paths)):
            places = (kinds == kind).nonzero()[0]
            found.extend(map(handles.__getitem__, places.tolist()))
            orders.extend((places + first).tolist())
        count = len(self._texts) - len(self._text_forms)
        self._text_forms.extend(repeat(form, count))
        self._text_matrices.extend(repeat(matrix, count))
        for place in ((kinds == _IMAGE) | (kinds == _SHADING)).nonzero()[0].tolist():
            self._add_picture(handles[place], int(kinds[place]), first + place, matrix)
        self._order += len(handles)

    def drawing(self) -> Drawing:
        """All that was added."""
        return Drawing(self._lines, self._images, self._grounds, self._described(), self._shown)

    def _shown(self, ground: Ground) -> Rect | None:
        clip = self._clip(ground.handle)
        return _cut(ground.box, clip and _placed(clip, ground.matrix))

    def _described(self) -> Texts:
        count = len(self._texts)
        bounds, colors = np.zeros((count, 4), np.float32), np.zeros((count, 4), np.uint32)
        colors[:, 3] = 255    # a pattern has no colour of its own, and is seen
        pdfium.ask_all(pdfium.get_bounds, self._texts, bounds)
        pdfium.ask_all(pdfium.get_fill_color, self._texts, colors)
        modes = np.fromiter(map(pdfium.get_text_render_mode, self._texts), np.int32, count)
        for place in (modes % 4 == _STROKED).nonzero()[0].tolist():
            pdfium.get_stroke_color(self._texts[place], *(colors.ctypes.data + 16 * place + 4 * part for part in range(4)))
        boxes = bounds.astype(np.float64)
        clips = self._clips_of_all(self._texts)
        for place in compress(range(count), self._text_forms):
            matrix = self._text_matrices[place]
            boxes[place], clips[place] = _placed(tuple(boxes[place].tolist()), matrix), _placed(tuple(clips[place].tolist()), matrix)
        return Texts(self._texts, self._text_forms, np.array(self._text_orders, np.intp), boxes, clips, colors, modes, self._text_matrices)

    def _clips_of_all(self, handles: Sequence[int]) -> npt.NDArray[np.float64]:
        """The boxes that objects are seen in, (n, 4); each clip is looked at once."""
        clips = list(map(pdfium.get_clip_path, handles))
        counts = list(map(pdfium.count_clip_paths, clips))    # -1 for none
        if max(counts, default=0) <= 0:
            return np.tile(np.array(_EVERYWHERE), (len(handles), 1))
        innermost = map(pdfium.get_clip_segment, clips, map((1).__rsub__, counts), repeat(0))
        keys = list(zip(counts, innermost, strict=True))
        shared = dict(zip(reversed(keys), reversed(clips), strict=True))    # the first of each
        boxes = [self._clip_of(clip, count) if count > 0 else _EVERYWHERE for (count, _), clip in shared.items()]
        places = dict(zip(shared, range(len(shared)), strict=True))
        found: npt.NDArray[np.float64] = np.array(boxes, np.float64)[list(map(places.__getitem__, keys))]
        return found

    def _add_picture(self, handle: int, kind: int, order: int, matrix: Matrix) -> None:
        box = _placed(self._bounds(handle), matrix)
        if kind == _IMAGE:
            self._images.append(box)
        self._grounds.handles.append(handle)
        self._grounds.orders.append(order)
        self._grounds.boxes.append(box)
        self._grounds.colors.append((0, 0, 0, 0))
        self._grounds.matrices.append(matrix)

    def _add_form(self, form: int, outer: Matrix, depth: int) -> None:
        matrix = _times(self._matrix(form), outer)
        count = pdfium.count_form_objects(form)
        self._left -= count
        if count and (not depth or self._left < 0):    # a table without some of its lines would be another table
            raise UnreadableDocument("too-large", "The page draws more than can be read; print it into a new PDF.", self._number)
        self.add(_objects(pdfium.get_form_object, form, count), matrix, depth - 1, form)

    def _add_paths(self, paths: list[int], orders: list[int], outer: Matrix) -> None:
        modes = np.zeros((len(paths), 2), np.int32)    # how they are filled, whether they are stroked
        bounds = np.zeros((len(paths), 4), np.float32)
        pdfium.ask_all(pdfium.get_draw_mode, paths, modes)
        pdfium.ask_all(pdfium.get_bounds, paths, bounds)
        is_stroked = modes[:, 1] != 0
        colors = _colors(paths, is_stroked)
        is_seen = (colors[:, :3].min(axis=1) <= _WHITE) & (colors[:, 3] > 0)
        self._add_lines(list(compress(paths, is_seen.tolist())), bounds[is_seen].astype(np.float64), is_stroked[is_seen], outer)
        is_ground = (modes[:, 0] != 0) & (bounds[:, 2] - bounds[:, 0] >= _THICK) & (bounds[:, 3] - bounds[:, 1] >= _THICK)
        for place in (is_ground & is_stroked).nonzero()[0].tolist():    # `colors` has those of their strokes
            pdfium.ask_all(pdfium.get_fill_color, paths[place : place + 1], colors[place : place + 1])
        places = (is_ground & (colors[:, 3] > 0)).nonzero()[0]
        chosen = places.tolist()
        self._grounds.handles.extend(paths[place] for place in chosen)
        self._grounds.orders.extend(orders[place] for place in chosen)
        self._grounds.boxes.extend(_placed(box, outer) for box in map(tuple, bounds[places].tolist()))
        self._grounds.colors.extend(map(tuple, colors[places].tolist()))
        self._grounds.matrices.extend(repeat(outer, len(chosen)))

    def _add_lines(self, paths: list[int], bounds: npt.NDArray[np.float64], is_stroked: npt.NDArray[np.bool_], outer: Matrix) -> None:
        """Add the lines that paths with bounds (n, 4) draw."""
        clips = self._clips_of_all(paths)
        lower, upper = np.maximum(bounds[:, :2], clips[:, :2]), np.minimum(bounds[:, 2:], clips[:, 2:])
        shown = map(tuple, np.concatenate([lower, upper], axis=1).tolist())
        is_thin = np.any(bounds[:, 2:] - bounds[:, :2] < _THICK, axis=1).tolist()
        is_shown = np.all(lower <= upper, axis=1).tolist()
        for place, (thin, line, is_line) in enumerate(zip(is_thin, shown, is_shown, strict=True)):
            if not thin:
                self._add_figure(paths[place], tuple(clips[place].tolist()), outer, is_stroked=bool(is_stroked[place]))
            elif is_line:
                self._lines.append(_placed(line, outer))

    def _add_figure(self, path: int, clip: Rect, outer: Matrix, *, is_stroked: bool) -> None:
        """Add the lines of a path that is wide both ways."""
        if not is_stroked and pdfium.count_path_segments(path) <= RECTANGLE:
            return
        matrix = _times(self._matrix(path), outer)
        clip = clip if clip == _EVERYWHERE else _placed(clip, outer)
        for points in self._parts(path):
            sides = (_cut(_placed(side, matrix), clip) for side in _sides(points, is_stroked=is_stroked))
            self._lines.extend(filter(None, sides))

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


def _colors(paths: list[int], is_stroked: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    """Of strokes where there are some, else of fills; (n, 4): red, green, blue, opacity, to 255."""
    colors = np.zeros((len(paths), 4), np.uint32)
    colors[:, 3] = 255    # a path without a colour of its own is black
    for mask, get_color in ((is_stroked, pdfium.get_stroke_color), (~is_stroked, pdfium.get_fill_color)):
        found = colors[mask]
        pdfium.ask_all(get_color, list(compress(paths, mask)), found)
        colors[mask] = found
    return colors


def _cut(box: Rect, clip: Rect | None) -> Rect | None:
    """What of a box is seen through a clip; None for nothing."""
    if clip is None:
        return box
    left, bottom, right, top = max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


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


def _turned(vector: tuple[float, ...], matrix: Matrix) -> tuple[float, float]:
    x, y = vector
    return matrix[0] * x + matrix[2] * y, matrix[1] * x + matrix[3] * y


def _placed(box: Rect, matrix: Matrix) -> Rect:
    if matrix is _IDENTITY:
        return box
    x0, y0, x1, y1 = box
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
