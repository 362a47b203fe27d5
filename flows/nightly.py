"""The nightly run as a Prefect flow: pull, parse, validate, load, check, publish, alert."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, Literal, TypeVar, cast

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from alerts.deliver import Delivery
from alerts.digest import MAINTAINERS
from expectations.rows import DocumentRows
from expectations.suite import ExpectationResult, Released, Validation
from flows.artifacts import Progress, report
from flows.lock import alone
from flows.logs import Log
from flows.looking import chosen_sources
from flows.matching import identification
from flows.progress import Stages
from flows.rereading import Batch, Rereading, load_compared, take
from flows.runner import Runner, open_runner
from flows.runs import CHINA, conclude_run, demand_inputs, in_order, pull_limits, recorded_run, set_back, take_releases
from flows.storing import store_of
from flows.summary import Summary
from flows.telling import tell
from flows.validating import Validator, validated
from flows.workers import Original
from issues.quarantine import released
from settings import Settings
from sources.archive import ArchiveError, open_archive
from sources.catalogue import Catalogue, catalogue_rows, load_catalogue
from sources.hosts import ask_all, once_per_site
from sources.journal import Journal
from sources.memory import Memory
from sources.outcomes import RESTORED, VALIDATOR_LIES
from sources.pull import Chosen, Fetcher, Known, KnownFiles, Pulled, pull
from sources.schema import Department, Source
from transforms import archives
from warehouse.loading import LoadCounts
from warehouse.rereading import KnownOriginal
from warehouse.store import Run, Warehouse

T = TypeVar("T")
BATCHES_AT_ONCE = 64    # that are waited for, each by a thread that does nothing else: enough for a cluster of a thousand processes

Ask = partial[list[Pulled]]
Batches = Sequence[Sequence[Original]]
Futures = list[PrefectFuture[list[DocumentRows]]]


def unseen(value: T) -> T:
    """A task's argument that Prefect does not walk through in search of other tasks' results.

    It would take longer than the task: 16 s for 400 documents. Prefect unwraps it, so the task gets the value itself.
    """
    return cast(T, quote(value))


def is_passing(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again may help: an archive that cannot keep anything stays so."""
    return not isinstance(state.result(raise_on_failure=False), ArchiveError)


@task(name="pull", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=10, retry_condition_fn=is_passing)
def pull_sources(sources: Sequence[tuple[Department, Source]], ask: Ask, hosts: int, done: Callable[[int], None]) -> list[Pulled]:
    """Ask every source for what changed: so many hosts at a time, none of which waits for another."""
    return ask_all(sources, ask, hosts, done)


@task(name="validate", cache_policy=NO_CACHE)
def validate_documents(reads: Sequence[DocumentRows], allowed: Collection[Released], validator: Validator | None) -> Validation:
    """Run the suites over the night's documents and separate what may be loaded from what may not."""
    return validator.validate(reads, allowed) if validator else validated(reads, allowed)


@dataclass(frozen=True, slots=True)
class Night:
    """What the later stages of a run share."""

    settings: Settings
    catalogue: Catalogue
    problems: tuple[str, ...]
    warehouse: Warehouse
    run: Run


@dataclass(frozen=True, slots=True)
class Group:
    """What is loaded in one transaction: what was pulled, and earlier documents that are read again."""

    pulled: list[Pulled]
    again: list[KnownOriginal]


@task(name="load", cache_policy=NO_CACHE)
def load(night: Night, group: Group, validation: Validation) -> tuple[LoadCounts, Rereading]:
    """Load a group of documents; gives what the run has loaded so far, and what came of reading again."""
    batch = Batch(validation.to_load, group.again, asdict(catalogue_rows(night.catalogue)), pulled_rows(group.pulled))
    return load_compared(night.warehouse, night.run, batch)


@task(name="conclude", cache_policy=NO_CACHE)
def conclude(night: Night) -> dict[str, int]:
    """Check across documents, write the digests to the outbox and end the run; gives the new findings by severity."""
    return conclude_run(night.warehouse, night.run, night.settings, night.problems)


@task(name="publish", cache_policy=NO_CACHE)
def publish(night: Night) -> None:
    """Put a new published copy in place."""
    night.warehouse.publish(night.settings.published, night.settings.published_copies)


@task(name="alert", cache_policy=NO_CACHE)
def alert(night: Night) -> list[Delivery]:
    """Tell what waits in the outbox, of earlier nights too."""
    return tell(night.warehouse, night.run, night.settings)


def run_name() -> str:
    """`nightly 2026-11-23 guangzhou`: the day in China on which the run was due, and the catalogue's folder."""
    due = flow_run.scheduled_start_time or datetime.now(UTC)
    folder = Settings().at(catalogue=flow_run.parameters.get("catalogue")).catalogue
    return f"nightly {due.astimezone(CHINA).date()} {folder.name}"


