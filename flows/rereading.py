"""Documents that were fetched before, read again from the archive: by hand, and by the night what failed or was quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from expectations.frames import build_frames
from expectations.suite import validate
from flows.lock import alone
from flows.logs import Log
from flows.progress import Stages
from flows.runner import open_runner
from flows.runs import conclude_run, demand_judging, recorded_run, start_values, take_releases
from flows.storing import store_of
from flows.workers import Original
from issues.quarantine import released
from language import said
from settings import Settings
from sources.archive import AnyArchive, open_archive
from warehouse.frames import DOCUMENTS, PULLED
from warehouse.loading import LoadCounts
from warehouse.rereading import Choice, Holding, Kept, KnownOriginal
from warehouse.store import Run, Warehouse


class Change(NamedTuple):
    """What the warehouse held of a document before it was read again, and what it holds after."""

    before: Holding
    after: Holding

    def __str__(self) -> str:
        """What differs, for people: `projects 1 → 2, amounts of projects 40,000.00 → 370,000.00`."""
        differing = [
            f"{said(name.replace('_', ' '))} {_shown(before)} → {_shown(after)}"
            for name, before, after in zip(Holding._fields, self.before, self.after, strict=True)
            if before != after and name != "content"
        ]
        return ", ".join(differing) or said("the same counts and sums, but other rows")


@dataclass(frozen=True, slots=True)
class Rereading:
    """What came of reading again.

    Attributes:
        documents: versions that were read again, copies of the same bytes included.
        changes: those of which the warehouse holds something else now.
        kept: those that could not be read this time, for a reason that says nothing of them: what was read before stands.
        lost: those whose original is damaged or missing.
        waiting: contents that failed for want of time or memory and are tried in a later night.
        postponed: contents for which this night had no room.
    """

    documents: int = 0
    changes: tuple[Change, ...] = ()
    kept: tuple[Kept, ...] = ()
    lost: tuple[KnownOriginal, ...] = ()
    waiting: int = 0
    postponed: int = 0

    def __add__(self, other: Rereading) -> Rereading:
        """Both together."""
        return Rereading(
            self.documents + other.documents, self.changes + other.changes, self.kept + other.kept, self.lost + other.lost,
            self.waiting + other.waiting, self.postponed + other.postponed,
        )

    def lines(self) -> Iterator[tuple[str, str]]:
        """Title and text of each line for people; none where there is nothing to tell."""
        if self.documents:
            mended = sum(change.before.outcome == "failed" != change.after.outcome for change in self.changes)
            changed, same = len(self.changes) - mended, self.documents - len(self.changes)
            yield "Read again", said("{documents} documents: {mended} can be read now, {changed} changed, {same} as before",
                documents=self.documents, mended=mended, changed=changed, same=same)
        for one in self.kept:
            yield "Read again", said("{address}: kept as it was read before ({code}: {reason})",
                address=one.address, code=one.error_code, reason=one.error_message)
        for original in self.lost:
            yield "Original lost", said(
                "{address}: damaged or missing in the archive; see `yusuan archive verify`", address=original.address)
        if self.waiting:
            yield "Waiting", said(
                "{count} that took too long or too much memory; each is tried again after 1, 2, 4 … 64 nights, at once when its "
                "limits (YUSUAN_PARSE_…) or the program change", count=self.waiting)
        if self.postponed:
            yield "Postponed", said("{count} to be read again in the next nights (YUSUAN_REREAD_LIMIT)", count=self.postponed)


def take(originals: Iterable[KnownOriginal], archive: AnyArchive, limit: int | None = None) -> tuple[list[KnownOriginal], Rereading]:
    """The originals that can be read now, and what is told of the others.

    Args:
        originals: versions with the same bytes follow each other.
        archive: holds them.
        limit: the most contents; None means all.
    """
    taken: list[KnownOriginal] = []
    lost: list[KnownOriginal] = []
    contents = postponed = 0
    for sha256, versions in groupby(originals, key=lambda one: one.sha256):
        if contents == limit:
            postponed += 1
        elif archive.holds(sha256, is_read=True):    # a damaged one would end the reading of its whole batch
            contents += 1
            taken += versions
        else:
            lost += versions
    return taken, Rereading(lost=tuple(lost), postponed=postponed)


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to be loaded; the documents of `pulled` come first in the frames, those of `again` last, each in their order."""

    frames: Mapping[str, Any]
    again: Sequence[KnownOriginal]
    catalogue: Mapping[str, Any] | None = None
    pulled: Sequence[Mapping[str, Any]] = ()


