"""What reads a run's originals: worker processes of this machine, or a Dask cluster's.

All that a run knows of either is `read`; which one it is, `YUSUAN_RUNNER` says when the run begins.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from expectations.rows import DocumentRows
from flows.runs import parse_limits
from flows.workers import DocumentPool, Original
from settings import Settings

CLUSTER = "dask://"


class Runner(Protocol):
    """Reads archived originals, each under limits of its own."""

    def read(self, originals: Iterable[Original]) -> list[DocumentRows]:
        """The rows of each original, in their order; safe to call from several threads.

        What a document does to its process, and what its process does to it, is an error of that document.

        Raises:
            NoProcesses: nothing can be read, for a reason that lies in no document.
        """


def open_runner(settings: Settings, documents: int) -> AbstractContextManager[Runner]:
    """The runner that the settings ask for.

    Args:
        settings: which one, where the originals are, and what reading one may cost.
        documents: so many are to be read; more processes than that would be started in vain, each for a second of a processor.

    Raises:
        NoProcesses: the cluster cannot be used; the message says what to do.
    """
    limits = parse_limits(settings)
    if settings.runner.startswith(CLUSTER):
        from flows.cluster import Cluster

        return Cluster(settings.runner.removeprefix(CLUSTER), settings.originals, limits)
    processes = min(settings.processes or os.cpu_count() or 1, documents)
    return DocumentPool(settings.originals, processes=processes, limits=limits)
