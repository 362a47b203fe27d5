"""One digest per audience and night: what is new, worse, corrected and overdue, in words for people who do not know this project."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import duckdb
import yaml

from alerts.page import Block, Page, Section
from alerts.reasons import told as reason_told
from expectations.rules import NAMES, RULES, Language
from warehouse.tables import FIELDS

ROOM = Path(__file__).parent
WORDS: Mapping[str, Any] = yaml.safe_load((ROOM / "words.yaml").read_text(encoding="utf-8"))
SEVERITIES = FIELDS["severity"].values   # the gravest first
LANGUAGES: tuple[Language, ...] = ("zh", "en")
MAINTAINERS = "maintainers"    # an audience of every warehouse: they hear of what this program doubts
OURS = tuple(rule.id for rule in RULES.values() if rule.is_for_maintainers)

# Rows of each kind of news and severity: what a person reads in a morning.
ROWS = 20
# Lines by department on the first screen: one of a phone holds some twenty lines.
DEPARTMENTS = 12
# A cell of indicators runs to thousands of characters; its beginning is enough to find it on the page.
LONGEST_TEXT = 160
# A rule's sentence names figures, and what else is off for the same cause: these have to be read whole.
LONGEST_SENTENCE = 400
# Publishing dates and deadlines are days in China.
CHINA = ZoneInfo("Asia/Shanghai")

AMOUNT = re.compile(r"-?\d+\.\d\d")   # the warehouse's form of an amount in yuan
AMOUNT_IN_TEXT = re.compile(r"\d[\d,]*\.\d\d")
WEB = re.compile(r"https?://")
MARKS = {"zh": ("：", "；"), "en": (": ", "; ")}
FIGURES = ("expected", "actual", "difference")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of findings: `name` stands on the digest."""

    id: str
    name: str


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
class Told:
    """One row of news; figures are as in `Outcome`, `…_before` those that were told before."""

    news: str
    event: str
    fingerprint: str
    severity: str
    department: str
    file_name: str | None
    address: str | None
    rule: str
    label: str
    message: str
    published: str | None
    page: int | None
    table_no: int | None
    row: int | None
    expected: str | None
    actual: str | None
    difference: str | None
    expected_before: str | None
    actual_before: str | None
    difference_before: str | None
    box: str | None
    sha256: str | None
    format: str | None
    severity_before: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many issues of a department are news of a kind, at a severity."""

    department: str
    news: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A file that could not be fetched, and why; `total` counts all of them."""

    total: int
    department: str
    file_name: str | None
    address: str
    outcome: str
    http_status: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document with rows that this program doubts; None for a whole one, an amount that is not known."""

    department: str
    file_name: str
    rows: int | None
    amount_yuan: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many problems of a severity stand, and how many of them somebody sees to."""

    severity: str
    issues: int
    seen_to: int


