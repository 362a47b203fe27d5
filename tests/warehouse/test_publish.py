"""Publishing: a copy that appears whole or not at all, and leaves who is reading in peace."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, contents, rows

from warehouse import query
from warehouse.errors import WarehouseUnwritable
from warehouse.store import Warehouse
from warehouse.tables import TABLES, VIEWS

LATER = "2026-01-11 18:00:00+00:00"
# Another process: within one, DuckDB shares an open file by its name.
READER = """
import sys
from pathlib import Path
from warehouse import query
with query.connect(Path(sys.argv[1])) as connection:
    for _ in sys.stdin:
        print(*query.rows(connection, "SELECT sum(amount_yuan) FROM project").rows[0], flush=True)
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "published" / "yusuan.duckdb"


def test_the_copy_holds_what_the_warehouse_holds(warehouse: Warehouse, night: Any, target: Path) -> None:
    night(Batch().add(SEED, [EXPERTS, MEETINGS]))
    warehouse.publish(target)
    whole = contents(warehouse.connection)
    with query.connect(target) as copy:
        assert contents(copy) == {name: whole[name] for name, table in TABLES.items() if table.is_published}
        assert query.rows(copy, "SELECT 金额合计 FROM 部门预算").rows == [(Decimal("370000.00"),)]
        assert {name for (name,) in rows(copy, "SELECT view_name FROM duckdb_views() WHERE NOT internal")} == set(VIEWS)


def test_comments_are_published_too(warehouse: Warehouse, target: Path) -> None:
    warehouse.publish(target)
    with query.connect(target) as copy:
        found = query.rows(copy, "SELECT comment FROM duckdb_columns() WHERE table_name = 'project' AND column_name = 'amount_yuan'")
        assert found.rows == [("金额，按公布值换算为元 / Amount as published, in yuan [yuan]",)]


def test_the_outbox_is_not_published(warehouse: Warehouse, target: Path) -> None:
    warehouse.publish(target)
    with query.connect(target) as copy, pytest.raises(query.BadQuery, match="alert_outbox does not exist"):
        query.rows(copy, "FROM alert_outbox")


def test_an_open_reader_keeps_the_old_copy_and_a_new_one_sees_the_new(warehouse: Warehouse, night: Any, target: Path) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.publish(target)
    command = [sys.executable, "-c", READER, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("\n")
        assert reader.stdout.readline() == "40000.00\n"
        night(Batch(pulled_at=LATER).add(SEED, [MEETINGS]))
        warehouse.publish(target)
        assert subprocess.run(command, input="\n", capture_output=True, text=True, check=True).stdout == "330000.00\n"
        reader.stdin.write("\n")
        assert reader.stdout.readline() == "40000.00\n"
        reader.stdin.close()


def test_nothing_but_the_copy_is_left_in_its_folder(warehouse: Warehouse, target: Path) -> None:
    target.parent.mkdir()
    (target.parent / f".{target.name}.of-a-killed-run").write_bytes(b"half a copy")
    warehouse.publish(target)
    assert list(target.parent.iterdir()) == [target]


def test_a_copy_that_cannot_be_written_leaves_the_warehouse_usable(warehouse: Warehouse, night: Any, tmp_path: Path) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseUnwritable, match="choose another data folder"):
        warehouse.publish(tmp_path / "file" / "yusuan.duckdb")
    warehouse.publish(tmp_path / "published.duckdb")
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(1,)]
