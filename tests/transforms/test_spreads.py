"""Tables too wide for their paper: columns that run on over pages of their own are columns of one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.grid import Box, Cell, Grid, TextLine
from transforms.spreads import apart, joined
from transforms.stitching import sections

TITLE = "云山市审计局2024年部门支出总表"
LABELS = ("科目编码", "科目名称")
COLUMNS = ("合计", "基本支出", "项目支出", "经营支出", "上缴支出", "补助支出")
NAMES = ("行政运行", "审计业务", "事业运行", "住房公积金", "购房补贴", "公务员医疗补助", "其他支出")
ROW, WIDE = 20.0, 80.0


def printed(page: int, rows: Sequence[Sequence[str]], heights: Sequence[float] | None = None) -> Grid:
    """The rows of a ruled table on a page, from one place on each."""
    cells, top = [], 100.0
    for number, (texts, height) in enumerate(zip(rows, heights or [ROW] * len(rows), strict=True), 1):
        boxes = (Box(50 + WIDE * place, top, 50 + WIDE * (place + 1), top + height) for place in range(len(texts)))
        cells += [Cell(text, number, place, page=page, box=box) for place, (text, box) in enumerate(zip(texts, boxes, strict=True), 1)]
        top += height
    return Grid(tuple(cells))


def line(text: str, page: int) -> TextLine:
    return TextLine(text, page, box=Box(50, 60, 200, 70))


def whole(count: int) -> list[list[str]]:
    """A table with its header and rows, the last one's last amount blank."""
    rows = [[f"20108{place:02}", NAMES[place % len(NAMES)] + "甲乙丙丁戊己"[place // len(NAMES)], *(f"{place + 1}{column}.50" for column in range(len(COLUMNS)))]
            for place in range(count)]
    rows[-1][-1] = ""
    return [[*LABELS, *COLUMNS], *rows]


def pages(rows: Sequence[Sequence[str]], cuts: Sequence[int], breaks: Sequence[int], order: str, labels: bool, header: bool) -> list[Grid | TextLine]:
    """A table as a spreadsheet prints it: columns cut behind the labels at `cuts`, rows at `breaks`."""
    parts = [rows[begin:end] for begin, end in zip((1, *breaks), (*breaks, len(rows)), strict=True)]
    columns = [range(begin, end) for begin, end in zip((0, *cuts), (*cuts, len(rows[0])), strict=True)]
    places = [(part, column) for part in range(len(parts)) for column in range(len(columns))]
    if order == "down, then over":
        places.sort(key=lambda place: place[1])
    blocks: list[Grid | TextLine] = [line(TITLE, 1)]
    for page, (part, column) in enumerate(places, 1):
        chosen = [*(range(len(LABELS)) if labels and column else ()), *columns[column]]
        own = [rows[0], *parts[part]] if header or not part else parts[part]
        blocks += [printed(page, [[row[place] for place in chosen] for row in own]), line(f"— {page} —", page)]
    return blocks


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows()]


@pytest.mark.parametrize("order", ["down, then over", "over, then down"])
@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(("cuts", "breaks"), [((4,), ()), ((4, 6), ()), ((4,), (5,)), ((3, 5), (5, 9))])
def test_columns_on_pages_of_their_own_are_columns_of_the_table(
    order: str, labels: bool, header: bool, cuts: tuple[int, ...], breaks: tuple[int, ...]
) -> None:
    rows = whole(12)
    (section,) = sections(joined(pages(rows, cuts, breaks, order, labels, header)))
    assert texts(section.grid) == rows
    assert [line.text for line in section.above] == [TITLE]
    assert [(cell.row, cell.column) for cell in section.grid.cells] == [(row, column) for row in range(1, 14) for column in range(1, 9)]


def test_cells_keep_the_page_and_place_where_they_stand() -> None:
    blocks = pages(whole(4), (4,), (), "down, then over", labels=True, header=True)
    (wide,) = (block for block in joined(blocks) if isinstance(block, Grid))
    assert [(cell.page, cell.box and cell.box.left) for cell in wide.cells[:6]] == [(1, 50), (1, 130), (1, 210), (1, 290), (2, 210), (2, 290)]


def test_a_unit_at_the_far_end_of_the_sheet_stands_above_the_table() -> None:
    blocks = pages(whole(4), (4,), (), "down, then over", labels=True, header=True)
    blocks.insert(3, line("单位：万元", 2))
    (section,) = sections(joined(blocks))
    assert "单位：万元" in [line.text for line in section.above]


def test_a_header_with_two_rows_on_one_page_only_spans_them_on_the_other() -> None:
    first = printed(1, [["科目", "合计"], ["甲", "1.00"], ["乙", "2.00"], ["丙", "3.00"]])
    upper = printed(2, [["项目支出", ""], ["人员", "公用"], *[["1.00", "2.00"]] * 3], heights=[10, 10, 20, 20, 20])
    cells = (Cell("项目支出", 1, 1, 1, 2, 2, Box(50, 100, 210, 110)), *upper.cells[2:])
    (wide,) = joined([first, Grid(cells)])
    assert isinstance(wide, Grid)
    assert [(cell.text, cell.row, cell.row_span, cell.column, cell.column_span) for cell in wide.cells[:5]] == [
        ("科目", 1, 2, 1, 1), ("合计", 1, 2, 2, 1), ("项目支出", 1, 1, 3, 2), ("人员", 2, 1, 3, 1), ("公用", 2, 1, 4, 1),
    ]


def test_a_header_over_columns_of_both_pages_is_one_cell() -> None:
    first = printed(1, [["科目", "项目支出"], ["", "小计"], ["甲", "1.00"], ["乙", "2.00"], ["丙", "3.00"]])
    second = printed(2, [["", "经营"], ["公用", ""], *[["1.00", "2.00"]] * 3])
    (wide,) = joined([first, second])
    assert isinstance(wide, Grid)
    assert [(cell.text, cell.row, cell.column, cell.column_span) for cell in wide.cells[:7]] == [
        ("科目", 1, 1, 1), ("项目支出", 1, 2, 2), ("经营", 1, 4, 1), ("", 2, 1, 1), ("小计", 2, 2, 1), ("公用", 2, 3, 1), ("", 2, 4, 1),
    ]


ACCOUNTS = [["科目", "合计"], ["甲", "1.00"], ["乙", "2.00"], ["丙", "3.00"]]


@pytest.mark.parametrize(
    "other",
    [
        [["科目", "合计"], ["甲", "1.00"], ["乙", "2.00"], ["丙", "3.00"]],    # the page printed again
        [["科目", "项目支出"], ["丁", "1.00"], ["戊", "2.00"], ["己", "3.00"]],    # further rows
        [["丁", "1.00"], ["戊", "2.00"], ["己", "3.00"], ["庚", "3.00"]],    # without a header
        [["姓名", "住址"], ["王", "一路"], ["李", "二路"], ["张", "三路"]],    # texts of their own
        [["科目", "项目支出"], ["甲", "1.00"], ["乙", "2.00"]],    # not as high
    ],
)
def test_other_rows_are_no_columns(other: list[list[str]]) -> None:
    blocks = [printed(1, ACCOUNTS), printed(2, other)]
    assert joined(blocks) == blocks


def test_a_form_on_each_page_is_no_column_of_the_one_before() -> None:
    forms = [
        printed(page, [["项目名称", name, "", ""], ["主管部门", "财政局", "实施单位", office], ["项目资金", "年度资金总额", amount, ""],
                       ["", "财政拨款", amount, ""], ["", "其他资金", "", ""], ["绩效指标", "数量指标", "培训人次", "30人"]])
        for page, (name, office, amount) in enumerate([("培训", "甲所", "5.00"), ("维修", "乙所", "7.00")], 1)
    ]  # fmt: skip
    assert joined(forms) == forms


@pytest.mark.parametrize("text", ["云山市审计局2024年部门收入总表", "部门：云山市财政局", "（2023年）"])
def test_a_table_with_a_title_or_department_of_its_own_is_none_of_the_one_before(text: str) -> None:
    blocks = pages(whole(4), (4,), (), "down, then over", labels=True, header=True)
    blocks = [line("部门：云山市审计局", 1), line("（2024年）", 1), *blocks[:3], line(text, 2), *blocks[3:]]
    assert joined(blocks) == blocks


@settings(max_examples=60, deadline=None)
@given(
    st.integers(4, 30), st.sets(st.integers(3, 7), min_size=1, max_size=3), st.sets(st.integers(3, 28), max_size=3),
    st.sampled_from(["down, then over", "over, then down"]), st.booleans(), st.booleans(),
)
def test_whatever_the_cuts_no_number_is_lost_and_each_stands_in_its_row_and_column(
    count: int, cuts: set[int], breaks: set[int], order: str, labels: bool, header: bool
) -> None:
    rows = whole(count)
    # the last page of a table that has no labels printed again must be a table of its own to be told from one: three rows
    kept = [place for place in sorted(breaks) if place < len(rows) - 3]
    kept = [place for before, place in zip([1, *kept], kept, strict=False) if place - before >= 3]
    blocks = pages(rows, sorted(cuts), kept, order, labels, header)
    found = sections(joined(blocks))
    assert [texts(section.grid) for section in found] == [rows]


def below(grid: Grid, page: int) -> Grid:
    """A second table on the same page."""
    cells = [cell for cell in printed(page, [["项目", "金额"], ["会议费", "3.00"]]).cells if cell.box]
    bottom = max(cell.box.bottom for cell in grid.cells if cell.box) + 50
    return Grid(tuple(cell._replace(box=Box(cell.box.left, cell.box.top + bottom, cell.box.right, cell.box.bottom + bottom)) for cell in cells if cell.box))


@pytest.mark.parametrize("labels", [True, False])
def test_columns_that_run_on_and_are_not_joined_are_told(labels: bool) -> None:
    first, *rest = (block for block in pages(whole(6), [4], [], "down, then over", labels, True) if isinstance(block, Grid))
    (second,) = rest
    assert list(apart([line(TITLE, 1), first, second])) == []    # joined
    assert list(apart([line(TITLE, 1), first, below(first, 1), second])) == [2]
    assert list(apart([line(TITLE, 1), first, second, below(second, 2)])) == [2]
    assert list(apart([line(TITLE, 1), replace(first, is_ruled=False), replace(second, is_ruled=False)])) == [2]


def test_tables_of_their_own_beside_several_are_not_told() -> None:
    first, other = printed(1, whole(6)), printed(2, whole(6))
    assert list(apart([first, below(first, 1), other])) == []
    forms = printed(2, [["收入", "金额"], ["财政拨款", "5.00"], ["其他收入", "6.00"], ["合计", "11.00"]])
    assert list(apart([first, below(first, 1), forms])) == []
