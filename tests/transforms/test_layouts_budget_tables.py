from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.budget_grids import grid, lines, read
from transforms.grid import Cell, Grid, TextLine
from transforms.layouts import Section
from transforms.layouts.budget_tables import BudgetTables
from transforms.records import Line, ParsedDocument
from transforms.tables.ledger import Ledger

UNIT = "单位：元"


@pytest.mark.parametrize(
    ("title", "table", "expected"),
    [
        pytest.param(
            "收支预算总表",
            """
            收入|<|支出|<|<|<
            项目名称|金额|功能分类|<|支出用途|<
            ^|^|功能科目名称|金额|项目名称|金额
            一、财政拨款|5|一、一般公共服务支出|4|一、基本支出|3
             1.一般公共预算|5|二、外交支出||二、项目支出|2
            当年收入小计|5|当年支出小计|<|<|5
            """,
            [
                "income 财政拨款 [收入/金额] 5.00",
                "expenditure 一般公共服务支出 [支出/功能分类/金额] 4.00",
                "expenditure 基本支出 [支出/支出用途/金额] 3.00",
                "income 一般公共预算 [收入/金额] 5.00",
                "expenditure 项目支出 [支出/支出用途/金额] 2.00",
                "income 当年收入小计 [收入/金额] 5.00",
                "expenditure 当年支出小计 [支出/支出用途/金额] 5.00",
            ],
            id="halves-of-which-one-has-two-parts",
        ),
        pytest.param(
            "收入支出决算总表",
            """
            收入|<|<|支出|<|<|支出|<|<
            项目|行次|决算数|项目（按功能分类）|行次|决算数|项目（按支出性质和经济分类）|行次|决算数
            栏次||1|栏次||2|栏次||3
            一、一般公共预算财政拨款收入|1|100|一、一般公共服务支出|31|90|一、基本支出|58|60
            二、政府性基金预算财政拨款收入|2||二、外交支出|32|0|人员经费|59|50
            """,
            [
                "income 一般公共预算财政拨款收入 [收入/决算数] 100.00",
                "expenditure 一般公共服务支出 [支出/决算数] 90.00",
                "expenditure 基本支出 [支出/决算数] 60.00",
                "expenditure 外交支出 [支出/决算数] 0.00",
                "expenditure 人员经费 [支出/决算数] 50.00",
            ],
            id="final-accounts-with-line-numbers",
        ),
        pytest.param(
            "收支总表",
            """
            项目|预算数|项目|预算数
            一、财政拨款收入|5|一、基本支出|2
            收入总计|5|支出总计|5
            """,
            [
                "income 财政拨款收入 [预算数] 5.00", "expenditure 基本支出 [预算数] 2.00",
                "income 收入总计 [预算数] 5.00", "expenditure 支出总计 [预算数] 5.00",
            ],
            id="halves-that-only-their-labels-tell",
        ),
        pytest.param(
            "一般公共预算财政拨款基本支出决算表",
            """
            人员经费|<|<|公用经费|<|<
            经济分类科目编码|科目名称|决算数|经济分类科目编码|科目名称|决算数
            301|工资福利支出|9|302|商品和服务支出|2
            30101|基本工资|9|30201|办公费|2
            人员经费合计|<|9|公用经费合计|<|2
            """,
            [
                "301 工资福利支出 [人员经费/决算数] 9.00", "302 商品和服务支出 [公用经费/决算数] 2.00",
                "30101 基本工资 [人员经费/决算数] 9.00", "30201 办公费 [公用经费/决算数] 2.00",
                "人员经费合计 [人员经费/决算数] 9.00", "公用经费合计 [公用经费/决算数] 2.00",
            ],
            id="two-blocks-of-one-side",
        ),
        pytest.param(
            "收入决算表",
            """
            项目|<|<|<|本年收入合计|财政拨款收入
            功能分类科目编码|<|<|科目名称|^|^
            ^|^|^|^|^|^
            类|款|项|栏次|1|2
            ^|^|^|合计|3|3
            201|<|<|一般公共服务支出|3|3
            2013901|<|<|行政运行|3|3
            """,
            [
                "合计 [本年收入合计] 3.00", "合计 [财政拨款收入] 3.00",
                "201 一般公共服务支出 [本年收入合计] 3.00", "201 一般公共服务支出 [财政拨款收入] 3.00",
                "2013901 行政运行 [本年收入合计] 3.00", "2013901 行政运行 [财政拨款收入] 3.00",
            ],
            id="codes-merged-over-levels-that-reach-into-the-total",
        ),
        pytest.param(
            "支出预算总表",
            """
            项目|<|<|<|支出预算|<
            功能分类科目编码|<|<|功能分类科目名称|合计|项目支出
            类|款|项|^|^|^
            201|06||财政事务|7|7
            201|06|01|行政运行|7|7
            合计|<|<|<|7|7
            """,
            [
                "20106 财政事务 [支出预算/合计] 7.00", "20106 财政事务 [支出预算/项目支出] 7.00",
                "2010601 行政运行 [支出预算/合计] 7.00", "2010601 行政运行 [支出预算/项目支出] 7.00",
                "合计 [支出预算/合计] 7.00", "合计 [支出预算/项目支出] 7.00",
            ],
            id="codes-in-columns-of-their-levels",
        ),
        pytest.param(
            "一般公共预算支出表",
            """
            类|款|项|科目名称|2024年预算数|<
            ^|^|^|^|基本支出|项目支出
            201|||一般公共服务支出|4|6
            |03||政府办公厅（室）及相关机构事务|4|6
            ||01|行政运行|4|
            ||02|一般行政管理事务||6
            """,
            [
                "201 一般公共服务支出 [2024年预算数/基本支出] 4.00", "201 一般公共服务支出 [2024年预算数/项目支出] 6.00",
                "20103 政府办公厅（室）及相关机构事务 [2024年预算数/基本支出] 4.00",
                "20103 政府办公厅（室）及相关机构事务 [2024年预算数/项目支出] 6.00",
                "2010301 行政运行 [2024年预算数/基本支出] 4.00", "2010302 一般行政管理事务 [2024年预算数/项目支出] 6.00",
            ],
            id="only-the-lowest-level-is-printed",
        ),
        pytest.param(
            "部门支出总表",
            """
            项目|<|<|<|<|合计|基本支出
            科目编码|<|<|单位代码|单位名称（科目）|^|^
            类|款|项|^|^|^|^
            ||||合计|9|9
            |||117|某省地方志办公室|9|9
            201|03|01|117301|行政运行|9|9
            """,
            [
                "合计 [合计] 9.00", "合计 [基本支出] 9.00", "某省地方志办公室 [合计] 9.00", "某省地方志办公室 [基本支出] 9.00",
                "2010301 行政运行 [合计] 9.00", "2010301 行政运行 [基本支出] 9.00",
            ],
            id="codes-of-units-are-no-classification",
        ),
        pytest.param(
            "支出预算表",
            """
            科目|合计
            [201]一般公共服务支出|5
            2010301 行政运行|4
            301工资福利支出|3
            2024年新增项目|1
            """,
            ["201 一般公共服务支出 [合计] 5.00", "2010301 行政运行 [合计] 4.00", "301 工资福利支出 [合计] 3.00", "2024年新增项目 [合计] 1.00"],
            id="codes-in-front-of-the-label",
        ),
        pytest.param(
            "一般公共预算支出预算表",
            """
            功能科目编码|功能科目名称|金额
            201-03-01|行政运行|1
            201 03 02|一般行政管理事务|2
            2010350|事业运行|-
            """,
            ["2010301 行政运行 [金额] 1.00", "2010302 一般行政管理事务 [金额] 2.00"],
            id="codes-with-separators",
        ),
        pytest.param(
            "一般公共预算基本支出表",
            """
            政府预算支出经济分类|<|部门预算支出经济分类|<|金额
            科目编码|科目名称|科目编码|科目名称|^
            501|机关工资福利支出|||8
            50101|工资奖金津补贴|30101|基本工资|8
            """,
            ["501 机关工资福利支出 [金额] 8.00", "30101 工资奖金津补贴/基本工资 [金额] 8.00"],
            id="two-classifications-side-by-side",
        ),
        pytest.param(
            "一般公共预算基本支出表",
            """
            部门预算支出经济分类|<|政府预算支出经济分类|<|金额
            科目编码|科目名称|科目编码|科目名称|^
            30101|基本工资|50101|工资奖金津补贴|5
            30102|津贴补贴|50101|工资奖金津补贴|3
            ||502|机关商品和服务支出|4
            """,
            ["30101 基本工资/工资奖金津补贴 [金额] 5.00", "30102 津贴补贴/工资奖金津补贴 [金额] 3.00", "502 机关商品和服务支出 [金额] 4.00"],
            id="of-two-economic-classifications-the-departments",
        ),
        pytest.param(
            "收入预算总表",
            """
            项目名称||金额
            收入总计|<|9
            一般公共预算资金|小计|9
            ^|公共财政拨款(补助)资金|9
            政府性基金|小计|
            """,
            ["收入总计 [金额] 9.00", "一般公共预算资金/小计 [金额] 9.00", "一般公共预算资金/公共财政拨款(补助)资金 [金额] 9.00"],
            id="groups-of-labels",
        ),
        pytest.param(
            "财政拨款“三公”经费支出表",
            """
            2023年预算数|<|<|<|2024年预算数|<|<|<
            合计|公务用车购置及运行费|<|公务接待费|合计|公务用车购置及运行费|<|公务接待费
            ^|小计|公务用车运行费|^|^|小计|公务用车运行费|^
            1|2|3|4|5|6|7|8
            3|2|2|1|3|2|2|1
            """,
            [
                "[2023年预算数/合计] 3.00", "[2023年预算数/公务用车购置及运行费/小计] 2.00",
                "[2023年预算数/公务用车购置及运行费/公务用车运行费] 2.00", "[2023年预算数/公务接待费] 1.00",
                "[2024年预算数/合计] 3.00", "[2024年预算数/公务用车购置及运行费/小计] 2.00",
                "[2024年预算数/公务用车购置及运行费/公务用车运行费] 2.00", "[2024年预算数/公务接待费] 1.00",
            ],
            id="one-row-without-label-and-two-years",
        ),
        pytest.param(
            "一般公共预算“三公”经费支出情况表",
            """
            项目|2024年预算数|2023年预算数|增减变动幅度
            “三公”经费合计|13.5|14|-3.5%
            1.因公出国（境）费|0||
            其中：（1）公务用车运行维护费|12|12|
            国内公务接待批次（个）|12|3|
            """,
            [
                "“三公”经费合计 [2024年预算数] 13.50", "“三公”经费合计 [2023年预算数] 14.00", "因公出国（境）费 [2024年预算数] 0.00",
                "其中：公务用车运行维护费 [2024年预算数] 12.00", "其中：公务用车运行维护费 [2023年预算数] 12.00",
            ],
            id="shares-and-counts-are-no-money",
        ),
        pytest.param(
            "一般公共预算支出情况表",
            """
            科目编码|科目名称|合计|基本支出|||项目支出
            |||小计|人员经费|公用经费|
            |合计|10|6|5|1|4
            """,
            [
                "合计 [合计] 10.00", "合计 [基本支出/小计] 6.00", "合计 [基本支出/人员经费] 5.00", "合计 [基本支出/公用经费] 1.00",
                "合计 [项目支出] 4.00",
            ],
            id="a-header-whose-cells-are-not-merged",
        ),
        pytest.param(
            "2019年政府采购预算表",
            """
            采购品目大类|专项名称|经济科目|采购物品名称|采购组织形式|总计
            合计|||||9
            一、货物A|||||9
            |办公设备购置费|办公设备购置|||9
            ^|^|^|台式计算机（20万以下）|政府集中采购|8
            """,
            ["合计 [总计] 9.00", "货物A [总计] 9.00", "办公设备购置 [总计] 9.00", "台式计算机（20万以下） [总计] 8.00"],
            id="procurement-by-its-most-specific-name",
        ),
        pytest.param(
            "支出总表",
            """
            科目编码|科目名称|合计|基本支出|项目支出
            20103|政府办公厅|10|5|<
            """,
            ["20103 政府办公厅 [合计] 10.00", "20103 政府办公厅 [基本支出+项目支出] 5.00"],
            id="an-amount-merged-over-columns-is-of-none-alone",
        ),
        pytest.param(
            "“三公”经费表",
            """
            项目|预算数|
            公务接待费|5|
            机关运行经费|2024年预算|2023年预算
            办公费|3|4
            """,
            ["公务接待费 [预算数] 5.00", "办公费 [2024年预算] 3.00", "办公费 [2023年预算] 4.00"],
            id="a-header-among-the-rows-begins-other-columns",
        ),
        pytest.param(
            "支出预算表",
            """
            科目名称|预算数（万元）|执行数（元）
            行政运行|1|2
            办公费|12元|3
            """,
            [
                "行政运行 [预算数（万元）] 10000.00", "行政运行 [执行数（元）] 2.00",
                "办公费 [预算数（万元）] 12.00", "办公费 [执行数（元）] 3.00",
            ],
            id="units-in-headers-and-cells",
        ),
        pytest.param(
            "政府性基金预算财政拨款收入支出决算表",
            """
            项目|<|年初结转和结余|本年支出|<|<
            科目编码|科目名称|^|^|<|<
            合计|<||合计|基本支出|项目支出
            212|城乡社区支出|1|9|4|5
            """,
            [
                "212 城乡社区支出 [年初结转和结余] 1.00", "212 城乡社区支出 [本年支出/合计] 9.00", "212 城乡社区支出 [本年支出/基本支出] 4.00",
                "212 城乡社区支出 [本年支出/项目支出] 5.00",
            ],
            id="headers-in-the-row-of-the-total",
        ),
        pytest.param(
            "支出预算表",
            """
            科目名称|合计|基本支出
            行政运行|1,23|详见附件
            办公费|4|—
            """,
            ["行政运行 [合计] ?1,23", "行政运行 [基本支出] ?详见附件", "办公费 [合计] 4.00"],
            id="what-is-no-amount-is-kept-as-text",
        ),
    ],
)
def test_tables_become_lines(title: str, table: str, expected: list[str]) -> None:
    picture = "\n".join(line.removeprefix(" " * 12) for line in table.strip("\n").split("\n")[:-1])
    assert lines(read(picture, title, UNIT)) == expected


