"""Tables out of grids: one that a page break parts is one table, with the columns and merged cells that it had in print.

Producers print a table over several pages with its header on each, on some or on none, and cut rows and merged cells
wherever the page ends. What tells a continued table from a neighbour of the same shape is what stands between them: a
title, a department, a year or a unit of its own begins a table, and so do a header of its own and a form's first row.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice, pairwise, takewhile

from transforms import layouts
from transforms.amounts import is_amount
from transforms.grid import Box, Cell, Grid, TextLine
from transforms.indicators import is_level_name
from transforms.layouts import Beginning, Section
from transforms.names import begins_paragraph, first_word, fold_width, join_lines, strip_whitespace, width
from transforms.tables import surroundings
from transforms.tables.labels import label_of
from transforms.targets import is_unit, parse_target
from transforms.totals import names_row

# Points. Word and Excel place the same column on two pages up to 1.5 points apart; the narrowest columns seen have 9.
_TOLERANCE = 3.0
_UPPER_ROWS = 2         # of a header that the page break parts: a header of more than three rows has not been seen so
_HEADER_SEARCH = 6      # rows of a table among which its repeated header begins: titles in the table's own rows stand above
_RUNNING_PAGES = 3      # a line that stands at the same height of so many pages is the page's, not the text's
_RUNNING_HEIGHT = 3.0   # points

_SENTENCE_ENDS = ("。", ";", "；")
_SQUEEZE = 0.4          # characters, by which lines are squeezed and a cell's `room` is less than there is
_OPEN_BRACKET = re.compile(r"[（(][^（()）]*$")
_SIGNS = "<>=≤≥≦≧＜＞＝±"
_TEMPLATE = re.compile(r"\s*(?:指标[0-9一二三四五]|[.…]+\s*$)")    # rows of the blank form that were not filled in

_DIGITS = re.compile(r"[0-9]+")
_CODE = re.compile(r"(?:[0-9]{2}){1,4}[0-9]?")    # of a class, section or item
_COLUMN_NUMBER = re.compile(r"[0-9]{1,2}")

Block = TextLine | Grid


@dataclass(slots=True)
class _Open:
    """A table whose end is not reached yet."""

    grid: Grid
    above: list[TextLine]
    is_form: bool
    below: list[TextLine] = field(default_factory=list)


def sections(blocks: Sequence[Block]) -> list[Section]:
    """Make the published tables of a document's blocks.

    Args:
        blocks: text and grids in document order, a grid per table and page.

    Returns:
        One section per table, in order. Cells keep their page and box; rows are numbered on over the pages, a header that
        is printed again is left out, and a merged cell that the page break cut is one cell.
    """
    lines = tuple(block for block in blocks if isinstance(block, TextLine))
    running = _running(lines)
    tables: list[_Open] = []
    since: list[TextLine] = []    # lines since the last grid
    for block in _parts(blocks):
        if isinstance(block, TextLine):
            since.append(block)
            continue
        grid, units = _without_unit_lines(block)
        table = tables[-1] if tables else None
        beginning = _beginning(grid, table)
        grid, titles = _without_rows_above(grid, beginning)
        since += titles
        if not grid.cells:
            since += units
            continue
        joined = _joined(table, _own(since, table, running), grid, beginning) if table else None
        if table and joined:
            table.grid = joined
            table.is_form = table.is_form or (beginning is not None and beginning.is_form)
            table.above.extend(units)
        else:
            if table:
                table.below = list(since)
            tables.append(_Open(grid, [*since, *units], beginning is not None and beginning.is_form))
        since = []
    if tables:
        tables[-1].below = since
    return [Section(table.grid, tuple(table.above), tuple(table.below), lines) for table in tables]


def _parts(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with a grid that holds several forms cut into one each."""
    for block in blocks:
        if isinstance(block, TextLine):
            yield block
        else:
            yield from layouts.split(block)


def _without_unit_lines(grid: Grid) -> tuple[Grid, list[TextLine]]:
    """Take the rows with nothing but a unit of money (`单位：元`) out of a table: it holds for the table, wherever it stands.

    A label with a unit in brackets and a blank beside it (`上年结转（万元）`) is a row of the table.
    """
    rows_of_one = ((row, texts[0]) for row in grid.rows() if len(texts := [cell for cell in row if cell.text]) == 1)
    found = [cell for row, cell in rows_of_one if surroundings.unit_of(cell.text) and not (len(row) > 1 and _is_labelled(cell.text))]
    if not found:
        return grid, []
    rows = {cell.row for cell in found}
    kept = tuple(cell for cell in grid.cells if cell.row not in rows)
    return replace(grid, cells=kept), list(map(_line, found))


