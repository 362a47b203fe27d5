"""Reader for workbooks in Office Open XML (XLSX; ECMA-376 part 1, clause 18).

Own code, because libraries in use tell neither what is hidden nor how numbers are shown nor which digits are raised, and
for these the XML has to be gone through anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers.colors import FAINT, WHITE, contrast, rgb
from transforms.readers.number_formats import Format, cell_format, cell_formats
from transforms.readers.office_package import DAMAGE, Element, Package, Relation, damaged, take_hidden_away
from transforms.readers.plain import cell_text
from transforms.readers.shapes import embedded
from transforms.readers.sheet_shapes import lay_over
from transforms.readers.sheet_xml import TINY, Shared, read_sheet, read_texts
from transforms.readers.sheets import Sheet

_TRUE = {"1", "true"}


def read(data: bytes, *, only_front: bool = False) -> Reading:
    """Read the sheets of a workbook that are shown, in order, with their rows and columns that are shown.

    Numbers are plain, without grouping or currency, and rounded where their format rounds (`Cell.stored` has all digits); in
    General they have 15 significant digits, the most that Excel keeps. Dates are in ISO form. Formulas give the value saved with them; one
    saved without a value gives its own text (`=B2+B3`), because its amount is not blank but unknown. Errors give their
    text (`#REF!`). Tables that a sheet shows as pictures stand below its own, recognised as those of scans.

    Args:
        data: the whole file.
        only_front: whether to read only the sheet in front, the one that a document shows in which the workbook is embedded.

    Returns:
        A reading of format `xlsx`; rows are the sheet's, columns count the shown ones.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document` or `too-large`.
    """
    try:
        hidden: list[str] = []
        errors: list[UnreadableDocument] = []
        blocks = tuple(_blocks(Package(data), hidden, errors, only_front=only_front))
        return Reading("xlsx", blocks=blocks, errors=tuple(errors), hidden=tuple(map(TextLine, hidden)))
    except (*DAMAGE, expat.ExpatError, LookupError) as error:    # the last: what a sheet or cell refers to is missing
        raise damaged(error) from error


def _blocks(package: Package, hidden: list[str], errors: list[UnreadableDocument], *, only_front: bool) -> Iterator[TextLine | Grid]:
    path = package.main()
    book = package.xml(path)
    relations = list(package.relations(path))
    parts = {relation.id: relation for relation in relations}
    shared = _shared(package, book, relations)
    view = book.find("{*}bookViews/{*}workbookView")
    front = int(view.get("activeTab", 0)) if view is not None else 0
    for number, element in enumerate(book.iterfind("{*}sheets/{*}sheet")):
        if len(element):
            raise damaged("its list of sheets has one inside another")
        (relation_id,) = (value for name, value in element.items() if name.endswith("}id"))
        relation = parts[relation_id]
        is_shown = element.get("state", "visible") == "visible" and (number == front or not only_front)
        if relation.kind == "worksheet" and is_shown:
            sheet, drawings = Sheet(element.get("name", "")), list(_drawings(package, relation.path))
            with package.open(relation.path) as part:
                try:
                    sizes = read_sheet(part, sheet, shared)
                    for drawing in drawings:
                        lay_over(sheet, sizes, drawing.root, drawing.is_opaque)
                except UnreadableDocument as error:    # what of the sheet is shown is not certain
                    errors.append(error)
            yield from map(TextLine, (*sheet.print_header, *_text_boxes(drawings)))
            yield from sheet.blocks()
            yield from _pictured(drawings, errors)
            hidden += [*sheet.unseen, *sheet.concealed()]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a sheet, without what is hidden, and the paths of its pictures by their relationship's id."""

    package: Package
    root: Element
    paths: Mapping[str, str]

    def image(self, relation: str) -> bytes | None:
        """The file of a picture, where the workbook has it."""
        path = self.paths.get(relation)
        return self.package.read(path) if path and path in self.package else None

    def is_opaque(self, relation: str) -> bool:
        """Whether nothing is seen through a picture."""
        from transforms.readers import pictures

        image = self.image(relation)
        return image is not None and pictures.is_opaque(image)


def _drawings(package: Package, sheet: str) -> Iterator[Drawing]:
    for _, path in package.related(sheet, "drawing"):
        if path in package:
            root = package.xml(path)
            take_hidden_away(root)
            yield Drawing(package, root, dict(package.related(path, "image")))


def _text_boxes(drawings: Iterable[Drawing]) -> Iterator[str]:
    """The lines of a sheet's text boxes: many print the unit there."""
    for drawing in drawings:
        for paragraph in drawing.root.iterfind(".//{*}txBody/{*}p"):
            if text := cell_text("".join(paragraph.itertext("{*}t"))).strip():
                yield text


