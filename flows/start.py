"""One nightly run from the command line: the environment that it needs, and the lock that keeps it alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseError, told_plainly

if TYPE_CHECKING:
    from flows.summary import Summary
    from settings import Settings

# What Prefect is told where the user's environment says nothing. With PREFECT_API_URL set, its temporary server and so the
# first line play no part.
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",   # its own 20 s are too few: 34 s were seen on two shared cores
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",                 # nothing leaves a finance network
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",                         # the run speaks through its progress, its summary and its errors
}


class RunInProgress(WarehouseError):
    """Another nightly run works on the same data."""


def run_nightly(settings: Settings) -> Summary:
    """Run tonight's ingestion, alone.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError, ArchiveError: what is safe and what to do is in the message.
    """
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    with told_plainly(settings.data):
        settings.data.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.data / "nightly.lock", timeout=0):
            from flows.nightly import nightly  # noqa: PLC0415 - Prefect reads its environment when it is imported

            return nightly(catalogue=str(settings.catalogue), data=str(settings.data))
    except Timeout as error:
        raise RunInProgress(
            f"Another nightly run is at work in {settings.data}. Both are safe: this one has touched nothing. "
            "Wait for the other to end (`yusuan status` shows it then) and run again if something is missing."
        ) from error
