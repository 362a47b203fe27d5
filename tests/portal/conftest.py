"""The page over a warehouse that a night on one sample, with a hostile name in it, has made; a browser that asks it without a server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import EXPERTS, MEETINGS, Batch, Night, Project
from browsing import HOSTILE, Get, getter
from fastapi import FastAPI

from portal.app import Portal, create_app
from warehouse import query
from warehouse.store import Warehouse


@pytest.fixture(scope="session")
def booklet(samples: Path) -> bytes:
    """A PDF whose tables have rulings."""
    return (samples / "published" / "haiqu" / "people-congress-office" / "2022" / "2022年部门预算.pdf").read_bytes()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, booklet: bytes, seed: Path) -> Path:
    """A published copy of three documents: a text and a PDF of the samples, and one whose project has a hostile name."""
    folder = tmp_path_factory.mktemp("page")
    batch = Batch().add("published/seed.txt", [EXPERTS, MEETINGS], sha256=hashlib.sha256(seed.read_bytes()).hexdigest())
    batch.add("published/booklet.pdf", [MEETINGS], fiscal_year=2022, sha256=hashlib.sha256(booklet).hexdigest())
    batch.add("published/../../etc/passwd", [Project(HOSTILE, "1.00", HOSTILE, unit_name=HOSTILE)], fiscal_year=2024)
    for number, kind in enumerate(("income_summary", "expenditure_summary")):
        batch.budget_table(number, kind, [(None, "教育", "本年", "5.00"), (None, "医疗", "本年", "7.00")])
    for record in batch.frames["line"] + batch.frames["table"]:
        if record["document_no"] == 0:    # a text has no pages
            record.update({name: None for name in record if name.startswith("page")})
    for project in batch.frames["project"][2:3]:
        project.update(page=9, row=20, box="[379.9, 369.25, 462.0, 382.75]")
    batch.find(2, "missing-goal", "critical", HOSTILE, message_zh=HOSTILE, published_text=HOSTILE).quarantine(0, HOSTILE, HOSTILE, "1.00")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        Night(warehouse)(batch)
        warehouse.publish(folder / "yusuan.duckdb")
    return folder / "yusuan.duckdb"


@pytest.fixture(scope="session")
def app(published: Path, booklet: bytes, seed: Path) -> Iterator[FastAPI]:
    """The page over that copy, with an archive that holds the first two originals."""
    kept = {hashlib.sha256(data).hexdigest(): data for data in (booklet, seed.read_bytes())}

    def original(sha256: str) -> bytes:
        if sha256 not in kept:
            raise FileNotFoundError(sha256)
        return kept[sha256]

    app = create_app(Portal(published, original, limits_of_sql=query.Limits(1, 256)))
    yield app
    app.state.close()


@pytest.fixture(scope="session")
def get(app: FastAPI) -> Get:
    """Ask that page."""
    return getter(app)


@pytest.fixture(scope="session")
def keys(get: Get) -> dict[str, int]:
    """The keys of the documents by their format: `seed`, `booklet` and `hostile`, by the year that they are of."""
    rows = get("/api/v1/lists/documents").json()["rows"]
    return {{2023: "seed", 2022: "booklet", 2024: "hostile"}[row["fiscal_year"]]: row["document_key"] for row in rows}
