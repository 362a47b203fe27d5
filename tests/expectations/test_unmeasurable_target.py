from __future__ import annotations

from dataclasses import replace

import pytest
from published import document, project, table

from expectations.messages import message
from expectations.rules.unmeasurable_target import check
from transforms.indicators import parse_indicator
from transforms.records import Doubt, Indicator, ParsedDocument, Place

COUNTED = ("聘用专家人次", "≥20")


def published(*indicators: tuple[str, str], level1: str | None = "产出指标", **fields: object) -> ParsedDocument:
    row = project("专家咨询费用|9.00|9.00||", indicators=(), **fields)
    row.indicators = [indicator for each in indicators for indicator in of(*each, level1=level1)]
    return document([row])


def of(name: str, text: str, level1: str | None = "产出指标") -> list[Indicator]:
    return parse_indicator(name, text, levels=(level1, None))


def judged(found: ParsedDocument) -> list[tuple[str, str | None]]:
    return [(outcome.status, outcome.reason) for outcome in check(found)]


def test_a_number_passes() -> None:
    assert judged(published(COUNTED)) == [("pass", None)]


@pytest.mark.parametrize("text", ["若干", "明显提升", "合理", "进一步增加", "视情况", "人"])
def test_a_quantity_without_a_number_fails(text: str) -> None:
    [outcome] = check(published(COUNTED, ("培训人数", text)))
    assert f"“培训人数”的指标值是“{text}”" in message(outcome, "zh")


def test_a_rate_without_a_number_fails() -> None:
    [outcome] = check(published(COUNTED, ("验收合格率", "合格")))
    assert outcome.status == "fail"


@pytest.mark.parametrize("text", ["三场", "全覆盖", "应保尽保", "不低于上年", "按合同约定", "每周一次", "零", "达到国家标准", "100%", "20-30人", "不适用", "/"])
def test_what_states_a_number_or_names_one_passes(text: str) -> None:
    assert judged(published(COUNTED, ("培训人数", text))) == [("pass", None)]


def test_a_number_that_stands_in_the_name_is_one() -> None:
    assert judged(published(COUNTED, ("开展10场以上培训的人数", "完成"))) == [("pass", None)]


@pytest.mark.parametrize("indicator", [("培训完成时间", "按时"), ("档案查询效率", "明显提升"), ("安全防护体系", "逐步完善"), ("保障服务完成及时性", "及时")])
def test_what_is_no_quantity_may_be_told_in_words(indicator: tuple[str, str]) -> None:
    assert judged(published(indicator)) == [("not_applicable", "no-quantity")]


def test_benefits_may_be_told_in_words() -> None:
    assert judged(published(("疫情发生面积", "明显减少"), level1="效益指标")) == [("not_applicable", "no-quantity")]


def test_a_table_in_which_most_quantities_have_no_number_does_not_apply() -> None:
    assert judged(published(COUNTED, ("培训人数", "若干"), ("发放册数", "充足"))) == [("not_applicable", "reading-in-doubt")]
    one, other = published(COUNTED, ("培训人数", "若干"), ("发放册数", "充足")), published(("巡查次数", "适量"), COUNTED, COUNTED, COUNTED, table=1)
    both = document([*one.projects, *other.projects], tables=[table(), table()])
    assert [status for status, _ in judged(both)] == ["not_applicable", "fail"]


def test_a_target_that_was_not_read_accuses_nobody() -> None:
    assert judged(published(COUNTED, ("培训人数", ""))) == [("pass", None)]
    doubted = published(COUNTED, ("培训人数", "若干"))
    doubted.tables[0].doubts.append(Doubt("unread", "指标口径", ("30人",), 1, True, True, Place(1, 4)))
    assert judged(doubted) == [("not_applicable", "reading-in-doubt")]


def test_a_picture_does_not_apply() -> None:
    scanned = published(COUNTED, ("培训人数", "若干"))
    scanned.projects[0].place = replace(Place(1, 4), confidence=0.9)
    assert judged(scanned) == [("not_applicable", "recognised")]
