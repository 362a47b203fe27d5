"""A document of Word in WordprocessingML, put together from what older formats hold: so that all of them are read in one way.

Only what `docx.read` looks at is written: text with what hides, strikes or raises it, tables with their cells, notes, headers, pictures.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

DEEPEST = 30        # tables inside each other; Word allows fewer
SAME_EDGE = 100     # twips (1.8 mm): cell edges nearer to each other are one; the narrowest column with a character is wider

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("([\t\n\x0b\x0c\x0e\x1e\x1f])")
_ELEMENTS = {"\t": "<w:tab/>", "\x1e": "<w:noBreakHyphen/>", "\x1f": ""} | dict.fromkeys("\n\x0b\x0c\x0e", "<w:br/>")
_SHADED = "Shaded"    # the style of tables whose own style may shade cells in a way that is not known here


class Cell(NamedTuple):
    """How a cell is merged with its neighbours (each None, `restart` or `continue`), and the colour that shades it."""

    across: str | None = None
    down: str | None = None
    fill: str | None = None


class Row(NamedTuple):
    """A row's cells and their edges: where the first begins and each ends, in twips; fewer are known where it is damaged.

    `height` is its exact height in twips, 0 where it is as high as its text.
    """

    edges: Sequence[int] = ()
    cells: Sequence[Cell] = ()
    height: int = 0
    has_style: bool = False


@dataclass(slots=True)
class Properties:
    """How a run of text is shown: `size` in half points, `width` in per cent, colours as hexadecimal digits; None where nothing is said."""

    is_deleted: bool = False
    is_struck: bool | None = None
    is_hidden: bool | None = None
    position: str | None = None
    color: str | None = None
    ground: str | None = None
    size: int | None = None
    width: int | None = None
    font: str | None = None
    style: str | None = None

    @property
    def end(self) -> str:
        """What becomes of the end of a paragraph with these properties: `del`, `vanish`, or blank for an end as any."""
        return "del" if self.is_deleted else "vanish" if self.is_hidden else ""

    def xml(self) -> str:
        """The `w:rPr`; blank where nothing is said."""
        said = "".join((
            f'<w:rStyle w:val="{self.style}"/>' if self.style else "",
            f'<w:rFonts w:ascii="{quoted(self.font)}"/>' if self.font else "",
            _switch("strike", self.is_struck), _switch("vanish", self.is_hidden),
            f'<w:color w:val="{self.color}"/>' if self.color else "",
            f'<w:w w:val="{self.width}"/>' if self.width is not None else "",
            f'<w:sz w:val="{self.size}"/>' if self.size is not None else "",
            shade(self.ground),
            f'<w:vertAlign w:val="{self.position}"/>' if self.position else "",
        ))
        return f"<w:rPr>{said}</w:rPr>" if said else ""


def _switch(name: str, is_on: bool | None) -> str:
    return "" if is_on is None else f'<w:{name} w:val="{int(is_on)}"/>'


def shade(fill: str | None) -> str:
    """The element of a colour that shades a text, a paragraph or a cell."""
    return f'<w:shd w:fill="{fill}"/>' if fill else ""


def quoted(text: str) -> str:
    """A text as XML can hold it."""
    return escape(_NO_XML.sub("", text))


def run(text: str, properties: str = "", *, is_deleted: bool = False) -> str:
    """A run of text; tabs and line breaks in it are elements of their own."""
    if not text or is_deleted:
        return ""
    parts = (
        _ELEMENTS[part] if part in _ELEMENTS else f'<w:t xml:space="preserve">{quoted(part)}</w:t>'
        for part in _SPECIAL.split(text) if part
    )
    return f"<w:r>{properties}{''.join(parts)}</w:r>"


def element(content: str, properties: str = "") -> str:
    """A run that holds an element."""
    return f"<w:r>{properties}{content}</w:r>"


def field_mark(kind: str) -> str:
    """The `begin`, `separate` or `end` of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def symbol(font: str, code: int, properties: str = "") -> str:
    """A character of a symbol font."""
    return element(f'<w:sym w:font="{quoted(font)}" w:char="{code:04X}"/>', properties)


