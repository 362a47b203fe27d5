"""The same question to many of PDFium's objects: by the compiled kernel where set-up could make one, else one after the other.

Handles are arrays of integers as wide as an address, 0 for none; parts of objects are counted from 0, as int32.
"""

from __future__ import annotations

import ctypes
from collections import deque
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import kernel, pdfium

Handles = npt.NDArray[np.uintp]
Parts = npt.NDArray[np.int32]

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_BY_PROTOTYPE = {    # which loop of the kernel asks a function with this result and these arguments
    (_INT, (_HANDLE,)): "numbers",
    (_INT, (_HANDLE, _INT)): "numbers_of_parts",
    (ctypes.c_float, (_HANDLE, _INT)): "angles_of_parts",
    (_HANDLE, (_HANDLE,)): "handles",
    (_HANDLE, (_HANDLE, _INT)): "handles_of_parts",
    (_HANDLE, (_HANDLE, ctypes.c_ulong)): "handles_of_places",
    (_HANDLE, (_HANDLE, _INT, _INT)): "handles_within_parts",
}
_BY_ADDRESSES = {1: "write_one", 2: "write_two", 4: "write_four"}
_TYPES = {_INT: np.int32, ctypes.c_float: np.float32, _HANDLE: np.uintp}

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5    # FPDF_PAGEOBJ_…
_OPAQUE = 255
_STROKED = 1    # text rendering modes that draw outlines only: 1, and 5 with clipping (ISO 32000-1, 9.3.6)
TOLD = b"ActualText"    # the key of a mark by which contents say what their glyphs may not (14.9.4)

# What is told of an object, as `struct record` of the kernel. `clips` counts the paths of its clip, and `innermost` is where the last one
# begins; `mode` is how a text is drawn or a path is filled; `says` counts a text's marks with the key `TOLD`. Colours are red, green, blue,
# opacity, to 255; the stroke's stands for that of a fill which has none, as that of outlines does for a text's, else black.
_RECORD = np.dtype([
    ("handle", np.uintp), ("clip", np.uintp), ("innermost", np.uintp), ("kind", np.int32), ("clips", np.int32), ("mode", np.int32),
    ("is_stroked", np.int32), ("says", np.int32), ("bounds", np.float32, 4), ("stroke", np.uint32, 4), ("fill", np.uint32, 4),
], align=True)
Records = npt.NDArray[np.void]
# In the order of the kernel's `struct questions`.
_QUESTIONS = (
    pdfium.get_type, pdfium.get_bounds, pdfium.get_fill_color, pdfium.get_stroke_color, pdfium.get_draw_mode, pdfium.get_text_render_mode,
    pdfium.get_clip_path, pdfium.count_clip_paths, pdfium.get_clip_segment, pdfium.count_marks, pdfium.get_mark, pdfium.get_mark_value_type,
)
_ADDRESSES = np.array([ctypes.cast(question, ctypes.c_void_p).value for question in _QUESTIONS], np.uintp)

KERNEL = kernel.loaded(kernel.place())


def ask(function: Any, objects: Handles, *parts: Parts) -> npt.NDArray[Any]:
    """What a function says of objects, or of parts of them.

    Args:
        function: takes a handle and as many numbers as there are `parts`; the result is a number or a handle.
        objects: (n,).
        parts: each (n,).

    Returns:
        (n,) int32, float32 or handles.
    """
    answers = np.empty(len(objects), _TYPES[function.restype])
    if KERNEL:
        loop = KERNEL[_BY_PROTOTYPE[function.restype, function.argtypes]]
        asked = [np.ascontiguousarray(each) for each in (objects, *parts)]    # a field of records is not
        loop(function, *map(_address, asked), len(objects), _address(answers))
    else:
        in_turn = map(function, objects.tolist(), *(part.tolist() for part in parts))
        answers[:] = [answer or 0 for answer in in_turn]    # ctypes gives None for the handle 0
    return answers


def described(handles: Handles) -> Records:
    """What there is to tell of the objects of a page or form: (n,), as `_RECORD`."""
    records = np.zeros(len(handles), _RECORD)
    records["handle"] = handles
    if KERNEL:
        KERNEL["describe"](_address(_ADDRESSES), _address(records), len(records), TOLD)
    else:
        _describe(records)
    return records


def _describe(records: Records) -> None:
    """What the kernel's `describe` does."""
    handles = records["handle"]
    records["kind"] = kinds = ask(pdfium.get_type, handles)
    records["clip"] = clips = ask(pdfium.get_clip_path, handles)
    records["clips"] = counts = ask(pdfium.count_clip_paths, clips)
    clipped = counts > 0
    last = counts[clipped] - 1
    records["innermost"][clipped] = ask(pdfium.get_clip_segment, clips[clipped], last, np.zeros_like(last))
    is_text, is_path = kinds == TEXT, kinds == PATH
    _fill_in(pdfium.get_bounds, records, "bounds", kinds != FORM)
    records["mode"][is_text] = ask(pdfium.get_text_render_mode, handles[is_text])
    modes = np.zeros((int(is_path.sum()), 2), np.int32)
    write(pdfium.get_draw_mode, handles[is_path], modes)
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
        write(function, records["handle"][chosen], answers)
        records[field][chosen] = answers


def parts_of(function: Any, owner: int, count: int) -> Handles:
    """The handles of all parts of one object, which a function gives by number."""
    return ask(function, np.full(count, owner, np.uintp), np.arange(count, dtype=np.int32))


def write(function: Any, objects: Handles, answers: npt.NDArray[Any], at_once: int = 1) -> None:
    """Have a function write what it says of objects.

    Args:
        function: takes a handle and the addresses of its results.
        objects: (n,).
        answers: (n, results), contiguous, of the results' type; what it holds stays where an object has no answer.
        at_once: how many results are written to each address.
    """
    size, step = answers.itemsize, answers.itemsize * answers.shape[1]
    if KERNEL:
        loop, objects = KERNEL[_BY_ADDRESSES[answers.shape[1] // at_once]], np.ascontiguousarray(objects)
        loop(function, _address(objects), len(objects), _address(answers), step, size * at_once)
    else:
        begin = _address(answers)
        firsts = range(begin, begin + step, size * at_once)
        deque(map(function, objects.tolist(), *(range(first, first + step * len(objects), step) for first in firsts)), maxlen=0)


def write_parts(function: Any, owner: int, parts: Parts, answers: npt.NDArray[Any]) -> None:
    """Have a function, which takes a handle, a number and one address, write what it says of parts of one object; (n, results)."""
    step = answers.itemsize * answers.shape[1]
    if KERNEL:
        KERNEL["write_parts"](function, owner, _address(parts), len(parts), _address(answers), step)
    else:
        begin = _address(answers)
        deque(map(function, repeat(owner), parts.tolist(), range(begin, begin + step * len(parts), step)), maxlen=0)


def _address(array: npt.NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]    # half the time of `ctypes.data`
    return address
