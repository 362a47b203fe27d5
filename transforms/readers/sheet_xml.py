"""The XML of a workbook's texts and sheets (ECMA-376 part 1, 18.3 and 18.4), read event by event.

A tree of all cells would take ten times the memory of their XML, and longer: a sheet is little but cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from transforms.readers import conditional_formats
from transforms.readers.colors import FAINT, WHITE, contrast, rgb
from transforms.readers.conditional_formats import IN_PICTURES, Rule
from transforms.readers.number_formats import Format, date_text, formatted, stored_number
from transforms.readers.sheet_shapes import Sizes
from transforms.readers.sheets import Range, Sheet, header_lines, shown_text
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

_AT_ONCE = 65_536     # bytes
_DEEPEST = 256        # elements inside each other, as for libxml2; real ones have 12
_ITEM_DEPTH, _ROW_DEPTH, _CELL_DEPTH = 2, 3, 4
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TINY = 2.0            # points of a font
_SLIVERS = {"width": 0.2, "ht": 2.0}    # of a character's width, and points: nothing of it is seen
_TRUE = {"1", "true"}
_TRUTH = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_SMALL_DIGITS = {"superscript": SUPERSCRIPT, "subscript": SUBSCRIPT}
_SPACE = "http://www.w3.org/XML/1998/namespace}space"
_AREA = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?", re.ASCII)
_ESCAPED = re.compile("_x((?!d[89a-f])[0-9a-f]{4})_", re.IGNORECASE)    # but no half of a pair that stands for one character

Attributes = dict[str, str]


@dataclass(slots=True)
class Shared:
    """What a workbook keeps once for all sheets: texts and formats, by the numbers that cells have for them.

    `unseen_parts` are those of the texts that are not seen beside the rest. Formats that add nothing to a number are left out.
    `struck` are the styles that strike a cell's text through, `unseen` those that give it the colour behind it, or make it too small
    to be seen; `hiding` are those of conditional formats that do.
    """

    texts: dict[str, str] = field(default_factory=dict)
    unseen_parts: dict[str, str] = field(default_factory=dict)
    formats: dict[str, Format] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    hiding: set[str] = field(default_factory=set)


def read_texts(part: IO[bytes]) -> tuple[dict[str, str], dict[str, str]]:
    """Read the shared texts of a workbook.

    Args:
        part: their XML.

    Returns:
        Each text as it is shown, raised and lowered digits set apart, by its number; and what of some of them is not seen.

    Raises:
        ExpatError, LookupError, ValueError: the XML is damaged.
    """
    handler = _TextsHandler()
    _walk(part, handler)
    return handler.texts, handler.unseen_parts


def read_sheet(part: IO[bytes], sheet: Sheet, shared: Shared) -> Sizes:
    """Fill a sheet from its XML.

    Args:
        part: its XML.
        sheet: what to fill.
        shared: what its cells refer to.

    Returns:
        The sizes of its columns and rows.

    Raises:
        ExpatError, LookupError, ValueError: the XML is damaged.
    """
    handler = _SheetHandler(sheet, shared)
    _walk(part, handler)
    conditional_formats.hide(sheet, handler.hiding_rules)
    return handler.sizes


class _Handler:
    """Takes in texts and their runs, which shared texts and cells hold alike; what is around them is for its heirs."""

    def __init__(self) -> None:
        self.depth = 0
        self.characters: list[str] = []    # since an element began
        self._text = self._faint = ""    # the latter in white or tiny: seen only where no other text is, on a dark ground
        self._struck = ""
        self._is_run = self._is_preserved = self._is_reading = self._is_struck = self._is_faint = False
        self._small_digits: dict[int, int] = {}

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        """What to do where an element begins, by its name."""
        return {
            "t": self._start_text, "r": self._start_run, "rPh": self._start_reading,
            "vertAlign": self._start_align, "strike": self._start_strike, "color": self._start_color, "sz": self._start_size,
        }

    def ends(self) -> dict[str, Callable[[], None]]:
        """What to do where an element ends, by its name."""
        return {"t": self._end_text, "r": self._end_run, "rPh": self._end_reading}

    def _start_text(self, attributes: Attributes) -> None:
        self._is_preserved = attributes.get(_SPACE) == "preserve"

    def _end_text(self) -> None:
        if self._is_reading:
            return
        text = "".join(self.characters)
        if self._is_run:
            text = (text if self._is_preserved else text.strip(" \t\r\n")).translate(self._small_digits)
        if self._is_run and self._is_struck:
            self._struck += text
        elif self._is_run and self._is_faint:
            self._faint += text
        else:
            self._text += text

    def _unseen_part(self) -> str:
        faint = self._faint if self._text.strip() else ""
        return _shown(self._struck + faint) if self._struck or faint else ""

    def _start_run(self, _attributes: Attributes) -> None:
        self._is_run, self._is_struck, self._is_faint, self._small_digits = True, False, False, {}

    def _end_run(self) -> None:
        self._is_run = False

    def _start_align(self, attributes: Attributes) -> None:
        self._small_digits = _SMALL_DIGITS.get(attributes.get("val", ""), {})

    def _start_strike(self, attributes: Attributes) -> None:
        self._is_struck = attributes.get("val", "1") in _TRUE    # deleted: with what replaced it, it would be another number

    def _start_color(self, attributes: Attributes) -> None:
        self._is_faint |= contrast(rgb(attributes) or "", WHITE) <= FAINT

    def _start_size(self, attributes: Attributes) -> None:
        self._is_faint |= float(attributes.get("val", TINY)) < TINY

    def _start_reading(self, _attributes: Attributes) -> None:
        self._is_reading = True

    def _end_reading(self) -> None:
        self._is_reading = False


class _TextsHandler(_Handler):
    """Takes in the shared texts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.unseen_parts: dict[str, str] = {}

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return super().starts() | {"si": self._start_item}

    def ends(self) -> dict[str, Callable[[], None]]:
        return super().ends() | {"si": self._end_item}

    def _start_item(self, _attributes: Attributes) -> None:
        if self.depth != _ITEM_DEPTH:
            raise ValueError("a shared text is inside another")
        self._text = self._faint = self._struck = ""

    def _end_item(self) -> None:
        if unseen := self._unseen_part():
            self.unseen_parts[str(len(self.texts))] = unseen
        self.texts[str(len(self.texts))] = _shown(self._text or self._faint)


