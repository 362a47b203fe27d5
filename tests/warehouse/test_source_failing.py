"""`source-failing`: an address answers at least once in three nights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batches import SEED, Batch, rows

from warehouse.store import Warehouse


@pytest.fixture
def outcomes(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    night.rules = (rule("source-failing"),)

    def judge(*answers: str) -> tuple[Any, ...]:
        for day, answer in enumerate(answers, 11):
            night(Batch(pulled_at=f"2026-01-{day} 18:00:00+00:00").pull(SEED, answer, message="503 from the site"))
        return rows(warehouse.connection, "SELECT passed, failed, fact_rule_outcome.not_applicable, reason FROM fact_rule_outcome JOIN load_run USING (run_key) ORDER BY started_at DESC")[0]

    return judge


def test_fails_after_three_nights(warehouse: Warehouse, outcomes: Any) -> None:
    assert outcomes("unchanged", "failed", "blocked", "failed") == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT message_zh FROM fact_finding") == [
        (f"公开地址 {SEED} 自 2026-01-10 起连续 3 夜无法取得：503 from the site。",)]


def test_passes_with_an_answer_in_between(outcomes: Any) -> None:
    assert outcomes("failed", "unchanged", "failed") == (1, 0, 0, None)


def test_does_not_apply_before_three_nights(outcomes: Any) -> None:
    assert outcomes("failed", "failed") == (0, 0, 1, "asked-too-seldom")
