"""Backing up a data folder and putting it back: whole, or told not to be."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from flows.backup import BackupFailed, NoBackup, NotEmpty, backup, restore
from flows.lock import HalfRestored, RunInProgress, alone
from settings import Settings
from sources.archive import RUNS, Archive
from sources.records import BEGUN, Record
from warehouse import query
from warehouse.errors import WarehouseCorrupt
from warehouse.store import Warehouse

DECISION = '{"event": "commented"}\n'
# Each process that is forked is killed one fsync later than the one before it, until one ends by itself; what is there is judged by `seen`.
KILLED = """
import os, signal, sys
from pathlib import Path
from flows.backup import UNFINISHED, backup, restore
from flows.lock import HalfRestored, alone
from settings import Settings

def killed_after(number, act):
    child = os.fork()
    if child == 0:
        left, sync = [number], os.fsync
        def fsync(descriptor):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            sync(descriptor)
        os.fsync = fsync
        act()
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0

data, folder = Settings().at(data=sys.argv[1]), Path(sys.argv[2])
number = 1
while killed_after(number, lambda: ACT):
    print(SEEN)
    number += 1
print("end", SEEN)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a published warehouse of one run, two originals and a decision; to copy it costs less than to make it."""
    settings = Settings().at(data=tmp_path_factory.mktemp("made") / "data")
    with Warehouse.open(settings.warehouse_file) as warehouse:
        warehouse.finish_run(warehouse.start_run("1", date(2026, 1, 10)))
        warehouse.publish(settings.published)
    for content in (b"one", b"two"):
        Archive(settings.archive_folder).keep(content)
    settings.inbox.write_text(DECISION)
    return settings.data


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """A copy of it."""
    return Settings().at(data=shutil.copytree(made, tmp_path / "data"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def elsewhere(settings: Settings) -> Settings:
    return settings.at(data=settings.data.with_name("restored"))


def runs(settings: Settings) -> list[tuple[object, ...]]:
    with query.connect(settings.published) as copy:
        return query.rows(copy, "SELECT run_id, status FROM load_run").rows


def program(code: str, *arguments: Path) -> list[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout.splitlines()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(content)


def test_what_is_restored_is_what_was_backed_up(settings: Settings, folder: Path) -> None:
    done = backup(settings, folder)
    assert (done.files, done.originals, done.new, done.damaged) == (2, 2, 2, ())
    there = elsewhere(settings)
    assert restore(there, folder).name == done.name
    assert runs(there) == runs(settings)
    assert there.inbox.read_text() == DECISION
    assert sorted(map(Archive(there.archive_folder).read, Archive(there.archive_folder).hashes())) == [b"one", b"two"]
    with alone(there.data):    # a night may start
        pass


def test_the_accounts_and_the_log_of_the_page_come_back_for_their_owner_alone(settings: Settings, folder: Path) -> None:
    for path in (settings.accounts_file, settings.audit):
        path.write_text(path.name)
        path.chmod(0o600)
    assert backup(settings, folder).files == 4
    there = elsewhere(settings)
    restore(there, folder)
    for path in (there.accounts_file, there.audit):
        assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (path.name, 0o600)


def test_the_records_of_runs_come_back(settings: Settings, folder: Path) -> None:
    record = Record(settings.archive_folder / RUNS / "a-run")
    record.keep(1, BEGUN, {"run_id": "a-run"})
    assert (backup(settings, folder).files, backup(settings, folder).originals) == (3, 2)
    there = elsewhere(settings)
    restore(there, folder)
    assert [step.read() for step in Record(there.archive_folder / RUNS / "a-run").steps()] == [{"run_id": "a-run"}]


def test_originals_are_copied_once(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    Archive(settings.archive_folder).keep(b"three")
    done = backup(settings, folder)
    assert (done.originals, done.new) == (3, 1)
    assert restore(elsewhere(settings), folder).originals == 3


def test_an_earlier_backup_can_be_chosen(settings: Settings, folder: Path) -> None:
    first = backup(settings, folder)
    settings.inbox.write_text(DECISION * 2)
    backup(settings, folder)
    there = elsewhere(settings)
    restore(there, folder, first.name)
    assert there.inbox.read_text() == DECISION
    with pytest.raises(NoBackup, match=first.name):
        restore(there, folder, "2020", force=True)


@pytest.mark.system_program("sha256sum")
def test_the_list_is_one_that_sha256sum_reads(settings: Settings, folder: Path) -> None:
    name = backup(settings, folder).name
    check = ["sha256sum", "--check", "--quiet", f"{name}.sha256"]
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode == 0
    flip(folder / name / "warehouse.duckdb")
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode == 1


def test_nothing_is_backed_up_while_a_night_is_at_work(settings: Settings, folder: Path) -> None:
    with alone(settings.data), pytest.raises(RunInProgress):
        backup(settings, folder)
    assert not folder.exists()


def test_a_backup_in_the_data_folder_is_refused(settings: Settings) -> None:
    with pytest.raises(BackupFailed, match="elsewhere"):
        backup(settings, settings.data / "backups")


def test_data_that_are_there_are_not_touched_without_force_and_moved_with_it(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    settings.inbox.write_text("newer")
    before = settings.warehouse_file.read_bytes()
    with pytest.raises(NotEmpty, match="--force"):
        restore(settings, folder)
    assert (settings.inbox.read_text(), settings.warehouse_file.read_bytes()) == ("newer", before)
    moved = restore(settings, folder, force=True).moved
    assert moved is not None
    assert settings.inbox.read_text() == DECISION
    assert ((moved / "decisions.jsonl").read_text(), (moved / "warehouse.duckdb").read_bytes()) == ("newer", before)


@pytest.mark.parametrize("act", ["flip", "cut", "empty", "garbage"])
def test_a_damaged_warehouse_is_not_backed_up(settings: Settings, folder: Path, act: str) -> None:
    whole = settings.warehouse_file.read_bytes()
    damage = {"cut": whole[:len(whole) // 2], "empty": b"", "garbage": os.urandom(40_000)}
    flip(settings.warehouse_file) if act == "flip" else settings.warehouse_file.write_bytes(damage[act])
    with pytest.raises(WarehouseCorrupt, match=r"warehouse\.duckdb is damaged .*yusuan restore"):
        backup(settings, folder)
    assert list(folder.glob("[!.]*")) == []


@pytest.mark.parametrize("of", ["warehouse.duckdb", "decisions.jsonl", ".sha256"])
def test_a_backup_of_which_a_byte_has_changed_is_not_restored(settings: Settings, folder: Path, of: str) -> None:
    name = backup(settings, folder).name
    flip(folder / f"{name}.sha256" if of == ".sha256" else folder / name / of)
    there = elsewhere(settings)
    with pytest.raises(BackupFailed, match=of):
        restore(there, folder)
    assert not there.warehouse_file.exists()
    with alone(there.data):    # nothing was begun that would have to be made good
        pass


def test_a_list_that_was_cut_is_refused(settings: Settings, folder: Path) -> None:
    listed = folder / f"{backup(settings, folder).name}.sha256"
    listed.write_text("".join(listed.read_text().splitlines(keepends=True)[:-2]))
    with pytest.raises(BackupFailed, match=r"\.sha256"):
        restore(elsewhere(settings), folder)


def test_an_original_that_has_rotted_is_named_and_the_rest_is_there(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    sha256 = hashlib.sha256(b"one").hexdigest()
    flip(Archive(folder / "archive").path(sha256))
    there = elsewhere(settings)
    assert restore(there, folder).damaged == (sha256,)
    assert Archive(there.archive_folder).hashes() == [hashlib.sha256(b"two").hexdigest()]


def test_an_original_that_has_rotted_in_the_data_folder_stays_whole_in_the_backup(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    one = hashlib.sha256(b"one").hexdigest()
    Archive(settings.archive_folder).path(one).write_bytes(b"something else")
    other = Archive(settings.archive_folder).keep(b"other")
    Archive(settings.archive_folder).path(other).write_bytes(b"never whole")
    assert backup(settings, folder).damaged == (other,)
    assert Archive(folder / "archive").read(one) == b"one"


def test_a_backup_that_is_killed_anywhere_is_none(settings: Settings, folder: Path) -> None:
    act = "backup(data, folder)"
    *seen, end = program(KILLED.replace("ACT", act).replace("SEEN", "len(list(folder.glob('*.sha256')))"), settings.data, folder)
    assert len(seen) > 5    # originals (each attempt keeps those that it copied), files, folders, the list
    assert seen[:-1] == ["0"] * (len(seen) - 1)    # the last fsync is after the list is in its place
    assert end.startswith("end")
    restore(elsewhere(settings), folder)    # the newest is whole
    assert list(folder.glob(".unfinished*")) == []


def test_a_restore_that_is_killed_anywhere_lets_no_night_begin(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    there = elsewhere(settings)
    (state := settings.data.with_name("state.py")).write_text(
        "from flows.lock import HalfRestored, alone\n"
        "def state(data):\n"
        "    try:\n"
        "        with alone(data.data):\n"
        "            return 'whole' if data.warehouse_file.exists() and data.inbox.exists() and data.archive_folder.exists() else 'LOST'\n"
        "    except HalfRestored:\n"
        "        return 'half'\n"
    )
    code = KILLED.replace("import os,", f"import sys; sys.path.insert(0, {str(state.parent)!r})\nfrom state import state\nimport os,", 1)
    seen = program(code.replace("ACT", "restore(data, folder, force=True)").replace("SEEN", "state(data)"), there.data, folder)
    assert seen[0] == "half"
    assert set(seen) == {"half", "whole", "end whole"}
    assert runs(there) == runs(settings)


def test_a_night_after_half_a_restore_says_what_to_do(settings: Settings, folder: Path) -> None:
    backup(settings, folder)
    (settings.data / "restoring").mkdir()
    with pytest.raises(HalfRestored, match="yusuan restore"), alone(settings.data):
        pass


@pytest.mark.parametrize("act", ["backup(data, folder)", "restore(data.at(data=data.data.with_name('restored')), folder)"])
def test_a_full_disk_leaves_no_half(settings: Settings, folder: Path, act: str) -> None:
    first = backup(settings, folder)
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom flows.backup import *\nfrom settings import Settings\n"
        "data, folder = Settings().at(data=sys.argv[1]), Path(sys.argv[2])\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"try:\n    {act}\nexcept BackupFailed as error:\n    print(error)\n"
    )
    assert "There is no room left" in "\n".join(program(code, settings.data, folder))
    assert [path.name for path in folder.glob("*.sha256")] == [f"{first.name}.sha256"]
    assert not elsewhere(settings).warehouse_file.exists()
    assert list(folder.glob(".unfinished*")) == []
    shutil.rmtree(elsewhere(settings).data, ignore_errors=True)
    restore(elsewhere(settings), folder)
