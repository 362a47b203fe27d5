"""What people ask for across departments: 三公 in one shape, budget against final accounts, cost per unit, transfer payments."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, RD, ZX, Batch, Project, rows

from expectations.words import words
from warehouse.store import Warehouse

KIND = "three_public_expenses"
IN_ROWS = [(None, "合计", "预算数", "30.00"), (None, "因公出国（境）费用", "预算数", "1.00"), (None, "公务接待费", "预算数", "9.00"),
           (None, "公务用车购置及运行维护费", "预算数", "20.00"), (None, "其中：公务用车运行维护费", "预算数", "15.00"), (None, "公务用车购置费", "预算数", "5.00")]
IN_COLUMNS = [(None, "", f"“三公”经费预算数/{column}", amount) for column, amount in (
    ("合计", "30.00"), ("因公出国（境）费", "1.00"), ("公务用车购置及运行费/公务用车购置费", "5.00"), ("公务用车购置及运行费/公务用车运行费", "15.00"), ("公务接待费", "9.00"))]
THREE_PUBLIC = "SELECT three_public_yuan, abroad_yuan, vehicles_yuan, vehicle_purchase_yuan, vehicle_running_yuan, reception_yuan, rest_yuan FROM three_public"


@pytest.mark.parametrize("lines", [IN_ROWS, IN_COLUMNS])
def test_three_public_expenses_have_one_shape(warehouse: Warehouse, night: Any, lines: Any) -> None:
    night(Batch(summary="1.00").add("b.pdf").budget_table(0, KIND, lines, table_no=8))
    assert rows(warehouse.connection, THREE_PUBLIC) == [tuple(map(Decimal, ("30.00", "1.00", "20.00", "5.00", "15.00", "9.00", "0.00")))]
    assert rows(warehouse.connection, "SELECT 合计, 公务接待费, 其余, 页, 行 FROM 三公经费") == [(Decimal("30.00"), Decimal("9.00"), Decimal("0.00"), 1, 5)]


def test_parts_that_do_not_tie_leave_a_rest(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("b.pdf").budget_table(0, KIND, [(None, "合计", "预算数", "30.00"), (None, "公务接待费", "预算数", "9.00")], table_no=8))
    assert rows(warehouse.connection, "SELECT abroad_yuan, reception_yuan, rest_yuan FROM three_public") == [(None, Decimal("9.00"), Decimal("21.00"))]


def test_nothing_in_all_is_nothing_in_each(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("b.pdf").budget_table(0, KIND, [], table_no=8))
    assert rows(warehouse.connection, "SELECT three_public_yuan, reception_yuan, vehicle_running_yuan FROM three_public") == [(Decimal(0),) * 3]


@pytest.mark.parametrize(("title", "is_the_departments"), [
    ("2022年市级“三公”经费预算汇总表", False), ("2023年全县“三公”经费预算表", False), ("区本级2024年一般公共预算“三公”经费汇总表", False),
    ("一般公共预算“三公”经费支出表", True), ("市级部门2023年“三公”经费预算汇总表", True), ("2023年区级部门“三公”经费预算表", True), ("全市公安系统三公经费表", True),
    ("2023年部门“三公”经费汇总表", True), ("", True),
])
def test_a_title_tells_what_a_government_adds_up(title: str, is_the_departments: bool) -> None:
    assert (re.search(words()["government_titles"], title) is None) == is_the_departments


def test_what_a_government_adds_up_is_no_departments(warehouse: Warehouse, night: Any) -> None:
    batch = Batch(summary="1.00").add("b.pdf").add("zx.pdf", department_id=ZX)
    for number, title in enumerate(("2022年市级“三公”经费预算汇总表", None)):
        batch.budget_table(number, KIND, IN_ROWS, title=title, table_no=8)
    night(batch)
    assert rows(warehouse.connection, "SELECT department_id FROM three_public") == [(ZX,)]
    assert rows(warehouse.connection, "SELECT department_id, three_public_yuan FROM department_year ORDER BY ALL") == [(RD, None), (ZX, Decimal("30.00"))]


def test_budget_and_final_accounts_stand_side_by_side(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="200.00").add("budget.pdf"))
    night(Batch(summary="150.00").add("final.pdf", stage="final").add("zx.pdf", stage="final", department_id=ZX))
    found = rows(warehouse.connection, "SELECT budget_yuan, final_yuan, deviation_yuan, execution_rate FROM budget_final WHERE figure = 'income' ORDER BY budget_yuan")
    assert found == [tuple(map(Decimal, ("200.00", "150.00", "-50.00", "75.00"))), (None, Decimal("150.00"), None, None)]
    assert rows(warehouse.connection, "SELECT DISTINCT 数字, 执行率 FROM 预决算对比 WHERE 预算数 IS NOT NULL ORDER BY 数字") == [("支出", Decimal("75.00")), ("收入", Decimal("75.00"))]


def target(operator: str, value: str, unit: str | None, name: str = "数量", level: str = "产出指标") -> tuple[Any, ...]:
    return (level, name, operator, value, unit, f"{operator}{value}{unit}")


COUNTS = [
    (target(">=", "20", "人次"), ("20", "人次", "2000.0000")), (target("=", "4", "万人次"), ("40000", "人次", "1.0000")),
    (target(">=", "450", "万条"), ("4500000", "条", "0.0089")),
]
NO_COUNTS = [
    target(">=", "95", "%"), target("=", "3", "万元"), target("=", "600", "元/生/年"), target("<=", "2", "个"), target(">=", "360", "天"),
    target(">=", "90", "分"), target(">=", "3", "次/月"), target("=", "0", "起"), target(">=", "20", "人次", level="满意度指标"), target(">=", "20", None),
]


def test_a_count_that_is_a_target_has_a_cost_for_each(warehouse: Warehouse, night: Any) -> None:
    indicators = [*(indicator for indicator, _ in COUNTS), *NO_COUNTS]
    night(Batch(summary="1.00").add("b.txt", [replace(EXPERTS, name=f"项目{chr(65 + at)}", indicators=[indicator]) for at, indicator in enumerate(indicators)]))
    found = rows(warehouse.connection, "SELECT target_count, count_unit, unit_cost_yuan, count_target_count FROM unit_cost ORDER BY project_no")
    assert found == [(Decimal(count), unit, Decimal(cost), 1) for _, (count, unit, cost) in COUNTS]


def test_several_counts_share_the_amount_and_a_blank_one_costs_nothing_known(warehouse: Warehouse, night: Any) -> None:
    both = [target("=", "2", "场", "竞赛"), target(">=", "80", "人", "参赛")]
    night(Batch(summary="1.00").add("b.txt", [replace(EXPERTS, indicators=both), Project("未定", None, indicators=both)]))
    assert rows(warehouse.connection, "SELECT 指标名称, 单位成本, 数量指标数 FROM 单位成本 ORDER BY 单位成本") == [
        ("参赛", Decimal("500.0000"), 2), ("竞赛", Decimal("20000.0000"), 2),
    ]


def test_transfer_payments_by_what_says_so(warehouse: Warehouse, night: Any) -> None:
    batch = Batch(summary="1.00").add("b.txt", [EXPERTS, MEETINGS, Project("专项转移支付资金", "7.00")])
    batch.put("funding", document_no=0, project_no=1, funding_source="superior_transfer", amount_yuan="5.00", page=None, row=4, box=None)
    batch.budget_table(0, "fiscal_appropriation_summary", [
        ("income", "上级补助收入", "预算数", "6.00"), ("expenditure", "公务接待费", "预算数", "9.00"), ("expenditure", "合计", "上级转移支付", "8.00")], table_no=8)
    night(batch)
    assert rows(warehouse.connection, "SELECT transfer_kind, label, amount_yuan FROM transfer_payment ORDER BY ALL") == [
        ("funding", "人大会议经费", Decimal("5.00")), ("line", "上级补助收入 · 预算数", Decimal("6.00")), ("line", "合计 · 上级转移支付", Decimal("8.00")),
        ("project", "专项转移支付资金", Decimal("7.00")),
    ]


def test_a_sum_of_projects_is_whole_without_a_summary_table_but_not_with_rows_in_quarantine(warehouse: Warehouse, night: Any) -> None:
    batch = Batch().add("b.txt", [EXPERTS]).add("zx.txt", [EXPERTS], department_id=ZX)
    night(batch.quarantine(1, "议案督办", "议案督办\t待定", amount="1234567.80"))
    assert rows(warehouse.connection, "SELECT is_complete, is_project_sum_complete FROM department_year ORDER BY department_id") == [(False, True), (False, False)]
    assert rows(warehouse.connection, "SELECT 项目合计是否完整 FROM 部门预算 ORDER BY 部门") == [(True,), (False,)]
