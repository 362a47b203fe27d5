"""What a page draws: ruling lines, pictures, grounds, and how its text is drawn.

Most borders are thin as a whole (a stroke, or a rectangle filled between its edges), so that their bounds say all; only
paths that are wide both ways are walked point by point. Fills that are wide both ways are grounds: behind text, or over it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.grid import UnreadableDocument
from transforms.readers.pdf import asking, pdfium
from transforms.readers.pdf.asking import FORM, IMAGE, PATH, SHADING, TEXT, Handles, Parts, Records
from transforms.readers.pdf.frame import Boxes

_MOVE_TO = 2           # FPDF_SEGMENT_MOVETO
_THICK = 3.0           # points; rulings are up to 2.25 points thick, the lowest cells 5 points high
_SLANTED = 1.0         # points by which a line may be off the horizontal or vertical
_FILLING = 3.0         # times the width of a stroke, of a figure that it fills: a line, a dot, a scribble
_WHITE = 240           # of 255; lines lighter than that are not seen
RECTANGLE = 5          # points of a closed rectangle: filled paths with more may be many thin ones
_NEARLY = 0.99         # of its box, that a rectangle fills
_OPAQUE = 255
_DEPTH = 12            # forms within forms; real ones have up to 4
_MOST_OBJECTS = 300_000    # read of one page, forms that are drawn many times included; the densest real page has 4,000

Rect = tuple[float, float, float, float]    # x0, y0, x1, y1 in PDF's coordinates
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_Clip = tuple[float, ...]    # the box around it, and 1 where it is less than that
_EVERYWHERE: Rect = (-np.inf, -np.inf, np.inf, np.inf)    # what is not clipped


class Ground(NamedTuple):
    """A filled area or a picture that text may stand on or under, with its handle, placed by `matrix`.

    `order` counts the objects of a page as they are drawn. `color` is red, green, blue and opacity, to 255; None for a picture or a stroke.
    """

    handle: int
    order: int
    box: Rect
    color: tuple[int, int, int, int] | None
    matrix: Matrix


class Grounds(NamedTuple):
    """The grounds of a page, their parts as in `Ground`: arrays of n rows; what has no colour is clear. `matrices` place the forms."""

    handles: Handles
    orders: npt.NDArray[np.intp]
    boxes: Boxes
    colors: npt.NDArray[np.uint32]
    matrices: npt.NDArray[np.float64]

    def at(self, place: int) -> Ground:
        """One of them."""
        color = tuple(self.colors[place].tolist())
        return Ground(
            int(self.handles[place]), int(self.orders[place]), tuple(self.boxes[place].tolist()), color if color[3] else None,
            tuple(self.matrices[place].tolist()),
        )


_NO_BOXES = np.zeros((0, 4))
_NO_GROUNDS = Grounds(np.zeros(0, np.uintp), np.zeros(0, np.intp), _NO_BOXES, np.zeros((0, 4), np.uint32), np.zeros((0, 6)))


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
        return np.column_stack([a * x + c * y, b * x + d * y])

    def contents(self, texts: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Handles]:
        """The marks of the contents that some texts, chosen by place, belong to (14.6): the place and a mark's handle of each pair."""
        owners, marks = _parts(self.handles[texts], asking.ask(pdfium.count_marks, self.handles[texts]).clip(0), pdfium.get_mark)
        return texts[owners], marks

    def sizes(self) -> npt.NDArray[np.float64]:
        """How large the font of each of the n texts is, in points."""
        found = np.ones((len(self.handles), 1), np.float32)
        asking.write(pdfium.get_font_size, self.handles, found)
        sizes: npt.NDArray[np.float64] = found[:, 0] * np.hypot(*self.directions(np.arange(len(self.handles))).T)
        return sizes


class Drawing(NamedTuple):
    """What a page draws, in PDF's coordinates: `lines` as thin boxes and `images` as boxes, (n, 4); `grounds` and `texts`.

    `shown` gives what is shown of a ground's box, None for nothing, `is_cut` whether that is no plain box: few are asked for it, and
    asking takes time.
    """

    lines: Boxes
    images: Boxes
    grounds: Grounds
    texts: Texts
    shown: Callable[[Ground], Rect | None]
    is_cut: Callable[[Ground], bool]


def drawn(page: int, number: int) -> Drawing:
    """What a page draws.

    Args:
        page: its handle.
        number: its number, 1-based.

    Raises:
        UnreadableDocument: `too-large`: forms within forms, or repeated, without end.
    """
    pencil = _Pencil(number)
    pencil.add(asking.parts_of(pdfium.get_object, page, pdfium.count_objects(page)), _IDENTITY, _DEPTH)
    return pencil.drawing()


