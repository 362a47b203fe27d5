"""Originals in a bucket: the same nights, nothing lost where storage fails, and no key in a process that reads documents."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Command, content
from servers import Storage
from test_cluster import LIMITS, Machines

from flows.backup import backup, restore
from flows.cluster import Cluster
from flows.doctor import Check, examine
from flows.verifying import verify_archive
from flows.workers import DocumentPool, Original
from settings import Settings
from sources.archive import ArchiveCorrupt, ArchiveError, Flaw
from sources.bucket import Bucket
from warehouse import query

BOOKLET = "2023年部门预算".encode() * 1000


def opened(tmp_path: Path, prefix: str = "") -> Bucket:
    return Bucket(f"s3://budgets/{prefix or tmp_path.name}", tmp_path / "incoming")


def test_what_is_kept_is_read_back_and_told_by_whoever_opens_it_next(storage: Storage, tmp_path: Path) -> None:
    archive = opened(tmp_path)
    assert archive.hashes() == []
    kept = [archive.keep([BOOKLET[:7], BOOKLET[7:]]), archive.keep(b"small")]
    for one in (archive, opened(tmp_path)):
        assert one.read(kept[0]) == BOOKLET
        assert one.hashes() == sorted(kept)
        assert (one.size(kept[1]), one.holds(kept[1], 5), one.holds(kept[1], 6), one.holds(kept[1], 5, is_read=True)) == (5, True, False, True)
        assert list(one.verify(kept)) == []
    assert list((tmp_path / "incoming").iterdir()) == []


def test_an_original_that_is_there_is_not_sent_again(storage: Storage, tmp_path: Path) -> None:
    archive = opened(tmp_path)
    sha256 = archive.keep(BOOKLET)
    storage.left = 0
    assert archive.keep(BOOKLET) == opened(tmp_path).keep(BOOKLET) == sha256


def test_damaged_and_missing_originals_are_named_and_healed_when_they_come_again(storage: Storage, tmp_path: Path) -> None:
    archive = opened(tmp_path)
    damaged, lost = archive.keep(BOOKLET), hashlib.sha256(b"lost").hexdigest()
    archive._files.pipe_file(archive._path(damaged), BOOKLET[::-1])
    archive._files.pipe_file(f"{archive._root}/notes.txt", b"no original")
    archive.examine()    # what it tries to write with is no stray file
    archive = opened(tmp_path)
    stray = f"s3://budgets/{tmp_path.name}/notes.txt"
    assert sorted(archive.verify([damaged, lost]), key=lambda flaw: flaw.kind) == [
        Flaw("damaged", archive.place(damaged), damaged), Flaw("missing", archive.place(lost), lost), Flaw("stray", stray),
    ]
    with pytest.raises(ArchiveCorrupt, match=f"s3://budgets/.*{damaged} has changed"):
        archive.read(damaged)
    with pytest.raises(ArchiveCorrupt, match=f"{lost} is missing"):
        archive.read(lost)
    assert (archive.holds(lost), archive.holds(damaged, is_read=True)) == (False, False)
    archive.keep(BOOKLET)
    assert opened(tmp_path).read(damaged) == BOOKLET


def test_a_source_that_breaks_off_and_a_refusal_leave_nothing_behind(storage: Storage, tmp_path: Path) -> None:
    def broken_off() -> Iterator[bytes]:
        yield BOOKLET
        raise ConnectionError("gone")

    archive = opened(tmp_path)
    with pytest.raises(ConnectionError):
        archive.keep(broken_off())
    storage.left = 0
    with pytest.raises(ArchiveError, match=r"s3://budgets/.* refuses these keys .*Everything archived before is safe.*rights to list, read and write"):
        archive.keep(BOOKLET)
    assert opened(tmp_path).hashes() == []
    assert list((tmp_path / "incoming").iterdir()) == []


def test_readers_get_originals_and_no_key_and_storage_that_fails_is_no_documents_fault(storage: Storage, tmp_path: Path, seed: Path) -> None:
    archive = opened(tmp_path)
    known = Original(seed.name, archive.keep(seed.read_bytes()))
    missing = Original("lost.pdf", hashlib.sha256(b"lost").hexdigest())
    with DocumentPool(archive.address, processes=1, limits=LIMITS) as pool:
        read = [rows.columns() for rows in pool.read([known, missing])]
        inherited = Path(f"/proc/{pool._processes[0]._process.pid}/environ").read_bytes()
        storage.is_read = False
        with pytest.raises(ArchiveError, match="refuses these keys"):
            pool.read([known])
    assert [columns["document"][7] for columns in read] == [("read",), ("failed",)]
    assert b"AWS_" not in inherited
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "geheim"


def told_of_archive(address: str) -> Check:
    settings = Settings(archive=address)
    return next(check for check in examine(settings) if check.subject == "Archive")


def test_the_doctor_tells_what_is_wrong_and_the_way_out(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_of_archive("s3://budgets/doctor").state == "ok"
    missing = told_of_archive("s3://nobodys/doctor")
    storage.left = 0
    unwritable = told_of_archive("s3://budgets/doctor")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    unreachable = told_of_archive("s3://budgets/doctor")
    for check, words in [
        (missing, "is not there. Make it, or correct YUSUAN_ARCHIVE"), (unwritable, "refuses these keys .*rights to list, read and write"),
        (unreachable, "Could not connect.*AWS_ENDPOINT_URL"),
    ]:
        assert check.state == "wrong"
        assert check.remedy
        assert re.search(words, check.found), check.found


def test_a_bucket_that_fails_in_the_middle_of_a_night_loses_nothing_and_the_next_night_equals_one_on_a_folder(
    storage: Storage, run: Command, few: Path, few_night: Path, server: dict[str, str], tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    address = f"s3://budgets/{tmp_path.name}"
    env = {**server, **{name: os.environ[name] for name in os.environ if name.startswith("AWS_")}, "YUSUAN_ARCHIVE": address}
    storage.left = 2
    failed = run(data, few / "catalogue", env=env)
    assert failed.returncode != 0
    assert f"The bucket of {address} refuses these keys" in failed.stderr
    assert len(Bucket(address).hashes()) == 2
    storage.left = None
    done = run(data, few / "catalogue", env=env)
    assert done.returncode == 0, done.stderr
    assert content(data) == content(few_night)
    assert [path.name for path in (data / "archive").iterdir()] == ["runs"]    # what runs took from outside, and no original
    settings = Settings(archive=address).at(data=data)
    assert list(verify_archive(settings)) == []
    backup(settings, tmp_path / "backups")
    elsewhere = Settings(archive=f"{address}-restored").at(data=tmp_path / "elsewhere")
    elsewhere.data.mkdir()
    restore(elsewhere, tmp_path / "backups")
    assert content(elsewhere.data) == content(few_night)
    assert list(verify_archive(elsewhere)) == []
    with query.connect(elsewhere.published) as copy:
        assert set(query.versions_by_content(copy)) <= set(Bucket(elsewhere.archive).hashes())


def test_a_dask_cluster_reads_from_a_bucket(storage: Storage, tmp_path: Path, seed: Path) -> None:
    archive = opened(tmp_path)
    originals = [Original(seed.name, archive.keep(seed.read_bytes()))]
    machines = Machines(tmp_path)
    try:
        machines.worker()
        with Cluster(machines.address(), archive.address, LIMITS) as there, DocumentPool(archive.address, processes=1, limits=LIMITS) as here:
            assert there.read(originals) == here.read(originals)
    finally:
        machines.end()
