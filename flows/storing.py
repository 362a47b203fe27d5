"""Where the warehouse of a data folder is, and what only a warehouse in a file can have done to it."""

from __future__ import annotations

from pathlib import Path

from flows.lock import alone
from language import said
from settings import Settings
from warehouse.copying import Copied, copy
from warehouse.errors import UnusableInput, WarehouseError
from warehouse.stores import DuckDBFile, Store, store_at


class NoFile(WarehouseError):
    """The warehouse is on DuckLake, and what was asked for is done to a file."""


def store_of(settings: Settings) -> Store:
    """Where the warehouse is.

    Raises:
        UnusableInput: YUSUAN_WAREHOUSE names no place.
    """
    return store_at(settings.warehouse, settings.lake, settings.warehouse_file)


def copy_warehouse(settings: Settings, source: str, target: str) -> Copied:
    """Copy a warehouse from a DuckDB file onto DuckLake, or back; the source is only read.

    Args:
        settings: name the data folder, in which nothing else runs meanwhile, and the files of the DuckLake.
        source, target: a path, or an address as YUSUAN_WAREHOUSE has it.

    Raises:
        RunInProgress: a run holds the data folder.
        UnusableInput: both are DuckLakes, or see `warehouse.copying.copy`.
        WarehouseError: see there.
    """
    stores = [_named(settings, name) for name in (source, target)]
    if not any(store.is_file for store in stores):
        raise UnusableInput(said(
            "Both warehouses are on DuckLake, and YUSUAN_LAKE names the files of one. Nothing was touched. Copy into a DuckDB file, and "
            "from that onto the other with its own YUSUAN_LAKE."))
    with alone(settings.data):
        return copy(*stores)


def _named(settings: Settings, name: str) -> Store:
    return store_at(name, settings.lake, settings.warehouse_file) if name.startswith("ducklake:") else DuckDBFile(Path(name))


def demand_file(settings: Settings, instead: str) -> None:
    """Refuse a warehouse that is no file.

    Args:
        settings: name the store.
        instead: what is to be done in its place, in the language of the console.

    Raises:
        NoFile: it is on DuckLake.
    """
    store = store_of(settings)
    if not store.is_file:
        raise NoFile(said("The warehouse is {place}, and no file. Nothing was touched. {instead}", place=store.place, instead=instead))
