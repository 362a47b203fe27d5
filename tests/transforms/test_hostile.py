"""Documents that would stop, flood or deceive the reader: each gives a clear error or a clean result, the others are unharmed."""

from __future__ import annotations

import http.server
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest
import xlwt

from flows.batch import Parsed, parse_files
from flows.workers import Limits
from tests.conftest import PROJECT
from tests.transforms.office_packages import document, replaced
from transforms import parse
from transforms.records import ParsedDocument

LIMITS = Limits(seconds=240, memory_mb=1_000, output_mb=20)
HEADER = ["项目名称", "总计", "财政拨款", "绩效目标", "绩效指标"]
ROW = ["人大会议经费", "12.00", "12.00", "保障会议召开", "产出指标：召开会议次数，年度指标值：≥3次。"]
TITLE = "2024年部门预算项目支出绩效目标表"


@pytest.fixture(autouse=True)
def _nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No temporary file outlives its document."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


@pytest.fixture
def fetched() -> Iterator[tuple[str, list[str]]]:
    """The address of a web server, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def word(*rows: list[str]) -> bytes:
    written = docx.Document()
    written.add_paragraph(TITLE)
    table = written.add_table(0, len(HEADER))
    for row in rows or (HEADER, ROW):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    stream = io.BytesIO()
    written.save(stream)
    return stream.getvalue()


def workbook(further: Mapping[str, str] | None = None) -> bytes:
    """An XLSX; `further` are cells beside the table, by reference."""
    written = openpyxl.Workbook()
    sheet = written.active
    assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
    for row in ([TITLE], HEADER, ROW):
        sheet.append(row)
    for reference, text in (further or {}).items():
        sheet[reference] = text
    stream = io.BytesIO()
    written.save(stream)
    return stream.getvalue()


def page(body: str = "", head: str = "") -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in (HEADER, ROW))
    return f"<html><head>{head}</head><body><p>{TITLE}</p><table>{rows}</table>{body}</body></html>".encode()


def with_part(data: bytes, path: str, content: bytes | str) -> bytes:
    """A package with one part replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != path:
                new.writestr(name, old.read(name))
        new.writestr(path, content)
    return stream.getvalue()


def parsed(data: bytes) -> ParsedDocument:
    """A document that was read, or told; never a fault of the program."""
    document = parse.parse_document("预算", data)
    assert "parser-fault" not in {error.code for error in document.errors}, document.errors
    return document


def codes(data: bytes) -> list[str]:
    return [error.code for error in parsed(data).errors]


def texts(document: ParsedDocument) -> str:
    return "\n".join([line.text for line in document.prose] + [project.name for project in document.projects])


def batch(folder: Path, **documents: bytes) -> dict[str, Parsed]:
    """The documents read in one batch, with a good one before and after them, which must come out the same."""
    good = next((PROJECT / "samples").rglob("tianhe-rd-2023.txt"))
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    first, *read, last = parse_files([good, *(folder / name for name in documents), good], 2, LIMITS)
    assert first == last
    assert not first.errors
    assert [one.file for one in read] == [str(folder / name) for name in documents]
    return dict(zip(documents, read, strict=True))


