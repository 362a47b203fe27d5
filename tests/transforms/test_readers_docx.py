"""Word documents become lines and grids of what they show with all revisions accepted."""

from __future__ import annotations

import io
from contextlib import suppress

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.office_packages import NAMESPACES, document, replaced
from transforms.grid import Cell, Grid, TextLine, UnreadableDocument
from transforms.readers.docx import read


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*parts: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(part if part.startswith('<') else run(part) for part in parts)}</w:p>"


def cell(*contents: str, properties: str = "") -> str:
    shown = "".join(part if part.startswith(("<w:p>", "<w:tbl>")) else paragraph(part) for part in contents)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{shown}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(part if part.startswith('<') else cell(part) for part in cells)}</w:tr>"


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def text_of(*parts: str) -> str:
    """The text of a document of one paragraph."""
    return "\n".join(block.text for block in read(document(paragraph(*parts))).blocks if isinstance(block, TextLine))


def grid_of(body: str) -> list[Cell]:
    (grid,) = read(document(body)).blocks
    assert isinstance(grid, Grid)
    return list(grid.cells)


def shown(body: str) -> list[list[tuple[int, str]]]:
    (grid,) = read(document(body)).blocks
    assert isinstance(grid, Grid)
    return [[(cell.column, cell.text) for cell in cells] for cells in grid.rows()]


HEADER = row("项目名称", "总计", "绩效目标")


def test_text_and_tables_stand_in_document_order_titles_and_notes_apart_from_their_table() -> None:
    across = cell("2024年项目支出绩效目标表", properties='<w:gridSpan w:val="3"/>')
    note = cell("注：含上年结转", properties='<w:gridSpan w:val="3"/>')
    body = paragraph("某局2024年部门预算") + table(row(across), HEADER, row("会议费", "5.00", "开好会"), row(note)) + paragraph("完")
    first, title, grid, below, last = read(document(body)).blocks
    assert [first, title, below, last] == [
        TextLine("某局2024年部门预算"), TextLine("2024年项目支出绩效目标表"), TextLine("注：含上年结转"), TextLine("完"),
    ]
    assert grid == Grid((
        Cell("项目名称", 2, 1), Cell("总计", 2, 2), Cell("绩效目标", 2, 3), Cell("会议费", 3, 1), Cell("5.00", 3, 2), Cell("开好会", 3, 3),
    ))


def test_a_document_of_python_docx_with_merged_cells() -> None:
    made = docx.Document()
    grid = made.add_table(3, 4)
    for place, text in {(0, 0): "科目", (0, 2): "本年支出", (1, 2): "基本支出", (1, 3): "项目支出", (2, 0): "208", (2, 1): "社保", (2, 3): "7"}.items():
        grid.cell(*place).text = text
    grid.cell(0, 0).merge(grid.cell(1, 1))
    grid.cell(0, 2).merge(grid.cell(0, 3))
    stream = io.BytesIO()
    made.save(stream)
    (read_grid,) = read(stream.getvalue()).blocks
    assert read_grid == Grid((
        Cell("科目", 1, 1, 2, 2), Cell("本年支出", 1, 3, 1, 2), Cell("基本支出", 2, 3), Cell("项目支出", 2, 4),
        Cell("208", 3, 1), Cell("社保", 3, 2), Cell("", 3, 3), Cell("7", 3, 4),
    ))


def test_merged_cells_end_where_a_cell_of_its_own_or_another_merge_begins() -> None:
    def merged(text: str, mark: str) -> str:
        return cell(text, properties=f"<w:vMerge{mark}/>")

    begin, goes_on = ' w:val="restart"', ""
    body = table(
        row("单位", "项目", "总计"), row(merged("甲局", begin), "一", "1"), row(merged("不显示", goes_on), "二", "2"), row(merged("乙局", begin), "三", "3"),
        row("丙局", "四", "4"), row(merged("丁局", goes_on), "五", "5"),
    )
    assert [(cell.text, cell.row, cell.row_span) for cell in grid_of(body) if cell.column == 1] == [
        ("单位", 1, 1), ("甲局", 2, 2), ("乙局", 4, 1), ("丙局", 5, 1), ("丁局", 6, 1),
    ]


def test_cells_that_old_programs_merge_in_their_row_are_one() -> None:
    begin, goes_on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    body = table(row(cell("收入", properties=begin), cell("", properties=goes_on), "支出"), row("项目", "金额", "金额"))
    assert [(cell.text, cell.column, cell.column_span) for cell in grid_of(body)][:2] == [("收入", 1, 2), ("支出", 3, 1)]


