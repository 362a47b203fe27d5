"""Scheduled nights whose servers are killed: Prefect's, its PostgreSQL, that of DuckLake's catalogue, or all with the night itself. What
the next scheduled night leaves must be what a night without kills leaves, and no run may stay marked as running.

    python fuzz/crash_servers.py [--kills N] [--seed N]

A self-hosted server on PostgreSQL begins each night by its schedule, and a worker takes it up. Prints a line per kill: how its night ended,
and what is wrong after the next one. What is compared with is a night in a DuckDB file, begun by hand. Exits 1 on any difference. A kill of
one server takes a minute and a half, one of all two minutes more: until the server gives the dead run up.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from crash_nights import PROJECT, Nights, Running, Town, archived, differences, stages_of, without_attempts
from running import content
from servers import Postgres

from flows.up import LOOPBACK, POOL, PREFECT, SERVER, SET_UP

PARTS = ("server", "its PostgreSQL", "catalogue", "all")
SIGN_SECONDS = 30      # the least between two signs of life of a run that Prefect takes
SILENCE_SECONDS = 3 * SIGN_SECONDS    # after which a run is given up; nine minutes otherwise
DOWN_SECONDS = 20      # at most, until what was killed is started again
LIMIT_SECONDS = 600    # until a run has ended
GIVE_UP = (
    "import asyncio, datetime, flows.crashed as crashed; "
    f"asyncio.run(crashed.give_up_the_dead(datetime.timedelta(seconds={SILENCE_SECONDS})))"
)
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class Part(Running):
    """A command that is listened to all the time: the stages of its nights wait in a queue."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        super().__init__(command, env)
        self.stages: queue.Queue[str] = queue.Queue()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        for stage in stages_of(self):
            self.stages.put(stage)

    def reaches(self, stage: str) -> bool:
        """Whether a night comes to a stage in time."""
        with suppress(queue.Empty):
            while self.stages.get(timeout=LIMIT_SECONDS) != stage:
                pass
            return True
        return False

    def die(self) -> None:
        """Kill -9 of all its processes."""
        while self.processes():
            self.kill()
            self.process.poll()    # a process that nobody has waited for is a zombie
            time.sleep(0.05)
        self.process.wait()
        self._listening.join()


