"""What python-calamine does not tell of a workbook: what is hidden, how numbers are shown, raised digits, errors, unsaved formulas."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from lxml import etree

from transforms.grid import UnreadableDocument
from transforms.readers.number_formats import BUILT_IN, NumberFormat, parse_number_format
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

# What zipfile, lxml and int raise for a broken archive, broken XML, a missing part or attribute, a number that is none.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, etree.XMLSyntaxError, KeyError, TypeError, ValueError,
)

_LAST_COLUMN = 16_384    # XFD

_AT_ONCE = 10_000_000     # bytes of a sheet's XML that are parsed at once; larger ones are streamed
_TRUE = {"1", "true"}
_PARSING = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
_SMALL_DIGITS = {"superscript": SUPERSCRIPT, "subscript": SUBSCRIPT}
Element: TypeAlias = etree._Element


class _Shared(NamedTuple):
    """What a workbook keeps once for all sheets: the number format of each cell style, the texts with small digits by number."""

    formats: list[NumberFormat | None]
    texts: dict[str, str]


@dataclass(slots=True)
class SheetXml:
    """One sheet: its last row and column with a value, what is hidden, and texts that go before calamine's values."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts_by_row: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def shown_columns(self) -> list[int]:
        """The columns in use that are not hidden."""
        return [column for column in range(1, self.columns + 1) if column not in self.hidden_columns]


def read_sheets(archive: zipfile.ZipFile) -> list[SheetXml]:
    """Read what the sheets of an XLSX file say beside their values.

    Args:
        archive: the file.

    Returns:
        One `SheetXml` per sheet, hidden ones included, in the workbook's order.

    Raises:
        UnreadableDocument: `damaged-file`.
    """
    try:
        shared = _Shared(_number_formats(archive), _texts_with_small_digits(archive))
        return [_read_sheet(archive, path, shared) for path in _sheet_paths(archive)]
    except _DAMAGE as error:
        raise UnreadableDocument("damaged-file", f"The workbook is damaged ({error}); fetch or publish it again.") from error


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[str]:
    relations = {relation.get("Id"): relation.get("Target", "") for relation in _xml(archive, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(archive, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        (relation_id,) = (value for name, value in sheet.items() if name.endswith("}id"))
        yield posixpath.normpath(posixpath.join("/xl", relations[relation_id])).lstrip("/")


def _number_formats(archive: zipfile.ZipFile) -> list[NumberFormat | None]:
    """The number format of each cell style; None where it adds nothing to the number."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    styles = _xml(archive, "xl/styles.xml")
    codes = BUILT_IN | {int(code.get("numFmtId", 0)): code.get("formatCode", "") for code in styles.iterfind("{*}numFmts/{*}numFmt")}
    parsed = {number: parse_number_format(code) for number, code in codes.items()}
    return [parsed.get(int(style.get("numFmtId", 0))) for style in styles.iterfind("{*}cellXfs/{*}xf")]


def _texts_with_small_digits(archive: zipfile.ZipFile) -> dict[str, str]:
    path = "xl/sharedStrings.xml"
    if path not in archive.namelist() or b"vertAlign" not in archive.read(path):
        return {}
    strings = enumerate(_xml(archive, path).iterfind("{*}si"))
    return {str(number): text for number, string in strings if (text := _with_small_digits(string)) is not None}


def _with_small_digits(string: Element) -> str | None:
    """A text's runs with raised and lowered digits set apart; None where it has none."""
    if string.find(".//{*}r/{*}rPr/{*}vertAlign") is None:
        return None
    text = ""
    for run in string.iterfind(".//{*}r"):
        align = run.find("{*}rPr/{*}vertAlign")
        digits = _SMALL_DIGITS.get(align.get("val", ""), {}) if align is not None else {}
        text += run.findtext("{*}t", "").translate(digits)
    return text.replace("\r\n", "\n").replace("\r", "").strip()


def _xml(archive: zipfile.ZipFile, path: str) -> Element:
    return etree.fromstring(archive.read(path), etree.XMLParser(**_PARSING))


def _read_sheet(archive: zipfile.ZipFile, path: str, shared: _Shared) -> SheetXml:
    sheet = SheetXml()
    row = 0
    for element in _columns_and_rows(archive, path):
        if element.tag.endswith("}row"):
            row = int(element.get("r", row + 1))
            _read_row(element, row, sheet, shared)
        elif _is_hidden(element, "width"):
            sheet.hidden_columns.update(range(int(element.get("min")), min(int(element.get("max")), _LAST_COLUMN) + 1))
    return sheet


def _columns_and_rows(archive: zipfile.ZipFile, path: str) -> Iterator[Element]:
    if archive.getinfo(path).file_size <= _AT_ONCE:
        yield from _xml(archive, path).iter("{*}col", "{*}row")
        return
    with archive.open(path) as xml:
        for _, element in etree.iterparse(xml, tag=("{*}col", "{*}row"), **_PARSING):
            yield element
            if element.tag.endswith("}row"):
                element.clear()
                while element.getprevious() is not None:    # else a million empty rows would stay in memory
                    del element.getparent()[0]


def _read_row(row_element: Element, row: int, sheet: SheetXml, shared: _Shared) -> None:
    if _is_hidden(row_element, "ht"):
        sheet.hidden_rows.add(row)
    column = 0
    for cell in row_element:
        if not cell.tag.endswith("}c"):
            continue
        column = _column(cell.get("r", "").rstrip("0123456789")) or column + 1
        if column > _LAST_COLUMN:
            raise ValueError(f"row {row} goes beyond the last column that a sheet can have")
        if len(cell) == 0:
            continue
        sheet.rows, sheet.columns = max(sheet.rows, row), max(sheet.columns, column)
        text = _text(cell, shared)
        if text is not None:
            sheet.texts_by_row[row][column] = text


def _is_hidden(element: Element, size: str) -> bool:
    return element.get("hidden") in _TRUE or float(element.get(size, 1)) == 0


@lru_cache(_LAST_COLUMN)
def _column(letters: str) -> int:
    """The 1-based column of letters such as `AB`; 0 without any."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _value_and_formula(cell: Element) -> tuple[str | None, Element | None]:
    value, formula = None, None
    for child in cell:
        if child.tag.endswith("}v"):
            value = child.text or ""
        elif child.tag.endswith("}f"):
            formula = child
    return value, formula


def _text(cell: Element, shared: _Shared) -> str | None:
    """The cell's text where calamine's value is not what is published."""
    kind = cell.get("t", "n")
    style = int(cell.get("s", 0))
    number_format = shared.formats[style] if style < len(shared.formats) else None
    if number_format and number_format.is_hidden:
        return ""
    if kind == "s":
        return shared.texts.get(cell.findtext("{*}v") or "") if shared.texts else None
    value, formula = _value_and_formula(cell)
    if kind == "e":
        return value
    if kind == "inlineStr":
        return _with_small_digits(cell) if any(child.tag.endswith("}r") for text in cell for child in text) else None
    if not value:
        return None if formula is None or kind == "str" else f"={formula.text or ''}"    # a formula may give an empty string
    return number_format.text(float(value)) if number_format and kind == "n" else None
