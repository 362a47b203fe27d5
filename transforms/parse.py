"""One published document: bytes in, records out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from transforms import formats, layouts, readers
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
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
        records and says why in `errors`: what a reader or format says, `no-known-table`, `several-years` or
        `several-departments` where it cannot be held as one document, or `parser-fault` for a fault of this program, so
        that one document never stops a night.

    Raises:
        MemoryError: reading takes more memory than there is; who limits the memory knows the way out.
    """
    document = ParsedDocument(file=file, sha256=hashlib.sha256(data).hexdigest(), format=None)
    try:
        document.format = formats.detect(data)
        _read(readers.read(data), document)
    except UnreadableDocument as error:
        document.errors.append(ParseError(error.code, error.message, error.page))
    except MemoryError:
        raise
    except Exception as error:    # noqa: BLE001 whatever a hostile document brings about, half of its records must not be believed
        fault = ParseError("parser-fault", f"A fault of the program, please report it with the document: {error!r}.")
        return ParsedDocument(file=file, sha256=document.sha256, format=document.format, errors=[fault])
    return document


def _read(reading: Reading, document: ParsedDocument) -> None:
    document.pages = reading.pages
    lines = tuple(block for block in reading.blocks if isinstance(block, TextLine))
    sections = list(_sections(reading.blocks, lines))
    surrounding = [section.above for _, section in sections]
    year, department = _one_year(surrounding), _one_department(surrounding)
    for layout, section in sections:
        layout.read(section, document)
    cover = _cover(reading.blocks)
    near = [line for above in surrounding for line in above]
    stated = department or surroundings.department(near) or surroundings.department(lines)
    document.department = stated or surroundings.cover_department(cover)
    document.fiscal_year = year or surroundings.fiscal_year((), cover)
    document.stage = surroundings.stage([table.title for table in document.tables], cover)
    if not sections:
        document.errors.append(ParseError("no-known-table", _no_known_table(reading)))


def _one_year(surrounding: Iterable[Sequence[TextLine]]) -> int | None:
    """The year that the tables state. Raises where they state different ones: their records would all get the same."""
    years = sorted({year for above in surrounding if (year := _year(above))})
    if len(years) > 1:
        seen = ", ".join(map(str, years))
        raise UnreadableDocument(
            "several-years",
            f"Its tables are of several years: {seen}. One document is of one year; publish or save the tables of each year "
            "as a document of their own. If a year is a misprint, ask the department to correct it.",
        )
    return years[0] if years else None


def _one_department(surrounding: Iterable[Sequence[TextLine]]) -> str | None:
    """The department that the tables state, by its longest name. Raises where they state different ones."""
    stated = (surroundings.own_department(above) for above in surrounding)
    names = list(dict.fromkeys(name for name in stated if name))
    if any(not surroundings.is_same_department(names[0], name) for name in names):
        raise UnreadableDocument(
            "several-departments",
            f"Its tables are of several departments: {', '.join(names)}. One document is of one department; publish or save the "
            "tables of each as a document of their own. Tables of units below it name them as 单位名称.",
        )
    return names[0] if names else None


def _year(above: Sequence[TextLine]) -> int | None:
    return surroundings.fiscal_year((surroundings.title(above), surroundings.year_line(above)), above)


def _cover(blocks: Iterable[TextLine | Grid]) -> list[TextLine]:
    """The lines above the first table of a known layout: no link below it is taken for the cover."""
    front = takewhile(lambda block: isinstance(block, TextLine) or layouts.recognise(block) is None, blocks)
    return [block for block in front if isinstance(block, TextLine)]


def _rows_above(grid: Grid, header: Header) -> Iterator[TextLine]:
    """The rows above a header: titles and unit rows that a reader could not tell from the table."""
    return (_line(cell) for cell in grid.cells if cell.text and cell.row < header.first_row)


def _without_unit_lines(grid: Grid) -> tuple[Grid, list[TextLine]]:
    """Take the rows with nothing but a unit of money (`单位：元`) out of a table: it holds for the table, wherever it stands."""
    texts = [[cell for cell in row if cell.text] for row in grid.rows()]
    found = [row[0] for row in texts if len(row) == 1 and surroundings.unit_of(row[0].text)]
    rows = {cell.row for cell in found}
    kept = tuple(cell for cell in grid.cells if cell.row not in rows)
    return replace(grid, cells=kept), [_line(cell) for cell in found]


def _line(cell: Cell) -> TextLine:
    return TextLine(cell.text, cell.page, cell.row, cell.box)


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
        grid, units = _without_unit_lines(block) if block else (None, [])
        known = layouts.recognise(grid) if grid else None
        if known and grid:
            since.extend(_rows_above(grid, known[1]))
        if table and grid and _goes_on(table, known, since, grid):
            table.grids.append(grid)
            table.above.extend(units)
        else:
            if table:
                yield table.layout, Section(tuple(table.grids), table.header, tuple(table.above), tuple(since), lines)
            table = _Open(known[0], known[1], [grid], [*since, *units]) if known and grid else None
        since = []


def _goes_on(table: _Open, known: tuple[Layout, Header] | None, between: Sequence[TextLine], grid: Grid) -> bool:
    """Whether a grid is the rest of a table: the same columns or none of its own, and nothing between that begins a table.

    A title that is printed again on the next page begins no table, another title, year, department or unit does. Without a
    header of its own a grid on another sheet or below prose is not the rest.
    """
    if known is None:
        is_near = grid.sheet == table.grids[-1].sheet and all(map(surroundings.is_furniture, between))
        if not is_near or not table.layout.continues(table.header, grid):
            return False
    elif known[0] is not table.layout or known[1].titles != table.header.titles:
        return False
    finds = surroundings.first_title, surroundings.department, _unit_line, _year
    return all(find(between) in (None, find(table.above)) for find in finds)


def _unit_line(lines: Sequence[TextLine]) -> str | None:
    return next((unit for line in lines if (unit := surroundings.unit_of(line.text))), None)


def _no_known_table(reading: Reading) -> str:
    grids = [block for block in reading.blocks if isinstance(block, Grid) and block.cells]
    if not grids:
        return "No table was found in the document. If it is a scan or holds its tables as pictures, ask the department for the original."
    headers = ["｜".join(" ".join(cell.text.split()) for cell in next(grid.rows())) for grid in grids[:_HEADERS_SHOWN]]
    more = f" and {len(grids) - _HEADERS_SHOWN} more" if len(grids) > _HEADERS_SHOWN else ""
    return f"None of the document's {len(grids)} tables is of a known layout; their first rows are: {'; '.join(headers)}{more}."
