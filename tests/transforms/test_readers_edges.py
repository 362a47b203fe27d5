"""Title, unit and note rows are told from the rows of the table that holds them."""

from __future__ import annotations

import pytest

from transforms.grid import Cell, Grid, TextLine
from transforms.readers import edges

WIDTH = 3


def split(*rows: str) -> list[str]:
    """Each row as `a|b|c`, a merged one as `=a`; back come lines of text as `"a"` and the rows of tables as they went in."""
    cells = []
    for number, row in enumerate(rows, start=1):
        if row.startswith("="):
            cells.append(Cell(row[1:], number, 1, column_span=WIDTH))
        else:
            cells.extend(Cell(text, number, column) for column, text in enumerate(row.split("|"), start=1))
    found = []
    for block in edges.split(Grid(tuple(cells))):
        if isinstance(block, TextLine):
            found.append(f'"{block.text}"')
        else:
            found.extend(["table:", *("|".join(cell.text for cell in row) for row in block.rows())])
    return found


HEADER, ROW = "项目|上年|本年", "会议费|1|2"


@pytest.mark.parametrize(
    "row",
    [
        "=2024年部门预算表", "收支总表||", "||单位：万元", "|公开01表|", "部门：某局||单位：万元", "部门：某局|2024-01-05|单位：元",
        "某局||（金额单位：元）",
    ],
)
def test_rows_above_the_header_are_text(row: str) -> None:
    assert split(row, HEADER, ROW) == [*(f'"{text}"' for text in row.lstrip("=").split("|") if text), "table:", HEADER, ROW]


@pytest.mark.parametrize("row", ["项目名称|甲|", "项目名称：|甲|乙", "收入||支出", "“三公”经费|2023年|2024年"])
def test_the_first_row_with_two_texts_that_state_nothing_begins_the_table(row: str) -> None:
    assert split("=标题", row, ROW) == ['"标题"', "table:", row, ROW]


@pytest.mark.parametrize(
    "row",
    ["=注：本部门无此项支出，故本表为空表", "说明：含结转||", "本表为空||", "=共二页", "数据四舍五入。||", "制表人：甲||日期：2024年1月"],
)
def test_notes_below_the_last_row_are_text(row: str) -> None:
    assert split(HEADER, ROW, row)[:4] == ["table:", HEADER, ROW, f'"{row.lstrip("=").split("|")[0]}"']


def test_a_sentence_in_a_later_column_goes_on_with_the_cell_above() -> None:
    assert split(HEADER, ROW, "||完成既定任务。") == ["table:", HEADER, ROW, "||完成既定任务。"]


@pytest.mark.parametrize("row", ["|目标：完成任务|产出指标：1、培训，≥20；2、检查，≥3。", "：|；：|"])
def test_goals_indicators_and_marks_are_no_statements(row: str) -> None:
    assert split(HEADER, ROW, row) == ["table:", HEADER, ROW, row]


def test_what_follows_a_note_is_part_of_it() -> None:
    assert split(HEADER, ROW, "注：1.含结转||", "2.四舍五入||") == ["table:", HEADER, ROW, '"注：1.含结转"', '"2.四舍五入"']


@pytest.mark.parametrize("row", ["其他支出||", "其中：公务接待费||", "|5|", "合计||"])
def test_a_last_row_with_one_text_is_a_row_of_the_table(row: str) -> None:
    assert split(HEADER, ROW, row) == ["table:", HEADER, ROW, row]


def test_a_row_with_one_text_between_rows_is_a_row_of_the_table() -> None:
    assert split(HEADER, "=基本支出", ROW, "其他||", ROW) == ["table:", HEADER, "基本支出", ROW, "其他||", ROW]


def test_blank_rows_do_not_end_a_table() -> None:
    assert split(HEADER, "||", ROW, "||", "=第1页", "||", ROW) == ["table:", HEADER, ROW, "第1页", ROW]


@pytest.mark.parametrize("gap", [("||", "=表二"), ("=表二", "||单位：元"), ("注：无||", "=表二")])
def test_a_heading_and_a_header_after_a_gap_begin_a_table(gap: tuple[str, ...]) -> None:
    assert split(HEADER, ROW, *gap, "科目|名称|金额", "201|甲|5").count("table:") == 2


def test_a_band_between_rows_of_a_form_does_not_end_it() -> None:
    form = ["项目名称|甲|乙", "绩效目标||", "一级|二级|三级", "产出|数量|≥5人"]
    assert split(*form) == ["table:", *form]


def test_a_header_merged_across_the_table_is_a_row_of_it() -> None:
    assert split("=2024年预算数", HEADER, ROW) == ["table:", "2024年预算数", HEADER, ROW]


def test_text_alone_is_lines_and_no_table() -> None:
    assert split("=目录", "||", "一、收支总表||") == ['"目录"', '"一、收支总表"']
    assert split() == []


def test_a_stray_cell_far_to_the_right_adds_one_column() -> None:
    header = [Cell("项目", 1, 1), Cell("总计", 1, 2), *(Cell("", 1, column) for column in range(3, 16_384)), Cell("备注", 1, 16_384)]
    body = [Cell("会议费", 2, 1), Cell("5", 2, 2), *(Cell("", 2, column) for column in range(3, 16_385))]
    (grid,) = edges.split(Grid((*header, *body)))
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.row, cell.column) for cell in grid.cells] == [
        ("项目", 1, 1), ("总计", 1, 2), ("备注", 1, 3), ("会议费", 2, 1), ("5", 2, 2), ("", 2, 3),
    ]


@pytest.mark.parametrize("stray", ["|||||0", "|||x"])
def test_a_stray_cell_beside_the_columns_below_the_last_row_is_text(stray: str) -> None:
    assert split(HEADER, ROW, stray) == ["table:", HEADER, ROW, f'"{stray.lstrip("|")}"']


def test_tables_beside_each_other_with_titles_of_their_own_come_one_after_the_other() -> None:
    assert split("收入总表||||支出总表||", "||||单位：元||", "来源|金额|||科目|合计|基本", "拨款|5|||教育|3|2", "合计|5|||合计|3|2") == [
        '"收入总表"', "table:", "来源|金额", "拨款|5", "合计|5",
        '"支出总表"', '"单位：元"', "table:", "科目|合计|基本", "教育|3|2", "合计|3|2",
    ]


@pytest.mark.parametrize("title", ["收支总表|||||", "收入||||支出|", "收入总表||支出总表||||"])
def test_two_sides_of_one_table_stay_together(title: str) -> None:
    rows = "项目|金额|||项目|金额", "拨款|5|||教育|5"
    assert split(title, *rows)[-2:] == list(rows)


@pytest.mark.parametrize("line", ["政府采购预算表||", "项目支出绩效目标表（2024年度）||", "编制单位：某局　　　单位：万元||", "单位：元||"])
@pytest.mark.parametrize("header", [HEADER, "收入||支出", "项目||"])
def test_a_title_or_unit_line_above_a_header_begins_another_table(line: str, header: str) -> None:
    is_header = header != "项目||"    # one text alone heads nothing
    between = [f'"{line.rstrip("|")}"', "table:"] if is_header else [line]
    assert split(HEADER, ROW, line, header, ROW) == ["table:", HEADER, ROW, *between, header, ROW]
