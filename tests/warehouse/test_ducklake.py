"""A warehouse on DuckLake is the same warehouse: its rows, its published copy, one writer at a time, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from batches import AS_OF, CATALOGUE, EXPERTS, MEETINGS, READER, Batch, contents
from servers import INITDB, Postgres, Storage

from expectations.rules import RULES
from issues.life import bring_up_to_date
from warehouse.errors import UnusableInput, WarehouseFailed, WarehouseLocked, WarehouseUnreachable, WarehouseUnwritable
from warehouse.lake import DuckLake, PostgresCatalogue, catalogue_of
from warehouse.store import Warehouse
from warehouse.stores import DuckDBFile, Store, store_at

Place = Callable[[Path], Store]
RULES_OF_WAREHOUSE = tuple(rule for rule in RULES.values() if rule.runs_on_warehouse)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system_program(INITDB))])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A DuckLake that nobody has made yet."""
    where = str(tmp_path / "catalogue.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    return store_at(f"ducklake:{request.param}:{where}", "", tmp_path / "warehouse.duckdb")


def first_nights(store: Store, published: Path) -> dict[str, tuple[int, str]]:
    """Two nights that are the same in every store, to the microsecond: two documents; then one corrected, the other as it was."""
    nights = (
        Batch().add("a.txt", [EXPERTS, MEETINGS]).find(0, "total-mismatch", "critical", "人大会议经费").quarantine(0, "其他", "叁万元")
        .total(0, "370000.00").add("b.txt", [EXPERTS], department_id="440106-zx"),
        Batch(pulled_at="2026-01-11 18:00:00+00:00").add("a.txt", [MEETINGS]).pull("b.txt", "unchanged", "440106-zx"),
    )
    with Warehouse.open(store) as warehouse:
        for number, batch in enumerate(nights):
            now = datetime.combine(AS_OF + timedelta(days=number), time(18))
            with warehouse.transaction():
                run = warehouse.begin_run("1", AS_OF + timedelta(days=number), READER, now, f"2026011{number}T180000-0000000{number}")
                warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)
                warehouse.check(run, RULES_OF_WAREHOUSE)
                bring_up_to_date(warehouse.connection, ())
                warehouse.decide_reasons()
                warehouse.finish_run(run, now=now + timedelta(minutes=5))
            warehouse.publish(published)
        return contents(warehouse.connection)


def test_nights_leave_the_same_rows_and_the_same_published_copy_as_in_a_file(lake: Store, tmp_path: Path) -> None:
    of_file = first_nights(DuckDBFile(tmp_path / "file" / "warehouse.duckdb"), tmp_path / "file" / "yusuan.duckdb")
    of_lake = first_nights(lake, tmp_path / "lake" / "yusuan.duckdb")
    assert of_lake == of_file
    copies = [published_rows(tmp_path / name / "yusuan.duckdb") for name in ("file", "lake")]
    assert copies[0] == copies[1]
    assert {"project", "coverage", "部门预算"} <= copies[0].keys()


