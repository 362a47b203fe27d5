from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import document, project, table, total

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.total_ties_to_projects import check
from transforms.records import ColumnShift, ParseError, Project


def judge(total_row: str, rows: Sequence[str | Project], unit: str = "万元") -> Outcome:
    projects = [row if isinstance(row, Project) else project(row, unit=unit) for row in rows]
    [outcome] = check(document(projects, [total(total_row, range(len(rows)), unit=unit)], [table(unit=unit)]))
    return outcome


def test_a_total_of_its_projects_passes() -> None:
    outcome = judge("合计|37.00|37.00|0.00|", ["人大会议经费|33.00|33.00|0.00|", "专家咨询、聘任活动费用|4.00|4.00|0.00|"])
    assert outcome.status == "pass"


def test_a_total_off_by_a_row_fails_in_every_wrong_column() -> None:
    outcome = judge("合计|46.00|46.00|0.00|", ["人大会议经费|33.00|33.00|0.00|", "专家咨询、聘任活动费用|4.00|4.00|0.00|"])
    assert (outcome.status, outcome.is_certain) == ("fail", True)
    assert (outcome.expected, outcome.actual, outcome.difference) == ("460000.00", "370000.00", "90000.00")
    assert message(outcome, "zh") == (
        "“合计”与所含 2 个项目之和不符：总计公布数 460,000.00 元，各项目之和 370,000.00 元，差额 +90,000.00 元；"
        "财政拨款公布数 460,000.00 元，各项目之和 370,000.00 元，差额 +90,000.00 元。已按公布数入库。"
    )


def test_a_wrong_funding_column_fails_although_the_total_ties() -> None:
    outcome = judge("合计|37.00|33.00||4.00", ["人大会议经费|33.00|33.00||0.00", "专家咨询、聘任活动费用|4.00|4.00||0.00"])
    assert outcome.status == "fail"
    assert [detail["column"] for detail in outcome.details] == ["fiscal_appropriation", "other"]


@pytest.mark.parametrize(
    ("total_row", "rows", "column", "expected", "actual"),
    [
        ("合计|38.00|33.00||5.00", ["人大会议经费|38.00|33.00|5.00|"], "special_account", "0.00", "50000.00"),
        ("合计|30.00|30.00||5.00", ["人大会议经费|20.00|20.00||", "人大代表活动经费|10.00|10.00||"], "other", "50000.00", "0.00"),
        ("合计|30.00||30.00|", ["人大会议经费|20.00|20.00||", "人大代表活动经费|10.00|10.00||"], "fiscal_appropriation", "0.00", "300000.00"),
        ("合计|30.00|20.00|10.00", ["人大会议经费|20.00|20.00||", "人大代表活动经费|10.00|||10.00"], "special_account", "100000.00", "0.00"),
    ],
)
def test_a_blank_source_beside_a_filled_one_is_no_money(
    total_row: str, rows: list[str], column: str, expected: str, actual: str
) -> None:
    outcome = judge(total_row, rows)
    assert outcome.status == "fail"
    assert (column, expected, actual) in [(part["column"], part["expected"], part["actual"]) for part in outcome.details]


@pytest.mark.parametrize(
    ("total_row", "rows"),
    [
        ("合计|30.00|20.00||10.00", ["人大会议经费|20.00|||", "人大代表活动经费|10.00|||"]),     # the projects state no sources
        ("合计|30.00|||", ["人大会议经费|20.00|10.00|10.00|", "人大代表活动经费|10.00|10.00||"]),   # the total states none
        ("合计|30.00|30.00|0.00|", ["人大会议经费|20.00|20.00||", "人大代表活动经费|10.00|10.00||0.00"]),
    ],
)
def test_sources_that_are_not_stated_are_not_missed(total_row: str, rows: list[str]) -> None:
    assert judge(total_row, rows).status == "pass"


@pytest.mark.parametrize(
    ("total_cells", "project_cells"),
    [("合计|30.00|30.00|20.00|10.00", "人大会议经费|30.00|30.00||"), ("合计|30.00|30.00||", "人大会议经费|30.00||20.00|10.00")],
)
def test_the_appropriation_and_its_parts_stand_for_each_other(total_cells: str, project_cells: str) -> None:
    sources = ("fiscal_appropriation", "general_budget", "government_fund")
    rows = [project(project_cells, sources=sources)]
    [outcome] = check(document(rows, [total(total_cells, [0], sources=sources)]))
    assert outcome.status == "pass"


def test_two_different_sums_of_the_same_projects_are_no_rounding() -> None:
    totals = [total("合计|33.00|||", [0]), total("总计|33.01|||", [0])]
    first, second = check(document([project("人大会议经费|33.00|||")], totals))
    assert (first.status, second.status) == ("pass", "fail")
    assert (second.expected, second.actual) == ("330100.00", "330000.00")


def test_sums_of_different_projects_in_one_table_may_differ() -> None:
    projects = [project("人大会议经费|33.00|||"), project("人大代表活动经费|4.00|||")]
    outcomes = check(document(projects, [total("合计|33.00|||", [0]), total("合计|4.01|||", [1])]))
    assert [outcome.status for outcome in outcomes] == ["pass", "pass"]


def test_an_unreadable_part_passes_where_the_others_give_the_total() -> None:
    assert judge("合计|33.00|||", ["人大会议经费|33.00|||", "编外人员薪酬|待定|||"]).status == "pass"


