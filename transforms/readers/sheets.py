"""What workbooks of all formats have in common: sheets of shown texts, which become lines and grids."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.grid import Cell, Grid, Stored, TextLine, UnreadableDocument
from transforms.readers import concealed, edges
from transforms.readers.plain import cell_text

# A cell takes some 300 bytes with its text and a 400-page booklet has 150,000; a worker has 2 GB.
MAX_CELLS = 4_000_000
# Codes in a print header (ECMA-376 part 1, 18.3.1.46): parts, fonts, sizes, colours, page numbers and dates.
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d+|[A-Z])', re.IGNORECASE)


class Range(NamedTuple):
    """Merged cells: 1-based first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet: its texts by row and column (1-based, blank ones left out), what is hidden and what is merged.

    `stored` are the numbers that it shows rounded or scaled, by row and column. `unseen` are texts that its cells hold and do not
    show, `print_header` the lines at the head of its printed pages.
    """

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    stored: dict[int, dict[int, Stored]] = field(default_factory=lambda: defaultdict(dict))
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    print_header: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[TextLine | Grid]:
        """The sheet as it is shown, its title, notes and tables apart; rows are the sheet's, columns count the shown ones.

        Raises:
            UnreadableDocument: `too-large`.
        """
        yield from edges.split(Grid(tuple(self._cells()), sheet=self.name))

    def concealed(self) -> list[str]:
        """The hidden rows and columns that hold amounts, a text for each: they are not published, and told."""
        told: list[str] = []
        columns: dict[int, list[str]] = defaultdict(list)
        for row, texts in sorted(self.texts.items()) if self.hidden_rows or self.hidden_columns else ():
            if row in self.hidden_rows:
                told += concealed.of_row([text for column, text in sorted(texts.items()) if column not in self.hidden_columns])
                continue
            for column in texts.keys() & self.hidden_columns:
                columns[column].append(texts[column])
        return told + [text for _, texts in sorted(columns.items()) for text in concealed.of_column(texts)]

    def _cells(self) -> Iterator[Cell]:
        """The cells of rows with a text; a run of blank rows is one blank cell."""
        width = max((max(texts) for texts in self.texts.values() if texts), default=0)
        columns = [column for column in range(1, width + 1) if column not in self.hidden_columns]
        merged = self._merged(width)
        rows = sorted({row for row, texts in self.texts.items() if texts and row not in self.hidden_rows} | set(merged))
        if len(rows) * len(columns) > MAX_CELLS:
            raise UnreadableDocument(
                "too-large",
                f"Sheet {self.name} has {len(rows):,} rows with texts in up to {width:,} columns; delete stray cells far off its table.",
            )
        anchors: dict[Range, str] = {}
        before = 0
        for row in rows:
            cells = self._row(row, columns, merged.get(row, ()), anchors)
            if any(cell.text for cell in cells):
                if blank := next((number for number in range(before + 1, row) if number not in self.hidden_rows), None):
                    yield Cell("", blank, 1)
                stored = self.stored.get(row)
                yield from (cell._replace(stored=stored.get(columns[cell.column - 1])) for cell in cells) if stored else cells
                before = row

    def _row(self, row: int, columns: Sequence[int], areas: Iterable[Range], done: dict[Range, str]) -> list[Cell]:
        text = self.texts.get(row, {}).get
        if not areas:
            return [Cell(text(column, ""), row, position) for position, column in enumerate(columns, start=1)]
        by_column = {column: area for area in areas for column in range(area.left, area.right + 1)}
        cells = []
        for position, column in enumerate(columns, start=1):
            area = by_column.get(column)
            if area is None:
                cells.append(Cell(text(column, ""), row, position))
            elif area not in done:    # its first shown cell stands for it: its first row or column may be hidden
                done[area] = self.texts.get(area.top, {}).get(area.left, "")
                width = bisect_right(columns, area.right) - position + 1
                cells.append(Cell(done[area], row, position, self._last_shown(area) - row + 1, width))
        return cells

    def _last_shown(self, area: Range) -> int:
        """The last shown row of a range that has one."""
        row = area.bottom
        while row in self.hidden_rows:
            row -= 1
        return row

    def _merged(self, width: int) -> dict[int, list[Range]]:
        """The merged ranges that each row with a text has a part of, cut to the rows and columns in use."""
        in_use = sorted(row for row, texts in self.texts.items() if texts)
        last = in_use[-1] if in_use else 0
        cut = [Range(top, left, min(bottom, last), min(right, width)) for top, left, bottom, right in self.merged]
        areas = [area for area in cut if area.top <= area.bottom and area.left <= area.right]
        shown = sorted({row for row in in_use if row not in self.hidden_rows} | set(filter(None, map(self._first_shown, areas))))
        by_row: dict[int, list[Range]] = defaultdict(list)
        for area in areas:
            for row in shown[bisect_left(shown, area.top) : bisect_left(shown, area.bottom + 1)]:
                by_row[row].append(area)
        return by_row

    def _first_shown(self, area: Range) -> int | None:
        """The first shown row of a range with a text."""
        if not self.texts.get(area.top, {}).get(area.left):
            return None
        return next((row for row in range(area.top, area.bottom + 1) if row not in self.hidden_rows), None)


def shown_text(text: str) -> str:
    """A text as it is shown: in plain characters, white space around it removed, line breaks as a newline."""
    return cell_text(text.replace("\r\n", "\n").replace("\r", "") if "\r" in text else text).strip()


def header_lines(text: str) -> list[str]:
    """The texts of a print header, which stands with its codes in one text (`&L部门：某局&R单位：万元`)."""
    return list(filter(None, map(shown_text, _HEADER_CODE.split(text))))
