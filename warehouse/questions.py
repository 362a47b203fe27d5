"""Questions that people ask again and again: a project through the years, what a version changed, where a word stands.

Imports nothing but DuckDB and the standard library, as `query` does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from warehouse.errors import BadQuery
from warehouse.query import Copy, Result, quoted, rows
from warehouse.searching import Word, words_of

FOLDER = Path(__file__).parent / "questions"
NAMED = 5    # addresses in a message


class Difference(NamedTuple):
    """What a version changed: the address, the two versions (`before` is None for the first one), and a row for each difference."""

    address: str
    before: int | None
    after: int
    found: Result


def history(copy: Copy, name: str) -> Result:
    """The projects with a part of their name, year by year: budget, change against the year before, final accounts; in yuan.

    Args:
        copy: from `query.connect`.
        name: a part of the name.
    """
    return rows(copy, _question("history", name=quoted(name)))


def diff(copy: Copy, address: str, version_no: int | None = None) -> Difference:
    """What a version of a document changed against the one before: projects, goals, targets, lines.

    Args:
        copy: from `query.connect`.
        address: the document's, or a part that no other address has.
        version_no: the version; None takes the one in force.

    Raises:
        BadQuery: there is no such document or version, or there are several.
    """
    found = rows(copy, _question("versions", address=quoted(address), version_no=str(version_no or "NULL"))).rows
    if not found:
        raise BadQuery(f"No document in force has {address} in its address{f' and a version {version_no}' if version_no else ''}; "
                       "`yusuan sql \"SELECT document_id, version_no FROM dim_document\"` lists all.")
    if len(found) > 1:
        names = ", ".join(name for name, *_ in found[:NAMED])
        raise BadQuery(f"{len(found)} documents have {address} in their address; say more of it: {names}{', …' * (len(found) > NAMED)}")
    [(name, after, new_key, old_key, before)] = found
    (_, *columns), differences = _compared(copy, [(name, new_key, old_key)])
    return Difference(name, before, after, Result(columns, [row[1:] for row in differences]))


class Between(NamedTuple):
    """What happened from one run to a later one.

    `earlier`, `later`: their ids. `documents`: those of which another version is in force, that were taken down, or that were read again,
    of which only the last reading is kept. `problems`: those that were found, went or changed, with the last that happened to each.
    `differences`: what the versions say otherwise, as `diff` does, with the address before it.
    """

    earlier: str
    later: str
    documents: Result
    problems: Result
    differences: Result


def between(copy: Copy, earlier: str, later: str) -> Between:
    """What happened from one run to a later one: documents, problems, and each amount, goal and target that the documents changed.

    Args:
        copy: from `query.connect`.
        earlier, later: ids of runs, or the days of their nights (`2026-11-23`), of which the last run counts.

    Raises:
        BadQuery: there is no such run, or the second is not the later one.
    """
    runs = [_run(copy, name) for name in (earlier, later)]
    (first, start), (last, end) = runs
    if start >= end:
        raise BadQuery(f"{first} is not before {last}: name the earlier run first.")
    times = {"earlier": quoted(start), "later": quoted(end)}
    documents = rows(copy, _question("changed_documents", **times))
    keys = documents.columns.index("new_key"), documents.columns.index("old_key")
    pairs = [(str(row[0]), row[keys[0]], row[keys[1]]) for row in documents.rows if row[keys[0]] is not None]
    shown = Result(documents.columns[:keys[0]], [row[:keys[0]] for row in documents.rows])
    return Between(first, last, shown, rows(copy, _question("changed_problems", **times)), _compared(copy, pairs))


def _run(copy: Copy, name: str) -> tuple[str, str]:
    """A run's id and when it was started."""
    found = rows(copy, _question("run", name=quoted(name))).rows
    if not found:
        raise BadQuery(f"No run is called {name}, and none is of the night {name}; `yusuan status` lists the last, "
                       "`yusuan sql \"SELECT run_id, as_of_date FROM load_run\"` all.")
    return found[0][0], found[0][1]


def _compared(copy: Copy, pairs: Sequence[tuple[str, int, int | None]]) -> Result:
    """What versions say otherwise than earlier ones, by address and the keys of their facts."""
    keys = {str(key or "NULL") for _, *both in pairs for key in both} or {"NULL"}
    values = [f"({quoted(address)}, {new}, {old or 'NULL'}::BIGINT)" for address, new, old in pairs] or ["('', NULL::BIGINT, NULL::BIGINT)"]
    return rows(copy, _question("diff", pairs=", ".join(values), keys=", ".join(sorted(keys))))


def search(copy: Copy, words: str, limit: int) -> Result:
    """The projects of which name, indicators or goal hold every word, the best first.

    A substring is looked for, in the texts of the projects to which `searching` leads. DuckDB's full-text index was tried on pairs of
    signs: to make it took more than a hundred times as long as to search the same texts, the file was twice as large, and the answer came
    later.

    Args:
        copy: from `query.connect`.
        words: parted by spaces.
        limit: the most rows.

    Raises:
        BadQuery: there is no word.
    """
    if not words.split():
        raise BadQuery("Say what to search for, for example `yusuan search 河道`.")
    wanted = words_of(partial(rows, copy), words.split())
    leading = " INTERSECT ".join(_question("led_to", pair=str(word.pair)) for word in wanted if word.leads)
    return rows(copy, _question(
        "search", name_holds=_holds(wanted, "project_name"), indicator_holds=_holds(wanted, "indicator_name", "target_text"),
        goal_holds=_holds(wanted, "goal"), word_length=str(sum(len(word.said) for word in wanted)), row_limit=str(limit),
        led_to=f"SEMI JOIN ({leading}) AS led USING (document_key, project_no)" if leading else "",
    ))


class Judged(NamedTuple):
    """What a rule said of what is in force: counts, the ids of the reasons why it did not apply, and some problems that it found."""

    passed: int
    failed: int
    not_applicable: int
    reasons: list[str]
    examples: Result


def rule(copy: Copy, rule_id: str, limit: int) -> Judged | None:
    """What a rule said of what is in force; None where it has judged nothing yet.

    Args:
        copy: from `query.connect`.
        rule_id: of the rule.
        limit: the most examples; each is department, year, message in Chinese and English, address, page and row.
    """
    [(passed, failed, not_applicable, reasons)] = rows(copy, _question("rule_outcomes", rule=quoted(rule_id))).rows
    if passed is None:
        return None
    examples = rows(copy, _question("rule_examples", rule=quoted(rule_id), row_limit=str(limit)))
    return Judged(passed, failed, not_applicable, reasons or [], examples)


def _holds(words: Sequence[Word], *columns: str) -> str:
    """The condition that each of some words stands in one of some columns."""
    return " AND ".join(word.stands_in(columns) for word in words)


def _question(name: str, /, **values: str) -> str:
    """A statement with its values, as SQL writes them: a bound value would make DuckDB import pandas."""
    sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return re.sub(r"\$(\w+)", lambda value: values[value[1]], sql)
