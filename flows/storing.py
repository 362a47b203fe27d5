"""Where the warehouse of a data folder is, and what only a warehouse in a file can have done to it."""

from __future__ import annotations

from language import said
from settings import Settings
from warehouse.errors import WarehouseError
from warehouse.stores import Store, store_at


class NoFile(WarehouseError):
    """The warehouse is on DuckLake, and what was asked for is done to a file."""


def store_of(settings: Settings) -> Store:
    """Where the warehouse is.

    Raises:
        UnusableInput: YUSUAN_WAREHOUSE names no place.
    """
    return store_at(settings.warehouse, settings.lake, settings.warehouse_file)


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
