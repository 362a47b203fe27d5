"""Rows of budget tables that hold something else than amounts."""

import pytest

from transforms.amounts import is_left_blank
from transforms.parse import parse_document


def lines(*rows: str, title: str = "2031年“三公”经费支出情况表", header: str = "项目,预算数,决算数") -> dict[tuple[str | None, str], list[str]]:
    """The amounts of a table in 元 as published, by code and label."""
    text = "\n".join([title, "单位：元", header, "水费,1.00,2.00", *rows])    # a table has a header and two rows at least
    document = parse_document("a.csv", text.encode())
    found: dict[tuple[str | None, str], list[str]] = {}
    for line in (line for table in document.tables for line in table.lines):
        found.setdefault((line.code, line.label or ""), []).append(line.text or "")
    found.pop((None, "水费"))
    return found


@pytest.mark.parametrize("text", ["单位不需填列", "不需填列", "无需填报", "本单位不涉及", "不适用", "未安排", "（本部门未发生）", "无此项", "免填", "—", "/", "无", ""])
def test_a_cell_that_says_it_is_left_blank_is_blank(text: str) -> None:
    assert is_left_blank(text)
    assert lines(f"公务接待费,{text},5.00") == {(None, "公务接待费"): ["5.00"]}


@pytest.mark.parametrize("text", ["待定", "按实结算", "见附件", "不足5万元", "详见说明", "未定", "0", "五万元"])
def test_what_may_be_an_amount_is_not_left_blank(text: str) -> None:
    assert not is_left_blank(text)
    assert lines(f"公务接待费,{text},5.00") == {(None, "公务接待费"): [text, "5.00"]}


@pytest.mark.parametrize("row", [",— 9 —,", ",- 12 -,", ",,第3页", ",第3页 共10页,", "·7·,,"])
def test_the_number_of_a_page_is_no_row(row: str) -> None:
    assert lines("公务接待费,4.00,5.00", row) == {(None, "公务接待费"): ["4.00", "5.00"]}
    assert lines("公务接待费,4.00,5.00", ",9,") == {(None, "公务接待费"): ["4.00", "5.00"], (None, ""): ["9"]}    # it may be an amount


@pytest.mark.parametrize("text", ["“三公”经费预算合计4.9万元，比上年增加0.5万元。", "本年减少公务接待；严格控制会议规模", "因公出国（境）任务减少导致预算数较上年相应减少的情况"])
def test_sentences_instead_of_amounts_explain_the_table(text: str) -> None:
    assert lines("公务接待费,4.00,5.00", f"增减变化原因,{text},") == {(None, "公务接待费"): ["4.00", "5.00"]}


def test_counts_and_their_parts_are_no_money() -> None:
    found = lines(
        "机关运行经费,120.50,118.00", "（一）车辆数合计（辆）,9,8", "1.一般公务用车,7,6", "其中：新能源,3,2", "（二）会议费,5.00,4.00", "（三）单价100万元以上设备（台，套）,3,3",
        "四、培训费,2.00,1.00",
    )
    assert {label for _, label in found} == {"机关运行经费", "会议费", "培训费"}


def test_a_header_printed_again_begins_columns_of_its_own() -> None:
    text = "\n".join(["2031年信息统计表", "单位：元", "项目,采购预算,采购金额", "货物,50.00,40.00", "项目,统计数,", "行政单位,120.50,"])
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(line.label, line.column) for line in table.lines] == [("货物", "采购预算"), ("货物", "采购金额"), ("行政单位", "统计数")]


def test_amounts_that_look_like_codes_are_amounts_right_of_others() -> None:
    """3500000 in front of a remark and 10 in front of a source of money are what they are, though a code has as many digits."""
    text = "\n".join(["2031年政府采购预算表", "单位：元", "物品,单价,总价,资金性质", "电脑,5000,100000,本级", "书架,40000,200000,上级", "复印机,30000,3500000,本级"])
    [table] = parse_document("a.csv", text.encode()).tables
    assert [line.text for line in table.lines if line.column == "总价"] == ["100000", "200000", "3500000"]
    assert {line.code for line in table.lines} == {None}


def test_a_column_of_numbers_under_the_word_for_names_holds_amounts() -> None:
    found = lines("公务接待费,4.00,5.00", "会议费,7.00,9.00", header="名目,基本,项目")
    assert found == {(None, "公务接待费"): ["4.00", "5.00"], (None, "会议费"): ["7.00", "9.00"]}


