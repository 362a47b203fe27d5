"""What a page draws: ruling lines, pictures, grounds, and how its text is drawn.

Most borders are thin as a whole (a stroke, or a rectangle filled between its edges), so that their bounds say all; only
paths that are wide both ways are walked point by point. Fills that are wide both ways are grounds: behind text, or over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import UnreadableDocument
from transforms.readers.pdf import asking, describing, pdfium
from transforms.readers.pdf.asking import Handles
from transforms.readers.pdf.describing import EVERYWHERE, FORM, IMAGE, PATH, RECTANGLE, SHADING, TEXT, Records
from transforms.readers.pdf.frame import Boxes

_MOVE_TO = 2           # FPDF_SEGMENT_MOVETO
_THICK = 3.0           # points; rulings are up to 2.25 points thick, the lowest cells 5 points high
_SLANTED = 1.0         # points by which a line may be off the horizontal or vertical
_FILLING = 3.0         # times the width of a stroke, of a figure that it fills: a line, a dot, a scribble
_WHITE = 240           # of 255; lines lighter than that are not seen
_OPAQUE = 255
_DEPTH = 12            # forms within forms; real ones have up to 4
_MOST_OBJECTS = 300_000    # read of one page, forms that are drawn many times included; the densest real page has 4,000

Rect = tuple[float, float, float, float]    # x0, y0, x1, y1 in PDF's coordinates
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Ground(NamedTuple):
    """A filled area or a picture that text may stand on or under, with its handle.

    `order` counts the objects of a page as they are drawn. `color` is red, green, blue and opacity, to 255; None for a picture or a stroke.
    `shown` is what is shown of the box, None for nothing; `is_cut` says that it is no plain box.
    """

    handle: int
    order: int
    box: Rect
    color: tuple[int, int, int, int] | None
    shown: Rect | None
    is_cut: bool


class Grounds(NamedTuple):
    """The grounds of a page, their parts as in `Ground`: arrays of n rows; what has no colour is clear, what is not shown has no box."""

    handles: Handles
    orders: npt.NDArray[np.intp]
    boxes: Boxes
    colors: npt.NDArray[np.uint32]
    shown: Boxes
    are_cut: npt.NDArray[np.bool_]

    def at(self, place: int) -> Ground:
        """One of them."""
        color, shown = tuple(self.colors[place].tolist()), tuple(self.shown[place].tolist())
        is_shown = shown[0] <= shown[2] and shown[1] <= shown[3]
        return Ground(
            int(self.handles[place]), int(self.orders[place]), tuple(self.boxes[place].tolist()), color if color[3] else None,
            shown if is_shown else None, bool(self.are_cut[place]),
        )


_NO_BOXES = np.zeros((0, 4))
_NO_GROUNDS = Grounds(np.zeros(0, np.uintp), np.zeros(0, np.intp), _NO_BOXES, np.zeros((0, 4), np.uint32), _NO_BOXES, np.zeros(0, bool))


class Texts(NamedTuple):
    """The text objects of a page: n handles with those of the forms that they are in (0 for the page), and arrays of n rows.

    `orders` counts as in `Ground`. `boxes` and `clips` (what of the box is seen) are (n, 4) corners x0, y0, x1, y1; `colors` is
    (n, 4): red, green, blue, opacity to 255; `modes` are the rendering modes (ISO 32000-1, 9.3.6). `matrices` place the forms.
    `are_cut` says that what of the box is seen is no plain box, `are_told` that it is marked to say something (`/ActualText`).
    """

    handles: Handles
    forms: Handles
    orders: npt.NDArray[np.intp]
    boxes: Boxes
    clips: Boxes
    colors: npt.NDArray[np.uint32]
    modes: npt.NDArray[np.int32]
    matrices: npt.NDArray[np.float64]
    are_cut: npt.NDArray[np.bool_]
    are_told: npt.NDArray[np.bool_]

    def directions(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Where the baselines of some of the n texts run to, (places, 2), as long as their font is enlarged by."""
        found = np.zeros((len(places), 6), np.float32)
        asking.write(pdfium.get_matrix, self.handles[places], found, at_once=6)
        x, y = found[:, :2].astype(np.float64).T
        a, b, c, d, _, _ = self.matrices[places].T
        return np.stack([a * x + c * y, b * x + d * y], axis=1)

    def contents(self, texts: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Handles]:
        """The marks of the contents that some texts, chosen by place, belong to (14.6): the place and a mark's handle of each pair."""
        owners, marks = asking.parts(pdfium.get_mark, self.handles[texts], asking.ask(pdfium.count_marks, self.handles[texts]).clip(0))
        return texts[owners], marks

    def sizes(self) -> npt.NDArray[np.float64]:
        """How large the font of each of the n texts is, in points."""
        found = np.ones((len(self.handles), 1), np.float32)
        asking.write(pdfium.get_font_size, self.handles, found)
        sizes: npt.NDArray[np.float64] = found[:, 0] * np.hypot(*self.directions(np.arange(len(self.handles))).T)
        return sizes


