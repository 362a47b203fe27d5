"""The list of assumed and unread words is made of the findings' own messages: both must stay in step."""

from __future__ import annotations

from collections import Counter

import duckdb

from expectations.checks import check
from expectations.messages import message
from transforms.parse import parse_document
from warehouse.query import STATUS

# 甲乙丙 is no word of anybody, so that its column stays unread; the others are told by their pieces.
PAGE = """<table><tr><td>支出事项名称</td><td>资金总量</td><td>甲乙丙</td><td>年内工作目标</td><td>绩效衡量指标</td></tr>
<tr><td>河道保洁</td><td>{amount}</td><td>4.00</td><td>对全部河道进行保洁，保持河面清洁。</td><td>产出指标：1、保洁河道，年度指标值：≥86公里</td></tr>
<tr><td>道路养护</td><td>8.00</td><td>5.00</td><td>对破损道路进行养护，保障通行安全。</td><td>产出指标：1、养护道路，年度指标值：≥12公里</td></tr></table>"""


def test_words_are_counted_by_table_with_a_place_to_look_at() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE quality (rule VARCHAR, message_en VARCHAR, file_name VARCHAR, department_id VARCHAR)")
    for name in ("a.html", "b.html"):
        text = f"<p>项目支出绩效目标表</p><p>单位：元</p>{PAGE.format(amount='7.00')}"
        failed = [outcome for outcome in check(parse_document(name, text.encode())) if outcome.status == "fail"]
        rows = [(outcome.rule, message(outcome, "en"), name, name[0]) for outcome in failed]
        connection.executemany("INSERT INTO quality VALUES (?, ?, ?, ?)", rows)
    found = connection.execute((STATUS / "assumed.sql").read_text(encoding="utf-8")).fetchall()
    by_rule = {(rule, word, read_as): (tables, departments) for rule, word, read_as, tables, departments, _ in found}
    assert by_rule["assumed-reading", "支出事项名称", "项目名称"] == (2, 2)
    assert by_rule["assumed-reading", "绩效衡量指标", "绩效指标"] == (2, 2)
    assert by_rule["unread-cells", "甲乙丙", None] == (2, 2)
    assert Counter(example for *_, example in found).keys() <= {"a.html", "b.html"}
