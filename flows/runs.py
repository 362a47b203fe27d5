"""What every run does around its work, a night as well as a re-reading: it is recorded, judged and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from alerts import digest, outbox
from expectations.adjustments import adjustment_rows, read_adjustments
from expectations.rules import RULES
from flows.fingerprint import fingerprint
from flows.progress import Stages
from flows.storing import store_of
from flows.workers import Limits
from issues.decisions import AnyDecision, Released, read
from issues.life import bring_up_to_date
from issues.quarantine import merge_releases
from settings import Settings
from sources.archive import RUNS
from sources.catalogue import has_files
from sources.outcomes import Limits as PullLimits
from sources.outcomes import Pulled
from sources.records import BEGUN, Record
from transforms.vocabulary import VocabularyError
from warehouse.errors import NotPublished, UnusableInput, WarehouseError
from warehouse.rereading import Reader
from warehouse.staging import Rows
from warehouse.store import Run, Warehouse

CHINA = ZoneInfo("Asia/Shanghai")   # due dates are days in China


def demand_warehouse(settings: Settings) -> None:
    """Refuse to work on a warehouse that no night has made.

    Raises:
        NotPublished: there is none.
    """
    store = store_of(settings)
    if not store.exists():
        raise NotPublished(
            f"There is no warehouse at {store.place} yet: run `make nightly` first, or say where it is with "
            f"{'YUSUAN_DATA' if store.is_file else 'YUSUAN_WAREHOUSE'}."
        )


def parse_limits(settings: Settings) -> Limits:
    """What one document may cost."""
    return Limits(settings.parse_seconds, settings.parse_memory_mb, settings.parse_output_mb)


def start_values(settings: Settings, now: datetime | None = None) -> tuple[str, date, Reader, datetime]:
    """What a run starts with: the version of the code, the day in China, what reads documents, and the time in UTC.

    Args:
        settings: say what reading may cost.
        now: aware time; None takes the clock.
    """
    limits = f"{settings.parse_seconds:g} s, {settings.parse_memory_mb} MB, {settings.parse_output_mb} MB of records"
    now = now or datetime.now(UTC)
    return version("yusuan"), now.astimezone(CHINA).date(), Reader(fingerprint(), limits), now.astimezone(UTC).replace(tzinfo=None)


@contextmanager
def recorded_run(warehouse: Warehouse, settings: Settings, stages: Stages, now: datetime | None = None) -> Iterator[Run]:
    """A run whose row says how it ended, also when it failed, and of which each step is kept; `now` is as for `start_values`."""
    run = _begin(warehouse, settings, now)
    stages.log.begin(run)
    try:
        yield run
    except Exception as error:
        stages.log.tell("run-failed", error=str(error))
        # Where the warehouse itself broke, this fails, too; what is told is what broke it. The next run marks this one as interrupted.
        with suppress(WarehouseError):
            with warehouse.transaction():
                finished_at = now_in_utc()
                warehouse.finish_run(run, "failed", str(error), finished_at)
                warehouse.record(run, "failed", {"message": str(error), "finished_at": finished_at})
            warehouse.record_steps(run, stages.steps)
        raise
    warehouse.record_steps(run, stages.steps)
    stages.log.end(run, warehouse)


def _begin(warehouse: Warehouse, settings: Settings, now: datetime | None) -> Run:
    """Begin a run and its record; of the record of one that was killed, what the warehouse has undone is removed."""
    for run_id, (status, steps) in warehouse.recorded_steps().items():
        if status == "running" and steps is not None:
            Record(settings.archive_folder / RUNS / run_id).forget_after(steps)
    with warehouse.transaction():
        run = with_record(warehouse.begin_run(*start_values(settings, now)), settings)
        values = ("run_id", "started_at", "as_of_date", "code_version")
        warehouse.record(run, BEGUN, {name: getattr(run, name) for name in values})
    return run


def with_record(run: Run, settings: Settings) -> Run:
    """A run that keeps its record beside the originals."""
    return replace(run, keep=Record(settings.archive_folder / RUNS / run.run_id).keep)


def take_releases(warehouse: Warehouse, run: Run, settings: Settings) -> None:
    """Take the rows into the warehouse that people let out of quarantine; call it in a transaction."""
    decisions = read(settings.inbox)[0]
    if any(isinstance(one, Released) for one in decisions):
        merge_releases(warehouse.connection, run.run_key, decisions)
        warehouse.record(run, "released", {"decisions": len(decisions)})


def conclude_run(warehouse: Warehouse, run: Run, settings: Settings, problems: Sequence[str] = ()) -> dict[str, int]:
    """Check across documents, bring the issues up to date, decide why sums are incomplete, write the digests to the outbox and end the run.

    Returns:
        The new findings by severity.
    """
    adjustments, complaints = _read_adjustments(settings)
    decisions, torn = read(settings.inbox)
    now = now_in_utc()
    unused, findings, unknown = judge_again(warehouse, run, Judging(adjustments, decisions, now))
    complaints += [
        f"{settings.adjustments.name}: {rule}: no department of the catalogue is {scope}; correct its id or region"
        for rule, scope in unused
    ]
    if unknown:
        torn.append(f"{settings.inbox.name}: {unknown} decisions are about no problem of this warehouse and were left out")
    message = "\n".join((*problems, *complaints, *torn)) or None
    warehouse.finish_run(run, message=message, now=now)
    write_digests(warehouse, run, settings, now)
    warehouse.record(run, "concluded", {
        "adjustments": adjustments, "decisions": len(decisions), "message": message, "finished_at": now,
    })
    return findings


@dataclass(frozen=True, slots=True)
class Judging:
    """What judging takes from outside.

    Attributes:
        adjustments: what the finance bureau decided about the rules; None leaves what was decided before.
        decisions: of the inbox.
        now: in UTC, without a zone.
    """

    adjustments: Rows | None
    decisions: Sequence[AnyDecision]
    now: datetime


def judge_again(warehouse: Warehouse, run: Run, judging: Judging) -> tuple[list[tuple[str, str]], dict[str, int], int]:
    """Check across documents, bring the issues up to date, and decide why sums are incomplete.

    Args:
        warehouse, run: what is judged, in which run.
        judging: what it takes from outside.

    Returns:
        Rule and scope of the adjustments that are for no department, the new findings by severity, and how many decisions are about no
        known problem.
    """
    unused = [] if judging.adjustments is None else warehouse.adjust(judging.adjustments)
    findings = warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse])
    unknown = bring_up_to_date(warehouse.connection, judging.decisions)
    warehouse.decide_reasons()
    return unused, findings, unknown


def write_digests(warehouse: Warehouse, run: Run, settings: Settings, now: datetime) -> None:
    """Write what a run that is finished has to tell to the outbox; call it in the transaction that finished it."""
    outbox.write(warehouse.connection, digest.build(warehouse.connection, run.run_key, settings.language), now)
    outbox.publish_state(warehouse.connection)    # as it is before tonight's are sent


def demand_inputs(settings: Settings) -> None:
    """Ask that the files which people write for a night can be used.

    Raises:
        UnusableInput: there is no catalogue, or it is not known what the finance bureau decided.
    """
    if not has_files(settings.catalogue):
        raise UnusableInput(
            f"{settings.catalogue}: no catalogue file (*.yaml) here; docs/catalogue.md shows one. Nothing was done. Correct --catalogue or "
            "YUSUAN_CATALOGUE, and run again."
        )
    demand_adjustments(settings)


def demand_judging(settings: Settings) -> None:
    """Ask that there is a warehouse, and that what it holds can be judged.

    Raises:
        NotPublished: there is no warehouse.
        UnusableInput: it is not known what the finance bureau decided.
    """
    demand_warehouse(settings)
    demand_adjustments(settings)


def demand_adjustments(settings: Settings) -> None:
    """Ask that it is known what the finance bureau decided.

    Raises:
        UnusableInput: its file cannot be read; to judge without it would accuse whom it excuses.
    """
    _, complaints = _read_adjustments(settings)
    if complaints:
        told = "\n".join(complaints)
        raise UnusableInput(
            f"The file of what the finance bureau decided, {settings.adjustments}, cannot be used; to judge without it would accuse "
            f"departments that it excuses:\n{told}\nNothing was done. Correct it, or YUSUAN_ADJUSTMENTS, and run again."
        )


def _read_adjustments(settings: Settings) -> tuple[Rows | None, list[str]]:
    """What the finance bureau decided about the rules; of a file that cannot be used nothing, and what is wrong with it."""
    try:
        return adjustment_rows(read_adjustments(settings.adjustments)), []
    except VocabularyError as error:
        return None, str(error).splitlines()


def is_behind(run: Run) -> bool:
    """Whether the clock shows a time before the run's start: it was set back, as a run starts after all that was done before it."""
    return now_in_utc() < run.started_at


