"""Workbooks in XML of Excel 2003, Office documents in one XML file, and web archives of several sheets."""

from __future__ import annotations

import base64
import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook

from transforms import flat_package, formats
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.readers import read

ROWS = [["项目", "金额"], ["教育支出", "0.1"], ["合计", "1234.5"]]


def texts(reading: Reading) -> list[list[list[str]]]:
    """The texts of the tables, by row."""
    return [[[cell.text for cell in row] for row in block.rows()] for block in reading.blocks if isinstance(block, Grid)]


def spreadsheet(*rows: str, options: str = "", styles: str = "") -> bytes:
    head = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    names = 'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
    styles = f'<Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style>{styles}</Styles>'
    return f'{head}{names}{styles}<Worksheet ss:Name="一"><Table>{"".join(rows)}</Table>{options}</Worksheet></Workbook>'.encode()


def row(*cells: str, attributes: str = "") -> str:
    return f"<Row {attributes}>{''.join(cells)}</Row>"


def cell(text: str, kind: str = "String", attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{escape(text)}</Data></Cell>'


def test_the_shown_cells_of_an_xml_spreadsheet_are_read() -> None:
    data = spreadsheet(
        row(cell("项目"), cell("金额")),
        row(cell("隐藏"), cell("9", "Number"), attributes='ss:Hidden="1"'),
        row(cell("教育支出"), cell("0.10000000000000001", "Number")),
        row(cell("删去", attributes='ss:StyleID="s1"'), cell("7", attributes='ss:StyleID="s1"')),
        row(cell("合计"), cell("1234.5", "Number", 'ss:Index="2"'), attributes='ss:Index="9"'),
    )
    reading = read(data)
    assert reading.format == "xml-spreadsheet"
    assert texts(reading) == [ROWS]
    hidden = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    assert read(spreadsheet(row(cell("项目"), cell("金额")), options=hidden)).blocks == ()


def formatted(code: str, name: str) -> str:
    return f'<Style ss:ID="{name}"><NumberFormat ss:Format="{escape(code, {chr(34): "&quot;"})}"/></Style>'


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0.00", "421.9812345", "421.98"), ("Fixed", "421.986", "421.99"), ("Percent", "0.955", "95.5%"), ("0%", "0.955", "96%"),
        ("#,##0,", "1234500", "1235"), ("0!.0,", "12345678", "1234.6"), ("000000", "37001", "037001"), ('0"人"', "12", "12人"),
        ("yyyy\\-mm\\-dd", "45292", "2024-01-01"), ("Short Date", "45292.5", "2024-01-01 12:00:00"), ("General", "1e-05", "0.00001"),
        ("General Number", "0.5", "0.5"), ("@", "201", "201"), (";;;", "5", ""), (";;;@", "5", ""), ("General", "4.40106210000000003E+20", "4.40106E+20"),
        ("0.00", "1e999", "1e999"), ('[>9]0.0;"—"', "5.25", "—"),
    ],
)
def test_numbers_are_as_their_format_shows_them(code: str, value: str, shown: str) -> None:
    data = spreadsheet(
        row(cell("项目"), cell("金额")), row(cell("甲"), cell(value, "Number", 'ss:StyleID="f"')), row(cell("乙"), cell("7", "Number")),
        styles=formatted(code, "f"),
    )
    reading = read(data)
    assert texts(reading) == [[["项目", "金额"], ["甲", shown], ["乙", "7"]]]
    assert bool(reading.hidden) == (shown == "")


def test_dates_truth_values_and_unsaved_formulas_are_shown_as_those_of_other_workbooks() -> None:
    moments = cell("2024-01-02T00:00:00.000", "DateTime") + cell("2024-01-02T09:30:00.000", "DateTime")
    data = spreadsheet(row(*map(cell, "甲乙丙丁")), row(moments, cell("1", "Boolean"), '<Cell ss:Formula="=RC[-1]"/>'))
    assert texts(read(data)) == [[["甲", "乙", "丙", "丁"], ["2024-01-02", "2024-01-02 09:30:00", "TRUE", "=RC[-1]"]]]


def test_styles_hold_for_columns_and_rows_and_go_on_in_those_based_on_them() -> None:
    styles = (
        '<Style ss:ID="Default"><NumberFormat ss:Format="0.0"/></Style><Style ss:ID="a"><NumberFormat ss:Format="0.00"/></Style>'
        '<Style ss:ID="b" ss:Parent="a"><Font ss:Bold="1"/></Style><Style ss:ID="c" ss:Parent="c"/>'
    )
    data = spreadsheet(
        '<Column ss:Index="2" ss:StyleID="b"/>', row(*map(cell, "甲乙丙")), row(*(cell("1.2345", "Number") for _ in range(3))),
        row(*(cell("1.2345", "Number") for _ in range(3)), attributes='ss:StyleID="a"'),
        row(cell("1.2345", "Number", 'ss:StyleID="c"')), styles=styles,
    )
    assert texts(read(data)) == [[["甲", "乙", "丙"], ["1.2", "1.23", "1.2"], ["1.23", "1.23", "1.23"], ["1.2345", "", ""]]]


