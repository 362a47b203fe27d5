from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from published import booklet, budget

from expectations.accounts import certain_name, codes_named, is_code
from expectations.checks import check as check_all
from expectations.checks import findings
from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.account_code_mismatch import check
from transforms.records import ParsedDocument

RIGHT = ("30201|办公费|1.00", "30205|水费|2.00", "30206|电费|3.00")


def basic(rows: Sequence[str], year: int | None = 2023, kind: str = "general_budget_basic_expenditure") -> ParsedDocument:
    return booklet(budget(kind, "合计", rows), fiscal_year=year)


def judged(rows: Sequence[str], year: int | None = 2023) -> list[tuple[str, str | None]]:
    return [(outcome.status, outcome.reason) for outcome in check(basic(rows, year))]


def only_failure(document: ParsedDocument) -> Outcome:
    [failure] = [outcome for outcome in check(document) if outcome.status == "fail"]
    return failure


def test_codes_with_their_own_names_pass() -> None:
    assert judged(RIGHT) == [("pass", None)] * 3


@pytest.mark.parametrize("row", ["30213|维修(护)费|1.00", "30213|维修（护）费|1.00", "30213|维 修（护）费|1.00", "2010306|政务公开审批|1.00"])
def test_the_way_a_name_is_written_does_not_matter(row: str) -> None:
    assert judged([*RIGHT, row])[-1] == ("pass", None)


def test_the_last_of_several_names_in_a_row_counts() -> None:
    assert judged(["30201|商品和服务支出/办公费|1.00"]) == [("pass", None)]


def test_the_name_of_a_sibling_fails() -> None:
    failure = only_failure(basic([*RIGHT, "30204|电费|32.00"]))
    assert "编码 30204 对应的科目是“手续费”，“电费”的编码是 30206" in message(failure, "zh")
    assert failure.place.row == 4


@pytest.mark.parametrize(("digits", "name", "code"), [("3012", "津贴补贴", "30102"), ("301013", "住房公积金", "30113"), ("71102", "绩效工资", "30107")])
def test_the_name_of_an_account_beside_digits_that_are_no_code_fails(digits: str, name: str, code: str) -> None:
    failure = only_failure(basic([*RIGHT, f"{digits}|{name}|2800.00"]))
    assert f"编码 {digits} 对应的科目是“（没有这个科目）”，“{name}”的编码是 {code}" in message(failure, "zh")


def test_a_name_of_many_codes_beside_digits_that_are_no_code_accuses_nobody() -> None:
    assert judged([*RIGHT, "105236|行政运行|1.00"])[-1] == ("not_applicable", "name-unknown")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("105236|云山市公路养护中心|1.00", "name-unknown"),    # a unit's code and name among accounts
        ("30204|零星开支|1.00", "name-unknown"),
        ("30204|津贴补贴|1.00", "name-unknown"),    # of another parent: the row may be a subtotal's
        ("30298|电费|1.00", "code-uncertain"),
        ("2010199|其他人大事务|1.00", "name-unknown"),
    ],
)
def test_what_is_not_beyond_doubt_does_not_apply(row: str, reason: str) -> None:
    assert judged([*RIGHT, row])[-1] == ("not_applicable", reason)


def test_a_table_of_which_most_codes_disagree_does_not_apply_and_makes_nothing_critical() -> None:
    moved = basic(["30201|印刷费|1.00", "30202|咨询费|2.00", "30203|手续费|3.00", "30204|水费|4.00", "30206|电费|5.00"])
    outcomes = check_all(moved)
    own = [outcome for outcome in outcomes if outcome.rule == "account-code-mismatch"]
    assert [(outcome.status, outcome.reason) for outcome in own] == [("not_applicable", "reading-in-doubt")] * 4 + [("pass", None)]
    assert findings(moved, outcomes) == []


def test_the_only_code_of_a_table_accuses_nobody() -> None:
    assert judged(["30204|电费|32.00"]) == [("not_applicable", "reading-in-doubt")]


def test_years_before_the_table_and_no_year_do_not_apply() -> None:
    rows = [*RIGHT, "30204|电费|32.00"]
    assert judged(rows, 2008)[-1] == ("not_applicable", "before-edition")
    assert judged(rows, None)[-1] == ("not_applicable", "year-not-stated")


def test_a_row_recognised_in_a_picture_accuses_nobody() -> None:
    scanned = basic([*RIGHT, "30204|电费|32.00"])
    for line in scanned.tables[0].lines:
        line.place = replace(line.place, confidence=0.99)
    assert [(outcome.status, outcome.reason) for outcome in check(scanned)][-1] == ("not_applicable", "recognised")


def test_the_same_wrong_code_in_a_second_table_is_told_once() -> None:
    tables = [
        budget(kind, "合计", [*RIGHT, "30204|电费|32.00"])
        for kind in ("general_budget_basic_expenditure", "fiscal_appropriation_basic_expenditure")
    ]
    outcomes = [outcome for outcome in check(booklet(*tables)) if outcome.status != "pass"]
    assert [(outcome.status, outcome.reason) for outcome in outcomes] == [("fail", None), ("not_applicable", "told-before")]


def test_a_code_that_was_used_again_is_what_it_was_called_in_its_year() -> None:
    assert certain_name("30311", 2017) == "住房公积金"
    assert certain_name("30311", 2024) == "代缴社会保险费"
    assert certain_name("30113", 2017) is None
    assert codes_named("住房公积金", 2024) == ["2210201", "30113"]
    assert judged([*RIGHT, "30311|住房公积金|1.00"], 2024)[-1] == ("pass", None)    # a name that it once had accuses nobody


@pytest.mark.parametrize(("digits", "expected"), [("201", True), ("2010101", True), ("30102", True), ("101020101", True), ("3012", False), ("71102", False), ("105236", False)])
def test_the_shape_of_a_code(digits: str, expected: bool) -> None:
    assert is_code(digits) is expected


def test_each_name_in_the_table_stands_there_once_and_has_a_grade() -> None:
    from expectations.accounts import _by_code
    accounts = [account for of_code in _by_code().values() for account in of_code]
    assert len({(account.code, account.name) for account in accounts}) == len(accounts) > 2000
    assert {account.grade for account in accounts} == set("ABCD")
    assert all(re.fullmatch(r"[23]\d\d(\d\d){0,2}", account.code) for account in accounts)
