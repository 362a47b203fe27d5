"""The record of a run beside the originals: a step is there whole or not at all, and one that was undone gives up its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sources.archive import RUNS, Archive, ArchiveError
from sources.records import BEGUN, Record, flaws, records


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def begun(archive: Archive, run_id: str, hour: int) -> Record:
    record = Record(archive.folder / RUNS / run_id)
    record.keep(1, BEGUN, {"run_id": run_id, "started_at": datetime(2026, 3, 1, hour, tzinfo=UTC).replace(tzinfo=None)})
    return record


def test_steps_come_back_in_their_order_with_what_they_took(archive: Archive) -> None:
    record = begun(archive, "a", 1)
    for number in range(2, 12):
        record.keep(number, "loaded", {"pulled": [{"file_name": "预算.pdf", "seconds": 0.1, "due": date(2026, 3, 2), "at": datetime(2026, 3, 1, tzinfo=UTC)}]})
    assert [(step.number, step.kind) for step in record.steps()] == [(1, BEGUN), *((number, "loaded") for number in range(2, 12))]
    assert record.steps()[-1].read() == {
        "pulled": [{"file_name": "预算.pdf", "seconds": 0.1, "due": "2026-03-02", "at": "2026-03-01 00:00:00+00:00"}]}


def test_a_step_that_was_undone_gives_its_place_to_the_next_one(archive: Archive) -> None:
    record = begun(archive, "a", 1)
    for number in (2, 3, 4):
        record.keep(number, "loaded", {"number": number})
    record.keep(2, "failed", {"message": "x"})    # all of 2 to 4 was one transaction
    assert [(step.number, step.kind) for step in record.steps()] == [(1, BEGUN), (2, "failed")]
    record.forget_after(1)
    assert [step.kind for step in record.steps()] == [BEGUN]


def test_records_come_in_the_order_in_which_the_runs_began_and_those_without_a_beginning_are_told(archive: Archive) -> None:
    begun(archive, "b", 1)
    begun(archive, "a", 2)
    torn, other = begun(archive, "torn", 3), begun(archive, "other", 4)
    torn.steps()[0].path.write_bytes(torn.steps()[0].path.read_bytes()[:-9])
    other.folder.rename(other.folder.with_name("renamed"))
    Record(archive.folder / RUNS / "headless").keep(2, "loaded", {})
    found, unusable = records(archive.folder)
    assert [record.run_id for record in found] == ["b", "a"]
    assert [name for name in ("headless", "renamed", "torn") if any(f"/{name}/" in told for told in unusable)] == ["headless", "renamed", "torn"]


def test_records_are_no_originals_and_no_strays(archive: Archive) -> None:
    sha256 = archive.keep(b"one")
    begun(archive, "a", 1)
    assert archive.hashes() == [sha256]
    assert list(archive.verify([sha256])) == []


def test_a_step_that_is_damaged_or_missing_and_a_run_without_a_record_are_told(archive: Archive) -> None:
    whole, torn = begun(archive, "20260301T01-b", 1), begun(archive, "20260301T02-c", 2)
    torn.keep(2, "loaded", {"pulled": []})
    torn.keep(3, "concluded", {"message": None})
    runs = ["20260228T01-a", whole.run_id, torn.run_id]    # the first was of a version that kept none
    assert list(flaws(archive.folder, runs)) == []
    (torn.folder / "2-loaded.json.gz").unlink()
    (torn.folder / "3-concluded.json.gz").write_bytes(b"torn")
    assert list(flaws(archive.folder, [*runs, "20260302T01-d"])) == [
        ("missing", torn.folder / "2-….json.gz"), ("damaged", torn.folder / "3-concluded.json.gz"), ("missing", archive.folder / RUNS / "20260302T01-d")]


def test_what_cannot_be_kept_is_told_as_of_the_archive(archive: Archive) -> None:
    archive.folder.mkdir()
    (archive.folder / RUNS).write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match="cannot be written"):
        begun(archive, "a", 1)