def test_a_wrapped_title_is_one() -> None:
    table = "科目编码|科目名称|合计\n30101|基本工资|3"
    assert read(table, "2025年部门一般公共预算基本", "支出表", UNIT).title == "2025年部门一般公共预算基本支出表"
    alone = read(table, "云山市教育局", "存量资金情况表", UNIT)
    assert (alone.title, alone.kind) == ("存量资金情况表", "unknown")
    named = read(table, "云山市教育局", "支出总表", UNIT)
    assert (named.title, named.kind) == ("支出总表", "expenditure_summary")


def test_without_unit_no_amount_is_believed() -> None:
    table = read("项目|金额\n合计|10", "部门收入总表")
    assert (table.unit, lines(table)) == (None, ["合计 [金额] ?10"])


def test_a_table_of_blank_cells_is_empty_whatever_its_note_says() -> None:
    header = "科目编码|科目名称|本年支出|<\n^|^|合计|项目支出\n"
    note = ("注：本部门没有使用国有资本经营预算拨款安排的支出，", "故本表为空。", "公开10表", "项目支出表")
    table = read(f"{header}合计|<||—", "国有资本经营预算支出表", UNIT, below=note)
    assert (table.kind, table.empty, table.lines) == ("state_capital_expenditure", True, [])
    assert table.note == "注：本部门没有使用国有资本经营预算拨款安排的支出，故本表为空。"
    filled = read(f"{header}合计|<|0|", "国有资本经营预算支出表", UNIT, below=note)
    assert (filled.empty, lines(filled)) == (False, ["合计 [本年支出/合计] 0.00"])