def test_columns_left_out_before_and_after_a_row_are_no_cells_of_it() -> None:
    properties = '<w:gridBefore w:val="1"/><w:wBefore w:w="900" w:type="dxa"/><w:gridAfter w:val="1"/>'
    body = table(HEADER, row("5.00", properties=properties), widths=(900, 900, 900))
    assert shown(body)[1] == [(2, "5.00")]


def test_rows_of_different_grids_stand_below_each_other_by_their_widths() -> None:
    def sized(text: str, width: int) -> str:
        return cell(text, properties=f'<w:tcW w:w="{width}" w:type="dxa"/>')

    body = table(
        row(sized("单位名称", 2000), sized("某局", 4020)), row(sized("项目", 2000), sized("总计", 1000), sized("绩效目标", 3000)),
        row(sized("会议费", 2010), sized("5.00", 990), sized("开好会", 3000)),
    )
    assert [(cell.text, cell.column, cell.column_span) for cell in grid_of(body)] == [
        ("单位名称", 1, 1), ("某局", 2, 2), ("项目", 1, 1), ("总计", 2, 1), ("绩效目标", 3, 1), ("会议费", 1, 1), ("5.00", 2, 1), ("开好会", 3, 1),
    ]


def test_a_layout_table_around_tables_is_read_in_order_its_own_rows_keep_their_cells() -> None:
    inner = table(HEADER, row("会议费", "5.00", "开好会"))
    body = table(row(cell(paragraph("（万元）"), inner, paragraph(""))), row(cell("填表人"), cell("张三")))
    line, grid, *below = read(document(body)).blocks
    assert line == TextLine("（万元）")
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["项目名称", "总计", "绩效目标", "会议费", "5.00", "开好会"]
    assert [cell.text for block in below if isinstance(block, Grid) for cell in block.cells] == ["填表人", "张三"]


def test_a_table_in_a_cell_of_data_is_the_text_of_that_cell() -> None:
    inner = table(row("数量指标", "≥5次"), row("质量指标", "合格"))
    body = table(row("项目名称", "总计", "绩效目标", "绩效指标"), row("会议费", "5.00", "开好会", cell(inner, paragraph(""))))
    assert shown(body)[1][-1] == (4, "数量指标 ≥5次\n质量指标 合格")


@pytest.mark.parametrize("wrapped", [
    "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:customXml w:element='x'>{}</w:customXml>",
])
def test_content_controls_are_transparent_at_every_level(wrapped: str) -> None:
    inner_cell = wrapped.format(cell(f"<w:p>{wrapped.format(run('5.00'))}</w:p>"))
    body = wrapped.format(table(HEADER, wrapped.format(row("会议费", inner_cell, "开好会")))) + wrapped.format(paragraph("完"))
    grid, line = read(document(body)).blocks
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells][3:] == ["会议费", "5.00", "开好会"]
    assert line == TextLine("完")


def test_revisions_are_accepted() -> None:
    assert text_of("<w:ins>" + run("12") + "</w:ins>", '<w:del><w:r><w:delText>34</w:delText></w:r></w:del>', ".00") == "12.00"
    assert text_of("<w:moveFrom>" + run("旧") + "</w:moveFrom>", "<w:moveTo>" + run("新") + "</w:moveTo>") == "新"
    deleted = row("作废", "9.00", "x", properties="<w:del/>")
    assert [texts[0][1] for texts in shown(table(HEADER, deleted, row("会议费", "5.00", "好", properties="<w:ins/>")))] == ["项目名称", "会议费"]
    joined = paragraph("项目支出", properties="<w:rPr><w:del/></w:rPr>") + paragraph("绩效目标表")
    assert read(document(joined)).blocks == (TextLine("项目支出绩效目标表"),)


def test_hidden_text_and_rows_are_not_published() -> None:
    assert text_of(run("1", "<w:vanish/>"), run("5.00"), run("", '<w:vanish w:val="0"/>')) == "5.00"


def test_what_only_a_browser_hides_is_read() -> None:
    assert text_of(run("5.00", "<w:webHidden/>")) == "5.00"
    assert len(shown(table(HEADER, row("内部", "9", "x", properties="<w:hidden/>"), row("会议费", "5.00", "好")))) == 2
    sliver = '<w:trHeight w:val="1" w:hRule="exact"/>'
    body = table(HEADER, row("内部", "9", "x", properties=sliver), row("会议费", "5.00", "好"))
    assert len(shown(body)) == 2
    assert [line.text for line in read(document(body)).hidden] == ["内部 9 x"]


