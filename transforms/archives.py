"""Archives of documents: each member of a ZIP file is a document of its own, archives in it are archives as well.

So is each document that a PDF carries. One that is no portfolio is a document besides.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count

from transforms import formats
from transforms.grid import UnreadableDocument
from transforms.readers.pdf.attachments import Attachment, attachments, is_portfolio

# The limits of one published file with all archives in it.
MAX_DEPTH = 3                     # a department's archive in its district's; deeper has not been seen
MAX_MEMBERS = 2_000               # a district has 100 departments with a dozen attachments each
MAX_UNPACKED = 2_000_000_000      # bytes; ten times the largest file that is fetched (YUSUAN_HTTP_MAX_MB)
MAX_MEMBER = 200_000_000          # bytes: the largest file that is fetched
MAX_RATIO = 200                   # unpacked to packed bytes of a member; text packs 20-fold, a bomb 1,000-fold
_TOO_MANY = f"The file holds more than {MAX_MEMBERS:,} documents, or too many bytes of them; publish it in parts."
_CARRIED = {"pdf", "ofd", "docx", "xlsx", "doc", "xls", "rtf", "csv", "html", "mhtml", "xml-spreadsheet", "zip"}
_LEAST_BOMB = 10_000_000          # bytes; smaller members do no harm however well they pack

_UTF_8_NAME, _ENCRYPTED = 0x800, 0x1    # flags of a member (APPNOTE 4.4.4)
_UNICODE_PATH, _EXTRA = 0x7075, struct.Struct("<HH")    # an extra field begins with its kind and size (APPNOTE 4.5.1)
# What programs put into archives for themselves: folders of macOS and Windows, locks of open documents.
_NO_DOCUMENT = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$[^/]*$)|/$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """A document in an archive: its path with those of the archives around it, and its bytes, or why there are none."""

    path: str
    data: bytes = b""
    error: UnreadableDocument | None = None


@dataclass(slots=True)
class _Spent:
    """What the archives of one file have taken of its limits."""

    members: int = 0
    unpacked: int = 0


def is_archive(data: bytes) -> bool:
    """Whether a file is nothing but an archive of documents: no document that is packed itself, or that carries others."""
    form = _form(data)
    return form == "zip" or (form == "pdf" and is_portfolio(data) and any(map(_is_document, attachments(data, MAX_MEMBER))))


def documents(data: bytes) -> Iterator[Member]:
    """All documents of a file: itself, with a blank path, unless it is nothing but an archive, and its `members`."""
    if not is_archive(data):
        yield Member("", data)
    yield from members(data)


def _form(data: bytes) -> str | None:
    try:
        return formats.detect(data)
    except UnreadableDocument:
        return None


def _is_document(attachment: Attachment) -> bool:
    """Whether a PDF carries a file for people, not one for programs: its own source in OpenDocument, data in XML, settings, fonts."""
    return attachment.error is not None or (not attachment.data.startswith(b"mimetype", 30) and _form(attachment.data) in _CARRIED)


def members(data: bytes) -> Iterator[Member]:
    """The documents in an archive or that a PDF carries, and in the archives among them, one after the other.

    Args:
        data: the whole file.

    Yields:
        Members in the archive's order, each with a path of its own: the second of two with the same path is told from the first
        as `a.xlsx (2)`. One that cannot be unpacked (a password, damage, a limit) has an `error`. None where the file holds no documents.
    """
    paths: set[str] = set()
    for member in _held(data, "", 1, _Spent()):
        path = _free(member.path, paths)
        paths.add(path)
        yield replace(member, path=path)


def _held(data: bytes, folder: str, depth: int, spent: _Spent) -> Iterator[Member]:
    """The documents in a file, which is in so many others."""
    form = _form(data)
    if form not in ("zip", "pdf"):
        return
    if depth > MAX_DEPTH:
        message = f"Archives are in each other more than {MAX_DEPTH} deep; publish the documents."
        if form == "zip" or is_archive(data):
            yield Member(folder.rstrip("/"), error=UnreadableDocument("too-large", message))
    elif form == "zip":
        yield from _members(data, folder, depth, spent)
    else:
        yield from _carried(data, folder, depth, spent)


def _carried(data: bytes, folder: str, depth: int, spent: _Spent) -> Iterator[Member]:
    for attachment in filter(_is_document, attachments(data, MAX_MEMBER)):
        spent.members += 1
        spent.unpacked += len(attachment.data)
        if spent.members > MAX_MEMBERS or spent.unpacked > MAX_UNPACKED:
            yield Member(folder + attachment.name, error=UnreadableDocument("too-large", _TOO_MANY))
            return
        if attachment.error or not is_archive(attachment.data):
            yield Member(folder + attachment.name, attachment.data, attachment.error)
        yield from _held(attachment.data, f"{folder}{attachment.name}/", depth + 1, spent)


def _free(path: str, taken: Collection[str]) -> str:
    """The path, or its first numbered form that is not taken: a ZIP file may list the same name twice (APPNOTE forbids it nowhere)."""
    return next(name for name in chain([path], (f"{path} ({number})" for number in count(2))) if name not in taken)


def _members(data: bytes, folder: str, depth: int, spent: _Spent) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        yield Member(folder.rstrip("/"), error=UnreadableDocument("damaged-file", f"The archive is damaged ({error}); fetch it again."))
        return
    entries = [entry for entry in archive.infolist() if not _NO_DOCUMENT.search(_name(entry))]
    if not entries:
        yield Member(folder.rstrip("/"), error=UnreadableDocument("empty-file", "The archive holds no documents."))
    for entry in entries:
        path = folder + _name(entry)
        try:
            content = _unpack(archive, entry, spent)
        except UnreadableDocument as error:
            yield Member(path, error=error)
            if spent.members > MAX_MEMBERS:
                return
            continue
        if not is_archive(content):
            yield Member(path, content)
        yield from _held(content, f"{path}/", depth + 1, spent)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: _Spent) -> bytes:
    spent.members += 1
    spent.unpacked += entry.file_size
    _check_limits(entry, spent)
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableDocument("encrypted-document", "The member of the archive needs a password; ask for it without one.")
    try:
        return archive.read(entry)
    except Exception as error:    # each way of packing has errors of its own (`lzma.LZMAError`)
        raise UnreadableDocument("damaged-file", f"The member of the archive cannot be unpacked ({error}); fetch it again.") from error


def _check_limits(entry: zipfile.ZipInfo, spent: _Spent) -> None:
    if spent.members > MAX_MEMBERS:
        raise UnreadableDocument("too-large", _TOO_MANY)
    if entry.file_size > MAX_MEMBER or spent.unpacked > MAX_UNPACKED:
        raise UnreadableDocument("too-large", f"The archive unpacks to more than {MAX_UNPACKED:,} bytes, or a member to {MAX_MEMBER:,}.")
    if entry.file_size > _LEAST_BOMB and entry.file_size > MAX_RATIO * entry.compress_size:
        raise UnreadableDocument("too-large", f"The member unpacks to {entry.file_size:,} bytes out of {entry.compress_size:,}.")


def _name(entry: zipfile.ZipInfo) -> str:
    """A member's name; one not marked as UTF-8 is in the code page of the machine that packed it, in China GB18030's."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8_NAME:
        try:
            packed = name.encode("cp437")    # what zipfile has decoded it from
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        name = _unicode_path(entry.extra, packed) or _decoded(packed) or name
    return name.replace("\\", "/")


def _unicode_path(extra: bytes, packed: bytes) -> str | None:
    """The name in Unicode that some programs write beside the packed one; void where the name was changed since (APPNOTE 4.6.9)."""
    place = 0
    while place + _EXTRA.size <= len(extra):
        kind, size = _EXTRA.unpack_from(extra, place)
        content = extra[place + _EXTRA.size : place + _EXTRA.size + size]
        place += _EXTRA.size + size
        if kind == _UNICODE_PATH and content[:5] == b"\1" + zlib.crc32(packed).to_bytes(4, "little"):
            return _utf_8(content[5:])
    return None


def _utf_8(packed: bytes) -> str | None:
    try:
        return packed.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(packed: bytes) -> str | None:
    try:
        return _utf_8(packed) or packed.decode("gb18030")
    except UnicodeDecodeError:
        return None
