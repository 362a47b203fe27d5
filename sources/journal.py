"""What a night has pulled before it is loaded, so that a night that was killed goes on where it stopped.

A line for each new file, written once its original is in the archive. The next night takes it from here without asking again; once it is
loaded the journal is empty.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sources.outcomes import Pulled

FRESH = timedelta(hours=20)    # a nightly run comes every 24 hours: what is older is asked again
_DATES: dict[str, Callable[[str], date]] = {"pulled_at": datetime.fromisoformat, "published_date": date.fromisoformat}


class Journal:
    """New files of a night that is not loaded yet; safe to use from several threads.

    Args:
        path: made with the first line; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begins = b"" if path is None or not path.is_file() or path.read_bytes()[-1:] in (b"", b"\n") else b"\n"    # a torn line
        self._left = {(one.source_address, one.address): one for one in _read(path) if datetime.now(UTC) - one.pulled_at < FRESH}

    def take(self, source: str, address: str) -> Pulled | None:
        """What a night that was killed had pulled from an address of a source; None if it had not."""
        return self._left.get((source, address))

    def write(self, pulled: Pulled) -> None:
        """Note a new file; the line of a night that is killed in the middle of it is left out when it is read."""
        if self._path is None or pulled.outcome != "new":
            return
        line = json.dumps(asdict(pulled), default=lambda value: value.isoformat()) + "\n"
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(self._begins + line.encode("ascii"))
                self._begins = b""

    def clear(self) -> None:
        """Forget what is loaded."""
        if self._path:
            self._path.unlink(missing_ok=True)


def _read(path: Path | None) -> list[Pulled]:
    if path is None or not path.is_file():
        return []
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            values: dict[str, Any] = json.loads(line)
            values |= {name: read(values[name]) for name, read in _DATES.items() if values.get(name)}
            found.append(Pulled(**values))
        except (AttributeError, TypeError, ValueError):    # the line at which the night was killed, or one of another version
            continue
    return found
