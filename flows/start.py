"""One nightly run from the command line, in the environment that it needs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stamina.instrumentation import set_on_retry_hooks

if TYPE_CHECKING:
    from flows.summary import Summary
    from settings import Settings

# What Prefect is told where the user's environment says nothing. With PREFECT_API_URL set, its temporary server and so the
# first line play no part.
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",   # its own 20 s are too few: 34 s were seen on two shared cores
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",                 # nothing leaves a finance network
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",                         # the run speaks through its progress, its summary and its errors,
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",                    # and Prefect's threads speak through the root logger
}


def run_nightly(settings: Settings) -> Summary:
    """Run tonight's ingestion.

    Raises:
        WarehouseError, ArchiveError: what is safe and what to do is in the message.
    """
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    set_on_retry_hooks([])    # a retry's warning would break into the progress; an address that fails for good is in the summary
    from flows.nightly import nightly    # only now: Prefect reads its environment when it is imported  # isort: skip

    return nightly(catalogue=str(settings.catalogue), data=str(settings.data), language=settings.language)
