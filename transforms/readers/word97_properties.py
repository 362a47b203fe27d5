"""Properties of characters, paragraphs, table rows and styles of Word 97 ([MS-DOC] 2.6): modifiers, each a number with an operand."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from transforms.readers.word_xml import Cell, Properties, Row

# Operand sizes by the kind of a modifier (2.6: spra); kind 6 states its own.
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_VARIABLE = 6


class Sprm(IntEnum):
    """Property modifiers: of characters, of paragraphs, of table rows."""

    DELETED = 0x0800
    OLE = 0x080A
    STRUCK = 0x0837
    HIDDEN = 0x083C
    SPECIAL = 0x0855
    STRUCK_TWICE = 0x2A53
    COLOR_INDEX = 0x2A42
    POSITION = 0x2A48
    HIGHLIGHT = 0x2A0C
    CHARACTER_STYLE = 0x4A30
    SIZE = 0x4A43
    WIDTH = 0x4852
    FONT = 0x4A4F
    COLOR = 0x6870
    OBJECT = 0x680E
    PICTURE = 0x6A03
    SYMBOL = 0x6A09
    CHARACTER_SHADE_80 = 0x4866
    CHARACTER_SHADE = 0xCA71
    IN_TABLE = 0x2416
    ROW_END = 0x2417
    INNER_CELL_END = 0x244B
    INNER_ROW_END = 0x244C
    DEPTH = 0x6649
    PARAGRAPH_SHADE_80 = 0x442D
    PARAGRAPH_SHADE = 0xC64D
    HUGE = 0x6646
    TABLE_PROPERTIES = 0x646B
    ROW = 0xD608
    LINE_HEIGHT = 0x6412
    ROW_HEIGHT = 0x9407
    ROW_STYLE = 0x563A
    VERTICAL_MERGE = 0xD62B
    MERGE = 0x5624
    SPLIT = 0x5625
    INSERT = 0x7621
    DELETE = 0x5622
    SHADE_80 = 0xD609
    SHADE_FIRST = 0xD612
    SHADE_SECOND = 0xD616
    SHADE_THIRD = 0xD60C


_TABS, _MANY_TABS = 0xC615, 0xFF    # the size of so many is told by what they hold
_SHADED_FROM = {Sprm.SHADE_FIRST: 0, Sprm.SHADE_SECOND: 22, Sprm.SHADE_THIRD: 44}    # cells of each modifier
_NO_BASE, _NO_COLOR, _NO_PATTERN = 0xFFF, 0xFF, 0xFFFF
# One-byte modifiers of whole pieces, which quick saving leaves (2.9.214): those that are read.
_SHORT = {0x18: Sprm.IN_TABLE, 0x19: Sprm.ROW_END, 0x57: Sprm.STRUCK, 0x5C: Sprm.HIDDEN, 0x73: Sprm.STRUCK_TWICE}
# Ico (2.9.119)
_COLORS = (
    None, "000000", "0000FF", "00FFFF", "00FF00", "FF00FF", "FF0000", "FFFF00", "FFFFFF", "000080", "008080", "008000", "800080",
    "800000", "808000", "808080", "C0C0C0",
)
_PATTERNED = "808080"    # what stands for a pattern: text is seen on it
_OF_TABLES = 3
_POSITIONS = {1: "superscript", 2: "subscript"}
_ON, _AS_STYLE = (1, 0x81), 0x80    # 0x81: other than the style, which seldom says anything
_SHADES_CELLS = b"\x87\xd6"       # the modifier with which styles of tables shade cells, all or some (2.6.3: sprmTCellShdStyle)
_MERGED, _MERGE_BEGINS = 1, 3    # vertMerge (2.9.330)

Modifiers = Sequence[tuple[int, bytes]]


@dataclass(slots=True)
class Look:
    """How characters are shown, and what special ones stand for: `held` is a picture or object, `symbol` font and character."""

    properties: Properties = field(default_factory=Properties)
    is_special: bool = False
    is_struck_twice: bool = False
    held: int | None = None
    symbol: tuple[int, int] | None = None
    xml: str = ""


class Paragraph(NamedTuple):
    """What a paragraph is of a table (`depth` tables are around it), its style, its shade, its lines' exact height, all its modifiers."""

    depth: int = 0
    is_cell_end: bool = False
    is_row_end: bool = False
    style: int = 0
    fill: str | None = None
    height: int = 0
    modifiers: Modifiers = ()


