from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.records import plain
from transforms.targets import Target, parse_conditions, parse_target


@pytest.mark.parametrize(
    ("text", "operator", "value", "high", "unit"),
    [
        ("≥95%", ">=", "95", None, "%"),
        ("≧95％", ">=", "95", None, "%"),
        (">=650000页", ">=", "650000", None, "页"),
        ("＞＝93%", ">=", "93", None, "%"),
        ("》97%", ">=", "97", None, "%"),
        ("不低于99.9%", ">=", "99.9", None, "%"),
        ("不少于50人次的个别心理辅导", ">=", "50", None, "人次"),
        ("至少2次", ">=", "2", None, "次"),
        ("85%及以上", ">=", "85", None, "%"),
        ("99.9%以上", ">=", "99.9", None, "%"),
        ("达到60TB以上", ">=", "60", None, "TB"),
        ("组织不低于6场的户外宣传活动", ">=", "6", None, "场"),
        ("居民参与率不低于85%", ">=", "85", None, "%"),
        ("≤0.38元/页", "<=", "0.38", None, "元/页"),
        ("‹=6962人", "<=", "6962", None, "人"),
        ("＜＝8.9万元", "<=", "8.9", None, "万元"),
        ("不超过8.9万元", "<=", "8.9", None, "万元"),
        ("0%及以下", "<=", "0", None, "%"),
        ("4小时及其以下", "<=", "4", None, "小时"),
        ("控制在650元/台次以内", "<=", "650", None, "元/台次"),
        ("＜2小时", "<", "2", None, "小时"),
        (">3000人", ">", "3000", None, "人"),
        ("═655人", "=", "655", None, "人"),
        ("＝100%", "=", "100", None, "%"),
        ("100百分比", "=", "100", None, "%"),
        ("≥0.97比例", ">=", "0.97", None, "比例"),
        ("90.00(度)", "=", "90", None, "度"),
        ("=5.00(万人次)", "=", "5", None, "万人次"),
        ("780元/生/年", "=", "780", None, "元/生/年"),
        ("480元/人.天", "=", "480", None, "元/人.天"),
        ("1次/月", "=", "1", None, "次/月"),
        ("≤3个工作日", "<=", "3", None, "个工作日"),
        ("≥24,000平方米", ">=", "24000", None, "平方米"),
        ("≥346.25万平方米", ">=", "346.25", None, "万平方米"),
        ("≥210万头只", ">=", "210", None, "万头只"),
        ("12艘", "=", "12", None, "艘"),
        ("≥-3%", ">=", "-3", None, "%"),
        ("20", "=", "20", None, None),
        ("±3%以内", "within", "3", None, "%"),
        ("6-10项", "between", "6", "10", "项"),
        ("50～500元", "between", "50", "500", "元"),
        ("90%-95%", "between", "90", "95", "%"),
        ("3.00-5.00(元)", "between", "3", "5", "元"),
        ("可控性100%", "=", "100", None, "%"),
        ("12月底前100%完成", "=", "100", None, "%"),
        ("5年", "=", "5", None, "年"),
        ("48小时以内", "<=", "48", None, "小时"),
        ("优于95%", ">", "95", None, "%"),
        ("≮95%", ">=", "95", None, "%"),
        ("〈=5%", "<=", "5", None, "%"),
        ("至少达到95%", ">=", "95", None, "%"),
        ("最高不超过100万元", "<=", "100", None, "万元"),
        ("年底前100%", "=", "100", None, "%"),
        ("提高到95%以上", ">=", "95", None, "%"),
        ("降至10%以下", "<=", "10", None, "%"),
        ("COD≤50mg/L", "<=", "50", None, "mg/L"),
    ],
)
def test_targets_that_can_be_compared(text: str, operator: str, value: str, high: str | None, unit: str | None) -> None:
    target = parse_target(text)
    assert target is not None
    assert (target.operator, plain(target.value), plain(target.value_high), target.unit) == (operator, value, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "有效保障", "及时率", "全覆盖", "无", "—", "", "两次",
        "2021年1月-12月", "2025年年底前", "2022.03-2022.10", "2022年4月1日至10月31日", "会前3日送达", "12月", "9:00-17:00", "2024-2025年",
    ],
)  # fmt: skip
def test_words_and_points_in_time_are_qualitative(text: str) -> None:
    assert parse_target(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "约100人", "300余人", "5%左右", "第1名", "前3名", "提前3天", "3天后", "每年3次", "不到5%", "未超过5%", "不会超过5%", "超5%",
        "较上年增长5%", "下降10%", "控制在5%", "7×24小时", "1:1", "千分之3", "≥5且≤10", "≥5%，≤10%", "5-3个", "1,2345", "≤5元/100公里",
        ">95%以上", "不低于95%以内", "3日内办结率100%", "5A级", "≥**株", "20231231",
        ".5", "≥.5%", "007", "通过ISO9001认证", "GB18030", "DN300", "PM2.5", "A4", "A1-5", "1号文件", "12345热线", "≈90%", "≠0", "〉98%",
        "一年2次", "提高5%", "由80%提高到95%", "一年不少于2次", "一人1档", "一年3-5次", "人均200元", "各1次", "分别达到95%", "上年95%", "不低于上年95%", "不超过预算100%",
        "无1起", "不发生1起", "逾100人", "力争达到95%", "上限为100万元", "实现5%增长", "3-5个以上", "不劣于95%", "2人以上不超过5人", "20个或≥3个",
    ],
)  # fmt: skip
def test_a_number_that_would_say_something_else_than_the_text_stays_text(text: str) -> None:
    assert parse_target(text) is None


