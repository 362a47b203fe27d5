"""Reader for workbooks of Excel 5 to 2003 (XLS) and what other programs write as such ([MS-XLS], BIFF5 and BIFF8).

Own code, because libraries in use tell neither what is hidden nor how numbers are shown, and for both the records have to
be gone through anyway.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import ole2
from transforms.readers.colors import FAINT, WHITE, contrast, indexed
from transforms.readers.number_formats import Format, cell_formats, number_text, stored_number
from transforms.readers.sheets import Range, Sheet, shown_text
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT


class _Type(IntEnum):
    """Types of records (2.3.1)."""

    FORMULA = 0x06
    EOF = 0x0A
    DATE_1904 = 0x22
    FILE_PASS = 0x2F
    FONT = 0x31
    CONTINUE = 0x3C
    WINDOW = 0x3D
    CODE_PAGE = 0x42
    COLUMN_INFO = 0x7D
    BOUND_SHEET = 0x85
    MULTIPLE_RK = 0xBD
    SHEET_WINDOW = 0x23E
    RICH_STRING = 0xD6
    STYLE = 0xE0
    MERGED = 0xE5
    SHARED_TEXTS = 0xFC
    SHARED_LABEL = 0xFD
    NUMBER = 0x203
    LABEL = 0x204
    BOOLEAN = 0x205
    STRING = 0x207
    ROW = 0x208
    RK = 0x27E
    FORMAT = 0x41E
    BEGIN = 0x809


_BIFF5, _BIFF8 = 0x0500, 0x0600
_WORKSHEET = 0
_SLIVER = 40    # twips: a row of that height shows nothing
_HIDDEN_ROW, _HIDDEN_COLUMN, _SHOWS_ZEROS = 0x20, 0x01, 0x10
_LAST_COLUMN = 256
_STRUCK = 0x08                       # of a font's flags
_TINY = 40                           # twips
_NO_FILL, _SOLID, _STYLE_SIZE = 0, 1, 20
_SMALL_DIGITS = {1: SUPERSCRIPT, 2: SUBSCRIPT}
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_TEXT_RESULT, _BOOLEAN_RESULT, _ERROR_RESULT, _EMPTY_RESULT = range(4)
_EMPTY_TEXT = b"\x17\x00"     # the constant "" in a formula
_UNSAVED = "=?"              # a formula that gives nothing although it can give no empty text: its value was never saved
# Code pages that Chinese workbooks of Excel 95 have been written in; 1200 is UTF-16 and the default of BIFF8.
_CODE_PAGES = {936: "gb18030", 950: "big5hkscs", 1252: "cp1252"}


class _Record(NamedTuple):
    kind: int
    data: bytes
    parts: tuple[int, ...]     # where the records that continue it begin


def read(data: bytes, *, only_front: bool = False) -> Reading:
    """Read the sheets of a workbook that are shown, in order, with their rows and columns that are shown.

    Numbers, dates, truth values and errors read as those of XLSX do. Formulas give the value saved with them; one that
    was saved without a value reads `=?`.

    Args:
        data: the whole file.
        only_front: whether to read only the sheet in front, the one that a document shows in which the workbook is embedded.

    Returns:
        A reading of format `xls`; rows are the sheet's, columns count the shown ones.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document`, `too-large` or `unsupported-format`.
    """
    stream = ole2.stream(data, "Workbook", "Book")
    if stream is None:
        raise _damaged("it holds no workbook")
    return read_stream(stream, only_front=only_front)


def read_stream(stream: bytes, *, only_front: bool = False) -> Reading:
    """Read the stream of a workbook; the rest is as of `read`."""
    try:
        hidden: list[str] = []
        return Reading("xls", blocks=tuple(_blocks(stream, hidden, only_front=only_front)), hidden=tuple(map(TextLine, hidden)))
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged(error) from error


def _blocks(stream: bytes, hidden: list[str], *, only_front: bool) -> Iterator[TextLine | Grid]:
    workbook = _Workbook()
    for record in _records(stream, 0):
        if record.kind == _Type.FILE_PASS:
            raise UnreadableDocument("encrypted-document", "The workbook needs a password; ask for it without one.")
        workbook.add(record)
    if not workbook.sheets:
        raise _damaged("it holds no sheet")
    workbook.finish()
    for number, name, begin in workbook.sheets:
        if number == workbook.front or not only_front:
            sheet = _read_sheet(stream, begin, Sheet(name), workbook)
            yield from sheet.blocks()
            workbook.hidden += sheet.concealed()
    hidden += workbook.hidden


def _records(stream: bytes, begin: int) -> Iterator[_Record]:
    """The records of one substream, each with what continues it, without those of charts inside it."""
    depth, place = 0, begin
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        content = stream[place + 4 : place + 4 + size]
        if len(content) < size:
            break
        place += 4 + size
        depth += kind == _Type.BEGIN
        if kind == _Type.EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1:
            place, content, parts = _continued(stream, place, content)
            yield _Record(kind, content, parts)
    raise _damaged("it ends in the middle of a sheet")


def _continued(stream: bytes, place: int, content: bytes) -> tuple[int, bytes, tuple[int, ...]]:
    pieces, parts, length = [content], list[int](), len(content)
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind != _Type.CONTINUE:
            break
        parts.append(length)
        pieces.append(stream[place + 4 : place + 4 + size])
        length += size
        place += 4 + size
    return place, b"".join(pieces), tuple(parts)


@dataclass(slots=True)
class _Workbook:
    """What the workbook's own records say: shown sheets with their numbers and where they begin, the one in front, texts, formats.

    `struck` and `unseen` are the styles of cells whose text is deleted, and whose text has the colour of what is behind it; `hidden` are
    their texts. `unseen_parts` are those of the texts that are not shown beside the rest, by the texts' numbers. `zeros` are the cells
    of the sheet that is read, by row and column from 0, whose number is 0.
    """

    version: int = _BIFF8
    encoding: str = "gb18030"
    is_1904: bool = False
    sheets: list[tuple[int, str, int]] = field(default_factory=list)
    front: int = 0
    texts: list[str] = field(default_factory=list)
    unseen_parts: dict[int, str] = field(default_factory=dict)
    small_fonts: dict[int, dict[int, int]] = field(default_factory=dict)
    formats: list[Format | None] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    hidden: list[str] = field(default_factory=list)
    zeros: list[tuple[int, int]] = field(default_factory=list)
    _fonts: int = 0
    _sheets: int = 0
    _struck_fonts: set[int] = field(default_factory=set)
    _tiny_fonts: set[int] = field(default_factory=set)
    _font_colors: dict[int, str] = field(default_factory=dict)
    _codes: dict[int, str] = field(default_factory=dict)
    _styles: list[int] = field(default_factory=list)
    _shared: _Record | None = None

    def add(self, record: _Record) -> None:
        data = record.data
        match record.kind:
            case _Type.BEGIN:
                self._begin(*struct.unpack_from("<H", data))
            case _Type.CODE_PAGE:
                self.encoding = _CODE_PAGES.get(int.from_bytes(data[:2], "little"), self.encoding)
            case _Type.DATE_1904:
                self.is_1904 = data[:1] == b"\1"
            case _Type.FONT:
                self._add_font(*struct.unpack_from("<HHH2xH", data))
            case _Type.FORMAT:
                (number,) = struct.unpack_from("<H", data)
                self._codes[number] = self.string(data, 2, 2 if self.version == _BIFF8 else 1)
            case _Type.STYLE:
                self._add_style(data)
            case _Type.WINDOW:
                (self.front,) = struct.unpack_from("<10xH", data)
            case _Type.BOUND_SHEET:
                self._add_sheet(data)
            case _Type.SHARED_TEXTS:
                self._shared = record

    def finish(self) -> None:
        """What can be told only when all records are there."""
        self.formats = cell_formats(self._styles, self._codes, is_1904=self.is_1904)
        faint = {font for font, color in self._font_colors.items() if contrast(color, WHITE) <= FAINT} | self._tiny_fonts
        fonts = _Fonts(self.small_fonts, self._struck_fonts, faint)
        shared = list(_shared_texts(self._shared, fonts)) if self._shared else []
        self.texts = [text for text, _ in shared]
        self.unseen_parts = {number: unseen for number, (_, unseen) in enumerate(shared) if unseen}

    def string(self, data: bytes, place: int, length_size: int) -> str:
        """A text that begins with its length."""
        length = int.from_bytes(data[place : place + length_size], "little")
        begin = place + length_size
        if self.version == _BIFF5:
            return data[begin : begin + length].decode(self.encoding, "replace")
        return _characters(data[begin + 1 :], length, is_wide=bool(data[begin] & 1)) if length else ""

    def number(self, value: float, style: int) -> str:
        """A number as its cell's style shows it."""
        number_format = self.formats[style] if style < len(self.formats) else None
        is_hidden = number_format is not None and number_format.hides(is_number=True)
        text = number_format.text(value) if number_format and not is_hidden else number_text(value)
        return self._shown(text, style, is_hidden=is_hidden)

    def label(self, text: str, style: int) -> str:
        """A text as its cell's style shows it."""
        number_format = self.formats[style] if style < len(self.formats) else None
        return self._shown(text, style, is_hidden=number_format is not None and number_format.hides(is_number=False))

    def _shown(self, text: str, style: int, *, is_hidden: bool) -> str:
        if not is_hidden and style not in self.unseen and style not in self.struck:
            return text
        self.note(text)
        return ""

    def note(self, text: str) -> None:
        """Note a text that a cell holds and does not show."""
        self.hidden += [text] if text.strip() else []

    def _begin(self, version: int) -> None:
        if version not in (_BIFF5, _BIFF8):
            raise UnreadableDocument("unsupported-format", "The workbook is older than Excel 5; save it as XLSX.")
        self.version = version

    def _add_font(self, height: int, flags: int, color: int, escapement: int) -> None:
        if escapement in _SMALL_DIGITS:
            self.small_fonts[self._fonts] = _SMALL_DIGITS[escapement]
        if flags & _STRUCK:
            self._struck_fonts.add(self._fonts)
        if height < _TINY:
            self._tiny_fonts.add(self._fonts)
        self._font_colors[self._fonts] = indexed(color)
        self._fonts += 1 if self._fonts != 3 else 2    # no font has the number 4 (2.5.129)

    def _add_style(self, data: bytes) -> None:
        """A style of cells (2.4.353); the colours behind texts stand elsewhere in those of Excel 5."""
        font, number_format = struct.unpack_from("<HH", data)
        style = len(self._styles)
        self._styles.append(number_format)
        if font in self._struck_fonts:
            self.struck.add(style)
        if font in self._tiny_fonts:
            self.unseen.add(style)
        if self.version == _BIFF8 and len(data) >= _STYLE_SIZE:
            pattern, grounds = struct.unpack_from("<14xIH", data)
            ground = WHITE if pattern >> 26 == _NO_FILL else indexed(grounds & 0x7F) if pattern >> 26 == _SOLID else None
            color = self._font_colors.get(font)
            if color and ground and contrast(color, ground) <= FAINT:
                self.unseen.add(style)

    def _add_sheet(self, data: bytes) -> None:
        begin, state, kind = struct.unpack_from("<IBB", data)
        if state & 3 == 0 and kind == _WORKSHEET:
            self.sheets.append((self._sheets, self.string(data, 6, 1), begin))
        self._sheets += 1


