"""A first night of many documents, mixed as in real life, against reading them and starting; and a night with nothing new.

    python benchmarks/bench_night.py [--documents N] [--sources N]

Invented booklets, half of them PDF, are published as files of as many departments. A night over them may take 1.25 × what reading them
takes, shared by two processors, with what a night of one document takes. A night over many sources of which none changed may take 1.5 ×
the latter. By the clock, since it is about what happens at the same time; on a machine at rest the ratios hold.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.transforms.booklets import booklet  # noqa: E402 -- the project's own rooms, from its root
from tests.transforms.many_formats import WRITERS  # noqa: E402

ENDINGS = ("pdf",) * 10 + ("xlsx",) * 4 + ("docx",) * 3 + ("html",) * 2 + ("xls",)    # of 20 documents
PROCESSES = 2
PEAK_MB = 600
YUSUAN = Path(sys.executable).with_name("yusuan")


def publish(folder: Path, count: int) -> list[Path]:
    """Write booklets, and a catalogue that has each as the only source of a department."""
    files = []
    departments = []
    for number in range(count):
        ending = ENDINGS[number % len(ENDINGS)]
        file = folder / "published" / f"{number:05}" / f"budget.{ending}"
        file.parent.mkdir(parents=True)
        name = f"云山市第{number}中学"
        file.write_bytes(WRITERS[ending](booklet(number, name)))
        files.append(file)
        departments.append({
            "id": f"bureau-{number}", "name": name, "audience": "finance",
            "sources": [{"address": f"../published/{file.parent.name}"}],
        })
    write_catalogue(folder / "catalogue", departments)
    write_catalogue(folder / "one", departments[:1])
    return files


def write_catalogue(folder: Path, departments: list[dict[str, object]]) -> None:
    """One file with a region of all departments."""
    folder.mkdir()
    region = {"adcode": "999999", "name": "云山市"}
    audience = {"id": "finance", "name": "云山市财政局", "severity": "info"}
    text = yaml.safe_dump({"region": region, "audiences": [audience], "departments": departments}, allow_unicode=True, sort_keys=False)
    (folder / "999999-yunshan.yaml").write_text(text, encoding="utf-8")


def night(catalogue: Path, data: Path) -> tuple[float, float]:
    """One night as a command: seconds, and the peak memory in MB of the process that leads it."""
    begin = time.perf_counter()
    environment = {**os.environ, "YUSUAN_PROCESSES": str(PROCESSES)}
    command = [str(YUSUAN), "nightly", "--catalogue", str(catalogue), "--data", str(data)]
    peak = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            peak = max(peak, peak_memory(process.pid))
            time.sleep(0.1)
        assert process.stderr
        if process.returncode:
            raise SystemExit(process.stderr.read().decode())
    return time.perf_counter() - begin, peak


def peak_memory(pid: int) -> float:
    """The most memory that a process had so far, in MB."""
    try:
        return int(Path(f"/proc/{pid}/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):    # it has ended
        return 0.0


def reading(files: list[Path]) -> float:
    """Seconds to read all of them in one process."""
    begin = time.perf_counter()
    subprocess.run([str(YUSUAN), "parse", "--jobs", "1", *map(str, files)], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=1000)
    options.add_argument("--sources", type=int, default=5000, help="of the night with nothing new")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = publish(folder, given.documents)
        read = reading(files)
        start, _ = night(folder / "one", folder / "of-one")
        first, peak = night(folder / "catalogue", folder / "of-all")
        ideal = read / PROCESSES + start
        print(f"{given.documents} documents: read {read:.1f} s in one process, a night of one {start:.1f} s")
        print(f"a first night of all {first:26.1f} s {first / ideal:8.2f} × (at most 1.25)")
        print(f"its peak memory {peak:30.0f} MB {peak / PEAK_MB:7.2f} × {PEAK_MB} MB (at most 1)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish_copies(folder, given.sources)
        night(folder / "catalogue", folder / "data")
        idle, _ = night(folder / "catalogue", folder / "data")
        print(f"a night over {given.sources} sources, none changed {idle:7.1f} s {idle / start:8.2f} × a night of one (at most 1.5)")


def publish_copies(folder: Path, count: int) -> None:
    """As many sources, each a page of text of its own without a table."""
    departments: list[dict[str, object]] = []
    for number in range(count):
        file = folder / "published" / f"{number:05}" / "notice.txt"
        file.parent.mkdir(parents=True)
        file.write_text(f"第{number}号通知：本部门2024年无预算。\n", encoding="utf-8")
        departments.append({
            "id": f"bureau-{number}", "name": f"云山市第{number}局", "audience": "finance",
            "sources": [{"address": f"../published/{file.parent.name}", "fiscal_year": 2024, "stage": "budget"}],
        })
    write_catalogue(folder / "catalogue", departments)


if __name__ == "__main__":
    main()
