"""The layout with one row per project, on tab-separated text as departments export it."""

from decimal import Decimal

import pytest

from transforms.grid import Cell, Grid, Reading
from transforms.layouts.columns import find_header
from transforms.layouts.project_rows import ProjectRows
from transforms.parse import parse_document
from transforms.records import ParsedDocument, Project

HEADER = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"
TOP = f"2024年项目支出绩效目标表\n部门名称：云山市教育局\n单位：万元\n\n{HEADER}\n"
GOAL = "落实目标。\t产出指标：次数，年度指标值：≥5次。"


def parse(*rows: str, top: str = TOP) -> ParsedDocument:
    """A document of these rows."""
    document = parse_document("a.txt", (top + "\n".join(rows) + "\n").encode())
    assert document.errors == []
    return document


def sums(document: ParsedDocument) -> dict[str, list[str]]:
    """The names of the projects that each total sums up."""
    return {total.label: [document.projects[member].name for member in total.members] for total in document.totals}


def one(document: ParsedDocument, name: str) -> Project:
    """The project of this name."""
    (project,) = (project for project in document.projects if project.name == name)
    return project


# --- totals and projects ----------------------------------------------------------------------------------------------


def test_nested_totals_sum_up_the_projects_below_them() -> None:
    document = parse(
        "合计\t60\t60\t\t\t\t",
        "云山市教育局\t60\t60\t\t\t\t",
        "云山市教育局（本级）\t30\t30\t\t\t\t",
        f"甲\t10\t10\t\t\t{GOAL}",
        f"乙\t20\t20\t\t\t{GOAL}",
        "潮平小学\t30\t30\t\t\t\t",
        f"丙\t30\t30\t\t\t{GOAL}",
    )
    assert sums(document) == {
        "合计": ["甲", "乙", "丙"], "云山市教育局": ["甲", "乙", "丙"], "云山市教育局（本级）": ["甲", "乙"], "潮平小学": ["丙"],
    }  # fmt: skip
    assert [project.unit_name for project in document.projects] == ["云山市教育局（本级）", "云山市教育局（本级）", "潮平小学"]


def test_department_and_its_own_unit_may_have_the_same_name() -> None:
    document = parse(
        "合计\t30\t30\t\t\t\t",
        "云山市教育局\t30\t30\t\t\t\t",
        "云山市教育局\t10\t10\t\t\t\t",
        f"甲\t10\t10\t\t\t{GOAL}",
        "教师发展中心\t20\t20\t\t\t\t",
        f"乙\t20\t20\t\t\t{GOAL}",
    )
    assert [(total.label, total.members) for total in document.totals] == [
        ("合计", (0, 1)), ("云山市教育局", (0, 1)), ("云山市教育局", (0,)), ("教师发展中心", (1,)),
    ]  # fmt: skip


def test_projects_of_the_department_itself_may_stand_before_those_of_its_units() -> None:
    document = parse(
        "合计\t30\t30\t\t\t\t",
        "云山市教育局\t30\t30\t\t\t\t",
        f"甲\t10\t10\t\t\t{GOAL}",
        "教师发展中心\t20\t20\t\t\t\t",
        f"乙\t20\t20\t\t\t{GOAL}",
    )
    assert sums(document) == {"合计": ["甲", "乙"], "云山市教育局": ["甲", "乙"], "教师发展中心": ["乙"]}


def test_a_subtotal_that_is_published_wrong_is_still_a_subtotal() -> None:
    document = parse(
        "合计\t30\t30\t\t\t\t",
        "云山市教育局\t30\t30\t\t\t\t",
        "潮平小学\t12\t12\t\t\t\t",
        f"甲\t10\t10\t\t\t{GOAL}",
        "教师发展中心\t20\t20\t\t\t\t",
        f"乙\t20\t20\t\t\t{GOAL}",
    )
    assert sums(document)["潮平小学"] == ["甲"]


