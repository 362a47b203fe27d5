"""Asks the published copy: any SQL that reads, and nothing but that copy.

Imports nothing but DuckDB and the standard library, because every command that reads waits for these imports.
"""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from warehouse import connection as warehouse_connection
from warehouse.errors import COPY, BadQuery, NotPublished, OtherVersion, is_damage, told_plainly

STATUS = Path(__file__).parent / "status"
ROWS_AT_ONCE = 2048   # DuckDB's own vectors have as many
CUT = re.compile(r"\nLINE |\s+Stack Trace:")
READS = "The published copy can only be read: use a statement that reads, such as SELECT, FROM, DESCRIBE or SHOW TABLES."


class Limits(NamedTuple):
    """What one question may cost: seconds of DuckDB's work, megabytes of memory (a large sort goes on in a temporary file), and threads
    that work on it, the asking one included (None: as many as there are processors)."""

    seconds: float = 300
    memory_mb: int = 1024
    threads: int | None = None


class Result(NamedTuple):
    """The whole answer to a statement; amounts are `Decimal`."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Version(NamedTuple):
    """A version of a document."""

    address: str
    version_no: int
    is_newest: bool


class Answer(NamedTuple):
    """The answer to a statement, whose rows are fetched as they are taken; amounts are `Decimal`."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Copy:
    """The published copy, opened for questions; `folder` is the only place where its answers may be written."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    folder: Path
    limits: Limits


@contextmanager
def connect(path: Path, limits: Limits = Limits()) -> Iterator[Copy]:  # noqa: B008 -- a constant
    """Open the published copy so that no statement can change it, or reach another file or the network.

    Args:
        path: the published copy. Who opens it keeps what it holds now, also when a newer one is put in its place.
        limits: what one question may cost.

    Raises:
        NotPublished: there is none yet.
        WarehouseCorrupt: it is damaged.
    """
    if not path.exists():
        raise NotPublished(f"There is no published copy at {path} yet: run `make nightly` first, or say where it is with YUSUAN_DATA.")
    with (
        tempfile.TemporaryDirectory(prefix="yusuan-") as temporary,
        warehouse_connection.connect(path, read_only=True) as connection,
    ):
        copy = Copy(path, connection, Path(temporary) / "answers", limits)
        copy.folder.mkdir()
        _confine(copy, spill=Path(temporary) / "spill")
        try:
            yield copy
        except duckdb.Error as error:
            if not is_damage(error):
                raise
            with told_plainly(path, COPY):
                raise


@contextmanager
def connect_for_many(path: Path, limits: Limits = Limits()) -> Iterator[Copy]:  # noqa: B008 -- a constant
    """As `connect`, for a program that goes on for many nights: it may hold several published copies of one name. `beside` asks it.

    The limit of memory is that of all its questions together.
    """
    if not path.exists():
        raise NotPublished(f"There is no published copy at {path} yet: run `make nightly` first, or say where it is with YUSUAN_DATA.")
    with tempfile.TemporaryDirectory(prefix="yusuan-") as temporary, warehouse_connection.attach(path) as connection:
        copy = Copy(path, connection, Path(temporary) / "answers", limits)
        copy.folder.mkdir()
        _confine(copy, spill=Path(temporary) / "spill")
        yield copy


@contextmanager
def beside(copy: Copy) -> Iterator[Copy]:
    """The copy of `connect_for_many` for questions of one more person at the same time."""
    with tempfile.TemporaryDirectory(dir=copy.folder) as folder, copy.connection.cursor() as connection:
        connection.execute(f"USE {warehouse_connection.ATTACHED}")
        yield Copy(copy.path, connection, Path(folder), copy.limits)


def ask(copy: Copy, sql: str) -> Answer:
    """Ask one question; its rows are worked out and fetched as they are taken.

    Args:
        copy: from `connect`.
        sql: one statement that reads.

    Raises:
        BadQuery: it writes, is not SQL, names what is not there (the message says what is there instead), or costs more than
            the limits; the last also while rows are taken.
    """
    clock = Clock(copy)
    with explained(copy), clock.running():
        cursor = copy.connection.execute(reading(copy, sql))
        columns = [name for name, *_ in cursor.description or ()]
    return Answer(columns, _fetched(copy, cursor, clock))


def rows(copy: Copy, sql: str) -> Result:
    """Ask one question of this program's own and take the whole answer.

    Raises:
        OtherVersion: the copy has not what it names.
        BadQuery: otherwise as of `ask`.
    """
    try:
        answer = ask(copy, sql)
    except BadQuery as error:
        if isinstance(error.__cause__, duckdb.CatalogException | duckdb.BinderException):
            raise OtherVersion(
                f"The published copy {copy.path} was made by another version of Yusuan ({error}). Nothing is lost: run `yusuan nightly` "
                "with this version, which publishes it anew, and ask again."
            ) from error
        raise
    return Result(answer.columns, list(answer.rows))


def is_plan(copy: Copy, sql: str) -> bool:
    """Whether a text asks, with EXPLAIN, how it would be answered; raises BadQuery if it is not SQL."""
    with explained(copy):
        return duckdb.StatementType.EXPLAIN in _types(copy, sql)


def plan(copy: Copy, sql: str) -> list[str]:
    """What EXPLAIN says, as DuckDB draws it; raises as `ask`."""
    return [drawing for _, drawing in ask(copy, sql).rows]


def versions_by_content(copy: Copy) -> dict[str, list[Version]]:
    """The versions of all documents by the SHA-256 of their original."""
    found: dict[str, list[Version]] = {}
    for sha256, *version in rows(copy, """
        SELECT sha256, document_id, version_no, version_no = max(version_no) OVER (PARTITION BY document_id)
        FROM dim_document ORDER BY document_id, version_no
    """).rows:
        found.setdefault(sha256, []).append(Version(*version))
    return found


def original(copy: Copy, address: str) -> str | None:
    """The SHA-256 of the original that a document has today; None where no document has this address."""
    found = rows(copy, f"SELECT sha256 FROM dim_document WHERE document_id = {quoted(address)} ORDER BY version_no DESC LIMIT 1").rows
    return str(found[0][0]) if found else None


def status(copy: Copy) -> dict[str, Result]:
    """How the warehouse stands: the last runs, the open issues by severity and rule, what was published of what is due, what was not told.

    Args:
        copy: from `connect`.
    """
    return {
        title: rows(copy, (STATUS / f"{name}.sql").read_text(encoding="utf-8"))
        for title, name in (
            ("Last runs", "last_runs"), ("Open issues", "open_issues"), ("Coverage", "coverage"), ("Undelivered digests", "undelivered"),
        )
    }


def assumed(copy: Copy) -> Result:
    """The headers and labels that were read by evidence (`assumed-reading`) or not at all (`unread-cells`), with how often and where."""
    return rows(copy, (STATUS / "assumed.sql").read_text(encoding="utf-8"))


def succeeded_nights(copy: Copy) -> Result:
    """The last night that succeeded and the last before it that read something: run, start, documents, failed addresses."""
    return rows(copy, (STATUS / "succeeded_nights.sql").read_text(encoding="utf-8"))


def last_nights(copy: Copy) -> Result:
    """The runs of about a week: run, start, how it ended."""
    return rows(copy, (STATUS / "last_nights.sql").read_text(encoding="utf-8"))


def coverage(copy: Copy) -> Result:
    """Who should have published, did, was late and did not, by region, year and stage."""
    return rows(copy, (STATUS / "duties.sql").read_text(encoding="utf-8"))


def failed_addresses(copy: Copy) -> list[str]:
    """The addresses that gave nothing when they were asked last."""
    found = rows(copy, (STATUS / "failed_addresses.sql").read_text(encoding="utf-8"))
    return [address for (address,) in found.rows]


def reading(copy: Copy, sql: str) -> str:
    """The one statement of a text, without semicolons, if it is one that reads.

    Raises:
        BadQuery: it is no single statement that reads.
        duckdb.Error: it is not SQL.
    """
    found = _statements(sql)
    if not found:
        raise BadQuery("There is no SQL statement here; try `SELECT * FROM department_year`.")
    types = _types(copy, sql)
    if len(found) > 1:
        raise BadQuery("One statement at a time, please.")
    [statement] = found
    if duckdb.StatementType.EXPLAIN in types:
        reading(copy, _explained_statement(statement))   # EXPLAIN ANALYZE runs what it explains
    # A PIVOT unfolds into several statements: the last one reads, those before it create the type of its columns.
    elif types[-1] != duckdb.StatementType.SELECT or {*types[:-1]} - {duckdb.StatementType.CREATE}:
        raise BadQuery(READS)
    return statement


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def explained(copy: Copy) -> Iterator[None]:
    """Turn what DuckDB says of a question into a `BadQuery` of one paragraph.

    DuckDB says what is near to what was asked for; the copy of the statement with an arrow under it, and the stack of a fault of its
    own, are cut off.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise BadQuery(
            f"This takes more than {copy.limits.memory_mb} MB of memory (YUSUAN_SQL_MEMORY_MB) or of room for temporary files: "
            "ask for fewer rows or columns, or raise the limit."
        ) from error
    except duckdb.PermissionException as error:
        raise BadQuery("Only the published copy can be asked, no other file or address; `SHOW TABLES` lists what it holds.") from error
    except (duckdb.Error, UnicodeEncodeError) as error:
        if is_damage(error):
            with told_plainly(copy.path, COPY):
                raise
        raise BadQuery(" ".join(CUT.split(str(error))[0].split())) from error