def test_notes_and_narrative_in_the_table_are_no_rows() -> None:
    table = read("项目|预算数\n公务接待费|5\n其他情况说明|<\n一、2025年为5元，与上年持平。|<\n注：不含因公出国。|<", "“三公”经费表", UNIT)
    assert (lines(table), table.note) == (["公务接待费 [预算数] 5.00"], "注：不含因公出国。")


@pytest.mark.parametrize(
    ("table", "above"),
    [
        ("目录|<\n一、部门概况|1\n二、收支总表|3", "目录"),
        ("名称|页码\n部门收支总表|4", "目录"),
        ("联系电话|地址\n某局|某路", "联系方式"),
        ("项目|金额\n培训|5", "项目支出绩效目标表"),
    ],
)
def test_contents_boxes_and_performance_targets_are_no_budget_tables(table: str, above: str) -> None:
    lines_above = (TextLine(above),)
    assert not BudgetTables.sight(Section(grid(table), lines_above, (), lines_above))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("科目编码|科目名称|金额\n201|教育支出|1", 1),
        ("部门支出总表|<|<\n科目编码|科目名称|金额\n201|教育支出|1", 2),
        ("“三公”经费预算数|<\n合计|公务接待费\n1|1", 1),
        ("201|教育支出|1\n20101|教育管理|1", None),
        ("八、教育支出||1", None),
        ("|小计|", None),
        ("上年结转和结余资金|小计|\n^|其中：动用上年结转和结余资金|", None),
        ("合计|基本支出|项目支出\n5|3|2", 1),
    ],
)
def test_a_header_is_known_by_its_words(table: str, row: int | None) -> None:
    assert BudgetTables.begins(grid(table)) == row


