"""Pulling from folders: which files are meant, what is new, and what went wrong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sources.archive import Archive
from sources.outcomes import RESTORED, Known, Limits, Pulled
from sources.pull import Fetcher, pull
from sources.schema import Source

MakeSource = Callable[[str], Source]


@pytest.fixture
def published(folder: Path) -> Path:
    """What departments have published, beside the catalogue."""
    published = folder.parent / "published"
    for name in ("2023/预算.txt", "2023/决算.txt", "2024/预算.txt", "2024/附件/项目.xlsx", "说明.html"):
        (published / name).parent.mkdir(parents=True, exist_ok=True)
        (published / name).write_text(name, encoding="utf-8")
    return published


def outcomes(pulled: list[Pulled]) -> dict[str, str]:
    return {one.address: one.outcome for one in pulled}


def known(pulled: list[Pulled]) -> dict[str, Known]:
    return {one.address: Known(one.sha256, byte_count=one.byte_count) for one in pulled if one.sha256}


@contextmanager
def as_nobody() -> Iterator[None]:
    """The super-user may read everything, so a test of permissions has to be somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("address", "addresses"), [
    ("../published/2023/预算.txt", ["2023/预算.txt"]),
    ("../published/2023", ["2023/决算.txt", "2023/预算.txt"]),
    ("../published/2024/", ["2024/附件/项目.xlsx", "2024/预算.txt"]),
    ("../published/*/预算.txt", ["2023/预算.txt", "2024/预算.txt"]),
    ("../published/202?/*.txt", ["2023/决算.txt", "2023/预算.txt", "2024/预算.txt"]),
    ("../published/**/*.xlsx", ["2024/附件/项目.xlsx"]),
    ("../published/**/*.html", ["说明.html"]),
    ("../published/202[4-9]/**", ["2024/附件/项目.xlsx", "2024/预算.txt"]),
])
def test_an_address_means_its_files_in_stable_order(
    source: MakeSource, published: Path, fetcher: Fetcher, address: str, addresses: list[str]
) -> None:
    pulled = pull(source(f"{{address: '{address}'}}"), "npc", {}, fetcher)
    assert [one.address for one in pulled] == [f"../published/{address}" for address in addresses]
    assert {one.outcome for one in pulled} == {"new"}


def test_an_absolute_address_gives_absolute_addresses(source: MakeSource, published: Path, fetcher: Fetcher) -> None:
    pulled = pull(source(f"{{address: '{published}/2023/预*'}}"), "npc", {}, fetcher)
    assert outcomes(pulled) == {f"{published}/2023/预算.txt": "new"}


def test_files_beside_the_catalogue_file_are_found(source: MakeSource, folder: Path, fetcher: Fetcher) -> None:
    (folder / "a.txt").write_text("a")
    assert outcomes(pull(source("{address: '*.txt'}"), "npc", {}, fetcher)) == {"a.txt": "new"}
    assert outcomes(pull(source("{address: .}"), "npc", {}, fetcher)) == {"a.txt": "new", "tianhe.yaml": "new"}


def test_a_name_with_brackets_is_that_file_and_no_pattern(source: MakeSource, published: Path, fetcher: Fetcher) -> None:
    (published / "附件[1].txt").write_text("a")
    (published / "附件1.txt").write_text("b")
    assert outcomes(pull(source("{address: '../published/附件[1].txt'}"), "npc", {}, fetcher)) == {"../published/附件[1].txt": "new"}