FILLING = '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">{}</w14:textFill>'


@pytest.mark.parametrize("look", [
    '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>', '<w:vanish/>', '<w:color w:val="FEFEFE"/>', FILLING.format("<w14:noFill/>"),
    '<w:color w:val="auto" w:themeColor="background1"/>', FILLING.format('<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'),
    FILLING.format('<w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="100000"/></w14:srgbClr></w14:solidFill>'),
    '<w:w w:val="1"/>', '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
])
def test_what_is_not_seen_in_a_cell_is_told_and_not_read(look: str) -> None:
    body = table(HEADER, row("会议费", "5.00", "好")).replace(run("5.00"), run("9", look) + run("5.00"))
    reading = read(document(body))
    assert [cell.text for cell in grid_of(body)][3:] == ["会议费", "5.00", "好"]
    assert [line.text for line in reading.hidden] == ["9"]


def test_lines_without_height_show_nothing() -> None:
    flat = paragraph("9", properties='<w:spacing w:line="20" w:lineRule="exact"/>')
    reading = read(document(table(HEADER, row("会议费", cell(flat, paragraph("5.00")), "好"))))
    (grid,) = reading.blocks
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells][3:] == ["会议费", "5.00", "好"]
    assert [line.text for line in reading.hidden] == ["9"]


@pytest.mark.parametrize("mark", ["<w:vanish/>", "<w:vanish/><w:specVanish/>"])
def test_a_paragraph_whose_end_is_hidden_goes_on_in_the_next_one(mark: str) -> None:
    hidden = f"<w:rPr>{mark}</w:rPr>"
    body = paragraph("三公", properties=hidden) + paragraph("经费", properties=hidden) + paragraph("表") + paragraph("完")
    assert read(document(body)).blocks == (TextLine("三公经费表"), TextLine("完"))
    of_styles = paragraph("一", properties=f'<w:pStyle w:val="a"/>{hidden}') + paragraph("二")
    assert read(document(of_styles)).blocks == (TextLine("一"), TextLine("二"))


@pytest.mark.parametrize("shape", [
    '<w:drawing><wp:anchor xmlns:wp="wp"><wp:docPr id="1"{}/><wps:wsp><wps:txbx>{}</wps:txbx></wps:wsp></wp:anchor></w:drawing>',
    '<w:drawing><wps:wgp><wps:wsp><wps:cNvPr id="1"{}/><wps:txbx>{}</wps:txbx></wps:wsp></wps:wgp></w:drawing>',
    '<w:pict><v:shape style="width:90pt;{}"><v:textbox>{}</v:textbox></v:shape></w:pict>',
])
def test_text_boxes_that_are_hidden_are_not_read(shape: str) -> None:
    box = f"<w:txbxContent>{paragraph('单位：元')}</w:txbxContent>"
    hiding = "visibility: hidden" if "style" in shape else ' hidden="1"'
    for hides, texts in (("", ["单位：元", "表"]), (hiding, ["表"])):
        blocks = read(document(paragraph(f"<w:r>{shape.format(hides, box)}</w:r>", "表"))).blocks
        assert [block.text for block in blocks if isinstance(block, TextLine)] == texts


def test_white_text_is_seen_on_a_shaded_cell() -> None:
    shade = '<w:shd w:val="clear" w:fill="1F4E79"/>'
    body = table(HEADER, row("会议费", "5.00", "好")).replace(run("5.00"), run("5.00", f'<w:color w:val="FFFFFF"/>{shade}'))
    assert [cell.text for cell in grid_of(body)][3:] == ["会议费", "5.00", "好"]


@pytest.mark.parametrize(("shade", "is_seen"), [('<w:shd w:val="clear" w:fill="1F4E79"/>', True), ("", False)])
def test_a_white_header_is_seen_where_the_style_of_the_table_shades_it(shade: str, is_seen: bool) -> None:
    of_header = f'<w:tblStylePr w:type="firstRow"><w:tcPr>{shade}</w:tcPr></w:tblStylePr>'
    styles = f'<w:styles {NAMESPACES}><w:style w:type="table" w:styleId="dark">{of_header}</w:style></w:styles>'
    white = HEADER.replace("<w:r>", '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr>')
    body = table(white, row("会议费", "5.00", "好")).replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="dark"/></w:tblPr>')
    reading = read(document(body, {"word/styles.xml": styles}, styles="styles.xml"))
    assert bool(reading.hidden) is not is_seen


