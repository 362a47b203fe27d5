"""One nightly run from the command line: the environment it needs and the lock that keeps it alone."""

from __future__ import annotations

import os

from filelock import FileLock, Timeout

from flows.summary import Summary
from settings import Settings
from warehouse.errors import WarehouseError

# What Prefect is told unless the user's environment says otherwise. With PREFECT_API_URL set its temporary server, and so
# the first line, plays no part.
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",   # its 20 s are too few: 34 s were seen on two shared cores
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",                 # nothing leaves a finance network
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",                         # the run's own words are the progress and the summary
    "PREFECT_CLI_PROMPT": "false",
}


class RunInProgress(WarehouseError):
    """Another nightly run works on the same data."""


def run_nightly(settings: Settings) -> Summary:
    """Run tonight's ingestion, alone.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError: the warehouse cannot be read or written; what is safe and what to do is in the message.
    """
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    from flows.nightly import nightly

    return nightly(catalogue=str(settings.catalogue), data=str(settings.data))