class _Fonts(NamedTuple):
    """How parts of a text are shown: with raised or lowered digits, struck out, or not seen (white ones only beside others)."""

    small: Mapping[int, Mapping[int, int]]
    struck: Set[int]
    faint: Set[int]


def _shared_texts(record: _Record, fonts: _Fonts) -> Iterator[tuple[str, str]]:
    """The texts that cells refer to by number (2.4.265), each as it is shown, and what of it is not."""
    source = _Characters(record)
    source.take(4)
    for _ in range(source.number("<I")):
        length, flags = source.number("<H"), source.number("<B")
        runs = source.number("<H") if flags & 8 else 0
        extension = source.number("<I") if flags & 4 else 0
        text = source.characters(length, is_wide=bool(flags & 1))
        marks = [struct.unpack("<HH", source.take(4)) for _ in range(runs)]
        source.take(extension)
        yield _as_shown(text, marks, fonts)


class _Characters:
    """Reads texts from a record; where a continuing record begins in the midst of a text, its first byte tells its width."""

    def __init__(self, record: _Record) -> None:
        self._data = record.data
        self._parts = [*record.parts, len(record.data)]
        self._place = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if self._place + size > len(self._data):
            raise ValueError("its texts end too early")
        self._place += size
        return self._data[self._place - size : self._place]

    def number(self, form: str) -> int:
        """The next number."""
        (number,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(number)

    def characters(self, length: int, *, is_wide: bool) -> str:
        """The next `length` characters."""
        text = ""
        while len(text) < length:
            end = next((part for part in self._parts if part > self._place), len(self._data))
            size = min((length - len(text)) * (1 + is_wide), end - self._place)
            if size <= is_wide:
                raise ValueError("its texts end too early")
            text += _characters(self.take(size), size, is_wide=is_wide)
            if len(text) < length:
                is_wide = bool(self.number("<B") & 1)
        return text


def _characters(data: bytes, length: int, *, is_wide: bool) -> str:
    """Characters of one or two bytes; a pair that stands for one is kept as two, so that lengths hold."""
    return data[: 2 * length].decode("utf-16-le", "surrogatepass") if is_wide else data[:length].decode("latin-1")


def _as_shown(text: str, marks: list[tuple[int, int]], fonts: _Fonts) -> tuple[str, str]:
    """A text in runs of several fonts: what is struck out is deleted, as is what is white or tiny, where there is other text."""
    if not any(font in fonts.small or font in fonts.struck or font in fonts.faint for _, font in marks):
        return text, ""
    ends = [*(begin for begin, _ in marks[1:]), len(text)]
    runs = [(text[: marks[0][0]], -1), *((text[begin:end], font) for (begin, font), end in zip(marks, ends, strict=True))]
    hiding = fonts.struck | fonts.faint
    if not any(run.strip() for run, font in runs if font not in hiding):
        hiding = fonts.struck
    shown = (run.translate(fonts.small.get(font, {})) for run, font in runs if font not in hiding)
    return "".join(shown), "".join(run for run, font in runs if font in hiding)


def _read_sheet(stream: bytes, begin: int, sheet: Sheet, workbook: _Workbook) -> Sheet:
    awaited: tuple[int, int] | None = None    # the cell of a formula whose text follows
    workbook.zeros = []
    for record in _records(stream, begin):
        if record.kind == _Type.SHEET_WINDOW and not record.data[0] & _SHOWS_ZEROS:
            for row, column in workbook.zeros:
                sheet.texts[row + 1].pop(column + 1, None)
        if record.kind == _Type.STRING and awaited:
            _add(sheet, *awaited, workbook.string(record.data, 0, 2))
        elif record.kind in _CELL_RECORDS:
            awaited = _CELL_RECORDS[record.kind](record.data, sheet, workbook)
    return sheet


def _add(sheet: Sheet, row: int, column: int, text: str) -> None:
    if text := shown_text(text):
        sheet.texts[row + 1][column + 1] = text


def _add_number(sheet: Sheet, workbook: _Workbook, place: tuple[int, int], value: float, style: int) -> None:
    if value == 0:
        workbook.zeros.append(place)
    text = workbook.number(value, style)
    if text and (stored := stored_number(value, workbook.formats[style] if style < len(workbook.formats) else None)):
        sheet.stored[place[0] + 1][place[1] + 1] = stored
    _add(sheet, *place, text)


def _shared_label(data: bytes, sheet: Sheet, workbook: _Workbook) -> None:
    row, column, style, number = struct.unpack_from("<HHHI", data)
    _add(sheet, row, column, workbook.label(workbook.texts[number], style))
    workbook.note(workbook.unseen_parts.get(number, ""))


def _label(data: bytes, sheet: Sheet, workbook: _Workbook) -> None:
    row, column, style = struct.unpack_from("<HHH", data)
    _add(sheet, row, column, workbook.label(workbook.string(data, 6, 2), style))


def _number(data: bytes, sheet: Sheet, workbook: _Workbook) -> None:
    row, column, style, value = struct.unpack_from("<HHHd", data)
    _add_number(sheet, workbook, (row, column), value, style)


def _rk(data: bytes, sheet: Sheet, workbook: _Workbook) -> None:
    row, column, style, value = struct.unpack_from("<HHHI", data)
    _add_number(sheet, workbook, (row, column), _rk_value(value), style)


def _multiple_rk(data: bytes, sheet: Sheet, workbook: _Workbook) -> None:
    row, first = struct.unpack_from("<HH", data)
    for column, (style, value) in enumerate(struct.iter_unpack("<HI", data[4:-2]), start=first):
        _add_number(sheet, workbook, (row, column), _rk_value(value), style)


def _boolean(data: bytes, sheet: Sheet, _workbook: _Workbook) -> None:
    row, column, value, is_error = struct.unpack_from("<HH2xBB", data)
    _add(sheet, row, column, _ERRORS.get(value, "#N/A") if is_error else _truth(value))


def _formula(data: bytes, sheet: Sheet, workbook: _Workbook) -> tuple[int, int] | None:
    """A formula's saved value (2.5.133); a text stands in a record of its own, which is awaited."""
    row, column, style = struct.unpack_from("<HHH", data)
    kind, value = data[6], data[8]
    if data[12:14] != b"\xff\xff":
        (result,) = struct.unpack_from("<d", data, 6)
        _add_number(sheet, workbook, (row, column), result, style)
    elif style in workbook.struck or style in workbook.unseen:
        return None
    elif kind == _TEXT_RESULT:
        return row, column
    elif kind == _BOOLEAN_RESULT:
        _add(sheet, row, column, _truth(value))
    elif kind == _ERROR_RESULT:
        _add(sheet, row, column, _ERRORS.get(value, "#N/A"))
    elif _EMPTY_TEXT not in data[22:]:
        _add(sheet, row, column, _UNSAVED)
    return None


def _row(data: bytes, sheet: Sheet, _workbook: _Workbook) -> None:
    row, height, flags = struct.unpack_from("<H4xH4xH", data)
    if flags & _HIDDEN_ROW or height & 0x7FFF < _SLIVER:
        sheet.hidden_rows.add(row + 1)


def _column_info(data: bytes, sheet: Sheet, _workbook: _Workbook) -> None:
    first, last, width, flags = struct.unpack_from("<HHH2xH", data)
    if flags & _HIDDEN_COLUMN or width == 0:
        sheet.hidden_columns.update(range(first + 1, min(last + 1, _LAST_COLUMN) + 1))


def _merged(data: bytes, sheet: Sheet, _workbook: _Workbook) -> None:
    for top, bottom, left, right in struct.iter_unpack("<HHHH", data[2 : 2 + (len(data) - 2) // 8 * 8]):
        sheet.merged.append(Range(top + 1, left + 1, bottom + 1, right + 1))


_CELL_RECORDS: dict[int, Callable[[bytes, Sheet, _Workbook], tuple[int, int] | None]] = {
    _Type.SHARED_LABEL: _shared_label, _Type.LABEL: _label, _Type.RICH_STRING: _label, _Type.NUMBER: _number, _Type.RK: _rk,
    _Type.MULTIPLE_RK: _multiple_rk, _Type.BOOLEAN: _boolean, _Type.FORMULA: _formula, _Type.ROW: _row,
    _Type.COLUMN_INFO: _column_info, _Type.MERGED: _merged,
}


def _rk_value(packed: int) -> float:
    """A number packed into 30 bits (2.5.122): a whole number or a float's upper half, either in hundredths."""
    whole = packed >> 2
    if packed & 2:
        value: float = whole - (1 << 30) if whole & (1 << 29) else whole
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", whole << 34))
    return value / 100 if packed & 1 else value


def _truth(value: int) -> str:
    return "TRUE" if value else "FALSE"


def _damaged(reason: object) -> UnreadableDocument:
    return UnreadableDocument("damaged-file", f"The workbook is damaged ({reason}); fetch or publish it again.")
