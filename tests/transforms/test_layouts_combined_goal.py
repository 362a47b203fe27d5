"""Layout 2 (Huangshan): rows of a tree, with goal and indicators in one cell."""

from __future__ import annotations

from decimal import Decimal

from transforms.parse import parse_document
from transforms.records import ParsedDocument

TOP = "黄山市某局2024年项目绩效目标和指标\n金额单位：元\n单位编码\t单位名称(项目类别/支出项目)\t年度预算安排\t项目内容\t绩效目标\n"
DATABASE = (
    "037001\t　　　机房运维\t1681680\t【项目概况】：租用机柜。\t\"【总体目标】\n保障机房安全运行。\n【产出指标-数量指标】\n指标1:机柜数量(≥77台)\n"
    "【产出指标-质量指标】\n指标1:运维规范性(规范)\n【效益指标-社会效益指标】\n指标1:宣传情况(走访不少于100人，发放资料不少于200份)\"\n"
)


def parse(*rows: str) -> ParsedDocument:
    """A document of these rows."""
    document = parse_document("a.txt", (TOP + "".join(rows)).encode())
    assert document.errors == []
    return document


TREE = parse(
    "\t黄山市某局\t1781680\t\t\n", "037001\t　黄山市某局\t1781680\t\t\n", "\t　　其他运转类\t1781680\t\t\n", DATABASE,
    "037001\t　　　大楼物业\t100000\t【项目概况】：保洁。\t\"【总体目标】\n保持环境整洁。\n【产出指标-时效指标】\n指标1:完成时间(2024年12月底前)\"\n",
)


def test_goal_and_indicators_are_parted() -> None:
    (first, second) = TREE.projects
    assert (first.name, first.amount, first.goal, first.unit_name) == ("机房运维", Decimal("1681680.00"), "保障机房安全运行。", "黄山市某局")
    assert [(i.level2, i.name, i.operator, i.text) for i in first.indicators] == [
        ("数量指标", "机柜数量", ">=", "≥77台"), ("质量指标", "运维规范性", None, "规范"),
        ("社会效益指标", "走访", ">=", "不少于100人"), ("社会效益指标", "发放资料", ">=", "不少于200份"),
    ]
    assert [(i.name, i.text, i.kind) for i in second.indicators] == [("完成时间", "2024年12月底前", "qualitative")]


def test_rows_without_a_project_are_totals() -> None:
    assert [(total.label, total.amount, len(total.members)) for total in TREE.totals] == [
        ("黄山市某局", Decimal("1781680.00"), 2), ("黄山市某局", Decimal("1781680.00"), 2), ("其他运转类", Decimal("1781680.00"), 2),
    ]


def test_a_column_of_goals_alone_is_no_such_table() -> None:
    document = parse_document("a.txt", (TOP + "037001\t机房运维\t1681680\t租用机柜。\t保障机房安全运行。\n").encode())
    assert document.projects == []
    assert [doubt.reason for table in document.tables for doubt in table.doubts] == ["unread"]
