"""Tables as another publisher makes them: other words, orders and totals. What a person reads at a glance is read, or it is told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from expectations.checks import check, findings
from transforms.parse import parse_document
from transforms.records import ParsedDocument

NAMES = ("河道日常保洁", "小型水库巡查养护", "水质监测设备更新")
UNITS = ("云山市河道管理所", "云山市水库管理中心", "云山市水质监测站")
GOALS = ("对全市主要河道开展日常保洁，保持水面清洁、岸线整洁。", "完成12座小型水库的巡查养护，保障安全度汛。", "更新水质监测设备，提升监测能力和数据质量。")
LISTED = (
    "产出指标-数量指标：保洁河道长度≥86公里；质量指标：河道保洁合格率≥95%。效益指标-社会效益指标：群众投诉≤3件。",
    "产出指标-数量指标：养护水库≥12座；质量指标：养护合格率≥95%。效益指标-社会效益指标：受益人口≥2万人。",
    "产出指标-数量指标：购置监测设备≥8台；质量指标：设备验收合格率=100%。效益指标-社会效益指标：发布水质公报≥12期。",
)
AMOUNTS = ("120.50", "90.00", "38.20")
YUAN = ["1205000.00", "900000.00", "382000.00"]
TOLD = ("critical", "warning")


def read(title: str, *rows: Sequence[str], unit: str = "万元") -> ParsedDocument:
    """The document of a page with one table; `>n` in front of a text spans so many columns, `^n` so many rows."""
    cells = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    page = f"<p>2025年部门预算</p><p>{title}</p><p>部门：云山市水务局</p><p>单位：{unit}</p><table>{cells}</table>"
    return parse_document("page.html", page.encode())


def _cell(text: str) -> str:
    span = {">": "colspan", "^": "rowspan"}.get(text[:1])
    return f'<td {span}="{text[1]}">{text[2:]}</td>' if span and text[1:2].isdigit() else f"<td>{text}</td>"


def told(document: ParsedDocument) -> list[str]:
    """The rules that accuse or doubt."""
    return [finding.rule for finding in findings(document, check(document)) if finding.severity in TOLD]


def amounts(document: ParsedDocument) -> list[tuple[str, str]]:
    return [(project.name, f"{project.amount:.2f}") for project in document.projects if project.amount is not None]


def test_columns_in_another_order_with_numbered_rows_and_a_total_last() -> None:
    header = ["序次", "拟实现的工作成效", "量化考核内容", "事项名称", "承办机构", "财力安排", "自有渠道", "经费盘子"]
    sources = (("120.50", ""), ("80.00", "10.00"), ("33.20", "5.00"))
    rows = [[str(at + 1), GOALS[at], LISTED[at], NAMES[at], UNITS[at], *sources[at], AMOUNTS[at]] for at in range(3)]
    found = read("项目绩效目标公开表", header, *rows, ["", "", "", "总和", "", "233.70", "15.00", "248.70"])
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert [project.unit_name for project in found.projects] == list(UNITS)
    assert [total.label for total in found.totals] == ["总和"]
    assert told(found) == []


def test_the_total_of_a_unit_gives_its_projects_the_unit_without_the_words_of_a_total() -> None:
    rows = [[NAMES[at], AMOUNTS[at], GOALS[at], LISTED[at]] for at in range(3)]
    found = read("项目支出绩效目标表", ["单位及项目", "年度经费", "工作目标", "绩效考核指标"], ["云山市水务局小计数", "248.70", "", ""], *rows, ["累计", "248.70", "", ""])
    assert {project.unit_name for project in found.projects} == {"云山市水务局"}
    assert [total.label for total in found.totals] == ["云山市水务局小计数", "累计"]


@pytest.mark.parametrize(("below", "kinds"), [
    ([["部门专项", "248.70"]], ["部门专项"]), ([["甲组", "210.50"], ["乙组", "38.20"]], ["甲组", "乙组"]),
])    # fmt: skip
def test_rows_of_kinds_of_projects_are_totals_by_their_sums_and_no_units(below: list[list[str]], kinds: list[str]) -> None:
    projects = [["", NAMES[at], AMOUNTS[at]] for at in range(3)]
    first = [["", *below[0]], *projects]
    rest: list[list[str]] = []
    if len(below) > 1:
        first, rest = first[:-1], [["", *below[1]], ["", NAMES[2], "18.20"], ["", "水质化验", "20.00"]]
    found = read("项目支出表", ["单位名称", "项目名称", "合计"], ["云山市水务局", "", "248.70"], *first, *rest)
    assert [total.label for total in found.totals] == ["云山市水务局", *kinds]
    assert not {project.unit_name for project in found.projects} & set(kinds)
    assert sum((project.amount or Decimal(0)) for project in found.projects) == Decimal(2_487_000)
    assert told(found) == []


def test_rows_that_only_head_kinds_of_projects_are_none() -> None:
    rows = [[NAMES[at], AMOUNTS[at], GOALS[at], LISTED[at]] for at in range(3)]
    heads = [["一般性项目", "", "", ""], ["重点项目", "", "", ""]]
    found = read("项目支出绩效目标表", ["项目名称", "总计", "绩效目标", "绩效指标"], ["合计", "248.70", "", ""], heads[0], rows[0], heads[1], *rows[1:])
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert (len(found.projects), {project.unit_name for project in found.projects}) == (3, {None})


def test_one_row_with_nothing_but_a_name_may_be_a_project() -> None:
    rows = [[NAMES[at], AMOUNTS[at], GOALS[at], LISTED[at]] for at in range(3)]
    found = read("项目支出绩效目标表", ["项目名称", "总计", "绩效目标", "绩效指标"], rows[0], ["山洪预警", "", "", ""], *rows[1:])
    assert len(found.projects) == 4


@pytest.mark.parametrize("before", [("100.00", "80.00", "30.00"), ("140.00", "95.00", "39.00")])
@pytest.mark.parametrize("is_later_first", [False, True])
def test_of_two_years_the_later_one_is_the_tables(before: tuple[str, ...], *, is_later_first: bool) -> None:
    years = [["2024年预算数", *before], ["2025年预算数", *AMOUNTS]]
    apart = ["增减额", *(f"{Decimal(now) - Decimal(then):.2f}" for now, then in zip(AMOUNTS, before, strict=True))]
    columns = [["项目", *NAMES], *(reversed(years) if is_later_first else years), apart]
    found = read("2025年项目支出明细表", *zip(*columns, strict=True))
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert len(found.tables[0].lines) == 9
    assert told(found) == []


def test_two_years_beside_goals() -> None:
    rows = [[NAMES[at], ("140.00", "95.00", "39.00")[at], AMOUNTS[at], GOALS[at], LISTED[at]] for at in range(3)]
    found = read("2025年项目支出绩效目标表", ["项目名称", "2024年预算数", "2025年预算数", "绩效目标", "绩效指标"], *rows)
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))


def test_the_later_year_is_doubted_where_the_title_is_of_the_earlier_one() -> None:
    columns = [["项目", *NAMES], ["2024年预算数", "140.00", "95.00", "39.00"], ["2025年预算数", *AMOUNTS]]
    found = read("2024年项目支出明细表", *zip(*columns, strict=True))
    assert any(doubt.reason == "contradicted" and not doubt.is_believed for doubt in found.tables[0].doubts)


def test_of_three_years_none_is_assumed() -> None:
    columns = [["项目", *NAMES], ["2025年", *AMOUNTS], ["2026年", "140.00", "95.00", "39.00"], ["2027年", "119.50", "95.00", "30.80"]]
    found = read("项目支出计划表", *zip(*columns, strict=True))
    assert amounts(found) == []
    assert told(found) == ["unread-cells"]


def test_codes_right_of_amounts_are_codes() -> None:
    columns = [["名目", *NAMES], ["用款主体", *UNITS], ["当年额度", *AMOUNTS], ["类款项", "2130306", "2130306", "2130305"]]
    found = read("项目经费一览", *zip(*columns, strict=True))
    assert [(line.column, f"{line.amount:.2f}") for line in found.tables[0].lines] == [("当年额度", yuan) for yuan in YUAN]


def test_the_unit_of_money_may_stand_in_a_label_over_several_amounts() -> None:
    page = "".join(
        f"<p>项目绩效目标申报表</p><p>（2025年度）</p><table><tr><td>任务名目</td><td colspan=3>{NAMES[at]}</td></tr>"
        f"<tr><td>归口部门</td><td>云山市水务局</td><td>承担机构</td><td>{UNITS[at]}</td></tr>"
        f"<tr><td rowspan=2>经费保障（万元）</td><td>全年经费</td><td colspan=2>{AMOUNTS[at]}</td></tr>"
        f"<tr><td>财政供给</td><td colspan=2>{AMOUNTS[at]}</td></tr><tr><td>年内目标</td><td colspan=3>{GOALS[at]}</td></tr>"
        "<tr><td>一层</td><td>二层</td><td>考核点</td><td>刻度</td></tr>"
        f"<tr><td>产出指标</td><td>数量指标</td><td>{NAMES[at]}次数</td><td>≥{at + 2}次</td></tr></table>"
        for at in range(3)
    )
    found = parse_document("page.html", f"<p>云山市水务局</p>{page}".encode())
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert [table.unit for table in found.tables] == ["万元"] * 3


@pytest.mark.parametrize("label", ["^2年度总体目标", "年度总体目标"])
def test_a_self_evaluation_is_its_budget_and_its_expected_goal_and_accuses_nobody(label: str) -> None:
    is_merged = label.startswith("^")
    found = read(
        "项目支出绩效自评表", ["项目名称", f">7{NAMES[0]}"], ["主管部门", ">3云山市水务局", "实施单位", f">3{UNITS[0]}"],
        ["^4项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", "120.50", "110.00", "108.90", "10", "99.00%", "9.9"], ["其中：财政拨款", "120.50", "110.00", "108.90", "—", "99.00%", "—"],
        ["其他资金", "0.00", "0.00", "0.00", "—", "—", "—"], [label, ">4预期目标", ">3实际完成情况"],
        [*([] if is_merged else [""]), f">4{GOALS[0]}", ">3全年完成河道保洁86公里，水面清洁，群众反映良好。"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
        ["产出指标", "数量指标", "保洁河道长度", "≥86公里", "86公里", "40", "40", ""],
        ["效益指标", "社会效益指标", "水环境", "有效改善", "有效改善", "40", "38", "部分支流仍有漂浮物"],
        ["满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "93%", "10", "10", ""], [">6总分", "100", "97.9"],
    )
    (project,) = found.projects
    assert (f"{project.amount:.2f}", project.goal) == ("1100000.00", GOALS[0])
    assert [indicator.text for indicator in project.indicators] == ["≥86公里", "有效改善", "≥90%"]
    assert told(found) == []


def test_what_is_said_in_each_row_of_indicators_names_no_project() -> None:
    head = ["用款处室", "经费项目", "核定额", "年内目标", "大类", "小类", "考核事项", "判断", "刻度", "计数单位", "分数"]
    rows = [
        ["水利处", NAMES[0], "1205000", GOALS[0], "产出指标", "数量指标", "保洁河道长度", "≥", "86", "公里", "20"],
        ["", "", "", "", "产出指标", "质量指标", "保洁合格率", "≥", "95", "%", "20"], ["", "", "", "", "效益指标", "社会效益指标", "水环境", "定性", "有效改善", "", "30"],
        ["防汛处", NAMES[1], "900000", GOALS[1], "产出指标", "数量指标", "养护水库", "≥", "12", "座", "20"],
        ["", "", "", "", "产出指标", "时效指标", "汛前巡查", "定性", "5月底前", "", "20"], ["", "", "", "", "满意度指标", "服务对象满意度指标", "群众满意度", "≥", "90", "%", "10"],
    ]    # fmt: skip
    found = read("预算项目绩效目标清单", head, *rows, unit="元")
    assert [(project.name, project.unit_name, len(project.indicators)) for project in found.projects] == [(NAMES[0], "水利处", 3), (NAMES[1], "防汛处", 3)]


def test_counts_in_columns_are_no_money() -> None:
    header = ["项目名称", "购置数量（台/套）", "车辆数（辆）", "惠及人数（人）", "购置金额", "其中：财政拨款"]
    rows = [[NAMES[at], "8", "1", "1200", AMOUNTS[at], AMOUNTS[at]] for at in range(3)]
    found = read("资产购置项目表", header, *rows, ["总和", "24", "3", "3600", "248.70", "248.70"])
    assert {line.column for line in found.tables[0].lines} == {"购置金额", "其中：财政拨款"}


def test_a_form_whose_cells_are_not_merged_is_one_and_its_indicators_have_their_own_header() -> None:
    found = read(
        "项目绩效目标表", ["项目名称", ">3执法车辆购置"], ["主管部门", "云山市水务局", "实施单位", "云山市水政监察支队"], ["项目金额", "54.00", "其他", "0"],
        ["项目目标", ">3购置执法车辆3辆，保障水政执法。"], ["指标大类", "指标小类", "指标名", "指标要求"], ["产出", "数量", "购置车辆", "3辆"],
        ["产出", "质量", "验收合格", "100%"], ["效果", "社会效益", "执法能力", "明显提升"],
    )
    (project,) = found.projects
    assert (project.name, f"{project.amount:.2f}", project.unit_name) == ("执法车辆购置", "540000.00", "云山市水政监察支队")
    assert [(one.level2, one.name, one.text) for one in project.indicators] == [
        ("数量指标", "购置车辆", "3辆"), ("质量指标", "验收合格", "100%"), ("社会效益指标", "执法能力", "明显提升"),
    ]


def test_how_points_are_given_is_not_kept() -> None:
    found = read(
        "项目支出绩效目标表", ["项目名称", f">5{NAMES[0]}"], ["年度金额", ">5120.50"], ["年度目标", f">5{GOALS[0]}"],
        ["一级指标", "二级指标", "三级指标", "绩效标准", "目标值", "评分说明"], ["产出指标", "数量指标", "保洁河道长度", "行业标准", "≥86公里", "每少1公里扣1分"],
        ["产出指标", "质量指标", "保洁合格率", "历史标准", "≥95%", "每低1%扣1分"], ["效益指标", "社会效益指标", "水环境", "计划标准", "有效改善", "酌情扣分"],
    )
    assert [indicator.text for indicator in found.projects[0].indicators] == ["≥86公里", "≥95%", "有效改善"]
    assert told(found) == []


def test_one_true_error_is_told_and_nothing_else() -> None:
    rows = [[NAMES[at], AMOUNTS[at], AMOUNTS[at], GOALS[at], LISTED[at]] for at in range(3)]
    found = read("项目支出绩效目标表", ["项目名称", "总计", "财政拨款", "绩效目标", "绩效指标"], *rows, ["总和", "250.70", "248.70", "", ""])
    assert [rule for rule in told(found) if rule != "missing-indicators"] == ["total-ties-to-projects"]


def test_a_header_whose_second_row_parts_a_merged_cell_and_is_blank_elsewhere() -> None:
    parts = (("20.50", "100.00", ""), ("10.00", "70.00", "10.00"), ("", "33.20", "5.00"))
    rows = [[NAMES[at], AMOUNTS[at], *parts[at], GOALS[at], LISTED[at]] for at in range(3)]
    header = [["专项", ">4安排经费", "工作目标", "考核内容"], ["", "总量", "其中：上级下达", "财政出资", "自行筹措", "", ""]]
    found = read("部门专项安排及绩效公开表", *header, *rows)
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert [f"{project.funding['fiscal_appropriation']:.2f}" for project in found.projects] == ["1000000.00", "700000.00", "332000.00"]
    assert told(found) == ["unread-cells"]    # of the two others nobody knows which source they are


def test_what_is_left_over_from_another_year_is_this_years_money() -> None:
    columns = [["项目", *NAMES], ["2025年资金总量", "130.50", "90.00", "48.20"], ["2025年财政拨款", *AMOUNTS], ["2024年结转资金", "10.00", "", "10.00"]]
    found = read("2025年项目支出明细表", *zip(*columns, strict=True))
    assert [f"{project.amount:.2f}" for project in found.projects] == ["1305000.00", "900000.00", "482000.00"]
    assert [project.funding.get("carryover") for project in found.projects] == [Decimal(100_000), None, Decimal(100_000)]


def test_round_amounts_are_no_codes() -> None:
    columns = [["名目", *NAMES], ["用款主体", *UNITS], ["当年额度", "2100000", "2350000", "2080000"]]
    found = read("项目经费一览", *zip(*columns, strict=True), unit="元")
    assert [f"{line.amount:.2f}" for line in found.tables[0].lines] == ["2100000.00", "2350000.00", "2080000.00"]


def test_the_unit_of_a_label_beside_the_money_does_not_replace_the_one_above_the_form() -> None:
    found = read(
        "项目绩效目标表", ["项目名称", f">3{NAMES[0]}"], ["实施单位", UNITS[0], "户均标准（元）", "300"], ["项目金额", "54.00", "其他资金", "0"],
        ["项目目标", f">3{GOALS[0]}"], ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "保洁河道", "≥3条"],
    )
    assert (found.tables[0].unit, f"{found.projects[0].amount:.2f}") == ("万元", "540000.00")


@pytest.mark.parametrize("header", ["类别", "备注", "评价类型"])
def test_a_column_of_names_of_levels_is_a_level_whatever_its_header_says(header: str) -> None:
    found = read(
        "项目支出绩效目标表", ["^2项目名称", "^2预算", "^2年度目标", ">4绩效指标"], [header, "二级指标", "三级指标", "指标值"],
        [f"^3{NAMES[0]}", "^3120.50", f"^3{GOALS[0]}", "产出", "数量", "保洁河道", "≥86公里"],
        ["效益", "社会效益", "群众投诉", "≤3件"], ["满意度", "服务对象满意度", "群众满意度", "≥95%"],
    )
    assert [indicator.level1 for indicator in found.projects[0].indicators] == ["产出指标", "效益指标", "满意度指标"]
    assert told(found) == []


LEVELS = ("保洁河道86公里；清理垃圾≥300吨", "河道保洁合格率不低于95%", "2025年12月底前完成", "群众投诉3件以下", "群众满意度≥90%")
BY_LEVEL = [
    ("产出指标", "数量指标", "保洁河道", "86公里"), ("产出指标", "数量指标", "清理垃圾", "≥300吨"), ("产出指标", "质量指标", "河道保洁合格率", "不低于95%"),
]


def levels(document: ParsedDocument) -> list[tuple[str | None, str | None, str, str]]:
    return [(each.level1, each.level2, each.name, each.text) for each in document.projects[0].indicators]


def test_each_level_of_indicators_may_have_a_column_of_its_own() -> None:
    found = read(
        "项目绩效目标表", ["^2项目名称", "^2金额", "^2绩效目标", ">3产出指标", "^2效益指标", "^2满意度指标"], ["数量指标", "质量指标", "时效指标"],
        [NAMES[0], "120.50", GOALS[0], *LEVELS],
    )
    assert levels(found) == [
        *BY_LEVEL, ("产出指标", "时效指标", LEVELS[2], ""), ("效益指标", None, "群众投诉", "3件以下"), ("满意度指标", None, "群众满意度", "≥90%"),
    ]
    assert told(found) == []


def test_of_columns_of_levels_the_one_under_an_unlisted_word_is_told() -> None:
    found = read(
        "专项经费绩效一览表", ["^2项目", "^2经费", "^2总目标", ">3产出", "^2效果", "^2反响"], ["数量", "质量", "进度"],
        [NAMES[0], "120.50", GOALS[0], *LEVELS], [NAMES[1], "90.00", GOALS[1], *LEVELS],
    )
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))[:2]
    assert levels(found) == [*BY_LEVEL, ("产出指标", "时效指标", LEVELS[2], ""), ("效益指标", None, "群众投诉", "3件以下")]
    assert [(doubt.header, doubt.count) for doubt in found.tables[0].doubts] == [("反响", 2)]


def test_numbers_below_words_for_levels_count_and_cost_something() -> None:
    found = read("项目支出表", ["项目名称", "数量", "成本", "金额"], *([NAMES[at], "12", "3.50", AMOUNTS[at]] for at in range(3)))
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert not any(project.indicators for project in found.projects)


def test_goals_are_enough_in_a_table_that_is_titled_as_one_of_them() -> None:
    rows = [[str(at + 1), NAMES[at], "养护科", f"{float(AMOUNTS[at]) - 5:.2f}", "5.00", AMOUNTS[at], GOALS[at]] for at in range(2)]
    found = read(
        "项目支出绩效目标表", ["^2序号", "^2项目名称", "^2归口科室", ">3资金来源", "^2绩效目标"], ["财政拨款", "单位资金", "合计"], *rows,
        [">3共计", "200.50", "10.00", "210.50", ""],
    )
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))[:2]
    assert [project.goal for project in found.projects] == list(GOALS[:2])
    assert ([total.label for total in found.totals], found.tables[0].doubts) == (["共计"], [])


# --- what publishers that nobody had seen print ------------------------------------------------------------------------------

FORM = (
    ["项目名称", ">5河道日常保洁"], ["年度资金总额", ">5120.50"], ["年度目标", f">5{GOALS[0]}"],
)    # fmt: skip


def parsed_targets(document: ParsedDocument) -> list[tuple[object, ...]]:
    return [
        (indicator.name, indicator.operator, indicator.value, indicator.value_high, indicator.unit)
        for project in document.projects for indicator in project.indicators
    ]    # fmt: skip


@pytest.mark.parametrize("bounds", [("下限", "上限"), ("最低值", "最高值"), ("指标值下限", "指标值上限"), ("目标最小值", "目标最大值")])
def test_the_bounds_of_a_target_in_columns_of_their_own_are_a_range(bounds: tuple[str, str]) -> None:
    rows = (
        ["产出指标", "数量指标", "保洁河道长度", "12", "15", "公里"], ["产出指标", "质量指标", "保洁合格率", "98", "", "%"],
        ["效益指标", "社会效益指标", "群众投诉", "", "3", "件"],
    )
    found = read("项目支出绩效目标表", *FORM, ["一级指标", "二级指标", "三级指标", *bounds, "计量单位"], *rows)
    assert parsed_targets(found) == [
        ("保洁河道长度", "between", Decimal(12), Decimal(15), "公里"), ("保洁合格率", ">=", Decimal(98), None, "%"),
        ("群众投诉", "<=", Decimal(3), None, "件"),
    ]
    assert told(found) == []


@pytest.mark.parametrize(("last", "is_told"), [(("15", "100", "95"), True), (("30", "40", "30"), False)])
def test_numbers_beside_targets_that_are_no_points_are_told(last: tuple[str, ...], *, is_told: bool) -> None:
    rows = [["产出指标", "数量指标", "保洁长度", "12", last[0], "公里"], ["产出指标", "质量指标", "保洁合格率", "98", last[1], "%"],
            ["满意度指标", "服务对象满意度指标", "群众满意度", "90", last[2], "%"]]
    found = read("项目支出绩效目标表", *FORM, ["一级指标", "二级指标", "三级指标", "指标值", "某某", "计量单位"], *rows)
    assert ("unread-cells" in told(found)) is is_told


@pytest.mark.parametrize("is_repeated", [False, True])
def test_projects_side_by_side_are_forms_of_their_own(*, is_repeated: bool) -> None:
    names, headers = ("河道日常保洁", "水库巡查养护"), ["指标名称", "指标值"]
    values = [names, ("120.50", "90.00"), GOALS[:2]]
    targets = [("保洁长度", "≥86公里", "养护水库", "≥12座"), ("保洁合格率", "≥95%", "养护合格率", "≥90%")]
    labels = ("项目名称", "预算金额", "绩效目标")
    if is_repeated:
        rows = [[labels[at], one, labels[at], other] for at, (one, other) in enumerate(values)]
        found = read("项目支出绩效目标表", *rows, [*headers, *headers], *targets)
    else:
        rows = [[f">2{labels[at]}", f">2{one}", f">2{other}"] for at, (one, other) in enumerate(values)]
        levels = [("产出指标", "数量指标"), ("产出指标", "质量指标")]
        below = [[*level, *texts] for level, texts in zip(levels, targets, strict=True)]
        found = read("项目支出绩效目标表", *rows, ["一级指标", "二级指标", *headers, *headers], *below)
    assert amounts(found) == [("河道日常保洁", "1205000.00"), ("水库巡查养护", "900000.00")]
    assert [project.goal for project in found.projects] == list(GOALS[:2])
    assert [[(one.name, one.text) for one in project.indicators] for project in found.projects] == [
        [("保洁长度", "≥86公里"), ("保洁合格率", "≥95%")], [("养护水库", "≥12座"), ("养护合格率", "≥90%")],
    ]
    assert "unread-cells" not in told(found)


@pytest.mark.parametrize("years", [("2023年", "2024年", "2025年"), ("2025年度", "2026年度", "2027年度")])
def test_of_several_years_in_a_form_the_documents_counts(years: tuple[str, ...]) -> None:
    of_year = [("90.00", "90.00", ""), ("100.00", "100.00", ""), ("120.50", "100.50", "20.00")]
    own = next(place for place, year in enumerate(years) if "2025" in year)
    of_year[own], of_year[2] = of_year[2], of_year[own]
    money = zip(("合计", "财政拨款", "其他资金"), zip(*of_year, strict=True), strict=True)
    rows = [["^4项目资金", "资金来源", *years], *([label, *texts] for label, texts in money)]
    rest = ["年度目标", f">4{GOALS[0]}"], ["一级指标", "二级指标", "三级指标", ">2指标值"], ["产出指标", "数量指标", "保洁河道长度", ">2≥86公里"]
    found = read("2025年项目支出绩效目标表", ["项目名称", ">4河道日常保洁"], *rows, *rest)
    [project] = found.projects
    filled = {source: amount for source, amount in project.funding.items() if amount}
    assert filled == {"fiscal_appropriation": Decimal(1_005_000), "other": Decimal(200_000)}
    assert amounts(found) == [("河道日常保洁", "1205000.00")]
    assert "row-ties-to-funding" not in told(found)


def test_of_several_years_none_is_taken_where_the_document_states_none_of_them() -> None:
    rows = [["资金来源", "2027年", "2028年"], ["合计", "90.00", "120.50"], ["财政拨款", "70.00", "100.50"], ["其他资金", "", "20.00"]]
    rest = ["年度目标", f">2{GOALS[0]}"], ["二级指标", "三级指标", "指标值"], ["数量指标", "保洁河道长度", "≥86公里"]
    found = read("2025年项目支出绩效目标表", ["项目名称", ">2河道日常保洁"], *rows, *rest)
    assert "unread-cells" in told(found)
    assert "row-ties-to-funding" not in told(found)


def test_years_that_head_no_amounts_are_none_of_them() -> None:
    rows = (["起止年份", "2024年", "2025年", ""], ["年度资金总额", "120.50", "", ""], ["年度目标", f">3{GOALS[0]}"])
    below = ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "保洁河道长度", "≥86公里"]
    found = read("2025年项目支出绩效目标表", ["项目名称", ">3河道日常保洁"], *rows, *below)
    assert amounts(found) == [("河道日常保洁", "1205000.00")]


def test_goals_without_indicators_are_read_where_the_title_is_about_goals() -> None:
    rows = [[NAMES[at], AMOUNTS[at], GOALS[at], ""] for at in range(3)]
    found = read("项目绩效目标公开表", ["项目名称", "预算金额", "绩效目标", "备注"], *rows, ["合计", "248.70", "", ""])
    assert amounts(found) == list(zip(NAMES, YUAN, strict=True))
    assert [project.goal for project in found.projects] == list(GOALS)
    assert "unread-cells" not in told(found)


@pytest.mark.parametrize("name", ["全厅", "水务系统"])
def test_a_total_of_two_projects_below_them_is_none(name: str) -> None:
    rows = [[NAMES[at], AMOUNTS[at], GOALS[at]] for at in range(2)]
    found = read("项目绩效目标公开表", ["项目名称", "预算金额", "绩效目标"], *rows, [name, "210.50", ""])
    assert [project.name for project in found.projects] == list(NAMES[:2])
    assert [total.label for total in found.totals] == [name]


def test_units_of_things_beside_names_are_no_names() -> None:
    rows = (["监护仪", "20", "台", "3.50", "70.00"], ["病床", "100", "张", "0.25", "25.00"], ["帐篷", "4", "顶", "1.00", "4.00"])
    found = read("新增资产配置表", ["资产名称", "配置数量", "单位", "单价", "总价"], *rows)
    assert {line.label for line in found.tables[0].lines} == {"监护仪", "病床", "帐篷"}
    assert {line.column for line in found.tables[0].lines} == {"单价", "总价"}


def test_a_name_with_a_character_that_the_font_does_not_tell_is_told() -> None:
    found = read("项目支出绩效目标表", ["项目名称", ">3河道\ufffd洁"], ["年度资金总额", ">3120.50"], ["年度目标", f">3{GOALS[0]}"],
                 ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "保洁河道长度", "≥86公里"])
    assert "unread-cells" in told(found)
