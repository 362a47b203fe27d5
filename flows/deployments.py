"""What Prefect runs beside the night, for a page with its history; each calls what the command of the same name calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import rereading
from flows.watchdog import watch as judge
from settings import Settings
from warehouse.rereading import Choice


@dataclass
class NightMissing(Exception):
    """The watchdog found something: the run is red, and says what."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(self.problems)


@flow(name="watchdog", flow_run_name="watchdog after {hours} hours")
def watchdog(hours: float = 30) -> None:
    """Tell a night that is missing, does not end or read nothing.

    Args:
        hours: from the start of one night within which the next is published.

    Raises:
        NightMissing: there is something to tell; it was told to every channel that took it.
    """
    watched = judge(Settings(), hours)
    if watched.problems:
        raise NightMissing((*watched.problems, *(f"NOT DELIVERED: {failure}" for failure in watched.undelivered)))


@flow(name="reread", flow_run_name="reread keep={keep}")
def reread(
    departments: list[str] | None = None, since: date | None = None, failed: bool = False, everything: bool = False, keep: bool = False,
) -> None:
    """Read documents again from the archive.

    Args:
        departments: only those with these ids; None means all.
        since: only what was fetched on this day or later.
        failed: only what could not be read or has rows in quarantine.
        everything: also what this program has read, and versions no longer in force.
        keep: load what was found; else only show what would change.

    Raises:
        WarehouseError: a run is at work, or the warehouse cannot be read or written.
    """
    done = rereading.reread(Settings(), Choice(tuple(departments or ()), since, failed, everything), keep=keep)
    lines = [*(f"* {change.before.address}: {change}" for change in done.changes), *(f"* {title}: {text}" for title, text in done.lines())]
    create_markdown_artifact("\n".join(lines) or "No document is to be read again.", key="reread", description="What was read again")
