from dataclasses import replace

import pytest

from tests.transforms.budget_grids import grid, lines, read
from transforms.grid import TextLine
from transforms.layouts import Section, kinds
from transforms.layouts.budget_tables import BudgetTables
from transforms.records import ParsedDocument
from transforms.tables import surroundings
from transforms.tables.ledger import Ledger
from transforms.vocabulary import vocabulary

TITLES = {
    "income_expenditure_summary": [
        "部门收支总表", "收支预算总表", "2024年部门财务收支预算总表", "收入支出决算总表", "收支总体情况表", "2025年部门收支总体情况表",
        "部门综合收支预算表", "云山市教育局2024年收支总表", "部门收支预算总表（试编）",
    ],
    "income_summary": ["部门收入总表", "收入预算总表", "收入决算表", "收入决算表（财决03表）", "收入总体情况表", "2025年部门收入预算总表", "云山市教育局收入总表"],
    "expenditure_summary": ["部门支出总表", "支出预算总表", "支出决算表", "支出总体情况表", "部门支出总表（按功能分类科目）", "2024年度支出决算表"],
    "fiscal_appropriation_summary": [
        "财政拨款收支总表", "财政拨款收支预算总表", "财政拨款收入支出决算总表", "财政拨款收支总体情况表", "2025年部门财政拨款收支预算总表",
        "一般公共预算财政拨款收支总表", "财政拨款收入支出预算总表",
    ],
    "fiscal_appropriation_expenditure": ["财政拨款支出预算表（功能科目）", "财政拨款支出预算表", "财政拨款支出明细表"],
    "fiscal_appropriation_basic_expenditure": ["财政拨款基本支出预算表（经济科目）", "财政拨款基本支出预算表"],
    "general_budget_expenditure": [
        "一般公共预算支出表", "一般公共预算支出预算表（功能科目）", "一般公共预算财政拨款支出决算表", "一般公共预算支出情况表（按功能分类科目）",
        "2025年部门一般公共预算支出功能分类预算表", "公共财政预算拨款支出表", "公共预算财政拨款收入支出决算表", "一般公共预算拨款支出预算表",
    ],
    "general_budget_basic_expenditure": [
        "一般公共预算基本支出表", "一般公共预算财政拨款基本支出决算明细表", "一般公共预算基本支出情况表（按支出经济分类科目）",
        "2025年部门一般公共预算基本支出部门预算经济分类预算表", "一般公共预算基本支出表--人员经费(按政府预算经济分类)", "公共财政预算基本支出表",
    ],
    "three_public_expenses": [
        "一般公共预算“三公”经费支出表", "“三公”经费、会议费、培训费支出预算表", "2025年部门“三公”经费和机关运行经费预算表", "财政拨款“三公”经费支出决算表",
        "2022年市级“三公”经费预算汇总表", "财政拨款安排的行政经费及“三公”经费预算表", "政府性基金预算“三公”经费支出预算表",
        "因公出国（境）费、公务接待费、公务用车购置及运行费支出表",
    ],
    "government_fund_expenditure": [
        "政府性基金预算支出表", "财政拨款政府性基金支出预算表", "政府性基金预算财政拨款收入支出决算表", "2025年部门政府性基金预算支出功能分类预算表",
        "政府性基金预算支出情况表",
    ],
    "state_capital_expenditure": ["国有资本经营预算支出表", "国有资本经营预算财政拨款支出决算表", "国有资本经营预算支出情况表"],
    "agency_operating_expenses": ["机关运行经费支出预算表", "一般公共预算机关运行经费支出预算表"],
    "government_procurement": ["政府采购预算表", "2019年政府采购预算表", "部门政府采购支出表", "政府采购预算明细表"],
    "project_expenditure": ["项目支出表", "项目支出预算明细表", "2024年部门预算项目支出表", "项目支出表（含转移支付）", "部门项目支出预算表"],
    "project_performance_targets": ["项目支出绩效目标表（含转移支付项目）", "2024年度项目支出绩效自评表", "部门预算项目绩效目标表"],
    "department_performance_targets": ["部门整体支出绩效目标表", "部门（单位）整体绩效目标申报表"],
    "unknown": [
        "单位存量资金情况表", "政府购买服务预算表", "机构运行信息表", "国有资产占用情况表", "支出预算分类汇总表（按政府预算经济分类）",
        "一般公共预算项目支出情况表（按支出经济分类科目）", "基本支出预算表", "财政专户管理资金预算支出表", "政府性基金预算收入表", "一般公共预算收入表",
        "上年结转支出预算表", "一般公共预算收支决算总表", "一般公共预算支出表（按经济分类）", "财政拨款收入表", "专项转移支付支出表",
    ],
}


