"""Documents of Word 97 to 2003 and WPS ([MS-DOC]), made DOCX: text, tables, notes, headers, text boxes, embedded documents, pictures.

Own code, because no library gives tables with their merged cells; names of structures are those of the specification.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from transforms.grid import UnreadableDocument
from transforms.readers import ole2, word_xml
from transforms.readers.word97_properties import (
    Look,
    Modifiers,
    Paragraph,
    Sprm,
    StyleParts,
    look_of,
    modifiers_of,
    of_piece,
    paragraph_of,
    row_of,
    style_of,
)
from transforms.readers.word_xml import Body, Layout, Package, Style

_WORD, _WORD_97 = 0xA5EC, 0x00C1       # wIdent, and the first nFib with the structures read here
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_LENGTHS, _PAIRS = 0x4C, 0x9A           # where the lengths of the parts of the text stand, and the pairs of place and size
_MOST_CHARACTERS = 20_000_000           # a booklet of 400 pages has 500,000
_MOST_PROPERTIES = 64_000_000           # bytes of them in the stream of data
_DEEPEST = 20                           # notes and text boxes inside each other
_STYLES_HEAD, _FONTS_HEAD, _PICTURE_HEAD = 6, 4, 68    # bytes that are read of each
_PAGE = 512
_MOST_IN_PAGE = 0x65                    # runs: more do not fit
_COMPRESSED = 0x4000_0000
_TWIPS = 20                             # of a point


class _Pair(IntEnum):
    """The structures that the file information block tells the places of (2.5.6)."""

    STYLES = 1
    FOOTNOTE_MARKS = 2
    FOOTNOTES = 3
    HEADERS = 11
    CHARACTERS = 12
    PARAGRAPHS = 13
    FONTS = 15
    PIECES = 33
    SHAPES = 40
    ENDNOTE_MARKS = 46
    ENDNOTES = 47
    TEXT_BOXES = 56


# Special characters (2.4.1 and 2.8)
_HELD, _NOTE, _ANCHOR = "\x01", "\x02", "\x08"
_PRINTED = "\t\x0b\x0c\x0e\x1e\x1f"    # tabs, breaks, hyphens
_BEGIN, _SEPARATE, _END = "\x13", "\x14", "\x15"
_PARAGRAPH_END, _CELL_END, _SECTION_END = "\r", "\x07", "\x0c"
_ENDS = (_PARAGRAPH_END, _CELL_END, _SECTION_END)
_FIELDS = {_BEGIN: "begin", _SEPARATE: "separate", _END: "end"}
_PRINTED_HEADERS = (0, 1, 4)    # of the six stories of a section: even, odd, first page; the others are footers
_STORIES = 6                    # of a section; as many stand in front of them, for notes
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_ICON = 0x40                    # of an object's flags (ODTPersist1)
_BOOKS = ("Package", "Workbook", "Book")

T = TypeVar("T")


def as_docx(data: bytes) -> bytes:
    """Make a DOCX of a document.

    Args:
        data: the whole file.

    Returns:
        A package for `docx.read`.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document`, `incomplete-document`, `too-large`, or `unsupported-format` for Word 95
            and before.
    """
    try:
        return _Document(data).packed()
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged(error) from error


class _Piece(NamedTuple):
    """A stretch of text: first and last character position, where it stands, bytes per character, what is modified in all of it."""

    begin: int
    end: int
    place: int
    width: int
    modifiers: Modifiers


class _Document:
    """The streams of a document, and where its structures are."""

    def __init__(self, data: bytes, folder: str = "") -> None:
        self._container, self._folder = data, folder
        main = self._stream("WordDocument")
        if main is None:
            raise _damaged("it holds no text")
        self._main = main
        ident, version, flags = struct.unpack_from("<HH6xH", main)
        if ident != _WORD or version < _WORD_97:
            raise UnreadableDocument("unsupported-format", "The document is of Word 95 or before; save it as DOCX.")
        if flags & _ENCRYPTED:
            raise UnreadableDocument("encrypted-document", "The document needs a password; ask the department to publish it without one.")
        self._table = self._stream("1Table" if flags & _TABLE_1 else "0Table") or b""
        self._data = self._stream("Data") or b""
        body, footnotes, headers, _, comments, endnotes, boxes = struct.unpack_from("<7i", main, _LENGTHS)
        lengths = (body, footnotes, headers, comments, endnotes, boxes)
        if min(lengths) < 0:
            raise _damaged("a part of its text has no length")
        self._body = body
        _, self._footnotes, self._headers, _, self._endnotes, self._boxes = (sum(lengths[:place]) for place in range(len(lengths)))
        self._held: set[int] = set()    # pictures and objects that were shown
        self._inside = self._taken = self._read = 0
        self._huge: dict[int, Modifiers] = {}
        self._pieces = list(self._read_pieces())
        self._places = [piece.begin for piece in self._pieces]
        self._fonts = list(self._read_fonts())
        self._looks = _Runs(self._pages(_Pair.CHARACTERS), 1, self._main, lambda own: look_of(own, self._fonts))
        self._paragraphs = _Runs(self._pages(_Pair.PARAGRAPHS), 13, self._main, lambda own: paragraph_of(self._whole(own), own))
        styles = dict(self._read_styles())
        self._shading = {number for number, style in styles.items() if style.shades_cells}
        self._package = Package(styles=[self._style(number, style) for number, style in styles.items()])
        self._anchored = dict(self._read_boxes())
        self._noted = dict(self._read_notes("footnote", self._footnotes, _Pair.FOOTNOTE_MARKS, _Pair.FOOTNOTES))
        self._noted |= dict(self._read_notes("endnote", self._endnotes, _Pair.ENDNOTE_MARKS, _Pair.ENDNOTES))

    def packed(self) -> bytes:
        """The document as DOCX."""
        body = self._story(0, self._body)
        while self._anchored:    # those inside drawings that group several
            body += word_xml.paragraph([self._box(next(iter(self._anchored)))])
        stories = [self._headers + place for place in self._positions(_Pair.HEADERS, 0)]
        for number, (begin, end) in enumerate(list(pairwise(stories))[_STORIES:]):
            if number % _STORIES in _PRINTED_HEADERS and begin < end:
                self._package.headers.append(self._story(begin, end))
        return self._package.packed(body)

    def _stream(self, *names: str) -> bytes | None:
        return ole2.stream(self._container, *(self._folder + name for name in names))

    def _pair(self, pair: _Pair) -> bytes:
        place, size = struct.unpack_from("<II", self._main, _PAIRS + 8 * pair)
        return self._table[place : place + size]

    def _positions(self, pair: _Pair, size: int) -> list[int]:
        """The character positions of a structure whose entries have so many bytes each; one more than it has entries."""
        data = self._pair(pair)
        count = (len(data) - 4) // (4 + size)
        return list(struct.unpack_from(f"<{count + 1}I", data)) if count >= 0 else []

    def _pages(self, pair: _Pair) -> list[int]:
        """The pages of the main stream that hold the properties of characters or paragraphs (2.8.5)."""
        data = self._pair(pair)
        count = (len(data) - 4) // 8
        return list(dict.fromkeys(struct.unpack_from(f"<{count}I", data, 4 * (count + 1)))) if count > 0 else []

    def _read_pieces(self) -> Iterator[_Piece]:
        """The text in order (2.9.38): in front of the pieces stand the modifiers that they refer to."""
        data, place = self._pair(_Pair.PIECES), 0
        modifiers: list[Modifiers] = []
        while data[place : place + 1] == b"\1":
            (size,) = struct.unpack_from("<H", data, place + 1)
            modifiers.append(modifiers_of(data[place + 3 : place + 3 + size]))
            place += 3 + size
        if data[place : place + 1] != b"\2":
            raise _damaged("it does not tell where its text is")
        (size,) = struct.unpack_from("<I", data, place + 1)
        count = (min(size, len(data) - place - 5) - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", data, place + 5)
        if positions[-1] > _MOST_CHARACTERS:
            raise UnreadableDocument("too-large", f"The document has {positions[-1]:,} characters; at most {_MOST_CHARACTERS:,} are read.")
        if any(end < begin for begin, end in pairwise(positions)):
            raise _damaged("the pieces of its text are out of order")
        for number, (begin, end) in enumerate(pairwise(positions)):
            at, prm = struct.unpack_from("<2xIH", data, place + 5 + 4 * (count + 1) + 8 * number)
            width = 1 if at & _COMPRESSED else 2
            at = (at & ~_COMPRESSED) // 2 if width == 1 else at
            if at + (end - begin) * width > len(self._main):
                raise UnreadableDocument("incomplete-document", "The document ends before its text does; fetch or publish it again.")
            yield _Piece(begin, end, at, width, of_piece(prm, modifiers))

    def _story(self, begin: int, end: int) -> str:
        """A part of the text: its paragraphs and tables."""
        self._taken += max(end - begin, 0)
        if self._taken > _MOST_CHARACTERS or self._inside > _DEEPEST:
            raise _damaged("parts of its text hold each other")
        self._inside += 1
        body, runs = Body(), list[str]()
        for text, at, position, piece in self._stretches(begin, end):
            look = self._looks.at(at, piece.modifiers)
            for part, place in _parted(text):
                if part not in _ENDS:
                    runs += self._runs(part, position + place, look)
                    continue
                paragraph = self._paragraphs.at(at + _units(text[:place]) * piece.width, piece.modifiers)
                is_inside = part == _PARAGRAPH_END and not paragraph.is_cell_end
                layout = Layout(f"s{paragraph.style}", paragraph.fill, paragraph.height)
                self._end(body, part, paragraph, word_xml.paragraph(runs, layout, look.properties.end if is_inside else ""))
                runs = []
        if runs:
            body.add(word_xml.paragraph(runs), 0)
        self._inside -= 1
        return body.xml()

    def _end(self, body: Body, mark: str, paragraph: Paragraph, block: str) -> None:
        """End a paragraph, and the row or cell that it ends."""
        if paragraph.is_row_end:
            body.end_row(paragraph.depth, row_of(self._whole(paragraph.modifiers), self._shading))
            return
        body.add(block, paragraph.depth)
        if (mark == _CELL_END and paragraph.depth) or paragraph.is_cell_end:
            body.end_cell(paragraph.depth)

    def _stretches(self, begin: int, end: int) -> Iterator[tuple[str, int, int, _Piece]]:
        """Text of one look each, with its place in the stream, the position of its first character, and its piece."""
        for number in range(max(bisect_right(self._places, begin) - 1, 0), len(self._pieces)):
            piece = self._pieces[number]
            if piece.begin >= end:
                return
            first, last = max(piece.begin, begin) - piece.begin, min(piece.end, end) - piece.begin
            place, stop = piece.place + first * piece.width, piece.place + last * piece.width
            while place < stop:
                until = min(self._looks.end(place), stop)
                until += (until - place) % piece.width
                text = self._main[place:until].decode("cp1252" if piece.width == 1 else "utf-16-le", "replace")
                yield text, place, piece.begin + (place - piece.place) // piece.width, piece
                place = until

    def _runs(self, text: str, position: int, look: Look) -> Iterator[str]:
        """A text of one look, and what its special characters stand for."""
        if look.properties.is_deleted:
            return
        if not look.is_special and not any(mark in text for mark in _FIELDS):
            yield word_xml.run(text, look.xml)
            return
        plain = ""
        for place, character in enumerate(text):
            held = self._special(character, position + place, look)
            if held is None:
                plain += character
                continue
            yield word_xml.run(plain, look.xml)
            plain = ""
            yield held
        yield word_xml.run(plain, look.xml)

    def _special(self, character: str, position: int, look: Look) -> str | None:
        """What a special character stands for; None for one that is a text."""
        if character in _FIELDS:
            is_object = character == _SEPARATE and look.held is not None
            return word_xml.field_mark(_FIELDS[character]) + (self._once(look.held, self._object) if is_object else "")
        if look.symbol:
            font, code = look.symbol
            return word_xml.symbol(self._fonts[font] if font < len(self._fonts) else "", code, look.xml)
        if not look.is_special or character >= " " or character in _PRINTED:
            return None
        if character == _ANCHOR:
            return self._box(position)
        if character == _HELD:
            return self._once(look.held, self._picture)
        return self._note(position) if character == _NOTE else ""

    def _once(self, number: int | None, made: Callable[[int], str]) -> str:
        """A picture or an object, where it is shown first."""
        if number is None or number in self._held:
            return ""
        self._held.add(number)
        return word_xml.element(made(number))

    def _box(self, position: int) -> str:
        box = self._anchored.pop(position, None)
        return word_xml.text_box(self._story(*box)) if box else ""

    def _note(self, position: int) -> str:
        kind, begin, end = self._noted.pop(position, ("", 0, 0))
        return word_xml.element(self._package.note(kind, self._story(begin, end))) if kind else ""

    def _read_notes(self, kind: str, begin: int, marks: _Pair, places: _Pair) -> Iterator[tuple[int, tuple[str, int, int]]]:
        """Where the text of each note begins and ends, by the position of its mark."""
        texts = pairwise([begin + place for place in self._positions(places, 0)])
        yield from ((mark, (kind, *text)) for mark, text in zip(self._positions(marks, 2), texts, strict=False))

    def _read_boxes(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """The text boxes by the position of their anchor; one whose anchor is not told has a position in front of all text."""
        shapes, places = self._pair(_Pair.SHAPES), self._positions(_Pair.SHAPES, 26)
        anchors: dict[int, int] = {}
        for number, position in enumerate(places[:-1]):
            (shape,) = struct.unpack_from("<I", shapes, 4 * len(places) + 26 * number)
            anchors[shape] = position
        boxes, begins = self._pair(_Pair.TEXT_BOXES), self._positions(_Pair.TEXT_BOXES, 22)
        for number, (begin, end) in enumerate(pairwise(begins)):
            (shape,) = struct.unpack_from("<14xI", boxes, 4 * len(begins) + 22 * number)
            if shape:    # the last one only ends the text
                yield anchors.get(shape, -1 - number), (self._boxes + begin, self._boxes + end)

    def _whole(self, modifiers: Modifiers) -> Iterator[tuple[int, bytes]]:
        """Modifiers with those that stand in the stream of data, because they are too many."""
        for sprm, operand in modifiers:
            yield sprm, operand
            if sprm in (Sprm.HUGE, Sprm.TABLE_PROPERTIES):
                place = int.from_bytes(operand, "little")
                if place not in self._huge:
                    size = int.from_bytes(self._data[place : place + 2], "little")
                    self._read += size
                    if self._read > _MOST_PROPERTIES:
                        raise _damaged("its properties have no end")
                    self._huge[place] = modifiers_of(self._data[place + 2 : place + 2 + size])
                yield from self._huge[place]

    def _read_fonts(self) -> Iterator[str]:
        """The names of the fonts (2.9.284)."""
        data = self._pair(_Pair.FONTS)
        count = int.from_bytes(data[:2], "little")
        place = _FONTS_HEAD
        for _ in range(count):
            if place >= len(data):
                return
            yield data[place + 40 : place + data[place] + 1].decode("utf-16-le", "replace").partition("\0")[0]
            place += data[place] + 1

    def _read_styles(self) -> Iterator[tuple[int, StyleParts]]:
        """The styles by their numbers (2.9.271): hidden, struck and white text may be so by its style."""
        data = self._pair(_Pair.STYLES)
        if len(data) < _STYLES_HEAD:
            return
        head, count, fixed = struct.unpack_from("<HHH", data)
        place = 2 + head
        for number in range(count):
            if place + 2 > len(data):
                return
            (size,) = struct.unpack_from("<H", data, place)
            if style := style_of(data[place + 2 : place + 2 + size], fixed):
                yield number, style
            place += 2 + size + size % 2

    def _style(self, number: int, style: StyleParts) -> Style:
        return Style(f"s{number}", None if style.base is None else f"s{style.base}", look_of(style.of_characters, self._fonts).xml)

    def _object(self, number: int) -> str:
        """An embedded document: a package, a workbook or a document of the same kind as this one."""
        folder = f"ObjectPool/_{number}/"
        held = self._stream(*(folder + name for name in _BOOKS))
        if held is None and self._stream(f"{folder}WordDocument") is not None:
            held = _Document(self._container, self._folder + folder).packed()
        info = self._stream(f"{folder}\x03ObjInfo") or b""
        return self._package.embedded(held, is_icon=bool(info and info[0] & _ICON)) if held else ""

    def _picture(self, place: int) -> str:
        """A picture that stands in the text (2.9.190); drawings are none that can be recognised."""
        if place + _PICTURE_HEAD > len(self._data):
            return ""
        size, head, across, scale = struct.unpack_from("<IH22xH2xH", self._data, place)
        content = self._data[place + head : place + size]
        begins = [begin for mark in _IMAGES if (begin := content.find(mark)) >= 0]
        width = across * scale / 1000 / _TWIPS
        return self._package.picture(content[min(begins) :], width) if begins else ""


class _Runs(Generic[T]):
    """Properties of stretches of the main stream (2.9.33, 2.9.175), made once of equal modifiers.

    Args:
        pages: the numbers of their pages.
        size: of an entry, in bytes: 1 for characters, 13 for paragraphs.
        main: the stream.
        made: makes properties of modifiers.
    """

    def __init__(self, pages: Sequence[int], size: int, main: bytes, made: Callable[[Modifiers], T]) -> None:
        self._made, self._known = made, dict[tuple[bytes, int], T]()
        self._runs = sorted(run for page in pages for run in _page(main[page * _PAGE : (page + 1) * _PAGE], size))
        self._begins = [begin for begin, _, _ in self._runs]
        self._has_styles = size > 1

    def at(self, place: int, modifiers: Modifiers) -> T:
        """The properties of what stands in a place, with the modifiers of its piece."""
        number = bisect_right(self._begins, place) - 1
        _, end, data = self._runs[number] if number >= 0 else (0, 0, b"")
        data = data if place < end else b""
        key = data, id(modifiers)
        if key not in self._known:
            own = [(0, data[:2]), *modifiers_of(data[2:])] if self._has_styles else modifiers_of(data)
            self._known[key] = self._made([*own, *modifiers])
        return self._known[key]

    def end(self, place: int) -> int:
        """Where properties may change next."""
        number = bisect_right(self._begins, place)
        ends = [self._runs[number - 1][1]] if number and self._runs[number - 1][1] > place else []
        return min([*ends, *self._begins[number : number + 1]], default=1 << 62)


def _page(page: bytes, size: int) -> Iterator[tuple[int, int, bytes]]:
    """The runs of a page: where each begins and ends, and the bytes of its modifiers."""
    if len(page) < _PAGE or page[-1] > _MOST_IN_PAGE:
        return
    count = page[-1]
    places = struct.unpack_from(f"<{count + 1}I", page)
    for number, (begin, end) in enumerate(pairwise(places)):
        at = page[4 * (count + 1) + size * number] * 2
        if not at or begin >= end:
            yield begin, end, b""
        elif size == 1:
            yield begin, end, page[at + 1 : at + 1 + page[at]]
        elif page[at]:
            yield begin, end, page[at + 1 : at + 2 * page[at]]
        else:
            yield begin, end, page[at + 2 : at + 2 + 2 * page[at + 1]]


def _parted(text: str) -> Iterator[tuple[str, int]]:
    """A text in parts: the ends of paragraphs, and what is between them; each with its place."""
    begin = 0
    for place, character in enumerate(text):
        if character in _ENDS:
            if begin < place:
                yield text[begin:place], begin
            yield character, place
            begin = place + 1
    if begin < len(text):
        yield text[begin:], begin


def _units(text: str) -> int:
    """The number of UTF-16 units of a text, which positions count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _damaged(reason: object) -> UnreadableDocument:
    return UnreadableDocument("damaged-file", f"The document is damaged ({reason}); fetch or publish it again.")
