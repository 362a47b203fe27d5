"""Reader for workbooks in Office Open XML (XLSX; ECMA-376 part 1, clause 18).

Own code, because libraries in use tell neither what is hidden nor how numbers are shown nor which digits are raised, and
for these the XML has to be gone through anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.parsers import expat

from transforms.grid import Grid, Reading, TextLine
from transforms.readers.number_formats import cell_formats
from transforms.readers.office_package import DAMAGE, Element, Package, Relation, damaged
from transforms.readers.sheet_xml import Format, Shared, read_sheet, read_texts
from transforms.readers.sheets import Sheet

_TRUE = {"1", "true"}


def read(data: bytes) -> Reading:
    """Read the sheets of a workbook that are shown, in order, with their rows and columns that are shown.

    Numbers are plain, without grouping or currency, and rounded where their format rounds; in General they have 15
    significant digits, the most that Excel keeps. Dates are in ISO form. Formulas give the value saved with them; one
    saved without a value gives its own text (`=B2+B3`), because its amount is not blank but unknown. Errors give their
    text (`#REF!`).

    Args:
        data: the whole file.

    Returns:
        A reading of format `xlsx`; rows are the sheet's, columns count the shown ones.

    Raises:
        UnreadableDocument: `damaged-file`, `encrypted-document` or `too-large`.
    """
    try:
        return Reading("xlsx", blocks=tuple(_blocks(Package(data))))
    except (*DAMAGE, expat.ExpatError, LookupError) as error:    # the last: what a sheet or cell refers to is missing
        raise damaged(error) from error


def _blocks(package: Package) -> Iterator[TextLine | Grid]:
    path = package.main()
    book = package.xml(path)
    relations = list(package.relations(path))
    parts = {relation.id: relation for relation in relations}
    shared = _shared(package, book, relations)
    for element in book.iterfind("{*}sheets/{*}sheet"):
        if len(element):
            raise damaged("its list of sheets has one inside another")
        (relation_id,) = (value for name, value in element.items() if name.endswith("}id"))
        relation = parts[relation_id]
        if relation.kind == "worksheet" and element.get("state", "visible") == "visible":
            with package.open(relation.path) as part:
                yield from read_sheet(part, Sheet(element.get("name", "")), shared).blocks()


def _shared(package: Package, book: Element, relations: Sequence[Relation]) -> Shared:
    shared = Shared()
    for relation in relations:
        if relation.kind == "sharedStrings":
            with package.open(relation.path) as part:
                shared.texts = read_texts(part)
        elif relation.kind == "styles":
            styles = package.xml(relation.path)
            shared.formats, shared.struck = _formats(styles, book), _struck(styles)
    return shared


def _formats(styles: Element, book: Element) -> dict[str, Format]:
    properties = book.find("{*}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in _TRUE
    codes = {int(code.get("numFmtId", 0)): code.get("formatCode", "") for code in styles.iterfind("{*}numFmts/{*}numFmt")}
    numbers = [int(style.get("numFmtId", 0)) for style in styles.iterfind("{*}cellXfs/{*}xf")]
    return {str(style): one for style, one in enumerate(cell_formats(numbers, codes, is_1904=is_1904)) if one}


def _struck(styles: Element) -> set[str]:
    """The cell styles whose font strikes text through: it is deleted."""
    strikes = [font.find("{*}strike") for font in styles.iterfind("{*}fonts/{*}font")]
    struck = {str(number) for number, strike in enumerate(strikes) if strike is not None and strike.get("val", "1") in _TRUE}
    return {str(style) for style, one in enumerate(styles.iterfind("{*}cellXfs/{*}xf")) if one.get("fontId", "0") in struck}
