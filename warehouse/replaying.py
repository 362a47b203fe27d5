"""Brings a copy of the last published file up to date with what the runs since then changed.

A table is told apart by what can have changed in it; what is not named here is compared row by row. Nothing is guessed: where a key or a
number differs in the end, or the runs since then are not all known, the caller publishes everything anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from warehouse.tables import FACTS, Table

# The changes that are kept: whoever publishes after more runs publishes everything.
KEPT_RUNS = 100
# Rows of documents that were read, counted, or not at all since then.
BY_DOCUMENT: Mapping[str, str] = {
    **{table.name: "read" for table in FACTS}, "quarantine": "read",
    "counted_document": "counted", "counted_table": "counted", "counted_project": "counted",
}
# Documents whose rows were put in, replaced or removed since then.
READ_SINCE = "SELECT document_key FROM changed WHERE change = 'read'"
# Rows of runs, none of which is touched after its run.
BY_RUN = frozenset(("fact_pull", "fact_pull_unchanged", "fact_rule_outcome"))
# Rows that are added and never touched.
BY_KEY = frozenset(("dim_project", "dim_account", "asked_address", "issue_event"))


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the changes of runs that are too long ago to be replayed."""
    connection.execute(
        "DELETE FROM changed_document WHERE run_key NOT IN (SELECT run_key FROM load_run ORDER BY started_at DESC LIMIT ?)", [KEPT_RUNS]
    )


def replay(connection: duckdb.DuckDBPyConnection, source: str, tables: tuple[Table, ...]) -> int | None:
    """Change the attached database `published`, a copy of what was published last, into what the warehouse holds now.

    Args:
        connection: the writer's, inside a transaction.
        source: the name of the writer's database.
        tables: those that are published.

    Returns:
        How many rows were put in; None where it cannot be done and the transaction is to be rolled back.
    """
    if not _select_changes(connection):
        return None
    written = sum(_replay_table(connection, source, table) for table in tables)
    is_same = all(
        _numbers(connection, table, f"published.{table.name}") == _numbers(connection, table, f'"{source}".{table.name}')
        for table in tables
    )
    return written if is_same else None


def _select_changes(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make `new_run` and `changed` of what happened since; gives whether all of it is known."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE new_run AS SELECT run_key FROM load_run "
        "ANTI JOIN (SELECT run_key FROM published.load_run WHERE status <> 'running') AS whole USING (run_key)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE changed AS "
        "SELECT DISTINCT document_key, change FROM changed_document SEMI JOIN new_run USING (run_key)"
    )
    [(unknown, forgotten)] = connection.execute(
        "SELECT (SELECT count(*) FROM published.load_run ANTI JOIN load_run USING (run_key)), (SELECT count(*) FROM new_run "
        "WHERE run_key NOT IN (SELECT run_key FROM load_run ORDER BY started_at DESC LIMIT ?))", [KEPT_RUNS],
    ).fetchall()
    return bool(unknown == 0 and forgotten == 0)


def _replay_table(connection: duckdb.DuckDBPyConnection, source: str, table: Table) -> int:
    kept, now = f"published.{table.name}", f'"{source}".{table.name}'
    if table.name in BY_DOCUMENT or table.name in BY_RUN:
        change = BY_DOCUMENT.get(table.name)
        chosen = f"document_key IN (SELECT document_key FROM changed WHERE change = '{change}')" if change else "run_key IN (FROM new_run)"
        connection.execute(f"DELETE FROM {kept} WHERE {chosen}")
        return _put(connection, table, f"FROM {now} WHERE {chosen}")
    same = _same(table)
    if table.name not in BY_KEY:
        same += f" AND {_row('kept', table)} = {_row('now', table)}"
        connection.execute(f"DELETE FROM {kept} WHERE rowid IN (SELECT kept.rowid FROM {kept} AS kept ANTI JOIN {now} AS now ON {same})")
    return _put(connection, table, f"FROM {now} AS now ANTI JOIN {kept} AS kept ON {same}")


def _numbers(connection: duckdb.DuckDBPyConnection, table: Table, name: str) -> list[tuple[object, ...]]:
    """How many rows a table has, and the sum of the hashes of all keys and numbers in them: texts, which cost the most, are left out."""
    numbers = ", ".join(f'"{column.name}"' for column in table.columns if column.name in table.key or column.type != "VARCHAR")
    return connection.execute(f"SELECT count(*), sum(hash({numbers})) FROM {name}").fetchall()


def _put(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> int:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    [(count,)] = connection.execute(
        f"INSERT INTO published.{table.name} ({names}) SELECT {names} {rows} ORDER BY {', '.join(table.order)}"
    ).fetchall()
    return int(count)


def _same(table: Table) -> str:
    nullable = {column.name for column in table.columns if column.nullable}
    return " AND ".join(f'kept."{name}" {"IS NOT DISTINCT FROM" if name in nullable else "="} now."{name}"' for name in table.key)


def _row(alias: str, table: Table) -> str:
    """A hash of all that a row holds, beside its key."""
    names = ", ".join(f'{alias}."{column.name}"' for column in table.columns)
    return f"hash({names})"
