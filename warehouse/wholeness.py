"""Whether a warehouse file is whole: every block of it is read."""

from __future__ import annotations

from pathlib import Path

from warehouse.connection import connect
from warehouse.errors import READ, told_plainly


def demand_whole(path: Path) -> None:
    """Write a warehouse's log into its file and read all of it, so that what is copied afterwards is one file without a damage.

    DuckDB compares each block that it reads with the block's checksum. No table is brought up to date.

    Args:
        path: the warehouse; nobody else has it open.

    Raises:
        WarehouseLocked, WarehouseCorrupt, WarehouseUnwritable, WarehouseFull: it is in use, damaged, or cannot take its log.
    """
    with told_plainly(path, READ), connect(path, read_only=False) as connection:
        connection.execute("CHECKPOINT")
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
            connection.execute(f'SELECT bit_xor(hash(COLUMNS(*))) FROM "{name}"').fetchall()