@pytest.mark.parametrize("header", ["人次", "件数", "学生人次", "台套数", "批次"])
def test_a_unit_of_things_heads_counts(header: str) -> None:
    assert lines("公务接待费,4.00,5", header=f"项目,预算数,{header}") == {(None, "公务接待费"): ["4.00"]}


@pytest.mark.parametrize("header", ["一般支出数", "本部数", "全部", "人员", "条件"])
def test_a_word_that_ends_like_a_unit_heads_money(header: str) -> None:
    assert lines("公务接待费,4.00,5.00", header=f"项目,预算数,{header}") == {(None, "公务接待费"): ["4.00", "5.00"]}


def test_targets_in_percent_and_units_are_no_unreadable_amounts() -> None:
    text = "\n".join(["2031年工作安排表", "单位：元", "事由,用款,要做到", "数字化,150.00,500万页", "修缮,80.00,99%", "巡查,20.00,100%"])
    document = parse_document("a.csv", text.encode())
    assert [line.text for table in document.tables for line in table.lines] == ["150.00", "80.00", "20.00"]


def test_names_and_codes_may_stand_behind_the_amounts() -> None:
    rows = ["备忘,共计,基本,科目名称,科目编码", ",600.00,,农林水支出,213", "含上年,500.00,,水利,21303", ",100.00,,行政运行,2130301"]
    [table] = parse_document("a.csv", "\n".join(["2031年部门支出总表", "单位：元", *rows]).encode()).tables
    assert [(line.code, line.label, line.text) for line in table.lines] == [
        ("213", "农林水支出", "600.00"), ("21303", "含上年/水利", "500.00"), ("2130301", "行政运行", "100.00"),
    ]


def test_unlisted_words_part_a_header_where_nothing_is_merged() -> None:
    rows = ["科目,,2031年,,增减,", "编码,名称,养人,做事,比去年,快慢", "213,农林水支出,5.00,1.00,2.00,9.09%", "21303,水利,5.00,1.00,2.00,9.09%"]
    document = parse_document("a.csv", "\n".join(["2031年部门支出总表", "单位：元", *rows]).encode())
    assert [line.column for line in document.tables[0].lines[:3]] == ["2031年/养人", "2031年/做事", "增减/比去年"]
    assert len(document.tables[0].lines) == 6


def test_rows_numbered_under_an_unlisted_word_are_no_money() -> None:
    rows = ["序,科目编码,科目名称,合计", "1,213,农林水支出,6.00", "2,21303,水利,6.00", ",,合计,6.00"]
    [table] = parse_document("a.csv", "\n".join(["2031年部门支出总表", "单位：元", *rows]).encode()).tables
    assert [(line.code, line.column) for line in table.lines] == [("213", "合计"), ("21303", "合计"), (None, "合计")]


@pytest.mark.parametrize(("codes", "expected"), [(("301", "30101"), ["301", "30101"]), (("105001", "105002"), [None, None])])
def test_codes_of_a_classification_are_codes_whatever_they_are_called(codes: tuple[str, str], expected: list[str | None]) -> None:
    rows = ["部门经济编码,部门经济名称,合计", f"{codes[0]},工资福利支出,6.00", f"{codes[1]},基本工资,6.00"]
    [table] = parse_document("a.csv", "\n".join(["2031年一般公共预算基本支出表", "单位：元", *rows]).encode()).tables
    assert [line.code for line in table.lines] == expected


@pytest.mark.parametrize("unit", ["台", "万元"])
def test_numbers_beside_a_column_of_units_are_what_these_say(unit: str) -> None:
    rows = ["名目,数目,单位,预算", f"电脑,20,{unit},10.00", f"空调,15,{unit},2.50"]
    [table] = parse_document("a.csv", "\n".join(["2031年部门支出总表", "单位：元", *rows]).encode()).tables
    assert ({line.code for line in table.lines} == {None}) == (unit == "台")
    assert [line.text for line in table.lines if line.column == "预算"] == ["10.00", "2.50"]


def amounts_of(header: str, *rows: str) -> list[str]:
    """The amounts of a table of projects in 元, as published."""
    document = parse_document("a.csv", "\n".join(["2024年项目支出表", "单位：元", header, *rows]).encode())
    return [line.text for table in document.tables for line in table.lines]


