"""Where contents or sums deny what a table was read as, and where they do not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.grid import Cell, Grid
from transforms.records import Indicator, ParsedDocument, Place, Project, Table, Total
from transforms.tables.contradictions import contradictions, tell_sums
from transforms.tables.ledger import HEADER, Fate, Ledger

PROSE = "对全部河道进行保洁，保持河面清洁。"


def told(*columns: str) -> list[tuple[str, tuple[str, ...]]]:
    """The headers and texts of what is contradicted in a table: `meaning|text|text`, with `-` and a header before what is not kept."""
    cells: list[Cell] = []
    fates: list[tuple[Cell, tuple[Fate, str], str]] = []
    for number, column in enumerate(columns, 1):
        said, *texts = column.split("|")
        header, _, meaning = said.rpartition("-")
        fate: tuple[Fate, str] = ("not kept", meaning) if header else ("record", meaning)
        cells.append(Cell(header or meaning, 1, number))
        fates.append((cells[-1], HEADER, ""))
        for row, text in enumerate(texts, 2):
            cells.append(Cell(text, row, number))
            fates.append((cells[-1], fate, header or meaning))
    ledger = Ledger(Grid(tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))))
    for cell, found, header in fates:
        ledger.enter([cell], *found)
        ledger.under(cell, header)
    doubts = contradictions(ledger)
    assert all((doubt.reason, doubt.is_critical, doubt.is_believed) == ("contradicted", True, False) for doubt in doubts)
    return [(doubt.header, doubt.texts) for doubt in doubts]


@pytest.mark.parametrize(
    "columns",
    [
        ("project_name|河道保洁|道路养护", "goal|" + PROSE + "|" + PROSE, "total|5.00|6.00"),
        ("goal|保障运转|提升形象",),    # too vague to deny a goal
        ("level1|产出指标|产出指标", "level2|产出指标|效益指标"),    # under 实施效果指标 it is a level 2
        ("权重-ignored|10|20",),
        ("indicator_name|保洁河道", "target|≥3条", "实际完成值-actual|≥3条"),
        ("indicator_name|保洁河道|巡查次数", "target|3条|12次", "实际完成值-actual|3条|≥10次"),    # one bound tells nothing
        ("indicator_name|保洁河道|巡查", "operator|≥|≥", "target|3|12", "实际完成值-actual|≥3|≥12"),    # the signs have a column
    ],
)
def test_what_the_contents_bear_out_is_no_contradiction(columns: tuple[str, ...]) -> None:
    assert told(*columns) == []


@pytest.mark.parametrize(
    ("columns", "header"),
    [
        (("project_name|≥95%|≥3次",), "project_name"),
        (("total|产出指标|数量指标",), "total"),
        (("level1|河道保洁|12.00",), "level1"),
        (("权重-ignored|" + PROSE + "|" + PROSE,), "权重"),    # nobody weighs with sentences
        (("indicator_name||", "备注-ignored|保洁河道|养护道路"), "indicator_name"),
        (("total||", "备注-ignored|5.20|6.30"), "total"),
        (("project_name|云山市水务局", "unit_name|河道保洁"), "project_name"),
        (("indicator_name|保洁河道|养护道路", "备注-ignored|≥3条|≥2条"), "备注"),    # no column is of targets
        (("indicator_name|保洁河道|巡查次数", "target|3条|12次", "实际完成值-actual|≥3条|≥10次"), "实际完成值"),
        (("indicator_name|保洁河道|巡查次数", "target|3条|", "实际完成值-actual|≥3条|12次"), "实际完成值"),
    ],
)
def test_a_column_that_its_contents_deny_is_told(columns: tuple[str, ...], header: str) -> None:
    assert header in [found for found, _ in told(*columns)]


def test_each_page_is_looked_at_by_itself() -> None:
    cells = [Cell("总计", 1, 1), Cell("5.00", 2, 1), Cell("6.00", 3, 1), Cell("总计", 4, 1), Cell("产出指标", 5, 1), Cell("数量指标", 6, 1)]
    ledger = Ledger(Grid(tuple(cells)))
    ledger.enter([cells[0], cells[3]], *HEADER)
    ledger.enter(cells, "record", "total")
    assert [doubt.texts for doubt in contradictions(ledger)] == [("产出指标", "数量指标")]


# --- sums -------------------------------------------------------------------------------------------------------------


def project(name: str, amount: str | None, goal: str | None = PROSE, points: tuple[str, ...] = (), **funding: str) -> Project:
    """A project of the first table."""
    indicators = [Indicator(None, None, "甲", "=", None, None, None, text, "quantitative", text) for text in points]
    return Project(name, None, None, amount and Decimal(amount), amounts(funding), goal, indicators, 0, Place())


def total(amount: str, **funding: str) -> Total:
    """A total of the first table."""
    return Total("合计", Decimal(amount), amounts(funding), 0, (), Place())


def amounts(funding: dict[str, str]) -> dict[str, Decimal | None]:
    return {source: Decimal(text) if text else None for source, text in funding.items()}


def doubted(*rows: Project | Total) -> list[tuple[str, tuple[str, ...]]]:
    """What the sums of a table with these rows deny."""
    document = ParsedDocument("a.xlsx", None, "xlsx", tables=[Table("project_performance_targets", None, "元")])
    document.projects = [row for row in rows if isinstance(row, Project)]
    document.totals = [row for row in rows if isinstance(row, Total)]
    tell_sums(document)
    return [(doubt.header, doubt.texts) for doubt in document.tables[0].doubts]


def test_a_total_that_is_blank_beside_its_sources_was_exchanged() -> None:
    assert doubted(project("甲", None, other="5"), project("乙", None, other="6")) == [("total", ("甲", "乙"))]
    assert doubted(project("甲", None, other="5"), project("乙", "6", other="6"), project("丙", "7", other="7")) == []


def test_a_source_that_is_the_sum_of_the_total_and_the_other_sources_is_the_total() -> None:
    rows = [project(name, one, fiscal_appropriation=both, other=two) for name, one, two, both in (("甲", "5", "1", "6"), ("乙", "4", "3", "7"))]
    assert doubted(*rows) == [("total", ("甲", "乙"))]


def test_targets_that_add_up_to_a_hundred_in_every_project_are_points() -> None:
    points = ("30", "30", "40")
    assert doubted(project("甲", "5", points=points), project("乙", "6", points=points)) == [("target", ("甲", "乙"))]
    assert doubted(project("甲", "5", points=points), project("乙", "6", points=("3次", "5个", "8人"))) == []


DESCRIBED = (project("甲", "5"), project("乙", "6"), project("丙", "7"))


@pytest.mark.parametrize("bare", [project("其他项目", "18", None), project("其他项目", "9", None)])
def test_a_project_that_costs_half_as_much_as_all_others_and_says_nothing_may_be_a_total(bare: Project) -> None:
    assert doubted(*DESCRIBED, bare) == [("project_name", ("其他项目",))]


def test_a_project_that_costs_the_same_as_the_one_below_and_says_nothing_may_be_its_total() -> None:
    bare = project("一类", "5", None)
    assert doubted(bare, *DESCRIBED) == [("project_name", ("一类",))]
    assert doubted(DESCRIBED[0], bare, *DESCRIBED[1:]) == []


def test_a_total_over_all_projects_says_that_they_are_projects() -> None:
    assert doubted(project("一类", "5", None), *DESCRIBED, total("23")) == []
