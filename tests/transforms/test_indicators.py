import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.indicators import parse_indicator, split_indicators, standard_levels
from transforms.records import Indicator, plain


def shown(indicator: Indicator) -> tuple[str | None, ...]:
    """Level 1, level 2, name, operator, value, unit."""
    return (indicator.level1, indicator.level2, indicator.name, indicator.operator, plain(indicator.value), indicator.unit)


@pytest.mark.parametrize(
    ("level1", "level2", "official"),
    [
        ("产出指标", None, ("产出指标", None)),
        ("时效指标：", None, ("产出指标", "时效指标")),
        ("成本指标", None, ("成本指标", None)),
        ("产出指标", "成本指标", ("产出指标", "成本指标")),
        ("", "社会效益指标", ("效益指标", "社会效益指标")),
        ("效益指标", "社会公众或服务对象满意度指标", ("满意度指标", "服务对象满意度指标")),
        ("项目完成指标", "数量指标", ("产出指标", "数量指标")),
        ("项目效益指标", None, ("效益指标", None)),
        ("产出值", "数量值", ("产出指标", "数量指标")),
        ("实施效果指标", "产出指标", ("产出指标", None)),
        ("预算执行率", None, (None, None)),
    ],
)
def test_level_names_map_to_the_official_ones(level1: str, level2: str | None, official: tuple[str | None, str | None]) -> None:
    assert standard_levels(level1, level2) == official


def test_items_of_a_free_text_keep_their_levels_and_their_source() -> None:
    text = (
        "产出指标：1、聘用专家人次，年度指标值：≥20；2、费用支付及时率，年度指标值：100%。 "
        "效益指标：保障人大审议工作顺利开展，年度指标值：有效保障。"
    )
    found = split_indicators(text)
    assert [shown(indicator) for indicator in found] == [
        ("产出指标", None, "聘用专家人次", ">=", "20", None),
        ("产出指标", None, "费用支付及时率", "=", "100", "%"),
        ("效益指标", None, "保障人大审议工作顺利开展", None, None, None),
    ]
    assert found[0].raw == "1、聘用专家人次，年度指标值：≥20"
    assert (found[2].text, found[2].kind) == ("有效保障", "qualitative")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the seed: the first number is missing, a full stop stands between numbers
        (
            "产出指标：专项调研成本超支率（%），年度指标值：0%及以下；2、专项调研开展及时率（%），年度指标值：100%。 3、费用支出及时率：100%。",
            ["专项调研成本超支率 <= 0 %", "专项调研开展及时率 = 100 %", "费用支出及时率 = 100 %"],
        ),
        ("产出指标：接待人次，年度指标值，≥20。", ["接待人次 >= 20 None"]),
        ("产出指标：听取和审议“一府两院”专项工作报告（项），年度指标值：11项", ["听取和审议“一府两院”专项工作报告 = 11 项"]),
        ("效益指标：推进“一、二、三”工程（项）,年度指标值:≥3项;2.满意度:≥90%", ["推进“一、二、三”工程 >= 3 项", "满意度 >= 90 %"]),
        ("产出指标：1)培训人数：≥300人；（2）完成2、3号楼改造：100%；③次数：5次", ["培训人数 >= 300 人", "完成2、3号楼改造 = 100 %", "次数 = 5 次"]),
        ("产出指标：1、甲，年度指标值：100%，2、乙，年度指标值：≥5次 3、丙：1项", ["甲 = 100 %", "乙 >= 5 次", "丙 = 1 项"]),
        ("产出指标：1、5G基站：3座；2、2024年植树：5亩；3、1.5公里管网：1项", ["5G基站 = 3 座", "2024年植树 = 5 亩", "1.5公里管网 = 1 项"]),
        ("产出指标：培训人数≥300人；培训次数≥2次", ["培训人数 >= 300 人", "培训次数 >= 2 次"]),
        ("产出指标：1、学习《条例；办法》，年度指标值：≥3次", ["学习《条例；办法》 >= 3 次"]),
        ("产出指标：1、培训人数，\n年度指标值：\n≥300\n2、保障代表履职\n能力，年度指标值：≥5\n次", ["培训人数 >= 300 None", "保障代表履职能力 >= 5 次"]),
        ("产出指标：\n培训人数：≥300人\n培训次数：≥5次", ["培训人数 >= 300 人", "培训次数 >= 5 次"]),
        (
            "产出指标：1、宣传，年度指标值：发放手册不少于15000册，制作展板不少于40块。2、准确率：100%",
            ["发放手册 >= 15000 册", "制作展板 >= 40 块", "准确率 = 100 %"],
        ),
        ("产出指标：人数（≥20人次）；场次（目标值：≥3场）", ["人数 >= 20 人次", "场次 >= 3 场"]),
        ("产出指标：人数≥1,000人、场次≥3场,合格率≥95% 及时率100%", ["人数 >= 1000 人", "场次 >= 3 场", "合格率 >= 95 %", "及时率 = 100 %"]),
        ("产出指标：培训200人次，举办3场；发放资料5000份", ["培训 = 200 人次", "举办 = 3 场", "发放资料 = 5000 份"]),
        ("产出指标：人数：20人，场次：3场，安全：达标", ["人数 = 20 人", "场次 = 3 场", "安全 None None None"]),
        ("产出指标：①人数≥20人②场次≥3场", ["人数 >= 20 人", "场次 >= 3 场"]),
        ("产出指标：1.人数:20人次2.场次:3场3.合格率:95%", ["人数 = 20 人次", "场次 = 3 场", "合格率 = 95 %"]),
        ("产出指标：成本控制在10万元以内；资金使用合规", ["成本 <= 10 万元", "资金使用合规 None None None"]),
        ("成本指标：1.预算偏差率±3%；2.误差控制在±2℃以内；3.总额≤5万元", ["预算偏差率 within 3 %", "误差 within 2 ℃", "总额 <= 5 万元"]),
        ("产出指标：1.渠道长度30-35公里；2.人数≥5人；3、3-6年级学生参与", ["渠道长度 between 30 公里", "人数 >= 5 人", "3-6年级学生参与 None None None"]),
        ("满意度指标：≥90%", ["满意度指标 >= 90 %"]),
        (
            "产出指标：PM2.5年均浓度≤35微克/立方米；65岁以上老人体检率≥70%；2024年培训≥20人",
            ["PM2.5年均浓度 <= 35 微克/立方米", "65岁以上老人体检率 >= 70 %", "2024年培训 >= 20 人"],
        ),
        ("指标名称：培训人次；指标值：≥20人次", ["培训人次 >= 20 人次"]),
        ("产出指标：采购船舶（艘），年度指标值：5艘；完成调研报告（含专项报告），年度指标值：>=7篇", ["采购船舶 = 5 艘", "完成调研报告（含专项报告） >= 7 篇"]),
    ],
)
def test_free_texts_are_split_however_they_are_punctuated(text: str, expected: list[str]) -> None:
    assert [f"{i.name} {i.operator} {plain(i.value)} {i.unit}" for i in split_indicators(text)] == expected


