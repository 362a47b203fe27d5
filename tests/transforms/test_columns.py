"""What headers claim, which rows are none of the table's, and cells that several rows share."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.checks import check
from transforms.parse import parse_document
from transforms.records import ParsedDocument

TOP = "2024年项目支出绩效目标表\n部门名称：云山市教育局\n单位：万元\n\n"
HEADER = "项目名称\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"
GOAL = "落实目标。\t产出指标：次数，年度指标值：≥5次。"
GOAL_CELLS = tuple(GOAL.split("\t"))
NOTE = "本部门无此项支出"


def parse(*rows: str, header: str = HEADER, top: str = TOP) -> ParsedDocument:
    """A tab-separated document of these rows."""
    document = parse_document("a.txt", (top + header + "\n" + "\n".join(rows) + "\n").encode())
    assert document.errors == []
    return document


def parse_html(*rows: tuple[str, ...]) -> ParsedDocument:
    """A page with a table of these rows; a cell is its text, or `<td …>text` where it is merged."""
    body = "".join(f"<tr>{''.join(cell if cell.startswith('<td') else f'<td>{cell}' for cell in row)}</tr>" for row in rows)
    page = f"<html><body><h2>2024年项目支出绩效目标表</h2><p>单位：万元</p><table>{body}</table></body></html>"
    document = parse_document("a.html", page.encode())
    assert document.errors == []
    return document


def amounts(document: ParsedDocument) -> dict[str, Decimal | None]:
    """The projects' totals in yuan."""
    return {project.name: project.amount for project in document.projects}


def quarantined(document: ParsedDocument) -> dict[str, str]:
    """The rows that must not be believed, and the rule that says so."""
    return {outcome.label: outcome.rule for outcome in check(document) if outcome.status == "fail" and not outcome.is_certain}


# --- units of columns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "column", "yuan"), [("万元", "补助标准（元）", Decimal(100000)), ("元", "受益人口（万）", Decimal(10)), ("元", "人数（万）", Decimal(10))]
)
def test_a_unit_in_the_header_of_another_column_says_nothing_about_the_amounts(unit: str, column: str, yuan: Decimal) -> None:
    document = parse(f"甲\t10\t10\t500\t{GOAL}", header=f"项目名称\t总计\t财政拨款\t{column}\t绩效目标\t绩效指标", top=f"单位：{unit}\n")
    assert (document.tables[0].unit, amounts(document)) == (unit, {"甲": yuan})


def test_columns_that_state_different_units_are_read_each_in_its_own() -> None:
    document = parse(f"甲\t10\t100000\t{GOAL}", header="项目名称\t总计（万元）\t财政拨款（元）\t绩效目标\t绩效指标", top="")
    assert document.tables[0].unit is None
    assert (document.projects[0].amount, document.projects[0].funding) == (Decimal(100000), {"fiscal_appropriation": Decimal(100000)})


# --- several columns with one role ------------------------------------------------------------------------------------


def test_last_years_columns_are_not_this_years() -> None:
    document = parse_html(
        ("<td rowspan=2>项目名称", "<td colspan=2>上年预算", "<td colspan=2>本年预算", "<td rowspan=2>绩效目标", "<td rowspan=2>绩效指标"),
        ("总计", "财政拨款", "总计", "财政拨款"),
        ("甲", "10", "10", "12", "12", *GOAL_CELLS),
    )
    assert amounts(document) == {"甲": Decimal(120000)}
    assert document.projects[0].funding == {"fiscal_appropriation": Decimal(120000)}
    assert document.tables[0].unknown_columns == ()


@pytest.mark.parametrize("columns", ["项目总额\t本年预算数", "项目总额\t年度预算数", "总计\t本年预算"])
def test_the_years_amount_goes_before_that_of_the_whole_project(columns: str) -> None:
    document = parse(f"甲\t100\t12\t{GOAL}", header=f"项目名称\t{columns}\t绩效目标\t绩效指标")
    assert amounts(document) == {"甲": Decimal(120000)}


