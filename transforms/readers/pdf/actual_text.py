"""What contents are marked to say (`/ActualText`: ISO 32000-1, 14.9.4) against what their glyphs show, which is what a person sees.

PDFium gives the former. Nobody who looks at the page sees it: a number that was changed on the page may still stand there as it was.
So it counts only for what it is meant for: glyphs for which their font gives no character, and a glyph that stands for several
(browsers print 户 and 戶 with one, for which the font can name only either).
"""

from __future__ import annotations

import codecs
import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.amounts import units
from transforms.names import NUMERALS, fold_width
from transforms.readers.pdf import pdfium
from transforms.readers.pdf.characters import UNMAPPED, owned
from transforms.readers.pdf.describing import TOLD
from transforms.readers.pdf.drawing import Texts
from transforms.readers.plain import plain_text

_HYPHENS = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-")
_ENCODINGS = {codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF8: "utf-8"}    # 7.9.2.2

_Mark = tuple[int, int]    # the place of a text and the handle of a mark that it has


def leave_to_glyphs(page: Any, texts: Texts) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Have glyphs speak for themselves where they can, whatever they are marked to say.

    Args:
        page: one of pypdfium2's raw pages; marks are taken off its texts.
        texts: its text objects.

    Returns:
        n texts that say other numbers than their glyphs show, and (n, 4) their corners in PDF's coordinates.
    """
    marked = _marked(texts)
    told: list[str] = []
    boxes = np.zeros((0, 4))
    if not marked:
        return told, boxes
    with _kept(mark for _, mark in marked):
        taken = [pair for pair in marked if pdfium.remove_mark(int(texts.handles[pair[0]]), pair[1])]    # texts may share their marks
        shown = _shown(page, texts, sorted({place for place, _ in marked}))
        for mark, pairs in groupby(sorted(marked, key=lambda pair: pair[1]), key=lambda pair: pair[1]):
            places = [place for place, _ in pairs]
            seen, said = "".join(shown.get(place, "") for place in places), _said(mark)
            is_same = seen == said or _numbers(seen) == _numbers(said)
            if UNMAPPED.search(seen) or (is_same and len(seen) == 1):
                for place in (place for place, other in taken if other == mark):
                    pdfium.add_mark(int(texts.handles[place]), mark)
            elif seen and not is_same:    # what is printed twice is one text for PDFium
                told.append(said)
                around = *texts.boxes[places, :2].min(axis=0), *texts.boxes[places, 2:].max(axis=0)
                boxes = np.concatenate([boxes, [around]])
    return told, boxes


def _marked(texts: Texts) -> list[_Mark]:
    told = texts.are_told.nonzero()[0]
    if not len(told):
        return []
    places, marks = texts.contents(told)
    distinct, of_pairs = np.unique(marks, return_inverse=True)
    says = np.array([mark and pdfium.get_mark_value_type(mark, TOLD) > 0 for mark in distinct.tolist()], bool)[of_pairs]
    return list(zip(places[says].tolist(), marks[says].tolist(), strict=True))


@contextmanager
def _kept(marks: Iterable[int]) -> Iterator[None]:
    """Marks live as long as something has them: an object that stands on no page."""
    keeper = pdfium.new_object(0, 0)
    try:
        for mark in dict.fromkeys(marks):
            pdfium.add_mark(keeper, mark)
        yield
    finally:
        pdfium.destroy(keeper)


def _shown(page: Any, texts: Texts, places: list[int]) -> dict[int, str]:
    """What the glyphs of some texts say, by place."""
    shown = dict.fromkeys(places, "")
    with pdfium.text_of(page) as text:
        characters, _, owners = owned(text, texts, places)
    for character, place in zip(characters, owners.tolist(), strict=True):
        shown[place] += character
    return shown


def _said(mark: int) -> str:
    length = ctypes.c_ulong()
    pdfium.get_mark_bytes(mark, TOLD, None, 0, ctypes.addressof(length))
    text = (ctypes.c_char * length.value)()
    pdfium.get_mark_bytes(mark, TOLD, ctypes.addressof(text), length.value, ctypes.addressof(length))
    encoding = next((name for begin, name in _ENCODINGS.items() if text.raw.startswith(begin)), "latin-1")    # as its own one, save signs
    return text.raw.decode(encoding, "replace").lstrip("\ufeff")


def _numbers(text: str) -> str:
    """What of a text makes a number: its digits, in characters or in words, and the unit of money."""
    return "".join(character for character in fold_width(plain_text(text)).translate(_HYPHENS) if character in _of_numbers())


@cache
def _of_numbers() -> frozenset[str]:
    return frozenset(chain("0123456789.-%", NUMERALS, *units()))
