"""Asks a source for what changed; each file asked is one outcome, and every new original is in the archive."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from sources import files, http
from sources.archive import Archive
from sources.members import Unpack, known_members, pulled_members
from sources.outcomes import Answer, Known, Limits, Pulled, PullFailed
from sources.schema import Source

__all__ = ["Fetcher", "Known", "Limits", "Pulled", "known_members", "pull"]


class Fetcher:
    """What a night's pulls share: the archive, one HTTP client, the limits. A context manager; safe to use from several threads.

    Args:
        archive: takes the originals.
        limits: what one address may cost.
        unpack: gives the documents in an archive, none for other files; None takes every file as one document.
    """

    def __init__(self, archive: Archive, limits: Limits, unpack: Unpack | None = None) -> None:
        self.archive = archive
        self.limits = limits
        self.unpack = unpack
        self._client = http.open_client(limits)

    def fetch(self, source: Source, address: str, known: Known | None) -> Answer:
        """Has one of a source's files put into the archive.

        Raises:
            PullFailed: there is no file to be had.
            ArchiveError: the archive cannot take it.
        """
        if source.is_remote:
            return http.fetch(self._client, address, known, self.archive, self.limits)
        return files.read_file(source, address, known, self.archive, self.limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()


def pull(
    source: Source, department_id: str, known: Mapping[str, Known], fetcher: Fetcher, members: Mapping[str, Sequence[str]] | None = None,
) -> list[Pulled]:
    """Asks a source for its files.

    Args:
        source: an entry of the catalogue.
        department_id: whose source it is.
        known: the last version of each file, by address.
        fetcher: shared by all sources of the night.
        members: the known documents in archives, as `known_members` gives them.

    Returns:
        One outcome per file, in the order of addresses, followed by those of the documents in it if it is an archive.
        `unchanged` files cost a conditional request or the reading of a local file; a known file that its place says is not
        there any more is `gone`; whatever else goes wrong is `failed`.

    Raises:
        ArchiveError: no original can be kept, so that asking on makes no sense.
    """
    published = known if not members else {address: known[address] for address in known.keys() - set(chain(*members.values()))}
    addresses = [source.location] if source.is_remote else files.list_addresses(source, published)
    outcomes: list[Pulled] = []
    for address in addresses:
        pulled = _pull_one(source, address, department_id, known.get(address), fetcher)
        outcomes.append(pulled)
        if fetcher.unpack:
            before = (members or {}).get(pulled.address, ())
            outcomes += pulled_members(pulled, known, before, fetcher.archive, fetcher.unpack)
    return outcomes


def _pull_one(source: Source, address: str, department_id: str, known: Known | None, fetcher: Fetcher) -> Pulled:
    pulled_at, started = datetime.now(UTC), time.monotonic()
    entry = source.place_of("address")
    shown = address.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")   # other file names could not be stored
    try:
        answer = fetcher.fetch(source, address, known)
    except PullFailed as failure:
        answer = Answer(
            outcome="gone" if known and failure.is_absent else "failed", status=failure.status,
            message=f"{entry.file}:{entry.line}: {shown}: {failure}",
        )
    return Pulled(
        **asdict(answer), department_id=department_id, address=shown, file_name=_file_name(source, shown),
        fiscal_year=source.fiscal_year, stage=source.stage, seconds=time.monotonic() - started, pulled_at=pulled_at,
    )


def _file_name(source: Source, address: str) -> str:
    path = unquote(urlsplit(address).path) if source.is_remote else address
    return path.rstrip("/").rpartition("/")[2]
