"""What every run does around its work, a night as well as a re-reading: it is recorded, judged and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from alerts import digest, outbox
from expectations.adjustments import adjustment_rows, read_adjustments
from expectations.rules import RULES
from flows.fingerprint import fingerprint
from flows.progress import Stages
from flows.workers import Limits
from issues.decisions import read
from issues.life import bring_up_to_date
from settings import Settings
from sources.outcomes import Limits as PullLimits
from transforms.vocabulary import VocabularyError
from warehouse.errors import NotPublished, WarehouseError
from warehouse.rereading import Reader
from warehouse.store import Run, Warehouse

CHINA = ZoneInfo("Asia/Shanghai")   # due dates are days in China


def demand_warehouse(settings: Settings) -> None:
    """Refuse to work on a warehouse that no night has made.

    Raises:
        NotPublished: there is none.
    """
    if not settings.warehouse.exists():
        raise NotPublished(
            f"There is no warehouse at {settings.warehouse} yet: run `make nightly` first, or say where it is with YUSUAN_DATA."
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
    run = warehouse.start_run(*start_values(settings, now))
    stages.log.begin(run)
    try:
        yield run
    except Exception as error:
        stages.log.tell("run-failed", error=str(error))
        # Where the warehouse itself broke, this fails, too; what is told is what broke it. The next run marks this one as interrupted.
        with suppress(WarehouseError):
            with warehouse.transaction():
                warehouse.finish_run(run, "failed", str(error))
            warehouse.record_steps(run, stages.steps)
        raise
    warehouse.record_steps(run, stages.steps)
    stages.log.end(run, warehouse)


def conclude_run(warehouse: Warehouse, run: Run, settings: Settings, problems: Sequence[str] = ()) -> dict[str, int]:
    """Check across documents, bring the issues up to date, decide why sums are incomplete, write the digests to the outbox and end the run.

    Returns:
        The new findings by severity.
    """
    problems = (*problems, *_take_adjustments(warehouse, settings))
    findings = warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse])
    decisions, torn = read(settings.inbox)
    unknown = bring_up_to_date(warehouse.connection, decisions)
    if unknown:
        torn.append(f"{settings.inbox.name}: {unknown} decisions are about no problem of this warehouse and were left out")
    warehouse.decide_reasons()
    outbox.write(warehouse.connection, digest.build(warehouse.connection, run.run_key, settings.language))
    outbox.publish_state(warehouse.connection)    # as it is before tonight's are sent
    warehouse.finish_run(run, message="\n".join((*problems, *torn)) or None)
    return findings


def _take_adjustments(warehouse: Warehouse, settings: Settings) -> Sequence[str]:
    """Take what the finance bureau decided about the rules; a file that cannot be used leaves what was decided before, and is told."""
    try:
        unused = warehouse.adjust(adjustment_rows(read_adjustments(settings.adjustments)))
    except VocabularyError as error:
        return str(error).splitlines()
    return [
        f"{settings.adjustments.name}: {rule}: no department of the catalogue is {scope}; correct its id or region"
        for rule, scope in unused
    ]


def pull_limits(settings: Settings) -> PullLimits:
    """What hosts and addresses may cost, by the settings."""
    return PullLimits(
        seconds=settings.http_seconds, attempts=settings.http_attempts, max_bytes=settings.http_max_mb * 1024 * 1024,
        total_seconds=settings.http_total_seconds, connections=settings.http_connections, full_every=settings.http_full_every,
        connect_seconds=settings.http_connect_seconds, headers_seconds=settings.http_headers_seconds, delay=settings.http_delay,
        host_bytes=settings.http_host_mb * 1024 * 1024, breaker=settings.http_breaker, contact=settings.http_contact,
    )
