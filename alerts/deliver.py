"""Telling what waits in the outbox: as files in a folder, or through apprise to the addresses of the settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import duckdb

from alerts import channel, outbox
from alerts.digest import CHINA
from alerts.outbox import Message
from warehouse.errors import ALERT, told_plainly


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one digest at one place: `where` is a file or an address's scheme, `error` says why not `ok`."""

    audience: str
    where: str
    ok: bool
    error: str | None = None


def deliver(connection: duckdb.DuckDBPyConnection, addresses: Mapping[str, Sequence[str]], folder: Path) -> list[Delivery]:
    """Tell every pending digest, at least once; what fails stays pending and is tried again next night.

    After a crash between telling and marking, a file is written again under the same name with the same content, and a
    channel gets the digest a second time with the same number at its end.

    Args:
        connection: a writing connection to the warehouse, outside any transaction.
        addresses: apprise addresses by audience id; an audience without one gets files.
        folder: where these files go; made if it is missing.

    Returns:
        One delivery per digest and place, oldest digest first.

    Raises:
        WarehouseError: the outbox cannot be read or marked.
    """
    [(warehouse,)] = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()
    with told_plainly(Path(warehouse), ALERT, kinds=(duckdb.Error,)):
        return [
            delivery
            for message in outbox.pending(connection)
            for delivery in _tell(connection, message, addresses.get(message.audience_id, ()), folder)
        ]


def _tell(connection: duckdb.DuckDBPyConnection, message: Message, addresses: Sequence[str], folder: Path) -> list[Delivery]:
    attempted = list(_send(connection, message, addresses)) if addresses else [_write_files(message, folder)]
    errors = [f"{delivery.where} {delivery.error}" for delivery in attempted if not delivery.ok]
    if errors:
        outbox.mark_failed(connection, message.outbox_id, "; ".join(errors))
    else:
        outbox.mark_sent(connection, message.outbox_id)
    return attempted


def _send(connection: duckdb.DuckDBPyConnection, message: Message, addresses: Sequence[str]) -> Iterator[Delivery]:
    for address in addresses:
        fingerprint = message.fingerprint(address)
        if fingerprint in message.reached:
            continue
        where = channel.shown(address)
        try:
            channel.send(address, message.subject, message.body_markdown, message.body_text)
        except channel.DeliveryError as error:
            yield Delivery(message.audience_id, where, False, str(error))
        else:
            outbox.mark_reached(connection, message.outbox_id, fingerprint)
            yield Delivery(message.audience_id, where, True)


def _write_files(message: Message, folder: Path) -> Delivery:
    date = message.created_at.replace(tzinfo=UTC).astimezone(CHINA).date().isoformat()
    audience = re.sub(r"[^\w-]", "_", message.audience_id)
    markdown = folder / f"{date}-{audience}-{message.outbox_id[:8]}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(markdown, message.body_markdown)
        _replace(markdown.with_suffix(".txt"), f"{message.subject}\n\n{message.body_text}")
    except OSError as error:
        return Delivery(message.audience_id, str(markdown), False, error.strerror or str(error))
    return Delivery(message.audience_id, str(markdown), True)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.partial")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
