from __future__ import annotations

from collections.abc import Sequence

import pytest
from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.table_missing import check
from transforms.records import Line, ParseError, Place, Table

KINDS = {
    "部门收入总表": "income_summary", "部门支出总表": "expenditure_summary", "财政拨款收支总表": "fiscal_appropriation_summary",
    "一般公共预算支出表": "general_budget_expenditure", "政府性基金预算支出表": "government_fund_expenditure",
}
CONTENTS = [
    "目　录", "一、部门收支总表……………………4", "二、部门收入总表……5", "三、部门支出总表……6", "四、财政拨款收支总表 7", "五、一般公共预算支出表7",
    "六、政府性基金预算支出表8", "第二部分　情况说明",
]


def judge(*titles: str, contents: Sequence[str] = CONTENTS, others: Sequence[Table] = (), **fields: object) -> Outcome:
    tables = [budget(KINDS[title], "金额", ["|合计|1.00"], title=title) for title in titles]
    [outcome] = check(booklet(SUMMARY, *tables, *others, prose=contents, **fields))
    return outcome


def test_tables_that_are_all_there_pass() -> None:
    assert judge(*KINDS).status == "pass"


def test_a_table_that_the_contents_list_and_that_is_not_there_fails() -> None:
    outcome = judge(*list(KINDS)[:-1])
    assert (outcome.status, outcome.place.row) == ("fail", 7)
    assert message(outcome, "zh") == "文件“tianhe-rd-2023.txt”缺少《政府性基金预算支出表》：目录列有该表。"
    assert message(outcome, "en") == "tianhe-rd-2023.txt lacks 政府性基金预算支出表: its contents list it."


@pytest.mark.parametrize("contents", [
    ["附表1 部门收支总表", "附表2 部门收入总表", "附表3 部门支出总表", "附表4 财政拨款收支总表", "附表5 一般公共预算支出表", "附表6 政府性基金预算支出表"],
    ["五、部门预算表", "1. 2025年部门收支预算总表……2. 2025年部门收入预算总表……3．2025年部门支出预算总表……4. 2025年部门财政拨款收支预算总表",
     "5. 2025年部门一般公共预算支出预算表……6. 2025年部门政府性基金预算支出预算表……"],
    ["（一）部门收支总表", "（二）部门收入总表", "（三）部门支出总表", "（四）财政拨款收支总表", "（五）一般公共预算支出表", "（六）政府性基金预算支出表"],
])
def test_contents_are_numbered_in_any_way(contents: Sequence[str]) -> None:
    assert judge(*KINDS, contents=contents).status == "pass"
    assert judge(*list(KINDS)[:-1], contents=contents).status == "fail"


@pytest.mark.parametrize(("contents", "reason"), [
    ((), "nothing-listed"), (CONTENTS[:5], "nothing-listed"),
    (["本部门公开部门收支总表、部门收入总表和部门支出总表。"], "nothing-listed"),
    ([*CONTENTS, "政府性基金预算支出表"], "title-stands-alone"),
    ([*CONTENTS, "六、政府性基金预算支出表", "本部门没有政府性基金预算拨款安排的支出。"], "title-stands-alone"),
])
def test_it_is_asked_where_contents_promise_a_table_that_stands_nowhere(contents: Sequence[str], reason: str) -> None:
    outcome = judge(*list(KINDS)[:-1], contents=contents)
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


def test_tables_that_are_mostly_elsewhere_accuse_nobody() -> None:
    assert judge("部门收入总表", "部门支出总表").reason == "tables-elsewhere"


@pytest.mark.parametrize("doubt", [
    {"errors": [ParseError("damaged-page", "page 3", 3)]},
    {"others": [Table("unknown", "附表", "万元", lines=[Line(None, None, "甲", "金额", None, Place(1, 1))])]},
])
def test_where_something_was_not_understood_the_table_may_be_there(doubt: dict[str, object]) -> None:
    assert judge(*list(KINDS)[:-1], **doubt).reason == "read-in-part"


def test_lists_of_projects_are_often_files_of_their_own() -> None:
    contents = [*CONTENTS[:7], "七、项目支出表9", "八、项目支出绩效目标表10"]
    assert judge(*KINDS, contents=contents).status == "pass"
