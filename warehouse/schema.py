"""Makes a database's tables, views and comments agree with their declaration."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from expectations.rules import NAMES
from warehouse.errors import WarehouseOutdated
from warehouse.tables import FIELDS, VIEWS, Table

# The marks that keep ('a', 'b') and ('ab', null) apart; neither occurs in published text.
MACROS = """
CREATE OR REPLACE TEMP MACRO natural_id(parts) AS
    array_to_string(list_transform(parts, lambda part: coalesce(part, chr(30))), chr(31));
CREATE OR REPLACE TEMP MACRO surrogate_key(parts) AS
    CAST(('0x' || left(sha256(natural_id(parts)), 16))::UBIGINT >> 1 AS BIGINT);
CREATE OR REPLACE TEMP MACRO fingerprint(rule, department_id, fiscal_year, stage, label) AS
    sha256(natural_id([rule, department_id, fiscal_year::VARCHAR, stage, label]));
"""


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, tables: Collection[Table]) -> None:
    """Create what is missing in the current database: tables, columns (as nullable), views, comments.

    Args:
        connection: a writing connection, inside a transaction.
        tables: those that the database is to have; views are made over them.

    Raises:
        WarehouseOutdated: a column is there with another type.
    """
    present = _present(connection)
    for table in tables:
        _bring_table(connection, table, present.get(table.name, {}))
        _comment(connection, "TABLE", table.name, table.comment)
        for column in table.columns:
            _comment(connection, "COLUMN", f'{table.name}."{column.name}"', column.comment)
    for view in VIEWS.values():
        connection.execute(f"CREATE OR REPLACE VIEW {view.name} AS {view.sql}")
        _comment(connection, "VIEW", view.name, view.comment)
        for column in view.columns:
            _comment(connection, "COLUMN", f'{view.name}."{column.name}"', column.comment)


def funding_sources() -> list[dict[str, str]]:
    """The rows of `dim_funding_source`: the words of the rules' messages."""
    return [
        {"funding_source": source, "funding_source_zh": words["zh"], "funding_source_en": words["en"]}
        for source, words in NAMES["column"].items() if source in FIELDS["funding_source"].values
    ]


def _present(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Column types by table and column."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _bring_table(connection: duckdb.DuckDBPyConnection, table: Table, present: dict[str, str]) -> None:
    if not present:
        connection.execute(table.ddl)
        return
    for column in table.columns:
        kind = present.get(column.name)
        if kind is None:
            connection.execute(f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {column.type}')
        elif kind != column.type:
            raise WarehouseOutdated(
                f"The warehouse has {table.name}.{column.name} as {kind}, this version of Yusuan needs {column.type}. Nothing was changed "
                "and the published copy is untouched. Run the version that made the file, or move the file away and run again: it is "
                "built anew from the sources."
            )


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, text: str) -> None:
    quoted = text.replace("'", "''")
    connection.execute(f"COMMENT ON {kind} {name} IS '{quoted}'")
