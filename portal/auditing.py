"""The log of who did what: JSON lines that are only added, readable by the owner alone. It holds no password."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from issues.decisions import append_line

Event = Literal[
    "logged_in", "log_in_failed", "log_in_limited", "logged_out", "acknowledged", "assigned", "muted", "commented", "not_written",
    "refused",
]
SHOWN = 200               # lines on a page
LINE_AT_MOST = 1000       # bytes of one, roughly; so much is read of the end


class NotWritten(Exception):
    """What somebody did cannot be written down, so it is not done."""


class Audit:
    """A log; None for the path keeps none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, event: Event, who: str | None, address: str, **facts: str) -> None:
        """Add a line: what, who (None for nobody who is known), from which address, when, and on what.

        Raises:
            NotWritten: it cannot be written.
        """
        if not self._path:
            return
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, "who": who, "address": address, **facts}
        try:
            append_line(self._path, json.dumps(line, ensure_ascii=False), mode=0o600)
        except OSError as error:
            raise NotWritten from error

    def last(self) -> Iterator[dict[str, str | None]]:
        """The last lines, the newest first; one that a full disk cut off is left out."""
        if not self._path or not self._path.exists():
            return
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - SHOWN * LINE_AT_MOST))
            lines = file.read().splitlines()[-SHOWN:]
        for line in reversed(lines):
            try:
                yield json.loads(line)
            except ValueError:
                continue
