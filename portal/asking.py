"""The page's questions: SQL in `questions/`, with what a person chose put in as values."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from warehouse.query import Copy, Result, quoted, rows
from warehouse.searching import Word, unled, words_of

FOLDER = Path(__file__).parent / "questions"
# Of questions: the condition of all lists, the table that a problem stands in.
PARTS = ("chosen", "finding_table")
# Those that are written once for each word that is looked for, and what stands between them: the projects, targets and unit costs that
# have it, and the projects that may have it.
PARTS_OF_WORDS = {"holding": "INTERSECT", "said_of_target": "AND", "said_of_cost": "AND", "led_to": "INTERSECT", "named": "INTERSECT"}
NEAR = 4    # documents of a page's rows that are asked one by one: DuckDB then reads the parts of the facts that hold them alone
REMEMBERED = 500         # answers kept of one published copy
REMEMBERED_ROWS = 500    # rows of the longest of them
SEARCHING = 2            # look for words at once: all texts of the copy are read, by all processors
MOST_CHOICES = 300       # of a filter: of more, as the regions of a country, one is written, as every page would carry them all
FACETS = 8               # values of one thing that rows can be chosen by
MOST_FACETED = 20_000    # rows that are counted by such values: to count all of a country takes as long as to search it
Value = str | int | list[str] | list[Word] | None


class Answers:
    """Answers to questions about one published copy, which stay true as long as it is open; many requests ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Future[Result]] = {}
        self.searching = threading.BoundedSemaphore(SEARCHING)

    def get(self, question: str, ask: Callable[[], Result]) -> Result:
        """The answer to a question; who asks while somebody works it out waits for that answer, and one that is not too long is kept."""
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
        if len(found.rows) > REMEMBERED_ROWS:
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

    def page(self, listed: Listed, limit: int, offset: int) -> tuple[Result, int]:
        """Some rows of a list, and how many there are of them in all."""
        listed = self.led(listed)
        if listed.is_indexed and any(word.is_nowhere for word in listed.words):
            return self.answer(listed.rows(0)), 0
        if not (listed.counted and listed.is_by_document):
            return self._window(listed, limit, offset)
        documents = self.rows("documents_of_window", counted=listed.counted, limit=limit, offset=offset, **listed.values).rows
        if not 0 < len(documents) <= NEAR:
            return self._window(listed, limit, offset)
        parts: list[Result] = []
        for key, before in documents:
            left = limit - sum(len(part.rows) for part in parts)
            parts.append(self.answer(listed.of_document(key).rows(left, max(0, offset - before))))
        return Result(parts[0].columns, [row for part in parts for row in part.rows]), self._count(listed)

    def led(self, listed: Listed) -> Listed:
        """A list whose words are looked for by the index."""
        words = listed.values.get("words")
        return replace(listed, values={**listed.values, "words": words_of(self.answer, words)}) if words else listed    # type: ignore[arg-type]

    def facets(self, listed: Listed, count: int) -> dict[str, list[dict[str, object]]]:
        """By what the rows of a list can be chosen further, each with how many they are; of very many rows, and of one, nothing."""
        found: dict[str, list[dict[str, object]]] = {}
        if listed.is_faceted and 1 < count <= MOST_FACETED:
            for row in records(self.answer(self.led(listed).facets)):
                facet = str(row["facet"])
                found.setdefault(facet, []).append({**row, "choice": _choice(facet, str(row["value"]))})
        return {facet: values for facet, values in found.items() if len(values) > 1}

    def _window(self, listed: Listed, limit: int, offset: int) -> tuple[Result, int]:
        with self._answers.searching if listed.values.get("words") else nullcontext():
            return self._looked_for(listed, limit, offset)

    def _looked_for(self, listed: Listed, limit: int, offset: int) -> tuple[Result, int]:
        if counted := listed.counted_rows(limit, offset):
            found = self.answer(counted)
            count = found.rows[0][-1] if found.rows else None
            found = Result(found.columns[:-1], [row[:-1] for row in found.rows])
            if count is not None:
                return found, int(count)
        else:
            found = self.answer(listed.rows(limit, offset))
        if len(found.rows) < limit and (found.rows or not offset):    # to count would be to ask all of it once more
            return found, offset + len(found.rows)
        return found, self._count(listed)

    def _count(self, listed: Listed) -> int:
        counted = self.rows("row_count", counted=listed.counted, **listed.values) if listed.counted else self.answer(listed.count)
        return int(counted.rows[0][0])

    def remembered(self, question: str, ask: Callable[[Copy], Result]) -> Result:
        """An answer; a short one is worked out once for each published copy."""
        return self._answers.get(question, lambda: ask(self.copy))

    def choices(self) -> dict[str, list[tuple[object, object]]]:
        """What forms let choose from, by what it is: values and what is shown of them; of more than `MOST_CHOICES` none, one is written."""
        found: dict[str, list[tuple[object, object]]] = {}
        for kind, value, told in self.rows("choices", most=MOST_CHOICES).rows:
            found.setdefault(str(kind), []).append((value, told))
        return found

    def records(self, name: str, /, **values: Value) -> list[dict[str, object]]:
        """The same as a list of rows by the names of columns."""
        return records(self.rows(name, **values))


def _choice(facet: str, value: str) -> dict[str, str]:
    """What an address says to choose a value of a facet; of amounts both ends of their range."""
    if facet != "amount":
        return {facet: value}
    least, _, most = value.partition("-")
    return {"minimum": least, "maximum": most}


