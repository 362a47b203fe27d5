"""What people decided: the inbox of decisions, of which the published copy holds what nights have merged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from issues.decisions import AnyDecision, Decision, Released, append, read
from portal.asking import Asked
from portal.auditing import NotKept
from warehouse.query import Result


def as_rows(decisions: Sequence[Decision], *more: str) -> Result:
    """Decisions as a table, with `more` of their fields."""
    names = ["happened_at", "event", "person", "note", "assignee", "muted_until", *more]
    rows = [{**dict(one), "happened_at": one.at, "note": one.event_note} for one in decisions]
    return Result(names, [tuple(row.get(name) for name in names) for row in rows])


class Inbox:
    """The inbox; None for the path has no decision and takes none."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._lock = path, threading.Lock()
        self._read: tuple[str, list[AnyDecision]] = "", []
        self._pending: tuple[tuple[str, str], list[Decision]] = ("", ""), []

    @property
    def stamp(self) -> str:
        """What tells one state of it from the next."""
        try:
            found = self._path.stat() if self._path else None
        except FileNotFoundError:
            found = None
        return f"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}" if found else ""

    def pending(self, asked: Asked, fingerprint: str | None = None) -> list[Decision]:
        """The decisions about problems, or about one of them, that are not in a published copy, the oldest first.

        Raises:
            NotKept: they cannot be read.
        """
        state = self.stamp, asked.version
        if self._pending[0] != state:
            merged = {event for (event,) in asked.rows("merged_decisions").rows}
            self._pending = state, [
                one for one in self._decisions(state[0]) if not isinstance(one, Released) and one.id not in merged
            ]
        return [one for one in self._pending[1] if fingerprint in {None, one.fingerprint}]

    def add(self, decision: Decision, note: Callable[[], None]) -> None:
        """Take a decision, unless it was taken before: a form that is sent twice is one.

        Args:
            decision: known by its id.
            note: is called before it is written, as nothing is decided that the log does not name.

        Raises:
            NotKept: it cannot be written.
        """
        if not self._path:
            raise NotKept
        with self._lock:
            if any(taken.id == decision.id for taken in self._decisions(self.stamp)):
                return
            note()
            try:
                append(self._path, decision)
            except OSError as error:
                raise NotKept from error

    def _decisions(self, stamp: str) -> list[AnyDecision]:
        if self._path and self._read[0] != stamp:
            try:
                self._read = stamp, read(self._path)[0]
            except OSError as error:
                raise NotKept from error
        return self._read[1]
