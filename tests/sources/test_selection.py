"""Titles as departments publish them: which count, and what they say."""

from __future__ import annotations

import pytest

from sources.selection import Reading, choose, is_column_title, read, read_all


@pytest.mark.parametrize(("title", "body", "year", "stage", "scope"), [
    ("清镇市审计局2026年部门预算公开", "清镇市审计局", 2026, "budget", "department"),
    ("华亭市策底林场2026年单位预算公开情况说明", "华亭市策底林场", 2026, "budget", "unit"),
    ("2021年湛江市人民政府行政服务中心部门决算", "湛江市人民政府行政服务中心", 2021, "final", "department"),
    ("随州市公安局曾都区分局2019年决算公开报告", "随州市公安局曾都区分局", 2019, "final", None),
    ("杭州市钱塘区综合行政执法局 (杭州市钱塘区城市管理局) 2021年度部门决算", "杭州市钱塘区综合行政执法局", 2021, "final", "department"),
    ("红河州数据发展中心2024年度项目支出绩效单位自评报告", "红河州数据发展中心", 2024, "final", None),
    ("江苏省政协办公厅2018度部门预算公开表.pdf", "江苏省政协办公厅", 2018, "budget", "department"),
    ("上海市普陀区商务委员会单位25年预算", "上海市普陀区商务委员会", 2025, "budget", None),
    ("002003-上海市普陀区社会福利院-2024年单位预算.pdf", "上海市普陀区社会福利院", 2024, "budget", "unit"),
    ("关于更正望江区教育局2024年部门预算公开“三公”经费表的说明", "望江区教育局", 2024, "budget", "department"),
    ("中共某县委党史研究室2024年部门预算", "中共某县委党史研究室", 2024, "budget", "department"),
    ("某县政府采购中心2024年部门预算", "某县政府采购中心", 2024, "budget", "department"),
    ("某县干部培训中心2024年部门预算（含政府采购预算）", "某县干部培训中心", 2024, "budget", "department"),
    ("某某镇人民政府2024年部门预算公开", "某某镇人民政府", 2024, "budget", "department"),
    ("2024年政府采购预算表", None, 2024, "budget", None),
])
def test_a_publication_is_taken_and_read(title: str, body: str | None, year: int, stage: str, scope: str | None) -> None:
    assert choose(title).is_taken
    assert read(title) == Reading(body, year, stage, scope)  # type: ignore[arg-type]


@pytest.mark.parametrize("title", [
    "关于望江区2023年预算执行情况和2024年预算草案的报告", "望江区教育局2024年部门预算编制培训通知", "一图读懂：望江区教育局2024年部门预算解读",
    "望江区教育局2024年课桌椅采购项目招标公告（预算金额120万元）", "望江区教育局政府采购意向公开（2024年6月）", "2023年望江区人民政府决算公开",
    "【置顶】预算公开工作须知", "我市开展2024年部门预算公开工作", "关于做好2024年部门预算公开工作的通知", "2023年度决算公开情况的检查通报",
    "政府预算", "望江区民政局养老服务采购项目预算公示",
])
def test_a_false_friend_is_left(title: str) -> None:
    assert not choose(title).is_taken


@pytest.mark.parametrize(("title", "is_column"), [
    ("2024年", True), ("预算/决算", True), ("部门预算", True), ("更多>>", True), ("政府预算", False), ("望江区教育局2024年部门预算", False),
])
def test_columns_are_known_by_their_titles(title: str, is_column: bool) -> None:
    assert is_column_title(title) == is_column


def test_the_first_that_says_it_counts_and_two_years_say_nothing() -> None:
    assert read_all("2022年度部门决算公开", "2023年部门预算.pdf", "2024年").year == 2022
    assert read_all("部门预算公开", "附件.pdf", "2024年").year == 2024
    assert read("2022年度决算和2023年预算公开").year is None
    assert read("2023年度预决算公开").stage is None


def test_a_body_alone_counts_in_a_column_of_budgets_only() -> None:
    assert choose("上海市教育委员会", "2025年部门预算").is_taken
    assert not choose("上海市教育委员会", "机构设置").is_taken