@dataclass(slots=True)
class _Row:
    """A row's cells while modifiers change them."""

    edges: list[int] = field(default_factory=lambda: [0])
    cells: list[Cell] = field(default_factory=list)
    has_style: bool = False
    height: int = 0

    def change(self, place: int, **said: str | None) -> None:
        """Change a cell; one that is not there is none of the row's."""
        if place < len(self.cells):
            self.cells[place] = self.cells[place]._replace(**said)


def modifiers_of(data: bytes) -> list[tuple[int, bytes]]:
    """Property modifiers with their operands (2.2.5.1); one that reaches over the end has what is left, as WPS writes table rows."""
    found, place = list[tuple[int, bytes]](), 0
    while place + 2 < len(data):
        (sprm,) = struct.unpack_from("<H", data, place)
        place += 2
        if (kind := sprm >> 13) != _VARIABLE:
            size = _OPERANDS[kind]
        elif sprm == Sprm.ROW:
            size = int.from_bytes(data[place : place + 2], "little") + 1
        elif sprm == _TABS and data[place] == _MANY_TABS:
            deleted = data[place + 1 : place + 2]
            added = data[place + 2 + 4 * deleted[0] :][:1] if deleted else b""
            size = 3 + 4 * deleted[0] + 3 * added[0] if added else len(data)
        else:
            size = data[place] + 1
        found.append((sprm, data[place : place + size]))
        place += size
    return found


def of_piece(prm: int, modifiers: Sequence[Modifiers]) -> Modifiers:
    """The modifiers of a piece: one in short, or a number of several."""
    if prm & 1:
        return modifiers[prm >> 1] if prm >> 1 < len(modifiers) else ()
    sprm = _SHORT.get(prm >> 1 & 0x7F)
    return [(int(sprm), bytes([prm >> 8]))] if sprm else ()


def look_of(modifiers: Modifiers, fonts: Sequence[str]) -> Look:
    """How characters with such modifiers are shown (2.6.1).

    Args:
        modifiers: in order; later ones go before earlier ones.
        fonts: the names of the document's fonts.
    """
    look = Look()
    for sprm, operand in modifiers:
        value = int.from_bytes(operand[:4], "little")
        if sprm == Sprm.FONT:
            look.properties.font = fonts[value] if value < len(fonts) else None
        elif sprm in _LOOKS:
            name, made = _LOOKS[sprm]
            setattr(look.properties, name, made(value, operand))
        elif sprm in _MEANINGS:
            name, meant = _MEANINGS[sprm]
            setattr(look, name, meant(value))
    look.is_special = look.is_special or look.symbol is not None
    look.properties.is_struck = look.is_struck_twice or look.properties.is_struck
    look.xml = look.properties.xml()
    return look


def paragraph_of(modifiers: Iterable[tuple[int, bytes]], own: Modifiers) -> Paragraph:
    """What paragraphs with such modifiers are (2.6.2).

    Args:
        modifiers: in order; the first, with the number 0, is the number of the style.
        own: the same without those that stand elsewhere.
    """
    said: dict[str, object] = {}
    depth, is_in_table = 0, False
    for sprm, operand in modifiers:
        value = int.from_bytes(operand[:4], "little")
        if sprm == Sprm.IN_TABLE:
            is_in_table = bool(value)
        elif sprm == Sprm.DEPTH:
            depth = value
        elif sprm in _PARAGRAPHS:
            name, made = _PARAGRAPHS[sprm]
            said[name] = made(value, operand)
    return Paragraph(**{"depth": max(depth, 1) if is_in_table else 0, "modifiers": own, **said})    # type: ignore[arg-type]


def row_of(modifiers: Iterable[tuple[int, bytes]], shading: Set[int]) -> Row:
    """The row that a paragraph with such modifiers ends (2.6.3); `shading` are the styles of tables that shade cells."""
    row = _Row()
    for sprm, operand in modifiers:
        if sprm == Sprm.ROW:
            row = replace(_defined(operand, has_style=row.has_style), height=row.height)
        elif sprm == Sprm.ROW_HEIGHT:
            row.height = exact_height(operand)
        elif sprm == Sprm.ROW_STYLE:
            row.has_style = int.from_bytes(operand, "little") in shading
        elif sprm in _ROW_CHANGES:
            _ROW_CHANGES[sprm](row, operand)
    return Row(row.edges, row.cells, row.height, has_style=row.has_style)