@flow(
    name="nightly",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=BATCHES_AT_ONCE),  # type: ignore[arg-type]  # its future is one of those asked for
)
def nightly(  # noqa: PLR0913, PLR0917 -- each is an option
    catalogue: str | None = None, data: str | None = None, language: Literal["zh", "en"] | None = None,
    sources: list[str] | None = None, since: int | None = None, until: int | None = None, sample: int | None = None,
    only_failed: bool = False,
) -> Summary:
    """Ingest what is new since the last run.

    Args:
        catalogue: folder of catalogue files; None takes YUSUAN_CATALOGUE.
        data: folder of archive and warehouse; None takes YUSUAN_DATA.
        language: of the digests; None takes YUSUAN_LANGUAGE.
        sources: only these, by a part of the address or the department's id; None takes all.
        since: of lists, only files of this fiscal year and later.
        until: of lists, only files of this fiscal year and earlier.
        sample: of lists, so many files at most.
        only_failed: only sources of which an address failed when it was asked last.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError: the warehouse cannot be read or written; the published copy is untouched.
        ArchiveError: originals cannot be kept.
        UnusableInput: catalogue or adjustments cannot be used.
    """
    settings = Settings().at(catalogue=catalogue, data=data, language=language)
    demand_inputs(settings)
    with alone(settings.data), Stages(Log(settings.log), Progress()) as stages, Warehouse.open(store_of(settings)) as warehouse:
        with recorded_run(warehouse, settings, stages) as run:
            departments, problems = load_catalogue(settings.catalogue)
            told = (*map(str, problems), *set_back(run), *unheard(settings, departments), *unchecked(departments))
            night = Night(settings, departments, told, warehouse, run)
            with warehouse.transaction():
                take_releases(warehouse, run, settings)
            failed = warehouse.failed_addresses() if only_failed else None
            asked = chosen_sources(departments, sources or [], failed)
            pulled = pull_all(night, stages, asked, Chosen(since, until, sample))
            again, reread = due_originals(night, pulled)
            counts, compared, results = load_all(night, load_groups(pulled, again, settings.load_size), stages)
            reread += compared
            with stages.stage("Check"), warehouse.transaction():
                findings = conclude(unseen(night))
        Journal(settings.journal).clear()    # all of it is loaded
        with stages.stage("Publish"):
            publish(unseen(night))
        with stages.stage("Alert"):
            deliveries = alert(unseen(night))
        warehouse.record_steps(run, stages.steps)    # publishing and alerting too; the next night publishes them
        summary = Summary(
            sources=len(list(departments.sources)), counts=counts, findings=findings, problems=night.problems, reread=reread,
            unmatched=sum(one.outcome == "new" and not one.is_matched for one in pulled),
            restored=sum(one.message == RESTORED for one in pulled),
            hidden=[one.address for one in pulled if one.message == VALIDATOR_LIES],
            complaints=tuple(line for line in (warehouse.run_message(run) or "").splitlines() if line not in night.problems),
            deliveries=tuple(deliveries), warehouse=warehouse.store.place, published=settings.published,
        )
        report(warehouse, run, settings, summary, results)
    return summary


def pull_all(night: Night, stages: Stages, sources: list[tuple[Department, Source]], chosen: Chosen) -> list[Pulled]:
    """Ask these sources."""
    settings = night.settings
    known = KnownFiles({address: Known(*file) for address, file in night.warehouse.known_files(night.run.reader.fingerprint).items()})
    fetcher = Fetcher(
        open_archive(settings.originals, settings.incoming), pull_limits(settings), archives.members, Memory(settings.pages),
        identification(night.catalogue), chosen, Journal(settings.journal),
    )
    with fetcher, stages.count("Pull", len(sources)) as done:
        ask = partial(pull, known=known, fetcher=fetcher)
        pulled = once_per_site(pull_sources(unseen(sources), unseen(ask), settings.http_connections, unseen(done)))
    return in_order(night.run, pulled)


def unheard(settings: Settings, catalogue: Catalogue) -> list[str]:
    """Audiences that get addresses but are not in the catalogue: mostly a slip of the pen, and then the real one gets a file only.

    The name is not told: it may be an address, which holds a secret, and what is told here is kept in the warehouse.
    """
    known = {MAINTAINERS, *(audience.id for audience in catalogue.audiences)}
    return [
        f"YUSUAN_ALERTS: the catalogue has no audience of the name in entry {number}"
        for number, name in enumerate(settings.alerts, start=1) if name not in known
    ]


def unchecked(catalogue: Catalogue) -> list[str]:
    """Sources whose servers prove nothing: anybody on the way can change what they send."""
    return [
        f"{source.place}: weak_tls: the certificate of {source.address} is not checked; leave it out once the site is mended"
        for _, source in catalogue.sources if source.is_weak_tls
    ]


