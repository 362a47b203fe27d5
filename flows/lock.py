"""One nightly run at a time on one data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from filelock import FileLock, Timeout

from language import said
from warehouse.errors import WarehouseError, told_plainly

RESTORING = "restoring"    # in a data folder: what a restore has not yet put in its place
REBUILDING = "rebuilding"    # the warehouse that a rebuild is making
REBUILT = "rebuilt"    # the same when it is whole and not yet in its place
LEAST_BYTES = 1 << 16    # a disk without room for them is full; an empty file can be made on it all the same


class RunInProgress(WarehouseError):
    """Another nightly run works on the same data."""


class HalfRestored(WarehouseError):
    """A restore into the data folder, or the end of a rebuild, was interrupted."""


def lock_file(data: Path) -> Path:
    """The file that a run holds while it works on a data folder."""
    return data / "nightly.lock"


@contextmanager
def alone(data: Path, *, is_restoring: bool = False) -> Iterator[None]:
    """Hold the data folder, which is made if it is not there; the system lets go of it when the process ends, however it ends.

    Args:
        data: the folder.
        is_restoring: whether it is held by what makes an interrupted restore or rebuild good.

    Raises:
        RunInProgress: another run holds it.
        HalfRestored: a restore into it was interrupted, or a rebuild that was putting its warehouse in place.
        WarehouseUnwritable: it cannot be made or written.
        WarehouseFull: there is no room in it.
    """
    lock = FileLock(lock_file(data))
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
        if not is_restoring and (data / RESTORING).exists():
            raise HalfRestored(said(
                "A restore into {data} was interrupted, and what is there is not whole. Run `yusuan restore` again (--force, if it says "
                "that data are there).", data=data,
            ))
        if not is_restoring and (data / REBUILT).exists():
            raise HalfRestored(said(
                "A rebuild was interrupted while it put its warehouse in place in {data}. Run `yusuan rebuild` again: it does the rest.",
                data=data,
            ))
        with told_plainly(data), TemporaryFile(dir=data) as file:
            file.write(bytes(LEAST_BYTES))
            file.flush()
        yield
    finally:
        lock.release()
