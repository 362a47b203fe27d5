"""The number of the declaration: a file that a newer program has made is refused, and a changed table has another number."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import WarehouseOutdated
from warehouse.store import Warehouse
from warehouse.tables import DECLARATION, TABLES

# By number. A change of a table, or of what its rows mean, is a new line here and one more in `DECLARATION`.
FINGERPRINTS = {
    1: "9f3ff68f4867e726f6970d246223de2a6ffdfaddcff9c991d11640c63f6b0fab",
    2: "5bb5ca7555df7761cd381230c678aad009fb09593fcc81a14a595fc4dca9e3d0",    # run_record
    3: "67af0b7e354fd319ec5036c68a47865be7c31e035855aa3b2baa366648937770",    # departments over the years; correction_notice, compared_year, is_certain
    4: "1ccbedbaa0bbfa05f2347bac3329f8ef97075de87ef92d6864fcd4d3a4cc1ac0",    # dim_account_name
    5: "997b3d5b124763cee2256d261f3022eae809ada1e39b666268152a598804ab55",    # accounts by their code, indicators by their names
}


def test_a_changed_table_is_another_declaration() -> None:
    declared = hashlib.sha256("\n".join(sorted(table.ddl for table in TABLES.values())).encode()).hexdigest()
    assert FINGERPRINTS.get(DECLARATION) == declared
    assert max(FINGERPRINTS) == DECLARATION


def test_a_file_of_a_newer_program_is_refused_and_stays_as_it_is(path: Path) -> None:
    Warehouse.open(path).close()
    with duckdb.connect(path) as newer:
        newer.execute("INSERT INTO warehouse_declaration VALUES (?)", [DECLARATION + 1])
        newer.execute("DROP TABLE fact_project")    # would come back, were it taken for an older file
    before = path.read_bytes()
    with pytest.raises(WarehouseOutdated, match=f"newer version of Yusuan: its tables are of declaration {DECLARATION + 1}.*yusuan restore"):
        Warehouse.open(path)
    assert path.read_bytes() == before


def test_a_file_from_before_there_were_numbers_gets_one(path: Path) -> None:
    Warehouse.open(path).close()
    with duckdb.connect(path) as older:
        older.execute("DROP TABLE warehouse_declaration")
    with Warehouse.open(path) as warehouse:
        assert warehouse.connection.execute("FROM warehouse_declaration").fetchall() == [(DECLARATION,)]
