"""What people ask again and again: history, differences between versions, search, and what was published on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, RD, ZX, Batch, Night, Project

from warehouse import query, questions
from warehouse.errors import BadQuery, OtherVersion
from warehouse.query import Copy
from warehouse.store import Warehouse

BEFORE, AFTER = "2026-01-10 18:00:00+00:00", "2026-02-10 18:00:00+00:00"
RIVER = replace(EXPERTS, name="城市河道养护", amount="900000.00", goal="河道整洁，群众满意")
DEARER = replace(
    EXPERTS, amount="55000.00", goal="聘请专家授课。", indicators=[("产出指标", "聘用专家人次", ">=", "25", None, "≥25"), *EXPERTS.indicators[1:]],
)


@pytest.fixture
def copy(warehouse: Warehouse, night: Night, tmp_path: Path) -> Iterator[Copy]:
    """A document with two versions, that of a year later, and one of another department."""
    night(Batch(pulled_at=BEFORE, summary="5.00").add("a/2023.txt", [EXPERTS, MEETINGS]).add("b/2023.txt", [RIVER], department_id=ZX))
    later = replace(EXPERTS, amount="60000.00", name="专家咨询、聘任活动费用（23n）")
    night(Batch(pulled_at=AFTER, summary="6.00").add("a/2023.txt", [DEARER, RIVER]).add("a/2024.txt", [later], fiscal_year=2024)
          .add("a/2024-final.txt", [replace(EXPERTS, amount="50000.00")], fiscal_year=2024, stage="final"))
    warehouse.publish(tmp_path / "yusuan.duckdb")
    with query.connect(tmp_path / "yusuan.duckdb") as opened:
        yield opened


def test_a_version_is_compared_with_the_one_before(copy: Copy) -> None:
    changed = questions.diff(copy, "a/2023.txt")
    assert (changed.address, changed.before, changed.after) == ("a/2023.txt", 1, 2)
    unit = "广州市天河区人民代表大会常务委员会办公室 · "
    assert [row[:6] for row in changed.found.rows if row[0] in {"project", "goal", "line"}] == [
        ("project", "changed", f"{unit}专家咨询、聘任活动费用", "40000.00", "55000.00", Decimal("15000.00")),
        ("project", "gone", f"{unit}人大会议经费", "330000.00", None, None),
        ("project", "new", f"{unit}城市河道养护", None, "900000.00", None),
        ("goal", "changed", f"{unit}专家咨询、聘任活动费用", EXPERTS.goal, DEARER.goal, None),
        ("goal", "gone", f"{unit}人大会议经费", MEETINGS.goal, None, None),
        ("goal", "new", f"{unit}城市河道养护", None, RIVER.goal, None),
        ("line", "changed", "income_expenditure_summary · expenditure · 支出总计 · 预算数", "5.00", "6.00", Decimal("1.00")),
        ("line", "changed", "income_expenditure_summary · income · 收入总计 · 预算数", "5.00", "6.00", Decimal("1.00")),
    ]
    assert ("target", "changed", f"{unit}专家咨询、聘任活动费用 · 产出指标 · 聘用专家人次", "≥20", "≥25", None) in [
        row[:6] for row in changed.found.rows
    ]


def test_a_project_in_two_kinds_of_tables_is_compared_once(warehouse: Warehouse, night: Night, tmp_path: Path) -> None:
    for amounts in (("120.00", "120.00"), ("820.00", "820.00"), ("820.00", "830.00")):
        batch = Batch().add("a.txt", [Project("人大会议经费", amount) for amount in amounts])
        batch.put("table", **(batch.frames["table"][0] | {"table_no": 1, "table_kind": "project_expenditure"}))
        batch.frames["project"][1]["table_no"] = 1
        night(batch)
    warehouse.publish(tmp_path / "copy.duckdb")
    with query.connect(tmp_path / "copy.duckdb") as opened:
        found = [questions.diff(opened, "a.txt", version).found.rows for version in (2, 3)]
    assert [[row[3:6] for row in changed if row[0] == "project"] for changed in found] == [
        [("120.00", "820.00", Decimal("700.00"))], [("820.00", "820.00 / 830.00", None)],
    ]


def test_a_first_version_has_none_before_and_everything_is_new(copy: Copy) -> None:
    changed = questions.diff(copy, "b/2023.txt")
    assert changed.before is None
    assert {row[1] for row in changed.found.rows} == {"new"}
    assert questions.diff(copy, "a/2023.txt", 1).before is None


@pytest.mark.parametrize(("address", "message"), [("nowhere", "No document in force"), ("2023", "2 documents have 2023"), ("'", "No document")])
def test_a_document_that_is_not_the_only_one_is_refused(copy: Copy, address: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        questions.diff(copy, address)


def test_a_project_is_one_row_a_year_with_its_change_and_final_accounts(copy: Copy) -> None:
    found = questions.history(copy, "专家咨询")
    assert [row[2:] for row in found.rows] == [
        (2023, Decimal("55000.00"), None, None, None, None, 1),
        (2024, Decimal("60000.00"), Decimal("55000.00"), Decimal("5000.00"), Decimal("50000.00"), Decimal("-10000.00"), 2),
    ]


def test_a_sum_with_a_blank_amount_is_not_known(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add("a.txt", [EXPERTS, replace(EXPERTS, amount=None, unit_name="另一单位")]))
    assert warehouse.connection.execute("SELECT budget_yuan, project_count FROM project_year").fetchall() == [(None, 2)]


def test_a_word_is_found_in_names_indicators_and_goals_names_first(copy: Copy) -> None:
    assert [row[3:6] for row in questions.search(copy, "河道", 9).rows] == [("城市河道养护", Decimal("900000.00"), "绩效目标、项目名称")] * 2
    assert [row[5:7] for row in questions.search(copy, "聘用 人次", 1).rows] == [("绩效指标", "聘用专家人次 ≥20")]
    assert len(questions.search(copy, "专家", 2).rows) == 2
    assert questions.search(copy, "河道 专家咨询", 9).rows == []
    closest = questions.search(copy, "专家咨询、聘任活动费用", 9).rows    # the name itself before the newer one with a mark
    assert [row[3] for row in closest] == [EXPERTS.name, EXPERTS.name, f"{EXPERTS.name}（23n）"]


@pytest.mark.parametrize("words", ["'); DROP", "$row_limit", "100%", "a\\b"])
def test_signs_of_sql_are_words_like_others(copy: Copy, words: str) -> None:
    assert len(questions.search(copy, words, 9).rows) == (5 if words == "100%" else 0)


def test_nothing_to_search_for_is_refused(copy: Copy) -> None:
    with pytest.raises(BadQuery, match="Say what to search for"):
        questions.search(copy, " ", 9)


@pytest.mark.parametrize(("day", "amounts"), [("2026-01-01", []), ("2026-01-20", ["40000.00", "330000.00"]), ("2026-03-01", ["55000.00", "900000.00"])])
def test_what_was_published_on_a_day(copy: Copy, day: str, amounts: list[str]) -> None:
    found = query.rows(copy, f"""
        SELECT amount_yuan FROM project_version
        WHERE department_id = '{RD}' AND fiscal_year = 2023 AND valid_from <= '{day}' AND coalesce(valid_to > '{day}', true) ORDER BY 1
    """)
    assert [str(amount) for (amount,) in found.rows] == amounts


def test_two_nights_are_compared(warehouse: Warehouse, night: Night, tmp_path: Path) -> None:
    night(Batch(pulled_at=BEFORE).add("a.txt", [EXPERTS]).add("b.txt", [RIVER], department_id=ZX).add("c.txt", [MEETINGS], fiscal_year=2022))
    night(Batch())
    wrong = Batch(pulled_at=AFTER).add("a.txt", [DEARER]).add("d.txt", [MEETINGS], fiscal_year=2024).pull("b.txt", "gone", ZX)
    night(wrong.find(0, "missing-goal", "warning", EXPERTS.name))
    night(Batch().pull("b.txt", "gone", ZX))
    warehouse.publish(tmp_path / "copy.duckdb")
    with query.connect(tmp_path / "copy.duckdb") as opened:
        first, quiet, last, after = (row[0] for row in query.rows(opened, "SELECT run_id FROM load_run ORDER BY started_at").rows)
        found = questions.between(opened, "2026-01-10", "2026-01-12")
        assert (found.earlier, found.later) == (first, last)
        assert [row[:2] + row[5:] for row in found.documents.rows] == [
            ("b.txt", "taken down", 1, 1), ("a.txt", "replaced", 1, 2), ("d.txt", "new", None, 1)]
        assert ("opened", "missing-goal") in [(row[0], row[2]) for row in found.problems.rows]
        amounts = [row[:3] + row[4:7] for row in found.differences.rows if row[1] == "project"]
        assert amounts == [
            ("a.txt", "project", "changed", "40000.00", "55000.00", Decimal("15000.00")), ("d.txt", "project", "new", None, "330000.00", None)]
        nothing = questions.between(opened, first, quiet)
        assert not nothing.documents.rows
        assert not nothing.differences.rows
        assert not questions.between(opened, last, after).documents.rows    # taken down already
        with pytest.raises(BadQuery, match="name the earlier run first"):
            questions.between(opened, last, first)
        with pytest.raises(BadQuery, match="No run is called 2026-02-30"):
            questions.between(opened, "2026-02-30", last)


def test_a_document_that_is_read_again_is_told_as_such(warehouse: Warehouse, night: Night, tmp_path: Path) -> None:
    night(Batch().add("a.txt", [EXPERTS]))
    [(key, sha256)] = warehouse.connection.execute("SELECT document_key, sha256 FROM dim_document").fetchall()
    night(Batch().reread(key, sha256, [DEARER]))
    warehouse.publish(tmp_path / "copy.duckdb")
    with query.connect(tmp_path / "copy.duckdb") as opened:
        found = questions.between(opened, "2026-01-10", "2026-01-11")
    assert [row[:2] for row in found.documents.rows] == [("a.txt", "read again")]
    assert not found.differences.rows


def test_a_copy_of_another_version_is_told_as_such(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.publish(tmp_path / "copy.duckdb")
    (tmp_path / "copy.duckdb").chmod(0o644)
    with duckdb.connect(tmp_path / "copy.duckdb") as older:
        older.execute("DROP TABLE searched_pair")
    with query.connect(tmp_path / "copy.duckdb") as opened:
        with pytest.raises(OtherVersion, match=r"copy\.duckdb was made by another version.*searched_pair.*run `yusuan nightly`"):
            questions.search(opened, "河道", 9)
        with pytest.raises(BadQuery, match="projekt"):
            query.plan(opened, "EXPLAIN FROM projekt")
