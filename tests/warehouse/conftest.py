"""A warehouse in a folder of its own, and nights to load into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from batches import CATALOGUE, Batch

from expectations.rules import RULES, Rule
from warehouse.loading import LoadCounts
from warehouse.store import Run, Warehouse

AS_OF = date(2026, 1, 10)


@dataclass
class Night:
    """One run after the other over the same warehouse."""

    warehouse: Warehouse
    rules: tuple[Rule, ...] = ()
    run: Run | None = None

    def __call__(
        self, batch: Batch, *, catalogue: dict[str, Any] = CATALOGUE, code_version: str = "1", as_of: date = AS_OF,
    ) -> LoadCounts:
        self.run = self.warehouse.start_run(code_version, as_of)
        with self.warehouse.transaction():
            counts = self.warehouse.load(self.run, catalogue, batch.pulled, batch.frames)
            self.warehouse.check(self.run, self.rules)
            self.warehouse.finish_run(self.run)
        return counts


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
    shutil.copyfile(blank, path)
    with Warehouse.open(path) as opened:
        yield opened


@pytest.fixture
def night(warehouse: Warehouse) -> Night:
    return Night(warehouse)


@pytest.fixture
def rule() -> Callable[[str], Rule]:
    return RULES.__getitem__
