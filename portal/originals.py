"""Originals as pictures and grids, drawn in a process of its own: what a document does to its reader, it does not do to the page."""

from __future__ import annotations

import resource
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from portal.confined import Confined, Ended
from transforms import evidence
from transforms.grid import UnreadableDocument

T = TypeVar("T")
WAITING = 10       # for their turn; whoever comes then is told to come again, and the server's other threads are for pages
AROUND = 60       # of the page's units, above and below of what is meant: some rows of its table
REMEMBERED = 64    # pages and documents that were drawn last; a page takes about 100 KB


class Limits(NamedTuple):
    """What drawing may cost: seconds of the processor, megabytes of memory."""

    seconds: float = 60
    memory_mb: int = 2048


class Evidence(NamedTuple):
    """A part of a page, all of its width, and what is meant there: left, top, right, bottom in the units of the page."""

    width: float
    height: float
    top: float
    bottom: float
    meant: tuple[float, float, float, float]


class Originals:
    """Draws what the archive holds.

    Args:
        read: gives an original by its SHA-256.
        limits: what drawing one page or grid may cost.
    """

    def __init__(self, read: Callable[[str], bytes], limits: Limits) -> None:
        self.read, self._limits = read, limits
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(1 + WAITING)
        self._process = Confined(_limit, limits)
        self._remembered: OrderedDict[tuple[str, int], object] = OrderedDict()

    def picture(self, sha256: str, page: int) -> evidence.Picture:
        """A page, from 1, of a PDF or OFD.

        Raises:
            UnreadableDocument: it cannot be drawn, drawing cost more than the limits, or too many wait for theirs (`busy`).
        """
        return self._made((sha256, page), lambda: self._drawn(_picture, sha256, page))

    def tables(self, sha256: str) -> list[evidence.ShownTable]:
        """The recognised tables of a document; raises as `picture`."""
        return self._made((sha256, 0), lambda: self._drawn(_tables, sha256))

    def evidence(self, sha256: str, page: int, meant: tuple[float, float, float, float]) -> Evidence | None:
        """What a picture shows of a place; None where the page cannot be drawn now."""
        try:
            drawn = self.picture(sha256, page)
        except (UnreadableDocument, FileNotFoundError):
            return None
        return Evidence(drawn.width, drawn.height, max(0, meant[1] - AROUND), min(drawn.height, meant[3] + AROUND), meant)

    def close(self) -> None:
        """End the process that draws."""
        self._process.close()

    def _made(self, key: tuple[str, int], make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]    # type: ignore[return-value]  # a key is made in one way only
        if not self._turns.acquire(blocking=False):
            raise UnreadableDocument("busy", "Too many look at originals at the moment.")
        try:
            made = make()
        finally:
            self._turns.release()
        with self._lock:
            self._remembered[key] = made
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return made

    def _drawn(self, draw: Callable[..., T], sha256: str, *place: int) -> T:
        try:
            return self._process.run(draw, self._limits.seconds, self.read(sha256), *place)
        except Ended as error:
            raise UnreadableDocument("too-costly", "Drawing this page took more than it may, or ended its process.") from error


def _limit(limits: Limits) -> None:
    megabytes = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _bound(seconds: float) -> None:
    """Let the system end this process once it has worked so long from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _picture(seconds: float, data: bytes, page: int) -> evidence.Picture:
    _bound(seconds)
    return evidence.picture(data, page)


def _tables(seconds: float, data: bytes) -> list[evidence.ShownTable]:
    _bound(seconds)
    return evidence.tables(data)
