"""The one shape that every reader returns: text and tables in the order in which they were published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on a page in points, measured from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Stored(NamedTuple):
    """The number that a workbook holds where it shows another one: `number` in the scale that is shown, `exponent` as in `NumberFormat`.

    `step` is what the last place is worth that is shown, 0 where all are.
    """

    number: Decimal
    exponent: int
    step: Decimal


class Cell(NamedTuple):
    """One published cell (a tuple, as documents have thousands); a merged cell is one `Cell` with spans, at its first row and column.

    `row` is the 1-based number by which a person finds it in the original: the sheet's row in a workbook, the line in a
    text file, the table's row (header = 1) elsewhere. `column` is 1-based. `text` is as published, inner line breaks as
    a newline; `page` is 1-based and None where the format has no pages. `confidence` is that of the least certain
    character, 0 to 1, where the text was recognised in a picture; None where the document holds it as text. `room` is how
    many full-width characters more the last line of the text could hold, in the last row of a page's table: little of it tells
    that a page break may have cut the text. None where that is not known.
    `read_as` is the known word for which evidence takes a header or label that nobody listed
    (`transforms.tables.understanding`); None where the text speaks for itself. `stored` is the number that a workbook holds for a
    text that is rounded or scaled.
    """

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    box: Box | None = None
    confidence: float | None = None
    room: float | None = None
    read_as: str | None = None
    stored: Stored | None = None

    def moved(self, row: int, column: int, column_span: int) -> Cell:
        """The same cell in another place."""
        return Cell(
            self.text, row, column, self.row_span, column_span, self.page, self.box, self.confidence, self.room, self.read_as, self.stored
        )

    @property
    def word(self) -> str:
        """What a header or label says: its text, or the known word for which it is taken."""
        return self.read_as or self.text


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside tables: titles, unit lines, notes, prose. `row` is its line number where there is one."""

    text: str
    page: int | None = None
    row: int | None = None
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Grid:
    """One published table: its cells in reading order.

    `is_ragged` says that the source marks no columns, only separators (tab-separated text): there a lost blank cell
    shifts the rest of its row to the left, so cells have to be matched to columns by what they hold.
    `sheet` is the worksheet's name in a workbook. `is_ruled` is False where columns were found by where text stands, so that
    their edges differ from page to page.
    """

    cells: tuple[Cell, ...]
    is_ragged: bool = False
    sheet: str | None = None
    is_ruled: bool = True

    def __hash__(self) -> int:
        """Equal grids have equal ones; all cells would take longer than what is remembered of a grid."""
        return hash((self.sheet, len(self.cells), self.cells[:1]))

    def rows(self) -> Iterator[list[Cell]]:
        """The cells by row, in order; a cell that spans several rows stands in its first row only."""
        for _, cells in groupby(self.cells, key=attrgetter("row")):
            yield list(cells)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a document: `blocks` in document order; `pages` is None where the format has none.

    `errors` say of which pages nothing could be read, and why; the others were read. `hidden` are the texts in or beside tables
    that the document holds and does not show.
    """

    format: str
    pages: int | None = None
    blocks: tuple[TextLine | Grid, ...] = field(default=())
    errors: tuple[UnreadableDocument, ...] = field(default=())
    hidden: tuple[TextLine, ...] = field(default=())


class UnreadableDocument(Exception):
    """A document that cannot be read; `code` is stable (`empty-file`, `unsupported-format`, …), `message` is for people."""

    def __init__(self, code: str, message: str, page: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.page = page

    def __reduce__(self) -> tuple[type[UnreadableDocument], tuple[str, str, int | None]]:
        return type(self), (self.code, self.message, self.page)
