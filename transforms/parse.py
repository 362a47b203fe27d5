"""One published document: bytes in, records out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from transforms import formats, layouts, readers, stitching
from transforms.departments import is_same_department
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.layouts import Section, surroundings
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
    document.prose.extend(lines)
    sections = stitching.sections(reading.blocks)
    known = [(layout, section) for section in sections if (layout := layouts.recognise(section))]
    surrounding = [section.above for _, section in known]
    year, department = _one_year(surrounding), _one_department(surrounding)
    for layout, section in known:
        layout.read(section, document)
    cover = _cover(sections, lines)
    near = [line for above in surrounding for line in above]
    stated = department or surroundings.department(near) or surroundings.department(lines)
    document.department = stated or surroundings.cover_department(cover) or _named_in_tables(document)
    document.fiscal_year = year or surroundings.fiscal_year((), cover)
    document.stage = surroundings.stage([table.title for table in document.tables], cover)
    document.errors.extend(ParseError(error.code, error.message, error.page) for error in reading.errors)
    if not known and not reading.errors:
        document.errors.append(ParseError("no-known-table", _no_known_table(reading)))


def _one_year(surrounding: Iterable[Sequence[TextLine]]) -> int | None:
    """The year that the tables state. Raises where they state different ones: their records would all get the same."""
    years = sorted({year for above in surrounding if (year := surroundings.stated_year(above))})
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
    if any(not is_same_department(names[0], name) for name in names):
        raise UnreadableDocument(
            "several-departments",
            f"Its tables are of several departments: {', '.join(names)}. One document is of one department; publish or save the "
            "tables of each as a document of their own. Tables of units below it name them as 单位名称.",
        )
    return names[0] if names else None


def _named_in_tables(document: ParsedDocument) -> str | None:
    """The department that the tables' own rows name, by its longest name; None where they name different ones."""
    names = sorted({table.department for table in document.tables if table.department}, key=len)
    is_one = names and all(is_same_department(names[0], name) for name in names)
    return names[-1] if is_one else None


def _cover(sections: Sequence[Section], lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines above the first table of a known layout: no link below it is taken for the cover."""
    cover: list[TextLine] = []
    for section in sections:
        cover += section.above
        if layouts.recognise(section):
            return cover
    return list(lines)


def _no_known_table(reading: Reading) -> str:
    grids = [block for block in reading.blocks if isinstance(block, Grid) and block.cells]
    if not grids:
        return "No table was found in the document. If it is a scan or holds its tables as pictures, ask the department for the original."
    headers = ["｜".join(" ".join(cell.text.split()) for cell in next(grid.rows())) for grid in grids[:_HEADERS_SHOWN]]
    more = f" and {len(grids) - _HEADERS_SHOWN} more" if len(grids) > _HEADERS_SHOWN else ""
    return f"None of the document's {len(grids)} tables is of a known layout; their first rows are: {'; '.join(headers)}{more}."
