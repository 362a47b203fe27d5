"""What a person sees while the night works: one line per stage, with a bar where something is counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from warehouse.store import Step


class Stages:
    """The stages of a run on standard error; on anything but a terminal one plain line as each begins."""

    def __init__(self, told: Callable[[str, int, int], None] = lambda title, done, total: None) -> None:
        """`told` hears of each stage how many of its things are done, beside the console."""
        self._told = told
        self._steps: dict[str, Step] = {}
        self._console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeElapsedColumn(), console=self._console, disable=not self._console.is_terminal,
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
        if self._progress.disable:
            self._console.print(f"{title} …", highlight=False)
        stage, begun = self._progress.add_task(title, total=total), time.monotonic()
        (shown,) = (task for task in self._progress.tasks if task.id == stage)

        def done(more: int) -> None:
            self._progress.advance(stage, more)
            self._told(title, int(shown.completed), total)

        try:
            yield done
        finally:
            before = self._steps.get(title, Step(title, 0, 0.0))
            self._steps[title] = Step(title, before.items + int(shown.completed), before.seconds + time.monotonic() - begun)
        if not total:   # a bar without things would never fill
            self._progress.update(stage, total=1, completed=1)

    @property
    def steps(self) -> list[Step]:
        """What was done so far, in the order in which it was begun; a stage that came several times is one."""
        return list(self._steps.values())
