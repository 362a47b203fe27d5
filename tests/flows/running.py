"""Runs of the real command, and what they leave behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

Tables = dict[str, list[tuple[object, ...]]]
Command = Callable[..., subprocess.CompletedProcess[str]]
YUSUAN = Path(sys.executable).parent / "yusuan"
# What differs between two runs that did the same: who loaded when, and how long it took.
OF_THE_RUN = ("run_key", "_at", "seconds", "valid_from", "valid_to")
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def nightly(data: Path, catalogue: Path = SAMPLES / "catalogue") -> list[str]:
    """The command of one night, as a user types it."""
    return [str(YUSUAN), "nightly", "--catalogue", str(catalogue), "--data", str(data)]


def content(data: Path) -> Tables:
    """All published tables without what tells runs apart, each sorted."""
    with duckdb.connect(str(data / "published" / "yusuan.duckdb"), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() if name != "load_run"]
        return {table: _rows(connection, table) for table in sorted(tables)}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    columns = [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    kept = ", ".join(name for name in columns if not any(word in name for word in OF_THE_RUN))
    return connection.execute(f"SELECT {kept} FROM {table} ORDER BY ALL").fetchall()
