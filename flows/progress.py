"""What a person sees while the night works: one line per stage, with a bar where something is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Stages:
    """The stages of a run on standard error; on anything but a terminal one plain line as each begins."""

    def __init__(self) -> None:
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
    def stage(self, title: str) -> Iterator[None]:
        """A stage that is one piece of work."""
        with self.count(title, 1) as done:
            yield
            done(1)

    @contextmanager
    def count(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """A stage of `total` things; call what is given with how many more are done."""
        if self._progress.disable:
            self._console.print(f"{title} …", highlight=False)
        stage = self._progress.add_task(title, total=total)
        yield lambda more: self._progress.advance(stage, more)
        if not total:   # a bar without things would never fill
            self._progress.update(stage, total=1, completed=1)
