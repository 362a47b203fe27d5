"""A document that hangs, crashes or eats memory loses itself; the others of its batch are read."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from expectations.frames import build_frames
from flows.processes import NoProcesses
from flows.workers import DocumentPool, Limits, Original, ReaderPool
from sources.archive import Archive
from transforms.records import ParseError

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
    return [build_frames([rows])["document"]["error_code"].dropna().tolist() for rows in pool.read(originals)]


def test_documents_come_back_in_the_order_given(archive: Archive, small: Original) -> None:
    with DocumentPool(archive.folder, processes=2, limits=Limits(120, 2048, 64)) as pool:
        read = pool.read([small, small])
    assert build_frames(read)["project"]["document_no"].tolist() == [0] * 16 + [1] * 16


def test_a_document_that_takes_too_long_loses_itself(archive: Archive, small: Original, large: Original) -> None:
    with DocumentPool(archive.folder, processes=1, limits=Limits(2, 2048, 64)) as pool:
        assert codes(pool, large, small) == [["too-slow"], []]


def test_a_document_that_eats_memory_loses_itself(archive: Archive, small: Original, large: Original) -> None:
    with DocumentPool(archive.folder, processes=1, limits=Limits(120, 80, 64)) as pool:
        ((code,), fine) = codes(pool, large, small)
    assert code in {"too-large", "reader-crashed"}   # a library that gets no memory may end its process without an exception
    assert fine == []


def dying(lives: Path) -> str:
    """What a worker is called for: it kills its process as often as the file has characters."""
    left = lives.read_text()
    lives.write_text(left[1:])
    if left:
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def raising() -> None:
    raise KeyError("unforeseen")


@pytest.mark.parametrize(("deaths", "results"), [(1, ["alive"]), (2, ["reader-crashed"])])
def test_a_document_whose_worker_is_killed_is_read_once_more_by_another(tmp_path: Path, deaths: int, results: list[str]) -> None:
    lives = tmp_path / "lives"
    lives.write_text("x" * deaths)
    with ReaderPool(1, Limits(120, 2048, 64)) as pool:
        result = pool.result(pool.start(dying, lives))
        assert [result.code if isinstance(result, ParseError) else result] == results
        assert pool.result(pool.start(dying, lives)) == "alive"


def test_a_fault_that_nobody_thought_of_loses_its_document(tmp_path: Path) -> None:
    with ReaderPool(1, Limits(120, 2048, 64)) as pool:
        result = pool.result(pool.start(raising))
    assert isinstance(result, ParseError)
    assert result.code == "parser-fault"


@pytest.mark.parametrize("is_idle", [True, False], ids=["idle", "beginning"])
def test_workers_that_are_killed_before_they_begin_are_replaced(
    archive: Archive, small: Original, workers: Callable[[], set[int]], is_idle: bool,
) -> None:
    with DocumentPool(archive.folder, processes=2, limits=Limits(120, 2048, 64)) as pool:
        if is_idle:
            assert codes(pool, small, small) == [[], []]
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        assert codes(pool, small, small, small) == [[], [], []]
        assert time.monotonic() - started < 60


def test_a_stopped_pool_leaves_nobody_waiting(archive: Archive, large: Original, workers: Callable[[], set[int]]) -> None:
    waiting: list[Future[object]] = []
    with suppress(KeyboardInterrupt), DocumentPool(archive.folder, processes=1, limits=Limits(120, 2048, 64)) as pool, ThreadPoolExecutor() as threads:
        waiting += [threads.submit(pool.read, [large, large]) for _ in range(2)]
        time.sleep(2)
        pool.stop()
        assert [type(one.exception(10)) for one in waiting] == [CancelledError] * 2
        assert workers() == set()
        raise KeyboardInterrupt


class Deadly:
    """What ends a process that unpacks it, before it is called."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_processes_that_never_begin_are_the_machines_fault() -> None:
    with ReaderPool(1, Limits(120, 2048, 64)) as pool, pytest.raises(NoProcesses):
        pool.result(pool.start(id, Deadly()))


def test_an_original_that_rotted_is_told(archive: Archive, small: Original) -> None:
    archive.path(small.sha256).write_bytes(b"rot")
    with DocumentPool(archive.folder, processes=1, limits=Limits(120, 2048, 64)) as pool:
        assert codes(pool, small) == [["original-unreadable"]]


def spawned() -> set[int]:
    """The processes that this one has spawned."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in mine if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


@pytest.fixture
def workers() -> Callable[[], set[int]]:
    """The processes that read documents for this test; the page's, of other tests, live on beside them."""
    others = spawned()
    return lambda: spawned() - others
