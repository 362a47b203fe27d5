"""What Prefect's page shows of a night: how far its batches are, its summary, what failed, what was found, and the published copy."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import asdict
from typing import cast
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from expectations.suite import ExpectationResult
from flows.summary import Summary
from language import said
from settings import Settings
from warehouse.store import Run, Warehouse

EVERY_SECONDS = 5.0    # each telling is a request to the server
ROWS = 500             # a page with more shows nothing any more; the rest is counted


class Progress:
    """Tells Prefect every five seconds how many of a stage's things are done; one that takes less is not told."""

    def __init__(self) -> None:
        self._artifacts: dict[str, UUID] = {}
        self._told: dict[str, float] = {}
        self._run = copy_context()       # hosts are asked in threads, which know nothing of the run
        self._lock = threading.Lock()

    def __call__(self, title: str, done: int, total: int) -> None:
        """So many of a stage's `total` things are done."""
        with self._lock:
            now = time.monotonic()
            is_due = now - self._told.setdefault(title, now) >= EVERY_SECONDS
            if is_due or (done == total and title in self._artifacts):
                self._told[title] = now
                told = said("{title}: {done:,} of {total:,}", title=said(title), done=done, total=total)
                with shown_if_it_can_be():
                    self._run.run(self._tell, title, 100 * done / total, told)

    def _tell(self, title: str, share: float, told: str) -> None:
        if title in self._artifacts:
            update_progress_artifact(self._artifacts[title], share, told)
        else:
            made = create_progress_artifact(share, key=f"nightly-{title.lower()}", description=told)
            self._artifacts[title] = cast(UUID, made)    # an awaitable in coroutines only


@contextmanager
def shown_if_it_can_be() -> Iterator[None]:
    """A page that cannot be told anything ends no night: what is shown there is in the warehouse, too."""
    try:
        yield
    except Exception:
        logging.getLogger(__name__).warning("Prefect's page could not be told what the night does", exc_info=True)


def report(warehouse: Warehouse, run: Run, settings: Settings, summary: Summary, results: Sequence[ExpectationResult]) -> None:
    """Leave with the run what it did: its summary, each expectation's counts, what failed, what it found, and where the copy is."""
    with shown_if_it_can_be():
        _report(warehouse, run, settings, summary, results)


def _report(warehouse: Warehouse, run: Run, settings: Settings, summary: Summary, results: Sequence[ExpectationResult]) -> None:
    create_markdown_artifact(summary.markdown(), key="nightly-summary", description=said("What run {run} did", run=run.run_id))
    _table("expectations", [asdict(result) for result in results], said("Each expectation's counts in run {run}", run=run.run_id))
    _table("failed-sources", warehouse.failures(run), said("What was asked for in vain in run {run}, and why", run=run.run_id))
    _table("findings", warehouse.findings(run, settings.language), said("What run {run} found first, the worst first", run=run.run_id))
    create_link_artifact(
        settings.published.absolute().as_uri(), said("the published copy"), key="nightly-published-copy",
        description=said("The copy that run {run} published, on the machine of its worker", run=run.run_id),
    )


def _table(key: str, rows: list[dict[str, object]], told: str) -> None:
    left = said("; the first {shown} of {count:,}", shown=ROWS, count=len(rows)) if rows[ROWS:] else ""
    create_table_artifact(rows[:ROWS], key=f"nightly-{key}", description=told + left)