def encrypted_container() -> bytes:
    """The OLE2 container of an encrypted Office document: header, directory and streams of [MS-CFB] and [MS-OFFCRYPTO]."""
    sector = 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(6)
    header += b"".join(number.to_bytes(4, "little") for number in (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0))
    sectors = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE, *range(11, 18), 0xFFFFFFFE]
    table = b"".join(number.to_bytes(4, "little") for number in sectors).ljust(sector, b"\xff")

    def entry(name: str, kind: int, begin: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        links = b"".join(number.to_bytes(4, "little") for number in (0xFFFFFFFF, right, child))
        return (
            written.ljust(64, b"\0") + len(written).to_bytes(2, "little") + bytes([kind, 1]) + links + bytes(36)
            + begin.to_bytes(4, "little") + size.to_bytes(8, "little")
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + entry("EncryptionInfo", 2, 2, 4096, right=2) + entry("EncryptedPackage", 2, 10, 4096)
    return header.ljust(sector, b"\xff") + table + directory.ljust(sector, b"\0") + b"\x04\0\x04\0\x40\0\0\0".ljust(4096, b"\x5a") + bytes(range(256)) * 16


def test_an_encrypted_document_is_told() -> None:
    assert codes(encrypted_container()) == ["encrypted-document"]


BOMB = "<!DOCTYPE x [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(10)) + "]>"


def doctyped(data: bytes, path: str, doctype: str, old: bytes, new: str) -> bytes:
    """A package one part of which begins with a document type and holds what that declares."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read(path).replace(old, new.encode())
    declaration, end, rest = part.rpartition(b"?>")
    return with_part(data, path, declaration + end + doctype.encode() + rest)


def with_shared_texts() -> bytes:
    """A workbook that keeps a text once for all sheets."""
    texts = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>人大会议经费</t></si></sst>'
    kind = "officedocument.spreadsheetml.sharedStrings+xml"
    data = replaced(workbook(), b"</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-{kind}"/></Types>'.encode())
    return with_part(data, "xl/sharedStrings.xml", '<?xml version="1.0"?>' + texts)


PARTS = ["word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "_rels/.rels"]
SHEET_PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]


@pytest.mark.parametrize(("data", "path"), [*((word(), path) for path in PARTS), *((with_shared_texts(), path) for path in SHEET_PARTS)])
def test_entities_of_office_documents_are_neither_expanded_nor_fetched(
    data: bytes, path: str, tmp_path: Path, fetched: tuple[str, list[str]]
) -> None:
    address, asked = fetched
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    for doctype in (
        BOMB,
        f'<!DOCTYPE x [<!ENTITY e9 SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE x [<!ENTITY e9 SYSTEM "{address}/entity">]>',
        f'<!DOCTYPE x SYSTEM "{address}/types.dtd" [<!ENTITY % p SYSTEM "{address}/parameter">%p;]>',
    ):
        read = parsed(doctyped(data, path, doctype, "人大会议经费".encode(), "&e9;"))
        assert "geheim" not in repr(read)
        assert len(repr(read)) < 100_000
    assert asked == []


def test_nothing_of_a_page_is_fetched(tmp_path: Path, fetched: tuple[str, list[str]]) -> None:
    address, asked = fetched
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    head = f'<base href="{address}/"><link rel="stylesheet" href="a.css"><script src="{address}/a.js"></script><meta http-equiv="refresh" content="0;url={address}/">'
    body = f'<img src="{address}/a.png"><iframe src="{address}/b.html"></iframe><object data="{secret.as_uri()}"></object><svg><image href="{address}/c"/></svg>'
    read = parsed(page(body, head))
    entity = f'<!DOCTYPE html SYSTEM "{address}/x.dtd" [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    assert texts(read) == texts(parsed(page()))
    assert "geheim" not in repr(parsed(entity.encode() + page("&e;")))
    assert "x" * 1_000 not in repr(parsed(BOMB.encode() + page("&e9;")))
    assert asked == []


def test_no_linked_picture_or_template_of_a_word_document_is_fetched(fetched: tuple[str, list[str]]) -> None:
    address, asked = fetched
    external = replaced(word(), b"</Relationships>", (
        f'<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{address}/t.dotm" '
        f'TargetMode="External"/><Relationship Id="x2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" '
        f'Target="{address}/c.html" TargetMode="External"/></Relationships>'
    ).encode())
    parsed(replaced(external, b"<w:body>", b'<w:body><w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="x2"/>'))
    assert asked == []


def long_row(columns: int) -> bytes:
    """The XML of a sheet of one row."""
    cells = b'<c t="inlineStr"><is><t>' + b"x" * 1_000 + b"</t></is></c>"
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    return head + cells * columns + b"</row></sheetData></worksheet>"


def test_bombs_lose_themselves_alone(tmp_path: Path) -> None:
    million = b"".join(b'<row r="%d"/>' % row for row in range(4, 1_000_000))
    read = batch(
        tmp_path,
        **{
            "炸弹.xlsx": with_part(workbook(), "xl/media/image1.bin", bytes(501_000_000)),
            "长行.xlsx": with_part(workbook(), "xl/worksheets/sheet1.xml", long_row(100_000)),
            "空行.xlsx": replaced(workbook(), b"</sheetData>", million + b"</sheetData>"),
            "空文件.docx": b"",
            "加密.docx": encrypted_container(),
        },
    )
    told = {name: [error.code for error in one.errors] for name, one in read.items()}
    assert told == {
        "炸弹.xlsx": ["too-large"], "长行.xlsx": ["damaged-file"], "空行.xlsx": [], "空文件.docx": ["empty-file"],
        "加密.docx": ["encrypted-document"],
    }


def test_an_archive_of_hostile_members_loses_them_alone(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("好.xlsx", workbook())
        packed.writestr("炸弹.txt", b"0" * 50_000_000)
        packed.writestr("../../外.docx", word())
        packed.writestr("坏.docx", word()[:2_000])
        packed.writestr("空.html", b"")
    path = tmp_path / "附件.zip"
    path.write_bytes(stream.getvalue())
    read = {one.file.removeprefix(f"{path}/"): [error.code for error in one.errors] for one in parse_files([path], 1, LIMITS)}
    assert read == {"好.xlsx": [], "炸弹.txt": ["too-large"], "../../外.docx": [], "坏.docx": ["incomplete-document"], "空.html": ["empty-file"]}
    assert [found.name for found in tmp_path.rglob("*外*")] == []


def test_ten_thousand_pages_are_told_in_few_words() -> None:
    stream = io.BytesIO()
    with pdfium.PdfDocument.new() as written:
        for _ in range(10_000):
            written.new_page(200, 200).close()
        written.save(stream)
    document = parsed(stream.getvalue())
    assert (document.pages, [error.code for error in document.errors]) == (10_000, ["no-known-table"])


@pytest.mark.parametrize("row", [2, 3])
def test_a_stray_cell_far_to_the_right_of_a_table_disturbs_nothing(row: int) -> None:
    started = time.process_time()
    assert [project.name for project in parsed(workbook({f"XFD{row}": "x"})).projects] == [ROW[0]]
    assert time.process_time() - started < 5


def test_a_table_of_thousands_of_columns_is_told_in_few_words() -> None:
    started = time.process_time()
    (error,) = parsed(with_part(workbook(), "xl/worksheets/sheet1.xml", long_row(4_000))).errors
    assert error.code == "no-known-table"
    assert len(error.message) < 1_000
    assert time.process_time() - started < 5


def old_workbook(bottom: int, right: int) -> bytes:
    """An XLS with a merged region from below its table to this row and column."""
    written = xlwt.Workbook()
    sheet = written.add_sheet("表")
    sheet.write(0, 0, TITLE)
    for number, row in enumerate((HEADER, ROW), start=1):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    sheet.merged_ranges.append((3, bottom, 0, right))
    stream = io.BytesIO()
    written.save(stream)
    return stream.getvalue()


def merged(reference: str) -> bytes:
    """An XLSX with a merged region."""
    return replaced(workbook(), b"</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>'.encode())


def test_a_merged_region_of_the_whole_sheet_costs_nothing() -> None:
    usual = parsed(workbook()).projects
    assert usual
    started = time.process_time()
    assert parsed(merged("A4:XFD1048576")).projects == usual
    assert [project.name for project in parsed(old_workbook(65_535, 255)).projects] == [project.name for project in usual]
    assert parsed(merged("A1:XFD1048576")).projects in ([], usual)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("reference", ["A0:B2", "B2:A1", "A1", "A1:ZZZZZZ9", "A1:B99999999999", "", "甲1:乙2"])
def test_a_merged_region_that_is_none_is_no_fault(reference: str) -> None:
    parsed(merged(reference))


def test_a_list_of_sheets_that_counts_more_than_there_are_is_told() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        book = archive.read("xl/workbook.xml").decode()
    sheet = re.search("<sheet .*?/>", book)
    assert sheet
    nested = f"{sheet[0].removesuffix('/>')}>{sheet[0]}</sheet>"
    assert codes(with_part(workbook(), "xl/workbook.xml", book.replace(sheet[0], nested))) == ["damaged-file"]


@pytest.mark.parametrize("levels", [30, 200, 5_000])
def test_tables_nested_without_end_are_read_or_told(levels: int) -> None:
    inner = page().decode().partition("<table>")[2].partition("</table>")[0]
    nested = "<table><tr><td>" * levels + f"<table>{inner}</table>" + "</td></tr></table>" * levels
    read = parsed(f"<html><body><p>{TITLE}</p>{nested}</body></html>".encode())
    assert read.errors or [project.name for project in read.projects] == [ROW[0]]

    table = "".join(f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>' for text in row)}</w:tr>" for row in (HEADER, ROW))
    body = "<w:tbl><w:tr><w:tc>" * levels + f"<w:tbl>{table}</w:tbl>" + "<w:p/></w:tc></w:tr></w:tbl>" * levels
    read = parsed(document(f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p>{body}"))
    assert read.errors or [project.name for project in read.projects] == [ROW[0]]


@pytest.mark.parametrize("element", ["span", "div", "b", "font", "sup", "ul", "ins"])
def test_elements_nested_without_end_are_read_or_told(element: str) -> None:
    for levels in (100, 5_000, 100_000):
        read = parsed(page(f"<{element}>" * levels + "深" + f"</{element}>" * levels))
        assert read.errors or "深" in texts(read)


@pytest.mark.parametrize("wrapper", ["sdt><w:sdtContent", "ins", "smartTag", "hyperlink"])
def test_word_elements_nested_without_end_are_read_or_told(wrapper: str) -> None:
    closing = "></w:".join(reversed(wrapper.split("><w:")))
    for levels in (50, 5_000):
        text = f"<w:{wrapper}>" * levels + "<w:r><w:t>深</w:t></w:r>" + f"</w:{closing}>" * levels
        read = parsed(document(f"<w:p>{text}</w:p>"))
        assert [error.code for error in read.errors] in (["damaged-file"], ["no-known-table"])
        assert read.errors[0].code == "damaged-file" or "深" in texts(read)


@pytest.mark.parametrize("name", ["预算.pdf", "预算.docx", "预算.xls", "预算.html", "预算.zip", "预算"])
def test_the_extension_says_nothing(name: str) -> None:
    for data in (word(), workbook(), page()):
        assert [project.name for project in parse.parse_document(name, data).projects] == [ROW[0]]


def published(samples: Path) -> dict[str, Path]:
    """The smallest sample of each format."""
    paths = sorted((path for path in (samples / "published").rglob("*") if path.is_file()), key=lambda path: -path.stat().st_size)
    return {path.suffix: path for path in paths}


def test_documents_cut_short_are_told_or_clean(samples: Path) -> None:
    for path in published(samples).values():
        data = path.read_bytes()
        for length in [*range(9), *(len(data) * part // 12 for part in range(1, 12)), len(data) - 1]:
            read = parsed(data[:length])
            if path.suffix in {".pdf", ".docx", ".xlsx", ".zip"} and length < len(data) * 0.9:
                assert read.errors, (path.suffix, length)


def test_bytes_changed_on_the_way_are_no_fault(samples: Path) -> None:
    for path in published(samples).values():
        data = path.read_bytes()
        for part in range(1, 12):
            place = len(data) * part // 12
            parsed(data[:place] + bytes(range(64)) + data[place + 64 :])


def children(parent: int) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = status.read_text().rpartition(") ")
        except OSError:
            continue
        if int(rest.split()[1]) == parent:
            found.add(int(status.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted by /proc")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_parse_ends_with_130_and_leaves_no_process(tmp_path: Path, sent: signal.Signals) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.xlsx").write_bytes(replaced(workbook(), b"</sheetData>", b"<row/>" * 300_000 + b"</sheetData>"))
    program = [sys.executable, "-c", "import cli; cli.main()", "parse", "--jobs", "2", str(folder)]
    with subprocess.Popen(program, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout
        running.stdout.readline()    # it is at work
        workers = children(running.pid)
        assert workers
        if sent == signal.SIGINT:
            os.killpg(running.pid, sent)    # as a terminal does
        else:
            running.send_signal(sent)    # as a service manager does
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in told
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
