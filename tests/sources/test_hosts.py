"""A night's sources go host by host: hosts side by side, the sources of one in turn."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.catalogue import load_catalogue
from sources.hosts import FOLDERS_AT_A_TIME, Entry, ask_all
from sources.schema import Source

TOWN = """\
region: {{adcode: 440106, name: 天河区}}
audiences: [{{id: finance, name: 财政局}}]
departments:
  - id: npc
    name: 人大办
    audience: finance
    sources: [{sources}]
"""


def entries(folder: Path, addresses: list[str]) -> list[Entry]:
    (folder / "town.yaml").write_text(TOWN.format(sources=", ".join(f"{{address: '{one}'}}" for one in addresses)), encoding="utf-8")
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    return list(catalogue.sources)


def on(host: str, count: int) -> list[str]:
    return [f"http://{host}.example/{number}.pdf" for number in range(count)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hosts=st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12), threads=st.integers(1, 4))
def test_what_came_is_in_the_order_of_the_entries_and_a_host_is_asked_once_at_a_time(tmp_path: Path, hosts: list[str], threads: int) -> None:
    addresses = [f"http://{host}.example/{number}.pdf" if host else f"../{number}.pdf" for number, host in enumerate(hosts)]
    busy: dict[str, threading.Lock] = defaultdict(threading.Lock)
    done: list[int] = []

    def ask(source: Source, department: str, region: str) -> list[str]:
        assert (department, region) == ("npc", "440106")
        with_host = busy[source.address.rpartition("/")[0]]
        assert with_host.acquire(blocking=False)
        try:
            return [source.address, f"{source.address}#2"]
        finally:
            with_host.release()

    asked = ask_all(entries(tmp_path, addresses), ask, threads, done.append) if addresses else []
    assert asked == [part for address in addresses for part in (address, f"{address}#2")]
    assert sum(done) == len(addresses)


def test_no_host_waits_for_another(tmp_path: Path) -> None:
    together = threading.Barrier(3, timeout=10)

    def ask(source: Source, _: str, region: str) -> list[str]:
        del region
        together.wait()    # broken, and an error, unless three hosts are asked at the same time
        return [source.address]

    assert len(ask_all(entries(tmp_path, [*on("a", 2), *on("b", 2), *on("c", 2)]), ask, 3, lambda _: None)) == 6


def test_the_host_with_most_sources_begins_and_folders_go_a_few_together(tmp_path: Path) -> None:
    begun: list[str] = []
    threads: set[int] = set()

    def ask(source: Source, _: str, region: str) -> list[str]:
        del region
        begun.append(source.address)
        if not source.is_on_web:
            threads.add(threading.get_ident())
            time.sleep(0.002)
        return []

    ask_all(entries(tmp_path, [*on("a", 1), *on("b", 3), *(f"../{n}.pdf" for n in range(FOLDERS_AT_A_TIME + 1))]), ask, 1, lambda _: None)
    assert begun[:4] == [*on("b", 3), *on("a", 1)]
    assert len(threads) == 1


def test_an_archive_that_keeps_nothing_ends_the_night_without_asking_the_rest(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(source: Source, _: str, region: str) -> list[str]:
        del region
        asked.append(source.address)
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        ask_all(entries(tmp_path, [*on("a", 2), *on("b", 2), *on("c", 2)]), ask, 1, lambda _: None)
    assert len(asked) < 6
    assert ask_all([], ask, 4, lambda _: None) == []
