"""`silently-replaced`: what is corrected is said, line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, Project, rows

from warehouse.rereading import Reader
from warehouse.store import Warehouse

OUTCOMES = "SELECT passed, failed, fact_rule_outcome.not_applicable, reason FROM fact_rule_outcome JOIN load_run USING (run_key) ORDER BY started_at DESC LIMIT 1"


@pytest.fixture
def outcome(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    night.rules = (rule("silently-replaced"),)
    night(Batch().add(SEED, [EXPERTS, MEETINGS]))

    def judge(batch: Batch, **facts: Any) -> tuple[Any, ...]:
        night(batch, **facts)
        return rows(warehouse.connection, OUTCOMES)[0]

    return judge


def later() -> Batch:
    return Batch(pulled_at="2026-01-11 18:00:00+00:00")


def test_fails_with_the_lines_that_differ(warehouse: Warehouse, outcome: Any) -> None:
    changed = [replace(EXPERTS, amount="8205000.00"), replace(MEETINGS, name="人大培训经费")]
    assert outcome(later().add(SEED, changed)) == (0, 1, 0, None)
    assert rows(warehouse.connection, "SELECT expected, actual, difference, message_zh FROM fact_finding") == [(
        "8205000.00", "40000.00", "8165000.00",
        "文件“tianhe-rd-2023.txt”自 2026-01-12 起内容与此前公布的不同，没有更正说明；共 3 处不同（元，原数 → 现数）：专家咨询、聘任活动费用 40,000.00 → 8,205,000.00；－人大会议经费 330,000.00；＋人大培训经费 330,000.00。",
    )]


def test_what_nobody_explained_is_not_explained_by_the_next_version(outcome: Any) -> None:
    replaced = replace(EXPERTS, amount="8205000.00")
    assert outcome(later().add(SEED, [replaced, MEETINGS])) == (0, 1, 0, None)
    assert outcome(Batch(pulled_at="2026-01-12 18:00:00+00:00").add(SEED, [MEETINGS, replaced])) == (0, 1, 0, None)
    assert outcome(Batch(pulled_at="2026-01-13 18:00:00+00:00").add(SEED, [MEETINGS, EXPERTS])) == (1, 0, 0, None)    # as it was at first


def test_the_first_bytes_again_are_compared_as_what_they_say(outcome: Any) -> None:
    """A file whose bytes are known has no rows of its own: those of the file that was read first are its."""
    assert outcome(later().add("b.txt", [EXPERTS, MEETINGS], sha256="b")) == (0, 0, 0, None)
    assert outcome(Batch(pulled_at="2026-01-12 18:00:00+00:00").add("b.txt", [EXPERTS], sha256="c")) == (0, 1, 0, None)
    assert outcome(Batch(pulled_at="2026-01-13 18:00:00+00:00").add("b.txt", [EXPERTS, MEETINGS], sha256="b")) == (1, 0, 0, None)


def test_a_copy_that_is_replaced_is_compared_with_what_it_said(outcome: Any) -> None:
    outcome(later().add("b.txt", [EXPERTS, MEETINGS], sha256="b").add("c.txt", [EXPERTS, MEETINGS], sha256="b"))
    assert outcome(Batch(pulled_at="2026-01-12 18:00:00+00:00").add("c.txt", [EXPERTS], sha256="d")) == (0, 1, 0, None)


@pytest.mark.parametrize(("amount", "stands", "expected"), [
    ("41000.00", False, (1, 0, 0, None)),    # the row that was off by 1,000 is right now
    ("41000.00", True, (0, 1, 0, None)),     # it changed by that and is still wrong
    ("42000.00", False, (0, 1, 0, None)),    # it changed by something else
])
def test_what_mends_a_told_problem_was_asked_for(outcome: Any, amount: str, stands: bool, expected: Any) -> None:
    def wrong(batch: Batch) -> Batch:
        return batch.find(0, "row-ties-to-funding", "critical", EXPERTS.name, subject="project", subject_no=0, difference="-1000.00")

    outcome(wrong(later().add("b.txt", [EXPERTS, MEETINGS])))
    again = Batch(pulled_at="2026-01-12 18:00:00+00:00").add("b.txt", [replace(EXPERTS, amount=amount), MEETINGS], sha256="c")
    assert outcome(wrong(again) if stands else again) == expected


def test_passes_where_rows_moved_only(outcome: Any) -> None:
    assert outcome(later().add(SEED, [MEETINGS, EXPERTS])) == (1, 0, 0, None)


def test_passes_with_a_notice(outcome: Any) -> None:
    batch = later().add(SEED, [replace(EXPERTS, amount="8205000.00")], pulled={"publication_title": "关于更正2023年部门预算的说明"})
    assert outcome(batch) == (1, 0, 0, None)


def test_a_link_that_says_so_afterwards_explains_it(outcome: Any) -> None:
    assert outcome(later().add(SEED, CHANGED)) == (0, 1, 0, None)
    again = Batch(pulled_at="2026-01-12 18:00:00+00:00").pull(SEED, "unchanged", publication_title="2023年部门预算（更正）")
    assert outcome(again) == (1, 0, 0, None)


def test_does_not_apply_to_the_next_years_document(outcome: Any) -> None:
    assert outcome(later().add(SEED, [EXPERTS], fiscal_year=2024)) == (0, 0, 1, "other-year")


def test_does_not_apply_where_another_program_read_the_new_version(outcome: Any) -> None:
    reader = Reader("other code", "900 s")
    assert outcome(later().add(SEED, [EXPERTS]), reader=reader) == (0, 0, 1, "read-otherwise")


def test_does_not_apply_where_rows_are_in_quarantine(outcome: Any) -> None:
    assert outcome(later().add(SEED, [EXPERTS]).quarantine(0, "人大会议经费", "待定")) == (0, 0, 1, "read-otherwise")


def said(batch: Batch, address: str, night: str, **facts: Any) -> Batch:
    """A text whose sentences say that something was corrected."""
    batch.add(address, error="no-known-table", pulled={"pulled_at": night}, **facts)
    number = len(batch.frames["document"]) - 1
    batch.put("outcome_count", document_no=number, rule="silently-replaced", passed=1, failed=0, not_applicable=0, reason=None)
    return batch


CHANGED = [replace(EXPERTS, amount="8205000.00"), MEETINGS]
FIRST = "SELECT passed, failed FROM fact_rule_outcome JOIN load_run USING (run_key) WHERE document_key IS NULL ORDER BY started_at DESC LIMIT 1"


@pytest.mark.parametrize(("facts", "expected"), [
    ({}, (1, 0)), ({"fiscal_year": None, "stage": None}, (1, 0)),
    ({"fiscal_year": 2022}, (0, 1)), ({"stage": "final"}, (0, 1)), ({"department_id": "440106-zx"}, (0, 1)),
])
def test_a_notice_that_came_with_it_explains_it(warehouse: Warehouse, outcome: Any, facts: Any, expected: Any) -> None:
    outcome(said(later().add(SEED, CHANGED), "notices/7.html", "2026-01-11 18:00:00+00:00", **facts))
    assert rows(warehouse.connection, FIRST) == [expected]


def test_a_notice_explains_what_came_around_it_only(warehouse: Warehouse, outcome: Any) -> None:
    outcome(later().add(SEED, CHANGED))
    assert rows(warehouse.connection, FIRST) == [(0, 1)]
    outcome(said(Batch(pulled_at="2026-01-12 18:00:00+00:00"), "notices/7.html", "2026-01-12 18:00:00+00:00"))
    assert rows(warehouse.connection, FIRST) == [(1, 0)]    # late, but said
    outcome(Batch(pulled_at="2026-01-13 18:00:00+00:00").add(SEED, [EXPERTS]))
    outcome(Batch(pulled_at="2026-01-14 18:00:00+00:00").add(SEED, [MEETINGS]))
    assert rows(warehouse.connection, FIRST) == [(0, 1)]


def test_a_sentence_of_the_document_itself_explains_it(warehouse: Warehouse, outcome: Any) -> None:
    batch = later().add(SEED, CHANGED)
    batch.put("outcome_count", document_no=0, rule="silently-replaced", passed=1, failed=0, not_applicable=0, reason=None)
    outcome(batch)
    assert rows(warehouse.connection, FIRST) == [(1, 0)]


@pytest.mark.parametrize(("notices", "expected"), [
    (("3月1日更正了项目表",) * 2, (0, 1)), (("3月1日更正了项目表", "3月1日更正了项目表\n4月2日更正了项目表"), (1, 0)),
    ((None, None), (1, 0)),    # an older program did not keep what it read
])
def test_a_sentence_that_stays_explains_no_second_replacement(warehouse: Warehouse, outcome: Any, notices: Any, expected: Any) -> None:
    for day, projects, notice in (("12", CHANGED, notices[0]), ("13", [EXPERTS], notices[1])):
        batch = Batch(pulled_at=f"2026-01-{day} 18:00:00+00:00").add(SEED, projects)
        batch.frames["document"][0]["notice"] = notice
        batch.put("outcome_count", document_no=0, rule="silently-replaced", passed=1, failed=0, not_applicable=0, reason=None)
        outcome(batch)
    assert rows(warehouse.connection, FIRST) == [expected]


def test_a_link_that_stays_explains_no_second_replacement(warehouse: Warehouse, outcome: Any) -> None:
    link = {"publication_title": "2023年部门预算（更正）"}
    outcome(later().add(SEED, CHANGED, pulled=link))
    outcome(Batch(pulled_at="2026-01-13 18:00:00+00:00").add(SEED, [EXPERTS], pulled=link))
    assert rows(warehouse.connection, FIRST) == [(0, 1)]


@pytest.mark.parametrize(("title", "expected"), [("关于更正2023年部门预算“三公”经费表的说明", (1, 0)), ("2023年绩效目标表（调整）", (0, 1))])
def test_a_corrected_table_beside_it_explains_it_where_its_link_says_so(
    warehouse: Warehouse, outcome: Any, title: str, expected: Any,
) -> None:
    outcome(later().add(SEED, CHANGED).add("b.pdf", [EXPERTS], pulled={"publication_title": title}))
    assert rows(warehouse.connection, FIRST) == [expected]


LINES = [Project(f"第{number}中学办学经费", f"{number}0000.00") for number in range(1, 21)]


def test_a_replaced_file_that_is_renamed_stays_replaced(warehouse: Warehouse, outcome: Any) -> None:
    """Renamed afterwards it is the same problem; put up under another name at once it is told as any other replacement."""
    changed = [*LINES[:-1], replace(LINES[-1], amount="8205000.00")]
    outcome(later().add("b.txt", LINES, sha256="b").add("c.txt", [*LINES[:-1], replace(LINES[-1], amount="5.00")], sha256="c"))
    assert outcome(Batch(pulled_at="2026-01-12 18:00:00+00:00").add("b.txt", changed, sha256="d")) == (0, 1, 0, None)
    moved = Batch(pulled_at="2026-01-13 18:00:00+00:00").pull("b.txt", "gone").add("b2.txt", changed, sha256="d").pull("c.txt", "unchanged")
    assert outcome(moved) == (0, 1, 0, None)
    assert len(rows(warehouse.connection, "SELECT DISTINCT fingerprint FROM fact_finding")) == 1
    at_once = Batch(pulled_at="2026-01-14 18:00:00+00:00").pull("c.txt", "gone").add("c2.txt", LINES, sha256="e").pull("b2.txt", "unchanged")
    assert outcome(at_once) == (0, 2, 0, None)


def test_two_files_that_stood_side_by_side_replace_nothing(outcome: Any) -> None:
    beside = [*LINES[:-1], replace(LINES[-1], amount="8205000.00")]
    outcome(later().add("b.txt", LINES, sha256="b").add("c.txt", beside, sha256="c"))
    assert outcome(Batch(pulled_at="2026-01-12 18:00:00+00:00").pull("b.txt", "gone").pull("c.txt", "unchanged")) == (0, 0, 0, None)
