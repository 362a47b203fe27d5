"""The page's questions: SQL in `questions/`, with what a person chose put in as values."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.query import Copy, Result, quoted, rows

FOLDER = Path(__file__).parent / "questions"
# Of questions: the condition of all lists, the table that a problem stands in, the projects of which a text holds each of the words.
PARTS = ("chosen", "finding_table", "holding")
REMEMBERED = 500         # answers kept of one published copy
REMEMBERED_ROWS = 500    # rows of the longest of them
REMEMBERED_CHOICES = 20_000
Value = str | int | list[str] | None


class Answers:
    """Answers to questions about one published copy, which stay true as long as it is open; many requests ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Future[Result]] = {}

    def get(self, question: str, ask: Callable[[], Result], longest: int = REMEMBERED_ROWS) -> Result:
        """The answer to a question; who asks while somebody works it out waits for that answer, and one of `longest` rows is kept."""
        with self._lock:
            if is_new := question not in self._known:
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[question] = Future()
            answer = self._known[question]
        if not is_new:
            return answer.result()
        try:
            found = ask()
        except BaseException as error:
            self._forget(question)
            answer.set_exception(error)    # whoever waits is told, too
            raise
        if len(found.rows) > longest:
            self._forget(question)
        answer.set_result(found)
        return found

    def _forget(self, question: str) -> None:
        with self._lock:
            self._known.pop(question, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The published copy in one request; `version` names the file."""

    copy: Copy
    version: str
    _answers: Answers

    def rows(self, name: str, /, **values: Value) -> Result:
        """The whole answer to a question of `questions/`.

        Args:
            name: the file's.
            values: of its `$names`; None is NULL.
        """
        return self.answer(statement(name, **values))

    def answer(self, sql: str) -> Result:
        """The whole answer to a statement."""
        return self.remembered(sql, lambda copy: rows(copy, sql))

    def window(self, sql: str, limit: int, offset: int) -> tuple[Result, int]:
        """Some rows of the answer to a statement, and how many there are of them in all."""
        found = self.answer(f"{sql} LIMIT {limit} OFFSET {offset}")
        if len(found.rows) < limit and (found.rows or not offset):    # to count would be to ask all of it once more
            return found, offset + len(found.rows)
        return found, self.answer(f"SELECT count(*) FROM ({sql})").rows[0][0]

    def remembered(self, question: str, ask: Callable[[Copy], Result]) -> Result:
        """An answer; a short one is worked out once for each published copy."""
        return self._answers.get(question, lambda: ask(self.copy))

    def choices(self) -> list[dict[str, object]]:
        """What forms let choose from; a country has thousands of regions, and every form has them."""
        sql = statement("choices")
        return records(self._answers.get(sql, lambda: rows(self.copy, sql), longest=REMEMBERED_CHOICES))

    def records(self, name: str, /, **values: Value) -> list[dict[str, object]]:
        """The same as a list of rows by the names of columns."""
        return records(self.rows(name, **values))


def records(result: Result) -> list[dict[str, object]]:
    """Rows by the names of columns."""
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def statement(name: str, /, **values: Value) -> str:
    """A question with its values as SQL writes them, and the `PARTS` that it shares with others.

    A line that ends with `-- if $name` is left out where that value is None: what nobody asked for would be planned all the same.

    Raises:
        KeyError: the question names a value that was not given.
    """
    absent = frozenset(name for name, value in values.items() if value is None)
    return re.sub(r"\$(\w+)", lambda place: _written(values[place[1]]), _question(name, absent))


def _written(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value) if isinstance(value, int) else quoted(value)


@cache
def _question(name: str, absent: frozenset[str]) -> str:
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    text = re.sub(r"^.* -- if \$(\w+)\n", lambda line: "" if line[1] in absent else line[0], text, flags=re.MULTILINE)
    for part in PARTS:
        text = text.replace(f"${part}", f"({(FOLDER / f'{part}.sql').read_text(encoding='utf-8').strip()})")
    return re.sub(r"^--.*\n| -- if .*", "", text, flags=re.MULTILINE).strip()
