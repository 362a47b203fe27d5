"""A summary for each audience and week: how many problems of each department stand, against the weeks before, and what became of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import duckdb

from alerts.digest import CHINA, DEPARTMENTS, LANGUAGES, MARKS, OURS, ROOM, SEVERITIES, WORDS, Audience, Digest, Speaker
from alerts.outbox import WEEKLY
from alerts.page import Block, Page, Section
from expectations.rules import Language
from issues.life import statement

WEEKS = 4    # that a trend shows: a month


@dataclass(frozen=True, slots=True)
class Week:
    """A department's week; `open_counts` at the end of each of some weeks, the last one now."""

    department: str
    open_counts: Sequence[int]
    critical_count: int
    oldest_days: int | None
    opened_count: int
    corrected_count: int
    ended_count: int
    overdue_count: int


def build(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Digest]:
    """Make the summaries of the week that ends with the last night: one for each audience with problems that stand or that moved.

    Their ids are those of the ISO week, so that a week is told once.

    Args:
        connection: a writing connection to the warehouse.
        language: `zh` or `en`.

    Raises:
        ValueError: another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"No summaries in {language!r}: choose one of {', '.join(LANGUAGES)}.")
    last: tuple[int, datetime] | None = connection.execute(
        "SELECT run_key, started_at FROM load_run WHERE status = 'succeeded' ORDER BY started_at DESC LIMIT 1"
    ).fetchone()
    if last is None:
        return []
    connection.execute(statement("macros"))
    values = {"ours": list(OURS), "severities": list(SEVERITIES), "ends": [7 * back for back in range(WEEKS, -1, -1)]}
    rows = connection.execute((ROOM / "weekly.sql").read_text(encoding="utf-8"), values).fetchall()
    names = dict(connection.execute("SELECT audience_id, audience_name FROM dim_audience").fetchall())
    return [
        _digest(Speaker(language), Audience(audience_id, names[audience_id]), last, [Week(*row[1:]) for row in of_audience])
        for audience_id, of_audience in groupby(rows, key=lambda row: row[0])
    ]


def _digest(say: Speaker, audience: Audience, last: tuple[int, datetime], weeks: Sequence[Week]) -> Digest:
    run_key, started_at = last
    day = started_at.replace(tzinfo=UTC).astimezone(CHINA).date()
    year, number, _ = day.isocalendar()
    outbox_id = WEEKLY + hashlib.sha256("\n".join((str(year), str(number), audience.id, say.language)).encode()).hexdigest()
    page = _page(say, audience, say.date(day), outbox_id.removeprefix(WEEKLY)[:8], weeks)
    return Digest(outbox_id, run_key, audience.id, say.language, page.subject, page.markdown(), page.text())


def _page(say: Speaker, audience: Audience, date: str, number: str, weeks: Sequence[Week]) -> Page:
    def word(name: str, **values: object) -> str:
        return say(name, "weekly", **values)

    before, now = (sum(week.open_counts[place] for week in weeks) for place in (-2, -1))
    counted = ("opened_count", "corrected_count", "overdue_count", "critical_count")
    sums = {name: sum(getattr(week, name) for week in weeks) for name in counted}
    summary = word("summary", before=before, now=now, **sums)
    moved = sorted(weeks, key=lambda week: (-abs(week.open_counts[-1] - week.open_counts[-2]), -week.critical_count, week.department))
    lines = [
        word("line", department=week.department, trend=word(_trend(week)), before=week.open_counts[-2], now=week.open_counts[-1],
             critical=week.critical_count)
        for week in moved[:DEPARTMENTS]
    ]
    if len(moved) > DEPARTMENTS:
        lines.append(say("more_departments", count=len(moved) - DEPARTMENTS))
    rows = [
        [week.department, " → ".join(map(str, week.open_counts)), str(week.critical_count), str(week.opened_count),
         str(week.corrected_count), str(week.ended_count), str(week.overdue_count),
         "" if week.oldest_days is None else str(week.oldest_days)]
        for week in weeks
    ]
    return Page(
        subject=word("subject", audience=audience.name, date=date, summary=summary), title=word("title"),
        head=word("head", audience=audience.name, date=date, summary=summary), lines=lines,
        sections=[Section(word("by_department"), [Block(WORDS["weekly"]["columns"][say.language], rows, notes=[word("what_to_do")])])],
        footer=[word("footer", number=number)], marks=MARKS[say.language],
    )


def _trend(week: Week) -> str:
    before, now = week.open_counts[-2:]
    return "more" if now > before else "fewer" if now < before else "same"
