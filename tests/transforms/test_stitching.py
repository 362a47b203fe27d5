"""Tables over several pages: which grids are one table, and what the page break cut in two."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.grid import Box, Cell, Grid, TextLine
from transforms.stitching import sections

HEADER = ("项目名称", "总计", "绩效目标", "绩效指标")
WIDTHS = (0, 100, 150, 300, 500)


def grid(
    page: int, *rows: tuple[str | None, ...], edges: tuple[float, ...] = WIDTHS, spans: dict[tuple[int, int], int] | None = None,
    room: tuple[float, ...] | None = None,
) -> Grid:
    """A ruled table on a page; None is a cell that a merged one above covers, `spans` are rows by (row, column) from 1.

    `room` is what the lines of the last row could hold besides, in characters.
    """
    cells = []
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            if text is not None:
                box = Box(edges[column - 1], row * 20, edges[column], row * 20 + 20)
                left = room[column - 1] if room and row == len(rows) else None
                cells.append(Cell(text, row, column, (spans or {}).get((row, column), 1), page=page, box=box, room=left))
    return Grid(tuple(cells))


def texts(found: Grid) -> list[list[str]]:
    """The table's texts by row."""
    return [[cell.text for cell in row] for row in found.rows()]


def line(text: str, page: int, top: float = 800) -> TextLine:
    """A line of text on a page."""
    return TextLine(text, page=page, box=Box(50, top, 200, top + 10))


def test_a_header_printed_again_is_left_out_and_rows_are_numbered_on() -> None:
    (section,) = sections([
        line("2024年项目支出绩效目标表", 1), grid(1, HEADER, ("甲", "5", "目标", "产出指标：次数≥5")),
        line("— 1 —", 1), grid(2, HEADER, ("乙", "6", "目标", "产出指标：次数≥6")),
    ])  # fmt: skip
    assert texts(section.grid) == [list(HEADER), ["甲", "5", "目标", "产出指标：次数≥5"], ["乙", "6", "目标", "产出指标：次数≥6"]]
    assert [(row[0].row, row[0].page) for row in section.grid.rows()] == [(1, 1), (2, 1), (3, 2)]


def test_a_page_with_nothing_but_the_header_adds_nothing() -> None:
    (section,) = sections([grid(1, HEADER, ("甲", "5", "a", "b")), grid(2, HEADER)])
    assert len(list(section.grid.rows())) == 2


def test_a_table_without_header_on_the_next_page_goes_on() -> None:
    (section,) = sections([grid(1, HEADER, ("甲", "5", "a", "b")), grid(2, ("乙", "6", "a", "b"))])
    assert len(list(section.grid.rows())) == 3


@pytest.mark.parametrize(
    "between",
    [[line("2025年项目支出绩效目标表", 2, 50)], [line("单位：元", 2, 50)], [line("上述项目的说明如下，请予审议。", 2, 50)]],
)
def test_what_begins_a_table_parts_two_of_the_same_shape(between: list[TextLine]) -> None:
    first = [line("2024年项目支出绩效目标表", 1), line("单位：万元", 1), grid(1, HEADER, ("甲", "5", "a", "b"))]
    assert len(sections([*first, *between, grid(2, ("乙", "6", "a", "b"))])) == 2


def test_tables_of_another_width_or_on_a_page_further_on_are_others() -> None:
    first = grid(1, HEADER, ("甲", "5", "a", "b"))
    assert len(sections([first, grid(2, ("乙", "6", "a", "b"), edges=(0, 100, 150, 300, 400))])) == 2
    assert len(sections([first, grid(3, ("乙", "6", "a", "b"))])) == 2
    assert len(sections([first, grid(1, ("乙", "6", "a", "b"))])) == 2


def test_what_stands_at_the_same_height_of_every_page_parts_nothing() -> None:
    blocks = [block for page in (1, 2, 3) for block in (line("某局部门预算公开文本", page, 20), grid(page, (f"甲{page}", "5", "a", "b")))]
    (section,) = sections(blocks)
    assert len(list(section.grid.rows())) == 3