def records(result: Result) -> list[dict[str, object]]:
    """Rows by the names of columns."""
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """The question of a list with its values; where only some rows are wanted, no more than these are joined with what is shown of them.

    Attributes:
        name: the file's.
        values: of its `$names`; None is NULL.
        counted: the column of `document_size` that counts its rows, if one does.
        is_by_document: whether its rows go document by document, the newest year first.
        is_faceted: whether its rows are of documents, by which they can be chosen further.
        is_indexed: whether the index of words has all texts in which its words are looked for.
    """

    name: str
    values: Mapping[str, Value]
    counted: str = ""
    is_by_document: bool = False
    is_faceted: bool = False
    is_indexed: bool = False

    @property
    def words(self) -> list[Word]:
        """What is looked for, as far as the index was asked for it."""
        given = self.values.get("words")
        return [word for word in given if isinstance(word, Word)] if isinstance(given, list) else []

    def rows(self, limit: int | None = None, offset: int = 0) -> str:
        """The statement that gives its rows, or some of them."""
        return _joined(*_parts(self.name, self.values), "" if limit is None else f" LIMIT {limit} OFFSET {offset}")

    def counted_rows(self, limit: int, offset: int) -> str:
        """The statement that gives some of its rows, and as the last column how many there are in all; none where it looks for no words.

        To look through all texts once more would cost as much again.
        """
        chosen, shown = _parts(self.name, self.values)
        if not (self.values.get("words") and shown):
            return ""
        unordered, _, order = chosen.rpartition("ORDER BY")
        order = re.sub(r"\w+\.(\w+)", r"\1", order)    # of the columns that were found
        shown = shown.replace("\nFROM shown", ", (SELECT count(*) FROM found) AS row_count\nFROM shown", 1)
        return (f"WITH found AS MATERIALIZED ({unordered}), shown AS (FROM found ORDER BY {order} LIMIT {limit} OFFSET {offset})\n{shown}")

    @property
    def count(self) -> str:
        """The statement that counts them; to put them in order would be most of the work."""
        return f"SELECT count(*) FROM ({self._unordered})"

    @property
    def facets(self) -> str:
        """The statement that counts them by what they can be chosen by."""
        text = statement("facets", most=FACETS, is_of_projects=1 if self.name == "projects" else None)
        return text.replace("<found>", self._unordered)

    @property
    def _unordered(self) -> str:
        return _parts(self.name, self.values)[0].rpartition("ORDER BY")[0]

    def of_document(self, key: int) -> Listed:
        """Those of one document."""
        return replace(self, values={**self.values, "first": key, "last": key})


def statement(name: str, /, **values: Value) -> str:
    """A question with its values as SQL writes them, and the parts that it shares with others.

    A line that ends with `-- if $name` is left out where that value is None: what nobody asked for would be planned all the same.
    `$says(a, b)` asks whether each of the `words` stands in one of these texts. What stands after `-- shown:` is asked of the rows that
    are wanted of what stands before it, which are `shown`.

    Raises:
        KeyError: the question names a value that was not given.
    """
    return _joined(*_parts(name, values))


def _joined(chosen: str, shown: str, window: str = "") -> str:
    return f"WITH shown AS ({chosen}{window})\n{shown}" if shown else f"{chosen}{window}"


def _parts(name: str, values: Mapping[str, Value]) -> tuple[str, str]:
    """What a question chooses, and what it shows of that (empty where it is the same)."""
    given = values.get("words")
    words = [written if isinstance(written, Word) else unled(written) for written in given] if isinstance(given, list) else []
    # What all words lead to: projects that have one of them, where it has a pair.
    values = {**values, "led": 1 if any(word.leads for word in words) else None}
    chosen, _, shown = _question(name, _given(values)).partition("-- shown:\n")
    return _filled(chosen.strip(), values, words), _filled(shown, values, words)


def _given(values: Mapping[str, Value]) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if value is not None)


def _filled(text: str, values: Mapping[str, Value], words: Sequence[Word]) -> str:
    """A text with its values, in one go: what a person wrote is never looked through for the names of others."""
    def written(place: re.Match[str]) -> str:
        name = place[1]
        if name in PARTS_OF_WORDS:
            each = (_of_word(name, values, word) for word in words if word.leads or name != "led_to")
            return f" {PARTS_OF_WORDS[name]} ".join(each)
        if place[2]:
            return " AND ".join(word.stands_in(place[2].split(", ")) for word in words)
        return _written(values[name])

    return re.sub(r"\$(\w+)(?:\(([^()]+)\))?", written, text)


def _of_word(part: str, values: Mapping[str, Value], word: Word) -> str:
    """A part for one word: by the index alone where it is a pair of signs, otherwise by the texts of what the index leads to, if any."""
    values = {
        **values, "pair": word.pair, "is_pair": 1 if word.is_pair else None, "is_text": None if word.is_pair else 1,
        "is_led": 1 if word.leads and not word.is_pair else None,
    }
    return _filled(_question(part, _given(values)), values, [word])


def _written(value: Value) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else quoted(value)


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


@cache
def _question(name: str, given: frozenset[str]) -> str:
    text = _text(name)
    for part in PARTS:
        text = text.replace(f"${part}", f"(\n{_text(part)}\n)")
    text = re.sub(r"^.* -- if \$(\w+)\n", lambda line: line[0] if line[1] in given else "", text, flags=re.MULTILINE)
    return re.sub(r"^--(?! shown:).*\n| -- if .*", "", text, flags=re.MULTILINE).strip()