def published_rows(copy: Path) -> dict[str, list[Any]]:
    """All rows of all tables and views that people can ask."""
    with duckdb.connect(copy, read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'").fetchall()
        return {name: sorted(connection.execute(f'FROM "{name}"').fetchall(), key=repr) for (name,) in names}


def test_one_writer_at_a_time(lake: Store) -> None:
    with Warehouse.open(lake), pytest.raises(WarehouseLocked, match=r"writes into the warehouse.*Nothing was touched"):
        Warehouse.open(lake)
    Warehouse.open(lake).close()


@pytest.mark.system_program(INITDB)
def test_of_two_writers_that_no_lock_keeps_apart_one_is_told_and_leaves_nothing(postgres: Postgres, tmp_path: Path) -> None:
    """A server can lose a lock; that of a file is its process's."""
    lake = store_at(f"ducklake:postgres:{postgres.database()}", "", tmp_path / "warehouse.duckdb")
    with Warehouse.open(lake) as first:
        assert first._turn
        first._turn.end()    # as when the server was started anew under way
        with Warehouse.open(lake) as second, pytest.raises(WarehouseLocked, match=r"has changed the warehouse.*run again"):
            two_runs(first, second)
    with lake.read() as connection:
        assert connection.execute("SELECT code_version FROM load_run").fetchall() == [("2",)]


def two_runs(first: Warehouse, second: Warehouse) -> None:
    with first.transaction():
        first.begin_run("1", AS_OF, READER)
        with second.transaction():
            second.begin_run("2", AS_OF, READER)


def test_a_load_that_fails_half_way_leaves_nothing(lake: Store) -> None:
    with Warehouse.open(lake) as warehouse:
        before = contents(warehouse.connection)
        with pytest.raises(WarehouseFailed, match=r"NOT NULL.*warehouse is as it was"):
            load_in_vain(warehouse)
        assert contents(warehouse.connection) == before


def load_in_vain(warehouse: Warehouse) -> None:
    batch = Batch().add("a.txt", [EXPERTS])
    with warehouse.transaction():
        run = warehouse.begin_run("1", AS_OF, READER)
        warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)
        warehouse.connection.execute("INSERT INTO dim_region (region_code) VALUES (NULL)")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgres:dbname=yusuan host=db password='ge heim'", "dbname=yusuan host=db"),
        ("postgres:postgresql://me:ge%20heim@db:5433/yusuan?sslmode=require", "user=me host=db dbname=yusuan port=5433 sslmode=require"),
    ],
)
def test_a_password_is_kept_apart_from_the_address(address: str, place: str) -> None:
    catalogue = catalogue_of(f"ducklake:{address}")
    assert isinstance(catalogue, PostgresCatalogue)
    assert (catalogue.place, catalogue.password) == (f"ducklake:postgres:{place}", "ge heim")
    assert "heim" not in repr(DuckLake(catalogue, "files", Path()))


@pytest.mark.parametrize("address", ["ducklake:sqlite:", "ducklake:postgres:geheim", "ducklake:mysql:x=geheim"])
def test_an_address_that_is_none_is_not_told(address: str) -> None:
    with pytest.raises(UnusableInput, match="neither `ducklake:sqlite:PATH`") as raised:
        catalogue_of(address)
    assert "geheim" not in str(raised.value)


def test_a_server_that_is_away_is_told_without_the_password(tmp_path: Path) -> None:
    store = store_at(f"ducklake:postgres:dbname=yusuan host={tmp_path} password=geheim", "", tmp_path / "warehouse.duckdb")
    for act in (store.exists, store.read, store.write):
        with pytest.raises(WarehouseUnreachable, match=r"does not answer.*YUSUAN_WAREHOUSE names its host") as raised:
            act()
        assert "geheim" not in "".join(map(str, causes(raised.value)))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def test_files_in_another_place_than_the_catalogue_says_are_told(lake: Store, tmp_path: Path) -> None:
    Warehouse.open(lake).close()
    assert isinstance(lake, DuckLake)
    moved = DuckLake(lake.catalogue, str(tmp_path / "elsewhere"), lake.scratch)
    with pytest.raises(UnusableInput, match=r"are elsewhere.*Set YUSUAN_LAKE"):
        Warehouse.open(moved)


def test_files_that_are_gone_are_told(lake: Store, tmp_path: Path) -> None:
    Warehouse.open(lake).close()
    (tmp_path / "lake").rename(tmp_path / "elsewhere")    # as a disk that is not mounted
    with pytest.raises(WarehouseUnwritable, match=r"cannot be read or written.*See that YUSUAN_LAKE.*mounted"):
        Warehouse.open(lake)


def test_the_files_can_be_in_a_bucket(storage: Storage, tmp_path: Path) -> None:
    files = f"s3://budgets/{tmp_path.name}"
    lake = store_at(f"ducklake:sqlite:{tmp_path / 'catalogue.sqlite'}", files, tmp_path / "warehouse.duckdb")
    batch = Batch().add("a.txt", [EXPERTS, MEETINGS])
    with Warehouse.open(lake) as warehouse:
        with warehouse.transaction():
            warehouse.load(warehouse.begin_run("1", AS_OF, READER), CATALOGUE, batch.pulled, batch.frames)
        warehouse.tidy()
    with lake.read() as connection:
        assert connection.execute("SELECT project_name, amount_yuan FROM fact_project ORDER BY ALL").fetchall() == [
            (EXPERTS.name, Decimal("40000.00")), (MEETINGS.name, Decimal("330000.00"))]
        [(paths,)] = connection.execute("SELECT list(DISTINCT split_part(file, 'main', 1)) FROM glob($1) AS found(file)", [f"{files}/**"]).fetchall()
    assert paths == [f"{files}/"]


