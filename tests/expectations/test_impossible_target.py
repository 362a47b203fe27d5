from __future__ import annotations

import pytest
from published import document, project

from expectations.messages import message
from expectations.rules.impossible_target import check
from transforms.indicators import parse_indicator
from transforms.records import ParsedDocument, Place


def published(*indicators: tuple[str, str]) -> ParsedDocument:
    row = project("人大代表培训经费|9.00|9.00||", indicators=())
    row.indicators = [indicator for name, text in indicators for indicator in parse_indicator(name, text, levels=("产出指标", None))]
    return document([row])


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("验收合格率", "≥105%", "超过了全部"),
        ("学员满意度", "1000%", "超过了全部"),
        ("学员满意度", ">100%", "超过了全部"),
        ("补贴发放及时率", "100-120%", "超过了全部"),
        ("学员满意度", "≤90%", "越高越好的指标用了“≤”"),
        ("验收合格率", "不高于95%", "越高越好的指标用了“≤”"),
        ("学员满意度", "≥95次", "比率以个数计"), ("培训人数", "≥-30人", "数量为负"),
        ("培训人数", "-30人", "数量为负"),
        ("改造工程完工及时率", "及时率", "只是重复了指标名称"),
        ("保障机关正常运转", "保障机关正常运转", "只是重复了指标名称"),
        ("学员满意度", "≥%", "只有符号没有数值"),
        ("培训人数", "≥ 人", "只有符号没有数值"),
        ("培训人数", "≥", "只有符号没有数值"),
    ],
)
def test_what_cannot_be_or_says_nothing_fails(name: str, text: str, fault: str) -> None:
    [outcome] = check(published(("培训次数", "≥1次"), (name, text)))
    assert outcome.status == "fail"
    assert fault in message(outcome, "zh")
    assert len(outcome.details) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("验收合格率", "100%"), ("验收合格率", "≥100%"), ("学员满意度", "≥95分"), ("毛入学率", "≥105%"), ("床位使用率", "≥110%"),
        ("任务完成率", "120%"), ("产品不合格率", "≤5%"), ("群众不满意率", "≤3%"), ("著录差错率", "≤0.3%"), ("会议费用超支率", "≤0%"),
        ("合格率较上年提高幅度", "≥120%"), ("满意度提升率", "≤120%"), ("投诉人数增减", "-5人"), ("室外温度", "≥-10℃"), ("人均净增收", "-3个"),
        ("是否及时", "及时"), ("保障代表工作顺利开展", "有效保障"), ("走访点位", "30-45个"), ("培训人数", "1-5人"), ("杂草覆盖率", "≤10%"),
        ("学员满意度", "满意"), ("活动完成时间", "2022年12月31日前"), ("增值率", "-5%"),
    ],
)
def test_what_can_be_passes(name: str, text: str) -> None:
    assert [outcome.status for outcome in check(published((name, text)))] == ["pass"]


def test_a_name_without_a_target_does_not_repeat_itself() -> None:
    [indicator] = parse_indicator("", "保障机关正常运转", levels=("效益指标", None))
    found = document([project("日常办公经费|9.00|9.00||", indicators=())])
    found.projects[0].indicators = [indicator]
    assert (indicator.name, indicator.text) == ("保障机关正常运转", "保障机关正常运转")
    assert [outcome.status for outcome in check(found)] == ["pass"]


def test_a_project_without_indicators_and_a_picture_do_not_apply() -> None:
    scanned = published(("验收合格率", "≥105%"))
    scanned.projects[0].place = Place(1, 4, None, 0.9, 0.99)
    assert [outcome.reason for found in (published(), scanned) for outcome in check(found)] == ["no-indicators", "recognised"]
