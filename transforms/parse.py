"""One published document: bytes in, records out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms import formats, layouts, readers
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.layouts import Layout, Section, surroundings
from transforms.layouts.columns import Header
from transforms.records import ParsedDocument, ParseError

_HEADERS_SHOWN = 5    # tables named in an error message


def parse_document(file: str, data: bytes) -> ParsedDocument:
    """Read a published document.

    Args:
        file: its path or name, as it shall be shown.
        data: the whole file.

    Returns:
        Its tables, projects and totals; findings are none of this function's. A document that cannot be read has no
        records and says why in `errors`: what a reader or format says, `no-known-table`, or `parser-fault` for a fault
        of this program, so that one document never stops a night.
    """
    document = ParsedDocument(file=file, sha256=hashlib.sha256(data).hexdigest(), format=None)
    try:
        document.format = formats.detect(data)
        _read(readers.read(data), document)
    except UnreadableDocument as error:
        document.errors.append(ParseError(error.code, error.message, error.page))
    except Exception as error:    # noqa: BLE001 whatever a hostile document brings about, half of its records must not be believed
        fault = ParseError("parser-fault", f"A fault of the program, please report it with the document: {error!r}.")
        return ParsedDocument(file=file, sha256=document.sha256, format=document.format, errors=[fault])
    return document


def _read(reading: Reading, document: ParsedDocument) -> None:
    document.pages = reading.pages
    lines = tuple(block for block in reading.blocks if isinstance(block, TextLine))
    sections = list(_sections(reading.blocks, lines))
    for layout, section in sections:
        layout.read(section, document)
    above = [line for _, section in sections for line in section.above]
    titles = [table.title for table in document.tables]
    document.department = surroundings.department(above) or surroundings.department(lines) or surroundings.cover_department(lines)
    document.fiscal_year = surroundings.fiscal_year((*titles, surroundings.year_line(above)), lines)
    document.stage = surroundings.stage(titles, lines)
    if not sections:
        document.errors.append(ParseError("no-known-table", _no_known_table(reading)))


def _rows_above(grid: Grid, header: Header) -> Iterator[TextLine]:
    """The rows above a header: titles and unit rows that a reader could not tell from the table."""
    return (TextLine(cell.text, cell.page, cell.row, cell.box) for cell in grid.cells if cell.text and cell.row < header.first_row)


@dataclass(slots=True)
class _Open:
    """A table whose end is not reached yet."""

    layout: Layout
    header: Header
    grids: list[Grid]
    above: list[TextLine]


def _sections(blocks: Sequence[TextLine | Grid], lines: tuple[TextLine, ...]) -> Iterator[tuple[Layout, Section]]:
    """The tables of known layouts, in order; a table that goes on after a page break is one."""
    table: _Open | None = None
    since: list[TextLine] = []    # lines since the last grid
    for block in (*blocks, None):
        if isinstance(block, TextLine):
            since.append(block)
            continue
        known = layouts.recognise(block) if block else None
        if known and block:
            since.extend(_rows_above(block, known[1]))
        if table and block and _goes_on(table, known, since, block):
            table.grids.append(block)
        else:
            if table:
                yield table.layout, Section(tuple(table.grids), table.header, tuple(table.above), tuple(since), lines)
            table = _Open(known[0], known[1], [block], since) if known and block else None
        since = []


def _goes_on(table: _Open, known: tuple[Layout, Header] | None, between: Sequence[TextLine], grid: Grid) -> bool:
    """Whether a grid is the rest of a table: the same columns or none of its own, and nothing between that begins a table.

    A title that is printed again on the next page begins no table, another title, department or unit does.
    """
    if known is None and not table.layout.continues(table.header, grid):
        return False
    if known is not None and (known[0] is not table.layout or known[1].titles != table.header.titles):
        return False
    return all(
        find(between) in (None, find(table.above)) for find in (surroundings.title, surroundings.department, _unit_line)
    ) and (known is not None or surroundings.title(between) is None)


def _unit_line(lines: Sequence[TextLine]) -> str | None:
    return next((unit for line in lines if (unit := surroundings.unit_of(line.text))), None)


def _no_known_table(reading: Reading) -> str:
    grids = [block for block in reading.blocks if isinstance(block, Grid) and block.cells]
    if not grids:
        return "No table was found in the document. If it is a scan or holds its tables as pictures, ask the department for the original."
    headers = ["｜".join(" ".join(cell.text.split()) for cell in next(grid.rows())) for grid in grids[:_HEADERS_SHOWN]]
    more = f" and {len(grids) - _HEADERS_SHOWN} more" if len(grids) > _HEADERS_SHOWN else ""
    return f"None of the document's {len(grids)} tables is of a known layout; their first rows are: {'; '.join(headers)}{more}."
