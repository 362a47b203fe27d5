"""Reader for HTML pages, also those that are published under the name of a workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from lxml import etree

from transforms import formats
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import edges
from transforms.readers.nesting import is_data_around_table
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

_MAX_COLUMN_SPAN, _MAX_ROW_SPAN = 1_000, 65_534    # HTML standard, 4.9.11 "Attributes common to td and th elements"
_UNSEEN = {"head", "script", "style", "template", "noscript", "select", "textarea", "object", "svg"}
_BREAKS = {    # elements that begin and end a line (HTML standard, 15.3 "Non-replaced elements"); unknown ones are inline
    "html", "body", "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_STRUCK = ("s", "strike", "del")
_STRIKING = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_COLLAPSING = re.compile(r"(?:^|;)\s*visibility\s*:\s*collapse", re.IGNORECASE)
_STYLES_DISPLAY = re.compile(r"(?:^|;)\s*(?:display|visibility)\s*:", re.IGNORECASE)
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_CLASS = re.compile(r"\.([\w-]+)")
_SMALL_DIGITS = {"sup": SUPERSCRIPT, "super": SUPERSCRIPT, "sub": SUBSCRIPT}    # by element and by style
_SMALL = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\s*(?:;|$)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "menu", "dir")
_WHOLE_NUMBER = re.compile(r"\s*\+?(\d+)", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
_SPACE = re.compile(r"[ \t\n\r\f]+")    # what HTML collapses; no-break and full-width spaces are text
_SECTIONS = ("thead", "tbody", "tfoot")
_ROW_LIKE = ("tr", *_SECTIONS, "table")
_CELLS = ("td", "th")

Element: TypeAlias = etree._Element


def read(data: bytes) -> Reading:
    """Read an HTML page as a browser shows it, without fetching anything.

    A table that holds another table is layout: what is in its cells is read in order. But where amounts and texts
    stand beside the inner table in its row, the outer one is the data, and the inner one a cell's text, a line per row.
    Block elements and line breaks end a line. What the page's own styles and attributes hide is not published.
    Navigation is no content: `nav`, and blocks, lists and tables whose words are all links; a heading may be a link.
    Text that is struck through is deleted. Raised and lowered digits stay apart from those beside them: `10.00<sup>1</sup>` reads `10.00¹`.

    Args:
        data: the whole file, UTF-8, UTF-16, GB18030 or Big5.

    Returns:
        A reading of format `html`; rows are rows of their table. The page's title stands for a page without contents.

    Raises:
        UnreadableDocument: the bytes cannot be decoded (`undecodable-text`) or the page is no HTML (`damaged-file`).
    """
    page = _parse(formats.decode(data))
    _hide_by_style_rules(page)
    styled = [element for element in page.iter() if element.get("style") is not None or element.tag in (*_SMALL_DIGITS, *_STRUCK)]
    _hide_by_own_style(styled)
    _empty_struck(styled)
    _hide_navigation(page)
    _set_small_digits_apart(styled)
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


def _hide_by_style_rules(page: Element) -> None:
    """Mark as hidden what a rule for one class hides, unless another rule or the element itself decides on its display.

    Rules in other files, for some screens only, or that a script undoes hide nothing for certain.
    """
    hiding: set[str] = set()
    deciding: Counter[str] = Counter()
    for selectors, style in _style_rules(page):
        deciding.update(_CLASS.findall(selectors))
        if _HIDING.search(style):
            hiding.update(match[1] for selector in selectors.split(",") if (match := _CLASS.fullmatch(selector.strip())))
    hiding = {name for name in hiding if deciding[name] == 1}
    for element in page.iterfind(".//*[@class]") if hiding else ():
        if hiding.intersection(element.get("class", "").split()) and not _STYLES_DISPLAY.search(element.get("style", "")):
            element.set("hidden", "")


def _hide_by_own_style(styled: Iterable[Element]) -> None:
    """Mark as hidden what its own style hides: styles are looked at once, marks at every turn."""
    for element in styled:
        if _HIDING.search(element.get("style", "")):
            element.set("hidden", "")


def _empty_struck(styled: Iterable[Element]) -> None:
    """Take out text that is struck through: it is deleted, and with what replaced it `<s>10</s>12.00` would be another number."""
    for element in styled:
        if element.tag in _STRUCK or _STRIKING.search(element.get("style", "")):
            for part in element.iter():
                part.text = None
                part.tail = part.tail if part is element else None


def _style_rules(page: Element) -> Iterator[tuple[str, str]]:
    """Selectors and style of each rule on display that holds for every screen; `@media` and the like hold rules in braces."""
    sheet = "".join(style.text or "" for style in page.iter("style") if not style.get("media"))
    depth = 0
    for part in _STYLE_COMMENT.sub("", sheet).split("}"):
        *opened, style = part.split("{")
        if depth == 0 and len(opened) == 1 and _STYLES_DISPLAY.search(style):
            yield opened[0].rpartition(";")[2], style
        depth = max(0, depth + len(opened) - 1)


def _hide_navigation(page: Element) -> None:
    """Mark as hidden what leads elsewhere: a link's text, such as `2022年度部门决算公开`, says nothing of this page."""
    navigation = [nav for nav in page.iter("nav") if nav.find(".//table") is None]
    data_tables = {table for table in page.iter("table") if _is_data_table(table)}
    blocks = dict.fromkeys(_block(link, data_tables) for link in page.iterfind(".//a[@href]"))
    for block in (*navigation, *(block for block in blocks if _is_all_links(block) and not _is_heading(block))):
        block.set("hidden", "")