def _pictured(drawings: Iterable[Drawing], errors: list[UnreadableDocument]) -> Iterator[TextLine | Grid]:
    """The tables that a sheet shows as pictures."""
    from transforms.readers import pictures

    for drawing in drawings:
        for picture in drawing.root.iterfind(".//{*}pic") if drawing.paths else ():
            blip = picture.find("{*}blipFill/{*}blip")
            image = drawing.image(embedded(blip)) if blip is not None else None
            if image is not None:
                width = pictures.emu_in_points(picture.find("{*}spPr/{*}xfrm/{*}ext"))
                try:
                    yield from pictures.blocks(image, width, pictures.crop_of(picture.find("{*}blipFill/{*}srcRect")))
                except UnreadableDocument as error:
                    errors.append(error)


def _shared(package: Package, book: Element, relations: Sequence[Relation]) -> Shared:
    shared = Shared()
    for relation in relations:
        if relation.kind == "sharedStrings":
            with package.open(relation.path) as part:
                shared.texts, shared.unseen_parts = read_texts(part)
        elif relation.kind == "styles":
            styles = package.xml(relation.path)
            shared.formats, shared.struck, shared.unseen = _formats(styles, book), _struck(styles), _unseen(styles)
            shared.hiding = set(map(str, _hiding(styles)))
    return shared


def _formats(styles: Element, book: Element) -> dict[str, Format]:
    properties = book.find("{*}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in _TRUE
    codes = {int(code.get("numFmtId", 0)): code.get("formatCode", "") for code in styles.iterfind("{*}numFmts/{*}numFmt")}
    numbers = [int(style.get("numFmtId", 0)) for style in styles.iterfind("{*}cellXfs/{*}xf")]
    return {str(style): one for style, one in enumerate(cell_formats(numbers, codes, is_1904=is_1904)) if one}


def _unseen(styles: Element) -> set[str]:
    """The cell styles whose text has the colour of what is behind it, or is too small to be seen."""
    fonts, fills = list(styles.iterfind("{*}fonts/{*}font")), list(styles.iterfind("{*}fills/{*}fill"))
    found = set()
    for number, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        font, fill = _one_of(fonts, style.get("fontId")), _one_of(fills, style.get("fillId"))
        size = font.find("{*}sz") if font is not None else None
        is_tiny = size is not None and float(size.get("val", 11)) < TINY
        color = _color(font, "color")
        ground = _ground(fill)
        if is_tiny or (color and ground and contrast(color, ground) <= FAINT):
            found.add(str(number))
    return found


def _hiding(styles: Element) -> Iterator[int]:
    """The formats of conditional ones whose text has the colour of what is behind it, or that show nothing of numbers."""
    for number, style in enumerate(styles.iterfind("{*}dxfs/{*}dxf")):
        color, fill, shown = _color(style.find("{*}font"), "color"), style.find("{*}fill/{*}patternFill"), style.find("{*}numFmt")
        ground = WHITE if fill is None else _color(fill, "bgColor") or _color(fill, "fgColor")
        number_format = cell_format(shown.get("formatCode", ""), is_1904=False) if shown is not None else None
        is_faint = bool(color and ground and contrast(color, ground) <= FAINT)
        if is_faint or (number_format is not None and number_format.hides(is_number=True)):
            yield number


def _one_of(elements: Sequence[Element], number: str | None) -> Element | None:
    place = int(number or 0)
    return elements[place] if place < len(elements) else None


def _color(element: Element | None, name: str) -> str | None:
    found = element.find(f"{{*}}{name}") if element is not None else None
    return rgb(found.attrib) if found is not None else None


def _ground(fill: Element | None) -> str | None:
    """The colour behind the text of a cell; None for patterns and shades."""
    if fill is None:
        return WHITE
    pattern = fill.find("{*}patternFill")
    kind = pattern.get("patternType", "none") if pattern is not None else None
    if kind in ("none", "gray125"):    # the second is what every workbook has as its second fill, and no cell uses
        return WHITE
    return _color(pattern, "fgColor") if kind == "solid" else None


def _struck(styles: Element) -> set[str]:
    """The cell styles whose font strikes text through: it is deleted."""
    strikes = [font.find("{*}strike") for font in styles.iterfind("{*}fonts/{*}font")]
    struck = {str(number) for number, strike in enumerate(strikes) if strike is not None and strike.get("val", "1") in _TRUE}
    return {str(style) for style, one in enumerate(styles.iterfind("{*}cellXfs/{*}xf")) if one.get("fontId", "0") in struck}