def exact_height(operand: bytes) -> int:
    """The height of a row or of a paragraph's lines (2.9.156, 2.9.351) in twips, 0 where it is a least one or a multiple."""
    return max(-int.from_bytes(operand[:2], "little", signed=True), 0)


class StyleParts(NamedTuple):
    """A style (2.9.260): its kind (1 of paragraphs, 2 of characters, 3 of tables), the number of the one it is based on, what it says."""

    kind: int
    base: int | None
    parts: Sequence[bytes]

    @property
    def of_characters(self) -> Modifiers:
        """The modifiers of its characters; those of paragraphs stand in front of them."""
        wanted = {1: 1, 2: 0}.get(self.kind, len(self.parts))
        return modifiers_of(self.parts[wanted]) if wanted < len(self.parts) else ()

    @property
    def shades_cells(self) -> bool:
        """Whether it is a style of tables that shades cells."""
        return self.kind == _OF_TABLES and any(_SHADES_CELLS in part for part in self.parts[:1])


def style_of(data: bytes, fixed: int) -> StyleParts | None:
    """Read a style.

    Args:
        data: its bytes; none for a number without a style.
        fixed: the size of its first part, in front of its name.
    """
    if len(data) < fixed + 2:
        return None
    kind, rest = struct.unpack_from("<2xHH", data)
    place = fixed + 4 + 2 * int.from_bytes(data[fixed : fixed + 2], "little")
    parts: list[bytes] = []
    for _ in range(rest & 0xF):
        (size,) = struct.unpack_from("<H", data, place) if place + 2 <= len(data) else (0,)
        parts.append(data[place + 2 : place + 2 + size])
        place += 2 + size + size % 2
    return StyleParts(kind & 0xF, None if kind >> 4 == _NO_BASE else kind >> 4, parts)


def _defined(operand: bytes, *, has_style: bool) -> _Row:
    """The cells that a row is defined with (2.9.315): their edges, and what each is merged with."""
    count = operand[2] if len(operand) > 2 else 0
    ends = 3 + 2 * (count + 1)
    if len(operand) < ends:
        return _Row(has_style=has_style)
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 3))
    flags = [int.from_bytes(operand[ends + 20 * number :][:2], "little") for number in range(count)]
    down = (("continue" if flag >> 5 & 3 == _MERGED else "restart" if flag >> 5 & 3 == _MERGE_BEGINS else None) for flag in flags)
    cells = [Cell(across, merged) for across, merged in zip(_across([flag & 3 for flag in flags]), down, strict=True)]
    return _Row(edges, cells, has_style)


def _across(marks: Sequence[int]) -> Iterator[str | None]:
    """How cells are merged in their row: old programs give the first of a set 1 and the others 2, newer ones 2 or 3, and 1."""
    first = 0
    for mark in marks:
        first = (first or mark) if mark else 0
        yield ("restart" if mark == first else "continue") if mark else None


def _merge_down(row: _Row, operand: bytes) -> None:
    row.change(operand[1], down={_MERGED: "continue", _MERGE_BEGINS: "restart"}.get(operand[2]))


def _merge_across(row: _Row, operand: bytes) -> None:
    for place in range(operand[0], min(operand[1], len(row.cells))):
        row.change(place, across="restart" if place == operand[0] else "continue")


def _split(row: _Row, operand: bytes) -> None:
    for place in range(operand[0], min(operand[1], len(row.cells))):
        row.change(place, across=None)


def _insert(row: _Row, operand: bytes) -> None:
    first, count, width = struct.unpack_from("<BBh", operand)
    if first <= len(row.cells):
        begin = row.edges[first]
        new = [begin + width * number for number in range(1, count)]
        row.edges[first + 1 :] = new + [edge + width * count for edge in row.edges[first:]]
        row.cells[first:first] = [Cell()] * count


def _delete(row: _Row, operand: bytes) -> None:
    first, last = operand[0], min(operand[1], len(row.cells))
    if first < last:
        gone = row.edges[last] - row.edges[first]
        row.edges[first + 1 :] = [edge - gone for edge in row.edges[last + 1 :]]
        del row.cells[first:last]


