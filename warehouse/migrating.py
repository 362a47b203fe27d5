"""Completes facts that an earlier version loaded, where what it did not keep can be told from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict

import duckdb

from expectations.outcome import Word
from expectations.rules import NAMES
from transforms.funding import funding_sources
from transforms.totals import total_kind
from warehouse.loading import load_figures
from warehouse.merging import merge
from warehouse.schema import comments_of
from warehouse.tables import FACTS, FIELDS, TABLES, Table, statement

# How the English messages of an earlier version worded what is a fact of the finding now.
_ASSUMED = re.compile(r"“([^”]*)” as “([^”]*)” \(([^)]*)\)")
_DOUBTED = re.compile(r"(?:is not certain: |; )([^;:]*) \(([^()]*), ([0-9]+) times\)")


def complete_facts(connection: duckdb.DuckDBPyConnection, added: Set[str]) -> None:
    """Fill columns and tables that were just added to a warehouse with facts.

    Args:
        connection: a writing connection, inside a transaction.
        added: what `bring_up_to_date` gave.
    """
    if "dim_department.lasting_department_id" in added:    # the catalogue of the next night says more
        for fact in FACTS:    # whose they are, and as what, says their document; first, as a table cannot be altered after its rows are
            connection.execute(f"ALTER TABLE {fact.name} DROP COLUMN IF EXISTS department_key")
        connection.execute("UPDATE dim_department SET lasting_department_id = department_id")
    _name_accounts_and_indicators(connection, added)
    for table in ("fact_budget_line", "fact_project_total"):
        if f"{table}.total_kind" in added:
            _fill_total_kind(connection, table)
    if "fact_finding.words" in added:
        _fill_words(connection)
    if "counted_document" in added:    # what counted before is decided anew with the next night
        for table in ("counted_table", "counted_project", "department_figure", "incomplete_reason"):
            connection.execute(f"DELETE FROM {table}")
    _complete_counted_projects(connection, {name.removeprefix("counted_project.") for name in added})
    if "fact_budget_figure" in added:
        load_figures(connection, "dim_document")
    if "issue_event" in added:    # as long ago a file's problems were known by its name, not by its address
        _know_documents_by_address(connection)
        merge(connection, TABLES["issue_event"], statement("load", "issue_event_before"))


def _name_accounts_and_indicators(connection: duckdb.DuckDBPyConnection, added: Set[str]) -> None:
    """Have facts hold the code of an account and the names of an indicator, where they had a key of a dimension."""
    if "fact_budget_line.account_code" in added:
        _write_anew(connection, TABLES["fact_budget_line"], """
            SELECT earlier.* REPLACE (account.account_code AS account_code)
            FROM earlier LEFT JOIN dim_account AS account ON account.account_key = earlier.account_key
        """)
        connection.execute("ALTER TABLE dim_account DROP COLUMN account_key")
    if "fact_performance_target.indicator_name" in added:
        _write_anew(connection, TABLES["fact_performance_target"], """
            SELECT earlier.* REPLACE (
                indicator.level1 AS level1, indicator.level2 AS level2, indicator.indicator_name AS indicator_name
            )
            FROM earlier LEFT JOIN dim_indicator AS indicator ON indicator.indicator_key = earlier.indicator_key
        """)
        connection.execute("DROP TABLE dim_indicator")


def _write_anew(connection: duckdb.DuckDBPyConnection, table: Table, select: str) -> None:
    """Make a table as it is declared of the rows that a statement makes of `earlier`, as which it finds the table."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(f"ALTER TABLE {table.name} RENAME TO earlier")
    connection.execute(table.ddl)
    connection.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM ({select})")
    connection.execute("DROP TABLE earlier")
    connection.execute(";\n".join(comments_of("TABLE", table, {})))


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


def _complete_counted_projects(connection: duckdb.DuckDBPyConnection, added: Set[str]) -> None:
    """The standard name of projects, and their amounts from each funding source, in the columns that are new."""
    if "project_standard_name" in added:
        connection.execute("""
            UPDATE counted_project AS counted SET project_standard_name = known.project_standard_name
            FROM fact_project AS project JOIN dim_project AS known USING (project_key)
            WHERE project.document_key = counted.document_key AND project.project_no = counted.project_no
        """)
    funding = [f"{source.key}_yuan" for source in funding_sources() if f"{source.key}_yuan" in added]
    if funding:
        amounts = ", ".join(f"any_value(amount_yuan) FILTER (funding_source || '_yuan' = '{name}') AS {name}" for name in funding)
        connection.execute(
            f"UPDATE counted_project AS counted SET {', '.join(f'{name} = funding.{name}' for name in funding)} "
            f"FROM (SELECT document_key, project_no, {amounts} FROM fact_project_budget GROUP BY document_key, project_no) AS funding "
            "WHERE funding.document_key = counted.document_key AND funding.project_no = counted.project_no"
        )

def _fill_words(connection: duckdb.DuckDBPyConnection) -> None:
    """By the message alone, whose words stand between others; only a document that is read again has them all as they are."""
    told = connection.execute(
        "SELECT finding_key, rule, message_en FROM fact_finding WHERE rule IN ('assumed-reading', 'unread-cells')"
    ).fetchall()
    words = {key: [asdict(word) for word in _words(rule, message)] for key, rule, message in told}
    connection.execute(
        f"UPDATE fact_finding SET words = CAST(known.words AS JSON)::{FIELDS['words'].type} "
        "FROM (SELECT unnest($1::BIGINT[]) AS finding_key, unnest($2::VARCHAR[]) AS words) AS known "
        "WHERE fact_finding.finding_key = known.finding_key",
        [[key for key, found in words.items() if found], [json.dumps(found, ensure_ascii=False) for found in words.values() if found]],
    )


def _words(rule: str, message: str) -> Iterator[Word]:
    if rule == "assumed-reading":
        yield from (Word(word, read_as, evidence) for word, read_as, evidence in _ASSUMED.findall(message))
        return
    doubts: Mapping[str, str] = {said["en"]: doubt for doubt, said in NAMES["reason"].items()}
    for word, doubt, count in _DOUBTED.findall(message):
        yield Word("" if word == "—" else word, doubt=doubts.get(doubt), cell_count=int(count))