@pytest.mark.parametrize("header", ["开始", "起", "实施"])
def test_calendar_years_beside_amounts_are_a_time(header: str) -> None:
    assert amounts_of(f"项目,总额,{header}", "河道保洁,1200,2024", "水库养护,5000,2026", "合计,6200,") == ["1200", "5000", "6200"]


def test_numbers_like_years_are_money_where_a_header_a_total_or_the_rest_of_the_table_says_so() -> None:
    assert amounts_of("项目,总额,财政拨款", "河道保洁,2024,2024", "水库养护,2026,2026") == ["2024", "2024", "2026", "2026"]
    assert amounts_of("项目,总额,自筹", "河道保洁,5000,2024", "水库养护,5000,2026", "合计,10000,4050")[1::2] == ["2024", "2026", "4050"]
    assert amounts_of("项目,名称,数值", "河道保洁,清淤,2024", "水库养护,除险,2026") == ["2024", "2026"]


@pytest.mark.parametrize("header", ["学生数", "车", "在岗"])
def test_whole_numbers_beside_amounts_that_tie_without_them_are_told_and_no_money(header: str) -> None:
    rows = ("河道保洁,5000,2000,3000,210", "水库养护,4000,4000,,210", "合计,9000,6000,3000,420")
    document = parse_document("a.csv", "\n".join(["2024年项目支出表", "单位：元", f"项目,总额,财政拨款,其他资金,{header}", *rows]).encode())
    (table,) = document.tables
    assert {line.column for line in table.lines} == {"总额", "财政拨款", "其他资金"}
    assert [(doubt.header, doubt.texts, doubt.count, doubt.is_critical) for doubt in table.doubts] == [(header, ("210", "420"), 3, False)]


def test_whole_numbers_beside_amounts_with_decimals_are_no_money() -> None:
    rows = ("河道保洁,50.20,2", "水库养护,40.00,3", "水质监测,10.10,4", "合计,100.30,9")
    assert amounts_of("项目,总额,驻点", *rows) == ["50.20", "40.00", "10.10", "100.30"]


@pytest.mark.parametrize("header", ["下达数", "结转资金", "公用（元）", "其中：财力安排"])
def test_whole_numbers_are_money_where_a_header_says_so(header: str) -> None:
    rows = ("河道保洁,5000,2000,3000,210", "水库养护,4000,4000,,210", "合计,9000,6000,3000,420")
    assert amounts_of(f"项目,总额,财政拨款,其他资金,{header}", *rows).count("210") == 2


def test_whole_numbers_are_money_where_they_are_part_of_a_sum_or_not_far_less() -> None:
    assert amounts_of("项目,总额,公用,在岗", "河道保洁,5000,4790,210", "水库养护,4000,3790,210").count("210") == 2
    assert amounts_of("项目,总额,财政拨款,其他资金,在岗", "河道保洁,5000,2000,3000,2100", "水库养护,4000,4000,,2100").count("2100") == 2


def labels_of(header: str, *rows: str) -> list[str | None]:
    """The labels of a table of procurement in 元."""
    document = parse_document("a.csv", "\n".join(["政府采购预算表", "单位：元", header, *rows]).encode())
    return [line.label for table in document.tables for line in table.lines]


def test_a_column_that_puts_the_rows_in_classes_does_not_name_them() -> None:
    header, total = "项目,品名,数目,单位,预算", "总,,26,,72.5"
    classed = ("办公,电脑,20,台,10", "办公,空调,5,台,2.5", "服务,物业,1,项,60")
    assert labels_of(header, *classed, total) == ["电脑", "空调", "物业", "总"]
    named = ("办公设备购置,电脑,20,台,10", "会议室改造,空调,5,台,2.5", "食堂运转,空调,1,项,60")
    assert labels_of(header, *named, total) == ["办公设备购置", "会议室改造", "食堂运转", "总"]
    for other in ("责任人", "经济科目"):
        assert labels_of(f"项目,{other},数目,单位,预算", *classed, total) == ["办公", "办公", "服务", "总"]
    by_unit = ("办公,县民政局,20,台,10", "办公,县教育局,5,台,2.5", "服务,县审计局,1,项,60")
    assert labels_of("项目,归口,数目,单位,预算", *by_unit, total) == ["办公", "办公", "服务", "总"]