class _Objects(NamedTuple):
    """Objects of a page or form: n of `asking.RECORDS`, arrays of n rows, the form (0 for the page) and where it is placed.

    `orders` counts as in `Ground`. `clips` are the boxes that they are seen in, in the coordinates of their page or form, and `are_cut`
    says that they are seen in less.
    """

    records: Records
    orders: npt.NDArray[np.intp]
    clips: Boxes
    are_cut: npt.NDArray[np.bool_]
    form: int
    matrix: Matrix

    def only(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> _Objects:
        return self._replace(
            records=self.records[chosen], orders=self.orders[chosen], clips=self.clips[chosen], are_cut=self.are_cut[chosen]
        )


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
        self._clips: dict[tuple[int, int], _Clip] = {}    # by number and innermost, which is added to those around it once
        self._opacities: dict[int, float] = {0: 1.0}    # of the forms, as they show
        self._seen_in: dict[int, Boxes] = {0: np.array([_EVERYWHERE])}    # on the page, by form: its objects know no clip around it

    def add(self, handles: Handles, matrix: Matrix, depth: int, form: int = 0) -> None:
        """Add objects.

        Args:
            handles: the objects.
            matrix: where they are placed by the forms that they are in.
            depth: how many forms within each other may follow.
            form: the innermost one that they are in; 0 for the page.
        """
        records = asking.described(handles)
        kinds = records["kind"]
        orders = np.arange(self._order + 1, self._order + 1 + len(handles))
        objects = _Objects(records, orders, *self._clips_of(records), form, matrix)
        for place in (kinds == FORM).nonzero()[0].tolist():
            self._order = int(orders[place])
            self._add_form(objects.only(np.array([place])), depth)
            orders[place + 1 :] += self._order - orders[place]    # what is drawn after it
        self._order = int(orders[-1]) if len(orders) else self._order
        for kind, add in ((kinds == TEXT, self._texts.append), ((kinds == IMAGE) | (kinds == SHADING), self._add_pictures),
                (kinds == PATH, self._add_paths)):
            if kind.any():
                add(objects.only(kind))

    def drawing(self) -> Drawing:
        """All that was added."""
        images = _NO_BOXES
        if self._images:
            orders, boxes = map(np.concatenate, zip(*self._images, strict=True))
            images = boxes[np.argsort(orders)]
        grounds = Grounds(*map(np.concatenate, zip(*self._grounds, strict=True))) if self._grounds else _NO_GROUNDS
        lines = np.concatenate(self._lines) if self._lines else _NO_BOXES
        return Drawing(lines, images, grounds, self._described(), self._shown, self._is_cut)

    def _shown(self, ground: Ground) -> Rect | None:
        box, (clip, _) = np.array([ground.box]), self._clip_of(ground)
        (found,), (is_shown,) = _cut(box, _placed_clips(clip, np.array([ground.matrix])))
        return tuple(found.tolist()) if is_shown else None

    def _is_cut(self, ground: Ground) -> bool:
        _, (is_cut,) = self._clip_of(ground)
        return bool(is_cut)

    def _clip_of(self, ground: Ground) -> tuple[Boxes, npt.NDArray[np.bool_]]:
        return self._clips_of(asking.described(np.array([ground.handle], np.uintp)))

    def _described(self) -> Texts:
        texts = _together(self._texts)
        boxes, clips, colors, modes = _boxes(texts.records), texts.clips, texts.records["fill"], texts.records["mode"]
        in_form = texts.forms != 0
        if in_form.any():
            opacities = np.array([self._opacities[form] for form in texts.forms.tolist()])
            colors[:, 3] = np.rint(colors[:, 3] * opacities)
            boxes[in_form] = _placed(boxes[in_form], texts.matrices[in_form])
            around = np.concatenate([self._seen_in[form] for form in texts.forms[in_form].tolist()])
            clips[in_form], _ = _cut(_placed_clips(clips[in_form], texts.matrices[in_form]), around)
        handles, are_told = np.ascontiguousarray(texts.records["handle"]), texts.records["says"] > 0
        return Texts(handles, texts.forms, texts.orders, boxes, clips, colors, modes, texts.matrices, texts.are_cut, are_told)

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
        self._seen_in[handle], _ = _cut(_placed_clips(form.clips, form.matrix), self._seen_in[form.form])
        self.add(asking.parts_of(pdfium.get_form_object, handle, count), tuple(matrix), depth - 1, handle)

    def _add_paths(self, paths: _Objects) -> None:
        boxes, is_stroked, is_filled = _boxes(paths.records), paths.records["is_stroked"] != 0, paths.records["mode"] != 0
        colors = np.where(is_stroked[:, None], paths.records["stroke"], paths.records["fill"])
        is_seen = (colors[:, :3].min(axis=1) <= _WHITE) & (colors[:, 3] > 0)
        self._add_lines(paths.only(is_seen), boxes[is_seen], is_stroked[is_seen])
        sizes = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
        is_thick = sizes >= _THICK
        self._add_strokes(paths, boxes, sizes, is_thick & is_stroked & ~is_filled)
        is_ground = is_thick & is_filled
        if is_ground.any():
            colors = paths.records["fill"][is_ground]
            colors[:, 3] = np.rint(colors[:, 3] * self._opacities[paths.form])
            is_ground[is_ground] = is_clear = colors[:, 3] > 0
            self._add_grounds(paths.only(is_ground), _placed(boxes[is_ground], paths.matrix), colors[is_clear])

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
        shown, is_shown = _cut(boxes, self._seen_in[objects.form])
        matrices = np.tile(np.array(objects.matrix, np.float64), (len(boxes), 1))
        self._grounds.append(
            Grounds(objects.records["handle"][is_shown], objects.orders[is_shown], shown[is_shown], colors[is_shown], matrices[is_shown])
        )

    def _add_lines(self, paths: _Objects, bounds: Boxes, is_stroked: npt.NDArray[np.bool_]) -> None:
        """Add the lines that paths with bounds (n, 4) draw, as far as they are seen in what is around their form."""
        handles, clips, outer = paths.records["handle"], paths.clips, paths.matrix
        shown, is_shown = _cut(bounds, clips)
        is_thin = (bounds[:, 2:] - bounds[:, :2]).min(axis=1, initial=np.inf) < _THICK
        places = (is_thin & is_shown).nonzero()[0]
        lines = _placed(shown[places], outer)
        figures = (~is_thin).nonzero()[0]
        figures = figures[is_stroked[figures] | (asking.ask(pdfium.count_path_segments, handles[figures]) > RECTANGLE)]
        if len(figures):
            owners, sides = _lines_of(handles[figures], is_stroked[figures])
            sides = _placed(sides, _times(_matrices(handles[figures]), outer)[owners])
            sides, is_shown = _cut(sides, _placed_clips(clips[figures], outer)[owners])
            places, lines = np.concatenate([places, figures[owners[is_shown]]]), np.concatenate([lines, sides[is_shown]])
            lines = lines[np.argsort(places, kind="stable")]
        lines, is_shown = _cut(lines, self._seen_in[paths.form])
        self._lines.append(lines[is_shown])

    def _clips_of(self, records: Records) -> tuple[Boxes, npt.NDArray[np.bool_]]:
        """What objects are seen in; each clip is looked at once.

        Returns:
            The boxes around it, (n, 4), in the coordinates of their page or form, and whether it is less than these boxes.
        """
        found, are_cut = np.full((len(records), 4), _EVERYWHERE), np.zeros(len(records), bool)
        clipped = (records["clips"] > 0).nonzero()[0]    # -1 for none
        if not len(clipped):
            return found, are_cut
        counts, innermost = records["clips"][clipped], records["innermost"][clipped]
        is_other = np.ones(len(clipped), bool)    # than that of the one before
        is_other[1:] = (counts[1:] != counts[:-1]) | (innermost[1:] != innermost[:-1])
        begins = is_other.nonzero()[0]
        keys = list(zip(counts[begins].tolist(), innermost[begins].tolist(), strict=True))
        missing = {key: place for key, place in zip(reversed(keys), reversed(begins.tolist()), strict=True) if key not in self._clips}
        if missing:
            chosen = list(missing.values())
            boxes, is_less = _clip_boxes(records["clip"][clipped[chosen]], counts[chosen])
            self._clips.update(zip(missing, map(tuple, np.column_stack([boxes, is_less]).tolist()), strict=True))
        of_clips = np.array([self._clips[key] for key in keys])[is_other.cumsum() - 1]
        found[clipped], are_cut[clipped] = of_clips[:, :4], of_clips[:, 4] > 0
        return found, are_cut


class _Together(NamedTuple):
    """Objects of all levels, in the order in which they are drawn; arrays of n rows as those of `_Objects`."""

    records: Records
    orders: npt.NDArray[np.intp]
    clips: Boxes
    are_cut: npt.NDArray[np.bool_]
    forms: Handles
    matrices: npt.NDArray[np.float64]


def _together(groups: Sequence[_Objects]) -> _Together:
    counts = [len(group.orders) for group in groups]
    forms = np.repeat(np.array([group.form for group in groups], np.uintp), counts)
    matrices = np.repeat(np.array([group.matrix for group in groups], np.float64).reshape(-1, 6), counts, axis=0)
    if len(groups) == 1:
        return _Together(*groups[0][:4], forms, matrices)
    if not groups:
        return _Together(asking.described(np.zeros(0, np.uintp)), np.zeros(0, np.intp), _NO_BOXES, np.zeros(0, bool), forms, matrices)
    records, orders, clips, are_cut = map(np.concatenate, zip(*(group[:4] for group in groups), strict=True))
    in_order = np.argsort(orders, kind="stable")
    return _Together(records[in_order], orders[in_order], clips[in_order], are_cut[in_order], forms[in_order], matrices[in_order])


def _boxes(records: Records) -> Boxes:
    return records["bounds"].astype(np.float64)


def _matrices(handles: Handles) -> npt.NDArray[np.float64]:
    found = np.zeros((len(handles), 6), np.float32)
    asking.write(pdfium.get_matrix, handles, found, at_once=6)
    return found.astype(np.float64)


def _points(segments: Handles) -> npt.NDArray[np.float64]:
    found = np.zeros((len(segments), 2), np.float32)
    asking.write(pdfium.get_segment_point, segments, found)
    return found.astype(np.float64)


def _lines_of(paths: Handles, is_stroked: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], Boxes]:
    """The straight sides of figures, where stroked, and the parts of any that are thin as a whole.

    Args:
        paths: (n,); a curve counts as lines between its control points.
        is_stroked: (n,).

    Returns:
        For each line the place of its figure, ascending, and (lines, 4) the boxes in the figures' coordinates.
    """
    owners, segments = _parts(paths, asking.ask(pdfium.count_path_segments, paths), pdfium.get_path_segment)
    points = _points(segments)
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


