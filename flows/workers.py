"""Worker processes that read documents: one that crashes, hangs or eats memory loses itself, not the night.

This module is what a worker imports, so it stays free of Prefect and pandas.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from expectations import check, findings
from expectations.outcome import Outcome
from sources.archive import Archive, ArchiveCorrupt
from transforms.parse import parse_document
from transforms.records import ParsedDocument, ParseError, contract

Read = tuple[ParsedDocument, list[Outcome]]


@dataclass(frozen=True, slots=True)
class Original:
    """A document in the archive: its published file name and its SHA-256."""

    file_name: str
    sha256: str


class DocumentPool:
    """Processes that read archived originals under a limit of time and memory for each.

    Args:
        archive: folder of the originals.
        processes: how many; 0 means one per processor.
        seconds: limit for one document; its process is killed and replaced.
        memory_mb: limit for one process's memory.
    """

    def __init__(self, archive: Path, *, processes: int, seconds: float, memory_mb: int) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._archive = archive
        self._seconds = seconds
        # Spawned, because a fork of a process with Prefect's threads may inherit a lock that nobody will ever release.
        self._pool = ProcessPool(
            max_workers=self.processes, context=multiprocessing.get_context("spawn"), initializer=limit_memory, initargs=(memory_mb,),
        )

    def read(self, originals: Iterable[Original]) -> list[Read]:
        """Read and check each original; what a document did to its worker becomes an error of that document."""
        futures = [
            (original, self._pool.schedule(read_original, args=(original, self._archive), timeout=self._seconds)) for original in originals
        ]
        return [self._outcome(original, future) for original, future in futures]

    def _outcome(self, original: Original, future: ProcessFuture[Read]) -> Read:
        try:
            return future.result()
        except FutureTimeoutError:
            return _lost(original, "too-slow", f"not read within {self._seconds:g} seconds (YUSUAN_PARSE_SECONDS)")
        except ProcessExpired as error:
            return _lost(original, "reader-crashed", f"its process ended with code {error.exitcode}: for want of memory, or by a fault")
        except MemoryError:
            return _lost(original, "too-large", "reading it takes more memory than a worker may use (YUSUAN_PARSE_MEMORY_MB)")
        except (ArchiveCorrupt, OSError) as error:
            return _lost(original, "original-unreadable", str(error))

    def __enter__(self) -> DocumentPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def read_original(original: Original, archive: Path) -> Read:
    """Read, parse and check one archived original (runs in a worker)."""
    parsed = parse_document(original.file_name, Archive(archive).read(original.sha256))
    try:
        outcomes = check(parsed)
        contract(replace(parsed, findings=findings(parsed, outcomes)))    # what is to be loaded and told can be written down
    except MemoryError:
        raise
    except Exception as error:    # noqa: BLE001 a rule that fails on one document must not stop the night
        return _lost(original, "parser-fault", f"A fault of the program, please report it with the document: {error!r}.")
    return parsed, outcomes


def limit_memory(megabytes: int) -> None:
    """Hold this process's data to `megabytes`, where the system knows such a limit."""
    if sys.platform == "linux":
        import resource

        limit = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _lost(original: Original, code: str, message: str) -> Read:
    parsed = ParsedDocument(original.file_name, original.sha256, None, errors=[ParseError(code, message)])
    return parsed, check(parsed)
