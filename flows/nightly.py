"""The nightly run as a Prefect flow: pull, parse, validate, load, check, publish, alert."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import Any, Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from prefect import State, flow, task, unmapped
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from alerts import digest, outbox
from alerts.deliver import Delivery, deliver
from expectations.frames import build_frames
from expectations.rules import RULES
from expectations.suite import ExpectationResult, Validation, validate
from flows import workers
from flows.lock import alone
from flows.progress import Stages
from flows.summary import Summary
from flows.workers import DocumentPool, Original, Read
from settings import Settings
from sources.archive import Archive, ArchiveError
from sources.catalogue import Catalogue, catalogue_rows, load_catalogue
from sources.pull import Fetcher, Known, Limits, Pulled, known_members, pull
from sources.schema import Department, Source
from transforms import archives
from warehouse.frames import DOCUMENTS
from warehouse.loading import LoadCounts
from warehouse.store import Run, Warehouse

T = TypeVar("T")
CHINA = ZoneInfo("Asia/Shanghai")   # due dates are days in China


Ask = partial[list[Pulled]]


def unseen(value: T) -> T:
    """A task's argument that Prefect does not walk through in search of other tasks' results.

    It would take longer than the task: 16 s for 400 documents. Prefect unwraps it, so the task gets the value itself.
    """
    return cast(T, quote(value))


def is_passing(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again may help: an archive that cannot keep anything stays so."""
    return not isinstance(state.result(raise_on_failure=False), ArchiveError)


@task(name="pull", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=10, retry_condition_fn=is_passing)
def pull_batch(batch: Sequence[tuple[Department, Source]], ask: Ask) -> list[Pulled]:
    """Ask a batch of sources for what changed."""
    return [pulled for department, source in batch for pulled in ask(source, department.id)]


@task(name="parse", cache_policy=NO_CACHE)
def parse_batch(batch: Sequence[Original], pool: DocumentPool) -> list[Read]:
    """Read, parse and check a batch of originals in the worker processes."""
    return pool.read(batch)


@task(name="validate", cache_policy=NO_CACHE)
def validate_documents(reads: Sequence[Read]) -> Validation:
    """Run the suites over the night's documents and separate what may be loaded from what may not."""
    return validate(build_frames(reads), DOCUMENTS)


@dataclass(frozen=True, slots=True)
class Night:
    """What the later stages of a run share."""

    settings: Settings
    catalogue: Catalogue
    problems: tuple[str, ...]
    warehouse: Warehouse
    run: Run


@task(name="load", cache_policy=NO_CACHE)
def load(night: Night, pulled: Sequence[Pulled], validation: Validation) -> LoadCounts:
    """Load a group of documents; gives what the run has loaded so far."""
    return night.warehouse.load(night.run, asdict(catalogue_rows(night.catalogue)), pulled_rows(pulled), validation.to_load)


@task(name="conclude", cache_policy=NO_CACHE)
def conclude(night: Night) -> dict[str, int]:
    """Check across documents, write the digests to the outbox and end the run; gives the new findings by severity."""
    connection, run = night.warehouse.connection, night.run
    findings = night.warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse])
    outbox.write(connection, digest.build(connection, run.run_key, night.settings.language))
    night.warehouse.finish_run(run, message="\n".join(night.problems) or None)
    return findings


@task(name="publish", cache_policy=NO_CACHE)
def publish(night: Night) -> None:
    """Put a new published copy in place."""
    night.warehouse.publish(night.settings.published)


@task(name="alert", cache_policy=NO_CACHE)
def alert(night: Night) -> list[Delivery]:
    """Tell what waits in the outbox, of earlier nights too."""
    return deliver(night.warehouse.connection, night.settings.alerts, night.settings.alert_folder)


@flow(
    name="nightly",
    task_runner=ThreadPoolTaskRunner(max_workers=Settings().http_connections),  # type: ignore[arg-type]  # its future is one of those asked for
)
def nightly(catalogue: str | None = None, data: str | None = None, language: Literal["zh", "en"] | None = None) -> Summary:
    """Ingest what is new since the last run.

    Args:
        catalogue: folder of catalogue files; None takes YUSUAN_CATALOGUE.
        data: folder of archive and warehouse; None takes YUSUAN_DATA.
        language: of the digests; None takes YUSUAN_LANGUAGE.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError: the warehouse cannot be read or written; the published copy is untouched.
        ArchiveError: originals cannot be kept.
    """
    settings = Settings().at(catalogue=catalogue, data=data, language=language)
    results: list[ExpectationResult] = []
    with alone(settings.data), Stages() as stages, Warehouse.open(settings.warehouse) as warehouse:
        with recorded_run(warehouse) as run:
            departments, problems = load_catalogue(settings.catalogue)
            night = Night(settings, departments, (*map(str, problems), *unheard(settings, departments)), warehouse, run)
            *earlier, last = load_groups(pull_all(night, stages), settings.load_size)
            for group in earlier:
                validation = read_and_validate(settings, group, stages)
                with stages.stage("Load"), warehouse.transaction():
                    load(unseen(night), unseen(group), unseen(validation))
                results += validation.results
            validation = read_and_validate(settings, last, stages)
            with stages.stage("Load and check"), warehouse.transaction():
                counts = load(unseen(night), unseen(last), unseen(validation))
                findings = conclude(unseen(night))
            results += validation.results
        with stages.stage("Publish"):
            publish(unseen(night))
        with stages.stage("Alert"):
            deliveries = alert(unseen(night))
    summary = Summary(
        sources=len(list(departments.sources)), counts=counts, findings=findings, problems=night.problems,
        deliveries=tuple(deliveries), warehouse=settings.warehouse, published=settings.published,
    )
    create_markdown_artifact(summary.markdown(), key="nightly-summary", description=f"What run {run.run_id} did")
    expectations = [asdict(result) for result in results]
    create_table_artifact(expectations, key="nightly-expectations", description=f"Each expectation's counts in run {run.run_id}")
    return summary


