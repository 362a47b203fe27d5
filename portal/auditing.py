"""The log of who did what: JSON lines that are only added, readable by the owner alone. It holds no password."""

from __future__ import annotations

import json
import os
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


class NotKept(Exception):
    """What people do and decide cannot be written down, so it is not done; or what they did cannot be read."""


class Audit:
    """A log; None for the path keeps none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, event: Event, who: str | None, address: str, **facts: str) -> None:
        """Add a line: what, who (None for nobody who is known), from which address, when, and on what.

        Raises:
            NotKept: it cannot be written.
        """
        if not self._path:
            return
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, "who": who, "address": address, **facts}
        try:
            append_line(self._path, json.dumps(line, ensure_ascii=False), mode=0o600)
        except OSError as error:
            raise NotKept from error

    def last(self) -> Iterator[dict[str, str | None]]:
        """The last lines, the newest first; one that a full disk cut off is left out.

        Raises:
            NotKept: they cannot be read.
        """
        for line in reversed(self._end().splitlines()[-SHOWN:]):
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def _end(self) -> bytes:
        try:
            if not self._path or not self._path.exists():
                return b""
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - SHOWN * LINE_AT_MOST))
                return file.read()
        except OSError as error:
            raise NotKept from error
