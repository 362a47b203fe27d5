"""Runs of the real command, and what they leave behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import duckdb

Tables = dict[str, list[tuple[object, ...]]]
Command = Callable[..., subprocess.CompletedProcess[str]]
MadeOnce = Callable[[str, Callable[[Path], None]], Path]
YUSUAN = Path(sys.executable).parent / "yusuan"
# What differs between two runs that did the same: who loaded when, and how long it took.
OF_THE_RUN = ("run_key", "event_id", "_at", "as_of_date", "seconds", "valid_from", "valid_to")
# Of runs alone; what was delivered is known as of the night before, because a copy is published before its digests are sent.
OF_RUNS = {"load_run", "run_step", "alert_delivery"}
PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT / "samples"


def nightly(data: Path, catalogue: Path = SAMPLES / "catalogue") -> list[str]:
    """The command of one night, as a user types it."""
    return [str(YUSUAN), "nightly", "--catalogue", str(catalogue), "--data", str(data)]


def content(data: Path) -> Tables:
    """All published tables without what tells runs apart, each sorted."""
    with duckdb.connect(str(data / "published" / "yusuan.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()} - OF_RUNS
        return {table: _rows(connection, table) for table in sorted(tables)}


def published(data: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives on the published copy."""
    with duckdb.connect(str(data / "published" / "yusuan.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    columns = [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    kept = [name for name in columns if not any(word in name for word in OF_THE_RUN)]
    if "project_number" in columns and "document_key" not in columns:    # such numbers are given as projects come
        table, kept = f"{table} JOIN searched_project USING (project_number)", ["document_key", "project_no", *kept]
    shown = ", ".join(name for name in kept if name != "project_number")
    return connection.execute(f"SELECT {shown} FROM {table} ORDER BY ALL").fetchall()


def without_attempts(tables: Tables) -> Tables:
    """Leave out what has a row for each run: pulls, and the counts of rules over the whole warehouse."""
    return {name: rows for name, rows in tables.items() if name not in {"fact_pull", "fact_pull_unchanged", "asked_address", "fact_rule_outcome"}}


# Imports what nights need, and forks for each line: the child is the command from there on.
FORKING = """
import contextlib, json, os, sys, traceback, warnings
with warnings.catch_warnings(action="ignore"):
    import cli, flows.nightly, great_expectations, warehouse.connection
warehouse.connection.CONFIG["threads"] = 1    # as in the tests' own process
# A night validates here, as one does that has nothing to read: another process would import Great Expectations anew, half of a small night.
flows.nightly.Validator = contextlib.nullcontext
for line in sys.stdin:
    if not (child := os.fork()):
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
call = json.loads(line)
os.environ.clear()
os.environ.update(call["env"])
for number, path in enumerate((os.devnull, call["stdout"], call["stderr"])):
    os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
sys.argv = call["command"]
code = 1
try:
    cli.main()
except SystemExit as end:
    code = end.code or 0
except BaseException:
    traceback.print_exc()
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)    # libraries would wait for threads that they had before the fork
"""


class Starter:
    """Runs commands of one copy of the program without its imports each time, which take as long as the rest of a small night.

    A command is a process of its own all the same, with its own environment, output and exit code. What is said of starting, of signals
    and of the end of processes is tested on the real command.
    """

    def __init__(self, program: Path, env: Mapping[str, str]) -> None:
        self._program = program
        self._env = env
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None

    def run(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        self._process = self._process or subprocess.Popen(
            [sys.executable, "-c", FORKING], env={**self._env, "PYTHONPATH": str(self._program)}, cwd=self._program,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        with TemporaryDirectory() as folder:
            outputs = {name: Path(folder) / name for name in ("stdout", "stderr")}
            try:
                print(json.dumps({"command": command, "env": dict(env), **outputs}, default=str), file=self._process.stdin, flush=True)
                code = int(self._process.stdout.readline())
            except BaseException:    # the test's time is over: the next one must not get this one's answer
                self.__exit__()
                raise
            return subprocess.CompletedProcess(command, code, *(path.read_text("utf-8") for path in outputs.values()))


class Running:
    """A command in a group of its own, that is told by a mark in the environment of all that it starts."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._mark = f"TEST_RUN_OF_YUSUAN={time.time_ns()}"
        name, _, value = self._mark.partition("=")
        self.process = subprocess.Popen(
            command, env={**env, name: value}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )
        self.said: list[str] = []

    def lines(self) -> Iterator[str]:
        """What it says, as it says it; the rest where it was left."""
        assert self.process.stderr
        for line in iter(self.process.stderr.readline, ""):
            self.said.append(line)
            yield line

    def processes(self) -> dict[int, str]:
        """Everything that is alive of it, by number: the command line."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self._mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:    # it has ended meanwhile, or is another user's
                continue
        return found

    def end(self, number: signal.Signals, to_group: bool, seconds: float) -> list[str]:
        """Send a signal, and give what is still alive so many seconds later; that is killed."""
        if to_group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            self.process.poll()    # a process that nobody has waited for is a zombie
            time.sleep(0.1)
        self.kill()
        self.process.wait()
        list(self.lines())
        return list(left.values())

    def kill(self) -> None:
        """End whatever is alive of it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):    # it has ended meanwhile
                os.kill(pid, signal.SIGKILL)