class Site:
    """Prefect's server on PostgreSQL, and a worker with the nights of one data folder."""

    def __init__(self, history: Postgres, catalogue: Postgres, env: dict[str, str]) -> None:
        self.history, self.catalogue = history, catalogue
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            self.port = free.getsockname()[1]
        database = dict(pair.split("=", 1) for pair in history.database().split())
        self.env = {
            **SERVER, **env, "PREFECT_API_URL": f"http://{LOOPBACK}:{self.port}/api", "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(SIGN_SECONDS), "PREFECT_LOGGING_LEVEL": "INFO",
            "PREFECT_API_DATABASE_CONNECTION_URL":
                f"postgresql+asyncpg://{database['user']}:{database['password']}@/{database['dbname']}?host={database['host']}",
        }
        self.client = httpx.Client(base_url=self.env["PREFECT_API_URL"], timeout=30)
        self.worker: Part | None = None
        self.start_server()
        for command in ((sys.executable, "-c", GIVE_UP), *((sys.executable, "-m", *step) for step in SET_UP)):
            subprocess.run(command, env=self.env, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        self.deployment = self.client.get("/deployments/name/nightly/nightly").raise_for_status().json()

    def start_server(self) -> None:
        """Start Prefect's server, and wait until it answers."""
        self.server = Part([*PREFECT, "server", "start", "--host", LOOPBACK, "--port", str(self.port)], self.env)
        while not self._answers():
            if self.server.process.poll() is not None:
                raise RuntimeError(f"Prefect's server did not start: {''.join(self.server.said[-20:])}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return self.client.get("/health").is_success
        return False

    def start_worker(self, env: dict[str, str]) -> Part:
        """Start a worker whose nights have an environment."""
        self.worker_env = {**self.env, **env}
        self.worker = Part([*PREFECT, "worker", "start", "--pool", POOL], self.worker_env)
        return self.worker

    def begin(self) -> str:
        """Have the schedule begin a night now; gives the id of its run."""
        place, [schedule] = f"/deployments/{self.deployment['id']}", self.deployment["schedules"]
        begin = datetime.now(UTC) + timedelta(seconds=2)
        every_day = {"interval": 86400, "anchor_date": begin.isoformat()}
        self.client.patch(f"{place}/schedules/{schedule['id']}", json={"schedule": every_day}).raise_for_status()
        self.client.post(f"{place}/schedule", json={"min_runs": 1}).raise_for_status()
        due = {"deployments": {"id": {"any_": [self.deployment["id"]]}}, "sort": "EXPECTED_START_TIME_ASC",
               "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 1}
        [run] = self.client.post("/flow_runs/filter", json=due).raise_for_status().json()
        if not run["auto_scheduled"]:
            raise RuntimeError(f"not begun by the schedule: {run['name']}")
        return str(run["id"])

    def ended(self, run: str) -> str:
        """The state in which a run has ended; the one that it has where it does not end in time."""
        deadline = time.monotonic() + LIMIT_SECONDS
        state = ""
        while state not in ENDS and time.monotonic() < deadline:
            time.sleep(0.5)
            state = str(self.client.get(f"/flow_runs/{run}").raise_for_status().json()["state_type"])
        return state

    def marked(self) -> list[str]:
        """Runs that are marked as if they were at work."""
        at_work = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}}
        found: list[dict[str, Any]] = self.client.post("/flow_runs/filter", json=at_work).raise_for_status().json()
        return [f"{run['name']} is still marked as {run['state_name']}" for run in found]

    def kill(self, part: str, seconds: float) -> None:
        """Kill -9 a part, and start it again so many seconds later."""
        databases = {"its PostgreSQL": [self.history], "catalogue": [self.catalogue], "all": [self.history, self.catalogue]}.get(part, [])
        programs = {"server": [self.server], "all": [self.server, self.worker]}.get(part, [])
        for database in databases:
            database.kill()
        for program in filter(None, programs):
            program.die()
        time.sleep(seconds)
        for database in databases:
            database.start()
        if programs:
            self.start_server()
        if part == "all":
            self.start_worker(self.worker_env)

    def end(self) -> None:
        """End what was started."""
        for part in filter(None, (self.worker, self.server)):
            part.die()


@contextmanager
def databases() -> Iterator[tuple[Postgres, Postgres]]:
    """Two servers of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="pg") as history, tempfile.TemporaryDirectory(prefix="pg") as catalogue:
        running = Postgres(Path(history)), Postgres(Path(catalogue))
        try:
            yield running
        finally:
            for server in running:
                with suppress(subprocess.CalledProcessError):    # it was killed
                    server.stop()


def kill_servers(nights: Nights, site: Site, kills: int) -> list[str]:
    """Kill servers while scheduled nights run, and compare what the next ones leave: all that was wrong."""
    expected, expected_told, problems = nights.whole(nights.folder / "whole")
    originals, _ = archived(nights.folder / "whole")
    moments = [one for one in nights.moments if one.time == 1 and one.stage != "Starting"]    # a worker's night does not say that
    print(f"a night without kills: {sum(map(len, expected.values())):,} rows, {len(expected_told)} audiences told", flush=True)
    for number in range(kills):
        part, moment = PARTS[number % len(PARTS)], nights.dice.choice(moments)
        data, started = nights.folder / f"after-{number}", time.monotonic()
        worker = site.start_worker(nights.env_of(data))
        run = site.begin()
        wrong = [] if worker.reaches(moment.stage) else [f"the night did not come to {moment.stage}"]
        time.sleep(nights.dice.random() * moment.seconds)
        down = nights.dice.random() * DOWN_SECONDS
        site.kill(part, down)
        state = site.ended(run)
        wrong += [] if (following := site.ended(site.begin())) == "COMPLETED" else [f"the next night: {following}"]
        site.worker.die()    # type: ignore[union-attr]  # it was started above
        told = nights.told()
        wrong += differences(without_attempts(content(data)), expected, told, expected_told)
        hashes, damaged = archived(data)
        wrong += [*damaged, *(["the archive has other originals"] if hashes != originals else []), *site.marked()]
        print(f"{number + 1:4} {moment.stage:9} {part:15} gone for {down:4.1f} s: {state:10} {time.monotonic() - started:6.1f} s  "
              f"{'; '.join(wrong) or 'the next night: equal row for row'}", flush=True)
        problems += wrong
    return problems


def main() -> int:
    """Kill, compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))    # what was started is ended, too
    os.chdir(PROJECT)    # where the deployments are
    with tempfile.TemporaryDirectory(prefix="yusuan-crash-") as name, databases() as (history, catalogue):
        lakes: dict[Path, str] = {}
        address: Callable[[Path], str] = lambda data: (  # noqa: E731 -- one line
            "" if data.name == "whole" else lakes.get(data) or lakes.setdefault(data, f"ducklake:postgres:{catalogue.database()}"))
        nights = Nights(Path(name), Town(), random.Random(options.seed), address)
        site = Site(history, catalogue, {**nights.env, "YUSUAN_CATALOGUE": str(nights.folder / "samples" / "catalogue")})
        try:
            problems = kill_servers(nights, site, options.kills)
        finally:
            site.end()
    print(f"{options.kills} kills of servers, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
