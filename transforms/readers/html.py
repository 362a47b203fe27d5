"""Reader for HTML pages, also those that are published under the name of a workbook."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple, TypeAlias

from lxml import etree

from transforms import formats
from transforms.amounts import is_amount, is_illegible
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import edges, html_styles
from transforms.readers import text as plain_tables
from transforms.readers.nesting import is_data_around_table
from transforms.readers.number_formats import cell_format, number_text
from transforms.readers.plain import cell_text, plain_text
from transforms.readers.small_digits import SUBSCRIPT, SUPERSCRIPT

_MAX_COLUMN_SPAN, _MAX_ROW_SPAN = 1_000, 65_534    # HTML standard, 4.9.11 "Attributes common to td and th elements"
_MAX_REACHING = 2_000_000    # merged cells, in each row that they reach into; a booklet of 400 pages has some 20,000
_UNSEEN = {    # or seen beside the text (ruby); dialogs and pop-ups are shown by scripts
    "head", "script", "style", "template", "noscript", "noframes", "select", "textarea", "object", "svg", "datalist", "rt", "rp",
    "iframe", "audio", "video", "canvas", "progress", "meter", "annotation", "annotation-xml",
}
_PARTS_OF_RUBY = ("rb", "rt", "rp")
_BREAKS = {    # elements that begin and end a line (HTML standard, 15.3 "Non-replaced elements"); unknown ones are inline
    "html", "body", "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}
_STRUCK = ("s", "strike", "del")
_STRIKING = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_COLLAPSING = re.compile(r"(?:^|;)\s*visibility\s*:\s*collapse", re.IGNORECASE)
_TYPED = {"text", "number", "tel", "email", "url", "search", "date", "month", "week", "time", "datetime-local"}    # show it
_SMALL_DIGITS = {"sup": SUPERSCRIPT, "super": SUPERSCRIPT, "sub": SUBSCRIPT}    # by element and by style
_NUMBER_FORMAT = re.compile(r"""mso-number-format\s*:\s*["']?([^"';]+)""", re.IGNORECASE)    # its special characters behind a backslash
_SMALL = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\s*(?:;|$)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "menu", "dir")
_WHOLE_NUMBER = re.compile(r"\s*\+?(\d+)", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
_TABLE_TAG = re.compile(r"<(/?)table\b", re.IGNORECASE)
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")    # what HTML collapses; no-break and full-width spaces are text
_SECTIONS = ("thead", "tbody", "tfoot")
_ROW_LIKE = ("tr", *_SECTIONS, "table")
_CELLS = ("td", "th")

_LEAST_AMOUNTS = 3    # in copies of a table; two tables that are blank but for a header may well look the same

Element: TypeAlias = etree._Element
Texts: TypeAlias = list[list[str]]


def read(data: bytes, linked: Callable[[str], str | None] = lambda link: None) -> Reading:
    """Read an HTML page as a browser shows it, without fetching anything.

    A table that holds another table is layout: what is in its cells is read in order. But where amounts and texts
    stand beside the inner table in its row, the outer one is the data, and the inner one a cell's text, a line per row.
    Block elements and line breaks end a line. What the page's own styles and attributes hide is not published.
    Navigation is no content: `nav`, and blocks, lists and tables whose words are all links; a heading may be a link.
    Text that is struck through is deleted. Raised and lowered digits stay apart from those beside them: `10.00<sup>1</sup>` reads `10.00¹`.

    Args:
        data: the whole file, UTF-8, UTF-16, GB18030 or Big5.
        linked: gives the style sheet that a page links to, where it is at hand.

    Returns:
        A reading of format `html`; rows are rows of their table. The page's title stands for a page without contents.

    Raises:
        UnreadableDocument: the bytes cannot be decoded (`undecodable-text`) or the page is no HTML (`damaged-file`).
    """
    text = formats.decode(data)
    if _ends_in_table(text):
        raise UnreadableDocument("incomplete-document", "The page ends inside a table; fetch or publish it again.")
    page = _parse(text)
    _end_readings(page)
    _open_shadows(page)
    _take_in_styles(page, linked)
    unseen = html_styles.lay_out(page)
    _show_values(page)
    styled = [element for element in page.iter() if element.get("style") is not None or element.tag in (*_SMALL_DIGITS, *_STRUCK)]
    unseen += _empty_struck(styled)
    _hide_navigation(page)
    _set_small_digits_apart(styled)
    blocks = tuple(_without_copies(_blocks(page))) or tuple(TextLine(text) for title in page.iter("title") if (text := _text(title)))
    return Reading("html", blocks=blocks, errors=formats.doubt_of_decoding(text), hidden=tuple(map(TextLine, unseen)))


def _take_in_styles(page: Element, linked: Callable[[str], str | None]) -> None:
    """Have the style sheets that a page links to stand in it."""
    for link in page.iter("link"):
        kinds = link.get("rel", "").lower().split()
        if "stylesheet" in kinds and "alternate" not in kinds and (sheet := linked(link.get("href", "").strip())):
            link.tag, link.text = "style", sheet


def _ends_in_table(text: str) -> bool:
    """Whether a page was cut off: what closes its tables closes others of it, but not the last one, and nothing closes the page."""
    opened = list(_TABLE_TAG.finditer(text))
    depth = 0
    for tag in opened:
        depth = max(depth + (-1 if tag[1] else 1), 0)
    return depth > 0 and not _PAGE_END.search(text, opened[-1].end())


def _parse(text: str) -> Element:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    page = etree.fromstring(text.encode(), parser)
    if page is None:
        raise UnreadableDocument("damaged-file", "The page holds no HTML; fetch or publish it again.")
    for error in parser.error_log.filter_from_fatals():    # after one, the parser leaves out the rest of the page
        raise UnreadableDocument("damaged-file", f"The page cannot be read past line {error.line}: {error.message}.")
    return page


def _end_readings(page: Element) -> None:
    """Let a reading above characters end where the next characters begin: end tags may be left out (HTML standard, 4.5.10)."""
    for part in list(page.iter(*_PARTS_OF_RUBY)):
        parent = part.getparent()
        if parent is not None and parent.tag in _PARTS_OF_RUBY:
            for element in reversed([part, *part.itersiblings()]):
                parent.addnext(element)


def _open_shadows(page: Element) -> None:
    """Put a shadow tree in the place of what its element holds, and that into its slot (HTML standard, 4.12.3 "The template element")."""
    for template in list(page.iter("template")):
        host = template.getparent()
        if host is None or template.get("shadowrootmode") not in ("open", "closed"):
            continue
        text = (host.text or "") + (template.tail or "")
        light = [child for child in host if child is not template]
        slot = next(template.iter("slot"), None)
        for child in list(host):
            host.remove(child)
        host.text = template.text
        host.extend(list(template))
        if slot is not None and (text.strip() or light):
            for child in list(slot):
                slot.remove(child)
            slot.text = text
            slot.extend(light)


def _show_values(page: Element) -> None:
    """Make text of what a table's cells show otherwise: what is typed into a field, what is chosen in a list, and the text of a drawing."""
    for field in list(page.iterfind(".//table//*")):
        if field.tag == "input" and field.get("type", "text").lower() in _TYPED:
            field.text = field.get("value")
        elif field.tag == "textarea":
            field.text = "".join(field.itertext())
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            field.text = " ".join(option.get("label") or "".join(option.itertext()).strip() for option in chosen)
        elif field.tag == "svg":
            field.text = " ".join("".join(text.itertext()).strip() for text in field.iter("text") if _is_drawn(text))
        else:
            continue
        for child in list(field):
            field.remove(child)
        field.tag = "span"


def _is_drawn(text: Element) -> bool:
    around = (text, *text.iterancestors())
    is_stock = any(element.tag in ("defs", "symbol", "clippath", "mask", "pattern", "marker") for element in around)
    return not is_stock and all(_is_shown(element) and element.get("display") != "none" for element in around)


def _empty_struck(styled: Iterable[Element]) -> list[str]:
    """Take out text that is struck through: it is deleted, and with what replaced it `<s>10</s>12.00` would be another number.

    Returns:
        The texts of tables.
    """
    struck: list[str] = []
    for element in styled:
        if element.tag in _STRUCK or _STRIKING.search(element.get("style", "")):
            struck += filter(None, html_styles.in_table(element, "".join(element.itertext())))
            for part in element.iter():
                part.text = None
                part.tail = part.tail if part is element else None
    return struck


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


def _without_copies(blocks: Iterable[TextLine | Grid]) -> Iterator[TextLine | Grid]:
    """Leave out copies of tables that stand beside them without a line of their own: scripts make them, to keep columns in place.

    A header alone is no copy: the next table may have the same.
    """
    tables: list[Texts] = []    # since the last line
    copies: list[Grid] = []
    for block in blocks:
        if isinstance(block, Grid) and any(_is_copy(_texts(block), table) for table in tables):
            copies.append(block)
            continue
        yield from _unless_amounts(copies)
        copies = []
        tables = [*tables, _texts(block)] if isinstance(block, Grid) else []
        yield block
    yield from _unless_amounts(copies)


def _unless_amounts(grids: list[Grid]) -> list[Grid]:
    amounts = sum(is_amount(cell.text) for grid in grids for cell in grid.cells)
    return [] if amounts >= _LEAST_AMOUNTS else grids


def _texts(grid: Grid) -> Texts:
    return [[cell.text for cell in row] for row in grid.rows()]


def _is_copy(texts: Texts, table: Texts) -> bool:
    """Whether texts are those of the first or the last columns of a table."""
    rows = list(zip(texts, table, strict=False))
    return len(texts) == len(table) and (
        all(row == of[: len(row)] for row, of in rows) or all(row == of[-len(row) :] for row, of in rows)
    )


def _blocks(root: Element, without: tuple[str, ...] = ()) -> Iterator[TextLine | Grid]:
    for content in _contents(root, without):
        if isinstance(content, str):
            yield TextLine(content)
        elif content.tag == "pre":
            yield from plain_tables.blocks("".join(content.itertext()))
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
    return cell._replace(column_span=last - cell.column + 1)


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
        elif element is not root and (_is_data_table(element) or _is_drawn_table(element)):
            walk.skip_subtree()
            yield element
        elif element.text:
            line.append(element.text)
    yield from _flush(line)


def _is_data_table(element: Element) -> bool:
    if element.tag != "table":
        return False
    return element.find(".//table") is None or any(_is_row_around_table(cells) for _, cells in _rows(element))


def _is_drawn_table(element: Element) -> bool:
    """Whether an element is text that is shown as it is written, with a table in it."""
    is_text = element.tag == "pre" and next(element.iterancestors("td", "th"), None) is None
    return is_text and any(isinstance(block, Grid) for block in plain_tables.blocks("".join(element.itertext())))


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
    return _SPACE.sub(" ", plain_text(text)).replace("\xa0", " ").strip()


def _text(element: Element) -> str:
    """The text of an element that is shown, a line for each that a browser would begin."""
    if len(element) == 0:    # nearly every cell: no need to walk
        return _line(element.text or "")
    return "\n".join(content if isinstance(content, str) else _rows_as_lines(content) for content in _contents(element))


def _rows_as_lines(table: Element) -> str:
    rows = (" ".join(filter(None, map(_text, cells))) for _, cells in _rows(table))
    return "\n".join(filter(None, rows))


def _is_shown(element: Element) -> bool:
    is_closed = element.get("popover") is not None or (element.tag == "dialog" and element.get("open") is None)
    return element.get("hidden") is None and not is_closed


class _Span(NamedTuple):
    """Columns, first and last, that cells from above take up to a row."""

    first: int
    last: int
    last_row: int


def _cells(table: Element) -> Iterator[Cell]:
    """The cells of a table by the HTML standard's table model (4.9.12 "Processing model").

    Raises:
        UnreadableDocument: `too-large`, if more cells reach into rows below than any table for people needs.
    """
    last_row = 0
    reaching = 0    # spans looked at so far: the rest of the work is linear in the page
    for section in _sections(table):
        above: list[_Span] = []
        first_row, last_row = last_row + 1, last_row + len(section)
        for row, cells in enumerate(section, start=first_row):
            reaching += len(above)
            if reaching > _MAX_REACHING:
                raise UnreadableDocument("too-large", f"The merged cells of a table reach into more than {_MAX_REACHING:,} places.")
            placed = [
                Cell(_cell_text(cell), row, column, min(_span(cell, "rowspan", _MAX_ROW_SPAN) or last_row, last_row - row + 1), width)
                for cell, column, width in _placed(cells, above)
            ]
            yield from placed
            new = [_Span(cell.column, cell.column + cell.column_span - 1, row + cell.row_span - 1) for cell in placed if cell.row_span > 1]
            above = _joined([span for span in above if span.last_row > row], new)


def _cell_text(cell: Element) -> str:
    """The text of a cell; where it only says that its column is too narrow, the number that a workbook's page holds beside it."""
    text = cell_text(_text(cell))
    number = cell.get("x:num") if text.startswith("#") and is_illegible(text) else None
    if not number:
        return text
    code = _NUMBER_FORMAT.search(cell.get("style", ""))
    shown = cell_format(re.sub(r"\\(.)", r"\1", code[1]), is_1904=False) if code else None
    try:
        return shown.text(float(number)) if shown else number_text(float(number))
    except ValueError:
        return text


def _placed(cells: Iterable[Element], above: Sequence[_Span]) -> Iterator[tuple[Element, int, int]]:
    """Each cell of a row with its column and width, beside what reaches into the row from above."""
    column, waiting = 1, iter(above)
    span = next(waiting, None)
    for cell in cells:
        while span and span.first <= column:
            column = max(column, span.last + 1)
            span = next(waiting, None)
        width = _span(cell, "colspan", _MAX_COLUMN_SPAN) or 1
        yield cell, column, width
        column += width


def _joined(above: Sequence[_Span], new: Sequence[_Span]) -> list[_Span]:
    """What reaches below a row, from left to right; of two that overlap the newer one counts, neighbours to one row are one."""
    if not new:
        return list(above)
    edges = [edge for span in new for edge in (span.first, span.last + 1)]
    kept = [part for span in above for part in _outside(span, edges)]
    joined: list[_Span] = []
    for span in sorted((*kept, *new)):
        if joined and joined[-1].last + 1 == span.first and joined[-1].last_row == span.last_row:
            joined[-1] = joined[-1]._replace(last=span.last)
        else:
            joined.append(span)
    return joined


def _outside(span: _Span, edges: Sequence[int]) -> Iterator[_Span]:
    """The parts of a span that no new one covers; `edges` are the first columns of the new ones and those after their last, sorted."""
    place = bisect_right(edges, span.first)
    first = span.first
    for index in range(place, len(edges) + 1):
        edge = edges[index] if index < len(edges) else span.last + 1
        last = min(edge - 1, span.last)
        if index % 2 == 0 and first <= last:    # before a new one
            yield span._replace(first=first, last=last)
        first = edge
        if first > span.last:
            return


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
            yield cell._replace(column=cell.column - sum(column < cell.column for column in hidden), column_span=width)


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
