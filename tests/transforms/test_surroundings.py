"""What is published around tables, in whole documents: years, departments, units of money, titles, links to other pages."""

from decimal import Decimal

import pytest

from transforms.grid import TextLine
from transforms.parse import parse_document
from transforms.records import ParsedDocument
from transforms.tables import surroundings

HEADER = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
ROWS = ("合计\t30\t30\t\t\t\t", "甲\t10\t10\t\t\t落实目标。\t产出指标：次数，年度指标值：≥5次。", "乙\t20\t20\t\t\t落实目标。\t产出指标：次数，年度指标值：≥5次。")


def table(*above: str, rows: tuple[str, ...] = ROWS, below: str = "") -> str:
    """A table with the lines above and below it."""
    return "\n".join(above) + "\n" + HEADER + "\n".join(rows) + "\n" + below + "\n\n"


def parse(*tables: str) -> ParsedDocument:
    """A document of these tables."""
    return parse_document("a.txt", "".join(tables).encode())


def amounts(document: ParsedDocument) -> list[Decimal | None]:
    """The projects' amounts."""
    return [project.amount for project in document.projects]


# --- years and departments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code", "seen"),
    [
        (["2023年项目支出绩效目标表"], ["2024年项目支出绩效目标表"], "several-years", "2023, 2024"),
        (["项目支出绩效目标表", "（2023年度）"], ["项目支出绩效目标表", "（2024年度）"], "several-years", "2023, 2024"),
        (["项目支出绩效目标表", "部门名称：云山市教育局"], ["项目支出绩效目标表", "部门名称：云山市民政局"], "several-departments", "民政局"),
    ],
)
def test_tables_of_several_years_or_departments_are_no_document(first: list[str], second: list[str], code: str, seen: str) -> None:
    document = parse(table(*first, "单位：万元"), table(*second, "单位：万元"))
    (error,) = document.errors
    assert error.code == code
    assert seen in error.message
    assert (document.tables, document.projects, document.totals) == ([], [], [])


@pytest.mark.parametrize(
    "second",
    [
        ["项目支出绩效目标表（二）", "单位：元"],
        ["项目支出绩效目标表（含2023-2024年结转）", "单位：元"],
        ["2023-2025年项目支出绩效目标表", "单位：元"],
        ["2024年项目支出绩效目标表（二）", "部门名称：云山市教育局（本级）"],
        ["2024年项目支出绩效目标表（二）", "单位名称：潮平小学"],
    ],
)
def test_a_table_that_states_no_other_year_and_department_belongs_to_the_document(second: list[str]) -> None:
    document = parse(table("2024年项目支出绩效目标表", "部门名称：云山市教育局", "单位：万元"), table(*second))
    assert document.errors == []
    assert (document.fiscal_year, document.department, len(document.tables)) == (2024, "云山市教育局", 2)


def test_a_title_over_several_years_states_none() -> None:
    assert surroundings.fiscal_year(["2023-2025年项目支出绩效目标表"], []) is None
    assert surroundings.fiscal_year(["2023年决算和2024年预算项目绩效目标表"], []) is None


def test_a_document_may_begin_with_its_year_and_stage_and_no_name() -> None:
    document = parse(table("2024年度部门决算公开", "项目支出绩效目标决算表", "单位：云山市测绘局", "单位：万元"))
    assert (document.fiscal_year, document.stage, document.department) == (2024, "final", "云山市测绘局")
    other = parse(table("2024年度部门预算公开", "项目支出绩效目标决算表", "单位：全市学校", "单位：万元"))
    assert (other.fiscal_year, other.stage, other.department) == (None, "final", None)


@pytest.mark.parametrize("links", [["2022年度部门决算公开"], ["云山市教育局2022年部门决算", "云山市教育局2023年部门预算"]])
def test_links_to_other_publications_are_no_cover(links: list[str]) -> None:
    document = parse(table(*links, "", "项目支出绩效目标表", "单位：万元"))
    assert (document.fiscal_year, document.stage) == (None, None)
    below = parse(table("项目支出绩效目标表", "单位：万元"), "\n", "云山市民政局2021年部门决算\n")
    assert (below.fiscal_year, below.stage, below.department) == (None, None, None)


# --- units of money ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("（万元）", "万元"),
        ("单位（万元）", "万元"),
        ("金额：万元", "万元"),
        ("单位：万元人民币", "万元"),
        ("单位：人、万元", "万元"),
        ("单位：万元、人次", "万元"),
        ("单位：万元（保留两位小数）", "万元"),
        ("注：本表金额单位为万元", "万元"),
        ("本表单位为元。", "元"),
        ("币种：人民币 单位：元", "元"),
        ("2024年项目支出绩效目标表（万元）", "万元"),
        ("2024年项目支出绩效目标表（单位：万元）", "万元"),
        ("单位：元（万元）", None),
        ("单位：万元 单位：元", None),
        ("金额：500万元", None),
        ("预算单位（万元）", None),
        ("单位：元/人", None),
        ("（2024年度）", None),
        ("（元旦）", None),
    ],
)
def test_forms_of_the_unit_of_money(text: str, unit: str | None) -> None:
    assert surroundings.unit_of(text) == unit


def test_a_title_is_kept_without_the_unit_in_it() -> None:
    document = parse(table("2024年项目支出绩效目标表（含转移支付）（单位：万元）"))
    assert (document.tables[0].title, document.tables[0].unit) == ("2024年项目支出绩效目标表（含转移支付）", "万元")
    assert document.fiscal_year == 2024
    assert surroundings.title([TextLine("2024年项目支出绩效目标表（万元）")]) == "2024年项目支出绩效目标表"


def test_a_unit_between_header_and_rows_is_the_tables() -> None:
    document = parse(table("项目支出绩效目标表", rows=("单位：元", *ROWS)))
    assert (document.tables[0].unit, amounts(document)) == ("元", [Decimal(10), Decimal(20)])
    assert len(document.totals) == 1


def test_a_unit_that_changes_between_rows_leaves_no_unit_to_believe() -> None:
    document = parse(table("项目支出绩效目标表", "单位：万元", rows=(*ROWS[:2], "", "单位：元", "", ROWS[2])))
    assert (document.tables[0].unit, amounts(document)) == (None, [None, None])


def test_units_that_contradict_each_other_above_a_table_are_none() -> None:
    document = parse(table("项目支出绩效目标表", "单位：万元", "填表说明：金额单位：元"))
    assert (document.tables[0].unit, amounts(document)) == (None, [None, None])


def test_the_note_below_the_table_before_says_nothing_of_the_next_ones_unit() -> None:
    first = table("项目支出绩效目标表（一）", "单位：元", below="注：以上金额单位：元\n")
    document = parse(first, table("项目支出绩效目标表（二）", "单位：万元"))
    assert [found.unit for found in document.tables] == ["元", "万元"]


# --- tables that go on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["项目支出绩效目标表（续）", "项目支出绩效目标表续表", "项目支出绩效目标表（续表1）", "项目支出绩效目标表"])
def test_a_table_goes_on_below_its_title_printed_again(title: str) -> None:
    document = parse(table("项目支出绩效目标表", "单位：万元", rows=ROWS[:2]), table(title, "单位：万元", rows=ROWS[2:]))
    assert len(document.tables) == 1
    assert document.totals[0].members == (0, 1)
