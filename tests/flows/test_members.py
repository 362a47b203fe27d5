"""Documents in a published archive are originals of their own, with the archive as where they come from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.workers import Original, read_original
from sources.archive import Archive
from sources.members import known_members, pulled_members
from sources.outcomes import Known, Pulled
from transforms.archives import members


def packed(contents: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in contents.items():
            made.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def pull(archive: Archive, contents: Mapping[str, bytes], known: Mapping[str, Known], outcome: str = "new") -> list[Pulled]:
    pulled = Pulled(
        outcome=outcome, sha256=archive.keep(packed(contents)), department_id="990101-x", address="2024/公开.zip", file_name="公开.zip",  # type: ignore[arg-type]
        fiscal_year=2024, stage="budget", seconds=1, pulled_at=datetime(2024, 3, 1, tzinfo=UTC),
    )
    return list(pulled_members(pulled, known, known_members(known).get(pulled.address, ()), archive, members))


def test_each_document_in_a_new_archive_is_new_changed_unchanged_or_gone(archive: Archive) -> None:
    first = pull(archive, {"a.txt": b"one", "b.txt": b"two", "c.txt": b"three"}, {})
    one = first[0]
    assert (one.address, one.file_name, one.outcome, one.fiscal_year) == ("2024/公开.zip#/a.txt", "公开.zip/a.txt", "new", 2024)
    assert archive.read(first[0].sha256 or "") == b"one"
    known = {one.address: Known(one.sha256 or "") for one in first}
    second = pull(archive, {"a.txt": b"one", "b.txt": b"changed"}, known)
    assert [(one.file_name, one.outcome) for one in second] == [("公开.zip/a.txt", "unchanged"), ("公开.zip/b.txt", "new"), ("公开.zip/c.txt", "gone")]
    assert {one.outcome for one in pull(archive, {}, known, "unchanged")} == {"unchanged"}
    assert {one.outcome for one in pull(archive, {}, known, "gone")} == {"gone"}


def test_the_archive_itself_is_a_document_without_records_and_without_errors(archive: Archive) -> None:
    original = Original("公开.zip", archive.keep(packed({"a.txt": b"one"})))
    parsed, _ = read_original(original, archive.folder, 64)
    assert (parsed.format, parsed.tables, parsed.errors) == ("zip", [], [])
