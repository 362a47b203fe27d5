"""Published rows as records, so that the tests can show what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from transforms.amounts import UnreadableAmount, parse_amount
from transforms.records import TOTAL, Indicator, ParsedDocument, Place, Project, Table, Total

SOURCES = ("fiscal_appropriation", "special_account", "other")
UNIT_NAME = "广州市天河区人民代表大会常务委员会办公室"
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
