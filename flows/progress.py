"""What is seen of a run while it works: one line per stage, with a bar where something is counted, or its log for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from flows.logs import Log
from language import said
from warehouse.store import Step


class Stages:
    """The stages of a run on standard error; on anything but a terminal one plain line as each begins.

    Args:
        log: takes their place where it is JSON.
        told: hears of each stage how many of its things are done, beside the console.
    """

    def __init__(self, log: Log | None = None, told: Callable[[str, int, int], None] = lambda title, done, total: None) -> None:
        self.log = log or Log()
        self._told = told
        self._steps: dict[str, Step] = {}
        self._console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeElapsedColumn(), console=self._console,
            disable=self.log.is_json or not self._console.is_terminal,
        )

    def __enter__(self) -> Stages:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def stage(self, title: str, total: int = 1) -> Iterator[None]:
        """A stage that does all its things in one go."""
        with self.count(title, total) as done:
            yield
            done(total)

    @contextmanager
    def count(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """A stage of `total` things; call what is given with how many more are done."""
        if self._progress.disable and not self.log.is_json:
            self._console.print(f"{said(title)} …", highlight=False)
        stage, begun = self._progress.add_task(said(title), total=total), time.monotonic()
        (shown,) = (task for task in self._progress.tasks if task.id == stage)

        def done(more: int) -> None:
            self._progress.advance(stage, more)
            self._told(title, int(shown.completed), total)

        try:
            yield done
        finally:
            before, seconds = self._steps.get(title, Step(title, 0, 0.0)), time.monotonic() - begun
            self._steps[title] = Step(title, before.items + int(shown.completed), before.seconds + seconds)
            self.log.tell("stage", stage=title.lower(), items=int(shown.completed), of=total, seconds=round(seconds, 3))
        if not total:   # a bar without things would never fill
            self._progress.update(stage, total=1, completed=1)

    @property
    def steps(self) -> list[Step]:
        """What was done so far, in the order in which it was begun; a stage that came several times is one."""
        return list(self._steps.values())
