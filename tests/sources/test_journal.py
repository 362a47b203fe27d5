"""A night that was killed goes on where it stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sources.archive import Archive
from sources.journal import FRESH, Journal
from sources.outcomes import Limits, Pulled
from sources.pull import Fetcher, Known, pull
from sources.schema import Source
from tests.sources.test_pull_http import Site, sends, site

__all__ = ["site"]

PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
LIST = "http://x.example/czyjs/"


def pulled(number: int, **changes: object) -> Pulled:
    given = {
        "outcome": "new", "sha256": f"{number:064d}", "byte_count": 9, "department_id": "npc", "address": f"{LIST}{number}.pdf",
        "file_name": "㙍镇\udcff.pdf", "fiscal_year": 2024, "stage": "budget", "seconds": 0.5, "pulled_at": datetime.now(UTC),
        "publication_title": "2024年\n预算", "published_date": date(2024, 2, 8), "source_address": LIST, **changes,
    }
    return Pulled(**given)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pulled.jsonl"


def test_what_is_noted_is_taken_by_the_next_night_as_it_was(path: Path) -> None:
    noted = [pulled(number) for number in range(3)]
    for one in noted:
        Journal(path).write(one)
    assert [Journal(path).take(LIST, one.address) for one in noted] == noted
    assert Journal(path).take(LIST, f"{LIST}9.pdf") is None
    assert Journal(path).take("http://x.example/other/", noted[0].address) is None


def test_only_new_files_are_noted_and_nothing_without_a_path(path: Path) -> None:
    for outcome in ("unchanged", "failed", "gone", "blocked"):
        Journal(path).write(pulled(1, outcome=outcome))
    assert not path.exists()
    Journal(None).write(pulled(1))
    Journal(None).clear()
    assert Journal(None).take(LIST, f"{LIST}1.pdf") is None


def test_what_is_older_than_a_night_is_asked_again(path: Path) -> None:
    old, fresh = pulled(1, pulled_at=datetime.now(UTC) - FRESH), pulled(2, pulled_at=datetime.now(UTC) - FRESH + timedelta(minutes=1))
    Journal(path).write(old)
    Journal(path).write(fresh)
    assert (Journal(path).take(LIST, old.address), Journal(path).take(LIST, fresh.address)) == (None, fresh)


@pytest.mark.parametrize("torn", [b'{"outcome": "new", "sha', b'{"outcome": "new", "another": 1}\n', b"\xff\xfe\n", b"[]\n", b"null"])
def test_a_line_that_was_torn_or_is_another_versions_is_left_out_and_spoils_no_other(path: Path, torn: bytes) -> None:
    Journal(path).write(pulled(1))
    with path.open("ab") as file:
        file.write(torn)
    Journal(path).write(pulled(2))
    taken = Journal(path)
    assert [taken.take(LIST, f"{LIST}{number}.pdf") is not None for number in (1, 2)] == [True, True]


def test_threads_write_whole_lines(path: Path) -> None:
    journal = Journal(path)
    threads = [threading.Thread(target=lambda start=start: [journal.write(pulled(start + n)) for n in range(25)]) for start in range(0, 200, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(Journal(path).take(LIST, f"{LIST}{number}.pdf") for number in range(200))


def test_what_is_loaded_is_forgotten(path: Path) -> None:
    journal = Journal(path)
    journal.clear()
    journal.write(pulled(1))
    journal.clear()
    assert Journal(path).take(LIST, f"{LIST}1.pdf") is None


def test_a_night_after_a_kill_asks_only_for_what_is_not_stored(
    site: Site, source: Callable[[str], Source], archive: Archive, path: Path,
) -> None:
    address = site.url("/a.pdf")
    site.routes["/a.pdf"] = sends(200, PDF)

    def night(known: dict[str, Known]) -> Pulled:
        with Fetcher(archive, Limits(seconds=1, attempts=1), journal=Journal(path)) as fetcher:
            (one,) = pull(source(f"{{address: '{address}'}}"), "npc", known, fetcher)
        return one

    first = night({})
    assert (night({}), site.asked["/a.pdf"]) == (first, 1)
    archive.path(str(first.sha256)).write_bytes(PDF[:-1])    # lost with the machine
    assert (night({}).sha256, site.asked["/a.pdf"]) == (first.sha256, 2)
    assert (night({address: Known(str(first.sha256))}).outcome, site.asked["/a.pdf"]) == ("unchanged", 3)    # it has been loaded after all
