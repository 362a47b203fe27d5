"""The objects of a PDF by their bytes, for what PDFium does not tell, or must not be asked where documents are not read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

_STREAMS = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)    # a stream of objects (ISO 32000-1, 7.5.7)
_MOST, _MOST_OF_ALL = 4_000_000, 100_000_000    # bytes that one stream is unpacked to, and all of them together
ENCRYPTED = b"/Encrypt"    # what a trailer has then (7.6.1); streams are not to be read without its key


def parts(data: bytes) -> Iterator[bytes]:
    """The bytes in which a document's objects stand: the file itself, and each of its unpacked streams of objects.

    Args:
        data: the whole file.
    """
    yield data
    left = _MOST_OF_ALL
    for found in _STREAMS.finditer(data):
        part = _unpacked(data, found.end())
        left -= len(part)
        if left < 0:
            return
        yield part


def _unpacked(data: bytes, begin: int) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(memoryview(data)[begin:], _MOST)
    return data[begin : begin + _MOST]
