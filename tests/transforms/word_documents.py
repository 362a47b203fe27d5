"""Documents of Word 97 and in Rich Text, written byte by byte out of paragraphs and tables, so that tests can hold what no library writes."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.grid import Grid, Reading, TextLine

COLUMN = 500    # twips
_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT_AT = 1024
_IN_TABLE, _ROW_END, _ROW, _VERTICAL_MERGE, _DEPTH = 0x2416, 0x2417, 0xD608, 0xD62B, 0x6649
_INNER_CELL_END, _INNER_ROW_END, _HUGE = 0x244B, 0x244C, 0x6646
_DOWN = {None: 0, "continue": 1, "restart": 3}


class Piece(NamedTuple):
    """Text with the modifiers of its characters: `(number, operand)`."""

    text: str
    modifiers: tuple[tuple[int, bytes], ...] = ()


class Cell(NamedTuple):
    """A cell with its paragraphs and inner tables, how many columns it takes, how it is merged down (None, `restart`, `continue`)."""

    content: Sequence[Paragraph | Table]
    width: int = 1
    down: str | None = None


class Table(NamedTuple):
    """A table: its rows, and how many columns each stands in from the left."""

    rows: Sequence[Sequence[Cell]]
    before: int = 0


Paragraph = str | tuple[Piece, ...]
Block = Paragraph | Table


def cells(*texts: str) -> list[Cell]:
    """A row of cells with a text each."""
    return [Cell((text,)) for text in texts]


def pieces(paragraph: Paragraph) -> tuple[Piece, ...]:
    return (Piece(paragraph),) if isinstance(paragraph, str) else paragraph


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A container of streams; `a/b` is a stream `b` in the storage `a`. All are longer than what stands in the mini stream."""
    names = sorted({"/".join(path.split("/")[: depth + 1]) for path in streams for depth in range(path.count("/") + 1)})
    number = {name: place for place, name in enumerate(names, start=1)}
    sectors, fat = list[bytes](), list[int]()

    def placed(data: bytes) -> int:
        begin = len(sectors)
        for place in range(0, max(len(data), 1), _SECTOR):
            sectors.append(data[place : place + _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(len(sectors))
        fat[-1] = _END
        return begin

    places = {name: (placed(data.ljust(4096, b"\0")), max(len(data), 4096)) for name, data in streams.items()}

    def children(parent: str) -> list[str]:
        return sorted((name for name in names if name.rpartition("/")[0] == parent), key=lambda name: (len(name), name.upper()))

    entries = []
    for name in ["", *names]:
        own = "Root Entry" if not name else name.rpartition("/")[2]
        beside = children(name.rpartition("/")[0]) if name else []
        after = beside[beside.index(name) + 1 :][:1] if name else []
        inside = children(name) if name not in streams else []
        begin, size = places.get(name, (0, 0))
        kind = 5 if not name else 2 if name in streams else 1
        text = own.encode("utf-16-le") + b"\0\0"
        right, child = (number[after[0]] if after else _FREE), (number[inside[0]] if inside else _FREE)
        entries.append(text.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(text), kind, 1, _FREE, right, child, begin if size else _END, size))
    directory = placed(b"".join(entries))
    fats = 1
    while fats * 128 < len(sectors) + fats:
        fats += 1
    first = len(sectors)
    table = struct.pack(f"<{fats * 128}I", *fat, *[_FAT] * fats, *[_FREE] * (fats * 128 - len(fat) - fats))
    difat = [*range(first, first + fats), *[_FREE] * (109 - fats)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory, 0, 4096, _END, 0, _END, 0)
    return (head + struct.pack("<109I", *difat)).ljust(512, b"\0") + b"".join(sectors) + table


@dataclass
class Word97:
    """A document of Word 97: what is written into it, and its bytes.

    `is_compressed` writes characters in one byte each; `streams` are further ones of the container,
    `row_end` modifiers of all rows.
    """

    blocks: Sequence[Block]
    headers: Sequence[Sequence[Block]] = ()
    footnotes: Sequence[Sequence[Block]] = ()
    boxes: Mapping[int, Sequence[Block]] = field(default_factory=dict)
    streams: Mapping[str, bytes] = field(default_factory=dict)
    is_compressed: bool = False
    flags: int = 0x0200
    data: bytes = b""
    row_end: bytes = b""
    _runs: list[tuple[str, bytes]] = field(default_factory=list)
    _ends: list[tuple[int, bytes]] = field(default_factory=list)    # the position behind a paragraph, and its modifiers
    _length: int = 0

    def file(self) -> bytes:
        """The file."""
        lengths = [self._story([list(self.blocks)]), self._story(list(map(list, self.footnotes)))]
        headers = [[]] * 6 + [list(story) for story in self.headers]
        header_places = self._places(headers) if self.headers else []
        lengths += [header_places[-1] if header_places else 0, 0, 0, 0]
        note_places = list(self._ends_of(self.footnotes))
        box_places = self._places([list(box) for box in self.boxes.values()]) if self.boxes else []
        lengths += [box_places[-1] if box_places else 0]
        text = "".join(run for run, _ in self._runs)
        encoded = text.encode("cp1252" if self.is_compressed else "utf-16-le")
        width = 1 if self.is_compressed else 2
        table = bytearray()
        pairs: dict[int, tuple[int, int]] = {}

        def put(pair: int, content: bytes) -> None:
            pairs[pair] = len(table), len(content)
            table.extend(content)

        main = bytearray(_TEXT_AT) + encoded
        main += bytes(-len(main) % _SECTOR)
        run_ends, end = [], 0
        for run, modifiers in self._runs:
            end += len(run.encode("utf-16-le")) // 2
            run_ends.append((end, modifiers))
        for pair, entries, size in ((12, run_ends, 1), (13, self._ends, 13)):
            pages = list(_pages(entries, size, width))
            first = len(main) // _SECTOR
            main += b"".join(page for _, page in pages)
            bounds = [_TEXT_AT, *(_TEXT_AT + end * width for end, _ in pages)]
            put(pair, struct.pack(f"<{len(bounds)}I", *bounds) + struct.pack(f"<{len(pages)}I", *range(first, first + len(pages))))
        place = _TEXT_AT * 2 | 0x4000_0000 if self.is_compressed else _TEXT_AT
        put(33, b"\2" + struct.pack("<IIIHIH", 16, 0, self._length, 0, place, 0))
        if header_places:
            put(11, struct.pack(f"<{len(header_places)}I", *header_places))
        if note_places:
            marks = [place for place, character in enumerate(text[: lengths[0]]) if character == "\2"]
            put(2, struct.pack(f"<{len(marks) + 1}I", *marks, lengths[0]) + bytes(2 * len(marks)))
            put(3, struct.pack(f"<{len(note_places)}I", *note_places))
        if self.boxes:
            anchors = [place for place, character in enumerate(text[: lengths[0]]) if character == "\x08"]
            shapes = struct.pack(f"<{len(anchors) + 1}I", *anchors, lengths[0])
            put(40, shapes + b"".join(struct.pack("<I22x", shape) for shape in self.boxes))
            put(56, struct.pack(f"<{len(box_places)}I", *box_places) + b"".join(struct.pack("<14xI4x", shape) for shape in self.boxes))
        struct.pack_into("<HHHHHH", main, 0, 0xA5EC, 0xC1, 0, 0x804, 0, self.flags)
        struct.pack_into("<H", main, 32, 14)
        struct.pack_into("<H", main, 62, 22)
        struct.pack_into("<7i", main, 0x4C, *lengths)
        struct.pack_into("<H", main, 0x98, 93)
        for pair, (begin, size) in pairs.items():
            struct.pack_into("<II", main, 0x9A + 8 * pair, begin, size)
        streams = {"WordDocument": bytes(main), "1Table": bytes(table)} | ({"Data": self.data} if self.data else {})
        return compound(streams | dict(self.streams))

    def _story(self, stories: Sequence[Sequence[Block]]) -> int:
        begin = self._length
        for blocks in stories:
            for block in blocks:
                self._block(block, 0)
        return self._length - begin

    def _places(self, stories: Sequence[Sequence[Block]]) -> list[int]:
        places = [0]
        for story in stories:
            places.append(places[-1] + self._story([story]))
        return places

    def _ends_of(self, stories: Sequence[Sequence[Block]]) -> Iterator[int]:
        place = 0
        if stories:
            yield place
        for story in stories:
            place += sum(sum(len(piece.text) for piece in pieces(block)) + 1 for block in story if not isinstance(block, Table))
            yield place

    def _block(self, block: Block, depth: int) -> None:
        if isinstance(block, Table):
            for row in block.rows:
                self._row(row, block.before, depth + 1)
        else:
            self._paragraph(pieces(block), "\r", self._in_table(depth))

    def _row(self, row: Sequence[Cell], before: int, depth: int) -> None:
        for cell in row:
            *blocks, last = cell.content
            for block in blocks:
                self._block(block, depth)
            assert not isinstance(last, Table)
            own = self._in_table(depth) + (_sprm(_INNER_CELL_END, b"\1") if depth > 1 else b"")
            self._paragraph(pieces(last), "\x07" if depth == 1 else "\r", own)
        end = _sprm(_ROW_END, b"\1") if depth == 1 else _sprm(_INNER_ROW_END, b"\1")
        self._paragraph((), "\x07" if depth == 1 else "\r", self._in_table(depth) + end + _definition(row, before) + self.row_end)

    def _in_table(self, depth: int) -> bytes:
        return _sprm(_IN_TABLE, b"\1") + _sprm(_DEPTH, struct.pack("<I", depth)) if depth else b""

    def _paragraph(self, parts: Iterable[Piece], end: str, modifiers: bytes) -> None:
        looks = [piece.modifiers for piece in parts if not piece.text]    # a piece without text says how the end of the paragraph looks
        for piece in (*parts, Piece(end, *looks)):
            if piece.text:
                self._runs.append((piece.text, b"".join(_sprm(number, operand) for number, operand in piece.modifiers)))
                self._length += len(piece.text.encode("utf-16-le")) // 2
        if len(modifiers) > 300:
            place, self.data = len(self.data), self.data + struct.pack("<H", len(modifiers)) + modifiers
            modifiers = _sprm(_HUGE, struct.pack("<I", place))
        self._ends.append((self._length, b"\0\0" + modifiers))


def _sprm(number: int, operand: bytes) -> bytes:
    return struct.pack("<H", number) + operand


def _definition(row: Sequence[Cell], before: int) -> bytes:
    """What a row's cells are: their edges, and how each is merged."""
    edges = [before * COLUMN]
    for cell in row:
        edges.append(edges[-1] + cell.width * COLUMN)
    merges = b"".join(struct.pack("<H18x", _DOWN[cell.down] << 5) for cell in row)
    content = bytes([len(row)]) + struct.pack(f"<{len(edges)}h", *edges) + merges
    return _sprm(_ROW, struct.pack("<H", len(content) + 1) + content)


def _pages(entries: Sequence[tuple[int, bytes]], size: int, width: int) -> Iterator[tuple[int, bytes]]:
    """Pages of runs: where the last one of each ends, and the page."""
    begin, held = 0, list[tuple[int, bytes]]()

    def page() -> bytes:
        bounds = [begin, *(end for end, _ in held)]
        head = struct.pack(f"<{len(bounds)}I", *(_TEXT_AT + place * width for place in bounds))
        places, body = list[int](), b""
        for _, modifiers in held:
            content = bytes([len(modifiers)]) + modifiers if size == 1 else b"\0" + bytes([len(modifiers) // 2 + len(modifiers) % 2]) + modifiers
            content += bytes(len(content) % 2)
            body = content + body
            places = [*places, len(body)]
        made = bytearray(head + b"".join(bytes([(510 - place) // 2]) + bytes(size - 1) for place in places))
        return bytes(made + bytes(510 - len(made) - len(body)) + body + bytes([0, len(held)]))

    for end, modifiers in entries:
        needed = sum(4 + size + len(one) + 3 for _, one in held) + 4 + 4 + size + len(modifiers) + 3
        if held and needed > 500:
            yield held[-1][0], page()
            begin, held = held[-1][0], []
        held.append((end, modifiers))
    if held:
        yield held[-1][0], page()


def rich_text(blocks: Iterable[Block], head: str = r"\ansi\ansicpg936") -> bytes:
    """A document in Rich Text; characters beside ASCII are written in Unicode."""
    return (f"{{\\rtf1{head}\n" + "".join(_rich_block(block, 0) for block in blocks) + "}").encode("ascii")


def rich(text: str) -> str:
    """A text with what Rich Text writes otherwise."""
    units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}h", text.encode("utf-16-le"))
    return "".join(f"\\u{unit}?" if not 0 <= unit < 128 else f"\\{chr(unit)}" if chr(unit) in "{}\\" else chr(unit) for unit in units)


def _rich_block(block: Block, depth: int) -> str:
    if isinstance(block, Table):
        return "".join(_rich_row(row, block.before, depth + 1) for row in block.rows)
    return f"\\pard{_rich_depth(depth)} {''.join(rich(piece.text) for piece in pieces(block))}\\par\n"


def _rich_depth(depth: int) -> str:
    return f"\\intbl\\itap{depth}" if depth else ""


def _rich_row(row: Sequence[Cell], before: int, depth: int) -> str:
    edge, defined = before * COLUMN, f"\\trowd\\trleft{before * COLUMN}"
    for cell in row:
        edge += cell.width * COLUMN
        defined += {None: "", "restart": "\\clvmgf", "continue": "\\clvmrg"}[cell.down] + f"\\cellx{edge}"
    cell_end = "\\cell " if depth == 1 else "\\nestcell "
    written = ""
    for cell in row:
        *blocks, last = cell.content
        assert not isinstance(last, Table)
        written += "".join(_rich_block(block, depth) for block in blocks)
        written += f"\\pard{_rich_depth(depth)} {''.join(rich(piece.text) for piece in pieces(last))}{cell_end}"
    return f"{defined}{written}\\row\n" if depth == 1 else f"{written}{{\\*\\nesttableprops{defined}\\nestrow}}\n"


def tables(reading: Reading) -> list[list[tuple[str, int, int, int, int]]]:
    """The cells of each table: text, row, column, and how many of both each takes."""
    return [
        [(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in block.cells]
        for block in reading.blocks if isinstance(block, Grid)
    ]


def lines(reading: Reading) -> list[str]:
    """The lines of text outside tables."""
    return [block.text for block in reading.blocks if isinstance(block, TextLine)]
