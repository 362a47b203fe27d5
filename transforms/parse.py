"""One published document: bytes in, records out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from transforms import formats, layouts, readers, stitching
from transforms.departments import is_same_department
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.layouts import Section, budget_tables, kinds
from transforms.records import Assumption, Doubt, ParsedDocument, ParseError, Table
from transforms.tables import spaced_numbers, surroundings
from transforms.tables.contents import kind_of
from transforms.tables.contradictions import contradictions, tell_sums
from transforms.tables.ledger import Ledger, doubt_of
from transforms.tables.lost_money import lost_money
from transforms.tables.shown_numbers import tell_stored
from transforms.tables.spare_numbers import spare_columns

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
        records and says why in `errors`: what a reader or format says, `no-known-table`, `several-years` or
        `several-departments` where it cannot be held as one document, or `parser-fault` for a fault of this program, so
        that one document never stops a night.

    Raises:
        MemoryError: reading takes more memory than there is; who limits the memory knows the way out.
    """
    document = ParsedDocument(file=file, sha256=hashlib.sha256(data).hexdigest(), format=None)
    try:
        document.format = formats.detect(data)
        document = read_blocks(readers.read(data), document)
    except UnreadableDocument as error:
        told = ParseError(error.code, error.message, error.page)
        return ParsedDocument(file, document.sha256, document.format, document.pages, errors=[told])
    except Exception as error:    # noqa: BLE001 whatever a hostile document brings about, half of its records must not be believed
        raise_want_of_memory(error)
        return ParsedDocument(file=file, sha256=document.sha256, format=document.format, errors=[fault_of(error)])
    return document


def fault_of(error: Exception) -> ParseError:
    """A fault of this program, as an error of the document that it reads."""
    return ParseError("parser-fault", f"A fault of the program, please report it with the document: {error!r}.")


def raise_want_of_memory(error: BaseException | None) -> None:
    """Raise a `MemoryError` for what came of one: Python 3.13 tells some as a `SystemError` that it caused."""
    while error:
        if isinstance(error, MemoryError):
            raise error
        error = error.__cause__


def read_blocks(reading: Reading, empty: ParsedDocument) -> ParsedDocument:
    """Read what a reader found in a document.

    Args:
        reading: text and grids.
        empty: the document's file, hash and format.

    Raises:
        UnreadableDocument: it cannot be held as one document (`several-years`, `several-departments`).
    """
    lines = tuple(block for block in reading.blocks if isinstance(block, TextLine))
    attempt = _read(reading.blocks, lines, empty)
    document, sections = attempt.document, attempt.sections
    known = [(read.section, read.table) for read in attempt.known]
    document.pages = reading.pages
    document.hidden = list(reading.hidden)
    cover = _cover(sections, known, lines)
    surrounding = [(table, section.above) for section, table in known]
    titles = [table.title or surroundings.heading(above) for table, above in surrounding]
    document.fiscal_year = _year(surrounding, cover) or surroundings.headline_year(cover, surroundings.stage(titles, ()))
    document.department = _department(surrounding, cover, lines) or _named_in_tables(document)
    document.stage = surroundings.stage(titles, cover)
    document.errors.extend(ParseError(error.code, error.message, error.page) for error in reading.errors)
    if not known and not reading.errors and not surroundings.are_tables_attached(document.prose):
        document.errors.append(ParseError("no-known-table", _no_known_table(reading)))
    return document


class ReadTable(NamedTuple):
    """A table with what was published around it, and what became of its cells."""

    section: Section
    table: Table
    ledger: Ledger


class ReadDocument(NamedTuple):
    """The records of a document, every table that it has, and those that were read, each with its ledger."""

    document: ParsedDocument
    sections: Sequence[Section]
    known: Sequence[ReadTable]


def read_tables(reading: Reading) -> ReadDocument:
    """Read the tables that a reader found, to explain how."""
    lines = tuple(block for block in reading.blocks if isinstance(block, TextLine))
    attempt = _read(reading.blocks, lines, ParsedDocument("", None, reading.format))
    return ReadDocument(attempt.document, attempt.sections, attempt.known)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What was read of a document's blocks."""

    document: ParsedDocument
    sections: Sequence[Section]
    known: Sequence[ReadTable]

    @property
    def is_in_doubt(self) -> bool:
        """Whether cells of a table were not understood."""
        return bool(self._unread)

    @property
    def _unread(self) -> list[Doubt]:
        """The doubts that another reading of the cells may end."""
        return [doubt for table in self.document.tables for doubt in table.doubts if doubt.reason in ("unread", "contradicted")]

    @property
    def left(self) -> int:
        """How many cells are left unread."""
        return sum(doubt.count for doubt in self._unread)


