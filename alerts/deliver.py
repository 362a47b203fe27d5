"""Telling what waits in the outbox: as files in a folder, or through apprise to the addresses of the settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from alerts import channel, outbox
from alerts.digest import CHINA, MAINTAINERS
from alerts.outbox import Message
from alerts.workbook import Draw, build, no_pictures
from warehouse.errors import ALERT, told_plainly

GIVE_UP_DAYS = 14    # a channel that is mended within two weeks gets what it missed; older news would only hide what is new


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one digest at one place: `where` is a file or an address's scheme, `error` says why not `ok`.

    `remark` says what is missing in what was delivered.
    """

    audience: str
    where: str
    ok: bool
    error: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class List:
    """The workbook that goes with a digest, or why there is none; both None where it has nothing to list."""

    name: str
    content: bytes | None = None
    remark: str | None = None


def deliver(
    connection: duckdb.DuckDBPyConnection, addresses: Mapping[str, Sequence[str]], folder: Path, draw: Draw = no_pictures,
) -> list[Delivery]:
    """Tell every pending digest, at least once; what fails stays pending and is tried again every night, for two weeks.

    After a crash between telling and marking, a file is written again under the same name with the same content, and a
    channel gets the digest a second time with the same number at its end. What no channel took in two weeks is kept as files.

    Args:
        connection: a writing connection to the warehouse, outside any transaction.
        addresses: apprise addresses by audience id; an audience without one gets files.
        folder: where these files go; made if it is missing.
        draw: draws the rows of PDFs for the workbook that is attached.

    Returns:
        One delivery per digest and place, oldest digest first.

    Raises:
        WarehouseError: the outbox cannot be read or marked.
    """
    [(warehouse,)] = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()
    with told_plainly(Path(warehouse), ALERT, kinds=(duckdb.Error,)):
        waiting = outbox.pending(connection)
        newest = max((message.told_at for message in waiting), default=None)
        return [
            delivery
            for message in waiting
            for delivery in _tell(connection, _Place(message, addresses.get(message.audience_id, ()), folder, newest), draw)
        ]


@dataclass(frozen=True, slots=True)
class _Place:
    """A digest and where it goes; `now` is the night of the newest one that waits."""

    message: Message
    addresses: Sequence[str]
    folder: Path
    now: datetime | None

    @property
    def is_to_give_up(self) -> bool:
        return self.now is not None and self.now - self.message.told_at > timedelta(days=GIVE_UP_DAYS)


def _tell(connection: duckdb.DuckDBPyConnection, place: _Place, draw: Draw) -> list[Delivery]:
    message = place.message
    listed = _listed(connection, message, draw)
    if not place.addresses:
        attempted = [_write_files(message, place.folder, listed)]
    else:
        attempted = list(_send(connection, message, place.addresses, listed))
    errors = [f"{delivery.where} {delivery.error}" for delivery in attempted if not delivery.ok]
    if not errors:
        outbox.mark_sent(connection, message.outbox_id)
    elif place.addresses and place.is_to_give_up:
        kept = _write_files(message, place.folder, listed)
        outbox.mark_abandoned(connection, message.outbox_id, f"{'; '.join(errors)}; kept as {kept.where}")
        attempted.append(kept)
    else:
        outbox.mark_failed(connection, message.outbox_id, "; ".join(errors))
    return attempted


def _listed(connection: duckdb.DuckDBPyConnection, message: Message, draw: Draw) -> List:
    """The workbook: a want of it never holds back the digest."""
    name = f"{_stem(message)}.xlsx"
    if message.audience_id == MAINTAINERS or message.is_weekly:
        return List(name)
    try:
        return List(name, build(connection, message.run_key, message.audience_id, message.language, draw))
    except Exception as error:    # whatever it is, what has to be told is told
        if isinstance(error.__cause__, KeyboardInterrupt):    # as DuckDB tells a signal: the next night tells it, with its list
            raise
        return List(name, remark=f"without its list ({type(error).__name__}: {error})")


def _send(connection: duckdb.DuckDBPyConnection, message: Message, addresses: Sequence[str], listed: List) -> Iterator[Delivery]:
    whole = channel.Message(
        message.subject, message.body_markdown, message.body_text, [(listed.name, listed.content)] if listed.content else ())
    for address in addresses:
        where = channel.shown(address)
        parts = channel.parts(address, whole)
        waiting = [
            (fingerprint, part) for number, part in enumerate(parts)
            if (fingerprint := message.fingerprint(f"{address}\n{number}" if number else address)) not in message.reached
        ]
        try:
            for fingerprint, part in waiting:
                channel.send(address, part)
                outbox.mark_reached(connection, message.outbox_id, fingerprint)
        except channel.DeliveryError as error:
            yield Delivery(message.audience_id, where, False, str(error))
        else:
            if waiting:
                yield Delivery(message.audience_id, where, True, remark=listed.remark)


def _write_files(message: Message, folder: Path, listed: List) -> Delivery:
    markdown = folder / f"{_stem(message)}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if listed.content:
            _replace(folder / listed.name, listed.content)
        _replace(markdown, message.body_markdown.encode())
        _replace(markdown.with_suffix(".txt"), f"{message.subject}\n\n{message.body_text}".encode())
    except OSError as error:
        return Delivery(message.audience_id, str(markdown), False, error.strerror or str(error))
    return Delivery(message.audience_id, str(markdown), True, remark=listed.remark)


def _stem(message: Message) -> str:
    """The name of a digest's files: the night, whose they are, their number."""
    date = message.told_at.replace(tzinfo=UTC).astimezone(CHINA).date().isoformat()
    audience = re.sub(r"[^\w-]", "_", message.audience_id)
    return f"{date}-{audience}-{message.outbox_id[:8]}"


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.partial")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
