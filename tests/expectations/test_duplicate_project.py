from __future__ import annotations

from published import document, project, table

from expectations.messages import message
from expectations.rules.duplicate_project import check
from transforms.records import Place


def test_projects_of_different_names_pass() -> None:
    rows = [project("人大会议经费|33.00|33.00||"), project("区人大代表培训经费|35.00|35.00||")]
    assert [outcome.status for outcome in check(document(rows))] == ["pass", "pass"]


def test_the_second_of_two_rows_fails_and_names_the_first() -> None:
    rows = [
        project("信息系统安全等级测评|210.05|210.05|0.00|0.00", place=Place(row=17)),
        project("信息系统安全等级测评|105.025|105.025|0.00|0.00", place=Place(row=18)),
    ]
    first, second = check(document(rows))
    assert (first.status, second.status) == ("pass", "fail")
    assert second.place == Place(row=18)
    assert message(second, "zh") == "同一单位的项目“信息系统安全等级测评”重复出现，首次出现于第 17 行。两处均已按公布数入库。"
    assert first.label != second.label


def test_full_width_brackets_are_the_same_name() -> None:
    rows = [project("广州市天河区人大智慧云平台服务（23n）|6.00|||"), project("广州市天河区人大智慧云平台服务(23n)|6.00|||")]
    assert [outcome.status for outcome in check(document(rows))] == ["pass", "fail"]


def test_carried_over_money_beside_new_money_passes() -> None:
    rows = [project("区人大常委会机关日常办公经费|104.00|||"), project("区人大常委会机关日常办公经费（23n）|13.00|||")]
    assert [outcome.status for outcome in check(document(rows))] == ["pass", "pass"]


def test_the_same_project_of_two_units_passes() -> None:
    rows = [project("办公用房物业管理|33.00|||", unit_name=unit) for unit in ("海曲区教师发展中心", "海曲区潮平小学")]
    assert [outcome.status for outcome in check(document(rows))] == ["pass", "pass"]


def test_different_codes_are_different_projects() -> None:
    first, second = project("巡查经费|33.00|||"), project("巡查经费|33.00|||")
    first.code, second.code = "51092324T000010263357", "51092324T000010263358"
    assert [outcome.status for outcome in check(document([first, second]))] == ["pass", "pass"]


def test_a_project_table_lists_by_account_and_does_not_apply() -> None:
    rows = [project("职工技能竞赛|23.00|||"), project("职工技能竞赛|7.00|||")]
    outcomes = list(check(document(rows, tables=[table(kind="project_expenditure")])))
    assert {(outcome.status, outcome.reason) for outcome in outcomes} == {("not_applicable", "listed-by-account")}


def test_a_list_that_says_all_indicators_twice_fails() -> None:
    twice = [("产出指标", "巡查次数"), ("效益指标", "群众投诉处理情况")] * 2
    [outcome] = check(document([project("城市管理巡查|33.00|||", indicators=twice)]))
    assert message(outcome, "zh") == "全部绩效指标列示了两遍的项目“城市管理巡查”重复出现，首次出现于第 1 页第 4 行。两处均已按公布数入库。"


def test_two_indicators_of_one_name_are_no_second_list() -> None:
    [outcome] = check(document([project("城市管理巡查|33.00|||", indicators=[("产出指标", "巡查次数")] * 2)]))
    assert outcome.status == "pass"