def set_back(run: Run) -> list[str]:
    """What is told of a clock that was set back."""
    if not is_behind(run):
        return []
    now, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (now_in_utc(), run.started_at))
    return [f"The clock shows {now} UTC, before the last run ({last}): this night is kept as of just after that. Set the clock (NTP)"]


def in_order(run: Run, pulled: list[Pulled]) -> list[Pulled]:
    """Pulls as of the run's start where the clock was set back: a new version is not older than the one that it replaces."""
    begun = run.started_at.replace(tzinfo=UTC)
    return [replace(one, pulled_at=max(one.pulled_at, begun)) for one in pulled] if is_behind(run) else pulled


def now_in_utc() -> datetime:
    """The time, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def pull_limits(settings: Settings) -> PullLimits:
    """What hosts and addresses may cost, by the settings."""
    return PullLimits(
        seconds=settings.http_seconds, attempts=settings.http_attempts, max_bytes=settings.http_max_mb * 1024 * 1024,
        total_seconds=settings.http_total_seconds, connections=settings.http_connections, full_every=settings.http_full_every,
        connect_seconds=settings.http_connect_seconds, headers_seconds=settings.http_headers_seconds, delay=settings.http_delay,
        host_bytes=settings.http_host_mb * 1024 * 1024, breaker=settings.http_breaker, contact=settings.http_contact,
    )
