"""Worker processes: one that crashes, hangs or eats memory loses the call it was at, and none outlives the process that started it.

Each process has a pipe of its own and a thread here that attends to it. Pools whose processes share a queue and its lock break as a
whole when one of them is killed at the wrong moment.

This module is what a worker imports, so it stays small.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias, TypeVar, cast

from flows.ending import CLEAN_UP_SECONDS
from settings import without_secrets

T = TypeVar("T")
_Call: TypeAlias = tuple[Callable[..., Any], tuple[object, ...]]

OUT_OF_MEMORY = 77    # the exit code of a worker that has no more; Python and signals end with others
MEGABYTE = 1024 * 1024
_NEW_OBJECTS = 10_000    # that make the interpreter look for cycles among them; documents are trees of many, and leave none
_START_SECONDS = 120.0    # for a new process to take up its call; 10 s were seen on two cores that others shared
_BEGUN = "begun"    # what a worker says of a call before anything else: only now is a crash the call's own


class ProcessLost(Exception):
    """A process ended during a call.

    Args:
        exitcode: as `multiprocessing` gives it, negative for a signal.
    """

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(f"its process ended with code {exitcode}")
        self.exitcode = exitcode


class NoProcesses(Exception):
    """Processes end before they begin: a fault of the machine, not of what was to be read."""


class _NotBegun(Exception):
    """A process ended before it took up its call."""


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    function: Callable[..., Any]
    args: tuple[object, ...]
    last: Callable[[], object] | None

    def call(self) -> _Call:
        """What a process is told."""
        return self.function, (*self.args, self.last()) if self.last else self.args


class Pool:
    """Processes that each take one call after the other.

    Args:
        processes: how many.
        seconds: a process that takes longer for a call is ended and replaced.
        memory_mb: what a process may use, in megabytes.
        context: how the first processes begin: `spawn`, or `fork`, which is faster, where this process has no other threads that may
            hold a lock. Those that replace one are spawned: by then there are threads.
    """

    def __init__(self, processes: int, seconds: float, memory_mb: int, context: Literal["spawn", "fork"]) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._is_stopped = False
        self._changing = threading.Lock()    # the end of a fresh pipe must not be inherited by another fresh process
        first = cast(ForkContext | SpawnContext, multiprocessing.get_context(context))
        self._processes = [_Process(memory_mb, first) for _ in range(processes)]
        self._threads = [threading.Thread(target=self._attend, args=(place,), daemon=True) for place in range(processes)]
        for thread in self._threads:
            thread.start()

    def start(self, function: Callable[..., T], *args: object, last: Callable[[], object] | None = None) -> Future[T]:
        """Have a function called in a process, as soon as one is free.

        Args:
            function: what is called.
            args: what it is called with.
            last: gives one more argument, once a process is free for it, so that few of them are in memory.

        Returns:
            Its result, or what it or `last` raised; `TimeoutError` and `ProcessLost` if it cost its process, `NoProcesses` if there is
            none.
        """
        future: Future[T] = Future()
        with self._changing:
            if self._is_stopped:
                future.cancel()
            else:
                self._jobs.put(_Job(future, function, args, last))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self.stop()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """End all processes, whatever they are at: nobody who waits for a result is left waiting."""
        with self._changing:
            self._is_stopped = True
        while (job := self._next()) is not None:
            job.future.cancel()
        for process in self._processes:
            process.terminate()
        deadline = time.monotonic() + CLEAN_UP_SECONDS
        for process in self._processes:
            process.kill(deadline)

    def _next(self) -> _Job | None:
        try:
            return self._jobs.get_nowait()
        except Empty:
            return None

    def _attend(self, place: int) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                result = self._call(place, job.call())
            except BaseException as error:    # noqa: BLE001 whoever waits for the result gets it
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
        self._processes[place].dismiss()

    def _call(self, place: int, call: _Call) -> Any:
        try:
            return self._attempt(place, call)
        except (_NotBegun, ProcessLost) as lost:
            if isinstance(lost, ProcessLost) and lost.exitcode == OUT_OF_MEMORY:
                raise
        # Perhaps somebody has ended it, or the system for want of memory: that says nothing of the call.
        try:
            return self._attempt(place, call)
        except _NotBegun as error:
            raise NoProcesses(
                "Processes that read documents end before they begin, two of them in a row. Nothing was loaded. See what ends them "
                "(too little memory?), and run again."
            ) from error

    def _attempt(self, place: int, call: _Call) -> Any:
        try:
            return self._processes[place].call(call, self._seconds)
        except (TimeoutError, ProcessLost, _NotBegun):
            self._replace(place)
            raise

    def _replace(self, place: int) -> None:
        self._processes[place].end()
        with self._changing:
            if self._is_stopped:
                raise CancelledError
            self._processes[place] = _Process(self._memory_mb, multiprocessing.get_context("spawn"))


class _Process:
    """One process, and this end of its pipe."""

    def __init__(self, memory_mb: int, context: SpawnContext | ForkContext) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, memory_mb), daemon=True)
        with without_secrets():    # it reads what strangers have written
            self._process.start()
        theirs.close()

    def call(self, call: _Call, seconds: float) -> Any:
        """Have a call made, and wait for what it gives or raises.

        Raises:
            TimeoutError: it took longer than `seconds`.
            ProcessLost: the process ended while it was at it; `_NotBegun` if it ended before.
        """
        is_begun = False
        answer: Any = _BEGUN
        try:
            self._pipe.send(call)
            while answer == _BEGUN and self._pipe.poll(seconds if is_begun else _START_SECONDS):
                answer = self._pipe.recv()
                is_begun = True
        except (EOFError, OSError) as lost:
            self._process.join(CLEAN_UP_SECONDS)
            exitcode = self.end()
            if is_begun or exitcode == OUT_OF_MEMORY:
                raise ProcessLost(exitcode) from lost
            raise _NotBegun from lost
        if answer == _BEGUN:
            raise TimeoutError if is_begun else _NotBegun
        result, error = answer
        if error is not None:
            raise error
        return result

    def terminate(self) -> None:
        """Ask it to end, and to clean up."""
        self._process.terminate()

    def kill(self, deadline: float) -> None:
        """End it by force if it has not ended by then (`time.monotonic`)."""
        self._process.join(max(0.0, deadline - time.monotonic()))
        self._process.kill()

    def dismiss(self) -> None:
        """Let it end by itself, as it has nothing to do; a signal would break into what it clears up."""
        with suppress(OSError):    # it has ended
            self._pipe.send(None)
        self._process.join(CLEAN_UP_SECONDS)
        self.end()

    def end(self) -> int | None:
        """End it, by force if it takes long, and give its exit code."""
        self.terminate()
        self.kill(time.monotonic() + CLEAN_UP_SECONDS)
        self._process.join()
        self._pipe.close()
        return self._process.exitcode


def _work(pipe: Connection, memory_mb: int) -> None:
    """Make the calls that come through a pipe (runs in a worker)."""
    begin_worker(memory_mb)
    look_for_cycles_seldom()
    try:
        while (call := pipe.recv()) is not None:
            pipe.send(_BEGUN)
            pipe.send(_outcome(*call))
    except MemoryError:    # too little is left for the next call
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):    # nobody waits for an answer any more
        return


def look_for_cycles_seldom() -> None:
    """Spare this process what the interpreter does to find garbage in what lives as long as the process: libraries, documents."""
    gc.freeze()    # what it begins with
    gc.set_threshold(_NEW_OBJECTS)


def _outcome(function: Callable[..., T], args: tuple[object, ...]) -> tuple[T | None, Exception | None]:
    try:
        return function(*args), None
    except MemoryError:
        raise
    except Exception as error:    # noqa: BLE001 the caller's, and raised there
        return None, error


def begin_worker(memory_mb: int) -> None:
    """Limit this process, and let it end with its parent; an interruption is its parent's business."""
    signal.set_wakeup_fd(-1)    # a fork's signals would be taken for its parent's
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))    # it cleans up when it is ended
    sys.unraisablehook = _told_unless_ended
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_with_parent()
    limit_memory(memory_mb)


def _told_unless_ended(error: sys.UnraisableHookArgs) -> None:
    """Tell what Python cannot raise, but not that this process was ended while it was at such a place: who ended it knows."""
    if not issubclass(error.exc_type, SystemExit):
        sys.__unraisablehook__(error)


def end_with_parent() -> None:
    """Let this process end when the one that started it has ended, even by SIGKILL.

    The system closes a pipe's end with the process that holds it, on every system. (Linux's parent-death signal, `prctl`, comes when
    the *thread* ends that started a process, and here such threads end while their processes are at work.)
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "this process was not started by multiprocessing"

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)    # the main thread cleans up, if it can
        time.sleep(CLEAN_UP_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def limit_memory(megabytes: int) -> None:
    """Hold this process's data to `megabytes`, where the system knows such a limit."""
    if sys.platform == "linux":
        import resource

        limit = megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