class Speaker:
    """The words of a digest in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.comma = "，" if language == "zh" else ", "

    def __call__(self, name: str, of: str = "digest", **values: object) -> str:
        """A text of words.yaml, filled."""
        text: str = WORDS[of][name][self.language]
        return text.format_map(values) if values else text

    def date(self, day: date) -> str:
        """A day as people write it."""
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else day.isoformat()

    def value(self, text: str | None) -> str:
        """An amount with thousands separators and its unit; other values of findings (a year, a name) as they are."""
        if text is None:
            return ""
        return self("yuan", amount=f"{Decimal(text):,.2f}") if AMOUNT.fullmatch(text) else excerpt(text)


def build(connection: duckdb.DuckDBPyConnection, run_key: int, language: str) -> list[Digest]:
    """Make the digests of a run: one for each audience that has something new to hear, and one for maintainers.

    New is what the run's events say (`issues.life`), and the files that it could not fetch, unless the night before could not either.
    An audience hears of the departments that the catalogue gives to it, in its severity and above.

    Args:
        connection: a connection to the warehouse that sees the run's events, inside or after the load's transaction.
        run_key: the run.
        language: `zh` or `en`.

    Raises:
        ValueError: another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"No digests in {language!r}: choose one of {', '.join(LANGUAGES)}.")
    say = Speaker(language)
    day = _day(connection, run_key)
    common = {"run_key": run_key, "severities": list(SEVERITIES), "ours": list(OURS)}
    told = news_of(connection, run_key, language, ROWS)
    counted = _by_audience(connection, "counted", {}, Counted)
    unfetched = _by_audience(connection, "unfetched", {"run_key": run_key, "cap": ROWS}, Unfetched)
    left_out = _by_audience(connection, "left_out", {"run_key": run_key, "ours": list(OURS)}, LeftOut)
    standing = _by_audience(connection, "standing", {name: common[name] for name in ("severities", "ours")}, Standing)
    digests = [
        _digest(run_key, audience.id, language, lambda number, audience=audience: _page(  # type: ignore[misc]
            say, audience, day, number, News(
                counted[audience.id], told[audience.id], unfetched[audience.id], left_out[audience.id], standing[audience.id],
            )))
        for audience in (Audience(*row) for row in _rows(connection, "audience", {}))
        if told[audience.id] or unfetched[audience.id] or left_out[audience.id]
    ]
    doubts = _rows(connection, "doubt", {"run_key": run_key, "ours": list(OURS), "cap": 10 * ROWS})
    lost = [file for files in unfetched.values() for file in files]
    wrong = [str(line) for (line,) in _rows(connection, "input", {"run_key": run_key})]
    if doubts or lost or wrong:
        digests.append(_digest(run_key, MAINTAINERS, language, lambda number: _maintainers_page(say, day, number, doubts, lost, wrong)))
    return digests


def news_of(connection: duckdb.DuckDBPyConnection, run_key: int, language: str, cap: int) -> dict[str, list[Told]]:
    """What a run's events are for each audience, with figures and places.

    Args:
        connection: as for `build`.
        run_key: the run.
        language: of the sentences.
        cap: rows of each kind of news and severity.
    """
    values = {"run_key": run_key, "severities": list(SEVERITIES), "ours": list(OURS), "today": _day(connection, run_key)}
    connection.execute(_statement("news"), values)
    return _by_audience(connection, "told", {"severities": list(SEVERITIES), "language": language, "cap": cap}, Told)


@dataclass(frozen=True, slots=True)
class News:
    """All that one audience is told."""

    counted: list[Counted]
    told: list[Told]
    unfetched: list[Unfetched]
    left_out: list[LeftOut]
    standing: list[Standing]


def _digest(run_key: int, audience_id: str, language: str, page: Callable[[str], Page]) -> Digest:
    outbox_id = hashlib.sha256("\n".join((str(run_key), audience_id, language)).encode()).hexdigest()
    written = page(outbox_id[:8])
    return Digest(outbox_id, run_key, audience_id, language, written.subject, written.markdown(), written.text())


# --- the first screen -------------------------------------------------------------------------------------------------------


def _page(say: Speaker, audience: Audience, day: date, number: str, news: News) -> Page:
    counts = _counts(news.counted)
    parts = [
        say("counted_grave", what=say(kind, "news"), count=sum(of_kind.values()), grave=of_kind["critical"]) if of_kind["critical"]
        else say("count", what=say(kind, "news"), count=sum(of_kind.values()))
        for kind, of_kind in _by_news(counts.values()).items()
    ]
    if news.left_out:
        parts.append(say("left_out_count", count=len(news.left_out)))
    if news.unfetched:
        parts.append(say("unfetched_count", count=news.unfetched[0].total))
    summary = say.comma.join(parts)
    sections = [*_sections(say, news.told, _by_news(counts.values())), *_left_out(say, news.left_out), *_unfetched(say, news.unfetched)]
    return Page(
        subject=say("subject", audience=audience.name, date=day.isoformat(), summary=summary), title=say("title"),
        head=say("to", audience=audience.name, date=say.date(day), summary=summary),
        lines=[*_department_lines(say, counts), _standing_line(say, news.standing)],
        sections=sections, footer=[say("grades"), say("footer", number=number)], marks=MARKS[say.language],
    )


