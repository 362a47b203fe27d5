"""`not-published`: what the catalogue expects is published by its due date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from batches import EXPERTS, SEED, ZX, Batch, rows

from warehouse.store import Warehouse


@pytest.fixture
def outcomes(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., list[tuple[Any, ...]]]:
    night.rules = (rule("not-published"),)

    def judge(batch: Batch, as_of: date = date(2026, 1, 10)) -> list[tuple[Any, ...]]:
        night(batch, as_of=as_of)
        return rows(warehouse.connection, "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome")

    return judge


def test_passes_where_the_document_is_there(outcomes: Any) -> None:
    assert outcomes(Batch().add(SEED, [EXPERTS]).add("zx.txt", [EXPERTS], department_id=ZX)) == [(2, 0, 0, None)]


def test_fails_after_the_due_date(warehouse: Warehouse, outcomes: Any) -> None:
    assert outcomes(Batch().add(SEED, [EXPERTS]), as_of=date(2023, 3, 2)) == [(1, 1, 0, None)]
    assert rows(warehouse.connection, "SELECT department_id, label, expected, message_zh FROM quality") == [
        (ZX, "2023年预算", "2023-03-01", "政协广州市天河区委员会办公室应于 2023-03-01 前公开 2023 年预算，至今没有找到。"),
    ]


def test_does_not_apply_before_the_due_date(outcomes: Any) -> None:
    assert outcomes(Batch(), as_of=date(2023, 3, 1)) == [(0, 0, 2, "not-due")]


def test_does_not_apply_where_a_file_is_there_that_cannot_be_read(outcomes: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS]).add("zx.pdf", [], department_id=ZX, fiscal_year=None, stage=None, error="encrypted-pdf")
    assert outcomes(batch) == [(1, 0, 1, "unreadable-document")]


def test_another_year_does_not_count(outcomes: Any) -> None:
    batch = Batch().add("2022.txt", [EXPERTS], fiscal_year=2022).add("zx.txt", [EXPERTS], department_id=ZX, stage="final")
    assert outcomes(batch) == [(0, 2, 0, None)]