def test_links_hidden_files_and_left_overs_are_left_out_below_a_folder_but_not_when_named(
    source: MakeSource, published: Path, fetcher: Fetcher
) -> None:
    names = [".DS_Store", ".~lock.预算.xlsx#", "~$预算.xlsx", "预算.txt~", "预算.pdf.part", "预算.pdf.crdownload", "~1.tmp", "Thumbs.db"]
    folder = published / "2025"
    (folder / ".git").mkdir(parents=True)
    for name in [*names, ".git/config", "预算.txt"]:
        (folder / name).write_text(name)
    (folder / "链接.txt").symlink_to(published / "说明.html")
    (folder / "上级").symlink_to(published)
    assert outcomes(pull(source("{address: ../published/2025}"), "npc", {}, fetcher)) == {"../published/2025/预算.txt": "new"}
    assert outcomes(pull(source("{address: ../published/2025/**/*}"), "npc", {}, fetcher)) == {"../published/2025/预算.txt": "new"}
    for name in ("Thumbs.db", "链接.txt"):
        assert outcomes(pull(source(f"{{address: ../published/2025/{name}}}"), "npc", {}, fetcher)) == {f"../published/2025/{name}": "new"}


def test_what_was_pulled_says_what_the_catalogue_says_and_what_was_read(
    source: MakeSource, published: Path, fetcher: Fetcher, archive: Archive
) -> None:
    (one,) = pull(source("{address: ../published/2023/预算.txt, fiscal_year: 2023, stage: budget}"), "npc", {}, fetcher)
    assert (one.department_id, one.file_name, one.fiscal_year, one.stage) == ("npc", "预算.txt", 2023, "budget")
    assert (one.status, one.message, one.etag, one.last_modified) == (None, None, None, None)
    assert one.sha256 is not None
    assert archive.read(one.sha256).decode() == "2023/预算.txt"
    assert one.byte_count == len("2023/预算.txt".encode())
    assert timedelta(0) <= datetime.now(UTC) - one.pulled_at < timedelta(minutes=1)
    assert 0 <= one.seconds < 60


def test_the_second_night_only_what_changed_is_new(source: MakeSource, published: Path, fetcher: Fetcher) -> None:
    npc = source("{address: ../published/2023}")
    first = known(pull(npc, "npc", {}, fetcher))
    (published / "2023/决算.txt").write_text("更正")
    second = pull(npc, "npc", first, fetcher)
    assert outcomes(second) == {"../published/2023/决算.txt": "new", "../published/2023/预算.txt": "unchanged"}
    assert second[1].sha256 == first["../published/2023/预算.txt"].sha256


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"cut"), lambda path: path.write_bytes(path.read_bytes()[::-1])])
def test_a_known_file_whose_original_is_lost_or_rotten_is_archived_again(
    source: MakeSource, published: Path, archive: Archive, harm: Callable[[Path], object]
) -> None:
    fetcher = Fetcher(archive, Limits(full_every=1))
    npc = source("{address: ../published/2023/预算.txt}")
    (one,) = pull(npc, "npc", {}, fetcher)
    assert one.sha256 is not None
    harm(archive.path(one.sha256))
    (again,) = pull(npc, "npc", known([one]), fetcher)
    assert (again.outcome, again.message) == ("unchanged", RESTORED)
    assert archive.holds(one.sha256)
    (quiet,) = pull(npc, "npc", known([one]), fetcher)
    assert (quiet.outcome, quiet.message) == ("unchanged", None)


@pytest.mark.parametrize("address", ["../published/2023/预算.txt", "../published/2023", "../published/*/*.txt", "../published/**/*"])
def test_a_known_file_that_was_taken_down_is_gone(source: MakeSource, published: Path, fetcher: Fetcher, address: str) -> None:
    npc = source(f"{{address: '{address}'}}")
    before = known(pull(npc, "npc", {}, fetcher))
    (published / "2023/预算.txt").unlink()
    after = {one.address: one for one in pull(npc, "npc", before, fetcher)}
    gone = after["../published/2023/预算.txt"]
    assert (gone.outcome, gone.sha256) == ("gone", None)
    assert {one.outcome for one in after.values() if one is not gone} <= {"unchanged"}


