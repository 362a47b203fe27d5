"""Headers and labels that nobody listed, understood from a document's tables: which known word each of them stands for.

All tables and forms of a document with the same labels are one sample. What is not decided stays as it is, so that it remains
unread and is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from transforms.grid import Cell, Grid, TextLine
from transforms.indicators import official_level
from transforms.names import fold_width, strip_whitespace
from transforms.records import Assumption
from transforms.records import Table as RecordedTable
from transforms.tables import sighting
from transforms.tables.comparing import Labelled
from transforms.tables.contents import kind_of, profile
from transforms.tables.headers import indicator_role, role_of
from transforms.tables.judging import Judged, Reading, judge
from transforms.tables.labels import label_of, role_of_term, term_of
from transforms.tables.ledger import doubt_of
from transforms.tables.matrix import matrix_of
from transforms.tables.meanings import is_kept, word_of
from transforms.tables.sighting import Column, Pair, Table
from transforms.tables.surroundings import money_in_brackets
from transforms.tables.words import comparable, saying

Block = TextLine | Grid
_OF_YEAR = re.compile(r"(?:20[0-9]{2}年|[本当今]年|年度).*(?:预算|安排|资金|投资|金额|计划|数).*")    # of money of the year
_MOST = 0.5  # of a label's values
_NAMED = 2.0  # points for a reading that finds the projects' names: without them it is of no use
# What the vocabulary calls a meaning → what roles.yaml calls it, where they differ. `remark` stands for all that is not kept.
_NAMES = {"ignored": "remark", "unread": "remark", "actual": "achieved", "at_least": "target", "at_most": "target"}


@dataclass(frozen=True, slots=True)
class Understood:
    """A document's blocks with what their labels are read as, and every judgement of a label, for the record."""

    blocks: tuple[Block, ...]
    readings: tuple[Reading, ...]

    @property
    def grid(self) -> Grid:
        """The first grid."""
        return next(block for block in self.blocks if isinstance(block, Grid))

    @property
    def assumed(self) -> list[tuple[Judged, str]]:
        """The labels that are read as a known word, with that word."""
        return [(judged, word) for reading in self.readings for judged in reading.columns if (word := _word(judged, reading))]

    def tell(self, grid: Grid, table: RecordedTable) -> None:
        """Take down in a table which of its words were assumed, and where a reading is used that is not sure."""
        texts: dict[tuple[bool, str], list[Cell]] = {}
        for cell in grid.cells:
            if cell.text.strip():
                for is_form in (True, False):
                    texts.setdefault((is_form, _compared(cell.text, is_form=is_form)), []).append(cell)
        known = {doubt.header for doubt in table.doubts}
        for reading in self.readings:
            is_form = reading.family == "form"
            for judged in reading.columns:
                cells = texts.get((is_form, _compared(judged.label.text, is_form=is_form)))
                if cells is None:
                    continue
                word = _word(judged, reading)
                if word:
                    table.assumptions.append(Assumption(strip_whitespace(judged.label.text), word, judged.evidence(), judged.role))
                if word and not judged.is_sure and judged.label.text not in known:
                    is_believed = not is_kept(judged.role)
                    table.doubts.append(doubt_of("assumed", strip_whitespace(judged.label.text), cells, is_believed=is_believed))


def understand(blocks: Sequence[Block]) -> Understood:
    """Read unknown headers and labels of performance tables as known words where the evidence is sufficient.

    Args:
        blocks: text and grids in document order.

    Returns:
        The blocks; cells that are read as another word have `read_as`.
    """
    sighted = _Sighted()
    for block in blocks:
        if isinstance(block, Grid) and block.cells:
            sighted.add(block)
    return sighted.understood(blocks, [*sighted.tables(), *sighted.indicators(), *sighted.forms()])


def understand_list(grid: Grid, first: int, last: int) -> Understood:
    """Read unknown headers of a table that may list projects and their money, without goals.

    Args:
        grid: the table.
        first: the first row of its header.
        last: the last one.
    """
    sighted = _Sighted()
    table = sighting.table_below(grid, first, last)
    sighted.note(table)
    known = _known_headers(table.columns)
    return sighted.understood([grid], [judge([_labelled([column], known) for column in table.columns], "project")])


def _word(judged: Judged, reading: Reading) -> str | None:
    """The known word; None where the label is known or nothing is decided."""
    if judged.role is None or judged.label.known or not judged.is_used:
        return None
    return word_of(judged.role, "form" if reading.family == "form" else "row")


