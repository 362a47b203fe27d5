"""What becomes of each problem: people's decisions are merged, the night says what it saw, the state follows from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from issues.decisions import CHINA, AnyDecision, Decision, Released
from warehouse.merging import merge
from warehouse.tables import FIELDS, TABLES

ROOM = Path(__file__).parent
SEVERITIES = FIELDS["severity"].values


def statement(name: str) -> str:
    """The SQL of a file of this room."""
    return (ROOM / f"{name}.sql").read_text(encoding="utf-8")


@cache
def terms() -> Mapping[str, int | None]:
    """After how many days a problem of a severity is overdue; None means never."""
    return {severity: _declared()[severity] for severity in SEVERITIES}


@cache
def _declared() -> Mapping[str, Any]:
    declared: dict[str, Any] = yaml.safe_load((ROOM / "terms.yaml").read_text(encoding="utf-8"))
    return declared


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, decisions: Iterable[AnyDecision] = ()) -> int:
    """Merge decisions, write what the run of `Warehouse.check` saw of each problem, and derive the state of all of them.

    Call it after `Warehouse.check`, in the same transaction: what it writes is what the run's digests tell.

    Args:
        connection: the writer's, with the run that was checked.
        decisions: of the inbox, those merged before included.

    Returns:
        How many decisions are about no known problem; they are left out.
    """
    connection.execute(statement("macros"))
    connection.execute("CREATE OR REPLACE TEMP VIEW event AS FROM issue_event")
    connection.execute(statement("moved"))
    connection.execute(statement("problem"))
    unknown = _merge_decisions(connection, decisions)
    _derive(connection)    # what people decided since the last run says what is muted
    connection.execute(f"CREATE OR REPLACE TEMP TABLE told AS {statement('event')}", {
        "severities": list(SEVERITIES), "terms": list(terms().values()), "never": _declared()["never"], "today": _today(connection),
    })
    merge(connection, TABLES["issue_event"], "FROM told")
    _derive(connection)
    return unknown


def _merge_decisions(connection: duckdb.DuckDBPyConnection, decisions: Iterable[AnyDecision]) -> int:
    known = {row for (row,) in connection.execute("SELECT fingerprint FROM quality_issue").fetchall()}
    merged = {row for (row,) in connection.execute("SELECT event_id FROM issue_event WHERE person IS NOT NULL").fetchall()}
    new = [one for one in decisions if not isinstance(one, Released) and one.id not in merged]
    rows = [as_event(decision) for decision in new if decision.fingerprint in known]
    if rows:
        stage(connection, rows)
        merge(connection, TABLES["issue_event"], "SELECT decided.*, this_run.run_key FROM decided CROSS JOIN this_run")
    return len(new) - len(rows)


def stage(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Make the temporary table `decided` of events that `as_event` gave; it has the columns of `issue_event` but the run's.

    What people decide follows what was known of the problem then, also where a clock was set back: it would be without effect.
    """
    columns = [column for column in TABLES["issue_event"].columns if column.name != "run_key"]
    declared = ", ".join(f'"{column.name}" {column.type}' for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE decided ({declared})")
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        connection.execute(f"INSERT INTO decided VALUES ({marks})", [row.get(column.name) for column in columns])
    connection.execute("""
        UPDATE decided SET happened_at = before.happened_at + to_microseconds(decided.rowid + 1)
        FROM (SELECT fingerprint, max(happened_at) AS happened_at FROM issue_event GROUP BY fingerprint) AS before
        WHERE before.fingerprint = decided.fingerprint AND before.happened_at > decided.happened_at
    """)


def as_event(decision: Decision) -> dict[str, Any]:
    """A decision as a row of `issue_event`, without the run that merges it; times are UTC without a zone."""
    values = decision.model_dump(exclude={"id", "at"})
    return {**values, "event_id": decision.id, "happened_at": decision.at.astimezone(UTC).replace(tzinfo=None)}


def _derive(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE life AS {statement('life')}")
    merge(connection, TABLES["quality_issue"], statement("issue"))


def _today(connection: duckdb.DuckDBPyConnection) -> date:
    started_at: datetime
    (started_at,) = connection.execute("SELECT started_at FROM this_run").fetchall()[0]
    return started_at.replace(tzinfo=UTC).astimezone(CHINA).date()
