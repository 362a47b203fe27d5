"""Archives: each member is a document of its own; what cannot be unpacked is told and does no harm."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest

from transforms.archives import MAX_DEPTH, MAX_MEMBERS, Member, is_archive, members
from transforms.formats import MAX_ZIP_ENTRIES
from transforms.parse import parse_document


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as packed:
        for name, content in entries:
            packed.writestr(name, content)
    return data.getvalue()


def read(data: bytes) -> list[tuple[str, bytes | str]]:
    """The members' paths with their bytes, or the code of what is wrong."""
    return [(member.path, member.error.code if member.error else member.data) for member in members(data)]


def test_members_come_in_the_order_of_the_archive() -> None:
    assert read(archive(("附件1.txt", b"one"), ("二级/附件2.txt", b"two"))) == [("附件1.txt", b"one"), ("二级/附件2.txt", b"two")]


def test_names_that_chinese_windows_packed_are_in_gb18030() -> None:
    packed = archive(("0123.txt", b"one"))
    name = "附件1"[:2].encode("gb18030")    # as long as 0123
    assert read(packed.replace(b"0123", name)) == [("附件.txt", b"one")]


@pytest.mark.parametrize(("crc", "name"), [(zlib.crc32(b"0123.txt"), "附件.txt"), (1, "0123.txt")])
def test_a_name_in_unicode_goes_before_the_packed_one_unless_that_was_changed(crc: int, name: str) -> None:
    entry = zipfile.ZipInfo("0123.txt")
    path = b"\1" + crc.to_bytes(4, "little") + "附件.txt".encode()
    entry.extra = struct.pack("<HHB", 0xCAFE, 1, 0) + struct.pack("<HH", 0x7075, len(path)) + path
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr(entry, b"one")
    assert read(packed.getvalue()) == [(name, b"one")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_told_apart_by_their_order() -> None:
    twice = archive(("x.txt", b"one"), ("x.txt", b"two"), ("x.txt (2)", b"its own"), ("x.txt", b"three"))
    assert read(twice) == [("x.txt", b"one"), ("x.txt (2)", b"two"), ("x.txt (2) (2)", b"its own"), ("x.txt (3)", b"three")]
    assert read(archive(("a.zip", archive(("x.txt", b"one"))), ("a.zip/x.txt", b"two"))) == [("a.zip/x.txt", b"one"), ("a.zip/x.txt (2)", b"two")]


def test_what_programs_put_in_for_themselves_is_no_document() -> None:
    own = [("__MACOSX/._a.txt", b"x"), ("a/.DS_Store", b"x"), ("Thumbs.db", b"x"), ("~$a.docx", b"x"), ("empty/", b"")]
    assert read(archive(*own, ("a.txt", b"one"))) == [("a.txt", b"one")]


def test_archives_in_archives_are_opened_to_a_limit() -> None:
    nested = archive(("a.txt", b"one"))
    for depth in range(1, MAX_DEPTH):
        nested = archive((f"{depth}.zip", nested))
    assert read(nested) == [("2.zip/1.zip/a.txt", b"one")]
    assert read(archive(("3.zip", nested))) == [("3.zip/2.zip/1.zip", "too-large")]


def test_a_member_with_a_password_is_told_and_the_others_are_read() -> None:
    packed = bytearray(archive(("a.txt", b"one"), ("b.txt", b"two")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):    # the flags of the first member, in both its headers
        place = packed.find(signature) + offset
        struct.pack_into("<H", packed, place, struct.unpack_from("<H", packed, place)[0] | 1)
    assert read(bytes(packed)) == [("a.txt", "encrypted-document"), ("b.txt", b"two")]


def test_a_bomb_is_not_unpacked() -> None:
    assert read(archive(("bomb.txt", b"0" * 50_000_000), ("a.txt", b"one"))) == [("bomb.txt", "too-large"), ("a.txt", b"one")]


def test_too_many_members_end_the_archive() -> None:
    found = read(archive(*((f"{number}.txt", b"") for number in range(MAX_MEMBERS + 5)), compression=zipfile.ZIP_STORED))
    assert len(found) == MAX_MEMBERS + 1
    assert found[-1][1] == "too-large"


def test_a_damaged_member_and_an_empty_archive_are_told() -> None:
    packed = bytearray(archive(("a.txt", b"one" * 100)))
    packed[40] ^= 0xFF
    assert read(bytes(packed)) == [("a.txt", "damaged-file")]
    assert read(archive()) == [("", "empty-file")]


@pytest.mark.parametrize("data", [b"", b"text", archive(("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>"))])
def test_other_files_are_no_archives(data: bytes) -> None:
    assert not is_archive(data)
    assert list[Member](members(data)) == []


@pytest.mark.parametrize("large", [False, True], ids=["ZIP", "ZIP64"])
def test_the_entries_of_an_archive_are_counted_before_it_is_walked(large: bool) -> None:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 7, 0, 0) + bytes(12) + b"nothing"
    directory = entry * 300_000
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF if large else len(directory), 0, 0)
    if large:
        record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 300_000, 300_000, len(directory), 0)
        end = record + b"PK\x06\x07" + struct.pack("<LQL", 0, len(directory), 1) + end
    data = b"PK\x03\x04" + directory + end
    started = time.process_time()
    assert not is_archive(data)    # so it is read as a document, which says why it is none
    (error,) = parse_document("公开.zip", data).errors
    assert (error.code, "300,000 entries" in error.message) == ("too-large", True)
    assert time.process_time() - started < 1    # to walk it takes several seconds each time


def test_stored_workbooks_are_not_counted_by_their_parts() -> None:
    workbook = archive(*((f"xl/{number}.xml", b"") for number in range(200)), ("[Content_Types].xml", b""))
    packed = archive(*((f"{number}.xlsx", workbook) for number in range(150)), compression=zipfile.ZIP_STORED)
    assert packed.count(b"PK\x01\x02") > MAX_ZIP_ENTRIES
    assert len(read(packed)) == 150
