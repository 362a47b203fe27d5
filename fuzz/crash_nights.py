"""Nights killed in every stage and in every way: what the next whole night leaves must be what a night without kills leaves, and what is
made again from its archive alone.

    python fuzz/crash_nights.py [--kills N] [--in-a-row N] [--seed N] [--store file|ducklake:sqlite|ducklake:postgres]

Prints a line per kill and one per whole night after some kills in a row: how long it took until no process was left, whether the
published tables and the archive are equal, what upkeep a week later leaves of unfinished files, and how often each alert was told. What
is compared with is a night in a DuckDB file, whatever the store. Exits 1 on any difference. 60 kills take half an hour on two processors.
Runs on Linux only: it finds processes by `/proc`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = map(str, (PROJECT, PROJECT / "tests" / "flows", PROJECT / "tests" / "warehouse"))

from running import SAMPLES, YUSUAN, Running, Tables, content, nightly, without_attempts  # noqa: E402 - the tests' way to run the command
from servers import Postgres  # noqa: E402

from sources.archive import Archive  # noqa: E402
from warehouse.lake import METADATA  # noqa: E402
from warehouse.stores import store_at  # noqa: E402

STAGES = ("Starting", "Pull", "Parse", "Validate", "Load", "Publish", "Alert")
LIMIT_SECONDS = 10    # from a signal to the end of the last process
GROUP_SIZE = 15       # documents in one transaction: the samples are several, so that a night dies between them, too
# Not of the findings, but of the run that told them.
OF_THE_RUN = re.compile(r"^.*(?:当晚采集总体情况|编号|run_key).*$", re.MULTILINE)
NUMBER = re.compile(r"编号 (\w+)")
UNFINISHED = re.compile(r"(^|/)\.|\.(tmp|new|wal)(/|$)|-(journal|wal|shm)$|/incoming/.")    # of what a night leaves in its data folder
LATER_SECONDS = 8 * 86400    # what killed writers left on DuckLake is kept for a week
UPKEEP = "from flows.upkeep import clear; from settings import Settings; clear(Settings())"
FILES = f"""
    SELECT count(*) FROM (
        SELECT path FROM {METADATA}.ducklake_data_file UNION SELECT path FROM {METADATA}.ducklake_delete_file
        UNION SELECT path FROM {METADATA}.ducklake_files_scheduled_for_deletion)
"""


class Way(NamedTuple):
    """A way to end a night: `whom` is the night's process, its group, or a worker."""

    name: str
    number: signal.Signals
    whom: str


