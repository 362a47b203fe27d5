"""Documents in archives: a published ZIP file is kept as it is, and each document in it as an original of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sources.archive import Archive
from sources.outcomes import Known, Pulled

_SEPARATOR = "#/"    # between the address of an archive and the path of a document in it


class Member(Protocol):
    """A document in an archive: its path, and its bytes or why there are none."""

    @property
    def path(self) -> str:
        """Its path in the archive."""

    @property
    def data(self) -> bytes:
        """Its bytes."""

    @property
    def error(self) -> Exception | None:
        """Why it cannot be unpacked."""


# Gives the documents in a file; none where it is no archive. The rooms do not know each other, so it is handed in.
Unpack = Callable[[bytes], Iterator[Member]]


def known_members(known: Mapping[str, Known]) -> dict[str, list[str]]:
    """The addresses of known documents in archives, by the archive's address."""
    members: dict[str, list[str]] = defaultdict(list)
    for address in known:
        archive, separator, _ = address.partition(_SEPARATOR)
        if separator:
            members[archive].append(address)
    return dict(members)


def pulled_members(
    pulled: Pulled, known: Mapping[str, Known], addresses: Sequence[str], archive: Archive, unpack: Unpack,
) -> Iterator[Pulled]:
    """What came of the documents in a file that was asked for.

    Args:
        pulled: what came of the file itself.
        known: the last version of each file, by address.
        addresses: those of the documents that were in its last version.
        archive: holds the file, and takes the documents.
        unpack: gives the documents in a file.

    Yields:
        One outcome per document: `new` or `unchanged` by its bytes, `failed` where it cannot be unpacked, `gone` where it is
        in the archive no more. None where the file could not be had, or is no archive.

    Raises:
        ArchiveError: the archive of originals cannot take a document.
    """
    if pulled.outcome in ("unchanged", "gone"):
        for address in addresses:
            sha256 = known[address].sha256 if pulled.outcome == "unchanged" else None
            yield _of(pulled, address, sha256=sha256, byte_count=None)
    elif pulled.outcome == "new" and pulled.sha256:
        left = dict.fromkeys(addresses)
        for member in unpack(archive.read(pulled.sha256)):
            outcome = _unpacked(pulled, member, known, archive)
            left.pop(outcome.address, None)
            yield outcome
        for address in left:
            yield _of(pulled, address, outcome="gone", sha256=None, byte_count=None)


def _unpacked(pulled: Pulled, member: Member, known: Mapping[str, Known], archive: Archive) -> Pulled:
    address = f"{pulled.address}{_SEPARATOR}{member.path}"
    if member.error:
        return _of(pulled, address, outcome="failed", sha256=None, byte_count=None, message=f"{address}: {member.error}")
    sha256 = archive.keep(member.data)
    is_known = address in known and known[address].sha256 == sha256
    return _of(pulled, address, outcome="unchanged" if is_known else "new", sha256=sha256, byte_count=len(member.data))


def _of(pulled: Pulled, address: str, **changes: object) -> Pulled:
    """The outcome of a document in an archive: asked for with it, so neither validators nor seconds are its own."""
    path = address.removeprefix(f"{pulled.address}{_SEPARATOR}")
    own = {"file_name": f"{pulled.file_name}/{path}", "etag": None, "last_modified": None, "seconds": 0.0, **changes}
    return replace(pulled, address=address, **own)  # type: ignore[arg-type]
