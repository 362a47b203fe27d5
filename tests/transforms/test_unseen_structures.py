"""Structures of publishers that nobody had seen, each with the value that it states: what once was wrong in silence."""

from __future__ import annotations

import pytest

from transforms.indicators import level_of_pieces
from transforms.parse import parse_document
from transforms.records import ParsedDocument, yuan
from transforms.tables.words import saying
from transforms.vocabulary import vocabulary

GOAL = "完成任务。"
UNIT = "<p>单位：万元</p>"


def table(*rows: str) -> str:
    """A table; cells are parted by `|`, `A*3` spans three columns."""
    return "<table>" + "".join(f"<tr>{''.join(map(_cell, row.split('|')))}</tr>" for row in rows) + "</table>"


def _cell(text: str) -> str:
    text, _, span = text.partition("*")
    return f"<td colspan={span or 1}>{text}</td>"


def parse(title: str, *parts: str) -> ParsedDocument:
    document = parse_document("a.html", f"<html><body><p>{title}</p>{''.join(parts)}</body></html>".encode())
    assert document.errors == []
    return document


def funding(document: ParsedDocument) -> list[dict[str, str | None]]:
    """What each project gets from each source, in yuan."""
    return [{source: yuan(amount) for source, amount in project.funding.items() if amount} for project in document.projects]


def told(document: ParsedDocument) -> list[str]:
    """The texts that nobody understood."""
    return [text for each in document.tables for doubt in each.doubts for text in doubt.texts]


# --- units ----------------------------------------------------------------------------------------------------------------


def test_one_columns_own_unit_is_not_that_of_the_table() -> None:
    rows = ("单位|人均定额（元）|公用经费", "局机关|15000|42.00", "监测站|10000|20.00")
    amounts = [yuan(line.amount) for line in parse("2031年公用经费支出表", UNIT, table(*rows)).tables[0].lines]
    assert amounts == ["15000.00", "420000.00", "10000.00", "200000.00"]


def test_the_only_unit_that_headers_state_is_the_tables_where_no_line_states_another() -> None:
    rows = ("单位|预算（万元）|公用经费", "局机关|50.00|42.00")
    assert [yuan(line.amount) for line in parse("2031年公用经费支出表", table(*rows)).tables[0].lines] == ["500000.00", "420000.00"]


def test_thousands_of_things_are_no_money() -> None:
    rows = ("地区|人口（万人）|转移支付", "青山县|30.00|12000.00", "白水县|25.00|11000.00")
    lines = parse("2031年一般公共预算支出表", UNIT, table(*rows)).tables[0].lines
    assert [(line.column, yuan(line.amount)) for line in lines] == [("转移支付", "120000000.00"), ("转移支付", "110000000.00")]


def test_rows_that_count_things_are_no_money() -> None:
    rows = ("项目|金额", "一、三公经费|15.00", "因公出国（境）费|5.00", "公务接待费|10.00", "二、相关统计数|", "接待人次|860", "出国团组|1", "三、会议费|8.00")
    lines = parse("2031年“三公”经费支出表", UNIT, table(*rows)).tables[0].lines
    assert [(line.label, yuan(line.amount)) for line in lines] == [
        ("三公经费", "150000.00"), ("因公出国（境）费", "50000.00"), ("公务接待费", "100000.00"), ("会议费", "80000.00"),
    ]  # fmt: skip


def test_terms_beside_names_name_no_row() -> None:
    rows = ("债券名称|期限|额度（元）", "31云溪债01|10年|50,000,000.00", "31云溪债02|15年|80,000,000.00")
    lines = parse("2031年地方政府债券使用情况表", table(*rows)).tables[0].lines
    assert [(line.label, yuan(line.amount)) for line in lines] == [("31云溪债01", "50000000.00"), ("31云溪债02", "80000000.00")]


