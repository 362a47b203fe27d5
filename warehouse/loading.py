"""Loads one batch: what the sources gave, what was read from it, and what was found wrong in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

import duckdb

from warehouse.errors import UnusableInput
from warehouse.figures import stage_figures
from warehouse.merging import insert, merge
from warehouse.naming import region_rows, stage_projects, stage_regions
from warehouse.staging import Rows, stage, unstage
from warehouse.tables import FACTS, TABLES, statement

if TYPE_CHECKING:
    import pandas

Catalogue: TypeAlias = "Mapping[str, pandas.DataFrame | Rows]"

CATALOGUE_TABLES = ("dim_region", "dim_audience", "dim_publication_duty", "dim_department", "dim_department_alias")
DESCRIBE_DEPARTMENTS = ("close_department", "describe_department", "place_document")
# What a batch's new documents share with earlier ones is merged. What is a document's own is new: `loaded` has no document whose rows
# are there, and none with two rows of one key. Beside each table the frame without which there is nothing for it.
SHARED_TABLES = {"dim_project": "project", "dim_account": "line"}
OWN_TABLES = {
    "fact_published_table": "table", "fact_budget_line": "line", "fact_project": "project", "fact_project_budget": "funding",
    "fact_performance_target": "indicator", "fact_project_total": "total", "fact_stated_change": "stated_change",
    "quarantine": "quarantine",
}
FOUND_TABLES = {"fact_rule_outcome": "outcome_count", "fact_finding": "finding"}


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
    catalogue: Catalogue | None,
    pulled: pandas.DataFrame | Rows,
    documents: Mapping[str, pandas.DataFrame | Rows],
    rereadings: Rows = (),
) -> LoadCounts:
    """Load a batch for `this_run`; see `Warehouse.load`."""
    catalogue = _unless_loaded(connection, catalogue)
    stage(connection, catalogue, pulled, documents, rereadings)
    if catalogue is not None:
        _load_catalogue(connection)
    _load_documents(connection, is_reread=bool(rereadings))
    if rereadings:
        _withdraw_replaced(connection)
    _load_contents(connection, {name for name, frame in documents.items() if len(frame)})
    merge(connection, TABLES["changed_document"], statement("load", "changed_by_load"))
    if rereadings:
        for name in ("keep_finding_run", "keep_quarantine_run"):
            connection.execute(statement("load", name))
    unstage(connection)
    return _count(connection)


def _load_contents(connection: duckdb.DuckDBPyConnection, there: Set[str]) -> None:
    """Load what the documents hold and what was found in it; `there` names the frames that have rows."""
    if "project" in there:
        stage_projects(connection)
    for put, tables in ((merge, SHARED_TABLES), (insert, OWN_TABLES), (merge, FOUND_TABLES)):
        for name, frame in tables.items():
            if frame in there:
                put(connection, TABLES[name], statement("load", name))
    if "table" in there:
        load_figures(connection, "loaded")


def _unless_loaded(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue | None) -> Catalogue | None:
    """The catalogue, or None if it is the one that was loaded last: one night's is the next one's, and it is large."""
    if catalogue is None or is_loaded(connection, catalogue):
        return None
    connection.execute(
        "UPDATE load_run SET catalogue_fingerprint = ? WHERE run_key = (SELECT run_key FROM this_run)", [_fingerprint(catalogue)])
    return catalogue


def is_loaded(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> bool:
    """Whether a catalogue is the one that was loaded last."""
    last = connection.execute(
        "SELECT arg_max(catalogue_fingerprint, started_at) FROM load_run WHERE catalogue_fingerprint IS NOT NULL").fetchone()
    return last == (_fingerprint(catalogue),)


def _fingerprint(catalogue: Catalogue) -> str:
    """Of a catalogue, and of what becomes of it; frames are not looked into, each is another one."""
    rows = {name: list(frame) if isinstance(frame, Sequence) else uuid4().hex for name, frame in catalogue.items()}
    text = json.dumps(rows, default=str, sort_keys=True)    # a date is the same as its text, which a run's record has
    return hashlib.sha256((_catalogue_program() + text).encode()).hexdigest()


@cache
def _catalogue_program() -> str:
    return repr(([statement("load", name) for name in ("department_period", *CATALOGUE_TABLES, *DESCRIBE_DEPARTMENTS)], region_rows()))


def _load_catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    stage_regions(connection)
    connection.execute(statement("load", "department_period"))
    changed = [name for name in CATALOGUE_TABLES if merge(connection, TABLES[name], statement("load", name))]
    if set(changed) - {"dim_audience"}:    # every name and duty counts for what documents of other departments are taken for
        connection.execute("INSERT INTO undecided_department SELECT DISTINCT department_id FROM dim_department")
    for name in DESCRIBE_DEPARTMENTS:
        connection.execute(statement("load", name))


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
    insert(connection, TABLES["fact_budget_figure"], statement("load", "fact_budget_figure"))


def _load_documents(connection: duckdb.DuckDBPyConnection, *, is_reread: bool) -> None:
    orphan = connection.execute(statement("load", "orphan_pull")).fetchone()
    if orphan:
        raise UnusableInput(f"The file {orphan[0]} was pulled, but {orphan[1]}. Nothing was loaded.")
    if _made(connection, "corrected"):    # what is read again takes a corrected year along
        for name in ("correct_document", "place_document", "correct_finding"):
            connection.execute(statement("load", name))
    if _made(connection, "arrived"):
        merge(connection, TABLES["dim_document"], statement("load", "dim_document"))
        for name in ("kept_reading", "order_versions") if is_reread else ("order_versions",):
            connection.execute(statement("load", name))
    connection.execute(statement("load", "loaded"))
    is_any_unchanged = _made(connection, "unchanged")
    for name in ("fact_pull", "address_validator", *(("fact_pull_unchanged", "asked_address") if is_any_unchanged else ())):
        merge(connection, TABLES[name], statement("load", name))
    connection.execute(statement("load", "changed"))


def _made(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Run a statement that makes a table; gives how many rows it has."""
    (count,) = connection.execute(statement("load", name)).fetchall()[0]
    return int(count)


def _count(connection: duckdb.DuckDBPyConnection) -> LoadCounts:
    counted = connection.execute(statement("load", "counts"))
    names = [name for name, *_ in counted.description or ()]
    counts = dict(zip(names, counted.fetchall()[0], strict=True))
    rows = _fact_rows(connection)
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


def _fact_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of the run's documents in each table of facts."""
    counts = ", ".join(f"(SELECT count(*) FROM {table.name} SEMI JOIN version USING (document_key))" for table in FACTS)
    [numbers] = connection.execute(
        f"WITH version AS (SELECT document_key FROM dim_document SEMI JOIN this_run USING (run_key)) SELECT {counts}").fetchall()
    return {table.name: int(number) for table, number in zip(FACTS, numbers, strict=True)}
