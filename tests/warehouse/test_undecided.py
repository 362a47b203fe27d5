"""What counts is decided for the departments that a night changed; deciding everything anew gives the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from batches import AS_OF, CATALOGUE, EXPERTS, MEETINGS, RD, READER, ZX, Batch, Night, Project, rows

from expectations.rules import RULES
from warehouse.store import Warehouse
from warehouse.tables import COUNTS

UNITS = [Project(f"第{number}中学办学经费", f"{number}0000.00", unit_name=None) for number in range(1, 4)]
OTHERS = [replace(project, amount="77700.00") for project in UNITS]
CONTENTS: list[list[Project]] = [[EXPERTS], [EXPERTS, MEETINGS], UNITS, OTHERS, [MEETINGS]]
NAMES = {RD: "广州市天河区人民代表大会常务委员会办公室", ZX: "政协广州市天河区委员会办公室"}
TABLES = [table.name for table in COUNTS if table.is_published]


def decided(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(warehouse.connection, f"SELECT * FROM {name} ORDER BY ALL") for name in [*TABLES, "department_year"]}


def decided_anew(warehouse: Warehouse, night: Night) -> dict[str, list[tuple[Any, ...]]]:
    assert night.run is not None
    with warehouse.rehearsal():
        warehouse.connection.execute("UPDATE load_run SET decided_by = 'another program'")
        warehouse.check(night.run, night.rules)
        warehouse.decide_reasons()
        return decided(warehouse)


def some_night(number: int, chance: random.Random, known: dict[str, str]) -> Batch:
    """Addresses of two departments give new, other, the same or no documents; some bytes stand behind several of them."""
    batch = Batch(pulled_at=f"2026-01-{number:02} 18:00:00+00:00", summary=chance.choice([None, "5.00", "6.00"]))
    for department in (RD, ZX):
        for place in range(3):
            address = f"{department}-{place}.txt"
            what = chance.choice(["new", "unchanged", "unchanged", "gone", "gone", "failed", "unreadable", None])
            if what in {"new", "unreadable"} or (what == "unchanged" and address not in known):
                content = chance.randrange(len(CONTENTS))
                known[address] = f"{content}-{batch.summary}"
                batch.add(
                    address, CONTENTS[content], department_id=department, sha256=known[address] if what != "unreadable" else None,
                    fiscal_year=chance.choice([2023, 2023, 2022, None]), error="damaged-file" if what == "unreadable" else None,
                    department_name=chance.choice([None, *NAMES.values()]), pulled={"fiscal_year": 2023, "stage": "budget"},
                )
                if batch.frames["document"][-1]["outcome"] == "read" and CONTENTS[content] in (UNITS, OTHERS):
                    batch.total(len(batch.frames["document"]) - 1, "1.00")
            elif what and address in known:
                batch.pull(address, what, department, fiscal_year=2023, stage="budget")
    return batch


@pytest.mark.parametrize("seed", range(2))
def test_what_is_decided_for_changed_departments_is_what_would_be_decided_for_all(warehouse: Warehouse, night: Night, seed: int) -> None:
    night.rules = tuple(rule for rule in RULES.values() if rule.runs_on_warehouse)
    chance, known = random.Random(seed), dict[str, str]()
    for number in range(1, 8):
        night(some_night(number, chance, known), as_of=date(2023, 2, 26) + timedelta(days=number))
        assert decided(warehouse) == decided_anew(warehouse, night)
        assert rows(warehouse.connection, "FROM undecided_department") == []


def test_a_batch_that_nobody_checked_is_decided_by_the_next_night(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add("first.txt", [EXPERTS]))
    killed = warehouse.start_run("1", AS_OF, READER)
    batch = Batch().add("second.txt", [MEETINGS])
    with warehouse.transaction():
        warehouse.load(killed, CATALOGUE, batch.pulled, batch.frames)
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(1,)]
    night(Batch().pull("first.txt", "unchanged").pull("second.txt", "unchanged"))
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(2,)]


def test_a_night_in_which_nothing_changed_decides_nothing(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add("first.txt", [EXPERTS]))
    run = warehouse.start_run("1", AS_OF, READER)
    with warehouse.transaction():
        warehouse.load(run, CATALOGUE, Batch().pull("first.txt", "unchanged").pulled, {})
        assert rows(warehouse.connection, "FROM undecided_department") == []
