"""Forms of one project each, in the words and shapes of many provinces."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.parse import parse_document
from transforms.records import Indicator, ParsedDocument, Project
from transforms.vocabulary import vocabulary

TITLE = "<p>2024年项目支出绩效目标表</p>"
INDICATORS = ("一级指标|二级指标|三级指标|指标值", "产出指标|数量指标|培训人数|≥100人")


def table(*rows: str) -> str:
    """An HTML table: cells parted by `|`, `→3` and `↓3` in front of a text are spans."""
    return f"<table>{''.join(f'<tr>{_cells(row)}</tr>' for row in rows)}</table>"


def _cells(row: str) -> str:
    made = []
    for cell in row.split("|"):
        text, spans = cell, ""
        while text[:1] in ("→", "↓") and text:
            spans += f" {'colspan' if text[0] == '→' else 'rowspan'}={text[1]}"
            text = text[2:]
        made.append(f"<td{spans}>{text}</td>")
    return "".join(made)


def parse(*parts: str) -> ParsedDocument:
    """A page of these parts."""
    document = parse_document("a.html", f"<html><body>{''.join(parts)}</body></html>".encode())
    assert document.errors == []
    return document


def one(*rows: str, above: str = TITLE) -> Project:
    """The project of a form."""
    (project,) = parse(above, table(*rows)).projects
    return project


def funding(project: Project) -> dict[str, str | None]:
    """Its sources with their amounts in yuan."""
    return {source: None if amount is None else f"{amount:f}" for source, amount in project.funding.items()}


def targets(project: Project) -> list[tuple[str | None, str | None, str, str]]:
    """Level 1, level 2, name and published target of its indicators."""
    return [(i.level1, i.level2, i.name, i.text) for i in project.indicators]


def test_a_form_is_a_table_with_its_project() -> None:
    document = parse(TITLE, table(
        "项目名称|→4技能培训", "主管部门及代码|→2[205]云山市教育局|实施单位|教师发展中心",
        "↓3项目资金（万元）|→2年度资金总额：|→220.50", "→2其中：财政拨款|→220.00", "→2其他资金|→20.50",
        "年度目标|→4目标1：完成培训。", "↓4绩效指标|一级指标|二级指标|三级指标|指标值",
        "↓2产出指标|↓2数量指标|指标1：培训人数|≥100人", "……|", "满意度指标|满意度指标|学员满意度|≥90%",
    ))
    (form,), (project,) = document.tables, document.projects
    assert (form.kind, form.title, form.unit) == ("project_performance_targets", "2024年项目支出绩效目标表", "万元")
    assert (document.department, document.fiscal_year) == ("云山市教育局", 2024)
    assert (project.name, project.unit_name, project.amount, project.goal) == ("技能培训", "教师发展中心", Decimal(205000), "完成培训。")
    assert funding(project) == {"fiscal_appropriation": "200000.00", "other": "5000.00"}
    assert targets(project) == [
        ("产出指标", "数量指标", "培训人数", "≥100人"), ("满意度指标", "服务对象满意度指标", "学员满意度", "≥90%"),
    ]  # fmt: skip


def test_of_the_whole_term_and_the_year_side_by_side_the_year_counts() -> None:
    project = one(
        "项目名称|→7技能竞赛", "↓3资金（元）|→3中期资金总额：|99|→2年度资金总额：|33", "→3其中：财政拨款|90|→2其中：财政拨款|30",
        "→3其他资金|9|→2其他资金|3", "↓2总体目标|→4中期目标（2024年—2026年）|→3年度目标", "→4三年办三届。|→3办一届。",
        "↓2绩效指标|一级指标|二级指标|三级指标|指标值|二级指标|三级指标|指标值", "产出指标|数量指标|场次|9场|数量指标|场次|3场",
    )
    assert (project.amount, project.goal) == (Decimal(33), "办一届。")
    assert funding(project) == {"fiscal_appropriation": "30.00", "other": "3.00"}
    assert targets(project) == [("产出指标", "数量指标", "场次", "3场")]


def test_where_the_year_is_blank_goal_and_indicators_are_those_of_the_whole_term() -> None:
    project = one(
        "项目名称|→7技能竞赛", "资金（元）|→3中期资金总额：|99|→2年度资金总额：|33", "↓2总体目标|→4中期目标|→3年度目标", "→4三年办三届。|→3",
        "↓2绩效指标|一级指标|二级指标|三级指标|指标值|二级指标|三级指标|指标值", "产出指标|数量指标|场次|9场|数量指标||",
    )
    assert (project.amount, project.goal) == (Decimal(33), "三年办三届。")
    assert targets(project) == [("产出指标", "数量指标", "场次", "9场")]


def test_of_two_tables_of_indicators_the_one_of_the_year_counts() -> None:
    project = one(
        "项目名称|→4基础设施", "资金构成|→4总额10606.7522万元", "财政拨款|→46923.3552万元(其中:上级财政资金:6923.3552万元;本级财政:0万元)",
        "其他|→43683.3970万元", "↓2项目绩效目标|→2长期目标|→2年度目标", "→2改善基础设施|→2完成改造",
        "↓2长期绩效指标|一级指标|二级指标|指标内容|指标值", "产出指标|数量指标|改造|88处",
        "↓2年度绩效指标|一级指标|二级指标|指标内容|指标值", "产出指标|数量指标|改造|8处",
    )
    assert (project.amount, project.goal) == (Decimal("106067522.00"), "完成改造")
    assert funding(project) == {"fiscal_appropriation": "69233552.00", "other": "36833970.00"}
    assert targets(project) == [("产出指标", "数量指标", "改造", "8处")]


def test_of_a_self_evaluation_the_expected_values_and_the_changed_budget_count() -> None:
    project = one(
        "→2项目名称|→6委托业务", "→2主管部门|→2219-甲镇人民政府|→2实施单位|→2219001-甲镇人民政府",
        "→2↓4项目资金（万元）|年初预算数|全年预算数|全年执行数|分值|执行率|得分".replace("→2↓4项目资金（万元）", "↓4项目资金（万元）|"),
        "年度资金总额：|80|90|89.97|10|99.97%|9.9", "其中：本年财政拨款|80|90|89.97|—|—|—", "其他资金|5||||—|—",
        "↓2年度总体目标|→4预期目标|→3实际完成情况", "→4完成预算编制。|→3已完成。",
        "↓4绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分", "产出指标(50分)|数量指标|业务数量|≥50个|52|8|8",
        "效益指标(30分)|社会效益指标|公平|效果明显|达成预期指标|10|10", "→5总分|100|98|",
    )
    assert (project.name, project.unit_name, project.amount, project.goal) == ("委托业务", "甲镇人民政府", Decimal(900000), "完成预算编制。")
    assert funding(project) == {"fiscal_appropriation": "900000.00", "other": None}
    assert targets(project) == [("产出指标", "数量指标", "业务数量", "≥50个"), ("效益指标", "社会效益指标", "公平", "效果明显")]


def test_sources_may_stand_in_a_row_above_their_amounts() -> None:
    project = one(
        "项目支出名称|运维|实施单位|信息中心", "↓2年度预算申请（万元）|资金总额|财政拨款|其他资金", "100|80|20", "年度绩效目标|→3稳定。", *INDICATORS,
    )  # fmt: skip
    assert project.amount == Decimal(1000000)
    assert funding(project) == {"fiscal_appropriation": "800000.00", "other": "200000.00"}


def test_what_the_appropriation_is_made_of_is_no_source_beside_it() -> None:
    project = one(
        "项目名称|→3培训", "↓4项目资金（万元）|→2年度资金总额|9.54", "→2（一）财政拨款小计|9.54", "→21、一般公共预算|9.54", "→2（二）财政专户管理资金|",
        "总体目标|→3完成。", *INDICATORS,
    )  # fmt: skip
    assert funding(project) == {"fiscal_appropriation": "95400.00", "special_account": None}


def test_a_source_that_nobody_knows_is_told() -> None:
    document = parse(TITLE, table(
        "转移支付名称|→3农田建设", "↓3资金情况（万元）|年度金额：|→21200", "其中：中央补助|→2800", "地方资金|→2400", "年度总体目标|→3建成。", *INDICATORS,
    ))  # fmt: skip
    assert document.tables[0].unknown_columns == ("地方资金",)
    assert funding(document.projects[0]) == {"superior_transfer": "8000000.00"}


def test_levels_that_are_printed_over_others_say_nothing() -> None:
    project = one(
        "项目名称|→4培训", "主管部门|→2某厅|实施单位|某校", "一级指标|二级指标|三级指标|四级指标|指标值", "↓3实施效果指标|↓2产出指标|数量指标|人数|≥100人",
        "质量指标|合格率|≥95%", "效益指标|社会效益指标|技能水平|提高",
    )  # fmt: skip
    assert [(i.level1, i.level2, i.name) for i in project.indicators] == [
        ("产出指标", "数量指标", "人数"), ("产出指标", "质量指标", "合格率"), ("效益指标", "社会效益指标", "技能水平"),
    ]  # fmt: skip


def test_last_years_value_beside_the_expected_one_is_no_target() -> None:
    project = one(
        "项目名称|→4档案", "主管部门|→4某局", "↓2一级指标|↓2二级指标|↓2三级指标|→2指标值", "2023年实际实现值|预期2024年实现值", "产出指标|数量指标|页数|520000页|≥650000页",
    )  # fmt: skip
    assert targets(project) == [("产出指标", "数量指标", "页数", "≥650000页")]


def test_forms_in_one_table_are_a_table_each_and_may_follow_a_table_of_rows() -> None:
    document = parse("<p>部门预算项目绩效目标表（2024年度）</p><p>金额单位：元</p>", table(
        "单位名称|项目名称|预算数|年度目标|一级指标|二级指标|三级指标|指标值", "甲局|A项目|100|完成A。|产出指标|数量指标|次数|5次",
        "→8项目支出绩效目标表", "项目名称|→7B项目", "主管部门|→3甲局|实施单位|→3一中心", "年度资金总额|→7200", "一级指标|二级指标|→3三级指标|→3指标值",
        "产出指标|数量指标|→3台数|→3≥3台", "→8项目支出绩效目标表", "项目名称|→7C项目", "主管部门|→3甲局|实施单位|→3二中心", "年度资金总额|→7300",
        "一级指标|二级指标|→3三级指标|→3指标值", "产出指标|数量指标|→3台数|→3≥4台",
    ))  # fmt: skip
    assert [table.title for table in document.tables] == ["部门预算项目绩效目标表（2024年度）", "项目支出绩效目标表", "项目支出绩效目标表"]
    assert [(project.name, project.amount, project.table) for project in document.projects] == [
        ("A项目", Decimal(100), 0), ("B项目", Decimal(200), 1), ("C项目", Decimal(300), 2),
    ]  # fmt: skip


def test_a_blank_form_is_an_empty_table() -> None:
    document = parse("<p>项目支出绩效目标表</p>", table("项目名称|→3", "主管部门|→3", "年度资金总额|→3", INDICATORS[0], "|||"), "<p>注：本部门无此项支出。</p>")
    (form,) = document.tables
    assert (form.kind, form.empty, form.note, document.projects) == ("project_performance_targets", True, "注：本部门无此项支出。", [])


@pytest.mark.parametrize("text", ["按实结算", "详见附件"])
def test_an_amount_that_is_none_is_kept_and_unreadable(text: str) -> None:
    project = one("项目名称|→3培训", f"年度资金总额（万元）|→3{text}", "其中：财政拨款|→310", *INDICATORS)
    assert (project.amount, project.unreadable, project.amount_text["total"]) == (None, ("total",), text)


# --- properties ---------------------------------------------------------------------------------------------------------

_WORDS = {role: st.sampled_from(words) for role, words in vocabulary("forms")["roles"].items()}
_SPACED = st.sampled_from([lambda word: word, lambda word: f"{word}：", "<br>".join, " ".join])


@given(
    st.fixed_dictionaries({role: _WORDS[role] for role in ("project_name", "department", "unit_name", "total_year", "goal")}),
    _SPACED, st.permutations(["unit", "money", "goal"]), st.decimals(1, 10**7, places=2), st.booleans(),
)  # fmt: skip
def test_a_form_is_read_back_from_all_known_words(words: dict[str, str], print_label, order: list[str], amount: Decimal, is_wide: bool) -> None:  # type: ignore[no-untyped-def]
    label = {role: print_label(word) for role, word in words.items()}
    span = "→2" if is_wide else ""
    rows = {
        "unit": f"{label['department']}|→2某局|{label['unit_name']}|{span}一中心", "money": f"{label['total_year']}|→2{amount:,f}|其他资金|{span}",
        "goal": f"{label['goal']}|→{5 if is_wide else 4}做好各项工作。",
    }  # fmt: skip
    top = f"{label['project_name']}|→{5 if is_wide else 4}惠民工程"
    project = one(top, *(rows[name] for name in order), f"一级指标|二级指标|→2三级指标|{span}指标值", f"产出指标|数量指标|→2户数|{span}≥5户", above=TITLE + "<p>单位：元</p>")
    assert (project.name, project.unit_name, project.amount, project.goal) == ("惠民工程", "一中心", amount, "做好各项工作。")
    assert targets(project) == [("产出指标", "数量指标", "户数", "≥5户")]


_COLUMNS = vocabulary("headers")["indicator_roles"]


@given(
    st.sampled_from(_COLUMNS["indicator_name"]), st.sampled_from(_COLUMNS["target"]), st.sampled_from(_COLUMNS["operator"]),
    st.sampled_from([">=", "<=", "=", ">", "<"]), st.integers(1, 10**6), st.sampled_from(["人", "%", "万元", "次/月"]), st.integers(0, 4),
)  # fmt: skip
def test_an_indicator_is_read_back_from_each_way_to_print_it(
    name: str, target: str, sign: str, operator: str, value: int, unit: str, style: int
) -> None:
    printed = {">=": "≥", "<=": "≤"}.get(operator, operator)
    header, row = [
        (f"{name}|{target}", f"培训|{printed}{value}{unit}"),
        (f"{name}|{target}|{sign}|计量单位", f"培训|{value}|{printed}|{unit}"),
        (f"{name}|{target}|备注", f"培训（{printed}{value}{unit}）||"),
        (f"{name}|{target}|分值", f"指标1：培训({printed}**{unit})|{printed}{value}{unit}|10"),
        (f"{name}|2024年{target}（含单位）", f"★培训|{printed}{value}.00({unit})"),
    ][style]  # fmt: skip
    (indicator,) = one("项目名称|→5培训", "主管部门|→5某局", f"一级指标|二级指标|{header}", f"产出指标|数量指标|{row}").indicators
    assert _said(indicator) == ("培训", operator, Decimal(value), unit, "产出指标", "数量指标")


def _said(indicator: Indicator) -> tuple[str, str | None, Decimal | None, str | None, str | None, str | None]:
    return indicator.name, indicator.operator, indicator.value, indicator.unit, indicator.level1, indicator.level2


@pytest.mark.parametrize(
    ("label", "source"),
    [
        ("其中：本年财政拨款资金", "fiscal_appropriation"), ("其他资金来源", "other"), ("单位资金收入", "unit_funds"),
        ("当年一般公共预算资金", "general_budget"), ("财政拨款（补助）", "fiscal_appropriation"), ("财政拨款（上年结转）", "carryover"),
    ],
)  # fmt: skip
def test_words_around_a_source_make_no_difference_unless_they_speak_of_what_is_left_over(label: str, source: str) -> None:
    project = one("项目名称|→3甲", "项目资金（元）|年度资金总额|→25", f"|{label}|→25", "年度目标|→3完成。", *INDICATORS)
    assert funding(project) == {source: "5.00"}


def test_amounts_stand_below_their_labels_though_one_of_these_is_unknown() -> None:
    project = one("项目名称|→3甲", "↓2资金（元）|年度资金总额|财政拨款|甲类款", "8|5|3", "年度目标|→3完成。", *INDICATORS)
    assert (project.amount, funding(project)) == (Decimal(8), {"fiscal_appropriation": "5.00"})
    project = one("项目名称|→3甲", "项目资金（元）|年度资金总额|→2按实结算", "年度目标|→3完成。", *INDICATORS)
    assert (project.amount, project.amount_text) == (None, {"total": "按实结算"})


@pytest.mark.parametrize("header", ["指标运算符", "逻辑关系", "指标属性"])
def test_a_column_of_operators_is_known_by_what_it_holds(header: str) -> None:
    project = one(
        "项目名称|→4甲", "年度资金总额（元）|→45", "年度目标|→4完成。",
        f"一级指标|二级指标|三级指标|{header}|指标值", "产出指标|数量指标|人数|≥|5人", "产出指标|质量指标|超支率|小于等于|3%",
    )  # fmt: skip
    assert [(i.operator, i.unit) for i in project.indicators] == [(">=", "人"), ("<=", "%")]


@pytest.mark.parametrize("header", ["预期当年实现值", "2024年度指标值", "年度绩效指标值"])
def test_the_year_may_stand_anywhere_in_the_header_of_targets(header: str) -> None:
    project = one(
        "项目名称|→3甲", "年度资金总额（元）|→35", "年度目标|→3完成。", f"一级指标|二级指标|三级指标|{header}", "产出指标|数量指标|人数|≥5人",
    )  # fmt: skip
    assert targets(project) == [("产出指标", "数量指标", "人数", "≥5人")]


def test_in_text_the_blanks_of_merged_cells_do_not_part_a_label_from_the_value_below() -> None:
    rows = (
        "项目支出绩效自评表,,,,,", "项目名称,甲,,,,", "项目资金（元）,年度资金总额,财政拨款,其他资金,,", ",8,5,3,,",
        "年度总体目标,预期目标,,实际完成情况,,", ",完成建设。,,已完成。,,", "绩效指标,一级指标,二级指标,三级指标,年度指标值,实际完成值",
        ",产出指标,数量指标,人数,≥5人,6人",
    )  # fmt: skip
    (project,) = parse_document("a.csv", "\n".join(rows).encode()).projects
    assert (project.goal, project.amount, funding(project)) == ("完成建设。", Decimal(8), {"fiscal_appropriation": "5.00", "other": "3.00"})
    assert targets(project) == [("产出指标", "数量指标", "人数", "≥5人")]


def test_a_blank_label_does_not_take_the_label_below_for_its_value() -> None:
    project = one("项目名称|甲|项目编码||备注|无", "归口股室|财务股|经办股室|人事股|联系电话|", "年度资金总额（元）|→55", "年度目标|→5完成。", *INDICATORS)
    assert (project.code, project.name) == (None, "甲")


def test_a_source_with_its_unit_in_brackets_and_a_blank_beside_it_is_a_row() -> None:
    project = one("项目名称|供暖", "年度资金总额（万元）|7", "其中：财政拨款（万元）|7", "上年结转（单位：万元）|", *INDICATORS)
    assert funding(project) == {"fiscal_appropriation": "70000.00", "carryover": None}


def test_the_top_of_a_form_is_one_only_below_its_title() -> None:
    top = table("项目名称|供暖")
    assert [project.name for project in parse(TITLE, top).projects] == ["供暖"]
    assert parse_document("a.html", f"<html><body><p>采购公告</p>{top}</body></html>".encode()).projects == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("其中：财政拨款|12.00", "年度资金总额|12.00"), ["12.00"]),    # printed above the total it may be of something else
        (("|年初预算数|全年预算数|全年执行数", "年度资金总额|7.00|9.00|8.00", "甲栏|7.00|9.00|8.00"), ["甲栏", "7.00", "9.00", "8.00"]),
        (("年度资金总额|12.00", "财政拨款|10.00", "其他资金|2.00"), []),
        (("|年初预算数|全年预算数|全年执行数", "年度资金总额|7.00|9.00|8.00", "其中：财政拨款|7.00|9.00|8.00"), []),
        (("年度资金总额|12.00", "财政拨款|12.00", "一般公共预算|12.00"), []),    # a part of 财政拨款 is not kept beside it
    ],
)
def test_an_amount_that_no_record_holds_is_told(rows: tuple[str, ...], told: list[str]) -> None:
    document = parse(TITLE, table("项目名称|技能培训", "实施单位|教师发展中心", *rows, "年度目标|培训教师，提高教学水平。", *INDICATORS))
    assert [text for doubt in document.tables[0].doubts for text in doubt.texts] == told


_BELOW = {
    "money": ("年度资金总额|→2220.50|其中：财政拨款|220.50",), "unit": ("主管部门|→2某局|实施单位|一中心",),
    "group": ("↓2项目资金（万元）|年度资金总额|→3220.50", "其中：财政拨款|→3220.50"),
}


@pytest.mark.parametrize("below", [["money"], ["group"], ["unit", "money"], ["money", "unit"], ["group", "unit"]])
def test_labels_below_the_indicators_belong_to_the_form(below: list[str]) -> None:
    above = _BELOW["unit"] if "unit" not in below else ()
    rows = ("项目名称|→4技能培训", *above, "年度目标|→4完成培训。", "一级指标|二级指标|→2三级指标|指标值", "产出指标|数量指标|→2培训人数|≥100人")
    document = parse(TITLE, "<p>单位：万元</p>", table(*rows, *(row for name in below for row in _BELOW[name])))
    [project] = document.projects
    assert (project.name, project.unit_name, project.amount) == ("技能培训", "一中心", Decimal(2205000))
    assert funding(project) == {"fiscal_appropriation": "2205000.00"}
    assert targets(project) == [("产出指标", "数量指标", "培训人数", "≥100人")]
    assert document.tables[0].doubts == []


def test_labels_below_the_indicators_of_one_form_are_not_those_of_the_next() -> None:
    def form(name: str, unit: str, amount: str) -> list[str]:
        return [
            f"项目名称|→4{name}", "年度目标|→4完成培训。", "一级指标|二级指标|→2三级指标|指标值", "产出指标|数量指标|→2培训人数|≥100人",
            f"主管部门|→2某局|实施单位|{unit}", f"年度资金总额|→2{amount}|其中：财政拨款|{amount}",
        ]

    document = parse(TITLE, "<p>单位：元</p>", table(*form("技能培训", "一中心", "5.00"), *form("就业服务", "二中心", "7.00")))
    found = [(project.name, project.unit_name, project.amount) for project in document.projects]
    assert found == [("技能培训", "一中心", Decimal(5)), ("就业服务", "二中心", Decimal(7))]


def test_an_indicator_that_is_called_like_a_label_stays_one() -> None:
    project = one(
        "项目名称|→4技能培训", "年度资金总额（元）|→2220.50|其中：财政拨款|220.50", "一级指标|二级指标|→2三级指标|指标值",
        "↓2成本指标|↓2经济成本指标|→2人均成本|≤10元", "→2资金总额|≤220元",
    )
    assert [name for *_, name, _ in targets(project)] == ["人均成本", "资金总额"]


@pytest.mark.parametrize(("header", "rows", "levels"), [
    ("指标性质|二级指标|→2三级指标|指标值", ("产出指标|数量指标|→2人数|≥100人", "效益指标|社会效益指标|→2知晓率|≥90%"), ("产出指标", "数量指标")),
    ("一级指标|指标性质|→2三级指标|指标值", ("产出指标|数量指标|→2人数|≥100人", "效益指标|社会效益指标|→2知晓率|≥90%"), ("产出指标", "数量指标")),
    ("→2性质|→2指标名称|指标值", ("→2产出指标|→2人数|≥100人", "→2效益指标|→2知晓率|≥90%"), ("产出指标", None)),
    ("一级指标|二级指标|三级指标|指标性质|指标值", ("产出指标|数量指标|人数|≥|100人", "效益指标|社会效益指标|知晓率|≥|90%"), ("产出指标", "数量指标")),
])
def test_a_column_of_levels_is_a_level_also_where_it_is_called_one_of_operators(
    header: str, rows: tuple[str, ...], levels: tuple[str, str | None],
) -> None:
    document = parse(TITLE, table("项目名称|→4技能培训", "年度资金总额（元）|→2220.50|其中：财政拨款|220.50", header, *rows))
    [project] = document.projects
    first = project.indicators[0]
    assert ((first.level1, first.level2), first.name, first.operator, len(project.indicators)) == (levels, "人数", ">=", 2)
    assert document.tables[0].doubts == []


def test_a_value_may_begin_with_a_label_of_its_own() -> None:
    document = parse(TITLE, table(
        "项目名称|→4项目名称：技能培训", "实施单位|→4预算单位：教师发展中心", "年度资金总额（万元）|→4220.50",
        "年度总体目标|→4预期目标：办好培训，全年不少于3期。", *(f"{row}|" for row in INDICATORS),
    ))
    (project,) = document.projects
    assert (project.name, project.unit_name, project.goal) == ("技能培训", "教师发展中心", "办好培训，全年不少于3期。")
    assert not document.tables[0].doubts


LISTED = ("数量指标|运维系统12套；巡检≥48次", "质量指标|故障率≤1%", "满意度指标|用户满意度≥90%")
BY_LEVEL = [
    ("产出指标", "数量指标", "运维系统", "12套"), ("产出指标", "数量指标", "巡检", "≥48次"), ("产出指标", "质量指标", "故障率", "≤1%"),
    ("满意度指标", None, "用户满意度", "≥90%"),
]


@pytest.mark.parametrize("rows", [
    LISTED, ("一级指标|指标内容", *LISTED),
    ("↓2产出指标|↓2数量指标|运维系统|12套", "巡检|≥48次", "|质量指标|故障率|≤1%", "满意度指标||用户满意度|≥90%"),
])
def test_levels_may_be_labels_beside_what_they_list(rows: tuple[str, ...]) -> None:
    document = parse(TITLE, table("项目名称|信息化运维", "预算金额（万元）|380", "总体目标|保障系统稳定运行", *rows))
    (project,) = document.projects
    assert (project.amount, targets(project)) == (Decimal(3_800_000), BY_LEVEL)
    assert document.tables[0].doubts == []


def test_numbers_beside_words_for_levels_are_no_indicators() -> None:
    document = parse(TITLE, table("项目名称|信息化运维", "预算金额（万元）|380", "实施单位|信息中心", "数量|12", "成本|3.5"))
    assert document.projects[0].indicators == []
    assert {doubt.header for doubt in document.tables[0].doubts} >= {"数量", "成本"}


def test_forms_may_stand_beside_each_other() -> None:
    rows = (("项目名称", "甲项目", "乙项目"), ("预算金额（万元）", "380", "110"), ("总体目标", "保障运行", "规范执法"),
            ("数量指标", "运维系统12套", "检查48次"), ("质量指标", "故障率≤1%", "合格率≥95%"))
    document = parse(TITLE, table("→4二〇二五年", *(f"{label}|{one}|{label}|{other}" for label, one, other in rows)))
    assert [(project.name, project.amount, project.goal) for project in document.projects] == [
        ("甲项目", Decimal(3_800_000), "保障运行"), ("乙项目", Decimal(1_100_000), "规范执法")]
    assert [[indicator.text for indicator in project.indicators] for project in document.projects] == [["12套", "≤1%"], ["48次", "≥95%"]]
    assert [table.doubts for table in document.tables] == [[], []]


def test_of_two_columns_of_names_the_one_that_holds_levels_is_a_level() -> None:
    document = parse(TITLE, table(
        "项目名称|→3技能培训", "年度资金总额（万元）|→3220.50", "指标|三级|目标值|备注", "产出|培训人数|≥100人|", "满意度|学员满意度|≥90%|",
    ))
    assert targets(document.projects[0]) == [("产出指标", None, "培训人数", "≥100人"), ("满意度指标", None, "学员满意度", "≥90%")]
    assert document.tables[0].doubts == []