def _compared(text: str, *, is_form: bool) -> str:
    """A header or label in the form by which it is compared."""
    return comparable(text) if is_form else strip_whitespace(fold_width(text)).strip(":")


@dataclass(slots=True)
class _Sighted:
    """What stands where in the grids so far: tables by the texts of their headers, and forms."""

    row_tables: dict[tuple[str, ...], list[Table]] = field(default_factory=dict)
    indicator_tables: dict[tuple[str, ...], list[Table]] = field(default_factory=dict)
    upper: list[list[Cell]] = field(default_factory=list)
    form_parts: list[tuple[Grid, list[int]]] = field(default_factory=list)
    places: dict[int, Literal["row", "form", "value"]] = field(default_factory=dict)  # by the identity of the cell

    def add(self, grid: Grid) -> None:
        """Look at a grid."""
        table = sighting.row_table(grid)
        if table:
            self.row_tables.setdefault(_signature(table), []).append(table)
            self.note(table)
            return
        matrix = matrix_of(grid)
        start = matrix.rows[0]
        for table in sighting.blocks(grid):
            self.indicator_tables.setdefault(_signature(table), []).append(table)
            self.note(table)
            rows = [row for row in matrix.rows if start <= row < table.first_row]
            if rows:
                self.form_parts.append((grid, rows))
            start = max([table.last_row, *(cell.row for column in table.columns for cell in column.cells)]) + 1

    def note(self, table: Table) -> None:
        """Note which cells of a table are headers, and which are values."""
        for column in table.columns:
            self.places[id(column.header)] = "row"
            self.places.update((id(cell), "value") for cell in column.cells)

    def tables(self) -> Iterable[Reading]:
        """The readings of the tables with a row per project or per indicator."""
        for tables in self.row_tables.values():
            columns = list(zip(*(_judged(table.columns) for table in tables), strict=True))
            known = _known_headers(alike[0] for alike in columns)
            labels = [_labelled(alike, known) for alike in columns]
            readings = [judge(_with_goals(labels), "project")]
            if len(columns) == len(tables[0].columns):    # else columns list indicators, and rows are of projects
                listed = judge(labels, "list")
                if listed.has("target") or any(label.known in ("indicator_name", "target") for label in labels):
                    readings.append(listed)    # a text in each row beside no target is no indicator: 建设地点
            yield max(readings, key=lambda reading: reading.points + _NAMED * reading.has("project_name"))

    def indicators(self) -> Iterable[Reading]:
        """The readings of the tables of indicators; headers that are printed twice are one label."""
        for tables in self.indicator_tables.values():
            by_text: dict[tuple[str, tuple[str, ...]], list[Column]] = {}
            for table in tables:
                for column in table.columns:
                    by_text.setdefault((_compared(column.header.text, is_form=False), column.above), []).append(column)
            yield judge([_labelled(columns, _known_indicator) for columns in by_text.values()], "block")

    def forms(self) -> Iterable[Reading]:
        """The reading of the labels of all forms together."""
        repeated = sighting.repeated([(matrix_of(grid), rows) for grid, rows in self.form_parts])
        samples: dict[str, list[list[str]]] = {}
        texts: dict[str, str] = {}
        for number, (grid, rows) in enumerate(self.form_parts):
            for pair in sighting.pairs(matrix_of(grid), rows, repeated):
                self._note_pair(pair)
                key = _compared(pair.label.text, is_form=True)
                texts.setdefault(key, pair.label.text)
                by_form = samples.setdefault(key, [[] for _ in self.form_parts])
                by_form[number].append("\n".join(value.text for value in pair.values if value.text.strip()))
        if samples:
            labels = [Labelled(texts[key], (), _known_label(texts[key]), tuple(map(tuple, found))) for key, found in samples.items()]
            labels = _with_terms(labels)
            reading = judge(labels, "form")
            yield reading if reading.has("project_name") else _without_remarks(labels, reading)

    def _note_pair(self, pair: Pair) -> None:
        self.places[id(pair.label)] = "form"
        self.places.update((id(value), "value") for value in pair.values)

    def understood(self, blocks: Sequence[Block], readings: Sequence[Reading]) -> Understood:
        """The blocks with what the readings of their labels are sure enough of."""
        words = {
            (reading.family == "form", _compared(judged.label.text, is_form=reading.family == "form")): word
            for reading in readings
            for judged in reading.columns
            if (word := _word(judged, reading))
        }
        return Understood(tuple(self.with_words(block, words) if isinstance(block, Grid) else block for block in blocks), tuple(readings))

    def with_words(self, grid: Grid, words: Mapping[tuple[bool, str], str]) -> Grid:
        """A grid with what its labels are read as; a text that was sighted as a value is none."""
        if not words:
            return grid
        cells = tuple(self._with_word(cell, words) for cell in grid.cells)
        return replace(grid, cells=cells) if any(new is not old for new, old in zip(cells, grid.cells, strict=True)) else grid

    def _with_word(self, cell: Cell, words: Mapping[tuple[bool, str], str]) -> Cell:
        place = self.places.get(id(cell))
        if place == "value" or not cell.text.strip():
            return cell
        kinds = (True, False) if place is None else (place == "form",)
        word = next((word for kind in kinds if (word := words.get((kind, _compared(cell.text, is_form=kind))))), None)
        unit = money_in_brackets(cell.text)[1]
        return cell._replace(read_as=f"{word}（{unit}）" if unit else word) if word else cell


