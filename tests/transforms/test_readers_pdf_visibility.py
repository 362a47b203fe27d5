"""What a person does not see on a page is not read, and told where it stands in a table."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf import COLUMN, LEFT, ROW, TOP, by_hand, document, draw, lines, single, tables

from transforms.readers.pdf import visibility
from transforms.readers.pdf.document import read
from transforms.readers.pdf.rendering import rendered

ROWS = [["科目", "金额"], ["行政运行", "219.70"], ["合计", "219.70"]]
PLACE = LEFT + COLUMN + 4, TOP - ROW - 11    # where the first amount is written

Write = Callable[[Canvas], None]


def write(canvas: Canvas, text: str = "9", x: float = 60, size: float = 9) -> None:
    """Write a text into the cell of the first amount, `x` points from its left."""
    canvas.setFontSize(size)
    canvas.drawString(PLACE[0] + x, PLACE[1], text)


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(PLACE[0] + 60, PLACE[1])
    text.setTextRenderMode(3)
    text.textOut("9")
    text.setTextRenderMode(0)
    canvas.drawText(text)


def white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    write(canvas)


def clear(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0))
    write(canvas)


def tiny(canvas: Canvas) -> None:
    write(canvas, size=1)


def of_its_ground(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.6)
    canvas.rect(PLACE[0] + 55, PLACE[1] - 4, 20, 14, stroke=0, fill=1)
    write(canvas)


def covered(canvas: Canvas) -> None:
    write(canvas)
    canvas.setFillGray(1)
    canvas.rect(PLACE[0] + 55, PLACE[1] - 4, 20, 14, stroke=0, fill=1)


def under_a_picture(canvas: Canvas) -> None:
    write(canvas)
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "white")), PLACE[0] + 55, PLACE[1] - 4, 20, 14)


def beside_the_page(canvas: Canvas) -> None:
    canvas.drawString(-50, PLACE[1], "9")


def in_a_form_outside_the_clip(canvas: Canvas) -> None:
    """What is around a form cuts it, and forms in it."""
    canvas.beginForm("inner", 0, 0, 600, 900)
    write(canvas)
    canvas.endForm()
    canvas.beginForm("outer", 0, 0, 600, 900)
    canvas.doForm("inner")
    canvas.endForm()
    clip = canvas.beginPath()
    clip.rect(0, 0, 5, 5)
    canvas.clipPath(clip, stroke=0)
    canvas.doForm("outer")


@pytest.mark.parametrize("hide", [
    invisible, white, clear, tiny, of_its_ground, covered, under_a_picture, beside_the_page, in_a_form_outside_the_clip,
])
def test_what_is_not_seen_is_not_read(hide: Write) -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        hide(canvas)

    reading = read(document(page))
    assert tables(reading) == [single(ROWS)]
    told = {tiny: [], beside_the_page: [], in_a_form_outside_the_clip: []}.get(hide, ["9"])    # nobody would have taken these for a part of the number
    assert [line.text for line in reading.hidden] == told


def test_a_number_written_over_its_covered_correction_is_read_alone() -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        canvas.setFillGray(1)
        canvas.rect(PLACE[0] - 2, PLACE[1] - 4, 60, 14, stroke=0, fill=1)
        canvas.setFillGray(0)
        write(canvas, "291.70", x=0)

    reading = read(document(page))
    assert tables(reading) == [single([ROWS[0], ["行政运行", "291.70"], ROWS[2]])]
    assert [line.text for line in reading.hidden] == ["219.70"]


def seen_on_dark(canvas: Canvas) -> None:
    canvas.setFillGray(0)
    canvas.rect(PLACE[0] + 40, PLACE[1] - 4, 40, 14, stroke=0, fill=1)
    canvas.setFillGray(1)
    write(canvas, "万", x=50)


def seen_through(canvas: Canvas) -> None:
    write(canvas, "万", x=50)
    canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    canvas.rect(PLACE[0] + 45, PLACE[1] - 4, 40, 14, stroke=0, fill=1)


def below_a_form_that_is_cut_off(canvas: Canvas) -> None:
    """A form whose clip shows nothing of its cover and of its ruling."""
    write(canvas, "万", x=50)
    canvas.beginForm("cut", 0, 0, 600, 900)
    canvas.line(PLACE[0] + 30, 0, PLACE[0] + 30, 900)
    canvas.setFillGray(1)
    canvas.rect(PLACE[0] + 45, PLACE[1] - 4, 40, 14, stroke=0, fill=1)
    canvas.endForm()
    clip = canvas.beginPath()
    clip.rect(0, 0, 5, 5)
    canvas.clipPath(clip, stroke=0)
    canvas.doForm("cut")


def beside_a_seal(canvas: Canvas) -> None:
    """A picture that is clear where the text stands."""
    write(canvas, "万", x=50)
    canvas.drawImage(ImageReader(Image.new("RGBA", (8, 8), (255, 0, 0, 0))), PLACE[0] + 45, PLACE[1] - 4, 40, 14, mask="auto")


@pytest.mark.parametrize("show", [seen_on_dark, seen_through, beside_a_seal, below_a_form_that_is_cut_off])
def test_what_is_seen_is_read(show: Write) -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        show(canvas)

    reading = read(document(page))
    assert tables(reading) == [single([ROWS[0], ["行政运行", "219.70 万"], ROWS[2]])]
    assert not reading.hidden


@pytest.mark.parametrize(("degrees", "grey", "size"), [(45, 0.8, 30), (30, 0.85, 9), (0, 0.85, 36)])
def test_watermarks_touch_no_cell(degrees: float, grey: float, size: float) -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        canvas.translate(LEFT + 20, TOP - 2.5 * ROW)
        canvas.rotate(degrees)
        canvas.setFillGray(grey)
        canvas.setFontSize(size)
        canvas.drawString(0, 0, "内部资料2024")

    assert tables(read(document(page))) == [single(ROWS)]


@pytest.mark.parametrize(("configuration", "hides"), [
    (b"<</D<</OFF[9 0 R]>>/OCGs[9 0 R]>>", True),
    (b"<</D<</BaseState/OFF>>/OCGs[9 0 R]>>", True),
    (b"<</D<</OFF 10 0 R>>/OCGs[9 0 R]>>", True),
    (b"<</D<</OFF[ ]/Order[9 0 R]>>/OCGs[9 0 R]>>", False),
    (b"<</D<<>>/OCGs[9 0 R]>>", False),
])
def test_text_on_a_layer_that_is_off_is_not_read(configuration: bytes, hides: bool) -> None:
    data = by_hand(b"BT /F1 9 Tf 50 700 Td (219.70) Tj /OC /L1 BDC (9) Tj EMC ET")
    data = data.replace(b"/Font<</F1", b"/Properties<</L1 9 0 R>>/Font<</F1")
    layer = b"9 0 obj\n<</Type/OCG/Name(old)>>\nendobj\n10 0 obj\n[9 0 R]\nendobj\n"
    data = data.replace(b"1 0 obj\n<</Type/Catalog", layer + b"1 0 obj\n<</Type/Catalog/OCProperties" + configuration, 1)
    reading = read(data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF")    # its index is wrong now, and is made anew
    assert lines(reading) == ["219.70" if hides else "219.709"]
    assert [line.text for line in reading.hidden] == (["9"] if hides else [])


def test_values_of_a_form_are_read() -> None:
    def page(canvas: Canvas) -> None:
        draw(single([ROWS[0], ["行政运行", ""], ROWS[2]]))(canvas)
        canvas.acroForm.textfield(value="219.70", x=PLACE[0], y=PLACE[1] - 6, width=80, height=16, fontSize=9, borderWidth=0)

    assert tables(read(document(page))) == [single(ROWS)]


def test_tables_that_are_mostly_hidden_are_doubted() -> None:
    def page(canvas: Canvas) -> None:
        draw(single([ROWS[0]]))(canvas)
        canvas.setFillGray(1)
        draw(single(ROWS[1:], first_row=1))(canvas)

    assert [error.code for error in read(document(page)).errors] == ["mostly-hidden"]


def test_a_picture_of_a_table_is_recognised() -> None:
    import pypdfium2

    rows = single([["科目", "金额"], ["行政运行", "219.70"], ["办公经费", "35.60"], ["合计", "255.30"]])
    table = pypdfium2.PdfDocument(document(draw(rows)))[0].render(scale=3).to_pil().crop((150, 280, 950, 640))
    kept = io.BytesIO()
    table.save(kept, "PNG")

    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 740, "第二部分 部门预算表：本部门一般公共预算支出情况见下表，单位为万元，详细说明附后。")
        canvas.drawImage(ImageReader(io.BytesIO(kept.getvalue())), 60, 450, 800 / 3, 360 / 3)

    assert tables(read(document(page))) == [rows]


@pytest.mark.parametrize(("opacity", "is_drawn"), [(60, False), (250, True)])
def test_a_page_is_drawn_where_a_picture_may_hide_its_text(opacity: int, is_drawn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        canvas.drawImage(ImageReader(Image.new("RGBA", (8, 8), (0, 0, 255, opacity))), LEFT - 10, TOP - 90, 300, 100, mask="auto")

    pictures = []
    monkeypatch.setattr(visibility, "rendered", lambda *what: pictures.append(what) or rendered(*what))
    assert (tables(read(document(page))) == [single(ROWS)]) is not is_drawn
    assert bool(pictures) is is_drawn


NINE = b"BT /F1 9 Tf 77.6 700 Td (9) Tj ET"    # right behind 219.70
FORM = b"11 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 600 800]%s/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Length %d>>stream\n%s\nendstream\nendobj\n"
OFF = b"/OCProperties<</D<</OFF[9 0 R]>>/OCGs[9 0 R]>>"
LAYER = b"9 0 obj\n<</Type/OCG/Name(old)>>\nendobj\n"


def form(content: bytes, entries: bytes = b"") -> bytes:
    return FORM % (entries, len(content), content)


def of_parts(drawn: bytes, resources: bytes = b"", parts: bytes = b"", catalogue: bytes = b"") -> bytes:
    """A page with 219.70 and what else is drawn, of a document with these further parts."""
    data = by_hand(b"BT /F1 9 Tf 50 700 Td (219.70) Tj ET " + drawn)
    data = data.replace(b"/Font<</F1", resources + b"/Font<</F1").replace(b"1 0 obj\n<</Type/Catalog", parts + b"1 0 obj\n<</Type/Catalog" + catalogue, 1)
    return data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF"    # its index is wrong now, and is made anew


@pytest.mark.parametrize("data", [
    pytest.param(of_parts(b"q 0 0 600 800 re 76 698 12 12 re W* n " + NINE + b" Q"), id="in a hole of the clip"),
    pytest.param(of_parts(b"q 76 720 m 90 720 l 90 700 l h W n BT /F1 6 Tf 77.6 700 Td (9) Tj ET Q"), id="beside a slanted clip"),
    pytest.param(of_parts(b"/G gs /Fm Do", b"/ExtGState<</G<</ca 0>>>>/XObject<</Fm 11 0 R>>", form(NINE)), id="in a form that is clear"),
    pytest.param(
        of_parts(b"/G gs " + NINE, b"/ExtGState<</G<</SMask<</Type/Mask/S/Luminosity/G 11 0 R>>>>>>",
                 form(b"0 g 0 0 600 800 re f", b"/Group<</S/Transparency/CS/DeviceGray>>")), id="masked"),
    pytest.param(of_parts(NINE + b" 1 G 14 w 76 703 m 90 703 l S"), id="under a thick line"),
    pytest.param(of_parts(b"BT /F1 9 Tf 1 Tz 77.6 700 Td (9) Tj ET"), id="squeezed"),
    pytest.param(of_parts(b"q 30 0 0 14 76 698 cm BI /W 1 /H 1 /CS /RGB /BPC 8 /F /AHx ID 000080> EI Q 0 0 0.5 rg " + NINE), id="of a picture's colour"),
    pytest.param(of_parts(b"/Fm Do", b"/XObject<</Fm 11 0 R>>", LAYER + form(NINE, b"/OC 9 0 R"), OFF), id="in a form on a hidden layer"),
])
def test_what_only_the_drawn_page_shows_to_be_hidden_is_not_read(data: bytes) -> None:
    assert lines(read(data)) == ["219.70"]


@pytest.mark.parametrize("data", [
    pytest.param(of_parts(b"q 10 10 m 590 10 l 590 780 l 580 790 l 10 790 l h W n " + NINE + b" Q"), id="in a slanted clip"),
    pytest.param(of_parts(b"/G gs /Fm Do", b"/ExtGState<</G<</ca 0.5>>>>/XObject<</Fm 11 0 R>>", form(NINE)), id="in a form that is half clear"),
    pytest.param(of_parts(b"1 g 0 G 0.3 w BT /F1 9 Tf 2 Tr 77.6 700 Td (9) Tj ET"), id="white with an outline"),
    pytest.param(
        of_parts(NINE + b" /OC /L1 BDC 1 g 40 690 80 20 re f EMC", b"/Properties<</L1 9 0 R>>", LAYER, OFF), id="under a box on a hidden layer"),
    pytest.param(
        of_parts(NINE + b" /Fm Do", b"/XObject<</Fm 11 0 R>>", LAYER + form(b"1 g 40 690 80 20 re f", b"/OC 9 0 R"), OFF),
        id="under a form on a hidden layer"),
])
def test_what_the_drawn_page_shows_is_read(data: bytes) -> None:
    assert lines(read(data)) == ["219.709"]


def annotated(entries: bytes, value: bytes = b"9") -> bytes:
    """A page with 219.70 and an annotation behind it that shows a value."""
    look = b"11 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 20 14]/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    drawn = b"BT /F1 9 Tf 0 3 Td (%s) Tj ET" % value
    look += b"/Length %d>>stream\n%s\nendstream\nendobj\n" % (len(drawn), drawn)
    data = of_parts(b"", parts=look + b"9 0 obj\n<</Type/Annot/Rect[77.6 697 97.6 711]/AP<</N 11 0 R>>%s>>\nendobj\n" % entries)
    return data.replace(b"/Type/Page/", b"/Type/Page/Annots[9 0 R]/", 1)


@pytest.mark.parametrize(("entries", "seen"), [
    (b"/Subtype/FreeText/F 4", "219.709"), (b"/Subtype/FreeText/F 2", "219.70"), (b"/Subtype/FreeText/F 32", "219.70"),
    (b"/Subtype/Stamp/F 4", "219.70"), (b"/Subtype/Watermark/F 4", "219.70"),
])
def test_annotations_are_read_as_they_show_but_stamps_are_marks(entries: bytes, seen: str) -> None:
    assert lines(read(annotated(entries))) == [seen]


@pytest.mark.parametrize("kind", [b"/FT/Tx", b"/FT/Ch/Ff 131072/Opt[(9)]"])
def test_values_of_fields_without_a_look_are_read(kind: bytes) -> None:
    field = b"9 0 obj\n<</Type/Annot/Subtype/Widget%s/T(a)/V(9)/DA(/Helv 9 Tf 0 g)/F 4/Rect[78 697 120 711]>>\nendobj\n" % kind
    data = of_parts(b"", parts=field, catalogue=b"/AcroForm<</Fields[9 0 R]>>").replace(b"/Type/Page/", b"/Type/Page/Annots[9 0 R]/", 1)
    assert lines(read(data)) == ["219.709"]


def one_by_one(canvas: Canvas, text: str, x: float, y: float, size: float = 9) -> None:
    """Write each character as a text object of its own, as browsers print."""
    for character in text:
        canvas.setFontSize(size)
        canvas.drawString(x, y, character)
        x += canvas.stringWidth(character, canvas._fontname, size)


@pytest.mark.parametrize(("ground", "print_"), [((0.1, 0.3, 0.55), 1.0), ((1, 1, 1), 0.55)], ids=["white on blue", "grey"])
def test_pale_print_that_stands_out_or_is_no_larger_than_the_rest_is_read(ground: tuple[float, float, float], print_: float) -> None:
    def page(canvas: Canvas) -> None:
        draw(single([["", ""]] * 3))(canvas)
        canvas.setFillColorRGB(*ground)
        canvas.rect(LEFT + 1, TOP - 3 * ROW + 1, 2 * COLUMN - 2, 3 * ROW - 2, stroke=0, fill=1)
        canvas.setFillGray(print_)
        for row, (label, amount) in enumerate(ROWS):
            one_by_one(canvas, label, LEFT + 4, TOP - row * ROW - 11, 14 if ground != (1, 1, 1) else 9)
            one_by_one(canvas, amount, LEFT + COLUMN + 4, TOP - row * ROW - 11, 7)

    assert tables(read(document(page))) == [single(ROWS)]


def test_a_watermark_touches_no_cell_though_a_character_of_it_is_small() -> None:
    def page(canvas: Canvas) -> None:
        draw(single(ROWS))(canvas)
        canvas.setFillGray(0.85)
        one_by_one(canvas, "样本8.8", LEFT + 20, TOP - 2.5 * ROW, 40)

    assert tables(read(document(page))) == [single(ROWS)]
