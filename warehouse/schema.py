"""Makes a database's tables, views and comments agree with their declaration."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import duckdb

from warehouse.errors import WarehouseOutdated
from warehouse.tables import DECLARATION, VIEWS, Table, View

# The marks that keep ('a', 'b') and ('ab', null) apart; neither occurs in published text.
MACROS = """
CREATE OR REPLACE TEMP MACRO natural_id(parts) AS
    array_to_string(list_transform(parts, lambda part: coalesce(part, chr(30))), chr(31));
CREATE OR REPLACE TEMP MACRO surrogate_key(parts) AS
    CAST(('0x' || left(sha256(natural_id(parts)), 16))::UBIGINT >> 1 AS BIGINT);
CREATE OR REPLACE TEMP MACRO fingerprint(rule, department_id, fiscal_year, stage, label) AS
    sha256(natural_id([rule, department_id, fiscal_year::VARCHAR, stage, label]));
CREATE OR REPLACE TEMP MACRO lasting_name(subject, label, address) AS    -- a file is renamed, its address stays
    CASE subject WHEN 'document' THEN address ELSE label END;
CREATE OR REPLACE TEMP MACRO is_passing(error_code) AS    -- a busy or small machine, a disk that lost the original: time may mend it
    coalesce(error_code IN ('too-slow', 'reader-crashed', 'too-large', 'original-unreadable'), false);
CREATE OR REPLACE TEMP MACRO says_nothing_of_document(error_code) AS
    is_passing(error_code) OR coalesce(error_code IN ('parser-fault', 'needs-libreoffice'), false);
"""

# Tables of this program's own knowledge, which opening a warehouse fills.
MADE_AT_OPENING = frozenset({"warehouse_declaration", "dim_account_name", "dim_funding_source", "dim_incomplete_reason"})

_WRITE = "json_deserialize_sql(json_serialize_sql({}))"
_compared: dict[tuple[str, ...], bool] = {}    # whether views as DuckDB wrote them are those declared: asked once in this program


def demand_no_newer(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a file that a newer program has brought to a declaration which this one does not know: it would write less than is asked.

    Raises:
        WarehouseOutdated: it has one.
    """
    declared = "FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'warehouse_declaration' LIMIT 1"
    if connection.execute(declared).fetchone() is None:
        return
    (newest,) = connection.execute("SELECT coalesce(max(declaration_no), 0) FROM warehouse_declaration").fetchall()[0]
    if newest > DECLARATION:
        raise WarehouseOutdated(
            f"The warehouse was made by a newer version of Yusuan: its tables are of declaration {newest}, this program knows those up to "
            f"{DECLARATION}. Nothing was changed and the published copy is untouched. Run the newer version, or put back a backup from "
            "before the upgrade (`yusuan restore FOLDER --backup NAME --force`)."
        )


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, tables: Collection[Table], *, comments_view_columns: bool = True,
) -> set[str]:
    """Create what is missing in the current database: tables, columns (as nullable), views, comments.

    Args:
        connection: a writing connection, inside a transaction.
        tables: those that the database is to have; views are made over them.
        comments_view_columns: whether it keeps comments of the columns of views.

    Returns:
        Tables that were not there (`fact_pull`), and columns that their table had not (`fact_pull.etag`).

    Raises:
        WarehouseOutdated: a column is there with another type.
    """
    types, comments = _present(connection)
    added: set[str] = set()
    for table in tables:
        added |= _bring_table(connection, table, types.get(table.name, {}))
    if added or not _are_views_declared(connection):    # a view over a changed one has to be made anew too
        for view in VIEWS.values():
            connection.execute(f"CREATE OR REPLACE VIEW {view.name} AS {view.sql}")
        comments = {place: comment for place, comment in comments.items() if place[0] not in VIEWS}    # they have lost theirs
    wrong = [comment for table in tables for comment in comments_of("TABLE", table, comments)]
    for view in VIEWS.values():
        wrong += comments_of("VIEW", view if comments_view_columns else replace(view, columns=()), comments)
    connection.execute(";\n".join(wrong))    # in one go: there are hundreds
    return added


def _present(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str | None], str | None]]:
    """Column types by table and column, without views; comments by table or view and column, its own under None."""
    here = "WHERE database_name = current_database() AND NOT internal"
    tables = dict(connection.execute(f"SELECT table_name, comment FROM duckdb_tables() {here}").fetchall())
    views = dict(connection.execute(f"SELECT view_name, comment FROM duckdb_views() {here}").fetchall())
    types: dict[str, dict[str, str]] = {name: {} for name in tables}
    comments: dict[tuple[str, str | None], str | None] = {(name, None): comment for name, comment in (tables | views).items()}
    for name, column, kind, comment in connection.execute(
        f"SELECT table_name, column_name, data_type, comment FROM duckdb_columns() {here}"
    ).fetchall():
        comments[name, column] = comment
        if name in types:
            types[name][column] = kind
    return types, comments


def _bring_table(connection: duckdb.DuckDBPyConnection, table: Table, present: dict[str, str]) -> set[str]:
    if not present:
        connection.execute(f"DROP VIEW IF EXISTS {table.name}")    # what is a table now was a view in an earlier version
        connection.execute(table.ddl)
        return {table.name}
    added: set[str] = set()
    for column in table.columns:
        kind = present.get(column.name)
        if kind is None:
            connection.execute(f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {column.type}')
            added.add(f"{table.name}.{column.name}")
        elif kind != column.type:
            raise WarehouseOutdated(
                f"The warehouse has {table.name}.{column.name} as {kind}, this version of Yusuan needs {column.type}. Nothing was changed "
                "and the published copy is untouched. Run the version that made the file, or move the file away and run again: it is "
                "built anew from the sources."
            )
    return added


def _are_views_declared(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether each view that is there has the declared statement, as DuckDB writes it: to make them takes longer than all else.

    What is there was written by DuckDB once, or twice in a DuckLake, and is other than what was declared; after two times it stays.
    """
    present = dict(connection.execute(
        "SELECT view_name, sql FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"
    ).fetchall())
    if not VIEWS.keys() <= present.keys():
        return False
    written = tuple(present[name].split(" AS ", 1)[1].removesuffix(";") for name in VIEWS)
    if written not in _compared:
        [(is_same,)] = connection.execute(
            f"SELECT bool_and({_WRITE.format(_WRITE.format('declared'))} = {_WRITE.format('present')}) "
            "FROM (SELECT unnest($1::VARCHAR[]) AS declared, unnest($2::VARCHAR[]) AS present)",
            [[view.sql for view in VIEWS.values()], list(written)],
        ).fetchall()
        _compared[written] = bool(is_same)
    return _compared[written]


def comments_of(kind: str, relation: Table | View, present: Mapping[tuple[str, str | None], str | None]) -> Iterator[str]:
    """The statements that comment a table or view and its columns where the comment that is there differs.

    Args:
        kind: `TABLE` or `VIEW`, as which it stands in the current database.
        relation: its declaration.
        present: the comments that are there, its own under None.
    """
    if present.get((relation.name, None)) != relation.comment:
        yield f"COMMENT ON {kind} {relation.name} IS {_quoted(relation.comment)}"
    for column in relation.columns:
        if present.get((relation.name, column.name)) != column.comment:
            yield f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {_quoted(column.comment)}'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