def load_compared(warehouse: Warehouse, run: Run, batch: Batch) -> tuple[LoadCounts, Rereading]:
    """Load a batch as `Warehouse.load` does, and compare what is held of the documents that were read again; call it in a transaction."""
    keys = [one.document_key for one in batch.again]
    first = len(batch.frames["document"]) - len(keys)
    rereadings = [{"document_no": first + place, "document_key": key} for place, key in enumerate(keys)]
    before = warehouse.holdings(keys)
    catalogue = batch.catalogue and warehouse.new_catalogue(batch.catalogue)
    counts = warehouse.load(run, catalogue, batch.pulled, batch.frames, rereadings)
    warehouse.record(run, "loaded", {
        "catalogue": catalogue, "pulled": [*map(_told, batch.pulled)], "again": keys, "reader": run.reader.fingerprint,
    })
    kept = tuple(warehouse.kept())
    after = warehouse.holdings(keys)
    changes = tuple(Change(before[key], after[key]) for key in keys if before[key] != after[key])
    return counts, Rereading(len(keys), changes, kept)


def reread(settings: Settings, choice: Choice, *, keep: bool) -> Rereading:
    """Read documents again and load what was found, or only tell what would change.

    All of it is one transaction, and what is new is told in the digests of the next night.

    Args:
        settings: where archive and warehouse are.
        choice: which documents.
        keep: load it; else the warehouse stays as it is.

    Raises:
        RunInProgress: a night, or another re-reading, holds the data folder.
        UnusableInput: a department is not known, or what the finance bureau decided.
        WarehouseError: the warehouse cannot be read or written, or there is none.
    """
    demand_judging(settings)
    with alone(settings.data), Stages(Log(settings.log)) as stages, Warehouse.open(store_of(settings)) as warehouse:
        with _run(warehouse, settings, stages, keep=keep) as run:
            done = _read_and_load(warehouse, run, settings, choice, stages)
            if keep:
                conclude_run(warehouse, run, settings)
        if keep:
            with stages.stage("Publish"):
                warehouse.publish(settings.published, settings.published_copies)
            warehouse.record_steps(run, stages.steps)
    return done


@contextmanager
def _run(warehouse: Warehouse, settings: Settings, stages: Stages, *, keep: bool) -> Iterator[Run]:
    """A recorded run with one transaction, or one of which nothing is left."""
    if keep:
        with recorded_run(warehouse, settings, stages) as run, warehouse.transaction():
            yield run
    else:
        with warehouse.rehearsal():
            yield warehouse.begin_run(*start_values(settings))


def _read_and_load(warehouse: Warehouse, run: Run, settings: Settings, choice: Choice, stages: Stages) -> Rereading:
    take_releases(warehouse, run, settings)
    allowed = released(warehouse.connection)
    originals, done = take(warehouse.chosen_originals(run, choice), open_archive(settings.originals))
    if not originals:
        return done
    with (
        open_runner(settings, len(originals)) as runner,
        stages.count("Read again", len(originals)) as count,
    ):
        for start in range(0, len(originals), settings.batch_size):
            batch = originals[start:start + settings.batch_size]
            reads = runner.read([Original(one.file_name or one.address, one.sha256) for one in batch])
            validation = validate(build_frames(reads), DOCUMENTS, allowed)
            _, loaded = load_compared(warehouse, run, Batch(validation.to_load, batch))
            done += loaded
            count(len(batch))
    return done


def _told(pulled: Mapping[str, Any]) -> dict[str, Any]:
    """A pull as the record of a run has it: what the warehouse takes, without what is empty."""
    return {column.name: value for column in PULLED.columns if (value := pulled.get(column.name)) is not None}


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)
