"""Tables that Office documents show as pictures."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from docx.shared import Pt
from openpyxl.drawing.image import Image

from tests.transforms.pictured_table import ROWS, WIDTH, picture
from transforms.grid import Grid, Reading
from transforms.readers import metafiles, pictures, read


def texts(reading: Reading) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in block.rows()] for block in reading.blocks if isinstance(block, Grid)]


def document(image: bytes, width: float = WIDTH, *, is_in_table: bool = False) -> bytes:
    made, stream = docx.Document(), io.BytesIO()
    paragraph = made.add_table(2, 2).cell(0, 1).paragraphs[0] if is_in_table else made.add_paragraph("某局")
    paragraph.add_run().add_picture(io.BytesIO(image), width=Pt(width))
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("is_in_table", [False, True])
def test_a_picture_of_a_table_in_a_document_is_recognised(is_in_table: bool) -> None:
    reading = read(document(picture(), is_in_table=is_in_table))
    assert texts(reading)[-1:] == [ROWS]
    (grid,) = (block for block in reading.blocks if isinstance(block, Grid) and block.cells[0].text)
    assert all(cell.confidence is not None and cell.page is None and cell.box is None for cell in grid.cells)


def test_a_picture_of_a_table_on_a_sheet_is_recognised_below_its_own() -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (["项目", "总计"], ["会议费", 5]):
        book.active.append(row)
    book.active.add_image(Image(io.BytesIO(picture())), "D9")
    book.save(stream)
    assert texts(read(stream.getvalue())) == [[["项目", "总计"], ["会议费", "5"]], ROWS]


def test_what_is_cut_off_a_picture_is_not_read() -> None:
    shown = pictures.blocks(picture(), WIDTH * 540 / 800, pictures.Crop(right=260 / 800))
    (grid,) = (block for block in shown if isinstance(block, Grid))
    assert [cell.text for cell in grid.cells] == [text for row in ROWS for text in row[:2]]


@pytest.mark.parametrize("width", [20.0, 60.0])
def test_a_mark_is_no_table(width: float) -> None:
    assert texts(read(document(picture(), width))) == []


def test_pictures_without_rulings_and_damaged_ones_are_no_tables() -> None:
    assert texts(read(document(picture(has_lines=False)))) == []
    assert pictures.blocks(picture()[:900], WIDTH) == []
    assert pictures.blocks(b"\x01\x00\x00\x00 a drawing", WIDTH) == []


def test_a_picture_that_is_too_large_is_told_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 1_000)
    reading = read(document(picture()))
    assert [error.code for error in reading.errors] == ["too-large"]
    assert len(reading.blocks) == 1


def enhanced(texts: int, *, is_plus: bool = False) -> bytes:
    """An EMF with so many texts; those of EMF+ stand in comments."""
    header = struct.pack("<II32s4s", 1, 108, bytes(32), b" EMF") + bytes(64)
    record = struct.pack("<II", 84, 76) + bytes(68)
    if is_plus:
        plus = struct.pack("<HHII", 0x401C, 0, 12, 0)
        record = struct.pack("<III", 70, 16 + len(plus), 4 + len(plus)) + b"EMF+" + plus
    return header + record * texts + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def windows(texts: int, *, is_placeable: bool) -> bytes:
    """A WMF with so many texts."""
    header = b"\x01\x00\x09\x00" + bytes(14)
    placeable = b"\xd7\xcd\xc6\x9a" + bytes(18)
    return (placeable if is_placeable else b"") + header + (struct.pack("<IH", 7, 0x0A32) + bytes(8)) * texts + struct.pack("<IH", 3, 0)


DRAWINGS = (
    enhanced, lambda texts: enhanced(texts, is_plus=True), lambda texts: windows(texts, is_placeable=True),
    lambda texts: windows(texts, is_placeable=False),
)


@pytest.mark.parametrize("made", DRAWINGS)
def test_a_drawing_with_the_texts_of_a_table_is_told_in_a_document(made: Callable[[int], bytes]) -> None:
    def held(texts: int, width: float = WIDTH) -> Reading:
        with zipfile.ZipFile(io.BytesIO(document(picture(), width))) as whole:
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as changed:
                for name in whole.namelist():
                    changed.writestr(name, made(texts) if name.startswith("word/media/") else whole.read(name))
        return read(stream.getvalue())

    assert [error.code for error in held(12).errors] == ["unread-picture"]
    assert not held(3).errors    # a diagram with a few words
    assert not held(12, 60.0).errors    # a mark


@pytest.mark.parametrize("made", DRAWINGS)
def test_a_drawing_that_was_cut_ends_the_count(made: Callable[[int], bytes]) -> None:
    whole = made(12)
    counts = [metafiles.text_count(whole[:length]) or 0 for length in range(len(whole))]
    assert counts == sorted(counts)
    assert metafiles.text_count(whole) == 12
    assert metafiles.text_count(picture()) is None