def _in_front(title: str, *rows: str) -> list[tuple[str | None, str | None, str, str | None]]:
    [table] = parse_document("a.csv", "\n".join([title, "单位：万元", *rows]).encode()).tables
    assert not table.doubts
    return [(line.code, line.label, line.column, line.text) for line in table.lines]


@pytest.mark.parametrize(("header", "rows"), [
    ("拟花,项目,备注", ("500,基本支出,", "300,项目支出,", "800,合计,")),
    (",科室,项目", ("505,一中心,基本支出", "301,二中心,项目支出", "806,,总计")),
])
def test_round_amounts_in_front_of_texts_are_no_codes_where_they_add_up_to_the_total(header: str, rows: tuple[str, ...]) -> None:
    found = _in_front("2031年支出总表", header, *rows)
    assert [(code, text) for code, _, _, text in found] == [(None, row.split(",")[0]) for row in rows]


def test_round_amounts_in_front_of_texts_are_no_codes_where_they_are_the_sum_of_their_row() -> None:
    rows = ("1200,一般公共服务支出,800,400", "300,教育支出,200,100", "1500,合计,1000,500")
    found = _in_front("2031年一般公共预算支出表", "拟花,功能科目名称,基本支出,项目支出", *rows)
    assert [(code, text) for code, _, column, text in found if column == "拟花"] == [(None, "1200"), (None, "300"), (None, "1500")]


@pytest.mark.parametrize("header", ["本年,收入项目,支出项目,本年", "预算数,收入,支出,预算数"])
def test_amounts_in_front_of_one_half_and_behind_the_other_belong_to_their_own(header: str) -> None:
    found = _in_front("2031年收支总表", header, "800,财政拨款,基本支出,500", ",事业收入,项目支出,300", "800,收入总计,支出总计,800")
    assert [(label, text) for _, label, _, text in found] == [
        ("财政拨款", "800"), ("基本支出", "500"), ("项目支出", "300"), ("收入总计", "800"), ("支出总计", "800"),
    ]


@pytest.mark.parametrize("header", ["编,项目,金额", ",科目名称,金额", "类,项目,金额"])
def test_codes_in_front_of_texts_stay_codes(header: str) -> None:
    rows = _in_front("2031年支出总表", header, "301,工资福利支出,500", "302,商品和服务支出,300", "303,对个人和家庭的补助,100", ",合计,900")
    assert [code for code, *_ in rows] == ["301", "302", "303", None]


def test_numbers_in_front_of_texts_that_neither_add_up_nor_can_be_codes_are_told() -> None:
    text = "\n".join(["2031年支出总表", "单位：万元", "编,项目,金额", "100,基本支出,500", "200,项目支出,300", "310,合计,800"])
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(doubt.reason, doubt.texts) for doubt in table.doubts] == [("unread", ("100", "200", "310"))]
    assert [(line.code, line.text) for line in table.lines] == [(None, "500"), (None, "300"), (None, "800")]



def test_a_header_printed_again_in_another_order_reorders_the_columns() -> None:
    text = "\n".join(["2031年部门支出预算表", "单位：元", "科目名称,合计,基本支出,项目支出", "教育支出,30.00,30.00,", "科目名称,项目支出,基本支出,合计", "农林水支出,60.00,90.00,150.00"])
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(line.label, line.column, line.text) for line in table.lines] == [
        ("教育支出", "合计", "30.00"), ("教育支出", "基本支出", "30.00"),
        ("农林水支出", "项目支出", "60.00"), ("农林水支出", "基本支出", "90.00"), ("农林水支出", "合计", "150.00"),
    ]


@pytest.mark.parametrize("unit", ["单位：万元", "单位：元", ""])
@pytest.mark.parametrize("kind", ["支出预算表", "项目支出表", "项目支出绩效目标表"])
def test_a_unit_of_money_in_a_rows_own_column_is_that_of_its_amounts(unit: str, kind: str) -> None:
    rows = ["项目名称,计量单位,预算金额,绩效目标,绩效指标", "防汛物资,元,350000,保障汛期,产出指标：1、编织袋≥1000条", "河道保洁,万元,10.5,改善环境,产出指标：1、河道≥12公里"]
    if "绩效" not in kind:
        rows = [row.rpartition(",")[0].rpartition(",")[0] for row in rows]
    document = parse_document("a.csv", "\n".join([f"2031年{kind}", unit, *rows]).encode())
    amounts = {project.name: project.amount for project in document.projects} or {line.label: line.amount for line in document.tables[0].lines}
    assert amounts == {"防汛物资": 350_000, "河道保洁": 105_000}