def test_headings_may_nest_and_may_be_numbered_or_bracketed() -> None:
    text = "一、产出指标：数量指标：1、人数：≥3人；成本指标：总额：≤5万元。二、效益指标：社会效益指标：能力：提升。【满意度指标】满意度：≥90%"
    assert [(i.level1, i.level2) for i in split_indicators(text)] == [
        ("产出指标", "数量指标"), ("产出指标", "成本指标"), ("效益指标", "社会效益指标"), ("满意度指标", None),
    ]  # fmt: skip
    assert [(i.level1, i.level2) for i in split_indicators("成本指标：甲：≤5万元。产出指标：乙：1项。时效指标：丙：100%")] == [
        ("成本指标", None), ("产出指标", None), ("产出指标", "时效指标"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("产出指标\n人数：20人\n效益指标\n满意率：95%", ["产出指标/None 人数", "效益指标/None 满意率"]),
        ("产出指标（60分）：1、人数：20人；2、场次：3场", ["产出指标/None 人数", "产出指标/None 场次"]),
        ("一、产出指标 1.人数：20人 2.场次：3场 二、效益指标 1.满意率：95%", ["产出指标/None 人数", "产出指标/None 场次", "效益指标/None 满意率"]),
        ("数量指标1：人数：20人\n数量指标2：场次：3场", ["产出指标/数量指标 人数", "产出指标/数量指标 场次"]),
        ("【产出指标-数量指标】指标1:校舍面积(≥5平方米)指标2:及时性(及时)指标3:学位(≥1350个)",
         ["产出指标/数量指标 校舍面积", "产出指标/数量指标 及时性", "产出指标/数量指标 学位"]),
        ("产出指标\n（1）数量指标（20分）\n1.人数≥20人\n（2）成本指标\n1.总额≤5万元", ["产出指标/数量指标 人数", "产出指标/成本指标 总额"]),
        ("产出指标 数量指标：人数≥20人；质量指标：合格率≥95%", ["产出指标/数量指标 人数", "产出指标/质量指标 合格率"]),
        ("★产出指标（数量指标）：人数≥20人【效益指标】满意率≥95%", ["产出指标/数量指标 人数", "效益指标/None 满意率"]),
        ("数量指标-人数≥20人；质量指标-合格率≥95%.效益指标:满意率≥95%", ["产出指标/数量指标 人数", "产出指标/质量指标 合格率", "效益指标/None 满意率"]),
    ],
)
def test_a_heading_needs_no_colon(text: str, expected: list[str]) -> None:
    assert [f"{i.level1}/{i.level2} {i.name}" for i in split_indicators(text)] == expected


