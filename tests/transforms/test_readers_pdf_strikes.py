"""Text that is struck out is not published: it is left out and told; other lines near text strike nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf import COLUMN, FONT, LEFT, ROW, SIZE, TOP, document, draw, lines, single, tables

from transforms.readers.pdf.document import read

ROWS = [["科目", "金额", "说明"], *[["行政运行", "219.70", "按规定编制的部门预算支出"]] * 4]
LONG = pdfmetrics.stringWidth("219.70", FONT, SIZE)
X, BASE = LEFT + COLUMN + 4, TOP - ROW - 11    # where the first amount is written

Draw = Callable[[Canvas], None]


def at(height: float, *, begin: float = 0, end: float = LONG, thick: float = 0.5) -> Draw:
    """A line over the first amount, `height` above its baseline."""
    def on(canvas: Canvas) -> None:
        canvas.setLineWidth(thick)
        canvas.line(X + begin, BASE + height, X + end, BASE + height)

    return on


def filled(canvas: Canvas) -> None:
    canvas.rect(X - 1, BASE + 3, LONG + 2, 0.7, stroke=0, fill=1)


def twice(canvas: Canvas) -> None:
    at(2.5)(canvas)
    at(4)(canvas)


def annotation(canvas: Canvas) -> None:
    """The mark of a program for comments, without a picture of its own."""
    left, bottom, right, top = X, BASE - 2, X + LONG, BASE + 8
    canvas._addAnnotation(PDFDictionary({
        "Type": PDFName("Annot"), "Subtype": PDFName("StrikeOut"), "Rect": PDFArray([left, bottom, right, top]),
        "QuadPoints": PDFArray([left, top, right, top, left, bottom, right, bottom]), "C": PDFArray([1, 0, 0]), "F": 4,
    }))


def page(*drawn: Draw, turn: int = 0, beside: str = "") -> bytes:
    def on(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        draw(single(ROWS))(canvas)
        canvas.drawString(X + LONG + 8, BASE, beside)
        for one in drawn:
            one(canvas)

    return document(on)


@pytest.mark.parametrize("strike", [
    at(3), at(2.5, begin=-2, end=LONG + 2, thick=1), filled, twice, annotation,
    at(3, end=LONG + 7), at(3, begin=-5.5, end=LONG + 7), at(3, begin=-3),    # by hand: over the border, or far behind the text
])
def test_what_a_line_is_drawn_through_is_not_published(strike: Draw) -> None:
    reading = read(page(strike, beside="88.00"))
    assert tables(reading)[0][1, 1, 1, 1] == "88.00"
    assert [line.text for line in reading.hidden] == ["219.70"]
    assert not reading.errors


def test_on_a_turned_page_it_is_told_where_it_stands() -> None:
    reading = read(page(at(3), turn=90))
    assert list(tables(reading)[0].values()).count("219.70") == 3
    assert [line.text for line in reading.hidden] == ["219.70"]


def test_a_part_of_a_text_is_struck_out() -> None:
    reading = read(page(at(3, begin=4.5)))
    assert tables(reading)[0][1, 1, 1, 1] == "2"
    assert [line.text for line in reading.hidden] == ["19.70"]


@pytest.mark.parametrize(
    "line",
    [
        at(-1.5), at(-3), at(9.5),    # below and above the text
        at(3, begin=LONG + 1, end=LONG + 40),    # behind it
        at(3, begin=-4, end=COLUMN - 4),    # from border to border: a ruling, however it crosses the text
        at(3, end=LONG + 40),    # a leader to what stands further right
    ],
)
def test_other_lines_strike_nothing(line: Draw) -> None:
    reading = read(page(line))
    assert "219.70" in "".join(text for (row, *_), text in tables(reading)[0].items() if row in (1, 2))
    assert not reading.hidden


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 5)), st.floats(0.25, 1.2))
def test_of_a_column_exactly_what_is_struck_out_is_left_out(chosen: set[int], thick: float) -> None:
    amounts = [f"{place}{place}1.05" for place in range(6)]
    rows = [[f"第{place}项支出的名称", amount, "说明其用途的文字一段"] for place, amount in enumerate(amounts)]

    def on(canvas: Canvas) -> None:
        draw(single(rows))(canvas)
        canvas.setLineWidth(thick)
        for place in chosen:
            height = TOP - place * ROW - 11 + 3
            canvas.line(X, height, X + pdfmetrics.stringWidth(amounts[place], FONT, SIZE), height)

    reading = read(document(on))
    (found,) = tables(reading)
    assert [found[place, 1, 1, 1] for place in range(6)] == ["" if place in chosen else amount for place, amount in enumerate(amounts)]
    assert [line.text for line in reading.hidden] == [amounts[place] for place in sorted(chosen)]
    assert lines(reading) == []
