"""Files that vanish from a folder, and from an address of their own, between real nights."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
from running import Command, published

CATALOGUE = """\
region: {adcode: "440106", name: 广州市天河区}
audiences: [{id: finance, name: 天河区财政局}]
departments:
  - id: people-congress
    name: 广州市天河区人民代表大会常务委员会办公室
    audience: finance
    sources:
      - {address: ../published/folder, fiscal_year: 2023, stage: budget}
  - id: transport
    name: 云山市交通运输局
    audience: finance
    sources:
      - {address: ../published/single/transport.txt, fiscal_year: 2024, stage: budget}
"""
SUMS = "SELECT department_id, project_count, project_sum_yuan FROM department_year ORDER BY 1"


def a_day_passes(data: Path) -> None:
    """Let the runs so far be a day older."""
    with duckdb.connect(str(data / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE load_run SET as_of_date = as_of_date - 1, started_at = started_at - INTERVAL 1 DAY")


def test_a_withdrawn_document_counts_no_more_where_another_replaces_it(run: Command, samples: Path, tmp_path: Path) -> None:
    folder, single = tmp_path / "published" / "folder", tmp_path / "published" / "single"
    folder.mkdir(parents=True)
    (single / "empty").mkdir(parents=True)
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "tianhe.yaml").write_text(CATALOGUE, encoding="utf-8")
    seed, other = next(samples.rglob("tianhe-rd-2023.txt")), next(samples.rglob("transport/2024/*.txt"))
    shutil.copy(seed, folder / "2023年项目支出绩效目标表.txt")
    shutil.copy(other, single / "transport.txt")
    data = tmp_path / "data"

    def night() -> None:
        done = run(data, tmp_path / "catalogue")
        assert done.returncode == 0, done.stderr

    night()
    before = published(data, SUMS)
    assert before[0] == ("people-congress", 16, Decimal("4219800.00"))
    (folder / "2023年项目支出绩效目标表.txt").unlink()
    (single / "transport.txt").unlink()
    renamed = seed.read_text(encoding="utf-8").replace("经费", "费用").replace("活动费用", "活动开支")
    (folder / "2023年项目支出绩效目标表（更正）.txt").write_text(renamed, encoding="utf-8")
    for _ in range(2):
        night()
        assert published(data, SUMS) == before
        a_day_passes(data)    # two runs in one evening are one night
    assert published(data, "SELECT standing FROM document_standing ORDER BY standing") == [("in_force",), ("withdrawn",), ("withdrawn",)]
    assert published(data, "SELECT department_id FROM quality WHERE rule = 'taken-down' ORDER BY 1") == [("people-congress",), ("transport",)]
    assert published(data, "SELECT DISTINCT department_id FROM incomplete_reason WHERE reason = 'withdrawn'") == [("transport",)]
