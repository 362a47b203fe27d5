"""Checks the archive of originals against the hashes under which it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from language import said
from settings import Settings
from sources.archive import open_archive
from sources.records import flaws
from warehouse import query


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of the archive that is not as it should be, and the documents whose original it is; or one of the record of a run."""

    kind: Literal["damaged", "missing", "stray"]
    place: str
    documents: tuple[query.Version, ...] = ()
    is_record: bool = False

    @property
    def is_loss(self) -> bool:
        """Whether an original is affected; a stray file harms nothing."""
        return self.kind != "stray"

    @property
    def way_out(self) -> str:
        """What to do, for people."""
        if self.is_record:
            return said("restore it from a backup of the archive; without it `yusuan rebuild` loses what that run took from outside")
        if not self.is_loss:
            return said("it is no original; nothing reads it")
        if any(version.is_newest for version in self.documents):
            return said("the next `yusuan nightly` fetches it again if it is still published; else restore it from a backup of the archive")
        if self.documents:
            return said("a later version is published now: restore it from a backup of the archive")
        return said("no document of the published copy has it: if a night was interrupted, the next one fetches it again")


def verify_archive(settings: Settings) -> Iterator[Damage]:
    """Read every original and compare it with its hash, and read the records of all runs.

    Args:
        settings: where archive and published copy are.

    Yields:
        What is wrong. Which originals and records must be there is known from the published copy; without one, none is missed.

    Raises:
        WarehouseCorrupt: the published copy is damaged.
    """
    versions: dict[str, list[query.Version]] = {}
    runs: list[str] = []
    if settings.published.exists():
        with query.connect(settings.published) as copy:
            versions = query.versions_by_content(copy)
            runs = [run_id for (run_id,) in query.rows(copy, "SELECT run_id FROM load_run").rows]
    for flaw in open_archive(settings.originals).verify(versions):
        yield Damage(flaw.kind, flaw.place, tuple(versions.get(flaw.sha256 or "", ())))
    for kind, place in flaws(settings.archive_folder, runs):
        yield Damage(kind, str(place), is_record=True)
