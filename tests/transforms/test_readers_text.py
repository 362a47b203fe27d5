"""Tab- and comma-separated text becomes grids among lines of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.grid import Grid, TextLine, UnreadableDocument
from transforms.readers.text import read

# From the published targets of 广州市天河区人民代表大会常务委员会办公室, 2023, at a page break that lost a blank cell.
SEED = """\

项目支出绩效目标表（含转移支付项目）

部门名称：广州市天河区人民代表大会常务委员会办公室

单位：万元

项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标
合计\t421.98\t421.98\t\t\t\t
区人大代表培训经费\t35.00\t35.00\t\t\t组织人大代表培训。\t产出指标：培训人次，年度指标值：≥100

离退休干部管理工作经费\t2.90\t2.90\t\t做好机关离退休人员的慰问工作。\t产出指标：慰问人数，年度指标值：≥20
"""


def texts(block: TextLine | Grid) -> list[list[str]]:
    assert isinstance(block, Grid)
    return [[cell.text for cell in row] for row in block.rows()]


def lines(*blocks: TextLine | Grid) -> list[str]:
    return [block.text for block in blocks if isinstance(block, TextLine)]


def test_the_seed_is_three_lines_and_one_ragged_table_over_the_page_break() -> None:
    reading = read(SEED.encode())
    *heading, table = reading.blocks
    assert (reading.format, reading.pages) == ("txt", None)
    assert heading == [
        TextLine("项目支出绩效目标表（含转移支付项目）", row=2),
        TextLine("部门名称：广州市天河区人民代表大会常务委员会办公室", row=4),
        TextLine("单位：万元", row=6),
    ]
    assert isinstance(table, Grid)
    assert table.is_ragged
    assert [row[0].row for row in table.rows()] == [8, 9, 10, 12]
    assert texts(table)[1] == ["合计", "421.98", "421.98", "", "", "", ""]
    assert texts(table)[-1][:5] == ["离退休干部管理工作经费", "2.90", "2.90", "", "做好机关离退休人员的慰问工作。"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_give_the_same_reading(encoding: str) -> None:
    assert read(SEED.encode(encoding)) == read(SEED.encode())


def test_a_line_without_tabs_between_rows_is_a_row_of_the_table() -> None:
    (table,) = read("项目\t总计\n合计\t5\n其他运转类\n会议费\t5\n".encode()).blocks
    assert texts(table) == [["项目", "总计"], ["合计", "5"], ["其他运转类"], ["会议费", "5"]]


def test_notes_below_the_last_row_are_text() -> None:
    table, *notes = read("项目\t总计\n合计\t5\n\n注：1.含结转。\n2.保留两位小数\n".encode()).blocks
    assert texts(table) == [["项目", "总计"], ["合计", "5"]]
    assert notes == [TextLine("注：1.含结转。", row=4), TextLine("2.保留两位小数", row=5)]


def test_a_second_title_and_header_begin_a_second_table() -> None:
    blocks = read("表一\n项目\t总计\n合计\t5\n注：无。\n表二\n单位：元\n科目\t金额\n201\t7\n".encode()).blocks
    assert [texts(block) for block in blocks if isinstance(block, Grid)] == [
        [["项目", "总计"], ["合计", "5"]], [["科目", "金额"], ["201", "7"]],
    ]
    assert lines(*blocks) == ["表一", "注：无。", "表二", "单位：元"]


def test_a_title_row_padded_with_tabs_is_text() -> None:
    *heading, table = read("三公经费表\t\t\n部门：某局\t\t单位：万元\n项目\t上年\t本年\n合计\t1\t2\n".encode()).blocks
    assert lines(*heading) == ["三公经费表", "部门：某局", "单位：万元"]
    assert texts(table)[0] == ["项目", "上年", "本年"]


def test_quoted_fields_keep_their_line_breaks_and_rows_their_line_numbers() -> None:
    (table,) = read('编码\t"名称\n/项目"\n101\t"某""局"\n102\t乙局\n'.encode()).blocks
    assert texts(table) == [["编码", "名称\n/项目"], ["101", '某"局'], ["102", "乙局"]]
    assert isinstance(table, Grid)
    assert [row[0].row for row in table.rows()] == [1, 3, 4]


def test_quotation_marks_that_do_not_quote_are_text() -> None:
    (table,) = read('项目\t总计\n"十四五"规划编制\t5\n"三公"经费\t6\n'.encode()).blocks
    assert texts(table)[1:] == [['"十四五"规划编制', "5"], ['"三公"经费', "6"]]


@pytest.mark.parametrize(
    ("rows"),
    [
        [["甲", "5", '"法治政府建设。', "≥1"], ["乙", "6", "目标", "≥2"], ["丙", "7", '推进法治"', "≥3"]],
        [["甲", "5", "目标", '"三公'], ['乙"', "6", "目标", "≥2"]],
        [["甲", "5", '"法治', '建设"'], ["乙", "6", "目标", "≥2"]],
    ],
    ids=["rows apart", "end and beginning of rows", "within a row"],
)
def test_stray_quotation_marks_never_join_cells_or_rows(rows: list[list[str]]) -> None:
    (table,) = read("\n".join(map("\t".join, [["项目", "总计", "目标", "指标"], *rows])).encode()).blocks
    assert texts(table)[1:] == rows


HEADER = "项目\t总计\t财政\t目标\t指标\n"


def test_a_row_broken_inside_a_text_is_one_row() -> None:
    (table,) = read(f"{HEADER}甲\t5\t5\t完成年度\n任务。\t≥20人\n乙\t6\t6\t目标\t≥2\n".encode()).blocks
    assert texts(table)[1:] == [["甲", "5", "5", "完成年度\n任务。", "≥20人"], ["乙", "6", "6", "目标", "≥2"]]
    assert isinstance(table, Grid)
    assert [row[0].row for row in table.rows()] == [1, 2, 4]


@pytest.mark.parametrize(
    "lines",
    [
        ["其他运转类", "甲\t5\t5\t目标\t≥2"], ["合计\t5\t5", "乙\t目标\t≥2"], ["甲\t5\t5\t目标。", "乙\t≥2"], ["甲\t5\t5\t目标", "", "乙\t≥2"],
        ["甲\t5\t5\t≥2", "乙\t6"], ["甲\t5\t5\t目标", "科目\t款", "201\t一"],
    ],
    ids=["heading", "after amounts", "after a sentence", "after a blank line", "amount", "another table"],
)
def test_lines_that_may_be_rows_of_their_own_stay_apart(lines: list[str]) -> None:
    rows = [row for block in read((HEADER + "\n".join(lines)).encode()).blocks if isinstance(block, Grid) for row in texts(block)]
    assert rows[1:] == [line.split("\t") for line in lines if line]


def test_comma_separated_rows_of_equal_length_are_not_ragged() -> None:
    reading = read("绩效目标表（2026年度）\r\n单位：元\r\n单位,项目,预算数\r\n某局,,\"40,641,821.64\"\r\n,会议费,5\r\n".encode())
    *heading, table = reading.blocks
    assert reading.format == "csv"
    assert lines(*heading) == ["绩效目标表（2026年度）", "单位：元"]
    assert isinstance(table, Grid)
    assert not table.is_ragged
    assert texts(table) == [["单位", "项目", "预算数"], ["某局", "", "40,641,821.64"], ["", "会议费", "5"]]


ACCOUNTS = [["科目编码", "科目名称", "合计", "基本支出"], ["", "合计", "1,860.35", "1,204.15"], ["201", "一般公共服务支出", "1,502.60", "846.40"],
            ["208", "社会保障和就业支出", "231.55", ""], ["221", "住房保障支出", "126.20", "126.20"]]


@pytest.mark.parametrize("end", ["乙,", "乙,6", "221", "2210101,住房"])
def test_a_row_that_is_cut_off_is_never_taken_for_whole(end: str) -> None:
    whole = "科目,名称,金额\n201,行政,5\n208,社保,6\n"
    with pytest.raises(UnreadableDocument) as error:
        read(f"{whole}{end}".encode())
    assert error.value.code == "incomplete-document"
    assert read(f"{whole}{end}\n".encode()).blocks
    assert read(f"{whole}注：单位为元".encode()).blocks


def test_quoted_fields_behind_spaces_are_quoted() -> None:
    (table,) = read('"科目", "名称", "金额"\n"201", "行政, 运行", "5"\n'.encode()).blocks
    assert texts(table) == [["科目", "名称", "金额"], ["201", "行政, 运行", "5"]]


def padded(rows: list[list[str]], measure: Callable[[str], int]) -> str:
    """Rows with spaces between their columns; amounts stand at the right."""
    def field(text: str, column: int) -> str:
        blank = " " * ((10, 26, 14, 14)[column] - measure(text))
        return blank + text if column > 1 else text + blank

    return "".join("".join(field(text, column) for column, text in enumerate(row)).rstrip() + "\n" for row in rows)


def boxed(rows: list[list[str]], border: str, bar: str, *, every: bool) -> str:
    """Rows with bars around their fields and a border below the header, or below every row."""
    lines = [bar + bar.join(row) + bar for row in rows]
    return "\n".join([border, *(line for pair in zip(lines, [border] * len(lines), strict=True) for line in pair)] if every
                     else [border, lines[0], border, *lines[1:], border])


def terminal_width(text: str) -> int:
    return sum(1 + (ord(character) > 255) for character in text)


@pytest.mark.parametrize("drawn", [
    padded(ACCOUNTS, len), padded(ACCOUNTS, terminal_width),
    boxed(ACCOUNTS, "├───┼───┤", "│", every=True), boxed(ACCOUNTS, "├───┼───┤", "│", every=False), boxed(ACCOUNTS, "+---+---+", "|", every=True),
    boxed(ACCOUNTS, "═══════", "║", every=False), boxed(ACCOUNTS, "|---|---:|", "|", every=False),
    *("\n".join(one.join(row) for row in ACCOUNTS) for one in ";|"),
    "\n".join(";".join(f'"{text}"' for text in row) for row in ACCOUNTS),
    "\n".join(",".join(f'"{text}"' for text in [f"{code}\t", *rest]) for code, *rest in ACCOUNTS),
])  # fmt: skip
def test_a_table_is_read_whatever_parts_its_columns(drawn: str) -> None:
    title, table, *_ = read(f"部门支出总表\n{drawn}".encode()).blocks
    assert title == TextLine("部门支出总表", row=1)
    assert isinstance(table, Grid)
    assert [[cell.text for cell in row] for row in table.rows()] == ACCOUNTS
    assert not table.is_ragged


def test_lines_between_borders_are_one_row() -> None:
    rows = [["项目", "金额"], ["机关事业单位基本", "231.55"], ["养老保险缴费支出", ""], ["合计", "5.00"]]
    lines = ["│" + "│".join(row) + "│" for row in rows]
    border = "├──┼──┤"
    (table,) = read("\n".join([border, lines[0], border, *lines[1:3], border, lines[3], border]).encode()).blocks
    assert [[cell.text for cell in row] for row in table.rows()] == [rows[0], ["机关事业单位基本养老保险缴费支出", "231.55"], rows[3]]


def test_two_tables_of_spaces_are_parted_by_their_titles() -> None:
    blocks = read(f"收入总表\n{padded(ACCOUNTS, len)}\n  支出总表\n单位：元\n{padded(ACCOUNTS, len)}注：四舍五入。".encode()).blocks
    assert [block.text if isinstance(block, TextLine) else [row[0].row for row in block.rows()] for block in blocks] == [
        "收入总表", [2, 3, 4, 5, 6], "支出总表", "单位：元", [10, 11, 12, 13, 14], "注：四舍五入。",
    ]


def test_prose_with_wide_spaces_and_bars_is_no_table() -> None:
    text = "首页 | 预算公开 | 收支总表\n本年收入  1,234.50 万元，支出  1,234.50 万元。\n一、  概况\n二、  说明；三、 附件;\n"
    assert all(isinstance(block, TextLine) for block in read(text.encode()).blocks)


def test_comma_separated_rows_of_unequal_length_are_ragged() -> None:
    (table,) = read("单位,项目,预算数\n某局,会议费,5\n乙局,6\n丙局,差旅费,7\n".encode()).blocks
    assert isinstance(table, Grid)
    assert table.is_ragged


def test_commas_that_cannot_be_told_apart_are_an_error_with_the_line() -> None:
    with pytest.raises(UnreadableDocument, match="Line 2 ") as refused:
        read('项目,总计\n"十四五"规划,5\n会议费,6\n'.encode())
    assert refused.value.code == "damaged-file"


CELLS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from('0123456789.,"≥%\n '), min_size=1, max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    rows = draw(st.lists(st.lists(CELLS.map(str.strip).filter(bool), min_size=width, max_size=width), min_size=1, max_size=8))
    return [[f"列{number}" for number in range(width)], *rows]


@pytest.mark.parametrize("delimiter", ["\t", ","])
@given(table=tables())
def test_a_written_table_reads_back_the_same(delimiter: str, table: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(table)
    (block,) = read(stream.getvalue().encode()).blocks
    assert texts(block) == table


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UnreadableDocument):
        read(data)


@pytest.mark.parametrize(
    ("published", "fields"),
    [
        ("教育支出,1,860.35,1,204.15,656.20", ["教育支出", "1,860.35", "1,204.15", "656.20"]),
        ("教育支出,12,345,678.90,10,2", ["教育支出", "12,345,678.90", "10", "2"]),
        ("教育支出,-1,860.35,,5", ["教育支出", "-1,860.35", "", "5"]),
        ("教育支出,1,200,300,400", None),          # 1,200 | 300 | 400, or 1 | 200,300 | 400, or …
        ("教育支出,1,2,3,4", None),
        ('教育支出,"1,860.35",2,3', ["教育支出", "1,860.35", "2", "3"]),
    ],
)
def test_commas_of_thousands_that_nobody_quoted_are_put_back_where_there_is_one_way(published: str, fields: list[str] | None) -> None:
    text = f"项目名称,合计,基本支出,项目支出\n会议费,10.00,6.00,4.00\n{published}\n"
    (grid,) = read(text.encode()).blocks
    assert isinstance(grid, Grid)
    last = [cell.text for cell in list(grid.rows())[-1]]
    assert last == fields if fields else len(last) > 4


def test_a_table_most_of_whose_rows_have_unquoted_thousands_is_one() -> None:
    rows = "".join(f"项目{number},{number},860.35,1,204.15,656.20\n" for number in range(1, 9))
    (grid,) = read(f"项目名称,合计,基本支出,项目支出\n{rows}".encode()).blocks
    assert isinstance(grid, Grid)
    assert all(len(row) == 4 for row in grid.rows())
