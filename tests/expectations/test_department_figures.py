"""The figures of a department's budget, as its summary tables state them in all their wordings."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.figures import department_figures, published_figures
from transforms.records import Line, Place, Table
from transforms.totals import total_kind

Rows = list[tuple[str | None, str, str, str]]    # side, label, column, amount in yuan
SUMMARY, INCOME, EXPENDITURE = "income_expenditure_summary", "income_summary", "expenditure_summary"

THREE_PUBLIC = {"three_public": "30", "abroad": "1", "vehicles": "20", "vehicle_purchase": "5", "vehicle_running": "15", "reception": "9"}


def stated(kind: str, rows: Rows, year: int = 2023, stage: str = "budget") -> dict[str, str]:
    """Each figure of a table by its key, out of the first place that states it."""
    lines = [
        Line(side, None, label, column, Decimal(amount), Place(), total=total_kind(label))  # type: ignore[arg-type]
        for side, label, column, amount in rows
    ]
    found = published_figures(Table(kind, None, "元", lines=lines, empty=not rows), year, stage)
    first: dict[str, str] = {}
    for figure in sorted(found, key=lambda each: each.place_no):
        first.setdefault(figure.key, str(figure.amount))
    return first


@pytest.mark.parametrize(("kind", "rows", "expected"), [
    (SUMMARY, [("income", "财政拨款收入", "预算数", "900"), ("income", "本年收入合计", "预算数", "900"), ("income", "上年结转", "预算数", "100"),
               ("income", "收入总计", "预算数", "1000"), ("expenditure", "基本支出", "预算数", "600"), ("expenditure", "项目支出", "预算数", "400"),
               ("expenditure", "支出总计", "预算数", "1000")],
     {"income": "1000", "expenditure": "1000", "basic_expenditure": "600", "project_expenditure": "400", "fiscal_appropriation": "900"}),
    (SUMMARY, [("income", "合计", "金额", "1000"), ("expenditure", "合 计", "金额", "990")], {"income": "1000", "expenditure": "990"}),
    (SUMMARY, [("income", "本年收入", "金额", "1000"), ("expenditure", "本年支出合计", "金额", "990")], {"income": "1000", "expenditure": "990"}),
    (INCOME, [(None, "合计", "总计", "1000"), (None, "合计", "财政拨款收入", "900"), (None, "行政运行", "总计", "1000")],
     {"income": "1000", "fiscal_appropriation": "900"}),
    (EXPENDITURE, [(None, "合计", "合计", "1000"), (None, "合计", "基本支出", "600"), (None, "合计", "项目支出", "400"),
                   (None, "行政运行", "基本支出", "600")],
     {"expenditure": "1000", "basic_expenditure": "600", "project_expenditure": "400"}),
    ("three_public_expenses", [(None, "“三公”经费合计", "金额", "30"), (None, "公务接待费", "金额", "30")], {"three_public": "30", "reception": "30"}),
    # One form in rows, one in columns: the same figures.
    ("three_public_expenses", [(None, "合计", "预算数", "30"), (None, "因公出国（境）费用", "预算数", "1"), (None, "公务接待费", "预算数", "9"),
                               (None, "公务用车购置及运行维护费", "预算数", "20"), (None, "其中：公务用车运行维护费", "预算数", "15"),
                               (None, "公务用车购置费", "预算数", "5")], THREE_PUBLIC),
    ("three_public_expenses", [(None, "", f"“三公”经费预算数/{column}", amount) for column, amount in (
        ("合计", "30"), ("因公出国（境）费", "1"), ("公务用车购置及运行费/小计", "20"), ("公务用车购置及运行费/公务用车购置费", "5"),
        ("公务用车购置及运行费/公务用车运行费", "15"), ("公务接待费", "9"))], THREE_PUBLIC),
    ("three_public_expenses", [(None, "合计", f"{year}/{column}", amount) for year, of_year in (("2022年预算数", "7"), ("2023年预算数", "")) for column, amount in (
        ("小计", of_year or "30"), ("因公出国(境)费用", of_year or "1"), ("公务用车购置及运行维护费/小计", of_year or "20"),
        ("公务用车购置及运行维护费/购置费", of_year or "5"), ("公务用车购置及运行维护费/运行维护费", of_year or "15"), ("公务接待费", of_year or "9"))], THREE_PUBLIC),
    ("three_public_expenses", [], {"three_public": "0"}),
    # What nobody can tell is not told.
    (SUMMARY, [("income", "一般公共预算", "预算数", "1000")], {}),
    (EXPENDITURE, [(None, "合计", "金额", "1000"), (None, "合计", "批复", "900")], {}),
    ("general_budget_expenditure", [(None, "合计", "基本支出", "600")], {}),    # of one fund, not of the department
])
def test_figures_are_found_in_all_wordings(kind: str, rows: Rows, expected: dict[str, str]) -> None:
    assert stated(kind, rows) == expected


@pytest.mark.parametrize(("columns", "stage", "expected"), [
    (["2022年执行数", "2023年预算数"], "budget", "2"), (["2022年预算数", "2023年预算数"], "budget", "2"), (["上年预算数", "本年预算数"], "budget", "2"),
    (["年初预算数", "决算数"], "final", "2"), (["全年预算数", "决算数"], "final", "2"), (["预算数", "增减变化"], "budget", "1"),
])
def test_of_several_columns_that_of_the_documents_year_and_stage_counts(columns: list[str], stage: str, expected: str) -> None:
    rows: Rows = [("income", "收入总计", column, str(number)) for number, column in enumerate(columns, start=1)]
    assert stated(SUMMARY, rows, stage=stage)["income"] == expected


def test_every_figure_has_its_names_and_places() -> None:
    assert [figure.key for figure in department_figures() if not (figure.zh and figure.en and figure.places)] == []
