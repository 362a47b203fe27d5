"""Published rows as records, so that the tests can show what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from transforms.amounts import UnreadableAmount, parse_amount
from transforms.grid import TextLine
from transforms.layouts.line_totals import mark_totals
from transforms.records import TOTAL, Indicator, Line, ParsedDocument, Place, Project, Table, Total

SOURCES = ("fiscal_appropriation", "special_account", "other")
UNIT_NAME = "广州市天河区人民代表大会常务委员会办公室"
TITLES = {
    "income_expenditure_summary": "部门收支总表", "income_summary": "部门收入总表", "expenditure_summary": "部门支出总表",
    "fiscal_appropriation_summary": "财政拨款收支总表", "general_budget_expenditure": "一般公共预算支出表",
    "general_budget_basic_expenditure": "一般公共预算基本支出表", "three_public_expenses": "一般公共预算“三公”经费支出表",
    "government_fund_expenditure": "政府性基金预算支出表", "state_capital_expenditure": "国有资本经营预算支出表",
}
TARGETS = (("产出指标", "费用支付及时率"), ("效益指标", "保障专项工作报告审议顺利开展"))


def table(unit: str | None = "万元", kind: str = "project_performance_targets", **fields: object) -> Table:
    title = "项目支出绩效目标表（含转移支付项目）" if kind == "project_performance_targets" else "项目支出表"
    return Table(kind, title, unit, **fields)


def project(
    cells: str,
    unit: str | None = "万元",
    indicators: Sequence[tuple[str | None, str]] = TARGETS,
    sources: Sequence[str] = SOURCES,
    **fields: object,
) -> Project:
    """A row `项目名称 总计 财政拨款 … 绩效目标`, cells separated by `|`."""
    name, total, *rest = cells.split("|")
    goal = rest[len(sources)] if len(rest) > len(sources) else "完成会议既定任务。"
    read = amounts(total, rest, sources, unit)
    facts = {"code": None, "unit_name": UNIT_NAME, "table": 0, "place": Place(page=1, row=4), **read, **fields}
    return Project(
        name=name, goal=goal or None, indicators=[indicator(*each) for each in indicators], cells=tuple(cells.split("|")), **facts
    )


def total(cells: str, members: Sequence[int], unit: str | None = "万元", sources: Sequence[str] = SOURCES, **fields: object) -> Total:
    """A row `合计 总计 财政拨款 …`, cells separated by `|`."""
    label, amount, *rest = cells.split("|")
    read = amounts(amount, rest, sources, unit)
    facts = {"table": 0, "place": Place(page=1, row=2), **read, **fields}
    return Total(label, members=tuple(members), cells=tuple(cells.split("|")), **facts)


def amounts(total: str, rest: Sequence[str], sources: Sequence[str], unit: str | None) -> dict[str, object]:
    texts = {TOTAL: total, **dict(zip(sources, rest, strict=False))}
    read: dict[str, Decimal | None] = {}
    for column, text in texts.items():
        try:
            read[column] = parse_amount(text, unit)
        except UnreadableAmount:
            read[column] = None
    unreadable = tuple(column for column, text in texts.items() if not is_readable(text))
    return {"amount": read.pop(TOTAL), "funding": read, "amount_text": texts, "unreadable": unreadable}


def is_readable(text: str) -> bool:
    try:
        parse_amount(text, "元")
    except UnreadableAmount:
        return False
    return True


def indicator(level1: str | None, name: str) -> Indicator:
    return Indicator(level1, None, name, "=", Decimal(100), None, "%", "100%", "quantitative", f"{name}，年度指标值：100%")


def document(
    projects: Sequence[Project] = (), totals: Sequence[Total] = (), tables: Sequence[Table] | None = None, **fields: object
) -> ParsedDocument:
    facts = {
        "file": "tianhe-rd-2023.txt", "sha256": "2a2abbab", "format": "txt", "department": UNIT_NAME,
        "fiscal_year": 2023, "stage": "budget",
    }
    published = [table()] if tables is None else list(tables)
    return ParsedDocument(**{**facts, **fields}, tables=published, projects=list(projects), totals=list(totals))


def budget(kind: str, columns: str, rows: Sequence[str], unit: str | None = "万元", **fields: object) -> Table:
    """A budget table from its rows `编码|名称|金额|…`; `columns` are the paths of the amounts, also separated by `|`.

    A row of a table of both sides begins with `<` (income) or `>` (expenditure).
    """
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        side = {"<": "income", ">": "expenditure"}.get(row[0])
        code, label, *cells = row.removeprefix("<").removeprefix(">").split("|")
        for column, cell in zip(columns.split("|"), cells, strict=True):
            if cell:
                amount = parse_amount(cell, unit) if is_readable(cell) else None
                lines.append(Line(side, code or None, label or None, column, amount, Place(page=5, row=number), cell))
    mark_totals(lines)
    return Table(kind, fields.pop("title", TITLES.get(kind)), unit, lines=lines, **fields)


def booklet(*tables: Table, prose: Sequence[str] = (), **fields: object) -> ParsedDocument:
    """A document of budget tables; `prose` are its lines of text."""
    return document(tables=tables, prose=[TextLine(line, page=3, row=number) for number, line in enumerate(prose, 1)], **fields)


SUMMARY = budget("income_expenditure_summary", "预算数", [
    "<|一般公共预算拨款收入|90.00", "<|其他收入|10.00", "<|本年收入合计|100.00", "<|收入总计|100.00",
    ">|一般公共服务支出|75.00", ">|住房保障支出|25.00", ">|本年支出合计|100.00", ">|支出总计|100.00",
])
