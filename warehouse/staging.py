"""Takes what was handed over into temporary tables with the declared types, and sets apart what does not fit them.

Everything passes through text, so that no amount ever becomes a floating-point number on its way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.errors import UnusableInput
from warehouse.frames import CATALOGUE, DOCUMENTS, PULLED, REREADING, Frame
from warehouse.tables import Column

if TYPE_CHECKING:
    import pandas

Rows = Sequence[Mapping[str, Any]]
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def stage(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Mapping[str, pandas.DataFrame | Rows] | None,
    pulled: pandas.DataFrame | Rows,
    documents: Mapping[str, pandas.DataFrame | Rows],
    rereadings: Rows = (),
) -> None:
    """Make `staged_<frame>` of every frame with rows and those that it needs, and `misfit` of the documents with values that do not fit.

    Args:
        connection: a writing connection.
        catalogue, documents: frames, or rows, by name; one that is missing is empty. None where there is no catalogue to load.
        pulled: what came of asking each source.
        rereadings: which documents of the batch were read again from the archive.

    Raises:
        UnusableInput: a column is missing, a value of catalogue or pulls does not fit, an amount is a floating-point
            number, or a frame is not declared.
    """
    # 0: pandas' object columns are text, whatever the first thousand values look like.
    connection.execute("SET pandas_analyze_sample = 0")
    connection.execute("CREATE OR REPLACE TEMP TABLE misfit (document_no INTEGER NOT NULL, message VARCHAR)")
    unknown = ((catalogue or {}).keys() - CATALOGUE.keys()) | (documents.keys() - DOCUMENTS.keys())
    if unknown:
        raise UnusableInput(f"No frame is called {', '.join(sorted(unknown))}; see warehouse/frames.py for those that can be loaded.")
    if catalogue is not None:
        for frame in CATALOGUE.values():
            stage_frame(connection, frame, catalogue.get(frame.name, ()))
    stage_frame(connection, PULLED, pulled)
    stage_frame(connection, REREADING, rereadings)
    there = {name for name, data in documents.items() if len(data)}
    needed = there | {"document"} | {parent for name in there if (parent := DOCUMENTS[name].parent)}
    for frame in DOCUMENTS.values():
        data = documents.get(frame.name, ())
        if frame.name in needed:
            stage_frame(connection, frame, data)
        else:
            _refuse_missing(frame, data)


def stage_frame(connection: duckdb.DuckDBPyConnection, frame: Frame, data: pandas.DataFrame | Rows) -> None:
    """Make `staged_<frame>` of one frame; the arguments and errors are those of `stage`.

    Beside the declared columns it has `misfit`, what is wrong with a row. A frame without rows costs one statement.
    """
    if len(data) == 0:
        _make_empty(connection, frame, data)
        return
    handed_over, lists = _of_rows(frame, data) if isinstance(data, Sequence) else (_of_frame(connection, frame, data), [])
    casts = ", ".join(f'{_cast(column)} AS "{column.name}"' for column in frame.columns)
    problems = ", ".join(f"CASE {cases} END" for column in frame.columns if (cases := _cases(column)))
    connection.execute(    # in one go: what Python holds is slow to read
        f"CREATE OR REPLACE TEMP TABLE staged_{frame.name} AS "
        f"SELECT {casts}, nullif(concat_ws('; ', {problems}), '') AS misfit FROM ({handed_over}) AS handed_over", lists)
    misfits = " UNION ALL ".join(_misfits(frame))
    if frame in DOCUMENTS.values():
        connection.execute(f"INSERT INTO misfit {misfits}")
    else:
        _refuse(frame, connection.execute(f"{misfits} LIMIT 1").fetchone())


def unstage(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what was staged of documents: a session's tables stay in memory, and the facts have it now."""
    connection.execute(";".join(f"DROP TABLE IF EXISTS staged_{name}" for name in DOCUMENTS))


