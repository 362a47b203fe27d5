"""What a night decides and checks for the departments that changed is what it decides and checks for all of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from batches import EXPERTS, SEED, ZX, Batch, Night, contents, rows
from random_nights import random_nights

from expectations.rules import RULES
from warehouse import checking
from warehouse.store import Warehouse
from warehouse.tables import COUNTS

OF_WAREHOUSE = tuple(rule for rule in RULES.values() if rule.runs_on_warehouse)
NEXT, LATER = "2026-01-11 18:00:00+00:00", "2026-01-12 18:00:00+00:00"
BEFORE, NOW = replace(EXPERTS, amount="6000000.00"), replace(EXPERTS, amount="18000000.00")


def decided(warehouse: Warehouse) -> dict[str, Any]:
    """What counts, and what the rules over the warehouse say tonight."""
    connection = warehouse.connection
    whole = contents(connection)
    return {
        **{table.name: whole[table.name] for table in COUNTS if table.is_published},
        "results": rows(connection, "FROM checked_rule ORDER BY ALL"),
        "findings": rows(connection, "FROM staged_warehouse_finding ORDER BY ALL"),
    }


# Takes some seconds: what is left out shows only after nights of every kind.
@pytest.mark.parametrize("seed", [2, 11])
def test_a_night_says_what_deciding_all_says_one_by_one(warehouse: Warehouse, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    night = Night(warehouse, OF_WAREHOUSE)
    for batch, catalogue in random_nights(Random(seed), warehouse, 5):
        night(batch, catalogue=catalogue)
        assert night.run is not None
        said = decided(warehouse)
        with warehouse.rehearsal(), monkeypatch.context() as small:
            small.setattr(checking, "DECIDED_AT_ONCE", 1)
            for table in ("kept_check", "kept_finding"):
                warehouse.connection.execute(f"DELETE FROM {table}")
            warehouse.connection.execute("INSERT INTO undecided_department SELECT DISTINCT department_id FROM dim_department")
            warehouse.check(night.run, OF_WAREHOUSE)
            warehouse.decide_reasons()
            assert decided(warehouse) == said
    assert rows(warehouse.connection, "FROM fact_finding WHERE rule = 'drift' LIMIT 1")    # there was something to keep


@pytest.fixture
def drifting(warehouse: Warehouse) -> Night:
    """A department whose project is three times that of the year before, which a night has told; the next one may leave it as it is."""
    night = Night(warehouse, (RULES["drift"],))
    night(Batch().add(SEED, [BEFORE], fiscal_year=2022).add("2023.txt", [NOW]))
    return night


def told(warehouse: Warehouse) -> list[Any]:
    return rows(warehouse.connection, "SELECT label, message_en FROM staged_warehouse_finding")


def test_what_was_found_stands_although_nothing_of_the_department_was_checked(warehouse: Warehouse, drifting: Night) -> None:
    before = told(warehouse)
    assert len(before) == 1
    drifting(Batch(pulled_at=NEXT).add("zx.txt", [EXPERTS], department_id=ZX))
    assert rows(warehouse.connection, "FROM department_to_check") == [(ZX,)]
    assert told(warehouse) == before
    assert rows(warehouse.connection, "SELECT state FROM quality_issue WHERE rule = 'drift'") == [("open",)]
    assert rows(warehouse.connection, "SELECT DISTINCT failed FROM fact_rule_outcome WHERE rule = 'drift'") == [(1,)]


def test_a_rule_that_did_not_run_checks_all_when_it_runs_again(warehouse: Warehouse, drifting: Night) -> None:
    drifting.rules = ()
    drifting(Batch(pulled_at=NEXT).add("2023.txt", [BEFORE]))
    drifting.rules = (RULES["drift"],)
    drifting(Batch(pulled_at=LATER).add("zx.txt", [EXPERTS], department_id=ZX))
    assert told(warehouse) == []


def test_a_rule_with_another_threshold_checks_all(warehouse: Warehouse, drifting: Night) -> None:
    rule = RULES["drift"]
    drifting.rules = (replace(rule, thresholds={**rule.thresholds, "project_share": 1000}),)
    drifting(Batch(pulled_at=NEXT))
    assert told(warehouse) == []