class Layout(NamedTuple):
    """How a paragraph is laid out: its style, the colour that shades it, the exact height of its lines in twips, 0 where it has none."""

    style: str | None = None
    fill: str | None = None
    height: int = 0


_PLAIN = Layout()


def paragraph(runs: Iterable[str], layout: Layout = _PLAIN, end: str = "") -> str:
    """A paragraph; one whose end is deleted (`del`) or hidden (`vanish`) goes on in the next."""
    said = "".join((
        f'<w:pStyle w:val="{layout.style}"/>' if layout.style else "", shade(layout.fill),
        f'<w:spacing w:line="{layout.height}" w:lineRule="exact"/>' if layout.height else "",
        f"<w:rPr><w:{end}/></w:rPr>" if end else "",
    ))
    return f"<w:p>{f'<w:pPr>{said}</w:pPr>' if said else ''}{''.join(runs)}</w:p>"


def text_box(content: str) -> str:
    """A text box, anchored where it stands."""
    return element(f"<w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>")


@dataclass(slots=True)
class _Level:
    """A table that is being put together: its rows, the cells of the row that has begun, the contents of the cell that has begun."""

    rows: list[tuple[Row, list[str]]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


class Body:
    """Paragraphs and tables in order, out of formats that mark where cells and rows end."""

    def __init__(self) -> None:
        self._levels = [_Level()]

    def add(self, block: str, depth: int) -> None:
        """Add a paragraph inside as many tables."""
        self._reach(depth)
        self._levels[-1].blocks.append(block)

    def end_cell(self, depth: int) -> None:
        """End a cell of the table so deep."""
        self._reach(max(depth, 1))
        level = self._levels[-1]
        level.cells.append("".join(level.blocks))
        level.blocks = []

    def end_row(self, depth: int, row: Row) -> None:
        """End a row of the table so deep; what was not ended as a cell is one."""
        self._reach(max(depth, 1))
        if self._levels[-1].blocks:
            self.end_cell(depth)
        level = self._levels[-1]
        if level.cells:
            level.rows.append((row, level.cells))
            level.cells = []

    def xml(self) -> str:
        """All of it; tables that nobody ended, end."""
        self._reach(0)
        return "".join(self._levels[0].blocks)

    def _reach(self, depth: int) -> None:
        depth = min(depth, DEEPEST)
        while len(self._levels) - 1 < depth:
            self._levels.append(_Level())
        while len(self._levels) - 1 > depth:
            level = self._levels.pop()
            if level.blocks:
                level.cells.append("".join(level.blocks))
            if level.cells:
                level.rows.append((level.rows[-1][0] if level.rows else Row(), level.cells))
            self._levels[-1].blocks.append(_table(level.rows))


def _table(rows: Sequence[tuple[Row, Sequence[str]]]) -> str:
    columns = _columns(edge for row, cells in rows for edge in row.edges[: len(cells) + 1])
    style = f'<w:tblPr><w:tblStyle w:val="{_SHADED}"/></w:tblPr>' if any(row.has_style for row, _ in rows) else ""
    return f"<w:tbl>{style}{''.join(_row(row, cells, columns) for row, cells in rows)}</w:tbl>" if rows else ""


def _columns(edges: Iterable[int]) -> dict[int, int]:
    """The column that begins at each edge, from 0; edges nearer than `SAME_EDGE` to the one before them are the same."""
    columns: dict[int, int] = {}
    column, last = -1, None
    for edge in sorted(set(edges)):
        column += last is None or edge - last >= SAME_EDGE
        columns[edge] = column
        last = edge
    return columns


def _row(row: Row, cells: Sequence[str], columns: dict[int, int]) -> str:
    is_known = len(row.edges) > len(cells)
    before = columns[row.edges[0]] if is_known else 0
    height = f'<w:trHeight w:val="{row.height}" w:hRule="exact"/>' if row.height else ""
    said = (f'<w:gridBefore w:val="{before}"/>' if before else "") + height
    written = [f"<w:trPr>{said}</w:trPr>" if said else ""]
    end = before
    for place, content in enumerate(cells):
        begin, end = end, max(end + 1, columns[row.edges[place + 1]] if is_known else 0)
        across, down, fill = row.cells[place] if place < len(row.cells) else Cell()
        own = "".join((
            f'<w:gridSpan w:val="{end - begin}"/>' if end - begin > 1 else "",
            f'<w:hMerge w:val="{across}"/>' if across else "", f'<w:vMerge w:val="{down}"/>' if down else "", shade(fill),
        ))
        written.append(f"<w:tc>{f'<w:tcPr>{own}</w:tcPr>' if own else ''}{content}</w:tc>")
    return f"<w:tr>{''.join(written)}</w:tr>"


class Style(NamedTuple):
    """A style of paragraphs or characters, by its name, with what it says of runs and the style that it is based on."""

    name: str
    based_on: str | None
    properties: str


@dataclass(slots=True)
class Package:
    """The parts of a document; what refers to a part gets the relationship's id."""

    headers: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=lambda: {"footnote": [], "endnote": []})
    styles: list[Style] = field(default_factory=list)
    _held: list[tuple[str, bytes]] = field(default_factory=list)

    def note(self, kind: str, content: str) -> str:
        """Add a note (`footnote`, `endnote`); its mark."""
        self.notes[kind].append(content)
        return f'<w:{kind}Reference w:id="{len(self.notes[kind])}"/>'

    def picture(self, data: bytes, width: float | None) -> str:
        """Add a picture; the element that shows it, so wide in points."""
        style = f' style="width:{width:.1f}pt"' if width else ""
        return f'<w:pict><v:shape{style}><v:imagedata r:id="{self._hold("image", data)}"/></v:shape></w:pict>'

    def embedded(self, data: bytes, *, is_icon: bool) -> str:
        """Add an embedded document; the element that shows it."""
        aspect = "Icon" if is_icon else "Content"
        return f'<w:object><o:OLEObject DrawAspect="{aspect}" r:id="{self._hold("package", data)}"/></w:object>'

    def packed(self, body: str) -> bytes:
        """The document as DOCX.

        Args:
            body: its paragraphs and tables.
        """
        kinds = [("styles", "styles.xml"), *((f"{kind}s", f"{kind}s.xml") for kind, notes in self.notes.items() if notes)]
        kinds += [("header", f"header{number}.xml") for number in range(len(self.headers))]
        relations = [(f"r{number}", kind, name) for number, (kind, name) in enumerate(kinds)]
        relations += [(f"h{number}", kind, f"held{number}") for number, (kind, _) in enumerate(self._held)]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("_rels/.rels", _relations([("r0", "officeDocument", "word/document.xml")]))
            archive.writestr("word/_rels/document.xml.rels", _relations(relations))
            archive.writestr("word/document.xml", f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>")
            archive.writestr("word/styles.xml", f"<w:styles {_NAMESPACES}>{''.join(_styles(self.styles))}</w:styles>")
            for number, header in enumerate(self.headers):
                archive.writestr(f"word/header{number}.xml", f"<w:hdr {_NAMESPACES}>{header}</w:hdr>")
            for kind, notes in self.notes.items():
                held = (f'<w:{kind} w:id="{number}">{note}</w:{kind}>' for number, note in enumerate(notes, start=1))
                archive.writestr(f"word/{kind}s.xml", f"<w:{kind}s {_NAMESPACES}>{''.join(held)}</w:{kind}s>")
            for number, (_, data) in enumerate(self._held):
                archive.writestr(f"word/held{number}", data)
        return stream.getvalue()

    def _hold(self, kind: str, data: bytes) -> str:
        self._held.append((kind, data))
        return f"h{len(self._held) - 1}"


def _styles(styles: Iterable[Style]) -> Iterator[str]:
    yield f'<w:style w:type="table" w:styleId="{_SHADED}"><w:tcPr><w:shd/></w:tcPr></w:style>'
    for name, based_on, properties in styles:
        base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
        yield f'<w:style w:styleId="{name}">{base}{properties}</w:style>'


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    held = (f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>' for key, kind, target in relations)
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(held)}</Relationships>'