@pytest.mark.parametrize(("kind", "title"), [(kind, title) for kind, titles in TITLES.items() for title in titles])
def test_the_title_tells_the_kind(kind: str, title: str) -> None:
    assert kinds.of_title(title) == kind


OVERLAPPING = [
    "政府性基金预算财政拨款基本支出表", "国有资本经营预算收支表", "政府性基金财政拨款收支表", "财政拨款项目支出表", "财政拨款“三公”经费收入支出表",
    "一般公共预算机构运行支出表", "一般公共预算支出资产配置表", "财政拨款支出结转表", "部门整体项目支出绩效表", "政府性基金采购支出表",
]


@pytest.mark.parametrize("title", [*(title for titles in TITLES.values() for title in titles), *OVERLAPPING])
def test_a_title_is_of_no_wider_kind_if_the_rules_for_its_own_are_missing(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody listed must be told: taken for a wider kind, or for one of no kind, it would be wrong in silence."""
    rules, kind = vocabulary("tables")["titles"], kinds.of_title(title)
    monkeypatch.setitem(vocabulary("tables"), "titles", [rule for rule in rules if rule["kind"] != kind])
    kinds.of_title.cache_clear()
    try:
        assert kinds.of_title(title) is None
    finally:
        kinds.of_title.cache_clear()


@pytest.mark.parametrize("title", [None, "2024年部门预算公开表", "附表", "部门预算明细表"])
def test_a_title_of_a_set_of_tables_tells_none(title: str | None) -> None:
    assert kinds.of_title(title) is None


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("three_public_expenses", "项目|预算数\n因公出国（境）费|1\n公务接待费|2"),
        ("income_expenditure_summary", "收入|<|支出|<\n项目|金额|项目|金额\n事业收入|1|教育支出|1"),
        ("fiscal_appropriation_summary", "收入|<|支出|<|<\n项目|金额|项目|一般公共预算|政府性基金预算\n一般公共预算拨款|1|教育支出|1|"),
        ("income_summary", "科目编码|科目名称|合计|事业收入|其他收入\n205|教育支出|3|1|2"),
        ("expenditure_summary", "科目编码|科目名称|合计|基本支出|项目支出|上缴上级支出\n205|教育支出|3|1|2|"),
        ("general_budget_expenditure", "科目编码|科目名称|一般公共预算支出|<\n^|^|基本支出|项目支出\n205|教育支出|1|2"),
        ("general_budget_basic_expenditure", "科目编码|科目名称|一般公共预算基本支出|<\n^|^|人员经费|公用经费\n30101|基本工资|1|2"),
        ("government_procurement", "采购项目|采购金额\n计算机|1"),
        ("unknown", "科目编码|科目名称|合计|基本支出|项目支出\n205|教育支出|3|1|2"),
        ("unknown", "资金项目|金额\n存量资金|1"),
    ],
)
def test_without_a_title_headers_and_codes_tell_the_kind_and_in_doubt_none(kind: str, table: str) -> None:
    assert read(table, "单位：万元").kind == kind


@pytest.mark.parametrize(
    ("sheet", "kind"), [("一般公共预算支出表", "general_budget_expenditure"), ("2收入总表", "income_summary"), ("Z04 支出决算表(财决04表)", "expenditure_summary"), ("Sheet1", None), ("项目绩效表", None), (None, None)]
)
def test_the_name_of_a_worksheet_may_stand_for_the_title(sheet: str | None, kind: str | None) -> None:
    assert kinds.of_sheet(sheet) == kind


FUNCTIONS = ["科目编码|科目名称|金额", "208|社会保障和就业支出|30", "213|农林水支出|60", "合计|<|90"]
CLASSES = ["科目编码|科目名称|金额", "301|工资福利支出|50", "302|商品和服务支出|40", "合计|<|90"]
OF_FUNCTIONS = ["208 社会保障和就业支出 [金额] 30.00", "213 农林水支出 [金额] 60.00", "合计 [金额] 90.00"]
OF_CLASSES = ["301 工资福利支出 [金额] 50.00", "302 商品和服务支出 [金额] 40.00", "合计 [金额] 90.00"]


@pytest.mark.parametrize("between", ["|", "||"])
@pytest.mark.parametrize(
    ("title", "left", "right", "expected"),
    [
        ("部门支出总表", FUNCTIONS, CLASSES, [("expenditure_summary", OF_FUNCTIONS), ("unknown", OF_CLASSES)]),
        ("部门支出总表", CLASSES, FUNCTIONS, [("expenditure_summary", OF_FUNCTIONS), ("unknown", OF_CLASSES)]),
        ("一般公共预算基本支出表", FUNCTIONS, CLASSES, [("general_budget_basic_expenditure", OF_CLASSES), ("unknown", OF_FUNCTIONS)]),
    ],
)
def test_two_classifications_side_by_side_are_two_tables(
    title: str, left: list[str], right: list[str], between: str, expected: list[tuple[str, list[str]]]
) -> None:
    picture = "\n".join(map(between.join, zip(left, right, strict=True)))
    document = ParsedDocument("a.xlsx", None, "xlsx")
    section = Section(grid(picture), (TextLine(title), TextLine("单位：元")), (), ())
    ledger = Ledger(section.grid)
    BudgetTables(section).read(document, ledger)
    assert [(table.kind, lines(table)) for table in document.tables] == expected
    assert {table.title for table in document.tables} == {title}
    assert not list(ledger.unread())


def test_two_classifications_without_codes_are_told_by_their_headers() -> None:
    document = ParsedDocument("a.xlsx", None, "xlsx")
    picture = grid("支出功能分类科目|金额|支出经济分类科目|金额\n农林水支出|90|工资福利支出|90\n合计|90|合计|90")
    BudgetTables(Section(picture, (TextLine("部门支出总表"), TextLine("单位：元")), (), ())).read(document, Ledger(picture))
    assert [(table.kind, lines(table)) for table in document.tables] == [
        ("expenditure_summary", ["农林水支出 [金额] 90.00", "合计 [金额] 90.00"]), ("unknown", ["工资福利支出 [金额] 90.00", "合计 [金额] 90.00"]),
    ]


def test_a_blank_column_between_two_classifications_makes_no_row_of_a_text_file_doubtful() -> None:
    picture = replace(grid("\n".join(map("||".join, zip(FUNCTIONS, CLASSES, strict=True))).replace("<", "")), is_ragged=True)
    document = ParsedDocument("a.txt", None, "txt")
    BudgetTables(Section(picture, (TextLine("部门支出总表"), TextLine("单位：元")), (), ())).read(document, Ledger(picture))
    assert [lines(table) for table in document.tables] == [OF_FUNCTIONS, OF_CLASSES]


def test_the_halves_of_one_classification_are_one_table() -> None:
    table = read("科目编码|科目名称|金额|科目编码|科目名称|金额\n301|工资福利支出|50|302|商品和服务支出|40", "一般公共预算基本支出表", "单位：元")
    assert lines(table) == ["301 工资福利支出 [金额] 50.00", "302 商品和服务支出 [金额] 40.00"]


@pytest.mark.parametrize(
    "title",
    [
        "【表三】部门支出总表", "《部门支出总表》", "部门支出总表3", "部门支出总表-3", "第三张表 部门支出总表", "三.部门支出总表", "三）部门支出总表", "Ⅲ、部门支出总表", "③部门支出总表",
        "表（三）部门支出总表", "部门支出总表（三）", "部门支出总表③", "部门支出总表 附件3", "部门支出总表【表三】", "2024年部门支出总表 公开03表", "《2024年部门支出总表》（表三）", "No.3 部门支出总表", "★部门支出总表*",
        "第二部分 2024年 表3 部门支出总表", "叁、部门支出总表", "二○二四年部门支出总表", "二〇二四年度部门支出总表", "二O二四年部门支出总表", "24年部门支出总表",
        "部门支出总表（单位公开03-1表）",
    ],
)
def test_numbers_at_either_end_and_years_in_any_form_are_no_part_of_what_a_title_says(title: str) -> None:
    found = surroundings.title([TextLine(title)])
    assert kinds.of_title(found) == "expenditure_summary"


@pytest.mark.parametrize("title", ["《三公经费支出表》", "十三、三公经费支出表", "2024年三公经费支出表（一）"])
def test_three_public_is_no_number(title: str) -> None:
    assert kinds.of_title(surroundings.title([TextLine(title)])) == "three_public_expenses"


@pytest.mark.parametrize(
    ("title", "is_critical"),
    [("部门支出总表（续）", True), ("部门支出安排口径表", True), ("部门预算公开表", False), ("部门决算公开相关信息统计表", False), ("人员口径表", False), ("工作量测算表", False)],
)
def test_a_budget_table_of_no_known_kind_is_told_as_critical(title: str, is_critical: bool) -> None:
    table = read("科目编码|科目名称|金额\n208|社会保障和就业支出|30\n213|农林水支出|60", title, "单位：元")
    assert (table.kind, [(doubt.reason, doubt.is_critical) for doubt in table.doubts]) == ("unknown", [("kind", is_critical)])
