"""The numbers for Prometheus, read by its own parser."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
from batches import Batch, Night
from prometheus_client.parser import text_string_to_metric_families

from warehouse.metrics import METRICS, metrics
from warehouse.query import connect
from warehouse.store import Step, Warehouse


def test_what_is_told_of_the_last_night(tmp_path: Path) -> None:
    published = tmp_path / "published" / "yusuan.duckdb"
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        night = Night(warehouse)
        night(Batch().add("a").pull("b", "failed").find(0, "unit-slip", "critical", "会议费").quarantine(0, "培训费", "12..5"))
        assert night.run
        warehouse.record_steps(night.run, [Step("Pull", 2, 1.5)])
        warehouse.publish(published)
    with connect(published) as copy:
        families = {family.name: family for family in text_string_to_metric_families(metrics(copy))}
    assert set(families) == {f"yusuan_{name}" for name in METRICS}
    values = {(sample.name, *sample.labels.values()): sample.value for family in families.values() for sample in family.samples}
    assert values["yusuan_last_night_sources",] == 2
    assert values["yusuan_last_night_documents", "new"] == 1
    assert values["yusuan_last_night_documents", "failed"] == 1
    assert values["yusuan_last_night_step_seconds", "Pull"] == 1.5
    assert values["yusuan_runs", "succeeded"] == 1
    assert values["yusuan_open_issues", "critical"] == 1
    assert values["yusuan_quarantined_rows",] == 1
    assert values["yusuan_last_night_timestamp_seconds",] == pytest.approx(night.run.started_at.replace(tzinfo=UTC).timestamp())