class Clock:
    """The time that DuckDB works on one question; that in which nobody takes its rows does not count."""

    def __init__(self, copy: Copy) -> None:
        self._connection, self._limit = copy.connection, copy.limits.seconds
        self._left = self._limit

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time that counts.

        Raises:
            BadQuery: the limit is reached, and the question was interrupted.
            KeyboardInterrupt: a signal interrupted it.
        """
        begun = time.monotonic()
        alarm = threading.Timer(max(0, self._left), self._connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        except (duckdb.InterruptException, RuntimeError) as error:
            if isinstance(error.__cause__, KeyboardInterrupt):   # DuckDB's word for a signal
                raise KeyboardInterrupt from error
            if not isinstance(error, duckdb.InterruptException):
                raise
            raise BadQuery(
                f"This took more than {self._limit:g} seconds (YUSUAN_SQL_SECONDS) and was stopped: ask for less, or raise the limit."
            ) from error
        finally:
            alarm.cancel()
            self._left -= time.monotonic() - begun


def _confine(copy: Copy, spill: Path) -> None:
    """Leave a connection no way out of its copy; what is locked last cannot be unlocked."""
    for name, value in (
        ("threads", copy.limits.threads), ("memory_limit", quoted(f"{copy.limits.memory_mb}MiB")), ("temp_directory", quoted(spill)),
        ("allow_community_extensions", "false"),
        ("allowed_directories", f"[{quoted(f'{copy.folder}/')}]"), ("enable_external_access", "false"), ("lock_configuration", "true"),
    ):
        if value is not None:
            copy.connection.execute(f"SET {name} = {value}")   # a bound value would make DuckDB import pandas


def _fetched(copy: Copy, cursor: duckdb.DuckDBPyConnection, clock: Clock) -> Iterator[tuple[Any, ...]]:
    while True:
        with explained(copy), clock.running():
            some = cursor.fetchmany(ROWS_AT_ONCE)
        if not some:
            return
        yield from some


def _types(copy: Copy, sql: str) -> list[duckdb.StatementType]:
    """The types of a text's statements. Who asks for them is confined: DuckDB opens the files that `PRAGMA import_database` names."""
    return [statement.type for statement in copy.connection.extract_statements(sql)]


def _statements(sql: str) -> list[str]:
    """The statements of a text as they are written; semicolons in strings, names and remarks part nothing."""
    text = sql.encode()   # the tokens' places are counted in bytes
    found, begin, is_blank = [], 0, True
    places = [place for place, _ in duckdb.tokenize(sql)]
    for place in (*places, len(text)):
        is_end = place == len(text) or text[place:place + 1] == b";"
        if is_end and not is_blank:
            found.append(text[begin:place].decode())
        begin, is_blank = (place + 1, True) if is_end else (begin, False)
    return found


def _explained_statement(sql: str) -> str:
    """What stands behind `EXPLAIN`, `EXPLAIN ANALYZE` or `EXPLAIN (ANALYZE, FORMAT json)`."""
    text = sql.encode()
    places = [place for place, _ in duckdb.tokenize(sql)]
    words = [re.match(rb"\w+|.", text[place:], re.DOTALL)[0].lower() for place in places]  # type: ignore[index]  # a token is not empty
    first = 1
    while words[first] in {b"analyze", b"analyse", b"verbose"}:
        first += 1
    if words[first] == b"(" and words[first + 1] in {b"analyze", b"format"}:
        first = words.index(b")", first) + 1
    return text[places[first]:].decode()
