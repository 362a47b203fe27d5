"""Reader for Rich Text (RTF 1.9.1), by way of DOCX; what Word and WPS save as such is often named .doc."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from transforms.grid import Reading, UnreadableDocument
from transforms.readers import docx, word_xml
from transforms.readers.word_xml import Body, Cell, Layout, Package, Properties, Row

# Control words with their parameter, bytes in hexadecimal digits, control symbols, braces, text. Line breaks are none of the text.
_TOKEN = re.compile(rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|([\r\n]+)|([^\\{}\r\n]+)", re.DOTALL)
_MOST_GROUPS = 10_000    # inside each other
_DEEPEST_TEXT = 20       # text boxes and notes inside each other
_TWIPS = 20              # of a point
_PUBLIC = 0xF000         # where the characters of symbol fonts are put

_CODE_PAGES = {936: "gb18030", 950: "big5hkscs", 10_008: "gb18030", 10_002: "big5hkscs", 65_001: "utf-8"}
_CHARSETS = {
    128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874,
    238: 1250,
}
_SYMBOL_CHARSET, _SYMBOLIC = 2, "symbol"
_CHARACTERS = {
    "tab": "\t", "line": "\n", "page": "\n", "column": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}
_SYMBOLS = {"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\"}
# Destinations that are read although they are marked as ones that a program may not know.
_KNOWN = {"shppict", "shpinst", "do"}
# Destinations that hold none of the text.
_UNREAD = {
    "stylesheet", "info", "footer", "footerl", "footerr", "footerf", "nonshppict", "shprslt", "listtext", "pntext",
    "nonesttables", "xe", "tc", "rxe", "comment", "annotation", "template", "buptim", "creatim", "printim", "revtim", "ftnsep",
    "ftnsepc", "ftncn", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "objname", "objclass",
    "title", "author", "operator", "passwordhash",
}
_NAMED = ("sn", "sv")    # the name and the value of a shape's property
_TAKEN = ("", "fonttbl", *_NAMED)    # kinds of groups whose text is taken in
_HEADERS = ("header", "headerl", "headerr", "headerf")
_IMAGES = ("pngblip", "jpegblip")


def read(data: bytes) -> Reading:
    """Read a document as `docx.read` does.

    Args:
        data: the whole file.

    Returns:
        A reading of format `rtf`; rows are rows of their table.

    Raises:
        UnreadableDocument: `damaged-file`, or `incomplete-document` where it ends inside a group.
    """
    return replace(docx.read(as_docx(data)), format="rtf")


def as_docx(data: bytes) -> bytes:
    """Make a DOCX of a document; arguments and errors as those of `read`."""
    document = _Document()
    document.take(data)
    return document.packed()


@dataclass(slots=True)
class _Text:
    """A text that is being put together: of the document, a note, a header or a text box."""

    body: Body = field(default_factory=Body)
    runs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """What holds from an opening brace to its closing one; `ends` is done with it then."""

    text: _Text
    look: Properties = field(default_factory=Properties)
    font: int = -1
    depth: int = 0
    is_in_table: bool = False
    fill: str | None = None
    height: int = 0            # of the lines, exact, in twips
    skipped: int = 1           # characters that stand for one in Unicode
    kind: str = ""             # of the destination: blank for text
    is_new: bool = True        # whether nothing has been taken in since its brace
    is_optional: bool = False
    ends: Callable[[], None] | None = None


@dataclass(slots=True)
class _Definition:
    """A row's cells as they are being defined."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    next: Cell = field(default_factory=Cell)
    height: int = 0

    def row(self) -> Row:
        """The row."""
        return Row([self.left, *self.edges] if self.edges else [], self.cells, self.height)


@dataclass(slots=True)
class _Picture:
    """A picture or an embedded object that is being taken in."""

    digits: list[bytes] = field(default_factory=list)
    is_image: bool = False
    width: float = 0
    scale: float = 100
    is_shown: bool = False