def test_a_column_of_classes_names_no_row_beside_one_that_tells_them_apart() -> None:
    rows = ("采购项目|采购类别|数量|预算金额", "台式机|货物|20|10.00", "水质仪|货物|2|53.00", "物业服务|服务|1|40.00", "采购总盘|||103.00")
    lines = parse("2031年政府采购预算表", UNIT, table(*rows)).tables[0].lines
    assert [line.label for line in lines] == ["台式机", "水质仪", "物业服务", "采购总盘"]
    rows = ("专项名称|经济科目|总计", "办公经费|印刷费|10.00", "立法经费|印刷费|53.00", "会议经费|会议费|40.00")
    lines = parse("2031年政府采购预算表", UNIT, table(*rows)).tables[0].lines
    assert [line.label for line in lines] == ["印刷费", "印刷费", "会议费"]


# --- lists of projects ----------------------------------------------------------------------------------------------------


def test_a_note_between_the_rows_is_no_project() -> None:
    rows = ("项目名称|资金总额|年度绩效目标", f"老年助餐|90.00|{GOAL}", "注：含上级补助20万元。*3", f"福利院运转|60.00|{GOAL}", "合计|150.00|")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert [project.name for project in document.projects] == ["老年助餐", "福利院运转"]
    assert [total.label for total in document.totals] == ["合计"]
    assert document.tables[0].note == "注：含上级补助20万元。"


def test_kinds_of_projects_sum_up_the_rows_below_them_though_one_is_named_like_a_village() -> None:
    rows = (
        "项目名称|资金总额|年度绩效目标", "行政运转类项目|100.00|", f"办公用房租赁|60.00|{GOAL}", f"物业管理服务|40.00|{GOAL}",
        "事业发展类项目|200.00|", f"文化下乡|120.00|{GOAL}", f"图书更新|80.00|{GOAL}", "全口径|300.00|",
    )
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    sums = {total.label: [document.projects[member].name for member in total.members] for total in document.totals}
    assert sums == {
        "行政运转类项目": ["办公用房租赁", "物业管理服务"], "事业发展类项目": ["文化下乡", "图书更新"],
        "全口径": ["办公用房租赁", "物业管理服务", "文化下乡", "图书更新"],
    }  # fmt: skip


def test_years_above_amounts_are_no_value_of_a_forms_name() -> None:
    rows = ("项目名称|2029年|2030年|2031年目标", f"路灯改造|50.00|60.00|{GOAL}", f"绿化提升|80.00|90.00|{GOAL}")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert document.projects == []
    assert "2030年" in told(document)


def test_of_columns_headed_by_years_alone_the_documents_own_is_the_total() -> None:
    rows = ("项目名称|2030年|2031年|2032年|年度目标", f"路灯改造|50.00|60.00|70.00|{GOAL}", f"绿化提升|80.00|90.00|80.00|{GOAL}", "合计|130.00|150.00|150.00|")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert [yuan(project.amount) for project in document.projects] == ["600000.00", "900000.00"]
    assert told(document) == []
    assert parse("项目支出绩效目标表", UNIT, table(*rows)).projects == []


def test_no_piece_of_a_listed_source_says_that_it_is_another_one() -> None:
    sources = set(vocabulary("funding"))
    for role, listed in vocabulary("headers")["roles"].items():
        for word in listed if role in sources else ():
            points = saying(word).points
            assert all(points[role] >= points.get(other, 0.0) - 1.5 for other in sources & points.keys()), word


def test_a_list_of_self_evaluations_without_goals_is_one_of_projects() -> None:
    rows = (
        "项目名称|年初预算|调整后预算|实际支出|预算执行率|自评得分", "河湖巡查|80.00|86.00|84.00|97.67%|96.5",
        "水文监测|50.00|45.00|40.00|88.89%|85", "合计|130.00|131.00|124.00|94.66%|",
    )
    document = parse("2031年项目支出绩效自评结果汇总表", UNIT, table(*rows))
    assert [(project.name, yuan(project.amount)) for project in document.projects] == [("河湖巡查", "860000.00"), ("水文监测", "450000.00")]
    assert [(total.label, yuan(total.amount)) for total in document.totals] == [("合计", "1310000.00")]
    assert told(document) == []


