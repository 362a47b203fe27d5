"""Makes the warehouse again from the archive alone: what each run took from outside is taken again, in its order, as of its time.

What documents say is read from their originals by this program. The new file grows beside the old one, a step of a run in a transaction
each, so that a rebuild that was interrupted goes on where it was. It takes the old one's place only when it is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from alerts import outbox, weekly
from expectations.frames import build_frames
from expectations.suite import validate
from flows.lock import REBUILDING, REBUILT, alone
from flows.logs import Log
from flows.progress import Stages
from flows.rereading import Batch, load_compared
from flows.runner import Runner, open_runner
from flows.runs import Judging, judge_again, start_values, write_digests
from flows.storing import demand_file
from flows.workers import Original
from issues.decisions import AnyDecision, read
from issues.quarantine import merge_releases, released
from language import said
from settings import Settings
from sources.archive import AnyArchive, open_archive, sync_folder
from sources.records import BEGUN, Record, Step, records
from warehouse.errors import UnusableInput, WarehouseError, told_plainly
from warehouse.frames import CATALOGUE, DOCUMENTS, PULLED, RULE_ADJUSTMENT, Frame
from warehouse.publishing import description_of
from warehouse.recording import counts_in, steps_in
from warehouse.rereading import KnownOriginal
from warehouse.store import Run, Warehouse
from warehouse.store import Step as Timed

LOST = "lost.txt"    # beside the growing warehouse: what could not be rebuilt, a line each
MOVED = "moved.txt"    # and the name of the folder to which the old warehouse is moved
SHOWN = 5    # runs that are named in a message

Values = Mapping[str, Any]


class NothingRecorded(WarehouseError):
    """The archive has no record of any run."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        runs, documents: what the new warehouse has.
        lost: what could not be rebuilt, a sentence each.
        place: where the new warehouse is: in its place, or beside the old one where something is lost.
        moved: the folder with the warehouse that was there before.
    """

    runs: int
    documents: int
    lost: tuple[str, ...]
    place: Path
    moved: Path | None

    @property
    def is_in_place(self) -> bool:
        """Whether the new warehouse has taken its place."""
        return self.place.parent.name != REBUILDING


def rebuild(settings: Settings, *, force: bool = False) -> Rebuilt:
    """Make the warehouse again from the archive and people's decisions, and put it in place of the old one when it is whole.

    Args:
        settings: where the data are, and what reading a document may cost.
        force: whether it takes the old one's place although something could not be rebuilt. The old one is moved in any case, never
            removed.

    Raises:
        NothingRecorded: the archive has no record of a run.
        NoFile: the warehouse is on DuckLake.
        RunInProgress: a run holds the data folder.
        HalfRestored: a restore was interrupted.
        NoProcesses: documents cannot be read on this machine.
        WarehouseError, ArchiveError: the new warehouse cannot be written; the old one is untouched, and the next rebuild goes on.
    """
    demand_file(settings, said("Rebuild a file without YUSUAN_WAREHOUSE, then copy it onto DuckLake with `yusuan warehouse copy` "
        "(docs/ducklake.md)."))
    folder = settings.data / REBUILDING
    with alone(settings.data, is_restoring=(settings.data / REBUILT).exists()), Stages(Log(settings.log)) as stages:
        if not (settings.data / REBUILT).exists():
            if (folder / LOST).exists() and (folder / settings.published.name).exists() and not force:
                shutil.rmtree(folder)    # it came to its end with losses, which may have been mended meanwhile
            _replay_all(settings, folder, stages)
            lost, made = _lost(folder), folder / settings.warehouse_file.name
            if lost and not force and settings.warehouse_file.exists():
                return Rebuilt(*counts_in(made), lost, made, None)
            (folder / MOVED).write_text(f"before-rebuild-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}", encoding="utf-8")
            folder.rename(settings.data / REBUILT)
        return _put_in_place(settings, settings.data / REBUILT)


def _replay_all(settings: Settings, folder: Path, stages: Stages) -> None:
    """Take all steps of all records that the growing warehouse does not hold."""
    recorded, unusable = records(settings.archive_folder)
    if not recorded:
        raise NothingRecorded(said(
            "The archive {archive} has no record of a run, so that nothing says where its originals come from. Nothing was changed. Runs "
            "keep one since this version; put back a backup (`yusuan restore`), or begin anew with `yusuan nightly`.",
            archive=settings.archive_folder,
        ))
    with told_plainly(folder):
        folder.mkdir(exist_ok=True)
    unrecorded = list(_ask_old(settings, {record.run_id: record for record in recorded}))
    work = [(record, list(_numbered(record))) for record in recorded]
    concluded = [place for place, (_, steps) in enumerate(work) if any(step.kind == "concluded" for step in steps)]
    with ExitStack() as stack:
        done = stack.enter_context(stages.count("Rebuild", sum(len(steps) for _, steps in work)))
        replay = stack.enter_context(_open(settings, folder, {record.run_id: len(steps) for record, steps in work}))
        for problem in (*unusable, *unrecorded):
            replay.lose(problem)
        for place, (record, steps) in enumerate(work):
            replay.run(record, steps, done)
            if concluded and place == concluded[-1] and not (folder / settings.published.name).exists():
                replay.warehouse.publish(folder / settings.published.name)    # what runs that never ended left is not for readers
        replay.warehouse.tidy()


def _numbered(record: Record) -> Iterator[Step]:
    """The steps of a record; one that is missing has the kind `missing`."""
    steps = {step.number: step for step in record.steps()}
    for number in range(1, max(steps) + 1):
        yield steps.get(number) or Step(number, "missing", record.folder / f"{number}-….json.gz")


def _open(settings: Settings, folder: Path, steps: Mapping[str, int]) -> _Replay:
    """The growing warehouse.

    One that another program began is begun anew, for its documents were read otherwise; and one with steps (their numbers by run) that
    are no longer recorded, because they were undone.
    """
    warehouse = Warehouse.open(folder / settings.warehouse_file.name)
    run = warehouse.find_run()
    is_ahead = any((held or 0) > steps.get(run_id, 0) for run_id, (_, held) in warehouse.recorded_steps().items())
    if is_ahead or (run and run.reader != start_values(settings)[2]):
        warehouse.close()
        shutil.rmtree(folder)
        warehouse = Warehouse.open(folder / settings.warehouse_file.name)
    return _Replay(settings, folder, warehouse)


@dataclass
class _Replay:
    """A warehouse that is being made again; a context manager."""

    settings: Settings
    folder: Path
    warehouse: Warehouse
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> _Replay:
        self._stack.enter_context(self.warehouse)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        self._stack.__exit__(kind, error, trace)

    @cached_property
    def runner(self) -> Runner:
        """Reads originals; begun with the first one."""
        return self._stack.enter_context(open_runner(self.settings, os.cpu_count() or 1))

    @cached_property
    def archive(self) -> AnyArchive:
        """Has the originals."""
        return open_archive(self.settings.originals)

    @cached_property
    def decisions(self) -> Sequence[AnyDecision]:
        """What people decided, in its order."""
        return read(self.settings.inbox)[0]

    @cached_property
    def known_losses(self) -> set[str]:
        """What was told before this rebuild was interrupted."""
        return set(_lost(self.folder))

    def lose(self, what: str) -> None:
        """Note what cannot be rebuilt, once, also for who goes on with this rebuild."""
        line = " ".join(what.split())
        if line not in self.known_losses:
            self.known_losses.add(line)
            with (self.folder / LOST).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(file.fileno())

    def run(self, record: Record, steps: Sequence[Step], done: Callable[[int], None]) -> None:
        """Take the steps of one run that are not held yet."""
        _, held = self.warehouse.recorded_steps().get(record.run_id, ("", 0))
        done(min(held or 0, len(steps)))
        run = self._with_step_counted(self.warehouse.find_run(record.run_id)) if held else None
        for step in steps[held or 0:]:
            try:
                values = step.read()
            except ValueError as error:
                self.lose(said("A step of the record of run {run} cannot be read: {error}", run=record.run_id, error=error))
                values = {}
            run = self._take(run, step, values)
            done(1)

    def _take(self, run: Run | None, step: Step, values: Values) -> Run:
        if run is None:
            assert step.kind == BEGUN    # `records` leaves out what does not begin so
            return self._begin(values)
        take = TAKES.get(step.kind) if values else None
        if step.kind == "timed" and take:
            take(self, run, values)    # in a transaction of its own
            return run
        if values and take is None:
            self.lose(said("{path}: this program does not know such a step; a newer one wrote it.", path=step.path))
        try:
            with self.warehouse.transaction():
                if take:
                    take(self, run, values)
                if take is not _Replay.load:    # which counts its step itself
                    self.warehouse.record(run, step.kind, {})
        except UnusableInput as error:    # what it builds upon was lost
            self.lose(f"{step.path}: {error}")
            with self.warehouse.transaction():
                self.warehouse.record(run, step.kind, {})
        return run

    def _begin(self, values: Values) -> Run:
        version, _, reader, _ = start_values(self.settings)
        with self.warehouse.transaction():
            run = self.warehouse.begin_run(
                version, date.fromisoformat(values["as_of_date"]), reader, datetime.fromisoformat(values["started_at"]), values["run_id"],
            )
            run = self._with_step_counted(run)
            self.warehouse.record(run, BEGUN, {})
        return run

    @staticmethod
    def _with_step_counted(run: Run | None) -> Run:
        """The run, whose record is there already: its steps are counted and not kept."""
        assert run is not None
        return replace(run, keep=lambda number, kind, values: None)

    def release(self, run: Run, values: Values) -> None:
        """Take the rows that people had let out of quarantine by then."""
        merge_releases(self.warehouse.connection, run.run_key, self._decided(values))

    def load(self, run: Run, values: Values) -> None:
        """Read the originals of a step again and load them."""
        pulled = [_completed(PULLED, row) for row in values["pulled"]]
        new = self._to_read(pulled)
        again = [one for one in self.warehouse.originals(values["again"]) if self._is_held(one.sha256, one.address)]
        originals = [Original(row["file_name"], row["sha256"]) for row in new] + [_original(one) for one in again]
        size = self.settings.batch_size
        reads = [
            rows for start in range(0, len(originals), size) for rows in self.runner.read(originals[start:start + size])
        ]
        allowed = released(self.warehouse.connection)
        frames = validate(build_frames(reads), DOCUMENTS, allowed).to_load if reads else {"document": ()}    # most nights bring nothing
        catalogue = values["catalogue"] and {
            name: [_completed(CATALOGUE[name], row) for row in rows] for name, rows in values["catalogue"].items()
        }
        load_compared(self.warehouse, run, Batch(frames, again, catalogue, pulled))
        self.warehouse.say_who_unpacked(run, values["reader"])    # another one may find other documents: the next night unpacks anew

    def conclude(self, run: Run, values: Values) -> None:
        """Judge what the warehouse holds as of the run's day."""
        adjustments = values["adjustments"]
        if adjustments is not None:
            adjustments = [_completed(RULE_ADJUSTMENT, row) for row in adjustments]
        now = datetime.fromisoformat(values["finished_at"])
        judge_again(self.warehouse, run, Judging(adjustments, self._decided(values), now))
        self.warehouse.finish_run(run, message=values["message"], now=now)
        write_digests(self.warehouse, run, self.settings, now)

    def fail(self, run: Run, values: Values) -> None:
        """Say that the run failed."""
        self.warehouse.finish_run(run, "failed", values["message"], datetime.fromisoformat(values["finished_at"]))

    def time(self, run: Run, values: Values) -> None:
        """Say how long its steps took."""
        self.warehouse.record_steps(run, [Timed(*one) for one in values["steps"]])

    def tell(self, run: Run, values: Values) -> None:
        """Tell nothing again."""
        del run
        outbox.put_back(self.warehouse.connection, values["digests"], values["at"])

    def sum_up(self, run: Run, values: Values) -> None:
        """Write the week's summary again, so that the week is not told twice."""
        del run
        now = datetime.fromisoformat(values["at"])
        outbox.write(self.warehouse.connection, weekly.build(self.warehouse.connection, self.settings.language), now)

    def _decided(self, values: Values) -> Sequence[AnyDecision]:
        taken: int = values["decisions"]
        if taken > len(self.decisions):
            self.lose(said(
                "{inbox} has {there} decisions, but runs took {taken} from it: the rest is lost.", inbox=self.settings.inbox,
                there=len(self.decisions), taken=taken,
            ))
        return self.decisions[:taken]

    def _to_read(self, pulled: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The pulls that brought a document, in the order of their numbers, which are those of the documents that are read.

        One whose original is lost is taken as one that was kept and not read: nothing is said of the document, and the next night fetches
        it again.
        """
        numbered = sorted((row for row in pulled if row["document_no"] is not None), key=lambda row: int(row["document_no"]))
        numbers = count()
        for row in numbered:
            row["document_no"] = next(numbers) if self._is_held(row["sha256"], row["address"]) else None
        return [row for row in numbered if row["document_no"] is not None]

    def _is_held(self, sha256: str, address: str) -> bool:
        is_held = self.archive.holds(sha256, is_read=True)
        if not is_held:
            self.lose(said(
                "{address}: its original {sha256} is missing or damaged in the archive.", address=address, sha256=sha256,
            ))
        return is_held


TAKES: Mapping[str, Callable[[_Replay, Run, Values], None]] = {
    "released": _Replay.release, "loaded": _Replay.load, "concluded": _Replay.conclude, "failed": _Replay.fail, "timed": _Replay.time,
    "told": _Replay.tell, "weekly": _Replay.sum_up,
}


def _completed(frame: Frame, row: Values) -> dict[str, Any]:
    """A row with all columns that this program declares; one that was not recorded is empty."""
    return {column.name: row.get(column.name) for column in frame.columns}


def _original(one: KnownOriginal) -> Original:
    return Original(one.file_name or one.address, one.sha256)


def _ask_old(settings: Settings, recorded: Mapping[str, Record]) -> Iterator[str]:
    """Ask the old warehouse, if it can be read, which steps of a killed run it has undone: these are removed from the record.

    Yields:
        What it has of runs without a record: those of a version that kept none.
    """
    there = (steps_in(settings.warehouse_file) or {}) if settings.warehouse_file.exists() else {}    # a damaged one says nothing
    without = [run_id for run_id in there if run_id not in recorded]
    if without:
        yield said(
            "{count} runs of {warehouse} have no record ({first} …): what only they loaded is in that file alone.",
            count=len(without), warehouse=settings.warehouse_file, first=", ".join(without[:SHOWN]),
        )
    for run_id, (status, held) in there.items():
        if status == "running" and run_id in recorded and held is not None:
            recorded[run_id].forget_after(held)


def _lost(folder: Path) -> tuple[str, ...]:
    file = folder / LOST
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.exists() else ()


def _put_in_place(settings: Settings, folder: Path) -> Rebuilt:
    """Move the old warehouse away and the new one to where it belongs; what was interrupted here is done by the next rebuild.

    As long as the folder is there, no night begins.
    """
    with told_plainly(settings.data):
        moved = settings.data / (folder / MOVED).read_text(encoding="utf-8")
        if (folder / settings.warehouse_file.name).exists():
            _move_old(settings, moved)
            (folder / settings.warehouse_file.name).rename(settings.warehouse_file)
        sync_folder(settings.data)
        copy = folder / settings.published.name
        settings.published.parent.mkdir(exist_ok=True)
        for file, place in ((copy, settings.published), (description_of(copy), description_of(settings.published))):
            if file.exists():
                file.rename(place)
        sync_folder(settings.published.parent)
        lost = _lost(folder)
        folder.rename(settings.data / REBUILDING)    # from here on a night may begin
        shutil.rmtree(settings.data / REBUILDING)
        sync_folder(settings.data)
    return Rebuilt(*counts_in(settings.warehouse_file), lost, settings.warehouse_file, moved if moved.exists() else None)


def _move_old(settings: Settings, moved: Path) -> None:
    """Move the old warehouse with its log into a folder."""
    for path in sorted(settings.data.glob(f"{settings.warehouse_file.name}*"), reverse=True):    # the log goes first: it is not left alone
        moved.mkdir(exist_ok=True)
        path.rename(moved / path.name)
