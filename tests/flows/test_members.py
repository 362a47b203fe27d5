"""Documents in a published archive are originals of their own, with the archive as where they come from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.frames import build_frames
from flows.batch import parse_files
from flows.workers import Limits as ReadLimits
from flows.workers import Original, read_original
from sources.archive import Archive, ArchiveError
from sources.catalogue import load_catalogue
from sources.members import Members, Unpack, known_members
from sources.outcomes import RESTORED, Known, Limits, Pulled
from sources.pull import Fetcher
from sources.pull import pull as fetch
from transforms.archives import Member, members

LIMITS = Limits(full_every=1)    # each night is the one in which originals are read


def packed(contents: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in contents.items():
            made.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def asked(sha256: str, outcome: str = "new") -> Pulled:
    return Pulled(
        outcome=outcome, sha256=sha256, department_id="990101-x", address="2024/公开.zip", file_name="公开.zip",  # type: ignore[arg-type]
        fiscal_year=2024, stage="budget", seconds=1, pulled_at=datetime(2024, 3, 1, tzinfo=UTC),
    )


def pull(archive: Archive, contents: Mapping[str, bytes], known: Mapping[str, Known], outcome: str = "new") -> list[Pulled]:
    pulled = asked(archive.keep(packed(contents)), outcome)
    return list(Members(archive, LIMITS, members).outcomes(pulled, known, known_members(known).get(pulled.address, ())))


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


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_documents_of_one_name_are_both_pulled(archive: Archive) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("x.txt", b"one")
        made.writestr("x.txt", b"two")
    sha256 = archive.keep(stream.getvalue())
    found = list(Members(archive, LIMITS, members).outcomes(asked(sha256), {}, ()))
    assert [(one.file_name, archive.read(one.sha256 or "")) for one in found] == [("公开.zip/x.txt", b"one"), ("公开.zip/x.txt (2)", b"two")]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"rotten"), lambda path: path.write_bytes(b"eno")])
def test_an_unchanged_archive_is_unpacked_again_where_an_original_is_lost_or_another_program_did_it(
    archive: Archive, harm: Callable[[Path], object],
) -> None:
    first = pull(archive, {"a.txt": b"one", "b.txt": b"two"}, {})
    known = {one.address: Known(one.sha256 or "", byte_count=one.byte_count) for one in first}
    harm(archive.path(first[0].sha256 or ""))
    again = pull(archive, {"a.txt": b"one", "b.txt": b"two"}, known, "unchanged")
    assert [(one.outcome, one.message) for one in again] == [("unchanged", RESTORED), ("unchanged", None)]
    assert archive.read(first[0].sha256 or "") == b"one"
    half = {first[0].address: known[first[0].address], "2024/公开.zip": Known("of the archive", is_stale=True)}
    assert [one.outcome for one in pull(archive, {"a.txt": b"one", "b.txt": b"two"}, half, "unchanged")] == ["unchanged", "new"]


def test_the_archive_itself_is_a_document_without_records_and_without_errors(archive: Archive) -> None:
    original = Original("公开.zip", archive.keep(packed({"a.txt": b"one"})))
    frames = build_frames([read_original(original, archive.folder, 64)])
    assert frames["document"][["format", "outcome"]].to_numpy().tolist() == [["zip", "read"]]
    assert frames["table"].empty


def broken_lzma() -> bytes:
    """A ZIP file whose first member is packed by LZMA and damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a.txt", bytes(range(256)) * 40)
        made.writestr("b.txt", b"two")
    content = bytearray(stream.getvalue())
    content[30 + len("a.txt") + 4 : 30 + len("a.txt") + 9] = b"\xff" * 5    # LZMA's properties, after the local header (APPNOTE 5.8.8)
    return bytes(content)


def broken_unpacking(data: bytes) -> Iterator[Member]:
    """As `members`, with a fault that nobody thought of."""
    yield from members(data)
    raise KeyError("unforeseen")


def outcomes(folder: Path, unpack: Unpack, **contents: bytes) -> list[tuple[str, str]]:
    """Pull a folder of files, the real way; each outcome's address with what came of it."""
    (folder / "files").mkdir()
    for name, content in contents.items():
        (folder / "files" / f"{name}.zip").write_bytes(content)
    (folder / "c.yaml").write_text(
        "region: {adcode: 440106, name: 天河区}\naudiences: [{id: finance, name: 财政局}]\n"
        "departments: [{id: npc, name: 人大办, audience: finance, sources: [{address: files}]}]\n", "utf-8",
    )
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    with Fetcher(Archive(folder / "archive"), Limits(), unpack) as fetcher:
        pulled = fetch(catalogue.departments[0].sources[0], "npc", {}, fetcher)
    return [(one.address, one.outcome) for one in pulled]


def test_a_member_that_cannot_be_unpacked_is_a_failed_outcome_and_the_others_are_read(tmp_path: Path) -> None:
    assert outcomes(tmp_path, members, a=broken_lzma(), b=packed({"c.txt": b"three"})) == [
        ("files/a.zip", "new"), ("files/a.zip#/a.txt", "failed"), ("files/a.zip#/b.txt", "new"),
        ("files/b.zip", "new"), ("files/b.zip#/c.txt", "new"),
    ]


def test_a_fault_that_nobody_thought_of_loses_its_address_and_not_the_night(tmp_path: Path) -> None:
    assert outcomes(tmp_path, broken_unpacking, a=packed({"a.txt": b"one"}), b=b"no archive") == [
        ("files/a.zip", "failed"), ("files/b.zip", "failed"),
    ]


def test_an_archive_that_can_keep_nothing_ends_the_night(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"a file where the folder should be")
    with pytest.raises(ArchiveError, match="cannot be written"):
        outcomes(tmp_path, members, a=packed({"a.txt": b"one"}))


def test_a_text_beside_the_booklet_is_no_document_that_lost_its_tables(tmp_path: Path, seed: Path) -> None:
    contents = {
        "说明.txt": "关于报送2023年部门预算公开材料的函\n现将我单位部门预算公开材料报送贵局。".encode(),
        "丢失.txt": "2023年部门预算\n表一 部门收支总表\n表二 部门支出总表".encode(),
        "预算.txt": seed.read_bytes(),
    }
    path, alone = tmp_path / "公开.zip", tmp_path / "说明.txt"
    path.write_bytes(packed(contents))
    alone.write_bytes(contents["说明.txt"])
    read = {one.file.rpartition("/")[2]: one for one in parse_files([path], 1, ReadLimits(60, 1024, 10))}
    assert list(read) == ["说明.txt", "丢失.txt", "预算.txt"]
    told = {name: (bool(one.errors), [finding["severity"] for finding in json.loads(one.line)["findings"]]) for name, one in read.items()}
    assert (told["说明.txt"], told["丢失.txt"]) == ((False, []), (True, ["critical"]))
    [lone] = parse_files([alone], 1, ReadLimits(60, 1024, 10))
    assert [error.code for error in lone.errors] == ["no-known-table"]
