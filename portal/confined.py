"""A process of its own for one piece of work at a time: what a document or a question does to it, it does not do to the page."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Ended(Exception):
    """The process ended under its work: it took more than it may."""


class Confined:
    """A process that is started with its first work, and anew after one that ended it.

    Args:
        prepare: is called in it once, before all work, and sets its limits.
        given: what `prepare` is called with.
    """

    def __init__(self, prepare: Callable[..., None], *given: object) -> None:
        self._prepare, self._given = prepare, given
        self._lock = threading.Lock()
        self._workers: ProcessPoolExecutor | None = None

    def run(self, work: Callable[..., T], *given: object) -> T:
        """Do something there; what it raises is raised here.

        Raises:
            Ended: it ended the process.
        """
        with self._lock:
            if self._workers is None:
                self._workers = ProcessPoolExecutor(
                    1, multiprocessing.get_context("spawn"), initializer=partial(_begin, self._prepare, *self._given))
            workers = self._workers
        try:
            return workers.submit(work, *given).result()
        except BrokenProcessPool as error:
            with self._lock:
                if self._workers is workers:
                    self._workers = None
            raise Ended from error

    def close(self) -> None:
        """End the process; who asks afterwards has another one."""
        with self._lock:
            if self._workers:
                self._workers.shutdown(wait=True, cancel_futures=True)
                self._workers = None


def _begin(prepare: Callable[..., None], *given: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C is for the page, which ends this process
    prepare(*given)
