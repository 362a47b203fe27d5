"""No amount of a table of projects is lost in silence, whatever its headers say and in whatever order they stand."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.amounts import is_amount
from transforms.grid import Cell, Grid, Reading, TextLine
from transforms.parse import read_tables
from transforms.records import ParsedDocument
from transforms.tables.ledger import OF_ANOTHER_TERM, OF_APPROPRIATION

KNOWN = {
    "name": ["项目名称", "支出项目"],
    "money": ["总计", "金额", "财政拨款", "其他资金", "上年结转", "一般公共预算", "单位资金"],
    "unit": ["资金使用单位", "单位名称"], "goal": ["绩效目标"], "indicators": ["绩效指标"], "code": ["单位编码"], "remark": ["备注", "项目类别"],
    "level": ["一级指标"], "target": ["指标值"], "indicator": ["三级指标"],
}
OTHER = {
    "name": ["业务名目", "甲栏", "事由"],
    "money": ["拟安排额", "丙栏", "统筹款", "财政出资", "总盘子", "别处来钱", "其中：设备购置", "2023年预算数", "本级安排", "总计（三年）"],
    "unit": ["花钱单位"], "goal": ["年内成效"], "indicators": ["考核要点"], "code": ["号码"], "remark": ["其它说明", "起止"],
    "level": ["层级"], "target": ["要达到"], "indicator": ["考核什么"],
}
TEXTS = {
    "name": ["河道保洁", "道路养护", "社区活动", "护林防火"],
    "unit": ["云山市水务局", "云山市市政局"], "goal": ["对全部河道进行保洁，保持河面清洁。", "对破损道路进行养护，保障通行安全。"],
    "indicators": ["产出指标：1、保洁河道，年度指标值：≥86公里", "产出指标：1、养护道路，年度指标值：≥12公里"],
    "code": ["101001", "101002"], "remark": ["延续性项目", "2024年1月", ""],
    "level": ["产出指标", "效益指标"], "target": ["≥86公里", "有效改善"], "indicator": ["保洁河道长度", "群众生活环境"],
}
KINDS = [("name", "money"), ("name", "money", "goal"), ("name", "money", "goal", "indicators"), ("name", "money", "level", "indicator", "target")]
FORM = [("unit", "实施单位"), ("money", "年度资金总额"), ("money", "其中：财政拨款"), ("money", "其他资金"), ("money", "中期资金总额"), ("money", "统筹款"),
        ("money", "总盘子"), ("goal", "年度目标"), ("money", "预算数"), ("money", "别处来钱"), ("remark", "项目类别")]


def word(draw: st.DrawFn, kind: str) -> str:
    return draw(st.sampled_from(KNOWN[kind] + OTHER[kind]))


@st.composite
def tables(draw: st.DrawFn) -> Grid:
    """A table with a row per project or indicator: columns in any order, each amount another one, and none that may be a score of 100."""
    kinds = [*draw(st.sampled_from(KINDS)), *draw(st.lists(st.sampled_from(["money", "money", "unit", "code", "remark"]), max_size=4))]
    kinds = draw(st.permutations(kinds))
    headed = [draw(st.sampled_from(["remark", "code"])) if kind == "money" and draw(st.integers(0, 9)) == 0 else kind for kind in kinds]
    rows = [[word(draw, kind) for kind in headed]]
    for place in range(draw(st.integers(1, 4))):
        blank = draw(st.sampled_from([False, False, True]))
        rows.append([
            ("" if blank and number % 2 else f"{110 + place * 37 + number * 11}.{place}{number % 10}") if kind == "money"
            else TEXTS[kind][place % len(TEXTS[kind])]
            for number, kind in enumerate(kinds)
        ])
    return Grid(tuple(Cell(text, row, column) for row, texts in enumerate(rows, 1) for column, text in enumerate(texts, 1)))


@st.composite
def forms(draw: st.DrawFn) -> Grid:
    """A form: a label and its value in a row, or two, each amount another one; the indicators below."""
    chosen = draw(st.lists(st.sampled_from(FORM), min_size=2, max_size=8, unique=True))
    texts = [draw(st.sampled_from(["项目名称", "业务名目"])), "河道保洁"]
    for place, (kind, label) in enumerate(chosen):
        texts += [label, f"{100 + place * 37}.{place}1" if kind == "money" else TEXTS[kind][0]]
    wide = draw(st.sampled_from([2, 4]))
    rows = [texts[start : start + wide] for start in range(0, len(texts), wide)]
    rows += [["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "保洁河道", "≥86公里"]]
    return Grid(tuple(Cell(text, row, column) for row, cells in enumerate(rows, 1) for column, text in enumerate(cells, 1)))


def stated(document: ParsedDocument, table: int) -> Iterator[str]:
    """What the records of a table hold; where it lists projects a line alone holds none of theirs."""
    rows = document.rows_of(table)
    for row in rows:
        yield from (text for texts in row.amount_text.values() for text in texts.split("｜"))
        yield from row.shift.cells if row.shift else ()
    yield from (text for project in document.projects for one in project.indicators for text in (one.name, one.text))
    yield from () if rows else (line.text or "" for line in document.tables[table].lines)


def check(grid: Grid, title: str) -> None:
    """Hold each amount to what the records state and to what is told."""
    document, _, known = read_tables(Reading("html", blocks=(TextLine(title), TextLine("单位：元"), grid)))
    for place, (section, table, ledger) in enumerate(known):
        told = {text for doubt in table.doubts for text in doubt.texts}
        accounted = {*stated(document, place), *told}
        lost = [cell for cell in section.grid.cells if is_amount(cell.text) and "." in cell.text and cell.text not in accounted]
        lost = [cell for cell in lost if ledger.fate_of(cell) not in (OF_ANOTHER_TERM, OF_APPROPRIATION)]
        headers = {doubt.header for doubt in table.doubts}    # not all texts of a header are shown
        lost = [cell for cell in lost if ledger.fate_of(cell)[0] != "unread" and ledger.header_of(cell) not in headers]
        is_doubted = any(not doubt.is_believed for doubt in table.doubts)
        assert not lost or is_doubted, (table.kind, [(cell.text, ledger.fate_of(cell)) for cell in lost], table.doubts)


@settings(max_examples=120, deadline=None)
@given(tables(), st.sampled_from(["项目支出绩效目标表", "项目支出表", "专项经费安排一览表"]))
def test_no_amount_of_a_table_with_rows_is_lost_in_silence(grid: Grid, title: str) -> None:
    check(grid, title)


@settings(max_examples=80, deadline=None)
@given(forms())
def test_no_amount_of_a_form_is_lost_in_silence(grid: Grid) -> None:
    check(grid, "项目支出绩效目标表")


def test_a_table_with_amounts_as_nobody_writes_them_is_not_empty() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出"], ["2010801", "行政运行", "约846.40", "约846.40"], ["2080505", "养老保险", "约126.20", ""]]
    grid = Grid(tuple(Cell(text, row, column) for row, texts in enumerate(rows, start=1) for column, text in enumerate(texts, start=1)))
    (table,) = read_tables(Reading("xlsx", blocks=(TextLine("2024年一般公共预算支出表"), TextLine("单位：万元"), grid))).document.tables
    assert {text for doubt in table.doubts for text in doubt.texts} == {"约846.40", "约126.20"}
