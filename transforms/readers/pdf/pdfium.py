"""PDFium, opened with a font of our own, and its functions that are called for every character and every object of a page.

Text in a Chinese font that a document names but does not carry is lost, without a word, where PDFium finds no such font. So it
never looks at those of the machine: the same document reads the same everywhere.

Through pypdfium2's own prototypes a call takes 2–4 µs, most of it for making Python objects of pointers and floats. Here
handles are plain integers, results are written to addresses inside arrays, and the interpreter's lock is kept (PDFium must
not be called from two threads anyway) and ctypes' checks are left out: 0.3–1 µs. `asking` calls them for many objects at once.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium

from transforms.font import FONT

_HANDLE = ctypes.c_void_p
_ADDRESS = ctypes.c_void_p
_INT = ctypes.c_int


def _open_library(fonts: bytes) -> Any:
    """Open PDFium anew, with one folder of fonts in place of the system's; what is returned must live as long as it is open."""
    text = ctypes.POINTER(ctypes.c_char)
    folders = (text * 2)(ctypes.cast(ctypes.c_char_p(fonts), text))    # the second ends the list
    pdfium.FPDF_DestroyLibrary()    # pypdfium2 has opened it while it was imported
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=folders))
    return folders


_FOLDERS = _open_library(os.fsencode(FONT.parent))


def handle(pointer: Any) -> int:
    """The integer that these functions take for one of pypdfium2's pointers; 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _quick(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(handle(function))


@contextmanager
def text_of(page: Any) -> Iterator[int]:
    """The handle of the text of one of pypdfium2's pages."""
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        yield handle(text_page)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


count_objects = _quick(pdfium.FPDFPage_CountObjects, _INT, _HANDLE)
get_object = _quick(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
get_type = _quick(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)
get_bounds = _quick(pdfium.FPDFPageObj_GetBounds, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_matrix = _quick(pdfium.FPDFPageObj_GetMatrix, _INT, _HANDLE, _ADDRESS)
get_fill_color = _quick(pdfium.FPDFPageObj_GetFillColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_stroke_color = _quick(pdfium.FPDFPageObj_GetStrokeColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_stroke_width = _quick(pdfium.FPDFPageObj_GetStrokeWidth, _INT, _HANDLE, _ADDRESS)
get_draw_mode = _quick(pdfium.FPDFPath_GetDrawMode, _INT, _HANDLE, _ADDRESS, _ADDRESS)

has_transparency = _quick(pdfium.FPDFPageObj_HasTransparency, _INT, _HANDLE)
remove_from_page = _quick(pdfium.FPDFPage_RemoveObject, _INT, _HANDLE, _HANDLE)
remove_from_form = _quick(pdfium.FPDFFormObj_RemoveObject, _INT, _HANDLE, _HANDLE)
destroy = _quick(pdfium.FPDFPageObj_Destroy, None, _HANDLE)
set_active = _quick(pdfium.FPDFPageObj_SetIsActive, _INT, _HANDLE, _INT)
count_marks = _quick(pdfium.FPDFPageObj_CountMarks, _INT, _HANDLE)
get_mark = _quick(pdfium.FPDFPageObj_GetMark, _HANDLE, _HANDLE, ctypes.c_ulong)
get_mark_value_type = _quick(pdfium.FPDFPageObjMark_GetParamValueType, _INT, _HANDLE, ctypes.c_char_p)
get_mark_bytes = _quick(
    pdfium.FPDFPageObjMark_GetParamBlobValue, _INT, _HANDLE, ctypes.c_char_p, _ADDRESS, ctypes.c_ulong, _ADDRESS
)
remove_mark = _quick(pdfium.FPDFPageObj_RemoveMark, _INT, _HANDLE, _HANDLE)
add_mark = _quick(pdfium.FPDFPageObj_AddExistingMark, _INT, _HANDLE, _HANDLE)
new_object = _quick(pdfium.FPDFPageObj_CreateNewPath, _HANDLE, ctypes.c_float, ctypes.c_float)
get_mark_name = _quick(pdfium.FPDFPageObjMark_GetName, _INT, _HANDLE, _ADDRESS, ctypes.c_ulong, _ADDRESS)

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
has_no_unicode = _quick(pdfium.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
get_loose_box = _quick(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _ADDRESS)
get_tight_box = _quick(pdfium.FPDFText_GetCharBox, _INT, _HANDLE, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_text_object = _quick(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
get_text_render_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)
get_font_size = _quick(pdfium.FPDFTextObj_GetFontSize, _INT, _HANDLE, _ADDRESS)
get_angle = _quick(pdfium.FPDFText_GetCharAngle, ctypes.c_float, _HANDLE, _INT)
