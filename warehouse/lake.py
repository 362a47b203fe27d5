"""A warehouse on DuckLake: its rows are Parquet files in a folder or a bucket, its catalogue is a SQLite file or a PostgreSQL database.

DuckLake lets several write at once, and knows no keys: two loads of one document would both stand. So there is one writer at a time, as
with a file: a lock keeps others out, which the system or the server takes back when its holder ends; and should it be lost under way,
each transaction changes the same row, so that of two at once only one is committed and the other leaves nothing.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb
from filelock import FileLock, Timeout

from warehouse.connection import ATTACHED, CONFIG, WRITER_MEMORY, load_extension
from warehouse.errors import LOAD, READ, UnusableInput, WarehouseLocked, told_plainly
from warehouse.stores import Turn

TURNS = "writing.turn"    # beside the tables of the warehouse, in a schema of its own
LOCK = int.from_bytes(b"yusuan")    # PostgreSQL's advisory locks are numbers, of a database each
# A server that hears nothing of a writer's machine for two minutes takes its lock back; a night may think longer than any time limit.
HOLD = f"""
    SELECT
        set_config('tcp_keepalives_idle', '60', false) AS idle, set_config('tcp_keepalives_interval', '10', false) AS pause,
        set_config('tcp_keepalives_count', '6', false) AS attempts,
        set_config('idle_in_transaction_session_timeout', '0', false) AS patience, pg_try_advisory_xact_lock({LOCK}) AS is_taken
