"""Reader for workbooks in Office Open XML (XLSX)."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import edges
from transforms.readers.number_formats import number_text
from transforms.readers.sheet_xml import SheetXml, read_sheets

# The XML of a 400-page booklet takes some 50 MB; a worker has 2 GB, and parsed sheets take several times their XML.
MAX_UNPACKED = 500_000_000     # bytes
# calamine holds the rectangle around all cells, about 32 bytes each: 16 columns down to the last possible row are 0.5 GB.
MAX_CELLS = 16 * 1_048_576

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


class Range(NamedTuple):
    """Merged cells: 1-based first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int


def read(data: bytes) -> Reading:
    """Read the sheets of a workbook that are shown, in order, with their rows and columns that are shown.

    Numbers are plain, without grouping or currency, and rounded where their format rounds; in General they have 15
    significant digits, the most that Excel keeps. Dates are in ISO form. Formulas give the value saved with them; one
    saved without a value gives its own text (`=B2+B3`), because its amount is not blank but unknown. Errors give their
    text (`#REF!`).

    Args:
        data: the whole file.

    Returns:
        A reading of format `xlsx`; rows are the sheet's, columns count the shown ones.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document` or `too-large`.
    """
    archive = _opened(data)
    try:
        return Reading("xlsx", blocks=tuple(_blocks(data, archive)))
    except PasswordError as error:
        raise UnreadableDocument("encrypted-document", "The workbook needs a password; ask for it without one.") from error
    except CalamineError as error:
        raise UnreadableDocument("damaged-file", f"The workbook is damaged ({error}); fetch or publish it again.") from error


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged-file", f"The workbook is damaged ({error}); fetch or publish it again.") from error
    size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED:
        raise UnreadableDocument("too-large", f"The workbook unpacks to {size:,} bytes; at most {MAX_UNPACKED:,} are read.")
    return archive


def _blocks(data: bytes, archive: zipfile.ZipFile) -> Iterator[TextLine | Grid]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets, xmls = workbook.sheets_metadata, read_sheets(archive)
    if len(sheets) != len(xmls):    # what is hidden would be told of another sheet
        raise UnreadableDocument("damaged-file", "The workbook is damaged (its list of sheets is ambiguous); fetch or publish it again.")
    for index, (sheet, xml) in enumerate(zip(sheets, xmls, strict=True)):
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if xml.rows * xml.columns > MAX_CELLS:
            raise UnreadableDocument(
                "too-large",
                f"Sheet {sheet.name} reaches to row {xml.rows:,} and column {xml.columns:,}; delete the stray cells far off its table.",
            )
        yield from edges.split(Grid(tuple(_cells(workbook.get_sheet_by_index(index), xml)), sheet=sheet.name))


def _cells(sheet: CalamineSheet, xml: SheetXml) -> Iterator[Cell]:
    """The cells that are shown; a run of blank rows is one blank cell."""
    merged, shown = _merged(sheet, xml), xml.shown_columns()
    anchors: dict[Range, str] = {}
    follows_blank = False
    for row, texts in _rows(sheet, xml):
        areas = merged.get(row, ())
        anchors.update((area, texts[area.left - 1]) for area in areas if area.top == row)
        if row in xml.hidden_rows:
            continue
        cells = list(_row_cells(row, texts, areas, anchors, xml, shown)) if any(texts) or areas else []
        is_blank = not any(cell.text for cell in cells)
        if not is_blank:
            yield from cells
        elif not follows_blank:
            yield Cell("", row, 1)
        follows_blank = is_blank


def _row_cells(    # noqa: PLR0913, PLR0917 what a row, its sheet and the ranges merged so far give
    row: int, texts: list[str], areas: Sequence[Range], anchors: dict[Range, str], xml: SheetXml, shown: Sequence[int]
) -> Iterator[Cell]:
    if not areas:
        yield from (Cell(texts[column - 1], row, position) for position, column in enumerate(shown, start=1))
        return
    by_column = {column: area for area in areas for column in range(area.left, area.right + 1)}
    for position, column in enumerate(shown, start=1):
        area = by_column.get(column)
        if area is None:
            yield Cell(texts[column - 1], row, position)
        elif area in anchors:    # its first shown cell stands for it: its first row or column may be hidden
            yield _merged_cell(anchors.pop(area), row, position, area, xml)


def _merged_cell(text: str, row: int, position: int, area: Range, xml: SheetXml) -> Cell:
    bottom = max(number for number in range(row, area.bottom + 1) if number not in xml.hidden_rows)
    width = sum(column not in xml.hidden_columns for column in range(area.left, area.right + 1))
    return Cell(text, row, position, bottom - row + 1, width)


def _merged(sheet: CalamineSheet, xml: SheetXml) -> dict[int, list[Range]]:
    """The merged ranges that each row has a part of, cut to the rows and columns in use."""
    by_row: dict[int, list[Range]] = defaultdict(list)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        area = Range(top + 1, left + 1, min(bottom + 1, xml.rows), min(right + 1, xml.columns))
        if area.left <= area.right:
            for row in range(area.top, area.bottom + 1):
                by_row[row].append(area)
    return by_row


def _rows(sheet: CalamineSheet, xml: SheetXml) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and texts, from the first column to the last in use."""
    before = sheet.start[1] if sheet.start else 0
    blank = [""] * xml.columns
    blank_values: list[Value] = [""] * sheet.width
    # calamine takes errors and unsaved formulas for blank, so its rows may end above theirs.
    all_values: Iterator[list[Value]] = chain(sheet.iter_rows(), repeat(blank_values))
    for row, values in zip(range(1, xml.rows + 1), all_values, strict=False):
        texts = blank.copy()
        if values != blank_values:
            texts[before : before + len(values)] = map(_text, values)
        for column, text in xml.texts_by_row.get(row, {}).items():
            texts[column - 1] = text
        yield row, texts


def _text(value: Value) -> str:
    match value:
        case str():
            return value.replace("\r\n", "\n").replace("\r", "").strip()
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(value)
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
