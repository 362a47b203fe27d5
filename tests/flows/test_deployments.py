"""What a Prefect server is told to run: that it takes it, makes and runs what is due, and what the runs beside the night do."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from batches import Batch, Night
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions, FlowRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.states import Pending, Running
from running import PROJECT, SAMPLES, YUSUAN
from typer.testing import CliRunner

import cli
from flows import upkeep
from flows.crashed import NAME, give_up_the_dead
from flows.deployments import NotInCatalogue, backfill, chosen_departments
from settings import Settings
from sources.catalogue import load_catalogue
from sources.pull import NoYears
from warehouse.errors import NotPublished
from warehouse.query import connect, rows
from warehouse.store import Warehouse

DEPLOYMENTS = {"nightly", "watchdog", "weekly", "reread", "backfill", "check", "maintenance"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings().at(data=tmp_path / "data")
    settings.data.mkdir()
    with Warehouse.open(settings.warehouse_file) as warehouse:
        Night(warehouse)(Batch().add("a"))
        warehouse.publish(settings.published)
    return settings


def prefect(*arguments: str, env: dict[str, str]) -> str:
    command = [str(YUSUAN.with_name("prefect")), *arguments]
    done = subprocess.run(command, check=False, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_server_takes_all_deployments_and_of_the_runs_that_downtime_left_one_runs(server: dict[str, str], tmp_path: Path) -> None:
    env = server | {"YUSUAN_DATA": str(tmp_path / "data")}
    prefect("work-pool", "create", "yusuan", "--type", "process", "--overwrite", env=env)
    prefect("--no-prompt", "deploy", "--all", env=env)
    prefect("work-queue", "set-concurrency-limit", "writes", "1", "--pool", "yusuan", env=env)
    asyncio.run(make_runs_due())
    prefect("worker", "start", "--pool", "yusuan", "--run-once", "--prefetch-seconds", "0", env=env)
    ended = {state: [run for run in asyncio.run(watchdog_runs()) if run.state_name == state] for state in ("Failed", "Cancelled")}
    [ran] = ended["Failed"]    # as a watchdog does where no night was ever published
    assert ran.name == "watchdog after 26 hours"
    assert ran.state
    assert "No night has been published ever" in str(ran.state.message)
    assert ended["Cancelled"]


def test_a_run_that_gives_no_sign_of_life_is_given_up_and_its_place_is_free(server: dict[str, str]) -> None:
    """Of a deployment with one place, as all of ours: the first run was killed, the second gets the place."""
    asyncio.run(given_up())


async def given_up() -> None:
    for _ in range(2):    # as each `yusuan up` does
        await give_up_the_dead(timedelta(seconds=10))    # the least that Prefect takes
    async with get_client() as client:
        [automation] = await client.read_automations_by_name(NAME)
        flow_id = await client.create_flow_from_name("dead")
        limit = ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
        deployment = await client.create_deployment(flow_id, "dead", concurrency_limit=1, concurrency_options=limit)
        killed = await client.create_flow_run_from_deployment(deployment)
        for state in (Pending(), Running()):
            await client.set_flow_run_state(killed.id, state)
        while (state_of := (await client.read_flow_run(killed.id)).state) and not state_of.is_crashed():
            await asyncio.sleep(0.5)
        waiting = await client.create_flow_run_from_deployment(deployment)
        assert (await client.set_flow_run_state(waiting.id, Pending())).status == SetStateStatus.ACCEPT
        await client.delete_automation(automation.id)    # the server's other runs give their signs every three minutes


async def make_runs_due() -> None:
    """Have the watchdog run every five seconds, and Prefect's scheduler make its runs; they are due before a worker is there."""
    from prefect.server.services.scheduler import schedule_deployments  # its module needs the settings of the test's server

    async with get_client() as client:
        deployments = {one.name: one for one in await client.read_deployments()}
        assert deployments.keys() == DEPLOYMENTS
        writers = {name for name, one in deployments.items() if one.work_queue_name == "writes"}
        assert writers == DEPLOYMENTS - {"watchdog"}
        [of_night] = deployments["nightly"].schedules
        assert "Asia/Shanghai" in str(of_night.schedule)
        year = deployments["backfill"].parameter_openapi_schema["properties"]["since"]    # what Prefect's form refuses
        assert (year["minimum"], year["maximum"]) == (1949, 2100)
        [schedule] = deployments["watchdog"].schedules
        every = IntervalSchedule(interval=timedelta(seconds=5))
        await client.update_deployment_schedule(deployments["watchdog"].id, schedule.id, schedule=every)
    await schedule_deployments()
    await asyncio.sleep(11)


async def watchdog_runs() -> list[FlowRun]:
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("watchdog/watchdog")
        wanted = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
        return await client.read_flow_runs(deployment_filter=wanted, limit=200)


def test_judging_again_reads_nothing_and_is_published(settings: Settings) -> None:
    assert upkeep.check(settings) == {"warning": 1}    # a duty whose day has come, of a rule that the night did not have
    assert upkeep.check(settings) == {}
    with connect(settings.published) as copy:
        runs = rows(copy, "SELECT status, source_count, step FROM load_run LEFT JOIN run_step USING (run_key) ORDER BY started_at, step_no").rows
    assert runs == [("succeeded", 1, None), *[("succeeded", None, step) for step in ("Check", "Publish", "Check")]]


def test_what_killed_runs_left_is_cleared_and_nothing_else(settings: Settings) -> None:
    unfinished = settings.published.with_name(f".{settings.published.name}.0123")
    unfinished.write_bytes(b"half a copy")
    kept = {file: file.read_bytes() for file in settings.published.parent.iterdir() if file != unfinished}
    told = CliRunner().invoke(cli.app, ["maintenance", "--data", str(settings.data)], env={"YUSUAN_LANGUAGE": "en"})
    assert told.stdout.startswith("1 unfinished or old files removed")
    assert {file: file.read_bytes() for file in settings.published.parent.iterdir()} == kept
    cleared = upkeep.clear(settings)
    assert cleared.removed == ()
    assert 0 < cleared.after <= cleared.before


@pytest.mark.parametrize("work", [upkeep.check, upkeep.clear])
def test_without_a_warehouse_nothing_is_made(work: Callable[[Settings], object], tmp_path: Path) -> None:
    with pytest.raises(NotPublished):
        work(Settings().at(data=tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_a_backfill_is_about_regions_with_what_is_in_them_and_departments() -> None:
    catalogue, _ = load_catalogue(SAMPLES / "catalogue")
    by_region = {one.id: one.region.adcode for one in catalogue.departments}
    assert chosen_departments(catalogue, [], []) is None
    assert chosen_departments(catalogue, ["440106"], []) == sorted(one for one, code in by_region.items() if code == "440106")
    assert chosen_departments(catalogue, ["440000"], []) == sorted(one for one, code in by_region.items() if code.startswith("44"))
    [one, *_] = chosen_departments(catalogue, ["440106"], []) or []
    assert chosen_departments(catalogue, ["440100"], [one]) == [one]
    with pytest.raises(NotInCatalogue, match="110000, nobody"):
        chosen_departments(catalogue, ["440106", "110000"], [one, "nobody"])
    with pytest.raises(NoYears, match="the first year cannot be after the last"):
        backfill.fn(since=2024, until=2023)