class _Document:
    """Takes in the tokens of a document."""

    def __init__(self) -> None:
        self._package, self._main = Package(), _Text()
        self._group = _Group(self._main)
        self._above: list[_Group] = []
        self._encoding, self._default_font = "cp1252", -1
        self._fonts: dict[int, tuple[str, str]] = {}    # encoding and name; blank where it is not said
        self._colors: list[str | None] = []
        self._color = [0, 0, 0]
        self._has_color = False
        self._bytes = bytearray()     # text that is not decoded yet
        self._plain = ""              # text of one look that is in no run yet
        self._to_skip = 0
        self._rows = {False: _Definition(), True: _Definition()}    # of the outer table, of those inside it
        self._picture = _Picture()
        self._property = "", ""    # of a shape: name and value
        self._is_shape_hidden = False

    def packed(self) -> bytes:
        """The document as DOCX."""
        self._end_paragraph()
        return self._package.packed(self._main.body.xml())

    def take(self, data: bytes) -> None:
        """Take in a whole file."""
        place, is_open = 0, False
        while token := _TOKEN.match(data, place):
            place = token.end()
            word, number, byte, symbol, brace, _, text = token.groups()
            if brace:
                self._take_brace(brace)
                is_open = bool(self._above)
                if not is_open:
                    return
            elif word == b"bin":
                size = max(int(number or 0), 0)
                self._take_binary(data[place : place + size])
                place += size
            elif word:
                self._take_word(word.decode(), None if number is None else int(number))
            elif symbol:
                self._take_symbol(symbol.decode("latin-1"))
            elif text or byte:
                self._take_bytes(text or bytes([int(byte, 16)]))
        if is_open:
            raise UnreadableDocument("incomplete-document", "The document ends before its end; fetch or publish it again.")

    def _take_brace(self, brace: bytes) -> None:
        self._flush()
        if brace == b"{":
            self._open()
        elif self._above:
            self._close()

    def _open(self) -> None:
        if len(self._above) > _MOST_GROUPS:
            raise UnreadableDocument("damaged-file", "The document holds groups in groups without end; fetch or publish it again.")
        self._end_run()    # what the group is not text of must not take it
        self._above.append(self._group)
        self._group = replace(self._group, look=replace(self._group.look), is_new=True, is_optional=False, ends=None)
        self._to_skip = 0

    def _close(self) -> None:
        self._end_run()
        if self._group.ends:
            self._group.ends()
        self._group = self._above.pop()
        self._to_skip = 0

    def _take_bytes(self, data: bytes) -> None:
        kind = self._group.kind
        self._group.is_new = False
        if kind in ("pict", "objdata"):
            self._picture.digits.append(data)
        elif kind == "colortbl":
            self._take_colors(data)
        elif kind in _TAKEN:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            self._bytes += data[skipped:]

    def _take_colors(self, data: bytes) -> None:
        for _ in range(data.count(b";")):
            red, green, blue = (min(max(part, 0), 255) for part in self._color)
            self._colors.append(f"{red:02X}{green:02X}{blue:02X}" if self._has_color else None)
            self._color, self._has_color = [0, 0, 0], False

    def _take_binary(self, data: bytes) -> None:
        if self._group.kind in ("pict", "objdata"):
            self._picture.digits.append(data.hex().encode())

    def _take_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._group.is_optional = True
        elif symbol in "\r\n":
            self._take_word("par", None)
        elif symbol in _SYMBOLS:
            self._take_text(_SYMBOLS[symbol])

    def _take_text(self, text: str) -> None:
        """Take in characters that a control stands for."""
        self._group.is_new = False
        if self._to_skip:
            self._to_skip -= 1
        elif self._group.kind in _TAKEN:
            self._flush()
            self._plain += text

    def _take_word(self, word: str, number: int | None) -> None:
        group = self._group
        if group.is_new and self._begins_destination(word):
            return
        group.is_new = False
        if group.kind == "unread":
            return
        if word == "u" and number is not None:
            self._flush()
            self._plain += chr(number & 0xFFFF) if group.kind in ("", "fonttbl") else ""
            self._to_skip = group.skipped
            return
        self._to_skip = 0
        if word in _CHARACTERS:
            self._take_text(_CHARACTERS[word])
        elif word in _WORDS:
            self._flush()
            _WORDS[word](self, number)

    def _begins_destination(self, word: str) -> bool:
        """Whether a group's first word says that it is another than text; then its beginning is taken in."""
        group = self._group
        is_known = word in _DESTINATIONS or (word in _KNOWN and group.is_optional)
        if word in _UNREAD or (group.is_optional and not is_known) or group.kind in _NAMED:
            group.kind = "unread"
        elif word in _DESTINATIONS and group.kind != "unread":
            _DESTINATIONS[word](self, word)
        else:
            return is_known
        group.is_new = False
        return True

    def _begin_instruction(self, _word: str) -> None:
        """Begin what a field is told to show: a text that is read only where nothing else says it."""
        self._end_run()
        runs = self._group.text.runs
        runs.append(word_xml.field_mark("begin"))
        self._group.ends = partial(runs.append, word_xml.field_mark("end"))

    def _begin_shape(self, _word: str) -> None:
        self._is_shape_hidden = False

    def _begin_table_of(self, kind: str) -> None:
        self._group.kind = kind

    def _begin_picture(self, word: str) -> None:
        if word == "pict" or self._group.kind == "object":
            self._picture = replace(_Picture(), is_shown=self._picture.is_shown and self._group.kind == "object")
            self._group.kind = word
            self._group.ends = self._end_picture if word == "pict" else self._end_object

    def _begin_object(self, _word: str) -> None:
        self._group.kind, self._picture = "object", _Picture()

    def _begin_result(self, _word: str) -> None:
        self._group.kind = "unread" if self._picture.is_shown else ""

    def _begin_text(self, word: str) -> None:
        """Begin a text of its own."""
        if sum(group.ends is not None for group in self._above) > _DEEPEST_TEXT:
            self._group.kind = "unread"
            return
        self._end_run()
        outer, self._group.text = self._group.text, _Text()
        self._group.depth, self._group.is_in_table, self._group.kind, self._group.look = 0, False, "", Properties()
        is_shown = word != "shptxt" or not self._is_shape_hidden
        self._group.ends = partial(self._end_text, word, outer, is_shown=is_shown)

    def _end_text(self, word: str, outer: _Text, *, is_shown: bool) -> None:
        self._end_paragraph()
        xml = self._group.text.body.xml()
        if word in _HEADERS:
            self._package.headers.append(xml)
        elif word == "footnote":
            outer.runs.append(word_xml.element(self._package.note("footnote", xml)))
        elif is_shown:
            outer.runs.append(word_xml.text_box(xml))

    def _end_picture(self) -> None:
        picture, data = self._picture, _bytes_of(self._picture.digits)
        if picture.is_image and data:
            width = picture.width * picture.scale / 100 / _TWIPS
            self._group.text.runs.append(word_xml.element(self._package.picture(data, width)))

    def _end_object(self) -> None:
        data = _native(_bytes_of(self._picture.digits))
        if data:
            self._group.text.runs.append(word_xml.element(self._package.embedded(data, is_icon=False)))
            self._picture.is_shown = True

    def _flush(self) -> None:
        """Decode the bytes of text that are waiting."""
        if not self._bytes:
            return
        data, self._bytes = bytes(self._bytes), bytearray()
        of_font = "" if self._group.kind == "fonttbl" else self._fonts.get(self._group.font, ("", ""))[0]
        encoding = of_font or self._encoding
        if encoding == _SYMBOLIC:
            self._plain += "".join(chr(_PUBLIC + byte) for byte in data)
        else:
            self._plain += data.decode(encoding, "replace")

    def _end_run(self) -> None:
        self._flush()
        text, self._plain = self._plain, ""
        if not text:
            return
        if self._group.kind == "fonttbl":
            encoding, name = self._fonts.get(self._group.font, ("", ""))
            self._fonts[self._group.font] = encoding, (name + text).strip(" ;")
        elif self._group.kind in _NAMED:
            self._property = (text.strip(), "") if self._group.kind == "sn" else (self._property[0], text.strip())
            self._is_shape_hidden = self._is_shape_hidden or self._property == ("fHidden", "1")
        elif self._group.kind == "":
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            font = self._fonts.get(self._group.font, ("", ""))[1]
            has_symbols = any("\uf000" <= character <= "\uf0ff" for character in text)
            look = replace(self._group.look, font=font) if has_symbols and font else self._group.look
            self._group.text.runs.append(word_xml.run(text, look.xml(), is_deleted=look.is_deleted))

    def _end_paragraph(self, depth: int | None = None) -> None:
        self._end_run()
        group, text = self._group, self._group.text
        if group.kind:
            return
        own = max(group.depth, 1) if group.is_in_table else 0
        if depth is None or text.runs:
            end = group.look.end if depth is None else ""
            layout = Layout(fill=group.fill, height=group.height)
            text.body.add(word_xml.paragraph(text.runs, layout, end), own if depth is None else depth)
        text.runs = []

    def end_paragraph(self, _number: int | None) -> None:
        """`par`, `sect`"""
        self._end_paragraph()

    def end_cell(self, _number: int | None) -> None:
        """`cell`"""
        self._end_paragraph(1)
        if not self._group.kind:
            self._group.text.body.end_cell(1)

    def end_inner_cell(self, _number: int | None) -> None:
        """`nestcell`"""
        depth = max(self._group.depth, 2)
        self._end_paragraph(depth)
        if not self._group.kind:
            self._group.text.body.end_cell(depth)

    def end_row(self, _number: int | None) -> None:
        """`row`"""
        self._end_paragraph(1)
        if not self._group.kind:
            self._group.text.body.end_row(1, self._rows[False].row())

    def end_inner_row(self, _number: int | None) -> None:
        """`nestrow`"""
        self._group.text.body.end_row(max(self._group.depth, 2), self._rows[True].row())

    def begin_row(self, _number: int | None) -> None:
        """`trowd`"""
        self._rows[self._group.kind == "nesttableprops"] = _Definition()

    @property
    def _row(self) -> _Definition:
        return self._rows[self._group.kind == "nesttableprops"]

    def row_begins(self, number: int | None) -> None:
        """`trleft`"""
        self._row.left = number or 0

    def add_cell(self, number: int | None) -> None:
        """`cellx`"""
        row = self._row
        row.edges.append(number or 0)
        row.cells.append(row.next)
        row.next = Cell()

    def merge(self, _number: int | None, **said: str) -> None:
        """`clmgf`, `clmrg`, `clvmgf`, `clvmrg`"""
        self._row.next = self._row.next._replace(**said)

    def shade_cell(self, number: int | None) -> None:
        """`clcbpat`"""
        self._row.next = self._row.next._replace(fill=self._color_of(number))

    def shade_paragraph(self, number: int | None) -> None:
        """`cbpat`"""
        self._group.fill = self._color_of(number)

    def begin_paragraph(self, _number: int | None) -> None:
        """`pard`"""
        self._group.depth, self._group.is_in_table, self._group.fill, self._group.height = 0, False, None, 0

    def line_height(self, number: int | None) -> None:
        """`sl`: an exact one is negative"""
        self._group.height = max(-(number or 0), 0)

    def row_height(self, number: int | None) -> None:
        """`trrh`: an exact one is negative"""
        self._row.height = max(-(number or 0), 0)

    def in_table(self, _number: int | None) -> None:
        """`intbl`"""
        self._group.is_in_table = True

    def depth(self, number: int | None) -> None:
        """`itap`"""
        self._group.depth = max(number or 0, 0)
        self._group.is_in_table = self._group.is_in_table or self._group.depth > 0

    def look(self, number: int | None, name: str, made: Callable[[int | None], object]) -> None:
        """A property of characters."""
        self._end_run()
        setattr(self._group.look, name, made(number))

    def color(self, number: int | None, name: str) -> None:
        """`cf`, `highlight`, `chcbpat`, `cb`"""
        self._end_run()
        setattr(self._group.look, name, self._color_of(number))

    def plain(self, _number: int | None) -> None:
        """`plain`"""
        self._end_run()
        self._group.look, self._group.font = Properties(), self._default_font

    def font(self, number: int | None) -> None:
        """`f`"""
        self._end_run()
        self._group.font = number or 0

    def charset(self, number: int | None) -> None:
        """`fcharset`"""
        known = _encoding(_CHARSETS[number]) if number in _CHARSETS else ""
        encoding = _SYMBOLIC if number == _SYMBOL_CHARSET else known
        self._fonts[self._group.font] = encoding, self._fonts.get(self._group.font, ("", ""))[1]

    def code_page(self, number: int | None) -> None:
        """`ansicpg`"""
        self._encoding = _encoding(number or 0)

    def default_font(self, number: int | None) -> None:
        """`deff`"""
        self._default_font = self._group.font = number or 0

    def skipped(self, number: int | None) -> None:
        """`uc`"""
        self._group.skipped = min(max(number or 0, 0), 100)

    def part_of_color(self, number: int | None, part: int) -> None:
        """`red`, `green`, `blue`"""
        self._color[part] = number or 0
        self._has_color = True

    def size_picture(self, number: int | None, name: str) -> None:
        """`picwgoal`, `picscalex`"""
        setattr(self._picture, name, number or 0)

    def image(self, _number: int | None) -> None:
        """`pngblip`, `jpegblip`"""
        self._picture.is_image = True

    def _color_of(self, number: int | None) -> str | None:
        place = number or 0
        return self._colors[place] if 0 <= place < len(self._colors) else None


