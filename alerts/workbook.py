"""The list that is attached to a digest: every finding of it in a row, as a workbook, with a picture of the row where there is one."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import duckdb

from alerts.digest import AMOUNT, WORDS, Speaker, Told, labelled, news_of, place_of, web_link
from alerts.page import plain
from expectations.rules import RULES, Language

MOST_ROWS = 5000          # what a person can still filter; a digest of a first night is larger, and the page says how many there are
MOST_PICTURES = 40        # some 30 KB each: mail servers take messages of 10 MB and more
LONGEST_CELL = 2000       # characters of a text: nobody reads more in a cell, and 32,767 is the format's limit
PICTURE_WIDTH = 620       # pixels on the sheet; a row of a landscape page can be read at this size
EXACT_DIGITS = 15         # a spreadsheet keeps no more of a number; an amount with more is a text
WIDTHS = (10, 8, 26, 28, 16, 28, 24, 40, 16, 60, 60, 40, 12, 90)    # characters, by column

Draw = Callable[[Sequence["Spot"]], Sequence[bytes | None]]


class Spot(NamedTuple):
    """A row on a page: the document's SHA-256, the page from 1, and the row's box as the warehouse keeps it."""

    sha256: str
    page: int
    box: str


def no_pictures(spots: Sequence[Spot]) -> list[None]:
    """Draw nothing."""
    return [None] * len(spots)


def build(
    connection: duckdb.DuckDBPyConnection, run_key: int, audience_id: str, language: Language, draw: Draw = no_pictures,
) -> bytes | None:
    """Make the workbook of a run's digest.

    Args:
        connection: a connection to the warehouse.
        run_key: the run that was told.
        audience_id: whose digest it is.
        language: of headings and sentences.
        draw: gives PNGs of rows; None where there is none.

    Returns:
        The file; None where the digest tells of no findings.
    """
    told = news_of(connection, run_key, language, MOST_ROWS).get(audience_id, [])[:MOST_ROWS]
    if not told:
        return None
    rows = [row for row, one in enumerate(told) if one.page and one.box and one.sha256 and one.format in ("pdf", "ofd")]
    chosen = rows[:MOST_PICTURES]
    spots = [Spot(told[row].sha256 or "", told[row].page or 0, told[row].box or "") for row in chosen]
    pictures = dict(zip(chosen, draw(spots), strict=True))
    [(started_at,)] = connection.execute("SELECT started_at FROM load_run WHERE run_key = ?", [run_key]).fetchall()
    return _written(Speaker(language), told, pictures, started_at)


def _written(say: Speaker, told: Sequence[Told], pictures: dict[int, bytes | None], started_at: datetime) -> bytes:
    from openpyxl import Workbook
    from openpyxl.drawing.image import Image
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "", started_at, started_at
    sheet = book.active
    sheet.title = say("sheet", "workbook")
    for column, name in enumerate(WORDS["workbook"]["columns"][say.language], start=1):
        cell = sheet.cell(1, column, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    sheet.freeze_panes = "A2"
    for number, one in enumerate(told):
        for column, value in enumerate(_values(say, one), start=1):
            cell = sheet.cell(number + 2, column)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(value, Decimal):
                cell.value, cell.number_format = value, "#,##0.00"
            elif value:
                # What a document says is text: neither a formula nor, when the cell is edited or saved as CSV, made one.
                cell.value, cell.data_type, cell.quotePrefix = value, "s", True
        if picture := pictures.get(number):
            image = Image(io.BytesIO(picture))
            image.width, image.height = PICTURE_WIDTH, round(image.height * PICTURE_WIDTH / image.width)
            sheet.add_image(image, f"{get_column_letter(len(WIDTHS))}{number + 2}")
            sheet.row_dimensions[number + 2].height = min(400, max(60, image.height * 0.78))    # points; 409 is the format's limit
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _values(say: Speaker, one: Told) -> list[str | Decimal]:
    rule = RULES[one.rule]
    figures = "；".join(f"{label}{say('colon')}{value}" for label, value in labelled(say, one) if value)
    texts = (
        say(one.news, "news"), say(one.severity, "severity"), one.department, one.file_name or "", place_of(say, one),
        one.label if "/" not in one.label else "", rule.title[say.language], figures, _amount(one.difference), one.message,
        "" if one.news in ("corrected", "ended") else rule.remedy[say.language], (one.published or "").replace("\t", " ｜ "),
        one.fingerprint[:8], web_link(one),
    )
    return [value if isinstance(value, Decimal) else plain(value)[:LONGEST_CELL] for value in texts]


def _amount(text: str | None) -> str | Decimal:
    if text is None or not AMOUNT.fullmatch(text):
        return text or ""
    return Decimal(text) if len(text.lstrip("-")) <= EXACT_DIGITS + 1 else text
