"""Reader for workbooks in XML as Excel 2002 and 2003 save them ("XML Spreadsheet 2003"), which are often named .xls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from transforms.grid import Reading, TextLine
from transforms.readers.colors import FAINT, WHITE, contrast
from transforms.readers.number_formats import Format, cell_format, date_text, formatted, stored_number
from transforms.readers.office_package import DAMAGE, Element, damaged, parse_xml
from transforms.readers.sheets import Range, Sheet, header_lines, shown_text
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14    # of a sheet in any version of Excel; a larger index is damage
_DEFAULT = "Default"    # the style of cells that name none, and what others are based on that name no other
_STYLES_DEEP = 64       # styles based on each other; Excel writes one below another
_TINY = 2.0             # points
_SMALL_DIGITS = {f"{_HTML}Sup": SUPERSCRIPT, f"{_HTML}Sub": SUBSCRIPT}
_TRUTH = {"1": "TRUE", "0": "FALSE"}


def read(data: bytes) -> Reading:
    """Read the sheets of a workbook that are shown, as `xlsx.read` does.

    Args:
        data: the whole file.

    Returns:
        A reading of format `xml-spreadsheet`; rows are the sheet's, columns count the shown ones.

    Raises:
        UnreadableDocument: `damaged-file` or `too-large`.
    """
    try:
        book = _Book(parse_xml(data))
        sheets = [_sheet(sheet, book) for sheet in book.root.iterfind(f"{_SS}Worksheet") if _is_shown(sheet)]
        blocks = [block for sheet in sheets for block in (*map(TextLine, sheet.print_header), *sheet.blocks())]
        hidden = [text for sheet in sheets for text in (*sheet.unseen, *sheet.concealed())]
        return Reading("xml-spreadsheet", blocks=tuple(blocks), hidden=tuple(map(TextLine, hidden)))
    except DAMAGE as error:
        raise damaged(error) from error


@dataclass(frozen=True, slots=True)
class _Style:
    """How cells show their contents: numbers by `format` (None: as they are), struck-out and unseen text not at all."""

    format: Format | None = None
    is_struck: bool = False
    is_unseen: bool = False


@dataclass(slots=True)
class _Book:
    """A workbook with its styles by name, each read when a cell has it."""

    root: Element
    _elements: dict[str, Element] = field(default_factory=dict)
    _styles: dict[str, _Style] = field(default_factory=dict)
    _is_1904: bool = False

    def __post_init__(self) -> None:
        self._elements = {style.get(f"{_SS}ID", ""): style for style in self.root.iterfind(f"{_SS}Styles/{_SS}Style")}
        self._is_1904 = self.root.find("{*}ExcelWorkbook/{*}Date1904") is not None

    def style(self, name: str | None) -> _Style:
        """The style of a name."""
        name = name or _DEFAULT
        if name not in self._styles:
            self._styles[name] = self._read(name)
        return self._styles[name]

    def _read(self, name: str) -> _Style:
        font, interior, number_format = (self._said(name, part) for part in ("Font", "Interior", "NumberFormat"))
        pattern = interior.get("Pattern", "None")
        ground = WHITE if pattern == "None" else interior.get("Color", "").lstrip("#") if pattern == "Solid" else ""
        is_faint = contrast(font.get("Color", "#000000").lstrip("#"), ground) <= FAINT
        return _Style(
            format=cell_format(number_format.get("Format", "General"), is_1904=self._is_1904),
            is_struck=font.get("StrikeThrough") == "1",
            is_unseen=is_faint or float(font.get("Size", 11)) < _TINY,
        )

    def _said(self, name: str, part: str) -> dict[str, str]:
        """The attributes of a part of a style, with those of the styles that it is based on."""
        said: dict[str, str] = {}
        for _ in range(_STYLES_DEEP):
            style = self._elements.get(name)
            found = style.find(f"{_SS}{part}") if style is not None else None
            own = {str(key).rpartition("}")[2]: str(value) for key, value in found.items()} if found is not None else {}
            said = own | said
            parent = style.get(f"{_SS}Parent", _DEFAULT) if style is not None else _DEFAULT
            if parent == name:
                break
            name = parent
        return said


def _is_shown(sheet: Element) -> bool:
    return (sheet.findtext("{*}WorksheetOptions/{*}Visible") or "").strip() not in ("SheetHidden", "SheetVeryHidden")


def _sheet(element: Element, book: _Book) -> Sheet:
    sheet = Sheet(element.get(f"{_SS}Name", ""))
    for header in element.iterfind("{*}WorksheetOptions/{*}PageSetup/{*}Header"):
        sheet.print_header += header_lines(next((str(value) for key, value in header.items() if str(key).endswith("}Data")), ""))
    for table in element.iterfind(f"{_SS}Table"):
        styles: dict[int, str] = {}    # of columns
        for column, number in _numbered(table, "Column", "Span", _MOST_COLUMNS):
            covered = range(number, min(number + _count(column, "Span"), _MOST_COLUMNS) + 1)
            styles |= dict.fromkeys(covered, column.get(f"{_SS}StyleID", ""))
            if _is_hidden(column, "Width"):
                sheet.hidden_columns.update(covered)
        for row, top in _numbered(table, "Row", "Span", _MOST_ROWS):
            if _is_hidden(row, "Height"):
                sheet.hidden_rows.update(range(top, top + _count(row, "Span") + 1))
            _add_row(sheet, row, top, styles, book)
    return sheet


def _is_hidden(element: Element, size: str) -> bool:
    return element.get(f"{_SS}Hidden") == "1" or float(element.get(f"{_SS}{size}", 1)) == 0


def _add_row(sheet: Sheet, row: Element, top: int, columns: Mapping[int, str], book: _Book) -> None:
    for cell, left in _numbered(row, "Cell", "MergeAcross", _MOST_COLUMNS):
        style = book.style(cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or columns.get(left))
        text, data = _text(cell, style), cell.find(f"{_SS}Data")
        is_number = data is not None and data.get(f"{_SS}Type") == "Number"
        is_hidden = style.is_struck or style.is_unseen or (style.format is not None and style.format.hides(is_number=is_number))
        if is_hidden and (held := _text(cell, _Style())):
            if top not in sheet.hidden_rows and left not in sheet.hidden_columns:
                sheet.unseen.append(held)
        elif text:
            sheet.texts[top][left] = text
            if is_number and (stored := stored_number(_plain(data), style.format)):
                sheet.stored[top][left] = stored
        down, across = _count(cell, "MergeDown"), _count(cell, "MergeAcross")
        if down or across:
            sheet.merged.append(Range(top, left, min(top + down, _MOST_ROWS), min(left + across, _MOST_COLUMNS)))


def _text(cell: Element, style: _Style) -> str:
    """The text of a cell as its style shows it; the formula of one that was saved without a value."""
    data = cell.find(f"{_SS}Data")
    if data is None:
        return str(cell.get(f"{_SS}Formula", ""))
    text = _plain(data)
    match data.get(f"{_SS}Type"):
        case "Number":
            return formatted(text, style.format)
        case "DateTime":
            return date_text(text)
        case "Boolean":
            return _TRUTH.get(text, text)
        case _:
            return shown_text(text)


def _plain(data: Element) -> str:
    """The text of a cell's runs that are seen: white and tiny ones only where no others are, on a dark ground."""
    if not len(data):
        return str(data.text or "")
    runs = list(_runs(data, {}, is_faint=False))
    return "".join(text for text, is_faint in runs if not is_faint) or "".join(text for text, _ in runs)


