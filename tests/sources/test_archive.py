"""The archive keeps every original byte for byte, or says clearly that it cannot."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.archive import ABANDONED_AFTER_SECONDS, Archive, ArchiveCorrupt, ArchiveError, Flaw

BOOKLET = "2023年部门预算".encode() * 1000


def files_in(archive: Archive) -> list[Path]:
    return [path for path in archive.folder.rglob("*") if path.is_file()]


@given(chunks=st.lists(st.binary(max_size=200), max_size=5))
def test_what_is_kept_in_any_chunks_is_read_back_byte_for_byte_under_its_sha256(chunks: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        sha256 = archive.keep(chunks)
        assert sha256 == hashlib.sha256(b"".join(chunks)).hexdigest()
        assert archive.read(sha256) == b"".join(chunks)
        assert files_in(archive) == [Path(folder) / sha256[:2] / sha256]


def test_an_original_and_every_folder_on_its_way_are_written_to_disk(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []

    def fsync(descriptor: int, real: Callable[[int], None] = os.fsync) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    path = archive.path(archive.keep(BOOKLET))
    assert synced[0].parent == archive.folder / "incoming"
    assert synced[1:] == [path.parent, archive.folder]


def test_bytes_and_chunks_of_the_same_file_are_the_same_original(archive: Archive) -> None:
    assert archive.keep(BOOKLET) == archive.keep([BOOKLET[:7], BOOKLET[7:]])


def test_an_original_that_is_there_is_not_rewritten(archive: Archive) -> None:
    path = archive.path(archive.keep(BOOKLET))
    before = path.stat()
    archive.keep(BOOKLET)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("damaged", [BOOKLET[:-1], b"X" + BOOKLET[1:], b""], ids=["cut off", "one byte changed", "empty"])
def test_a_damaged_original_is_refused_with_its_path_and_healed_when_it_comes_again(archive: Archive, damaged: bytes) -> None:
    sha256 = archive.keep(BOOKLET)
    archive.path(sha256).write_bytes(damaged)
    with pytest.raises(ArchiveCorrupt, match=rf"{sha256} has changed since it was archived.*next nightly run fetches it again"):
        archive.read(sha256)
    archive.keep(BOOKLET)
    assert archive.read(sha256) == BOOKLET


def test_every_original_is_checked_and_what_is_no_original_is_named(archive: Archive) -> None:
    intact, damaged, lost = (archive.keep(BOOKLET[:size]) for size in (100, 200, 300))
    assert list(archive.verify([intact, damaged, lost])) == []
    archive.path(damaged).write_bytes(BOOKLET)
    archive.path(lost).unlink()
    strays = [archive.folder / "notes.txt", archive.folder / "ab" / damaged, archive.folder / "ab" / "ab0"]
    for stray in strays:
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(BOOKLET)
    wrong = [Flaw("damaged", archive.place(damaged), damaged), Flaw("missing", archive.place(lost), lost)]
    found = list(archive.verify([intact, lost]))
    assert sorted(found[:2], key=lambda flaw: flaw.kind) == wrong
    assert found[2:] == [Flaw("stray", str(path)) for path in sorted(strays)]


@pytest.mark.parametrize(("damaged", "held"), [(BOOKLET, (True, True)), (BOOKLET[:-1], (False, False)), (BOOKLET[::-1], (True, False))])
def test_what_is_held_is_told_by_its_size_and_if_wanted_by_its_bytes(
    archive: Archive, damaged: bytes, held: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch,
) -> None:
    sha256 = archive.keep(BOOKLET)
    archive.path(sha256).write_bytes(damaged)
    assert archive.holds(sha256, len(BOOKLET), is_read=True) == held[1]
    monkeypatch.setattr(Path, "open", None)    # no byte of it is read
    assert archive.holds(sha256, len(BOOKLET)) == held[0]


def test_a_missing_original_is_named_with_the_way_out(archive: Archive) -> None:
    sha256 = hashlib.sha256(BOOKLET).hexdigest()
    assert not archive.holds(sha256)
    with pytest.raises(ArchiveCorrupt, match=rf"{sha256} is missing.*next nightly run fetches it again"):
        archive.read(sha256)


def test_a_source_that_breaks_off_leaves_nothing_behind(archive: Archive) -> None:
    def broken_off() -> Iterator[bytes]:
        yield BOOKLET
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        archive.keep(broken_off())
    assert files_in(archive) == []


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from sources.archive import Archive, ArchiveFull
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))   # a write beyond fails as on a full disk, after a part of it
archive = Archive(Path(sys.argv[1]))
kept = archive.keep(b"small")
try:
    archive.keep([b"x" * 900, b"x" * 900])
except ArchiveFull as error:
    sys.stdout.write(str(error))
assert archive.read(kept) == b"small"
"""


def test_a_full_disk_is_said_clearly_and_leaves_no_half_written_file(archive: Archive) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", FILL_THE_DISK, archive.folder], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )
    assert run.returncode == 0, run.stderr
    assert f"no room for another original in {archive.folder}" in run.stdout
    assert "Free space" in run.stdout
    assert [path.read_bytes() for path in files_in(archive)] == [b"small"]


def test_a_folder_that_cannot_be_written_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(tmp_path / "archive").keep(BOOKLET)


def test_unfinished_files_of_killed_runs_are_removed_and_those_of_running_ones_are_not(archive: Archive) -> None:
    archive.keep(BOOKLET)
    incoming = archive.folder / "incoming"
    (incoming / "killed").write_bytes(b"half")
    (incoming / "running").write_bytes(b"half")
    yesterday = time.time() - ABANDONED_AFTER_SECONDS - 60
    os.utime(incoming / "killed", (yesterday, yesterday))
    Archive(archive.folder)
    assert [path.name for path in incoming.iterdir()] == ["running"]


def test_threads_that_keep_the_same_original_at_once_keep_it_once(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        hashes = set(pool.map(archive.keep, [BOOKLET] * 40))
    assert hashes == {hashlib.sha256(BOOKLET).hexdigest()}
    assert [path.read_bytes() for path in files_in(archive)] == [BOOKLET]


def test_opening_an_archive_for_reading_makes_no_folder(tmp_path: Path) -> None:
    Archive(tmp_path / "archive")
    assert not (tmp_path / "archive").exists()
