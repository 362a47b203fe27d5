"""Reading files in worker processes for `yusuan parse`, in the order given; archives give the documents in them."""

from __future__ import annotations

import errno
import json
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from expectations.attachments import Member, attachments
from expectations.rules import unreadable_document
from flows.workers import Limits, ReaderPool, read_document, unread_document
from transforms import readers
from transforms.archives import documents
from transforms.records import ParseError

_Future: TypeAlias = "Future[tuple[str, list[ParseError], Member]]"
_AHEAD = 4    # documents per process that wait with their bytes in memory, so that none is idle while another's line is printed


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document's line of JSON and its errors; what tells whether it is an attachment to others in its file, and which file that is."""

    file: str
    line: str
    errors: list[ParseError]
    member: Member | None
    file_no: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that waits to be read; `error` says why there is nothing to read, `file_no` in which of the files it is."""

    file: str
    file_no: int
    content: bytes | None = None
    error: ParseError | None = None


def parse_files(paths: Iterable[Path], jobs: int, limits: Limits) -> Iterator[Parsed]:
    """Read files under limits for each document.

    Args:
        paths: the files.
        jobs: how many processes, at most one per processor; 0 means so many.
        limits: for each document.

    Yields:
        One per document, in order; members of an archive follow each other, and a text that is an attachment to others of them has no
        error (`expectations.attachments`).
    """
    for _, members in groupby(_read_all(paths, jobs, limits), lambda parsed: parsed.file_no):
        yield from _with_attachments(members)


def _with_attachments(members: Iterable[Parsed]) -> Iterator[Parsed]:
    """The documents of a file; from the first that may be an attachment on they wait for the last, which may hold what it speaks of."""
    waiting: list[Parsed] = []
    kinds: list[Member] = []
    for parsed in members:
        kinds += [parsed.member] if parsed.member else []
        if waiting or (parsed.member and parsed.member.announced is not None):
            waiting.append(parsed)
        else:
            yield parsed
    attached = [one for one, is_attached in zip(kinds, attachments(kinds), strict=True) if is_attached]
    for parsed in waiting:
        yield _attachment(parsed) if any(parsed.member is one for one in attached) else parsed


def _attachment(parsed: Parsed) -> Parsed:
    """A document that is an attachment: it says of itself that it was not read, which is no error."""
    told = json.loads(parsed.line)
    kept = [finding for finding in told["findings"] if finding["rule"] != unreadable_document.RULE]
    return replace(parsed, line=json.dumps({**told, "findings": kept, "errors": []}, ensure_ascii=False), errors=[])


def _read_all(paths: Iterable[Path], jobs: int, limits: Limits) -> Iterator[Parsed]:
    waiting: deque[tuple[_Document, _Future | None]] = deque()
    files = list(paths)
    processors = os.cpu_count() or 1
    processes = min(jobs or processors, processors)    # more would only take memory
    if processes > 1:    # each would load them; what threads NumPy has end before a fork
        endings = Counter(path.suffix.lower().removeprefix(".") for path in files)
        readers.load(ending for ending, count in endings.items() if count > 1)
    with ReaderPool(processes, limits, "fork") as pool:
        for document in _documents(files):
            future = None if document.error else pool.start(read_document, document.file, document.content, limits.output_mb)
            waiting.append((document, future))
            while len(waiting) > _AHEAD * pool.processes:
                yield _parsed(pool, *waiting.popleft())
        while waiting:
            yield _parsed(pool, *waiting.popleft())


def _parsed(pool: ReaderPool, document: _Document, future: _Future | None) -> Parsed:
    if document.error:
        return _unread(document, document.error)
    assert future
    result = pool.result(future)
    return _unread(document, result) if isinstance(result, ParseError) else Parsed(document.file, *result, document.file_no)


def _unread(document: _Document, error: ParseError) -> Parsed:
    return Parsed(document.file, unread_document(document.file, document.content, error), [error], None, document.file_no)


def _documents(paths: Iterable[Path]) -> Iterator[_Document]:
    for number, path in enumerate(paths):
        name = os.fsencode(path).decode("utf-8", "replace")    # names that are no text would make the output none
        try:
            content = _content(path)
        except OSError as error:
            yield _Document(name, number, error=ParseError("unreadable-file", f"{error.strerror}: {name}"))
            continue
        for member in documents(content):
            problem = ParseError(member.error.code, member.error.message) if member.error else None
            yield _Document(f"{name}/{member.path}" if member.path else name, number, None if problem else member.data, problem)


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():    # a pipe or a device may never end
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path.read_bytes()
