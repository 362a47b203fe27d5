"""What a person sees while the night works: one line per stage, with a bar where something is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

T = TypeVar("T")


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
        for _ in self.each(title, [None], 1):
            yield

    def each(self, title: str, items: Iterable[T], total: int) -> Iterator[T]:
        """Hand over `items` and count them; an item counts when the next is asked for."""
        if self._progress.disable:
            self._console.print(f"{title} …", highlight=False)
        stage = self._progress.add_task(title, total=total)
        for item in items:
            yield item
            self._progress.advance(stage)
        if not total:   # a bar without items would never fill
            self._progress.update(stage, total=1, completed=1)
