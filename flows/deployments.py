"""What Prefect runs beside the night, for a page with its history; each calls what the command of the same name calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run
from pydantic import Field

from alerts.digest import SEVERITIES
from flows import rereading, upkeep
from flows.nightly import nightly
from flows.runs import CHINA
from flows.watchdog import watch as judge
from flows.weekly import weekly as summarise
from language import said
from settings import Settings
from sources.catalogue import Catalogue, load_catalogue
from sources.pull import Chosen
from sources.schema import FiscalYear
from warehouse.rereading import Choice


@dataclass
class NightMissing(Exception):
    """The watchdog found something: the run is red, and says what."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(self.problems)


RegionCode = Annotated[str, Field(pattern=r"^[1-9]\d{5}$", description="Six digits of GB/T 2260; a city's or province's has all below it.")]


@dataclass
class NotInCatalogue(Exception):
    """What a run was asked for is not in the catalogue: nothing was done."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"Not in the catalogue: {', '.join(self.names)}. Nothing was done."


def dated() -> str:
    """`check 2026-11-23`: the flow, and the day in China on which the run was due."""
    due = flow_run.scheduled_start_time or datetime.now(UTC)
    return f"{flow_run.flow_name} {due.astimezone(CHINA).date()}"


def backfill_name() -> str:
    """`backfill 2021-2023 440106 tianhe-finance`: which years, and where."""
    chosen = flow_run.parameters
    years = f"{chosen['since']}-{chosen.get('until') or ''}"
    return " ".join(("backfill", years, *(chosen.get("regions") or ()), *(chosen.get("departments") or ())))


@flow(name="watchdog", flow_run_name="watchdog after {hours:g} hours")
def watchdog(hours: float = 26) -> None:
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
    shown = "\n".join(lines) or said("No document is to be read again.")
    create_markdown_artifact(shown, key="reread", description=said("What was read again"))


@flow(name="backfill", flow_run_name=backfill_name)
def backfill(
    since: FiscalYear, until: FiscalYear | None = None, regions: list[RegionCode] | None = None, departments: list[str] | None = None,
) -> None:
    """Fetch some years of some departments: a night that is about them alone.

    What was fetched or loaded before it was ended stays, so it goes on from there when it is run again.

    Args:
        since: of lists, only files of this fiscal year and later.
        until: of lists, only files of this fiscal year and earlier; None means all.
        regions: only departments of these regions; None means all.
        departments: only those with these ids, in these regions; None means all.

    Raises:
        NoYears: the first year is after the last.
        NotInCatalogue: a region or department is not known.
        WarehouseError, ArchiveError: as for a night.
    """
    Chosen(since, until)
    catalogue, _ = load_catalogue(Settings().catalogue)
    nightly(sources=chosen_departments(catalogue, regions or (), departments or ()), since=since, until=until)


@flow(name="check", flow_run_name=dated)
def check() -> None:
    """Judge again what is in the warehouse, by today's date and rules; nothing is pulled or read.

    Raises:
        WarehouseError: a run is at work, or the warehouse cannot be read or written.
    """
    findings = upkeep.check(Settings())
    told = ", ".join(f"{findings.get(severity, 0)} {said(severity)}" for severity in SEVERITIES)
    create_markdown_artifact(f"{said('New findings')}: {told}", key="check", description=said("What judging again found"))


@flow(name="weekly", flow_run_name=dated)
def weekly() -> None:
    """Tell each audience how its departments' problems moved in the week.

    Raises:
        WarehouseError: a run is at work, or the warehouse cannot be read or written.
    """
    told = [
        f"* {one.audience}: {one.where}{'' if one.ok else said(' NOT DELIVERED: {failure}', failure=one.error)}"
        for one in summarise(Settings())
    ]
    create_markdown_artifact(
        "\n".join(told) or said("Nothing to tell, or told already."), key="weekly", description=said("Whom the week was told"))


@flow(name="maintenance", flow_run_name=dated)
def maintenance() -> None:
    """Remove what killed runs have left, and write the warehouse's log into its file.

    Raises:
        WarehouseError: a run is at work, or the warehouse cannot be read or written.
    """
    create_markdown_artifact(str(upkeep.clear(Settings())), key="maintenance", description=said("What was cleared"))


def chosen_departments(catalogue: Catalogue, regions: Sequence[str], departments: Sequence[str]) -> list[str] | None:
    """The ids of the departments chosen; None for all.

    Args:
        catalogue: all of them.
        regions: codes; one of a city or a province means all regions in it. None of them: all.
        departments: ids. None of them: all of the regions.

    Raises:
        NotInCatalogue: a region or department is not there.
    """
    if not (regions or departments):
        return None
    inside = {
        code: {one.id for one in catalogue.departments if one.region.adcode.startswith(stem(code))} for code in regions
    }
    of_regions = set().union(*inside.values()) if regions else {one.id for one in catalogue.departments}
    unknown = [code for code, found in inside.items() if not found] + [one for one in departments if one not in of_regions]
    if unknown:
        raise NotInCatalogue(tuple(unknown))
    return sorted(of_regions.intersection(departments) if departments else of_regions)


def stem(code: str) -> str:
    """What all codes in a region begin with: two digits of a province's, four of a city's, or all."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
