"""A warehouse as it is declared, a night in it, and a channel that can be told of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from nights import Night
from webhook import Webhook

from warehouse.store import Warehouse


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new warehouse: to copy it costs less than to make one for each test."""
    made = tmp_path_factory.mktemp("blank") / "warehouse.duckdb"
    Warehouse.open(made).close()
    return made


@pytest.fixture
def connection(tmp_path: Path, blank: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse.open(Path(shutil.copy(blank, tmp_path))) as opened:
        yield opened.connection


@pytest.fixture
def night(connection: duckdb.DuckDBPyConnection) -> Night:
    return Night(connection)


@pytest.fixture
def seed(night: Night) -> Night:
    """The first night found that the seed document's total is wrong."""
    office = night.department("tianhe-people-congress-office", "广州市天河区人民代表大会常务委员会办公室")
    document = night.document(office, "published/tianhe/people-congress-office/2023/tianhe-rd-2023.txt")
    night.finding(office, document)
    return night


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()