class Drawing(NamedTuple):
    """What a page draws, in PDF's coordinates: `lines` as thin boxes and `images` as boxes, (n, 4); `grounds` and `texts`.

    """

    lines: Boxes
    images: Boxes
    grounds: Grounds
    texts: Texts


def drawn(page: int, number: int) -> Drawing:
    """What a page draws.

    Args:
        page: its handle.
        number: its number, 1-based.

    Raises:
        UnreadableDocument: `too-large`: forms within forms, or repeated, without end.
    """
    pencil = _Pencil(number)
    pencil.add(asking.ask_all(pdfium.get_object, page, pdfium.count_objects(page)), _IDENTITY, _DEPTH)
    return pencil.drawing()


class _Objects(NamedTuple):
    """Objects of a page or form: n records, (n,) orders as in `Ground`, the form (0 for the page) and where it is placed."""

    records: Records
    orders: npt.NDArray[np.intp]
    form: int
    matrix: Matrix

    def only(self, places: npt.NDArray[np.intp]) -> _Objects:
        return _Objects(self.records.take(places), self.orders.take(places), self.form, self.matrix)


class _Pencil:
    """Collects the objects of a page, those within forms included."""

    def __init__(self, number: int) -> None:
        self._number = number    # of the page
        self._texts: list[_Objects] = []
        self._lines: list[Boxes] = []
        self._grounds: list[Grounds] = []
        self._images: list[tuple[npt.NDArray[np.intp], Boxes]] = []    # with their orders
        self._order = 0
        self._left = _MOST_OBJECTS
        self._opacities: dict[int, float] = {0: 1.0}    # of the forms, as they show
        self._seen_in: dict[int, Boxes] = {0: np.array([EVERYWHERE])}    # on the page, by form: its objects know no clip around it

    def add(self, handles: Handles, matrix: Matrix, depth: int, form: int = 0) -> None:
        """Add objects.

        Args:
            handles: the objects.
            matrix: where they are placed by the forms that they are in.
            depth: how many forms within each other may follow.
            form: the innermost one that they are in; 0 for the page.
        """
        records = describing.described(handles)
        kinds = records["kind"]
        orders = np.arange(self._order + 1, self._order + 1 + len(handles))
        objects = _Objects(records, orders, form, matrix)
        for place in (kinds == FORM).nonzero()[0].tolist():
            self._order = int(orders[place])
            self._add_form(objects.only(np.array([place])), depth)
            orders[place + 1 :] += self._order - orders[place]    # what is drawn after it
        self._order = int(orders[-1]) if len(orders) else self._order
        for kind, add in ((kinds == TEXT, self._texts.append), ((kinds == IMAGE) | (kinds == SHADING), self._add_pictures),
                (kinds == PATH, self._add_paths)):
            places = kind.nonzero()[0]
            if len(places):
                add(objects.only(places))

    def drawing(self) -> Drawing:
        """All that was added."""
        images = _NO_BOXES
        if self._images:
            orders, boxes = map(np.concatenate, zip(*self._images, strict=True))
            images = boxes[np.argsort(orders)]
        grounds = Grounds(*map(np.concatenate, zip(*self._grounds, strict=True))) if self._grounds else _NO_GROUNDS
        lines = np.concatenate(self._lines) if self._lines else _NO_BOXES
        return Drawing(lines, images, grounds, self._described())


    def _described(self) -> Texts:
        texts = _together(self._texts)
        boxes, clips, colors, modes = _boxes(texts.records), texts.records["seen_in"], texts.records["fill"], texts.records["mode"]
        in_form = texts.forms != 0
        if in_form.any():
            opacities = np.array([self._opacities[form] for form in texts.forms.tolist()])
            colors[:, 3] = np.rint(colors[:, 3] * opacities)
            boxes[in_form] = _placed(boxes[in_form], texts.matrices[in_form])
            around = np.concatenate([self._seen_in[form] for form in texts.forms[in_form].tolist()])
            clips[in_form], _ = _cut(_placed_clips(clips[in_form], texts.matrices[in_form]), around)
        handles, are_told = np.ascontiguousarray(texts.records["handle"]), texts.records["says"] > 0
        are_cut = texts.records["is_cut"] != 0
        return Texts(handles, texts.forms, texts.orders, boxes, clips, colors, modes, texts.matrices, are_cut, are_told)

    def _add_pictures(self, pictures: _Objects) -> None:
        boxes = _placed(_boxes(pictures.records), pictures.matrix)
        is_image = pictures.records["kind"] == IMAGE
        self._images.append((pictures.orders[is_image], boxes[is_image]))
        self._add_grounds(pictures, boxes, np.zeros((len(boxes), 4), np.uint32))

    def _add_form(self, form: _Objects, depth: int) -> None:
        handle = int(form.records["handle"][0])
        count = pdfium.count_form_objects(handle)
        self._left -= count
        if count and (not depth or self._left < 0):    # a table without some of its lines would be another table
            raise UnreadableDocument("too-large", "The page draws more than can be read; print it into a new PDF.", self._number)
        (matrix,) = _times(_matrices(form.records["handle"]), form.matrix).tolist()
        self._opacities[handle] = self._opacities[form.form] * int(form.records["fill"][0, 3]) / _OPAQUE
        self._seen_in[handle], _ = _cut(_placed_clips(form.records["seen_in"], form.matrix), self._seen_in[form.form])
        self.add(asking.ask_all(pdfium.get_form_object, handle, count), tuple(matrix), depth - 1, handle)

    def _add_paths(self, paths: _Objects) -> None:
        boxes, is_stroked, is_filled = _boxes(paths.records), paths.records["is_stroked"] != 0, paths.records["mode"] != 0
        colors = np.where(is_stroked[:, None], paths.records["stroke"], paths.records["fill"])
        is_seen = (colors[:, :3].min(axis=1) <= _WHITE) & (colors[:, 3] > 0)
        seen = is_seen.nonzero()[0]
        self._add_lines(paths.only(seen), boxes.take(seen, 0), is_stroked.take(seen))
        sizes = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
        is_thick = sizes >= _THICK
        self._add_strokes(paths, boxes, sizes, is_thick & is_stroked & ~is_filled)
        grounds = (is_thick & is_filled).nonzero()[0]
        if len(grounds):
            colors = paths.records["fill"][grounds]
            colors[:, 3] = np.rint(colors[:, 3] * self._opacities[paths.form])
            is_there = colors[:, 3] > 0
            grounds = grounds[is_there]
            self._add_grounds(paths.only(grounds), _placed(boxes[grounds], paths.matrix), colors[is_there])

    def _add_strokes(self, paths: _Objects, boxes: Boxes, sizes: npt.NDArray[np.float64], is_thick: npt.NDArray[np.bool_]) -> None:
        """Add strokes that are as thick as a line of text and fill their figures as grounds; `sizes` are the lesser ones of the boxes."""
        thick = is_thick.nonzero()[0]
        if not len(thick):
            return
        widths = np.zeros((len(thick), 1), np.float32)
        asking.write(pdfium.get_stroke_width, paths.records["handle"][thick], widths)
        thick = thick[(widths[:, 0] >= _THICK) & (sizes[thick] <= _FILLING * widths[:, 0])]
        self._add_grounds(paths.only(thick), _placed(boxes[thick], paths.matrix), np.zeros((len(thick), 4), np.uint32))

    def _add_grounds(self, objects: _Objects, boxes: Boxes, colors: npt.NDArray[np.uint32]) -> None:
        """Add what has boxes (n, 4) on the page and covers what is below it."""
        boxes, are_seen = _cut(boxes, self._seen_in[objects.form])
        shown, _ = _cut(boxes, _placed_clips(objects.records["seen_in"], objects.matrix))
        handles, are_cut = objects.records["handle"][are_seen], objects.records["is_cut"][are_seen] != 0
        self._grounds.append(Grounds(handles, objects.orders[are_seen], boxes[are_seen], colors[are_seen], shown[are_seen], are_cut))

    def _add_lines(self, paths: _Objects, bounds: Boxes, is_stroked: npt.NDArray[np.bool_]) -> None:
        """Add the lines that paths with bounds (n, 4) draw, as far as they are seen in what is around their form."""
        handles, clips, outer = paths.records["handle"], paths.records["seen_in"], paths.matrix
        shown, is_shown = _cut(bounds, clips)
        is_thin = (bounds[:, 2:] - bounds[:, :2]).min(axis=1, initial=np.inf) < _THICK
        places = (is_thin & is_shown).nonzero()[0]
        lines = _placed(shown.take(places, 0), outer)
        figures = (~is_thin).nonzero()[0]
        figures = figures[is_stroked[figures] | (asking.ask(pdfium.count_path_segments, handles[figures]) > RECTANGLE)]
        if len(figures):
            owners, sides = _lines_of(handles[figures], is_stroked[figures])
            sides = _placed(sides, _times(_matrices(handles[figures]), outer)[owners])
            sides, is_shown = _cut(sides, _placed_clips(clips[figures], outer)[owners])
            places, lines = np.concatenate([places, figures[owners[is_shown]]]), np.concatenate([lines, sides[is_shown]])
            lines = lines[np.argsort(places, kind="stable")]
        lines, is_shown = _cut(lines, self._seen_in[paths.form])
        self._lines.append(lines.compress(is_shown, 0))


