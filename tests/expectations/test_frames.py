from __future__ import annotations

import json
import pickle
from decimal import Decimal

import duckdb
import pandas as pd
from published import document, project, table, total

from expectations import check
from expectations.frames import FRAMES, build_frames
from expectations.rows import rows_of, unpacked
from transforms.grid import Box
from transforms.records import Line, ParsedDocument, ParseError, Place
from warehouse.frames import DOCUMENTS as DECLARED


def frames(*documents: ParsedDocument) -> dict[str, pd.DataFrame]:
    return build_frames([rows_of(each, check(each)) for each in documents])


def rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{key: None if pd.isna(value) else value for key, value in row.items()} for row in frame.to_dict("records")]


def test_the_frames_have_the_columns_that_the_warehouse_asks_for() -> None:
    for name in ("document", "table", "line", "project", "funding", "indicator", "total", "finding"):
        assert [column for column in FRAMES[name] if column != "file"] == [column.name for column in DECLARED[name].columns]


def test_a_batch_without_documents_has_every_column_and_no_row() -> None:
    empty = build_frames([])
    assert {name: list(frame.columns) for name, frame in empty.items()} == {name: list(columns) for name, columns in FRAMES.items()}
    assert all(frame.empty for frame in empty.values())


def test_a_project_becomes_its_row_its_funding_and_its_indicators() -> None:
    place = Place(2, 7, Box(1, 2, 3, 4.5))
    built = frames(document(), document([project("人大会议经费|33.00|33.00|0.00||完成会议既定任务。", place=place)]))
    [row] = rows(built["project"])
    assert row == {
        "document_no": 1, "project_no": 0, "table_no": 0, "project_name": "人大会议经费", "project_code": None,
        "unit_name": "广州市天河区人民代表大会常务委员会办公室", "amount_yuan": "330000.00", "goal": "完成会议既定任务。",
        "page": 2, "row": 7, "box": "[1, 2, 3, 4.5]", "published_text": "人大会议经费\t33.00\t33.00\t0.00\t\t完成会议既定任务。",
    }
    assert [(each["funding_source"], each["amount_yuan"]) for each in rows(built["funding"])] == [
        ("fiscal_appropriation", "330000.00"), ("special_account", "0.00"),
    ]
    first, _ = rows(built["indicator"])
    assert (first["level1"], first["operator"], first["value"], first["unit"], first["page"]) == ("产出指标", "=", "100", "%", 2)


def test_a_total_has_a_row_for_each_column_that_is_not_blank() -> None:
    built = frames(document([project("人大会议经费|33.00|33.00||")], [total("合计|33.00|33.00||", [0])]))
    assert [(each["funding_source"], each["amount_yuan"]) for each in rows(built["total"])] == [
        ("total", "330000.00"), ("fiscal_appropriation", "330000.00"),
    ]


def test_lines_and_indicators_are_numbered_through_the_document() -> None:
    line = Line("income", "2010101", "行政运行", "金额", Decimal("1.00"), Place(1, 2))
    built = frames(document([project("甲|1.00|||"), project("乙|1.00|||")], tables=[table(lines=[line, line]), table(lines=[line])]))
    assert [(each["table_no"], each["line_no"]) for each in rows(built["line"])] == [(0, 0), (0, 1), (1, 2)]
    assert [(each["project_no"], each["indicator_no"]) for each in rows(built["indicator"])] == [(0, 0), (0, 1), (1, 2), (1, 3)]


def test_a_document_that_could_not_be_read_is_a_row_with_its_reason() -> None:
    unreadable = ParsedDocument("garbage.pdf", "00", None, errors=[ParseError("unknown-format", "no known format")])
    [row] = rows(frames(unreadable)["document"])
    assert (row["outcome"], row["error_code"], row["error_message"]) == ("failed", "unknown-format", "no known format")


def test_a_document_read_in_part_counts_as_read() -> None:
    [row] = rows(frames(document(errors=[ParseError("damaged-page", "page 3")]))["document"])
    assert (row["outcome"], row["error_code"]) == ("read", "damaged-page")


def test_a_finding_has_its_words_in_both_languages_and_its_evidence() -> None:
    [row] = rows(frames(document([project("办公用房物业管理|9.00|4.28|2.96|", place=Place(3, 5))]))["finding"])
    assert (row["rule"], row["severity"], row["subject"], row["subject_no"]) == ("row-ties-to-funding", "critical", "project", 0)
    assert (row["expected"], row["actual"], row["difference"]) == ("90000.00", "72400.00", "17600.00")
    assert "差额 +17,600.00 元" in str(row["message_zh"])
    assert "difference +17,600.00 yuan" in str(row["message_en"])
    assert (row["page"], row["row"], row["published_text"]) == (3, 5, "办公用房物业管理\t9.00\t4.28\t2.96\t")
    assert row["remedy_zh"]
    assert row["remedy_en"]


def test_the_evidence_keeps_each_record_as_the_contract_prints_it() -> None:
    built = frames(document([project("人大会议经费|33.00|33.00||")]))
    is_project = built["evidence"]["subject"] == "project"
    [record] = [record for (_, _, record, *_), chosen in zip(unpacked(built["verbatim"]["packed"][0]), is_project, strict=True) if chosen]
    assert json.loads(record)["name"] == "人大会议经费"


def test_the_rows_of_a_document_travel_as_bytes() -> None:
    travelling = rows_of(document([project("人大会议经费|33.00|33.00||")] * 50), [])
    assert len(pickle.dumps(travelling)) < len(travelling.packed) + len(travelling.verbatim) + 200
    assert pickle.loads(pickle.dumps(travelling)).columns() == travelling.columns()


def test_the_database_reads_blanks_as_null() -> None:
    project_frame = frames(document([project("人大会议经费|||||")]))["project"]  # noqa: F841 the database finds it by this name
    [found] = duckdb.sql("SELECT amount_yuan IS NULL, goal IS NULL, box IS NULL, page FROM project_frame").fetchall()
    assert found == (True, True, True, 1)
