"""Old Word formats are read as their DOCX; LibreOffice, where it is installed, agrees and leaves nothing behind. Web archives by their page."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import docx
import pytest

from transforms import formats
from transforms.grid import Grid, TextLine, UnreadableDocument
from transforms.readers import libreoffice, read

RICH_TEXT = (
    rb"{\rtf1\ansi\ansicpg936 \u37096?\u38376?\par \trowd\cellx2000\cellx4000 \u39033?\u30446?\cell 5.00\cell\row \pard after\par "
    rb"{\field{\*\fldinst INCLUDEPICTURE \"http://192.0.2.1/x.png\"}{\fldrslt}}}"
)

needs_libreoffice = pytest.mark.system_program(*libreoffice.PROGRAMS)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def converted(form: str) -> bytes:
    """A document of python-docx that LibreOffice has saved in an older format."""
    made = docx.Document()
    made.add_paragraph("某局2024年部门预算")
    table = made.add_table(2, 2, style="Table Grid")
    made.add_paragraph("完")
    for place, text in {(0, 0): "项目名称", (0, 1): "总计", (1, 0): "会议费", (1, 1): "5.00"}.items():
        table.cell(*place).text = text
    stream = io.BytesIO()
    made.save(stream)
    return libreoffice.convert(stream.getvalue(), "docx", form)


@needs_libreoffice
@pytest.mark.parametrize("form", ["doc", "rtf"])
def test_old_word_documents_of_libreoffice_are_read_as_it_reads_them(form: str, temporary: Path) -> None:
    data = converted(form)
    assert formats.detect(data) == form
    reading = read(data)
    title, grid, _ = reading.blocks
    assert title == TextLine("某局2024年部门预算")
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["项目名称", "总计", "会议费", "5.00"]
    assert reading.blocks == read(libreoffice.convert(data, form)).blocks
    assert not list(temporary.iterdir())


def test_rich_text_is_read() -> None:
    reading = read(RICH_TEXT)
    assert reading.format == "rtf"
    assert reading.blocks[0] == TextLine("部门")
    assert [[cell.text for cell in block.cells] for block in reading.blocks if isinstance(block, Grid)] == [["项目", "5.00"]]


@needs_libreoffice
def test_a_conversion_that_takes_too_long_is_ended(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "SECONDS", 0.05)
    with pytest.raises(UnreadableDocument) as told:
        libreoffice.convert(RICH_TEXT, "rtf")
    assert told.value.code == "too-slow"
    assert not list(temporary.iterdir())


WEB_ARCHIVE = (
    "From: <Saved by WPS>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n"
    '--b\r\nContent-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    "<table><tr><td>=CF=EE=C4=BF<td>=D7=DC=BC=C6<tr><td>a<td>5</table>\r\n--b--\r\n"
)


def test_the_page_of_a_web_archive_is_read() -> None:
    reading = read(WEB_ARCHIVE.encode())
    (grid,) = reading.blocks
    assert reading.format == "mhtml"
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["项目", "总计", "a", "5"]


def test_a_web_archive_without_a_page_is_damaged() -> None:
    with pytest.raises(UnreadableDocument) as told:
        read(WEB_ARCHIVE.replace("text/html", "image/png").encode())
    assert told.value.code == "damaged-file"


@pytest.mark.parametrize(("data", "name"), [(b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"), (b"\x1f\x8b\x08\x00", "gzip")])
def test_archives_of_other_programs_are_told_by_name(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableDocument, match=name) as told:
        read(data)
    assert told.value.code == "unsupported-format"
