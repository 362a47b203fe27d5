"""Operations on a warehouse on DuckLake: what works as with a file, and what says what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.backup import backup, restore
from flows.doctor import examine
from flows.rebuilding import rebuild
from flows.runs import demand_warehouse
from flows.storing import NoFile, store_of
from flows.upkeep import clear
from settings import Settings, is_secret
from warehouse.errors import NotPublished
from warehouse.store import Warehouse


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(warehouse=f"ducklake:sqlite:{tmp_path / 'catalogue.sqlite'}").at(data=tmp_path / "data")


def test_upkeep_and_doctor_know_the_store_that_the_settings_name(settings: Settings) -> None:
    with pytest.raises(NotPublished, match=r"no warehouse at ducklake:sqlite:.*with YUSUAN_WAREHOUSE"):
        demand_warehouse(settings)
    with Warehouse.open(store_of(settings)) as warehouse:
        warehouse.finish_run(warehouse.start_run("1", date(2026, 1, 10)))
    assert "ducklake:sqlite" in {check.subject: check.found for check in examine(settings) if check.state == "ok"}["Warehouse"]
    cleared = clear(settings)
    assert 0 < cleared.after <= cleared.before
    assert not settings.warehouse_file.exists()
    assert (settings.data / "lake" / "main").is_dir()


def test_the_doctor_speaks_of_backups_only_where_the_warehouse_is_damaged(settings: Settings, tmp_path: Path) -> None:
    Warehouse.open(store_of(settings)).close()
    [check] = [check for check in examine(settings.model_copy(update={"lake": str(tmp_path / "other")})) if check.subject == "Warehouse"]
    assert (check.state, check.remedy) == ("wrong", "no night runs before that")
    assert "YUSUAN_LAKE" in check.found


@pytest.mark.parametrize(
    ("act", "instead"),
    [
        (backup, "pg_dump"),
        (restore, "yusuan warehouse copy"),
        (lambda settings, _: rebuild(settings), "Rebuild a file without YUSUAN_WAREHOUSE"),
    ],
)
def test_what_is_done_to_a_file_alone_says_what_to_do_instead(
    settings: Settings, tmp_path: Path, act: Callable[[Settings, Path], object], instead: str,
) -> None:
    with pytest.raises(NoFile, match=rf"no file\. Nothing was touched\. .*{instead}"):
        act(settings, tmp_path / "backups")


def test_a_catalogue_and_its_password_are_secrets_of_the_writer() -> None:
    assert all(map(is_secret, ("YUSUAN_WAREHOUSE", "YUSUAN_WAREHOUSE_FILE", "PGPASSWORD", "PGPASSFILE")))
    assert not is_secret("YUSUAN_LAKE")
    assert "geheim" not in repr(Settings(warehouse="ducklake:postgres:dbname=x password=geheim"))
