"""Whatever ends a night, in whatever stage, ends all of it within ten seconds.

Every stage and every way is here once. `make crash` ends nights in each stage in each way, and compares what the next night makes of it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from running import YUSUAN, Running, nightly

from flows.start import _has_home

LIMIT_SECONDS = 10
HEAD = "2024年项目支出绩效目标表\n单位：万元\n项目名称\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
ROW = "项目{0}\t1.00\t1.00\t\t\t目标\t产出指标：数量，年度指标值：≥{0}。\n"


class Way(NamedTuple):
    """A way in which a program is ended."""

    number: signal.Signals
    to_group: bool


TERMINAL, SERVICE, HANG_UP = (Way(number, to_group=True) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
INTERRUPT, TERMINATE, HANG_UP_ALONE, KILL = (
    Way(number, to_group=False) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
)


def end(run: Running, way: Way) -> None:
    """End a command, and see that nothing of it is alive any more soon after."""
    assert run.end(way.number, way.to_group, LIMIT_SECONDS) == []


def wait_for(run: Running, beginning: str) -> None:
    """Until a command says so."""
    if not any(line.startswith(beginning) for line in run.lines()):
        pytest.fail(f"it never said {beginning!r}: {run.said}")


def wait_for_spawned(run: Running, number: int) -> None:
    """Until so many servers and workers of it are at work: each has a thread that watches whether the night is alive."""
    while sum("spawn_main" in command and threads(pid) > 1 for pid, command in run.processes().items()) < number:
        assert run.process.poll() is None, "".join(run.lines())
        time.sleep(0.1)


def threads(pid: int) -> int:
    """How many threads a process has; none if it has ended."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return 0


Start = Callable[..., Running]


