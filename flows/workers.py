"""Worker processes that read documents: one that crashes, hangs or eats memory loses itself, not the night.

This module is what a worker imports, so it stays free of Prefect and pandas.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from expectations import check, findings
from expectations.attachments import Member, member
from expectations.outcome import Outcome
from expectations.rows import DocumentRows, rows_of
from flows.processes import MEGABYTE, OUT_OF_MEMORY, NoProcesses, Pool, ProcessLost
from sources.archive import Archive, ArchiveCorrupt
from transforms.archives import is_archive
from transforms.parse import fault_of, parse_document, raise_want_of_memory
from transforms.records import ParsedDocument, ParseError, contract

Checked = tuple[ParsedDocument, list[Outcome]]
T = TypeVar("T")


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


class ReaderPool(Pool):
    """Processes that read documents under limits for each.

    Args:
        processes: how many; 0 means one per processor.
        limits: a process that exceeds those of time or memory is ended and replaced.
        context: how processes begin: `spawn`, or `fork` where this process has no other threads that may hold a lock.
    """

    def __init__(self, processes: int, limits: Limits, context: Literal["spawn", "fork"] = "spawn") -> None:
        self.processes = processes or os.cpu_count() or 1
        self._limits = limits
        super().__init__(self.processes, limits.seconds, limits.memory_mb, context)

    def result(self, future: Future[T]) -> T | ParseError:
        """What a function gave; what it raised, or did to its process or to its limits, is an error.

        Raises:
            CancelledError: the pool was stopped.
            NoProcesses: nothing can be read on this machine.
        """
        try:
            return future.result()
        except (CancelledError, NoProcesses):
            raise
        except ProcessLost as error:
            if error.exitcode == OUT_OF_MEMORY:
                return ParseError("too-large", "reading it takes more memory than a worker may use (YUSUAN_PARSE_MEMORY_MB)")
            return ParseError("reader-crashed", f"{error}: for want of memory, or by a fault")
        except TimeoutError:
            return ParseError("too-slow", f"not read within {self._limits.seconds:g} seconds (YUSUAN_PARSE_SECONDS)")
        except (ArchiveCorrupt, OSError) as error:
            return ParseError("original-unreadable", str(error))
        except Exception as error:    # noqa: BLE001 a fault on one document must not stop the night
            return fault_of(error)


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

    def read(self, originals: Iterable[Original]) -> list[DocumentRows]:
        """The rows of each original, read and checked; what a document did to its worker becomes an error of that document."""
        started = [(one, self.start(read_original, one, self._archive, self._limits.output_mb)) for one in originals]
        return [self._outcome(original, future) for original, future in started]

    def _outcome(self, original: Original, future: Future[DocumentRows]) -> DocumentRows:
        result = self.result(future)
        return lost_document(original, result) if isinstance(result, ParseError) else result


def read_original(original: Original, archive: Path, output_mb: int) -> DocumentRows:
    """Read, parse and check one archived original (runs in a worker); an archive holds nothing but originals of their own."""
    content = Archive(archive).read(original.sha256)
    if is_archive(content):
        parsed = ParsedDocument(original.file_name, original.sha256, "zip")
        return rows_of(parsed, check(parsed))
    checked, _ = _read(original.file_name, content, output_mb)
    return rows_of(*checked)


def lost_document(original: Original, error: ParseError) -> DocumentRows:
    """The rows of an original that could not be read."""
    return rows_of(*_lost(original.file_name, original.sha256, error))


def read_document(file: str, content: bytes, output_mb: int) -> tuple[str, list[ParseError], Member]:
    """Read one document for `yusuan parse` (runs in a worker): its line of JSON, its errors, and what tells whether it is an attachment."""
    (parsed, _), line = _read(file, content, output_mb)
    return line, parsed.errors, member(parsed)


def unread_document(file: str, content: bytes | None, error: ParseError) -> str:
    """The line of JSON of a document that could not be read."""
    sha256 = None if content is None else hashlib.sha256(content).hexdigest()
    return _line(_lost(file, sha256, error))


def _read(file: str, content: bytes, output_mb: int) -> tuple[Checked, str]:
    parsed = parse_document(file, content)
    try:
        read = parsed, check(parsed)
        line = _line(read)    # what is to be loaded and told can be written down
    except Exception as error:    # noqa: BLE001 a rule that fails on one document must not stop the night
        raise_want_of_memory(error)
        read = _lost(file, parsed.sha256, fault_of(error))
        return read, _line(read)
    if len(line) > output_mb * MEGABYTE:
        read = _lost(file, parsed.sha256, ParseError("too-large", f"its records take more than {output_mb} MB (YUSUAN_PARSE_OUTPUT_MB)"))
        return read, _line(read)
    return read, line


def _line(read: Checked) -> str:
    parsed, outcomes = read
    return json.dumps(contract(replace(parsed, findings=findings(parsed, outcomes))), ensure_ascii=False)


def _lost(file: str, sha256: str | None, error: ParseError) -> Checked:
    parsed = ParsedDocument(file, sha256, None, errors=[error])
    return parsed, check(parsed)
