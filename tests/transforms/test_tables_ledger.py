"""Every filled cell of every table has one fate, and what nobody understood is told."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.amounts import is_blank
from transforms.grid import Cell, Grid, Reading, TextLine
from transforms.parse import read_tables
from transforms.tables.ledger import Ledger

TEXTS = st.sampled_from([
    "", "—", "项目名称", "实施单位", "年度资金总额", "财政拨款", "年度目标", "一级指标", "二级指标", "三级指标", "指标值", "绩效指标", "总计",
    "科目编码", "合计", "河道保洁", "云山市水务局", "12.50", "8", "201", "≥95%", "产出指标", "数量指标", "保洁河道", "甲乙丙", "备注",
    "对全部河道进行保洁，保持河面清洁。", "产出指标：1、保洁河道，年度指标值：≥86公里",
])


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=2, max_size=7))
    return Grid(tuple(Cell(text, row, column) for row, texts in enumerate(rows, 1) for column, text in enumerate(texts, 1)))


@settings(max_examples=150, deadline=None)
@given(grids(), st.sampled_from(["项目支出绩效目标表", "部门支出总表", "2024年经费"]))
def test_every_filled_cell_has_one_fate_and_the_unread_ones_are_told(grid: Grid, title: str) -> None:
    tables = read_tables(Reading("html", blocks=(TextLine(title), TextLine("单位：元"), grid))).known
    for section, table, ledger in tables:
        filled = [cell for cell in section.grid.cells if not is_blank(cell.text)]
        unread = [cell for cell in filled if ledger.fate_of(cell)[0] == "unread"]
        assert all(ledger.fate_of(cell)[0] in ("record", "structure", "not kept", "unread") for cell in filled)
        assert sum(doubt.count for doubt in table.doubts if doubt.reason == "unread") >= len(unread)


def test_the_first_fate_stays() -> None:
    cell = Cell("5", 1, 1)
    ledger = Ledger(Grid((cell,)))
    ledger.enter([cell], "record", "total")
    ledger.enter([cell], "not kept", "ignored")
    assert ledger.fate_of(cell) == ("record", "total")
    assert ledger.doubts() == []


def test_unread_cells_are_told_by_their_header() -> None:
    cells = (Cell("5.00", 2, 1), Cell("6.00", 3, 1), Cell("", 4, 1), Cell("2024年", 2, 2))
    ledger = Ledger(Grid(cells))
    for cell in cells[:3]:
        ledger.under(cell, "甲乙")
    assert [(doubt.header, doubt.texts, doubt.count, doubt.is_critical) for doubt in ledger.doubts()] == [
        ("甲乙", ("5.00", "6.00"), 2, True), ("", ("2024年",), 1, False),
    ]


def test_what_is_illegible_is_unread_whatever_it_is_taken_for_but_amounts_are_told_as_such() -> None:
    code, amount, target = Cell("4.40106E+20", 2, 1), Cell("#####", 2, 2), Cell("####", 2, 3)
    ledger = Ledger(Grid((code, amount, target)))
    ledger.enter([code], "not kept", "line")
    for cell, meaning in ((code, "project_code"), (amount, "total"), (target, "target")):
        ledger.enter([cell], "record", meaning)
    assert [ledger.fate_of(cell)[0] for cell in (code, amount, target)] == ["unread", "record", "unread"]
    assert all(doubt.is_critical for doubt in ledger.doubts())