def test_the_chosen_entry_of_a_drop_down_field_is_read() -> None:
    choice = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="1.00"/><w:listEntry w:val="5.00"/></w:ddList></w:ffData>'
    field = f'<w:r><w:fldChar w:fldCharType="begin">{choice}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert text_of(field) == "5.00"


@pytest.mark.parametrize("strike", ["<w:strike/>", "<w:dstrike/>"])
def test_text_that_is_struck_through_is_deleted(strike: str) -> None:
    assert text_of(run("90", strike), run("100.00"), run("元", '<w:strike w:val="0"/>')) == "100.00元"


ANCHOR = (
    '<w:r><w:drawing><wp:anchor xmlns:wp="wp" xmlns:a="a" behindDoc="{behind}" layoutInCell="1">'
    '<wp:positionH relativeFrom="{by}"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="{width}" cy="250000"/><wp:{wrap}/>'
    '<a:graphic><wps:wsp><wps:spPr><a:prstGeom prst="rect"/><a:{fill}/></wps:spPr></wps:wsp></a:graphic></wp:anchor></w:drawing></w:r>'
)
OVER = {"behind": 0, "by": "column", "left": 0, "width": 900000, "wrap": "wrapNone", "fill": "solidFill"}


@pytest.mark.parametrize(("placed", "is_covered"), [
    ({}, True), ({"behind": 1}, False), ({"by": "page"}, False), ({"left": 400000}, False), ({"width": 90000}, False),
    ({"wrap": "wrapSquare"}, False), ({"fill": "noFill"}, False),
])
def test_what_a_filled_shape_of_its_paragraph_lies_over_is_told_and_not_read(placed: dict[str, object], is_covered: bool) -> None:
    body = table(HEADER, row("会议费", "5.00", "好")).replace(run("5.00"), run("5.00") + ANCHOR.format(**(OVER | placed)))
    reading = read(document(body))
    assert [cell.text for cell in grid_of(body)][3:] == ["会议费", "" if is_covered else "5.00", "好"]
    assert [line.text for line in reading.hidden] == (["5.00"] if is_covered else [])


def test_where_a_centred_amount_stands_is_not_known_unless_the_whole_cell_is_covered() -> None:
    body = table(HEADER, row("会议费", cell(paragraph("5.00", ANCHOR.format(**OVER), properties='<w:jc w:val="center"/>')), "好"))
    assert [cell.text for cell in grid_of(body)][3:] == ["会议费", "5.00", "好"]


def test_a_row_that_is_struck_out_is_told() -> None:
    struck = row("会议费", "5.00", "好").replace("<w:r>", "<w:r><w:rPr><w:dstrike/></w:rPr>")
    assert [line.text for line in read(document(table(HEADER, struck))).hidden] == ["会议费", "5.00", "好"]


def test_styles_hide_and_raise_text_unless_it_says_otherwise() -> None:
    styles = (
        '<w:style w:styleId="base"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="hint"><w:basedOn w:val="base"/></w:style>'
        '<w:style w:styleId="mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )
    body = (
        paragraph("窗体顶端", properties='<w:pStyle w:val="hint"/>')
        + paragraph(run("显示", '<w:vanish w:val="false"/>'), properties='<w:pStyle w:val="hint"/>')
        + paragraph("10.00", run("1", '<w:rStyle w:val="mark"/>'))
    )
    parts: dict[str, str | bytes] = {"word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>"}
    assert read(document(body, parts, styles="styles.xml")).blocks == (TextLine("显示"), TextLine("10.00¹"))


@pytest.mark.parametrize(("content", "text"), [
    (run("10.00") + run("1", '<w:vertAlign w:val="superscript"/>'), "10.00¹"),
    (run("10.00") + '<w:r><w:footnoteReference w:id="7"/></w:r>', "10.00¹"),
    (run("部门：甲") + "<w:r><w:tab/></w:r>" + run("单位：元"), "部门：甲\t单位：元"),
    (run("一") + "<w:r><w:br/></w:r>" + run("二"), "一\n二"),
    ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run("95%"), "≥95%"),
    (run("\uf0a3", '<w:rFonts w:ascii="Symbol"/>') + run("5天"), "≤5天"),
    ('<w:r><w:sym w:font="某字体" w:char="F0B3"/></w:r>', "\uf0b3"),
    ("<m:oMath><m:r><m:t>≥</m:t></m:r></m:oMath>" + run("3"), "≥3"),
    ('<w:r><w:ruby><w:rt><w:r><w:t>yu</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>预</w:t></w:r></w:rubyBase></w:ruby></w:r>', "预"),
    ('<w:hyperlink r:id="r9"><w:r><w:t>附件</w:t></w:r></w:hyperlink>', "附件"),
    ('<w:fldSimple w:instr="=SUM(ABOVE)"><w:r><w:t>12.5</w:t></w:r></w:fldSimple>', "12.5"),
    ("<w:r><w:t> 5.00 </w:t></w:r>", "5.00"),
], ids=["superscript", "footnote", "tab", "break", "symbol", "symbol font", "unknown symbol", "formula", "ruby", "link", "field", "space"])
def test_the_text_of_a_paragraph(content: str, text: str) -> None:
    assert text_of(content) == text


