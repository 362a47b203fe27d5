"""Whether a warehouse can be used: opened by this program, or whole, for which every block of it is read."""

from __future__ import annotations

from pathlib import Path

from warehouse.connection import connect
from warehouse.errors import READ, told_plainly
from warehouse.schema import demand_no_newer
from warehouse.stores import Store


def demand_usable(store: Store) -> None:
    """Open a warehouse, for reading alone, as the next night would; it takes no longer for a large one.

    Raises:
        WarehouseLocked, WarehouseCorrupt, WarehouseUnwritable, WarehouseUnreachable: it is in use, damaged, or cannot be read.
        WarehouseOutdated: a newer program made it.
    """
    with told_plainly(store.place, READ), store.read() as connection:
        demand_no_newer(connection)


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
