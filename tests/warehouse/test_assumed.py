"""The list of assumed and unread words is made of what findings say of them, whatever their messages are worded like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from batches import EXPERTS, SEED, Batch, rows

from expectations.checks import check
from expectations.frames import build_frames
from expectations.rows import rows_of
from transforms.parse import parse_document
from warehouse.query import STATUS
from warehouse.store import Warehouse

# No piece of 甲（“乙”；丙） is a word of anybody, so that its column stays unread; the others are told by their pieces.
UNREAD = "甲（“乙”；丙）"
PAGE = f"""<p>项目支出绩效目标表</p><p>单位：元</p>
<table><tr><td>支出事项名称</td><td>资金总量</td><td>{UNREAD}</td><td>年内工作目标</td><td>绩效衡量指标</td></tr>
<tr><td>河道保洁</td><td>7.00</td><td>4.00</td><td>对全部河道进行保洁，保持河面清洁。</td><td>产出指标：1、保洁河道，年度指标值：≥86公里</td></tr>
<tr><td>道路养护</td><td>8.00</td><td>5.00</td><td>对破损道路进行养护，保障通行安全。</td><td>产出指标：1、养护道路，年度指标值：≥12公里</td></tr></table>"""
ABOUT_WORDS = ("assumed-reading", "unread-cells")


def findings() -> list[dict[str, Any]]:
    """What was found in the page about words, as it is handed over for loading."""
    document = parse_document("a.html", PAGE.encode())
    found = build_frames([rows_of(document, check(document))])["finding"].astype(object)
    return [row for row in found.where(found.notna(), None).to_dict("records") if row["rule"] in ABOUT_WORDS]


def test_words_go_from_the_reading_to_the_list_for_maintainers(night: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS])
    for facts in findings():
        batch.put("finding", **{**facts, "document_no": 0, "subject_no": 0})
    night(batch)
    connection = night.warehouse.connection
    listed = rows(connection, (STATUS / "assumed.sql").read_text(encoding="utf-8"))
    assert {(rule, word, read_as): (tables, departments) for rule, word, read_as, tables, departments, _ in listed} == {
        ("assumed-reading", "支出事项名称", "项目名称"): (1, 1), ("assumed-reading", "资金总量", "总计"): (1, 1),
        ("assumed-reading", "年内工作目标", "绩效目标"): (1, 1), ("assumed-reading", "绩效衡量指标", "绩效指标"): (1, 1),
        ("unread-cells", UNREAD, None): (1, 1),
    }
    asked = {"run_key": night.run.run_key, "ours": list(ABOUT_WORDS), "cap": 10}
    told = connection.execute((Path(__file__).parents[2] / "alerts" / "doubt.sql").read_text(encoding="utf-8"), asked).fetchall()
    assert [row[:4] for row in told if row[0] == "unread-cells"] == [("unread-cells", UNREAD, None, 1)]


def test_a_warehouse_that_kept_words_in_messages_alone_gets_them_as_facts(night: Any) -> None:
    plain = [{**facts, "words": (facts["words"] or "").replace(UNREAD, "甲乙丙"), "message_en": facts["message_en"].replace(UNREAD, "甲乙丙")}
             for facts in findings()]
    batch = Batch().add(SEED, [EXPERTS])
    for facts in plain:
        batch.put("finding", **{**facts, "document_no": 0, "subject_no": 0})
    night(batch)
    kept = "SELECT rule, words FROM fact_finding WHERE rule IN ('assumed-reading', 'unread-cells') ORDER BY rule"
    before = rows(night.warehouse.connection, kept)
    assert [len(words) for _, words in before] == [4, 1]
    night.warehouse.connection.execute("ALTER TABLE fact_finding DROP COLUMN words")
    night.warehouse.close()
    with Warehouse.open(night.warehouse.store) as opened:
        assert rows(opened.connection, kept) == before
