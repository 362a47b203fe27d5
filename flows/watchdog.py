"""Tells a night that did not succeed in time, or that read nothing; it needs no Prefect and does not wait for a night at work."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from alerts import channel
from alerts.digest import CHINA, WORDS
from flows.lock import lock_file
from language import spoken
from settings import Settings
from warehouse import query
from warehouse.errors import NotPublished, WarehouseError

WATCHED = "watchdog.md"    # in the folder of digests: what the watchdog saw last


WATCHING = WORDS["watchdog"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the nights: the names of its sentences in `alerts/words.yaml`, and what fills them."""

    names: tuple[str, ...]
    values: Mapping[str, object]

    def told(self, language: str) -> str:
        """Its sentences."""
        return ("" if language == "zh" else " ").join(WATCHING[name][language].format_map(self.values) for name in self.names)


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watchdog found, in the spoken language, and which addresses did not take it (their schemes only, with the reason)."""

    problems: tuple[str, ...]
    undelivered: tuple[str, ...] = ()


def watch(settings: Settings, hours: float, now: datetime | None = None) -> Watched:
    """Judge the last nights and tell what is wrong: in a file of the alert folder, and to every address of YUSUAN_ALERTS.

    The file is written first and keeps what no channel took; a disk that does not take it keeps nobody from being told. It is removed when
    the nights are in order again.

    Args:
        settings: where the published copy is, and where alerts go.
        hours: how long after a night's start the next one must have been published.
        now: aware time; None takes the clock.

    Raises:
        OSError: the file of an earlier problem cannot be removed.
    """
    found = list(_problems(settings, hours, now or datetime.now(UTC)))
    problems = tuple(problem.told(spoken()) for problem in found)
    note = settings.alert_folder / WATCHED
    if not problems:
        note.unlink(missing_ok=True)
        return Watched(problems)
    language = settings.language
    text = "\n".join((*(f"* {problem.told(language)}" for problem in found), "", WATCHING["meaning"][language]))
    return Watched(problems, (*_keep(note, text), *_tell(settings, text)))


def is_at_work(settings: Settings) -> bool:
    """Whether a night, or a re-reading, holds the data folder now."""
    file = lock_file(settings.data)
    if not file.exists():
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:    # where nothing can be written no night works
        return False


def _problems(settings: Settings, hours: float, now: datetime) -> Iterator[Problem]:
    try:
        with query.connect(settings.published) as copy:
            runs = query.succeeded_nights(copy).rows
    except NotPublished:
        runs = []
    except WarehouseError:
        yield Problem(("damaged",), {})
        return
    last = runs[0][1].replace(tzinfo=UTC) if runs else None
    if last is None or now - last > timedelta(hours=hours):
        yield Problem(
            (("missing" if last else "never"), "at_work" if is_at_work(settings) else "idle"), {"hours": hours, "since": _shown(last)},
        )
    if last and last > now + timedelta(minutes=5):
        yield Problem(("future",), {"since": _shown(last)})
    if len(runs) == 2 and runs[1][2] and not runs[0][2]:
        yield Problem(("empty",), {"run": runs[0][0], "since": _shown(last), "failed": runs[0][3], "documents": runs[1][2]})


def _shown(moment: datetime | None) -> str:
    """A time as clocks in China show it."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""


def _keep(note: Path, text: str) -> Iterator[str]:
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=note.parent, prefix=f".{WATCHED}.", delete=False) as file:
            file.write(f"{text}\n")
        os.replace(file.name, note)    # noqa: PTH105 -- a name, not a path
    except OSError as error:
        yield f"{note} {error.strerror}"


def _tell(settings: Settings, text: str) -> Iterator[str]:
    subject = WATCHING["subject"][settings.language]
    for address in sorted({address for addresses in settings.alerts.values() for address in addresses}):
        try:
            _send(address, channel.Message(subject, text, text))
        except channel.DeliveryError as error:
            yield f"{channel.shown(address)} {error}"


def _send(address: str, message: channel.Message) -> None:
    for part in channel.parts(address, message):
        channel.send(address, part)