def _signature(table: Table) -> tuple[str, ...]:
    return tuple(_compared(column.header.text, is_form=False) for column in table.columns)


def _judged(columns: Sequence[Column]) -> list[Column]:
    """The columns but those that several levels of indicators head: what these list is known."""
    of_levels = [column for column in columns if any(map(official_level, (*column.above, column.header.text)))]
    return [column for column in columns if column not in of_levels] if len(of_levels) > 1 else list(columns)


def _labelled(columns: Sequence[Column], known: Callable[[Sequence[str]], str | None]) -> Labelled:
    header, above = columns[0].header.text, columns[0].above
    return Labelled(
        header, above, known((*above, header)), tuple((cell.text if cell else "",) for column in columns for cell in column.rows)
    )


def _with_goals(labels: Sequence[Labelled]) -> list[Labelled]:
    """The columns, to be told by the rows of projects: those that state a goal or list indicators; totals have units for names."""
    rows = zip(*(label.samples for label in labels), strict=True)
    chosen = frozenset(
        number for number, row in enumerate(rows) if any(kind_of(text) in ("prose", "indicators") for sample in row for text in sample)
    )
    return [replace(label, told_by=chosen or None) for label in labels]


def _without_remarks(labels: Sequence[Labelled], reading: Reading) -> Reading:
    """The reading without the words that say that nothing is kept, if that finds the project's name: a form has one."""
    opened = [replace(label, known=None) if label.known and not is_kept(label.known) else label for label in labels]
    other = judge(opened, "form")
    return other if other.has("project_name") else reading


def _known_header(path: Sequence[str]) -> str | None:
    """The meaning that the vocabulary lists for a header of a table of projects."""
    names = [money_in_brackets(strip_whitespace(text))[0] for text in path]
    return _named(role_of(names))


def _known_beside_year(path: Sequence[str]) -> str | None:
    """The same beside money of the year: the total of all years (总投资) is not kept there."""
    return _known_header(path) or ("remark" if role_of_term(money_in_brackets(strip_whitespace(path[-1]))[0]) else None)


def _known_headers(columns: Iterable[Column]) -> Callable[[Sequence[str]], str | None]:
    return _known_beside_year if any(_OF_YEAR.fullmatch(strip_whitespace(column.header.text)) for column in columns) else _known_header


def _known_indicator(path: Sequence[str]) -> str | None:
    return _named(indicator_role([strip_whitespace(text) for text in path]))


def _known_label(text: str) -> str | None:
    label = label_of(text)
    return _named(label.role) if label else None


def _with_terms(labels: Sequence[Labelled]) -> list[Labelled]:
    """The labels, with 项目总目标 known as the goal of the whole term where another label states the year's."""
    goals = [label for label in labels if label.known == "goal" or (not label.known and _may_be_goal(label))]
    whole = [label for label in goals if label.known == "goal" and term_of(label.text) == "term"]
    return [replace(label, known="goal_term") if label in whole and len(whole) < len(goals) else label for label in labels]


def _may_be_goal(label: Labelled) -> bool:
    """Whether an unknown label is of a goal: its words say so, or it speaks of the year and its forms hold prose."""
    prose = profile(label.texts).get("prose", 0.0)
    return saying(label.text).points.get("goal", 0.0) >= _NAMED or (term_of(label.text) == "year" and prose >= _MOST)


def _named(role: str | None) -> str | None:
    return _NAMES.get(role, role) if role else None


__all__ = ["Understood", "is_kept", "understand"]