@pytest.fixture
def start(server: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start a command, with a Prefect server of its own if asked for, whose history goes to the test's folder."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    runs: list[Running] = []

    def start(command: list[str], *, own_server: bool = False, **more: str) -> Running:
        env = {**alone, "PREFECT_HOME": str(tmp_path / "prefect")} if own_server else server
        runs.append(Running(command, {**env, "COLUMNS": "200", **more}))
        return runs[-1]

    yield start
    for run in runs:
        run.kill()
        run.process.wait()
        assert run.process.stderr
        run.process.stderr.close()


@pytest.fixture(scope="session")
def long(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents, for two workers, of which one takes a minute for each."""
    copy = shutil.copytree(few, tmp_path_factory.mktemp("long") / "samples")
    text = HEAD + "".join(ROW.format(number) for number in range(60_000))
    for number, document in enumerate(sorted(path for path in (copy / "published").rglob("*") if path.is_file())):
        document.unlink()
        if number < 2:
            document.with_name(f"{number}.txt").write_text(f"{text}{number}\n", "utf-8")
    return copy


@pytest.mark.parametrize(("stage", "way"), [
    ("Starting", TERMINAL), ("Starting", SERVICE), ("Pull", HANG_UP), ("Validate", INTERRUPT), ("Load", TERMINATE),
    ("Publish", HANG_UP_ALONE), ("Alert", SERVICE),
])
def test_a_signal_ends_the_whole_night_in_any_stage(start: Start, few: Path, tmp_path: Path, stage: str, way: Way) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:    # it takes a digest and never answers, so that telling it takes long
        channel = f"json://127.0.0.1:{deaf.getsockname()[1]}"
        night = start(
            nightly(tmp_path / "data", few / "one"), own_server=stage == "Starting",
            YUSUAN_ALERTS=json.dumps({"tianhe-finance": [channel], "yunshan-finance": [channel]}),
        )
        wait_for(night, stage)
        if stage == "Starting":    # that of Prefect's temporary server
            wait_for_spawned(night, 1)
        end(night, way)
    said = "".join(night.said)
    assert night.process.returncode == 130
    assert "The night was interrupted." in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("way", "own_server"), [(TERMINAL, True), (SERVICE, False), (HANG_UP, False), (TERMINATE, False)])
def test_every_signal_ends_it_while_it_parses(start: Start, long: Path, tmp_path: Path, way: Way, own_server: bool) -> None:
    night = start(nightly(tmp_path / "data", long / "catalogue"), own_server=own_server)
    wait_for(night, "Parse")
    wait_for_spawned(night, 1 + own_server)
    end(night, way)
    assert night.process.returncode == 130
    assert "The night was interrupted." in "".join(night.said)


@pytest.mark.parametrize("stage", ["Starting", "Parse"])
def test_nothing_outlives_a_killed_night(start: Start, long: Path, tmp_path: Path, stage: str) -> None:
    night = start(nightly(tmp_path / "data", long / "catalogue"), own_server=True)
    wait_for(night, stage)
    wait_for_spawned(night, 1 if stage == "Starting" else 2)
    end(night, KILL)
    assert night.process.returncode == -signal.SIGKILL


def test_a_night_that_was_told_not_to_hang_up_does_not(start: Start, few: Path, tmp_path: Path) -> None:
    night = start(["nohup", *nightly(tmp_path / "data", few / "one")])
    wait_for(night, "Pull")
    night.process.send_signal(signal.SIGHUP)
    wait_for(night, "Alert")
    assert night.process.wait(60) == 0


@pytest.mark.parametrize("way", [TERMINAL, SERVICE, HANG_UP, KILL, INTERRUPT, TERMINATE, HANG_UP_ALONE])
def test_reading_ends_with_a_signal_and_no_worker_outlives_it(start: Start, tmp_path: Path, way: Way) -> None:
    for name in "abc":    # a worker takes a minute for each
        (tmp_path / f"{name}.txt").write_text(HEAD + "".join(map(ROW.format, range(60_000))), "utf-8")
    reading = start([str(YUSUAN), "parse", str(tmp_path)])
    while len(reading.processes()) < 2 and reading.process.poll() is None:
        time.sleep(0.1)
    time.sleep(1)
    end(reading, way)
    assert reading.process.returncode == (-signal.SIGKILL if way is KILL else 130)
    assert "Traceback" not in "".join(reading.said)


ASKING = """
import duckdb
from flows.ending import ended_by_signals
with ended_by_signals("that was all"):
    print("asking", flush=True)
    duckdb.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_duckdb_tells_in_its_own_way_is_told_plainly(number: signal.Signals) -> None:
    asking = subprocess.Popen([sys.executable, "-c", ASKING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with asking:
        assert asking.stdout
        asking.stdout.readline()
        time.sleep(0.5)    # until DuckDB is at work; before, the signal would be told as plainly
        asking.send_signal(number)
        _, said = asking.communicate(timeout=LIMIT_SECONDS)
    assert (asking.returncode, said) == (130, "yusuan: that was all\n")


BUSY = """
import time
from flows.ending import ended_by_signals
with ended_by_signals("that was all"):
    print("asking", flush=True)
    while True:
        try:
            print("nobody reads this any more")
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""


def test_it_ends_where_nothing_can_be_printed_any_more() -> None:
    """What was printed is flushed as it ends; where that failed, the thread that ends it died, and nobody else could end it."""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen([sys.executable, "-c", BUSY], env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as busy:
        assert busy.stdout
        assert busy.stderr
        busy.stdout.readline()
        busy.stdout.close()
        time.sleep(0.5)
        busy.send_signal(signal.SIGTERM)
        assert (busy.wait(LIMIT_SECONDS), busy.stderr.read()) == (130, "yusuan: that was all\n")


SLOW_SITE = """
import socket, sys, time
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
callers = []
while True:
    callers.append(listening.accept())
    print("asked", flush=True)
"""


def test_a_signal_ends_a_night_that_waits_for_a_silent_server(start: Start, tmp_path: Path, samples: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLOW_SITE], stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout
        port = site.stdout.readline().strip()
        folder = tmp_path / "catalogue"
        folder.mkdir()
        text = (samples / "catalogue" / "440106-tianhe.yaml").read_text("utf-8")
        (folder / "tianhe.yaml").write_text(
            text.replace("address: ../published/tianhe/people-congress-office/2023", f"internal: true, address: 'http://127.0.0.1:{port}/a.pdf'"), "utf-8"
        )
        night = start(nightly(tmp_path / "data", folder))
        site.stdout.readline()    # now it waits
        end(night, TERMINAL)
        site.kill()
    assert night.process.returncode == 130
    assert "The night was interrupted." in "".join(night.said)


@pytest.mark.parametrize(("home", "has_home"), [("/proc/no-home", False), ("file", False), ("", True)], ids=["not there", "not writable", "there"])
def test_where_prefect_keeps_its_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, has_home: bool) -> None:
    (tmp_path / "file").touch()    # for root, too, nothing can be written there
    monkeypatch.setenv("HOME", str(tmp_path / home))
    assert _has_home() is has_home


def test_a_user_without_a_home_has_nights(start: Start, tmp_path: Path, few: Path) -> None:
    env = ["env", "-u", "PREFECT_HOME", f"HOME={tmp_path / 'not there'}"]
    night = start([*env, *nightly(tmp_path / "data", few / "one")], own_server=True)
    wait_for(night, "Alert")
    assert night.process.wait(60) == 0
    assert (tmp_path / "data" / "prefect").is_dir()


@pytest.mark.parametrize("data", ["file", "file/data", "/proc/data"])
def test_a_data_folder_that_cannot_be_used_is_refused_at_once(start: Start, tmp_path: Path, data: str) -> None:
    (tmp_path / "file").touch()
    night = start(nightly(tmp_path / data), own_server=True)
    assert night.process.wait(60) == 1
    (said,) = [line for line in night.lines() if not line.startswith("Starting")]
    assert said.startswith(f"yusuan: {tmp_path / data} cannot be opened for writing (")
    assert "choose another data folder (YUSUAN_DATA)" in said
    assert not (tmp_path / "prefect").exists()    # refused before Prefect was started, which takes most of the time


def test_a_full_disk_is_told_at_once(start: Start, tmp_path: Path) -> None:
    small = 32 * 1024    # for each file: no warehouse fits
    limited = [sys.executable, "-c", f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({small},) * 2); os.execvp(sys.argv[1], sys.argv[1:])"]
    night = start([*limited, *nightly(tmp_path / "data")], own_server=True)
    assert night.process.wait(60) == 1
    (said,) = [line for line in night.lines() if not line.startswith("Starting")]
    assert said.startswith(f"yusuan: There is no room left to write {tmp_path / 'data'} (")
    assert not (tmp_path / "prefect").exists()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["nightly.lock"]


def test_a_server_that_cannot_start_is_told_with_its_home(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    night = start(["env", f"PREFECT_HOME={tmp_path / 'file'}", *nightly(tmp_path / "data")], own_server=True)
    assert night.process.wait(200) == 1
    assert "PREFECT_HOME" in list(night.lines())[-1]
    assert night.processes() == {}
