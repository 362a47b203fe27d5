"""A warehouse in a folder of its own, and nights to load into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batches import Night

from expectations.rules import RULES, Rule
from warehouse.store import Warehouse
from warehouse.stores import Store, store_at

# Another store than a DuckDB file for all tests that take `warehouse`: TEST_STORE=ducklake:sqlite pytest tests/warehouse
STORE = os.environ.get("TEST_STORE")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warehouse.duckdb"


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new warehouse: to copy it costs less than to make one for each test."""
    made = tmp_path_factory.mktemp("blank") / "warehouse.duckdb"
    Warehouse.open(made).close()
    return made


@pytest.fixture
def warehouse(path: Path, blank: Path) -> Iterator[Warehouse]:
    path.parent.mkdir()
    if STORE:
        place: Path | Store = store_at(f"{STORE}:{path.with_name('catalogue.sqlite')}", "", path)
    else:
        place = path
        shutil.copyfile(blank, path)
    with Warehouse.open(place) as opened:
        yield opened


@pytest.fixture
def night(warehouse: Warehouse) -> Night:
    return Night(warehouse)


@pytest.fixture
def rule() -> Callable[[str], Rule]:
    return RULES.__getitem__