def test_sources_of_the_carry_over_are_not_the_years() -> None:
    document = parse_html(
        (
            "<td rowspan=2>项目名称", "<td rowspan=2>总计", "<td colspan=2>上年结转", "<td colspan=2>本年预算",
            "<td rowspan=2>绩效目标", "<td rowspan=2>绩效指标",
        ),
        ("财政拨款", "其他资金", "财政拨款", "其他资金"),
        ("甲", "10", "1", "2", "3", "4", *GOAL_CELLS),
    )  # fmt: skip
    assert document.projects[0].funding == {"fiscal_appropriation": Decimal(30000), "other": Decimal(40000)}
    assert document.tables[0].unknown_columns == ("上年结转/财政拨款", "上年结转/其他资金")


def test_two_columns_with_the_same_claim_are_believed_where_they_agree() -> None:
    document = parse(f"甲\t100\t12\t{GOAL}", f"乙\t10\t10.00\t{GOAL}", header="项目名称\t总计\t资金总额\t绩效目标\t绩效指标")
    assert amounts(document) == {"甲": None, "乙": Decimal(100000)}
    assert quarantined(document) == {"甲": "unreadable-amount"}
    assert document.projects[0].amount_text["total"] == "100｜12"


def test_rows_longer_than_a_header_that_lost_a_separator_are_not_believed() -> None:
    rows = ("合计\t30\t30\t\t\t\t", f"甲\t10\t10\t\t\t{GOAL}", f"乙\t20\t20\t\t\t{GOAL}")
    document = parse(*rows, header="项目名称\t总计财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标")
    assert quarantined(document) == {"甲": "column-shift", "乙": "column-shift", "合计": "column-shift"}


# --- rows that are none of the table's --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers", ["甲\t1\t2\t3\t4\t乙\t丙", "栏次\t1=2+3+4\t2\t3\t4\t5\t6", "栏次\t2+3+4\t2\t3\t4\t5\t6", "A\tB\tC\tD\tE\tF\tG", "\t1\t2\t3\t4\t5\t6"]
)
def test_numbers_and_letters_of_columns_are_no_project(numbers: str) -> None:
    assert amounts(parse(numbers, f"甲\t1\t1\t\t\t{GOAL}")) == {"甲": Decimal(10000)}


@pytest.mark.parametrize("line", ["— 2 —", "第2页 共3页", "第 2 页", "2", "2024年项目支出绩效目标表", "2024年项目支出绩效目标表（续表）"])
def test_page_numbers_and_repeated_titles_are_no_project(line: str) -> None:
    document = parse("合计\t30\t30\t\t\t\t", f"甲\t10\t10\t\t\t{GOAL}", line, f"乙\t20\t20\t\t\t{GOAL}")
    assert amounts(document) == {"甲": Decimal(100000), "乙": Decimal(200000)}


def test_an_amount_without_a_name_is_not_dropped_as_a_page_number() -> None:
    document = parse_html(("项目名称", "总计", "绩效目标", "绩效指标"), ("甲", "10", *GOAL_CELLS), ("", "20", "", ""))
    assert amounts(document) == {"甲": Decimal(100000), "": Decimal(200000)}
    assert "" in quarantined(document)


def test_indicators_that_go_on_in_a_line_of_their_own_go_back_to_their_project() -> None:
    document = parse(f"甲\t10\t10\t\t\t{GOAL}", "效益指标：满意率，年度指标值：100%。", f"乙\t20\t20\t\t\t{GOAL}")
    assert [len(project.indicators) for project in document.projects] == [2, 1]
    assert quarantined(document) == {}


@pytest.mark.parametrize("rows", [(f"{NOTE}\t\t\t\t\t\t",), ("合计\t\t\t\t\t\t", f"{NOTE}\t\t\t\t\t\t"), (f"{NOTE}\t\t\t\t\t\t", "合计\t\t\t\t\t\t")])
def test_words_in_a_row_that_nothing_is_to_be_published_are_the_note_of_an_empty_table(rows: tuple[str, ...]) -> None:
    document = parse(*rows)
    assert [(table.empty, table.note) for table in document.tables] == [(True, NOTE)]
    assert (document.projects, document.totals) == ([], [])


def test_a_note_that_the_filled_table_contradicts_is_kept_beside_the_rows() -> None:
    document = parse(f"{NOTE}\t\t\t\t\t\t", f"甲\t10\t10\t\t\t{GOAL}")
    assert [(table.empty, table.note) for table in document.tables] == [(False, NOTE)]
    assert amounts(document) == {"甲": Decimal(100000)}


