"""What Prefect's page shows of a night, asked of a real server."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from batches import Batch, Night
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.context import FlowRunContext
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from flows import artifacts
from flows.artifacts import Progress, report
from flows.rereading import Rereading
from flows.summary import Summary
from settings import Settings
from warehouse.loading import LoadCounts
from warehouse.store import Warehouse


def left_by_this_run() -> dict[str, Any]:
    """The data of each artifact of the run at work, by key."""
    context = FlowRunContext.get()
    assert context
    assert context.flow_run
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[context.flow_run.id]))
    with get_client(sync_client=True) as client:
        return {str(one.key): one.data for one in client.read_artifacts(artifact_filter=of_run)}


def test_a_run_leaves_its_summary_what_failed_what_was_found_and_where_the_copy_is(server: dict[str, str], tmp_path: Path) -> None:
    settings = Settings().at(data=tmp_path / "data", language="en")
    summary = Summary(
        sources=2, counts=LoadCounts(2, 1, 0, 0, 1, 0, 0, 0, {}), findings={"critical": 1}, problems=(), reread=Rereading(), restored=0,
        unmatched=0, hidden=[], deliveries=(), warehouse=settings.warehouse_file, published=settings.published,
    )

    @flow(name="night")
    def night() -> dict[str, Any]:
        with Warehouse.open(settings.warehouse_file) as warehouse:
            one_night = Night(warehouse)
            one_night(Batch().add("a").pull("b", "failed", message="HTTP 500").find(0, "unit-slip", "critical", "会议费"))
            assert one_night.run
            report(warehouse, one_night.run, settings, summary, [])
        return left_by_this_run()

    left = night()
    assert left.keys() == {f"nightly-{what}" for what in ("summary", "expectations", "failed-sources", "findings", "published-copy")}
    assert "Sources asked" in left["nightly-summary"]
    [failed] = json.loads(left["nightly-failed-sources"])
    assert (failed["address"], failed["message"]) == ("b", "HTTP 500")
    [found] = json.loads(left["nightly-findings"])
    assert (found["severity"], found["rule"], found["message"]) == ("critical", "unit-slip", "会议费 is wrong")
    assert settings.published.as_uri() in left["nightly-published-copy"]


def test_a_stage_that_takes_long_tells_how_far_it_is(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    @flow(name="night")
    def night() -> dict[str, Any]:
        progress = Progress()
        for done in range(1, 4):
            with ThreadPoolExecutor() as threads:    # as hosts are asked
                threads.submit(progress, "Parse", done, 4).result()
            progress("Pull", 3, 3)    # in one go: nothing was to be waited for
            monkeypatch.setattr(artifacts, "EVERY_SECONDS", 0.0)
        progress("Parse", 4, 4)
        return left_by_this_run()

    left = night()
    assert left["nightly-parse"] == 100.0


def test_a_server_that_is_gone_ends_no_night(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(artifacts, "EVERY_SECONDS", 0.0)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        Progress()("Parse", 1, 4)
    assert "could not be told" in caplog.text
