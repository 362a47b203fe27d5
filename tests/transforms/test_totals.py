"""What a total is called, and which rows are totals by arithmetic."""

from decimal import Decimal

import pytest

from transforms.parse import parse_document
from transforms.records import ParsedDocument, TotalKind
from transforms.totals import Vector, adds_up, total_kind

TOP = "项目支出绩效目标表\n部门名称：云山市教育局\n单位：万元\n\n项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n"
PROJECTS = ["甲工程\t10\t10\t目标一。\t产出指标：次数，年度指标值：≥5次。", "乙工程\t20\t20\t目标二。\t产出指标：次数，年度指标值：≥6次。"]
LAST = "丙工程\t7\t7\t目标三。\t产出指标：次数，年度指标值：≥7次。"


def parse(*rows: str) -> ParsedDocument:
    """A document of these rows."""
    return parse_document("a.txt", (TOP + "\n".join(rows) + "\n").encode())


def amounts(document: ParsedDocument) -> dict[str, Decimal | None]:
    """What each project asks for, in 万元."""
    return {project.name: project.amount and project.amount / 10_000 for project in document.projects}


@pytest.mark.parametrize(("label", "kind"), [
    ("合计", "grand"), ("合 计", "grand"), ("合　计：", "grand"), ("合\u200b计", "grand"), ("【总计】", "grand"), ("（合计）", "grand"), ("一、合计", "grand"),
    ("总合计", "grand"), ("共计", "grand"), ("合计数", "grand"), ("总额", "grand"), ("总数", "grand"), ("合計", "grand"), ("总计金额", "grand"),
    ("合计（万元）", "grand"), ("合计（5个项目）", "grand"), ("合计：5个项目", "grand"), ("共计12项", "grand"), ("项目支出合计", "grand"), ("资金总额", "grand"),
    ("全局合计", "grand"), ("以上各项合计", "grand"), ("年度预算总额", "grand"), ("支出总计", "grand"), ("Total", "grand"), ("合计/Total", "grand"),
    ("Grand Total", "grand"), ("小计", "part"), ("小 计：", "part"), ("本页合计", "part"), ("审计局合计", "part"), ("人员经费合计", "part"), ("Subtotal", "part"),
    ("一般公共预算资金/小计", "part"), ("本年收入合计", "year"), ("本年支出", "year"), ("当年收入总计", "year"),
    ("总计划编制", None), ("合计生育服务", None), ("会计核算", None), ("土地出让金总额", None), ("预算总额控制系统", None), ("综合统计", None), ("小计划", None), ("统计", None), ("审计", None), ("合计村（小计）", "part"), ("补助（合计村）", None), ("奖补资金30万元", None),
    ("共计数字化", None), ("checksum", None), ("全年预算", None), ("支出", None), ("", None),
])
def test_a_label_says_what_a_row_is_the_total_of(label: str, kind: TotalKind | None) -> None:
    assert total_kind(label) == kind


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("stated", ["30", "31"])
@pytest.mark.parametrize("label", ["合计数", "总额", "项目支出合计", "本页合计", "审计局合计", "合计（万元）", "合\u200b计", "2024年项目经费总计", "上述两项合计", "累计", "全市共计", "合计：31万元", "合计31万元", "教育局（合计）", "计"])
def test_a_row_that_is_called_a_total_is_no_project_whether_it_ties_or_not(label: str, stated: str, place: int) -> None:
    rows = list(PROJECTS)
    rows.insert(place, f"{label}\t{stated}\t{stated}\t\t")
    document = parse(*rows)
    assert amounts(document) == {"甲工程": 10, "乙工程": 20}
    [total] = document.totals
    assert (total.amount, total.members) == (Decimal(stated) * 10_000, (0, 1))


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("label", ["", "本部门所有项目", "∑", "教育", "-"])
def test_a_row_with_any_name_or_none_is_a_total_where_it_is_the_sum_of_the_projects(label: str, place: int) -> None:
    rows = list(PROJECTS)
    rows.insert(place, f"{label}\t30\t30\t\t")
    document = parse(*rows)
    assert amounts(document) == {"甲工程": 10, "乙工程": 20}
    assert [(total.label, total.total, total.members, total.shift) for total in document.totals] == [(label.strip("-") or "合计", "grand", (0, 1), None)]


@pytest.mark.parametrize("name", ["总计划编制", "合计生育服务", "会计核算", "共计数字化", "土地出让金总额", "小计划"])
@pytest.mark.parametrize("bare", [True, False])
def test_a_project_whose_name_holds_the_word_stays_a_project(name: str, bare: bool) -> None:
    own = f"{name}\t30.5\t30.5\t\t" if bare else f"{name}\t30\t30\t落实目标。\t产出指标：次数，年度指标值：≥5次。"
    assert list(amounts(parse(*PROJECTS, own))) == ["甲工程", "乙工程", name]
    assert list(amounts(parse(own, *PROJECTS))) == [name, "甲工程", "乙工程"]


def test_what_the_published_total_counts_is_a_project_though_it_equals_the_rows_above() -> None:
    document = parse(*PROJECTS, "设备购置\t30\t30\t\t", "合计\t60\t60\t\t")
    assert list(amounts(document)) == ["甲工程", "乙工程", "设备购置"]


