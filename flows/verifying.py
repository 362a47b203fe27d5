"""Checks the archive of originals against the hashes under which it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from settings import Settings
from sources.archive import open_archive
from warehouse import query


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of the archive that is not as it should be, and the documents whose original it is."""

    kind: Literal["damaged", "missing", "stray"]
    place: str
    documents: tuple[query.Version, ...] = ()

    @property
    def is_loss(self) -> bool:
        """Whether an original is affected; a stray file harms nothing."""
        return self.kind != "stray"

    @property
    def way_out(self) -> str:
        """What to do, for people."""
        if not self.is_loss:
            return "it is no original; nothing reads it"
        if any(version.is_newest for version in self.documents):
            return "the next `yusuan nightly` fetches it again if it is still published; else restore it from a backup of the archive"
        if self.documents:
            return "a later version is published now: restore it from a backup of the archive"
        return "no document of the published copy has it: if a night was interrupted, the next one fetches it again"


def verify_archive(settings: Settings) -> Iterator[Damage]:
    """Read every original and compare it with its hash.

    Args:
        settings: where archive and published copy are.

    Yields:
        What is wrong. Which originals must be there is known from the published copy; without one, none is missed.

    Raises:
        WarehouseCorrupt: the published copy is damaged.
    """
    versions: dict[str, list[query.Version]] = {}
    if settings.published.exists():
        with query.connect(settings.published) as copy:
            versions = query.versions_by_content(copy)
    for flaw in open_archive(settings.originals).verify(versions):
        yield Damage(flaw.kind, flaw.place, tuple(versions.get(flaw.sha256 or "", ())))
