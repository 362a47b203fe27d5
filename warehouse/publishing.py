"""Publishes: a read-only copy of the tables and views, put in place of the old one in a single step.

What is put in place is a copy of the last one in which the changes of the runs since then are replayed, so that publishing takes as
long as a night is large; beside the first one, one that is damaged or was made by another version, and one to which much was added
out of order, everything is written anew, in the order in which people ask.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import duckdb

from warehouse.replaying import READ_SINCE, forget, replay
from warehouse.schema import bring_up_to_date, comments_of
from warehouse.searching import PAIRS_OF, index
from warehouse.tables import SEARCH, TABLES, VIEWS, statement

PUBLISHED = tuple(table for table in TABLES.values() if table.is_published)
STORED = tuple(view for view in VIEWS.values() if view.stored_by)
# DuckDB's log names the file that it belongs to from this version on, and is refused beside another one.
STORAGE_VERSION = "v1.4.0"
# Of the rows, how many may have been added after the others were put in order: each question reads the parts that hold them.
LARGEST_SHARE_OUT_OF_ORDER = 0.25
CHUNK = 8 << 20
HEAD = 4096    # bytes of the main header; where the tables are is in those behind it


@dataclass(frozen=True, slots=True)
class Description:
    """What stands beside a published copy, in a file of its own.

    Attributes:
        run_id: the newest run that the copy holds; None where there is none.
        sha256: of the copy's bytes.
        declaration: a fingerprint of tables, views, comments and file format; another version has another one.
        rows: by table.
        rows_out_of_order: how many were added since everything was written in order.
    """

    run_id: str | None
    sha256: str
    declaration: str
    rows: dict[str, int]
    rows_out_of_order: int


def description_of(target: Path) -> Path:
    """The file that describes a published copy: `yusuan.json` beside `yusuan.duckdb`."""
    return target.with_suffix(".json")


def described(target: Path) -> Description | None:
    """What stands beside a published copy; None where nothing does, or nothing that can be used."""
    try:
        return Description(**json.loads(description_of(target).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def earlier_copies(target: Path) -> list[Path]:
    """Published copies of earlier runs that are kept beside the newest, newest first: `yusuan-RUN.duckdb`, each with its description."""
    name = re.compile(rf"{re.escape(target.stem)}-\d{{8}}T\d{{6}}-[0-9a-f]{{8}}{re.escape(target.suffix)}")
    return sorted((file for file in target.parent.glob(f"{target.stem}-*") if name.fullmatch(file.name)), reverse=True)


def remove_earlier(target: Path, keep: int) -> list[Path]:
    """Remove the oldest published copies but those that somebody has open.

    Args:
        target: the published copy.
        keep: how many are kept, the newest included.

    Returns:
        Those removed.
    """
    removed = [copy for copy in earlier_copies(target)[max(keep - 1, 0):] if not _is_open(copy)]
    for copy in removed:
        description_of(copy).unlink(missing_ok=True)
        copy.unlink()
    return removed


def _is_open(copy: Path) -> bool:
    """Whether another process reads a copy: DuckDB holds a lock on what it has open."""
    copy.chmod(0o644)    # a lock that shuts out all others needs the right to write
    try:
        with copy.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        copy.chmod(0o444)
    return False


def publish(connection: duckdb.DuckDBPyConnection, target: Path, keep: int = 1) -> None:
    """Copy what is published into `target`; see `Warehouse.publish`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target)
    copy = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        out_of_order = _copy_with_changes(connection, target, copy)
        if out_of_order is None:
            copy.unlink(missing_ok=True)
            _copy_anew(connection, copy)
        description = _describe(connection, copy, out_of_order or 0)
        copy.chmod(0o444)
        _sync(copy)
        # Before the new copy is there, so that no reader ever finds it beside the log of the old one.
        _remove_logs(target)
        if keep > 1:
            _keep_last(target)
        copy.replace(target)
        _remove_logs(target)
        _write_description(target, description)
        _sync(target.parent)
    finally:
        _clear(target)
    forget(connection)
    remove_earlier(target, keep)


def _keep_last(target: Path) -> None:
    """Give the copy that is about to be replaced, and its description, a name of its own."""
    last = described(target)
    if last is None or last.run_id is None or not target.exists():
        return
    kept = target.with_name(f"{target.stem}-{last.run_id}{target.suffix}")
    for old, new in ((target, kept), (description_of(target), description_of(kept))):
        new.unlink(missing_ok=True)    # of a run that was killed here, or of one that is published again
        new.hardlink_to(old)


def _clear(target: Path) -> None:
    """Remove unfinished copies, an interrupted run's too: only the one writer publishes."""
    for unfinished in target.parent.glob(f".{target.name}.*"):
        unfinished.unlink()


def _remove_logs(target: Path) -> None:
    """Remove the write-ahead log of whoever changed the published copy: DuckDB would replay it onto the next one."""
    for log in target.parent.glob(f"{target.name}.wal*"):
        log.unlink(missing_ok=True)