WAYS = (
    Way("kill -9", signal.SIGKILL, "night"), Way("kill -9 of the group", signal.SIGKILL, "group"),
    Way("kill -9 of a worker", signal.SIGKILL, "worker"), Way("SIGTERM", signal.SIGTERM, "night"),
    Way("SIGTERM to the group", signal.SIGTERM, "group"), Way("SIGINT to the group", signal.SIGINT, "group"),
    Way("SIGHUP to the group", signal.SIGHUP, "group"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a night: up to how many seconds after a stage begins, for the first time or a later one."""

    stage: str
    time: int
    seconds: float


class Town(ThreadingHTTPServer):
    """A site that does not have its file, and a channel that keeps what it is told, by audience."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.told: dict[str, list[str]] = defaultdict(list)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, scheme: str, path: str) -> str:
        """An address of this town."""
        return f"{scheme}://127.0.0.1:{self.server_port}/{path}"


class Answering(BaseHTTPRequestHandler):
    """One request to the town."""

    server: Town

    def do_GET(self) -> None:
        """The site: nothing is there."""
        self.send_error(404)

    def do_POST(self) -> None:
        """The channel."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        self.server.told[self.path.strip("/")].append(message)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keeps the output for the table."""


@dataclass(slots=True)
class Nights:
    """Nights on the samples, and on a file that cannot be fetched."""

    folder: Path
    town: Town
    dice: random.Random
    address: Callable[[Path], str]    # of the warehouse of a data folder; empty for a file
    moments: list[Moment] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.copytree(SAMPLES, self.folder / "samples")
        entry = self.folder / "samples" / "catalogue" / "440106-tianhe.yaml"
        source = f"sources:\n      - {{address: '{self.town.address('http', 'budget.pdf')}'}}"
        entry.write_text(entry.read_text("utf-8").replace("sources:", source, 1), "utf-8")
        catalogue = "".join(file.read_text("utf-8") for file in entry.parent.glob("*.yaml"))
        audiences = re.findall(r"^  - id: (\S+-finance)$", catalogue, re.MULTILINE)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "YUSUAN_"))}
        self.env = {
            **own, "PREFECT_HOME": str(self.folder / "prefect"), "YUSUAN_LOAD_SIZE": str(GROUP_SIZE), "YUSUAN_BATCH_SIZE": "5",
            "YUSUAN_ALERTS": json.dumps({audience: [self.town.address("json", audience)] for audience in audiences}),
        }

    def start(self, data: Path) -> Running:
        """Begin a night."""
        return Running(nightly(data, self.folder / "samples" / "catalogue"), self.env_of(data))

    def env_of(self, data: Path) -> dict[str, str]:
        """The environment of the nights of a data folder."""
        address = self.address(data)
        return {**self.env, "YUSUAN_DATA": str(data), **({"YUSUAN_WAREHOUSE": address} if address else {})}

    def whole(self, data: Path) -> tuple[Tables, dict[str, list[str]], list[str]]:
        """A night without kills: its tables, all that was told since the last whole one, and what is wrong with its end."""
        run = self.start(data)
        begun = [(stage, time.monotonic()) for stage in stages_of(run)]
        problems = [] if run.process.wait() == 0 else [f"ended with {run.process.returncode}: {run.said[-1:]}"]
        problems += [f"left: {left}" for left in run.processes().values()]
        if not self.moments:
            ends = [*(moment for _, moment in begun[1:]), time.monotonic()]
            times: Counter[str] = Counter()
            for (stage, begin), end in zip(begun, ends, strict=True):
                times[stage] += 1
                self.moments.append(Moment(stage, times[stage], end - begin))
        return without_attempts(content(data)), self.told(), problems

    def told(self) -> dict[str, list[str]]:
        """All that each audience was told since this was asked last."""
        told, self.town.told = dict(self.town.told), defaultdict(list)
        return told

    def killed(self, data: Path, moment: Moment, way: Way) -> tuple[str | None, list[str]]:
        """The stage in which a night was killed, None if it ended before, and what is wrong with its end.

        A night that has less to do than the first one is killed at the latest when it has loaded all but publishes.
        """
        run = self.start(data)
        times: Counter[str] = Counter()
        for stage in stages_of(run):
            times[stage] += 1
            if (stage, times[stage]) == (moment.stage, moment.time) or (stage == "Publish" and moment.stage != "Alert"):
                break
        else:
            run.process.wait()
            return None, []
        time.sleep(self.dice.random() * moment.seconds)
        if way.whom == "worker":
            return (stage, self._without_a_worker(run, way))
        problems = [f"still alive after {LIMIT_SECONDS} s: {left}" for left in run.end(way.number, way.whom == "group", LIMIT_SECONDS)]
        # By the signal itself: while Python starts, nobody handles it yet, and while it ends nobody does any more.
        if run.process.returncode not in (0, 130, -way.number):
            problems.append(f"ended with {run.process.returncode}: {run.said[-3:]}")
        return stage, problems

    def left(self, data: Path) -> list[str]:
        """What killed nights have left, and upkeep a week later does not clear away."""
        then = time.time() - LATER_SECONDS
        for file in data.rglob("*"):
            os.utime(file, (then, then))
        done = subprocess.run(
            [sys.executable, "-c", UPKEEP], env=self.env_of(data), cwd=PROJECT, check=False, capture_output=True, text=True)
        if done.returncode:
            return [f"upkeep ended with {done.returncode}: {done.stderr[-500:]}"]
        Archive(data / "archive")    # whoever opens it clears away what was on its way into it
        names = [str(file.relative_to(data)) for file in data.rglob("*")]
        left = [f"left: {name}" for name in names if UNFINISHED.search(name)]
        if address := self.address(data):
            with store_at(address, "", data / "warehouse.duckdb").read() as connection:
                [(known,)] = connection.execute(FILES).fetchall()
            there = sum(name.startswith("lake/") and name.endswith(".parquet") for name in names)
            left += [f"the lake has {there} files, its catalogue knows {known}"] if there != known else []
        return left

    def rebuilt(self, data: Path) -> list[str]:
        """Have a warehouse made again in a file, from the archive alone, and give what differs."""
        before = content(data)
        (data / "warehouse.duckdb").unlink(missing_ok=True)
        done = subprocess.run([YUSUAN, "rebuild", "--data", data], env=self.env, check=False, capture_output=True, text=True)
        if done.returncode:
            return [f"rebuild ended with {done.returncode}: {done.stderr[-500:]}"]
        after = content(data)
        return [f"rebuilt table {name}" for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]

    def _without_a_worker(self, run: Running, way: Way) -> list[str]:
        """Kill its youngest worker, as soon as there is one, and let the night go on; what it spawns first is Prefect's server."""
        spawned: list[int] = []
        while len(spawned) < 2 and run.process.poll() is None:
            time.sleep(0.05)
            spawned = sorted(pid for pid, command in run.processes().items() if "spawn_main" in command)
        for worker in spawned[1:][-1:]:
            os.kill(worker, way.number)
        list(run.lines())
        return [] if run.process.wait() == 0 else [f"ended with {run.process.returncode}: {run.said[-3:]}"]


def stages_of(run: Running) -> Iterator[str]:
    """The stages of a night, each as it begins."""
    return (stage for line in run.lines() if (stage := line.partition(" ")[0]) in STAGES)