def _make_empty(connection: duckdb.DuckDBPyConnection, frame: Frame, data: pandas.DataFrame | Rows) -> None:
    _refuse_missing(frame, data)
    declared = ", ".join(f'"{column.name}" {column.type}' for column in frame.columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_{frame.name} ({declared}, misfit VARCHAR)")


def _of_rows(frame: Frame, rows: Rows) -> tuple[str, list[list[str | None]]]:
    """The query that gives all values as text, and its parameters."""
    columns = {    # the records of earlier versions have not all that may be blank
        column.name: [_text(row.get(column.name) if column.nullable else row[column.name]) for row in rows] for column in frame.columns
    }
    lists = ", ".join(f'unnest(${number}::VARCHAR[]) AS "{name}"' for number, name in enumerate(columns, start=1))
    return f"SELECT {lists}", list(columns.values())


def _of_frame(connection: duckdb.DuckDBPyConnection, frame: Frame, data: pandas.DataFrame) -> str:
    """The query that gives all values as text; amounts that are floating-point numbers already are refused."""
    connection.register("registered_frame", data)
    _refuse_missing(frame, data)
    for column in frame.columns:
        if column.type.startswith("DECIMAL") and data[column.name].dtype.kind == "f" and data[column.name].notna().any():
            _refuse(frame, (f"{column.name} holds floating-point numbers, hand over decimal text",))
    texts = ", ".join(f'"{column.name}"::VARCHAR AS "{column.name}"' for column in frame.columns)
    return f"SELECT {texts} FROM registered_frame"


def _text(value: object) -> str | None:
    if isinstance(value, list | tuple):
        return "；".join(map(str, value))
    return None if value is None else str(value)


def _cast(column: Column) -> str:
    """The value that is handed over as text, null where it does not fit; lists are handed over as JSON.

    A number that fits into 64 bits is read a hundred times as fast as one that needs 128, and is the same.
    """
    text = f'"{column.name}"'
    cast = f"TRY_CAST({f'TRY_CAST({text} AS JSON)' if column.type.endswith('[]') else text} AS {column.type})"
    if (decimal := DECIMAL.fullmatch(column.type)) and int(decimal[1]) > 18:
        return f"coalesce(TRY_CAST({text} AS DECIMAL(18,{decimal[2]}))::{column.type}, {cast})"
    return cast


def _misfits(frame: Frame) -> Iterator[str]:
    """Queries that give the document of each row that cannot be loaded, where it has one, and a message."""
    number = "document_no, " if frame in DOCUMENTS.values() else ""
    staged = f"FROM staged_{frame.name}"
    yield f"SELECT {number}'{frame.name}: ' || misfit {staged} WHERE misfit IS NOT NULL"
    if frame.key:
        key = ", ".join(frame.key)
        repeated = f"{frame.name} has two rows for the same ({key})"
        yield f"SELECT {number}'{repeated}' {staged} WHERE misfit IS NULL GROUP BY {key} HAVING count(*) > 1"
    if frame.parent:
        same = " AND ".join(f"parent.{name} = child.{name}" for name in DOCUMENTS[frame.parent].key)
        yield (
            f"SELECT {number}'a row of {frame.name} belongs to no {frame.parent}' {staged} AS child "
            f"ANTI JOIN staged_{frame.parent} AS parent ON {same}"
        )


def _cases(column: Column) -> str:
    name, text = column.name, f'"{column.name}"'
    cases = [] if column.nullable else [f"WHEN {text} IS NULL THEN '{name} is missing'"]
    if column.values or column.type != "VARCHAR":    # any text is a text
        cases.append(f"WHEN {text} IS NOT NULL AND {_is_not(column, text)} THEN '{name} cannot be ' || {text}")
    return " ".join(cases)


def _is_not(column: Column, text: str) -> str:
    if column.values:
        allowed = ", ".join(f"'{value}'" for value in column.values)
        return f"{text} NOT IN ({allowed})"
    # A cast rounds what has more places than the type; no number may be rounded unseen.
    decimal = DECIMAL.fullmatch(column.type)
    if decimal:
        digits, places = int(decimal[1]), int(decimal[2])
        return f"NOT regexp_full_match({text}, '-?0*\\d{{1,{digits - places}}}(\\.\\d{{0,{places}}}0*)?')"
    does_not_fit = f"{_cast(column)} IS NULL"
    if column.type in ("INTEGER", "BIGINT"):
        return f"({does_not_fit} OR {_cast(column)} <> TRY_CAST({text} AS DOUBLE))"
    return does_not_fit


def _refuse_missing(frame: Frame, data: pandas.DataFrame | Rows) -> None:
    for column in frame.columns:
        if not isinstance(data, Sequence) and column.name not in data.columns:
            raise UnusableInput(f"The frame `{frame.name}` lacks the column `{column.name}`. Nothing was loaded.")


def _refuse(frame: Frame, problem: Sequence[object] | None) -> None:
    if problem:
        raise UnusableInput(f"The frame `{frame.name}` cannot be loaded: {', '.join(map(str, problem))}. Nothing was loaded.")
