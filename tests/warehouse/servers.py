"""A PostgreSQL server of the tests' own, and databases on it for catalogues of DuckLake."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Debian keeps its programs where no PATH leads.
INITDB = max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default="initdb")


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

    def start(self) -> None:
        self._run(self.pg_ctl, "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} -c listen_addresses= -c fsync=off", "start")

    def _run(self, program: str, *arguments: str) -> None:
        who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        environment = {**os.environ, "PGDATA": str(self.folder / "data"), "LC_ALL": "C.UTF-8"}
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment, cwd="/", **who)  # type: ignore[call-overload]


@contextmanager
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))    # short, as the path of a socket has to be; pytest's folders are closed to other users
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