class _Together(NamedTuple):
    """Objects of all levels, in the order in which they are drawn; arrays of n rows as those of `_Objects`."""

    records: Records
    orders: npt.NDArray[np.intp]
    forms: Handles
    matrices: npt.NDArray[np.float64]


def _together(groups: Sequence[_Objects]) -> _Together:
    if not groups:
        return _Together(describing.described(np.zeros(0, np.uintp)), np.zeros(0, np.intp), np.zeros(0, np.uintp), np.zeros((0, 6)))
    counts = [len(group.orders) for group in groups]
    forms = np.repeat(np.array([group.form for group in groups], np.uintp), counts)
    matrices = np.repeat(np.array([group.matrix for group in groups], np.float64), counts, axis=0)
    if len(groups) == 1:
        return _Together(groups[0].records, groups[0].orders, forms, matrices)
    records, orders = (np.concatenate(parts) for parts in zip(*(group[:2] for group in groups), strict=True))
    in_order = np.argsort(orders, kind="stable")
    return _Together(records.take(in_order), orders[in_order], forms[in_order], matrices[in_order])


def _boxes(records: Records) -> Boxes:
    return records["bounds"].astype(np.float64)


def _matrices(handles: Handles) -> npt.NDArray[np.float64]:
    found = np.zeros((len(handles), 6), np.float32)
    asking.write(pdfium.get_matrix, handles, found, at_once=6)
    return found.astype(np.float64)


