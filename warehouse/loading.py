"""Loads one batch: what the sources gave, what was read from it, and what was found wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from warehouse.errors import UnusableInput
from warehouse.figures import stage_figures
from warehouse.merging import merge
from warehouse.naming import stage_projects, stage_regions
from warehouse.staging import Rows, stage
from warehouse.tables import FACTS, TABLES, statement

if TYPE_CHECKING:
    import pandas

CATALOGUE_TABLES = ("dim_region", "dim_audience", "dim_publication_duty", "dim_department", "dim_department_alias")
DOCUMENT_TABLES = (
    "dim_project", "dim_indicator", "dim_account", "fact_published_table", "fact_budget_line", "fact_project", "fact_project_budget",
    "fact_performance_target", "fact_project_total", "fact_stated_change", "quarantine", "fact_rule_outcome", "fact_finding",
)


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a run has loaded so far.

    Attributes:
        sources: files asked for; `new`, `unchanged`, `gone` and `failed` are what came of it.
        unreadable: those of `new` that could not be read.
        duplicates: those of `new` whose bytes had been loaded before.
        quarantined: rows in quarantine.
        rows: fact rows by table.
    """

    sources: int
    new: int
    unchanged: int
    gone: int
    failed: int
    unreadable: int
    duplicates: int
    quarantined: int
    rows: dict[str, int]


def load(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Mapping[str, pandas.DataFrame | Rows] | None,
    pulled: pandas.DataFrame | Rows,
    documents: Mapping[str, pandas.DataFrame | Rows],
    rereadings: Rows = (),
) -> LoadCounts:
    """Load a batch for `this_run`; see `Warehouse.load`."""
    stage(connection, catalogue or {}, pulled, documents, rereadings)
    if catalogue is not None:
        _load_catalogue(connection)
    _load_documents(connection)
    if rereadings:
        _withdraw_replaced(connection)
    stage_projects(connection)
    for name in DOCUMENT_TABLES:
        merge(connection, TABLES[name], statement("load", name))
    load_figures(connection, "loaded")
    if rereadings:
        for name in ("keep_finding_run", "keep_quarantine_run"):
            connection.execute(statement("load", name))
    return _count(connection)


def _load_catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    stage_regions(connection)
    changed = [name for name in CATALOGUE_TABLES if merge(connection, TABLES[name], statement("load", name))]
    if set(changed) - {"dim_audience"}:    # every name and duty counts for what documents of other departments are taken for
        connection.execute("INSERT INTO undecided_department SELECT DISTINCT department_id FROM dim_department")
    connection.execute(statement("load", "close_department"))
    connection.execute(statement("load", "describe_department"))


def _withdraw_replaced(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out what earlier readings of the documents read again have left; findings across documents stay, they are checked anew."""
    for name in ("replaced", "found_before"):
        connection.execute(statement("load", name))
    for table in (*(table.name for table in FACTS), "quarantine"):
        connection.execute(f"DELETE FROM {table} WHERE document_key IN (FROM replaced)")
    connection.execute("DELETE FROM fact_finding WHERE document_key IN (FROM replaced) AND subject_no IS NOT NULL")


def load_figures(connection: duckdb.DuckDBPyConnection, documents: str) -> None:
    """Load the figures of departments' budgets that the loaded tables of documents state; `documents` as for `stage_figures`."""
    stage_figures(connection, documents)
    merge(connection, TABLES["fact_budget_figure"], statement("load", "fact_budget_figure"))


def _load_documents(connection: duckdb.DuckDBPyConnection) -> None:
    orphan = connection.execute(statement("load", "orphan_pull")).fetchone()
    if orphan:
        raise UnusableInput(f"The file {orphan[0]} was pulled, but {orphan[1]}. Nothing was loaded.")
    for name in ("corrected", "correct_document", "correct_finding", "arrived"):    # what is read again takes a corrected year along
        connection.execute(statement("load", name))
    merge(connection, TABLES["dim_document"], statement("load", "dim_document"))
    for name in ("kept_reading", "order_versions", "loaded"):
        connection.execute(statement("load", name))
    for name in ("unchanged", "changed"):
        connection.execute(statement("load", name))
    for name in ("fact_pull", "fact_pull_unchanged", "asked_address", "address_validator"):
        merge(connection, TABLES[name], statement("load", name))


def _count(connection: duckdb.DuckDBPyConnection) -> LoadCounts:
    counted = connection.execute(statement("load", "counts"))
    names = [name for name, *_ in counted.description or ()]
    counts = dict(zip(names, counted.fetchall()[0], strict=True))
    rows = {table.name: _fact_rows(connection, table.name) for table in FACTS}
    connection.execute(
        """
        UPDATE load_run
        SET source_count = $sources, document_new_count = $new, document_unchanged_count = $unchanged, document_gone_count = $gone,
            pull_failed_count = $failed, document_failed_count = $unreadable, document_duplicate_count = $duplicates,
            quarantined_row_count = $quarantined, fact_row_count = $fact_rows
        WHERE run_key = (SELECT run_key FROM this_run)
        """,
        {**counts, "fact_rows": sum(rows.values())},
    )
    return LoadCounts(**counts, rows=rows)


def _fact_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(
        f"SELECT count(*) FROM {table} SEMI JOIN (dim_document JOIN this_run USING (run_key)) AS version USING (document_key)"
    ).fetchall()[0]
    return int(count)
