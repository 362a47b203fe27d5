"""Publishes: a read-only copy of the tables and views, put in place of the old one in a single step."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

import duckdb

from warehouse.schema import bring_up_to_date
from warehouse.tables import TABLES

PUBLISHED = tuple(table for table in TABLES.values() if table.is_published)
# DuckDB's log names the file that it belongs to from this version on, and is refused beside another one.
STORAGE_VERSION = "v1.4.0"


def publish(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy what is published into `target`; see `Warehouse.publish`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target)
    copy = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        _copy(connection, copy)
        copy.chmod(0o444)
        _sync(copy)
        # Before the new copy is there, so that no reader ever finds it beside the log of the old one.
        _remove_logs(target)
        copy.replace(target)
        _remove_logs(target)
        _sync(target.parent)
    finally:
        _clear(target)


def _clear(target: Path) -> None:
    """Remove unfinished copies, an interrupted run's too: only the one writer publishes."""
    for unfinished in target.parent.glob(f".{target.name}.*"):
        unfinished.unlink()


def _remove_logs(target: Path) -> None:
    """Remove the write-ahead log of whoever changed the published copy: DuckDB would replay it onto the next one."""
    for log in target.parent.glob(f"{target.name}.wal*"):
        log.unlink(missing_ok=True)


def _copy(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    (source,) = connection.execute("SELECT current_database()").fetchall()[0]
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS published (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        connection.execute("USE published")
        connection.begin()
        bring_up_to_date(connection, PUBLISHED)
        for table in PUBLISHED:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(f'INSERT INTO {table.name} ({names}) SELECT {names} FROM "{source}".{table.name}')
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):    # a commit that failed has rolled back by itself
            connection.rollback()
        raise
    finally:
        connection.execute(f'USE "{source}"')
        connection.execute("DETACH published")


def _sync(path: Path) -> None:
    """Have the system write a file, or a folder's entries, to disk: a power cut must not leave a name without its data."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
