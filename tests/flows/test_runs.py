"""What the row of a run says of its end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from flows.progress import Stages
from flows.runs import conclude_run, recorded_run
from settings import Settings
from warehouse.store import Warehouse


def broken_run(warehouse: Warehouse, *, concluded: bool) -> str:
    """How a run is recorded that breaks with what DuckDB raises where a signal came during a COMMIT, which stands nevertheless."""
    with suppress(RuntimeError), recorded_run(warehouse, Settings(), Stages()) as run:
        if concluded:
            with warehouse.transaction():
                conclude_run(warehouse, run, Settings().at(data=warehouse.path.parent))
        raise RuntimeError("Query interrupted")
    ((status,),) = warehouse.connection.execute("SELECT status FROM load_run WHERE run_key = ?", [run.run_key]).fetchall()
    return str(status)

def test_a_run_that_has_concluded_stays_so_whatever_breaks_then(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        assert broken_run(warehouse, concluded=True) == "succeeded"    # or the next night tells again what this one has told
        assert broken_run(warehouse, concluded=False) == "failed"


def test_what_is_told_is_what_broke_the_warehouse_not_that_it_cannot_record_it(tmp_path: Path) -> None:
    def broken() -> None:
        with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse, recorded_run(warehouse, Settings(), Stages()):
            warehouse.connection.close()
            raise RuntimeError("what broke it")

    with pytest.raises(RuntimeError, match="what broke it"):
        broken()
