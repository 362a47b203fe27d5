"""Files that a PDF carries: attachments, and the documents of a portfolio, which has nothing but a cover of its own.

They are found by their bytes: who looks for them has many files to look at, and must not be stopped by a hostile one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from transforms.grid import UnreadableDocument
from transforms.readers.pdf import objects

_PORTFOLIO = re.compile(rb"/Collection\b")    # of the catalogue (7.11.6)
_OBJECT, _STREAM = re.compile(rb"\b(\d{1,10})\s+\d+\s+obj\b"), re.compile(rb"stream\r?\n")
_REFERENCE = re.compile(rb"/EF\s*<<[^<>]*?/U?F\s+(\d{1,10})\s+\d+\s+R[^<>]*>>")
_NAME = re.compile(rb"/(UF|F)\s*(?:\(((?:[^()\\]|\\.|\([^()]*\))*)\)|<([0-9A-Fa-f\s]*)>)", re.DOTALL)
_MARKS = b"/EmbeddedFile", b"/Params"    # in the dictionary of a file's stream
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})(?:\s+(\d+)\s+R)?")
_FILTERS = re.compile(rb"/Filter\s*(?:\[([^\]]*)\]|/(\w+))")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b""}    # 7.3.4.2
_AROUND = 2_000    # bytes in which the rest of a dictionary stands, before and behind its entry
_MOST_FILES = 2_000    # as in an archive


class Attachment(NamedTuple):
    """A file that a PDF carries: its name, and its bytes or why there are none."""

    name: str
    data: bytes = b""
    error: UnreadableDocument | None = None


def is_portfolio(data: bytes) -> bool:
    """Whether a PDF is the cover of the documents that it carries.

    Args:
        data: the whole file.
    """
    return any(_PORTFOLIO.search(part) for part in objects.parts(data))


def attachments(data: bytes, most: int) -> Iterator[Attachment]:
    """The files that a PDF carries.

    Args:
        data: the whole file.
        most: bytes that one of them may have.

    Yields:
        One per file, in order, with an `error` (`encrypted-document`, `too-large`, `damaged-file`) where it cannot be had.
    """
    names = dict(islice((found for part in objects.parts(data) for found in _names(part)), _MOST_FILES))
    for stream in _streams(data, names) if names else ():
        name = names[stream.number]
        try:
            yield Attachment(name, _unpacked(data, stream, most))
        except UnreadableDocument as error:
            yield Attachment(name, error=error)


class _Stream(NamedTuple):
    """The stream of a file: the number of its object, its dictionary, and where its bytes begin."""

    number: int
    header: bytes
    begin: int


def _streams(data: bytes, numbers: Collection[int]) -> list[_Stream]:
    """The streams of some objects, in their order; the last one of a number counts, those before it were replaced.

    Objects of documents that are carried unpacked have numbers, too, but not what tells of a file.
    """
    found: dict[int, tuple[bool, _Stream]] = {}
    for opened in _OBJECT.finditer(data):
        number = int(opened[1])
        begin = _STREAM.search(data, opened.end(), opened.end() + _AROUND) if number in numbers else None
        header = data[opened.end() : begin.start()] if begin else b""
        tells = any(mark in header for mark in _MARKS)
        if begin and (number not in found or tells >= found[number][0]):
            found[number] = tells, _Stream(number, header, begin.end())
    return [found[number][1] for number in numbers if number in found]


def _names(part: bytes) -> Iterator[tuple[int, str]]:
    """The numbers of the streams of files (ISO 32000-1, 7.11.4), with the names under which they are carried."""
    for reference in _REFERENCE.finditer(part):
        begin, end = _dictionary(part, reference)
        around = part[begin : reference.start()] + part[reference.end() : end]
        found = {match[1]: match for match in _NAME.finditer(around)}
        match = found.get(b"UF") or found.get(b"F")
        name = b"" if match is None else _unescaped(match[2]) if match[3] is None else bytes.fromhex(match[3].decode())
        yield int(reference[1]), _text(name)


def _dictionary(part: bytes, reference: re.Match[bytes]) -> tuple[int, int]:
    """Where the dictionary begins and ends that a reference to a file stands in."""
    first = max(reference.start() - _AROUND, 0)
    begin, depth = first, 0
    for mark in reversed(list(re.finditer(rb"<<|>>", part[first : reference.start()]))):
        depth += 1 if mark[0] == b">>" else -1
        if depth < 0:
            begin = first + mark.start()
            break
    end, depth = reference.end() + _AROUND, 0
    for mark in re.finditer(rb"<<|>>", part[reference.end() : reference.end() + _AROUND]):
        depth += 1 if mark[0] == b"<<" else -1
        if depth < 0:
            end = reference.end() + mark.start()
            break
    return begin, end


def _unescaped(text: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        return bytes([int(match[1], 8) % 256]) if match[1].isdigit() else _ESCAPED.get(match[1], match[1])

    return _ESCAPE.sub(plain, text)


def _text(name: bytes) -> str:
    """A file's name without folders: UTF-16 with its mark (7.9.2.2), else what programs in China write."""
    if name.startswith((b"\xfe\xff", b"\xff\xfe")):
        text = name.decode("utf-16", "replace")
    else:
        try:
            text = name.decode("utf-8")
        except UnicodeDecodeError:
            text = name.decode("gb18030", "replace")
    return text.replace("\\", "/").rsplit("/", 1)[-1] or "附件"


def _unpacked(data: bytes, stream: _Stream, most: int) -> bytes:
    if objects.ENCRYPTED in data:
        raise UnreadableDocument("encrypted-document", "The PDF that carries the file is encrypted; publish the file by itself.")
    filters = _FILTERS.search(stream.header)
    if filters and re.findall(rb"\w+", filters[1] or filters[2]) != [b"FlateDecode"]:
        raise _damaged("is packed in a way that cannot be read")
    if not filters:
        length = _length(data, stream)
        found = data[stream.begin : stream.begin + length]
        is_whole = 0 < length == len(found)
    else:
        inflating = zlib.decompressobj()
        try:
            found = inflating.decompress(memoryview(data)[stream.begin :], most + 1)
        except zlib.error as error:
            raise _damaged(f"cannot be unpacked ({error})") from error
        is_whole = bool(found) and inflating.eof
    if len(found) > most:
        raise UnreadableDocument("too-large", f"The file that the PDF carries has more than {most:,} bytes.")
    if not is_whole:
        raise _damaged("is empty or breaks off")
    return found


def _length(data: bytes, stream: _Stream) -> int:
    """How many bytes a stream has: as its dictionary says, or the object that it names."""
    stated = _LENGTH.search(stream.header)
    if stated and stated[2]:
        stated = re.search(rb"\b%b\s+%b\s+obj\s+(\d+)" % (stated[1], stated[2]), data)
    if not stated:
        raise _damaged("does not say how long it is")
    return int(stated[1])


def _damaged(reason: str) -> UnreadableDocument:
    return UnreadableDocument("damaged-file", f"The file that the PDF carries {reason}; fetch it again, or publish it by itself.")