def test_a_level_inside_a_name_is_no_heading() -> None:
    found = split_indicators("产出指标：1、产出指标达成率：100%；2、完成效益指标\n产出指标")
    assert [(i.level1, i.name) for i in found] == [("产出指标", "产出指标达成率"), ("产出指标", "完成效益指标")]


def test_text_without_levels_is_still_read() -> None:
    assert [shown(i) for i in split_indicators("培训人数，年度指标值：≥300；培训次数：5次")] == [
        (None, None, "培训人数", ">=", "300", None),
        (None, None, "培训次数", "=", "5", "次"),
    ]


def test_what_is_no_item_stays_in_the_text_of_the_item_before_it() -> None:
    found = split_indicators("产出指标：1、安全，年度指标值：有效保障；不发生责任事故；2、人数：5人")
    assert [(i.name, i.text) for i in found] == [("安全", "有效保障；不发生责任事故"), ("人数", "5人")]
    (prose,) = split_indicators("产出指标：按时完成各项工作任务，确保资金使用安全。")
    assert (prose.name, prose.kind) == ("按时完成各项工作任务，确保资金使用安全", "qualitative")


@pytest.mark.parametrize("text", ["", "产出指标：。效益指标：……", "产出指标：无。", "……"])
def test_headings_without_contents_give_no_indicator(text: str) -> None:
    assert split_indicators(text) == []


@pytest.mark.parametrize(
    ("name", "text", "columns", "expected"),
    [
        ("★指标1：机柜数量(≥77台)", None, {}, ("机柜数量", ">=", "77", "台", "≥77台")),
        ("种植数量(≥**株)", ">=17600株", {}, ("种植数量", ">=", "17600", "株", ">=17600株")),
        ("干部职工满意度(≥**%)", "85", {}, ("干部职工满意度", ">=", "85", "%", "85")),
        ("测评通过率（%）", "100", {}, ("测评通过率", "=", "100", "%", "100")),
        ("会议费（500人以上会议）", "≤5万元", {}, ("会议费（500人以上会议）", "<=", "5", "万元", "≤5万元")),
        ("服务离退休干部", "74", {"operator": "≥", "unit": "人"}, ("服务离退休干部", ">=", "74", "人", "≥74人")),
        ("待遇落实率", "100", {"operator": "＝", "unit": "%"}, ("待遇落实率", "=", "100", "%", "＝100%")),
        ("幸福感", "增强", {"operator": "定性", "unit": ""}, ("幸福感", None, None, None, "增强")),
        ("安全", "95", {"operator": "定性"}, ("安全", None, None, None, "95")),
        ("本项目不适用此指标", "无", {}, ("本项目不适用此指标", None, None, None, "无")),
    ],
)
def test_cells_of_a_grid_make_an_indicator(name: str, text: str | None, columns: dict[str, str], expected: tuple[str | None, ...]) -> None:
    (found,) = parse_indicator(name, text, **columns)    # type: ignore[arg-type]
    assert (found.name, found.operator, plain(found.value), found.unit, found.text) == expected


def test_a_row_of_dots_or_blanks_is_no_indicator() -> None:
    assert parse_indicator("……", "……") == []
    assert parse_indicator("指标1：", "") == []


_NAMES = st.sampled_from(["费用支付及时率", "完成2、3号楼改造", "听取“一府两院”报告", "网格员队伍420人", "培训（含线上）", "产出指标达成"])
_TARGETS = st.sampled_from(["≥20人次", "100%", "有效保障", "不超过8.9万元", "6-10项", "2024年10月底前", "±3%以内", "0起"])


@given(
    st.lists(st.tuples(_NAMES, _TARGETS), min_size=1, max_size=6),
    st.sampled_from(["，年度指标值：", "，年度指标值，", "：", ",年度指标值:"]),
    st.sampled_from(["{}、", "{}.", "（{}）", "({})", "{}．"]),
    st.sampled_from(["；", "。", "；\n", "。 ", ";", "\n"]),
)
def test_a_list_is_read_back_from_each_style(items: list[tuple[str, str]], marker: str, number: str, separator: str) -> None:
    text = separator.join(f"{number.format(place)}{name}{marker}{target}" for place, (name, target) in enumerate(items, 1))
    found = split_indicators(f"产出指标：{text}。效益指标：甲：好")
    assert [(i.name, i.text, i.level1) for i in found] == [*((n, t, "产出指标") for n, t in items), ("甲", "好", "效益指标")]


@given(st.text(alphabet="产出指标效益：；。，、1２3()（）“”\n 年度指标值≥%人", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for indicator in split_indicators(text):
        assert indicator.name
