"""What warehouse files hold of the runs that their archive has records of; the files themselves are only read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.connection import attach
from warehouse.errors import WarehouseError

Steps = dict[str, tuple[str, int | None]]    # by a run's id its status, and how many steps of its record are held (None: it has none)


def recorded_steps(connection: duckdb.DuckDBPyConnection) -> Steps:
    """The runs of a warehouse in the order in which they began; one of a version that kept no records has none."""
    counts = "run_record"
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'run_record'").fetchall():
        counts = "(SELECT NULL::BIGINT AS run_key, NULL::BIGINT AS record_step_count)"
    rows = connection.execute(
        f"SELECT run_id, status, record_step_count FROM load_run LEFT JOIN {counts} USING (run_key) ORDER BY started_at, run_id").fetchall()
    return {run_id: (status, count) for run_id, status, count in rows}


def steps_in(path: Path) -> Steps | None:
    """The same of a file that nobody has open; None where it cannot be read."""
    try:
        with attach(path) as connection:
            return recorded_steps(connection)
    except (WarehouseError, duckdb.Error):
        return None


def counts_in(path: Path) -> tuple[int, int]:
    """The runs and the versions of documents of a file that nobody has open."""
    with attach(path) as connection:
        [(runs, documents)] = connection.execute("SELECT (SELECT count(*) FROM load_run), (SELECT count(*) FROM dim_document)").fetchall()
    return runs, documents