def _is_labelled(text: str) -> bool:
    name, unit = surroundings.money_in_brackets(strip_whitespace(text))
    return bool(name and unit)


def _beginning(grid: Grid, table: _Open | None) -> Beginning | None:
    """Where a table begins in a grid: at its header, if nothing but titles stand above it.

    A header further down is one within the table, and the table of indicators within a form has a header that begins none.
    """
    found = layouts.beginning(grid)
    if found is None or (table and table.is_form and (not found.is_form or layouts.goes_on(table.grid, grid))):
        return None
    if table and not found.is_form and _opens_with_rest(table.grid, grid):    # a few words of a cut row may be those of headers
        return None
    above = (row for row in grid.rows() if row[0].row < found.row)
    return found if found.is_form or all(map(_is_title_row, above)) else None


def _is_title_row(row: Sequence[Cell]) -> bool:
    texts = _texts(row)
    return len(texts) < 2 or all(":" in fold_width(text) for text in texts)


def _without_rows_above(grid: Grid, beginning: Beginning | None) -> tuple[Grid, list[TextLine]]:
    """Take the rows above a table's header out of it: titles that a reader could not tell from the table."""
    if beginning is None:
        return grid, []
    kept = tuple(cell for cell in grid.cells if cell.row >= beginning.row)
    return replace(grid, cells=kept), [_line(cell) for cell in grid.cells if cell.row < beginning.row and cell.text]


def _line(cell: Cell) -> TextLine:
    return TextLine(cell.text, cell.page, cell.row, cell.box, cell.confidence)


def _own(since: Sequence[TextLine], table: _Open, running: set[TextLine]) -> list[TextLine]:
    """The lines since a table that are neither the page's nor printed above the table already: those say nothing new."""
    printed = {strip_whitespace(line.text) for line in table.above}
    return [line for line in since if line not in running and strip_whitespace(line.text) not in printed]


def _running(lines: Iterable[TextLine]) -> set[TextLine]:
    """The lines of page headers and footers: the same words, numbers aside, at the same height of several pages."""
    pages: dict[tuple[str, int], set[int]] = {}
    keyed = [(line, key) for line in lines if (key := _running_key(line))]
    for line, key in keyed:
        pages.setdefault(key, set()).add(line.page or 0)
    return {line for line, key in keyed if len(pages[key]) >= _RUNNING_PAGES}


def _running_key(line: TextLine) -> tuple[str, int] | None:
    if line.box is None or line.page is None or surroundings.title([line]):    # forms print their title on every page
        return None
    words = _DIGITS.sub("", strip_whitespace(fold_width(line.text)))
    return words, round(line.box.top / _RUNNING_HEIGHT)


# --- is it the same table? --------------------------------------------------------------------------------------------


def _joined(table: _Open, between: Sequence[TextLine], grid: Grid, beginning: Beginning | None) -> Grid | None:
    """The table with a grid that is its rest; None where the grid begins a table of its own."""
    repeated = _repeated_header(table.grid, grid)
    if beginning and (beginning.is_form or not repeated) and not _breaks_off(table.grid, between, grid, beginning):
        return None
    finds = surroundings.first_title, surroundings.department, _unit_line, surroundings.stated_year
    if not all(find(between) in (None, find(table.above)) for find in finds):
        return None
    if not repeated and not (_is_next(table.grid, grid) and all(map(surroundings.is_furniture, between))):
        return None
    rest = replace(grid, cells=tuple(cell for cell in grid.cells if cell.row not in repeated)) if repeated else grid
    if not rest.cells:    # a page with nothing but the header
        return table.grid
    aligned = _aligned(table.grid, rest)
    return _appended(*aligned) if aligned else None


def _breaks_off(above: Grid, between: Sequence[TextLine], grid: Grid, beginning: Beginning) -> bool:
    """Whether a page ends within a table's header, or above the name of a form's project, so that what begins may be its rest."""
    if beginning.is_form:
        return layouts.heads_form(above)
    return surroundings.first_title(between) is None and _is_upper_header(above, grid)