def test_a_title_that_stands_on_every_page_parts_it_from_the_table_before() -> None:
    first = [line("2024年国有资本经营预算支出表", 1, 20), grid(1, ("科目", "a", "b", "c"), ("", "", "", ""))]
    forms = [block for page in (2, 3, 4) for block in (line("项目支出绩效目标表", page, 20), grid(page, ("甲", f"乙{page}", "丙", "丁")))]
    assert [section.grid.cells[0].page for section in sections([*first, *forms])] == [1, 2]


def test_columns_that_a_page_does_not_know_are_found_by_their_edges() -> None:
    narrow = grid(2, ("乙", "6a", "b"), edges=(0, 100.8, 300.5, 500))
    (section,) = sections([grid(1, HEADER, ("甲", "5", "a", "b")), narrow])
    assert [(cell.column, cell.column_span) for cell in section.grid.cells[-3:]] == [(1, 1), (2, 2), (4, 1)]


def test_a_row_that_the_page_break_cut_is_one() -> None:
    cut = "产出指标：全年组织培训的次数不少于往年，年度指标值≥"
    (section,) = sections([grid(1, HEADER, ("甲", "5", "目标一", cut), room=(9, 4, 10, 0.3)), grid(2, ("", "", "", "5次"), ("乙", "6", "a", "b"))])
    assert texts(section.grid)[1:] == [["甲", "5", "目标一", f"{cut}5次"], ["乙", "6", "a", "b"]]
    assert [row[0].row for row in section.grid.rows()] == [1, 2, 3]


def test_a_row_with_nothing_but_a_label_is_no_rest_of_a_label_with_room_left() -> None:
    (section,) = sections([grid(1, HEADER, ("其他资金", "小计", "", ""), room=(5, 2, 14, 19)), grid(2, ("", "事业收入", "", ""), ("", "经营收入", "", ""))])
    assert [row[1] for row in texts(section.grid)] == ["总计", "小计", "事业收入", "经营收入"]


ACCOUNTS = ("科目编码", "科目名称", "合计", "基本支出")
EDUCATION = ("205", "教育支出", "7.00", "7.00")


def test_an_account_whose_amounts_stand_beside_the_last_line_of_its_name_is_one_row() -> None:
    (section,) = sections([grid(1, ACCOUNTS, EDUCATION, ("2080505", "机关事业单位基本", "", ""), room=(9, 9, 9, 9)),
                           grid(2, ("", "养老保险缴费支出", "5.00", "5.00"), ("221", "住房保障支出", "1.00", ""))])
    assert texts(section.grid)[2:] == [["2080505", "机关事业单位基本养老保险缴费支出", "5.00", "5.00"], ["221", "住房保障支出", "1.00", ""]]


@pytest.mark.parametrize(
    ("above", "last", "opening"),
    [
        ([EDUCATION], ("2080505", "机关事业单位基本", "", ""), ("", "合计", "5.00", "5.00")),
        ([EDUCATION], ("2080505", "机关事业单位基本", "", ""), ("", "其中：在职", "5.00", "5.00")),
        ([EDUCATION], ("2080505", "机关事业单位基本", "", ""), ("20806", "企业改革补助", "5.00", "5.00")),
        ([EDUCATION], ("2080505", "机关事业单位基本", "5.00", ""), ("", "事业单位", "5.00", "5.00")),
        ([("205", "教育支出", "", ""), EDUCATION], ("208", "社会保障和就业支出", "", ""), ("", "行政运行", "5.00", "5.00")),
    ],
)
def test_an_account_without_amounts_does_not_take_those_of_another_row(
    above: list[tuple[str, ...]], last: tuple[str, ...], opening: tuple[str, ...]
) -> None:
    (section,) = sections([grid(1, ACCOUNTS, *above, last, room=(9, 9, 9, 9)), grid(2, opening)])
    assert texts(section.grid)[-2:] == [list(last), list(opening)]


INDICATORS = ("项目名称", "预算数", "一级指标", "二级指标", "指标名称", "权重", "指标值")
EDGES = (0, 60, 110, 150, 190, 240, 265, 300)
LEVELS = ("环境综合治理", "879", "产出指标", "质量指标")


