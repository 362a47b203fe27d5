"""A correction in the catalogue reaches the documents that are there, also where the file did not change."""

from __future__ import annotations

from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, contents, rows

from warehouse.store import Warehouse

STATED = "SELECT fiscal_year, fiscal_year_source, stage, stage_source, catalogue_fiscal_year, catalogue_stage FROM dim_document"
NEXT = "2026-01-11 18:00:00+00:00"


def unchanged(fiscal_year: int | None, stage: str | None, **facts: Any) -> Batch:
    return Batch(pulled_at=NEXT).pull(SEED, "unchanged", fiscal_year=fiscal_year, stage=stage, **facts)


@pytest.mark.parametrize(("stated", "expected"), [
    ((None, None), (2024, "catalogue", "final", "catalogue", 2024, "final")),
    ((2023, "budget"), (2023, "document", "budget", "document", 2024, "final")),
])
def test_year_and_stage_of_an_address_reach_its_document_unless_it_states_its_own(
    warehouse: Warehouse, night: Any, stated: Any, expected: Any
) -> None:
    year, stage = stated
    night(Batch().add(SEED, [EXPERTS], fiscal_year=year, stage=stage, pulled={"fiscal_year": 2022, "stage": "budget"}))
    night(unchanged(2024, "final"))
    assert rows(warehouse.connection, STATED) == [expected]
    counted = [(expected[0], expected[2])] if year is None else []    # another year than the catalogue's counts for nobody
    assert rows(warehouse.connection, "SELECT fiscal_year, stage FROM project") == counted


def test_what_the_catalogue_takes_back_is_unknown_again(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], fiscal_year=None, stage=None, pulled={"fiscal_year": 2022, "stage": "budget"}))
    night(unchanged(None, None))
    assert rows(warehouse.connection, STATED) == [(None,) * 6]


def test_a_finding_goes_with_its_document_and_back(warehouse: Warehouse, night: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS], fiscal_year=None, pulled={"fiscal_year": 2022}).find(0, "missing-goal", "warning", "专家咨询")
    night(batch)
    before = contents(warehouse.connection)["fact_finding"]
    night(unchanged(2023, None))
    assert rows(warehouse.connection, "SELECT fiscal_year, rule FROM quality") == [(2023, "missing-goal")]
    assert rows(warehouse.connection, "SELECT fiscal_year, state FROM quality_issue ORDER BY 1") == [(2022, "resolved"), (2023, "open")]
    night(unchanged(2022, None))
    assert contents(warehouse.connection)["fact_finding"] == before


def test_the_year_of_the_file_that_was_there_before_stays(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], fiscal_year=None, pulled={"fiscal_year": 2022}))
    night(Batch(pulled_at=NEXT).add(SEED, [MEETINGS], fiscal_year=None, pulled={"fiscal_year": 2022}))
    night(unchanged(2023, None))
    assert rows(warehouse.connection, "SELECT fiscal_year FROM dim_document ORDER BY version_no") == [(2022,), (2023,)]


def test_sources_that_disagree_about_a_file_correct_nothing(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], fiscal_year=None, pulled={"fiscal_year": 2022}))
    night(unchanged(2023, None).pull(SEED, "unchanged", fiscal_year=2024))
    night(Batch().pull(SEED, "failed", fiscal_year=2025))
    assert rows(warehouse.connection, "SELECT fiscal_year FROM dim_document") == [(2022,)]
