"""Documents in archives: a published ZIP file is kept as it is, and each document in it as an original of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sources.archive import AnyArchive
from sources.outcomes import RESTORED, Known, Limits, Pulled

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


@dataclass(frozen=True, slots=True)
class Members:
    """Tells of the documents in the archives that a night asks for.

    Args:
        archive: holds the files, and takes the documents.
        limits: say in which night the documents' originals are read, to see that they have not rotted.
        unpack: gives the documents in a file.
    """

    archive: AnyArchive
    limits: Limits
    unpack: Unpack

    def outcomes(self, pulled: Pulled, known: Mapping[str, Known], addresses: Sequence[str]) -> Iterator[Pulled]:
        """What came of the documents in a file that was asked for.

        Args:
            pulled: what came of the file itself.
            known: the last version of each file, by address.
            addresses: those of the documents that were in its last version.

        Yields:
            One outcome per document: `new` or `unchanged` by its bytes, `failed` where it cannot be unpacked, `gone` where it is
            in the archive no more. None where the file could not be had, or is no archive. One that did not change is unpacked again
            if another program did it, or if the original of a document is lost.

        Raises:
            ArchiveError: the archive of originals cannot take a document.
        """
        if pulled.outcome == "gone" or (pulled.outcome == "unchanged" and not self._is_to_unpack(pulled, known, addresses)):
            for address in addresses:
                sha256 = known[address].sha256 if pulled.outcome == "unchanged" else None
                yield _of(pulled, address, sha256=sha256, byte_count=None, message=None)
        elif pulled.outcome in ("new", "unchanged") and pulled.sha256:
            left = dict.fromkeys(addresses)
            for member in self.unpack(self.archive.read(pulled.sha256)):
                outcome = self._unpacked(pulled, member, known)
                left.pop(outcome.address, None)
                yield outcome
            for address in left:
                yield _of(pulled, address, outcome="gone", sha256=None, byte_count=None)

    def _is_to_unpack(self, pulled: Pulled, known: Mapping[str, Known], addresses: Sequence[str]) -> bool:
        """Whether an archive that did not change is unpacked again: another program did it, or one of its documents is lost."""
        is_stale = pulled.address in known and known[pulled.address].is_stale
        return is_stale or not all(self._is_held(pulled, known[address]) for address in addresses)

    def _is_held(self, pulled: Pulled, document: Known) -> bool:
        return self.archive.holds(document.sha256, document.byte_count, is_read=self.limits.is_turn(pulled.address))

    def _unpacked(self, pulled: Pulled, member: Member, known: Mapping[str, Known]) -> Pulled:
        address = f"{pulled.address}{_SEPARATOR}{member.path}"
        if member.error:
            return _of(pulled, address, outcome="failed", sha256=None, byte_count=None, message=f"{address}: {member.error}")
        before = known.get(address)
        is_lost = before is not None and not self._is_held(pulled, before)
        sha256 = self.archive.keep(member.data)
        is_unchanged = before is not None and before.sha256 == sha256
        return _of(
            pulled, address, outcome="unchanged" if is_unchanged else "new", sha256=sha256, byte_count=len(member.data),
            message=RESTORED if is_unchanged and is_lost else None,
        )


def _of(pulled: Pulled, address: str, **changes: object) -> Pulled:
    """The outcome of a document in an archive: asked for with it, so neither validators nor seconds are its own."""
    path = address.removeprefix(f"{pulled.address}{_SEPARATOR}")
    own = {"file_name": f"{pulled.file_name}/{path}", "etag": None, "last_modified": None, "seconds": 0.0, **changes}
    return replace(pulled, address=address, **own)  # type: ignore[arg-type]