def test_of_units_of_money_and_things_in_a_column_those_of_things_count() -> None:
    text = "2031年机关运行保障情况表\n单位：万元\n项目,单位,预算数\n公务用车购置费,万元,35.00\n公务用车保有量,辆,14\n公务接待费,元,25000"
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(line.label, line.amount) for line in table.lines] == [("公务用车购置费", 350_000), ("公务接待费", 25_000)]


@pytest.mark.parametrize("header", ["预算金额（万美元）", "预算金额（欧元）", "金额（单位：港币）", "预算金额（万韩元）", "金额（JPY）", "美元", "预算金额（元/人·年）"])
@pytest.mark.parametrize("title", ["支出预算总表", "项目支出表"])
def test_other_money_than_yuan_is_not_read_as_yuan(header: str, title: str) -> None:
    document = parse_document("a.csv", f"2031年{title}\n单位：万元\n项目名称,{header}\n赴德培训,10\n赴新培训,20".encode())
    read = [*(project.amount for project in document.projects), *(line.amount for table in document.tables for line in table.lines)]
    assert set(read) <= {None}
    assert document.errors or any(doubt.texts == ("10", "20") for table in document.tables for doubt in table.doubts)


def test_labels_of_other_money_and_of_rates_head_no_yuan() -> None:
    text = "2031年支出预算总表\n单位：万元\n项目,预算数\n赴德培训（万美元）,10\n会议费（元）,20\n人均补助（元/人）,3000"
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(line.label, line.amount) for line in table.lines] == [("会议费（元）", 20)]
    assert [doubt.texts for doubt in table.doubts] == [("10",)]


def test_a_column_of_other_money_beside_one_of_yuan_is_not_read() -> None:
    text = "2031年支出预算总表\n单位：万元\n项目,合计,人民币,美元\n赴德培训,12.5,10.5,2\n参展,2.5,1.5,1"
    [table] = parse_document("a.csv", text.encode()).tables
    assert {(line.column, line.amount) for line in table.lines} == {("合计", 125_000), ("人民币", 105_000), ("合计", 25_000), ("人民币", 15_000)}
    assert [doubt.texts for doubt in table.doubts] == [("2", "1")]


@pytest.mark.parametrize(("unit", "yuan"), [("百元", 100), ("仟元", 1000), ("十万元", 100_000), ("千万元", 10_000_000), ("RMB万元", 10_000)])
def test_units_that_few_publish_in_are_units(unit: str, yuan: int) -> None:
    [table] = parse_document("a.csv", f"2031年支出预算总表\n单位：{unit}\n项目,预算数\n会议费,20\n培训费,30".encode()).tables
    assert [line.amount for line in table.lines] == [20 * yuan, 30 * yuan]


@pytest.mark.parametrize("header", ["受理件数", "资助户数", "培训人次", "增长", "较上年增长", "结转率", "增速", "折算系数"])
def test_a_header_of_counts_heads_no_money(header: str) -> None:
    assert set(lines("民事,60.00,2000", header=f"项目,预算数,{header}")) == {(None, "民事")}
    assert lines("民事,60.00,2000", header=f"项目,预算数,{header}")[None, "民事"] == ["60.00"]


@pytest.mark.parametrize("label", ["受理件数", "在职人数", "培训人次"])
def test_a_label_of_counts_stands_beside_no_money(label: str) -> None:
    assert lines("民事,60.00,2000", f"{label},35,36") == {(None, "民事"): ["60.00", "2000"]}


@pytest.mark.parametrize(("total", "year"), [("总投资", "2031年预算安排"), ("项目总投资", "本年计划投资"), ("概算总投资", "2031年安排资金")])
def test_the_money_of_all_years_is_not_that_of_the_year_beside_it(total: str, year: str) -> None:
    text = f"2031年项目支出表\n单位：万元\n项目名称,{total},{year}\n南环路改造,12000,3000\n客运站迁建,8000,2500\n合计,20000,5500"
    document = parse_document("a.csv", text.encode())
    assert [project.amount for project in document.projects] == [30_000_000, 25_000_000]
