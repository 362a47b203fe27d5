"""The warehouse as its one writer sees it: open, start a run, load, check, publish."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple

import duckdb

from warehouse.checking import Rule, check
from warehouse.connection import connect
from warehouse.errors import PUBLISH, told_plainly
from warehouse.loading import LoadCounts, load
from warehouse.merging import merge
from warehouse.publishing import publish
from warehouse.schema import MACROS, bring_up_to_date, funding_sources
from warehouse.staging import Rows
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pandas

# Failures that say nothing of the document itself: a busy or small machine, a disk that lost the original.
PASSING = ["too-slow", "reader-crashed", "too-large", "original-unreadable"]


class KnownFile(NamedTuple):
    """What is known of the newest version behind an address."""

    sha256: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `started_at` is in UTC, due dates are judged against `as_of_date`."""

    run_key: int
    run_id: str
    started_at: datetime
    as_of_date: date
    code_version: str


class Warehouse:
    """A DuckDB file, open for its only writer; a context manager. `connection` is there for the outbox of alerts."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> Warehouse:
        """Open a warehouse file; make it if it is not there, and add what an older version lacks.

        Args:
            path: the file; its folder is made.

        Raises:
            WarehouseLocked: another process has it open.
            WarehouseCorrupt: it is damaged or something else.
            WarehouseUnwritable, WarehouseFull: it cannot be written.
            WarehouseOutdated: a column has another type than this version needs.
        """
        with told_plainly(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        warehouse = cls(path, connect(path, read_only=False))
        try:
            with warehouse.transaction():
                warehouse.connection.execute(MACROS)
                bring_up_to_date(warehouse.connection, TABLES.values())
                warehouse._seed_funding_sources()
        except BaseException:
            warehouse.close()
            raise
        return warehouse

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        with told_plainly(self.path):
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
        """
        with told_plainly(self.path, kinds=(duckdb.Error,)):
            self.connection.begin()
            try:
                yield
                self.connection.commit()
            except BaseException:
                # A commit that failed has rolled back by itself.
                with suppress(duckdb.Error):
                    self.connection.rollback()
                raise

    def known_files(self, code_version: str) -> dict[str, KnownFile]:
        """What is there already, by address, so that only what changed is pulled.

        Args:
            code_version: of the code that runs now; a document is left out, to be tried again, if other code failed on it or if
                it failed for want of time, memory or its original.
        """
        rows = self.connection.execute(
            """
            WITH newest AS (
                SELECT
                    document_id, sha256,
                    outcome = 'failed' AND (code_version <> $code_version OR list_contains($passing, error_code)) AS is_to_retry
                FROM dim_document
                QUALIFY version_no = max(version_no) OVER (PARTITION BY document_id)
            ),
            validator AS (   -- those of the last answer: a server may give new ones to the same bytes
                SELECT address, sha256, max_by(pull, (started_at, pulled_at)) AS last
                FROM fact_pull AS pull JOIN load_run USING (run_key)
                WHERE outcome IN ('new', 'unchanged')
                GROUP BY address, sha256
            )
            SELECT newest.document_id, newest.sha256, validator.last.etag, validator.last.last_modified
            FROM newest
            LEFT JOIN validator ON validator.address = newest.document_id AND validator.sha256 = newest.sha256
            WHERE NOT is_to_retry AND NOT EXISTS (    -- a document in an archive is tried again with its archive
                FROM newest AS member WHERE member.is_to_retry AND starts_with(member.document_id, newest.document_id || '#/')
            )
            """,
            {"code_version": code_version, "passing": PASSING},
        ).fetchall()
        return {address: KnownFile(*known) for address, *known in rows}

    def start_run(self, code_version: str, as_of: date) -> Run:
        """Start a run: its row is committed at once, and runs that never ended are marked as interrupted.

        Args:
            code_version: of the code that runs.
            as_of: the date against which due dates are judged.
        """
        with self.transaction():
            started_at = self._next_start()
            run_id = f"{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
            self.connection.execute("UPDATE load_run SET status = 'interrupted' WHERE status = 'running'")
            (run_key,) = self.connection.execute("SELECT surrogate_key([?::VARCHAR])", [run_id]).fetchall()[0]
            self.connection.execute(
                "INSERT INTO load_run (run_key, run_id, started_at, status, as_of_date, code_version) VALUES (?, ?, ?, 'running', ?, ?)",
                [run_key, run_id, started_at, as_of, code_version],
            )
        return Run(run_key, run_id, started_at, as_of, code_version)

    def load(
        self,
        run: Run,
        catalogue: Mapping[str, pandas.DataFrame | Rows],
        pulled: pandas.DataFrame | Rows,
        documents: Mapping[str, pandas.DataFrame | Rows],
    ) -> LoadCounts:
        """Load a batch; to load it again changes nothing. Call it in a `transaction`.

        A document with values that do not fit their columns becomes a failed one: it loses itself, not the night.

        Args:
            run: who loads.
            catalogue: `region`, `audience`, `department`, `publication_duty`.
            pulled: what came of asking each source; a new file has the `document_no` of its document.
            documents: the batch's frames, without the rows in quarantine. All frames are declared in `warehouse.frames`;
                each is a pandas frame or a list of rows, amounts are decimal text in yuan.

        Returns:
            What the run has loaded so far, earlier batches included.

        Raises:
            UnusableInput: catalogue or pulls cannot be loaded, or a frame is not of the declared shape.
            KeyCollision: two different things have the same key.
        """
        self._select(run)
        return load(self.connection, catalogue, pulled, documents)

    def check(self, run: Run, rules: Iterable[Rule]) -> dict[str, int]:
        """Run the rules over the whole warehouse, then open and resolve issues. Call it in a `transaction`.

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

    def finish_run(self, run: Run, status: Literal["succeeded", "failed"] = "succeeded", message: str | None = None) -> None:
        """Record how a run ended.

        Args:
            run: the run.
            status: how.
            message: why it failed.
        """
        self.connection.execute(
            "UPDATE load_run SET status = ?, message = ?, finished_at = greatest(?, started_at) WHERE run_key = ?",
            [status, message, datetime.now(UTC).replace(tzinfo=None), run.run_key],
        )

    def publish(self, target: Path) -> None:
        """Write the published tables and the views to a new file and put it in place of `target`.

        Who has the old copy open keeps reading it. Call it outside a transaction.

        Args:
            target: the published copy.

        Raises:
            WarehouseFull, WarehouseUnwritable, WarehouseFailed: it cannot be written; the old copy stays.
        """
        with told_plainly(target, PUBLISH):
            publish(self.connection, target)

    def _next_start(self) -> datetime:
        """Now, or just after the last run where a clock was set back: what is older and what is newer goes by these times."""
        now = datetime.now(UTC).replace(tzinfo=None)
        (last,) = self.connection.execute("SELECT max(started_at) FROM load_run").fetchall()[0]
        return max(now, last + timedelta(microseconds=1)) if last else now

    def _select(self, run: Run) -> None:
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW this_run AS SELECT run_key, started_at, code_version FROM load_run WHERE run_key = {run.run_key}"
        )

    def _seed_funding_sources(self) -> None:
        values = ", ".join("(?, ?, ?)" for _ in funding_sources())
        merge_values = [value for row in funding_sources() for value in row.values()]
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE seed AS FROM (VALUES {values}) AS seed(funding_source, funding_source_zh, funding_source_en)",
            merge_values,
        )
        merge(self.connection, TABLES["dim_funding_source"], "FROM seed")
