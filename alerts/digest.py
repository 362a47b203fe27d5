"""One digest per audience and night: the findings that are new, in words for people who do not know this project."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from expectations.rules import RULES
from warehouse.tables import FIELDS

ROOM = Path(__file__).parent
SEVERITIES = FIELDS["severity"].values   # the gravest first
LANGUAGES = ("zh", "en")

# Three severities of 20 entries of some 400 characters each stay below the 32,768 characters that apprise gives to one
# message, and within ten printed pages: what a person reads in a morning. The rest is one query away.
ENTRIES_PER_SEVERITY = 20
# A cell of indicators runs to thousands of characters; its beginning is enough to find it on the page.
LONGEST_TEXT = 160
# Publishing dates and deadlines are days in China.
CHINA = ZoneInfo("Asia/Shanghai")

AMOUNT = re.compile(r"-?\d+\.\d\d")   # the warehouse's form of an amount in yuan
# Some dialects of Markdown know no backslash before & < > | ~, none shows an entity as it is written.
MARKDOWN = str.maketrans(
    {character: "\\" + character for character in "\\`*_[]"}
    | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"}
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of findings: `name` stands on the digest, `severity` is the lowest that they are told."""

    id: str
    name: str
    severity: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one audience is told of one run; `outbox_id` is the same whenever it is built again."""

    outbox_id: str
    run_key: int
    audience_id: str
    language: str
    subject: str
    body_markdown: str
    body_text: str


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of the whole night, of all audiences together; `started_at` is in UTC, `failed` those of `new` not read."""

    run_key: int
    started_at: datetime
    new: int
    failed: int
    quarantined: int

    @property
    def date(self) -> date:
        """The night's date in China."""
        return self.started_at.replace(tzinfo=UTC).astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding as a digest shows it; `total` counts the new findings of its severity, amounts are in yuan."""

    severity: str
    total: int
    department: str
    file_name: str | None
    address: str
    message: str
    remedy: str | None
    page: int | None
    row: int | None
    published: str | None
    expected: str | None
    actual: str | None
    difference: str | None


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A file that could not be fetched, and why; `total` counts all of them."""

    total: int
    department: str
    address: str
    reason: str | None


def build(connection: duckdb.DuckDBPyConnection, run_key: int, language: str) -> list[Digest]:
    """Make the digests of a run: one for each audience that has something new to hear.

    New are the findings whose issue this run saw first (a document that cannot be read is a finding too), and the files
    that it could not fetch, unless the night before could not either. An audience hears of the departments that the
    catalogue gives to it.

    Args:
        connection: a connection to the warehouse that sees the run's findings, inside or after the load's transaction.
        run_key: the run.
        language: `zh` or `en`.

    Raises:
        ValueError: another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"No digests in {language!r}: choose one of {', '.join(LANGUAGES)}.")
    run = _run(connection, run_key)
    entries, unfetched = _entries(connection, run, language), _unfetched(connection, run)
    return [
        _digest(run, audience, language, entries.get(audience.id, []), unfetched.get(audience.id, []))
        for audience in (Audience(*row) for row in _rows(connection, "audience", {}))
        if audience.id in entries or audience.id in unfetched
    ]


def _digest(run: Run, audience: Audience, language: str, entries: list[Entry], unfetched: list[Unfetched]) -> Digest:
    outbox_id = hashlib.sha256("\n".join((str(run.run_key), audience.id, language)).encode()).hexdigest()
    values = {
        "number": outbox_id[:8], "audience": audience, "run": run, "entries": entries, "unfetched": unfetched,
        "counts": {entry.severity: entry.total for entry in entries}, "cap": ENTRIES_PER_SEVERITY,
    }
    return Digest(
        outbox_id, run.run_key, audience.id, language,
        subject=_render("subject", language, "txt", values).strip(),
        body_markdown=_render("digest", language, "md", values),
        body_text=_render("digest", language, "txt", values),
    )


def _run(connection: duckdb.DuckDBPyConnection, run_key: int) -> Run:
    return Run(run_key, *_rows(connection, "run", {"run_key": run_key})[0])


def _entries(connection: duckdb.DuckDBPyConnection, run: Run, language: str) -> dict[str, list[Entry]]:
    """The findings to tell, by audience."""
    rows = _rows(connection, "new_finding", {
        "run_key": run.run_key, "severities": list(SEVERITIES), "language": language, "cap": ENTRIES_PER_SEVERITY,
        "untold": [rule.id for rule in RULES.values() if rule.is_for_maintainers],
    })
    return {audience_id: [Entry(*row[1:]) for row in own] for audience_id, own in groupby(rows, key=itemgetter(0))}


def _unfetched(connection: duckdb.DuckDBPyConnection, run: Run) -> dict[str, list[Unfetched]]:
    """The files to tell of, by audience."""
    rows = _rows(connection, "unfetched", {"run_key": run.run_key, "cap": ENTRIES_PER_SEVERITY})
    return {audience_id: [Unfetched(*row[1:]) for row in own] for audience_id, own in groupby(rows, key=itemgetter(0))}


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return connection.execute((ROOM / f"{query}.sql").read_text(encoding="utf-8"), parameters).fetchall()


def _render(name: str, language: str, form: str, values: Mapping[str, Any]) -> str:
    return ENVIRONMENTS[form].get_template(f"{name}.{language}.{form}.j2").render(values)


def _environment(escape: Callable[[object], str]) -> Environment:
    """Templates whose every value is escaped, unless marked `safe`: what a document says never becomes markup of the digest."""

    def finalize(value: object) -> str:
        return value if isinstance(value, Markup) else escape(value)

    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"), undefined=StrictUndefined, finalize=finalize,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- jinja's own escaping knows HTML alone; `finalize` is ours
    )
    environment.filters |= {"amount": _amount, "excerpt": _excerpt}
    return environment


def _amount(value: str, unit: str) -> str:
    """An amount with thousands separators and its unit; other values of findings (a year, a name) as they are."""
    return f"{Decimal(value):,.2f} {unit}" if AMOUNT.fullmatch(value) else _excerpt(value)


def _excerpt(text: str) -> str:
    """The beginning of a published text, its cells (between tabs) set apart."""
    cells = " ｜ ".join(" ".join(cell.split()) for cell in text.split("\t"))
    return cells if len(cells) <= LONGEST_TEXT else f"{cells[:LONGEST_TEXT]}……"


def _plain(value: object) -> str:
    """A value on one line, without control characters."""
    line = " ".join(str(value).split())
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)


def _markdown(value: object) -> str:
    """A value on one line in which nothing is Markdown or HTML."""
    return _plain(value).translate(MARKDOWN)


ENVIRONMENTS = {"md": _environment(_markdown), "txt": _environment(_plain)}
