"""One published document: bytes in, records out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from transforms import formats, layouts, readers, stitching
from transforms.departments import is_same_department
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.layouts import Section, budget_tables, surroundings
from transforms.records import ParsedDocument, ParseError, Table

_MAJORITY = 2         # times as many tables must state a year or department as state another of the same kind of table
_FORM_TEXTS = 6        # the smallest form has more; boxes of text below such a title have fewer
_HEADERS_SHOWN = 5    # tables named in an error message
_LONGEST_SHOWN = 500  # characters of a table's first row; headers of 20 columns have some 200


def parse_document(file: str, data: bytes) -> ParsedDocument:
    """Read a published document.

    Args:
        file: its path or name, as it shall be shown.
        data: the whole file.

    Returns:
        Its tables, projects and totals; findings are none of this function's. A document that cannot be read has no
        records and says why in `errors`: what a reader or format says, `no-known-table`, `unread-table`, `several-years` or
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
        told = ParseError(error.code, error.message, error.page)
        return ParsedDocument(file, document.sha256, document.format, document.pages, errors=[told])
    except MemoryError:
        raise
    except Exception as error:    # noqa: BLE001 whatever a hostile document brings about, half of its records must not be believed
        fault = ParseError("parser-fault", f"A fault of the program, please report it with the document: {error!r}.")
        return ParsedDocument(file=file, sha256=document.sha256, format=document.format, errors=[fault])
    return document


def _read(reading: Reading, document: ParsedDocument) -> None:
    document.pages = reading.pages
    lines = tuple(block for block in reading.blocks if isinstance(block, TextLine))
    sections = stitching.sections(reading.blocks)
    known = _read_tables(sections, lines, document)
    cover = _cover(sections, known, lines)
    surrounding = [(table, section.above) for section, table in known]
    document.fiscal_year = _year(surrounding, cover)
    document.department = _department(surrounding, cover, lines) or _named_in_tables(document)
    document.stage = surroundings.stage([table.title for table in document.tables], cover)
    document.errors.extend(ParseError(error.code, error.message, error.page) for error in reading.errors)
    if not known and not reading.errors:
        document.errors.append(ParseError("no-known-table", _no_known_table(reading)))


def _read_tables(
    sections: Sequence[Section], lines: Sequence[TextLine], document: ParsedDocument
) -> list[tuple[Section, Table]]:
    """Read the tables of known layouts; what stands around them, and in boxes that are no tables, is the document's prose."""
    known: list[tuple[Section, Table]] = []
    for section in sections:
        document.prose.extend(section.above)
        layout = layouts.recognise(section)
        if layout:
            count = len(document.tables)
            layout.read(section, document)
            known += [(section, table) for table in document.tables[count:]]
        else:
            document.errors += _unread(section)
            document.prose.extend(TextLine(cell.text, cell.page, cell.row, cell.box) for cell in section.grid.cells if cell.text.strip())
    document.prose.extend(sections[-1].below if sections else lines)
    return known


def _unread(section: Section) -> list[ParseError]:
    """An error for a table of performance targets that no layout reads: what it holds must not be missed silently."""
    is_one = sum(bool(cell.text.strip()) for cell in section.grid.cells) >= _FORM_TEXTS and budget_tables.holds_targets(section)
    title = surroundings.title(section.above) or "without title"
    message = f"The table {title} is of no known layout, its targets were not read."
    return [ParseError("unread-table", message, section.grid.cells[0].page)] if is_one else []


Surrounding = Sequence[tuple[Table, Sequence[TextLine]]]