def test_fields_give_their_results() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = mark("begin") + "<w:r><w:instrText>REF x</w:instrText></w:r>" + mark("separate") + run("条件") + mark("end")
    assert text_of(mark("begin") + "<w:r><w:instrText>IF </w:instrText></w:r>" + inner + mark("separate") + run("8.5") + mark("end")) == "8.5"
    unfinished = paragraph(mark("begin") + run("编号")) + paragraph("5.00")
    assert TextLine("5.00") in read(document(unfinished)).blocks    # a field that never ends hides no more than its paragraph


def test_a_text_box_is_read_once_in_front_of_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('单位：万元')}{table(HEADER, row('会议费', '5.00', '好'))}</w:txbxContent>"
    shape = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    line, grid, last = read(document(paragraph(shape, "后文"))).blocks
    assert (line, last) == (TextLine("单位：万元"), TextLine("后文"))
    assert isinstance(grid, Grid)
    without_choice = shape.replace(f"<wps:txbx>{box}</wps:txbx>", "")
    assert read(document(paragraph(without_choice))).blocks[0] == TextLine("单位：万元")


def test_notes_and_page_headers_stand_behind_the_text_footers_nowhere() -> None:
    parts: dict[str, str | bytes] = {
        "word/footnotes.xml": f'<w:footnotes {NAMESPACES}><w:footnote w:id="7">{paragraph("含上年结转")}</w:footnote></w:footnotes>',
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{paragraph('单位：万元')}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {NAMESPACES}>{paragraph('第3页')}</w:ftr>",
    }
    body = paragraph("10.00", '<w:r><w:footnoteReference w:id="7"/></w:r>')
    data = document(body, parts, footnotes="footnotes.xml", header="header1.xml", footer="footer1.xml")
    assert read(data).blocks == (TextLine("10.00¹"), TextLine("¹含上年结转"), TextLine("单位：万元"))


def test_an_imported_page_is_read_where_it_stands() -> None:
    parts: dict[str, str | bytes] = {"word/page.html": "<html><body><p>甲<table><tr><td>项目<td>总计<tr><td>会议费<td>5</table></body></html>".encode()}
    first, line, grid = read(document(paragraph("前") + '<w:altChunk r:id="r1"/>', parts, aFChunk="page.html")).blocks
    assert (first, line) == (TextLine("前"), TextLine("甲"))
    assert isinstance(grid, Grid)
    with pytest.raises(UnreadableDocument) as raised:
        read(document('<w:altChunk r:id="r1"/>', {"word/x.docx": document("")}, aFChunk="x.docx"))
    assert raised.value.code == "unsupported-content"


def test_strict_documents_and_old_separators_are_read_alike() -> None:
    data = document(table(HEADER, row("会议费", "5.00", "好")))
    strict = replaced(data, b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    strict = replaced(strict, b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")
    assert strict != data
    assert read(strict).blocks == read(data).blocks


@given(st.integers(0, 2_000), st.integers(1, 40), st.binary(min_size=1, max_size=8))
@settings(max_examples=60)
def test_damaged_documents_are_told_never_half_read(place: int, length: int, junk: bytes) -> None:
    whole = document(paragraph("表") + table(HEADER, row("会议费", "5.00", "好")))
    with suppress(UnreadableDocument):
        read(whole[: place % len(whole)] + junk + whole[(place + length) % len(whole):])


def test_members_that_would_begin_in_front_of_the_file_are_damage() -> None:
    whole = document(paragraph("表" * 2_000) + table(HEADER, row("会议费", "5.00", "好")))
    cut = whole[:4] + whole[4 + whole.index(b"word/document.xml") :]    # the directory says where members were
    with pytest.raises(UnreadableDocument) as raised:
        read(cut)
    assert raised.value.code == "damaged-file"
