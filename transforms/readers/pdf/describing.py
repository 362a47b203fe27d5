"""What there is to tell of the objects of a page or form, a record each: by the compiled kernel, or question by question."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import asking, pdfium
from transforms.readers.pdf.asking import Handles
from transforms.readers.pdf.frame import Boxes

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5    # FPDF_PAGEOBJ_…
_OPAQUE = 255
_STROKED = 1    # text rendering modes that draw outlines only: 1, and 5 with clipping (ISO 32000-1, 9.3.6)
TOLD = b"ActualText"    # the key of a mark by which contents say what their glyphs may not (14.9.4)

RECTANGLE = 5          # points of a closed rectangle: filled paths with more may be many thin ones
_NEARLY = 0.99         # of its box, that a rectangle fills
EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)    # what is not clipped

# What is told of an object, as `struct record` of the kernel. `seen_in` is the box around its clip, in the coordinates of its page or form,
# and `is_cut` says that the clip is less. `mode` is how a text is drawn or a path filled; `says` counts a text's marks with the key `TOLD`.
# Colours are red, green, blue, opacity, to 255; without any it is that of the stroke, else black; outlined text has its outlines'.
_RECORD = np.dtype([
    ("handle", np.uintp), ("seen_in", np.float64, 4), ("kind", np.int32), ("is_cut", np.int32), ("mode", np.int32),
    ("is_stroked", np.int32), ("says", np.int32), ("bounds", np.float32, 4), ("stroke", np.uint32, 4), ("fill", np.uint32, 4),
], align=True)
Records = npt.NDArray[np.void]
# In the order of the kernel's `struct questions`.
_QUESTIONS = (
    pdfium.get_type, pdfium.get_bounds, pdfium.get_fill_color, pdfium.get_stroke_color, pdfium.get_draw_mode, pdfium.get_text_render_mode,
    pdfium.get_clip_path, pdfium.count_clip_paths, pdfium.count_clip_segments, pdfium.get_clip_segment, pdfium.get_segment_point,
    pdfium.count_marks, pdfium.get_mark, pdfium.get_mark_value_type,
)
_ADDRESSES = np.array([ctypes.cast(question, ctypes.c_void_p).value for question in _QUESTIONS], np.uintp)


def described(handles: Handles) -> Records:
    """What there is to tell of the objects of a page or form: (n,), as `_RECORD`."""
    records = np.zeros(len(handles), _RECORD)
    records["handle"], records["seen_in"] = handles, EVERYWHERE
    if asking.KERNEL:
        asking.KERNEL["describe"](asking.address(_ADDRESSES), asking.address(records), records.itemsize, len(records), TOLD)
    else:
        _describe(records)
    return records


def _describe(records: Records) -> None:
    """What the kernel's `describe` does."""
    handles = records["handle"]
    records["kind"] = kinds = asking.ask(pdfium.get_type, handles)
    _add_clips(records)
    is_text, is_path = kinds == TEXT, kinds == PATH
    _fill_in(pdfium.get_bounds, records, "bounds", kinds != FORM)
    records["mode"][is_text] = asking.ask(pdfium.get_text_render_mode, handles[is_text])
    modes = np.zeros((int(is_path.sum()), 2), np.int32)
    asking.write(pdfium.get_draw_mode, handles[is_path], modes)
    records["mode"][is_path], records["is_stroked"][is_path] = modes.T
    is_stroked = records["is_stroked"] != 0
    records["stroke"][:, 3] = records["fill"][:, 3] = _OPAQUE
    _fill_in(pdfium.get_stroke_color, records, "stroke", is_stroked)
    records["fill"][is_stroked] = records["stroke"][is_stroked]
    _fill_in(pdfium.get_fill_color, records, "fill", is_text | (kinds == FORM) | (is_path & ((records["mode"] != 0) | ~is_stroked)))
    _fill_in(pdfium.get_stroke_color, records, "fill", is_text & (records["mode"] % 4 == _STROKED))
    says = cache(lambda mark: bool(mark) and pdfium.get_mark_value_type(mark, TOLD) > 0)
    texts = handles[is_text].tolist()
    records["says"][is_text] = [sum(says(pdfium.get_mark(text, mark)) for mark in range(pdfium.count_marks(text))) for text in texts]


def _fill_in(function: Any, records: Records, field: str, chosen: npt.NDArray[np.bool_]) -> None:
    """Have a function write what it says of some objects over a field of their records."""
    answers = records[field][chosen]
    if len(answers):
        asking.write(function, records["handle"][chosen], answers)
        records[field][chosen] = answers


def _add_clips(records: Records) -> None:
    """What objects are seen in; each clip is looked at once, told by its number of paths and where the last one begins."""
    clips = asking.ask(pdfium.get_clip_path, records["handle"])
    counts = asking.ask(pdfium.count_clip_paths, clips)    # -1 for none
    clipped = (counts > 0).nonzero()[0]
    if not len(clipped):
        return
    clips, counts = clips[clipped], counts[clipped]
    innermost = asking.ask(pdfium.get_clip_segment, clips, counts - 1, np.zeros_like(counts))
    keys = [(count, path or -place) for place, (count, path) in enumerate(zip(counts.tolist(), innermost.tolist(), strict=True))]
    firsts = {key: place for place, key in reversed(list(enumerate(keys)))}
    chosen = list(firsts.values())
    boxes, are_cut = _clip_boxes(clips[chosen], counts[chosen])
    numbers = dict(zip(firsts, range(len(firsts)), strict=True))
    of_clips = np.array([numbers[key] for key in keys], np.intp)
    records["seen_in"][clipped], records["is_cut"][clipped] = boxes[of_clips], are_cut[of_clips]


def _clip_boxes(clips: Handles, counts: npt.NDArray[np.int32]) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """The boxes that are seen through all paths of clips that have so many each, (n, 4), and whether some path is no rectangle."""
    owners = np.repeat(np.arange(len(clips)), counts)
    numbers = (np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)).astype(np.int32)
    of_paths, segments = asking.parts(
        pdfium.get_clip_segment, clips[owners], asking.ask(pdfium.count_clip_segments, clips[owners], numbers), numbers
    )
    found, are_cut = np.tile(np.array(EVERYWHERE), (len(clips), 1)), np.zeros(len(clips), bool)
    if len(segments):
        places, firsts = points(segments), np.flatnonzero(np.diff(of_paths, prepend=-1))
        of_clips = owners[of_paths[firsts]]
        lower, upper = np.minimum.reduceat(places, firsts), np.maximum.reduceat(places, firsts)
        np.maximum.at(found[:, :2], of_clips, lower)
        np.minimum.at(found[:, 2:], of_clips, upper)
        np.logical_or.at(are_cut, of_clips, ~_are_rectangles(places, firsts, upper - lower))
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


def points(segments: Handles) -> npt.NDArray[np.float64]:
    """Where segments of paths end, (n, 2)."""
    found = np.zeros((len(segments), 2), np.float32)
    asking.write(pdfium.get_segment_point, segments, found)
    return found.astype(np.float64)
