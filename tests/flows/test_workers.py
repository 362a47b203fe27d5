"""A document that hangs, crashes or eats memory loses itself; the others of its batch are read."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from flows.workers import DocumentPool, Limits, Original
from sources.archive import Archive

LARGE_ROWS = 15_000


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def small(archive: Archive, seed: Path) -> Original:
    return Original(seed.name, archive.keep(seed.read_bytes()))


@pytest.fixture
def large(archive: Archive) -> Original:
    """A table that takes a worker seconds and a hundred megabytes."""
    head = "项目支出绩效目标表\n单位：万元\n项目名称\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
    rows = "".join(f"项目{number}\t1.00\t1.00\t\t\t目标\t产出指标：数量，年度指标值：≥{number}。\n" for number in range(LARGE_ROWS))
    return Original("large.txt", archive.keep((head + rows).encode()))


def codes(pool: DocumentPool, *originals: Original) -> list[list[str]]:
    return [[error.code for error in document.errors] for document, _ in pool.read(originals)]


def test_documents_come_back_in_the_order_given(archive: Archive, small: Original) -> None:
    with DocumentPool(archive.folder, processes=2, limits=Limits(120, 2048, 64)) as pool:
        read = pool.read([small, small])
    assert [len(document.projects) for document, _ in read] == [16, 16]


def test_a_document_that_takes_too_long_loses_itself(archive: Archive, small: Original, large: Original) -> None:
    with DocumentPool(archive.folder, processes=1, limits=Limits(2, 2048, 64)) as pool:
        assert codes(pool, large, small) == [["too-slow"], []]


def test_a_document_that_eats_memory_loses_itself(archive: Archive, small: Original, large: Original) -> None:
    with DocumentPool(archive.folder, processes=1, limits=Limits(120, 80, 64)) as pool:
        ((code,), fine) = codes(pool, large, small)
    assert code in {"too-large", "reader-crashed"}   # a library that gets no memory may end its process without an exception
    assert fine == []


def test_a_document_whose_worker_dies_loses_itself(archive: Archive, small: Original, large: Original) -> None:
    with DocumentPool(archive.folder, processes=1, limits=Limits(120, 2048, 64)) as pool:
        assert codes(pool, small) == [[]]
        threading.Timer(1, lambda: os.kill(worker(), signal.SIGKILL)).start()
        assert codes(pool, large, small) == [["reader-crashed"], []]


def test_an_original_that_rotted_is_told(archive: Archive, small: Original) -> None:
    archive.path(small.sha256).write_bytes(b"rot")
    with DocumentPool(archive.folder, processes=1, limits=Limits(120, 2048, 64)) as pool:
        assert codes(pool, small) == [["original-unreadable"]]


def worker() -> int:
    """The process that reads documents, among those that this one has started."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    (found,) = (int(pid) for pid in mine if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())
    return found
