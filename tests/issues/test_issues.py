"""Issues: one problem from the night that finds it to the night in which it no longer stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, ZX, Batch, rows

from issues.decisions import Acknowledged
from warehouse.errors import UnusableInput
from warehouse.store import Warehouse

LATER = "2026-01-11 18:00:00+00:00"
FOUND = ("missing-goal", "warning", "人大会议经费")


def issues(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return rows(warehouse.connection, """
        SELECT state, first.code_version, last.code_version, resolved_at IS NOT NULL, audience_id FROM quality_issue
        JOIN load_run AS first ON first.run_key = first_seen_run_key JOIN load_run AS last ON last.run_key = last_seen_run_key
    """)


def test_an_issue_opens_stands_and_is_resolved_by_a_version_that_passes(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS]).find(0, *FOUND), code_version="1")
    assert issues(warehouse) == [("open", "1", "1", False, "tianhe-finance")]
    night(Batch().pull(SEED, "unchanged"), code_version="2")
    assert issues(warehouse) == [("open", "1", "2", False, "tianhe-finance")]
    night(Batch(pulled_at=LATER).add(SEED, [EXPERTS]), code_version="3")
    assert issues(warehouse) == [("resolved", "1", "2", True, "tianhe-finance")]
    assert rows(warehouse.connection, "FROM quality") == []
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_finding") == [(1,)]


def test_a_version_that_repeats_the_problem_keeps_the_issue_and_shows_its_own_place(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS]).find(0, *FOUND, row=4), code_version="1")
    night(Batch(pulled_at=LATER).add(SEED, [EXPERTS, MEETINGS]).find(0, *FOUND, row=5, subject_no=1), code_version="2")
    assert issues(warehouse) == [("open", "1", "2", False, "tianhe-finance")]
    assert rows(warehouse.connection, "SELECT row, address FROM quality") == [(5, SEED)]


def test_a_problem_that_comes_back_opens_again(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS]).find(0, *FOUND), code_version="1")
    night(Batch(pulled_at=LATER).add(SEED, [EXPERTS]), code_version="2")
    night(Batch(pulled_at="2026-01-12 18:00:00+00:00").add(SEED, [MEETINGS, EXPERTS]).find(0, *FOUND), code_version="3")
    assert issues(warehouse) == [("reopened", "1", "3", False, "tianhe-finance")]


def test_an_acknowledged_issue_stays_so_while_it_stands(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS]).find(0, *FOUND))
    [(fingerprint,)] = rows(warehouse.connection, "SELECT fingerprint FROM quality_issue")
    night.decisions = [Acknowledged(person="王某", fingerprint=fingerprint)]
    night(Batch().pull(SEED, "unchanged"))
    assert rows(warehouse.connection, "SELECT state FROM quality") == [("acknowledged",)]
    night(Batch().pull(SEED, "unchanged"))    # the inbox still has the line
    assert rows(warehouse.connection, "SELECT state FROM quality") == [("acknowledged",)]


def test_a_document_that_cannot_be_read_keeps_its_issue_beside_the_version_in_force(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    broken = Batch(pulled_at=LATER).add(SEED, [], error="unknown-format")
    night(broken.find(0, "unreadable-document", "critical", SEED, subject="document"))
    assert rows(warehouse.connection, "SELECT rule, address FROM quality") == [("unreadable-document", SEED)]
    night(Batch(pulled_at="2026-01-12 18:00:00+00:00").add(SEED, [MEETINGS]))
    assert rows(warehouse.connection, "FROM quality") == []


def test_a_document_that_newer_code_can_read_is_no_longer_unreadable(warehouse: Warehouse, night: Any) -> None:
    broken = Batch().add(SEED, [], sha256="same", error="unsupported-format")
    night(broken.find(0, "unreadable-document", "critical", SEED, subject="document"), code_version="1")
    ((key,),) = rows(warehouse.connection, "SELECT document_key FROM dim_document")
    night(Batch().pull(SEED, "unchanged").reread(key, "same", [EXPERTS]), code_version="2")
    assert rows(warehouse.connection, "SELECT state FROM quality_issue") == [("resolved",)]
    assert rows(warehouse.connection, "SELECT count FROM incomplete_reason WHERE reason = 'critical-findings'") == []


def test_the_same_problem_in_two_documents_stands_until_both_are_mended(warehouse: Warehouse, night: Any) -> None:
    wrong = ("total-ties-to-projects", "critical", "合计")
    night(Batch().add("a.txt", [EXPERTS]).find(0, *wrong))
    night(Batch(pulled_at=LATER).add("b.txt", [MEETINGS]).find(0, *wrong))
    assert rows(warehouse.connection, "SELECT address FROM quality ORDER BY 1") == [("a.txt",), ("b.txt",)]
    night(Batch(pulled_at="2026-01-12 18:00:00+00:00").add("b.txt", [MEETINGS], sha256="mended"))
    assert rows(warehouse.connection, "SELECT address FROM quality") == [("a.txt",)]
    assert rows(warehouse.connection, "SELECT count FROM incomplete_reason WHERE reason = 'critical-findings'") == [(1,)]


def test_several_findings_of_a_rule_on_one_subject_are_all_kept(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS]).find(0, *FOUND, message_zh="甲").find(0, *FOUND, message_zh="乙"))
    assert rows(warehouse.connection, "SELECT message_zh FROM quality ORDER BY 1") == [("乙",), ("甲",)]


def test_a_finding_of_a_warehouse_rule_is_resolved_when_the_rule_no_longer_finds_it(
    warehouse: Warehouse, night: Any, rule: Callable[[str], Any]
) -> None:
    night.rules = (rule("not-published"),)
    night(Batch().add(SEED, [EXPERTS]))
    night(Batch())
    assert rows(warehouse.connection, "SELECT department_id, state FROM quality_issue") == [(ZX, "open")]
    night(Batch().add("zx.txt", [MEETINGS], department_id=ZX))
    assert rows(warehouse.connection, "SELECT department_id, state FROM quality_issue") == [(ZX, "resolved")]
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_finding") == [(1,)]


def test_checking_twice_in_a_run_changes_nothing_and_counts_what_is_new_by_severity(
    warehouse: Warehouse, night: Any, rule: Callable[[str], Any]
) -> None:
    night.rules = (rule("not-published"),)
    night(Batch().add(SEED, [MEETINGS]).find(0, "unreadable-amount", "critical", "人大会议经费"))
    with warehouse.transaction():
        counts = warehouse.check(night.run, night.rules)
    assert list(counts.items()) == [("critical", 1), ("warning", 1)]
    assert rows(warehouse.connection, "SELECT finding_count FROM load_run") == [(2,)]
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_rule_outcome") == [(1,)]


def test_a_rule_without_a_statement_is_named(warehouse: Warehouse, rule: Callable[[str], Any]) -> None:
    run = warehouse.start_run("1", date(2026, 1, 10))
    with pytest.raises(UnusableInput, match=r"warehouse/checks/no-such-rule\.sql"):
        warehouse.check(run, [replace(rule("not-published"), id="no-such-rule")])