def _shade_row_80(row: _Row, operand: bytes) -> None:
    for place in range((len(operand) - 1) // 2):
        fill = _shade_80(int.from_bytes(operand[1 + 2 * place : 3 + 2 * place], "little"))
        if fill:
            row.change(place, fill=fill)


def _shade_row(first: int, row: _Row, operand: bytes) -> None:
    for place in range((len(operand) - 1) // 10):
        row.change(first + place, fill=_shade(operand[1 + 10 * place :]))


def _is_on(value: int) -> bool | None:
    """Whether a switch is on; None where it is that of the style."""
    return None if value == _AS_STYLE else value in _ON


def _color(number: int) -> str | None:
    return _COLORS[number] if number < len(_COLORS) else None


def _rgb(operand: bytes) -> str | None:
    """A colour (2.9.43); None for the automatic one."""
    return operand[:3].hex().upper() if len(operand) > 3 and operand[3] != _NO_COLOR else None


def _shade_80(value: int) -> str | None:
    """The colour of a shade by numbers of colours (2.9.248)."""
    return _shaded(_color(value & 0x1F), _color(value >> 5 & 0x1F), value >> 10)


def _shade(operand: bytes) -> str | None:
    """The colour of a shade (2.9.247)."""
    return _shaded(_rgb(operand[:4]), _rgb(operand[4:8]), int.from_bytes(operand[8:10], "little"))


def _shaded(fore: str | None, back: str | None, pattern: int) -> str | None:
    return back if pattern == 0 else fore or "000000" if pattern == 1 else _PATTERNED if pattern != _NO_PATTERN else None


Made = Callable[[int, bytes], object]

# By number: the property that is said, and how its value is made.
_LOOKS: Mapping[int, tuple[str, Made]] = {
    Sprm.DELETED: ("is_deleted", lambda value, _: value == 1),
    Sprm.STRUCK: ("is_struck", lambda value, _: _is_on(value)),
    Sprm.HIDDEN: ("is_hidden", lambda value, _: _is_on(value)),
    Sprm.POSITION: ("position", lambda value, _: _POSITIONS.get(value, "baseline")),
    Sprm.COLOR_INDEX: ("color", lambda value, _: _color(value)),
    Sprm.COLOR: ("color", lambda _, operand: _rgb(operand)),
    Sprm.HIGHLIGHT: ("ground", lambda value, _: _color(value)),
    Sprm.CHARACTER_SHADE_80: ("ground", lambda value, _: _shade_80(value)),
    Sprm.CHARACTER_SHADE: ("ground", lambda _, operand: _shade(operand[1:])),
    Sprm.SIZE: ("size", lambda value, _: value),
    Sprm.WIDTH: ("width", lambda value, _: value),
    Sprm.CHARACTER_STYLE: ("style", lambda value, _: f"s{value}"),
}
_MEANINGS: Mapping[int, tuple[str, Callable[[int], object]]] = {
    Sprm.SPECIAL: ("is_special", lambda value: value == 1),
    Sprm.STRUCK_TWICE: ("is_struck_twice", lambda value: value in _ON),
    Sprm.PICTURE: ("held", lambda value: value),
    Sprm.OBJECT: ("held", lambda value: value),
    Sprm.SYMBOL: ("symbol", lambda value: (value & 0xFFFF, value >> 16)),
}
_PARAGRAPHS: Mapping[int, tuple[str, Made]] = {
    0: ("style", lambda value, _: value),
    Sprm.ROW_END: ("is_row_end", lambda value, _: bool(value)),
    Sprm.INNER_ROW_END: ("is_row_end", lambda value, _: bool(value)),
    Sprm.LINE_HEIGHT: ("height", lambda _, operand: exact_height(operand)),
    Sprm.INNER_CELL_END: ("is_cell_end", lambda value, _: bool(value)),
    Sprm.PARAGRAPH_SHADE_80: ("fill", lambda value, _: _shade_80(value)),
    Sprm.PARAGRAPH_SHADE: ("fill", lambda _, operand: _shade(operand[1:])),
}
_ROW_CHANGES: Mapping[int, Callable[[_Row, bytes], None]] = {
    Sprm.VERTICAL_MERGE: _merge_down, Sprm.MERGE: _merge_across, Sprm.SPLIT: _split, Sprm.INSERT: _insert, Sprm.DELETE: _delete,
    Sprm.SHADE_80: _shade_row_80,
    **{sprm: partial(_shade_row, first) for sprm, first in _SHADED_FROM.items()},
}
