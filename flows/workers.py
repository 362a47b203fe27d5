"""Worker processes that read documents: one that crashes, hangs or eats memory loses itself, not the night.

This module is what a worker imports, so it stays free of Prefect and pandas.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from expectations import check, findings
from expectations.outcome import Outcome
from sources.archive import Archive, ArchiveCorrupt
from transforms.archives import is_archive
from transforms.parse import parse_document
from transforms.records import ParsedDocument, ParseError, contract

MEGABYTE = 1024 * 1024
Read = tuple[ParsedDocument, list[Outcome]]
T = TypeVar("T")

_OUT_OF_MEMORY = 77    # the exit code of a worker that has no more; Python and signals end with others


@dataclass(frozen=True, slots=True)
class Original:
    """A document in the archive: its published file name and its SHA-256."""

    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: seconds, a process's memory and the size of its records, both in megabytes."""

    seconds: float
    memory_mb: int
    output_mb: int


class ReaderPool:
    """Processes that read documents under limits for each.

    Args:
        processes: how many; 0 means one per processor.
        limits: a process that exceeds those of time or memory is ended and replaced.
        context: how processes begin: `spawn`, or `fork` where this process has no other threads that may hold a lock.
    """

    def __init__(self, processes: int, limits: Limits, context: Literal["spawn", "fork"] = "spawn") -> None:
        self.processes = processes or os.cpu_count() or 1
        self._limits = limits
        self._pool = ProcessPool(
            max_workers=self.processes, context=multiprocessing.get_context(context),
            initializer=begin_worker, initargs=(limits.memory_mb,),
        )

    def start(self, function: Callable[..., T], *args: object) -> ProcessFuture[T]:
        """Have a function called in a process, as soon as one is free."""
        return self._pool.schedule(_within_memory, args=(function, *args), timeout=self._limits.seconds)

    def result(self, future: ProcessFuture[T]) -> T | ParseError:
        """What a function gave; what it did to its process or to its limits is an error."""
        try:
            return future.result()
        except FutureTimeoutError:
            return ParseError("too-slow", f"not read within {self._limits.seconds:g} seconds (YUSUAN_PARSE_SECONDS)")
        except (MemoryError, ProcessExpired) as error:    # the first, if only its result was too large to be handed over
            if isinstance(error, ProcessExpired) and error.exitcode != _OUT_OF_MEMORY:
                return ParseError("reader-crashed", f"its process ended with code {error.exitcode}: for want of memory, or by a fault")
            return ParseError("too-large", "reading it takes more memory than a worker may use (YUSUAN_PARSE_MEMORY_MB)")
        except (ArchiveCorrupt, OSError) as error:
            return ParseError("original-unreadable", str(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


class DocumentPool(ReaderPool):
    """Processes that read archived originals.

    Args:
        archive: folder of the originals.
        processes: how many; 0 means one per processor.
        limits: for each original.
    """

    def __init__(self, archive: Path, *, processes: int, limits: Limits) -> None:
        # Spawned, because a fork of a process with Prefect's threads may inherit a lock that nobody will ever release.
        super().__init__(processes, limits)
        self._archive = archive

    def read(self, originals: Iterable[Original]) -> list[Read]:
        """Read and check each original; what a document did to its worker becomes an error of that document."""
        started = [(one, self.start(read_original, one, self._archive, self._limits.output_mb)) for one in originals]
        return [self._outcome(original, future) for original, future in started]

    def _outcome(self, original: Original, future: ProcessFuture[Read]) -> Read:
        result = self.result(future)
        return _lost(original.file_name, original.sha256, result) if isinstance(result, ParseError) else result


def _within_memory(function: Callable[..., T], *args: object) -> T:
    """Call a function (runs in a worker); a worker that ran out of memory ends, as too little is left for the next document."""
    try:
        return function(*args)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def read_original(original: Original, archive: Path, output_mb: int) -> Read:
    """Read, parse and check one archived original (runs in a worker); an archive holds nothing but originals of their own."""
    content = Archive(archive).read(original.sha256)
    if is_archive(content):
        parsed = ParsedDocument(original.file_name, original.sha256, "zip")
        return parsed, check(parsed)
    read, _ = _read(original.file_name, content, output_mb)
    return read


def read_document(file: str, content: bytes, output_mb: int) -> tuple[str, list[ParseError]]:
    """Read one document for `yusuan parse` (runs in a worker): its line of JSON and its errors."""
    (parsed, _), line = _read(file, content, output_mb)
    return line, parsed.errors


def unread_document(file: str, content: bytes | None, error: ParseError) -> str:
    """The line of JSON of a document that could not be read."""
    sha256 = None if content is None else hashlib.sha256(content).hexdigest()
    return _line(_lost(file, sha256, error))


def _read(file: str, content: bytes, output_mb: int) -> tuple[Read, str]:
    parsed = parse_document(file, content)
    try:
        read = parsed, check(parsed)
        line = _line(read)    # what is to be loaded and told can be written down
    except MemoryError:
        raise
    except Exception as error:    # noqa: BLE001 a rule that fails on one document must not stop the night
        message = f"A fault of the program, please report it with the document: {error!r}."
        read = _lost(file, parsed.sha256, ParseError("parser-fault", message))
        return read, _line(read)
    if len(line) > output_mb * MEGABYTE:
        read = _lost(file, parsed.sha256, ParseError("too-large", f"its records take more than {output_mb} MB (YUSUAN_PARSE_OUTPUT_MB)"))
        return read, _line(read)
    return read, line


def _line(read: Read) -> str:
    parsed, outcomes = read
    return json.dumps(contract(replace(parsed, findings=findings(parsed, outcomes))), ensure_ascii=False)


def begin_worker(memory_mb: int) -> None:
    """Limit this process, and let it clean up when it is ended for taking too long; an interruption is its parent's business."""
    limit_memory(memory_mb)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def limit_memory(megabytes: int) -> None:
    """Hold this process's data to `megabytes`, where the system knows such a limit."""
    if sys.platform == "linux":
        import resource

        limit = megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _lost(file: str, sha256: str | None, error: ParseError) -> Read:
    parsed = ParsedDocument(file, sha256, None, errors=[error])
    return parsed, check(parsed)
