"""The archive of originals: every published file, byte for byte, under the SHA-256 of its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Longer than any night: an older unfinished file belongs to a run that was killed.
ABANDONED_AFTER_SECONDS = 24 * 60 * 60
RUNS = "runs"    # the folder in the archive's with what `sources/records.py` keeps of each run
_SHA256 = re.compile(r"[0-9a-f]{64}")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ArchiveError(Exception):
    """The archive cannot do what it is for; the message says what is safe and what to do."""


class ArchiveFull(ArchiveError):
    """There is no room for another original."""


class ArchiveCorrupt(ArchiveError):
    """An original is missing or is not the bytes that were archived."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a file of the archive; `sha256` names the original, None for a stray file."""

    kind: Literal["damaged", "missing", "stray"]
    path: Path
    sha256: str | None = None


class Archive:
    """Originals in a folder, as `ab/abcd…` by SHA-256; safe to use from several threads and processes at once.

    Args:
        folder: made when the first original comes; unfinished files of killed runs in it are removed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._remove_abandoned()

    def path(self, sha256: str) -> Path:
        """Where the original with this hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def holds(self, sha256: str, byte_count: int | None = None, *, is_read: bool = False) -> bool:
        """Whether an original is there with the size that it has to have.

        Args:
            sha256: its hash.
            byte_count: its size, if that is known.
            is_read: whether its bytes are compared with the hash too; that costs as much as reading it.
        """
        if is_read:
            return _is_intact(self.path(sha256))
        try:
            size = os.stat(f"{self.folder}/{sha256[:2]}/{sha256}").st_size  # noqa: PTH116 -- every night for every original: no Path is made
        except OSError:
            return False
        return byte_count in (None, size)

    def verify(self, expected: Collection[str]) -> Iterator[Flaw]:
        """Checks every original against its hash.

        Args:
            expected: SHA-256 of the originals that must be there.

        Yields:
            What is wrong, by path: originals that are `damaged` or `missing`, and `stray` files that are no originals (an unfinished
            one of a run that is at work is not).
        """
        present = self._originals()
        for sha256 in sorted(present.keys() | set(expected)):
            path = self.path(sha256)
            if sha256 not in present:
                yield Flaw("missing", path, sha256)
            elif not _is_intact(path):
                yield Flaw("damaged", path, sha256)
        yield from (Flaw("stray", path) for path in sorted(set(self._files()) - set(present.values())))

    def hashes(self) -> list[str]:
        """The SHA-256 under which originals are kept, in order; whether they are intact is not examined."""
        return sorted(self._originals())

    def size(self, sha256: str) -> int | None:
        """The bytes of an original; None where there is none."""
        try:
            return self.path(sha256).stat().st_size
        except OSError:
            return None

    def _originals(self) -> dict[str, Path]:
        return {path.name: path for path in self._files() if _SHA256.fullmatch(path.name) and path == self.path(path.name)}

    def _files(self) -> Iterator[Path]:
        return (
            path for path in self.folder.rglob("*")
            if not path.is_dir() and path.relative_to(self.folder).parts[0] not in (self._incoming.name, RUNS)
        )

    def keep(self, content: bytes | Iterable[bytes]) -> str:
        """Archives an original; what is there already and intact stays untouched.

        Args:
            content: the bytes, or chunks of them; an error raised by the chunks leaves nothing behind.

        Returns:
            Their SHA-256, hexadecimal.

        Raises:
            ArchiveFull: no room; nothing of the original is left behind.
            ArchiveError: the folder cannot be written.
        """
        chunks = [content] if isinstance(content, bytes) else content
        unfinished = self._incoming / uuid.uuid4().hex
        try:
            sha256 = self._write(unfinished, chunks)
            self._settle(unfinished, sha256)
        finally:
            with suppress(OSError):  # it is in its place, or was never begun; what cannot be removed is removed once abandoned
                unfinished.unlink()
        return sha256

    def read(self, sha256: str) -> bytes:
        """The original with this hash.

        Raises:
            ArchiveCorrupt: it is missing, or its bytes have another hash.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise ArchiveCorrupt(
                f"The original {path} is missing. The warehouse is not affected. The next nightly run fetches it again if it is "
                "still published; otherwise restore the file from a backup of the archive."
            ) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveCorrupt(
                f"The original {path} has changed since it was archived: its SHA-256 is not its name any more. The warehouse is not "
                "affected. Check the disk: the next nightly run fetches it again if it is still published; otherwise restore the file "
                "from a backup of the archive."
            )
        return content

    def _write(self, path: Path, chunks: Iterable[bytes]) -> str:
        digest = hashlib.sha256()
        with storing(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb", buffering=0)
        with file:
            for chunk in chunks:
                digest.update(chunk)
                with storing(self.folder):
                    _write_all(file.fileno(), chunk)
            with storing(self.folder):
                os.fsync(file.fileno())
        return digest.hexdigest()

    def _settle(self, unfinished: Path, sha256: str) -> None:
        target = self.path(sha256)
        if _is_intact(target):
            return
        with storing(self.folder):
            target.parent.mkdir(exist_ok=True)
            unfinished.replace(target)
            sync_folder(target.parent)
            sync_folder(self.folder)   # where the subfolder's own name is

    def _remove_abandoned(self) -> None:
        for path in self._incoming.glob("*"):
            with suppress(OSError):  # another process was first, or it is another user's: the archive works all the same
                if path.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS:
                    path.unlink()


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turns errors of writing into the archive's own; errors of the source that is read meanwhile are not inside."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise ArchiveFull(
                f"There is no room for another original in {folder} ({error.strerror}). Everything archived before is safe and "
                "nothing half-written is left. Free space on that disk, or move the data folder (YUSUAN_DATA) to a larger one, and "
                "run again: what was archived is not lost."
            ) from error
        raise ArchiveError(
            f"The archive {folder} cannot be written ({error.strerror}: {error.filename or folder}). Everything archived before is "
            "safe. Make the folder writable for the user of the nightly run, and run again."
        ) from error


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest):]


def _is_intact(path: Path) -> bool:
    """Whether a file is there, can be read and has the SHA-256 that is its name."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == path.name
    except OSError:
        return False


def sync_folder(folder: Path) -> None:
    """Makes the names in the folder survive a power cut, as `fsync` does for a file's bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
