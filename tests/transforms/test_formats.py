"""Formats and encodings are told from the bytes alone."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.formats import decode, detect, doubt_of_decoding
from transforms.grid import UnreadableDocument

SEED = "单位：万元\n\n项目名称（资金使用单位）\t总计\t财政拨款\n合计\t421.98\t421.98\n"


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return stream.getvalue()


def ole2(*names: str) -> bytes:
    """A compound file's header and one directory sector ([MS-CFB] 2.2, 2.6)."""
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *names))
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + entries


def code(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        detect(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n", "pdf"),
        (archive("[Content_Types].xml", "word/document.xml", "word/embeddings/1.xlsx"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("附件1.xlsx", "word/附件2.docx"), "zip"),
        (archive(), "zip"),
        (ole2("1Table", "WordDocument"), "doc"),
        (ole2("Workbook", "SummaryInformation"), "xls"),
        (ole2("Book"), "xls"),
        (ole2("WordDocument", "ObjectPool", "Workbook"), "doc"),
        (SEED.encode(), "txt"),
        ("第一部分　部门概况\n收入 1,234 元\n支出 5,678 元\n".encode(), "txt"),
        ("三公经费表\n项目,预算数\n合计,9.45\n公务接待费,2.12\n".encode(), "csv"),
        ("科目,合计\r\n基本支出,\"1,234.50\"\r\n项目支出,\"2,000.00\"\r\n".encode("gb18030"), "csv"),
    ],
)
def test_format_is_told_from_the_bytes(data: bytes, expected: str) -> None:
    assert detect(data) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body>表</body></html>",
        "\ufeff<HTML><table><tr><td>表",
        "<!-- 页面由系统生成 " + "-" * 5000 + " -->\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>",
        "<b>Warning</b>: mysql_connect() in /www/index.php\n<html><body>",
        "<?xml version='1.0' encoding='utf-8'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x'><html>",
        "<div class='content'><p>部门预算</p></div>",
    ],
    ids=["plain", "byte order mark", "comment first", "junk first", "xhtml", "fragment"],
)
def test_html_is_known_behind_marks_comments_and_junk(page: str) -> None:
    assert detect(page.encode()) == "html"


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", "\ufeff　\n".encode()])
def test_a_file_without_contents_is_empty(data: bytes) -> None:
    assert code(data) == "empty-file"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ole2("VisioDocument"),
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Table/></Workbook>',
    ],
    ids=["garbage", "picture", "other compound file", "spreadsheet xml"],
)
def test_what_is_no_known_format_is_refused(data: bytes) -> None:
    assert code(data) == "unknown-format"


def test_an_encrypted_workbook_is_refused_as_encrypted() -> None:
    assert code(ole2("EncryptedPackage", "EncryptionInfo")) == "encrypted-document"


def test_an_archive_cut_short_is_incomplete() -> None:
    assert code(archive("[Content_Types].xml", "xl/workbook.xml")[:-40]) == "incomplete-document"


def test_one_bad_byte_in_a_long_page_is_replaced_and_told() -> None:
    page = ('<meta charset="gb2312"><p>' + "部门预算" * 500).encode("gb18030") + b"\xff</p>"
    assert decode(page).count("\ufffd") == 1
    assert [error.code for error in doubt_of_decoding(decode(page))] == ["undecodable-text"]
    assert not doubt_of_decoding("部门预算")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_text_is_decoded_without_being_told_its_encoding(encoding: str) -> None:
    assert decode(SEED.encode(encoding)) == SEED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_page_in_utf16_without_mark_is_html_although_its_characters_have_zero_bytes_too(encoding: str) -> None:
    page = "<html><p>一、一般公共预算</p></html>"
    assert detect(page.encode(encoding)) == "html"
    assert decode(page.encode(encoding)) == page


def test_a_zero_byte_in_other_text_is_no_text() -> None:
    assert code("部门\0预算1".encode()) == "unknown-format"


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030"])
def test_declared_gb2312_holds_characters_of_gb18030(declared: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>㙍镕€</p>'
    assert decode(page.encode("gb18030")) == page


def test_valid_utf8_goes_before_a_stale_declaration() -> None:
    page = '<meta charset="gb2312"><p>部门预算</p>'
    assert decode(page.encode()) == page


def test_traditional_characters_in_big5_are_read_where_declared() -> None:
    page = '<meta charset="big5"><p>預算</p>'
    assert decode(page.encode("big5")) == page


@pytest.mark.parametrize(
    "data",
    [
        "部门预算".encode("gb18030")[:-1],
        '<meta charset="utf-8"><p>部门'.encode()[:-1],
        "\ufeff部门".encode()[:-1],
        "\ufeff部门".encode("utf-16-le")[:-1],
        "部门\n".encode("utf-16-be")[:-1],
    ],
    ids=["gb18030", "declared utf-8", "utf-8 with mark", "utf-16", "utf-16 without mark"],
)
def test_undecodable_bytes_are_an_error_and_never_replaced(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="is not valid") as refused:
        decode(data)
    assert refused.value.code == "undecodable-text"


@given(st.binary() | st.sampled_from([b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\xff\xfe", b"<html>"]).flatmap(
    lambda start: st.binary().map(lambda rest: start + rest)))
def test_any_bytes_get_a_format_or_a_reason(data: bytes) -> None:
    with suppress(UnreadableDocument):
        assert detect(data) in {"pdf", "docx", "xlsx", "zip", "doc", "rtf", "xls", "html", "mhtml", "csv", "txt"}


def test_a_binary_workbook_is_told_by_name() -> None:
    with pytest.raises(UnreadableDocument, match="XLSB") as told:
        detect(archive("[Content_Types].xml", "xl/workbook.bin"))
    assert told.value.code == "unsupported-format"
