from __future__ import annotations

import pytest
from published import document, project, table

from expectations.messages import message
from expectations.rules.missing_goal import check
from transforms.records import Assumption, ColumnShift, Doubt, DoubtReason, ParseError, Place, Table


def test_a_project_with_a_goal_passes() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00|||完成会议既定任务。")]))] == ["pass"]


@pytest.mark.parametrize("goal", ["", "无", "/", "——", "待定", "暂无。"])
def test_money_without_a_goal_fails(goal: str) -> None:
    [outcome] = check(document([project(f"历史档案数字化|20.00|20.00|0.00|0.00|{goal}", unit_name="云山市卫生健康委员会")]))
    assert outcome.status == "fail"
    assert message(outcome, "zh") == "“历史档案数字化（云山市卫生健康委员会）”安排了资金，但没有公布绩效目标。"


def test_an_amount_that_could_not_be_read_is_money() -> None:
    assert [outcome.status for outcome in check(document([project("历史档案数字化|待定||||")]))] == ["fail"]


@pytest.mark.parametrize("amount", ["", "0.00"])
def test_a_project_without_money_does_not_apply(amount: str) -> None:
    [outcome] = check(document([project(f"历史档案数字化|{amount}||||")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-money")


def test_a_plain_project_table_does_not_apply() -> None:
    rows = [project("职工技能竞赛|23.00|23.00||||", indicators=())]
    [outcome] = check(document(rows, tables=[table(kind="project_expenditure")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "table-without-targets")


def test_a_project_table_that_states_goals_is_asked() -> None:
    rows = [project("职工技能竞赛|23.00|23.00|||"), project("代表履职能力培训|90.10|90.10|||提升履职能力。")]
    assert [outcome.status for outcome in check(document(rows, tables=[table(kind="project_expenditure")]))] == ["fail", "pass"]


def test_a_document_read_in_part_does_not_apply() -> None:
    [outcome] = check(document([project("历史档案数字化|20.00||||")], errors=[ParseError("damaged-page", "page 3")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "document-incomplete")


def test_a_row_with_columns_in_doubt_does_not_apply() -> None:
    shift = ColumnShift(("历史档案数字化", "20.00"), {"总计": "20.00"}, is_certain=False)
    [outcome] = check(document([project("历史档案数字化|20.00||||", shift=shift)]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "columns-in-doubt")


def _unread(*texts: str, reason: DoubtReason = "unread") -> Table:
    return table(doubts=[Doubt(reason, "愿景", texts, len(texts), is_critical=True, is_believed=True, place=Place())])


LONG = "围绕全县重点产业开展职工技能培训，提升职工素质，促进就业。"


@pytest.mark.parametrize("text", [LONG, f"{LONG[:20]}{LONG[:20]}…", "办一届技能大赛"])
def test_a_goal_may_be_among_the_texts_that_nobody_understood(text: str) -> None:
    [outcome] = check(document([project("技能培训|20.00||||")], tables=[_unread("愿景", text)]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "targets-unread")


def test_a_goal_may_stand_under_a_word_that_was_taken_for_another_description() -> None:
    assumed = table(assumptions=[Assumption("愿景", "项目概况", "contents", "overview")])
    [outcome] = check(document([project("技能培训|20.00||||")], tables=[assumed]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "targets-unread")


def test_a_word_that_was_taken_for_a_remark_hides_no_goal() -> None:
    assumed = table(assumptions=[Assumption("正反向", "备注", "contents", "direction")])
    [outcome] = check(document([project("技能培训|20.00||||")], tables=[assumed]))
    assert outcome.status == "fail"


@pytest.mark.parametrize("doubted", [_unread("20.00", "15.50"), _unread("2024年12月31日"), _unread(LONG, reason="assumed")])
def test_numbers_and_dates_that_nobody_understood_are_no_goal(doubted: Table) -> None:
    assert [outcome.status for outcome in check(document([project("技能培训|20.00||||")], tables=[doubted]))] == ["fail"]


def test_short_texts_are_no_goal_where_the_table_has_goals_elsewhere() -> None:
    rows = [project("技能培训|20.00||||"), project("办公设备|20.00||||购置办公设备。")]
    assert [outcome.status for outcome in check(document(rows, tables=[_unread("张三", "李四")]))] == ["fail", "pass"]
