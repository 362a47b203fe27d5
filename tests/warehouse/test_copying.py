"""A warehouse is copied into another store and back, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from batches import contents
from test_ducklake import first_nights, lake

from warehouse.copying import copy
from warehouse.errors import UnusableInput, WarehouseFailed
from warehouse.schema import MADE_AT_OPENING
from warehouse.store import Warehouse
from warehouse.stores import DuckDBFile, Store

__all__ = ["lake"]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with three nights; for reading only."""
    folder = tmp_path_factory.mktemp("filled")
    first_nights(DuckDBFile(folder / "warehouse.duckdb"), folder / "yusuan.duckdb")
    return folder / "warehouse.duckdb"


def of(store: Store) -> dict[str, tuple[int, str]]:
    with store.read() as connection:
        return contents(connection)


def test_a_file_goes_to_ducklake_and_back_with_every_row(filled: Path, lake: Store, tmp_path: Path) -> None:
    file, back = DuckDBFile(filled), DuckDBFile(tmp_path / "back" / "warehouse.duckdb")
    before = filled.read_bytes()
    there, here = copy(file, lake), copy(lake, back)
    held = of(file)
    assert held == of(lake) == of(back)
    assert there == here
    assert there.rows == sum(count for count, _ in held.values())
    assert filled.read_bytes() == before


def test_a_place_that_has_rows_is_refused_and_untouched(filled: Path, tmp_path: Path) -> None:
    target = DuckDBFile(tmp_path / "warehouse.duckdb")
    assert copy(DuckDBFile(filled), target) == copy(DuckDBFile(filled), DuckDBFile(tmp_path / "another.duckdb"))
    before = of(target)
    with pytest.raises(UnusableInput, match=r"has rows already.*they are untouched"):
        copy(DuckDBFile(filled), target)
    assert of(target) == before


def test_what_is_not_there_or_not_up_to_date_is_refused(filled: Path, tmp_path: Path) -> None:
    target, older = DuckDBFile(tmp_path / "target.duckdb"), tmp_path / "older.duckdb"
    with pytest.raises(UnusableInput, match=r"There is no warehouse at .*nowhere"):
        copy(DuckDBFile(tmp_path / "nowhere.duckdb"), target)
    assert not target.exists()
    older.write_bytes(filled.read_bytes())
    with Warehouse.open(older) as warehouse:
        warehouse.connection.execute("DELETE FROM warehouse_declaration")
    with pytest.raises(UnusableInput, match="Run a night on it"):
        copy(DuckDBFile(older), target)


def test_rows_that_are_not_those_that_were_read_are_undone(filled: Path, tmp_path: Path) -> None:
    """Here the source gives other rows each time it is read."""
    source, target = tmp_path / "source.duckdb", DuckDBFile(tmp_path / "warehouse.duckdb")
    source.write_bytes(filled.read_bytes())
    with duckdb.connect(source) as connection:
        connection.execute("ALTER TABLE fact_project RENAME TO project_rows")
        connection.execute("CREATE VIEW fact_project AS SELECT * REPLACE (uuid()::VARCHAR AS project_name) FROM project_rows")
    with pytest.raises(WarehouseFailed, match=r"of fact_project into .* is not what was read.*The copy is undone"):
        copy(DuckDBFile(source), target)
    assert {name for name, (count, _) in of(target).items() if count} <= MADE_AT_OPENING
