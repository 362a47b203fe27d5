"""Tables that Office documents show as pictures."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest
from docx.shared import Pt
from openpyxl.drawing.image import Image

from tests.transforms.pictured_table import ROWS, WIDTH, picture
from transforms.grid import Grid, Reading
from transforms.readers import pictures, read


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
