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


def test_a_blank_is_not_a_zero() -> None:
    assert judge("合计|33.00|33.00||", ["人大会议经费|33.00|33.00|5.00|"]).status == "pass"
    assert judge("合计|33.00|33.00|0.00|", ["人大会议经费|33.00|33.00|5.00|"]).status == "fail"
    assert judge("合计|33.00|33.00|5.00|", ["人大会议经费|33.00|33.00||"]).status == "pass"


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
