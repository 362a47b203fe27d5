"""The published copy as many requests ask it at once: opened once for each night's file, kept until the last request on it has ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.asking import Answers, Asked
from warehouse import query
from warehouse.errors import BadQuery, NotPublished

Stamp = tuple[int, int, int]    # what tells one published file from the next: its inode, size and time


class Copies:
    """Opens what is published now; whoever asks keeps the file that he began with.

    Args:
        path: the published copy, whether it is there yet or not.
        limits: what one question may cost.
    """

    def __init__(self, path: Path, limits: query.Limits) -> None:
        self._path, self._limits = path, limits
        self._lock = threading.Lock()
        self._newest: _Open | None = None

    @contextmanager
    def current(self) -> Iterator[Asked]:
        """The newest copy, for one request.

        Raises:
            NotPublished: there is none yet.
            WarehouseCorrupt: it is damaged.
        """
        opened = self._taken()
        try:
            with opened.lent() as copy:
                yield Asked(copy, opened.version, opened.answers)
        finally:
            self._left(opened)

    def close(self) -> None:
        """Close what no request asks any more."""
        with self._lock:
            if self._newest and not self._newest.users:
                self._newest.close()
            self._newest = None

    def _taken(self) -> _Open:
        with self._lock:
            stamp = _stamp(self._path)
            if self._newest is None or self._newest.stamp != stamp:
                older, self._newest = self._newest, _Open(self._path, stamp, self._limits)
                if older and not older.users:
                    older.close()
            self._newest.users += 1
            return self._newest

    def _left(self, opened: _Open) -> None:
        with self._lock:
            opened.users -= 1
            if not opened.users and opened is not self._newest:
                opened.close()


class _Open:
    """A published file that is open, with the connections that requests leave behind for the next ones."""

    def __init__(self, path: Path, stamp: Stamp, limits: query.Limits) -> None:
        self.stamp, self.users = stamp, 0
        self.version = "-".join(f"{part:x}" for part in stamp)
        self.answers = Answers()
        self._idle: list[tuple[query.Copy, ExitStack]] = []
        self._closing = ExitStack()
        self._copy = self._closing.enter_context(query.connect_for_many(path, limits))

    @contextmanager
    def lent(self) -> Iterator[query.Copy]:
        """A connection for one request at a time; one whose question was broken off is not lent again."""
        try:
            copy, closing = self._idle.pop()
        except IndexError:
            closing = ExitStack()
            copy = closing.enter_context(query.beside(self._copy))
        is_whole = True
        try:
            yield copy
        except BadQuery:
            is_whole = False
            raise
        finally:
            if is_whole:
                self._idle.append((copy, closing))
            else:
                closing.close()

    def close(self) -> None:
        for _, closing in self._idle:
            closing.close()
        self._closing.close()


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise NotPublished(f"There is no published copy at {path} yet.") from error
    return found.st_ino, found.st_size, found.st_mtime_ns
