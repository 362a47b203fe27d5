"""What is done between the nights, under their lock: everything is judged again, and what they leave behind is cleared away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.lock import alone
from flows.logs import Log
from flows.progress import Stages
from flows.runs import conclude_run, demand_judging, demand_warehouse, recorded_run, start_values
from flows.storing import store_of
from flows.watchdog import WATCHED
from language import said
from settings import Settings
from warehouse.publishing import remove_earlier
from warehouse.store import Warehouse


@dataclass(frozen=True, slots=True)
class Cleared:
    """What upkeep did: the names of the unfinished files and old copies that it removed, and the warehouse's bytes before and after."""

    removed: tuple[str, ...]
    before: int
    after: int

    def __str__(self) -> str:
        return said("{count} unfinished or old files removed; warehouse {before:,.1f} → {after:,.1f} MB",
            count=len(self.removed), before=self.before / 1e6, after=self.after / 1e6)


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging again said: the problems that stand, and what is wrong with the bureau's file of adjustments.

    A problem is severity, since when, whether it is new, department, year, stage, rule, and the message in Chinese and English.
    """

    standing: list[tuple[Any, ...]]
    complaints: list[str]


def judge(settings: Settings, departments: Sequence[str] = (), as_of: date | None = None) -> Judged:
    """Judge again all that is in the warehouse, and keep nothing of it.

    The rules over documents run when these are read; what they found counts as it stands, by the decisions of the finance bureau.

    Args:
        settings: where warehouse and adjustments are.
        departments: only problems of those with these ids; none of them means all.
        as_of: the day on which it is judged; None takes today in China.

    Raises:
        RunInProgress: another run holds the data folder.
        UnusableInput: a department is not known, or what the finance bureau decided.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    demand_judging(settings)
    with alone(settings.data), Warehouse.open(store_of(settings)) as warehouse, warehouse.rehearsal():
        warehouse.demand_departments(departments)
        version, today, reader, _ = start_values(settings)
        run = warehouse.begin_run(version, as_of or today, reader)
        conclude_run(warehouse, run, settings)
        return Judged(warehouse.standing(run, departments), (warehouse.run_message(run) or "").splitlines())


def check(settings: Settings) -> dict[str, int]:
    """Judge again all that is in the warehouse, by today's date and today's rules, and publish it; nothing is pulled or read.

    What is new is told with the next night's digests.

    Returns:
        The new findings by severity.

    Raises:
        RunInProgress: another run holds the data folder.
        UnusableInput: it is not known what the finance bureau decided.
        WarehouseError: there is no warehouse, or it cannot be read or written.
    """
    demand_judging(settings)
    with alone(settings.data), Stages(Log(settings.log)) as stages, Warehouse.open(store_of(settings)) as warehouse:
        with recorded_run(warehouse, settings, stages) as run, warehouse.transaction(), stages.stage("Check"):
            findings = conclude_run(warehouse, run, settings)
        with stages.stage("Publish"):
            warehouse.publish(settings.published, settings.published_copies)
        warehouse.record_steps(run, stages.steps)
    return findings


def clear(settings: Settings) -> Cleared:
    """Remove what killed runs left unfinished and old published copies that nobody reads; tidy the warehouse's store.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError: there is no warehouse, or it cannot be read or written.
    """
    demand_warehouse(settings)
    with alone(settings.data):
        unfinished = [
            *settings.published.parent.glob(f".{settings.published.name}.*"), *settings.alert_folder.glob(f".{WATCHED}.*"),
        ]
        for file in unfinished:
            file.unlink()
        removed = remove_earlier(settings.published, settings.published_copies)
        with Warehouse.open(store_of(settings)) as warehouse:
            before = warehouse.size()
            warehouse.tidy()
            after = warehouse.size()
    return Cleared(tuple(sorted(file.name for file in (*unfinished, *removed))), before, after)
