"""Puts rows into a table once, however often they come: MERGE on deterministic keys; INSERT where all are known to be new."""

from __future__ import annotations

import duckdb

from warehouse.errors import KeyCollision, UnusableInput
from warehouse.tables import Table


def merge(connection: duckdb.DuckDBPyConnection, table: Table, select: str) -> int:
    """Merge the rows of a statement into a table by its key.

    The surrogate key, where the table has one, is 63 bits of the SHA-256 of the natural key: the same row gets the same
    key in every warehouse, and no counter has to be shared by those who load.

    Args:
        connection: a writing connection, inside a transaction.
        table: where to; rows that are there stay, or are overwritten, as the table says.
        select: gives the table's columns by name, without the surrogate key.

    Returns:
        How many rows are new or others than before.

    Raises:
        KeyCollision: two natural keys have the same surrogate key.
        UnusableInput: two rows have the same key.
    """
    (count,) = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {_select_list(table)} FROM ({select}\n) AS given"
    ).fetchall()[0]
    if count == 0:
        return 0
    if count > 1 or table.natural:
        _refuse_collisions(connection, table)
    (changed,) = connection.execute(
        f"MERGE INTO {table.name} AS kept USING incoming ON {_same(table, table.key)} {_overwrite(table)} "
        f"WHEN NOT MATCHED THEN INSERT ({_names(table)}) VALUES ({_names(table, 'incoming.')})"
    ).fetchall()[0]
    return int(changed)


def insert(connection: duckdb.DuckDBPyConnection, table: Table, select: str) -> None:
    """Put rows of which none is there into a table, in its order.

    Questions are about few documents: in this order each of them lies in one place, and the ranges of keys that DuckDB keeps for each
    part of a table let it leave out the others.

    Args:
        connection: a writing connection, inside a transaction.
        table: one without a surrogate key.
        select: gives the table's columns by name; no two rows have the same key.
    """
    order = ", ".join(table.order)
    connection.execute(f"INSERT INTO {table.name} ({_names(table)}) SELECT {_names(table)} FROM ({select}\n) ORDER BY {order}")


def _select_list(table: Table) -> str:
    columns = (f'CAST(given."{column.name}" AS {column.type}) AS "{column.name}"' for column in table.columns)
    if not table.natural:
        return ", ".join(columns)
    parts = ", ".join(f"given.{name}::VARCHAR" for name in table.natural)
    key = f"surrogate_key([{parts}]) AS {table.key[0]}"
    return ", ".join((key, *(column for column, declared in zip(columns, table.columns, strict=True) if declared.name != table.key[0])))


def _names(table: Table, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{column.name}"' for column in table.columns)


def _same(table: Table, names: tuple[str, ...]) -> str:
    nullable = {column.name for column in table.columns if column.nullable}
    return " AND ".join(f"kept.{name} {'IS NOT DISTINCT FROM' if name in nullable else '='} incoming.{name}" for name in names)


def _overwrite(table: Table) -> str:
    if table.changes == "append":
        return ""
    rest = [f'"{column.name}"' for column in table.columns if column.name not in table.key]
    differs = " OR ".join(f"kept.{name} IS DISTINCT FROM incoming.{name}" for name in rest)
    return f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {', '.join(f'{name} = incoming.{name}' for name in rest)}"


def _refuse_collisions(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    key = ", ".join(table.key)
    twice = connection.execute(f"SELECT {key} FROM incoming GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice and not table.natural:
        raise UnusableInput(f"Two rows for {table.name} have the same key ({key}) = {twice}. Nothing was loaded.")
    if not table.natural:
        return
    natural = ", ".join(table.natural)
    distinct = f"SELECT {key}, {natural} FROM incoming UNION SELECT {key}, {natural} FROM {table.name} SEMI JOIN incoming USING ({key})"
    collision = connection.execute(f"SELECT {key}, count(*) FROM ({distinct}) GROUP BY {key} HAVING count(*) > 1 LIMIT 1").fetchone()
    if collision:
        raise KeyCollision(
            f"In {table.name} the key {collision[0]} stands for {collision[1]} different ({natural}). Nothing was loaded and the published "
            "copy is untouched. Please report it with this message: the keys of that table need more bits."
        )
    if twice:
        raise UnusableInput(f"Two rows for {table.name} have the same ({natural}), key {twice[0]}. Nothing was loaded.")