def test_a_total_of_a_page_is_a_part_beside_that_of_the_table() -> None:
    document = parse(*PROJECTS, "合计\t30\t30\t\t", LAST, "合计\t7\t7\t\t", "合计\t37\t37\t\t")
    assert [(total.total, total.members) for total in document.totals] == [("part", (0, 1)), ("part", (2,)), ("grand", (0, 1, 2))]


@pytest.mark.parametrize(("rows", "kinds"), [
    (["合计\t37\t37\t\t", "云山市第一小学\t30\t30\t\t", *PROJECTS, "云山市第二小学\t7\t7\t\t", LAST], ["grand", "part", "part"]),
    (["云山市教育局\t37\t37\t\t", *PROJECTS, LAST], ["grand"]),
    ([*PROJECTS, "教育局合计\t30\t30\t\t", LAST, "科技局合计\t7\t7\t\t", "总计\t37\t37\t\t"], ["part", "part", "grand"]),
    (["合计\t30\t30\t\t", *PROJECTS, "其中：设备购置\t4\t4\t\t"], ["grand", "part"]),
    (["审计局合计\t31\t31\t\t", *PROJECTS], ["grand"]),
])
def test_the_kind_of_a_total_is_told_by_what_it_sums_up(rows: list[str], kinds: list[str]) -> None:
    assert [total.total for total in parse(*rows).totals] == kinds


def budget_rows(*rows: str, title: str = "2024年部门支出总表") -> dict[str, TotalKind | None]:
    """The kind of total of each row of a budget table, by its label."""
    text = "\n".join([title, "单位：万元", "项目,合计,基本支出,项目支出", *rows])
    [table] = parse_document("a.csv", text.encode()).tables
    return {line.label or "": line.total for line in table.lines}


def test_a_row_of_a_budget_table_is_a_total_by_its_words_or_by_its_sums() -> None:
    parts = ["教育支出,50.00,30.00,20.00", "卫生健康支出,40.00,25.00,15.00", "住房保障支出,10.00,10.00,"]
    assert budget_rows("共计,100.00,60.00,40.00", *parts)["共计"] == "grand"
    assert budget_rows(*parts, "全部内容,100.00,65.00,35.00")["全部内容"] == "grand"
    assert budget_rows(*parts, "全部内容,100.00,60.00,40.00")["全部内容"] is None
    assert budget_rows(*parts, ",100.00,65.00,35.00")["合计"] == "grand"    # a label that nobody wrote
    assert set(budget_rows(*parts).values()) == {None}
    kinds = budget_rows("基本支出合计,65.00,65.00,", "项目支出合计,35.00,,35.00", "支出总计,100.00,65.00,35.00")
    assert kinds == {"基本支出合计": "part", "项目支出合计": "part", "支出总计": "grand"}


def test_a_row_with_a_name_of_its_own_that_is_a_sum_in_all_columns_but_one_is_a_total() -> None:
    parts = ["教育支出,50.00,30.00,20.00", "卫生健康支出,40.00,25.00,15.00", "住房保障支出,12.00,10.00,2.00"]
    assert budget_rows(*parts, "全部花销,102.00,65.00,73.00")["全部花销"] == "grand"
    assert budget_rows("全部花销,102.00,56.00,37.00", *parts)["全部花销"] == "grand"
    assert budget_rows(*parts, "其他支出,102.00,56.00,46.00")["其他支出"] is None    # one column ties by chance
    assert budget_rows(*parts[1:], "全部花销,52.00,35.00,71.00")["全部花销"] is None    # of two parts
    same = [f"{row.rpartition(',')[0]},{row.split(',')[2]}" for row in parts]
    assert budget_rows(*same, "全部花销,120.00,65.00,65.00")["全部花销"] is None    # two equal columns prove no more than one


def test_a_row_without_a_code_beside_coded_ones_that_is_their_sum_is_a_total() -> None:
    def kind(*rows: str) -> TotalKind | None:
        text = "\n".join(["2024年部门支出总表", "单位：万元", "科目编码,科目名称,合计,基本支出,项目支出", *rows])
        [table] = parse_document("a.csv", text.encode()).tables
        return next(line.total for line in table.lines if line.label == "总花费")

    parts = "207,文化支出,688.20,388.20,300.00", "208,社会保障支出,61.50,61.50,"
    assert kind(*parts, ",总花费,749.70,449.70,300.00") == "grand"
    assert kind(*parts, ",总花费,759.70,449.70,300.00") == "grand"    # of two, one amount is wrong
    assert kind(*parts, ",总花费,759.70,459.70,300.00") is None


@pytest.mark.parametrize(("stated", "parts", "expected"), [
    (("3", "1"), [("1", "1"), ("2", "0")], True),
    (("3", "2"), [("1", "1"), ("2", "0")], False),     # every column counts
    (("3",), [("3",)], False),                         # one equal amount may be chance
    (("3",), [("3",), ("0",)], False),
    (("0",), [("1",), ("-1",)], False),
    (("3",), [("1",), None], False),
])
def test_a_sum_holds_in_every_column_over_two_rows_with_money(
    stated: tuple[str, ...], parts: list[tuple[str, ...] | None], expected: bool,
) -> None:
    rows: list[Vector | None] = [part and tuple(map(Decimal, part)) for part in parts]
    assert adds_up(tuple(map(Decimal, stated)), rows) is expected
