"""The functions of PDFium that are called for every character and every object of a page, without ctypes' checks.

Through pypdfium2's own prototypes a call takes 2–4 µs, most of it for making Python objects of pointers and floats. Here
handles are plain integers, results are written to addresses inside arrays, and the interpreter's lock is kept (PDFium must
not be called from two threads anyway): 0.3–1 µs.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

_HANDLE = ctypes.c_void_p
_ADDRESS = ctypes.c_void_p
_INT = ctypes.c_int


def handle(pointer: Any) -> int:
    """The integer that these functions take for one of pypdfium2's pointers; 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def ask_all(function: Any, handles: Sequence[int], answers: npt.NDArray[np.generic]) -> None:
    """Ask the same of many objects, a third faster than in a loop.

    Args:
        function: one that takes a handle and the addresses of its results.
        handles: n objects.
        answers: (n, results), contiguous, of the results' type; what it holds stays where an object has no answer.
    """
    size, step = answers.itemsize, answers.itemsize * answers.shape[1]
    firsts = range(answers.ctypes.data, answers.ctypes.data + step, size)
    deque(map(function, handles, *(range(first, first + step * len(handles), step) for first in firsts)), maxlen=0)


def _quick(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(handle(function))


count_objects = _quick(pdfium.FPDFPage_CountObjects, _INT, _HANDLE)
get_object = _quick(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
get_type = _quick(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)
get_bounds = _quick(pdfium.FPDFPageObj_GetBounds, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_matrix = _quick(pdfium.FPDFPageObj_GetMatrix, _INT, _HANDLE, _ADDRESS)
get_fill_color = _quick(pdfium.FPDFPageObj_GetFillColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_stroke_color = _quick(pdfium.FPDFPageObj_GetStrokeColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_draw_mode = _quick(pdfium.FPDFPath_GetDrawMode, _INT, _HANDLE, _ADDRESS, _ADDRESS)

get_clip_path = _quick(pdfium.FPDFPageObj_GetClipPath, _HANDLE, _HANDLE)
count_clip_paths = _quick(pdfium.FPDFClipPath_CountPaths, _INT, _HANDLE)
count_clip_segments = _quick(pdfium.FPDFClipPath_CountPathSegments, _INT, _HANDLE, _INT)
get_clip_segment = _quick(pdfium.FPDFClipPath_GetPathSegment, _HANDLE, _HANDLE, _INT, _INT)

count_form_objects = _quick(pdfium.FPDFFormObj_CountObjects, _INT, _HANDLE)
get_form_object = _quick(pdfium.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)

count_path_segments = _quick(pdfium.FPDFPath_CountSegments, _INT, _HANDLE)
get_path_segment = _quick(pdfium.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
get_segment_point = _quick(pdfium.FPDFPathSegment_GetPoint, _INT, _HANDLE, _ADDRESS, _ADDRESS)
get_segment_type = _quick(pdfium.FPDFPathSegment_GetType, _INT, _HANDLE)
get_segment_close = _quick(pdfium.FPDFPathSegment_GetClose, _INT, _HANDLE)

count_characters = _quick(pdfium.FPDFText_CountChars, _INT, _HANDLE)
get_text = _quick(pdfium.FPDFText_GetText, _INT, _HANDLE, _INT, _INT, _ADDRESS)
get_unicode = _quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
get_loose_box = _quick(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _ADDRESS)
get_tight_box = _quick(pdfium.FPDFText_GetCharBox, _INT, _HANDLE, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_text_object = _quick(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
get_text_render_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)
get_angle = _quick(pdfium.FPDFText_GetCharAngle, ctypes.c_float, _HANDLE, _INT)