def due_originals(night: Night, pulled: Sequence[Pulled]) -> tuple[list[KnownOriginal], Rereading]:
    """What is read again tonight, and what is told of what is not."""
    due = night.warehouse.due_originals(night.run, [one.address for one in pulled if one.outcome == "new"])
    again, told = take(due.originals, open_archive(night.settings.originals), night.settings.reread_limit)
    return again, told + Rereading(waiting=due.waiting)


def load_groups(pulled: Sequence[Pulled], again: Sequence[KnownOriginal], size: int) -> list[Group]:
    """What is loaded in one transaction each: the whole of an ordinary night, `size` documents at a time of a first one."""
    new = [one for one in pulled if is_to_read(one)]
    rest = [one for one in pulled if not is_to_read(one)]
    cut: list[Sequence[Pulled | KnownOriginal]] = batches([*new, *again], size) or [[]]
    groups = [
        Group([one for one in part if isinstance(one, Pulled)], [one for one in part if isinstance(one, KnownOriginal)]) for part in cut
    ]
    groups[0].pulled.extend(rest)
    return groups


def load_all(night: Night, groups: Sequence[Group], stages: Stages) -> tuple[LoadCounts, Rereading, list[ExpectationResult]]:
    """Read, validate and load all groups, each in a transaction of its own.

    Returns:
        What the run has loaded, what came of reading again, and how the expectations did over each group.
    """
    reread = Rereading()
    results: list[ExpectationResult] = []
    with read_ahead(night.settings, groups, stages) as (reading, validator):
        for group in groups:
            validation = validate_group(night, next(reading), validator, stages)
            with stages.stage("Load", len(validation.frames["document"])), night.warehouse.transaction():
                counts, compared = load(unseen(night), unseen(group), unseen(validation))
            reread += compared
            results += validation.results
    return counts, reread, results


def validate_group(night: Night, reads: Sequence[DocumentRows], validator: Validator | None, stages: Stages) -> Validation:
    """Validate the documents of a group together."""
    with stages.stage("Validate", len(reads)):
        return validate_documents(unseen(reads), unseen(released(night.warehouse.connection)), unseen(validator))


@contextmanager
def read_ahead(
    settings: Settings, groups: Sequence[Group], stages: Stages,
) -> Iterator[tuple[Iterator[list[DocumentRows]], Validator | None]]:
    """Read the originals of groups, a batch a task, in worker processes: those of the next group while one is validated and loaded.

    Args:
        settings: where the originals are, and what reading one may cost.
        groups: as they are loaded.
        stages: of the run; of `Parse` they are told how long each group was waited for.

    Yields:
        What gives the rows of each group: of new originals, then of those that are read again. And what validates them, if there is
        anything to read.
    """
    work = [batches(originals_of(group), settings.batch_size) for group in groups]
    if not any(work):
        yield iter([[] for _ in groups]), None
        return
    originals = sum(len(batch) for of_group in work for batch in of_group)
    with open_runner(settings, originals) as runner, Validator() as validator:
        yield read_groups(work, runner, stages), validator


def read_groups(work: Sequence[Batches], runner: Runner, stages: Stages) -> Iterator[list[DocumentRows]]:
    """The rows of each group; while it is worked on, the next one is read."""
    @task(name="parse", cache_policy=NO_CACHE)
    def parse(batch: Sequence[Original]) -> list[DocumentRows]:
        """Read, parse and check a batch of originals; the runner is no argument, because Prefect would look through it."""
        return runner.read(batch)

    def begin(of_group: Batches) -> Futures:
        return list(parse.map(of_group)) if of_group else []

    begun = begin(work[0])
    for of_group, following in zip(work, [*work[1:], []], strict=True):
        waiting, begun = begun, begin(following)
        yield collect(of_group, waiting, stages)


def originals_of(group: Group) -> list[Original]:
    """What is to be read of a group."""
    new = [Original(one.file_name, one.sha256) for one in group.pulled if is_to_read(one) and one.sha256]
    return new + [Original(one.file_name or one.address, one.sha256) for one in group.again]


def pulled_rows(pulled: Sequence[Pulled]) -> list[dict[str, Any]]:
    """The pulls as rows for the warehouse: those that are read have the number of their document, whose hash the load compares."""
    numbers = count()
    return [{"document_no": next(numbers) if is_to_read(one) else None, **asdict(one)} for one in pulled]


def is_to_read(pulled: Pulled) -> bool:
    """Whether a pull brought an original that is to be read; one of a department that the catalogue does not have is kept only."""
    return pulled.outcome == "new" and pulled.sha256 is not None and pulled.is_matched


def batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut into pieces of at most `size`."""
    return [items[start:start + size] for start in range(0, len(items), size)] if items else []


def collect(work: Batches, futures: Futures, stages: Stages) -> list[DocumentRows]:
    """Wait for the rows of the originals of a group, in their order, each batch counted as done."""
    rows: list[DocumentRows] = []
    if work:
        with stages.count("Parse", sum(map(len, work))) as done:
            for batch, future in zip(work, futures, strict=True):
                rows += future.result()
                done(len(batch))
    return rows