def indicator_rows(last: tuple[str, ...], room: tuple[float, ...], *rows: tuple[str, ...]) -> list[list[str]]:
    """The rows of a table of indicators whose first page ends with a row, and whose next page begins with others."""
    found = sections([grid(1, INDICATORS, last, edges=EDGES, room=room), grid(2, *rows, edges=EDGES)])
    return texts(found[0].grid)[1:] if len(found) == 1 else []


def test_several_texts_that_the_page_break_cut_go_on() -> None:
    rest = ("-2026年", "", "", "", "达标率（%）", "", "")
    last = ("环境综合治理", "879", "产出指标", "质量指标", "断面水质", "10", "≥97")
    (row,) = indicator_rows(last, (0.2, 2, 0, 0, 0.4, 1, 2), rest)
    assert row == ["环境综合治理-2026年", "879", "产出指标", "质量指标", "断面水质达标率（%）", "10", "≥97"]


def test_a_number_stays_with_its_sign_and_goes_on_with_its_unit() -> None:
    last = (*LEVELS, "治理河道，年度值：", "10", "=780")
    (row,) = indicator_rows(last, (0.2, 2, 0, 0, 2.1, 1, 3), ("", "", "", "", "≤1850公里，验收", "", "元/人/月"))
    assert row[4:] == ["治理河道，年度值：≤1850公里，验收", "10", "=780元/人/月"]


@pytest.mark.parametrize(
    ("last", "room", "opening"),
    [
        # the next row of a merged level, all columns filled to their edge
        (("工程验收合格率", "", "持续改善"), (0.1, 1, 0.1), ("师生满意度", "", "明显提升")),
        (("工程验收合格率", "10", "≥95%"), (0.1, 1, 0.5), ("师生满意度", "", "≥90%")),
        (("工程验收合格率", "10", "95%"), (0.1, 1, 0.5), ("", "", "100%")),
        (("工程验收合格率", "10", "≥95%"), (0.1, 1, 0.5), ("师生满意度", "5", "≥90%")),    # its weight is its own
        (("断面水质达标", "10", "≥95%"), (2.5, 1, 0.5), ("率", "", "")),    # there was room for it
        (("1.断面水质达标", "10", "≥95%"), (0.1, 1, 0.5), ("2.水体透明度", "", "")),    # a paragraph begins
        (("断面水质达标。", "10", "≥95%"), (0.1, 1, 0.5), ("水体透明度", "", "")),    # a sentence ended
        (("断面水质达标", "10", "≥95%"), (0.1, 1, 0.5), ("指标2：", "", "")),    # rows of the blank form
        (("断面水质达标", "10", "≥95%"), (0.1, 1, 0.5), ("……", "", "")),
    ],
)
def test_a_row_of_its_own_is_no_rest(last: tuple[str, ...], room: tuple[float, ...], opening: tuple[str, ...]) -> None:
    rows = indicator_rows((*LEVELS, *last), (0.1, 0.1, 0, 0, *room), ("", "", "", "", *opening))
    assert [row[4:] for row in rows] == [list(last), list(opening)]


def test_numbers_wider_than_their_cells_go_on_beside_a_text_that_does() -> None:
    last = ("石桥区市", "4868.000", "32.74764", "473", "保障全区", "15", "≥18432")
    rest = ("政养护管理处", "243", "3", "", "路灯正常运行。", "", "")
    (row,) = indicator_rows(last, (0.4, -0.3, -0.3, 2, 0.4, 2, 1), rest)
    assert row == ["石桥区市政养护管理处", "4868.000243", "32.747643", "473", "保障全区路灯正常运行。", "15", "≥18432"]


def test_the_last_decimals_of_a_total_go_on_alone() -> None:
    (row,) = indicator_rows(("合计", "6396.68649", "", "", "", "", ""), (9, -0.3, 2, 2, 2, 2, 1), ("", "7", "", "", "", "", ""))
    assert row[:2] == ["合计", "6396.686497"]