def test_a_bucket_that_is_not_there_is_told(storage: Storage, tmp_path: Path) -> None:
    lake = store_at(f"ducklake:sqlite:{tmp_path / 'catalogue.sqlite'}", "s3://no-such-bucket/lake", tmp_path / "warehouse.duckdb")
    with pytest.raises(WarehouseUnreachable, match=r"cannot be reached.*YUSUAN_LAKE names a bucket") as raised:
        Warehouse.open(lake)
    assert "geheim" not in str(raised.value)


def test_upkeep_leaves_few_files_and_every_row(lake: Store, tmp_path: Path) -> None:
    """Snapshots and files are kept for a week, for whoever reads the lake itself."""
    with Warehouse.open(lake) as warehouse:
        for number in range(3):
            with warehouse.transaction():
                warehouse.begin_run(str(number), AS_OF, READER)
        before = contents(warehouse.connection)
        files = "SELECT count(*) FROM ducklake_list_files('yusuan', 'load_run')"
        assert warehouse.connection.execute(files).fetchall() == [(3,)]
        warehouse.tidy()
        assert warehouse.connection.execute(files).fetchall() == [(1,)]
        assert contents(warehouse.connection) == before
        [(snapshots,)] = warehouse.connection.execute("SELECT count(*) FROM ducklake_snapshots('yusuan')").fetchall()
        assert snapshots > 3


@pytest.mark.system_program(INITDB)
def test_a_server_that_goes_away_under_way_is_told_and_leaves_nothing(postgres: Postgres, tmp_path: Path) -> None:
    lake = store_at(f"ducklake:postgres:{postgres.database()}", "", tmp_path / "warehouse.duckdb")
    Warehouse.open(lake).close()
    with Warehouse.open(lake) as warehouse, pytest.raises(WarehouseUnreachable, match=r"does not answer.*warehouse is as it was"):
        begin_without_server(warehouse, postgres)
    postgres.start()
    with Warehouse.open(lake) as warehouse:
        assert warehouse.find_run() is None
        assert warehouse.start_run("1", AS_OF)


def begin_without_server(warehouse: Warehouse, postgres: Postgres) -> None:
    with warehouse.transaction():
        warehouse.begin_run("1", AS_OF, READER)
        postgres.stop()


@pytest.mark.system_program(INITDB)
def test_a_wrong_password_is_told_without_it(postgres: Postgres, tmp_path: Path) -> None:
    lake = store_at(f"ducklake:postgres:{postgres.dsn(password='verraten')}", "", tmp_path / "warehouse.duckdb")
    with pytest.raises(WarehouseUnreachable, match=r"password authentication failed.*YUSUAN_WAREHOUSE_FILE, PGPASSWORD") as raised:
        Warehouse.open(lake)
    assert "verraten" not in "".join(map(str, causes(raised.value)))


def test_upkeep_removes_the_files_of_killed_writers_after_a_week(lake: Store, tmp_path: Path) -> None:
    with Warehouse.open(lake) as warehouse:
        before = contents(warehouse.connection)
        younger, older = (tmp_path / "lake" / "main" / "load_run" / f"ducklake-{age}.parquet" for age in ("younger", "older"))
        for file in (younger, older):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"half")
        week_ago = datetime.now(UTC).timestamp() - 8 * 86400
        os.utime(older, (week_ago, week_ago))
        warehouse.tidy()
        assert (younger.exists(), older.exists()) == (True, False)
        assert contents(warehouse.connection) == before


def test_a_new_catalogue_takes_no_place_that_has_files_of_another(tmp_path: Path) -> None:
    first, second = (store_at(f"ducklake:sqlite:{tmp_path / name}", "", tmp_path / "warehouse.duckdb") for name in ("first", "second"))
    Warehouse.open(first).close()
    with pytest.raises(UnusableInput, match=r"has Parquet files.*Set YUSUAN_LAKE to a place of its own"):
        Warehouse.open(second)
    assert not second.exists()
