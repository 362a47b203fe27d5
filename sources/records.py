"""The record of each run, kept beside the originals: what it took from outside, from which a warehouse can be made again.

A run has a folder, `runs/<run id>`, with a file for each step that the warehouse took in one transaction: `1-begun.json.gz`,
`2-loaded.json.gz`, … What documents say is not in it, that is in the originals. A step is on the disk before its transaction is
committed, and the warehouse counts those that it holds; a step that was undone gives its place to the next one.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sources.archive import RUNS, storing, sync_folder

BEGUN = "begun"    # the kind of each run's first step
_STEP = re.compile(r"([1-9]\d*)-([a-z]+)\.json\.gz")
_FAST = 3    # a step of 200,000 unchanged addresses: half as large as at level 1, in a second


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run: its number from 1, its kind, its file."""

    number: int
    kind: str
    path: Path

    def read(self) -> dict[str, Any]:
        """What was taken from outside.

        Raises:
            ValueError: the file cannot be read, or is not as it was written.
        """
        try:
            values: dict[str, Any] = json.loads(gzip.decompress(self.path.read_bytes()))
        except (OSError, EOFError, ValueError) as error:
            raise ValueError(f"{self.path}: {error}") from error
        return values


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one run.

    Args:
        folder: of this run; made with its first step.
    """

    folder: Path

    @property
    def run_id(self) -> str:
        """Whose record it is."""
        return self.folder.name

    def keep(self, number: int, kind: str, values: Mapping[str, object]) -> None:
        """Keep a step in the place of the one that was undone, if there is one; it is on the disk when this returns.

        Args:
            number: one more than the steps that the warehouse holds.
            kind: a word.
            values: what can be JSON; times, dates and amounts become text.

        Raises:
            ArchiveError: it cannot be kept.
        """
        packed = gzip.compress(json.dumps(values, default=str).encode("ascii"), _FAST, mtime=0)
        unfinished = self.folder / ".unfinished"
        with storing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.forget_after(number - 1)
            with unfinished.open("wb") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / f"{number}-{kind}.json.gz")
            for folder in (self.folder, self.folder.parent) if number == 1 else (self.folder,):
                sync_folder(folder)

    def forget_after(self, number: int) -> None:
        """Remove the steps after one: those that the warehouse undid."""
        for step in self.steps():
            if step.number > number:
                step.path.unlink()

    def steps(self) -> list[Step]:
        """The steps in their order; one that is missing is missing here."""
        if not self.folder.is_dir():
            return []
        found = ((_STEP.fullmatch(path.name), path) for path in self.folder.iterdir())
        return sorted((Step(int(name[1]), name[2], path) for name, path in found if name), key=lambda step: step.number)


def records(archive: Path) -> tuple[list[Record], list[str]]:
    """The records beside the originals of an archive, in the order in which the runs began.

    Args:
        archive: its folder.

    Returns:
        Those that can be used, and for each of the others why it cannot.
    """
    began: list[tuple[datetime, Record]] = []
    unusable: list[str] = []
    for folder in sorted((archive / RUNS).glob("[!.]*")):
        record = Record(folder)
        try:
            began.append((_began_at(record), record))
        except ValueError as error:
            unusable.append(str(error))
    return [record for _, record in sorted(began, key=lambda one: (one[0], one[1].run_id))], unusable


def flaws(archive: Path, runs: Collection[str]) -> Iterator[tuple[Literal["damaged", "missing"], Path]]:
    """What is wrong with the records beside the originals of an archive.

    Args:
        archive: its folder.
        runs: the ids of runs that are known; those that began before the first record had none.

    Yields:
        Each step that cannot be read or is missing before a later one, and the folder of each run that has none.
    """
    kept = {folder.name: Record(folder) for folder in (archive / RUNS).glob("[!.]*")}
    first = min(kept, default="")    # an id begins with the time
    for run_id in sorted(kept.keys() | {run_id for run_id in runs if kept and run_id > first}):
        if run_id not in kept:
            yield "missing", archive / RUNS / run_id
            continue
        steps = kept[run_id].steps()
        numbers = {step.number for step in steps}
        lost = sorted(set(range(1, max(numbers, default=1))) - numbers)
        yield from (("missing", kept[run_id].folder / f"{number}-….json.gz") for number in lost)
        for step in steps:
            try:
                step.read()
            except ValueError:
                yield "damaged", step.path


def _began_at(record: Record) -> datetime:
    """When a run began, in UTC.

    Raises:
        ValueError: its first step does not say so, or is another run's.
    """
    first = Step(1, BEGUN, record.folder / f"1-{BEGUN}.json.gz")
    values = first.read()
    if values.get("run_id") != record.run_id or "started_at" not in values:
        raise ValueError(f"{first.path}: it is not the first step of this run")
    return datetime.fromisoformat(values["started_at"])