def test_a_code_in_front_of_the_names_header_makes_it_none_of_codes() -> None:
    rows = (
        "项目编号及名称|资金总额|财政拨款|年度绩效目标", "5301-泵站改造|220.00|220.00|改造泵站四座。", "5302-水文监测|80.00|80.00|监测站点正常运行。",
        "合计|300.00|300.00|",
    )
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert [(project.name, project.code, yuan(project.amount)) for project in document.projects] == [
        ("泵站改造", "5301", "2200000.00"), ("水文监测", "5302", "800000.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(("headers", "rows", "found"), [
    ("财政拨款|其中：上年结转|其他资金|资金总额", ("300.00|30.00|10.00|310.00", "50.00|||50.00"),
     [{"fiscal_appropriation": "3000000.00", "other": "100000.00"}, {"fiscal_appropriation": "500000.00"}]),
    ("资金总额|其中：财政拨款|上年结转|其他资金", ("310.00|270.00|30.00|10.00", "50.00|50.00||"),
     [{"fiscal_appropriation": "2700000.00", "carryover": "300000.00", "other": "100000.00"}, {"fiscal_appropriation": "500000.00"}]),
    ("资金总额|财政拨款|其中：一般公共预算|其他资金", ("310.00|300.00|300.00|10.00", "50.00|50.00|50.00|"),
     [{"fiscal_appropriation": "3000000.00", "general_budget": "3000000.00", "other": "100000.00"},
      {"fiscal_appropriation": "500000.00", "general_budget": "500000.00"}]),
])
def test_of_which_right_of_a_source_is_a_part_of_it(headers: str, rows: tuple[str, str], found: list[dict[str, str]]) -> None:
    names = zip(("义务教育", "学前教育"), rows, strict=True)
    document = parse("2031年项目支出绩效目标表", UNIT, table(f"项目名称|{headers}|年度目标", *(f"{name}|{row}|{GOAL}" for name, row in names)))
    assert funding(document) == found


def test_the_total_of_several_years_is_not_kept_beside_the_years() -> None:
    rows = ("项目名称|项目总投资|本年预算|年度目标", f"水源保护|2000.00|600.00|{GOAL}", f"监测站|500.00|150.00|{GOAL}")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert [yuan(project.amount) for project in document.projects] == ["6000000.00", "1500000.00"]
    assert told(document) == []


def test_what_finance_granted_counts_and_not_what_was_asked_for() -> None:
    rows = ("项目名称|申报数|核减数|审定数|绩效目标", f"雨污分流|350.00|30.00|320.00|{GOAL}", f"黑臭水体治理|100.00||100.00|{GOAL}")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert [yuan(project.amount) for project in document.projects] == ["3200000.00", "1000000.00"]
    assert told(document) == ["30.00"]


def test_the_largest_amount_is_not_the_total_where_nobody_knows_what_another_one_is() -> None:
    rows = (
        "建设地点|项目|概算|年内计划投资|其中：财政资金|绩效目标", f"东城区|雨污分流|900.00|320.00|300.00|{GOAL}",
        f"西城区|黑臭水体治理|200.00|100.00|100.00|{GOAL}",
    )
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert {project.amount for project in document.projects} <= {None}
    assert not any(project.indicators for project in document.projects)
    assert {"900.00", "320.00"} <= set(told(document))


def test_what_was_first_set_and_what_was_spent_stand_beside_the_budget() -> None:
    rows = ("项目名称|年初预算数|全年预算数|全年执行数|年度绩效目标", f"路灯改造|55.00|60.00|58.00|{GOAL}", f"绿化提升|80.00|80.00|80.00|{GOAL}")
    document = parse("2031年项目支出绩效自评表", UNIT, table(*rows))
    assert [yuan(project.amount) for project in document.projects] == ["600000.00", "800000.00"]
    assert told(document) == []