def _parts(objects: Handles, counts: npt.NDArray[np.int32], function: Any, *within: Parts) -> tuple[npt.NDArray[np.intp], Handles]:
    """The parts of objects that have so many each: for each part the place of its object, and its handle."""
    owners = np.repeat(np.arange(len(objects)), counts)
    numbers = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, asking.ask(function, objects[owners], *(part[owners] for part in within), numbers.astype(np.int32))


def _clip_boxes(clips: Handles, counts: npt.NDArray[np.int32]) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """The boxes that are seen through all paths of clips that have so many each, (n, 4), and whether some path is no rectangle."""
    owners = np.repeat(np.arange(len(clips)), counts)
    numbers = (np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)).astype(np.int32)
    of_paths, segments = _parts(
        clips[owners], asking.ask(pdfium.count_clip_segments, clips[owners], numbers), pdfium.get_clip_segment, numbers
    )
    found, are_cut = np.tile(np.array(_EVERYWHERE), (len(clips), 1)), np.zeros(len(clips), bool)
    if len(segments):
        points, firsts = _points(segments), np.flatnonzero(np.diff(of_paths, prepend=-1))
        of_clips = owners[of_paths[firsts]]
        lower, upper = np.minimum.reduceat(points, firsts), np.maximum.reduceat(points, firsts)
        np.maximum.at(found[:, :2], of_clips, lower)
        np.minimum.at(found[:, 2:], of_clips, upper)
        np.logical_or.at(are_cut, of_clips, ~_are_rectangles(points, firsts, upper - lower))
    return found, are_cut


def _are_rectangles(points: npt.NDArray[np.float64], firsts: npt.NDArray[np.intp], sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which polygons fill the boxes around them.

    Args:
        points: (n, 2), those of all polygons.
        firsts: (polygons,), the first point of each.
        sizes: (polygons, 2), of the boxes around them.
    """
    counts = np.diff(firsts, append=len(points))
    after = np.arange(1, len(points) + 1)
    after[firsts + counts - 1] = firsts    # from its last point to its first
    (x, y), (next_x, next_y) = points.T, points[after].T
    areas = np.abs(np.add.reduceat(x * next_y - next_x * y, firsts)) / 2
    full = sizes.prod(axis=1)
    are_rectangles: npt.NDArray[np.bool_] = (counts <= RECTANGLE) & (areas >= full * _NEARLY)
    return are_rectangles


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
