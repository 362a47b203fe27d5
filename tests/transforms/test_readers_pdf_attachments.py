"""Files that a PDF carries: each is a document of its own; the cover of a portfolio is none."""

from __future__ import annotations

import ctypes
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument, raw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from test_archives import archive, read
from test_readers_pdf import ROWS, document, draw, single

from transforms.archives import MAX_MEMBER, is_archive
from transforms.readers.pdf.attachments import attachments

BUDGET = document(draw(single(ROWS)))
PAGE = "<html><body><table><tr><td>项目名称</td><td>金额</td></tr></table></body></html>".encode()


def carrying(*files: tuple[str, bytes], data: bytes = BUDGET) -> bytes:
    """A PDF with attachments, as PDFium writes them."""
    pdf = PdfDocument(data)
    for name, content in files:
        attachment = raw.FPDFDoc_AddAttachment(pdf, (ctypes.c_ushort * (len(name) + 1))(*map(ord, name), 0))
        raw.FPDFAttachment_SetFile(attachment, pdf, content, len(content))
    written = io.BytesIO()
    pdf.save(written)
    pdf.close()
    return written.getvalue()


def packed(name: bytes, content: bytes, *, portfolio: bool = True, is_deflated: bool = True) -> bytes:
    """A portfolio whose catalogue and file stand in a stream of objects, as Acrobat writes them."""
    collection = b"/Collection << /View /D >>" if portfolio else b""
    texts = [b"<< /Type /Catalog " + collection + b" /Names << /EmbeddedFiles << /Names [ (1) 2 0 R ] >> >> >>",
             b"<< /Type /Filespec /EF << /F 5 0 R >> " + name + b" /Desc (<<) >>"]
    objects = zlib.compress(b" ".join(texts))
    body = zlib.compress(content) if is_deflated else content
    filters = b"/Filter [ /FlateDecode ]" if is_deflated else b"/Length 6 0 R"
    return b"".join([
        b"%PDF-1.5\n4 0 obj\n<< /Type /ObjStm /N 2 /First 0 /Filter /FlateDecode /Length 1 >>\nstream\r\n", objects, b"\nendstream\nendobj\n",
        b"5 0 obj\n<< /Params << /Size 9 >> /Type /EmbeddedFile ", filters, b" >>\nstream\n", body, b"\nendstream\nendobj\n6 0 obj ", str(len(body)).encode(), b" endobj\n%%EOF",
    ])


def test_what_a_pdf_carries_are_documents_besides_it() -> None:
    data = carrying(("附件1 预算表.pdf", BUDGET), ("附件2.zip", archive(("甲.html", PAGE), ("乙.html", PAGE))))
    assert not is_archive(data)
    assert read(data) == [("附件1 预算表.pdf", BUDGET), ("附件2.zip/甲.html", PAGE), ("附件2.zip/乙.html", PAGE)]


def test_what_a_pdf_in_an_archive_carries_is_read_too() -> None:
    data = carrying(("表.pdf", BUDGET))
    assert [path for path, _ in read(archive(("公开.pdf", data)))] == ["公开.pdf", "公开.pdf/表.pdf"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"/F (a.pdf) /UF <FEFF8868002E007000640066>", "表.pdf"),
        (b"/UF <" + "表.pdf".encode("utf-16").hex().encode() + b">", "表.pdf"),
        (b"/F (C:\\\\temp\\\\\\(1\\)\\040.pdf)", "(1) .pdf"),
        (b"/F (" + "表.pdf".encode("gb18030") + b")", "表.pdf"),
        (b"", "附件"),
    ],
)
@pytest.mark.parametrize("is_deflated", [True, False])
def test_a_portfolio_is_an_archive_of_its_documents(name: bytes, shown: str, is_deflated: bool) -> None:
    data = packed(name, BUDGET, is_deflated=is_deflated)
    assert is_archive(data)
    assert read(data) == [(shown, BUDGET)]
    assert not is_archive(packed(name, BUDGET, portfolio=False))


@pytest.mark.parametrize(
    "content",
    [b"<?xml version='1.0'?><invoice/>", b"\0\1\0\0font", b"[settings]\nkey = 1\n", archive(("mimetype", b"application/vnd.oasis"), compression=0)],
)
def test_files_for_programs_are_no_documents(content: bytes) -> None:
    data = packed(b"/F (a.bin)", content)
    assert not is_archive(data)
    assert read(data) == []


def test_what_cannot_be_had_is_told() -> None:
    data = packed(b"/F (a.pdf)", BUDGET)
    assert read(data.replace(b"/FlateDecode ] >>", b"/LZWDecode ]  >>")) == [("a.pdf", "damaged-file")]
    assert read(data.replace(zlib.compress(BUDGET)[:9], b"no stream")) == [("a.pdf", "damaged-file")]
    assert read(data + b"trailer << /Encrypt 9 0 R >>") == [("a.pdf", "encrypted-document")]
    (bomb,) = attachments(packed(b"/F (a.pdf)", bytes(2_000)), most=1_000)
    assert bomb.error
    assert bomb.error.code == "too-large"


@pytest.mark.parametrize("is_deflated", [True, False])
def test_a_file_that_is_cut_is_told_wherever_it_is(is_deflated: bool) -> None:
    whole = packed(b"/F (a.pdf)", PAGE, is_deflated=is_deflated)
    begin = whole.index(b"stream\n", whole.index(b"5 0 obj")) + len(b"stream\n")
    for end in range(begin, whole.index(b"\nendstream", begin)):
        [found] = attachments(whole[:end] if is_deflated else whole[:begin].replace(b"6 0 R", str(end - begin + 1).encode()) + whole[begin:end], MAX_MEMBER)
        assert found.error
        assert (found.error.code, found.data) == ("damaged-file", b"")


def test_documents_that_carry_each_other_are_opened_to_a_limit() -> None:
    data = BUDGET
    for depth in range(5):
        data = packed(f"/F ({depth}.pdf)".encode(), data)
    assert read(data) == [("4.pdf/3.pdf/2.pdf", "too-large")]


def test_an_encrypted_pdf_without_files_holds_none() -> None:
    written = io.BytesIO()
    Canvas(written, encrypt=StandardEncryption("", ownerPassword="x")).save()
    assert read(written.getvalue()) == []


def test_a_file_that_breaks_off_is_told_and_no_part_of_it_is_read() -> None:
    whole = packed(b"/F (a.pdf)", PAGE)
    begin, end = whole.index(b">>\nstream\n") + len(b">>\nstream\n"), whole.rindex(b"\nendstream")
    told = [one for length in range(begin, end - 1, 7) for one in attachments(whole[:length], MAX_MEMBER) if one.name == "a.pdf"]
    assert told
    assert {one.error.code for one in told if one.error} == {"damaged-file"}
    assert not any(one.data for one in told)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damage_never_stops_the_search(data: st.DataObject) -> None:
    whole = bytearray(packed(b"/F (a.pdf)", PAGE))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    assert all(one.error or one.data for one in attachments(bytes(whole[: data.draw(st.integers(0, len(whole)))]), MAX_MEMBER) if one.name == "a.pdf")