def differences(tables: Tables, expected: Tables, told: dict[str, list[str]], expected_told: dict[str, list[str]]) -> list[str]:
    """What two nights differ in: tables, and what each audience was told, once or twice under one number."""
    found = [f"table {name}" for name in sorted(expected.keys() | tables.keys()) if tables.get(name) != expected.get(name)]
    for audience in sorted(expected_told.keys() | told.keys()):
        numbers = Counter("".join(NUMBER.findall(message)) for message in told.get(audience, []))
        texts, expected_texts = _texts(told.get(audience, [])), _texts(expected_told.get(audience, []))
        if texts != expected_texts:
            lines = unified_diff("\n".join(expected_texts).splitlines(), "\n".join(texts).splitlines(), "expected", "told", lineterm="")
            found.append("\n".join([f"{audience} was told something else", *lines]))
        if len(numbers) > 1 or any(times > 2 for times in numbers.values()):
            found.append(f"{audience} was told {dict(numbers)}")
    return found


def _texts(messages: list[str]) -> list[str]:
    """What messages say of the findings, each text once."""
    return sorted({OF_THE_RUN.sub("", message) for message in messages})


def _row(plan: list[tuple[str, Way]], length: int) -> list[tuple[str, Way]]:
    """Take what happens to one data folder from the plan, by stage; a night that lost a worker ends by itself, so it is last."""
    taken = [("Parse" if way.whom == "worker" else stage, way) for stage, way in plan[:length]]
    row = sorted(taken, key=lambda one: STAGES.index(one[0]))
    length = next((place + 1 for place, (_, way) in enumerate(row) if way.whom == "worker"), length)
    plan[: len(taken)] = row[length:]
    return row[:length]


def archived(data: Path) -> tuple[list[str], list[str]]:
    """The hashes of the originals of a data folder, and what is wrong with them."""
    archive = Archive(data / "archive")
    hashes = archive.hashes()
    return hashes, [f"archive: {flaw.kind} {flaw.place}" for flaw in archive.verify(hashes)]


@contextmanager
def addresses(store: str) -> Iterator[Callable[[Path], str]]:
    """What gives the address of the warehouse of each data folder; a server runs meanwhile where the store needs one."""
    if store == "ducklake:postgres":
        with tempfile.TemporaryDirectory(prefix="pg") as name:    # short, as the path of a socket has to be
            server = Postgres(Path(name))
            databases: dict[Path, str] = {}
            try:
                yield lambda data: databases.get(data) or databases.setdefault(data, f"{store}:{server.database()}")
            finally:
                server.stop()
    else:
        yield lambda data: f"{store}:{data / 'catalogue.sqlite'}" if store == "ducklake:sqlite" else ""


def main() -> int:
    """Kill, compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--in-a-row", type=int, default=3, help="kills before a whole night")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--store", choices=("file", "ducklake:sqlite", "ducklake:postgres"), default="file", help="where the warehouse is")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)    # in a script's background it is ignored, and nights would ignore it, too
    with tempfile.TemporaryDirectory(prefix="yusuan-crash-") as name, addresses(options.store) as address:
        kills, problems = kill_nights(Path(name), address, options)
    print(f"{kills} kills on {options.store}, {len(problems)} problems")
    return 1 if problems else 0


def kill_nights(folder: Path, address: Callable[[Path], str], options: argparse.Namespace) -> tuple[int, list[str]]:
    """Kill nights, and compare what whole ones make of them: how many kills came, and all that was wrong."""
    dice = random.Random(options.seed)
    nights = Nights(folder, Town(), dice, lambda data: "" if data.name == "whole" else address(data))
    expected, expected_told, problems = nights.whole(folder / "whole")
    originals, damaged = archived(folder / "whole")
    problems += damaged
    print(f"a night without kills: {sum(map(len, expected.values())):,} rows, {len(expected_told)} audiences told", flush=True)
    plan = [(STAGES[turn % len(STAGES)], WAYS[(turn + turn // len(WAYS)) % len(WAYS)]) for turn in range(2 * options.kills)]
    kills = 0
    while kills < options.kills and plan:
        data = folder / f"after-{kills}"
        for stage, way in _row(plan, min(options.in_a_row, options.kills - kills)):
            moment = dice.choice([moment for moment in nights.moments if moment.stage == stage])
            started = time.monotonic()
            came, wrong = nights.killed(data, moment, way)
            kills += came is not None
            problems += wrong
            state = "; ".join(wrong) or ("ended" if came else "the night had ended before")
            print(f"{kills:4} {came or stage:10} {way.name:22} {time.monotonic() - started:6.1f} s  {state}", flush=True)
        tables, told, wrong = nights.whole(data)
        wrong += differences(tables, expected, told, expected_told)
        hashes, damaged = archived(data)
        wrong += [*damaged, *(["the archive has other originals"] if hashes != originals else [])]
        wrong += nights.left(data) + nights.rebuilt(data)
        times = Counter(len(messages) for messages in told.values())
        print(f"     whole night: {'; '.join(wrong) or 'equal row for row'}; told once: {times[1]}, twice: {times[2]}", flush=True)
        problems += wrong
    return kills, problems


if __name__ == "__main__":
    sys.exit(main())
