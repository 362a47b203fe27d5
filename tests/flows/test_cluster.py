"""A Dask cluster reads as this machine does: the same rows, the same limits, and a worker that dies loses nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running import Command, content

from expectations.frames import build_frames
from flows import cluster
from flows.cluster import Cluster, demand_reader
from flows.doctor import examine
from flows.processes import NoProcesses
from flows.workers import DocumentPool, Limits, Original
from settings import PROJECT, Settings
from sources.archive import Archive

LIMITS = Limits(120, 2048, 64)
DASK = Path(sys.executable).with_name("dask")


class Machines:
    """A scheduler and workers, as docs/operations.md starts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0")

    def worker(self, nanny: str = "--no-nanny") -> subprocess.Popen[bytes]:
        return self._start("worker", "--nthreads", "1", "--local-directory", str(self.folder), nanny)

    def address(self) -> str:
        while not self.file.exists():
            time.sleep(0.1)
        return str(json.loads(self.file.read_text())["address"]).removeprefix("tcp://")

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        everywhere = ["--scheduler-file", str(self.file), "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard"]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "DASK_CONFIG": str(PROJECT / "deploy" / "dask.yaml")}
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen([DASK, *command, *everywhere], stdout=log, stderr=log, env=environment)
        self.started.append(started)
        return started

    def end(self) -> None:
        for one in self.started:
            one.kill()
        for one in self.started:
            one.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Two workers, one of them with a nanny, which starts it anew when it dies."""
    machines = Machines(tmp_path_factory.mktemp("cluster"))
    machines.worker()
    machines.worker("--nanny")
    yield machines
    machines.end()


@pytest.fixture
def originals(tmp_path: Path, samples: Path) -> tuple[Path, list[Original]]:
    archive = Archive(tmp_path / "archive")
    files = [path for path in sorted((samples / "published").rglob("*")) if path.is_file()]
    return archive.folder, [Original(path.name, archive.keep(path.read_bytes())) for path in files]


@pytest.fixture
def large(originals: tuple[Path, list[Original]]) -> Original:
    """A table that takes a worker seconds and a hundred megabytes."""
    head = "项目支出绩效目标表\n单位：万元\n项目名称\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
    rows = "".join(f"项目{number}\t1.00\t1.00\t\t\t目标\t产出指标：数量，年度指标值：≥{number}。\n" for number in range(15_000))
    return Original("large.txt", Archive(originals[0]).keep((head + rows).encode()))


def test_a_worker_that_is_killed_gives_its_documents_to_another_and_nothing_is_lost_or_doubled(
    machines: Machines, originals: tuple[Path, list[Original]],
) -> None:
    archive, given = originals
    dying = machines.worker()
    with DocumentPool(archive, processes=2, limits=LIMITS) as pool:
        here = pool.read(given)
    with Cluster(machines.address(), archive, LIMITS) as runner, ThreadPoolExecutor() as threads:
        client = runner._client
        client.wait_for_workers(3, timeout=60)
        reading = threads.submit(runner.read, given)
        while not any(call for worker, call in client.processing().items() if worker in _of(client, dying)):
            time.sleep(0.01)
        dying.send_signal(signal.SIGKILL)
        there = reading.result(200)
    assert there == here


def _of(client: object, process: subprocess.Popen[bytes]) -> set[str]:
    pids = client.run(os.getpid)    # type: ignore[attr-defined]
    return {worker for worker, pid in pids.items() if pid == process.pid}


@pytest.mark.parametrize(("limits", "code"), [(Limits(2, 2048, 64), "too-slow"), (Limits(120, 110, 64), "too-large")])
def test_limits_hold_and_the_cluster_goes_on(
    machines: Machines, originals: tuple[Path, list[Original]], large: Original, limits: Limits, code: str,
) -> None:
    archive, (small, *_) = originals
    with Cluster(machines.address(), archive, limits) as runner:
        before = runner._client.run(os.getpid)
        codes = [build_frames([rows])["document"]["error_code"].dropna().tolist() for rows in runner.read([large, small])]
        assert runner._client.run(os.getpid) == before
    assert codes == [[code], []]


def test_a_worker_that_would_read_otherwise_is_refused(
    machines: Machines, originals: tuple[Path, list[Original]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "fingerprint", lambda: "another")
    with pytest.raises(NoProcesses, match="would read documents otherwise"):
        Cluster(machines.address(), originals[0], LIMITS)


def test_a_worker_that_may_start_no_processes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)    # type: ignore[attr-defined]
    with pytest.raises(NoProcesses, match=r"DASK_CONFIG=deploy/dask\.yaml"):
        demand_reader(tmp_path, "any")


def test_a_worker_that_does_not_see_the_archive_is_refused(machines: Machines, tmp_path: Path) -> None:
    with pytest.raises(NoProcesses, match=f"does not see the archive {tmp_path}/elsewhere"):
        Cluster(machines.address(), tmp_path / "elsewhere", LIMITS)


def test_the_doctor_tells_whether_the_cluster_can_be_used(machines: Machines, originals: tuple[Path, list[Original]], tmp_path: Path) -> None:
    seeing = Settings().at(data=originals[0].parent).model_copy(update={"runner": f"dask://{machines.address()}"})
    blind = seeing.at(data=tmp_path / "elsewhere")
    assert [[(check.state, bool(check.remedy)) for check in examine(one) if check.subject == "Dask cluster"] for one in (seeing, blind)] == [
        [("ok", False)], [("wrong", True)],
    ]


def test_a_cluster_without_workers_or_scheduler_says_so_at_the_start_and_in_the_middle(
    originals: tuple[Path, list[Original]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "_WORKERLESS_SECONDS", 1)
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 1)
    alone = Machines(tmp_path)
    try:
        address = alone.address()
        with pytest.raises(NoProcesses, match="has no workers"):
            Cluster(address, tmp_path, LIMITS)
        monkeypatch.setattr(cluster, "_WORKERLESS_SECONDS", 60)
        worker = alone.worker()
        with Cluster(address, originals[0], LIMITS) as runner, ThreadPoolExecutor() as threads:
            reading = threads.submit(runner.read, originals[1] * 20)
            time.sleep(2)
            monkeypatch.setattr(cluster, "_WORKERLESS_SECONDS", 1)
            worker.kill()
            with pytest.raises(NoProcesses, match="has no workers"):
                reading.result(60)
            reading = threads.submit(runner.read, originals[1])
            time.sleep(1)
            alone.scheduler.kill()
            with pytest.raises(NoProcesses, match="has gone"):
                reading.result(60)
    finally:
        alone.end()
    with pytest.raises(NoProcesses, match="no Dask scheduler answers"):
        Cluster(address, tmp_path, LIMITS)


def test_a_night_on_a_cluster_is_equal_row_for_row(machines: Machines, few: Path, few_night: Path, run: Command, server: dict[str, str], tmp_path: Path) -> None:
    done = run(tmp_path / "data", few / "catalogue", env={**server, "YUSUAN_RUNNER": f"dask://{machines.address()}"})
    assert done.returncode == 0, done.stderr
    assert content(tmp_path / "data") == content(few_night)
