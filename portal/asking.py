"""The page's questions: SQL in `questions/`, with what a person chose put in as values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.query import Copy, Result, quoted, rows

FOLDER = Path(__file__).parent / "questions"
PARTS = ("chosen", "finding_table")    # of several questions: the condition of all lists, and the table that a problem stands in
REMEMBERED = 500         # answers kept of one published copy
REMEMBERED_ROWS = 500    # rows of the longest of them
Value = str | int | list[str] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The published copy in one request; `version` names the file."""

    copy: Copy
    version: str
    _remembered: dict[str, Result]

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
        found = self._remembered.get(question)
        if found is None:
            found = ask(self.copy)
            if len(found.rows) <= REMEMBERED_ROWS:
                if len(self._remembered) >= REMEMBERED:
                    self._remembered.clear()
                self._remembered[question] = found
        return found

    def records(self, name: str, /, **values: Value) -> list[dict[str, object]]:
        """The same as a list of rows by the names of columns."""
        return records(self.rows(name, **values))


def records(result: Result) -> list[dict[str, object]]:
    """Rows by the names of columns."""
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def statement(name: str, /, **values: Value) -> str:
    """A question with its values as SQL writes them, and the `PARTS` that it shares with others.

    Raises:
        KeyError: the question names a value that was not given.
    """
    return re.sub(r"\$(\w+)", lambda place: _written(values[place[1]]), _question(name))


def _written(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value) if isinstance(value, int) else quoted(value)


@cache
def _question(name: str) -> str:
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    for part in PARTS:
        text = text.replace(f"${part}", f"({(FOLDER / f'{part}.sql').read_text(encoding='utf-8')})")
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip()