class _SheetHandler(_Handler):
    """Takes in a sheet's columns, rows, cells and merged ranges."""

    def __init__(self, sheet: Sheet, shared: Shared) -> None:
        super().__init__()
        self._sheet, self._shared = sheet, shared
        self._row = self._column = 0
        self._is_numbered, self._hides_zeros = True, False
        self._cell: Attributes = {}
        self._value = ""
        self._formula: str | None = None
        self._areas: list[Range] = []
        self._is_hiding = False
        self.hiding_rules: list[Rule] = []
        self.sizes = Sizes()

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        own = {
            "row": self._start_row, "c": self._start_cell, "col": self._start_columns, "mergeCell": self._start_merged,
            "sheetView": self._start_view, "dataBar": self._start_picture, "iconSet": self._start_picture,
            "conditionalFormatting": self._start_conditional, "cfRule": self._start_rule, "sheetFormatPr": self._start_usual_sizes,
        }
        return super().starts() | own

    def ends(self) -> dict[str, Callable[[], None]]:
        own = {
            "v": self._end_value, "f": self._end_formula, "c": self._end_cell, "oddHeader": self._end_print_header,
            "formula": self._end_condition,
        }
        return super().ends() | own

    def _start_view(self, attributes: Attributes) -> None:
        self._hides_zeros = attributes.get("showZeros", "1") not in _TRUE

    def _start_usual_sizes(self, attributes: Attributes) -> None:
        self.sizes.width = float(attributes.get("defaultColWidth", self.sizes.width))
        self.sizes.height = float(attributes.get("defaultRowHeight", self.sizes.height))

    def _start_columns(self, attributes: Attributes) -> None:
        columns = range(int(attributes["min"]), min(int(attributes["max"]), _LAST_COLUMN) + 1)
        is_hidden = _is_hidden(attributes, "width")
        if is_hidden:
            self._sheet.hidden_columns.update(columns)
        width = 0.0 if is_hidden else float(attributes.get("width", self.sizes.width))
        if width != self.sizes.width:
            self.sizes.widths.update(dict.fromkeys(columns, width))

    def _start_conditional(self, attributes: Attributes) -> None:
        self._areas = list(map(_area, attributes.get("sqref", "").split()))

    def _start_rule(self, attributes: Attributes) -> None:
        self._is_hiding = attributes.get("dxfId") in self._shared.hiding and bool(self._areas)
        if self._is_hiding:
            self.hiding_rules.append(Rule(self._areas, attributes.get("type", ""), attributes.get("operator", "")))

    def _start_picture(self, attributes: Attributes) -> None:
        if self._areas and attributes.get("showValue", "1") not in _TRUE:    # a bar or sign in the number's place
            self.hiding_rules.append(Rule(self._areas, IN_PICTURES, ""))

    def _end_condition(self) -> None:
        if self._is_hiding:
            self.hiding_rules[-1].formulas.append("".join(self.characters))

    def _start_row(self, attributes: Attributes) -> None:
        self._is_numbered = "r" in attributes
        self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        if self.depth != _ROW_DEPTH:
            raise ValueError(f"row {self._row} is inside another element")
        is_hidden = _is_hidden(attributes, "ht")
        if is_hidden:
            self._sheet.hidden_rows.add(self._row)
        if is_hidden or "ht" in attributes:
            self.sizes.heights[self._row] = 0.0 if is_hidden else float(attributes["ht"])

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = _column(reference.rstrip(_DIGITS)) if reference else self._column + 1
        if reference and not self._is_numbered:    # some programs number cells only
            self._row = int(reference.lstrip(_LETTERS))
        if self.depth != _CELL_DEPTH or self._column > _LAST_COLUMN or not 1 <= self._row <= _LAST_ROW:
            raise ValueError(f"row {self._row} has a cell where none can be")
        self._cell, self._text, self._faint, self._struck, self._value, self._formula = attributes, "", "", "", "", None

    def _end_value(self) -> None:
        self._value = "".join(self.characters)

    def _end_formula(self) -> None:
        self._formula = "".join(self.characters)

    def _end_cell(self) -> None:
        unseen = self._unseen_part()
        self._text = self._text or self._faint
        is_blank = not self._value and not self._text and self._formula is None
        if not is_blank and (text := self._cell_text()):
            self._sheet.texts[self._row][self._column] = text
        if not is_blank and self._cell.get("t") == "s":
            unseen = self._shared.unseen_parts.get(self._value, "")
        self._note(unseen)

    def _start_merged(self, attributes: Attributes) -> None:
        area = _area(attributes["ref"])
        if area[:2] != area[2:]:
            self._sheet.merged.append(area)

    def _cell_text(self) -> str:
        """The cell's text as it is shown."""
        style = self._cell.get("s", "0")
        kind, number_format = self._cell.get("t", "n"), self._shared.formats.get(style)
        is_struck_or_unseen = style in self._shared.struck or style in self._shared.unseen
        if is_struck_or_unseen or (number_format and number_format.hides(is_number=kind == "n")):
            self._note_unseen(kind)
            return ""
        if self._text:
            return _shown(self._text)
        if not self._value:    # a formula may give an empty string
            return "" if kind == "str" else f"={self._formula}"
        return self._value_text(kind, number_format)

    def _note_unseen(self, kind: str) -> None:
        self._note(self._shared.texts.get(self._value, "") if kind == "s" else self._text or self._value)

    def _note(self, text: str) -> None:
        """Note a text of the cell that is not seen, where the cell is."""
        if text.strip() and self._row not in self._sheet.hidden_rows and self._column not in self._sheet.hidden_columns:
            self._sheet.unseen.append(_shown(text))

    def _end_print_header(self) -> None:
        self._sheet.print_header += header_lines("".join(self.characters))

    def _value_text(self, kind: str, number_format: Format | None) -> str:
        match kind:
            case "n":
                return self._number_text(number_format)
            case "s":
                return self._shared.texts[self._value]
            case "b":
                return _TRUTH[self._value]
            case "d":
                return date_text(self._value)
            case "str" | "e" | "inlineStr":
                return _shown(self._value)
            case _:
                raise ValueError(f"row {self._row} has a cell of the unknown type {kind}")


    def _number_text(self, number_format: Format | None) -> str:
        try:
            if self._hides_zeros and float(self._value) == 0:
                return ""
            if number_format and (stored := stored_number(self._value, number_format)):
                self._sheet.stored[self._row][self._column] = stored
            return formatted(self._value, number_format)
        except ValueError:    # a text that a program wrote without saying that it is one
            return _shown(self._value)


