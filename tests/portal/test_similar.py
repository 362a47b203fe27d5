"""A project's page shows what other departments' projects of a like name cost, and why they are taken for similar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from batches import EXPERTS, MEETINGS, ZX, Batch, Night, Project
from browsing import Get, getter

from portal.app import Portal, create_app
from portal.asking import records
from portal.copies import Copies
from portal.similar import similar
from warehouse import query
from warehouse.store import Warehouse

CONSULTING = Project("专家咨询费用", "90000.00", None, [("产出指标", "聘用专家人次", ">=", "30", "人次", "≥30人次"), ("产出指标", "课题数", "=", "2", "个", "2个")])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two departments: one consults experts, the other does so in two years, under the same name and under a shorter one."""
    folder = tmp_path_factory.mktemp("similar")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        batch = Batch().add("a.txt", [EXPERTS, replace(MEETINGS, name="会"), EXPERTS])
        batch.add("b.txt", [CONSULTING, MEETINGS, replace(EXPERTS, amount="7.00")], department_id=ZX)
        Night(warehouse)(batch.add("c.txt", [replace(CONSULTING, amount="95000.00")], department_id=ZX, fiscal_year=2024))
        warehouse.publish(folder / "yusuan.duckdb")
    return folder / "yusuan.duckdb"


@pytest.fixture(scope="module")
def get(published: Path) -> Iterator[Get]:
    app = create_app(Portal(published, Path.read_bytes))    # type: ignore[arg-type]  # no original is asked for
    yield getter(app)
    app.state.close()


def test_the_same_name_comes_first_and_of_each_name_the_newest_year(published: Path) -> None:
    copies = Copies(published, query.Limits(20, 512))
    with copies.current() as asked:
        [project] = records(asked.answer("SELECT * FROM project WHERE department_id = '440106-rd' AND project_no = 0"))
        found = similar(asked, project)
        assert found is not None
        told = [[row[found.columns.index(name)] for name in (
            "department_id", "fiscal_year", "project_name", "amount_yuan", "shared_indicator_count", "shared_indicators",
        )] for row in found.rows]
    copies.close()
    assert [row[:3] for row in told] == [[ZX, 2023, EXPERTS.name], [ZX, 2024, CONSULTING.name]]
    assert told[1][4:] == [1, "聘用专家人次 ≥30人次 (3,166.67/人次)"]    # 95,000 for 30, and a target that only the other one has


def test_a_page_says_why_and_a_name_of_one_sign_has_none(get: Get) -> None:
    rows = get("/api/v1/lists/projects?department=440106-rd").json()["rows"]
    shown = {row["project_name"]: get(f"/projects/{row['document_key']}/{row['project_no']}").text for row in rows}
    assert "名称相近不等于内容相同" in shown[EXPERTS.name]
    assert "聘用专家人次 ≥30人次 (3,166.67/人次)" in shown[EXPERTS.name]
    assert "3,166.67" not in shown["会"]