# --- labels of totals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", [("<td colspan=2>合计",), ("合计", ""), ("", "合计")])
@pytest.mark.parametrize("column", ["序号", "单位名称"])
def test_the_label_of_a_total_may_stand_in_any_of_the_columns_of_labels(column: str, label: tuple[str, ...]) -> None:
    header = (column, "项目名称", "总计", "财政拨款", "绩效目标", "绩效指标")
    document = parse_html(header, (*label, "30", "30", "", ""), ("1", "甲", "30", "30", *GOAL_CELLS))
    assert [(total.label, total.members, total.shift) for total in document.totals] == [("合计", (0,), None)]
    assert amounts(document) == {"甲": Decimal(300000)}


def test_a_row_without_the_name_of_its_project_is_not_believed() -> None:
    header = ("资金使用单位", "项目名称", "总计", "财政拨款", "绩效目标", "绩效指标")
    document = parse_html(header, ("云山小学", "", "30", "30", *GOAL_CELLS))
    assert [project.name for project in document.projects] == [""]
    assert quarantined(document) == {"（云山小学）": "column-shift"}


@pytest.mark.parametrize("total", ["合计\t\t30\t30\t\t\t", "合计\t\t30\t30", "合计\t30\t30", "\t合计\t30\t30"])
@pytest.mark.parametrize("project", [f"\t甲\t30\t30\t\t{GOAL}", f"甲\t30\t30\t\t{GOAL}"])
def test_labels_of_rows_that_lost_blanks_go_to_the_name(total: str, project: str) -> None:
    document = parse(total, project, header="单位名称\t项目名称\t总计\t财政拨款\t其他资金\t绩效目标\t绩效指标")
    assert [(row.label, row.amount, row.funding["fiscal_appropriation"]) for row in document.totals] == [
        ("合计", Decimal(300000), Decimal(300000))
    ]
    assert amounts(document) == {"甲": Decimal(300000)}
    assert quarantined(document) == {}


# --- rows that end in an amount ---------------------------------------------------------------------------------------


def test_a_total_that_ends_in_an_amount_is_read_as_its_projects_bear_out() -> None:
    document = parse("合计\t30\t20\t10", f"甲\t10\t10\t\t\t{GOAL}", f"乙\t20\t10\t\t10\t{GOAL}")
    (total,) = document.totals
    assert total.funding == {"fiscal_appropriation": Decimal(200000), "special_account": None, "other": Decimal(100000)}
    assert total.shift is not None
    assert total.shift.is_certain


def test_a_wrong_total_stripped_of_blanks_is_still_told() -> None:
    document = parse("合计\t99\t99", f"甲\t10\t10\t\t\t{GOAL}")
    assert document.totals[0].shift is None
    assert "total-ties-to-projects" in {outcome.rule for outcome in check(document) if outcome.status == "fail"}


def test_a_row_that_ends_in_an_amount_stays_uncertain_where_several_columns_can_hold_it() -> None:
    document = parse("合计\t30\t20\t10", f"甲\t11\t10\t1\t\t{GOAL}", f"乙\t20\t10\t\t10\t{GOAL}")
    assert quarantined(document) == {"合计": "column-shift"}
    assert quarantined(parse("设备购置\t20\t20", f"甲\t1\t1\t\t\t{GOAL}")) == {"设备购置": "column-shift"}


def test_a_total_is_borne_out_by_rows_that_their_own_subtotals_settle() -> None:
    names = [f"{unit}号{place}" for unit in range(1, 5) for place in range(20)]
    schools = [f"第{unit}小学\t20\t20\t\t\t\t" for unit in range(1, 5)]
    rows = [row for unit in range(4) for row in (schools[unit], *(f"项目{name}\t1\t1\t\t{GOAL}" for name in names[unit * 20 : unit * 20 + 20]))]
    assert quarantined(parse("合计\t80\t80", *rows)) == {}


# --- cells merged over rows -------------------------------------------------------------------------------------------

MERGED = ("项目名称", "资金使用单位", "总计", "财政拨款", "绩效目标", "绩效指标")