def _lines_of(paths: Handles, is_stroked: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], Boxes]:
    """The straight sides of figures, where stroked, and the parts of any that are thin as a whole.

    Args:
        paths: (n,); a curve counts as lines between its control points.
        is_stroked: (n,).

    Returns:
        For each line the place of its figure, ascending, and (lines, 4) the boxes in the figures' coordinates.
    """
    owners, segments = asking.parts(pdfium.get_path_segment, paths, asking.ask(pdfium.count_path_segments, paths))
    points = describing.points(segments)
    begins = (asking.ask(pdfium.get_segment_type, segments) == _MOVE_TO) | (np.diff(owners, prepend=-1) != 0)
    parts = np.cumsum(begins) - 1
    is_closed = asking.ask(pdfium.get_segment_close, segments) != 0
    ends = np.repeat(np.arange(len(points)), 1 + is_closed)    # a closed one ends where its part began
    is_end = np.diff(ends, prepend=-1) == 0
    ends[is_end] = begins.nonzero()[0][parts[ends[is_end]]]
    parts, owners, points = np.repeat(parts, 1 + is_closed), np.repeat(owners, 1 + is_closed), points[ends]
    firsts = np.flatnonzero(np.diff(parts, prepend=-1))
    wholes = np.concatenate([np.minimum.reduceat(points, firsts), np.maximum.reduceat(points, firsts)], axis=1)
    is_thin = np.any(wholes[:, 2:] - wholes[:, :2] < _THICK, axis=1)
    is_straight = np.any(np.abs(points[1:] - points[:-1]) < _SLANTED, axis=1) & (parts[1:] == parts[:-1])
    sides = np.flatnonzero(is_straight & ~is_thin[parts[1:]] & is_stroked[owners[1:]])
    boxes = np.concatenate([wholes[is_thin], np.concatenate([
        np.minimum(points[sides], points[sides + 1]), np.maximum(points[sides], points[sides + 1]),
    ], axis=1)])
    in_order = np.argsort(np.concatenate([parts[firsts[is_thin]], parts[sides]]), kind="stable")
    return np.concatenate([owners[firsts[is_thin]], owners[sides]])[in_order], boxes[in_order]


