"""What contents are marked to say (`/ActualText`) is not what a person sees: glyphs speak for themselves where they can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf import by_hand, document, draw, lines, single, tables
from test_readers_pdf_visibility import PLACE, ROWS

from transforms.readers.pdf.document import read

Write = Callable[[Canvas], None]
BLANK = [ROWS[0], ["行政运行", ""], ROWS[2]]


def marked(said: str, *shown: str) -> Write:
    """Text objects beside each other, together marked to say something else."""
    def on(canvas: Canvas) -> None:
        draw(single(BLANK))(canvas)
        canvas._code.append(f"/Span <</ActualText <feff{said.encode('utf-16-be').hex()}>>> BDC")
        x = PLACE[0]
        for text in shown:
            canvas.drawString(x, PLACE[1], text)
            x += canvas.stringWidth(text)
        canvas._code.append("EMC")

    return on


@pytest.mark.parametrize(("said", "shown", "told"), [
    ("219.70", ["291.70"], ["219.70"]),
    ("219.70", ["29", "1.70"], ["219.70"]),
    ("2197.0", ["219.70"], ["2197.0"]),
    ("二百一十九元七角", ["219.70"], ["二百一十九元七角"]),
    ("219.70", ["219", ".70"], []),
    ("２１９.７０", ["219.70"], []),
    ("甲局", ["乙局"], []),
    ("亿", ["万"], ["亿"]),
])
def test_glyphs_speak_for_themselves(said: str, shown: list[str], told: list[str]) -> None:
    reading = read(document(marked(said, *shown)))
    assert tables(reading) == [single([ROWS[0], ["行政运行", "".join(shown)], ROWS[2]])]
    assert [line.text for line in reading.hidden] == told


def test_a_hyphen_that_is_marked_as_soft_is_a_minus_where_it_is_drawn() -> None:
    def on(canvas: Canvas) -> None:
        marked("\xad", "-")(canvas)
        canvas.drawString(PLACE[0] + canvas.stringWidth("-"), PLACE[1], "5.00")

    reading = read(document(on))
    assert tables(reading) == [single([ROWS[0], ["行政运行", "-5.00"], ROWS[2]])]
    assert not reading.hidden


def test_what_stands_on_nothing_but_a_mark_is_not_seen() -> None:
    reading = read(document(marked("219.70", " ")))
    assert tables(reading) == [single(BLANK)]


@pytest.mark.parametrize(("shown", "said"), [("戶", "户"), ("ﬁ", "fi"), ("⼗", "十")])
def test_a_glyph_that_stands_for_several_is_what_it_is_marked_as(shown: str, said: str) -> None:
    reading = read(by_hand(
        b"BT /F1 9 Tf 50 700 Td /Span <</ActualText <feff%s>>> BDC (1) Tj EMC ET" % said.encode("utf-16-be").hex().encode(),
        unicode=b"1 beginbfchar <31><%s> endbfchar" % shown.encode("utf-16-be").hex().encode(),
    ))
    assert lines(reading) == [said]
    assert not reading.hidden


PRIVATE = b"1 beginbfrange <30><39><E030> endbfrange"


def test_glyphs_without_characters_say_what_they_are_marked_to() -> None:
    stream = b"BT /F1 9 Tf 50 700 Td /Span <</ActualText (219.70)>> BDC (219) Tj (.70) Tj EMC ET BT /F1 9 Tf 50 650 Td /P <</MCID 1>> BDC (88) Tj EMC ET"
    reading = read(by_hand(stream, unicode=PRIVATE))
    assert lines(reading) == ["219.70", "\ue038\ue038"]
    assert not reading.hidden


def test_a_glyph_whose_font_tells_no_character_is_unknown_and_not_the_character_of_its_number() -> None:
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    font = b"/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[%s]" % descendant
    stream = b"BT /F1 9 Tf 50 700 Td <003200310039> Tj ET BT /F1 9 Tf 50 650 Td /Span <</ActualText (45)>> BDC <00320031> Tj EMC ET"
    assert lines(read(by_hand(stream, font=font))) == ["\ufffd\ufffd\ufffd", "45"]
