from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from published import document, project, table

from expectations.messages import message
from expectations.rules.copied_indicators import check
from transforms.records import Project

SET = (("产出指标", "日常巡查覆盖率"), ("产出指标", "故障处理及时率"), ("效益指标", "维护工作按时完成率"))
OTHER = project("人大会议经费|9.00|||", indicators=(("产出指标", "会议场次"), ("产出指标", "参会人数"), ("效益指标", "议案办结率")))


def named(name: str, goal: str | None = None, indicators: Sequence[tuple[str | None, str]] = SET, **fields: object) -> Project:
    return replace(project(f"{name}|9.00|9.00||", indicators=indicators, **fields), goal=goal or f"完成{name}。")


def judged(*projects: Project) -> list[tuple[str, str | None]]:
    return [(outcome.status, outcome.reason) for outcome in check(document([*projects, OTHER]))][: len(projects)]


def test_a_set_of_its_own_passes() -> None:
    assert judged(named("会议系统维保")) == [("pass", None)]


def test_the_same_set_in_unrelated_projects_is_told_once() -> None:
    projects = [named("会议系统维保"), named("公众号升级"), named("编外人员聘用经费"), named("会议音响系统租赁"), OTHER]
    outcomes = list(check(document(projects)))
    assert [(outcome.status, outcome.reason) for outcome in outcomes] == [
        ("fail", None), *[("not_applicable", "told-before")] * 3, ("pass", None),
    ]
    told = message(outcomes[0], "zh")
    assert "的 3 项绩效指标与另外 2 个不同的项目逐字相同" in told
    assert "公众号升级" in told
    assert "编外人员聘用经费" in told
    assert "音响" not in told    # it is a system of meetings as well


def test_the_order_of_indicators_does_not_matter() -> None:
    assert judged(named("会议系统维保"), named("公众号升级", indicators=SET[::-1]))[0] == ("fail", None)


@pytest.mark.parametrize(
    "names",
    [
        ("会议系统维保", "监督系统运维"), ("编外人员聘用经费", "编外人员聘用经费（23n）"), ("第一小学运转经费", "实验幼儿园运转经费"),
        ("会议系统维保", "监督系统运维平台", "智慧平台租赁"),    # by way of the second
    ],
)
def test_related_projects_may_share_a_set(names: Sequence[str]) -> None:
    assert set(judged(*map(named, names))) == {("pass", None)}


def test_the_name_of_the_body_relates_nothing() -> None:
    assert judged(named("天河区人大会议系统维保"), named("天河区人大公众号升级"))[0] == ("fail", None)


def test_one_changed_target_makes_another_set() -> None:
    changed = named("公众号升级")
    changed.indicators[0].text = "≥95%"
    assert judged(named("会议系统维保"), changed) == [("pass", None)] * 2


def test_few_indicators_may_be_the_same() -> None:
    assert set(judged(named("会议系统维保", indicators=SET[:2]), named("公众号升级", indicators=SET[:2]))) == {("not_applicable", "few-indicators")}


def test_a_goal_that_is_shared_as_well_may_be_one_cell_for_both() -> None:
    assert set(judged(named("会议系统维保", "保障运转。"), named("公众号升级", "保障运转。"))) == {("not_applicable", "shared-goal")}


def test_a_set_of_all_projects_of_a_table_may_be_one_cell_for_all() -> None:
    both = [named("会议系统维保"), named("公众号升级")]
    assert {outcome.reason for outcome in check(document(both))} == {"shared-by-all"}
    forms = [named("会议系统维保"), named("公众号升级", table=1)]    # a form has its own cells
    assert next(outcome.status for outcome in check(document(forms, tables=[table(), table()]))) == "fail"
