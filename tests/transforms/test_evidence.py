"""Pictures of pages with what was recognised on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf import document
from test_readers_pdf import draw as ruled

from transforms import evidence
from transforms.evidence import CELL, RECORD, RULING, SCALE, STAGES, Look, Stage, draw
from transforms.grid import UnreadableDocument

INK = (20, 40, 160)
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


def colors(picture: Image.Image) -> set[object]:
    return {color for _, color in picture.getcolors(2**20) or ()}


def halves(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """What stands on the left, and what stands on the right."""
    middle = picture.width // 2
    return picture.crop((0, 0, middle, picture.height)), picture.crop((middle, 0, picture.width, picture.height))


def test_cells_are_marked_on_the_page_and_drawn_beside_it(booklet: bytes) -> None:
    page, table = halves(opened(draw(booklet, 1, stage="cells")))
    assert page.width > 200 * SCALE
    assert CELL.border in colors(page) & colors(table)
    assert INK in colors(table)    # the recognised text
    assert INK not in colors(page)    # whose own text stays as it is


@pytest.mark.parametrize(("stage", "look"), [("rulings", RULING), ("cells", CELL), ("table", RECORD)])
def test_each_stage_shows_its_own(booklet: bytes, stage: Stage, look: Look) -> None:
    page, table = halves(opened(draw(booklet, 1, stage=stage)))
    assert look.border in colors(page) & colors(table)


TARGETS = {
    (0, 0, 1, 1): "项目名称", (0, 1, 1, 1): "总计", (0, 2, 1, 1): "财政拨款", (0, 3, 1, 1): "绩效指标",
    (1, 0, 1, 1): "环境监测", (1, 1, 1, 1): "120.00", (1, 2, 1, 1): "1zz0.00", (1, 3, 1, 1): "产出指标：1、监测次数，年度指标值：≥12次",
}


def test_what_became_of_cells_is_seen() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(250, 720, "2024年项目支出绩效目标表")
        canvas.drawString(60, 705, "单位：万元")
        ruled(TARGETS)(canvas)

    _, table = halves(opened(draw(document(page), 1)))
    assert RECORD.ground in colors(table)


def test_documents_without_pages_are_drawn_as_their_grid() -> None:
    data = "2024年项目支出绩效目标表\n单位：万元\n项目名称\t总计\t绩效指标\n环境监测\t120.00\t产出指标：1、监测次数，年度指标值：≥12次\n".encode()
    assert RECORD.ground in colors(opened(draw(data, 1)))
    assert RECORD.ground not in colors(opened(draw(data, 1, stage="cells")))
    many = data + "".join(f"项目{row}\t1.00\t产出指标：1、监测次数，年度指标值：≥12次\n" for row in range(400)).encode()
    assert opened(draw(many, 1)).height < 20_000
    last = opened(draw(many, 1, row=400))
    assert last.height < opened(draw(data, 1)).height * 2


def test_a_row_is_cut_out_by_the_number_that_findings_give_it(booklet: bytes) -> None:
    whole, row = opened(draw(booklet, 1)), opened(draw(booklet, 1, row=2))
    assert row.height < whole.height
    assert row.width < whole.width + 1


def test_a_table_that_goes_on_has_its_rows_numbered_on(booklet: bytes) -> None:
    assert opened(draw(booklet, 2, row=3)).width == opened(draw(booklet, 1, row=2)).width


def test_a_pdf_is_made_where_one_is_asked_for(booklet: bytes) -> None:
    assert draw(booklet, 1, form="PDF").startswith(b"%PDF")


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty-file"), (b"%PDF-1.7 cut", "damaged-file"), (b"PK\x03\x04 cut", "incomplete-document"), (bytes(99), "unknown-format"),
    ("单位：万元\n合计\t5.00\n".encode(), "no-such-page"), (b"<html><body>1</body></html>", "no-such-page"),
])
def test_what_has_no_page_to_draw_is_told(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocument) as told:
        evidence.picture(data, 1)
    assert told.value.code == code


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("data", "page", "row", "code"),
    [(None, 3, None, "no-such-page"), (None, 0, None, "no-such-page"), (None, 1, 9, "no-such-row"), (b"a\tb\n1\t2\n", 2, None, "no-such-page")],
)
def test_what_cannot_be_drawn_says_why(booklet: bytes, data: bytes | None, page: int, row: int | None, code: str, stage: Stage) -> None:
    with pytest.raises(UnreadableDocument) as error:
        draw(data or booklet, page, row=row, stage=stage)
    assert error.value.code == ("no-rulings" if data and stage == "rulings" else code)
