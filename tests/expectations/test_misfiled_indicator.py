from __future__ import annotations

import pytest
from published import document, project

from expectations.messages import message
from expectations.rules.misfiled_indicator import check

RIGHT = (("产出指标", "费用支付及时率"), ("产出指标", "验收合格率"), ("满意度指标", "代表满意度"))


def judged(*indicators: tuple[str | None, str]) -> list[tuple[str, str | None]]:
    return [(outcome.status, outcome.reason) for outcome in check(document([project("接待经费|9.00|9.00||", indicators=indicators)]))]


def test_indicators_under_their_own_level_pass() -> None:
    assert judged(*RIGHT) == [("pass", None)]


@pytest.mark.parametrize(
    ("level", "name", "own"),
    [
        ("效益指标", "费用支付合规率", "产出指标"),
        ("效益指标", "维护工作按时完成率", "产出指标"),
        ("满意度指标", "补贴发放及时率", "产出指标"),
        ("满意度指标", "物资采购成本", "成本指标"),
        ("满意度指标", "会议费用超支率", "成本指标"),
        ("产出指标", "参训学员满意度", "满意度指标"),
        ("成本指标", "服务对象满意度", "满意度指标"),
    ],
)
def test_indicators_under_another_level_fail(level: str, name: str, own: str) -> None:
    [outcome] = check(document([project("接待经费|9.00|9.00||", indicators=(*RIGHT, (level, name)))]))
    assert outcome.status == "fail"
    assert f"“{name}”列在“{level}”下，应属“{own}”" in message(outcome, "zh")


@pytest.mark.parametrize(
    ("level", "name"),
    [
        ("效益指标", "农产品抽检合格率"), ("效益指标", "群众满意度"), ("效益指标", "企业成本"), ("效益指标", "应急响应及时率"),
        ("效益指标", "公共财政支出增长率"), ("产出指标", "物资采购成本"), ("满意度指标", "投诉次数"), (None, "费用支付及时率"),
    ],
)
def test_names_that_may_stand_there_say_nothing(level: str | None, name: str) -> None:
    assert judged((level, name)) == [("not_applicable", "level-not-told")]


def test_a_table_in_which_most_stand_elsewhere_does_not_apply() -> None:
    misread = (("效益指标", "费用支付及时率"), ("效益指标", "验收合格率"), ("满意度指标", "代表满意度"))
    assert judged(*misread) == [("not_applicable", "reading-in-doubt")]
