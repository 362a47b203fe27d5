"""The outbox: digests are written with the load and marked when they have been told, so that a crash loses none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from alerts.digest import Digest
from expectations.rules import Language
from warehouse.merging import merge
from warehouse.tables import TABLES

WEEKLY = "week-"    # how the id of a weekly summary begins


@dataclass(frozen=True, slots=True)
class Message:
    """A digest that waits in the outbox.

    `told_at` is when its night began, in UTC; `reached` has the fingerprints of addresses that got it, or a part of it.
    """

    outbox_id: str
    run_key: int
    audience_id: str
    language: Language
    subject: str
    body_markdown: str
    body_text: str
    told_at: datetime
    reached: list[str]

    @property
    def is_weekly(self) -> bool:
        """Whether it sums up a week; it lists no findings."""
        return self.outbox_id.startswith(WEEKLY)

    def fingerprint(self, address: str) -> str:
        """What the outbox keeps of an address: enough to know it again for this digest, too little to find it out."""
        return hashlib.sha256(f"{self.outbox_id}\n{address}".encode()).hexdigest()[:8]


def write(connection: duckdb.DuckDBPyConnection, digests: Iterable[Digest], now: datetime | None = None) -> None:
    """Put digests into the outbox, inside the caller's transaction; a digest that is there already stays as it is.

    Args:
        connection: a writing connection to the warehouse, within the transaction that loads the findings.
        digests: what `alerts.digest.build` made of this run.
        now: in UTC, without a zone; None takes the clock.
    """
    for digest in digests:
        connection.execute(
            """
            MERGE INTO alert_outbox AS told
            USING (SELECT $outbox_id AS outbox_id) AS digest ON told.outbox_id = digest.outbox_id
            WHEN NOT MATCHED THEN INSERT
                (outbox_id, run_key, audience_id, language, subject, body_markdown, body_text, created_at, attempts)
            VALUES ($outbox_id, $run_key, $audience_id, $language, $subject, $body_markdown, $body_text, $created_at, 0)
            """,
            {
                "outbox_id": digest.outbox_id, "run_key": digest.run_key, "audience_id": digest.audience_id,
                "language": digest.language, "subject": digest.subject, "body_markdown": digest.body_markdown,
                "body_text": digest.body_text, "created_at": now or _now(),
            },
        )


def pending(connection: duckdb.DuckDBPyConnection) -> list[Message]:
    """The digests that have not been told yet, oldest first.

    Args:
        connection: a connection to the warehouse.
    """
    rows = connection.execute(
        """
        SELECT
            digest.outbox_id, digest.run_key, digest.audience_id, digest.language, digest.subject, digest.body_markdown, digest.body_text,
            run.started_at, string_split(coalesce(digest.reached, ''), ',')
        FROM alert_outbox AS digest
        JOIN load_run AS run ON run.run_key = digest.run_key
        WHERE digest.sent_at IS NULL AND digest.abandoned_at IS NULL
        ORDER BY run.started_at, digest.audience_id, digest.outbox_id
        """
    ).fetchall()
    return [Message(*row) for row in rows]


def mark_reached(connection: duckdb.DuckDBPyConnection, outbox_id: str, fingerprint: str) -> None:
    """Record that one of several addresses has got a digest, so that another one's failure does not repeat it there.

    Args:
        connection: a writing connection to the warehouse.
        outbox_id: the digest's stable id.
        fingerprint: `Message.fingerprint` of the address.
    """
    connection.execute("UPDATE alert_outbox SET reached = concat_ws(',', reached, ?) WHERE outbox_id = ?", [fingerprint, outbox_id])


def mark_sent(connection: duckdb.DuckDBPyConnection, outbox_id: str) -> None:
    """Record that a digest has reached its audience.

    Args:
        connection: a writing connection to the warehouse.
        outbox_id: the digest's stable id.
    """
    connection.execute(
        "UPDATE alert_outbox SET sent_at = ?, attempts = attempts + 1, last_error = NULL WHERE outbox_id = ?", [_now(), outbox_id]
    )


def mark_failed(connection: duckdb.DuckDBPyConnection, outbox_id: str, error: str) -> None:
    """Record that a digest could not be told; it stays pending for the next night.

    Args:
        connection: a writing connection to the warehouse.
        outbox_id: the digest's stable id.
        error: why, without any part of an address.
    """
    connection.execute("UPDATE alert_outbox SET attempts = attempts + 1, last_error = ? WHERE outbox_id = ?", [error, outbox_id])


def mark_abandoned(connection: duckdb.DuckDBPyConnection, outbox_id: str, error: str) -> None:
    """Record that a digest is not tried again; `yusuan status` shows it.

    Args:
        connection: a writing connection to the warehouse.
        outbox_id: the digest's stable id.
        error: why, and where it is kept, without any part of an address.
    """
    mark_failed(connection, outbox_id, error)
    connection.execute("UPDATE alert_outbox SET abandoned_at = ? WHERE outbox_id = ?", [_now(), outbox_id])


STATE = ("sent_at", "attempts", "reached", "last_error", "abandoned_at")


def states(connection: duckdb.DuckDBPyConnection, digests: Sequence[str]) -> list[dict[str, Any]]:
    """How the delivery of some digests stands, by the names of `STATE` and `outbox_id`."""
    names = ("outbox_id", *STATE)
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM alert_outbox WHERE list_contains($1::VARCHAR[], outbox_id) ORDER BY ALL", [list(digests)],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def put_back(connection: duckdb.DuckDBPyConnection, states: Sequence[Mapping[str, Any]], at: object) -> None:
    """Take how deliveries stood at a time into an outbox that was made again; what did not wait then is not told any more.

    Args:
        connection: a writing connection to the warehouse, inside a transaction.
        states: as `states` gave them, of all digests that waited.
        at: when, in UTC.
    """
    connection.execute(
        "UPDATE alert_outbox SET sent_at = $1::TIMESTAMP "
        "WHERE sent_at IS NULL AND abandoned_at IS NULL AND NOT list_contains($2::VARCHAR[], outbox_id)",
        [at, [state["outbox_id"] for state in states]],
    )
    for state in states:
        values = ", ".join(f"{name} = ${number}" for number, name in enumerate(STATE, start=2))
        connection.execute(f"UPDATE alert_outbox SET {values} WHERE outbox_id = $1", [state["outbox_id"], *(state[name] for name in STATE)])


def publish_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring up to date what the published copy says of digests: whether they were delivered, never what they say or to which addresses."""
    merge(connection, TABLES["alert_delivery"], "FROM alert_outbox")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
