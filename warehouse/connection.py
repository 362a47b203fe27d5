"""How every connection to a warehouse file is made."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse.errors import COPY, LOAD, UnusableInput, told_plainly

# Nothing is fetched at run time, and a name that is no table is an error and never a variable of this program.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false", "python_enable_replacements": "false",
}


ATTACHED = "yusuan"    # what a file is called in a database in memory

# What DuckDB may hold of a file and its work; a larger sort goes on in a folder beside the file. Python's own frames come on top.
WRITER_MEMORY = "1536MiB"


def connect(path: Path, *, read_only: bool, safe: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file.

    Args:
        path: the file.
        read_only: without the right to change it.
        safe: what is safe if it cannot be opened, where what is read is no published copy.

    Raises:
        WarehouseLocked, WarehouseCorrupt, WarehouseUnwritable, WarehouseFull: it cannot be opened.
    """
    with told_plainly(path, safe or (COPY if read_only else LOAD)):
        connection = duckdb.connect(path, read_only=read_only, config=CONFIG)
        # Standard output is for answers, and DuckDB would draw its bar there.
        connection.execute("SET enable_progress_bar = false")
        if not read_only:    # who reads sets a limit for each question
            connection.execute(f"SET memory_limit = '{WRITER_MEMORY}'")
        return connection


def attach(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file for reading, as the one that the name stands for now.

    DuckDB takes all connections of a program to files of one name for connections to the first of them, as long as it is open. A
    database in memory to which a file is attached knows of no other.

    Args:
        path: the file.

    Raises:
        WarehouseLocked, WarehouseCorrupt: it cannot be opened.
    """
    with told_plainly(path, COPY):
        connection = duckdb.connect(":memory:", config=CONFIG)
        connection.execute("SET enable_progress_bar = false")
        name = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{name}' AS {ATTACHED} (READ_ONLY)")
        connection.execute(f"USE {ATTACHED}")
        return connection


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension of DuckDB from its wheel.

    Raises:
        UnusableInput: the wheel is not installed, or is for another version of DuckDB.
    """
    try:
        file = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    except ModuleNotFoundError:
        file = None
    if file is None or not file.is_file():
        raise UnusableInput(
            f"DuckDB's extension {name}, for its version {duckdb.__version__}, is not installed: pip install 'yusuan[ducklake]'. "
            "Nothing was touched."
        )
    quoted = str(file).replace("'", "''")
    connection.execute(f"LOAD '{quoted}'")
