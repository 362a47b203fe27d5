"""Questions that people write themselves: answered in processes with limits, a few at once, so that none slows or ends the page.

DuckDB's own limit does not hold what a single value takes (`range(1, 300000000)`), nor the rows of an answer once they are Python's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore
from typing import Any, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from portal.confined import Confined, Ended
from portal.copies import Copies
from warehouse import answers, exporting, query
from warehouse.errors import BadQuery

ASKING = 2           # are answered at once
WAITING = 10         # wait for their turn; the rest of the server's 40 threads is for pages
WAIT = 5             # seconds
NICE = 10            # of the processes that work on them: pages come first
PROGRAM_MB = 1024    # for everything but a question: libraries and the connection
MOST_CHARACTERS = 2_000_000    # of an answer on a page; a browser shows no more in reasonable time
LATE = 10            # seconds after its limit in which a question that cannot be interrupted is ended with its process
T = TypeVar("T")


class OwnQuestions:
    """Answers them over what is published.

    Args:
        published: the published copy, whether it is there yet or not.
        limits: what one question may cost; it has one thread.
    """

    def __init__(self, published: Path, limits: query.Limits) -> None:
        self._waiting = BoundedSemaphore(ASKING + WAITING)
        self._processes = [Confined(_prepare, published, limits._replace(threads=1)) for _ in range(ASKING)]
        self._idle: SimpleQueue[Confined] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)

    def answer(self, question: str, most: int) -> tuple[query.Result, bool]:
        """The first rows of an answer, at most so many, and whether there are more.

        Raises:
            BadQuery: as of `query.ask`; too many ask; the question ended its process; or the answer is too long for a page.
            NotPublished, WarehouseCorrupt: there is nothing to ask.
        """
        return self._in_turn(_answer, question, most)

    def write(self, question: str, form: answers.Format, target: Path) -> None:
        """Write a whole answer into a file; raises as `answer`."""
        self._in_turn(_write, question, form, target)

    def pack(self, choice: exporting.Choice, target: Path) -> None:
        """Write views into a file as a zipped data package; raises as `answer`."""
        self._in_turn(_pack, choice, target)

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.close()

    def _in_turn(self, work: Callable[..., T], *given: object) -> T:
        if not self._waiting.acquire(blocking=False):
            raise BadQuery("Too many ask at the moment; try again in a little while.")
        try:
            process = self._idle.get(timeout=WAIT)
        except Empty:
            raise BadQuery("Too many ask at the moment; try again in a little while.") from None
        finally:
            self._waiting.release()
        try:
            return process.run(work, *given)
        except Ended:
            raise BadQuery("The question took more time or memory than it may, and was ended: ask for fewer rows or columns.") from None
        finally:
            self._idle.put(process)


_here: list[tuple[Copies, query.Limits]] = []    # in a process that answers


def _prepare(published: Path, limits: query.Limits) -> None:
    if sys.platform == "linux":
        import resource

        most = (2 * limits.memory_mb + PROGRAM_MB) << 20    # of what DuckDB does not count: long values, and rows that are taken
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    os.nice(NICE)
    _here.append((Copies(published, limits), limits))


def _bound(seconds: float) -> None:
    """Let the system end this process once it has worked so long from now."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _asked(work: Callable[[query.Copy], T]) -> T:
    [(copies, limits)] = _here
    _bound(limits.seconds + LATE)
    with copies.current() as found:
        return work(found.copy)


def _answer(question: str, most: int) -> tuple[query.Result, bool]:
    def ask(copy: query.Copy) -> tuple[query.Result, bool]:
        if query.is_plan(copy, question):
            return query.Result(["plan"], [(line,) for line in query.plan(copy, question)]), False
        found = query.ask(copy, question)
        rows: list[tuple[Any, ...]] = []
        characters = 0
        for row in found.rows:
            if len(rows) == most:
                return query.Result(found.columns, rows), True
            characters += sum(len(str(value)) for value in row)
            if characters > MOST_CHARACTERS:
                raise BadQuery(f"The answer has more than {MOST_CHARACTERS:,} characters: take it as a file, or ask for less.")
            rows.append(row)
        return query.Result(found.columns, rows), False

    return _asked(ask)


def _write(question: str, form: answers.Format, target: Path) -> None:
    _asked(lambda copy: answers.write(copy, question, form, target, for_people=True))


def _pack(choice: exporting.Choice, target: Path) -> None:
    folder = target.with_name("package")
    _asked(lambda copy: exporting.export(copy, "package", folder, choice))
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
