"""Columns of numbers beside the money, of which nobody listed the names: harmless only where arithmetic shows that no money is among them."""

from __future__ import annotations

import pytest

from expectations.checks import check, findings
from transforms.parse import parse_document

HEAD = "2026年项目支出绩效目标表\n部门名称：云溪县林业局\n单位：万元\n"
GOAL = "保障林区巡护工作正常开展，及时发现处置火情。\t产出指标：数量指标，巡护里程≥1200公里"


def told(header: str, *rows: str) -> dict[str, bool]:
    """The headers of cells that nobody read, and whether that is critical."""
    lines = [f"{header}\t绩效目标\t绩效指标", *(f"{row}\t{GOAL}" for row in rows)]
    document = parse_document("a.txt", (HEAD + "\n".join(lines) + "\n").encode())
    assert [project.name for project in document.projects] == [row.partition("\t")[0] for row in rows]
    severe = {found.severity for found in findings(document, check(document)) if found.rule == "unread-cells"}
    assert severe <= {"critical", "warning"}
    return {doubt.header: doubt.is_critical for table in document.tables for doubt in table.doubts}


@pytest.mark.parametrize(("header", "numbers"), [
    ("占地面积", ("5200", "300", "12")), ("份额", ("29.41%", "44.12%", "26.47%")), ("专管系数", ("1.25", "1.10", "0.95")),
])
def test_where_sources_make_up_each_total_no_other_column_is_a_source(header: str, numbers: tuple[str, str, str]) -> None:
    first, second, third = numbers
    rows = (f"防火巡护\t{first}\t20\t15\t5", f"苗木采购\t{second}\t30\t30\t0", f"设备更新\t{third}\t18\t10\t8")
    assert told(f"项目名称\t{header}\t合计\t财政拨款\t其他资金", *rows) == {header: False}


@pytest.mark.parametrize(("price", "prices"), [("单价", ("4.00", "0.01", "1.50")), ("单价（元）", ("40000", "100", "15000"))])
def test_two_columns_whose_product_is_the_total_are_no_amounts(price: str, prices: tuple[str, str, str]) -> None:
    rows = (f"防火巡护\t5\t{prices[0]}\t20.00", f"苗木采购\t3000\t{prices[1]}\t30.00", f"设备更新\t12\t{prices[2]}\t18.00")
    assert told(f"项目名称\t台账数\t{price}\t合计", *rows) == {"台账数": False, price: False}


def test_a_list_of_projects_takes_prices_for_no_unknown_amounts() -> None:
    rows = ("项目名称,数量,单价,金额", "巡护无人机,4,25000,100000", "警示牌,100,300,30000", "合计,104,,130000")
    [table] = parse_document("a.csv", "\n".join(["2031年项目支出表", "单位：元", *rows]).encode()).tables
    assert table.doubts == []


@pytest.mark.parametrize("rows", [
    ("防火巡护\t5\t20\t15", "苗木采购\t3\t33\t30", "设备更新\t8\t18\t10"),      # what is missing from each total
    ("防火巡护\t5\t20\t20", "苗木采购\t3\t33\t30", "设备更新\t0\t18\t18"),      # from one
])
def test_where_a_total_is_more_than_its_sources_the_column_may_be_one(rows: tuple[str, ...]) -> None:
    assert told("项目名称\t街坊捐资\t合计\t财政拨款", *rows) == {"街坊捐资": True}


def test_products_that_fit_in_one_row_only_show_nothing() -> None:
    rows = ("防火巡护\t5\t4.00\t20.00", "苗木采购\t3000\t0.02\t30.00", "设备更新\t12\t1.00\t18.00")
    assert told("项目名称\t台账数\t单位价\t合计", *rows) == {"台账数": True, "单位价": True}
