"""Drawings of Windows (EMF, WMF) in Office documents: whether one holds so many texts that it may be the picture of a table.

They are not read; what may be a table among them is told.
"""

from __future__ import annotations

import struct

_EMF, _EMF_AT = b" EMF", 40                      # signature of its header ([MS-EMF] 2.3.4.2)
_EMF_TEXTS = {83, 84, 96, 97, 108}               # EMR_EXTTEXTOUTA, -W, EMR_POLYTEXTOUTA, -W, EMR_SMALLTEXTOUT (2.1.1)
_EMF_COMMENT, _EMF_PLUS = 70, b"EMF+"            # a record that holds those of EMF+ ([MS-EMFPLUS] 2.3)
_EMF_PLUS_TEXTS = {0x401C, 0x4036}               # EmfPlusDrawString, EmfPlusDrawDriverString
_PLACEABLE = b"\xd7\xcd\xc6\x9a"                # of a WMF with a size ([MS-WMF] 2.3.2.3); 22 bytes in front of its header
_PLACEABLE_SIZE, _HEADER_SIZE = 22, 18
_STANDARD = (b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")    # of a WMF without: in memory or on disk, header of nine words (2.3.2.2)
_WMF_TEXTS = {0x0521, 0x0A32}                    # META_TEXTOUT, META_EXTTEXTOUT (2.1.1.1)


def text_count(data: bytes) -> int | None:
    """How many texts a drawing writes; None where it is no EMF or WMF.

    Args:
        data: the picture's file; what is damaged ends the count.
    """
    if data[_EMF_AT : _EMF_AT + 4] == _EMF:
        return _emf_texts(data)
    begin = _PLACEABLE_SIZE if data.startswith(_PLACEABLE) else 0
    return _wmf_texts(data, begin + _HEADER_SIZE) if data[begin:].startswith(_STANDARD) else None


def _emf_texts(data: bytes) -> int:
    count, plus, place = 0, 0, 0
    while place + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, place)
        if size < 8:
            break
        count += kind in _EMF_TEXTS
        if kind == _EMF_COMMENT and data[place + 12 : place + 16] == _EMF_PLUS:
            plus += _emf_plus_texts(data[place + 16 : place + size])
        place += size
    return max(count, plus)    # many drawings hold both, the one for programs that do not know the other


def _emf_plus_texts(data: bytes) -> int:
    count = place = 0
    while place + 8 <= len(data):
        kind, _, size = struct.unpack_from("<HHI", data, place)
        if size < 8:
            break
        count += kind in _EMF_PLUS_TEXTS
        place += size
    return count


def _wmf_texts(data: bytes, place: int) -> int:
    count = 0
    while place + 6 <= len(data):
        words, kind = struct.unpack_from("<IH", data, place)
        if words < 3:
            break
        count += kind in _WMF_TEXTS
        place += 2 * words
    return count