def _encoding(code_page: int) -> str:
    try:
        return codecs.lookup(_CODE_PAGES.get(code_page, f"cp{code_page}")).name
    except LookupError:
        return "cp1252"


def _bytes_of(digits: list[bytes]) -> bytes:
    """The bytes that hexadecimal digits stand for."""
    plain = re.sub(rb"[^0-9a-fA-F]", b"", b"".join(digits))
    return bytes.fromhex(plain[: len(plain) // 2 * 2].decode())


def _native(data: bytes) -> bytes:
    """What an embedded object holds ([MS-OLEDS] 2.2.5): behind version, kind, and three names with their sizes stands its size."""
    place = 8
    for _ in range(3):
        place += 4 + int.from_bytes(data[place : place + 4], "little")
    return data[place + 4 : place + 4 + int.from_bytes(data[place : place + 4], "little")]


def _switch(number: int | None) -> bool:
    return number != 0


def _constant(value: object, _number: int | None) -> object:
    return value


def _words() -> Iterator[tuple[str, Callable[[_Document, int | None], None]]]:
    one = _Document
    yield from {
        "par": one.end_paragraph, "sect": one.end_paragraph, "cell": one.end_cell, "nestcell": one.end_inner_cell, "row": one.end_row,
        "nestrow": one.end_inner_row, "trowd": one.begin_row, "trleft": one.row_begins, "cellx": one.add_cell, "clcbpat": one.shade_cell,
        "cbpat": one.shade_paragraph, "pard": one.begin_paragraph, "intbl": one.in_table, "itap": one.depth, "plain": one.plain,
        "f": one.font, "fcharset": one.charset, "ansicpg": one.code_page, "deff": one.default_font, "uc": one.skipped,
        "sl": one.line_height, "trrh": one.row_height, "pngblip": one.image, "jpegblip": one.image,
    }.items()
    yield from {
        "clmgf": partial(one.merge, across="restart"), "clmrg": partial(one.merge, across="continue"),
        "clvmgf": partial(one.merge, down="restart"), "clvmrg": partial(one.merge, down="continue"),
    }.items()
    for word, name in (("v", "is_hidden"), ("strike", "is_struck"), ("striked", "is_struck"), ("deleted", "is_deleted")):
        yield word, partial(one.look, name=name, made=_switch)
    for word, position in (("super", "superscript"), ("sub", "subscript"), ("nosupersub", None)):
        yield word, partial(one.look, name="position", made=partial(_constant, position))
    for word, name in (("fs", "size"), ("charscalex", "width")):
        yield word, partial(one.look, name=name, made=lambda number: number)
    for word, name in (("cf", "color"), ("highlight", "ground"), ("chcbpat", "ground"), ("cb", "ground")):
        yield word, partial(one.color, name=name)
    for part, word in enumerate(("red", "green", "blue")):
        yield word, partial(one.part_of_color, part=part)
    for word, name in (("picwgoal", "width"), ("picscalex", "scale")):
        yield word, partial(one.size_picture, name=name)


_WORDS: dict[str, Callable[[_Document, int | None], None]] = dict(_words())
_DESTINATIONS: dict[str, Callable[[_Document, str], None]] = {
    **dict.fromkeys(("fonttbl", "colortbl", "nesttableprops", "sp", "sn", "sv"), _Document._begin_table_of), "shp": _Document._begin_shape,
    "fldinst": _Document._begin_instruction,
    **dict.fromkeys(("pict", "objdata"), _Document._begin_picture),
    "object": _Document._begin_object, "result": _Document._begin_result,
    **dict.fromkeys(("footnote", "shptxt", "dptxbxtext", *_HEADERS), _Document._begin_text),
}