def _year(tables: Surrounding, cover: Sequence[TextLine]) -> int | None:
    """The year of the cover, else the one that most tables state: a single table's may be a misprint or speak of another year.

    Raises:
        UnreadableDocument: it holds the tables of several years.
    """
    stated = [(table, year) for table, above in tables if (year := surroundings.stated_year(above))]
    covered = surroundings.fiscal_year((), cover)
    if covered and (not stated or any(year == covered for _, year in stated)):
        return covered
    most = _most(stated)
    if isinstance(most, int) or most is None:
        return most
    seen = ", ".join(str(year) for year in sorted(most))
    raise UnreadableDocument(
        "several-years",
        f"Its tables are of several years: {seen}. One document is of one year; publish or save the tables of each year "
        "as a document of their own. If a year is a misprint, ask the department to correct it.",
    )


def _most(stated: Sequence[tuple[Table, int]]) -> int | set[int] | None:
    """What most tables state, None where two are stated as often; all that is stated where they are of several sets.

    Sets repeat several kinds of tables, or all that there are; one kind alone may be printed for two years in a booklet.
    """
    counts = Counter(value for _, value in stated)
    kinds = {value: {table.kind for table, other in stated if other == value} for value in counts}
    ranked = counts.most_common()
    if len(ranked) < 2 or ranked[0][1] >= ranked[1][1] * _MAJORITY:
        return ranked[0][0] if ranked else None
    repeated = kinds[ranked[0][0]] & kinds[ranked[1][0]]
    if len(repeated) > 1 or repeated == {table.kind for table, _ in stated}:
        return set(counts)
    return ranked[0][0] if ranked[0][1] > ranked[1][1] else None


def _department(tables: Surrounding, cover: Sequence[TextLine], lines: Sequence[TextLine]) -> str | None:
    """The department that the tables state, by the name that most of them print, else the lines around them or the cover.

    Where some are of units below it, it is the one of the cover, else the one of most tables.

    Raises:
        UnreadableDocument: it holds the tables of several departments.
    """
    stated = [(table, name) for table, above in tables if (name := surroundings.own_department(above))]
    groups = surroundings.departments([name for _, name in stated])
    covers = surroundings.cover_department(cover)
    covered = [names for names in groups if covers and is_same_department(names[0], covers)]
    most = _most([(table, next(place for place, names in enumerate(groups) if name in names)) for table, name in stated])
    if isinstance(most, set) and len(covered) != 1:
        raise UnreadableDocument(
            "several-departments",
            f"Its tables are of several departments: {', '.join(names[0] for names in groups)}. One document is of one department; publish "
            "or save the tables of each as a document of their own. Tables of units below it name them as 单位名称.",
        )
    if groups:
        return (covered[0] if len(covered) == 1 else groups[most if isinstance(most, int) else 0])[0]
    near = [line for _, above in tables for line in above]
    return surroundings.department(near) or surroundings.department(lines) or surroundings.cover_department(cover)


def _named_in_tables(document: ParsedDocument) -> str | None:
    """The department that the tables' own rows name, by its longest name; None where they name different ones."""
    names = sorted({table.department for table in document.tables if table.department}, key=len)
    is_one = names and all(is_same_department(names[0], name) for name in names)
    return names[-1] if is_one else None


def _cover(sections: Sequence[Section], known: Sequence[tuple[Section, Table]], lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines above the first table of a known layout: no link below it is taken for the cover."""
    if not known:
        return list(lines)
    first = next(place for place, section in enumerate(sections) if section is known[0][0])
    return [line for section in sections[: first + 1] for line in section.above]


def _no_known_table(reading: Reading) -> str:
    grids = [block for block in reading.blocks if isinstance(block, Grid) and block.cells]
    if not grids:
        return "No table was found in the document. If it is a scan or holds its tables as pictures, ask the department for the original."
    headers = [_shown("｜".join(" ".join(cell.text.split()) for cell in next(grid.rows()))) for grid in grids[:_HEADERS_SHOWN]]
    more = f" and {len(grids) - _HEADERS_SHOWN} more" if len(grids) > _HEADERS_SHOWN else ""
    return f"None of the document's {len(grids)} tables is of a known layout; their first rows are: {'; '.join(headers)}{more}."


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