def pull_all(night: Night, stages: Stages) -> list[Pulled]:
    """Ask every source, a batch a task, as many at a time as there are connections."""
    settings = night.settings
    limits = Limits(
        seconds=settings.http_seconds, attempts=settings.http_attempts, max_bytes=settings.http_max_mb * 1024 * 1024,
        connections=settings.http_connections,
    )
    known = {address: Known(*file) for address, file in night.warehouse.known_files(night.run.code_version).items()}
    sources = list(night.catalogue.sources)
    work = batches(sources, min(settings.batch_size, math.ceil(len(sources) / settings.http_connections)))
    with Fetcher(Archive(settings.archive), limits, archives.members) as fetcher, stages.count("Pull", len(sources)) as done:
        ask = partial(pull, known=known, fetcher=fetcher, members=known_members(known))
        return collect(work, pull_batch.map(work, unmapped(ask)), done)


def unheard(settings: Settings, catalogue: Catalogue) -> list[str]:
    """Audiences that get addresses but are not in the catalogue: mostly a slip of the pen, and then the real one gets a file only."""
    known = {audience.id for audience in catalogue.audiences}
    return [f"YUSUAN_ALERTS: the catalogue has no audience {name}" for name in settings.alerts if name not in known]


def load_groups(pulled: Sequence[Pulled], size: int) -> list[list[Pulled]]:
    """What is loaded in one transaction each: the whole of an ordinary night, `size` new documents at a time of a first one."""
    new = [one for one in pulled if one.outcome == "new"]
    rest = [one for one in pulled if one.outcome != "new"]
    groups = [list(group) for group in batches(new, size)] or [[]]
    groups[0] += rest
    return groups


def read_and_validate(settings: Settings, pulled: Sequence[Pulled], stages: Stages) -> Validation:
    """Parse the new originals among `pulled` and validate them together."""
    reads = parse_all(settings, pulled, stages)
    with stages.stage("Validate"):
        return validate_documents(unseen(reads))


def parse_all(settings: Settings, pulled: Sequence[Pulled], stages: Stages) -> list[Read]:
    """Read every new original, a batch a task, in worker processes; in the order of `pulled`."""
    originals = [Original(one.file_name, one.sha256) for one in pulled if one.sha256 and one.outcome == "new"]
    if not originals:
        return []
    work = batches(originals, settings.batch_size)
    pool = DocumentPool(settings.archive, processes=settings.processes, limits=parse_limits(settings))
    with pool, stages.count("Parse", len(originals)) as done:
        return collect(work, parse_batch.map(work, unmapped(pool)), done)


def parse_limits(settings: Settings) -> workers.Limits:
    """What one document may cost."""
    return workers.Limits(settings.parse_seconds, settings.parse_memory_mb, settings.parse_output_mb)


def pulled_rows(pulled: Sequence[Pulled]) -> list[dict[str, Any]]:
    """The pulls as rows for the warehouse: new files are numbered as their documents are."""
    rows, document_no = [], 0
    for one in pulled:
        is_new = one.outcome == "new"
        rows.append({"document_no": document_no if is_new else None, **asdict(one)})
        document_no += is_new
    return rows


@contextmanager
def recorded_run(warehouse: Warehouse) -> Iterator[Run]:
    """A run whose row says how it ended, also when it failed."""
    run = warehouse.start_run(version("yusuan"), datetime.now(CHINA).date())
    try:
        yield run
    except Exception as error:
        with warehouse.transaction():
            warehouse.finish_run(run, "failed", str(error))
        raise


def batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut into pieces of at most `size`."""
    return [items[start:start + size] for start in range(0, len(items), size)] if items else []


def collect(work: Sequence[Sequence[Any]], futures: Sequence[PrefectFuture[list[T]]], done: Callable[[int], None]) -> list[T]:
    """The results of mapped batches in the order of the work, each batch counted as done."""
    results: list[T] = []
    for batch, future in zip(work, futures, strict=True):
        results += future.result()
        done(len(batch))
    return results
