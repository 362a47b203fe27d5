"""Prefect's server, a worker and the page on one machine, as one command that ends with all that it started."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from flows.ending import SIGNALS
from flows.start import PREFECT_DEFAULTS
from language import said
from settings import PROJECT, SECRETS, Settings, is_secret
from warehouse.errors import told_plainly

LOOPBACK = "127.0.0.1"
POOL = "yusuan"
START_SECONDS = 300.0    # as for the temporary server
END_SECONDS = 10.0       # to tell Prefect, and for a night to roll back, before what is left is killed
SERVER = {
    **{name: value for name, value in PREFECT_DEFAULTS.items() if "LOGGING" not in name},    # its page shows what its runs say
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",    # Prefect would keep its history for ever
    "PREFECT_SERVER_UI_API_URL": "/api",    # of whatever address the page is opened at
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
PREFECT = (sys.executable, "-m", "prefect")
PAGE = (sys.executable, "-c", "import cli; cli.main()", "serve")
# What a server is told once, as modules with their arguments; told again, it changes nothing.
SET_UP = (
    ("prefect", "work-pool", "create", POOL, "--type", "process", "--overwrite"),
    ("prefect", "--no-prompt", "deploy", "--all"),
    ("prefect", "work-queue", "set-concurrency-limit", "writes", "1", "--pool", POOL),
    ("flows.crashed",),
)


class NotUp(Exception):
    """A part did not start, or ended by itself; all others were ended too."""


def up(settings: Settings, host: str, port: int, page_port: int, told: Callable[[str], None]) -> None:
    """Run server, worker and the page until a signal comes.

    Args:
        settings: the data folder, where Prefect's history and password are kept, and the catalogue.
        host: the address at which the server listens.
        port: of it.
        page_port: of the page, which only this machine reaches: it asks for no password.
        told: is given what a person should know, line by line.

    Raises:
        NotUp: a port or the data folder is taken, or a part did not start or has ended, and which; nothing is left of it.
        WarehouseUnwritable: the data folder cannot be made or written.
    """
    _demand_free(host, port, "--host, --port")    # before a server that is there already would be taken for the own one
    _demand_free(LOOPBACK, page_port, "--page-port")
    home = settings.data / "prefect"
    with told_plainly(settings.data):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home):
        _run(settings, host, port, page_port, told)


def _run(settings: Settings, host: str, port: int, page_port: int, told: Callable[[str], None]) -> None:
    ending = threading.Event()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:    # `nohup`
            signal.signal(number, lambda *_: ending.set())
    home = settings.data / "prefect"
    password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING") or _kept_password(home / "password", told)
    env = {
        **SERVER, **os.environ,
        "PREFECT_HOME": str(home), "PREFECT_API_URL": f"http://{host if host != '0.0.0.0' else LOOPBACK}:{port}/api",  # noqa: S104 -- asked for
        "PREFECT_SERVER_API_AUTH_STRING": password, "PREFECT_API_AUTH_STRING": password,
        "YUSUAN_PREFECT_PAGE": settings.prefect_page or f"http://{host if host != '0.0.0.0' else LOOPBACK}:{port}",  # noqa: S104 -- asked for
        "YUSUAN_DATA": str(settings.data), "YUSUAN_CATALOGUE": str(settings.catalogue),
    }
    bare = {name: value for name, value in env.items() if not is_secret(name)}
    reading = {name: value for name, value in env.items() if name.upper() not in SECRETS}    # the page shows originals
    with _part(bare, *PREFECT, "server", "start", "--host", host, "--port", str(port)) as server:
        told(said("Starting Prefect's server …"))
        _wait(ending, server, lambda: _answers(env["PREFECT_API_URL"]))
        for command in SET_UP:
            with _part(bare, sys.executable, "-m", *command) as step:
                _wait(ending, server, lambda step=step: step.poll() is not None)  # type: ignore[misc]  # mypy does not see the type of a default
                if step.poll():
                    raise NotUp(f"`python -m {' '.join(command)}` failed; above is why.")
            if ending.is_set():
                return
        with _part(env, *PREFECT, "worker", "start", "--pool", POOL) as worker, _part(reading, *PAGE, "--port", str(page_port)) as page:
            told(said(
                "Up: http://{host}:{port}; the next night comes at 02:00 Asia/Shanghai. Ctrl-C ends all of it.", host=host, port=port))
            while not ending.wait(1):
                for name, part in (("Prefect's server", server), ("Prefect's worker", worker), ("the page (--page-port)", page)):
                    if part.poll() is not None:
                        raise NotUp(f"{name} has ended by itself; above is why, if it said so.")


def _demand_free(host: str, port: int, options: str) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise NotUp(f"{host}:{port} cannot be listened at ({error.strerror}); choose another ({options}).") from error


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the folder of Prefect's history: two servers and two workers on it would take each other's runs."""
    lock = FileLock(home / "up.lock")
    with told_plainly(home):
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise NotUp(f"Another `yusuan up` is at work in {home.parent}; this one has touched nothing.") from error
    try:
        yield
    finally:
        lock.release()


def _kept_password(file: Path, told: Callable[[str], None]) -> str:
    """The user and password of the page, made at the first start; only this user can read it."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as made:
            made.write(f"yusuan:{secrets.token_urlsafe(18)}")
    told(said("The page asks for what is in {file}.", file=file))
    return file.read_text(encoding="utf-8").strip()


def _answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/health", timeout=2).is_success
    return False


def _wait(ending: threading.Event, server: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> None:
    """Until it is ready or a signal came."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready() and not ending.wait(0.2):
        if server.poll() is not None or time.monotonic() > deadline:
            raise NotUp("Prefect's server did not start; above is why, if it said so. Is another at work at this port (--port)?")


@contextmanager
def _part(env: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a session of its own, so that a Ctrl-C reaches this program alone, which ends what is left of it."""
    process = subprocess.Popen(  # noqa: S603 -- our own arguments
        command, env=env, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started: in order, or by force where that takes too long."""
    started = {process.pid, *_started_by(process.pid)}    # before its children lose their parent
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, 2.0)):
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            process.poll()    # a process that nobody has waited for is not gone
            started = {pid for pid in started | _of_session(process.pid) if _is_alive(pid)}
            if not started:
                return
            time.sleep(0.1)


def _started_by(pid: int) -> Iterator[int]:
    """The processes that a process has started, and those that these have."""
    parents = {child: parent for child, parent, _ in _processes()}
    for child, parent in parents.items():
        above = parent
        while above and above != pid:
            above = parents.get(above, 0)
        if above == pid:
            yield child


def _of_session(session: int) -> set[int]:
    return {pid for pid, _, its in _processes() if its == session}


def _is_alive(pid: int) -> bool:
    return any(pid == other for other, *_ in _processes())


def _processes() -> Iterator[tuple[int, int, int]]:
    """Number, parent's and session's number of each process that has not ended."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):    # it has ended meanwhile
            pid, _, rest = file.read_text(encoding="utf-8", errors="replace").partition(" ")
            state, parent, _, session, *_ = rest.rpartition(") ")[2].split()
            if state != "Z":
                yield int(pid), int(parent), int(session)