def test_files_of_other_sources_are_not_missed_by_this_one(source: MakeSource, published: Path, fetcher: Fetcher) -> None:
    others = ["../published/2022/预算.txt", "../published/2023/附件/预算.txt", "../published/2023/预算.pdf", "https://www.example.gov.cn/a.txt"]
    npc = source("{address: '../published/2023/*.txt'}")
    pulled = pull(npc, "npc", dict.fromkeys(others, Known("0" * 64)), fetcher)
    assert set(outcomes(pulled)) == {"../published/2023/决算.txt", "../published/2023/预算.txt"}


@pytest.mark.parametrize(("address", "reason"), [
    ("../published/2025", "no file is there"),
    ("../published/2025/预算.txt", "the folder it should be in is not there"),
    ("../published/2023/*.pdf", "no file is there"),
    ("../published/leer", "the folder holds no file to read"),
    ("../published/2023/预算.pdf", "no file is there"),
    ("../published/pipe", "it is neither a file nor a folder"),
    ("../published/loop", "its symbolic links lead in a circle"),
    ("../published/large.pdf", "it has 1,000,001 bytes, more than the limit of 1,000,000"),
    ("../published/" + "长" * 200, "File name too long"),
])
def test_what_cannot_be_pulled_is_one_failed_outcome_that_names_the_place_in_the_catalogue(
    source: MakeSource, published: Path, fetcher: Fetcher, address: str, reason: str
) -> None:
    (published / "leer").mkdir()
    os.mkfifo(published / "pipe")
    (published / "loop").symlink_to("loop")
    (published / "large.pdf").write_bytes(b"x" * 1_000_001)
    (one,) = pull(source(f"{{address: '{address}'}}"), "npc", {}, fetcher)
    assert (one.outcome, one.address, one.sha256) == ("failed", address, None)
    assert one.message == f"tianhe.yaml:8: {address}: {reason}"


def test_known_files_of_a_folder_that_is_empty_now_are_not_gone_because_its_share_may_not_be_mounted(
    source: MakeSource, published: Path, fetcher: Fetcher
) -> None:
    npc = source("{address: ../published/2023}")
    before = known(pull(npc, "npc", {}, fetcher))
    for path in (published / "2023").iterdir():
        path.unlink()
    assert outcomes(pull(npc, "npc", before, fetcher)) == {"../published/2023": "failed"}


def test_one_unreadable_file_or_folder_loses_only_itself(source: MakeSource) -> None:
    with tempfile.TemporaryDirectory() as shared:   # pytest's own folders are closed to other users
        published = Path(shared)
        published.chmod(0o777)
        for name in ("a.txt", "b.txt", "c/d.txt"):
            (published / name).parent.mkdir(exist_ok=True)
            (published / name).write_text(name)
        (published / "b.txt").chmod(0)
        (published / "c").chmod(0)
        npc = source(f"{{address: {published}}}")
        with as_nobody(), Fetcher(Archive(published / ".archive"), Limits()) as fetcher:
            pulled = {one.address.rpartition("/")[2]: one for one in pull(npc, "npc", {}, fetcher)}
        (published / "c").chmod(0o700)
    assert {name: one.outcome for name, one in pulled.items()} == {"a.txt": "new", "b.txt": "failed", "c": "failed"}
    assert all(str(pulled[name].message).endswith("the user of the nightly run may not read it") for name in ("b.txt", "c"))


def test_a_name_that_is_not_utf8_is_a_failed_outcome_that_can_be_stored(source: MakeSource, published: Path, fetcher: Fetcher) -> None:
    (Path(os.fsdecode(os.fsencode(published / "2023") + b"/" + "预算.pdf".encode("gb18030")))).write_text("a")
    pulled = pull(source("{address: '../published/2023/*.pdf'}"), "npc", {}, fetcher)
    assert [one.outcome for one in pulled] == ["failed"]
    assert str(pulled[0].message).endswith("its name is not UTF-8; rename it, or mount the share with the character set of its names")
    assert pulled[0].address == "../published/2023/Ԥ\\xcb\\xe3.pdf"