def _runs(part: Element, small_digits: Mapping[int, int], *, is_faint: bool) -> Iterator[tuple[str, bool]]:
    """The texts in a part of a cell, and whether each is white or tiny; what is struck out is left out."""
    if part.tag == f"{_HTML}S":
        return
    small_digits = _SMALL_DIGITS.get(str(part.tag), small_digits)
    color = part.get(f"{_HTML}Color")
    is_faint = contrast(color.lstrip("#"), WHITE) <= FAINT if color else is_faint
    is_faint |= float(part.get(f"{_HTML}Size", _TINY)) < _TINY
    yield (part.text or "").translate(small_digits), is_faint
    for child in part:
        yield from _runs(child, small_digits, is_faint=is_faint)
        yield (child.tail or "").translate(small_digits), is_faint


def _numbered(parent: Element, name: str, span: str, most: int) -> Iterator[tuple[Element, int]]:
    """The columns, rows or cells with their numbers: each follows the one before unless it states its own."""
    number = 1
    for element in parent.iterfind(f"{_SS}{name}"):
        number = int(element.get(f"{_SS}Index", number))
        if not 0 < number <= most:
            raise damaged(f"it has a {name} number {number}")
        yield element, number
        number += 1 + min(_count(element, span), most)


def _count(element: Element, name: str) -> int:
    return min(max(int(element.get(f"{_SS}{name}", 0)), 0), _MOST_ROWS)
