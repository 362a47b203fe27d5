"""Reads the published copy: any SQL that reads, as rows or as a file, and how the warehouse stands.

Imports nothing but DuckDB and the standard library, because every command that reads waits for these imports.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb

from warehouse import connection as warehouse_connection
from warehouse.errors import BadQuery, NotPublished

Format = Literal["csv", "json", "parquet", "markdown"]
OPTIONS: dict[str, str] = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY", "parquet": "FORMAT parquet"}
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
STATUS = Path(__file__).parent / "status"


class Result(NamedTuple):
    """The answer to a statement; amounts are `Decimal`."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the published copy for reading; a context manager.

    Args:
        path: the published copy. Who opens it keeps what it holds now, also when a newer one is put in its place.

    Raises:
        NotPublished: there is none yet.
        WarehouseCorrupt: it is damaged.
    """
    if not path.exists():
        raise NotPublished(f"There is no published copy at {path} yet: run `make nightly` first, or say where it is with YUSUAN_DATA.")
    return warehouse_connection.connect(path, read_only=True)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Result:
    """Ask one question.

    Args:
        connection: from `connect`.
        sql: one statement that reads.

    Raises:
        BadQuery: it writes, is not SQL, or names what is not there; the message says what is there instead.
    """
    with _explained():
        answer = connection.execute(_reading(sql))
        return Result([name for name, *_ in answer.description or ()], answer.fetchall())


def write(connection: duckdb.DuckDBPyConnection, sql: str, form: Format, output: Path | None = None) -> None:
    """Ask one question and write the answer; amounts stay exact in every form.

    Args:
        connection: from `connect`.
        sql: one statement that reads.
        form: csv, json (a list of objects), parquet or markdown.
        output: the file; None writes to standard output.

    Raises:
        BadQuery: as for `rows`, or the file cannot be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        if form == "markdown":
            answer.write_text(_markdown(rows(connection, sql)), encoding="utf-8")
        else:
            with _explained():
                quoted = str(answer).replace("'", "''")
                connection.execute(f"COPY ({_as_select(_reading(sql))}\n) TO '{quoted}' ({OPTIONS[form]})")
        _deliver(answer, output)


def status(connection: duckdb.DuckDBPyConnection) -> dict[str, Result]:
    """How the warehouse stands: the last runs, the open issues by severity and rule, and what has been published of what is due.

    Args:
        connection: from `connect`.
    """
    return {
        title: rows(connection, (STATUS / f"{name}.sql").read_text(encoding="utf-8"))
        for title, name in (("Last runs", "last_runs"), ("Open issues", "open_issues"), ("Coverage", "coverage"))
    }


def _reading(sql: str) -> str:
    """The statement without its semicolon, if it is one that reads."""
    statements = duckdb.extract_statements(sql)
    if not statements:
        raise BadQuery("There is no SQL statement here; try `SELECT * FROM department_year`.")
    # A PIVOT unfolds into statements of its own; these have no text.
    if len([statement for statement in statements if statement.query]) > 1:
        raise BadQuery("One statement at a time, please.")
    if statements[-1].type not in READING:
        raise BadQuery("The published copy can only be read: use a statement that reads, such as SELECT, FROM, DESCRIBE or SHOW TABLES.")
    return _without_semicolon(sql)


def _as_select(sql: str) -> str:
    """`SHOW TABLES`, `DESCRIBE …` and `SUMMARIZE …` as a query that can be written to a file."""
    return f"FROM ({sql}\n)" if re.match(r"\s*(SHOW|DESCRIBE|DESC|SUMMARIZE)\b", sql, re.IGNORECASE) else sql


def _without_semicolon(sql: str) -> str:
    """The text before the semicolons at its end, and before the remarks around them; those in strings and names stay."""
    text = sql.encode()   # the tokens' places are counted in bytes
    end = len(text)
    for start, _ in reversed(duckdb.tokenize(sql)):
        if text[start:start + 1] != b";":
            break
        end = start
    return text[:end].decode()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError) as error:
        # DuckDB says what is near to what was asked for; the copy of the statement with an arrow under it is cut off.
        raise BadQuery(" ".join(str(error).split("\nLINE ")[0].split())) from error


def _markdown(result: Result) -> str:
    from tabulate import tabulate

    table: Sequence[Sequence[str]] = [[_cell(value) for value in row] for row in result.rows]
    return tabulate(table, headers=[_cell(name) for name in result.columns], tablefmt="github", disable_numparse=True) + "\n"


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", "<br>")


def _deliver(answer: Path, output: Path | None) -> None:
    if output is None:
        with answer.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    try:
        shutil.copyfile(answer, output)
    except OSError as error:
        raise BadQuery(f"{output} cannot be written: {error.strerror}.") from error
