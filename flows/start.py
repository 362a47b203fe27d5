"""One nightly run from the command line, in the environment that it needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
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


class Unreachable(Exception):
    """The Prefect server that the environment names does not answer."""


def run_nightly(settings: Settings) -> Summary:
    """Run tonight's ingestion.

    Raises:
        KeyboardInterrupt: a signal ended it.
        Unreachable, WarehouseError, ArchiveError: what is safe and what to do is in the message.
    """
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    set_on_retry_hooks([])    # a retry's warning would break into the progress; an address that fails for good is in the summary
    from flows.nightly import nightly    # only now: Prefect reads its environment when it is imported  # isort: skip

    _ask_server()
    try:
        return nightly(catalogue=str(settings.catalogue), data=str(settings.data), language=settings.language)
    except BaseException as error:
        if any(_is_stop(cause) for cause in _causes(error)):
            raise KeyboardInterrupt from error
        raise


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _is_stop(error: BaseException) -> bool:
    """Whether a signal ended the night: Prefect and DuckDB have words of their own for it."""
    return isinstance(error, KeyboardInterrupt) or type(error).__name__ == "TerminationSignal" or "interrupted" in str(error).lower()


def _ask_server() -> None:
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return
    try:
        httpx.get(f"{address}/health", timeout=10).raise_for_status()
    except httpx.HTTPError as error:
        raise Unreachable(
            f"The Prefect server at PREFECT_API_URL={address} does not answer ({error}). Nothing was touched. Start it, correct the "
            "address, or unset PREFECT_API_URL to run with a temporary server."
        ) from error
