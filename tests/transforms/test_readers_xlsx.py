"""Workbooks become grids of what their sheets show, numbers exact."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import openpyxl
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, FormulaRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from tests.transforms.office_packages import replaced
from transforms.grid import Cell, Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import office_package, sheets
from transforms.readers.number_formats import parse_number_format
from transforms.readers.xlsx import read


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def workbook(*rows: list[object], change: Callable[[Worksheet], None] = lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    return saved(book)


def with_sheet_xml(xml: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return stream.getvalue()


def sheet_xml(rows: str) -> bytes:
    return with_sheet_xml(f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>')


def texts(block: TextLine | Grid) -> list[list[str]]:
    assert isinstance(block, Grid)
    return [[cell.text for cell in row] for row in block.rows()]


def test_a_published_sheet_is_its_heading_lines_its_table_and_its_note() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.title = "政府性基金"
        for area in ("A1:D1", "A2:C2", "C3:D3", "A3:A4", "B3:B4", "A9:D9"):
            sheet.merge_cells(area)

    data = workbook(
        ["政府性基金预算支出表"], ["部门：某局", None, None, "单位：万元"], ["科目编码", "科目名称", "本年支出"],
        [None, None, "基本支出", "项目支出"], [208, "社会保障支出", 12.5, None], [None], [None], [None],
        ["含上年结转"], change=merge,
    )
    *heading, table, note = read(data).blocks
    assert heading == [TextLine("政府性基金预算支出表", row=1), TextLine("部门：某局", row=2), TextLine("单位：万元", row=2)]
    assert table == Grid((
        Cell("科目编码", 3, 1, row_span=2), Cell("科目名称", 3, 2, row_span=2), Cell("本年支出", 3, 3, column_span=2),
        Cell("基本支出", 4, 3), Cell("项目支出", 4, 4),
        Cell("208", 5, 1), Cell("社会保障支出", 5, 2), Cell("12.5", 5, 3), Cell("", 5, 4),
    ), sheet="政府性基金")
    assert note == TextLine("含上年结转", row=9)


def test_hidden_sheets_rows_and_columns_are_not_published() -> None:
    book = openpyxl.Workbook()
    shown, hidden, very_hidden = book.active, book.create_sheet("字典"), book.create_sheet("校验")
    hidden.sheet_state, very_hidden.sheet_state = "hidden", "veryHidden"
    for sheet in (shown, hidden, very_hidden):
        for row in (["项目支出绩效目标表"], ["ID", "项目", "总计"], ["9", "XMMC", "ZJ"], ["1", "会议费", 5]):
            sheet.append(row)
    shown.merge_cells("A1:C1")
    shown.column_dimensions["A"].hidden = True
    shown.row_dimensions[3].hidden = True
    title, table = read(saved(book)).blocks
    assert title == TextLine("项目支出绩效目标表", row=1)
    assert isinstance(table, Grid)
    assert [(cell.text, cell.row, cell.column) for cell in table.cells] == [("项目", 2, 1), ("总计", 2, 2), ("会议费", 4, 1), ("5", 4, 2)]


def test_what_is_not_seen_is_told_and_not_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["项目", "总计", "备注"], ["会议费", 5, "好"], ["校验", 9, "旧"]):
        sheet.append(row)
    for cell in sheet[3]:
        cell.font = Font(color="FFFFFFFF")
    for cell in sheet[1]:    # white on blue is seen
        cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF1F4E79")
    sheet["C2"].number_format = "[White]General"
    reading = read(saved(book))
    (table,) = reading.blocks
    assert isinstance(table, Grid)
    assert [cell.text for cell in table.cells] == ["项目", "总计", "备注", "会议费", "5", ""]
    assert [line.text for line in reading.hidden] == ["好", "校验", "9", "旧"]


@pytest.mark.parametrize(("color", "ground"), [
    (Color(theme=0), None), (Color(theme=1, tint=0.99), None), (Color(theme=4), Color(theme=4)), (Color(indexed=50), Color(indexed=50)),
    (Color(theme=0, tint=-0.5), Color(theme=1, tint=0.5)),
])
def test_text_of_the_colour_behind_it_is_not_read_whatever_names_the_colour(color: Color, ground: Color | None) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].font, sheet["B2"].fill = Font(color=color), PatternFill("solid", fgColor=ground) if ground else PatternFill()

    (table,) = read(workbook(["项目", "总计"], ["会议费", 5], change=change)).blocks
    assert texts(table)[1] == ["会议费", ""]


@pytest.mark.parametrize(("color", "ground"), [
    (Color(theme=0, tint=-0.25), None), (Color(theme=1), None), (Color(theme=4), Color(theme=5)), (Color(theme=4), None), (Color(theme=0), Color(theme=4)),
])
def test_text_of_another_colour_than_that_behind_it_is_read(color: Color, ground: Color | None) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].font, sheet["B2"].fill = Font(color=color), PatternFill("solid", fgColor=ground) if ground else PatternFill()

    (table,) = read(workbook(["项目", "总计"], ["会议费", 5], change=change)).blocks
    assert texts(table)[1] == ["会议费", "5"]


WHITE, WHITE_ON_BLUE = Font(color="FFFFFFFF"), {"font": Font(color="FFFFFFFF"), "fill": PatternFill(bgColor="FF1F4E79")}


@pytest.mark.parametrize(("rule", "shown"), [
    (CellIsRule(operator="greaterThan", formula=["5"], font=WHITE), ["0", "5", ""]),
    (CellIsRule(operator="equal", formula=["0"], font=WHITE), ["", "5", "9"]),
    (CellIsRule(operator="between", formula=["1", "6"], font=WHITE), ["0", "", "9"]),
    (FormulaRule(formula=['$A2="差旅费"'], font=WHITE), ["0", "", "9"]), (FormulaRule(formula=["B2 <> 9"], font=WHITE), ["", "", "9"]),
    (FormulaRule(formula=["B$2=0"], font=WHITE), ["", "", ""]), (FormulaRule(formula=["ISERROR(B2)"], font=WHITE), ["0", "5", "9"]),
    (CellIsRule(operator="greaterThan", formula=["5"], **WHITE_ON_BLUE), ["0", "5", "9"]),
    (FormulaRule(formula=["MOD(ROW(),2)=0"], fill=PatternFill(bgColor="FFEEEEEE")), ["0", "5", "9"]),
])
def test_what_a_conditional_format_hides_is_not_read(rule: Rule, shown: list[str]) -> None:
    data = workbook(["项目", "总计"], ["会议费", 0], ["差旅费", 5], ["培训费", 9], change=lambda sheet: sheet.conditional_formatting.add("B2:B4", rule))
    reading = read(data)
    (table,) = reading.blocks
    assert [row[1] for row in texts(table)[1:]] == shown
    assert not reading.errors


def test_a_conditional_format_that_may_hide_is_told() -> None:
    rule = FormulaRule(formula=["MOD(B2,7)=2"], font=WHITE)
    data = workbook(["项目", "总计"], ["会议费", 0], change=lambda sheet: sheet.conditional_formatting.add("B2:B4", rule))
    assert [error.code for error in read(data).errors] == ["unread-format"]


def test_zeros_that_a_sheet_does_not_show_are_not_read() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.sheet_view.showZeros = False

    (table,) = read(workbook(["项目", "总计"], ["会议费", 0], ["差旅费", 5], change=change)).blocks
    assert texts(table) == [["项目", "总计"], ["会议费", ""], ["差旅费", "5"]]


def test_the_head_of_printed_pages_and_text_boxes_state_units() -> None:
    book = openpyxl.Workbook()
    for row in (["项目", "总计"], ["会议费", 5]):
        book.active.append(row)
    book.active.oddHeader.right.text = "单位：万元"
    book.active.oddHeader.left.text = "第&P页"
    assert TextLine("单位：万元") in read(saved(book)).blocks


def test_text_boxes_that_are_hidden_are_not_read() -> None:
    book = openpyxl.Workbook()
    for row in (["项目", "总计"], ["会议费", 5]):
        book.active.append(row)
    picture = io.BytesIO()
    PIL.Image.new("1", (1, 1)).save(picture, "PNG")
    book.active.add_image(Image(picture))
    data = saved(book)
    for hides, lines in (("", [TextLine("单位：元")]), (' hidden="1"', [])):
        box = f"<sp><nvSpPr><cNvPr id='1'{hides}/></nvSpPr><txBody><p><r><t>单位：元</t></r></p></txBody></sp>"
        blocks = read(replaced(data, b"<pic>", box.encode() + b"<pic>")).blocks
        assert [block for block in blocks if isinstance(block, TextLine)] == lines


ANCHORS = {    # of the box over B2, as programs write them; openpyxl's rows are 15 points high, its columns 13 digits wide
    "two cells": "<twoCellAnchor><from><col>1</col><colOff>9525</colOff><row>1</row><rowOff>0</rowOff></from>"
                 "<to><col>1</col><colOff>850000</colOff><row>1</row><rowOff>180000</rowOff></to>{}</twoCellAnchor>",
    "one cell": "<oneCellAnchor><from><col>1</col><colOff>0</colOff><row>1</row><rowOff>0</rowOff></from>"
                "<ext cx='866775' cy='190500'/>{}</oneCellAnchor>",
    "none": "<absoluteAnchor><pos x='866775' y='190500'/><ext cx='866775' cy='190500'/>{}</absoluteAnchor>",
}
BOX = "<sp><spPr><prstGeom prst='{}'/>{}</spPr></sp>"
WHITE_FILL = "<solidFill><srgbClr val='FFFFFF'/></solidFill>"


def covered(anchor: str, shape: str) -> Reading:
    """Of a sheet with a shape over the amount in its second row."""
    book = openpyxl.Workbook()
    for row in (["项目", "总计"], ["会议费", 291.7], ["差旅费", 5]):
        book.active.append(row)
    book.active.column_dimensions["A"].width = book.active.column_dimensions["B"].width = 13
    picture = io.BytesIO()
    PIL.Image.new("1", (1, 1)).save(picture, "PNG")
    book.active.add_image(Image(picture), "F9")
    return read(replaced(saved(book), b"<oneCellAnchor>", anchor.format(shape).encode() + b"<oneCellAnchor>"))


@pytest.mark.parametrize("anchor", ANCHORS.values(), ids=ANCHORS)
def test_an_amount_under_a_filled_shape_is_told_and_not_read(anchor: str) -> None:
    reading = covered(anchor, BOX.format("rect", WHITE_FILL))
    assert texts(reading.blocks[0]) == [["项目", "总计"], ["会议费", ""], ["差旅费", "5"]]
    assert [line.text for line in reading.hidden] == ["291.7"]


TEXT = "<txBody><p><r><t>800</t></r></p></txBody></sp>"


@pytest.mark.parametrize(("fill", "amount", "hidden"), [(WHITE_FILL, "800", ["291.7"]), ("<noFill/>", "291.7", [])])
def test_a_text_of_the_size_of_a_cell_over_it_is_the_cells(fill: str, amount: str, hidden: list[str]) -> None:
    reading = covered(ANCHORS["two cells"], BOX.format("rect", fill).removesuffix("</sp>") + TEXT)
    assert texts(reading.blocks[-1])[1] == ["会议费", amount]
    assert [line.text for line in reading.hidden] == hidden


def test_a_text_larger_than_a_cell_is_a_line() -> None:
    anchor = ANCHORS["one cell"].replace("cx='866775'", "cx='5000000'")
    line, table = covered(anchor, BOX.format("rect", WHITE_FILL).removesuffix("</sp>") + TEXT).blocks
    assert isinstance(line, TextLine)
    assert line.text == "800"
    assert texts(table)[1] == ["会议费", ""]


@pytest.mark.parametrize("shape", [
    BOX.format("rect", "<noFill/>"), BOX.format("rect", ""), BOX.format("ellipse", WHITE_FILL),
    BOX.format("rect", "<solidFill><srgbClr val='FFFF00'><alpha val='40000'/></srgbClr></solidFill>"),
    "<sp><nvSpPr><cNvPr id='1' hidden='1'/></nvSpPr>" + BOX.format("rect", WHITE_FILL).removeprefix("<sp>"),
])
def test_an_amount_that_is_seen_through_a_shape_is_read(shape: str) -> None:
    reading = covered(ANCHORS["one cell"], shape)
    assert texts(reading.blocks[0])[1] == ["会议费", "291.7"]
    assert reading.hidden == ()


@pytest.mark.parametrize(("picture", "shown"), [
    (PIL.Image.new("RGB", (91, 20), "white"), ""), (PIL.Image.new("RGBA", (91, 20), (255, 0, 0, 90)), "291.7"), (PIL.Image.new("RGB", (30, 20)), "291.7"),
])
def test_an_amount_under_a_picture_is_read_where_it_is_seen(picture: PIL.Image.Image, shown: str) -> None:
    book = openpyxl.Workbook()
    for row in (["项目", "总计"], ["会议费", 291.7], ["差旅费", 5]):
        book.active.append(row)
    book.active.column_dimensions["B"].width = 13
    file = io.BytesIO()
    picture.save(file, "PNG")
    book.active.add_image(Image(file), "B2")
    assert texts(read(saved(book)).blocks[0])[1] == ["会议费", shown]


def test_only_the_sheet_in_front_of_an_embedded_workbook_is_shown() -> None:
    book = openpyxl.Workbook()
    for sheet, name in ((book.active, "草稿"), (book.create_sheet(), "会议费")):
        for row in (["项目", "总计"], [name, 5]):
            sheet.append(row)
    book.active = 1
    (table,) = read(saved(book), only_front=True).blocks
    assert isinstance(table, Grid)
    assert table.cells[2].text == "会议费"


@pytest.mark.parametrize("thin", ["0", "0.75"])
def test_rows_without_height_and_columns_without_width_are_not_published(thin: str) -> None:
    rows = "".join(
        f'<row r="{row}" ht="{height}"><c r="A{row}" t="str"><v>项{row}</v></c><c r="B{row}"><v>9</v></c><c r="C{row}"><v>{row}</v></c></row>'
        for row, height in ((1, "14.25"), (2, thin), (3, "14.25"))
    )
    columns = '<cols><col min="1" max="1" width="9"/><col min="2" max="2" width="0" customWidth="1"/></cols>'
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    (table,) = read(with_sheet_xml(f'<worksheet xmlns="{namespace}">{columns}<sheetData>{rows}</sheetData></worksheet>')).blocks
    assert texts(table) == [["项1", "1"], ["项3", "3"]]


def test_a_merged_cell_whose_first_row_and_column_are_hidden_shows_in_the_rest() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:B4")
        sheet.column_dimensions["A"].hidden = True
        sheet.row_dimensions[2].hidden = True

    (table,) = read(workbook(["x", "单位", "项目"], ["某局", None, "甲"], [None, None, "乙"], [None, None, "丙"], change=change)).blocks
    assert isinstance(table, Grid)
    assert table.cells[2:] == (Cell("某局", 3, 1, row_span=2), Cell("乙", 3, 2), Cell("丙", 4, 2))


@pytest.mark.parametrize(
    ("stored", "published"),
    [
        ("1234.5600000000001", "1234.56"), ("0.30000000000000004", "0.3"), ("7626.0600000000004", "7626.06"), ("12", "12"), ("12.0", "12"),
        ("4.40106210000000003E+20", "4.40106E+20"), ("123456789012345", "123456789012345"), ("1.0000000000000001E-5", "0.00001"), ("-13.27", "-13.27"), ("0", "0"),
        ("123456789012.34", "123456789012.34"),
    ],
)
def test_numbers_are_exact_and_plain(stored: str, published: str) -> None:
    (table,) = read(sheet_xml(f'<row><c t="str"><v>合计</v></c><c><v>{stored}</v></c></row>')).blocks
    assert texts(table) == [["合计", published]]


@pytest.mark.parametrize(
    ("code", "value", "published"),
    [
        ("0%", 0.95, "95%"), ("0.0%", 0.9555, "95.6%"), ("000000", 37001, "037001"), ('0"人"', 12, "12人"), ('"≥"0%', 0.8, "≥80%"),
        ("#,##0.00", 1234.5, "1234.5"), ("¥#,##0.00", 3, "3"), ("0!.0,", 12_345_678, "1234.6"), ("0!.0000", 12_345_678, "1234.5678"), ("#,##0,", 1_234_500, "1235"),
        ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, "-"), ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', -5, "-5"),
        ("#,##0.00;-#,##0.00;", 0, ""), ("0.00_);[Red]\\(0.00\\)", -3, "-3"), ("# ?/?", 0.5, "0.5"), ("G/通用格式", 0.5, "0.5"),
        ("0.00", 421.9812345, "421.98"), ("#,##0.00", 421.97999999999996, "421.98"), ("0.00", 1.005, "1.01"), ("0.00", -1.005, "-1.01"),
        ("0", 2.5, "3"), ("0.##", 1.236, "1.24"), ("0.00", -0.001, "0"), ("0.00", 1e300, "1" + "0" * 300), ("0." + 50 * "0", 0.5, "0.5"), ("0.00E+00", 1.23456, "1.23456"),
        ("General", 421.9812345, "421.9812345"), ('General"人"', 0.5, "0.5人"), ("0.00%", 0.123456, "12.35%"),
        ('[>=10000]0!.0,"万";0', 5000, "5000"), ('[>=10000]0!.0,"万";0', 12_345, "12345"), ('[=5]"";General', 5, ""), ('[=5]"";General', 5.5, "5.5"),
        ('[<=-1]0;[>1]"多";0.00', 1.26, "多"), ('[<=-1]0;[>1]"多";0.00', 0.126, "0.126"), ('[Red][>9]0.0;"—"', 5.25, "—"), ("[>9]0.0", 5.25, "5.25"), (";;;", 5, ""), (";;;", "内部", ""), (";;", 5, ""), (";;", "内部", "内部"), ('"—"', 5, "—"), ("0;-0;;@", 0, ""), ("0.00;;;@", "甲", "甲"),
    ],
)
def test_numbers_are_read_as_their_format_shows_them(code: str, value: float | str, published: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].number_format = code

    (table,) = read(workbook(["项目", "指标值"], ["甲", value], change=change)).blocks
    assert texts(table)[1] == ["甲", published]


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"', "[h]:mm", "[$-804]上午/下午h:mm", "@"])
def test_formats_of_dates_and_texts_say_nothing_of_numbers(code: str) -> None:
    assert parse_number_format(code) is None


def test_dates_are_iso_and_truth_values_as_shown() -> None:
    moment = datetime.datetime.fromisoformat("2024-01-02 03:04:05")
    row = [datetime.date(2024, 12, 31), moment, datetime.time(9, 30), datetime.timedelta(hours=30), True]
    (table,) = read(workbook(["甲", "乙", "丙", "丁", "戊"], row)).blocks
    assert texts(table)[1] == ["2024-12-31", "2024-01-02 03:04:05", "09:30:00", "30:00:00", "TRUE"]


def test_formulas_give_the_saved_value_and_their_own_text_where_none_was_saved() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>项目</v></c><c r="B1" t="str"><v>金额</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"会"&amp;"议"</f><v>会议</v></c><c r="B2"><f>2+3</f><v>5</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="A4"><f>A2</f></c><c r="B4"><f>SUM(B2:B3)</f></c></row>'
    )
    (table,) = read(sheet_xml(rows)).blocks
    assert texts(table) == [["项目", "金额"], ["会议", "5"], ["", "#DIV/0!"], ["=A2", "=SUM(B2:B3)"]]


@pytest.mark.parametrize(
    ("cell", "published"),
    [
        ('<c t="b"><v>0</v></c>', "FALSE"), ('<c t="b"><v>1</v></c>', "TRUE"), ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="d"><v>2024-12-31</v></c>', "2024-12-31"), ('<c t="d"><v>2024-12-31T00:00:00</v></c>', "2024-12-31"),
        ('<c t="d"><v>2024-12-31T09:30:00</v></c>', "2024-12-31 09:30:00"), ('<c t="d"><v>09:30:00</v></c>', "09:30:00"),
        ('<c t="inlineStr"><is><t>会议费</t></is></c>', "会议费"), ('<c><is><t>会议费</t></is></c>', "会议费"),
        ('<c t="inlineStr"><is><t>银行</t><rPh sb="0" eb="2"><t>yinhang</t></rPh></is></c>', "银行"),
        ('<c t="inlineStr"><is><r><t>1. </t></r><r><t xml:space="preserve"> 甲</t></r></is></c>', "1. 甲"),
        ('<c t="str"><v>甲_x000D_\n乙_x005F_x0041_</v></c>', "甲\n乙_x0041_"), ('<c t="str"><v>_xD83D_</v></c>', "_xD83D_"),
        ('<c t="str"><v>甲<![CDATA[<乙>]]></v></c>', "甲<乙>"), ("<c><v>三万</v></c>", "三万"), ("<c><v>NaN</v></c>", "NaN"),
        ("<c><v>1E999</v></c>", "1E999"), ("<c><v>-0</v></c>", "0"), ('<c s="99"><v>5</v></c>', "5"), ('<c t="s"><v></v></c>', ""),
    ],
)
def test_a_cell_is_read_by_its_type(cell: str, published: str) -> None:
    (table,) = read(sheet_xml(f'<row><c t="str"><v>项目</v></c><c t="str"><v>值</v></c></row><row><c t="str"><v>甲</v></c>{cell}</row>')).blocks
    assert texts(table)[1] == ["甲", published]


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
def test_dates_count_from_the_workbook_s_own_first_day(epoch: datetime.datetime) -> None:
    book = openpyxl.Workbook()
    book.epoch = epoch
    for row in (["项目", "日期"], ["甲", datetime.date(2024, 12, 31)]):
        book.active.append(row)
    (table,) = read(saved(book)).blocks
    assert texts(table)[1] == ["甲", "2024-12-31"]


def test_rows_without_a_number_have_that_of_their_cells() -> None:
    rows = '<row><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row><row><c r="B5"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c><c><v>6</v></c></row>'
    (table,) = read(sheet_xml(rows)).blocks
    assert isinstance(table, Grid)
    assert [(cell.text, cell.row, cell.column) for cell in table.cells if cell.text] == [
        ("1", 2, 2), ("2", 2, 3), ("3", 5, 2), ("4", 5, 3), ("5", 6, 1), ("6", 6, 2),
    ]


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("namespace", ["http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"])
def test_namespaces_are_those_of_any_program(namespace: str, prefix: str) -> None:
    declared = f"xmlns{':' if prefix else ''}{prefix.rstrip(':')}"
    row = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    xml = f'<worksheet {declared}="{namespace}"><sheetData>{row * 2}</sheetData></worksheet>'
    (table,) = read(with_sheet_xml(re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", xml))).blocks
    assert texts(table) == [["1", "2"], ["1", "2"]]


def test_text_that_is_struck_through_is_deleted() -> None:
    runs = '<r><rPr><strike/></rPr><t>90</t></r><r><rPr><strike val="0"/></rPr><t>100.00</t></r>'
    reading = read(sheet_xml(f'<row><c t="inlineStr"><is>{runs}</is></c><c><v>1</v></c></row><row><c><v>2</v></c><c><v>3</v></c></row>'))
    assert texts(reading.blocks[0]) == [["100.00", "1"], ["2", "3"]]
    assert [line.text for line in reading.hidden] == ["90"]
    struck = openpyxl.styles.Font(strike=True)
    reading = read(workbook(["项目", "金额"], ["甲", 5], ["乙", 6], change=lambda sheet: setattr(sheet["B2"], "font", struck)))
    assert texts(reading.blocks[0]) == [["项目", "金额"], ["甲", ""], ["乙", "6"]]
    assert [line.text for line in reading.hidden] == ["5"]


def test_a_text_whose_parts_are_all_struck_out_is_told() -> None:
    runs = b"<r><rPr><strike/></rPr><t>5.00</t></r>"
    reading = read(replaced(workbook(["项目", "总计"], ["会议费", "x"]), b"<t>x</t>", runs))
    assert texts(reading.blocks[-1])[-1] == ["会议费", ""]
    assert [line.text for line in reading.hidden] == ["5.00"]


@pytest.mark.parametrize("look", ['<sz val="1"/><color rgb="FF000000"/>', '<color rgb="FFFFFFFF"/><sz val="11"/>', '<color theme="0"/>'])
@pytest.mark.parametrize("is_shared", [False, True])
def test_a_part_of_a_text_that_is_not_seen_is_told_and_not_read(look: str, is_shared: bool) -> None:
    runs = f'<r><rPr>{look}</rPr><t>9</t></r><r><rPr><sz val="11"/></rPr><t>219.70</t></r>'
    if is_shared:
        reading = read(replaced(workbook(["项目", "总计"], ["会议费", "x"]), b"<t>x</t>", runs.encode()))
    else:
        row = f'<row r="1"><c r="A1" t="str"><v>会议费</v></c><c r="B1" t="inlineStr"><is>{runs}</is></c></row>'
        reading = read(with_sheet_xml(f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{row}</sheetData></worksheet>'))
    assert texts(reading.blocks[-1])[-1] == ["会议费", "219.70"]
    assert [line.text for line in reading.hidden] == ["9"]


@pytest.mark.parametrize("rule", ['type="dataBar"><dataBar showValue="{}"/>', 'type="iconSet"><iconSet showValue="{}"/>'])
def test_a_number_in_whose_place_a_bar_or_sign_stands_is_not_read(rule: str) -> None:
    for shows, amount in (("1", "5"), ("0", "")):
        condition = f'<conditionalFormatting sqref="B1:B9"><cfRule priority="1" {rule.format(shows)}</cfRule></conditionalFormatting>'
        data = replaced(workbook(["项目", "总计"], ["会议费", 5]), b"</sheetData>", b"</sheetData>" + condition.encode())
        (table,) = read(data).blocks
        assert texts(table) == [["项目", "总计"], ["会议费", amount]]


RAISED = '<r><t>10.00</t></r><r><rPr><b/><vertAlign val="superscript"/></rPr><t>1</t></r>'


def test_raised_digits_are_never_joined_to_an_amount() -> None:
    rows = '<row><c t="str"><v>项目</v></c><c t="str"><v>总计</v></c></row>'
    rows += f'<row><c t="str"><v>甲</v></c><c t="inlineStr"><is>{RAISED}</is></c></row>'
    rows += '<row><c t="str"><v>乙</v></c><c t="inlineStr"><is><r><t>5</t></r><r><t>0</t></r></is></c></row>'
    (table,) = read(sheet_xml(rows)).blocks
    assert texts(table)[1:] == [["甲", "10.00¹"], ["乙", "50"]]


def test_raised_digits_in_shared_texts_are_never_joined_to_an_amount() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["项目", "总计"], ["甲", "10.001"]))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace("<t>10.001</t>", RAISED))
    (table,) = read(stream.getvalue()).blocks
    assert texts(table)[1] == ["甲", "10.00¹"]


def test_text_keeps_its_line_breaks_and_inner_spaces() -> None:
    (table,) = read(workbook(["编码", "名称"], ["101", " 1、甲\r\n　2、乙 "])).blocks
    assert texts(table)[1] == ["101", "1、甲\n　2、乙"]


def test_several_tables_on_a_sheet_are_several_grids() -> None:
    form = [["绩效目标表"], ["项目名称", "甲"], ["金额", 5]]
    blocks = read(workbook(*form, [None], *form)).blocks
    assert [block.row if isinstance(block, TextLine) else texts(block) for block in blocks] == [
        1, [["项目名称", "甲"], ["金额", "5"]], 5, [["项目名称", "甲"], ["金额", "5"]],
    ]


def test_a_table_reaching_from_column_c_has_no_blank_columns_before_it() -> None:
    (table,) = read(workbook([None, None, "项目", "金额"], [None, None, "甲", None])).blocks
    assert texts(table) == [["项目", "金额"], ["甲", ""]]


def test_a_sheet_of_prose_is_lines_and_an_empty_sheet_is_nothing() -> None:
    assert read(workbook(["第一部分"], [None], ["某局为一级预算单位。"])).blocks == (
        TextLine("第一部分", row=1), TextLine("某局为一级预算单位。", row=3))
    assert read(workbook()).blocks == ()


def test_a_hundred_thousand_blank_rows_hold_nothing() -> None:
    head = '<row r="1"><c r="A1" t="str"><v>项目</v></c><c r="B1" t="str"><v>金额</v></c></row>'
    blank = "".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(2, 100_000))
    foot = '<row r="1048576"><c r="A1048576" t="str"><v>合计</v></c><c r="B1048576"><v>5</v></c></row>'
    (table,) = read(sheet_xml(head + blank + foot)).blocks
    assert texts(table) == [["项目", "金额"], ["合计", "5"]]


def test_a_stray_cell_in_the_last_corner_costs_nothing() -> None:
    table, stray = read(workbook(["项目", "金额"], ["甲", 5], change=lambda sheet: sheet.cell(1_048_576, 16_384, "x"))).blocks
    assert texts(table) == [["项目", "金额"], ["甲", "5"]]
    assert stray == TextLine("x", row=1_048_576)


def test_more_cells_than_memory_holds_are_refused_before_they_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 5)
    with pytest.raises(UnreadableDocument, match="2 rows with texts in up to 3 columns") as refused:
        read(workbook(["项目", "金额", "备注"], ["甲", 5, "乙"]))
    assert refused.value.code == "too-large"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(["项目", "金额"])
    monkeypatch.setattr(office_package, "MAX_UNPACKED", 1_000)
    with pytest.raises(UnreadableDocument, match="unpacks to") as refused:
        read(data)
    assert refused.value.code == "too-large"


def test_an_entity_bomb_is_damage() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 1000}">' for n in range(9))
    rows = '<row><c t="str"><v>&e8;</v></c></row>'
    with pytest.raises(UnreadableDocument) as refused:
        read(with_sheet_xml(f"<!DOCTYPE x [{entities}]><worksheet><sheetData>{rows}</sheetData></worksheet>"))
    assert refused.value.code == "damaged-file"


CELL = "<c><v>1</v></c>"


@pytest.mark.parametrize(
    "rows",
    [
        f"<row>{CELL}<row>{CELL}</row></row>", f"<row><c>{CELL}</c></row>", f"<row><c><is><row>{CELL}</row></is></c></row>",
        f"<sheetData><row>{CELL}</row></sheetData>", f"<worksheet><sheetData><row>{CELL}</row></sheetData></worksheet>",
        "<a>" * 300 + "</a>" * 300, "<t>" * 300 + "</t>" * 300, f'<row r="0">{CELL}</row>', f'<row r="1048577">{CELL}</row>',
        '<row><c r="A0"><v>1</v></c></row>', '<row><c r="1"/></row>', '<row><c r="甲1"/></row>',
        '<row><c t="s"><v>0</v></c></row>', '<row><c t="b"><v>2</v></c></row>', '<row><c t="x"><v>2</v></c></row>',
    ],
)
def test_a_sheet_with_elements_where_none_can_be_is_damaged(rows: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(sheet_xml(rows))
    assert refused.value.code == "damaged-file"


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_a_part_is_damaged(missing: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["项目"]))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in set(old.namelist()) - {missing}:
            new.writestr(name, old.read(name))
    with pytest.raises(UnreadableDocument) as refused:
        read(stream.getvalue())
    assert refused.value.code == "damaged-file"


TEXTS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("0123456789%≥ \n"), min_size=1, max_size=12)
AMOUNTS = st.decimals(-10**9, 10**9, places=2)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str | Decimal]]:
    width = draw(st.integers(2, 6))
    value = TEXTS.map(str.strip).filter(bool) | AMOUNTS
    rows = draw(st.lists(st.lists(value, min_size=width, max_size=width), max_size=8))
    return [[f"列{number}" for number in range(width)], *rows]


def published(value: str | Decimal) -> str:
    return value if isinstance(value, str) else f"{value.normalize() + 0:f}"


@settings(deadline=None)
@given(tables())
def test_a_written_table_reads_back_the_same(table: list[list[str | Decimal]]) -> None:
    (block,) = read(workbook(*table)).blocks
    assert texts(block) == [[published(value) for value in row] for row in table]


WHOLE = workbook(["项目", "金额"], ["甲", 1.5])


@settings(deadline=None)
@given(st.binary() | st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=40)).map(
    lambda change: WHOLE[: change[0]] + change[2] + WHOLE[change[0] + change[1]:]))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UnreadableDocument):
        read(data)
