"""Views: questions across departments are one line, and each project counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, RD, SEED, ZX, Batch, Project, rows

from warehouse.frames import DOCUMENTS
from warehouse.store import Warehouse
from warehouse.tables import FIELDS, TABLES, VIEWS

ZX_NAME = "政协广州市天河区委员会办公室"
RD_NAME = "广州市天河区人民代表大会常务委员会办公室"


@pytest.fixture
def connection(warehouse: Warehouse, night: Any) -> duckdb.DuckDBPyConnection:
    batch = Batch().add(SEED, [EXPERTS, MEETINGS]).total(0, "380000.00").add("z-copy.txt", [EXPERTS, MEETINGS], sha256="copy")
    night(batch.find(0, "total-ties-to-projects", "critical", "合计", subject="total", expected="380000.00", actual="370000.00"))
    return warehouse.connection


def test_total_by_department_and_year(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT department_name, fiscal_year, stage, project_count, amount_yuan FROM department_year") == [
        (RD_NAME, 2023, "budget", 2, Decimal("370000.00")),
    ]


def test_an_incomplete_sum_says_so(connection: duckdb.DuckDBPyConnection, night: Any) -> None:
    night(Batch().add("zx.txt", [EXPERTS], department_id=ZX).quarantine(0, "议案督办", "议案督办\t待定"))
    night(Batch().add("2024.txt", [EXPERTS], fiscal_year=2024).add("2022.txt", [EXPERTS, Project("委员活动", None)], fiscal_year=2022))
    assert rows(connection, """
        SELECT department_id, fiscal_year, published_total_yuan, quarantined_row_count, critical_finding_count, is_complete
        FROM department_year ORDER BY 1, 2
    """) == [
        (RD, 2022, None, 0, 0, False), (RD, 2023, Decimal("380000.00"), 0, 1, False), (RD, 2024, None, 0, 0, True),
        (ZX, 2023, None, 1, 0, False),
    ]


def test_the_ten_largest_projects_across_departments(connection: duckdb.DuckDBPyConnection, night: Any) -> None:
    night(Batch().add("zx.txt", [Project("政协会议经费", "350000.00")], department_id=ZX))
    assert rows(connection, "SELECT department_name, project_name, amount_yuan FROM project ORDER BY amount_yuan DESC LIMIT 10") == [
        (ZX_NAME, "政协会议经费", Decimal("350000.00")), (RD_NAME, "人大会议经费", Decimal("330000.00")),
        (RD_NAME, "专家咨询、聘任活动费用", Decimal("40000.00")),
    ]


def test_indicators_whose_target_is_at_least_95_percent(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "SELECT project_name, indicator_name, operator, value, row FROM indicator WHERE unit = '%' AND value >= 95")
    assert found == [("专家咨询、聘任活动费用", "费用支付及时率", "=", Decimal(100), 4)]


def test_departments_that_have_not_published(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT department_name, fiscal_year FROM coverage WHERE status = 'not_published'") == [(ZX_NAME, 2023)]
    assert rows(connection, "SELECT department_name, address FROM coverage WHERE status = 'published'") == [(RD_NAME, SEED)]


def test_coverage_is_judged_against_the_runs_date(warehouse: Warehouse, night: Any) -> None:
    night(Batch(), as_of=date(2023, 2, 1))
    assert rows(warehouse.connection, "SELECT DISTINCT status, as_of_date FROM coverage") == [("not_due", date(2023, 2, 1))]


def test_funding_sources_are_columns_of_a_project(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT fiscal_appropriation_yuan, other_yuan FROM project WHERE project_name = '人大会议经费'") == [
        (Decimal("330000.00"), None),
    ]


def test_chinese_views_answer_in_chinese(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT 部门, 年度, 阶段, 金额合计 FROM 部门预算") == [(RD_NAME, 2023, "预算", Decimal("370000.00"))]
    assert rows(connection, "SELECT 金额 FROM 项目支出 WHERE 项目名称 = '人大会议经费'") == [(Decimal("330000.00"),)]
    assert rows(connection, "SELECT 性质 FROM 绩效指标 WHERE 指标名称 = '聘用专家人次'") == [("定量",)]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_declared_columns_and_types(warehouse: Warehouse, name: str) -> None:
    found = [(column, kind) for column, kind, *_ in rows(warehouse.connection, f"DESCRIBE {name}")]
    assert found == [(column.name, column.type) for column in VIEWS[name].columns]


def test_every_table_view_and_column_has_a_comment_in_both_languages(warehouse: Warehouse) -> None:
    commented = rows(warehouse.connection, """
        SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
        UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
        UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns()
        WHERE NOT internal AND database_name = current_database()
    """)
    assert len(commented) > 300
    assert [name for name, comment in commented if " / " not in (comment or "")] == []


def test_every_field_is_used_and_every_value_is_described() -> None:
    used = {column.field.name for table in (*TABLES.values(), *VIEWS.values(), *DOCUMENTS.values()) for column in table.columns}
    assert set(FIELDS) == used
    assert [field.name for field in FIELDS.values() if not (field.zh and field.en)] == []