def _read(blocks: Sequence[TextLine | Grid], lines: Sequence[TextLine], empty: ParsedDocument) -> _Attempt:
    blocks = spaced_numbers.joined(blocks)
    attempt = _attempt(blocks, lines, empty)
    return _with_evidence(attempt, blocks, lines, empty) if attempt.is_in_doubt else attempt


def _attempt(blocks: Sequence[TextLine | Grid], lines: Sequence[TextLine], empty: ParsedDocument) -> _Attempt:
    document = ParsedDocument(empty.file, empty.sha256, empty.format)
    sections = stitching.sections(blocks)
    return _Attempt(document, sections, _read_tables(sections, lines, document))


def _with_evidence(
    attempt: _Attempt, blocks: Sequence[TextLine | Grid], lines: Sequence[TextLine], empty: ParsedDocument
) -> _Attempt:
    """Read again what was in doubt, with unknown words read as the evidence takes them; the attempt that leaves less unread counts."""
    from transforms.tables.understanding import understand  # costs start-up, and most documents do without

    understood = understand(blocks)
    again = _attempt(understood.blocks, lines, empty) if understood.assumed else attempt
    chosen = again if again.left < attempt.left else attempt
    for read in chosen.known:
        understood.tell(read.section.grid, read.table)
    return chosen


def _read_tables(
    sections: Sequence[Section], lines: Sequence[TextLine], document: ParsedDocument
) -> list[ReadTable]:
    """Read the tables of known layouts; what stands around them, and in boxes that are no tables, is the document's prose."""
    known: list[ReadTable] = []
    for section in sections:
        document.prose.extend(section.above)
        seen = layouts.sight(section)
        if seen:
            count = len(document.tables)
            ledger = Ledger(section.grid)
            seen.read(document, ledger)
            for index, table in enumerate(document.tables[count:], count):
                table.assumptions += [Assumption(text, level, "pieces of a level's name") for text, level in ledger.assumed.items()]
                rows = document.rows_of(index)
                table.doubts += [*ledger.doubts(spare_columns(ledger, rows)), *contradictions(ledger), *lost_money(ledger, rows)]
                tell_stored(ledger, table)
            known += [ReadTable(section, table, ledger) for table in document.tables[count:]]
        else:
            if unread := _unread(section):
                document.tables.append(unread)
                known.append(ReadTable(section, unread, Ledger(section.grid)))
            document.prose.extend(TextLine(cell.text, cell.page, cell.row, cell.box) for cell in section.grid.cells if cell.text.strip())
    document.prose.extend(sections[-1].below if sections else lines)
    tell_sums(document)
    return known


def _unread(section: Section) -> Table | None:
    """A table of performance targets that no layout reads, all of it unread: what it holds must not be missed silently."""
    cells = [cell for cell in section.grid.cells if cell.text.strip()]
    if len(cells) < _FORM_TEXTS or not (budget_tables.holds_targets(section) or _holds_targets(section.grid)):
        return None
    title = section.title
    kind = kinds.of_title(title)
    pages = [cell.page for cell in cells if cell.page is not None]
    return Table(
        kind=kind if kind in kinds.PERFORMANCE else kinds.PERFORMANCE[0], title=title, unit=None,
        pages=(min(pages), max(pages)) if pages else None, empty=False, note=None,
        doubts=[doubt_of("unread", "", cells, is_believed=False)],
    )


def _holds_targets(grid: Grid) -> bool:
    """Whether the cells themselves are levels or lists of indicators, whatever stands above them."""
    return sum(kind_of(cell.text) in ("level", "level1", "indicators") for cell in grid.cells) > 1


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
    titled = Counter(name for _, above in tables if (name := surroundings.titled_department(above)))
    stated_elsewhere = surroundings.department(near) or surroundings.department(lines) or surroundings.cover_department(cover)
    return stated_elsewhere or next((name for name, _ in titled.most_common(1)), None)


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