@pytest.mark.parametrize("row", [("行政运行", "5", "5"), ("行政运行", "1", "234.50", "1", "234.50")])    # a blank lost; 1,234.50 in two
def test_a_row_of_text_that_lost_a_cell_or_has_one_more_is_not_believed(row: tuple[str, ...]) -> None:
    rows = ("科目名称", "合计", "基本支出", "项目支出"), row, ("办公费", "3", "2", "1")
    cells = [Cell(text, number, column) for number, texts in enumerate(rows, 1) for column, text in enumerate(texts, 1)]
    above = (TextLine("部门支出总表"), TextLine(UNIT))
    document = ParsedDocument("a.txt", None, "txt")
    grid = Grid(tuple(cells), is_ragged=True)
    BudgetTables(Section(grid, above, (), above)).read(document, Ledger(grid))
    assert {(line.label, line.amount is None) for line in document.tables[0].lines} == {("行政运行", True), ("办公费", False)}


def test_a_table_of_projects_gives_its_projects_too() -> None:
    table = grid("\n".join((
        "类型|项目名称|项目单位|合计|本年拨款|<|单位资金", "^|^|^|^|一般公共预算|政府性基金预算|^",
        "合计|<|<|300|300||", "特定目标类|<|<|300|300||", "专项|信息化建设|某局本级|200|200||", "专项|专项工作|某局本级|100|100||",
    )))
    above = (TextLine("项目支出表"), TextLine("单位：万元"))
    document = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables(Section(table, above, (), above)).read(document, Ledger(table))
    assert [(project.name, project.unit_name, project.amount, project.funding["general_budget"]) for project in document.projects] == [
        ("信息化建设", "某局本级", Decimal(2000000), Decimal(2000000)), ("专项工作", "某局本级", Decimal(1000000), Decimal(1000000))]
    assert [(total.label, total.members) for total in document.totals] == [("合计", (0, 1)), ("特定目标类", (0, 1))]
    assert "信息化建设 [本年拨款/一般公共预算] 2000000.00" in lines(document.tables[0])


