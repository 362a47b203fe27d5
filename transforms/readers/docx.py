"""Reader for Word documents in Office Open XML (DOCX)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from typing import NamedTuple

from lxml import etree

from transforms import formats
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import concealed, edges, equations, word_shapes
from transforms.readers.colors import FAINT, WHITE, contrast
from transforms.readers.nesting import is_data_around_table
from transforms.readers.office_package import Element, Package, take_hidden_away
from transforms.readers.pictures import Crop, crop_of, emu_in_points
from transforms.readers.plain import cell_text, plain_text
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT
from transforms.vocabulary import vocabulary

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATIVES = f"{_COMPATIBILITY}AlternateContent"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OFFICE = "urn:schemas-microsoft-com:office:office"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}r"
_STRIKING = (f"{_W}strike", f"{_W}dstrike")    # struck-out text is deleted: with what replaced it, it would be another number
_HIDING = (f"{_W}vanish",)    # `webHidden` is hidden in a browser only
_SIZE = f"{_W}sz"
_TINY = 3          # half points
_USUAL_SIZE = 24   # half points
_BEGINS_LEFT = ("", "left", "start", "both")
_MOST_TWIPS = 31_680    # the widest page of Word: as wide is a cell that does not say
_SQUEEZED = 5      # per cent of a character's width
_CLEAR = 95_000    # of 100,000: how much shines through a text (Word 2010)
_SLIVER = 40       # twips: a row of that height shows nothing
_LIGHT = ("background1", "light1")
_HIGHLIGHTS = {    # those that a text may have the colour of (ECMA-376 part 1, 17.18.40)
    "black": "000000", "white": WHITE, "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "red": "FF0000",
    "blue": "0000FF", "none": None,
}
_TEXT_BOX, _CHUNK, _TEXT, _FIELD, _SYMBOL = f"{_W}txbxContent", f"{_W}altChunk", f"{_W}t", f"{_W}fldChar", f"{_W}sym"
_OBJECT = f"{_W}object"
_PICTURES = (f"{_W}drawing", f"{_W}pict")
_HELD = (_OBJECT, *_PICTURES)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_VML_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([\d.]+)pt")
_NOTE_MARKS = (f"{_W}footnoteReference", f"{_W}endnoteReference")
_CHARACTERS = {
    f"{_W}tab": "\t", f"{_W}ptab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-",
}
_FORMULA_TEXT = f"{_MATH}t"
_INSTRUCTION = f"{_W}instrText"
_LOOKED_AT = (_TEXT_BOX, _RUN, _FIELD, _INSTRUCTION, *_HELD, _TEXT, _FORMULA_TEXT, _SYMBOL, *_NOTE_MARKS, *_CHARACTERS)    # of a paragraph
# What holds no published text: deleted and moved text, readings above characters, properties of before.
_UNPUBLISHED = (
    *(f"{_W}{name}" for name in (
        "del", "moveFrom", "delText", "delInstrText", "rt", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr",
        "pPrChange", "rPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tblPrExChange", "trPrChange", "tcPrChange",
    )),
    f"{_MATH}ctrlPr",
)
# What only wraps content: revisions accepted, content controls, links, simple fields.
_WRAPPERS = (
    *(f"{_W}{name}" for name in (
        "ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase",
    )),
    _ALTERNATIVES, f"{_COMPATIBILITY}Choice", f"{_COMPATIBILITY}Fallback",
)
_SMALL_DIGITS = {"superscript": SUPERSCRIPT, "subscript": SUBSCRIPT}
_OFF = {"0", "false", "off", "none"}
_READ_CHUNKS = {"html", "mhtml", "txt"}

_MAX_COLUMNS = 1_000    # Word itself has 63; other programs allow more
_SAME_EDGE = 100        # twips (1.8 mm): cell edges nearer to each other are one; the narrowest column with a character is wider
_PRIVATE = 0xF000       # where Word puts the characters of symbol fonts


def read(data: bytes) -> Reading:
    """Read a document as it shows with all revisions accepted, without fetching anything.

    A table that holds another table is layout, unless amounts and texts stand beside the inner table (`nesting`); rows of
    a layout table that hold no table keep their cells. A text box stands in front of the paragraph that it is anchored to,
    inside a cell among its lines. A picture of a table is recognised as a scan is; it and an embedded document stand where they
    are, those in a table below it. Footnotes, endnotes and page headers stand behind the text; page footers are not read. Automatic
    numbers of lists are not part of the text. Raised and lowered digits are characters of their own.

    Args:
        data: the whole file.

    Returns:
        A reading of format `docx`; rows are rows of their table.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document`, `too-large` or `unsupported-content`.
    """
    document = _Document(Package(data))
    blocks = tuple(document.blocks())
    return Reading("docx", blocks=blocks, errors=tuple(document.errors), hidden=tuple(map(TextLine, dict.fromkeys(document.hidden))))


class _Look(NamedTuple):
    """What a style says of its text, None where it says nothing: `color` and `ground` as in the file, `size` in half points."""

    is_deleted: bool | None = None
    is_hidden: bool | None = None
    position: str | None = None
    color: str | None = None
    ground: str | None = None
    size: int | None = None


_NOTHING = _Look()    # of most runs


@dataclass(frozen=True, slots=True)
class _Place:
    """A `w:tc` where it stands; `merge` is None, `restart` or `continue`. Width and left edge are in twips, None if not said."""

    element: Element
    column: int
    span: int
    merge: str | None
    left: int | None
    width: int | None


@dataclass(slots=True)
class _Paragraph:
    """The text of a paragraph as it is put together; `in_instruction` has one entry per open field."""

    text: str = ""
    boxes: list[Element] = field(default_factory=list)
    held: list[Element] = field(default_factory=list)    # pictures, embedded documents
    in_instruction: list[bool] = field(default_factory=list)
    instruction: str = ""    # of the field that is open

    def follow_field(self, kind: str | None) -> None:
        """Take in where a field begins, its result does, or it ends; one without a result may show what its instruction says."""
        if kind == "begin":
            self.instruction = self.instruction if any(self.in_instruction) else ""
            self.in_instruction.append(True)
        elif self.in_instruction and kind == "separate":
            self.in_instruction[-1] = False
        elif self.in_instruction and kind == "end" and self.in_instruction.pop() and not any(self.in_instruction):
            self.text += equations.shown(self.instruction)


class _Document:
    """The main part of a document with what its text refers to."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._path = package.main()
        self.hidden: list[str] = []
        self._root = self._part(self._path)
        self.errors: list[UnreadableDocument] = []
        self._seen: set[str] = set()       # pictures: what is shown again is a mark or a logo
        self._styles = self._read_styles()
        self._looks: dict[str, _Look] = {"": _NOTHING}    # what styles say, as far as they were asked: most of them style nothing
        self._shading: dict[str, bool] = {"": False}      # whether styles of tables shade cells
        marks = [mark for mark in self._root.iter(*_NOTE_MARKS) if not _is_on(mark.get(f"{_W}customMarkFollows"), missing=False)]
        self._marks = {
            mark: str(number).translate(SUPERSCRIPT)
            for kind in _NOTE_MARKS
            for number, mark in enumerate((mark for mark in marks if mark.tag == kind), start=1)
        }

    def blocks(self) -> Iterator[TextLine | Grid]:
        body = self._root.find(f"{_W}body")
        if body is not None:
            yield from self._blocks(body)
        yield from self._notes()
        yield from self._headers()

    def _notes(self) -> Iterator[TextLine | Grid]:
        for mark, number in self._marks.items():
            kind = etree.QName(mark).localname.removesuffix("Reference")
            for _, path in self._package.related(self._path, f"{kind}s"):
                note = self._part(path).find(f'{_W}{kind}[@{_W}id="{mark.get(f"{_W}id", "")}"]')
                if note is not None:
                    yield TextLine(number + self._cell_text(note))

    def _headers(self) -> Iterator[TextLine | Grid]:
        headers = (block for _, path in self._package.related(self._path, "header") for block in self._blocks(self._part(path)))
        yield from dict.fromkeys(headers)    # sections and first pages repeat them

    def _part(self, path: str) -> Element:
        root = self._package.xml(path)
        _publish(root)
        for row in _hidden_rows(root):
            self.hidden += concealed.of_row(list(filter(None, map(_whole_text, row.iterchildren(_CELL)))))
            _remove(row)
        return root

    def _blocks(self, container: Element) -> Iterator[TextLine | Grid]:
        for content in self._contents(container):
            if isinstance(content, str):
                yield TextLine(content)
            elif content.tag == _CHUNK:
                yield from self._chunk(content)
            elif content.tag in _HELD:
                yield from self._held(content)
            else:
                yield from self._table_blocks(content)

    def _contents(self, container: Element) -> Iterator[str | Element]:
        """Lines of text, tables and imported files under an element, in order."""
        for block in container.iterchildren(_PARAGRAPH, _TABLE, _CHUNK):
            if block.tag != _PARAGRAPH:
                yield block
                continue
            paragraph = self._paragraph(block)
            if paragraph.held:
                self._take_covered(paragraph, block)
            for box in paragraph.boxes:
                yield from self._contents(box)
            yield from paragraph.held
            yield from filter(None, (line.strip() for line in plain_text(paragraph.text).split("\n")))

    def _chunk(self, chunk: Element) -> Iterator[TextLine | Grid]:
        """A file that the document imports; programs that make documents of web pages write nothing else."""
        from transforms.readers import read as read_any

        path = dict(self._package.related(self._path, "aFChunk")).get(chunk.get(_ID, ""))
        data = self._package.read(path) if path else b""
        if formats.detect(data) not in _READ_CHUNKS:
            raise UnreadableDocument(
                "unsupported-content", "The document holds another one inside it that only Word shows; save it as DOCX with Word.",
            )
        yield from read_any(data).blocks

    def _held(self, element: Element) -> Iterator[TextLine | Grid]:
        yield from self._embedded(element) if element.tag == _OBJECT else self._pictured(element)

    def _pictured(self, element: Element) -> Iterator[TextLine | Grid]:
        """The tables of the pictures in a drawing."""
        from transforms.readers import pictures

        paths = {relation.id: relation.path for relation in self._package.relations(self._path)}
        for link, width, crop in _shown_pictures(element):
            path = paths.get(link)
            if path and path not in self._seen and path in self._package:
                self._seen.add(path)
                try:
                    yield from pictures.blocks(self._package.read(path), width, crop)
                except UnreadableDocument as error:
                    self.errors.append(error)

    def _embedded(self, element: Element) -> Iterator[TextLine | Grid]:
        """A workbook or document that the document shows; a workbook shows one sheet, unless it is only an icon."""
        from transforms.readers import embedded

        link = element.find(f".//{{{_OFFICE}}}OLEObject")
        paths = {relation.id: relation.path for relation in self._package.relations(self._path)}
        path = paths.get(link.get(_ID, "")) if link is not None else None
        if path and path in self._package:
            yield from embedded.blocks(self._package.read(path), is_icon=link is not None and link.get("DrawAspect") == "Icon")

    def _cell_text(self, cell: Element) -> str:
        contents = self._contents(cell)
        return "\n".join(
            content if isinstance(content, str) else self._rows_as_lines(content) for content in contents
            if isinstance(content, str) or content.tag == _TABLE
        )

    def _rows_as_lines(self, table: Element) -> str:
        rows = (" ".join(filter(None, map(self._cell_text, row.iterchildren(_CELL)))) for row in table.iterchildren(_ROW))
        return "\n".join(filter(None, rows))

    def _table_blocks(self, table: Element) -> Iterator[TextLine | Grid]:
        rows = _places(table)
        nesting = [any(place.element.find(f".//{_TABLE}") is not None for place in row) for row in rows]
        if any(holds_table and self._is_data(row) for row, holds_table in zip(rows, nesting, strict=True)):
            yield from self._grid_blocks(rows, first_row=1)
            return
        for holds_table, run in groupby(range(len(rows)), key=lambda index: nesting[index]):
            numbers = list(run)
            if holds_table:
                for number in numbers:
                    for place in rows[number]:
                        yield from self._blocks(place.element)
            else:
                yield from self._grid_blocks([rows[number] for number in numbers], first_row=numbers[0] + 1)

    def _is_data(self, row: list[_Place]) -> bool:
        beside = (self._cell_text(place.element) for place in row if place.element.find(f".//{_TABLE}") is None)
        return is_data_around_table(list(filter(None, beside)))

    def _grid_blocks(self, rows: list[list[_Place]], first_row: int) -> Iterator[TextLine | Grid]:
        for block in edges.split(Grid(tuple(self._cells(rows, first_row)))):
            yield replace(block, row=None) if isinstance(block, TextLine) else block
        for held in (part for row in rows for place in row for part in place.element.iter(*_HELD)):
            yield from self._held(held)

    def _cells(self, rows: list[list[_Place]], first_row: int) -> list[Cell]:
        """The cells; one that goes on with the merged cell above it makes that longer."""
        cells: list[Cell] = []
        above: dict[int, int] = {}    # column → which cell a merged one below goes on with
        for number, row in enumerate(rows, start=first_row):
            merged: dict[int, int] = {}
            for place in row:
                index = above.get(place.column) if place.merge == "continue" else None
                if index is None:
                    index = len(cells)
                    cells.append(Cell(cell_text(self._cell_text(place.element)), number, place.column, 1, place.span))
                else:
                    cells[index] = cells[index]._replace(row_span=number - cells[index].row + 1)
                if place.merge:
                    merged[place.column] = index
            above = merged
        return cells

    def _paragraph(self, element: Element) -> _Paragraph:
        paragraph = _Paragraph()
        style = self._style_look(_named_style(element))
        if _is_flat(element):
            style = style._replace(is_hidden=True)
        run, look = None, style
        walk = etree.iterwalk(element, events=("start",), tag=_LOOKED_AT)
        for _, part in walk:
            if part.tag == _TEXT_BOX:
                paragraph.boxes.append(part)
                walk.skip_subtree()
            elif part.tag == _RUN:
                run, look = part, self._look(part, style)
                if self._is_unseen(look, part, element):
                    walk.skip_subtree()
            elif part.tag == _FIELD:
                paragraph.follow_field(part.get(f"{_W}fldCharType"))
                paragraph.text += _chosen(part)
            elif part.tag in _HELD:
                paragraph.held.append(part)
            elif any(paragraph.in_instruction):
                paragraph.instruction += part.text or ""
            elif part.tag != _INSTRUCTION:
                within = part.getparent()    # not the run before it, where it stands in a formula
                paragraph.text += self._text(part, within, look if within is run else self._look(within, style))
        return paragraph

    def _take_covered(self, paragraph: _Paragraph, element: Element) -> None:
        """Take out and note the text of a paragraph in a cell that a shape or picture lies over."""
        cell = next(element.iterancestors(_CELL), None)
        if cell is None or not paragraph.text.strip():
            return
        style = self._style_look(_named_style(element))
        sizes = (self._look(run, style).size for run in element.iter(_RUN) if run.find(_TEXT) is not None)
        size = max(filter(None, sizes), default=_USUAL_SIZE) / 2
        is_left = _style(element.find(f"{_W}pPr"), "jc") in _BEGINS_LEFT
        width = None if is_left else (_width(cell.find(f"{_W}tcPr"), "tcW") or _MOST_TWIPS) / 20
        if word_shapes.are_covered(paragraph.held, paragraph.text, size, width, self._is_opaque):
            self.hidden.append(plain_text(paragraph.text).strip())
            paragraph.text = ""

    def _is_opaque(self, link: str) -> bool:
        from transforms.readers import pictures

        path = next((relation.path for relation in self._package.relations(self._path) if relation.id == link), None)
        return path is not None and path in self._package and pictures.is_opaque(self._package.read(path))

    def _text(self, part: Element, run: Element, look: _Look) -> str:
        if part.tag == _TEXT:
            return _with_symbols(_shown_text(part), run).translate(_SMALL_DIGITS.get(look.position or "", {}))
        if part.tag == _FORMULA_TEXT:
            return part.text or ""
        if part.tag == _SYMBOL:
            return _symbol(part.get(f"{_W}font"), int(part.get(f"{_W}char", "0"), 16))
        return self._marks.get(part) or _CHARACTERS.get(part.tag, "")

    def _is_unseen(self, look: _Look, run: Element, paragraph: Element) -> bool:
        """Whether a run is struck out or hidden; it is noted, where it stands in a table."""
        is_hidden = look.is_hidden or (look.size is not None and look.size <= _TINY) or self._is_of_its_ground(look, run, paragraph)
        if (look.is_deleted or is_hidden) and next(run.iterancestors(_CELL), None) is not None:
            text = plain_text("".join(run.itertext(_TEXT))).strip()
            self.hidden += [text] if text else []
        return bool(look.is_deleted or is_hidden)

    def _is_of_its_ground(self, look: _Look, run: Element, paragraph: Element) -> bool:
        """Whether a text has the colour of what is behind it; a style of the table may shade that, so parts of a text tell more."""
        if look.color in (None, "auto"):
            return False
        ground = next((ground for ground in (look.ground, *_grounds(paragraph)) if ground not in (None, "auto")), None)
        if ground is None and self._is_shaded(paragraph) and not _stands_beside_others(run, paragraph):
            return False
        return contrast(look.color or "", ground or WHITE) <= FAINT

    def _is_shaded(self, paragraph: Element) -> bool:
        """Whether the style of the table around a paragraph shades cells."""
        table = next(paragraph.iterancestors(_TABLE), None)
        name = _style(table.find(f"{_W}tblPr"), "tblStyle") if table is not None else ""
        if name not in self._shading:
            self._shading[name] = any(style.find(f".//{_W}shd") is not None for style in _lineage(name, self._styles))
        return self._shading[name]

    def _look(self, run: Element, style: _Look) -> _Look:
        """How a run is shown: by its own properties, else its style's, else its paragraph's."""
        own = run.find(f"{_W}rPr")
        return _first_said([_look(own), self._style_look(_style(own, "rStyle")), style])

    def _style_look(self, name: str) -> _Look:
        """What a style says, and the styles that it is based on."""
        if name not in self._looks:
            self._looks[name] = _first_said([_look(style.find(f"{_W}rPr")) for style in _lineage(name, self._styles)])
        return self._looks[name]

    def _read_styles(self) -> dict[str, Element]:
        path = next((path for _, path in self._package.related(self._path, "styles")), None)
        if path is None or path not in self._package:
            return {}
        return {style.get(f"{_W}styleId", ""): style for style in self._package.xml(path).iterchildren(f"{_W}style")}


def _publish(root: Element) -> None:
    """Make a part hold what it shows: revisions accepted, one of several alternatives, wrappers taken off."""
    for alternatives in list(root.iter(_ALTERNATIVES)):
        shown = next((branch for branch in alternatives if branch.find(f".//{_TEXT}") is not None), next(iter(alternatives), None))
        for branch in alternatives:
            if branch is not shown:
                alternatives.remove(branch)
    for mark in root.findall(f".//{_W}trPr/{_W}del") + root.findall(f".//{_W}tcPr/{_W}cellDel"):
        _remove(mark.getparent().getparent())
    _join_without_ends(root)
    take_hidden_away(root)
    etree.strip_elements(root, *_UNPUBLISHED, with_tail=False)
    etree.strip_tags(root, *_WRAPPERS)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _hidden_rows(root: Element) -> list[Element]:
    """The rows that are marked as hidden, or have next to no height."""
    marks = [mark for mark in root.findall(f".//{_W}trPr/{_W}hidden") if _is_on(mark.get(f"{_W}val"))]
    heights = root.findall(f".//{_W}trPr/{_W}trHeight[@{_W}hRule='exact']")
    marks += [height for height in heights if int(height.get(f"{_W}val", _SLIVER)) < _SLIVER]
    return list(dict.fromkeys(mark.getparent().getparent() for mark in marks))


def _whole_text(cell: Element) -> str:
    return cell_text("".join(cell.itertext(_TEXT))).strip()


def _join_without_ends(root: Element) -> None:
    """Join paragraphs whose ends are deleted or hidden with those after them, the last first: each is moved once."""
    for mark in reversed(root.findall(f".//{_PARAGRAPH}/{_W}pPr/{_W}rPr/{_W}del")):
        _join_with_next(next(mark.iterancestors(_PARAGRAPH)))
    for mark in reversed(root.findall(f".//{_PARAGRAPH}/{_W}pPr/{_W}rPr/{_W}vanish")):
        paragraph = next(mark.iterancestors(_PARAGRAPH))
        if _is_on(mark.get(f"{_W}val")) and _named_style(paragraph) == _named_style(paragraph.getnext()):    # a style may hide its text
            _join_with_next(paragraph)


def _named_style(paragraph: Element | None) -> str:
    return _style(paragraph.find(f"{_W}pPr"), "pStyle") if paragraph is not None else ""


def _join_with_next(paragraph: Element) -> None:
    """A deleted or hidden end of paragraph: what stands in it goes on in the next one."""
    following = paragraph.getnext()
    if following is None or following.tag != _PARAGRAPH:
        return
    contents = [part for part in paragraph if part.tag != f"{_W}pPr"]
    begin = 1 if len(following) and following[0].tag == f"{_W}pPr" else 0
    following[begin:begin] = contents
    _remove(paragraph)


def _places(table: Element) -> list[list[_Place]]:
    """The rows of a table with the columns of their cells."""
    rows = [_row_places(row, _grid_edges(table)) for row in table.iterchildren(_ROW)]
    ends = {row[-1].column + row[-1].span for row in rows if row}
    return _by_width(rows) if len(ends) > 1 else rows


def _grid_edges(table: Element) -> list[int]:
    """The left edges of the grid's columns, and the right edge of the last."""
    return list(accumulate((_number(column, "w") or 0 for column in table.iterfind(f"{_W}tblGrid/{_W}gridCol")), initial=0))


def _row_places(row: Element, grid: list[int]) -> list[_Place]:
    properties = row.find(f"{_W}trPr")
    before = min(_value(properties, "gridBefore") or 0, _MAX_COLUMNS)
    column, places = before + 1, list[_Place]()
    left = _width(properties, "wBefore") if before else 0
    for cell in row.iterchildren(_CELL):
        own = cell.find(f"{_W}tcPr")
        span = min(max(_value(own, "gridSpan") or 1, 1), _MAX_COLUMNS)
        width = _width(own, "tcW") or _grid_width(grid, column, span)
        if places and _merge(own, "hMerge") == "continue":
            places[-1] = replace(places[-1], span=places[-1].span + span, width=_sum(places[-1].width, width))
        else:
            places.append(_Place(cell, column, span, _merge(own, "vMerge"), left, width))
        column, left = column + span, _sum(left, width)
    return places


def _by_width(rows: list[list[_Place]]) -> list[list[_Place]]:
    """Rows of different numbers of columns: cells stand below each other where their edges do, if all widths are known."""
    places = [place for row in rows for place in row]
    if any(place.left is None or place.width is None for place in places):
        return rows
    columns = _columns_by_edge(edge for place in places for edge in (place.left or 0, (place.left or 0) + (place.width or 0)))
    return [[_placed(place, columns) for place in row] for row in rows]


def _placed(place: _Place, columns: dict[int, int]) -> _Place:
    left = place.left or 0
    column = columns[left]
    return replace(place, column=column, span=max(1, columns[left + (place.width or 0)] - column))


def _columns_by_edge(edges_seen: Iterator[int]) -> dict[int, int]:
    """The column that begins at each edge; edges nearer than `_SAME_EDGE` to the one before them are the same."""
    columns: dict[int, int] = {}
    column, last = 0, -_SAME_EDGE
    for edge in sorted(set(edges_seen)):
        column += edge - last >= _SAME_EDGE
        columns[edge] = column
        last = edge
    return columns


def _grid_width(grid: list[int], column: int, span: int) -> int | None:
    return grid[column - 1 + span] - grid[column - 1] if column - 1 + span < len(grid) else None


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _merge(properties: Element | None, name: str) -> str | None:
    mark = properties.find(f"{_W}{name}") if properties is not None else None
    return mark.get(f"{_W}val", "continue") if mark is not None else None


def _value(properties: Element | None, name: str) -> int | None:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return _number(found, "val") if found is not None else None


def _width(properties: Element | None, name: str) -> int | None:
    """A width in twips; one in per cent or left to the program is not known."""
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return (_number(found, "w") or None) if found is not None and found.get(f"{_W}type", "dxa") == "dxa" else None


def _number(element: Element, name: str) -> int | None:
    try:
        return round(float(element.get(f"{_W}{name}", "")))
    except (ValueError, OverflowError):
        return None


def _shown_pictures(drawing: Element) -> Iterator[tuple[str, float | None, Crop]]:
    """The pictures of a drawing: the relationship of each, how wide it is shown in points (None if not said), what of it is not shown."""
    for blip in drawing.iter(f"{_DRAWING}blip"):
        filled = blip.getparent()
        shape = filled.getparent() if filled is not None else None
        size = shape.find(f".//{_DRAWING}xfrm/{_DRAWING}ext") if shape is not None else None
        rectangle = filled.find(f"{_DRAWING}srcRect") if filled is not None else None
        yield blip.get(_EMBED, ""), emu_in_points(size), crop_of(rectangle)
    for image in drawing.iter(_IMAGE_DATA):
        shape = image.getparent()
        width = _VML_WIDTH.search(shape.get("style", "")) if shape is not None else None
        yield image.get(_ID, ""), float(width[1]) if width else None, Crop()


def _chosen(begin: Element) -> str:
    """The entry of a drop-down field that is chosen: it has no result of its own."""
    choice = begin.find(f"{_W}ffData/{_W}ddList")
    if choice is None:
        return ""
    entries = [entry.get(f"{_W}val", "") for entry in choice.iterfind(f"{_W}listEntry")]
    number = _value(choice, "result") or _value(choice, "default") or 0
    return entries[number] if 0 <= number < len(entries) else ""


def _shown_text(part: Element) -> str:
    text = (part.text or "").replace("\r", " ").replace("\n", " ")
    return text if part.get(_SPACE) == "preserve" else text.strip(" ")


def _with_symbols(text: str, run: Element | None) -> str:
    """Characters of a symbol font in the text of a run that is set in it."""
    if run is None or not any(_is_private(character) for character in text):
        return text
    fonts = run.find(f"{_W}rPr/{_W}rFonts")
    font = fonts.get(f"{_W}ascii") if fonts is not None else None
    return "".join(_symbol(font, ord(character)) if _is_private(character) else character for character in text)


def _is_flat(paragraph: Element) -> bool:
    """Whether the lines of a paragraph have next to no height, so that all of its text is cut off."""
    spacing = paragraph.find(f"{_W}pPr/{_W}spacing[@{_W}lineRule='exact']")
    height = _number(spacing, "line") if spacing is not None else None
    return height is not None and height < _SLIVER


def _is_private(character: str) -> bool:
    return _PRIVATE <= ord(character) <= _PRIVATE + 0xFF


def _symbol(font: str | None, place: int) -> str:
    """The character at a place of a symbol font; one that is not known stays what it is."""
    shown: str | None = vocabulary("symbol_fonts").get(font or "", {}).get(place & 0xFF)
    return shown or (chr(place) if 0 < place < 0xD800 or 0xE000 <= place <= 0xFFFF else "")


def _style(properties: Element | None, name: str) -> str:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found.get(f"{_W}val", "") if found is not None else ""


def _lineage(name: str, styles: dict[str, Element]) -> Iterator[Element]:
    """A style and those that it is based on."""
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        yield styles[name]
        name = _style(styles[name], "basedOn")


def _look(properties: Element | None) -> _Look:
    said = _said(properties)
    if not said:
        return _NOTHING
    position, stretch = said.get(f"{_W}vertAlign"), said.get(f"{_W}w")
    width = _number(stretch, "val") if stretch is not None else None
    return _Look(
        _is_any_on(said, _STRIKING),
        True if width is not None and width <= _SQUEEZED else _is_any_on(said, _HIDING),
        None if position is None else position.get(f"{_W}val"),
        _color(said),
        _ground(said),
        _number(said[_SIZE], "val") if _SIZE in said else None,
    )


def _said(properties: Element | None) -> dict[str, Element]:
    """The first of each kind among the properties of something."""
    said: dict[str, Element] = {}
    for mark in properties if properties is not None else ():
        said.setdefault(mark.tag, mark)
    return said


def _color(said: Mapping[str, Element]) -> str | None:
    """The colour of a text: of its filling where that has one of its own (Word 2010), of its theme, or as written."""
    filling, color = next((mark for tag, mark in said.items() if str(tag).endswith("}textFill")), None), said.get(f"{_W}color")
    if filling is not None:
        if filling.find("{*}noFill") is not None:
            return WHITE
        own = filling.find("{*}solidFill/{*}srgbClr")
        if own is not None and any(int(alpha.get(f"{{{own.nsmap[own.prefix]}}}val", "0")) >= _CLEAR for alpha in own.findall("{*}alpha")):
            return WHITE
        if own is not None:
            return next((value for name, value in own.items() if name.endswith("}val")), None)
    if color is None:
        return None
    is_light = color.get(f"{_W}themeColor") in _LIGHT and color.get(f"{_W}themeShade") is None
    return WHITE if is_light and color.get(f"{_W}val", "auto") == "auto" else color.get(f"{_W}val")


def _is_any_on(said: Mapping[str, Element], names: Sequence[str]) -> bool | None:
    found = [said[name] for name in names if name in said]
    return any(_is_on(mark.get(f"{_W}val")) for mark in found) if found else None


def _ground(said: Mapping[str, Element]) -> str | None:
    """The colour that shades a text, a paragraph or a cell."""
    shade, light = said.get(f"{_W}shd"), said.get(f"{_W}highlight")
    if light is not None:
        return _HIGHLIGHTS.get(light.get(f"{_W}val"), "808080")
    return shade.get(f"{_W}fill") if shade is not None else None


def _grounds(paragraph: Element) -> Iterator[str | None]:
    """The colours behind a paragraph, the nearest first."""
    yield _ground(_said(paragraph.find(f"{_W}pPr")))
    for around, properties in ((_CELL, "tcPr"), (_TABLE, "tblPr")):
        for element in paragraph.iterancestors(around):
            yield _ground(_said(element.find(f"{_W}{properties}")))


def _stands_beside_others(run: Element, paragraph: Element) -> bool:
    """Whether a paragraph has other runs of another colour: what is behind all of them is no secret of one."""
    colors = {
        (found.get(f"{_W}val") if (found := other.find(f"{_W}rPr/{_W}color")) is not None else None)
        for other in paragraph.iter(_RUN) if other is not run and other.find(_TEXT) is not None
    }
    own = run.find(f"{_W}rPr/{_W}color")
    return bool(colors - {own.get(f"{_W}val") if own is not None else None})


def _first_said(looks: list[_Look]) -> _Look:
    looks = [look for look in looks if look is not _NOTHING]
    if len(looks) < 2:
        return looks[0] if looks else _NOTHING
    return _Look(*(next((said for said in part if said is not None), None) for part in zip(*looks, strict=True)))


def _is_on(value: str | None, *, missing: bool = True) -> bool:
    return missing if value is None else value.lower() not in _OFF