def test_a_change_is_compared_where_the_name_speaks_of_it() -> None:
    assert parse_target("下降10%", "发案数同比下降") == Target("=", Decimal(10), None, "%")
    assert parse_target("人均200元", "人均补助标准") == Target("=", Decimal(200), None, "元")


def test_a_year_is_a_number_unless_the_name_asks_for_a_time() -> None:
    assert parse_target("2024", "发放数量") == Target("=", Decimal(2024), None, None)
    assert parse_target("2024", "完成年份") is None
    assert parse_target("2023.12", "服务面积", unit="平方米") == Target("=", Decimal("2023.12"), None, "平方米")


def test_a_unit_in_the_text_beats_the_unit_beside_it() -> None:
    assert parse_target("≥95", unit="%") == Target(">=", Decimal(95), None, "%")
    assert parse_target("5万元", unit="元") == Target("=", Decimal(5), None, "万元")


def test_conditions_with_subjects_of_their_own_are_several() -> None:
    found = parse_conditions("慰问人数不少于100人，宣传用品不少于20，000份", "慰问")
    assert found == []    # the second number cannot be told from a condition without a subject
    found = parse_conditions("慰问人数不少于100人，宣传用品不少于20000份", "慰问")
    assert [(c.subject, c.text, plain(c.target.value), c.target.unit) for c in found] == [
        ("慰问人数", "不少于100人", "100", "人"),
        ("宣传用品", "不少于20000份", "20000", "份"),
    ]
    assert parse_conditions("不少于5场，覆盖率100%", "宣传") == []
    assert parse_conditions("覆盖率100%，及时发放", "宣传") == []


_BEFORE = {">=": ["≥", ">=", "不低于", "至少", "》"], "<=": ["≤", "<=", "不超过", "‹="], ">": [">", "大于"], "<": ["<", "小于"], "=": ["=", "", "═"]}
_AFTER = {">=": ["以上", "及以上"], "<=": ["以内", "及以下"]}
_NUMBERS = st.decimals(min_value=0, max_value=10**7, places=2).map(lambda number: number.normalize() + 0)
_UNITS = st.sampled_from(["%", "人次", "元/人.天", "万平方米", "个工作日", "TB", "次/月"])


@given(st.sampled_from(sorted(_BEFORE)), st.integers(0, 4), _NUMBERS, _UNITS, st.booleans(), st.booleans())
def test_a_target_is_read_back_from_each_style(
    operator: str, style: int, value: Decimal, unit: str, is_after: bool, has_brackets: bool
) -> None:
    published = f"({unit})" if has_brackets else unit
    number = f"{value:,f}"
    if is_after and operator in _AFTER:
        text = f"{number}{published}{_AFTER[operator][style % 2]}"
    else:
        text = f"{_BEFORE[operator][style % len(_BEFORE[operator])]}{number}{published}"
    assert parse_target(text) == Target(operator, value, None, unit)


@given(_NUMBERS, _NUMBERS, _UNITS, st.sampled_from("-~～—至"))
def test_a_range_is_read_back(low: Decimal, high: Decimal, unit: str, dash: str) -> None:
    target = parse_target(f"{low:f}{dash}{high:f}{unit}")
    assert target == (Target("between", low, high, unit) if low < high else None)


@given(st.text(alphabet="≥0123456789.,，年月日%人次不低于以上-约每 /（）", max_size=14))
def test_no_text_breaks_the_reading(text: str) -> None:
    target = parse_target(text)
    assert target is None or target.value.is_finite()


@pytest.mark.parametrize(("text", "value", "unit"), [
    ("≥3940KVA", "3940", "KVA"), ("≥3200kVA", "3200", "kVA"), ("≥2千伏安", "2", "千伏安"), ("≥2.5兆伏安", "2.5", "兆伏安"), ("≥5KM", "5", "KM"),
    ("≥200m2", "200", "m2"), ("≥1500M2以上", "1500", "M2"), ("≥3.5km²", "3.5", "km²"), ("100KG", "100", "KG"), ("≥15L", "15", "L"), ("24h内", "24", "h"),
    ("≤100mg/m3", "100", "mg/m3"), ("≥20L/s", "20", "L/s"), ("≥100Mbps", "100", "Mbps"), ("≤65dB(A)", "65", "dB(A)"), ("≥20kN", "20", "kN"),
    ("≥300吨标准煤", "300", "吨标准煤"), ("≥5吨标油", "5", "吨标油"), ("≥2万千瓦时", "2", "万千瓦时"), ("≥100吨公里", "100", "吨公里"),
    ("27台、件、套", "27", "台、件、套"), ("≥32台、件、套", "32", "台、件、套"), ("≥10台（套）", "10", "台(套)"), ("≥3件/套", "3", "件/套"),
])
def test_a_unit_is_read_whole(text: str, value: str, unit: str) -> None:
    target = parse_target(text)
    assert target
    assert (target.value, target.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["≥10MWp", "≥50kVAx", "4K", "5G", "≥3D", "5A级景区3个", "10M带宽"])
def test_what_cannot_be_read_whole_stays_text(text: str) -> None:
    assert parse_target(text) is None


@pytest.mark.parametrize(("text", "operator", "unit"), [("零", "=", None), ("为零", "=", None), ("零起", "=", "起"), ("不超过零起", "<=", "起")])
def test_none_at_all_in_words_is_a_number(text: str, operator: str, unit: str | None) -> None:
    assert parse_target(text) == (operator, Decimal(0), None, unit)


@pytest.mark.parametrize("text", ["零容忍", "零事故", "零售", "零星", "归零"])
def test_none_as_a_part_of_a_word_is_none(text: str) -> None:
    assert parse_target(text) is None
