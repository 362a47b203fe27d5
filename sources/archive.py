"""The archive of originals: every published file, byte for byte, under the SHA-256 of its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

# Longer than any night: an older unfinished file belongs to a run that was killed.
ABANDONED_AFTER_SECONDS = 24 * 60 * 60
RUNS = "runs"    # the folder in the archive's with what `sources/records.py` keeps of each run
SHA256 = re.compile(r"[0-9a-f]{64}")
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
    place: str
    sha256: str | None = None


class AnyArchive(ABC):
    """Originals by SHA-256, wherever they are kept; safe to use from several threads and processes at once.

    Args:
        incoming: folder of files that come in, until they are whole; those of killed runs are removed. None keeps nothing.
    """

    def __init__(self, incoming: Path | None) -> None:
        self._incoming = incoming
        self._remove_abandoned()

    @abstractmethod
    def place(self, sha256: str) -> str:
        """Where the original with this hash is, or would be, for people."""

    @abstractmethod
    def open(self, sha256: str) -> BinaryIO:
        """The original with this hash, its bytes not compared with it.

        Raises:
            OSError: it is missing, or cannot be read.
            ArchiveError: no original can be read.
        """

    @abstractmethod
    def size(self, sha256: str) -> int | None:
        """The bytes of an original; None where there is none."""

    @abstractmethod
    def lend(self, sha256: str) -> Path | bytes:
        """What a process without any rights of its own needs to read this original (`lent`).

        Raises:
            ArchiveCorrupt, ArchiveError: as `read`.
        """

    @abstractmethod
    def _listed(self) -> tuple[set[str], list[str]]:
        """The SHA-256 of all originals, and the places of files that are none, sorted."""

    @abstractmethod
    def _settle(self, unfinished: Path, sha256: str) -> None:
        """Put a whole file in its place at one go, if it is not there and intact."""

    def holds(self, sha256: str, byte_count: int | None = None, *, is_read: bool = False) -> bool:
        """Whether an original is there with the size that it has to have.

        Args:
            sha256: its hash.
            byte_count: its size, if that is known.
            is_read: whether its bytes are compared with the hash too; that costs as much as reading it.
        """
        if is_read:
            return self._is_intact(sha256)
        size = self.size(sha256)
        return size is not None and byte_count in (None, size)

    def verify(self, expected: Collection[str]) -> Iterator[Flaw]:
        """Checks every original against its hash.

        Args:
            expected: SHA-256 of the originals that must be there.

        Yields:
            What is wrong, by place: originals that are `damaged` or `missing`, and `stray` files that are no originals (an unfinished
            one of a run that is at work is not).
        """
        present, strays = self._listed()
        for sha256 in sorted(present | set(expected)):
            if sha256 not in present:
                yield Flaw("missing", self.place(sha256), sha256)
            elif not self._is_intact(sha256):
                yield Flaw("damaged", self.place(sha256), sha256)
        yield from (Flaw("stray", place) for place in strays)

    def hashes(self) -> list[str]:
        """The SHA-256 under which originals are kept, in order; whether they are intact is not examined."""
        return sorted(self._listed()[0])

    def keep(self, content: bytes | Iterable[bytes]) -> str:
        """Archives an original; what is there already and intact stays untouched.

        Args:
            content: the bytes, or chunks of them; an error raised by the chunks leaves nothing behind.

        Returns:
            Their SHA-256, hexadecimal.

        Raises:
            ArchiveFull: no room; nothing of the original is left behind.
            ArchiveError: nothing can be kept.
        """
        chunks = [content] if isinstance(content, bytes) else content
        assert self._incoming, "this archive was opened for reading"
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
        try:
            with self.open(sha256) as file:
                content = file.read()
        except FileNotFoundError:
            raise ArchiveCorrupt(
                f"The original {self.place(sha256)} is missing. The warehouse is not affected. The next nightly run fetches it again if "
                "it is still published; otherwise restore the file from a backup of the archive."
            ) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveCorrupt(
                f"The original {self.place(sha256)} has changed since it was archived: its SHA-256 is not its name any more. The "
                "warehouse is not affected. Check the disk: the next nightly run fetches it again if it is still published; otherwise "
                "restore the file from a backup of the archive."
            )
        return content

    def _write(self, path: Path, chunks: Iterable[bytes]) -> str:
        digest = hashlib.sha256()
        folder = path.parent.parent
        with storing(folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb", buffering=0)
        with file:
            for chunk in chunks:
                digest.update(chunk)
                with storing(folder):
                    _write_all(file.fileno(), chunk)
            with storing(folder):
                os.fsync(file.fileno())
        return digest.hexdigest()

    def _is_intact(self, sha256: str) -> bool:
        """Whether an original is there, can be read and has the SHA-256 that is its name."""
        try:
            with self.open(sha256) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256  # type: ignore[arg-type]  # typeshed asks for more of it
        except OSError:
            return False

    def _remove_abandoned(self) -> None:
        for path in self._incoming.glob("*") if self._incoming else ():
            with suppress(OSError):  # another process was first, or it is another user's: the archive works all the same
                if path.stat().st_mtime < time.time() - ABANDONED_AFTER_SECONDS:
                    path.unlink()


class Archive(AnyArchive):
    """Originals in a folder, as `ab/abcd…` by SHA-256.

    Args:
        folder: made when the first original comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder / "incoming")

    def path(self, sha256: str) -> Path:
        """Where the original with this hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def place(self, sha256: str) -> str:
        """See `AnyArchive.place`."""
        return str(self.path(sha256))

    def open(self, sha256: str) -> BinaryIO:
        """See `AnyArchive.open`."""
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int | None:
        """See `AnyArchive.size`."""
        try:
            return os.stat(f"{self.folder}/{sha256[:2]}/{sha256}").st_size  # noqa: PTH116 -- every night for every original: no Path is made
        except OSError:
            return None

    def lend(self, sha256: str) -> Path | bytes:
        """The folder, which every process of this user can read."""
        del sha256
        return self.folder

    def _listed(self) -> tuple[set[str], list[str]]:
        beside = {"incoming", RUNS}
        files = [path for path in self.folder.rglob("*") if not path.is_dir() and path.relative_to(self.folder).parts[0] not in beside]
        present = {path for path in files if SHA256.fullmatch(path.name) and path == self.path(path.name)}
        return {path.name for path in present}, [str(path) for path in sorted(set(files) - present)]

    def _settle(self, unfinished: Path, sha256: str) -> None:
        target = self.path(sha256)
        if self._is_intact(sha256):
            return
        with storing(self.folder):
            target.parent.mkdir(exist_ok=True)
            unfinished.replace(target)
            sync_folder(target.parent)
            sync_folder(self.folder)   # where the subfolder's own name is


def open_archive(place: Path | str, incoming: Path | None = None) -> AnyArchive:
    """The archive at a place.

    Args:
        place: a folder, or the address of a bucket, `s3://bucket/prefix`.
        incoming: folder of what comes in for a bucket; None where only reading is asked for.

    Raises:
        ArchiveError: the bucket cannot be used at all.
    """
    if isinstance(place, Path):
        return Archive(place)
    from sources.bucket import Bucket  # its libraries take a second, and few have them

    return Bucket(place, incoming)


def lent(archive: Path | bytes, sha256: str) -> bytes:
    """The original with this hash, of what `AnyArchive.lend` gave.

    Raises:
        ArchiveCorrupt: as `AnyArchive.read`.
    """
    return archive if isinstance(archive, bytes) else Archive(archive).read(sha256)


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


def sync_folder(folder: Path) -> None:
    """Makes the names in the folder survive a power cut, as `fsync` does for a file's bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
