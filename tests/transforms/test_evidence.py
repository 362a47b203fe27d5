"""Pictures of pages with what was recognised on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from transforms.evidence import SCALE, draw_page
from transforms.grid import Box, UnreadableDocument

RED, TEXT = (200, 30, 30), (20, 40, 160)
WIDTH, HEIGHT = 300, 200


@pytest.fixture(scope="module")
def booklet() -> bytes:
    """Two pages with a ruled table of two rows and two columns each, whose left edge stands at 50 points, its top at 40."""
    data = io.BytesIO()
    canvas = Canvas(data, (WIDTH, HEIGHT))
    for _ in range(2):
        canvas.grid([50, 150, 250], [HEIGHT - 40, HEIGHT - 80, HEIGHT - 120])
        for place, text in zip(((60, 60), (160, 60), (60, 100), (160, 100)), ("item", "amount", "heating", "1,234.50"), strict=True):
            canvas.drawString(place[0], HEIGHT - place[1], text)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def opened(png: bytes) -> Image.Image:
    """The picture of a PNG."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_cells_are_drawn_over_the_whole_page(booklet: bytes) -> None:
    picture = opened(draw_page(booklet, 1))
    assert picture.size == (WIDTH * SCALE, HEIGHT * SCALE)
    assert picture.getpixel((int(50 * SCALE), int(60 * SCALE))) == RED
    assert picture.getpixel((int(150 * SCALE), int(100 * SCALE))) == RED
    assert picture.getpixel((int(20 * SCALE), int(60 * SCALE))) == (255, 255, 255)


def test_a_row_is_cut_out_by_the_number_that_findings_give_it(booklet: bytes) -> None:
    row = opened(draw_page(booklet, 1, row=2))
    assert row.size[1] < HEIGHT * SCALE / 2
    assert row.tobytes() == opened(draw_page(booklet, 1, box=Box(50, 80, 250, 120))).tobytes()


def test_a_table_that_goes_on_has_its_rows_numbered_on(booklet: bytes) -> None:
    assert opened(draw_page(booklet, 2, row=3)).size == opened(draw_page(booklet, 1, row=2)).size


def test_recognised_texts_are_drawn_on_every_machine(booklet: bytes) -> None:
    assert TEXT in {color for _, color in opened(draw_page(booklet, 1)).getcolors(2**16) or ()}


@pytest.mark.parametrize(
    ("data", "page", "row", "code"),
    [(None, 3, None, "no-such-page"), (None, 0, None, "no-such-page"), (None, 1, 9, "no-such-row"), (b"a,b\n1,2\n", 1, None, "no-pages")],
)
def test_what_cannot_be_drawn_says_why(booklet: bytes, data: bytes | None, page: int, row: int | None, code: str) -> None:
    with pytest.raises(UnreadableDocument) as error:
        draw_page(data or booklet, page, row=row)
    assert error.value.code == code
