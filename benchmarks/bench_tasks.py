"""Documents read by mapped tasks over our process pool against Prefect's ProcessPoolTaskRunner: wall times, and their ratio.

Both read the same archived sample documents in the same batches with as many processes as there are processors, in one
Prefect server, the runs interleaved.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flows.start import PREFECT_DEFAULTS

for variable, value in PREFECT_DEFAULTS.items():
    os.environ.setdefault(variable, value)

from prefect import flow, task, unmapped  # noqa: E402 - Prefect reads its environment when it is imported
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner  # noqa: E402

from expectations.rows import DocumentRows  # noqa: E402
from flows.workers import DocumentPool, Limits, Original, read_original  # noqa: E402
from sources.archive import Archive  # noqa: E402

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "published"
PROCESSES = os.cpu_count() or 1
COPIES = 10    # of the sample documents: enough work to see past the start of the processes
BATCH = 25
ROUNDS = 3
LIMITS = Limits(seconds=120, memory_mb=2048, output_mb=64)


@task(cache_policy=NO_CACHE)
def through_pool(batch: list[Original], pool: DocumentPool) -> list[DocumentRows]:
    """One batch by the project's pool."""
    return pool.read(batch)


@task(cache_policy=NO_CACHE)
def in_task_process(batch: list[Original], archive: Path) -> list[DocumentRows]:
    """One batch in the process that the task runner gave to this task."""
    return [read_original(original, LIMITS.output_mb, archive) for original in batch]


@flow(task_runner=ThreadPoolTaskRunner(max_workers=PROCESSES), validate_parameters=False)
def with_pool(batches: list[list[Original]], archive: Path) -> int:
    """Mapped tasks in threads, documents in our processes."""
    with DocumentPool(archive, processes=PROCESSES, limits=LIMITS) as pool:
        return sum(len(future.result()) for future in through_pool.map(batches, unmapped(pool)))


@flow(task_runner=ProcessPoolTaskRunner(max_workers=PROCESSES), validate_parameters=False)
def with_task_processes(batches: list[list[Original]], archive: Path) -> int:
    """Mapped tasks in Prefect's processes."""
    return sum(len(future.result()) for future in in_task_process.map(batches, unmapped(archive)))


@flow
def nothing() -> None:
    """Starts the temporary server, so that it is in nobody's time."""


def main() -> None:
    """Time both and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        files = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file()]
        originals = [Original(path.name, archive.keep(path.read_bytes())) for path in files] * COPIES
        batches = [originals[start:start + BATCH] for start in range(0, len(originals), BATCH)]
        nothing()
        runners: dict[str, Callable[[list[list[Original]], Path], int]] = {
            "mapped tasks over our pool": with_pool, "ProcessPoolTaskRunner": with_task_processes,
        }
        times: dict[str, list[float]] = {name: [] for name in runners}
        for _ in range(ROUNDS):
            for name, run in runners.items():
                start = time.perf_counter()
                assert run(batches, archive.folder) == len(originals)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{len(originals)} documents in {len(batches)} tasks, {PROCESSES} processes, median of {ROUNDS}")
    for name, median in medians.items():
        print(f"{name:30}{median / medians['mapped tasks over our pool']:6.2f} ×")


if __name__ == "__main__":
    main()
