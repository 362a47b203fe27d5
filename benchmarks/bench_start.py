"""Start-up of the commands against `python -c "import pandas"`: medians of paired runs, and their ratios.

They are asked of a night on the samples, which is made first.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
YUSUAN = str(Path(sys.executable).parent / "yusuan")
SEED = next((PROJECT / "samples").rglob("tianhe-rd-2023.txt"))
BASELINE = [sys.executable, "-c", "import pandas"]
COMMANDS = {   # with the ratio that must hold
    "--help": ([YUSUAN, "--help"], 0.6),
    "parse": ([YUSUAN, "parse", str(SEED)], 1.2),
    "sql": ([YUSUAN, "sql", "SELECT 1"], 1.2),
    "status": ([YUSUAN, "status"], 1.2),
}


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def make_night(data: str) -> None:
    """A night on the samples, of which the commands are asked from now on."""
    os.environ["YUSUAN_DATA"] = data
    command = [YUSUAN, "nightly", "--catalogue", str(PROJECT / "samples" / "catalogue")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def ratios(rounds: int) -> dict[str, float]:
    """Each command's median time over the baseline's, the runs interleaved so that noise hits all alike."""
    everything = {"import pandas": BASELINE, **{name: command for name, (command, _) in COMMANDS.items()}}
    times: dict[str, list[float]] = {name: [] for name in everything}
    for turn in range(rounds + 1):
        for name, command in everything.items():
            elapsed = seconds(command)
            if turn:   # the first round warms the file cache
                times[name].append(elapsed)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {name: medians[name] / medians["import pandas"] for name in COMMANDS}


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        make_night(folder)
        measured = ratios(rounds=11)
    print("command   × import pandas   must be at most")
    for name, ratio in measured.items():
        print(f"{name:10}{ratio:8.2f}{COMMANDS[name][1]:18.1f}")
