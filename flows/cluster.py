"""Reading over a Dask cluster: each of its workers reads in processes of its own, under the limits that hold on one machine.

A document costs its reader's process at worst, never Dask's worker; a worker that dies all the same gives its documents to others, which
is Dask's own business, as is who reads what. Prefect has no part in it: its tasks wait for batches here, in threads, so that workers need
neither Prefect nor its server, and a few documents, not a batch, are what is lost with a worker and begun again.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import platform
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError
from functools import cache
from itertools import chain
from math import ceil
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from expectations.rows import DocumentRows
from flows.fingerprint import fingerprint
from flows.processes import NoProcesses
from flows.workers import Limits, Original, ReaderPool, lost_document
from sources.archive import AnyArchive, open_archive
from sources.bucket import Bucket
from transforms.records import ParseError

_CONNECT_SECONDS = 30.0
_WORKERLESS_SECONDS = 120.0    # as long as a process of this machine may take to begin
_LOOK_SECONDS = 5.0    # between two looks at whether there are workers
_PIECE = 20    # documents that a worker is given at once: what Dask does for each piece, some 8 ms, is shared by them
_ATTEMPTS = 2    # more for documents whose worker has no processes: another may have

_opening = Lock()


class Cluster:
    """The workers of a Dask cluster as a runner.

    Args:
        address: `host:port` of its scheduler.
        archive: folder or bucket of the originals, for every worker as for this process.
        limits: for each original.

    Raises:
        NoProcesses: `distributed` is not installed, no scheduler answers or has workers, or one of these would read otherwise.
    """

    def __init__(self, address: str, archive: Path | str, limits: Limits) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise NoProcesses(
                "YUSUAN_RUNNER asks for a Dask cluster, and distributed is not installed: pip install 'yusuan[dask]'"
            ) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)    # it prints tracebacks of what is raised here
        self._address = address
        self._archive = archive.absolute() if isinstance(archive, Path) else archive
        self._limits = limits
        self._waiting = 0    # documents that have been asked for and are not read yet, by whichever thread
        self._counting = Lock()
        try:
            self._client = Client(f"tcp://{address}", timeout=_CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise NoProcesses(
                f"YUSUAN_RUNNER: no Dask scheduler answers at {address}. Nothing was loaded. Start it (`dask scheduler`), or leave "
                "YUSUAN_RUNNER out to read on this machine."
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=_WORKERLESS_SECONDS)
            self._client.run(demand_reader, self._archive, fingerprint())
        except TimeoutError as error:
            self._client.close()
            raise self._without_workers() from error
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()    # what is not read yet is cancelled with it

    def read(self, originals: Iterable[Original]) -> list[DocumentRows]:
        """See `Runner.read`."""
        from distributed.scheduler import KilledWorker

        asked = list(originals)
        with self._counting:
            self._waiting += len(asked)
        try:
            pieces = self._pieces(asked)
            futures = self._client.map(
                read_here, pieces, archive=self._archive, limits=self._limits, reader=fingerprint(), pure=False, retries=_ATTEMPTS,
            )
            self._wait(futures)
            errors = {place: future.exception() for place, future in enumerate(futures) if future.status == "error"}
            for error in errors.values():
                if not isinstance(error, KilledWorker):
                    raise error
            rows = iter(self._client.gather([future for future in futures if future.status != "error"]))
        except (CancelledError, OSError) as error:    # the scheduler has gone, and what it knew with it
            raise NoProcesses(
                f"The Dask scheduler at {self._address} has gone while documents were read. What was not loaded is read by the next run."
            ) from error
        finally:
            with self._counting:
                self._waiting -= len(asked)
        killed = ParseError("reader-crashed", "the Dask workers that read it ended, several in a row")
        read = ([lost_document(one, killed) for one in piece] if place in errors else next(rows) for place, piece in enumerate(pieces))
        return list(chain.from_iterable(read))

    def _pieces(self, asked: list[Original]) -> list[list[Original]]:
        """Cut into pieces of nearly one size, smaller where few documents wait: nobody waits for the last piece alone."""
        share = self._waiting // (2 * sum(self._client.nthreads().values()) or 1)
        count = ceil(len(asked) / min(max(share, 1), _PIECE))
        return [asked[len(asked) * place // count:len(asked) * (place + 1) // count] for place in range(count)]

    def _wait(self, futures: list[Any]) -> None:
        """Wait until all are done, for as long as there are workers."""
        from distributed import wait

        seen = time.monotonic()
        while True:
            try:
                with self._client.as_current():
                    wait(futures, timeout=_LOOK_SECONDS)
            except TimeoutError:
                if self._client.nthreads():
                    seen = time.monotonic()
                elif time.monotonic() - seen > _WORKERLESS_SECONDS:
                    raise self._without_workers() from None
            else:
                return

    def _without_workers(self) -> NoProcesses:
        return NoProcesses(
            f"The Dask scheduler at {self._address} has no workers. What was not loaded is read by the next run. Start some "
            "(docs/operations.md), or leave YUSUAN_RUNNER out to read on this machine."
        )


def read_here(originals: Sequence[Original], archive: Path | str, limits: Limits, reader: str) -> list[DocumentRows]:
    """Read originals (runs in a Dask worker, which has them read in its processes)."""
    demand_reader(archive, reader)
    opened = _archive(archive)
    pool = _pool(limits)
    started = [pool.begin(one, opened) for one in originals]
    results = zip(originals, map(pool.result, started), strict=True)
    return [lost_document(one, result) if isinstance(result, ParseError) else result for one, result in results]


@cache
def demand_reader(archive: Path | str, reader: str) -> None:
    """Refuse to read here what would be read otherwise than where the run began (runs in a Dask worker).

    Args:
        archive: where the originals have to be.
        reader: fingerprint of what reads documents there.

    Raises:
        ArchiveError: the bucket of the archive cannot be used.
        NoProcesses: the archive is not seen, another program is installed, or the worker may not start processes.
    """
    here = f"on {platform.node()} (process {os.getpid()})"
    if multiprocessing.current_process().daemon:
        raise NoProcesses(f"The Dask worker {here} may not start processes: start it with DASK_CONFIG=deploy/dask.yaml.")
    if fingerprint() != reader:
        raise NoProcesses(
            f"The Dask worker {here} would read documents otherwise: its Yusuan, a library or LibreOffice differs. Nothing of it was "
            "loaded. Install the same on all machines (`make setup`), and start the worker anew."
        )
    opened = _archive(archive)
    if isinstance(opened, Bucket):
        opened.reach()
    elif isinstance(archive, Path) and not archive.is_dir():
        raise NoProcesses(f"The Dask worker {here} does not see the archive {archive}: mount it there under the same path.")


@cache
def _archive(place: Path | str) -> AnyArchive:
    """The archive; a bucket's keys are this worker's own, and its processes get none."""
    return open_archive(place)


_pools: dict[Limits, ReaderPool] = {}


def _pool(limits: Limits) -> ReaderPool:
    """This Dask worker's processes, one per thread; they stay for the next run, and end with the worker."""
    from distributed import get_worker

    with _opening:
        if limits not in _pools:
            _pools[limits] = ReaderPool(get_worker().state.nthreads, limits)
        return _pools[limits]