# --- forms ----------------------------------------------------------------------------------------------------------------


def test_sources_above_their_total_in_columns_of_years_are_read() -> None:
    rows = (
        "项目名称|河湖巡查*4", "资金安排（万元）|来源|2030年|2031年|2032年", "|财政拨款|70.00|80.00|90.00", "|其他资金|5.00|6.00|7.00",
        "|合计|75.00|86.00|97.00", f"年度目标|{GOAL}*4", "一级指标|二级指标|三级指标|指标值*2", "产出指标|数量指标|巡查长度|≥120公里*2",
    )
    document = parse("2031年项目支出绩效目标表", table(*rows))
    assert [yuan(project.amount) for project in document.projects] == ["860000.00"]
    assert funding(document) == [{"fiscal_appropriation": "800000.00", "other": "60000.00"}]


RIGHT = (
    "河湖巡查*3|项目名称", "河长办|实施单位|水利局|主管部门", "86.00|年度资金总额|80.00|其中：财政拨款", "6.00|其他资金||", f"{GOAL}*3|年度目标",
)
BELOW = (
    "河湖巡查|河长办|水利局", "项目名称|实施单位|主管部门", "86.00|80.00|6.00", "年度资金总额|财政拨款|其他资金", f"{GOAL}*3", "年度目标*3",
)
ABOVE = tuple(row for pair in zip(BELOW[1::2], BELOW[::2], strict=True) for row in pair)
INDICATORS = ("一级指标|二级指标|三级指标|指标值", "产出指标|数量指标|巡查长度|≥120公里")


@pytest.mark.parametrize("upper", [RIGHT, BELOW, ABOVE, tuple(f"{row}|" if row.count("|") == 2 else row for row in ABOVE)])
def test_labels_may_stand_right_of_their_values_and_below_or_above_them(upper: tuple[str, ...]) -> None:
    document = parse("2031年项目支出绩效目标表", UNIT, table(*upper, *INDICATORS))
    [project] = document.projects
    assert (project.name, project.unit_name, yuan(project.amount), project.goal) == ("河湖巡查", "河长办", "860000.00", GOAL)
    assert funding(document) == [{"fiscal_appropriation": "800000.00", "other": "60000.00"}]
    assert [(indicator.name, indicator.text) for indicator in project.indicators] == [("巡查长度", "≥120公里")]
    assert told(document) == []


def test_a_column_of_values_for_each_project_is_a_form_each() -> None:
    rows = (
        "项目名称|河湖巡查|山洪防治", "实施单位|河长办|防御中心", "资金总额|86.00|120.00", "财政拨款|80.00|120.00", "其他资金|6.00|",
        f"年度目标|{GOAL}|建成设施。",
    )
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    found = [(project.name, project.unit_name, yuan(project.amount), project.goal) for project in document.projects]
    assert found == [("河湖巡查", "河长办", "860000.00", GOAL), ("山洪防治", "防御中心", "1200000.00", "建成设施。")]
    assert told(document) == []


def test_indicators_of_a_form_whose_name_nobody_knows_are_not_those_of_the_form_above() -> None:
    second = ("事由|山洪防治*3", "主管部门|水利局|实施单位|防御中心", "资金总额|120.00*3", INDICATORS[0], "产出指标|数量指标|预警站点|≥30个")
    document = parse("2031年项目支出绩效目标表", UNIT, table("项目名称|河湖巡查*3", "资金总额|86.00*3", *INDICATORS, *second))
    assert [(project.name, [each.name for each in project.indicators]) for project in document.projects] == [("河湖巡查", ["巡查长度"])]
    assert sum(doubt.count for doubt in document.tables[0].doubts) >= len("".join(second).split("|"))