def _walk(part: IO[bytes], handler: _Handler) -> None:
    """Go through a part's XML; entities are never declared, so never expanded, and nothing is fetched."""
    starts: dict[str, Callable[[Attributes], None]] = {}
    ends: dict[str, Callable[[], None]] = {}
    clear = handler.characters.clear

    def start_root(name: str, _attributes: Attributes) -> None:
        namespace = name.removesuffix(name.rpartition("}")[2])    # strict and transitional workbooks have different ones
        starts.update({namespace + element: action for element, action in handler.starts().items()})
        ends.update({namespace + element: action for element, action in handler.ends().items()})
        handler.depth = 1
        parser.StartElementHandler = start

    def start(name: str, attributes: Attributes) -> None:
        clear()
        handler.depth += 1
        if handler.depth > _DEEPEST:
            raise ValueError("its elements are too deep inside each other")
        if action := starts.get(name):
            action(attributes)

    def end(name: str) -> None:
        handler.depth -= 1
        if action := ends.get(name):
            action()

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start_root, end, handler.characters.append
    while data := part.read(_AT_ONCE):
        parser.Parse(data)
    parser.Parse(b"", True)    # the end


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("it holds a document type declaration, which no Office document has")


def _is_hidden(attributes: Attributes, size: str) -> bool:
    return attributes.get("hidden") in _TRUE or (size in attributes and float(attributes[size]) < _SLIVERS[size])


def _area(reference: str) -> Range:
    area = _AREA.fullmatch(reference)
    if area is None:
        raise ValueError(f"{reference} names no cells")
    left, top, right, bottom = area.groups()
    return Range(int(top), _column(left), int(bottom or top), _column(right or left))


@lru_cache(_LAST_COLUMN)
def _column(letters: str) -> int:
    """The 1-based column of letters such as `AB`."""
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(f"{letters} names no column")
        column = column * 26 + ord(letter) - ord("A") + 1
    if not column:
        raise ValueError("a cell names no column")
    return column


def _shown(text: str) -> str:
    """A text without the escapes for characters that XML has not or would change (22.9.2.19), as `_x000D_`."""
    return shown_text(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text) if "_x" in text else text)
