"""`published-late`: the earliest date that the pages give is not after the deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from batches import EXPERTS, SEED, Batch, rows

from warehouse.store import Warehouse

OUTCOMES = "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome JOIN load_run USING (run_key) ORDER BY started_at DESC"


@pytest.fixture
def outcomes(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    night.rules = (rule("published-late"),)

    def judge(batch: Batch, as_of: date = date(2023, 4, 1)) -> tuple[Any, ...]:
        night(batch, as_of=as_of)
        return rows(warehouse.connection, OUTCOMES)[0]

    return judge


def dated(day: date) -> Batch:
    return Batch().add(SEED, [EXPERTS], pulled={"published_date": day})


def test_passes_on_the_last_day(outcomes: Any) -> None:
    assert outcomes(dated(date(2023, 3, 1))) == (1, 0, 1, "not-published")


def test_fails_after_it(warehouse: Warehouse, outcomes: Any) -> None:
    assert outcomes(dated(date(2023, 3, 21))) == (0, 1, 1, "not-published")
    assert rows(warehouse.connection, "SELECT message_zh FROM fact_finding") == [
        ("广州市天河区人民代表大会常务委员会办公室的 2023 年预算应于 2023-03-01 前公开，公布日期为 2023-03-21，晚 20 天。",)]


def test_does_not_apply_without_a_date(outcomes: Any) -> None:
    assert outcomes(Batch().add(SEED, [EXPERTS])) == (0, 0, 2, "date-unknown,not-published")


def test_does_not_apply_where_another_document_may_have_been_in_time(outcomes: Any) -> None:
    assert outcomes(dated(date(2023, 3, 21)).add("b.txt", [EXPERTS])) == (0, 0, 2, "date-unknown,not-published")


def test_does_not_apply_a_year_later(outcomes: Any) -> None:
    assert outcomes(dated(date(2023, 3, 21)), as_of=date(2024, 3, 22)) == (0, 0, 2, "long-ago,not-published")


def test_does_not_apply_a_month_after_it_was_told(warehouse: Warehouse, outcomes: Any) -> None:
    """There is nothing that could be corrected."""
    late = Batch(pulled_at="2023-03-25 18:00:00+00:00").add(SEED, [EXPERTS], pulled={"published_date": date(2023, 3, 21)})
    assert outcomes(late, as_of=date(2023, 4, 25)) == (0, 1, 1, "not-published")
    assert outcomes(Batch(pulled_at="2023-04-26 18:00:00+00:00"), as_of=date(2023, 4, 26)) == (0, 0, 2, "long-ago,not-published")
