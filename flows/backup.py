"""Backs up what of a data folder cannot be made again, and puts it back.

A folder of backups holds the originals of all of them once, as the archive does (`archive/ab/abcd…`), and of each backup a folder with
the files that change, and beside it a list of SHA-256 that is written last: a backup without its list is none. `sha256sum --check` reads
the list. What is left out is made again: the published copy from the warehouse, `pages/` and `prefect/` by the nights.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.lock import REBUILDING, REBUILT, RESTORING, alone
from flows.runs import demand_warehouse
from flows.storing import demand_file
from language import said
from settings import Settings
from sources.archive import FULL, RUNS, AnyArchive, Archive, ArchiveCorrupt, ArchiveError, ArchiveFull, open_archive, sync_folder
from warehouse.errors import WarehouseError, told_plainly
from warehouse.store import Warehouse
from warehouse.wholeness import demand_whole

ARCHIVE = "archive"
UNFINISHED = ".unfinished-"
CHUNK = 8 << 20
_LISTED = re.compile(r"([0-9a-f]{64})  (.+)")
_END = "# {count} files; the lines above have SHA-256 {sha256}"


class NoBackup(WarehouseError):
    """There is no backup to restore, or not the one that was asked for."""


class BackupFailed(WarehouseError):
    """A backup or a restore cannot be done as a whole; the message says what is there all the same."""


class NotEmpty(WarehouseError):
    """What is to be restored would stand beside other data."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore did.

    Attributes:
        name: of the backup.
        files: those that are no originals: warehouse, decisions, journal, accounts and log of the page, records of runs, digests.
        originals: those that it holds; `new` of them were copied now.
        damaged: originals that were missing or whose bytes have changed, by SHA-256; they are left out.
        moved: where the data that were there before are now.
    """

    name: str
    files: int
    originals: int
    new: int
    damaged: tuple[str, ...] = ()
    moved: Path | None = None


def backup(settings: Settings, folder: Path) -> Copied:
    """Back up a data folder while no night is at work.

    Args:
        settings: where the data are.
        folder: of backups, outside of the data folder; made if it is not there. Originals that it holds are not copied again.

    Raises:
        RunInProgress: a night holds the data folder, or another backup the folder of backups.
        WarehouseCorrupt: the warehouse is damaged; it is not backed up.
        BackupFailed: no room, no right to write; earlier backups are as they were.
        NotPublished: there is no warehouse.
        NoFile: it is on DuckLake.
    """
    _demand_file(settings)
    demand_warehouse(settings)
    folder = folder.resolve()
    if folder.is_relative_to(settings.data.resolve()):
        raise BackupFailed(said("{folder} is in the data folder: a backup belongs elsewhere, best on another disk.", folder=folder))
    with alone(settings.data), _told(folder), _only_backup(folder):
        demand_whole(settings.warehouse_file)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        unfinished = folder / f"{UNFINISHED}{name}"
        sums = {f"{name}/{path}": _copy(settings.data / path, unfinished / path) for path in _changing(settings)}
        source, target = open_archive(settings.originals), Archive(folder / ARCHIVE)
        originals, new, damaged = _copy_originals(source, target, source.hashes())
        sums |= {str(target.path(sha256).relative_to(folder)): sha256 for sha256 in originals}
        unfinished.rename(folder / name)
        sync_folder(folder)
        _write_list(_list_of(folder, name), sums)
    return Copied(name, len(sums) - len(originals), len(originals), new, damaged)


def restore(settings: Settings, folder: Path, name: str | None = None, *, force: bool = False) -> Copied:
    """Put a backup into a data folder, compare every byte with its list, and publish the copy for readers.

    Everything is first copied to a folder of its own in the data folder. As long as that is there, no night starts.

    Args:
        settings: where the data are to be.
        folder: of backups.
        name: of the backup; None takes the newest.
        force: whether data that are there are moved into `before-restore-…` in the data folder; else they are not touched.

    Raises:
        NoBackup: there is none, or none of that name.
        NoFile: the warehouse is on DuckLake.
        NotEmpty: data are there and `force` is not given.
        RunInProgress: a night holds the data folder.
        BackupFailed: the backup is damaged, or there is no room; nothing was put in place.
    """
    _demand_file(settings)
    folder = folder.resolve()
    chosen = _chosen(folder, name)
    staging = settings.data / RESTORING
    with alone(settings.data, is_restoring=True), _told(settings.data):
        present = _present(settings)
        if present and not force:
            raise NotEmpty(said(
                "{data} holds data ({first} …). Nothing was changed. Restore into another folder (--data), or with --force: what is "
                "there is then moved into a folder in it, not removed.", data=settings.data, first=present[0].name,
            ))
        try:
            files, originals, damaged = _stage(folder, chosen, staging, settings)
        except BaseException:    # nothing of what is there was touched yet
            shutil.rmtree(staging, ignore_errors=True)
            raise
        moved = _put_in_place(settings, staging, present)
        with Warehouse.open(settings.warehouse_file) as warehouse:
            warehouse.publish(settings.published)
    return Copied(chosen, files, originals, originals, damaged, moved)


def _demand_file(settings: Settings) -> None:
    demand_file(settings, said(
        "Back up the catalogue with its own program (`pg_dump`, `sqlite3 … .backup`) and then the folder or bucket of its files, or copy "
        "the warehouse into a file with `yusuan warehouse copy` and back that up (docs/ducklake.md)."
    ))


def _changing(settings: Settings) -> list[Path]:
    """The files of a data folder that change and cannot be made again, by their place in it."""
    records = sorted((settings.archive_folder / RUNS).glob("*/[!.]*"))
    files = [
        settings.warehouse_file, settings.inbox, settings.journal, *_of_page(settings), *records,
        *sorted(settings.alert_folder.glob("[!.]*")),
    ]
    return [file.relative_to(settings.data) for file in files if file.is_file()]


def _of_page(settings: Settings) -> list[Path]:
    """The accounts and the log of the page, as far as they are in the data folder."""
    return [file for file in (settings.accounts_file, settings.audit) if file.parent == settings.data]


def _present(settings: Settings) -> list[Path]:
    """What is there of what a backup holds or what is made of it; anything else in a data folder is left where it is."""
    made = [
        settings.archive_folder, settings.inbox, settings.journal, settings.alert_folder, *_of_page(settings),
        settings.published.parent, settings.pages, settings.data / REBUILDING, settings.data / REBUILT,
    ]
    return [path for path in (*sorted(settings.data.glob(f"{settings.warehouse_file.name}*")), *made) if path.exists()]


def _copy(source: Path, target: Path) -> str:
    """Copy a file onto the disk; gives the SHA-256 of what was read. Nobody adds a line to it meanwhile."""
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        opened = source.open("rb")
    except FileNotFoundError:
        raise _damaged(source) from None
    with opened as old, target.open("xb") as new:
        os.fchmod(new.fileno(), os.fstat(old.fileno()).st_mode & 0o777)    # accounts are for their owner alone
        fcntl.flock(old, fcntl.LOCK_SH)    # decisions are added by people, who wait for no night
        while chunk := old.read(CHUNK):
            digest.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    sync_folder(target.parent)
    return digest.hexdigest()


def _copy_originals(source: AnyArchive, target: AnyArchive, hashes: list[str]) -> tuple[list[str], int, tuple[str, ...]]:
    """Copy what is not there yet; gives what is there now, how many of it are new, and those that are lost in the source."""
    there, lost, new = [], [], 0
    for sha256 in hashes:
        if not target.holds(sha256, source.size(sha256)):
            try:
                content = source.read(sha256)
            except ArchiveCorrupt:
                if not target.holds(sha256, is_read=True):    # an earlier backup may have had it whole
                    lost.append(sha256)
                    continue
            else:
                target.keep(content)
                new += 1
        there.append(sha256)
    return there, new, tuple(lost)


def _stage(folder: Path, name: str, staging: Path, settings: Settings) -> tuple[int, int, tuple[str, ...]]:
    """Copy a backup beside the data; gives how many files and originals it has, and the originals that are lost in it.

    Into a bucket originals go at once: there they take no other's place.
    """
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    sums = _read_list(_list_of(folder, name))
    hashes = [sha256 for path, sha256 in sums.items() if path.startswith(f"{ARCHIVE}/")]
    files = [path for path in sums if not path.startswith(f"{ARCHIVE}/")]
    for path in files:
        if _copy(folder / path, staging / Path(path).relative_to(name)) != sums[path]:
            raise _damaged(folder / path)
    target = open_archive(settings.archive, settings.incoming) if settings.archive else Archive(staging / ARCHIVE)
    originals, _, damaged = _copy_originals(Archive(folder / ARCHIVE), target, hashes)
    return len(files), len(originals), damaged


def _put_in_place(settings: Settings, staging: Path, present: list[Path]) -> Path | None:
    """Move what was restored to where it belongs, the warehouse last; gives where what was there before is now."""
    moved = settings.data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}" if present else None
    if moved:
        moved.mkdir()
        for path in present:
            path.rename(moved / path.name)
    for path in sorted(staging.iterdir(), key=lambda path: path.name == settings.warehouse_file.name):
        path.rename(settings.data / path.name)
    sync_folder(settings.data)
    staging.rmdir()
    sync_folder(settings.data)
    return moved


def _list_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.sha256"


def _chosen(folder: Path, name: str | None) -> str:
    names = sorted(path.stem for path in folder.glob("*.sha256"))
    if name is None and names:
        return names[-1]
    if name in names:
        return name
    if not names:
        raise NoBackup(said("There is no whole backup in {folder}: one that was interrupted has no list of SHA-256.", folder=folder))
    raise NoBackup(said("There is no whole backup {name} in {folder}, but {names}.", name=name, folder=folder, names=", ".join(names)))


def _write_list(path: Path, sums: Mapping[str, str]) -> None:
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())
    end = _END.format(count=len(sums), sha256=hashlib.sha256(lines.encode()).hexdigest())
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    unfinished.write_text(f"{lines}{end}\n", encoding="utf-8")
    sync_folder(unfinished)
    unfinished.rename(path)
    sync_folder(path.parent)


def _read_list(path: Path) -> dict[str, str]:
    """SHA-256 by path; a list that is not as it was written is refused."""
    *lines, end = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True) or [""]
    found = [matched for line in lines if (matched := _LISTED.fullmatch(line.rstrip("\n")))]
    if end.rstrip("\n") != _END.format(count=len(found), sha256=hashlib.sha256("".join(lines).encode()).hexdigest()):
        raise _damaged(path)
    return {matched[2]: matched[1] for matched in found}


def _damaged(path: Path) -> BackupFailed:
    return BackupFailed(said(
        "{path} is missing or not as it was backed up. Nothing was restored. Take an earlier backup (--backup).", path=path,
    ))


@contextmanager
def _only_backup(folder: Path) -> Iterator[None]:
    """Hold a folder of backups, and remove what one that was interrupted has left."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            for path in folder.glob(f"{UNFINISHED}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            try:
                yield
            except BaseException:
                for path in folder.glob(f"{UNFINISHED}*"):
                    shutil.rmtree(path, ignore_errors=True)
                raise
    except Timeout:
        raise BackupFailed(said("Another backup is being written in {folder}. This one has touched nothing.", folder=folder)) from None


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say plainly what the system refuses."""
    try:
        yield
    except ArchiveFull as error:
        raise BackupFailed(_no_room(folder)) from error
    except ArchiveError as error:
        raise BackupFailed(str(error)) from error
    except OSError as error:
        if error.errno in FULL:
            raise BackupFailed(_no_room(folder)) from error
        with told_plainly(folder):
            raise


def _no_room(folder: Path) -> str:
    return said(
        "There is no room left in {folder}. What was begun is removed; earlier backups and all data are as they were.", folder=folder,
    )