@pytest.mark.parametrize(
    ("total_row", "row", "reason"),
    [
        ("合计||||", "人大会议经费|33.00|||", "total-blank"),
        ("合计|见附件|||", "人大会议经费|33.00|||", "total-unread"),
        ("合计|33.00|||", "人大会议经费||||", "parts-blank"),
        ("合计|33.00|||", "人大会议经费|待定|||", "part-unread"),
    ],
)
def test_what_is_blank_or_unread_does_not_apply(total_row: str, row: str, reason: str) -> None:
    outcome = judge(total_row, [row])
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


def test_an_unreadable_part_that_may_be_the_difference_does_not_apply() -> None:
    assert judge("合计|40.00|||", ["人大会议经费|33.00|||", "编外人员薪酬|待定|||"]).status == "not_applicable"


def test_a_row_with_columns_in_doubt_is_an_unread_part() -> None:
    shift = ColumnShift(("编外人员薪酬", "7.00"), {"总计": "7.00"}, is_certain=False)
    outcome = judge("合计|40.00|||", ["人大会议经费|33.00|||", project("编外人员薪酬|7.00|||", shift=shift)])
    assert (outcome.status, outcome.reason) == ("not_applicable", "part-unread")


def test_a_total_of_unknown_rows_does_not_apply() -> None:
    [outcome] = check(document([project("人大会议经费|33.00|||")], [total("其中：续建|5.00|||", [])]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "members-unknown")


def test_a_document_read_in_part_does_not_apply() -> None:
    rows = [project("人大会议经费|33.00|||")]
    [outcome] = check(document(rows, [total("合计|40.00|||", [0])], errors=[ParseError("damaged-page", "page 3")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "document-incomplete")


@pytest.mark.parametrize(
    ("total_row", "rows", "unit", "status"),
    [
        ("合计|33.01|||", ["人大会议经费|33.00|||"], "万元", "pass"),     # 0.01 万元
        ("合计|33.02|||", ["人大会议经费|33.00|||"], "万元", "fail"),
        ("合计|330001|||", ["人大会议经费|330000|||"], "元", "pass"),     # 1 元
        ("合计|330002|||", ["人大会议经费|330000|||"], "元", "fail"),
        ("合计|33.000200|||", ["人大会议经费|33.012345|||"], "万元", "fail"),   # six places leave no slack beyond 0.01 万元
        ("合计|3.0100|||", ["人大会议经费|3.0000|||"], "亿元", "fail"),         # four places leave none of 1,000,000 元
        ("合计|3.2346|||", ["人大会议经费|3.2345|||"], "亿元", "pass"),         # the last place shown: 10,000 元
        ("合计|3.2347|||", ["人大会议经费|3.2345|||"], "亿元", "fail"),
        ("合计|3.01|||", ["人大会议经费|3|||"], "亿元", "pass"),               # two places are all that is shown
    ],
)
def test_rounding_is_no_error_and_more_is(total_row: str, rows: list[str], unit: str, status: str) -> None:
    assert judge(total_row, rows, unit).status == status


@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=3))
def test_few_rows_rounded_one_by_one_never_fail(yuan: list[int]) -> None:
    """Up to three rows and their sum, each rounded to 0.01 万元, are within the worst case of rounding."""
    def shown(amount: int) -> str:
        return str((Decimal(amount) / 10_000).quantize(Decimal("0.01")))

    assert judge(f"合计|{shown(sum(yuan))}|||", [f"项目{row}|{shown(amount)}|||" for row, amount in enumerate(yuan)]).status == "pass"


def test_a_small_row_left_out_of_a_long_table_is_found() -> None:
    """A hundred rows could be off by 0.5 万元 at the very worst; that would hide a project of 0.2 万元."""
    rows = [f"项目{number}|{number}.01|||" for number in range(1, 101)]
    stated = sum(Decimal(f"{number}.01") for number in range(1, 101))
    assert judge(f"合计|{stated + Decimal('0.10')}|||", rows).status == "pass"
    assert judge(f"合计|{stated + Decimal('0.20')}|||", rows).status == "fail"


def test_totals_over_each_other_that_are_off_by_the_same_are_no_doubt_about_the_structure() -> None:
    rows = [project("人大会议经费|33.00||33.00|0.00"), project("专家咨询、聘任活动费用|4.00|4.00||"), project("区人大代表培训经费|35.00|35.00||")]
    wholes = [total("合计|72.00|72.00||", (0, 1, 2)), total("人大机关|37.00|37.00||", (0, 1)), total("代表联络处|35.00|35.00||", (2,))]
    assert [outcome.status for outcome in check(document(rows, wholes))] == ["fail", "fail", "pass"]


def test_a_part_that_may_be_a_subtotal_itself_accuses_nobody() -> None:
    rows = [project("人大会议经费|33.00|33.00|0.00|"), project("机关服务中心|4.00|4.00|0.00||", indicators=())]
    read = document(rows, [total("合计|33.00|33.00|0.00|", (0, 1))])
    assert [(outcome.status, outcome.reason) for outcome in check(read)] == [("not_applicable", "part-may-be-total")]
    rows[1] = project("聘任活动费用|4.00|4.00|0.00|")
    assert [outcome.status for outcome in check(document(rows, read.totals))] == ["fail"]
