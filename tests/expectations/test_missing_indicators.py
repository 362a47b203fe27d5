from __future__ import annotations

import pytest
from published import document, project, table

from expectations.messages import message
from expectations.rules.missing_indicators import check

OUTPUT = ("产出指标", "费用支付及时率")
BENEFIT = ("效益指标", "保障代表工作顺利开展")
SATISFACTION = ("满意度指标", "干部职工满意度")


def statuses(*indicators: tuple[str | None, str]) -> list[tuple[str, str | None]]:
    rows = [project("编外人员聘用经费|59.00|59.00||", indicators=indicators)]
    return [(outcome.status, outcome.reason) for outcome in check(document(rows))]


def test_output_and_benefit_pass() -> None:
    assert statuses(OUTPUT, BENEFIT) == [("pass", None)]


@pytest.mark.parametrize(
    ("indicators", "missing"),
    [
        ((), "没有公布任何绩效指标"),
        ((OUTPUT,), "没有公布效益指标"),
        ((OUTPUT, SATISFACTION), "没有公布效益指标"),
        ((BENEFIT,), "没有公布产出指标"),
        ((SATISFACTION,), "没有公布产出指标和效益指标"),
    ],
)
def test_money_without_output_or_benefit_fails(indicators: tuple[tuple[str, str], ...], missing: str) -> None:
    [outcome] = check(document([project("编外人员聘用经费|59.00|59.00||", indicators=indicators)]))
    assert outcome.status == "fail"
    assert missing in message(outcome, "zh")


def test_indicators_without_level_do_not_apply() -> None:
    assert statuses((None, "资源可用性"), OUTPUT) == [("not_applicable", "levels-unpublished")]


def test_a_project_without_money_does_not_apply() -> None:
    [outcome] = check(document([project("编外人员聘用经费|0.00|||", indicators=())]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-money")


def test_a_plain_project_table_does_not_apply() -> None:
    rows = [project("职工技能竞赛|23.00|23.00||||", indicators=())]
    [outcome] = check(document(rows, tables=[table(kind="project_expenditure")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "table-without-targets")
