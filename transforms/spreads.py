"""Tables too wide for their paper: the columns that run on over pages of their own, beside those of the pages before.

Spreadsheets are printed down, then over (all rows of the first columns, then all rows of the next ones), or over, then down. Each page
shows its rows at the same heights; the columns of labels are printed again or not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from transforms.amounts import is_amount
from transforms.grid import Box, Cell, Grid, TextLine
from transforms.names import strip_whitespace
from transforms.tables import surroundings

_TOLERANCE = 3.0      # points by which the same edge differs from page to page
_LEAST_ROWS = 3       # of amounts or texts that have no label on their page: fewer may be a table without labels (三公)
_MOST_SAID_AGAIN = 2  # texts at the same places of both pages (小计 below two headers, 是 and 否): more are the labels of another form
_COLUMN_NUMBER = 2    # digits of the numbers that columns have in a header (栏次)

Block = TextLine | Grid
_Column = list[tuple[int, int, int, str]]    # row, row span, column span and text of each cell


class _Part(NamedTuple):
    """The columns of a table that stand on one page: where they begin and end, and how many are labels printed again."""

    edges: Sequence[float]
    labels: int = 0


@dataclass(slots=True)
class _Band:
    """Rows of a table with what stands around them on their pages, the further parts that stand beside them, and the box of the first."""

    grid: Grid
    above: list[Block]
    below: list[Block]
    further: list[_Part] = field(default_factory=list)
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        """Measure the page's table."""
        lefts, tops, rights, bottoms = zip(*(cell.box for cell in self.grid.cells if cell.box), strict=True)
        self.box = Box(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def edges(self) -> list[float]:
        """Where the columns of its first page begin and end."""
        page = self.grid.cells[0].page
        return _edges(place for cell in self.grid.cells if cell.box and cell.page == page for place in (cell.box.left, cell.box.right))


def joined(blocks: Iterable[Block]) -> list[Block]:
    """Put columns that run on over pages of their own beside those that they belong to.

    Args:
        blocks: text and grids in document order, a grid per table and page.

    Returns:
        The same with one grid for what stands beside each other; its cells keep their pages and boxes.
    """
    done: list[Block] = []
    bands: list[_Band] = []    # of one table, or of tables with the same columns
    for _, group in groupby(blocks, key=_page_of):
        part = list(group)
        band = _band(part)
        if band and bands and _takes(bands, band):
            continue
        if bands and not (band and _is_of_table(bands[-1], band)):
            done += _laid_out(bands)
            bands = []
        if band:
            bands.append(band)
        else:
            done += part
    return [*done, *_laid_out(bands)]


def apart(blocks: Sequence[Block]) -> Iterator[int]:
    """The pages with columns that seem to run on from the page before and are not joined, as one of both has several tables or no rulings.

    Args:
        blocks: as those of `joined`.
    """
    pages = [(page, list(part)) for page, part in groupby(blocks, key=_page_of)]
    are_bands = [_ruled_table(part) is not None for _, part in pages]
    for ((_, before), (page, part)), is_decided in zip(pairwise(pages), map(all, pairwise(are_bands)), strict=True):
        if page is None or is_decided:    # by `joined`
            continue
        ours, theirs = ([_Band(grid, [], []) for grid in _placed_grids(blocks)] for blocks in (before, part))
        if any(_are_same(one.box[1::2], other.box[1::2]) and _beside(one.grid, other.grid) for one in ours for other in theirs):
            yield page


def _placed_grids(blocks: Sequence[Block]) -> Iterator[Grid]:
    return (block for block in blocks if isinstance(block, Grid) and _is_placed(block))


def _is_placed(grid: Grid) -> bool:
    return all(map(attrgetter("box"), grid.cells))


def _page_of(block: Block) -> int | None:
    return block.page if isinstance(block, TextLine) else block.cells[0].page


def _band(part: Sequence[Block]) -> _Band | None:
    """The rows on a page that holds one ruled table; None for others."""
    grid = _ruled_table(part)
    if not grid:
        return None
    place = part.index(grid)
    return _Band(grid, list(part[:place]), list(part[place + 1 :]))


def _ruled_table(part: Sequence[Block]) -> Grid | None:
    """The table of a page that holds one, if it is ruled."""
    grids = [block for block in part if isinstance(block, Grid)]
    is_ruled = len(grids) == 1 and grids[0].is_ruled and grids[0].cells[0].page is not None and _is_placed(grids[0])
    return grids[0] if is_ruled else None


def _laid_out(bands: Sequence[_Band]) -> Iterator[Block]:
    for band in bands:
        yield from (*band.above, band.grid, *band.below)


def _is_of_table(before: _Band, band: _Band) -> bool:
    """Whether rows may be further rows of a table: they have its columns, and no title of their own."""
    is_titled = surroundings.first_title(_lines(band)) not in (None, surroundings.first_title(_lines(before)))
    return _are_same(before.box[::2], band.box[::2]) and not is_titled and _are_same(before.edges, band.edges)


def _lines(band: _Band) -> list[TextLine]:
    return [block for block in band.above if isinstance(block, TextLine)]


def _takes(bands: Sequence[_Band], page: _Band) -> bool:
    """Put a page's columns beside the rows that they belong to; False where the page goes on with further rows, or with nothing.

    Pages come in turn: the next one belongs to the first rows of those that stand on the fewest pages so far. Once the first rows of
    a table have gone on, the others do at the same places, with or without a header of their own.
    """
    place = min(range(len(bands)), key=lambda place: len(bands[place].further))
    band = bands[place]
    if not _are_same(band.box[1::2], page.box[1::2]) or not _says_nothing_else(_lines(bands[0]), _lines(page)):
        return False
    model = bands[0].further[len(band.further)] if place else None
    found = _beside_as(model, band.grid, page) if model else _beside(band.grid, page.grid)
    if found is None:
        return False
    band.grid, labels = found
    band.further.append(_Part(page.edges, labels))
    band.above += page.above
    band.below += page.below
    return True


def _says_nothing_else(above: Sequence[TextLine], more: Sequence[TextLine]) -> bool:
    """Whether the lines above a table state nothing but what those of its first page do; unit and year may stand at its far end."""
    if surroundings.first_title(more) not in (None, surroundings.first_title(above)):
        return False
    finds = surroundings.department, surroundings.stated_year, _unit
    return all(None in (ours := find(above), theirs := find(more)) or ours == theirs for find in finds)


def _unit(lines: Sequence[TextLine]) -> str | None:
    return next((unit for line in lines if (unit := surroundings.unit_of(line.text))), None)


def _beside(one: Grid, other: Grid) -> tuple[Grid, int] | None:
    """Both as one grid, where the other one's rows stand at the same heights and its columns are more of the same table.

    Returns:
        The grid, and how many columns of labels are printed again; None where it is another table, or further rows.
    """
    rows = _rows_of_both(one, other)
    if rows is None:
        return None
    edges, body = rows
    ours, theirs = _renumbered(one, edges), _renumbered(other, edges)
    labels = _labels_printed_again(ours, theirs, body)
    more = [cell for cell in theirs if cell.column > labels]
    if not more or _texts(more, body) <= _texts(ours, body) or len(_said_again(ours, more)) > _MOST_SAID_AGAIN:
        return None
    if not (labels or _have_no_labels(ours, more, body)):
        return None
    return _joined(one, *_with_cut_headers(ours, more, body), labels), labels


def _beside_as(part: _Part, one: Grid, page: _Band) -> tuple[Grid, int] | None:
    """Both as one grid, where a page has the columns of a part by which the table's first rows go on, and our rows."""
    edges = _heights(one)
    if not (_are_same(part.edges, page.edges) and _are_same(edges, _heights(page.grid))):
        return None
    ours, theirs = _renumbered(one, edges), _renumbered(page.grid, edges)
    if any(_column(ours, label) != _column(theirs, label) for label in range(1, part.labels + 1)):
        return None
    return _joined(one, ours, [cell for cell in theirs if cell.column > part.labels], part.labels), part.labels


def _joined(grid: Grid, ours: Sequence[Cell], more: Sequence[Cell], labels: int) -> Grid:
    last = max(cell.column + cell.column_span for cell in grid.cells) - 1
    moved = [cell._replace(column=cell.column - labels + last) for cell in more]
    return replace(grid, cells=tuple(sorted([*ours, *moved], key=attrgetter("row", "column"))))


def _rows_of_both(one: Grid, other: Grid) -> tuple[list[float], int] | None:
    """The heights at which the rows of both begin and end, and the number of the first row with amounts; None where they differ.

    A header that has one row on a page may have two on the next.
    """
    ours, theirs = _heights(one), _heights(other)
    tops = [cell.box.top for grid in (one, other) for cell in grid.cells if cell.box and _is_value(cell.text)]
    begin = min(tops, default=None)
    if begin is None or begin < ours[0] + _TOLERANCE:    # without a header of its own it is further rows
        return None
    below = [[height for height in heights if height > begin - _TOLERANCE] for heights in (ours, theirs)]
    edges = _edges([*ours, *theirs])
    return (edges, _nearest(edges, begin) + 1) if _are_same(*below) else None


def _heights(grid: Grid) -> list[float]:
    return _edges(place for cell in grid.cells if cell.box for place in (cell.box.top, cell.box.bottom))


def _edges(places: Iterable[float]) -> list[float]:
    ordered = sorted(places)
    return [place for before, place in pairwise([float("-inf"), *ordered]) if place - before > _TOLERANCE]


def _are_same(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    return len(ours) == len(theirs) and all(abs(one - other) <= _TOLERANCE for one, other in zip(ours, theirs, strict=True))


def _nearest(edges: Sequence[float], place: float) -> int:
    index = bisect_left(edges, place)
    return min((i for i in (index - 1, index) if 0 <= i < len(edges)), key=lambda i: abs(edges[i] - place))


def _is_value(text: str) -> bool:
    return is_amount(text) and not (text.strip().isdecimal() and len(text.strip()) <= _COLUMN_NUMBER)


def _renumbered(grid: Grid, edges: Sequence[float]) -> list[Cell]:
    """The cells with their rows numbered by the edges of both grids, from 1."""
    found = []
    for cell in grid.cells:
        assert cell.box is not None
        top, bottom = _nearest(edges, cell.box.top), _nearest(edges, cell.box.bottom)
        found.append(cell._replace(row=top + 1, row_span=max(1, bottom - top)))
    return found


def _labels_printed_again(ours: Sequence[Cell], theirs: Sequence[Cell], body: int) -> int:
    """How many columns the other page has first that say the same on both, one of them a label at least."""
    count, is_labelled = 0, False
    for column in range(1, max(cell.column for cell in theirs) + 1):
        printed = _column(theirs, column)
        if not printed or printed != _column(ours, column):
            break
        count = column
        is_labelled = is_labelled or any(row >= body and text and not _is_value(text) for row, _, _, text in printed)
    return count if is_labelled else 0


def _column(cells: Iterable[Cell], column: int) -> _Column:
    return sorted((cell.row, cell.row_span, cell.column_span, strip_whitespace(cell.text)) for cell in cells if cell.column == column)


def _texts(cells: Iterable[Cell], body: int) -> set[str]:
    """What headers say."""
    return {text for cell in cells if cell.row < body and (text := strip_whitespace(cell.text))}


def _said_again(ours: Sequence[Cell], more: Sequence[Cell]) -> set[str]:
    """The texts that columns say at the same places as those of the page before."""
    printed = {(cell.row, cell.column, strip_whitespace(cell.text)) for cell in ours}
    told = ((cell.row, cell.column, strip_whitespace(cell.text)) for cell in more if cell.text and not is_amount(cell.text))
    return {place[-1] for place in told if place in printed}


def _have_no_labels(ours: Sequence[Cell], more: Sequence[Cell], body: int) -> bool:
    """Whether columns are of no use alone: below their headers stand amounts only, or texts in rows as unequal as the labels' are."""
    labels = {cell.row for cell in ours if cell.row >= body and cell.text.strip() and not _is_value(cell.text)}
    texts = [cell for cell in more if cell.row >= body and cell.text.strip()]
    if len(labels) < _LEAST_ROWS or len({cell.row for cell in more if cell.row >= body}) < _LEAST_ROWS or not _texts(more, body):
        return False
    boxes = [cell.box for cell in more if cell.box and cell.row >= body and cell.row_span == 1]
    heights = {round((box.bottom - box.top) / _TOLERANCE) for box in boxes}
    is_unequal = len(heights) >= _LEAST_ROWS
    return bool(texts) and (is_unequal or all(is_amount(cell.text) for cell in texts))


def _with_cut_headers(ours: Sequence[Cell], more: Sequence[Cell], body: int) -> tuple[Sequence[Cell], Sequence[Cell]]:
    """The cells of both; a header over columns of both pages, whose text stands on the first of them, is one cell."""
    first, last = min(cell.column for cell in more), max(cell.column + cell.column_span for cell in ours)
    headers = [cell for cell in more if cell.column == first and cell.row < body]
    cut = {(cell.row, cell.row_span): cell for cell in headers[:-1] if not cell.text.strip()}    # the last one has nothing below it
    found = {
        id(cell): rest for cell in ours
        if cell.column + cell.column_span == last and cell.text.strip() and (rest := cut.get((cell.row, cell.row_span)))
    }
    grown = [cell._replace(column_span=cell.column_span + found[id(cell)].column_span) if id(cell) in found else cell for cell in ours]
    rests = set(map(id, found.values()))
    return grown, [cell for cell in more if id(cell) not in rests]
