"""Files, folders and patterns on disks, and single addresses on the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sources import files
from sources.archive import AnyArchive
from sources.client import Client
from sources.kinds.kind import Address
from sources.known import KnownFiles
from sources.outcomes import Answer, Known, Limits
from sources.schema import Source


class LocalFiles:
    """A file, a folder or a pattern.

    Args:
        source: the entry.
        archive: takes the files.
        limits: what one of them may cost.
    """

    def __init__(self, source: Source, archive: AnyArchive, limits: Limits) -> None:
        self._source = source
        self._archive = archive
        self._limits = limits

    def addresses(self, known: Mapping[str, Known]) -> Iterator[Address]:
        """The files that are there, and those known from earlier that are not any more."""
        return map(Address, files.list_addresses(self._source, KnownFiles.of(known)))

    def get(self, address: Address, known: Known | None) -> Answer:
        """Read a file into the archive."""
        return files.read_file(self._source, address.url, known, self._archive, self._limits)


class WebFile:
    """A single address on the web.

    Args:
        source: the entry.
        client: asks it.
    """

    def __init__(self, source: Source, client: Client) -> None:
        self._source = source
        self._client = client

    def addresses(self, known: Mapping[str, Known]) -> Iterator[Address]:
        """The address itself."""
        del known
        yield Address(self._source.location)

    def get(self, address: Address, known: Known | None) -> Answer:
        """Fetch the file into the archive."""
        return self._client.fetch(address.url, known=known)
