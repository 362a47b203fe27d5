"""Copies a warehouse into another store: whole, compared before it counts, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.errors import UnusableInput, WarehouseFailed, told_plainly
from warehouse.schema import MADE_AT_OPENING
from warehouse.store import Warehouse
from warehouse.stores import Store
from warehouse.tables import DECLARATION, TABLES, Table

FROM = "copied"    # what the warehouse that is read is called beside the one that is written
SUMMED = ("DECIMAL", "BIGINT", "INTEGER", "SMALLINT")    # types whose sums are the same in whatever order; the hash has the others


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: `tables` that have rows, and `rows`."""

    tables: int
    rows: int


def copy(source: Store, target: Store) -> Copied:
    """Copy every table in one transaction, and compare rows, sums and hashes before it ends; the source is only read.

    Args:
        source: a warehouse that nobody has to write meanwhile: what is read is one snapshot of it.
        target: where nothing is yet, or what opening has made.

    Raises:
        UnusableInput: there is no source, it was made by another version, or the target has rows.
        WarehouseFailed: what was written is not what was read; it is undone.
        WarehouseError: one of them cannot be opened, read or written; nothing is left in the target.
    """
    if not source.exists():
        raise UnusableInput(f"There is no warehouse at {source.place}. Nothing was touched.")
    with Warehouse.open(target) as warehouse:
        source.attach(warehouse.connection, FROM)
        with warehouse.transaction():
            _demand_same_version(warehouse.connection, source)
            _demand_empty(warehouse.connection, target)
            with told_plainly(target.place, kinds=(duckdb.Error,)):
                counts = [_copy(warehouse.connection, table, target) for table in TABLES.values()]
    return Copied(sum(count > 0 for count in counts), sum(counts))


def _demand_same_version(connection: duckdb.DuckDBPyConnection, source: Store) -> None:
    columns = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = $1", [FROM]).fetchall())
    is_complete = columns >= {(table.name, column.name) for table in TABLES.values() for column in table.columns}
    newest = connection.execute(f"SELECT max(declaration_no) FROM {FROM}.warehouse_declaration").fetchall() if is_complete else []
    if newest != [(DECLARATION,)]:
        raise UnusableInput(
            f"The warehouse {source.place} is none that this version of Yusuan has brought up to date. Nothing was copied. Run a night on "
            "it with this version, then copy it."
        )


def _demand_empty(connection: duckdb.DuckDBPyConnection, target: Store) -> None:
    filled = " UNION ALL ".join(
        f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in TABLES if name not in MADE_AT_OPENING)
    found = connection.execute(f"{filled} LIMIT 1").fetchone()
    if found:
        raise UnusableInput(
            f"The warehouse {target.place} has rows already (in {found[0]}). Nothing was copied, and they are untouched. Name a place "
            "where nothing is."
        )


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, target: Store) -> int:
    """Copy a table; gives its rows."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    if table.name in MADE_AT_OPENING:
        connection.execute(f"DELETE FROM {table.name}")
    read = _measures(connection, table, f"{FROM}.{table.name}")
    if read[0]:    # each statement costs a round of the catalogue
        connection.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {FROM}.{table.name}")
    written = _measures(connection, table, table.name)
    if read != written:
        raise WarehouseFailed(
            f"What was written of {table.name} into {target.place} is not what was read: rows, hash and sums are {written}, and were "
            f"{read}. The copy is undone. Run again; if it fails again, please report it with this message."
        )
    return int(read[0])


def _measures(connection: duckdb.DuckDBPyConnection, table: Table, place: str) -> tuple[int, ...]:
    """Of the rows of a table: their number, a hash in whatever order, and the sum of each column of numbers."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    sums = "".join(f', sum(copied."{column.name}")' for column in table.columns if column.type.startswith(SUMMED))
    [measures] = connection.execute(
        f"SELECT count(*), sum(hash(copied)::HUGEINT){sums} FROM (SELECT {names} FROM {place}) AS copied").fetchall()
    return measures
