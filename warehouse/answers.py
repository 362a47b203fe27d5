"""Writes the answer to a question: as CSV, JSON, Parquet, Markdown or an Excel workbook, to a stream or to a file."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from warehouse.errors import BadQuery
from warehouse.query import Clock, Copy, ask, explained, quoted, reading, rows

if TYPE_CHECKING:
    from warehouse.workbook import Sheet

Format = Literal["csv", "json", "parquet", "markdown", "xlsx"]
ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".json": "json", ".parquet": "parquet", ".md": "markdown", ".markdown": "markdown", ".xlsx": "xlsx",
}
OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY", "parquet": "FORMAT parquet"}

# Spreadsheets know UTF-8 by it; without one they show 预算 as é¢„ç®—.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Types whose values begin with a minus sign and no formula; those of all others are texts of documents, or hold some.
NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|DECIMAL|FLOAT|DOUBLE|BOOLEAN|DATE|TIME|TIMESTAMP\w*|INTERVAL)\b.*")
# What a spreadsheet takes for a formula (OWASP, CSV Injection); a lone dash is the published sign for nothing.
FORMULA = r"^[=+\-@＝＋－＠\t\r\n]"
DASHES = r"^[-－]+$"
# Markdown's own signs; `_` within a word, as in names of columns, is none.
MARKDOWN = re.compile(r"[\\`*\[\]<>&|~]|(?<![^\W_])_|_(?![^\W_])")


def write(copy: Copy, sql: str, form: Format, output: Path | BinaryIO, *, for_people: bool = False) -> None:
    """Ask one question and write the whole answer or nothing; amounts stay exact in every form.

    Args:
        copy: from `query.connect`.
        sql: one statement that reads.
        form: csv, json (a list of objects), parquet, markdown or xlsx.
        output: a stream, or a file that is made or replaced in one step.
        for_people: CSV for a spreadsheet, with a byte order mark and an apostrophe in front of texts that look like formulas.

    Raises:
        BadQuery: as for `query.ask`, or the file cannot be written.
    """
    answer = copy.folder / form
    try:
        _write(copy, sql, form, answer, is_csv_for_people=for_people and form == "csv")
        deliver(answer, output, BYTE_ORDER_MARK if for_people and form == "csv" else b"")
    finally:
        answer.unlink(missing_ok=True)    # a connection may be asked again


def _write(copy: Copy, sql: str, form: Format, answer: Path, *, is_csv_for_people: bool) -> None:
    if form == "markdown":
        columns, found = ask(copy, sql)
        with answer.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(map(_markdown, chain([columns, ["---"] * len(columns)], found)))
    elif form == "xlsx":
        from warehouse import workbook  # no other form needs it

        about = [("SQL", sql), *provenance(copy)]    # before the question: another one would end its rows
        workbook.write(answer, [sheet(copy, "answer", sql)], about)
    else:
        with explained(copy), Clock(copy).running():
            query = within(copy, sql)
            if is_csv_for_people:
                query = without_formulas(query, copy.connection.execute(f"DESCRIBE {query}").fetchall())
            copy.connection.execute(f"COPY ({query}) TO {quoted(answer)} ({OPTIONS[form]})")


def check_output(output: Path, data: Path) -> Format:
    """The format that the ending of a file to be written asks for.

    Args:
        output: the file.
        data: the folder of archive and warehouse, in which nobody but the nightly run writes.

    Raises:
        BadQuery: the file would be in that folder, by whatever path, or its ending is not known.
    """
    if output.suffix.lower() not in ENDINGS:
        raise BadQuery(f"{output} says no format: let its name end with {', '.join(ENDINGS)}. Spreadsheets open .xlsx and .csv.")
    check_place(output, data)
    return ENDINGS[output.suffix.lower()]


def check_place(output: Path, data: Path) -> None:
    """Refuse, with a BadQuery, to write into the data folder, by whatever path."""
    if any(data.exists() and parent.exists() and parent.samefile(data) for parent in (output.resolve(), *output.resolve().parents)):
        raise BadQuery(f"{output} is in the data folder {data}, in which only the nightly run writes: choose another place.")


def sheet(copy: Copy, name: str, sql: str, about: str = "") -> Sheet:
    """The answer to a question as a sheet of a workbook; what its columns mean is known where one relation of the question has them.

    Args:
        copy: from `query.connect`.
        name: the sheet's.
        sql: one statement that reads.
        about: what a row is.

    Raises:
        BadQuery: as for `query.ask`.
    """
    from warehouse.workbook import Described, Sheet

    with explained(copy), Clock(copy).running():
        query = within(copy, sql)
        described = copy.connection.execute(f"DESCRIBE {query}").fetchall()
        named = ", ".join(map(quoted, sorted(set(re.findall(r"\w+", sql)))))    # DuckDB itself names the tables behind a view
        meanings: dict[str, set[str]] = {}
        for column, meaning in copy.connection.execute(
            f"SELECT column_name, comment FROM duckdb_columns() WHERE NOT internal AND list_contains([{named}], table_name)"
        ).fetchall():
            meanings.setdefault(column, set()).add(meaning or "")
    columns = [
        Described(column, of_type, meanings[column].copy().pop() if len(meanings.get(column, ())) == 1 else "")
        for column, of_type, *_ in described
    ]
    return Sheet(name, about, columns, ask(copy, sql).rows)


def provenance(copy: Copy) -> list[tuple[str, str]]:
    """The night that published the copy, as lines for people."""
    found = rows(copy, "SELECT run_id, started_at, as_of_date FROM load_run ORDER BY started_at DESC LIMIT 1").rows
    return [(title, str(value)) for title, value in zip(("run", "UTC", "as of"), found[0], strict=True)] if found else []


def within(copy: Copy, sql: str) -> str:
    """A statement as one that may stand within another, `SHOW TABLES` and `DESCRIBE …` too."""
    statement = reading(copy, sql)
    if re.match(r"(EXPLAIN|PRAGMA)\b", statement, re.IGNORECASE):
        raise BadQuery("What EXPLAIN and PRAGMA say can be had as a table or as Markdown: add --format table.")
    return f"FROM ({statement}\n)"


def without_formulas(query: str, described: Sequence[tuple[str, ...]]) -> str:
    """A query whose texts, and names of columns, no spreadsheet takes for a formula."""
    looks_like_one = f"regexp_matches({{0}}, '{FORMULA}') AND NOT regexp_matches({{0}}, '{DASHES}')"
    cells = []
    for number, (name, of_type, *_) in enumerate(described):
        cell = f"column{number}"
        if not NUMBERS.fullmatch(of_type):
            text = f"{cell}::VARCHAR"
            cell = f"CASE WHEN {looks_like_one.format(text)} THEN concat(chr(39), {text}) ELSE {text} END"
        shown = f"'{name}" if re.search(FORMULA, name) and not re.search(DASHES, name) else name
        cells.append(f'{cell} AS "{shown.replace(chr(34), chr(34) * 2)}"')
    names = ", ".join(f"column{number}" for number in range(len(cells)))
    return f"SELECT {', '.join(cells)} FROM ({query}) AS answer({names})"


def _markdown(cells: Iterable[object]) -> str:
    """A line of a Markdown table; what a document says never becomes markup."""
    shown = ("" if cell is None else MARKDOWN.sub(_escaped, str(cell)).replace("\n", "<br>") for cell in cells)
    return f"| {' | '.join(shown)} |\n"


def _escaped(sign: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[0], f"\\{sign[0]}")


def deliver(answer: Path, output: Path | BinaryIO, beginning: bytes = b"") -> None:
    """Put a file that was made in the copy's folder where it is wanted, in one step, with other bytes in front."""
    with answer.open("rb") as file:
        if not isinstance(output, Path):
            output.write(beginning)
            shutil.copyfileobj(file, output)
            return
        target = output.resolve()
        if target.exists() and not target.is_file():   # a device or a folder, which must not be replaced
            raise BadQuery(f"{output} cannot be written: it is not a file.")
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with partial.open("xb") as copy:
                copy.write(beginning)
                shutil.copyfileobj(file, copy)
            if target.exists():
                shutil.copymode(target, partial)
            partial.replace(target)
        except OSError as error:
            raise BadQuery(f"{output} cannot be written: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)
