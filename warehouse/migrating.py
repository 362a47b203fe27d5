"""Completes facts that an earlier version loaded, where what it did not keep can be told from them."""

from __future__ import annotations

from collections.abc import Sequence, Set

import duckdb

from transforms.totals import total_kind
from warehouse.loading import load_figures
from warehouse.merging import merge
from warehouse.tables import TABLES, statement


def complete_facts(connection: duckdb.DuckDBPyConnection, added: Set[str]) -> None:
    """Fill columns and tables that were just added to a warehouse with facts.

    Args:
        connection: a writing connection, inside a transaction.
        added: what `bring_up_to_date` gave.
    """
    for table in ("fact_budget_line", "fact_project_total"):
        if f"{table}.total_kind" in added:
            _fill_total_kind(connection, table)
    if "counted_document" in added:    # what counted before is decided anew with the next night
        for table in ("counted_table", "counted_project", "department_figure", "incomplete_reason"):
            connection.execute(f"DELETE FROM {table}")
    funding = [column.name for column in TABLES["counted_project"].columns if f"counted_project.{column.name}" in added]
    if funding:
        _fill_funding(connection, funding)
    if "fact_budget_figure" in added:
        load_figures(connection, "dim_document")
    if "issue_event" in added:    # as long ago a file's problems were known by its name, not by its address
        _know_documents_by_address(connection)
        merge(connection, TABLES["issue_event"], statement("load", "issue_event_before"))


def _know_documents_by_address(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the problems of whole documents the fingerprints that nights give them now: they are neither new nor corrected.

    Several documents of one name were one problem; they are one each.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE known_by_name AS {statement('load', 'known_by_name')}")
    for step in ("issue_by_address", "issue_by_name_gone", "finding_by_address"):
        connection.execute(statement("load", step))
    connection.execute("DROP TABLE known_by_name")


def _fill_total_kind(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """By the label alone; only a document that is read again has what its amounts say too."""
    labels = [label for (label,) in connection.execute(f"SELECT DISTINCT label FROM {table} WHERE label IS NOT NULL").fetchall()]
    connection.execute(
        f"UPDATE {table} SET total_kind = known.kind FROM (SELECT unnest($1::VARCHAR[]) AS label, unnest($2::VARCHAR[]) AS kind) AS known "
        f"WHERE {table}.label = known.label",
        [labels, [total_kind(label) for label in labels]],
    )


def _fill_funding(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """The amounts of projects from each funding source, in columns such as `carryover_yuan`."""
    amounts = ", ".join(f"any_value(amount_yuan) FILTER (funding_source || '_yuan' = '{name}') AS {name}" for name in columns)
    connection.execute(
        f"UPDATE counted_project AS counted SET {', '.join(f'{name} = funding.{name}' for name in columns)} "
        f"FROM (SELECT document_key, project_no, {amounts} FROM fact_project_budget GROUP BY document_key, project_no) AS funding "
        "WHERE funding.document_key = counted.document_key AND funding.project_no = counted.project_no"
    )