def _is_upper_header(above: Grid, below: Grid) -> bool:
    """Whether a grid has nothing but a row or two of headers, one of them over several columns of the page below."""
    rows = list(above.rows())
    if len(rows) > _UPPER_ROWS or not above.cells[0].box or any(_is_value(text) for row in rows for text in _texts(row)):
        return False
    aligned = _aligned(above, below)
    return aligned is not None and any(cell.column_span > 1 for cell in aligned[0].cells if cell.row == rows[-1][0].row)


def _unit_line(lines: Sequence[TextLine]) -> str | None:
    return next((unit for line in lines if (unit := surroundings.unit_of(line.text))), None)


def _is_next(above: Grid, grid: Grid) -> bool:
    """Whether a grid without a header of its own stands where the rest of a table would: on its sheet, or on the next page."""
    last = above.cells[-1].row
    pages = {cell.page for cell in takewhile(lambda cell: cell.row == last, reversed(above.cells))}    # several beside each other
    page = grid.cells[0].page
    return above.sheet == grid.sheet and (page is None or None in pages or page - 1 in pages)


def _repeated_header(above: Grid, grid: Grid) -> set[int]:
    """The numbers of the grid's first rows that print the header of the table above again."""
    rows = list(grid.rows())
    printed = list(islice(above.rows(), _HEADER_SEARCH + len(rows)))    # the table may go on over a hundred pages
    for start in range(min(_HEADER_SEARCH, len(printed))):
        count = _common(printed[start:], rows)
        if count and any(len(_texts(row)) > 1 for row in rows[:count]):
            return {row[0].row for row in rows[:count]}
    return set()


