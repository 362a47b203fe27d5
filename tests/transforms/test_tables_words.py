from __future__ import annotations

import pytest

from transforms.names import spell_ordinals
from transforms.tables.words import comparable, plain, saying


def best(text: str) -> str | None:
    points = saying(text).points
    return max(points, key=lambda role: points[role]) if points else None


@pytest.mark.parametrize(("label", "role"), [
    ("拟实施项目名称", "project_name"), ("具体承办单位", "unit_name"), ("归口管理部门", "department"), ("预算总规模", "total"),
    ("市财政安排", "fiscal_appropriation"), ("财政出资", "fiscal_appropriation"), ("纳入专户管理的资金", "special_account"), ("其他途径资金", "other"),
    ("本年度工作目标", "goal"), ("绩效衡量指标", "indicators"), ("1级指标", "level1"), ("第2级指标", "level2"), ("应完成值", "target"),
    ("运算关系", "operator"), ("指标计量单位", "measure"), ("预算单位编号", "unit_code"),
])
def test_a_label_that_nobody_listed_is_told_by_its_pieces(label: str, role: str) -> None:
    assert best(label) == role


def test_a_label_of_unknown_pieces_says_nothing() -> None:
    assert saying("甲骊珑").points == {}
    assert saying("甲骊珑").known == 0


def test_money_of_the_whole_is_no_part_and_a_part_is_no_whole() -> None:
    assert saying("其中：资金").points["total"] < saying("资金").points["total"]


@pytest.mark.parametrize("label", ["单位、类别及项目名称", "单位（类别、项目）", "机构/类别/项目名称"])
def test_what_is_joined_is_meant_by_turns(label: str) -> None:
    said = saying(label)
    assert said.is_by_turns
    assert said.points["project_name"] >= 3


def test_brackets_that_join_nothing_only_describe() -> None:
    assert not saying("项目名称（承办单位）").is_by_turns


@pytest.mark.parametrize("label", ["其中：财政经费", "财政经费：", "（一）财政经费（万元）", "其中：1、财政经费", "2024年财政经费"])
def test_labels_of_forms_are_compared_without_what_makes_no_difference(label: str) -> None:
    assert comparable(label) == "财政经费"


@pytest.mark.parametrize(("text", "spelt"), [("1级指标", "一级指标"), ("第3级指标", "三级指标"), ("12级台风", "12级台风"), ("2019级", "2019级")])
def test_ordinals_of_levels_are_spelt(text: str, spelt: str) -> None:
    assert spell_ordinals(text) == spelt


def test_plain_keeps_the_words_alone() -> None:
    assert plain(" 2、本 年度\n预算（万元）：") == "本年度预算"
