"""`yusuan pull` asks some sources now; `yusuan catalogue coverage` says who has published."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from running import PROJECT, YUSUAN, Command, Starter, published

from sources.catalogue import catalogue_rows, load_catalogue
from sources.outcomes import Pulled
from tests.sources.test_pull_http import Site, sends, site
from warehouse.frames import DOCUMENTS
from warehouse.store import Warehouse

__all__ = ["site"]

CATALOGUE = """\
region: {{adcode: 990100, name: 云山市}}
audiences: [{{id: finance, name: 财政局}}]
departments:
  - id: audit
    name: 云山市审计局
    audience: finance
    sources: [{{address: ../published, fiscal_year: 2024, stage: budget}}]
    expected: [{{fiscal_year: 2024, stage: budget, by: 2024-03-01}}]
  - id: water
    name: 云山市水务局
    audience: finance
    sources: [{{address: '{entry}', kind: list, internal: true}}]
    expected: [{{fiscal_year: 2024, stage: budget, by: 2024-02-01}}, {{fiscal_year: 2022, stage: budget, by: 2022-03-01}}]
"""
TEXT = (
    "2024年项目支出绩效目标表\n部门名称：云山市审计局\n单位：万元\n项目名称\t总计\t财政拨款\t其他资金\t绩效目标\t绩效指标\n"
    "信息化运维\t30.00\t20.00\t10.00\t保障运维\t产出指标：数量，年度指标值：≥1项。\n"
)
ROW = '<li><a href="/czyjs/{year}.html">云山市水务局{year}年部门预算公开</a><span>{year}-02-08</span></li>'
YEARS = (2024, 2023, 2025)


def article(year: int) -> bytes:
    """A publication that is the table in its article."""
    rows = "".join(
        f"<tr><td>{name}</td><td>30.00</td><td>20.00</td><td>10.00</td><td>保障{name}</td><td>产出指标：数量，年度指标值：≥1项。</td></tr>"
        for name in ("河道管护", "水质监测", "堤防巡查")
    )
    heads = "".join(f"<td>{head}</td>" for head in ("项目名称", "总计", "财政拨款", "其他资金", "绩效目标", "绩效指标"))
    return (
        f"<html><head><title>云山市水务局{year}年部门预算公开</title></head><body><h1>云山市水务局{year}年部门预算公开</h1><p>发布时间：{year}-02-08</p>"
        f"<div class='TRS_Editor'><p>{year}年项目支出绩效目标表</p><p>部门名称：云山市水务局</p><p>单位：万元</p>"
        f"<table><tr>{heads}</tr>{rows}</table></div></body></html>"
    ).encode()


@pytest.fixture
def call(server: dict[str, str], starter: Callable[[Path], Starter], site: Site, tmp_path: Path) -> Command:
    """Run a command on a catalogue of a folder and a list of three publications, one of which failed when it was asked last."""
    listed = "".join(ROW.format(year=year) for year in YEARS)
    site.routes["/czyjs/"] = sends(200, f"<html><title>部门预决算</title><body><ul>{listed}</ul></body></html>".encode())
    site.routes["/"] = site.routes["/czyjs/index_1.html"] = site.routes["/czyjs/index_2.html"] = sends(404)
    for year in YEARS:
        site.routes[f"/czyjs/{year}.html"] = sends(200, article(year))
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "表.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "catalogue" / "yunshan.yaml").write_text(CATALOGUE.format(entry=site.url("/czyjs/")), encoding="utf-8")
    catalogue, problems = load_catalogue(tmp_path / "catalogue")
    assert problems == []
    failed = failure(site.url("/czyjs/2025.html"))
    with Warehouse.open(tmp_path / "data" / "warehouse.duckdb") as warehouse:
        earlier = warehouse.start_run("1", date(2024, 3, 1))
        with warehouse.transaction():
            warehouse.load(earlier, asdict(catalogue_rows(catalogue)), [failed], {name: [] for name in DOCUMENTS})
            warehouse.finish_run(earlier)
        (tmp_path / "data" / "published").mkdir()
        warehouse.publish(tmp_path / "data" / "published" / "yusuan.duckdb")

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        where = {"YUSUAN_DATA": str(tmp_path / "data"), "YUSUAN_CATALOGUE": str(tmp_path / "catalogue")}
        return starter(PROJECT).run([str(YUSUAN), *arguments], {**server, **where, "YUSUAN_HTTP_DELAY": "0", "COLUMNS": "250"})

    return command


def failure(address: str) -> dict[str, object]:
    """What a night wrote of an address that gave nothing."""
    pulled = Pulled(
        outcome="failed", department_id="water", address=address, file_name="2025.html", fiscal_year=2025, stage="budget", seconds=0.1,
        pulled_at=datetime(2024, 3, 1, tzinfo=UTC), message="503", source_address=address,
    )
    return {"document_no": None, **asdict(pulled)}


def asked(data: Path) -> list[tuple[object, ...]]:
    """Department, last part of the address and outcome of what the last run asked."""
    return published(
        data, "SELECT department_id, parse_filename(address), outcome FROM pull_attempt JOIN load_run USING (run_key) "
        "WHERE started_at = (SELECT max(started_at) FROM load_run) ORDER BY ALL")


def test_what_failed_is_asked_now_and_it_is_known_who_has_published(call: Command, site: Site, tmp_path: Path) -> None:
    dry = call("pull", "--dry-run", "--only-failed", "--sample", "2")
    assert [line.split()[0] for line in dry.stdout.splitlines() if line.strip()] == ["water:", "take", "take"]

    done = call("pull", "--only-failed", "--since", "2024")
    assert done.returncode == 0, done.stderr
    assert asked(tmp_path / "data") == [("water", "2024.html", "new"), ("water", "2025.html", "new")]
    assert site.asked["/czyjs/2023.html"] > 0    # an article says only when it is read whether it is itself the document

    coverage = call("catalogue", "coverage")
    assert [tuple(line.split()) for line in coverage.stdout.splitlines()[2:]] == [
        ("云山市", "2022", "budget", "1", "0", "0", "0", "0", "1", "云山市水务局"),
        ("云山市", "2024", "budget", "2", "1", "1", "0", "0", "1", "云山市审计局", "云山市水务局"),
    ]
