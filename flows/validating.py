"""A process of its own that validates: what Great Expectations takes of memory and time is not the leader's.

This module is what that process imports, so it stays free of Prefect.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from expectations.frames import build_frames
from expectations.rows import DocumentRows
from expectations.suite import Released, Validation, prepare, validate
from flows.processes import Pool
from warehouse.frames import DOCUMENTS

SECONDS = 3600.0    # for a group of documents, of which a thousand take ten
MEMORY_MB = 4096    # of which a thousand documents take a tenth


class Validator(Pool):
    """The process; it prepares itself while what is to be validated is still being read."""

    def __init__(self) -> None:
        # Spawned, because a fork of a process with Prefect's threads may inherit a lock that nobody will ever release.
        super().__init__(1, SECONDS, MEMORY_MB, "spawn")
        self.start(prepare)

    def validate(self, reads: Sequence[DocumentRows], allowed: Collection[Released]) -> Validation:
        """Run the suites over documents and separate what may be loaded from what may not.

        Raises:
            NoProcesses, ProcessLost: the process ended, twice.
        """
        return self.start(validated, reads, allowed).result()


def validated(reads: Sequence[DocumentRows], allowed: Collection[Released]) -> Validation:
    """What validating documents gives (runs in the process)."""
    return validate(build_frames(reads), DOCUMENTS, allowed)