@pytest.mark.parametrize(("rooms", "opening"), [
    ((0.4, 0.3, -0.3, 2, 0.4), ("政养护管理处", "243", "3", "", "路灯正常运行。")),    # the cell has room for a digit
    ((0.4, 2, 2, -0.3, 0.4), ("", "", "", "243", "")),    # a number without decimals has all its digits
    ((0.4, -0.3, -0.3, 2, 0.4), ("政养护管理处", "243.00", "3", "", "路灯正常运行。")),    # whole amounts
])  # fmt: skip
def test_amounts_of_another_row_are_never_digits_of_this_one(rooms: tuple[float, ...], opening: tuple[str, ...]) -> None:
    last = ("石桥区市", "4868.000", "32.74764", "473", "保障全区", "15", "≥18432")
    assert len(indicator_rows(last, (*rooms, 2, 1), (*opening, "", ""))) == 2


def test_a_row_that_fills_the_first_column_is_its_own() -> None:
    rows = indicator_rows((*LEVELS, "断面水质", "10", "≥95%"), (0.1, 0.1, 0, 0, 0.1, 1, 2), ("城市道路照明", "", "", "", "", "", ""))
    assert len(rows) == 2


def test_words_of_headers_in_the_rest_of_a_row_begin_no_table() -> None:
    last = ("环境综合治理", "879", "一、产出", "成本指标", "乡村医生", "10", "=780")
    rows = indicator_rows(last, (0.1, 1, 0.4, 0.4, 0.4, 2.4, 1.1), ("", "", "指标", "", "补助标准", "", "元/人/月"), ("", "", "效益指标", "", "收入", "9", "保持稳定"))
    assert [row[4:] for row in rows] == [["乡村医生补助标准", "10", "=780元/人/月"], ["收入", "9", "保持稳定"]]


def test_a_merged_cell_beside_a_cut_row_goes_on_below_it() -> None:
    first = grid(1, HEADER, ("甲", "5", "改造农村学校的运动场", "b"), room=(9, 3, 0.3, 9))
    second = grid(2, ("", "", "地", ""), (None, "6", "c", "d"), spans={(1, 1): 2})
    (section,) = sections([first, second])
    assert [(cell.text, cell.row, cell.row_span) for cell in section.grid.cells if cell.column == 1] == [("项目名称", 1, 1), ("甲", 2, 2)]
    assert texts(section.grid)[1:] == [["甲", "5", "改造农村学校的运动场地", "b"], ["6", "c", "d"]]


@pytest.mark.parametrize(("above", "below"), [("甲", ""), ("", "甲"), ("甲", "甲")])
def test_a_merged_cell_that_the_page_break_cut_is_one(above: str, below: str) -> None:
    first = grid(1, HEADER, (above, "5", "a", "b"), (None, "6", "c", "d"), spans={(2, 1): 2})
    second = grid(2, (below, "7", "e", "f"), (None, "8", "g", "h"), spans={(1, 1): 2})
    (section,) = sections([first, second])
    assert [(cell.text, cell.row, cell.row_span) for cell in section.grid.cells if cell.column == 1] == [("项目名称", 1, 1), ("甲", 2, 4)]


def test_a_merged_cell_with_another_text_after_the_page_break_is_another() -> None:
    first = grid(1, HEADER, ("甲", "5", "a", "b"), (None, "6", "c", "d"), spans={(2, 1): 2})
    second = grid(2, ("乙", "7", "e", "f"), (None, "8", "g", "h"), spans={(1, 1): 2})
    (section,) = sections([first, second])
    assert [cell.text for cell in section.grid.cells if cell.column == 1] == ["项目名称", "甲", "乙"]


def merged_above(closing: tuple[str, ...], room: tuple[float, ...], opening: tuple[str, ...]) -> list[str]:
    """The texts of the three merged columns of a table that goes on with a row of its own in the fourth."""
    second = grid(2, (*opening, "次数≥5"), (None, None, None, "人数≥6"), spans=dict.fromkeys([(1, 1), (1, 2), (1, 3)], 2))
    (section,) = sections([grid(1, HEADER, (*closing, "场次≥4"), room=(*room, 2)), second])
    return [cell.text for cell in section.grid.cells if cell.column < 4 and cell.row > 1]


def test_a_merged_cell_whose_text_the_page_break_cut_goes_on_beside_one_that_is_whole() -> None:
    found = merged_above(("县人大常委", "5", "提高议案建议"), (0.2, 3, 0.3), ("会办公室", "", "办理质量。"))
    assert found == ["县人大常委会办公室", "5", "提高议案建议办理质量。"]


