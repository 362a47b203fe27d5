"""The form of the whole department: kept as a table, with neither lines nor projects."""

from __future__ import annotations

import pytest

from transforms.layouts.listing import known
from transforms.parse import parse_document

ROWS = (
    "<tr><td>部门名称</td><td colspan=3>云山市水务局</td></tr><tr><td rowspan=2>年度预算</td><td colspan=2>合计</td><td>36.50</td></tr>"
    "<tr><td colspan=2>基本支出</td><td>30.00</td></tr><tr><td>年度总体目标</td><td colspan=3>保障供水。</td></tr>"
    "<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr>"
    "<tr><td>产出指标</td><td>数量指标</td><td>重点工作完成数</td><td>≥6项</td></tr>"
)


@pytest.mark.parametrize("title", ["2024年部门整体支出绩效目标表", "部门（单位）整体绩效目标申报表", "2024年度部门整体支出绩效自评表"])
def test_a_form_of_the_whole_department_is_a_table_of_its_kind(title: str) -> None:
    document = parse_document("a.html", f"<html><p>{title}</p><p>单位：万元</p><table>{ROWS}</table></html>".encode())
    (table,) = document.tables
    assert (table.kind, table.title, table.unit, table.empty, table.lines) == ("department_performance_targets", title, "万元", False, [])
    assert (document.department, document.projects, document.errors) == ("云山市水务局", [], [])


def test_what_is_known_is_listed_with_the_file_that_holds_it() -> None:
    listed = known()
    assert [name for name, _ in listed["Layouts, asked in this order"][1]] == [
        "project_rows", "indicator_rows", "project_forms", "department_forms", "budget_tables",
    ]
    labels = {label: (words, file) for label, words, file in listed["Labels of forms"][1]}
    assert "项目名称" in labels["project_name"][0]
    assert labels["project_name"][1] == "forms.yaml"
    assert all(len(row) == len(columns) for columns, rows in listed.values() for row in rows)
