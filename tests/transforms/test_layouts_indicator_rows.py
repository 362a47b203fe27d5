"""Tables with a row per indicator: unit, project and amount merged, blank, left out or printed again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.transforms.many_formats import LEFT, UP, WRITERS, grid
from transforms.parse import parse_document
from transforms.records import ParsedDocument

COLUMNS = "单位名称,项目名称,预算数,年度目标,一级指标,二级指标,三级指标,指标性质,指标值,度量单位,权重"
TOP = f"2024年部门预算项目绩效目标表\n金额单位：元\n{COLUMNS}\n"


def parse(*rows: str, top: str = TOP) -> ParsedDocument:
    """A file of comma-separated rows."""
    document = parse_document("a.csv", (top + "\n".join(rows) + "\n").encode())
    assert document.errors == []
    return document


def said(document: ParsedDocument) -> list[tuple[str, str | None, Decimal | None, list[tuple[str | None, str | None, str, str]]]]:
    """Name, unit, amount and indicators of each project."""
    return [
        (p.name, p.unit_name, p.amount, [(i.level1, i.level2, i.name, i.text) for i in p.indicators]) for p in document.projects
    ]  # fmt: skip


EXPECTED = [
    ("甲项目", "一中心", Decimal(10), [("产出指标", "数量指标", "次数", "≥5次"), ("效益指标", "社会效益指标", "水平", "提高")]),
    ("乙项目", "一中心", Decimal(20), [("产出指标", "数量指标", "台数", "=3台")]),
    ("丙项目", "二中心", Decimal(30), [("满意度指标", "服务对象满意度指标", "学员满意度", "≥90%")]),
]


@pytest.mark.parametrize(("unit", "project", "level"), [("", ",,", ""), ("205001-一中心", "51092324T000010263357-甲项目,10,完成甲。", "效益指标")])
def test_what_is_left_blank_or_printed_again_belongs_to_the_row_above(unit: str, project: str, level: str) -> None:
    document = parse(
        "205-某局,,60,,,,,,,,", "205001-一中心,51092324T000010263357-甲项目,10,完成甲。,产出指标,数量指标,次数,≥,5,次,10",
        f"{unit},{project},{level},社会效益指标,水平,定性,提高,,10", f"{unit},乙项目,20,完成乙。,产出指标,数量指标,台数,=,3,台,10",
        "205002-二中心,丙项目,30,完成丙。,满意度指标,满意度指标,学员满意度,≥,90,%,10",
    )  # fmt: skip
    assert said(document) == EXPECTED
    assert [(total.label, total.amount, total.members) for total in document.totals] == [("某局", Decimal(60), (0, 1, 2))]
    assert (document.department, document.projects[0].code, document.projects[0].goal) == ("某局", "51092324T000010263357", "完成甲。")


def test_of_levels_of_projects_the_last_names_the_project() -> None:
    top = "2024年项目支出绩效目标表\n单位：万元\n一级项目名称,二级项目名称,预算数,年度绩效目标,一级指标,二级指标,三级指标,指标值\n"
    document = parse("产业发展,甲项目,10,完成甲。,产出指标,数量指标,次数,5次", ",,,,,质量指标,合格率,‹=2%", ",乙项目,20,完成乙。,产出指标,数量指标,台数,3台", top=top)
    assert said(document) == [
        ("甲项目", None, Decimal(100000), [("产出指标", "数量指标", "次数", "5次"), ("产出指标", "质量指标", "合格率", "‹=2%")]),
        ("乙项目", None, Decimal(200000), [("产出指标", "数量指标", "台数", "3台")]),
    ]  # fmt: skip


def test_headers_of_indicators_may_stand_below_a_spanning_one() -> None:
    rows = (
        "<tr><td rowspan=2>项目名称</td><td colspan=2>资金（万元）</td><td colspan=4>绩效指标</td></tr>"
        "<tr><td>总额</td><td>财政拨款</td><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr>"
        "<tr><td rowspan=2>甲项目</td><td rowspan=2>30</td><td rowspan=2>30</td><td rowspan=2>产出指标</td><td>数量指标</td><td>次数</td><td>≥5次</td></tr>"
        "<tr><td>质量指标</td><td>合格率</td><td>100%</td></tr>"
    )
    document = parse_document("a.html", f"<html><p>2024年项目支出绩效目标表</p><table>{rows}</table></html>".encode())
    assert said(document) == [
        ("甲项目", None, Decimal(300000), [("产出指标", "数量指标", "次数", "≥5次"), ("产出指标", "质量指标", "合格率", "100%")]),
    ]  # fmt: skip
    assert document.projects[0].funding == {"fiscal_appropriation": Decimal(300000)}


def test_a_column_of_operators_is_known_by_what_it_holds() -> None:
    rows = ("一中心,甲项目,10,完成甲。,产出指标,数量指标,次数,≥,5,次,10", ",,,,效益指标,社会效益指标,水平,定性,提高,,10")
    assert said(parse(*rows, top=TOP.replace("指标性质", "指标关系"))) == [(*EXPECTED[0],)]


def test_below_a_band_a_word_or_two_may_be_unknown_and_the_targets_may_be_called_those_of_indicators() -> None:
    top = (
        "2024年项目绩效目标公开表\n单位：元\n实施单位,预算项目名称,项目资金,,年度总体目标,绩效指标,,,,,,\n"
        ",,资金总额,财政拨款,,一级,二级,三级,指标运算符,绩效指标值,度量单位,核定口径\n"
    )
    document = parse("一中心,甲项目,10,10,完成甲。,产出指标,数量指标,次数,≥,5,次,甲", ",,,,,效益指标,社会效益指标,水平,定性,提高,,乙", top=top)
    assert said(document) == EXPECTED[:1]


def test_levels_that_head_names_and_targets_give_a_row_an_indicator_each() -> None:
    table = grid([
        ["项目名称", "预算数", "产出指标", LEFT, "满意度指标", LEFT],
        [UP, UP, "指标名称", "指标值", "指标名称", "指标值"],
        ["甲工程", "10.00", "长度", "≥5公里", "满意度", "≥90%"],
        [UP, UP, "合格率", "100%", "", ""],
        ["乙工程", "20.00", "座数", "3座", "满意度", "≥85%"],
    ])
    document = parse_document("a.html", WRITERS["html"](["2031年项目支出绩效目标表", "单位：万元", table]))
    assert [(one.level1, one.name, one.text) for project in document.projects for one in project.indicators] == [
        ("产出指标", "长度", "≥5公里"), ("满意度指标", "满意度", "≥90%"), ("产出指标", "合格率", "100%"),
        ("产出指标", "座数", "3座"), ("满意度指标", "满意度", "≥85%"),
    ]
    assert [doubt for table in document.tables for doubt in table.doubts] == []