@pytest.mark.parametrize("rows", [
    ("资金总额|46.00*3", "财政拨款|40.00|其中：上年结转|10.00", "其他资金|6.00||"),
    ("资金总额|46.00*3", "财政拨款|40.00*3", "其中：上年结转|10.00*3", "其他资金|6.00*3"),
    ("资金总额|46.00|财政拨款|40.00", "||其中：其他资金|6.00"),
    ("上年安排|44.00|资金总额|46.00", "财政拨款|40.00|其他资金|6.00"),
])
def test_parts_of_a_source_and_what_was_planned_last_year_are_no_sources_of_a_form(rows: tuple[str, ...]) -> None:
    document = parse("2031年项目支出绩效目标表", UNIT, table("项目名称|乡医培训*3", "实施单位|卫校*3", *rows, f"年度目标|{GOAL}*3", *INDICATORS))
    assert [yuan(project.amount) for project in document.projects] == ["460000.00"]
    assert funding(document) == [{"fiscal_appropriation": "400000.00", "other": "60000.00"}]
    assert told(document) == []


# --- levels ---------------------------------------------------------------------------------------------------------------

LEVELS = [
    ("产出指标", "数量指标", "路灯", "≥500盏"), ("产出指标", "质量指标", "亮灯率", "≥98%"), ("产出指标", "时效指标", "完工时间", "10月底前"),
    ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
]


def indicators(document: ParsedDocument) -> list[tuple[str | None, str | None, str, str]]:
    """The indicators of all projects by level 1, level 2, name and target."""
    return [(each.level1, each.level2, each.name, each.text) for project in document.projects for each in project.indicators]


def test_levels_in_unlisted_words_are_read_by_what_they_are_made_of() -> None:
    rows = [f"{'群众评价' if first == '满意度指标' else first}|{word}|{name}|{target}" for (first, _, name, target), word in zip(
        LEVELS, ("规模", "质量情况", "进度", "服务对象评价"), strict=True)]
    document = parse(
        "2031年项目支出绩效目标表", UNIT,
        table("项目名称|路灯改造*3", "年度资金总额|60.00*3", f"年度目标|{GOAL}*3", "一级指标|二级指标|三级指标|指标值", *rows),
    )
    assert indicators(document) == LEVELS
    assert told(document) == []
    assumed = {each.word: each.read_as for each in document.tables[0].assumptions}
    assert assumed == {
        "规模": "数量指标", "质量情况": "质量指标", "进度": "时效指标", "服务对象评价": "服务对象满意度指标", "群众评价": "服务对象满意度指标",
    }  # fmt: skip


def test_a_row_that_says_there_is_nothing_is_no_indicator() -> None:
    upper = ("项目名称|路灯改造*3", "年度资金总额|60.00*3", f"年度目标|{GOAL}*3", "一级指标|二级指标|三级指标|指标值")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*upper, *map("|".join, LEVELS), "效益指标|经济效益指标|无|/"))
    assert indicators(document) == LEVELS


def test_a_name_that_only_resembles_a_level_or_speaks_of_two_is_none() -> None:
    assert [level_of_pieces(name) for name in ("好不好", "社会成本分析", "社会评价", "培训质量", "数量指标")] == [None] * 5


def test_columns_headed_by_levels_in_unlisted_words_list_their_indicators() -> None:
    rows = ("项目名称|资金总额|年度绩效目标|数量|质量|进度|服务对象评价", f"路灯改造|60.00|{GOAL}|路灯≥500盏|亮灯率≥98%|完工时间：10月底前|居民满意度≥90%")
    document = parse("2031年项目支出绩效目标表", UNIT, table(*rows))
    assert indicators(document) == LEVELS


def test_names_of_levels_alone_head_the_sentences_of_a_text() -> None:
    listed = "数量：路灯≥500盏；质量：亮灯率≥98%；进度：完工时间：10月底前；服务对象评价：居民满意度≥90%"
    document = parse("2031年项目支出绩效目标表", UNIT, table("项目名称|资金总额|年度绩效目标|绩效指标", f"路灯改造|60.00|{GOAL}|{listed}"))
    assert indicators(document) == LEVELS
