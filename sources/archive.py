"""The archive of originals: every published file, byte for byte, under the SHA-256 of its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Longer than any night: an older unfinished file belongs to a run that was killed.
ABANDONED_AFTER_SECONDS = 24 * 60 * 60
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ArchiveError(Exception):
    """The archive cannot do what it is for; the message says what is safe and what to do."""


class ArchiveFull(ArchiveError):
    """There is no room for another original."""


class ArchiveCorrupt(ArchiveError):
    """An original is missing or is not the bytes that were archived."""


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

    def holds(self, sha256: str) -> bool:
        """Whether the original is there; its bytes are not read."""
        return self.path(sha256).is_file()

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
        with _storing(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb", buffering=0)
        with file:
            for chunk in chunks:
                digest.update(chunk)
                with _storing(self.folder):
                    _write_all(file.fileno(), chunk)
            with _storing(self.folder):
                os.fsync(file.fileno())
        return digest.hexdigest()

    def _settle(self, unfinished: Path, sha256: str) -> None:
        target = self.path(sha256)
        if target.is_file() and _sha256_of(target) == sha256:
            return
        with _storing(self.folder):
            target.parent.mkdir(exist_ok=True)
            unfinished.replace(target)
            _sync_folder(target.parent)
            _sync_folder(self.folder)   # where the subfolder's own name is

    def _remove_abandoned(self) -> None:
        for path in self._incoming.glob("*"):
            with suppress(OSError):  # another process was first, or it is another user's: the archive works all the same
                if path.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS:
                    path.unlink()


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
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


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Makes the names in the folder survive a power cut, as `fsync` does for a file's bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