def _copy_with_changes(connection: duckdb.DuckDBPyConnection, target: Path, copy: Path) -> int | None:
    """Copy the last published file and replay the changes since; gives how many rows are out of order, None if all is to be written.

    Nobody but the writer ever wrote into a file whose bytes are those that its description names, and what is private never was in it.
    """
    last = described(target)
    if last is None or last.declaration != _declaration():
        return None
    try:
        with target.open("rb") as old, copy.open("xb") as new:
            if _hashed(old, new) != last.sha256:
                return None
    except FileNotFoundError:
        return None
    _give_own_identity(connection, copy)
    source = _attach(connection, copy)
    try:
        connection.begin()
        written = replay(connection, source, PUBLISHED)
        connection.execute("USE published")
        if (
            written is not None and last.rows_out_of_order + written <= LARGEST_SHARE_OUT_OF_ORDER * sum(last.rows.values())
            and index(connection, READ_SINCE)
        ):
            _store_views(connection)
            connection.commit()
            return last.rows_out_of_order + written
        connection.rollback()
    except duckdb.Error:    # a commit that failed has rolled back by itself; what is wrong with the disk comes again with the whole
        with suppress(duckdb.Error):
            connection.rollback()
    finally:
        connection.execute(f'USE "{source}"')
        connection.execute("DETACH published")
    return None


def _give_own_identity(connection: duckdb.DuckDBPyConnection, copy: Path) -> None:
    """Put the head of a new file, which says nothing of what is in it, in place of a copy's.

    It holds the mark by which DuckDB knows which log belongs to which file: whoever still writes into the file that was copied would
    write a log that is taken for the copy's.
    """
    new = copy.with_name(f"{copy.name}.new")
    _attach(connection, new)
    connection.execute("DETACH published")
    with new.open("rb") as head, copy.open("r+b") as file:
        file.write(head.read(HEAD))
    new.unlink()


def _copy_anew(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    source = _attach(connection, path)
    try:
        connection.execute("USE published")
        connection.begin()
        for table in PUBLISHED:
            connection.execute(table.published_ddl)
        bring_up_to_date(connection, PUBLISHED)
        for table in PUBLISHED:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(
                f'INSERT INTO {table.name} ({names}) SELECT {names} FROM "{source}".{table.name} ORDER BY {", ".join(table.order)}')
        for view in STORED:
            connection.execute(f"DROP VIEW {view.name}")
        _store_views(connection)
        index(connection)
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):    # a commit that failed has rolled back by itself
            connection.rollback()
        raise
    finally:
        connection.execute(f'USE "{source}"')
        connection.execute("DETACH published")


def _store_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the rows of stored views into the current database: they are few, and follow from all else, so that none is kept.

    They are asked of the copy itself, which holds all that they read.
    """
    for view in STORED:    # each comes after those that it reads
        connection.execute(f'CREATE OR REPLACE TABLE {view.name} AS FROM ({view.sql}\n) ORDER BY {", ".join(view.stored_by)}')
        connection.execute(";\n".join(comments_of("TABLE", view, {})))


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, how: str = f"STORAGE_VERSION '{STORAGE_VERSION}'") -> str:
    """Attach a file as `published`; gives the name of the writer's own database."""
    (source,) = connection.execute("SELECT current_database()").fetchall()[0]
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS published ({how})")
    return str(source)


def _describe(connection: duckdb.DuckDBPyConnection, copy: Path, out_of_order: int) -> Description:
    counts = ", ".join(f"(SELECT count(*) FROM published.{table.name})" for table in PUBLISHED)
    _attach(connection, copy, "READ_ONLY")    # what it holds, whatever became of the warehouse meanwhile
    try:
        newest = "(SELECT max_by(run_id, started_at) FROM published.load_run)"
        [(run_id, *numbers)] = connection.execute(f"SELECT {newest}, {counts}").fetchall()
    finally:
        connection.execute("DETACH published")
    with copy.open("rb") as file:
        sha256 = _hashed(file)
    rows = {table.name: int(number) for table, number in zip(PUBLISHED, numbers, strict=True)}
    return Description(run_id, sha256, _declaration(), rows, out_of_order)


def _write_description(target: Path, description: Description) -> None:
    """After the copy: a run that is killed in between leaves a copy whose description does not fit, and the next one writes all anew."""
    unfinished = target.with_name(f".{target.name}.json")
    unfinished.write_text(json.dumps(asdict(description), ensure_ascii=False, indent=1), encoding="utf-8")
    _sync(unfinished)
    unfinished.replace(description_of(target))


@cache
def _declaration() -> str:
    """A fingerprint of all tables, private ones too: where one gets a table or column, facts that were there are completed."""
    parts = [STORAGE_VERSION, duckdb.__version__, PAIRS_OF, *(statement("search", table.name) for table in SEARCH)]
    for table in (*TABLES.values(), *SEARCH):
        parts += [table.published_ddl, table.comment, repr(table.order), *(column.comment for column in table.columns)]
    for view in VIEWS.values():
        parts += [view.name, view.sql, view.comment, repr(view.stored_by), *(column.comment for column in view.columns)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _hashed(file: BinaryIO, copy: BinaryIO | None = None) -> str:
    """The SHA-256 of a file, which is copied on the way."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        if copy:
            copy.write(chunk)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    """Have the system write a file, or a folder's entries, to disk: a power cut must not leave a name without its data."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