def _common(printed: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the beginning say the same in words; a row with an amount is none of a header."""
    count = 0
    for one, other in zip(printed, rows, strict=False):
        texts = _texts(other)
        if _texts(one) != texts or any(map(_is_value, texts)):
            break
        count += 1
    return count


def _is_value(text: str) -> bool:
    return is_amount(text) and not _COLUMN_NUMBER.fullmatch(text)    # the numbers of columns (栏次) are the header's


def _texts(row: Iterable[Cell]) -> list[str]:
    return [text for cell in row if (text := strip_whitespace(cell.text))]


# --- one grid of two --------------------------------------------------------------------------------------------------


def _aligned(above: Grid, below: Grid) -> tuple[Grid, Grid] | None:
    """Both grids with their columns numbered by the same edges; None where they are not equally wide.

    A page knows only the edges that its own cells have: a column that is merged all over it has no edge there.
    """
    ours, theirs = _edges(above), _edges(below)
    if not (above.is_ruled and below.is_ruled):
        return (above, below) if _width(above) == _width(below) else None
    if not ours or not theirs:
        is_as_wide = above.is_ragged or below.is_ragged or _width(below) <= _width(above)
        return (above, below) if is_as_wide else None
    if abs(ours[0] - theirs[0]) > _TOLERANCE or abs(ours[-1] - theirs[-1]) > _TOLERANCE:
        return None
    if [abs(one - other) <= _TOLERANCE for one, other in zip(ours, theirs, strict=False)].count(False) == 0 and len(ours) == len(theirs):
        return above, below
    edges = _union(ours, theirs)
    return _renumbered(above, edges), _renumbered(below, edges)


def _width(grid: Grid) -> int:
    return max(cell.column + cell.column_span for cell in grid.cells)


def _edges(grid: Grid) -> list[float]:
    """The places of all vertical edges between and around the columns, from left to right; none without boxes."""
    sides = _sides(grid)
    return _union((left for left, _ in sides), (right for _, right in sides)) if sides else []


def _sides(grid: Grid) -> list[tuple[float, float]]:
    """Left and right of each cell, further pages' columns laid beside those of the first; none without boxes."""
    if any(cell.box is None for cell in grid.cells):
        return []
    moved = _moved(grid)
    return [(cell.box.left + moved.get(cell.page, 0), cell.box.right + moved.get(cell.page, 0)) for cell in grid.cells if cell.box]


def _moved(grid: Grid) -> dict[int | None, float]:
    """By how much the pages whose columns stand beside those of others are moved to the right; none for most tables."""
    if len({cell.page for cell in next(grid.rows())}) == 1:
        return {}
    pages: dict[int | None, list[Box]] = {}
    for cell in grid.cells:
        if cell.box:
            pages.setdefault(cell.page, []).append(cell.box)
    moved: dict[int | None, float] = {}
    for row in grid.rows():
        for before, cell in pairwise(row):
            if cell.page != before.page and cell.page not in moved:
                right = max(box.right for box in pages[before.page]) + moved.get(before.page, 0)
                moved[cell.page] = right - min(box.left for box in pages[cell.page])
    return moved


def _union(*places: Iterable[float]) -> list[float]:
    ordered = sorted(place for group in places for place in group)
    return [place for before, place in pairwise([float("-inf"), *ordered]) if place - before > _TOLERANCE]


def _renumbered(grid: Grid, edges: Sequence[float]) -> Grid:
    @cache    # a column's cells have the same edges
    def number(place: float) -> int:
        index = bisect_left(edges, place)
        near = [i for i in (index - 1, index) if 0 <= i < len(edges)]
        return min(near, key=lambda i: abs(edges[i] - place))

    cells = []
    for cell, sides in zip(grid.cells, _sides(grid), strict=True):
        left, right = map(number, sides)
        column, span = left + 1, max(1, right - left)
        is_same = (column, span) == (cell.column, cell.column_span)
        cells.append(cell if is_same else cell.moved(cell.row, column, span))
    return replace(grid, cells=tuple(cells))


def _appended(above: Grid, below: Grid) -> Grid:
    """One grid of both: rows numbered on, a row and the merged cells that the page break cut in one piece."""
    last = max(cell.row + cell.row_span - 1 for cell in above.cells)
    offset = last + 1 - below.cells[0].row if below.cells[0].row <= last else 0
    rest = [cell.moved(cell.row + offset, cell.column, cell.column_span) for cell in below.cells] if offset else list(below.cells)
    first = rest[0].row
    if not above.is_ragged and above.cells[0].box:
        closing, opening = _closing(above), _opening(rest)
        if _is_cut_row(closing, opening) or _is_cut_entry(above, closing, opening):
            return _with_cut_row(above, rest, closing, first)
        merged = _cut_cells(closing, opening)
        grown = {id(closing[column]): _grown(closing[column], cell) for column, cell in merged.items()}
        cut = {id(cell) for cell in merged.values()}
        above = replace(above, cells=tuple(grown.get(id(cell), cell) for cell in above.cells))
        rest = [cell for cell in rest if id(cell) not in cut]
    return replace(above, cells=(*above.cells, *rest))


def _closing(grid: Grid) -> dict[int, Cell]:
    """The cells that end in a grid's last row, by column."""
    last = max(cell.row + cell.row_span - 1 for cell in grid.cells)
    return {cell.column: cell for cell in grid.cells if cell.row + cell.row_span - 1 == last}


def _opening(cells: Sequence[Cell]) -> dict[int, Cell]:
    """The cells of the first row, by column."""
    return {cell.column: cell for cell in cells if cell.row == cells[0].row}


def _opens_with_rest(above: Grid, grid: Grid) -> bool:
    ours, theirs = (sum(bool(cell.text) for cell in cells.values()) for cells in (_closing(above), _opening(grid.cells)))
    aligned = _aligned(above, grid) if theirs < ours and _is_next(above, grid) else None
    if aligned is None:
        return False
    closing, opening = _closing(aligned[0]), _opening(aligned[1].cells)
    return _is_cut_row(closing, opening) or _is_cut_entry(aligned[0], closing, opening)


def _is_cut_row(closing: dict[int, Cell], opening: dict[int, Cell]) -> bool:
    """Whether the first row of a page is the rest of a row: it goes on with texts that had no room left, and says nothing else.

    Where several texts go on, one right of the first does not: a row of its own would fill the columns up to the last. A text
    in the first column alone is the label of a row of its own, unless both together make one.
    """
    texts = [column for column, cell in opening.items() if cell.text]
    own = [column for column, cell in sorted(closing.items()) if cell.text]
    if not texts or len(own) < 2 or not set(texts) <= set(own):
        return False
    if texts == own[:1] and not _are_one_label(closing[own[0]].text, opening[own[0]].text):
        return False
    has_whole = any(column > texts[0] for column in set(own) - set(texts))
    rests = [(closing[column], opening[column]) for column in texts]
    return (len(texts) == 1 or has_whole) and all(_goes_on(above, below) or _is_broken_number(above, below) for above, below in rests)


def _is_cut_entry(above: Grid, closing: dict[int, Cell], opening: dict[int, Cell]) -> bool:
    """Whether a page ends between a code with the beginning of its name and the rest of the name with the row's amounts.

    That is so where no other code of the page is without amounts, and what has them has no code and is no total.
    """
    names = [column for column, cell in opening.items() if cell.text and not is_amount(cell.text)]
    if len(names) != 1 or sum(bool(cell.text) for cell in opening.values()) < 2:
        return False
    name = names[0]
    own = {column: cell.text for column, cell in closing.items() if cell.text}
    if len(own) < 2 or max(own) != name or not all(_is_code(text) for column, text in own.items() if column < name):
        return False
    if any(cell.text for column, cell in opening.items() if column < name) or names_row(opening[name].text):
        return False
    rows = [row for row in above.rows() if _is_code(row[0].text)]
    return len(rows) > 1 and all(any(is_amount(cell.text) for cell in row[1:] if cell.column > name) for row in rows[:-1])


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(strip_whitespace(fold_width(text))))


