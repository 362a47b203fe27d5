"""How a command ends when a signal ends it: in order if it can, and within seconds with all its processes if it cannot."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EXIT_CODE = 130    # what shells give for a program that Ctrl-C ended
# To roll back, to tell Prefect and to end the workers takes a second. A server that sends nothing may hold a thread for 30 s, and
# who pressed Ctrl-C does not wait for it: whatever is cut off is made good by the next night, as after SIGKILL.
GRACE_SECONDS = 5.0
CLEAN_UP_SECONDS = 2.0    # what a worker gets to end LibreOffice and to remove its files

_leaving = threading.Lock()
_signalled = threading.Event()


def end_on_signals(told: str) -> None:
    """Have a signal interrupt this program (`KeyboardInterrupt`), and end it by force if it has not ended `GRACE_SECONDS` later.

    What was to be ignored from the start stays so (`nohup`, a script's background).

    Args:
        told: what is printed if it is ended by force.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    # The system writes here whoever handles the signal: Prefect puts a handler of its own in place while a flow runs.
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    threading.Thread(target=_end_by_force, args=(read, told), daemon=True).start()


@contextmanager
def ended_by_signals(told: str) -> Iterator[None]:
    """What a signal interrupts: then this program says so and ends, whatever Prefect or DuckDB made of the interruption.

    Args:
        told: what is printed.
    """
    end_on_signals(told)
    try:
        yield
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) or is_ending():
            leave(told)
        raise


def leave(told: str) -> NoReturn:
    """End this program and its processes now, without waiting for threads that cannot be stopped."""
    _leaving.acquire()    # the one who was first prints and ends the program
    try:
        with suppress(OSError):
            if sys.stdout:
                sys.stdout.flush()
        _clear_up()
        sys.stderr.write(f"yusuan: {told}\n")
        sys.stderr.flush()
    finally:
        os._exit(EXIT_CODE)    # also where nothing can be printed any more: a pipe is closed, a disk is full


def _clear_up() -> None:
    """End the processes that this program started."""
    processes = multiprocessing.active_children()
    for process in processes:
        process.terminate()    # a worker ends LibreOffice, and removes its files
    deadline = time.monotonic() + CLEAN_UP_SECONDS
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        process.kill()
    for process in processes:
        process.join(CLEAN_UP_SECONDS)    # whoever waits for this program finds none of them any more


def is_ending() -> bool:
    """Whether a signal came: Prefect and DuckDB turn what it raises into errors of their own."""
    return _signalled.is_set()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _signalled.set()
    for number in SIGNALS:    # a closed terminal sends two, and a second one would interrupt the clearing up
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_by_force(read: int, told: str) -> None:
    while os.read(read, 1)[0] not in SIGNALS:
        pass
    _signalled.set()
    time.sleep(GRACE_SECONDS)
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h\n")    # the progress bar had hidden the cursor
    leave(told)
