"""Web archives as programs write them: how their parts refer to each other, how they are encoded, and what their style sheets hide."""

from __future__ import annotations

import base64
import quopri

import pytest

from transforms import formats
from transforms.grid import Grid
from transforms.readers.mhtml import read

PAGE = (
    "<html><head>{}</head><body><table><tr><td>项目</td><td>总计</td></tr><tr><td>会议费</td><td>5.00</td></tr>"
    "<tr class='x'><td>差旅费</td><td>7.00</td></tr></table></body></html>"
)
FROM = "Content-Location: http://a.gov.cn/2024/page.html"
STYLE = "tr.x { display: none }"


def part(content: str, kind: str, *headers: str, charset: str = "utf-8", encoding: str = "base64") -> bytes:
    encoded = base64.encodebytes if encoding == "base64" else quopri.encodestring
    head = "\r\n".join((f"Content-Type: {kind}; charset={charset}", f"Content-Transfer-Encoding: {encoding}", *headers))
    return head.encode() + b"\r\n\r\n" + encoded(content.encode(charset))


def archive(*parts: bytes) -> bytes:
    head = b'From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="-b-"\r\n\r\n'
    return head + b"".join(b"---b-\r\n" + one + b"\r\n" for one in parts) + b"---b---\r\n"


def shown(data: bytes) -> list[str]:
    (table,) = read(data).blocks
    assert isinstance(table, Grid)
    return [cell.text for cell in table.cells]


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "base64"), ("gb18030", "quoted-printable"), ("utf-16", "base64")])
@pytest.mark.parametrize("before", [b"", b"\r\n\r\n", b"\xef\xbb\xbf"], ids=["", "blank lines", "byte order mark"])
def test_a_page_is_read_however_it_is_packed(kind: str, charset: str, encoding: str, before: bytes) -> None:
    data = before + archive(part(PAGE.format(""), kind, FROM, charset=charset, encoding=encoding))
    assert formats.detect(data) == "mhtml"
    assert shown(data) == ["项目", "总计", "会议费", "5.00", "差旅费", "7.00"]


@pytest.mark.parametrize(("link", "header"), [
    ("http://a.gov.cn/2024/s.css", "Content-Location: http://a.gov.cn/2024/s.css"),
    ("s.css", "Content-Location: http://a.gov.cn/2024/s.css"),
    ("../s.css", "Content-Location: http://a.gov.cn/s.css"),
    ("cid:css-1@mhtml.blink", "Content-Location: cid:css-1@mhtml.blink"),
    ("cid:css-1@mhtml.blink", "Content-ID: <css-1@mhtml.blink>"),
    ("s.css", "Content-Location: s.css"),
])
def test_what_a_style_sheet_of_the_archive_hides_is_told_and_not_read(link: str, header: str) -> None:
    page = part(PAGE.format(f"<link rel='stylesheet' href='{link}'>"), "text/html", FROM)
    data = archive(page, part(STYLE, "text/css", header))
    assert shown(data) == ["项目", "总计", "会议费", "5.00"]
    assert [line.text for line in read(data).hidden] == ["差旅费7.00"]


@pytest.mark.parametrize(("link", "sheet"), [
    ("<link rel='stylesheet' href='other.css'>", STYLE), ("<link rel='alternate stylesheet' href='s.css'>", STYLE),
    ("<link rel='stylesheet' media='print' href='s.css'>", STYLE), ("<link rel='stylesheet' href='s.css'>", "tr.x { color: red"),
])
def test_a_style_sheet_that_is_not_in_use_hides_nothing(link: str, sheet: str) -> None:
    data = archive(part(PAGE.format(link), "text/html", FROM), part(sheet, "text/css", "Content-Location: http://a.gov.cn/2024/s.css"))
    assert shown(data)[-2:] == ["差旅费", "7.00"]
