"""Rows in quarantine and people's decisions to let them out: the next reading loads them, through the same gate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from issues.decisions import AnyDecision, Released
from issues.life import statement
from warehouse.errors import BadQuery
from warehouse.merging import merge
from warehouse.query import Copy, Result, explained
from warehouse.tables import TABLES

Row = tuple[str, str, str | None, str | None]    # sha256 of the document, kind of subject, label, published text


def merge_releases(connection: duckdb.DuckDBPyConnection, run_key: int, decisions: Iterable[AnyDecision]) -> None:
    """Take the releases of the inbox into the warehouse; call it in a transaction.

    Args:
        connection: the writer's.
        run_key: the run that merges them.
        decisions: of the inbox, those merged before included.
    """
    for decision in decisions:
        if isinstance(decision, Released):
            merge_one(connection, run_key, decision)


def merge_one(connection: duckdb.DuckDBPyConnection, run_key: int, decision: Released) -> None:
    """Take one release into the warehouse, once."""
    values = [
        decision.id, decision.sha256, decision.subject, decision.label, decision.published_text, decision.person,
        decision.at.isoformat(), decision.event_note, run_key,
    ]
    names = [column.name for column in TABLES["quarantine_release"].columns]
    texts = ", ".join(f"? AS {name}" for name in names)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE releasing AS SELECT {texts}", values)
    in_utc = "SELECT * REPLACE ((happened_at::TIMESTAMPTZ AT TIME ZONE 'UTC') AS happened_at) FROM releasing"
    merge(connection, TABLES["quarantine_release"], in_utc)


def released(connection: duckdb.DuckDBPyConnection) -> frozenset[Row]:
    """The rows that people let out."""
    rows = connection.execute("SELECT sha256, subject, label, published_text FROM quarantine_release").fetchall()
    return frozenset((sha256, subject, label, text) for sha256, subject, label, text in rows)


def known(copy: Copy, decisions: Sequence[AnyDecision]) -> Result:
    """The rows in quarantine, of documents in force; `release` says who let one out that no night has read again yet."""
    waiting = {(one.sha256, one.subject, one.label, one.published_text): one.person for one in decisions if isinstance(one, Released)}
    with explained(copy):
        found = copy.connection.execute(statement("quarantined"))
        rows = [
            (row_id(key, subject, number), *shown, reasons, waiting.get((sha256, subject, shown[-2], text)))    # place, label, amount
            for key, subject, number, sha256, *shown, reasons, text, _ in found.fetchall()
        ]
    return Result(["id", "department", "file", "page", "row", "label", "amount", "reasons", "released by"], rows)


def details(copy: Copy, beginning: str) -> dict[str, object]:
    """Everything of the row in quarantine whose id begins so.

    Raises:
        BadQuery: no row does, or several.
    """
    with explained(copy):
        found = copy.connection.execute(statement("quarantined"))
        names = [name for name, *_ in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    chosen = [row for row in rows if row_id(row["document_key"], row["subject"], row["subject_no"]).startswith(beginning.lower())]
    if len(chosen) != 1:
        how = "Several rows in quarantine begin" if chosen else "No row in quarantine begins"
        raise BadQuery(f"{how} with {beginning}: `yusuan quarantine list` lists them.")
    return chosen[0]


def described(row: Mapping[str, object]) -> list[tuple[str, object]]:
    """A row of `details` in words for people: its place, why it is held back, what was published and what was read."""
    record = json.loads(str(row["record"] or "{}"))
    read = {name: value for name, value in record.items() if value not in (None, "", [], {}) and not isinstance(value, dict | list)}
    words = {
        "department": row["department_name"], "file": row["file_name"], "page": row["page"], "row": row["row"], "what": row["label"],
        "amount as read (yuan)": row["amount"], "held back by": str(row["reasons"]).replace(",", ", "),
        "published": str(row["published_text"] or "").replace("\t", " ｜ "),
        "read as": "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in read.items()),
    }
    return [(name, value) for name, value in words.items() if value not in (None, "")]


def release(row: dict[str, object], person: str, reason: str) -> Released:
    """The decision to let a row out.

    Raises:
        BadQuery: its amount could not be read, so that there is nothing to let out.
    """
    record = json.loads(str(row["record"] or "{}"))
    if record.get("amount", record.get("amount_yuan")) is None:
        raise BadQuery(
            "The amount of this row, or its unit, could not be read: there is nothing to load. Ask the department to publish it again, or "
            "mend the reading and run `yusuan quarantine replay`."
        )
    return Released.model_validate({
        "sha256": row["sha256"], "subject": row["subject"], "label": row["label"], "published_text": row["published_text"],
        "person": person, "event_note": reason,
    })


def row_id(document_key: int, subject: str, subject_no: int) -> str:
    """A short name of a row."""
    return hashlib.sha256(f"{document_key} {subject} {subject_no}".encode()).hexdigest()[:8]
