"""The warehouse as its one writer sees it: open, start a run, load, check, publish."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import duckdb

from transforms.funding import funding_sources
from warehouse.checking import Rule, adjust, check, decide_reasons
from warehouse.errors import PUBLISH, told_plainly
from warehouse.loading import LoadCounts, is_loaded, load
from warehouse.merging import merge
from warehouse.migrating import complete_facts
from warehouse.publishing import publish
from warehouse.recording import Steps, recorded_steps
from warehouse.rereading import (
    NO_READER,
    Choice,
    Due,
    Holding,
    Kept,
    KnownOriginal,
    Reader,
    chosen,
    demand_departments,
    due,
    holdings,
    kept,
    originals,
)
from warehouse.schema import MACROS, bring_up_to_date, demand_no_newer
from warehouse.staging import Rows
from warehouse.stores import DuckDBFile, Store, Turn
from warehouse.tables import ACCOUNT_NAMES, DECLARATION, REASONS, TABLES, statement

if TYPE_CHECKING:
    import pandas

# Keeps a step of a run's record: its number from 1, its kind, and what the warehouse takes from outside in it.
Keep: TypeAlias = Callable[[int, str, Mapping[str, object]], None]


class KnownFile(NamedTuple):
    """What is known of the newest version behind an address.

    `byte_count`: its size. `is_stale`: it is an archive that another program has unpacked. `is_read`: not so for a file that was kept
    only, because it names no department of the catalogue.
    """

    sha256: str
    etag: str | None
    last_modified: str | None
    is_stale: bool
    is_read: bool = True
    byte_count: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `started_at` is in UTC, due dates are judged against `as_of_date`.

    `keep` keeps its record, from which a warehouse can be made again; None for a rehearsal, of which nothing is left.
    """

    run_key: int
    run_id: str
    started_at: datetime
    as_of_date: date
    code_version: str
    reader: Reader
    keep: Keep | None = field(default=None, compare=False, repr=False)


class Step(NamedTuple):
    """What a run has done of one kind: how many things, and how many seconds it took."""

    name: str
    items: int
    seconds: float


