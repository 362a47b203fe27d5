"""Finds words in the published copy: an index of pairs of signs, since Chinese has no spaces to cut words at.

Each pair of signs that stand beside each other in a project's texts leads to the project; a word's projects are among those that have all
its pairs. The tables are made when a copy is published and are in no other file. `project_number` is theirs: it is given in the order of
documents, so that the numbers of a pair lie close together and take about one byte each.

Imports nothing but DuckDB and the standard library where words are looked for, as `query` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from warehouse.query import Result, quoted

if TYPE_CHECKING:
    import duckdb

FIRST = 1 << 21    # code points are below it
# Of the rows of a pair, as many as are looked up faster than all texts are read.
MOST_LED = 50_000
# As `_pairs` in SQL: the codes of the pairs of a text, each once.
PAIRS_OF = f"""
CREATE OR REPLACE TEMP MACRO pairs_of(said) AS list_distinct(list_transform(
    list_filter(
        list_zip(list_transform(string_split(lower(said), ''), lambda sign: unicode(sign)::UBIGINT),
                 list_transform(string_split(lower(said), '')[2:], lambda sign: unicode(sign)::UBIGINT)),
        lambda pair: pair[2] IS NOT NULL AND NOT (pair[1] BETWEEN 48 AND 57 OR pair[2] BETWEEN 48 AND 57)
    ),
    lambda pair: pair[1] * {FIRST} + pair[2]
))
"""


class Word(NamedTuple):
    """A word that is looked for.

    Attributes:
        said: the word as texts are compared with it: in small letters where it has any.
        pair: its rarest pair of signs by the index; None where it has none.
        is_pair: whether it is this pair and nothing else, so that the index alone says where it stands.
        leads: whether the pair leads to so few projects that their texts alone are read.
        is_nowhere: whether no text of a project has the pair.
    """

    said: str
    pair: int | None = None
    is_pair: bool = False
    leads: bool = False
    is_nowhere: bool = False

    def stands_in(self, texts: Sequence[str]) -> str:
        """The condition that it stands in one of some columns, which are put in small letters only where it has any: that takes longest."""
        has_letters = self.said != self.said.upper()
        return "({})".format(" OR ".join(
            f"contains({f'lower({text})' if has_letters else text}, {quoted(self.said)})" for text in texts
        ))


def words_of(ask: Callable[[str], Result], written: Sequence[str]) -> list[Word]:
    """Words as somebody wrote them, each with what leads to the projects that may have it.

    Args:
        ask: gives the answer of the published copy to a statement.
        written: the words.
    """
    counts = pair_counts(ask, written)
    return [_led(_said(word), counts) for word in written]


def pair_counts(ask: Callable[[str], Result], texts: Sequence[str], place: str | None = None) -> dict[int, int]:
    """How many texts of projects have each pair of signs of some texts.

    Args:
        ask: as of `words_of`.
        texts: as somebody wrote them.
        place: the one of `text_place` in which they are counted; all of them otherwise.
    """
    sought = {pair for text in texts for pair in _pairs(_said(text))}
    if not sought:
        return {}
    listed = ", ".join(map(str, sorted(sought)))
    only = f" AND text_place = {quoted(place)}" if place else ""
    found = ask(f"SELECT pair, count(*) FROM searched_pair WHERE pair IN ({listed}){only} GROUP BY pair").rows
    return dict.fromkeys(sought, 0) | dict(found)


def unled(written: str) -> Word:
    """A word that is looked for in all texts."""
    return Word(_said(written))


def _led(said: str, counts: Mapping[int, int]) -> Word:
    pairs = _pairs(said)
    if not pairs:
        return Word(said)
    pair = min(pairs, key=lambda pair: counts[pair])
    return Word(said, pair, len(said) == 2, counts[pair] <= MOST_LED, not counts[pair])


def _said(written: str) -> str:
    return written if written.lower() == written.upper() else written.lower()


def _pairs(said: str) -> list[int]:
    """The pairs of a word that are in the index; one sign, or digits alone, have none."""
    return [ord(first) * FIRST + ord(second) for first, second in pairwise(said) if not {first, second} & set("0123456789")]


def index(connection: duckdb.DuckDBPyConnection, changed: str | None = None) -> bool:
    """Make the tables for searching in the current database, a published copy with all else in it, or bring them up to date.

    Args:
        connection: the writer's, inside a transaction.
        changed: a statement that gives the keys of the documents whose projects may be others than those that are there; None makes all.

    Returns:
        Whether each project has its number: not where another document changed, too.
    """
    from warehouse.schema import comments_of
    from warehouse.tables import SEARCH, statement

    if changed is None:
        for table in SEARCH:
            connection.execute(table.ddl)
            connection.execute(";\n".join(comments_of("TABLE", table, {})))
    else:
        gone = f"SELECT project_number FROM searched_project WHERE document_key IN ({changed})"
        for table in reversed(SEARCH):    # the one that gives the numbers last
            connection.execute(f"DELETE FROM {table.name} WHERE project_number IN ({gone})")
    connection.execute(PAIRS_OF)
    is_new = "true" if changed is None else f"document_key IN ({changed})"
    for table in SEARCH:
        names = ", ".join(column.name for column in table.columns)
        connection.execute(f"INSERT INTO {table.name} SELECT {names} FROM ({statement('search', table.name).replace('$is_new', is_new)})")
    numbered, projects = (
        connection.execute(f"SELECT count(*), sum(hash(document_key, project_no, amount_yuan)) FROM {table}").fetchall()
        for table in ("searched_project", "fact_project")
    )
    return bool(numbered == projects)
