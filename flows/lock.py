"""One nightly run at a time on one data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseError, told_plainly


class RunInProgress(WarehouseError):
    """Another nightly run works on the same data."""


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the data folder, which is made if it is not there; the system lets go of it when the process ends, however it ends.

    Raises:
        RunInProgress: another run holds it.
        WarehouseUnwritable: it cannot be made or written.
    """
    lock = FileLock(data / "nightly.lock")
    with told_plainly(data):
        data.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunInProgress(
                f"Another nightly run is at work in {data}. Both are safe: this one has touched nothing. Wait for the other to end, "
                "then see with `yusuan status` what it did."
            ) from error
    try:
        yield
    finally:
        lock.release()
