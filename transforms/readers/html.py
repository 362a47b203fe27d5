"""Reader for HTML pages, also those that are published under the name of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from transforms import formats
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import edges

_MAX_COLUMN_SPAN, _MAX_ROW_SPAN = 1_000, 65_534    # HTML standard, 4.9.11 "Attributes common to td and th elements"
_UNSEEN = {"head", "script", "style", "template", "noscript", "select", "textarea", "object", "svg"}
_BREAKS = {    # elements that begin and end a line (HTML standard, 15.3 "Non-replaced elements"); unknown ones are inline
    "html", "body", "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")    # what HTML collapses; no-break and full-width spaces are text
_SECTIONS = {"thead", "tbody", "tfoot"}

Element = etree._Element


def read(data: bytes) -> Reading:
    """Read an HTML page as a browser shows it, without fetching anything.

    A table that holds another table is layout: what is in its cells is read in order. Block elements and line breaks
    end a line. What style or attributes of an element hide is not published.

    Args:
        data: the whole file, UTF-8, UTF-16, GB18030 or Big5.

    Returns:
        A reading of format `html`; rows are rows of their table. The page's title stands for a page without contents.

    Raises:
        UnreadableDocument: the bytes cannot be decoded (`undecodable-text`) or the page is no HTML (`damaged-file`).
    """
    page = _parse(formats.decode(data))
    blocks = tuple(_blocks(page)) or tuple(TextLine(text) for title in page.iter("title") if (text := _text(title)))
    return Reading("html", blocks=blocks)


def _parse(text: str) -> Element:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    page = etree.fromstring(text.encode(), parser)
    if page is None:
        raise UnreadableDocument("damaged-file", "The page holds no HTML; fetch or publish it again.")
    return page


def _blocks(root: Element) -> Iterator[TextLine | Grid]:
    for content in _contents(root):
        if isinstance(content, str):
            yield TextLine(content)
        else:
            yield from _table_blocks(content)


def _table_blocks(table: Element) -> Iterator[TextLine | Grid]:
    yield from (TextLine(_text(caption)) for caption in table.iterchildren("caption") if _is_shown(caption))
    cells = list(_cells(table))
    # A column in which no cell begins has no width: `colspan="1000"` of a title adds none.
    last = max((cell.column for cell in cells), default=1)
    yield from edges.split(Grid(tuple(replace(cell, column_span=min(cell.column_span, last - cell.column + 1)) for cell in cells)))


def _contents(root: Element) -> Iterator[str | Element]:
    """Lines of text and data tables under an element, in document order."""
    line: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        ends_line = element.tag in _BREAKS
        is_data_table = element.tag == "table" and element is not root and element.find(".//table") is None
        if ends_line:
            yield from _flush(line)
        if event == "end":
            if element is not root:
                line.append(element.tail or "")
        elif element.tag in _UNSEEN or not _is_shown(element):
            walk.skip_subtree()
        elif is_data_table:
            walk.skip_subtree()
            yield element
        else:
            line.append(element.text or "")
    yield from _flush(line)


def _flush(line: list[str]) -> Iterator[str]:
    text = _SPACE.sub(" ", "".join(line)).replace("\xa0", " ").strip()
    line.clear()
    if text:
        yield text


def _text(element: Element) -> str:
    return "\n".join(content for content in _contents(element) if isinstance(content, str))


def _is_shown(element: Element) -> bool:
    return "hidden" not in element.attrib and not _HIDING.search(element.get("style", ""))


def _cells(table: Element) -> Iterator[Cell]:
    """The cells of a table by the HTML standard's table model (4.9.12 "Processing model")."""
    row = 0
    for section in _sections(table):
        taken: dict[int, int] = {}    # column → last row that a cell from above takes
        last_row = row + len(section)
        for row, cells in enumerate(section, start=row + 1):
            column = 1
            for cell in cells:
                while taken.get(column, 0) >= row:
                    column += 1
                column_span = _span(cell, "colspan", _MAX_COLUMN_SPAN) or 1
                row_span = min(_span(cell, "rowspan", _MAX_ROW_SPAN) or last_row, last_row - row + 1)
                yield Cell(_text(cell), row, column, row_span, column_span)
                if row_span > 1:
                    taken.update(dict.fromkeys(range(column, column + column_span), row + row_span - 1))
                column += column_span


def _span(cell: Element, attribute: str, limit: int) -> int:
    value = re.match(r"\s*\+?(\d+)", cell.get(attribute, "1"))
    return min(int(value[1]), limit) if value else 1


def _sections(table: Element) -> list[list[list[Element]]]:
    """The rows of each section, as shown: the first head on top, the first foot below; rows outside sections count as one."""
    sections: list[tuple[str, list[list[Element]]]] = []
    for child in table:
        if child.tag in _SECTIONS and _is_shown(child):
            sections.append((child.tag, list(_rows(child))))
        elif child.tag not in _SECTIONS:
            if not sections or sections[-1][0] != "":
                sections.append(("", []))
            sections[-1][1].extend(_rows([child]))
    head = next((section for section in sections if section[0] == "thead"), None)
    foot = next((section for section in sections if section[0] == "tfoot"), None)
    ordered = [section for section in sections if section is not head and section is not foot]
    return [rows for _, rows in filter(None, [head, *ordered, foot])]


def _rows(elements: Iterable[Element]) -> Iterator[list[Element]]:
    for element in elements:
        if element.tag == "tr" and _is_shown(element):
            yield [cell for cell in element.iter("td", "th") if _is_shown(cell)]