"""
# Whoever reads the lake itself has so long for it; nobody has to for the published copy, which needs nothing of the lake.
KEPT_DAYS = 7
METADATA = f"__ducklake_metadata_{ATTACHED}"
TIDYING = (
    f"CALL ducklake_rewrite_data_files('{ATTACHED}')",
    f"CALL ducklake_merge_adjacent_files('{ATTACHED}')",
    f"CALL ducklake_expire_snapshots('{ATTACHED}', older_than => now() - INTERVAL {KEPT_DAYS} DAY)",
    f"CALL ducklake_cleanup_old_files('{ATTACHED}', older_than => now() - INTERVAL {KEPT_DAYS} DAY)",
)
_PAIR = re.compile(r"(\w+)\s*=\s*('(?:\\.|[^'\\])*'|\S+)")


class Catalogue(Protocol):
    """Where a DuckLake's catalogue is."""

    @property
    def place(self) -> str:
        """Its address without a password."""

    def exists(self) -> bool:
        """See `Store.exists`."""

    @property
    def options(self) -> str:
        """What `ATTACH` is told of it, beside its address."""

    def introduce(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Load its extension, and tell the connection what its address does not say."""

    def take_turn(self, connection: duckdb.DuckDBPyConnection) -> Turn:
        """Keep other writers out.

        Raises:
            WarehouseLocked: another one is at work.
        """


@dataclass(frozen=True, slots=True)
class _FileTurn:
    lock: FileLock

    def end(self) -> None:
        self.lock.release()


@dataclass(frozen=True, slots=True)
class _ServerTurn:
    session: duckdb.DuckDBPyConnection

    def end(self) -> None:
        with suppress(duckdb.Error):    # the server, or the whole connection, may be gone, and the lock with it
            self.session.rollback()
            self.session.close()


@dataclass(frozen=True, slots=True)
class SQLiteCatalogue:
    """A catalogue in a SQLite file, on a disk of this machine: SQLite's locks do not hold across machines."""

    path: Path
    options: ClassVar[str] = ""

    @property
    def place(self) -> str:
        """See `Catalogue.place`."""
        return f"ducklake:sqlite:{self.path}"

    def exists(self) -> bool:
        """See `Store.exists`."""
        return self.path.exists()

    def introduce(self, connection: duckdb.DuckDBPyConnection) -> None:
        """See `Catalogue.introduce`."""
        load_extension(connection, "sqlite_scanner")

    def take_turn(self, connection: duckdb.DuckDBPyConnection) -> Turn:
        """See `Catalogue.take_turn`: a lock on a file beside the catalogue."""
        del connection
        with told_plainly(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{self.path}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                raise WarehouseLocked(_taken(self.place, "Another process of this machine")) from None
        return _FileTurn(lock)


@dataclass(frozen=True, slots=True)
class PostgresCatalogue:
    """A catalogue in a database of a PostgreSQL server.

    Attributes:
        address: as libpq writes it, `key=value …`, without a password.
        password: empty where libpq is to find it itself (`PGPASSWORD`, `~/.pgpass`).
    """

    address: str
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """See `Catalogue.place`."""
        return f"ducklake:postgres:{self.address}"

    @property
    def options(self) -> str:
        """See `Catalogue.options`."""
        return ", META_SECRET 'catalogue'" if self.password else ""

    def exists(self) -> bool:
        """See `Store.exists`."""
        with told_plainly(self.place, READ, kinds=(duckdb.Error,)), _connection() as connection:
            self.introduce(connection)
            self._attach_server(connection)
            return bool(connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'ducklake_metadata'").fetchall())

    def introduce(self, connection: duckdb.DuckDBPyConnection) -> None:
        """See `Catalogue.introduce`; the password goes apart from the address, which DuckDB's errors quote."""
        load_extension(connection, "postgres_scanner")
        if self.password:
            connection.execute(f"CREATE TEMPORARY SECRET catalogue (TYPE postgres, PASSWORD {_text(self.password)})")

    def take_turn(self, connection: duckdb.DuckDBPyConnection) -> Turn:
        """See `Catalogue.take_turn`: a lock that the server keeps for a transaction of its own, which stays open."""
        self._attach_server(connection)
        session = connection.cursor()
        session.begin()
        [(*_, is_taken)] = session.execute(f"FROM postgres_query('server', {_text(HOLD)})").fetchall()
        if not is_taken:
            raise WarehouseLocked(_taken(self.place, _holder(session)))
        return _ServerTurn(session)

    def _attach_server(self, connection: duckdb.DuckDBPyConnection) -> None:
        secret = ", SECRET catalogue" if self.password else ""
        connection.execute(f"ATTACH {_text(self.address)} AS server (TYPE postgres{secret})")


def _holder(session: duckdb.DuckDBPyConnection) -> str:
    who = (
        "SELECT coalesce(host(client_addr), 'the machine of the server'), pid FROM pg_locks JOIN pg_stat_activity USING (pid) "
        f"WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = {LOCK} LIMIT 1"
    )
    found = session.execute(f"FROM postgres_query('server', {_text(who)})").fetchone()
    return f"Another writer, from {found[0]} (process {found[1]} of the server)," if found else "Another writer"


def _taken(place: str, who: str) -> str:
    return (
        f"{who} writes into the warehouse {place}. Nothing was touched. Wait for it to end, then run again; to read at any time, "
        "open the published copy."
    )


def catalogue_of(address: str) -> Catalogue:
    """The catalogue of `ducklake:sqlite:PATH` or `ducklake:postgres:DSN`, a DSN as libpq reads it, `key=value …` or `postgresql://…`.

    Raises:
        UnusableInput: it is neither; the address is not told, it may hold a password.
    """
    _, kind, where = (*address.split(":", 2), "", "")[:3]
    if kind == "sqlite" and where:
        return SQLiteCatalogue(Path(where).absolute())
    pairs = _pairs(where) if kind == "postgres" else {}
    if not pairs:
        raise UnusableInput(
            "YUSUAN_WAREHOUSE is neither `ducklake:sqlite:PATH` nor `ducklake:postgres:dbname=… host=… user=…` (or `ducklake:postgres:"
            "postgresql://user@host/database`). Nothing was touched. docs/ducklake.md has examples."
        )
    password = pairs.pop("password", "")
    return PostgresCatalogue(" ".join(f"{name}={_quoted(value)}" for name, value in pairs.items()), password)


def _pairs(dsn: str) -> dict[str, str]:
    if "://" not in dsn:
        return {name: re.sub(r"\\(.)", r"\1", value[1:-1] if value[0] == "'" else value) for name, value in _PAIR.findall(dsn)}
    url = urlsplit(dsn)
    named = {"user": url.username, "password": url.password, "host": url.hostname, "dbname": url.path[1:]}
    pairs = {name: unquote(value) for name, value in named.items() if value}
    return pairs | ({"port": str(url.port)} if url.port else {}) | dict(parse_qsl(url.query))


def _quoted(value: str) -> str:
    """A value of libpq's `key=value`."""
    return value if re.fullmatch(r"[^\s'\\]+", value) else "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"


def _text(value: str) -> str:
    """A text of SQL."""
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class DuckLake:
    """A warehouse on DuckLake.

    Attributes:
        catalogue: where its catalogue is.
        files: folder or `s3://bucket/prefix` of its Parquet files.
        scratch: folder for sorts that are larger than memory.
    """

    catalogue: Catalogue
    files: str
    scratch: Path
    comments_view_columns: ClassVar[bool] = False
    is_file: ClassVar[bool] = False

    @property
    def place(self) -> str:
        """See `Store.place`."""
        return self.catalogue.place

    def exists(self) -> bool:
        """See `Store.exists`."""
        return self.catalogue.exists()

    def write(self) -> tuple[duckdb.DuckDBPyConnection, Turn]:
        """See `Store.write`."""
        with told_plainly(self.place, LOAD, kinds=(duckdb.Error,)), ExitStack() as stack:
            connection = stack.enter_context(_connection())
            self._introduce(connection)
            turn = self.catalogue.take_turn(connection)
            stack.callback(turn.end)
            self._attach(connection)
            _make_row_of_turns(connection)
            stack.pop_all()
        return connection, turn

    def read(self) -> duckdb.DuckDBPyConnection:
        """See `Store.read`."""
        with told_plainly(self.place, READ, kinds=(duckdb.Error,)), ExitStack() as stack:
            connection = stack.enter_context(_connection())
            self._introduce(connection)
            self._attach(connection, ", READ_ONLY")
            stack.pop_all()
        return connection

    def begin(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Change the row that every transaction of every writer changes."""
        connection.execute(f"UPDATE {TURNS} SET number = number + 1")

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Join small files, forget snapshots that are older than `KEPT_DAYS`, and remove the files that only these had."""
        for step in TIDYING:
            connection.execute(step)

    def size(self, connection: duckdb.DuckDBPyConnection) -> int:
        """The bytes of the files that its snapshots have, old ones included; the catalogue comes on top."""
        [(size,)] = connection.execute(f"""
            SELECT coalesce(sum(file_size_bytes), 0)::BIGINT FROM (
                SELECT file_size_bytes FROM {METADATA}.ducklake_data_file UNION ALL
                SELECT file_size_bytes FROM {METADATA}.ducklake_delete_file)
        """).fetchall()
        return int(size)

    def _introduce(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.catalogue.introduce(connection)
        load_extension(connection, "ducklake")
        connection.execute(f"SET temp_directory = {_text(str(self.scratch))}")
        if self.files.startswith("s3://"):
            load_extension(connection, "httpfs")
            connection.execute(_storage_secret(self.files))

    def _attach(self, connection: duckdb.DuckDBPyConnection, more: str = "") -> None:
        files = self.files if self.files.startswith("s3://") else str(Path(self.files).absolute())
        connection.execute(
            f"ATTACH {_text(self.place)} AS {ATTACHED} (DATA_PATH {_text(files.rstrip('/') + '/')}, DATA_INLINING_ROW_LIMIT 0"
            f"{self.catalogue.options}{more})"
        )
        connection.execute(f"USE {ATTACHED}")


def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=CONFIG)
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{WRITER_MEMORY}'")
    return connection


def _make_row_of_turns(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of one row, which is kept in the catalogue itself: each transaction would leave two files."""
    schema, table = TURNS.split(".")
    here = "WHERE database_name = current_database() AND (schema_name, table_name) = ($1, $2)"
    is_there = connection.execute(f"SELECT 1 FROM duckdb_tables() {here}", [schema, table]).fetchall()
    if is_there and connection.execute(f"FROM {TURNS}").fetchall():
        return
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {TURNS} (number BIGINT)")
    connection.execute(f"CALL {ATTACHED}.set_option('data_inlining_row_limit', 10, schema => '{schema}', table_name => '{table}')")
    connection.execute(f"INSERT INTO {TURNS} VALUES (0)")


def _storage_secret(files: str) -> str:
    """The statement that lets DuckDB use a bucket as S3's other clients do: keys, region and address from variables, profile or machine.

    Raises:
        UnusableInput: what finds them is not installed, or finds no keys.
    """
    try:
        from botocore.session import Session
    except ImportError:
        raise UnusableInput(f"YUSUAN_LAKE is {files}, and s3fs is not installed: pip install 'yusuan[s3]'") from None
    session = Session()
    keys = session.get_credentials()
    if keys is None:
        raise UnusableInput(f"There are no keys for {files}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Nothing was touched.")
    frozen, client = keys.get_frozen_credentials(), session.create_client("s3")
    address = urlsplit(client.meta.endpoint_url)
    values = {
        "KEY_ID": frozen.access_key, "SECRET": frozen.secret_key, "SESSION_TOKEN": frozen.token, "REGION": client.meta.region_name,
        "ENDPOINT": address.netloc, "URL_STYLE": "vhost" if address.netloc.endswith("amazonaws.com") else "path",
    }
    options = ", ".join(f"{name} {_text(value)}" for name, value in values.items() if value)
    return f"CREATE TEMPORARY SECRET storage (TYPE s3, {options}, USE_SSL {str(address.scheme == 'https').lower()})"