def _cut(boxes: Boxes, clips: Boxes) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """What of boxes is seen through clips, (n, 4), and whether anything is."""
    found = np.empty_like(boxes)
    np.maximum(boxes[:, :2], clips[:, :2], out=found[:, :2])
    np.minimum(boxes[:, 2:], clips[:, 2:], out=found[:, 2:])
    return found, (found[:, 0] <= found[:, 2]) & (found[:, 1] <= found[:, 3])


def _times(inner: npt.NDArray[np.float64], outer: Matrix) -> npt.NDArray[np.float64]:
    """What it is to place by each of `inner`, (n, 6), and then by `outer`."""
    a, b, c, d, e, f = inner.T
    g, h, i, j, k, m = outer
    return np.column_stack([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m])


def _placed(boxes: Boxes, matrix: Matrix | npt.NDArray[np.float64]) -> Boxes:
    """Boxes (n, 4) placed by one matrix or by n."""
    if matrix is _IDENTITY:
        return boxes
    a, b, c, d, e, f = np.transpose(matrix)
    x0, y0, x1, y1 = boxes.T
    corners = np.stack([a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f], axis=1)
    return np.concatenate([np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])], axis=1)


def _placed_clips(clips: Boxes, matrix: Matrix | npt.NDArray[np.float64]) -> Boxes:
    """Clips placed as boxes are; everywhere stays everywhere."""
    is_box = np.isfinite(clips).all(axis=1)
    placed = clips.copy()
    placed[is_box] = _placed(clips[is_box], matrix if np.ndim(matrix) == 1 else np.asarray(matrix)[is_box])
    return placed
