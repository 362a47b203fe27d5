"""What can go wrong with a warehouse; each message says what happened, what is safe and what to do, in one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# What is safe, by what was being done.
LOAD = "The published copy is untouched, and what was being written is undone: the warehouse is as it was before."
READ = "Nothing was changed, in it and in the published copy."
COPY = "The warehouse of which it is a copy is untouched."
PUBLISH = "What the run loaded is safe in the warehouse; the published copy is still that of the run before."
ALERT = "What the run loaded is safe and published; a digest that is not marked as sent stays in the outbox for the next run."


class WarehouseError(Exception):
    """Something that the person who runs Yusuan has to know; the message is for them."""


class WarehouseLocked(WarehouseError):
    """Another process has the warehouse open."""


class WarehouseCorrupt(WarehouseError):
    """The file is damaged, or is no DuckDB file at all."""


class WarehouseUnreachable(WarehouseError):
    """The server of a catalogue, or the place of its files, does not answer or does not let this user in."""


class WarehouseFull(WarehouseError):
    """There is no room left to write."""


class WarehouseUnwritable(WarehouseError):
    """The file or its folder cannot be written."""


class WarehouseFailed(WarehouseError):
    """DuckDB could not do its work, for another reason than the file."""


class WarehouseOutdated(WarehouseError):
    """The file was made by another version of Yusuan and cannot be brought up to date by adding to it."""


class UnusableInput(WarehouseError):
    """What was handed over for loading cannot be loaded as a whole."""


class KeyCollision(WarehouseError):
    """Two different things have the same surrogate key."""


class NotPublished(WarehouseError):
    """There is no published copy yet."""


class BadQuery(WarehouseError):
    """A statement that cannot be run on the published copy."""


class OtherVersion(BadQuery):
    """A question of this program's own names what the published copy has not: another version has published it."""


class UnknownName(BadQuery):
    """What is asked for names a view or a department that is not there."""


@contextmanager
def told_plainly(place: Path | str, safe: str = LOAD, *, kinds: tuple[type[Exception], ...] = (duckdb.Error, OSError)) -> Iterator[None]:
    """Turn what DuckDB and the system raise about a warehouse file into a `WarehouseError` for people.

    Args:
        place: the file that is being worked on, or the address of a DuckLake without its password.
        safe: what is safe if this fails.
        kinds: the errors that are about the file; without `OSError` where other files are read meanwhile.
    """
    try:
        yield
    except kinds as error:
        raise _plain(place, error, safe) from error


def is_damage(error: Exception) -> bool:
    """Whether DuckDB says that a file is not as it was written, or that it never was one of its own."""
    if isinstance(error, duckdb.ProgrammingError | duckdb.DataError | duckdb.NotSupportedError):    # they quote statements and values
        return False
    damage = r"not a valid duckdb|corrupt (database|wal)|checksum|could not read enough bytes"
    return re.search(damage, str(error), re.IGNORECASE) is not None


def _plain(place: Path | str, error: Exception, safe: str) -> WarehouseError:
    reason = " ".join(str(error).split())
    of_lake = _of_lake(place, reason, safe) if isinstance(place, str) else None
    return of_lake or _of_file(place, error, reason, safe)


def _of_file(path: Path | str, error: Exception, reason: str, safe: str) -> WarehouseError:
    if "set lock on file" in reason:
        return WarehouseLocked(_locked(path, reason, safe))
    if re.search(r"no space left|disk quota|file too large|not enough space|out of disk", reason, re.IGNORECASE):
        return WarehouseFull(
            f"There is no room left to write {path} ({reason}). {safe} Make room on that disk, or move the data folder "
            "(YUSUAN_DATA), and run again."
        )
    if re.search(r"permission denied|(not|is) a directory|no such file|read-only file|file exists", reason, re.IGNORECASE):
        return WarehouseUnwritable(
            f"{path} cannot be opened for writing ({reason}). {safe} Give this user the right to write in that folder, "
            "or choose another data folder (YUSUAN_DATA), and run again."
        )
    if is_damage(error):
        if safe == COPY:
            return WarehouseCorrupt(
                f"{path} is damaged or is no DuckDB file ({reason}). {safe} Remove it and run `yusuan nightly`: it is published anew."
            )
        return WarehouseCorrupt(
            f"{path} is damaged or is no DuckDB file ({reason}). {safe} Put back the last backup (`yusuan restore FOLDER "
            "--force`, which moves the damaged file away), or run `yusuan rebuild`: it makes the warehouse again from the archive, as far "
            "back as runs kept a record beside the originals, and moves the damaged file away."
        )
    return WarehouseFailed(
        f"The work on {path} failed ({reason}). {safe} Run again; if it fails again and the reason names nothing that you can mend, "
        "please report it with this message."
    )


def _of_lake(place: str, reason: str, safe: str) -> WarehouseError | None:
    """What only a DuckLake can have: other writers, a server, files elsewhere."""
    if re.search(r"transaction conflict|database is locked|could not serialize", reason, re.IGNORECASE):
        return WarehouseLocked(
            f"Another writer has changed the warehouse {place} meanwhile ({reason}). {safe} Wait for it to end, then run again: what "
            "was being written is read and loaded again as a whole."
        )
    away = r"unable to connect to postgres|connection to server|server closed|terminating connection|query \"(begin|commit|rollback)"
    if re.search(away, reason, re.IGNORECASE):
        return WarehouseUnreachable(
            f"The server of the catalogue {place} does not answer or does not let this user in ({reason}). {safe} If it went away while "
            "a step was committed, that step may be there as a whole; nothing is loaded twice. See that it runs and "
            "that YUSUAN_WAREHOUSE names its host, database and user; the password belongs into YUSUAN_WAREHOUSE_FILE, PGPASSWORD or "
            "~/.pgpass. Then run again."
        )
    if re.search(r"DATA_PATH parameter", reason):
        return UnusableInput(
            f"The files of the warehouse {place} are elsewhere ({reason.partition(' You can')[0]}). Nothing was touched. Set "
            "YUSUAN_LAKE to the place that the catalogue names."
        )
    if re.search(r"cannot open file|failed to create directory|permission denied", reason, re.IGNORECASE) and "s3://" not in reason:
        return WarehouseUnwritable(
            f"The files of the warehouse {place} cannot be read or written ({reason}). {safe} See that YUSUAN_LAKE names their folder, "
            "that it is mounted and that this user may write in it; files that are gone come back from a backup alone. Then run again."
        )
    if re.search(r"\bHTTP\b|s3://", reason):
        return WarehouseUnreachable(
            f"The files of the warehouse {place} cannot be reached ({reason}). {safe} See that YUSUAN_LAKE names a bucket that "
            "is there, and that AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are those of it. Then run again."
        )
    return None


def _locked(path: Path | str, reason: str, safe: str) -> str:
    holder = re.search(r"PID (\d+)", reason)
    who = f"process {holder[1]}" if holder else "another process"
    return (
        f"{path} is open in {who}, and DuckDB lets only one process write. {safe} Wait for it to end or close it, then run again; "
        "to read at any time, open the published copy instead of this file."
    )
