"""Published files in folders: which ones a source means, and reading them into the archive.

Below a folder or a pattern, files are left out when they are
1. symbolic links, or behind one: they may lead anywhere, and in circles;
2. hidden (`.DS_Store`, `.~lock.a.xlsx#`) or in a hidden folder;
3. left by programs: `~$a.xlsx` (Office), `a.txt~` (editors), `a.part`, `a.crdownload`, `a.tmp` (unfinished transfers),
   `Thumbs.db`, `desktop.ini` (Windows).
A file that the catalogue names itself is read, whatever its name.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sources.archive import AnyArchive
from sources.known import KnownFiles
from sources.outcomes import RESTORED, Answer, Known, Limits, PullFailed
from sources.schema import URL_SCHEME, Source

LEFT_BY_PROGRAMS = ("~$*", "*~", "*.part", "*.crdownload", "*.tmp", "thumbs.db", "desktop.ini")
CHUNK_BYTES = 1 << 20
REASONS = {
    errno.ENOENT: "no file is there",
    errno.EACCES: "the user of the nightly run may not read it",
    errno.ELOOP: "its symbolic links lead in a circle",
}


def list_addresses(source: Source, known: KnownFiles) -> list[str]:
    """The addresses of a local source's files: those that are there, and those known from earlier that are not any more.

    Args:
        source: a file, folder or pattern.
        known: earlier files by address.

    Returns:
        Sorted POSIX paths relative to the catalogue's folder; the source's own location if nothing is there, whose reading
        then says so. (An empty folder is not told from a share that is not mounted, so its known files do not count as gone.)
    """
    root, location = source.place.root, source.location
    pattern = _pattern(root, location)
    if pattern is None:
        return [location]
    present = set(_walk(root, pattern))
    if not present:
        return [location]
    return sorted(present.union(address for address in known.below(pattern.prefix) if pattern.covers(address)))


def read_file(source: Source, address: str, known: Known | None, archive: AnyArchive, limits: Limits) -> Answer:
    """Reads one of a source's files and archives it if it is not the known version.

    Raises:
        PullFailed: it is not there, not readable, not a file or too large.
        ArchiveError: the archive cannot take it.
    """
    path = source.place.root / address
    try:
        size = _check(path, limits)
    except PullFailed as failure:
        if failure.is_absent and address == source.location and not _is_folder(path.parent):   # perhaps a share that is not mounted
            raise PullFailed("the folder it should be in is not there") from failure
        raise
    is_held = known is not None and archive.holds(known.sha256, known.byte_count, is_read=limits.is_turn(address))
    if known and is_held and _sha256_of(path, limits) == known.sha256:
        return Answer(outcome="unchanged", sha256=known.sha256, byte_count=size)
    sha256 = archive.keep(_chunks(path, limits))
    if known and known.sha256 == sha256:
        return Answer(outcome="unchanged", sha256=sha256, byte_count=size, message=RESTORED)
    return Answer(outcome="new", sha256=sha256, byte_count=size)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A folder ("": the catalogue's own) and the path segments below it, with wildcards (`**`: any number of folders)."""

    folder: str
    segments: tuple[str, ...]

    def address(self, below: Sequence[str]) -> str:
        return "/".join((self.folder, *below) if self.folder else below)

    def means(self, below: Sequence[str]) -> bool:
        return _matches(below, self.segments) and not _is_left_out(below)

    @property
    def prefix(self) -> str:
        return f"{self.folder}/" if self.folder else ""

    def covers(self, address: str) -> bool:
        is_below = address.startswith(self.prefix) and not URL_SCHEME.match(address)
        return is_below and self.means(address.removeprefix(self.prefix).split("/"))

    def leads_into(self, below: Sequence[str]) -> bool:
        """Whether files in the folder may be meant."""
        if "**" in self.segments[: len(below)]:
            return True
        return len(below) < len(self.segments) and all(map(fnmatchcase, below, self.segments))


def _pattern(root: Path, location: str) -> _Pattern | None:
    """What a folder or a pattern means; None for the path of a file."""
    if _is_folder(root / location):
        return _Pattern("" if location == "." else location, ("**", "*"))
    if not glob.has_magic(location) or os.path.lexists(root / location):
        return None
    segments = location.split("/")
    fixed = next(position for position, segment in enumerate(segments) if glob.has_magic(segment))
    return _Pattern("/".join(segments[:fixed]), tuple(segments[fixed:]))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:   # reading it as a file says why
        return False


def _matches(below: Sequence[str], segments: Sequence[str]) -> bool:
    if not segments:
        return not below
    if segments[0] == "**":
        return any(_matches(below[skipped:], segments[1:]) for skipped in range(len(below) + 1))
    return bool(below) and fnmatchcase(below[0], segments[0]) and _matches(below[1:], segments[1:])


def _is_left_out(below: Sequence[str]) -> bool:
    return any(name.startswith(".") for name in below) or any(fnmatchcase(below[-1].lower(), left) for left in LEFT_BY_PROGRAMS)


def _walk(root: Path, pattern: _Pattern) -> Iterator[str]:
    """The files that a pattern means, and the folders on the way that cannot be listed: asking for these says why."""
    top = root / pattern.folder
    closed: list[OSError] = []
    for folder, folders, names in os.walk(top, onerror=closed.append):
        below = Path(folder).relative_to(top).parts
        folders[:] = [name for name in folders if not name.startswith(".") and pattern.leads_into((*below, name))]
        yield from (
            pattern.address((*below, name)) for name in names if pattern.means((*below, name)) and not Path(folder, name).is_symlink()
        )
    yield from (pattern.address(Path(error.filename).relative_to(top).parts) for error in closed if error.errno != errno.ENOENT)


def _unreadable(error: OSError) -> PullFailed:
    reason = REASONS.get(error.errno or 0) or error.strerror or str(error)
    return PullFailed(reason, is_absent=error.errno == errno.ENOENT)


def _check(path: Path, limits: Limits) -> int:
    """The file's size in bytes, before anything is read: reading a pipe would wait for ever."""
    if not _is_utf8(str(path)):
        raise PullFailed("its name is not UTF-8; rename it, or mount the share with the character set of its names")
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
            raise PullFailed("the folder holds no file to read")
    except OSError as error:
        raise _unreadable(error) from error
    if not stat.S_ISREG(status.st_mode):
        raise PullFailed("it is neither a file nor a folder")
    if status.st_size > limits.max_bytes:
        raise PullFailed(f"it has {status.st_size:,} bytes, more than the limit of {limits.max_bytes:,}")
    return status.st_size


def _is_utf8(name: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in name)   # how Python shows bytes that are not


def _chunks(path: Path, limits: Limits) -> Iterator[bytes]:
    count = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                count += len(chunk)
                if count > limits.max_bytes:
                    raise PullFailed(f"it has grown beyond the limit of {limits.max_bytes:,} bytes while it was read")
                yield chunk
    except OSError as error:
        raise _unreadable(error) from error


def _sha256_of(path: Path, limits: Limits) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path, limits):
        digest.update(chunk)
    return digest.hexdigest()