def test_a_merged_cell_with_an_open_bracket_goes_on() -> None:
    assert merged_above(("项目资金（单", "5", "一"), (0.2, 3, 9), ("位：万元）", "6", "二"))[:1] == ["项目资金（单位：万元）"]


@pytest.mark.parametrize(
    ("closing", "room", "opening"),
    [
        (("县人大常委", "5", "提高议案建议"), (0.2, 3, 0.3), ("会办公室", "6", "办理质量。")),    # another project with its amount
        (("县人大常委", "5", "提高议案建议"), (0.2, 3, 5), ("会办公室", "", "办理质量。")),    # one text had room
        (("产出指标", "5", "目标"), (0.2, 3, 3), ("效益指标", "", "")),    # a level of its own
        (("总体目标", "5", "目标"), (0.2, 3, 3), ("绩效指标", "", "")),    # a label of its own
    ],
)
def test_a_merged_cell_with_a_text_of_its_own_is_no_rest(closing: tuple[str, ...], room: tuple[float, ...], opening: tuple[str, ...]) -> None:
    found = merged_above(closing, room, opening)
    assert [found[0], found[3]] == [closing[0], opening[0]]


@settings(deadline=None)
@given(st.data())
def test_no_text_gets_lost(data: st.DataObject) -> None:
    words, blocks = count(), []
    for page in range(1, data.draw(st.integers(1, 4)) + 1):
        if data.draw(st.booleans()):
            blocks.append(line(data.draw(st.sampled_from(["2024年预算表", "单位：万元", "— 1 —", "正文。"])) + f" {next(words)}", page, 20))
        edges = data.draw(st.sampled_from([WIDTHS, (0, 100.5, 300, 500), (0, 80, 500), (10, 100, 500)]))
        covered: dict[int, int] = {}    # column → rows that a merged cell above still covers
        rows: list[tuple[str | None, ...]] = []
        spans: dict[tuple[int, int], int] = {}
        height = data.draw(st.integers(1, 4))
        for row in range(1, height + 1):
            texts: list[str | None] = []
            for column in range(1, len(edges)):
                if covered.get(column, 0):
                    covered[column] -= 1
                    texts.append(None)
                    continue
                span = data.draw(st.integers(1, height - row + 1))
                covered[column] = span - 1
                spans[row, column] = span
                texts.append(f"词{next(words)}" if data.draw(st.booleans()) else data.draw(st.sampled_from(["", f"{next(words)}.00"])))
            rows.append(tuple(texts))
        blocks.append(grid(page, *rows, edges=edges, spans=spans))
    given_texts = {cell.text for block in blocks if isinstance(block, Grid) for cell in block.cells} | {b.text for b in blocks if isinstance(b, TextLine)}
    found = sections(blocks)
    read = [cell.text for section in found for cell in section.grid.cells] + [b.text for s in found for b in s.elsewhere]
    pieces = {piece for text in read for piece in text.split("\n")}
    assert given_texts - {""} <= pieces
    for section in found:
        places = [(row, column) for cell in section.grid.cells for row in range(cell.row, cell.row + cell.row_span)
                  for column in range(cell.column, cell.column + cell.column_span)]
        assert len(places) == len(set(places))    # no two cells at one place


def test_a_form_goes_on_with_labels_above_its_table_of_indicators() -> None:
    top = grid(1, ("项目名称", "供暖", "主管部门", "某局"), ("年度资金总额", "7.00", "其中：财政拨款", "7.00"))
    rest = grid(2, ("上年结转", "—", "其他资金", "—"), ("年度目标", "保障供暖。", "", ""), ("一级指标", "二级指标", "三级指标", "指标值"))
    (section,) = sections([line("项目支出绩效目标表", 1, 20), top, rest])
    assert [row[0] for row in texts(section.grid)] == ["项目名称", "年度资金总额", "上年结转", "年度目标", "一级指标"]


REST = (("年度目标", "保障供暖。", "", ""), ("一级指标", "二级指标", "三级指标", "指标值"), ("产出指标", "数量指标", "面积", "≥5平方米"))