@pytest.mark.parametrize("name", ["信息化设备购置", "新建教师发展中心"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_project_without_goal_and_indicators_stays_a_project(name: str, place: int) -> None:
    rows = [f"甲\t10\t10\t\t\t{GOAL}", f"乙\t6\t6\t\t\t{GOAL}"]
    rows.insert(place, f"{name}\t15\t15\t\t\t\t")
    document = parse("合计\t31\t31\t\t\t\t", "云山市教育局\t31\t31\t\t\t\t", *rows)
    expected = ["甲", "乙"]
    expected.insert(place, name)
    assert [project.name for project in document.projects] == expected
    assert (one(document, name).goal, one(document, name).indicators) == (None, [])


def test_a_project_that_costs_as_much_as_the_next_one_is_no_subtotal_of_it() -> None:
    document = parse("云山市教育局\t30\t30\t\t\t\t", "设备购置\t15\t15\t\t\t\t", f"甲\t15\t15\t\t\t{GOAL}")
    assert [project.name for project in document.projects] == ["设备购置", "甲"]


def test_totals_may_stand_below_what_they_sum_up() -> None:
    document = parse(
        "云山市教育局\t\t\t\t\t\t",
        f"甲\t10\t10\t\t\t{GOAL}",
        "小计\t10\t10\t\t\t\t",
        "教师发展中心\t\t\t\t\t\t",
        f"乙\t20\t20\t\t\t{GOAL}",
        "小计\t20\t20\t\t\t\t",
        "合计\t30\t30\t\t\t\t",
    )
    assert [(total.label, total.members) for total in document.totals] == [("小计", (0,)), ("小计", (1,)), ("合计", (0, 1))]
    assert [project.unit_name for project in document.projects] == ["云山市教育局", "教师发展中心"]


# --- rows that lost a blank cell --------------------------------------------------------------------------------------


def test_a_lost_blank_is_put_back_where_the_totals_leave_one_place_for_it() -> None:
    document = parse("合计\t12.90\t12.90\t\t\t\t", f"甲\t10\t10\t\t\t{GOAL}", f"乙\t2.90\t2.90\t\t{GOAL}")
    project = one(document, "乙")
    assert project.funding == {"fiscal_appropriation": Decimal(29000), "special_account": None, "other": None}
    assert project.goal == "落实目标。"
    assert project.shift is not None
    assert project.shift.is_certain
    assert project.shift.cells == ("乙", "2.90", "2.90", "", *GOAL.split("\t"))
    assert project.shift.read_as["财政专户拨款"] == ""


def test_a_total_that_is_wrong_in_another_column_does_not_make_the_reading_uncertain() -> None:
    document = parse("合计\t99\t99\t\t\t\t", f"甲\t1O\t10\t\t\t{GOAL}", f"乙\t2.90\t2.90\t\t{GOAL}")
    shift = one(document, "乙").shift
    assert shift is not None
    assert shift.is_certain


def test_column_sums_decide_between_sources() -> None:
    rows = (f"甲\t12\t10\t2\t\t{GOAL}", f"乙\t20\t20\t\t{GOAL}", f"丙\t1\t1\t\t{GOAL}")
    for totals, source in (("31\t2", "fiscal_appropriation"), ("30\t3", "special_account")):
        document = parse(f"合计\t33\t{totals}\t\t\t", *rows)
        project = one(document, "丙")
        assert project.shift is not None
        assert project.shift.is_certain
        assert project.funding[source] == Decimal(10000)


def test_rows_that_the_sums_cannot_tell_apart_stay_uncertain() -> None:
    document = parse("合计\t5\t3\t2\t\t\t", f"甲\t2\t2\t\t{GOAL}", f"乙\t1\t1\t\t{GOAL}", f"丙\t2\t2\t\t{GOAL}")
    assert [project.shift and project.shift.is_certain for project in document.projects] == [False, True, False]


def test_without_a_total_nothing_says_which_source_a_shifted_amount_is_from() -> None:
    (project,) = parse(f"甲\t2\t2\t\t{GOAL}").projects
    assert project.shift is not None
    assert not project.shift.is_certain


def test_a_shifted_row_with_an_unreadable_amount_is_never_certain() -> None:
    document = parse("合计\t5\t5\t\t\t\t", f"甲\t待定\t待定\t\t{GOAL}")
    (project,) = document.projects
    assert project.cells == ("甲", "待定", "待定", "", *GOAL.split("\t"))
    assert project.shift is not None
    assert not project.shift.is_certain


def test_white_space_stripped_at_line_ends_is_no_shift() -> None:
    document = parse("合计\t5\t5", f"甲\t5\t5\t\t\t{GOAL}")
    assert document.totals[0].shift is None
    assert document.totals[0].funding["fiscal_appropriation"] == Decimal(50000)


def test_a_row_with_a_blank_too_many_is_read_without_it() -> None:
    document = parse("合计\t5\t5\t\t\t\t", f"甲\t5\t5\t\t\t\t{GOAL}")
    (project,) = document.projects
    assert project.shift is not None
    assert project.shift.is_certain
    assert project.goal == "落实目标。"


# --- amounts, units, columns ------------------------------------------------------------------------------------------


def test_an_unreadable_amount_is_kept_and_named() -> None:
    (project,) = parse(f"甲\t33.0O\t33\t\t\t{GOAL}").projects
    assert (project.amount, project.unreadable) == (None, ("total",))
    assert project.amount_text["total"] == "33.0O"


def test_the_unit_is_looked_for_in_the_header_then_around_the_table_then_in_the_document() -> None:
    row = f"甲\t5\t5\t\t\t{GOAL}"
    header = HEADER.replace("总计", "总计（元）").replace("财政拨款", "财政拨款（元）", 1)
    assert parse(row, top=f"单位：元\n{HEADER}\n").projects[0].amount == Decimal(5)
    assert parse(row, top=f"单位：万元\n{header}\n").projects[0].amount == Decimal(5)
    assert parse(row, top=f"预算单位：云山市教育局\n金额单位： 万 元\n{HEADER}\n").projects[0].amount == Decimal(50000)
    assert parse(row, top=f"预算单位：云山市教育局\n单位：云山市教育局\n{HEADER}\n").projects[0].amount is None


def test_a_table_without_unit_has_no_amounts_but_its_texts() -> None:
    document = parse("合计\t5\t5\t\t\t\t", f"甲\t5\t5\t\t\t{GOAL}", top=f"项目支出绩效目标表\n{HEADER}\n")
    assert (document.tables[0].unit, document.projects[0].amount, document.totals[0].amount) == (None, None, None)
    assert document.projects[0].amount_text["total"] == "5"
    assert sums(document) == {"合计": ["甲"]}


def test_a_header_of_two_rows_gives_each_source_its_column() -> None:
    top = (
        "项目支出绩效目标表\n单位：元\n"
        "项目名称\t资金总额\t资金来源\t\t\t绩效目标\t绩效指标\n\t\t一般公共预算\t财政专户管理资金\t上年结转\t\t\n"
    )
    (project,) = parse(f"甲\t6\t1\t2\t3\t{GOAL}", top=top).projects
    assert project.funding == {"general_budget": Decimal(1), "special_account": Decimal(2), "carryover": Decimal(3)}


def test_merged_header_cells_span_their_columns() -> None:
    cells = (
        Cell("项目名称", 1, 1, row_span=2), Cell("总计", 1, 2, row_span=2), Cell("其中：财政拨款", 1, 3, column_span=2),
        Cell("绩效目标", 1, 5, row_span=2), Cell("绩效指标", 1, 6, row_span=2), Cell("小计", 2, 3), Cell("一般公共预算", 2, 4),
    )  # fmt: skip
    found = find_header(Grid(cells), lambda _: True)
    assert found is not None
    assert [column.role for column in found.columns.values()] == [
        "project_name", "total", "fiscal_appropriation", "general_budget", "goal", "indicators",
    ]  # fmt: skip
    assert found.columns[4].title == "其中：财政拨款/一般公共预算"


def test_a_column_of_amounts_that_nobody_knows_is_named() -> None:
    document = parse(f"甲\t5\t4\t\t1\t{GOAL}", top=TOP.replace("其他资金", "盘活存量资金"))
    assert document.tables[0].unknown_columns == ("盘活存量资金",)


@pytest.mark.parametrize(
    "header",
    ["单位名称\t项目名称\t预算数\t年度目标\t一级指标\t二级指标\t三级指标\t指标值", "科目编码\t科目名称\t合计\t基本支出\t项目支出"],
)
def test_other_layouts_are_not_taken_for_this_one(header: str) -> None:
    assert ProjectRows.begins(Grid(tuple(Cell(text, 1, column) for column, text in enumerate(header.split("\t"), 1)))) is None


def test_project_codes_and_unit_codes_are_taken_off_the_names() -> None:
    document = parse("205001-云山市教育局\t5\t5\t\t\t\t", f"51092324T000010263357-2024年巡查\t5\t5\t\t\t{GOAL}")
    assert document.totals[0].label == "云山市教育局"
    assert (document.projects[0].name, document.projects[0].code) == ("2024年巡查", "51092324T000010263357")


# --- page breaks ------------------------------------------------------------------------------------------------------


def grid(*rows: tuple[str, ...], page: int) -> Grid:
    """A table on a page, its rows numbered from 1."""
    return Grid(tuple(Cell(text, row, column, page=page) for row, texts in enumerate(rows, 1) for column, text in enumerate(texts, 1)))


@pytest.mark.parametrize("has_header", [True, False])
def test_a_table_goes_on_after_a_page_break(has_header: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    header = tuple(HEADER.split("\t"))
    first = grid(header, ("合计", "30", "30", "", "", "", ""), ("甲", "10", "10", "", "", "确保", "产出指标：1、甲，年度指标值：≥5；2、乙，"), page=1)
    rest = (("", "", "", "", "", "安全。", "年度指标值：100%。"), ("丙", "20", "20", "", "", *GOAL.split("\t")))
    second = grid(*([header] if has_header else []), *rest, page=2)
    monkeypatch.setattr("transforms.readers.read", lambda _: Reading("pdf", 2, (first, second)))
    document = parse_document("a.pdf", b"%PDF-1.7")
    assert [table.pages for table in document.tables] == [(1, 2)]
    assert [(project.name, project.goal) for project in document.projects] == [("甲", "确保安全。"), ("丙", "落实目标。")]
    assert [indicator.name for indicator in document.projects[0].indicators] == ["甲", "乙"]
    assert document.projects[1].place.page == 2
    assert document.totals[0].members == (0, 1)


def test_a_title_printed_again_begins_no_table_and_another_unit_does() -> None:
    rows = ("合计\t5\t5\t\t\t\t", f"甲\t5\t5\t\t\t{GOAL}")
    again = parse(*rows, "", "2024年项目支出绩效目标表", "单位：万元", HEADER, f"乙\t0\t0\t\t\t{GOAL}")
    assert len(again.tables) == 1
    other = parse(*rows, "", "2024年项目支出绩效目标表", "单位名称：潮平小学", "单位：元", HEADER, f"乙\t7\t7\t\t\t{GOAL}")
    assert [table.unit for table in other.tables] == ["万元", "元"]
    assert [(project.table, project.amount) for project in other.projects] == [(0, Decimal(50000)), (1, Decimal(7))]


# --- empty tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("note", ["注：本部门无项目支出，故本表为空表。", "本部门无此项支出，故本表为空表。"])
@pytest.mark.parametrize("rows", [[], ["合计\t\t\t\t\t\t"], ["合计\t—\t—\t—\t—\t\t"]])
def test_an_empty_table_keeps_its_note(rows: list[str], note: str) -> None:
    document = parse(*rows, "", note)
    assert [(table.empty, table.note) for table in document.tables] == [(True, note)]
    assert (document.projects, document.totals) == ([], [])


def test_instructions_of_the_blank_form_are_no_note() -> None:
    document = parse(f"甲\t5\t5\t\t\t{GOAL}", "", "填表说明：1.绩效指标应当细化、量化。（请在填报后删除本说明）")
    assert document.tables[0].note is None


def test_a_header_printed_again_in_another_order_reorders_the_columns() -> None:
    rows = ("项目名称,金额,财政拨款,其他资金", "灌区,30,20,10", "水库,5,5,", "项目名称,财政拨款,其他资金,金额", "堤防,8,1,9", "泵站,7,,7", "合计,40,11,51")
    document = parse_document("a.csv", "\n".join(["2031年项目支出表", "单位：元", *rows]).encode())
    assert [(project.name, project.amount, project.funding) for project in document.projects[2:]] == [
        ("堤防", Decimal(9), {"fiscal_appropriation": Decimal(8), "other": Decimal(1)}),
        ("泵站", Decimal(7), {"fiscal_appropriation": Decimal(7), "other": None}),
    ]
    assert [total.amount for total in document.totals] == [Decimal(51)]


def test_a_row_below_a_header_in_another_order_is_not_read_where_columns_are_not_marked() -> None:
    rows = ("项目名称\t金额\t财政拨款\t其他资金", "灌区\t30\t20\t10", "水库\t5\t4\t1", "项目名称\t财政拨款\t其他资金\t金额", "堤防\t8\t1\t9")
    document = parse_document("a.txt", "\n".join(["2031年项目支出表", "单位：元", *rows]).encode())
    assert [bool(project.shift) for project in document.projects] == [False, False, True]
