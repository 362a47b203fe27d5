from __future__ import annotations

from transforms.explaining import explain

PAGE = """<p>项目支出绩效目标表</p><p>单位：元</p>
<table><tr><td>支出事项名称</td><td>资金总量</td><td>甲乙丙</td><td>年内工作目标</td><td>绩效衡量指标</td></tr>
<tr><td>河道保洁</td><td>7.00</td><td>4.00</td><td>对全部河道进行保洁，保持河面清洁。</td><td>产出指标：1、保洁河道，年度指标值：≥86公里</td></tr>
<tr><td>道路养护</td><td>8.00</td><td>5.00</td><td>对破损道路进行养护，保障通行安全。</td><td>产出指标：1、养护道路，年度指标值：≥12公里</td></tr></table>"""


def test_a_table_is_explained_by_its_labels_rows_and_cells() -> None:
    [table] = explain(PAGE.encode())
    assert table.heading == "项目支出绩效目标表 (project_performance_targets, 元)"
    read_as = {label: role for label, role, *_ in table.labels}
    assert (read_as["支出事项名称"], read_as["资金总量"], read_as["绩效衡量指标"]) == ("project_name", "total", "indicators")
    assert [kind for _, _, kind, _ in table.rows] == ["structure", "project 河道保洁", "project 道路养护"]
    assert "4.00 [UNREAD 甲乙丙]" in table.rows[1][3]
    assert "支出事项名称 as 项目名称 [header]" in table.rows[0][3]


def test_one_row_is_explained_alone() -> None:
    [table] = explain(PAGE.encode(), row=3)
    assert [row for _, row, _, _ in table.rows] == ["3"]
    assert explain(PAGE.encode(), row=9) == []