@pytest.mark.parametrize(
    ("top", "rest"),
    [
        ((("项目名称", "供暖", "主管部门", "某局"),), (("年度资金总额", "7.00", "其中：财政拨款", "7.00"), *REST)),
        ((("项目名称", "供暖", "", ""),), (("主管部门", "某局", "实施单位", "某中心"), ("年度资金总额", "7.00", "", ""), *REST)),
        ((("主管部门", "某局", "实施单位", "某中心"),), (("项目名称", "供暖", "年度资金总额", "7.00"), *REST)),
    ],
)
def test_a_form_that_breaks_off_above_its_indicators_goes_on(top: tuple[tuple[str, ...], ...], rest: tuple[tuple[str, ...], ...]) -> None:
    (section,) = sections([line("项目支出绩效目标表", 1, 20), grid(1, *top), grid(2, *rest)])
    assert texts(section.grid) == [list(row) for row in (*top, *rest)]


def test_the_top_of_a_form_below_another_one_goes_on() -> None:
    first = (("项目名称", "照明", "年度资金总额", "5.00"), *REST)
    rest = (("主管部门", "某局", "年度资金总额", "7.00"), *REST)
    found = sections([line("项目支出绩效目标表", 1, 20), grid(1, *first, ("项目名称", "供暖", "", "")), grid(2, *rest)])
    assert [texts(section.grid)[0][:2] for section in found] == [["项目名称", "照明"], ["项目名称", "供暖"]]
    assert [len(texts(section.grid)) for section in found] == [4, 5]


@pytest.mark.parametrize(("label", "rows"), [("款资金（万元）", 5), ("上年结转（万元）", 6)])
def test_a_label_that_the_page_break_cut_is_one_where_both_parts_together_are_known(label: str, rows: int) -> None:
    top = grid(1, ("项目名称", "供暖", "年度资金总额", "7"), ("其中：本年财政拨", "7", "", ""), room=(0.3, 5, 9, 9))
    (section,) = sections([line("项目支出绩效目标表", 1, 20), top, grid(2, (label, "", "", ""), *REST)])
    assert (len(texts(section.grid)), texts(section.grid)[1][1]) == (rows, "7")


def test_a_form_with_its_own_name_is_no_rest_of_one_that_breaks_off() -> None:
    top = grid(1, ("项目名称", "照明", "年度资金总额", "5.00"))
    assert len(sections([top, grid(2, ("项目名称", "供暖", "年度资金总额", "7.00"), *REST)])) == 2


def test_a_header_alone_at_the_end_of_a_page_is_no_form() -> None:
    (section,) = sections([grid(1, ("项目名称", "建设地点", "建设规模", "备注")), grid(2, ("供暖", "东城", "5公里", ""))])
    assert len(texts(section.grid)) == 2


UPPER = grid(1, ("支出经济分类科目", "一般公共预算基本支出"), edges=(0, 150, 500))
LOWER = (("科目编码", "科目名称", "合计", "人员经费"), ("301", "工资福利支出", "5", "5"))


def test_a_header_that_the_page_break_parts_is_one() -> None:
    (section,) = sections([line("2024年基本支出表", 1, 20), UPPER, grid(2, *LOWER)])
    assert texts(section.grid) == [["支出经济分类科目", "一般公共预算基本支出"], *map(list, LOWER)]
    assert [cell.column_span for cell in section.grid.cells[:2]] == [2, 2]


def test_a_header_below_a_title_or_below_one_that_spans_nothing_begins_a_table() -> None:
    assert len(sections([line("2024年基本支出表", 1, 20), UPPER, line("2024年项目支出表", 2, 20), grid(2, *LOWER)])) == 2
    empty = grid(1, ("科目编码", "科目名称", "合计", "项目支出"))
    assert len(sections([line("2024年项目支出表", 1, 20), empty, grid(2, *LOWER)])) == 2


def test_a_header_below_rows_of_a_table_is_within_it() -> None:
    first = grid(1, ("科目编码", "科目名称", "合计", "基本支出"), ("201", "一般公共服务支出", "5", "5"))
    rest = grid(2, ("208", "社会保障和就业支出", "6", "6"), ("科目编码", "科目名称", "合计", "项目支出"), ("201", "一般公共服务支出", "5", "5"))
    (section,) = sections([first, rest])
    assert len(texts(section.grid)) == 5