def test_what_is_not_seen_is_told_and_not_read() -> None:
    white = '<Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style>'
    dark = '<Style ss:ID="d"><Font ss:Color="#FFFFFF"/><Interior ss:Color="#1F4E79" ss:Pattern="Solid"/></Style>'
    small = '<Style ss:ID="t"><Font ss:Size="1"/></Style>'
    data = spreadsheet(
        row(cell("项目", attributes='ss:StyleID="d"'), cell("金额")), row(cell("甲"), cell("5", "Number")),
        row(cell("校验", attributes='ss:StyleID="t"'), cell("9", "Number", 'ss:StyleID="w"')), styles=white + dark + small,
    )
    reading = read(data)
    assert texts(reading) == [[["项目", "金额"], ["甲", "5"]]]
    assert [line.text for line in reading.hidden] == ["校验", "9"]


def test_runs_of_a_text_are_as_they_look() -> None:
    rich = '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">{}</ss:Data></Cell>'
    old, note, faint = "<S>10.00</S>12.00", "<B>12.00</B><Sup>1</Sup>", '12.00<Font html:Color="#FFFFFF">9</Font><Font html:Size="1">9</Font>'
    html = 'xmlns:html="http://www.w3.org/TR/REC-html40"'
    data = spreadsheet(row(cell("项目"), cell("金额")), *(row(cell("甲"), rich.format(one)) for one in (old, note, faint)))
    data = data.replace(b"<Workbook ", f"<Workbook {html} ".encode())
    assert [one[1] for one in texts(read(data))[0][1:]] == ["12.00", "12.00¹", "12.00"]


def test_the_head_of_printed_pages_is_read() -> None:
    namespace = 'xmlns="urn:schemas-microsoft-com:office:excel" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    header = f'<WorksheetOptions {namespace}><PageSetup><Header x:Data="&amp;L某局&amp;R单位：万元"/></PageSetup></WorksheetOptions>'
    lines = [block.text for block in read(spreadsheet(row(cell("项目"), cell("金额")), options=header)).blocks if isinstance(block, TextLine)]
    assert lines == ["某局", "单位：万元"]


def flat(parts: str, declared: str = "") -> bytes:
    head = f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"{declared}>'
    return f"{head}{parts}</pkg:package>".encode()


def test_a_workbook_in_one_xml_file_is_read_as_the_workbook() -> None:
    book, package = Workbook(), io.BytesIO()
    for texts_of_row in ROWS:
        book.active.append(texts_of_row)
    book.save(package)
    archive = zipfile.ZipFile(package)
    parts = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:binaryData>{base64.b64encode(archive.read(name)).decode()}</pkg:binaryData></pkg:part>'
        for name in archive.namelist() if name != "[Content_Types].xml"
    )  # fmt: skip
    assert texts(read(flat(parts))) == [ROWS]


def web_archive(*pages: str) -> bytes:
    parts = "".join(f'--B\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n{page}\r\n' for page in pages)
    return f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n{parts}--B--\r\n'.encode()


def test_every_page_of_a_web_archive_is_read_but_hidden_sheets() -> None:
    table = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in texts_of_row) + "</tr>" for texts_of_row in ROWS)
    page = f"<html><table>{table}</table></html>"
    frames = "<html><frameset><noframes><p>浏览器不支持框架</p></noframes></frameset></html>"
    hidden = f"<html><head><xml><x:Visible>SheetVeryHidden</x:Visible></xml></head><body><table>{table}</table></body></html>"
    reading = read(web_archive(frames, "<p>单位：万元</p>", page, "<p>注：本表含二级单位</p>", hidden, page))
    assert texts(reading) == [ROWS, ROWS]
    assert [block.text for block in reading.blocks if isinstance(block, TextLine)] == ["单位：万元", "注：本表含二级单位"]


def test_a_web_archive_without_its_end_is_never_taken_for_whole() -> None:
    data = web_archive("<table><tr><td>项目</td></tr></table>")
    end = data.rindex(b"--", 0, len(data.rstrip()) - 2)
    with pytest.raises(UnreadableDocument) as error:
        read(data[: end - 20])
    assert error.value.code == "incomplete-document"


def test_a_head_of_folded_fields_begins_a_web_archive() -> None:
    data = web_archive("<table><tr><td>项目</td></tr></table>")
    assert formats.detect(b"Subject: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=\r\n" + data) == "mhtml"


def test_a_workbook_in_one_xml_file_that_grows_without_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_package, "MAX_PACKED", 100_000)
    declared = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(100))
    part = '<pkg:part pkg:name="/xl/a{}.xml"><pkg:xmlData><a/></pkg:xmlData></pkg:part>'
    with pytest.raises(UnreadableDocument) as told:
        read(flat("".join(map(part.format, range(1000))), declared))
    assert told.value.code == "too-large"


def test_what_kind_of_document_one_xml_file_holds_is_told_without_packing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_package, "packed", None)
    assert [formats.detect(flat(f"<pkg:part pkg:name='/{name}/x.xml'/>")) for name in ("word", "xl", "docProps")] == ["docx", "xlsx", "zip"]
