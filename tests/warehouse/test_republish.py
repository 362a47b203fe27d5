"""Publishing what changed: a copy of the last file with the changes of the runs since then holds what one written anew holds."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, Night, contents, contents_of, rows
from random_nights import random_nights

from expectations.rules import RULES
from warehouse import publishing, replaying
from warehouse.publishing import described, description_of
from warehouse.store import Warehouse
from warehouse.tables import SEARCH, TABLES, VIEWS

NEXT = "2026-01-11 18:00:00+00:00"
OF_WAREHOUSE = tuple(rule for rule in RULES.values() if rule.runs_on_warehouse)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "published" / "yusuan.duckdb"


def everything(path: Path) -> list[Any]:
    """What a published file holds: rows, columns, views and comments."""
    with duckdb.connect(path, read_only=True) as connection:
        numbered = {    # a copy gives numbers as documents come to it
            table.name: f"(SELECT * EXCLUDE project_number FROM {table.name} JOIN searched_project AS project USING (project_number))"
            for table in SEARCH
        }
        return [
            contents(connection) | {name: contents_of(connection, of) for name, of in numbered.items()},
            rows(connection, "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"),
            rows(connection, "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"),
            rows(connection, "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL"),
        ]


def is_replayed(target: Path) -> bool:
    description = described(target)
    assert description is not None
    return description.rows_out_of_order > 0


# Takes some seconds: what replaying leaves out shows only after nights of every kind.
@pytest.mark.parametrize("seed", [0])
def test_what_is_published_night_by_night_is_what_is_published_anew(warehouse: Warehouse, target: Path, tmp_path: Path, seed: int) -> None:
    night = Night(warehouse, OF_WAREHOUSE)
    replayed = 0
    for number, (batch, catalogue) in enumerate(random_nights(Random(seed), warehouse, 6)):
        night(batch, catalogue=catalogue, code_version="1" if number < 4 else "2")
        if number == 2:
            continue    # two nights at once
        warehouse.publish(target)
        replayed += is_replayed(target)
        warehouse.publish(tmp_path / f"anew{number}.duckdb")
        assert everything(target) == everything(tmp_path / f"anew{number}.duckdb")
    assert replayed == 4


@pytest.fixture
def published(warehouse: Warehouse, night: Any, target: Path) -> Path:
    """A published copy, and a night that it does not hold yet."""
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.publish(target)
    night(Batch(pulled_at=NEXT).add(SEED, [MEETINGS]))
    return target


def project_names(target: Path) -> list[Any]:
    with duckdb.connect(target, read_only=True) as connection:
        return rows(connection, "SELECT project_name FROM project")


def test_the_description_tells_run_rows_and_checksum(warehouse: Warehouse, night: Night, published: Path) -> None:
    warehouse.publish(published)
    description = described(published)
    assert description is not None
    assert night.run is not None
    assert description.run_id == night.run.run_id
    assert (description.rows["fact_project"], description.rows["load_run"]) == (2, 2)
    with published.open("rb") as file:
        assert description.sha256 == publishing._hashed(file)


@pytest.mark.parametrize("harm", ["a changed byte", "cut off", "gone", "undescribed", "described otherwise", "of another version"])
def test_what_cannot_be_trusted_is_written_anew(warehouse: Warehouse, published: Path, harm: str) -> None:
    published.chmod(0o644)
    match harm:
        case "a changed byte":
            with published.open("r+b") as file:
                file.seek(-100, 2)
                file.write(b"x")
        case "cut off":
            published.write_bytes(published.read_bytes()[:5000])
        case "gone":
            published.unlink()
        case "undescribed":
            description_of(published).unlink()
        case "described otherwise":
            description_of(published).write_text("{", encoding="utf-8")
        case "of another version":
            known = json.loads(description_of(published).read_text(encoding="utf-8"))
            description_of(published).write_text(json.dumps({**known, "declaration": "of version 1"}), encoding="utf-8")
    warehouse.publish(published)
    assert not is_replayed(published)
    assert project_names(published) == [("人大会议经费",)]


def test_a_copy_with_runs_that_the_warehouse_does_not_know_is_written_anew(warehouse: Warehouse, published: Path) -> None:
    warehouse.publish(published)
    last = "(SELECT run_key FROM load_run ORDER BY started_at DESC LIMIT 1)"
    warehouse.connection.execute(f"UPDATE load_run SET run_key = run_key - 1 WHERE run_key = {last}")    # as after a restored backup
    warehouse.publish(published)
    assert not is_replayed(published)


def test_runs_that_are_too_long_ago_are_not_replayed(warehouse: Warehouse, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "KEPT_RUNS", 0)
    warehouse.publish(published)
    assert not is_replayed(published)
    assert project_names(published) == [("人大会议经费",)]
    assert rows(warehouse.connection, "SELECT count(*) FROM changed_document") == [(0,)]


def test_rows_that_replaying_does_not_know_of_are_missed_and_all_is_written_anew(warehouse: Warehouse, published: Path) -> None:
    warehouse.connection.execute("DELETE FROM changed_document")
    warehouse.publish(published)
    assert not is_replayed(published)
    assert project_names(published) == [("人大会议经费",)]


def test_what_was_put_out_of_order_is_put_in_order_once_it_is_much(warehouse: Warehouse, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LARGEST_SHARE_OUT_OF_ORDER", 0.0)
    warehouse.publish(published)
    assert not is_replayed(published)


def test_what_is_private_never_stands_in_the_file(warehouse: Warehouse, published: Path) -> None:
    warehouse.connection.execute("INSERT INTO dim_audience VALUES ('secret-audience', '不公开的对象', 'info')")
    for _ in range(2):
        warehouse.publish(published)
        assert is_replayed(published)
        assert b"secret-audience" not in published.read_bytes()
        assert "不公开的对象".encode() not in published.read_bytes()
    with duckdb.connect(published, read_only=True) as connection:
        of_the_copy = {*(name for name, view in VIEWS.items() if view.stored_by), *(table.name for table in SEARCH)}
        assert set(contents(connection)) - of_the_copy == {name for name, table in TABLES.items() if table.is_published}


def test_a_number_that_changed_without_a_word_is_published_all_the_same(warehouse: Warehouse, target: Path) -> None:
    night = Night(warehouse)
    night(Batch().add(SEED, [EXPERTS, MEETINGS]))
    warehouse.publish(target)
    night(Batch().add("another", [MEETINGS]))
    warehouse.connection.execute("UPDATE fact_project SET amount_yuan = amount_yuan + 1 WHERE project_no = 0")    # no statement of ours
    warehouse.publish(target)
    with duckdb.connect(target, read_only=True) as copy:
        amounts = "SELECT document_key, project_no, amount_yuan FROM fact_project ORDER BY ALL"
        assert rows(copy, amounts) == rows(warehouse.connection, amounts)
