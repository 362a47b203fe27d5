"""Where a warehouse is kept, as far as its one writer has to know; everybody else reads the published copy, a DuckDB file.

The tables, the views and the statements that load them are the same everywhere. What differs is declared here, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import duckdb

from warehouse.connection import connect
from warehouse.errors import READ, told_plainly


class Turn(Protocol):
    """What keeps other writers out; it ends with its process, however that ends."""

    def end(self) -> None:
        """Let others in."""


class Store(Protocol):
    """Where a warehouse is kept.

    Attributes:
        comments_view_columns: whether the columns of a view can have comments there.
        is_file: whether it is a file of the data folder, which can be copied, moved and put back.
    """

    comments_view_columns: ClassVar[bool]
    is_file: ClassVar[bool]

    @property
    def place(self) -> Path | str:
        """Where it is, as people are told: a path, or the address of a catalogue without its password."""

    def exists(self) -> bool:
        """Whether something is there.

        Raises:
            WarehouseUnreachable: it cannot be told.
        """

    def write(self) -> tuple[duckdb.DuckDBPyConnection, Turn | None]:
        """Open it for its one writer, and make it if it is not there; the turn is to be ended before the connection is closed.

        Raises:
            WarehouseLocked: another writer has it open.
            WarehouseError: it cannot be opened.
        """

    def read(self) -> duckdb.DuckDBPyConnection:
        """Open it without the right to change it.

        Raises:
            WarehouseError: it cannot be opened.
        """

    def attach(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Let the connection of another store read it as the database of that name.

        Raises:
            WarehouseError: it cannot be opened.
        """

    def begin(self, connection: duckdb.DuckDBPyConnection) -> None:
        """What a transaction that writes begins with."""

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Clear away what earlier nights left and nobody needs; outside a transaction."""

    def size(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class DuckDBFile:
    """A warehouse in one file; DuckDB lets one process open it."""

    path: Path
    comments_view_columns: ClassVar[bool] = True
    is_file: ClassVar[bool] = True

    @property
    def place(self) -> Path:
        """See `Store.place`."""
        return self.path

    def exists(self) -> bool:
        """See `Store.exists`."""
        return self.path.exists()

    def write(self) -> tuple[duckdb.DuckDBPyConnection, None]:
        """See `Store.write`."""
        with told_plainly(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        return connect(self.path, read_only=False), None

    def read(self) -> duckdb.DuckDBPyConnection:
        """See `Store.read`."""
        return connect(self.path, read_only=True, safe=READ)

    def attach(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """See `Store.attach`."""
        with told_plainly(self.path, READ, kinds=(duckdb.Error,)):
            place = str(self.path).replace("'", "''")
            connection.execute(f"ATTACH '{place}' AS {name} (READ_ONLY)")

    def begin(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing: nobody else can write."""

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the log into the file, where the room of deleted rows is used again."""
        connection.execute("CHECKPOINT")

    def size(self, connection: duckdb.DuckDBPyConnection) -> int:
        """See `Store.size`; its log included."""
        del connection
        return sum(file.stat().st_size for file in self.path.parent.glob(f"{self.path.name}*"))


def store_at(address: str, files: str, file: Path) -> Store:
    """The store that is named.

    Args:
        address: `ducklake:sqlite:PATH` or `ducklake:postgres:DSN`; empty for a DuckDB file.
        files: folder or `s3://bucket/prefix` of a DuckLake's files; empty for a folder `lake` beside the file.
        file: the DuckDB file, beside which larger sorts have their room.
    """
    if not address:
        return DuckDBFile(file)
    from warehouse.lake import DuckLake, catalogue_of  # who has a file needs none of it

    return DuckLake(catalogue_of(address), files or str(file.parent / "lake"), file.parent / "lake.tmp")
