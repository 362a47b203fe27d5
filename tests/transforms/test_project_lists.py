"""Tables whose title or headers nobody listed: read where title, headers and contents agree, else kept and told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.transforms.budget_grids import grid, lines, read
from tests.transforms.many_formats import LEFT, UP, WRITERS
from tests.transforms.many_formats import grid as table_of
from transforms.grid import TextLine
from transforms.layouts import Section
from transforms.layouts.budget_tables import BudgetTables
from transforms.parse import parse_document
from transforms.records import ParsedDocument, yuan
from transforms.tables.ledger import Ledger

ROWS = "{}|<|100\n河道保洁|云山市水务局|10\n道路养护|云山市市政局|20\n社区活动|云山市民政局|30\n护林防火|云山市林业局|40"
SIDES = "收入|<|支出|<\n项目|金额|项目|金额\n事业收入|1|教育支出|1"


def document(title: str, picture: str) -> ParsedDocument:
    above = (TextLine(title), TextLine("单位：元"))
    section = Section(grid(picture), above, (), above)
    assert BudgetTables.sight(section)
    found = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables(section).read(found, Ledger(section.grid))
    return found


def doubts(found: ParsedDocument) -> list[tuple[str, str, bool]]:
    return [(doubt.reason, doubt.header, doubt.is_critical) for doubt in found.tables[0].doubts]


@pytest.mark.parametrize("header", ["专项经费|资金归属单位|计划数", "支出事由|经费使用机构|核定经费", "业务名目|花钱单位|拟安排额"])
@pytest.mark.parametrize("total", ["合计", ""])
@pytest.mark.parametrize("title", ["项目支出表", "专项经费安排一览表"])
def test_a_list_of_projects_in_other_words_is_read(title: str, header: str, total: str) -> None:
    found = document(title, f"{header}\n{ROWS.format(total)}")
    assert [(project.name, project.unit_name, yuan(project.amount)) for project in found.projects] == [
        ("河道保洁", "云山市水务局", "10.00"), ("道路养护", "云山市市政局", "20.00"), ("社区活动", "云山市民政局", "30.00"),
        ("护林防火", "云山市林业局", "40.00"),
    ]
    assert [(one.label, yuan(one.amount), one.members) for one in found.totals] == [("合计", "100.00", (0, 1, 2, 3))]
    (table,) = found.tables
    assert (table.kind, doubts(found)) == ("project_expenditure", [])
    assert lines(table)[1] == f"河道保洁 [{header.rpartition('|')[2]}] 10.00"
    assumed = [one.word for one in table.assumptions]
    assert sorted(assumed) == sorted([*header.split("|"), *([] if total else [""]), *([title] if title != "项目支出表" else [])])


def test_a_list_whose_names_nobody_finds_keeps_its_lines_and_is_told() -> None:
    found = document("项目支出表", "甲栏|拟安排额\n提升|10\n规范|20\n完善|30")
    assert (found.projects, len(found.tables[0].lines)) == ([], 3)
    assert ("unread", "甲栏", True) in doubts(found)


def test_a_column_of_money_that_nobody_understands_is_told_beside_projects_that_are_read() -> None:
    found = document("项目支出表", "业务名目|总计|财政拨款|甲栏\n河道保洁|15|10|5\n道路养护|20|20|\n社区活动|34|30|4")
    assert [yuan(project.amount) for project in found.projects] == ["15.00", "20.00", "34.00"]
    assert ("unread", "甲栏", True) in doubts(found)


def test_amounts_in_a_column_without_a_header_are_told() -> None:
    found = document("项目支出表", "业务名目|总计|财政拨款\n河道保洁|15|15|5\n道路养护|20|20|6\n社区活动|34|34|4")
    assert [yuan(project.amount) for project in found.projects] == ["15.00", "20.00", "34.00"]
    assert any(reason == "unread" and is_critical for reason, _, is_critical in doubts(found))


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        ("项目名称|合计|财政拨款|甲栏", ["15|10|5", "20|20|", "34|30|4"], True),
        ("项目名称|合计|甲栏", ["15|15", "20|20", "34|30"], True),    # nobody knows whether it is a source or a part of one
        ("项目名称|合计|财政拨款|其他资金|其中：政府采购", ["15|10|5|5", "20|20||8", "34|30|4|"], False),    # the sources give the total
    ],
)
def test_an_amount_beside_projects_with_known_names_may_be_a_source_and_is_told(header: str, rows: list[str], *, told: bool) -> None:
    names = ("河道保洁", "道路养护", "社区活动")
    found = document("项目支出表", "\n".join([header, *(f"{name}|{row}" for name, row in zip(names, rows, strict=True))]))
    assert [project.name for project in found.projects] == list(names)
    assert doubts(found) == ([("unread", header.rpartition("|")[2], True)] if told else [])


def test_an_assumed_source_with_which_the_sums_do_not_tie_is_none() -> None:
    found = document("项目支出表", "项目名称|总计|财政拨款|其余渠道资金\n河道保洁|15|10|3\n道路养护|20|20|\n社区活动|34|30|1")
    assert [list(project.funding) for project in found.projects] == [["fiscal_appropriation"]] * 3
    assert (doubts(found), found.tables[0].assumptions) == ([("unread", "其余渠道资金", True)], [])


def test_a_source_in_other_words_beside_projects_with_known_names_is_read() -> None:
    found = document("项目支出表", "项目名称|总计|财政拨款|其余渠道资金\n河道保洁|15|10|5\n道路养护|20|20|\n社区活动|34|30|4")
    assert [project.funding.get("other") for project in found.projects] == [5, None, 4]
    assert ([one.word for one in found.tables[0].assumptions], doubts(found)) == (["其余渠道资金"], [])


def test_projects_with_goals_are_not_read_without_them() -> None:
    goals = ["对全部河道进行保洁，保持河面清洁。", "对破损道路进行养护，保障通行安全。", "组织社区志愿活动，提升居民参与程度。"]
    rows = "\n".join(f"{name}|{number}|{goal}" for number, (name, goal) in enumerate(zip(["河道保洁", "道路养护", "社区活动"], goals, strict=True), 1))
    found = document("项目支出表", f"业务名目|拟安排额|年内拟达成效\n{rows}")
    assert (found.projects, doubts(found)) == ([], [("unread", "年内拟达成效", True)])


def test_names_of_a_classification_are_no_projects_though_a_title_speaks_of_these() -> None:
    found = document("项目支出表", "功能科目名称|拟安排额\n教育支出|10\n卫生健康支出|20\n住房保障支出|30")
    assert (found.projects, len(found.tables[0].lines)) == ([], 3)


@pytest.mark.parametrize(
    ("title", "picture", "kind"),
    [
        ("收支安排表", SIDES, "income_expenditure_summary"),
        ("收入安排表", "科目编码|科目名称|合计|事业收入|其他收入\n205|教育支出|3|1|2", "income_summary"),
    ],
)
def test_a_title_that_nobody_listed_and_contents_that_agree_tell_the_kind(title: str, picture: str, kind: str) -> None:
    table = read(picture, title, "单位：元")
    assert (table.kind, [one.word for one in table.assumptions], table.doubts) == (kind, [title], [])


@pytest.mark.parametrize(
    ("title", "picture"),
    [
        ("资金来去平衡表", SIDES),    # the title says nothing of it
        ("三类费用表", "项目|预算数\n因公出国（境）费|1\n公务接待费|2"),
        ("专项开支平衡表", "项目|金额|项目|金额\n拨入|1|教育支出|1"),    # two sides are no list of projects
        ("钱用到哪里去表", "科目编码|科目名称|合计|基本支出|项目支出\n205|教育支出|3|1|2"),
    ],
)
def test_a_table_of_no_known_kind_keeps_its_lines_and_is_told_as_a_warning(title: str, picture: str) -> None:
    found = document(title, picture)
    (table,) = found.tables
    assert (table.kind, bool(table.lines), found.projects, table.assumptions) == ("unknown", True, [], [])
    assert doubts(found) == [("kind", title, False)]


def test_an_empty_table_whose_title_nobody_listed_is_told() -> None:
    found = document("基金用途表", "科目编码|科目名称|合计|基本支出|项目支出\n||||")
    assert [(table.kind, table.empty) for table in found.tables] == [("unknown", True)]
    assert doubts(found) == [("kind", "基金用途表", False)]


@pytest.mark.parametrize("title", ["一般公共预算收入表", "机构运行信息表", "单位存量资金情况表"])
def test_a_title_that_is_known_to_be_of_no_kind_is_no_doubt(title: str) -> None:
    table = read("项目|预算数\n因公出国（境）费|1\n公务接待费|2", title, "单位：元")
    assert (table.kind, table.doubts) == ("unknown", [])


def test_names_may_stand_right_of_the_amounts() -> None:
    found = document("项目支出表", "金额|项目名称\n10|河道保洁\n20|道路养护")
    assert lines(found.tables[0]) == ["河道保洁 [金额] 10.00", "道路养护 [金额] 20.00"]


def test_projects_below_a_unit_are_of_it_up_to_a_total() -> None:
    found = document("项目支出表", "单位名称|项目名称|总计\n甲局|河道保洁|15\n|道路养护|20\n乙局|社区活动|34\n合计||69\n|护林防火|5")
    assert [(project.name, project.unit_name) for project in found.projects] == [
        ("河道保洁", "甲局"), ("道路养护", "甲局"), ("社区活动", "乙局"), ("护林防火", None),
    ]  # fmt: skip


def test_a_units_subtotal_under_an_unlisted_header_beside_the_names_is_no_shifted_row() -> None:
    first, second = "县第一中学", "县职业学校"
    rows = f"用款归口|项目名称|合计|一般公共预算|政府性基金\n{first}||30|30|\n|校舍维修|20|20|\n|图书购置|10|10|\n{second}||50|20|30\n|实训设备|40|10|30\n|课桌椅|10|10|\n总的||80|50|30"
    found = document("项目支出表", rows)
    assert [(project.name, project.unit_name) for project in found.projects[:2]] == [("校舍维修", first), ("图书购置", first)]
    assert len(found.projects) == 4
    assert [(total.label, yuan(total.amount)) for total in found.totals] == [(first, "30.00"), (second, "50.00"), ("总的", "80.00")]


def test_amounts_under_a_header_of_what_nobody_keeps_are_told() -> None:
    found = document("项目支出表", "项目名称|总计|项目类别\n河道保洁|111.01|122.02")
    assert [(project.name, yuan(project.amount)) for project in found.projects] == [("河道保洁", "111.01")]
    assert doubts(found) == [("unread", "项目类别", True)]


@pytest.mark.parametrize(("first", "second", "amounts"), [
    ("单位申报数", "财政审定数", [Decimal(250), Decimal(8)]), ("部门建议数", "财政控制数", [None, None]), ("概算", "财政拨款计划", [None, None]),
])
def test_what_was_asked_for_is_no_total_of_what_finance_gives(first: str, second: str, amounts: list[Decimal | None]) -> None:
    rows = (f"序号,项目名称,{first},{second}", "1,堤防加固,300.00,250.00", "2,节水宣传,12.00,8.00", ",合计,312.00,258.00")
    document = parse_document("a.csv", "\n".join(["2031年项目支出表", "单位：元", *rows]).encode())
    assert [project.amount for project in document.projects] == amounts
    assert bool(document.tables[0].doubts) is (amounts[0] is None)


def test_what_stands_below_what_was_granted_counts() -> None:
    table = table_of([
        ["项目名称", "单位申报数", LEFT, "财政审定数", LEFT],
        [UP, "合计", "其中：财政拨款", "合计", "其中：财政拨款"],
        ["堤防加固", "300.00", "300.00", "250.00", "250.00"],
        ["水质监测", "66.00", "60.00", "60.00", "54.00"],
    ])
    document = parse_document("a.html", WRITERS["html"](["2031年项目支出表", "单位：元", table]))
    assert [(project.name, project.amount, project.funding) for project in document.projects] == [
        ("堤防加固", Decimal(250), {"fiscal_appropriation": Decimal(250)}), ("水质监测", Decimal(60), {"fiscal_appropriation": Decimal(54)}),
    ]
    assert document.tables[0].doubts == []


@pytest.mark.parametrize("title", ["项目支出表", "专项经费安排一览表"])
@pytest.mark.parametrize(
    "picture",
    [
        "项目名称|河道保洁|道路养护|合计\n资金总额|15|20|35\n财政拨款|10|20|30\n其他资金|5||5",
        "项目名称|河道保洁|道路养护|合计\n财政拨款|10|20|30\n其他资金|5||5\n合计|15|20|35",
        "项目名称|合计\n财政拨款|30\n其他资金|5",
    ],
)
def test_sources_of_money_are_no_projects_and_a_list_of_them_is_told_as_unread(title: str, picture: str) -> None:
    found = document(title, picture)
    assert (found.projects, found.totals) == ([], [])
    assert bool(found.tables[0].lines)
    (told,) = [doubt for doubt in found.tables[0].doubts if doubt.header == "项目名称"]
    assert (told.reason, told.is_critical, "财政拨款" in told.texts) == ("unread", True, True)


def test_a_project_beside_a_source_of_money_is_kept() -> None:
    found = document("项目支出表", "项目名称|合计\n河道保洁|30\n其他资金|5")
    assert [project.name for project in found.projects] == ["河道保洁", "其他资金"]