def test_expenditure_on_projects_by_functions_is_no_table_of_projects() -> None:
    table = read("科目编码|科目名称|合计|工资福利支出\n205|教育支出|3|1", "一般公共预算财政拨款项目支出决算表", UNIT)
    assert (table.kind, len(table.lines)) == ("unknown", 2)


# --- any header, any rows ---------------------------------------------------------------------------------------------

LEAVES = ["合计", "基本支出", "项目支出", "人员经费", "公用经费", "财政拨款收入", "事业收入", "其他收入", "上缴上级支出"]
SPANS = ["本年支出", "支出预算", "2024年预算数", "一般公共预算支出"]
NAMES = ["行政运行", "一般行政管理事务", "机关服务", "事业运行", "其他支出", "住房公积金"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A table with codes in one column or three, one or two levels of headers, and the lines that it holds."""
    has_levels = draw(st.booleans())
    groups = draw(st.lists(st.tuples(st.sampled_from(SPANS), st.lists(st.sampled_from(LEAVES), min_size=1, max_size=3, unique=True)),
                           min_size=1, max_size=3, unique_by=lambda group: group[0]))
    is_deep = draw(st.booleans()) and any(len(leaves) > 1 for _, leaves in groups)
    names = ["类", "款", "项", "科目名称"] if has_levels else ["科目编码", "科目名称"]
    paths, top, bottom = [], list(names), ["^"] * len(names)
    for span, leaves in groups:
        for index, leaf in enumerate(leaves):
            paths.append(f"{span}/{leaf}" if is_deep and len(leaves) > 1 else leaf)
            top.append(("<" if index else span) if is_deep and len(leaves) > 1 else leaf)
            bottom.append(leaf if is_deep and len(leaves) > 1 else "^")
    rows, expected = [top, *([bottom] if is_deep else [])], []
    codes = draw(st.lists(st.tuples(st.integers(201, 234), st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=6, unique=True))
    for parts in codes:
        code = [str(parts[0]), f"{parts[1]:02}", f"{parts[2]:02}"]
        name = draw(st.sampled_from(NAMES))
        amounts = [draw(st.one_of(st.just(""), st.decimals(0, 10**6, places=2))) for _ in paths]
        rows.append([*(code if has_levels else ["".join(code)]), name, *(f"{amount:,}" if amount != "" else "" for amount in amounts)])
        expected += [f"{''.join(code)} {name} [{path}] {amount:.2f}" for path, amount in zip(paths, amounts, strict=True) if amount != ""]
    return "\n".join("|".join(row) for row in rows), expected


@settings(deadline=None)
@given(tables())
def test_what_is_printed_is_read_back(table: tuple[str, list[str]]) -> None:
    text, expected = table
    assert lines(read(text, "部门支出总表", UNIT)) == expected


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", "<", "^", "合计", "201", "1.5", "一、教育支出", "项目", "金额", "—", "注：无"]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_grid_breaks_the_layout_and_no_amount_is_read_twice(rows: list[list[str]]) -> None:
    above = (TextLine("部门支出总表"), TextLine(UNIT))
    rows[0] = [text if text not in ("<", "^") else "项目" for text in rows[0]]
    section = Section(grid("\n".join("|".join(row) for row in rows)), above, (), above)
    document = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables.begins(section.grid)
    if section.grid.cells and BudgetTables.sight(section):
        BudgetTables(section).read(document, Ledger(section.grid))
        printed: list[Line] = document.tables[0].lines
        assert len(printed) <= sum(bool(cell.text.strip()) for cell in section.grid.cells)


@pytest.mark.parametrize("amount", ["2000", "1950", "2024"])
def test_an_amount_that_might_be_a_year_is_one_below_a_header_of_no_years(amount: str) -> None:
    table = f"""
    合计|公务用车购置及运行费|<|<|公务接待费
    ^|小计|公务用车购置费|公务用车运行费|^
    9000|4000|2000|{amount}|5000"""
    assert f"[公务用车购置及运行费/公务用车运行费] {amount}.00" in lines(read(table, "“三公”经费支出表", UNIT))


def test_amounts_are_no_codes_under_a_header_that_nobody_listed() -> None:
    table = read(
        """类目号|类目|总量|日常开支|专项开支
        |总量|1,860.35|1,204.15|656.20
        201|一般公共服务支出|1,502.60|846.40|656.20
        2010801|行政运行|846.40|846.40|待定""",
        "2024年经费", "单位：元",
    )
    assert lines(table)[-3:] == ["2010801 行政运行 [总量] 846.40", "2010801 行政运行 [日常开支] 846.40", "2010801 行政运行 [专项开支] ?待定"]


def test_an_amount_that_no_line_takes_is_unread() -> None:
    """Among the names an amount is lost: 1,204.15 is neither a name nor a code."""
    picture = grid(
        """科目编码|科目名称|合计
        201|一般公共服务支出|1,502.60
        20101|1,204.15|846.40""",
    )
    section = Section(picture, (), (), ())
    ledger = Ledger(picture)
    BudgetTables(section).read(ParsedDocument("a.xlsx", None, "xlsx"), ledger)
    assert [cell.text for cell in ledger.unread()] == ["1,204.15"]


def test_a_row_that_signs_the_table_is_none_of_its_lines() -> None:
    table = "科目编码|科目名称|合计|基本支出\n205|教育支出|5|5\n208|社会保障支出|2|2\n制表人：张三||2025年2月1日|20250201"
    assert lines(read(table, "支出预算表", UNIT)) == [
        "205 教育支出 [合计] 5.00", "205 教育支出 [基本支出] 5.00", "208 社会保障支出 [合计] 2.00", "208 社会保障支出 [基本支出] 2.00",
    ]


def test_amounts_below_no_header_beside_others_that_have_one_are_doubted() -> None:
    picture = "科目编码|科目名称|合计|基本支出||\n205|教育支出|5|<|5|\n20501|普通教育|5|<||5"
    section = Section(grid(picture), (TextLine("支出预算表"),), (), ())
    ledger = Ledger(section.grid)
    document = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables(section).read(document, ledger)
    assert [(doubt.reason, doubt.texts, doubt.count) for doubt in ledger.doubts()] == [("contradicted", ("5",), 2)]


def test_amounts_side_by_side_of_which_none_has_a_header_are_unread() -> None:
    section = Section(grid("1|文物普查经费|120.5|120.5|\n2|古塔修缮|80|80|\n|合计|200.5|200.5|"), (TextLine("项目支出预算表"), TextLine(UNIT)), (), ())
    ledger = Ledger(section.grid)
    BudgetTables(section).read(ParsedDocument("a.xlsx", None, "xlsx"), ledger)
    assert [(doubt.reason, doubt.is_critical, doubt.count) for doubt in ledger.doubts()] == [("unread", True, 6)]


def test_a_total_that_is_named_in_the_column_of_codes_alone_has_its_name() -> None:
    table = "部门编码|部门名称|合计|一般公共预算\n合计||1300|1300\n301007|文物保护中心|1300|1300"
    assert lines(read(table, "部门收入总表", UNIT))[:2] == ["合计 [合计] 1300.00", "合计 [一般公共预算] 1300.00"]


@pytest.mark.parametrize(("table", "expected", "others"), [
    (
        """
        功能科目|经济科目|项目名称|金额
        2050201|30201|校园安全|10
        2050201|30202|印刷教材|5
        """,
        ["30201 校园安全 [金额] 10.00", "30202 印刷教材 [金额] 5.00"], {"功能科目": ("2050201",)},
    ),
    (
        """
        功能科目|部门经济科目|政府经济科目|金额
        2050201学前教育|30201办公费|50201办公经费|10
        2050202小学教育|30202印刷费|50201办公经费|5
        """,
        ["30201 学前教育/办公费/办公经费 [金额] 10.00", "30202 小学教育/印刷费/办公经费 [金额] 5.00"],
        {"功能科目": ("2050201学前教育", "2050202小学教育"), "政府经济科目": ("50201办公经费",)},
    ),
    (
        """
        类|款|项|经济类|经济款|科目名称|金额
        205|02|01|302|01|办公费|10
        ||||02|印刷费|5
        """,
        ["30201 办公费 [金额] 10.00", "30202 印刷费 [金额] 5.00"], {"类": ("205",), "款": ("02",), "项": ("01",)},
    ),
    (
        """
        科目编码|经济科目编码|科目名称|金额
        2050201||学前教育|15
        ^|30201|办公费|10
        ^|30202|印刷费|5
        """,
        ["2050201 学前教育 [金额] 15.00", "30201 办公费 [金额] 10.00", "30202 印刷费 [金额] 5.00"], {"科目编码": ("2050201",)},
    ),
    ("科目编码|科目名称|金额\n2050201|学前教育|15\n2050201|301医院经费|10", ["2050201 学前教育 [金额] 15.00", "2050201 医院经费 [金额] 10.00"], {}),
])
def test_codes_of_a_second_classification_in_a_row_are_told(table: str, expected: list[str], others: dict[str, tuple[str, ...]]) -> None:
    found = read(table.replace("        ", ""), "支出预算表", UNIT)
    assert lines(found) == expected
    assert {doubt.header: doubt.texts for doubt in found.doubts if doubt.reason == "other-code"} == others


@pytest.mark.parametrize("total", ["合计|<|<|58", "合计|<|58|<", "合计|||58", "||合计|58"])
def test_a_total_of_both_halves_is_of_neither_alone(total: str) -> None:
    table = read(f"人员经费|<|公用经费|<\n项目|金额|项目|金额\n基本工资|30|办公费|5\n津贴补贴|20|水费|3\n{total}", "一般公共预算基本支出表", UNIT)
    assert lines(table)[-1] == "合计 [人员经费/金额+公用经费/金额] 58.00"
    assert {line.total for line in table.lines} == {None, "grand"}


@pytest.mark.parametrize("total", ["合计|50|合计|8", "||合计|8", "人员经费合计|50|公用经费合计|8"])
def test_a_total_of_a_half_is_of_that_half(total: str) -> None:
    table = read(f"人员经费|<|公用经费|<\n项目|金额|项目|金额\n基本工资|30|办公费|5\n津贴补贴|20|水费|3\n{total}", "一般公共预算基本支出表", UNIT)
    assert {line.column for line in table.lines if line.total} <= {"人员经费/金额", "公用经费/金额"}


def test_a_total_of_two_classifications_side_by_side_is_that_of_both() -> None:
    text = "功能分类|<|<|经济分类|<|<\n科目编码|科目名称|金额|科目编码|科目名称|金额\n2130301|行政运行|30|30101|基本工资|35\n2130302|防汛|28|30201|办公费|23\n合计|<|<|<|<|58"
    section = Section(grid(text), above := (TextLine("支出预算表"), TextLine(UNIT)), (), above)
    document = ParsedDocument("a.xlsx", None, "xlsx")
    BudgetTables(section).read(document, Ledger(section.grid))
    assert [lines(table)[-1] for table in document.tables] == ["合计 [功能分类/金额] 58.00", "合计 [经济分类/金额] 58.00"]
