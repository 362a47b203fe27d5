"""Tables of PDFs without rulings whose columns stand less than a character apart: read right, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf_borderless import HEIGHT, ROWS, SIZE, Draw, document, grids

from transforms.readers.pdf import texts
from transforms.readers.pdf.dense import GAP, find, may_hold_table
from transforms.readers.pdf.document import look_at


def dense(rows: Sequence[Sequence[str]], gap: float, *, is_left: bool = False, title: str = "") -> Draw:
    """A table whose columns are as wide as their widest text and `gap` font sizes apart, names to the left, amounts to one side."""

    def draw(canvas: Canvas) -> None:
        widths = [max(map(canvas.stringWidth, column)) for column in zip(*rows, strict=True)]
        canvas.drawString(50, HEIGHT - 70, title)
        for number, row in enumerate(rows):
            x, y = 50.0, HEIGHT - 100 - 20 * number
            for column, (text, width) in enumerate(zip(row, widths, strict=True)):
                if column and not is_left:
                    canvas.drawRightString(x + width, y, text)
                else:
                    canvas.drawString(x, y, text)
                x += width + gap * SIZE

    return draw


def found(draw: Draw) -> list[list[str]]:
    """The rows of the table that is found by what all rows have, whatever can be found by room."""
    pieces = look_at(document(draw), 1).pieces
    lines = list(texts.lines(pieces, np.full(len(pieces.texts), -1), GAP))
    table = find(lines, 1) if may_hold_table(lines) else None
    return [[cell.text for cell in row] for row in table.grid.rows()] if table else []


@pytest.mark.parametrize("gap", [0.35, 0.5, 0.9, 1.2])
def test_columns_that_all_rows_have_are_found_where_they_stand_near_each_other(gap: float) -> None:
    assert grids(document(dense(ROWS, gap, title="2024年部门支出 总表 单位：万元"))) == [ROWS]


SHORT = ["名", "甲", "乙", "丙"]


@pytest.mark.parametrize("rows", [
    [SHORT, ["甲", "12", "345", "678"], ["乙", "88", "120", "500"], ["丙", "10", "200", "300"]],    # or 12,345 and 678
    [SHORT, ["甲", "12.50", "345", "678.00"], ["乙", "88.00", "120", "500.00"], ["丙", "10.00", "200", "300.00"]],
    [ROWS[0], *ROWS[1:3], ["住房保障支出", "12.00", "", "见注"]],
    ROWS[1:] * 2,
    [["科目", "", "合计", ""], *ROWS[1:]],
])
def test_what_may_be_read_otherwise_is_no_table(rows: list[list[str]]) -> None:
    assert found(dense(rows, 0.4)) == []


def test_thousands_that_are_parted_by_a_space_stay_in_their_cell() -> None:
    rows = [ROWS[0], *([name, f"12 {number}45.67", "1.00", "2.00"] for number, name in enumerate("甲乙丙", start=3))]
    assert found(dense(rows, 0.5)) == rows


AMOUNTS = st.one_of(st.just(""), st.decimals(0, 10**6, places=2).map("{:,.2f}".format), st.integers(0, 10**6).map("{:,}".format))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.text("甲乙丙丁 一12", min_size=1, max_size=6).filter(str.strip), AMOUNTS, AMOUNTS, AMOUNTS), min_size=3, max_size=7),
    st.floats(0.05, 1.2), st.booleans(),
)
def test_dense_tables_are_read_right_or_not_at_all(amounts: list[tuple[str, ...]], gap: float, is_left: bool) -> None:
    rows = [ROWS[0], *map(list, amounts)]
    as_read = found(dense(rows, gap, is_left=is_left))
    assert without_space(as_read) in ([], without_space(rows))


def without_space(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [["".join(text.split()) for text in row] for row in rows]
