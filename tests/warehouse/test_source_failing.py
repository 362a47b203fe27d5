"""`source-failing`: an address answers at least once in three nights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from batches import SEED, Batch, rows

from warehouse.store import Warehouse


@pytest.fixture
def outcomes(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    night.rules = (rule("source-failing"),)

    def judge(*answers: str, status: int | None = 503) -> tuple[Any, ...]:
        for day, answer in enumerate(answers, 11):
            for hour, said in enumerate(answer.split(), 10):    # runs of one night
                batch = Batch(pulled_at=f"2026-01-{day} {hour}:00:00+00:00").pull(SEED, said, message="yunshan.yaml:14: the server answered 503", status=status)
                night(batch, as_of=date(2026, 1, day))
        return rows(warehouse.connection, "SELECT passed, failed, fact_rule_outcome.not_applicable, reason FROM fact_rule_outcome JOIN load_run USING (run_key) ORDER BY started_at DESC")[0]

    return judge


def test_fails_after_three_nights(warehouse: Warehouse, outcomes: Any) -> None:
    assert outcomes("unchanged", "failed", "blocked", "failed") == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT message_zh FROM fact_finding") == [
        (f"公开地址 {SEED} 自 2026-01-12 起连续 3 夜无法取得：网站返回错误 503。",)]


@pytest.mark.parametrize(("status", "why"), [(200, "网站有应答，但没有取得完整的文件"), (None, "没有读到")])    # its address is no site's
def test_a_site_that_sends_something_else_is_not_called_silent(warehouse: Warehouse, outcomes: Any, status: int | None, why: str) -> None:
    outcomes("failed", "failed", "failed", status=status)
    assert rows(warehouse.connection, "SELECT message_zh FROM fact_finding") == [
        (f"公开地址 {SEED} 自 2026-01-11 起连续 3 夜无法取得：{why}。",)]


def test_passes_with_an_answer_in_between(outcomes: Any) -> None:
    assert outcomes("failed", "unchanged", "failed") == (1, 0, 0, None)


def test_does_not_apply_before_three_nights(outcomes: Any) -> None:
    assert outcomes("failed", "failed") == (0, 0, 1, "asked-too-seldom")


def test_runs_of_one_night_are_one_night(outcomes: Any) -> None:
    assert outcomes("failed failed failed") == (0, 0, 1, "asked-too-seldom")
    assert outcomes("failed", "failed", "failed unchanged") == (1, 0, 0, None)
