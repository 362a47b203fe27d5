"""The list that is attached to a digest: safe to open, readable, with the row as it stands on the page."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from nights import Night
from openpyxl import load_workbook
from PIL import Image

from alerts.workbook import MOST_PICTURES, Spot, build
from flows.pictures import draw_row, row_pictures
from settings import Settings
from sources.archive import Archive
from transforms.parse import parse_document

OFFICE = "tianhe-people-congress-office"
PDF = "yunshan/cppcc-office/2026/项目支出绩效目标表.pdf"


def seed_document(seed: Night) -> int:
    [(key,)] = seed.connection.execute("SELECT document_key FROM dim_document").fetchall()
    return int(key)


def rows(content: bytes | None) -> list[tuple[Any, ...]]:
    assert content
    return list(load_workbook(BytesIO(content)).active.iter_rows(min_row=2, values_only=True))


def test_a_row_has_all_that_a_person_needs_to_find_and_mend_it(seed: Night) -> None:
    content = build(seed.connection, seed.run_key, "tianhe-finance", "zh")
    assert content
    sheet = load_workbook(BytesIO(content)).active
    assert (sheet.title, sheet.freeze_panes, sheet["A1"].value, int(sheet.column_dimensions["J"].width)) == ("问题清单", "A2", "类别", 60)
    [row] = rows(content)
    assert row[:9] == (
        "新发现", "严重", "广州市天河区人民代表大会常务委员会办公室", "tianhe-rd-2023.txt", "第1页 第3行", "合计", "合计与各项目之和不符",
        "公布数：4,219,800.00 元；各项之和：4,210,000.00 元；差额：9,800.00 元", 9800)
    assert sheet["I2"].number_format == "#,##0.00"
    assert row[10] == "请核对合计数和各项目金额：更正加总错误，或者补列漏公布的项目；更正后在原地址重新公布，并说明更正事项。"


@pytest.mark.parametrize("text", ["=HYPERLINK(\"http://x\")", "+1+1", "-2", "@SUM(A1)", "\t=1", "=1\x07", "=" + "长" * 40_000])
def test_what_a_document_says_is_no_formula(seed: Night, text: str) -> None:
    seed.finding(OFFICE, seed_document(seed), rule="missing-goal", label=text, message_zh=text, expected=None, actual=None, difference=None, published_text=text)
    content = build(seed.connection, seed.run_key, "tianhe-finance", "zh")
    assert content
    cells = [cell for row in load_workbook(BytesIO(content)).active.iter_rows(min_row=2) for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    [shown] = [cell for cell in cells if cell.column_letter == "J" and str(cell.value).startswith(text.strip()[:1])]
    assert shown.quotePrefix
    with ZipFile(BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_an_amount_with_more_digits_than_a_spreadsheet_keeps_stays_exact(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), difference="12345678901234.56")
    assert [row[8] for row in rows(build(seed.connection, seed.run_key, "tianhe-finance", "zh"))] == [9800, "12345678901234.56"]


def test_rows_of_pdfs_have_pictures_and_no_more_than_can_be_sent(seed: Night) -> None:
    document = seed_document(seed)
    seed.connection.execute("UPDATE dim_document SET format = 'pdf'")
    seed.connection.execute("UPDATE fact_finding SET box = '[40, 100, 500, 130]'")
    for number in range(MOST_PICTURES + 5):
        seed.finding(OFFICE, document, row=10 + number, box="[40, 100, 500, 130]")
    picture = BytesIO()
    Image.new("RGB", (1684, 120), "white").save(picture, "PNG")
    asked: list[Spot] = []

    def draw(spots: Any) -> list[bytes | None]:
        asked.extend(spots)
        return [picture.getvalue(), *[None] * (len(spots) - 1)]

    content = build(seed.connection, seed.run_key, "tianhe-finance", "zh", draw)
    assert content
    assert len(asked) == MOST_PICTURES
    [shown] = load_workbook(BytesIO(content)).active._images
    assert (shown.anchor._from.row, shown.anchor.to.row, shown.anchor._from.col, shown.anchor.to.col) == (1, 1, 13, 13)    # in its cell


@pytest.fixture(scope="module")
def row(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Spot]:
    """An archive with a PDF, and a row of a project in it."""
    data = (samples / "published" / PDF).read_bytes()
    folder = tmp_path_factory.mktemp("archive")
    sha256 = Archive(folder).keep(data)
    place = parse_document(PDF, data).projects[0].place
    assert place.page
    assert place.box
    return folder, Spot(sha256, place.page, str(list(place.box)))


def test_the_picture_is_the_row_with_a_frame_around_it(row: tuple[Path, Spot]) -> None:
    picture = draw_row(*reversed(row))
    assert isinstance(picture, bytes)
    drawn = Image.open(BytesIO(picture)).convert("RGB")
    assert drawn.width > drawn.height
    reds = sum(count for count, (red, green, blue) in drawn.getcolors(1 << 24) or () if red > 150 > 2 * max(green, blue))
    assert reds > 1000


def test_a_row_that_cannot_be_drawn_is_left_out(row: tuple[Path, Spot], tmp_path: Path) -> None:
    archive, spot = row
    settings = Settings().at(data=tmp_path)
    settings.data.mkdir(exist_ok=True)
    settings.archive_folder.symlink_to(archive)
    spots = [spot, spot._replace(page=99), spot._replace(sha256="0" * 64)]
    drawn = row_pictures(settings, spots, end=time.monotonic() + 60)
    assert [picture is not None for picture in drawn] == [True, False, False]
    assert row_pictures(settings, spots, end=time.monotonic()) == [None] * 3    # the night's time for pictures is over