def test_unit_goal_and_indicators_hold_for_all_rows_that_they_span() -> None:
    goal, indicators = (f"<td rowspan=2>{text}" for text in GOAL_CELLS)
    document = parse_html(
        MERGED, ("合计", "", "30", "30", "", ""), ("甲", "<td rowspan=2>云山小学", "10", "10", goal, indicators), ("乙", "20", "20")
    )
    assert [(p.unit_name, p.goal, len(p.indicators)) for p in document.projects] == [("云山小学", GOAL_CELLS[0], 1)] * 2
    assert amounts(document) == {"甲": Decimal(100000), "乙": Decimal(200000)}


def test_an_amount_that_several_projects_share_is_not_believed() -> None:
    document = parse_html(
        MERGED, ("合计", "", "30", "30", "", ""), ("甲", "云山小学", "<td rowspan=2>30", "10", *GOAL_CELLS), ("乙", "云山小学", "20", *GOAL_CELLS)
    )
    assert amounts(document) == {"甲": None, "乙": None}
    assert [project.amount_text["total"] for project in document.projects] == ["30", "30"]
    assert quarantined(document) == {"甲（云山小学）": "unreadable-amount", "乙（云山小学）": "unreadable-amount"}


def test_rows_below_a_merged_name_belong_to_its_project() -> None:
    first = tuple(f"<td rowspan=2>{text}" for text in ("甲", "云山小学", "30", "30", "落实目标。"))
    document = parse_html(MERGED, (*first, "产出指标：次数，年度指标值：≥5次。"), ("效益指标：满意率，年度指标值：100%。",))
    assert amounts(document) == {"甲": Decimal(300000)}
    assert [indicator.level1 for indicator in document.projects[0].indicators] == ["产出指标", "效益指标"]
    assert quarantined(document) == {}


def test_a_project_with_amounts_in_several_rows_is_not_believed() -> None:
    document = parse_html(
        MERGED, ("<td rowspan=2>甲", "云山小学", "10", "10", *GOAL_CELLS), ("云山小学", "5", "5", "", ""), ("乙", "云山小学", "1", "1", *GOAL_CELLS)
    )
    assert quarantined(document) == {"甲（云山小学）": "column-shift", "（云山小学）": "column-shift"}


# --- units above projects ---------------------------------------------------------------------------------------------


def test_the_nearest_unit_above_a_project_is_its_unit() -> None:
    heading, total = "云山市图书馆\t\t\t\t\t\t", "云山小学\t50\t50\t\t\t\t"
    grand = "合计\t60\t60\t\t\t\t"
    first, others = f"甲\t10\t10\t\t\t{GOAL}", (f"乙\t20\t20\t\t\t{GOAL}", f"丙\t30\t30\t\t\t{GOAL}")
    assert [project.unit_name for project in parse(grand, heading, first, total, *others).projects] == ["云山市图书馆", "云山小学", "云山小学"]
    assert [project.unit_name for project in parse(grand, total, *others, heading, first).projects] == ["云山小学", "云山小学", "云山市图书馆"]


def test_a_subtotal_ends_the_unit_above_it() -> None:
    document = parse(
        "合计\t30\t30\t\t\t\t", "云山市图书馆\t\t\t\t\t\t", f"甲\t10\t10\t\t\t{GOAL}", "小计\t10\t10\t\t\t\t", f"乙\t20\t20\t\t\t{GOAL}"
    )
    assert [project.unit_name for project in document.projects] == ["云山市图书馆", None]


@pytest.mark.parametrize(("columns", "yuan"), [("年初预算数\t执行数", 10), ("年初预算数\t全年预算数", 12), ("年初预算数（元）\t全年执行数", 10)])
def test_the_budget_as_first_set_is_the_amount_where_no_other_is_published(columns: str, yuan: int) -> None:
    document = parse(f"甲\t10\t12\t{GOAL}", header=f"项目名称\t{columns}\t绩效目标\t绩效指标", top=TOP.replace("万元", "元"))
    assert amounts(document) == {"甲": Decimal(yuan)}


@pytest.mark.parametrize("total", ["金额合计", "年度资金总额", "项目总金额", "年度预算资金总额（元）"])
def test_a_total_is_called_in_a_table_what_it_is_called_in_a_form(total: str) -> None:
    document = parse(f"甲\t5\t5\t\t\t{GOAL}", header=HEADER.replace("总计", total), top=TOP.replace("万元", "元"))
    assert amounts(document) == {"甲": Decimal(5)}
