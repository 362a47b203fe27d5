"""Documents read over a Dask cluster of two workers against the processes of this machine.

    python benchmarks/bench_runner.py [--documents N]

Both read the same invented booklets, a part of them in turns, in batches as a night does, with as many processes as there are
workers, which all run before the first is timed. The cluster may take 1.15 × what this machine takes, by the clock. What it does besides
reading (its scheduler, its workers and the process that asks them) may take 5 % of the processor time of reading, though these booklets
are small: a real one takes five times as long. What Dask's processes take when they do nothing is told apart: it grows with the clock,
not with the documents, so that a busy machine has more of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.bench_night import publish  # noqa: E402 -- the project's own rooms, from its root
from expectations.rows import DocumentRows  # noqa: E402
from flows.cluster import Cluster  # noqa: E402
from flows.runner import Runner  # noqa: E402
from flows.workers import DocumentPool, Limits, Original  # noqa: E402
from sources.archive import Archive  # noqa: E402

WORKERS = 2
BATCH = 50    # documents of a task, as a night has them
PART = 4 * BATCH    # that are read at a time
REST = 5    # seconds in which Dask's processes do nothing
LIMITS = Limits(seconds=120, memory_mb=2048, output_mb=64)
DASK = Path(sys.executable).with_name("dask")
DASK_CONFIG = PROJECT / "deploy" / "dask.yaml"
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and its workers: its address, and the processes' ids."""
    file = folder / "scheduler.json"
    everywhere = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard"]
    worker = ["worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
    with (folder / "log").open("w") as log:
        commands = [["scheduler", "--port", "0"], *[worker] * WORKERS]
        started = [
            subprocess.Popen([DASK, *command, *everywhere], stdout=log, stderr=log, env={**os.environ, "DASK_CONFIG": str(DASK_CONFIG)})
            for command in commands
        ]
    try:
        while not file.exists():
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"].removeprefix("tcp://"), [one.pid for one in started]
    finally:
        for one in started:
            one.kill()    # asked to end together, workers may wait for a scheduler that has gone
        for one in started:
            one.wait()


def processor(pid: int) -> float:
    """Seconds of processor time of a process, without its children's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def readers(pids: list[int]) -> list[int]:
    """The processes that these have started to read."""
    threads = [thread for parent in pids for thread in Path(f"/proc/{parent}/task").iterdir()]
    children = [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]
    return [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def read(runner: Runner, originals: list[Original]) -> list[DocumentRows]:
    """What the tasks of a night read, each of which waits for its batch."""
    batches = [originals[start:start + BATCH] for start in range(0, len(originals), BATCH)]
    with ThreadPoolExecutor(len(batches)) as threads:
        return list(chain.from_iterable(threads.map(runner.read, batches)))


def main() -> None:
    """Read with both in turns, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=1000)
    count = parser.parse_args().documents
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        archive = Archive(folder / "archive")
        originals = [Original(path.name, archive.keep(path.read_bytes())) for path in publish(folder, count)]
        with (
            cluster(folder) as (address, pids), Cluster(address, archive.folder, LIMITS) as there,
            DocumentPool(archive.folder, processes=WORKERS, limits=LIMITS) as here,
        ):
            there._client.wait_for_workers(WORKERS)
            runners: dict[str, Runner] = {"this machine": here, "cluster": there}
            for runner in runners.values():
                read(runner, originals[:BATCH])
            leader = [os.getpid()]
            before_rest = sum(map(processor, pids))
            time.sleep(REST)
            rest = {"this machine": 0.0, "cluster": (sum(map(processor, pids)) - before_rest) / REST}
            clock = dict.fromkeys(runners, 0.0)
            besides = dict.fromkeys(runners, 0.0)
            reading = dict.fromkeys(runners, 0.0)
            groups = {"this machine": (leader, readers(leader)), "cluster": ([*leader, *pids], readers(pids))}
            for start in range(0, count, PART):
                rows = []
                for name, runner in runners.items():
                    leading, working = groups[name]
                    before = time.perf_counter(), sum(map(processor, leading)), sum(map(processor, working))
                    rows.append(read(runner, originals[start:start + PART]))
                    clock[name] += time.perf_counter() - before[0]
                    besides[name] += sum(map(processor, leading)) - before[1]
                    reading[name] += sum(map(processor, working)) - before[2]
                assert rows[0] == rows[1], "the cluster read otherwise"
    print(f"{count} documents, {WORKERS} processes each, the same rows")
    for name in runners:
        total = (reading[name] + besides[name]) / (reading["this machine"] + besides["this machine"])
        print(
            f"{name:14}{clock[name] / clock['this machine']:6.2f} × by the clock{total:6.2f} × in processor time,"
            f"{(besides[name] - rest[name] * clock[name]) / reading[name]:7.1%} of it besides reading,"
            f"{rest[name] * clock[name] / reading[name]:7.1%} at rest",
        )


if __name__ == "__main__":
    main()
