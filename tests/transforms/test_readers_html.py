"""HTML pages become lines of text and grids, as a browser shows them."""

from __future__ import annotations

from contextlib import suppress
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.grid import Cell, Grid, TextLine, UnreadableDocument
from transforms.readers.html import read
from transforms.readers.plain import cell_text, plain_text


def blocks(body: str) -> tuple[TextLine | Grid, ...]:
    return read(f"<html><head><title>页</title></head><body>{body}</body></html>".encode()).blocks


def grid(body: str) -> list[list[str]]:
    (found,) = (block for block in blocks(body) if isinstance(block, Grid))
    return [[cell.text for cell in row] for row in found.rows()]


def cells(body: str) -> tuple[Cell, ...]:
    (found,) = (block for block in blocks(body) if isinstance(block, Grid))
    return found.cells


def lines(body: str) -> list[str]:
    return [block.text for block in blocks(body) if isinstance(block, TextLine)]


TABLE = "<table><tr><th>项目<th>预算数<tr><td>合计<td>9.45</table>"


def test_a_published_page_is_its_lines_and_its_table_in_order() -> None:
    page = (
        '<div class="top"><a href="/">首页</a>&nbsp;&gt;&nbsp;<a href="/zwgk/">政务公开</a></div>\n'
        '<table width="100%" border="0"><tr><td class="nav"><table><tr><td>机构概况</td></tr></table></td><td valign="top">\n'
        "<p>2025年项目支出<b>绩效目标表</b></p>\n<p>部门名称：某局&nbsp;&nbsp;&nbsp;单位：万元</p>\n"
        f"{TABLE}</td></tr></table><div>版权所有　电话</div>"
    )
    *before, table, after = blocks(page)
    assert [block.text for block in before if isinstance(block, TextLine)] == [
        "机构概况", "2025年项目支出绩效目标表", "部门名称：某局   单位：万元",
    ]
    assert isinstance(table, Grid)
    assert [cell.text for cell in table.cells] == ["项目", "预算数", "合计", "9.45"]
    assert after == TextLine("版权所有　电话")


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", "utf-8"), ("gb18030", "gb2312"), ("utf-8", "gb2312"), ("utf-16", "gbk")])
def test_encodings_give_the_same_reading(encoding: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>绩效——㙍</p>{TABLE}</body></html>'
    assert read(page.encode(encoding)).blocks[0] == TextLine("绩效——㙍")


def test_spans_place_cells_as_the_standard_says() -> None:
    table = (
        "<table><tr><th rowspan=2>科目<th colspan=2>本年支出<th rowspan=2>备注"
        "<tr><th>基本支出<th>项目支出"
        "<tr><td>201<td>1<td>2<td>&nbsp;</table>"
    )
    assert [(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in cells(table)] == [
        ("科目", 1, 1, 2, 1), ("本年支出", 1, 2, 1, 2), ("备注", 1, 4, 2, 1),
        ("基本支出", 2, 2, 1, 1), ("项目支出", 2, 3, 1, 1),
        ("201", 3, 1, 1, 1), ("1", 3, 2, 1, 1), ("2", 3, 3, 1, 1), ("", 3, 4, 1, 1),
    ]


@pytest.mark.parametrize("span", ["0", "99999", "4", "2x"])
def test_a_rowspan_ends_with_its_section(span: str) -> None:
    table = f"<table><tbody><tr><td rowspan={span}>某局<td>甲<tr><td>乙</tbody><tbody><tr><td>丙局<td>丁</tbody></table>"
    first, *_, last, _ = cells(table)
    assert (first.row_span, last.column) == (2, 1)


def test_cells_that_overlap_stand_where_the_standard_puts_them() -> None:
    table = "<table><tr><td>a<td rowspan=3>b<td>c<tr><td colspan=3 rowspan=2>d<td>e<tr><td>f<td>g<tr><td>h<td>i</table>"
    assert [(cell.text, cell.row, cell.column) for cell in cells(table)] == [
        ("a", 1, 1), ("b", 1, 2), ("c", 1, 3), ("d", 2, 1), ("e", 2, 4), ("f", 3, 4), ("g", 3, 5), ("h", 4, 1), ("i", 4, 2),
    ]


@pytest.mark.timeout(30)    # it took hours
def test_merged_cells_cost_what_they_are_and_not_what_they_claim() -> None:
    page = "<table>" + "<tr><td rowspan=65534 colspan=1000>项目</td></tr>" * 5_000 + "<tr><td>1<td>2</table>"
    assert [(cell.text, cell.row, cell.column) for cell in cells(page)][-2:] == [("1", 5_001, 5_000_001), ("2", 5_001, 5_000_002)]


def test_a_table_of_nothing_but_merged_cells_has_a_limit() -> None:
    rows = "".join(f"<tr><td rowspan={2 * (4_000 - row) + row % 2}>项目" for row in range(4_000))
    with pytest.raises(UnreadableDocument, match="merged cells") as raised:
        read(f"<table>{rows}{'<tr>' * 4_010}</table>".encode())
    assert raised.value.code == "too-large"


@pytest.mark.parametrize("span", ["1000", "99999999999", "3"])
def test_a_colspan_adds_no_columns_in_which_nothing_begins(span: str) -> None:
    table = f"<table><tr><td>合计<td colspan={span}>9<tr><td>甲<td>1</table>"
    assert [(cell.column, cell.column_span) for cell in cells(table)] == [(1, 1), (2, 1), (1, 1), (2, 1)]


@pytest.mark.parametrize("span", ["x", "-3", "", "0"])
def test_a_colspan_that_is_no_number_is_one(span: str) -> None:
    assert [cell.column for cell in cells(f'<table><tr><td colspan="{span}">甲<td>乙<td>丙</table>')] == [1, 2, 3]


@pytest.mark.parametrize("struck", [
    "<td><s>10</s>12.00", "<td><del>1<b>0</b></del>12.00", "<td><span style='color:red;text-decoration: line-through'>10</span>12.00",
])
def test_text_that_is_struck_through_is_deleted(struck: str) -> None:
    page = f"<table><tr><td>甲{struck}<tr><td>乙<td style='text-decoration:line-through'>5</table>"
    assert grid(page) == [["甲", "12.00"], ["乙", ""]]
    assert [line.text for line in read(page.encode()).hidden][-1] == "5"


def test_sections_are_read_in_the_order_in_which_they_are_shown() -> None:
    table = (
        "<table><tfoot><tr><td>合计<td>3</tfoot><tbody><tr><td>甲<td>1</tbody><tr><td>乙<td>2</tr>"
        "<thead><tr><th>项目<th>金额</thead></table>"
    )
    assert grid(table) == [["项目", "金额"], ["甲", "1"], ["乙", "2"], ["合计", "3"]]


def test_breaks_and_blocks_end_lines_in_text_and_cells() -> None:
    assert lines("<p>一<br>二</p>三<div>四<span>五</span></div>六") == ["一", "二", "三", "四五", "六"]
    assert grid("<table><tr><td>产出指标<br/>1、甲<p>2、乙</p><td> x\n  y </table>") == [["产出指标\n1、甲\n2、乙", "x y"]]


def test_what_is_hidden_is_not_published() -> None:
    table = (
        "<table><tr><td>项目<td style='color:red; DISPLAY : none'>内部编码<td>金额"
        "<tr hidden><td>草稿<td>0<td>0<tr><td>甲<td style='display:none'>x<td>1</table>"
    )
    assert grid(f"{table}") == [["项目", "金额"], ["甲", "1"]]
    assert lines("<script>var a=1;</script><style>p{}</style><p>见</p><p style='visibility:hidden'>不见</p>尾") == ["见", "尾"]


def test_what_a_rule_of_the_page_hides_is_not_published() -> None:
    style = "<style media=print>.f{display:none}</style><style>/*.z{}*/ .x, .y{color:red;display:none} td.w{display:none} .v{display:none}\n"
    style += ".v.on{display:block} @media print{.u{display:none}} .t{display:none !important}</style>"
    paragraphs = "".join(f"<p class='a {name}'>{name}</p>" for name in "xywvutf")
    assert lines(f"{style}{paragraphs}<p class=x style='display:block'>x1</p>") == ["w", "v", "u", "f", "x1"]


def test_a_collapsed_column_is_not_published() -> None:
    table = (
        "<table><colgroup><col><col style='visibility:collapse'></colgroup><col span=2 style='display:none'>"
        "<tr><th>项目<th>编码<th colspan=2>金额<tr><td colspan=2>甲<td>1<td>2</table>"
    )
    assert [(cell.text, cell.column, cell.column_span) for cell in cells(table)] == [
        ("项目", 1, 1), ("金额", 2, 2), ("甲", 1, 1), ("1", 2, 1), ("2", 3, 1),
    ]


@pytest.mark.parametrize(
    ("amount", "read_as"),
    [
        ("10.00<sup>1</sup>", "10.00¹"), ("10.00<sup><a href=#n>[12]</a></sup>0", "10.00[¹²]0"), ("m<sub>2</sub>", "m₂"), ("10<sup>注</sup>", "10注"),
        ("<ruby>12<rt>1</rt></ruby>.50", "12.50"), ("<ruby><rb>12<rp>(<rt>1<rp>)<rb>.5<rt>2</ruby>0", "12.50"),
        ("10.00<span style='font-size:8pt;vertical-align: Super'>1</span>", "10.00¹"),
    ],
)
def test_small_digits_are_never_joined_to_an_amount(amount: str, read_as: str) -> None:
    assert grid(f"<table><tr><td>项目<td>总计<tr><td>甲<td>{amount}</table>")[1] == ["甲", read_as]


@pytest.mark.parametrize(
    "navigation",
    [
        "<nav>当前位置：2022年度部门决算公开</nav>", "<ul><li><a href=x>2022年度部门决算公开</a> [2023-08-01]</li></ul>",
        "<div><a href=/>首页</a> » <a href=x>2022年度部门决算公开</a></div>", "<ul><li><h3><a href=x>2022年度部门决算公开</a></h3></li></ul>",
        "<table><tr><td><a href=x>首页</a><td><a href=y>2022年度部门决算公开</a></table>",
        "<table><tr><td><a href=x>2022年度部门决算公开</a></td><td><table><tr><td>机构</table></td></table>",
    ],
    ids=["nav", "list", "breadcrumbs", "heading in a list", "table", "page layout"],
)
def test_navigation_is_no_content(navigation: str) -> None:
    found = blocks(f"{navigation}<p>项目支出绩效目标表</p>{TABLE}")
    assert [block for block in found if isinstance(block, Grid)] == list(blocks(TABLE))
    assert "2022" not in "".join(block.text for block in found if isinstance(block, TextLine))
    assert TextLine("项目支出绩效目标表") in found


@pytest.mark.parametrize(
    "title",
    [
        "<h1><a href=x>2025年项目支出绩效目标表</a></h1>", "<p><a name=_Toc1>2025年项目支出绩效目标表</a></p>",
        "<p>2025年<a href=x>项目支出绩效目标表</a></p>",
    ],
    ids=["heading", "anchor", "part of a line"],
)
def test_a_title_that_holds_a_link_is_content(title: str) -> None:
    assert lines(f"{title}{TABLE}") == ["2025年项目支出绩效目标表"]


def test_a_cell_of_links_is_content() -> None:
    assert grid("<table><tr><td>项目<td>金额<tr><td><a href=x>甲</a><td>1</table>")[1] == ["甲", "1"]


def test_a_table_in_a_row_of_data_is_text_of_its_cell() -> None:
    inner = "<table><tr><td>产出指标<td>培训人次<td>≥20<tr><td>效益指标<td>满意率<td>100%</table>"
    table = f"<table><tr><th>项目<th>总计<th>目标<th>指标<tr><td>甲<td>10.00<td>保障<td>{inner}<tr><td>乙<td>5<td>建设<td>无</table>"
    assert grid(table) == [
        ["项目", "总计", "目标", "指标"], ["甲", "10.00", "保障", "产出指标 培训人次 ≥20\n效益指标 满意率 100%"], ["乙", "5", "建设", "无"],
    ]


def test_title_and_unit_rows_inside_the_table_are_text() -> None:
    table = (
        "<table><caption>附件1</caption><tr><td colspan=3>收支总表<tr><td>部门：某局<td><td>单位：万元"
        "<tr><th>项目<th>上年<th>本年<tr><td>合计<td>1<td>2<tr><td colspan=3>含上年结转</table>"
    )
    assert lines(table) == ["附件1", "收支总表", "部门：某局", "单位：万元", "含上年结转"]
    assert grid(table) == [["项目", "上年", "本年"], ["合计", "1", "2"]]


def test_a_header_merged_across_the_table_stays_in_it() -> None:
    table = "<table><tr><td colspan=2>“三公”经费预算数<tr><td>合计<td>公务接待费<tr><td>26.37<td>4.50</table>"
    assert grid(table)[0] == ["“三公”经费预算数"]


def test_cells_and_text_astray_in_a_damaged_table_are_kept() -> None:
    table = "<table>单位：元<form><tr><td>项目<td>金额</form><tbody><td>甲<td>1<tr><td>乙</td>误<td>2</tbody></table>"
    assert grid(table) == [["项目", "金额"], ["甲", "1"], ["乙", "2"]]
    assert sorted(lines(table)) == ["单位：元", "误"]


def test_the_title_stands_for_a_page_without_contents() -> None:
    assert lines("<script>load()</script>") == ["页"]
    assert lines("<p>部门预算</p>") == ["部门预算"]


def test_a_page_nested_too_deep_is_refused_rather_than_cut() -> None:
    with pytest.raises(UnreadableDocument, match="cannot be read past line 1") as refused:
        blocks("<div>" * 3000 + "部门预算")
    assert refused.value.code == "damaged-file"


def test_no_entity_is_fetched() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>部门&x;预算</p></body></html>'
    assert read(page.encode()).blocks[-1] == TextLine("部门&x;预算")


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp", "Cn", "Co")) | st.just("\n"), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    plain = CELLS.map(plain_text).filter(lambda text: cell_text(text) == text)
    texts = plain.map(lambda text: "\n".join(line for line in text.split("\n") if line))
    # A row of `标签：内容` cells below a table is text and no row of it; a row in which a cell holds none is never taken for one.
    is_row = st.lists(texts, min_size=width, max_size=width).filter(lambda row: row[0] and row[1] and not {*"：:"} & {*row[0]})
    rows = draw(st.lists(is_row, max_size=8))
    return [[f"列{number}" for number in range(width)], *rows]


@given(tables())
def test_a_written_table_reads_back_the_same(table: list[list[str]]) -> None:
    def tag(text: str) -> str:
        return f"<td>{escape(text)}</td>".replace("\n", "<br>")

    assert grid("<table>" + "".join(f"<tr>{''.join(map(tag, row))}</tr>" for row in table) + "</table>") == table


@given(st.binary() | st.lists(st.sampled_from(
    [
        "<table>", "</table>", "<tr>", "<td rowspan=3>", "<th colspan=0>", "<thead>", "<tfoot>", "</p>", "<p hidden>", "<br>", "表", "<a ",
        "&#0;",
    ],
)).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UnreadableDocument):
        read(data)


@pytest.mark.parametrize(
    "style",
    [
        "tr.x{display:none}", "#r{display:none}", ".t .x{visibility:hidden}", "tr.x{opacity:0}", "tr.x{position:absolute;left:-9999px}",
        "table tr.x{display:none !important} tr{display:table-row}", "@media screen{.x{display:none}}", ".x{font-size:0}", ".x td{color:#fff}",
        ".x{color:#fffffe}", ".x td{background:#123;color:#123}",
    ],
)
def test_rows_that_a_style_sheet_hides_are_not_published(style: str) -> None:
    page = f"<style>{style}</style><table class=t><tr><th>科目<th>金额<tr><td>办公费<td>1.00<tr class=x id=r><td>旧数<td>9.00</table>"
    shown = [row for row in grid(page) if any(row)]
    assert shown == [["科目", "金额"], ["办公费", "1.00"]]
    assert "9.00" in "".join(line.text for line in read(page.encode()).hidden)


@pytest.mark.parametrize(
    "style",
    [
        "@media print{.x{display:none}}", "@media (max-width:600px){.x{display:none}}", ".x{display:none} .x.open{display:block}",
        ".x:hover{display:none}", ".x{display:none} tr.x{display:table-row}", ".x{background:#123;color:#fff}", "ul{font-size:0}",
        ".x{font-size:0} .x td{font-size:12px}", ".x{opacity:.6}", ".x{color:#ccc}",
    ],
)
def test_rows_that_a_screen_shows_are_published(style: str) -> None:
    page = f"<style>{style}</style><table><tr><th>科目<th>金额<tr class=x><td>办公费<td>1.00</table>"
    assert grid(page) == [["科目", "金额"], ["办公费", "1.00"]]


@pytest.mark.parametrize(
    "span",
    [
        '<span style="color:#fff">9</span>', '<font color="white">9</font>', '<span style="font-size:0px">9</span>',
        '<i style="position:absolute; left:-999em">9</i>', '<b style="opacity:0">9</b>', '<span style="color:transparent">9</span>',
    ],
)
def test_hidden_digits_change_no_number(span: str) -> None:
    page = f"<table><tr><th>科目<th>金额<tr><td>办公费<td>{span}1.00</table>"
    assert grid(page)[1] == ["办公费", "1.00"]
    assert [line.text for line in read(page.encode()).hidden] == ["9"]


def test_white_text_is_seen_where_another_file_may_colour_what_is_behind_it() -> None:
    page = '<link rel=stylesheet href=a.css><table><tr style="color:#fff"><th>科目<th>金额<tr><td>办公费<td>1.00</table>'
    assert grid(page)[0] == ["科目", "金额"]


def test_values_of_fields_in_tables_are_read() -> None:
    page = (
        '<table><tr><th>科目<th>金额<th>备注<tr><td><select><option>会议费<option selected>办公费</select><td><input value="1.00">'
        '<input type=hidden value=7><td><textarea>一次性</textarea></table><select><option>友情链接</select>'
    )
    assert grid(page)[1] == ["办公费", "1.00", "一次性"]
    assert lines(page) == []


def test_copies_of_a_table_are_left_out_but_not_a_table_with_a_title_of_its_own() -> None:
    table = "<table><tr><th>科目<th>金额<tr><td>办公费<td>1.00<tr><td>会议费<td>2.00<tr><td>合计<td>3.00</table>"
    blank = "<table><tr><th>科目<th>金额<tr><td>合计<td></table>"
    copied = blocks(f"<div>{table}</div><div class=fixed>{table}</div>")
    assert sum(isinstance(block, Grid) for block in copied) == 1
    assert sum(isinstance(block, Grid) for block in blocks(f"<p>支出总表</p>{table}<p>支出预算表</p>{table}")) == 2
    assert sum(isinstance(block, Grid) for block in blocks(blank + blank)) == 2    # two tables of which both are empty


@pytest.mark.parametrize("cut", ["<table><tr><td>科目<td>金额<tr><td>办公费<td>1.0", "<table><tr><td>一</table><table><tr><td>科目<td>1"])
def test_a_page_that_ends_in_its_table_is_incomplete(cut: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(f"<html><body>{cut}".encode())
    assert refused.value.code == "incomplete-document"


@pytest.mark.parametrize(
    ("attributes", "text", "shown"),
    [
        ("x:num=\"1860.354\" style=\"mso-number-format:'\\#\\,\\#\\#0\\.00'\"", "######", "1860.35"), ('x:num="201"', "###", "201"),
        ('x:num="1860.354"', "1,860.35", "1,860.35"), ("x:num", "######", "######"), ('x:num="a"', "######", "######"),
    ],
)
def test_a_number_too_wide_for_its_column_is_what_the_page_of_a_workbook_holds(attributes: str, text: str, shown: str) -> None:
    (grid,) = read(f"<table><tr><td>项目<td>金额<tr><td>甲<td {attributes}>{text}</table>".encode()).blocks
    assert isinstance(grid, Grid)
    assert grid.cells[3].text == shown


def boxes(rows: list[list[str]], table: str, row: str, cell: str) -> str:
    inner = "".join(f"<div {row}>" + "".join(f"<div {cell}>{text}</div>" for text in texts) + "</div>" for texts in rows)
    return f"<p>某局</p><div {table}>{inner}</div>"


BY_STYLE = ('style="display: table"', 'style="display:table-row"', 'style="display:table-cell"')
BY_CLASS = ('class="t"', 'class="r"', 'class="c"')
BY_ROLE = ('role="grid"', 'role="row"', 'role="gridcell"')


@pytest.mark.parametrize("marks", [BY_STYLE, BY_CLASS, BY_ROLE])
def test_boxes_that_are_laid_out_as_a_table_are_one(marks: tuple[str, str, str]) -> None:
    sheet = "<style>.t{display:table} .r{display:table-row} .c{display:table-cell}</style>"
    rows = [["项目", "金额"], ["会议费", "5.00"], ["培训费", ""]]
    line, grid = read((sheet + boxes(rows, *marks)).encode()).blocks
    assert line == TextLine("某局")
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows()] == rows


@pytest.mark.parametrize("marks", [BY_STYLE, BY_ROLE])
def test_boxes_of_one_cell_are_text(marks: tuple[str, str, str]) -> None:
    assert [block for block in read(boxes([["单位：万元"], ["合计"]], *marks).encode()).blocks if isinstance(block, Grid)] == []