class Warehouse:
    """A warehouse, open for its only writer; a context manager. `connection` is there for the outbox of alerts."""

    def __init__(self, store: Store, connection: duckdb.DuckDBPyConnection, turn: Turn | None) -> None:
        self.store = store
        self.connection = connection
        self._turn = turn

    @classmethod
    def open(cls, where: Path | Store) -> Warehouse:
        """Open a warehouse; make it if it is not there, and add what an older version lacks.

        Args:
            where: its store, or the DuckDB file that it is; folders are made.

        Raises:
            WarehouseLocked: another process has it open.
            WarehouseCorrupt: it is damaged or something else.
            WarehouseUnwritable, WarehouseFull, WarehouseUnreachable: it cannot be written.
            WarehouseOutdated: a column has another type than this version needs, or a newer version has made the file.
        """
        store = DuckDBFile(where) if isinstance(where, Path) else where
        warehouse = cls(store, *store.write())
        try:
            warehouse._bring_up_to_date()
        except BaseException:
            warehouse.close()
            raise
        return warehouse

    def _bring_up_to_date(self) -> None:
        with self._undone_unless_whole():
            demand_no_newer(self.connection)
            self.connection.execute(MACROS)
            added = bring_up_to_date(self.connection, TABLES.values(), comments_view_columns=self.store.comments_view_columns)
            complete_facts(self.connection, added)
            self._seed("warehouse_declaration", [(DECLARATION,)])
            self._seed("dim_account_name", [tuple(value or None for value in name.values()) for name in ACCOUNT_NAMES])
            self._seed("dim_funding_source", [(source.key, source.zh, source.en) for source in funding_sources()])
            self._seed("dim_incomplete_reason", [(reason, words["zh"], words["en"]) for reason, words in REASONS.items()])

    def close(self) -> None:
        """Close it, and let others write; what was not committed is gone."""
        if self._turn:
            self._turn.end()
        with told_plainly(self.store.place):
            self.connection.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what happens inside is committed together, or not at all.

        Raises:
            WarehouseFull, WarehouseCorrupt, WarehouseFailed: the file cannot take it; it is as it was before.
            WarehouseLocked, WarehouseUnreachable: another one has written meanwhile, or it is not there any more; as before, too.
        """
        with self._undone_unless_whole():
            self.store.begin(self.connection)
            yield

    @contextmanager
    def _undone_unless_whole(self) -> Iterator[None]:
        with told_plainly(self.store.place, kinds=(duckdb.Error,)):
            self.connection.begin()
            try:
                yield
                self.connection.commit()
            except BaseException:
                # A commit that failed has rolled back by itself.
                with suppress(duckdb.Error):
                    self.connection.rollback()
                raise

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A transaction of which nothing is left: what would come of it can be seen inside.

        Raises:
            WarehouseFull, WarehouseCorrupt, WarehouseFailed: as for `transaction`.
        """
        with told_plainly(self.store.place, kinds=(duckdb.Error,)):
            self.connection.begin()
            try:
                yield
            finally:
                with suppress(duckdb.Error):
                    self.connection.rollback()

    def known_files(self, fingerprint: str | None) -> dict[str, KnownFile]:
        """What is there already, by address, so that only what changed is pulled.

        Args:
            fingerprint: of what reads documents now.
        """
        rows = self.connection.execute(
            """
            WITH newest AS (
                SELECT
                    document_id, sha256, byte_count,
                    coalesce(format = 'zip', false) AND reader_fingerprint IS DISTINCT FROM $fingerprint AS is_stale
                FROM dim_document
                QUALIFY version_no = max(version_no) OVER (PARTITION BY document_id)
            ),
            validator AS (   -- those of the last answer: a server may give new ones to the same bytes
                SELECT
                    address, sha256, max_by(pull, (started_at, pulled_at)) AS last,
                    any_value(byte_count) FILTER (outcome = 'new') AS byte_count   -- a page that says the same may be longer
                FROM fact_pull AS pull JOIN load_run USING (run_key)
                WHERE outcome IN ('new', 'unchanged')
                GROUP BY address, sha256
            ),
            left_out AS (   -- what an archive did not hold any more when it came last is not in it while it stays unchanged
                SELECT member.address
                FROM fact_pull AS member
                JOIN load_run AS run ON run.run_key = member.run_key
                JOIN fact_pull AS archive
                    ON archive.run_key = member.run_key AND archive.address = split_part(member.address, '#/', 1)
                    AND archive.outcome IN ('new', 'unchanged')
                WHERE contains(member.address, '#/')
                QUALIFY row_number() OVER (PARTITION BY member.address ORDER BY run.started_at DESC) = 1 AND member.outcome = 'gone'
            )
            SELECT
                newest.document_id, newest.sha256,
                CASE WHEN given.address IS NULL THEN validator.last.etag ELSE given.etag END,
                CASE WHEN given.address IS NULL THEN validator.last.last_modified ELSE given.last_modified END, newest.is_stale, true,
                newest.byte_count
            FROM newest
            ANTI JOIN left_out ON left_out.address = newest.document_id
            LEFT JOIN address_validator AS given ON given.address = newest.document_id AND given.sha256 = newest.sha256
            LEFT JOIN validator ON validator.address = newest.document_id AND validator.sha256 = newest.sha256
            UNION ALL
            SELECT
                address, max_by(sha256, last.pulled_at), max_by(last.etag, last.pulled_at),
                max_by(last.last_modified, last.pulled_at), false, false, max_by(validator.byte_count, last.pulled_at)
            FROM validator
            ANTI JOIN newest ON newest.document_id = validator.address
            WHERE sha256 IS NOT NULL
            GROUP BY address
            """,
            {"fingerprint": fingerprint},
        ).fetchall()
        return {address: KnownFile(*known) for address, *known in rows}

    def failed_addresses(self) -> list[str]:
        """The addresses that gave nothing when they were asked last."""
        rows = self.connection.execute(statement("status", "failed_addresses")).fetchall()
        return [address for (address,) in rows]

    def failures(self, run: Run) -> list[dict[str, Any]]:
        """What a run asked for in vain: outcome, department and its id, address, HTTP status and message of each."""
        return self._records("failures", {"run_key": run.run_key})

    def loaded(self, run: Run) -> list[dict[str, Any]]:
        """The documents that a run loaded: what came of each, its SHA-256, department, year, stage and format, and its faults."""
        return self._records("loaded", {"run_key": run.run_key})

    def findings(self, run: Run, language: Literal["zh", "en"]) -> list[dict[str, Any]]:
        """What a run found first, the worst first: severity, rule, department and its id, year, document and its SHA-256, page,
        row and message of each.
        """
        return self._records("findings", {"run_key": run.run_key, "language": language})

    def _records(self, name: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        asked = self.connection.execute(statement("status", name), values)
        names = [name for name, *_ in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]

    def start_run(self, code_version: str, as_of: date, reader: Reader = NO_READER, now: datetime | None = None) -> Run:
        """Start a run: its row is committed at once, and runs that never ended are marked as interrupted.

        Args:
            code_version: of the code that runs.
            as_of: the night, as a day in China: due dates are judged against it, and all runs of it are one night.
            reader: what reads documents in it.
            now: in UTC, without a zone; None takes the clock.
        """
        with self.transaction():
            return self.begin_run(code_version, as_of, reader, now)

    def begin_run(
        self, code_version: str, as_of: date, reader: Reader, now: datetime | None = None, run_id: str | None = None,
    ) -> Run:
        """Start a run in the transaction that is under way; the arguments are those of `start_run`, and the id of one made again."""
        started_at = self._next_start(now or datetime.now(UTC).replace(tzinfo=None))
        run_id = run_id or f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        self.connection.execute("UPDATE load_run SET status = 'interrupted' WHERE status = 'running'")
        (run_key,) = self.connection.execute("SELECT surrogate_key([?::VARCHAR])", [run_id]).fetchall()[0]
        self.connection.execute(
            "INSERT INTO load_run (run_key, run_id, started_at, status, as_of_date, code_version, reader_fingerprint, reading_limits) "
            "VALUES (?, ?, ?, 'running', ?, ?, ?, ?)",
            [run_key, run_id, started_at, as_of, code_version, *reader],
        )
        return Run(run_key, run_id, started_at, as_of, code_version, reader)

    def record(self, run: Run, kind: str, values: Mapping[str, object]) -> None:
        """Keep in the run's record what the transaction under way takes from outside; a rehearsal keeps nothing.

        Args:
            run: whose transaction it is.
            kind: of the step.
            values: what cannot be told from the originals.

        Raises:
            Exception: whatever keeping it raises; the transaction is to be undone.
        """
        if run.keep is None:
            return
        [(number,)] = self.connection.execute(
            "SELECT coalesce(max(record_step_count), 0) + 1 FROM run_record WHERE run_key = ?", [run.run_key]).fetchall()
        run.keep(number, kind, values)
        self._seed("run_record", [(run.run_key, number)])

    def recorded_steps(self) -> Steps:
        """See `warehouse.recording`."""
        return recorded_steps(self.connection)

    def find_run(self, run_id: str | None = None) -> Run | None:
        """The run with this id, or the one that began last; None where there is none."""
        row = self.connection.execute(
            "SELECT run_key, run_id, started_at, as_of_date, code_version, reader_fingerprint, reading_limits "
            "FROM load_run WHERE coalesce(run_id = ?, true) ORDER BY started_at DESC LIMIT 1", [run_id],
        ).fetchone()
        if row is None:
            return None
        run_key, found_id, started_at, as_of, code_version, *reader = row
        return Run(run_key, found_id, started_at, as_of, code_version, Reader(*reader))

    def new_catalogue(self, catalogue: Mapping[str, Rows]) -> Mapping[str, Rows] | None:
        """A catalogue, or None if it is the one that was loaded last."""
        return None if is_loaded(self.connection, catalogue) else catalogue

    def say_who_unpacked(self, run: Run, fingerprint: str | None) -> None:
        """Say of the archives of documents that a run has loaded what had unpacked them, where that is not what reads in the run."""
        self.connection.execute(
            "UPDATE dim_document SET reader_fingerprint = $1 "
            "WHERE format = 'zip' AND last_read_at = $2 AND reader_fingerprint IS DISTINCT FROM $1", [fingerprint, run.started_at],
        )

    def originals(self, keys: Collection[int]) -> list[KnownOriginal]:
        """The versions with these keys, in their order; those that are not there are left out."""
        return originals(self.connection, keys)

    def due_originals(self, run: Run, replaced: Collection[str]) -> Due:
        """What a night reads again by itself.

        It is what stands and failed or has rows in quarantine, when another program read it; and what failed for want of time or
        memory, when it has waited 1, 2, 4 … nights or the limits are others.

        Args:
            run: the night.
            replaced: addresses with a new version tonight.

        Returns:
            The versions, those with the same bytes one after the other, read longest ago first; and how many contents wait.
        """
        self._select(run)
        return due(self.connection, replaced)

    def chosen_originals(self, run: Run, choice: Choice) -> list[KnownOriginal]:
        """What a person chose to have read again; versions with the same bytes follow each other.

        Raises:
            UnusableInput: a department is not known.
        """
        self._select(run)
        return chosen(self.connection, choice)

    def holdings(self, keys: Collection[int]) -> dict[int, Holding]:
        """What is held of documents, by their `document_key`."""
        return holdings(self.connection, keys)

    def kept(self) -> list[Kept]:
        """The documents of the batch that was loaded last whose re-reading failed without saying anything of them."""
        return kept(self.connection)

    def load(
        self,
        run: Run,
        catalogue: Mapping[str, pandas.DataFrame | Rows] | None,
        pulled: pandas.DataFrame | Rows,
        documents: Mapping[str, pandas.DataFrame | Rows],
        rereadings: Rows = (),
    ) -> LoadCounts:
        """Load a batch; to load it again changes nothing. Call it in a `transaction`.

        A document with values that do not fit their columns becomes a failed one: it loses itself, not the night.

        Args:
            run: who loads.
            catalogue: `region`, `audience`, `department`, `publication_duty`; None leaves it as it is known.
            pulled: what came of asking each source; a new file has the `document_no` of its document.
            documents: the batch's frames, without the rows in quarantine. All frames are declared in `warehouse.frames`;
                each is a pandas frame or a list of rows, amounts are decimal text in yuan.
            rereadings: `document_no` and `document_key` of those documents of the batch that are versions which are there, read
                again: what this reading found takes the place of what the former one did.

        Returns:
            What the run has loaded so far, earlier batches included.

        Raises:
            UnusableInput: catalogue or pulls cannot be loaded, or a frame is not of the declared shape.
            KeyCollision: two different things have the same key.
        """
        self._select(run)
        return load(self.connection, catalogue, pulled, documents, rereadings)

    def check(self, run: Run, rules: Iterable[Rule]) -> dict[str, int]:
        """Judge what is in force and run the rules over the whole warehouse. Call it in a `transaction`.

        Args:
            run: who checks.
            rules: those that run here; each has a statement in `warehouse/checks/`.

        Returns:
            Findings that are new in this run, those of its documents included, by severity.

        Raises:
            UnusableInput: a rule has no statement.
        """
        self._select(run)
        return check(self.connection, rules)

    def adjust(self, adjustments: Rows) -> list[tuple[str, str]]:
        """Take what a finance bureau decided about the rules in the place of what it had decided before. Call it before `check`.

        Args:
            adjustments: rows as `warehouse.frames.RULE_ADJUSTMENT` declares them.

        Returns:
            Rule and scope of those that are for no department of the catalogue.
        """
        return adjust(self.connection, adjustments)

    def standing(self, run: Run, departments: Collection[str]) -> list[tuple[Any, ...]]:
        """The problems that stand, as `status/standing.sql` gives them; of these departments, or of all."""
        values = {"run_key": run.run_key, "departments": list(departments) or None}
        return self.connection.execute(statement("status", "standing"), values).fetchall()

    def run_message(self, run: Run) -> str | None:
        """What was told of a run when it ended."""
        (message,) = self.connection.execute("SELECT message FROM load_run WHERE run_key = ?", [run.run_key]).fetchall()[0]
        return None if message is None else str(message)

    def demand_departments(self, departments: Collection[str]) -> None:
        """Refuse ids that no department has.

        Raises:
            UnusableInput: there is one.
        """
        demand_departments(self.connection, departments)

    def decide_reasons(self) -> None:
        """Decide for every department, year and stage why its sums are incomplete, by the documents and the problems that stand.

        Findings and people's decisions change it where no document changed. Call it after `check` and after the issues are brought
        up to date, in the same transaction.
        """
        decide_reasons(self.connection)

    def finish_run(
        self, run: Run, status: Literal["succeeded", "failed"] = "succeeded", message: str | None = None, now: datetime | None = None,
    ) -> None:
        """Record how a run ended, once: what was committed as `succeeded` has been told, whatever breaks afterwards.

        Args:
            run: the run.
            status: how.
            message: why it failed, or what is told of it.
            now: in UTC, without a zone; None takes the clock.
        """
        self.connection.execute(
            "UPDATE load_run SET status = ?, message = ?, finished_at = greatest(?, started_at) "
            "WHERE run_key = ? AND status = 'running'",
            [status, message, now or datetime.now(UTC).replace(tzinfo=None), run.run_key],
        )

    def record_steps(self, run: Run, steps: Sequence[Step]) -> None:
        """Record how long the steps of a run took, in a transaction of its own; those recorded before are brought up to date.

        Args:
            run: the run.
            steps: in the order in which they were begun.
        """
        if not steps:
            return
        with self.transaction():
            self._seed("run_step", [(run.run_key, number, *step) for number, step in enumerate(steps, start=1)])
            self.record(run, "timed", {"steps": steps})

    def tidy(self) -> None:
        """Clear away what earlier nights left in the store and nobody needs; call it outside a transaction.

        Raises:
            WarehouseFull, WarehouseCorrupt, WarehouseFailed: the store cannot take it; nothing is lost.
        """
        with told_plainly(self.store.place, kinds=(duckdb.Error,)):
            self.store.tidy(self.connection)

    def size(self) -> int:
        """Its bytes."""
        return self.store.size(self.connection)

    def publish(self, target: Path, keep: int = 1) -> None:
        """Bring a copy of `target` up to date, or write the published tables and the views to a new file, and put it in place of `target`.

        Who has the old copy open keeps reading it. Beside it lies a description, `yusuan.json`: run, rows, SHA-256. Call it outside a
        transaction.

        Args:
            target: the published copy.
            keep: how many copies are kept, this one included; older ones that nobody reads are removed.

        Raises:
            WarehouseFull, WarehouseUnwritable, WarehouseFailed: it cannot be written; the old copy stays.
        """
        with told_plainly(target, PUBLISH):
            publish(self.connection, target, keep)

    def _next_start(self, now: datetime) -> datetime:
        """Now; where a clock was set back, just after the last run and all that was pulled: what is older and newer goes by these times."""
        [(last,)] = self.connection.execute("SELECT max(started_at) FROM load_run").fetchall()
        if last is None or now > last:
            return now
        latest: datetime
        [(latest,)] = self.connection.execute("SELECT greatest(?, max(pulled_at)) FROM fact_pull", [last]).fetchall()
        return latest + timedelta(microseconds=1)

    def _select(self, run: Run) -> None:
        self.connection.execute(
            "CREATE OR REPLACE TEMP VIEW this_run AS "
            "SELECT run_key, started_at, as_of_date, code_version, reader_fingerprint, reading_limits "
            f"FROM load_run WHERE run_key = {run.run_key}"
        )

    def _seed(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Put what is declared into a table; the values are in the order of its columns."""
        names = ", ".join(column.name for column in TABLES[table].columns)
        marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in rows)
        values = [value for row in rows for value in row]
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE seed AS FROM (VALUES {marks}) AS seed({names})", values)
        merge(self.connection, TABLES[table], "FROM seed")
