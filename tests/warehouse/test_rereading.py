"""Reading again: the same version, with what the present program finds in the place of what the former one found."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, RD, SEED, ZX, Batch, Project, contents, rows

from warehouse.errors import UnusableInput
from warehouse.rereading import Choice, Reader
from warehouse.store import Warehouse

NEXT = "2026-01-11 18:00:00+00:00"
NEW = Reader("other code", "900 s")
VERSION = "SELECT version_no, outcome, error_code, is_current, supersedes_key, valid_from, valid_to, pulled_at, run_key FROM dim_document"


def key_of(warehouse: Warehouse, address: str = SEED) -> int:
    return int(rows(warehouse.connection, f"SELECT document_key FROM dim_document WHERE document_id = '{address}' ORDER BY version_no")[-1][0])


def due(warehouse: Warehouse, reader: Reader, *, replaced: tuple[str, ...] = ()) -> tuple[list[str], int]:
    """The addresses that a night with this reader would read again, and how many wait."""
    run = warehouse.start_run("2", date(2026, 1, 12), reader)
    found = warehouse.due_originals(run, replaced)
    return [one.address for one in found.originals], found.waiting


def chosen(warehouse: Warehouse, **choice: Any) -> list[str]:
    run = warehouse.start_run("2", date(2026, 1, 12), NEW)
    return [one.address for one in warehouse.chosen_originals(run, Choice(**choice))]


def test_a_rereading_replaces_what_was_found_and_leaves_the_version_as_it_is(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="one").total(0, "40000.00"))
    night(Batch(pulled_at=NEXT).add(SEED, [EXPERTS, MEETINGS], sha256="two").total(0, "1.00").quarantine(0, "议案", "议案\t待定"))
    before = rows(warehouse.connection, VERSION)
    night(Batch().pull(SEED, "unchanged").reread(key_of(warehouse), "two", [MEETINGS]).total(0, "330000.00"), reader=NEW, code_version="2")
    assert rows(warehouse.connection, VERSION) == before
    assert rows(warehouse.connection, "SELECT reader_fingerprint, code_version FROM dim_document ORDER BY version_no") == [
        ("the code", "1"), ("other code", "2"),
    ]
    assert rows(warehouse.connection, "SELECT project_name FROM project") == [("人大会议经费",)]
    assert rows(warehouse.connection, "SELECT amount_yuan FROM fact_project_total ORDER BY 1") == [(40000,), (330000,)]
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_performance_target") == [(4,)]    # three of the old version, one
    assert rows(warehouse.connection, "FROM quarantine") == []


def test_the_same_rereading_changes_nothing_but_who_read(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS, MEETINGS], sha256="one").find(0, "missing-goal", "warning", "人大会议经费").quarantine(0, "议案", "议案\t待定"))
    own = ("dim_document", "load_run", "fact_pull", "fact_rule_outcome", "quality_issue", "changed_document")
    before = {name: rows for name, rows in contents(warehouse.connection).items() if name not in own}
    again = Batch().reread(key_of(warehouse), "one", [EXPERTS, MEETINGS])
    counts = night(again.find(0, "missing-goal", "warning", "人大会议经费").quarantine(0, "议案", "议案\t待定"), reader=NEW)
    assert {name: rows for name, rows in contents(warehouse.connection).items() if name not in own} == before
    assert rows(warehouse.connection, "SELECT finding_count FROM load_run ORDER BY started_at DESC LIMIT 1") == [(0,)]
    assert (counts.new, counts.unreadable, counts.quarantined, sum(counts.rows.values())) == (0, 0, 0, 0)


def test_issues_move_on_with_a_rereading(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS], sha256="one").find(0, "missing-goal", "warning", "甲").find(0, "missing-unit", "warning", "乙"))
    night(Batch().reread(key_of(warehouse), "one", [MEETINGS]).find(0, "missing-unit", "warning", "乙").find(0, "missing-unit", "warning", "丙"))
    assert rows(warehouse.connection, "SELECT label, state, opened_run_key = last_seen_run_key FROM quality_issue ORDER BY label") == [
        ("丙", "open", True), ("乙", "open", False), ("甲", "resolved", True),
    ]
    assert rows(warehouse.connection, "SELECT label FROM quality ORDER BY 1") == [("丙",), ("乙",)]


def test_a_finding_beside_one_of_the_same_label_that_was_there_is_shown_too(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [MEETINGS], sha256="one").find(0, "missing-goal", "warning", "甲", subject_no=0))
    again = Batch().reread(key_of(warehouse), "one", [MEETINGS]).find(0, "missing-goal", "warning", "甲", subject_no=0)
    night(again.find(0, "missing-goal", "warning", "甲", subject_no=1))
    assert rows(warehouse.connection, "SELECT count(*) FROM quality") == [(2,)]


def test_findings_across_documents_stay_with_a_document_that_is_read_again(warehouse: Warehouse, night: Any) -> None:
    from expectations.rules import RULES

    night.rules = (RULES["duplicate-document"],)
    night(Batch().add(SEED, [EXPERTS], sha256="one").add("copy.txt", [EXPERTS], sha256="one"))
    before = rows(warehouse.connection, "SELECT rule, document_key, run_key FROM fact_finding")
    assert before
    night(Batch().reread(key_of(warehouse), "one", [EXPERTS]))
    assert rows(warehouse.connection, "SELECT rule, document_key, run_key FROM fact_finding") == before


def test_a_document_that_failed_is_read_under_its_own_version(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [], sha256="same", error="unsupported-format").add("copy.txt", [], sha256="same", error="unsupported-format"))
    assert due(warehouse, Reader("the code", "900 s")) == ([], 0)
    assert set(due(warehouse, NEW)[0]) == {SEED, "copy.txt"}
    batch = Batch().reread(key_of(warehouse), "same", [EXPERTS]).reread(key_of(warehouse, "copy.txt"), "same", [EXPERTS])
    night(batch, reader=NEW)
    assert rows(warehouse.connection, "SELECT version_no, outcome, error_code, is_current FROM dim_document ORDER BY document_id = 'copy.txt'") == [
        (1, "read", None, True), (1, "duplicate", None, True),
    ]
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(1,)]
    assert due(warehouse, NEW) == ([], 0)


def test_a_document_that_the_new_program_refuses_fails_with_its_copies(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="same").add("copy.txt", [EXPERTS], sha256="same"))
    batch = Batch().reread(key_of(warehouse), "same", [], error="several-years")
    night(batch.reread(key_of(warehouse, "copy.txt"), "same", [], error="several-years"), reader=NEW)
    assert rows(warehouse.connection, "SELECT DISTINCT outcome, duplicate_of_key, is_current, valid_from FROM dim_document") == [("failed", None, False, None)]
    assert rows(warehouse.connection, "FROM fact_project") == []


@pytest.mark.parametrize("code", ["too-slow", "reader-crashed", "too-large", "original-unreadable", "parser-fault", "needs-libreoffice"])
def test_a_failure_that_says_nothing_of_the_document_keeps_what_was_read(warehouse: Warehouse, night: Any, code: str) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="one").find(0, "missing-goal", "warning", "甲"))
    before = {name: rows for name, rows in contents(warehouse.connection).items() if name.startswith("fact_p") or name == "fact_finding"}
    again = Batch().reread(key_of(warehouse), "one", [], error=code).find(0, "unreadable-document", "critical", SEED)
    night(again, reader=NEW)
    assert {name: contents(warehouse.connection)[name] for name in before} == before
    assert [(one.address, one.error_code) for one in warehouse.kept()] == [(SEED, code)]
    assert rows(warehouse.connection, "SELECT outcome, error_code, is_current FROM dim_document") == [("read", None, True)]


def test_what_failed_in_passing_waits_1_2_4_nights_unless_code_or_limits_change(warehouse: Warehouse, night: Any) -> None:
    reader = Reader("the code", "900 s")
    night(Batch().add(SEED, [], sha256="one", error="too-slow"))
    tried = []
    for number in range(1, 16):
        addresses, waiting = due(warehouse, reader)
        batch = Batch().pull(SEED, "unchanged")
        if addresses:
            tried.append(number)
            batch.reread(key_of(warehouse), "one", [], error="too-slow")
        else:
            assert waiting == 1
        night(batch)
    assert tried == [1, 3, 7, 15]
    assert due(warehouse, reader) == ([], 1)
    assert due(warehouse, Reader("the code", "1800 s"))[0] == [SEED]
    assert due(warehouse, NEW)[0] == [SEED]


def test_a_lost_original_is_tried_every_night(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [], sha256="one", error="original-unreadable"))
    night(Batch().reread(key_of(warehouse), "one", [], error="original-unreadable"))
    assert due(warehouse, Reader("the code", "900 s"))[0] == [SEED]


def test_a_night_reads_again_what_has_rows_in_quarantine_and_stands(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="old").quarantine(0, "议案", "议案").add("fine.txt", [MEETINGS], sha256="fine"))
    night(Batch(pulled_at=NEXT).add(SEED, [EXPERTS], sha256="new").add("b.txt", [Project("甲", "1.00")], sha256="b").quarantine(1, "乙", "乙"))
    assert due(warehouse, NEW) == (["b.txt"], 0)
    assert due(warehouse, NEW, replaced=("b.txt",)) == ([], 0)


def test_who_chooses_gets_what_another_program_read(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="old"))
    night(Batch(pulled_at=NEXT).add(SEED, [EXPERTS, MEETINGS], sha256="new").add("zx.txt", [], department_id=ZX, sha256="zx", error="unknown-format"))
    night(Batch(pulled_at="2026-01-12 18:00:00+00:00").add("b.txt", [MEETINGS], sha256="b"), reader=NEW)
    assert set(chosen(warehouse)) == {SEED, "zx.txt"}
    assert chosen(warehouse, departments=(ZX,)) == ["zx.txt"]
    assert chosen(warehouse, departments=(RD,), since=date(2026, 1, 12)) == []
    assert chosen(warehouse, departments=(RD,), since=date(2026, 1, 12), everything=True) == ["b.txt"]
    assert chosen(warehouse, failed=True) == ["zx.txt"]
    with pytest.raises(UnusableInput, match="no department nobody"):
        chosen(warehouse, departments=(RD, "nobody"))
    assert sorted(chosen(warehouse, everything=True)) == sorted([SEED, SEED, "zx.txt", "b.txt"])


def test_what_is_held_before_and_after_can_be_compared(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="one"))
    key = key_of(warehouse)
    before = warehouse.holdings([key])[key]
    night(Batch().reread(key, "one", [EXPERTS]), reader=NEW)
    assert warehouse.holdings([key])[key] == before
    night(Batch().reread(key, "one", [EXPERTS, MEETINGS]).find(0, "missing-goal", "warning", "甲"), reader=NEW)
    after = warehouse.holdings([key])[key]
    assert (before.projects, before.amounts_of_projects, before.findings) == (1, 40000, 0)
    assert (after.projects, after.amounts_of_projects, after.findings) == (2, 370000, 1)
    assert before.content != after.content


def test_other_bytes_are_no_rereading(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="one"))
    before = contents(warehouse.connection)["fact_project"]
    with pytest.raises(UnusableInput, match="not its bytes"):
        night(Batch().reread(key_of(warehouse), "two", [MEETINGS]))
    assert contents(warehouse.connection)["fact_project"] == before


def test_an_archive_that_another_program_unpacked_is_stale(warehouse: Warehouse, night: Any) -> None:
    batch = Batch().add("a.zip", [], sha256="zip")
    batch.frames["document"][0]["format"] = "zip"
    night(batch)
    assert not warehouse.known_files("the code")["a.zip"].is_stale
    assert warehouse.known_files("other code")["a.zip"].is_stale
    assert due(warehouse, NEW)[0] == ["a.zip"]


def test_a_year_that_the_catalogue_corrects_in_the_same_night_holds_for_the_rereading(warehouse: Warehouse, night: Any) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="one", fiscal_year=None, pulled={"fiscal_year": 2022}).find(0, "missing-goal", "warning", "甲"))
    again = Batch().pull(SEED, "unchanged", fiscal_year=2023).reread(key_of(warehouse), "one", [EXPERTS], fiscal_year=None)
    night(again.find(0, "missing-goal", "warning", "甲").find(0, "missing-unit", "warning", "甲"))
    assert rows(warehouse.connection, "SELECT fiscal_year FROM project") == [(2023,)]
    assert rows(warehouse.connection, "SELECT DISTINCT fiscal_year FROM fact_finding") == [(2023,)]
