"""What may be a header, a label and a value, by where cells stand and what they hold."""

from __future__ import annotations

import pytest

from tests.transforms.budget_grids import grid
from transforms.tables.matrix import matrix_of
from transforms.tables.sighting import blocks, pairs, repeated, row_table, table_below

GOAL = "对全部河道进行保洁，保持河面清洁。"
INDICATORS = "产出指标：1、保洁河道，年度指标值：≥86公里"
BLOCK = "层级|类目|考核什么|要达到\n产出指标|数量指标|保洁河道|≥86公里\n效益指标|社会效益指标|河面清洁|有效改善"


def test_a_table_with_goals_in_its_rows_is_one_of_projects() -> None:
    table = row_table(grid(f"业务名目|拟安排额|成效\n河道保洁|5.20|{GOAL}\n道路养护|6.30|{GOAL}"))
    assert table is not None
    assert [column.header.text for column in table.columns] == ["业务名目", "拟安排额", "成效"]
    assert [cell.text for cell in table.columns[0].cells] == ["河道保洁", "道路养护"]


@pytest.mark.parametrize(
    "picture",
    [
        "业务名目|拟安排额|说法\n河道保洁|5.20|甲乙\n道路养护|6.30|丙丁",    # nothing lists indicators or states a goal
        f"河道保洁|5.20|{GOAL}\n道路养护|6.30|{GOAL}",    # no header
        "业务名目|拟安排额|成效",    # nothing below
        f"项目名称|河道保洁\n年度目标|{GOAL}",    # a form
    ],
)
def test_what_is_no_table_of_projects(picture: str) -> None:
    assert row_table(grid(picture)) is None


def test_headers_above_are_kept_with_those_below_them() -> None:
    table = row_table(grid(f"业务名目|钱|<|考核\n^|总盘子|财政出资|^\n河道保洁|5|5|{INDICATORS}"))
    assert table is not None
    assert [(column.header.text, column.above) for column in table.columns] == [
        ("业务名目", ()), ("总盘子", ("钱",)), ("财政出资", ("钱",)), ("考核", ()),
    ]


def test_a_table_below_given_rows_is_taken_whatever_it_holds() -> None:
    table = table_below(grid("名目|数\n甲|1\n乙|2"), 1, 1)
    assert [[cell.text for cell in column.cells] for column in table.columns] == [["甲", "乙"], ["1", "2"]]


def test_a_table_of_indicators_stands_below_labels_of_any_words() -> None:
    (block,) = blocks(grid(f"项目名称|河道保洁||\n{BLOCK}"))
    assert (block.first_row, [column.header.text for column in block.columns]) == (2, ["层级", "类目", "考核什么", "要达到"])
    assert [cell.text for cell in block.columns[3].cells] == ["≥86公里", "有效改善"]


def test_each_form_of_a_sheet_has_its_table_of_indicators() -> None:
    form = f"项目名称|河道保洁||\n{BLOCK}"
    assert [block.first_row for block in blocks(grid(f"{form}\n{form}"))] == [2, 6]


def test_rows_without_levels_signs_or_targets_are_no_indicators() -> None:
    assert blocks(grid("甲|乙|丙\n河道|道路|社区")) == []


def test_what_most_forms_print_is_a_label_and_what_differs_beside_it_is_a_value() -> None:
    matrices = [
        matrix_of(grid(f"业务名目|{name}|花钱单位|云山市水务局\n年限|2024年|类目|{kind}"))
        for name, kind in (("河道保洁", "经常性"), ("道路养护", "一次性"), ("社区活动", "经常性"))
    ]
    found = repeated([(matrix, matrix.rows) for matrix in matrices])
    assert {"业务名目", "花钱单位", "类目", "年限"} <= found
    assert not found & {"河道保洁", "经常性", "一次性"}


def told(picture: str, known: set[str]) -> list[tuple[str, list[str]]]:
    """The labels of a form with their values."""
    matrix = matrix_of(grid(picture))
    return [(pair.label.text, [value.text for value in pair.values]) for pair in pairs(matrix, matrix.rows, known)]


def test_labels_and_values_stand_by_turns() -> None:
    assert told("业务名目|河道保洁|花钱单位|云山市水务局\n总盘子|5.20|财政出资|5.20", set()) == [
        ("业务名目", ["河道保洁"]), ("花钱单位", ["云山市水务局"]), ("总盘子", ["5.20"]), ("财政出资", ["5.20"]),
    ]


def test_a_blank_beside_a_label_is_its_value() -> None:
    assert told("总盘子|5.20|其余渠道|", {"总盘子", "其余渠道"}) == [("总盘子", ["5.20"]), ("其余渠道", [""])]


def test_labels_may_stand_above_their_values() -> None:
    assert told(f"三年盼头|年内盼头\n{GOAL}|{GOAL}", {"三年盼头", "年内盼头"}) == [("三年盼头", [GOAL]), ("年内盼头", [GOAL])]


def test_a_cell_in_front_of_several_rows_of_labels_groups_them() -> None:
    assert told("花费|总盘子|5.20\n^|财政出资|5.20", {"总盘子", "财政出资"}) == [("总盘子", ["5.20"]), ("财政出资", ["5.20"])]
