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
from warehouse.workbook import is_kept

MOST_ROWS = 5000          # what a person can still filter; a digest of a first night is larger, and the page says how many there are
MOST_PICTURES = 40        # some 30 KB each: mail servers take messages of 10 MB and more
LONGEST_CELL = 2000       # characters of a text: nobody reads more in a cell, and 32,767 is the format's limit
PICTURE_WIDTH = 620       # pixels on the sheet; a row of a landscape page can be read at this size
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
    import xlsxwriter
    from PIL import Image

    file = io.BytesIO()
    # What a document says is text: neither a formula nor, when the cell is edited or saved as CSV, made one.
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": started_at})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
    sheet = book.add_worksheet(say("sheet", "workbook"))
    for column, (name, width) in enumerate(zip(WORDS["workbook"]["columns"][say.language], WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(told), len(WIDTHS) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for row, one in enumerate(told, start=1):
        if picture := pictures.get(row - 1):
            with Image.open(io.BytesIO(picture)) as drawn:
                scale, height = PICTURE_WIDTH / drawn.width, drawn.height * PICTURE_WIDTH / drawn.width
            sheet.set_row(row, min(400, max(60, 0.78 * height)))    # points; 409 is the format's limit
            sheet.insert_image(row, len(WIDTHS) - 1, "row.png", {"image_data": io.BytesIO(picture), "x_scale": scale, "y_scale": scale})
        for column, value in enumerate(_values(say, one)):
            if isinstance(value, Decimal):
                sheet.write_number(row, column, value, money)
            elif value:
                sheet.write_string(row, column, value, text)
    book.close()
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
    return Decimal(text) if is_kept(Decimal(text)) else text
