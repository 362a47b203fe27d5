"""Reader for HTML pages, also those that are published under the name of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

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
_SECTIONS = ("thead", "tbody", "tfoot")
_CELLS = ("td", "th")

Element: TypeAlias = etree._Element


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
    for error in parser.error_log.filter_from_fatals():    # after one, the parser leaves out the rest of the page
        raise UnreadableDocument("damaged-file", f"The page cannot be read past line {error.line}: {error.message}.")
    return page


def _blocks(root: Element) -> Iterator[TextLine | Grid]:
    for content in _contents(root):
        if isinstance(content, str):
            yield TextLine(content)
        else:
            yield from _table_blocks(content)


def _table_blocks(table: Element) -> Iterator[TextLine | Grid]:
    """A table's caption and what stands between its cells, which browsers show above it, then its rows."""
    yield from (TextLine(content) for content in _contents(table, without=_CELLS) if isinstance(content, str))
    cells = list(_cells(table))
    # A column in which no cell begins has no width: `colspan="1000"` of a title adds none.
    last = max((cell.column for cell in cells), default=1)
    grid = Grid(tuple(replace(cell, column_span=min(cell.column_span, last - cell.column + 1)) for cell in cells))
    for block in edges.split(grid):
        yield replace(block, row=None) if isinstance(block, TextLine) else block


def _contents(root: Element, without: tuple[str, ...] = ()) -> Iterator[str | Element]:
    """Lines of text and data tables under an element, in document order."""
    line: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _BREAKS:
            yield from _flush(line)
        if event == "end":
            line.append(element.tail or "" if element is not root else "")
        elif element.tag in _UNSEEN or element.tag in without or not _is_shown(element):
            walk.skip_subtree()
        elif element is not root and _is_data_table(element):
            walk.skip_subtree()
            yield element
        else:
            line.append(element.text or "")
    yield from _flush(line)


def _is_data_table(element: Element) -> bool:
    return element.tag == "table" and element.find(".//table") is None


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
    last_row = 0
    for section in _sections(table):
        taken: dict[int, int] = {}    # column → last row that a cell from above takes
        first_row, last_row = last_row + 1, last_row + len(section)
        for row, cells in enumerate(section, start=first_row):
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
    value = re.match(r"\s*\+?(\d+)", cell.get(attribute, "1"), re.ASCII)
    return min(int(value[1]), limit) if value else 1


def _sections(table: Element) -> list[list[list[Element]]]:
    """The cells of each row of each section as shown: the first head on top, the first foot at the bottom."""
    sections = [(section, [cells for _, cells in rows]) for section, rows in groupby(_rows(table), key=lambda row: _section(row[0]))]
    head = next((section for section, _ in sections if section.tag == "thead"), None)
    foot = next((section for section, _ in sections if section.tag == "tfoot"), None)
    sections.sort(key=lambda section: -1 if section[0] is head else 1 if section[0] is foot else 0)
    return [rows for _, rows in sections]


def _section(row: Element) -> Element:
    """The section that a row is in; the table for rows outside sections."""
    return row if row.tag in _SECTIONS or row.tag == "table" else next(row.iterancestors(*_SECTIONS, "table"))


def _rows(table: Element) -> list[tuple[Element, list[Element]]]:
    """Rows with their cells; cells outside rows, in damaged pages, make a row of what they stand in."""
    rows: list[tuple[Element, list[Element]]] = []
    walk = etree.iterwalk(table, events=("start",))
    for _, element in walk:
        if not _is_shown(element):
            walk.skip_subtree()
        elif element.tag == "tr":
            rows.append((element, []))
        elif element.tag in _CELLS:
            row = next(element.iterancestors("tr", *_SECTIONS, "table"))
            if not rows or rows[-1][0] is not row:
                rows.append((row, []))
            rows[-1][1].append(element)
            walk.skip_subtree()
    return rows