def _block(link: Element, data_tables: set[Element]) -> Element:
    """The block that a link stands in; in a table of data a cell of links is content, unless the table is all links."""
    block = next(link.iterancestors(*_BREAKS))
    table = next(block.iterancestors("table"), None) if block.tag in _CELLS else None
    return table if table is not None and table in data_tables else block


def _is_all_links(block: Element) -> bool:
    links: set[Element] = set(block.iterfind(".//a[@href]"))
    walk = etree.iterwalk(block, events=("start", "end"))
    for event, element in walk:
        if event == "start" and (element in links or element.tag in _UNSEEN):
            walk.skip_subtree()
        elif _LETTER.search((element.text if event == "start" else element.tail if element is not block else "") or ""):
            return False
    return True


def _is_heading(block: Element) -> bool:
    return block.tag in _HEADINGS and next(block.iterancestors(*_LISTS), None) is None


def _set_small_digits_apart(styled: Iterable[Element]) -> None:
    for element in styled:
        style = _SMALL.search(element.get("style", "")) if element.tag not in _BREAKS else None
        digits = _SMALL_DIGITS.get(style[1].lower() if style else element.tag)
        if digits is None:
            continue
        for part in element.iter():
            part.text = part.text and part.text.translate(digits)
            if part is not element:
                part.tail = part.tail and part.tail.translate(digits)


def _blocks(root: Element, without: tuple[str, ...] = ()) -> Iterator[TextLine | Grid]:
    for content in _contents(root, without):
        if isinstance(content, str):
            yield TextLine(content)
        else:
            yield from _table_blocks(content)


def _table_blocks(table: Element) -> Iterator[TextLine | Grid]:
    """A table's caption and what stands between its cells, which browsers show above it, then its rows."""
    yield from _blocks(table, without=_CELLS)
    hidden = _hidden_columns(table)
    cells = list(_without_hidden_columns(_cells(table), hidden) if hidden else _cells(table))
    # A column in which no cell begins has no width: `colspan="1000"` of a title adds none.
    last = max((cell.column for cell in cells), default=1)
    grid = Grid(tuple(cell if cell.column + cell.column_span <= last + 1 else _narrowed(cell, last) for cell in cells))
    for block in edges.split(grid):
        yield replace(block, row=None) if isinstance(block, TextLine) else block


def _narrowed(cell: Cell, last: int) -> Cell:
    return replace(cell, column_span=last - cell.column + 1)


def _contents(root: Element, without: tuple[str, ...] = ()) -> Iterator[str | Element]:
    """Lines of text and data tables under an element, in document order."""
    line: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if line and element.tag in _BREAKS:
            yield from _flush(line)
        if event == "end":
            if element.tail and element is not root:
                line.append(element.tail)
        elif element.tag in _UNSEEN or element.tag in without or not _is_shown(element):
            walk.skip_subtree()
        elif element is not root and _is_data_table(element):
            walk.skip_subtree()
            yield element
        elif element.text:
            line.append(element.text)
    yield from _flush(line)


def _is_data_table(element: Element) -> bool:
    if element.tag != "table":
        return False
    return element.find(".//table") is None or any(_is_row_around_table(cells) for _, cells in _rows(element))


def _is_row_around_table(cells: list[Element]) -> bool:
    """Whether a cell holds a table while the cells beside it hold at least three texts, amounts among them."""
    beside = [cell for cell in cells if cell.find(".//table") is None]
    return len(beside) < len(cells) and is_data_around_table([text for cell in beside if (text := _text(cell))])


def _flush(line: list[str]) -> Iterator[str]:
    text = _line("".join(line))
    line.clear()
    if text:
        yield text


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).replace("\xa0", " ").strip()


def _text(element: Element) -> str:
    """The text of an element that is shown, a line for each that a browser would begin."""
    if len(element) == 0:    # nearly every cell: no need to walk
        return _line(element.text or "")
    return "\n".join(content if isinstance(content, str) else _rows_as_lines(content) for content in _contents(element))


def _rows_as_lines(table: Element) -> str:
    rows = (" ".join(filter(None, map(_text, cells))) for _, cells in _rows(table))
    return "\n".join(filter(None, rows))


def _is_shown(element: Element) -> bool:
    return element.get("hidden") is None


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


def _hidden_columns(table: Element) -> set[int]:
    """The columns that a `col` collapses; `display: none` on it hides the mark of the column, not its cells."""
    hidden: set[int] = set()
    column = 1
    for col in table.iter("col"):
        span = max(1, _span(col, "span", _MAX_COLUMN_SPAN))
        if _COLLAPSING.search(col.get("style", "")):
            hidden.update(range(column, column + span))
        column += span
    return hidden


def _without_hidden_columns(cells: Iterator[Cell], hidden: set[int]) -> Iterator[Cell]:
    for cell in cells:
        width = cell.column_span - sum(cell.column <= column < cell.column + cell.column_span for column in hidden)
        if width:
            yield replace(cell, column=cell.column - sum(column < cell.column for column in hidden), column_span=width)


def _span(cell: Element, attribute: str, limit: int) -> int:
    given = cell.get(attribute)
    value = _WHOLE_NUMBER.match(given) if given is not None else None
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
    waiting = [(table, table)]    # elements and what they make a row of; a stack is several times as fast as lxml's walk
    while waiting:
        element, row = waiting.pop()
        if not _is_shown(element):
            continue
        if element.tag in _CELLS:
            if not rows or rows[-1][0] is not row:
                rows.append((row, []))
            rows[-1][1].append(element)
            continue
        if element.tag == "tr":
            rows.append((element, []))
        if element.tag in _ROW_LIKE:
            row = element
        waiting += [(child, row) for child in reversed(element)]
    return rows