Counts = dict[str, dict[str, dict[str, int]]]    # by department, kind of news and severity


def _counts(counted: Iterable[Counted]) -> Counts:
    counts: Counts = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for one in counted:
        counts[one.department][one.news][one.severity] = one.count
    return counts


def _by_news(counts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    summed: dict[str, dict[str, int]] = {}
    for of_department in counts:
        for kind, of_kind in of_department.items():
            sums = summed.setdefault(kind, dict.fromkeys(SEVERITIES, 0))
            for severity, count in of_kind.items():
                sums[severity] += count
    return {kind: summed[kind] for kind in WORDS["news"] if kind in summed}


def _department_lines(say: Speaker, counts: Counts) -> list[str]:
    """A line for each department, those with the gravest and most news first."""
    ordered = sorted(counts, key=lambda name: (*(-sum(of[severity] for of in counts[name].values()) for severity in SEVERITIES), name))
    lines = []
    for name in ordered[:DEPARTMENTS]:
        parts = [
            say("counted_grave" if of_kind["critical"] else "counted", what=say(kind, "news"), count=sum(of_kind.values()),
                grave=of_kind["critical"])
            for kind, of_kind in _by_news([counts[name]]).items()
        ]
        lines.append(say("department", department=name, counts=say.comma.join(parts)))
    if len(ordered) > DEPARTMENTS:
        lines.append(say("more_departments", count=len(ordered) - DEPARTMENTS))
    return lines


def _standing_line(say: Speaker, standing: Sequence[Standing]) -> str:
    if not standing:
        return say("nothing_standing")
    counts = say.comma.join(say("count", what=say(one.severity, "severity"), count=one.issues) for one in standing)
    seen_to = sum(one.seen_to for one in standing)
    return say("standing_seen" if seen_to else "standing", counts=counts, seen_to=seen_to)


# --- the detail -------------------------------------------------------------------------------------------------------------


def _sections(say: Speaker, told: Sequence[Told], counts: Mapping[str, Mapping[str, int]]) -> list[Section]:
    """A section for each kind of news, its rows by department, document and rule; the remedy once for each of these."""
    sections = []
    for kind, of_kind in groupby(told, key=lambda one: one.news):
        rows = sorted(of_kind, key=lambda one: (one.department, one.address or "", SEVERITIES.index(one.severity), one.rule, one.event))
        blocks = [
            _block(say, kind, list(alike))
            for _, alike in groupby(rows, key=lambda one: (one.department, one.address, one.severity, one.rule, one.event))
        ]
        total = sum(counts[kind].values())
        hidden = total - len({one.fingerprint for one in rows})
        title = say("count", what=say(kind, "news"), count=total)
        if hidden > 0:
            title = f"{title}{say.comma}{say('more', count=hidden)}"
        sections.append(Section(title, blocks))
    return sections


def _block(say: Speaker, kind: str, alike: Sequence[Told]) -> Block:
    first = alike[0]
    rule = RULES[first.rule]
    labels: dict[str, dict[str, str]] = WORDS["figures"].get(first.rule, {})
    is_known = any(getattr(first, name) is not None for name in labels)
    is_more = any(len({*AMOUNT_IN_TEXT.findall(one.message)}) > sum(_is_amount(getattr(one, name)) for name in FIGURES) for one in alike)
    columns = [say("place"), say("what"), *(labels[name][say.language] for name in labels), say("sentence")]
    rows = [
        [place_of(say, one), excerpt(one.label if WEB.match(one.label) is None and "/" not in one.label else one.file_name or ""),
         *(_figure(say, one, name) for name in labels), _sentence(say, one, is_whole=is_more or not is_known)]
        for one in alike
    ]
    notes = [say(first.event, "ending")] if first.event in WORDS["ending"] else []
    grades = dict.fromkeys(one.severity_before for one in alike if one.severity_before and one.severity_before != one.severity)
    notes += [say("graded", before=say(before, "severity"), now=say(first.severity, "severity")) for before in grades]
    if kind not in ("corrected", "ended"):
        notes.append(say("remedy", remedy=rule.remedy[say.language]))
    return Block(
        columns, rows, department=first.department, document=first.file_name or "", link=web_link(first),
        title=say("group", rule=rule.title[say.language], severity=say(first.severity, "severity"), count=len(alike)), notes=notes,
    )


def _sentence(say: Speaker, one: Told, *, is_whole: bool) -> str:
    """What a rule says of a row; where the figures say all of it, what is off for the same cause, if anything is."""
    others = NAMES["consequences"]["others"][say.language].partition("{")[0].strip()
    before, named, after = one.message.partition(others)
    return excerpt(before + named + after if is_whole else named + after, LONGEST_SENTENCE)


def labelled(say: Speaker, one: Told) -> list[tuple[str, str]]:
    """The figures of a row of news, each with the label that its rule gives it."""
    labels: dict[str, dict[str, str]] = WORDS["figures"].get(one.rule, {})
    return [(labels[name][say.language], _figure(say, one, name)) for name in labels]


def web_link(one: Told) -> str:
    """An address that a person can open; empty where there is none."""
    return _link(one.address) or _link(one.label)


def _is_amount(value: str | None) -> bool:
    return value is not None and AMOUNT.fullmatch(value) is not None


def _figure(say: Speaker, one: Told, name: str) -> str:
    now, before = getattr(one, name), getattr(one, f"{name}_before")
    if before is None or before == now:
        return say.value(now)
    return say("before", before=say.value(before), now=say.value(now))


def place_of(say: Speaker, one: Told) -> str:
    """Where a row of news stands in its document, as people say it."""
    parts = (("place_page", one.page), ("place_table", None if one.table_no is None else one.table_no + 1), ("place_row", one.row))
    return say("place_gap").join(say(name).format(value) for name, value in parts if value is not None)


def _link(address: str | None) -> str:
    """An address that a person can open; those of folders are of this machine and mean nothing elsewhere."""
    return address if address and WEB.match(address) else ""


def _left_out(say: Speaker, left_out: Sequence[LeftOut]) -> list[Section]:
    if not left_out:
        return []
    rows = [
        [one.file_name.rpartition("/")[2], say("whole") if one.rows is None else str(one.rows),
         say("unknown") if one.amount_yuan is None else say.value(f"{one.amount_yuan:.2f}"), one.department]
        for one in left_out
    ]
    columns = [say("document"), say("rows"), say("not_counted")]
    blocks = [
        Block(columns, [row[:3] for row in own], department=department, notes=[say("left_out_note")])
        for department, own in groupby(rows, key=lambda row: row[3])
    ]
    return [Section(say("left_out"), blocks)]


def _unfetched(say: Speaker, unfetched: Sequence[Unfetched]) -> list[Section]:
    if not unfetched:
        return []
    blocks = [
        Block(
            [say("document"), say("reason")], [[_file(one), _why(say, one)] for one in own], department=department,
            notes=[say("unfetched_note")],
        )
        for department, own in groupby(unfetched, key=lambda one: one.department)
    ]
    more = unfetched[0].total - len(unfetched)
    title = say("unfetched")
    return [Section(f"{title}{say.comma}{say('more', count=more)}" if more > 0 else title, blocks)]


def _file(one: Unfetched) -> str:
    return one.address if WEB.match(one.address) else one.file_name or one.address.rpartition("/")[2]


def _why(say: Speaker, one: Unfetched) -> str:
    if one.outcome == "blocked":
        return say("blocked")
    if not one.http_status and "://" not in one.address:
        return say("failed_here", reason=reason_told(one.reason or "", say.language))
    if not one.http_status:
        return say("failed")
    return say("status", status=one.http_status) if one.http_status >= 400 else say("not_whole")


# --- maintainers ------------------------------------------------------------------------------------------------------------


def _maintainers_page(  # noqa: PLR0913, PLR0917 -- each is a part of it
    say: Speaker, day: date, number: str, doubts: Sequence[tuple[Any, ...]], lost: Sequence[Unfetched], wrong: Sequence[str],
) -> Page:
    def word(name: str, **values: object) -> str:
        return say(name, "maintainers", **values)

    parts = [say("summary", "maintainers", count=len(doubts))] if doubts else []
    if lost:
        parts.append(say("unfetched_count", count=len(lost)))
    if wrong:
        parts.append(word("input_count", count=len(wrong)))
    summary = say.comma.join(parts)
    lines, sections = [], []
    columns = [word("word"), word("read_as"), word("documents"), word("example")]
    for rule, of_rule in groupby(doubts, key=lambda row: row[0]):
        rows = [[excerpt(str(cell)) if cell is not None else "" for cell in (_word(say, row[0], row[1]), *row[2:])] for row in of_rule]
        title = RULES[rule].title[say.language]
        lines.append(say("counted", what=title, count=len(rows)))
        mended = word("of_document" if rule == "unreadable-document" else "of_reading")
        sections.append(Section(title, [Block(columns, rows, notes=[mended])]))
    if lost:
        columns = [say("no_document"), word("address"), say("reason"), say("sentence")]
        rows = [[one.department, one.address, _why(say, one), reason_told(one.reason or "", say.language)] for one in lost]
        sections.append(Section(say("unfetched"), [Block(columns, rows)]))
    if wrong:
        sections.append(Section(word("input"), [Block([word("input_line")], [[excerpt(line)] for line in wrong])]))
    return Page(
        subject=say("subject", audience=word("name"), date=day.isoformat(), summary=summary), title=word("title"),
        head=say("to", audience=word("name"), date=say.date(day), summary=summary), lines=lines, sections=sections,
        footer=[say("footer", number=number)], marks=MARKS[say.language],
    )


def _word(say: Speaker, rule: str, word: str) -> str:
    """The word of a doubt; an error's code in words, with the code by which its limit is found."""
    text = NAMES["code"].get(word) if rule == "unreadable-document" else None
    return f"{text[say.language]} ({word})" if text else word


# --- asking the warehouse ---------------------------------------------------------------------------------------------------


def _day(connection: duckdb.DuckDBPyConnection, run_key: int) -> date:
    """The night's date in China."""
    started_at: datetime
    [(started_at,)] = connection.execute("SELECT started_at FROM load_run WHERE run_key = ?", [run_key]).fetchall()
    return started_at.replace(tzinfo=UTC).astimezone(CHINA).date()


def _by_audience(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any], kind: Callable[..., T],
) -> dict[str, list[T]]:
    """The rows of a statement for all audiences, whose first column says for which."""
    found: dict[str, list[T]] = defaultdict(list)
    for audience_id, *row in _rows(connection, query, values):
        found[audience_id].append(kind(*row))
    return found


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return connection.execute(_statement(query), parameters).fetchall()


def _statement(name: str) -> str:
    return (ROOM / f"{name}.sql").read_text(encoding="utf-8")


def excerpt(text: str, longest: int = LONGEST_TEXT) -> str:
    """The beginning of a text, its cells (between tabs) set apart."""
    cells = " ｜ ".join(" ".join(cell.split()) for cell in text.split("\t"))
    return cells if len(cells) <= longest else f"{cells[:longest]}……"
