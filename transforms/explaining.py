"""How a document's tables were read, for people: what labels, rows and cells were taken for, by which evidence, and what came second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms import formats, readers
from transforms.grid import Cell
from transforms.names import strip_whitespace
from transforms.parse import ReadTable, read_tables
from transforms.records import ParsedDocument
from transforms.tables.judging import Judged
from transforms.tables.understanding import Understood, understand

LABELS = ("label", "read as", "evidence", "runner-up", "doubts")
ROWS = ("page", "row", "is", "cells")
_MARKS = {"record": "", "structure": "", "not kept": "not kept: ", "unread": "UNREAD "}
_MOST = 40    # characters of a cell that are shown


@dataclass(frozen=True, slots=True)
class Explained:
    """A table: its title, kind and pages in a line, its labels (`LABELS`) and its rows (`ROWS`)."""

    heading: str
    labels: Sequence[tuple[str, ...]]
    rows: Sequence[tuple[str, ...]]


def explain(data: bytes, page: int | None = None, row: int | None = None) -> list[Explained]:
    """Explain how the tables of a document were read.

    Args:
        data: the whole file.
        page: only what stands on this page, from 1.
        row: only this row, as findings number it.

    Raises:
        UnreadableDocument: it cannot be read.
    """
    formats.detect(data)
    reading = readers.read(data)
    document, _, tables = read_tables(reading)
    understood = understand(reading.blocks)
    numbers = {id(table): number for number, table in enumerate(document.tables)}
    found = (_explained(read, numbers[id(read.table)], document, understood, page, row) for read in tables)
    return [one for one in found if one.rows]


def _explained(    # noqa: PLR0913, PLR0917 what a table is explained by
    read: ReadTable, number: int, document: ParsedDocument, understood: Understood, page: int | None, row: int | None
) -> Explained:
    table = read.table
    pages = "" if table.pages is None else f", pages {table.pages[0]}–{table.pages[1]}"
    heading = f"{table.title or 'without title'} ({table.kind}{pages}, {table.unit or 'no unit'})"
    records = _records(number, document)
    cells = [cell for cell in read.section.grid.cells if (page is None or cell.page == page) and (row is None or cell.row == row)]
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.text.strip():
            by_row.setdefault(cell.row, []).append(cell)
    rows = [
        (str(row_cells[0].page or ""), str(place), _is(row_cells, records.get(place), read), _shown(row_cells, read))
        for place, row_cells in by_row.items()
    ]
    texts = {strip_whitespace(cell.text) for row_cells in by_row.values() for cell in row_cells}
    return Explained(heading, list(_labels(understood, texts)), rows)


def _records(number: int, document: ParsedDocument) -> dict[int, str]:
    """What the rows of a table are in the records, by their number."""
    found: dict[int, str] = {}
    for project in document.projects:
        if project.table == number and project.place.row is not None:
            found[project.place.row] = f"project {project.name}"
    for total in document.totals:
        if total.table == number and total.place.row is not None:
            found[total.place.row] = f"total ({total.total or 'of a unit or kind'})"
    for line in document.tables[number].lines:
        if line.place.row is not None:
            found.setdefault(line.place.row, "total of lines" if line.total else "line")
    return found


def _is(cells: Sequence[Cell], record: str | None, read: ReadTable) -> str:
    if record:
        return record
    fates = {read.ledger.fate_of(cell)[0] for cell in cells}
    return next((fate for fate in ("unread", "record", "structure") if fate in fates), "not kept")


def _shown(cells: Sequence[Cell], read: ReadTable) -> str:
    """The cells of a row, each with what became of it."""
    return " | ".join(_with_fate(cell, read) for cell in cells)


def _with_fate(cell: Cell, read: ReadTable) -> str:
    fate, meaning = read.ledger.fate_of(cell)
    text = strip_whitespace(cell.text)
    shown = text if len(text) <= _MOST else f"{text[:_MOST]}…"
    word = f" as {cell.read_as}" if cell.read_as else ""
    return f"{shown}{word} [{_MARKS[fate]}{meaning}]".replace(" ]", "]")


def _labels(understood: Understood, texts: set[str]) -> Iterator[tuple[str, ...]]:
    for reading in understood.readings:
        for judged in reading.columns:
            label = strip_whitespace(judged.label.text)
            if label in texts:
                yield label, judged.role or "nobody knows", _evidence(judged), judged.runner_up or "", ", ".join(judged.doubts)


def _evidence(judged: Judged) -> str:
    return "listed word" if judged.margin == float("inf") else judged.evidence()
