"""`duplicate-document`: no document is published twice, and no project in two documents."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, ZX, Batch, Project, rows

from warehouse.store import Warehouse


@pytest.fixture
def outcome(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[[Batch], tuple[Any, ...]]:
    night.rules = (rule("duplicate-document"),)

    def judge(batch: Batch) -> tuple[Any, ...]:
        night(batch)
        return rows(warehouse.connection, "SELECT passed, failed, not_applicable FROM fact_rule_outcome")[0]

    return judge


def test_passes_for_different_projects_and_for_another_year(outcome: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS]).add("b.txt", [MEETINGS]).add("2024.txt", [EXPERTS], fiscal_year=2024)
    assert outcome(batch) == (3, 0, 0)


def test_fails_for_the_same_bytes_and_names_the_address_that_counts(warehouse: Warehouse, outcome: Any) -> None:
    assert outcome(Batch().add(SEED, [EXPERTS], sha256="same").add("copy.txt", [EXPERTS], sha256="same")) == (1, 1, 0)
    assert rows(warehouse.connection, "SELECT label, actual, address FROM quality") == [("copy.txt", SEED, "copy.txt")]


def test_fails_for_both_departments_that_publish_the_same_bytes_and_says_for_whom_they_count(warehouse: Warehouse, outcome: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS], sha256="same").add("zx.txt", [EXPERTS], sha256="same", department_id=ZX)
    assert outcome(batch) == (0, 2, 0)
    rd, zx = rows(warehouse.connection, "SELECT department_name, actual, message_zh FROM quality ORDER BY department_id")
    assert (rd[1], zx[1]) == ("zx.txt", SEED)
    assert f"{zx[0]}公布了完全相同的文件，计入{rd[0]}" in rd[2]
    assert f"文件内容完全相同，计入{rd[0]}" in zx[2]


def test_fails_for_the_same_project_in_two_documents_which_counts_once_as_the_newest_states_it(
    warehouse: Warehouse, night: Any, outcome: Any
) -> None:
    outcome(Batch().add("booklet.txt", [EXPERTS, MEETINGS]))
    night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add("attachment.txt", [Project(EXPERTS.name, "41000.00")]))
    assert rows(warehouse.connection, "SELECT label, actual FROM quality") == [("booklet.txt", "attachment.txt")]
    assert rows(warehouse.connection, "SELECT project_name, amount_yuan, address FROM project ORDER BY amount_yuan") == [
        (EXPERTS.name, Decimal("41000.00"), "attachment.txt"), (MEETINGS.name, Decimal("330000.00"), "booklet.txt"),
    ]


def test_units_of_one_department_may_have_projects_of_the_same_name(warehouse: Warehouse, outcome: Any) -> None:
    units = [Project("办公设备购置", "1000.00", unit_name=unit) for unit in ("第一中学", "第二中学")]
    assert outcome(Batch().add("1.txt", units[:1]).add("2.txt", units[1:])) == (2, 0, 0)
    assert rows(warehouse.connection, "SELECT count(*), sum(amount_yuan) FROM project") == [(2, Decimal("2000.00"))]


def test_documents_of_an_unknown_year_are_not_taken_for_each_other(warehouse: Warehouse, outcome: Any) -> None:
    assert outcome(Batch().add("1.txt", [EXPERTS], fiscal_year=None).add("2.txt", [EXPERTS], fiscal_year=None)) == (2, 0, 0)
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(2,)]
