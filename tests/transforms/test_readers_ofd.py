"""OFD: what its pages show is read as that of a PDF with the same pages."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from tests.transforms import ofd_documents as ofd
from tests.transforms.ofd_documents import cell_place, document, line, page, rectangle, rulings, table, text
from transforms import archives, formats
from transforms.evidence import CELL, draw
from transforms.grid import Grid, Reading, TextLine, UnreadableDocument
from transforms.parse import parse_document
from transforms.readers import read
from transforms.readers.ofd import printed

TABLE = [["项目名称", "总计"], ["人大会议经费", "1,234.00"], ["其中：印刷费", "5.00"]]
_PLACES = {"box", "sha256", "format"}    # what the same content has otherwise in another file


def rows(reading: Reading) -> list[list[str]]:
    """The texts of the only table."""
    (grid,) = (block for block in reading.blocks if isinstance(block, Grid))
    count = max(cell.row for cell in grid.cells)
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(1, count + 1)]


def lines(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, TextLine)]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if key not in _PLACES}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def drawn(data: bytes) -> Image.Image:
    with PdfDocument(printed(data).pdf) as pages:
        picture: Image.Image = pages[0].render(scale=2).to_pil()
    return picture


def in_cell(content: str, attributes: str = "", parts: str = "", **options: str) -> str:
    """A text in the second cell of the last row of a table whose cell is blank."""
    return text(*cell_place(2, 1), content, attributes=attributes, parts=parts, **options)


BLANK = table([*TABLE[:2], ["其中：印刷费", ""]])


def test_a_table_is_read_with_the_lines_around_it() -> None:
    reading = read(document(page(text(60, 20, "2024年项目支出表", 5) + table(TABLE)), page(table([["收入", "1"], ["支出", "2"]]))))
    assert (reading.format, reading.pages, reading.errors, reading.hidden) == ("ofd", 2, (), ())
    first, second = (block for block in reading.blocks if isinstance(block, Grid))
    assert [cell.text for cell in first.cells] == [content for row in TABLE for content in row]
    assert {cell.page for cell in second.cells} == {2}
    assert lines(reading) == ["2024年项目支出表"]
    place = first.cells[0].box
    assert place
    assert [round(edge * ofd.MM, 1) for edge in place] == [15, 40, 45, 50]


@pytest.mark.parametrize("sample", ["yunshan/cppcc-office/2026/项目支出绩效目标表.pdf", "haiqu/people-congress-office/2022/2022年部门预算.pdf"])
def test_the_same_pages_give_the_same_records_as_pdf(samples: Path, sample: str) -> None:
    data = (samples / "published" / sample).read_bytes()
    expected, found = (parse_document("a", one) for one in (data, ofd.from_pdf(data)))
    assert (expected.format, found.format) == ("pdf", "ofd")
    assert found.projects
    assert plain(asdict(found)) == plain(asdict(expected))


@pytest.mark.parametrize(("attributes", "parts"), [
    ('Visible="false"', ""),
    ('Alpha="0"', ""),
    ("", '<ofd:FillColor Value="255 255 255"/>'),
    ("", '<ofd:FillColor Value="#FF #FF #FE"/>'),
    ("", '<ofd:FillColor Value="0 0 0" Alpha="0"/>'),
    ('Fill="false"', ""),
])
def test_text_that_is_not_seen_is_hidden(attributes: str, parts: str) -> None:
    reading = read(document(page(BLANK + in_cell("5.00", attributes, parts))))
    assert rows(reading)[2] == ["其中：印刷费", ""]
    assert [hidden.text for hidden in reading.hidden] == ["5.00"]


@pytest.mark.parametrize("attributes", ['Visible="false"', 'Alpha="0"'])
def test_text_of_a_drawing_that_is_not_shown_is_hidden(attributes: str) -> None:
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>{in_cell("5.00")}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    reading = read(document(page(f'{BLANK}<ofd:CompositeObject ResourceID="7" Boundary="0 0 210 297" {attributes}/>'), resources=unit))
    assert (rows(reading)[2][1], [hidden.text for hidden in reading.hidden]) == ("", ["5.00"])


def test_a_picture_that_cannot_be_read_is_told_and_the_table_beside_it_read() -> None:
    resources = '<ofd:MultiMedias><ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>/Doc_0/Res/a.jb2</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    data = document(page(table(TABLE) + '<ofd:ImageObject ResourceID="8" Boundary="100 100 50 50"/>'), resources=resources, parts={"Doc_0/Res/a.jb2": b"\x97JB2"})
    reading = read(data)
    assert [(error.code, error.page) for error in reading.errors] == [("unread-picture", 1)]
    assert rows(reading) == TABLE


@pytest.mark.parametrize(("attributes", "parts"), [
    ('Alpha="200"', ""),
    ('Visible="true"', '<ofd:FillColor Value="200 0 0"/>'),
    ('Fill="false" Stroke="true"', '<ofd:StrokeColor Value="0 0 0"/>'),
    ("", '<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="9 9"/></ofd:FillColor>'),
    ("", '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 30 9"><ofd:AbbreviatedData>M 0 0 L 30 0 L 30 9 L 0 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>'),
])
def test_text_that_is_seen_is_read(attributes: str, parts: str) -> None:
    reading = read(document(page(BLANK + in_cell("5.00", attributes, parts))))
    assert rows(reading)[2] == ["其中：印刷费", "5.00"]
    assert not reading.hidden


@pytest.mark.parametrize(("clips", "is_read"), [
    ('<ofd:Clips><ofd:Clip><ofd:Area CTM="1 0 0 1 0 50"><ofd:Path Boundary="0 0 9 9"><ofd:AbbreviatedData>M 0 0 L 9 0 L 9 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>', False),
    ('<ofd:Clips TransFlag="false"><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 30 9"><ofd:AbbreviatedData>M 0 0 L 30 0 L 30 9 L 0 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>', True),
])
def test_clips_cut_text_off(clips: str, is_read: bool) -> None:
    assert rows(read(document(page(BLANK + in_cell("5.00", parts=clips)))))[2][1] == ("5.00" if is_read else "")


def test_white_text_on_a_dark_ground_is_seen_and_text_under_a_cover_is_not() -> None:
    white = '<ofd:FillColor Value="255 255 255"/>'
    ground = rectangle(45.2, 60.2, 29.6, 9.6, "0 0 120")
    assert rows(read(document(page(ground + BLANK + in_cell("5.00", parts=white)))))[2][1] == "5.00"
    covered = read(document(page(BLANK + in_cell("5.00") + rectangle(45.2, 60.2, 29.6, 9.6, "255 255 255"))))
    assert (rows(covered)[2][1], [line.text for line in covered.hidden]) == ("", ["5.00"])


@pytest.mark.parametrize("steps", ["1.75 1.75 1.75 1.75 1.75 1.75 1.75", "g 7 1.75", "1.75 g 5 1.75 1.75", "g 99999999999 1.75", "1.75"])
def test_distances_may_be_repeated(steps: str) -> None:
    reading = read(document(page(BLANK + in_cell("1,234.00", steps=steps))))
    assert rows(reading)[2][1] == "1,234.00"


def test_characters_without_distances_follow_each_other() -> None:
    content = in_cell("会议3次").replace(' DeltaX="3.5000 3.5000 1.7500"', "")
    assert "DeltaX" not in content
    assert rows(read(document(page(BLANK + content))))[2][1] == "会议3次"


def test_objects_are_placed_by_matrices_blocks_and_composites() -> None:
    """A table whose texts are twice as large as said, in a block, and whose rulings are a drawing of the resources."""
    x, y = cell_place(2, 1)
    large = (
        f'<ofd:PageBlock><ofd:TextObject Boundary="{x} {y} 20 5" CTM="2 0 0 2 0 0" Font="1" Size="1.75"><ofd:TextCode X="0" Y="1.5" DeltaX="g 3 0.875">'
        "5.00</ofd:TextCode></ofd:TextObject></ofd:PageBlock>"
    )
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="9" Height="9"><ofd:Content>{rulings(3, 2, 0, 0)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    cells = "".join(text(*cell_place(row, column), content) for row, texts in enumerate(TABLE[:2]) for column, content in enumerate(texts))
    composite = '<ofd:CompositeObject ResourceID="7" Boundary="15 40 60 30"/>'
    assert rows(read(document(page(composite + cells + large), resources=unit))) == [*TABLE[:2], ["", "5.00"]]


def test_templates_lie_below_their_pages() -> None:
    common = '<ofd:TemplatePage ID="3" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    use = '<ofd:Template TemplateID="3" ZOrder="Background"/>'
    cells = "".join(text(*cell_place(row, column), content) for row, texts in enumerate(TABLE) for column, content in enumerate(texts))
    data = document(page(cells, before=use), common=common, parts={"Doc_0/Tpls/Tpl_0/Content.xml": page(rectangle(10, 30, 80, 60, "255 255 255") + rulings(3, 2))})
    assert rows(read(data)) == TABLE


def test_what_a_drawing_parameter_says_holds_where_an_object_does_not() -> None:
    resources = (
        '<ofd:DrawParams><ofd:DrawParam ID="5" Relative="6"/><ofd:DrawParam ID="6" Relative="5" LineWidth="0.1"><ofd:FillColor Value="255 255 255"/>'
        "</ofd:DrawParam></ofd:DrawParams>"
    )
    reading = read(document(page(BLANK + in_cell("5.00", 'DrawParam="5"')), resources=resources))
    assert rows(reading)[2][1] == ""
    seen = read(document(page(BLANK + in_cell("5.00", 'DrawParam="5"', '<ofd:FillColor Value="0"/>')), resources=resources))
    assert rows(seen)[2][1] == "5.00"


@pytest.mark.parametrize(("kind", "is_read"), [("Stamp", False), ("Watermark", False), ("Path", True)])
def test_annotations_are_read_and_seals_are_not(kind: str, is_read: bool) -> None:
    note = in_cell("99.00").replace(f'Boundary="{cell_place(2, 1)[0]:.4f} {cell_place(2, 1)[1]:.4f}', 'Boundary="0 0')
    x, y = cell_place(2, 1)
    parts: dict[str, str | bytes] = {
        "Doc_0/Annots/Annotations.xml": '<ofd:Annotations xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Page PageID="0"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        "Doc_0/Annots/Page_0/Annotation.xml": f'<ofd:PageAnnot xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Annot ID="1" Type="{kind}"><ofd:Appearance Boundary="{x} {y} 20 5">{note}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>',
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x82",
    }
    data = document(page(BLANK), after="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>", parts=parts)
    assert rows(read(data))[2][1] == ("99.00" if is_read else "")


def test_a_scan_is_recognised(samples: Path) -> None:
    """The picture of a whole page, with what another program recognised laid under it unseen."""
    picture = drawn(document(page(table([["项目名称", "总计"], ["会议经费", "234.00"]])))).convert("L")
    picture = picture.resize((picture.width * 2, picture.height * 2)).point(lambda dot: 0 if dot < 200 else 255)
    stream = io.BytesIO()
    picture.crop((0, 0, picture.width, picture.height // 2)).save(stream, "PNG")
    resources = '<ofd:MultiMedias><ofd:MultiMedia ID="8" Type="Image" Format="PNG"><ofd:MediaFile>page.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    body = '<ofd:ImageObject ResourceID="8" Boundary="0 0 210 148.5" CTM="210 0 0 148.5 0 0"/>' + text(20, 43, "项目名称另一个", attributes='Visible="false"')
    reading = read(document(page(body), box="0 0 210 148.5", resources=resources, parts={"Doc_0/Res/page.png": stream.getvalue()}))
    cells = [cell for block in reading.blocks if isinstance(block, Grid) for cell in block.cells]
    assert len(cells) == 4
    assert any(cell.confidence for cell in cells)


def test_pages_are_drawn_as_they_were_read() -> None:
    picture = Image.open(io.BytesIO(draw(document(page(table(TABLE))), 1, stage="cells")))
    assert CELL.border in {color for _, color in picture.getcolors(2**20) or ()}
    assert drawn(document(page(table(TABLE)))).size == pytest.approx((1190, 1684), abs=2)


def test_it_is_told_by_its_root_and_is_no_archive() -> None:
    data = document(page(table(TABLE)))
    assert formats.detect(data) == "ofd"
    assert not archives.is_archive(data)
    assert not list(archives.members(data))


def code_of(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as raised:
        read(data)
    return raised.value.code


@pytest.mark.parametrize(("parts", "code"), [
    ({"OFD.xml": "<ofd:OFD"}, "damaged-file"),
    ({"OFD.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "damaged-file"),
    ({"OFD.xml": "<a/>"}, "damaged-file"),
    ({"Doc_0/Document.xml": "<ofd:Document"}, "damaged-file"),
    ({"Doc_0/Document.xml": "<a/>"}, "damaged-file"),
    ({"Encryptions.xml": "<a/>"}, "encrypted-document"),
])
def test_what_cannot_be_read_is_told(parts: dict[str, str | bytes], code: str) -> None:
    assert code_of(document(page(table(TABLE)), parts=parts)) == code


@pytest.mark.parametrize(("part", "code"), [("OFD.xml", "damaged-file"), ("Doc_0/Document.xml", "damaged-file"), ("Doc_0/Pages/Page_0/Content.xml", "damaged-page")])
def test_a_part_with_other_bytes_than_its_checksum_says_is_damage(part: str, code: str) -> None:
    data = bytearray(document(page(table(TABLE))))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(part)
    begin = entry.header_offset + 30 + len(entry.filename)
    data[begin : begin + entry.compress_size] = bytes(entry.compress_size)
    if code == "damaged-file":
        assert code_of(bytes(data)) == code
    else:
        assert [error.code for error in read(bytes(data)).errors] == [code]


def test_a_cut_file_is_incomplete() -> None:
    data = document(page(table(TABLE)))
    assert code_of(data[: len(data) // 2]) == "incomplete-document"


@pytest.mark.parametrize("broken", [
    "<ofd:Page", "", page('<ofd:PathObject Boundary="0 0 1 1"><ofd:AbbreviatedData>M 0 0 X 1</ofd:AbbreviatedData></ofd:PathObject>'),
    page('<ofd:TextObject Boundary="0 0 nan 1" Size="1"/>'), page('<ofd:TextObject Boundary="0 0 1 1" Size="1e400"/>'),
    page('<ofd:ImageObject ResourceID="77" Boundary="0 0 1 1"/>'), page("", before="<ofd:Area><ofd:PhysicalBox>0 0 1e9 1</ofd:PhysicalBox></ofd:Area>"),
    page("", before='<ofd:PageRes>../../none.xml</ofd:PageRes>'), page(text(1, 1, "会", attributes='CTM="1 2"')),
])
def test_a_damaged_page_is_told_and_the_others_are_read(broken: str) -> None:
    reading = read(document(broken, page(table(TABLE))))
    assert [(error.code, error.page) for error in reading.errors] == [("damaged-page", 1)]
    assert rows(reading) == TABLE
    assert reading.pages == 2


def test_pages_without_end_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    within = '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>' + '<ofd:CompositeObject ResourceID="7" Boundary="0 0 1 1"/>' * 9
    resources = f"{within}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    reading = read(document(page('<ofd:CompositeObject ResourceID="7" Boundary="0 0 1 1"/>'), page(table(TABLE)), resources=resources))
    assert [(error.code, error.page) for error in reading.errors] == [("too-large", 1)]
    monkeypatch.setattr("transforms.readers.office_package.MAX_UNPACKED", 1_000)
    assert code_of(document(page(table(TABLE)))) == "too-large"


def test_lines_may_be_curves_and_rulings_may_be_slanted_a_little() -> None:
    round_corner = '<ofd:PathObject Boundary="100 100 10 10"><ofd:AbbreviatedData>S 0 0 M 0 5 A 5 5 0 0 1 5 0 Q 8 0 10 2 B 1 2 3 4 5 6 C</ofd:AbbreviatedData></ofd:PathObject>'
    assert rows(read(document(page(table(TABLE) + round_corner + line(100, 150, 120, 150.1))))) == TABLE
