"""What ends requests at their deadlines: one thread looks at all that are at work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LOOKS_PER_SECOND = 20


@dataclass(slots=True)
class Deadline:
    """Seconds that an address may take with all its attempts; waiting for its turn at the host does not count."""

    seconds: float
    is_over: bool = False


@dataclass(slots=True, eq=False)
class Cut:
    """What is to be done at a time (of `time.monotonic`); None once it is done or not to be done any more."""

    at: float
    act: Callable[[], None] | None

    def cancel(self) -> None:
        """Leave it undone."""
        self.act = None


class Watchman:
    """Does what is due; a timer for each request would be a thread for each. Safe to use from several threads."""

    def __init__(self) -> None:
        self._due: set[Cut] = set()
        self._lock = threading.Lock()
        self._is_awake = False

    def after(self, seconds: float, act: Callable[[], None]) -> Cut:
        """Have something done after so many seconds, unless it is cancelled before."""
        cut = Cut(time.monotonic() + seconds, act)
        with self._lock:
            self._due.add(cut)
            if not self._is_awake:
                self._is_awake = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
        return cut

    def _watch(self) -> None:
        """Look again and again, as long as something is to come."""
        is_left = True
        while is_left:
            time.sleep(1 / LOOKS_PER_SECOND)
            now = time.monotonic()
            with self._lock:
                due = [cut for cut in self._due if cut.at <= now]
                self._due = {cut for cut in self._due if cut.at > now and cut.act}
                is_left = self._is_awake = bool(self._due)
            for cut in due:
                if act := cut.act:
                    act()
