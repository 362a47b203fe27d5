"""What the row of a run says of its end."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from batches import CATALOGUE, Batch

from flows.logs import Log
from flows.progress import Stages
from flows.runs import conclude_run, in_order, recorded_run, set_back
from language.errors import told
from settings import Settings
from sources.outcomes import Pulled
from warehouse.store import NO_READER, Run, Warehouse


def broken_run(warehouse: Warehouse, *, concluded: bool) -> str:
    """How a run is recorded that breaks with what DuckDB raises where a signal came during a COMMIT, which stands nevertheless."""
    settings = Settings().at(data=Path(warehouse.store.place).parent)
    with suppress(RuntimeError), recorded_run(warehouse, settings, Stages()) as run:
        if concluded:
            with warehouse.transaction():
                conclude_run(warehouse, run, settings)
        raise RuntimeError("Query interrupted")
    ((status,),) = warehouse.connection.execute("SELECT status FROM load_run WHERE run_key = ?", [run.run_key]).fetchall()
    return str(status)

def test_a_run_that_has_concluded_stays_so_whatever_breaks_then(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        assert broken_run(warehouse, concluded=True) == "succeeded"    # or the next night tells again what this one has told
        assert broken_run(warehouse, concluded=False) == "failed"


def test_what_is_told_is_what_broke_the_warehouse_not_that_it_cannot_record_it(tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path)

    def broken() -> None:
        with Warehouse.open(settings.warehouse_file) as warehouse, recorded_run(warehouse, settings, Stages()):
            warehouse.connection.close()
            raise RuntimeError("what broke it")

    with pytest.raises(RuntimeError, match="what broke it"):
        broken()


def test_where_the_clock_was_set_back_it_is_told_and_what_is_pulled_follows_what_was_pulled_before() -> None:
    now = datetime.now(UTC)
    pulled = Pulled(
        outcome="new", department_id="audit", address="a", file_name="a", fiscal_year=None, stage=None, stated_department=None, seconds=1.0,
        pulled_at=now,
    )
    ahead, ordinary = (
        Run(1, "r", started.replace(tzinfo=None), started.date(), "1", NO_READER) for started in (now + timedelta(days=30), now))
    [told_of] = set_back(ahead)
    assert "Set the clock" in told_of
    assert told(told_of, "zh").startswith("计算机时钟显示")
    assert in_order(ahead, [pulled])[0].pulled_at == ahead.started_at.replace(tzinfo=UTC)
    assert set_back(ordinary) == []
    assert in_order(ordinary, [pulled]) == [pulled]


def test_a_log_for_programs_is_one_object_a_line_with_the_ids_of_what_it_speaks_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    stages, settings = Stages(Log("json")), Settings().at(data=tmp_path)
    with Warehouse.open(settings.warehouse_file) as warehouse, stages:
        with recorded_run(warehouse, settings, stages) as run, stages.stage("Load", 2):
            batch = Batch().add("a").pull("b", "failed", message="第1次\x1b[2J").find(0, "unit-slip", "critical", "会议费")
            with warehouse.transaction():
                warehouse.load(run, CATALOGUE, batch.pulled, batch.frames)
                conclude_run(warehouse, run, settings)
        with pytest.raises(RuntimeError), recorded_run(warehouse, settings, stages):
            raise RuntimeError("what broke it")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in told] == [
        "run-begun", "stage", "source-failed", "document-loaded", "finding", "finding", "run-ended", "run-begun", "run-failed"]
    assert len({one["run"] for one in told}) == 2
    stage, source, document, finding, failed = (told[place] for place in (1, 2, 3, 4, -1))
    assert (stage["stage"], stage["items"], stage["of"]) == ("load", 2, 2)
    assert (source["address"], source["message"]) == ("b", "第1次\x1b[2J")
    assert (finding["rule"], finding["sha256"]) == ("unit-slip", document["sha256"])
    assert failed["error"] == "what broke it"
