"""One nightly run from the command line, in the environment that it needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import httpx
from stamina.instrumentation import set_on_retry_hooks

from flows.ending import is_ending
from flows.lock import alone
from flows.processes import look_for_cycles_seldom
from flows.runs import demand_inputs
from flows.server import temporary_server
from transforms import vocabulary

if TYPE_CHECKING:
    from flows.summary import Summary
    from settings import Settings

# What Prefect is told where the user's environment says nothing.
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",   # its own 20 s are too few: 34 s were seen on two shared cores
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",                 # nothing leaves a finance network
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",                         # the run speaks through its progress, its summary and its errors,
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",                    # and Prefect's threads speak through the root logger
}


class Unreachable(Exception):
    """There is no Prefect server that answers."""


def run_nightly(settings: Settings, **chosen: Any) -> Summary:
    """Run tonight's ingestion.

    Args:
        settings: where everything is.
        chosen: what of it, as parameters of the flow.

    Raises:
        KeyboardInterrupt: a signal ended it.
        Unreachable, NoProcesses, VocabularyError, WarehouseError, ArchiveError: what is safe and what to do is in the message.
    """
    look_for_cycles_seldom()
    vocabulary.check()
    demand_inputs(settings)
    if address := os.environ.get("PREFECT_API_URL"):
        ask_server(address)
    with alone(settings.data):    # a folder that cannot be used is told at once, not after Prefect's start
        _set_environment(settings.data)
    try:
        with _server():
            from flows.nightly import nightly  # only now: Prefect reads its environment when it is imported

            summary: Summary = nightly(catalogue=str(settings.catalogue), data=str(settings.data), language=settings.language, **chosen)
            return summary
    except BaseException as error:
        if is_ending():
            raise KeyboardInterrupt from error
        raise


def _set_environment(data: Path) -> None:
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not _has_home():
        os.environ.setdefault("PREFECT_HOME", str(data / "prefect"))
    set_on_retry_hooks([])    # a retry's warning would break into the progress; an address that fails for good is in the summary


def _has_home() -> bool:
    """Whether this user has a home where Prefect can keep its history: a service's user may have none, or may not write there."""
    try:
        folder = Path("~/.prefect").expanduser()
        with TemporaryFile(dir=folder if folder.exists() else folder.parent):
            return True
    except (OSError, RuntimeError):    # the latter for a user that the system does not know
        return False


@contextmanager
def _server() -> Iterator[None]:
    """The server that Prefect's settings name, or else a temporary one, for as long as the run takes."""
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS

    if PREFECT_API_URL.value():
        yield
        return
    from prefect.context import refresh_global_settings_context

    with temporary_server() as address:
        os.environ["PREFECT_API_URL"] = address
        refresh_global_settings_context()
        import flows.nightly  # noqa: F401 takes as long as the server's start

        try:
            httpx.get(f"{address}/health", timeout=PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value()).raise_for_status()
        except httpx.HTTPError as error:
            raise Unreachable(
                f"Prefect's temporary server did not start ({error}); above is why, if it said so. Nothing was touched. It keeps its "
                "history in PREFECT_HOME (~/.prefect): set it to another folder, and run again."
            ) from error
        yield


def ask_server(address: str) -> None:
    """Ask a Prefect server whether it is there.

    Raises:
        Unreachable: it does not answer.
    """
    try:
        httpx.get(f"{address}/health", timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"The Prefect server at PREFECT_API_URL={_without_secrets(address)} does not answer ({_reason(error)}). Nothing was touched. "
            "Start it, correct the address, or unset PREFECT_API_URL to run with a temporary server."
        ) from error


def _without_secrets(address: str) -> str:
    """An address without what may be a password or a token in it."""
    try:
        return str(httpx.URL(address).copy_with(userinfo=b"", query=None, fragment=None))
    except httpx.InvalidURL:
        return "…"


def _reason(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """Why a server does not answer; the messages of the other kinds repeat the address."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    return "it is not an address" if isinstance(error, httpx.InvalidURL) else str(error)
