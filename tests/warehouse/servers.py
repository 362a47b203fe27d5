"""Servers of the tests' own: PostgreSQL with a database for each catalogue of DuckLake, and S3-compatible storage with a bucket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

# Debian keeps its programs where no PATH leads.
INITDB = max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default="initdb")


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


class Postgres:
    """A server on a socket in a folder of its own; it asks for a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        programs = Path(shutil.which(INITDB) or INITDB).resolve().parent
        self.pg_ctl = str(programs / "pg_ctl")
        (folder / "password").write_text("geheim")
        if os.geteuid() == 0:    # it refuses to run as root
            shutil.chown(folder, "nobody")
            shutil.chown(folder / "password", "nobody")
        self._run(str(programs / "initdb"), "-U", "yusuan", "-A", "scram-sha-256", "--pwfile", str(folder / "password"), "-E", "UTF8", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        self._run(self.pg_ctl, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def dsn(self, **other: str) -> str:
        """Of the server's own database, or another."""
        values = {"dbname": "postgres", "host": str(self.folder), "user": "yusuan", "password": "geheim", **other}
        return " ".join(f"{name}={value}" for name, value in values.items())

    def database(self) -> str:
        """A new one; gives its DSN."""
        self.count += 1
        name = f"catalogue_{self.count}"
        psql = Path(self.pg_ctl).with_name("psql")
        subprocess.run([psql, self.dsn(), "-qc", f"CREATE DATABASE {name}"], check=True)
        return self.dsn(dbname=name)

    def stop(self) -> None:
        self._run(self.pg_ctl, "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """All its processes at once, as where a machine loses its power."""
        lock = self.folder / "data" / "postmaster.pid"
        postmaster = int(lock.read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)    # it starts no other
        killed = [*map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()), postmaster]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        while any(map(_is_alive, killed)):    # or the next server finds their memory in use
            time.sleep(0.05)
        for file in (lock, *self.folder.glob(".s.PGSQL.*.lock")):    # of a process that may stay a zombie, and seems to be at work
            file.unlink()

    def start(self) -> None:
        self._run(self.pg_ctl, "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} -c listen_addresses= -c fsync=off", "start")

    def _run(self, program: str, *arguments: str) -> None:
        who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        environment = {**os.environ, "PGDATA": str(self.folder / "data"), "LC_ALL": "C.UTF-8"}
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment, cwd="/", **who)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))    # short, as the path of a socket has to be; pytest's folders are closed to other users
    running = Postgres(folder)
    yield running
    running.stop()
    shutil.rmtree(folder)


REFUSED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class Storage:
    """A server of S3 on this machine, which may refuse objects once it has taken some."""

    def __init__(self) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._moto = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, self, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.left: int | None = None    # so many more it takes
        self.is_read = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, is_object = environ["REQUEST_METHOD"], environ["PATH_INFO"].count("/") > 1
        if method == "PUT" and is_object and self.left is not None:
            self.left -= 1
        if (method == "PUT" and self.left is not None and self.left < 0) or (method == "GET" and is_object and not self.is_read):
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(REFUSED)))])
            return [REFUSED]
        return self._moto(environ, start_response)    # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def server_of_storage() -> Iterator[Storage]:
    storage = Storage()
    yield storage
    storage.server.shutdown()


@pytest.fixture
def storage(server_of_storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """With a bucket of the name `budgets`, to which this process has the keys."""
    import s3fs

    environment = {
        "AWS_ENDPOINT_URL": server_of_storage.address, "AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "geheim",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server_of_storage.left, server_of_storage.is_read = None, True
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    if not files.exists("budgets"):
        files.mkdir("budgets")
    return server_of_storage