def _are_one_label(above: str, below: str) -> bool:
    return label_of(below) is None and label_of(join_lines([above, below])) is not None


def _goes_on(above: Cell, below: Cell) -> bool:
    """Whether a text is the rest of the one above, which had no room for more; a unit may stand alone behind its number."""
    start, end = strip_whitespace(above.text), strip_whitespace(below.text)
    if above.column_span != below.column_span or start.endswith(_SENTENCE_ENDS) or _begins_anew(start, end):
        return False
    is_measured = start[-1:].isdecimal() and is_unit(end)
    return is_measured or (above.room is not None and above.room < width(_first_word(end)))


def _is_broken_number(above: Cell, below: Cell) -> bool:
    """Whether a number is wider than its cell, so that its last decimals stand below: no other is broken."""
    has_decimals = "." in above.text and is_amount(above.text)
    return has_decimals and below.text.strip().isdecimal() and above.room is not None and above.room < width("0") - _SQUEEZE


def _first_word(text: str) -> str:
    """What a text begins with that is not parted; signs stay with their number."""
    number = text.lstrip(_SIGNS)
    return text[: len(text) - len(number)] + first_word(number)


def _begins_anew(above: str, below: str) -> bool:
    """Whether a text begins like one of its own: an amount, a row of the blank form, a paragraph, a target below a target."""
    return bool(is_amount(below) or _TEMPLATE.match(below) or begins_paragraph(below) or (parse_target(above) and parse_target(below)))


def _with_cut_row(above: Grid, rest: Sequence[Cell], closing: dict[int, Cell], first: int) -> Grid:
    more = {id(closing[cell.column]): cell for cell in rest if cell.row == first and cell.column in closing}
    cells = (_lengthened(cell, more[id(cell)]) if id(cell) in more else cell for cell in above.cells)
    return replace(above, cells=(*cells, *(cell.moved(cell.row - 1, cell.column, cell.column_span) for cell in rest if cell.row > first)))


def _lengthened(cell: Cell, rest: Cell) -> Cell:
    return cell._replace(text=join_lines([cell.text, rest.text]) if rest.text else cell.text, row_span=cell.row_span + rest.row_span - 1)


def _cut_cells(closing: dict[int, Cell], opening: dict[int, Cell]) -> dict[int, Cell]:
    """The merged cells that go on after a page break: without a text of their own there, with the same printed again, or its rest.

    A rest is told by a bracket that is open, or by another merged cell that has no more to say: the next project would name itself.
    """
    merged = {column: cell for column, cell in opening.items() if column in closing and _are_merged(closing[column], cell)}
    whole = {column: cell for column, cell in merged.items() if len(_said(closing[column], cell)) == 1}
    others = {column: cell for column, cell in merged.items() if len(_said(closing[column], cell)) > 1}
    rests = {column: cell for column, cell in others.items() if _goes_on(closing[column], cell) and not _is_known(cell.text)}
    if rests.keys() != others.keys() or not any(closing[column].text and not cell.text for column, cell in whole.items()):
        rests = {column: cell for column, cell in rests.items() if _OPEN_BRACKET.search(closing[column].text)}
    return {**whole, **rests}


def _are_merged(above: Cell, below: Cell) -> bool:
    return above.column_span == below.column_span and (above.row_span > 1 or below.row_span > 1)


def _said(above: Cell, below: Cell) -> set[str]:
    return {strip_whitespace(cell.text) for cell in (above, below)} - {""}


def _is_known(text: str) -> bool:
    return is_level_name(text) or label_of(text) is not None


def _grown(above: Cell, below: Cell) -> Cell:
    text = join_lines([above.text, below.text]) if len(_said(above, below)) > 1 else above.text or below.text
    return above._replace(text=text, row_span=above.row_span + below.row_span)
