from __future__ import annotations

import pytest
from published import booklet, budget, document, project

from expectations.messages import message
from expectations.rules.template_left_over import check
from transforms.grid import TextLine
from transforms.records import Indicator, Place


def test_filled_in_words_pass() -> None:
    rows = [project("人大会议经费|33.00|33.00||")]
    assert [outcome.status for outcome in check(document(rows, prose=[TextLine("第一部分 部门概况")]))] == ["pass"] * 3


@pytest.mark.parametrize("text", [
    "购置X光机1台", "注*：含上级补助", "网站www.xx.gov.cn、邮箱xxgk@xx.gov.cn", "3×5米展板", "X射线安检设备", "长×宽", "5G基站", "MAXX型", "六年级X项目",
])
def test_what_is_meant_so_passes(text: str) -> None:
    assert {outcome.status for outcome in check(document([project(f"{text}|33.00|33.00||")], prose=[TextLine(text)]))} == {"pass"}


@pytest.mark.parametrize("text", [
    "XX专项工作经费", "××路改造", "20XX年预算", "20**年", "待填写", "（此处填写项目概况）", "增加X万元", "种植数量(≥**株)", "某某单位", "共__人", "增长ＸＸ%",
])
def test_words_of_the_blank_form_fail(text: str) -> None:
    [_, table, of_project] = check(document([project(f"{text}|33.00|33.00||")]))
    assert (table.status, of_project.status) == ("pass", "fail")
    assert "留有模板文字" in message(of_project, "zh")


def test_goals_and_indicators_are_read_too() -> None:
    goal = project("人大会议经费|33.00|33.00|||完成XX项任务。")
    row = project("人大会议经费|33.00|33.00||")
    row.indicators = [Indicator("产出指标", None, "株数", ">=", None, None, "株", "≥17600株", "quantitative", "种植数量(≥**株) ≥17600株")]
    assert [outcome.status for outcome in check(document([goal, row]))] == ["not_applicable", "pass", "fail", "fail"]


def test_a_document_without_text_does_not_apply() -> None:
    [outcome] = check(document(tables=[]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-text")


def test_the_text_is_one_outcome_and_told_at_its_first_place() -> None:
    table = budget("government_fund_expenditure", "合计", [], note="注：XX局无此项支出")
    text, of_table = check(booklet(table, prose=["概况", "20XX年部门预算", "注：XX局无此项支出", "比上年增加XX万元"]))
    assert (text.status, text.place, len(text.details)) == ("fail", Place(page=3, row=2), 2)
    assert of_table.status == "fail"


def test_a_form_that_was_never_filled_in_is_told_in_short() -> None:
    [text, *_] = check(booklet(prose=[f"第{number}项XX" for number in range(100)]))
    assert len(text.details) == 5
