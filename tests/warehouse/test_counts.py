"""What counts: what is in force, what was taken down, moved, misplaced or published twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from batches import CATALOGUE, EXPERTS, MEETINGS, RD, ZX, Batch, Project, rows

from expectations.rules import RULES
from warehouse.store import Warehouse

UNITS = [Project(f"第{number}中学办学经费", f"{number}0000.00", unit_name=None) for number in range(1, 17)]    # 1,360,000 yuan
BEFORE, AFTER = "booklet.txt", "booklet（更正）.txt"
SUM = f"SELECT project_count, project_sum_yuan FROM department_year WHERE department_id = '{RD}'"
REASONS = f"SELECT reason FROM incomplete_reason WHERE department_id = '{RD}' ORDER BY 1"
ISSUES = "SELECT rule, state, closed_as FROM quality_issue WHERE rule <> 'not-published' ORDER BY 1, 2"
TOLD = "SELECT rule FROM quality WHERE rule <> 'not-published' ORDER BY 1"


@pytest.fixture
def nights(night: Any) -> Any:
    """Nights one day after the other, with all rules; a batch may be a function of the time of pulling."""
    night.rules = tuple(rule for rule in RULES.values() if rule.runs_on_warehouse)
    return night


def day(number: int, **fields: Any) -> Batch:
    return Batch(pulled_at=f"2026-01-{number:02} 18:00:00+00:00", **fields)


def corrected(projects: list[Project]) -> list[Project]:
    """The same list with every name written otherwise, so that no project is the same by name."""
    return [Project(f"关于{project.name}的支出", project.amount, unit_name=project.unit_name) for project in projects]


def test_a_file_taken_away_and_a_correction_beside_it_are_never_added(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1).add(BEFORE, UNITS).total(0, "1360000.00").find(0, "missing-goal", "warning", "第1中学办学经费"))
    again = corrected(UNITS)
    nights(day(2).pull(BEFORE, "gone").add(AFTER, again).total(0, "1360000.00"))
    assert rows(warehouse.connection, SUM) == [(16, Decimal("1360000.00"))]
    nights(day(3).pull(BEFORE, "gone").pull(AFTER, "unchanged"))
    assert rows(warehouse.connection, SUM) == [(16, Decimal("1360000.00"))]
    assert rows(warehouse.connection, "SELECT DISTINCT address FROM project") == [(AFTER,)]
    assert rows(warehouse.connection, ISSUES) == [("missing-goal", "resolved", "withdrawn"), ("taken-down", "open", None)]
    (message,) = rows(warehouse.connection, "SELECT message_zh FROM quality WHERE rule = 'taken-down'")[0]
    assert "其内容不再计入" in message
    assert rows(warehouse.connection, REASONS) == [("no-summary",)]


def test_what_an_archive_no_longer_holds_is_withdrawn_at_once(warehouse: Warehouse, nights: Any) -> None:
    """An archive is not asked for its documents again until it changes: there is no second night."""
    nights(day(1).add("b.zip", [], sha256="1").add("b.zip#/1.txt", [EXPERTS, MEETINGS], sha256="a"))
    corrected_inside = [Project(EXPERTS.name, "41000.00"), MEETINGS]
    nights(day(2).add("b.zip", [], sha256="2").pull("b.zip#/1.txt", "gone").add("b.zip#/1（更正）.txt", corrected_inside, sha256="b"))
    standing = "SELECT standing FROM document_standing WHERE document_id = 'b.zip#/1.txt'"
    assert rows(warehouse.connection, standing) == [("withdrawn",)]
    assert rows(warehouse.connection, SUM) == [(2, Decimal("371000.00"))]
    held = {"b.zip", "b.zip#/1（更正）.txt"}
    assert warehouse.known_files(None).keys() == held    # the next night finds the archive unchanged, and in it what it holds
    everything = [*held, "b.zip#/1.txt"]
    for address in held:
        nights(day(3).pull(address, "gone"))    # an archive that is gone for a night holds them all the same
    assert warehouse.known_files(None).keys() == held
    nights(day(4).add("b.zip", [], sha256="3").add("b.zip#/1.txt", [EXPERTS, MEETINGS], sha256="a"))
    assert warehouse.known_files(None).keys() == {*everything}


def test_what_is_taken_down_without_a_successor_counts_and_says_so(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1, summary="40907700.00").add(BEFORE, [EXPERTS]).add("other.txt", [MEETINGS], fiscal_year=2022))
    nights(day(2).pull(BEFORE, "gone"))
    assert rows(warehouse.connection, TOLD) == []
    nights(day(3).pull(BEFORE, "gone"))
    assert rows(warehouse.connection, TOLD) == [("taken-down",)]
    assert rows(warehouse.connection, f"{SUM} AND fiscal_year = 2023") == [(1, Decimal("40000.00"))]
    assert rows(warehouse.connection, "SELECT reason, fiscal_year FROM incomplete_reason WHERE department_id = '440106-rd'") == [("withdrawn", 2023)]
    nights(day(4).pull(BEFORE, "unchanged"))
    assert rows(warehouse.connection, TOLD) == []
    assert rows(warehouse.connection, REASONS) == []


@pytest.mark.parametrize("outcomes", [["failed", "failed"], ["gone", "failed"], ["failed", "gone"], ["gone", "unchanged", "gone"], []])
def test_a_source_that_failed_withdraws_nothing(warehouse: Warehouse, nights: Any, outcomes: list[str]) -> None:
    nights(day(1).add(BEFORE, [EXPERTS]))
    for number, outcome in enumerate(outcomes, start=2):
        nights(day(number).pull(BEFORE, outcome))
    nights(day(9))    # a folder that is unreachable: none of its files is asked for
    assert rows(warehouse.connection, "SELECT standing FROM document_standing WHERE standing = 'withdrawn'") == []
    assert rows(warehouse.connection, TOLD) == []


def test_two_runs_in_one_evening_withdraw_nothing(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1).add(BEFORE, [EXPERTS]))
    nights(day(2).pull(BEFORE, "gone"))
    evening = nights.run.as_of_date
    nights(day(2).pull(BEFORE, "gone"), as_of=evening)    # by hand, while the site is being moved
    assert rows(warehouse.connection, "SELECT standing FROM document_standing") == [("missing",)]
    assert rows(warehouse.connection, TOLD) == []
    nights(day(3).pull(BEFORE, "failed"))
    nights(day(4).pull(BEFORE, "gone"))    # a night that failed says nothing
    assert rows(warehouse.connection, "SELECT standing FROM document_standing") == [("withdrawn",)]


@pytest.mark.parametrize("is_same", [True, False], ids=["same bytes", "nine tenths of the same lines"])
def test_a_publication_that_moved_asks_for_nothing(warehouse: Warehouse, nights: Any, is_same: bool) -> None:
    nights(day(1).add(BEFORE, UNITS, sha256="a").find(0, "missing-goal", "warning", "第1中学办学经费"))
    there = UNITS if is_same else [*UNITS[:-1], Project(UNITS[-1].name, "161000.00", unit_name=None)]
    nights(day(2).pull(BEFORE, "gone").add("new/" + BEFORE, there, sha256="a" if is_same else "b"))
    nights(day(3).pull(BEFORE, "gone").pull("new/" + BEFORE, "unchanged"))
    assert rows(warehouse.connection, "SELECT standing, successor_id FROM document_standing ORDER BY 1") == [
        ("in_force", None), ("moved", "new/" + BEFORE),
    ]
    assert rows(warehouse.connection, SUM) == [(16, Decimal("1360000.00" if is_same else "1361000.00"))]
    assert rows(warehouse.connection, "SELECT DISTINCT address FROM project") == [("new/" + BEFORE,)]
    # The same bytes still hold the error; a corrected file does not, but nobody said what was changed in it.
    replaced = [("missing-goal", "resolved", "mended"), ("silently-replaced", "open", None)]
    assert rows(warehouse.connection, ISSUES) == ([("missing-goal", "open", None)] if is_same else replaced)
    assert "withdrawn" not in [reason for (reason,) in rows(warehouse.connection, REASONS)]


def test_two_addresses_that_both_serve_the_same_are_told(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1).add(BEFORE, UNITS, sha256="a"))
    nights(day(2).pull(BEFORE, "unchanged").add("new/" + BEFORE, UNITS, sha256="a"))
    assert rows(warehouse.connection, TOLD) == [("duplicate-document",)]
    assert rows(warehouse.connection, SUM) == [(16, Decimal("1360000.00"))]


def test_an_unreadable_document_that_was_taken_down_is_no_concern(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1, summary="1.00").add("broken.doc", error="damaged-file").find(0, "unreadable-document", "critical", "broken.doc").add(BEFORE, [EXPERTS]))
    assert rows(warehouse.connection, REASONS) == [("unreadable",)]
    for number in (2, 3):
        nights(day(number).pull("broken.doc", "gone").pull(BEFORE, "unchanged"))
    assert rows(warehouse.connection, REASONS) == []
    assert ("unreadable-document", "resolved", "withdrawn") in rows(warehouse.connection, ISSUES)


@pytest.mark.parametrize("is_other", [True, False])
def test_whole_tables_in_force_are_never_added_and_contradictions_are_told(warehouse: Warehouse, nights: Any, is_other: bool) -> None:
    again = corrected(UNITS)
    total = "1360000.00"
    if is_other:
        again[0].amount, total = "20000.00", "1370000.00"
    nights(day(1, summary="5.00").add(BEFORE, UNITS).total(0, "1360000.00"))
    nights(day(2, summary="5.00").pull(BEFORE, "unchanged").add(AFTER, again).total(0, total))
    assert rows(warehouse.connection, SUM) == [(16, Decimal(total))]
    assert rows(warehouse.connection, TOLD) == [("contradicting-tables",)] * is_other
    assert rows(warehouse.connection, REASONS) == [("contradicting-tables",)] * is_other
    if is_other:
        found = rows(warehouse.connection, "SELECT severity, expected, actual, message_zh FROM quality WHERE rule = 'contradicting-tables'")
        assert [each[:3] for each in found] == [("critical", "1360000.00", "1370000.00")]
        assert "1,360,000.00 元与 1,370,000.00 元" in found[0][3]


def test_a_list_with_another_amount_is_contradictory_and_not_published_twice_as_well(warehouse: Warehouse, nights: Any) -> None:
    again = [Project(UNITS[0].name, "20000.00", unit_name=None), *UNITS[1:]]
    nights(day(1).add(BEFORE, UNITS).total(0, "1360000.00"))
    nights(day(2).pull(BEFORE, "unchanged").add(AFTER, again).total(0, "1370000.00"))
    assert rows(warehouse.connection, TOLD) == [("contradicting-tables",)]


def test_summary_tables_that_contradict_each_other_are_told_and_the_newest_counts(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1, summary="40907700.00").add(BEFORE, [EXPERTS]))
    nights(day(2, summary="40907800.50").pull(BEFORE, "unchanged").add(AFTER, [EXPERTS]))
    assert rows(warehouse.connection, f"SELECT income_yuan FROM department_year WHERE department_id = '{RD}'") == [(Decimal("40907800.50"),)]
    assert ("contradicting-tables",) in rows(warehouse.connection, TOLD)


@pytest.mark.parametrize("file_name", ["人大办（本级）2023年预算.pdf", "2023年单位预算.pdf"])
def test_the_own_units_tables_do_not_contradict_the_departments(warehouse: Warehouse, nights: Any, file_name: str) -> None:
    nights(day(1, summary="40907700.00").add("2023年部门（单位）预算.pdf", [EXPERTS]))
    nights(day(2, summary="30000000.00").pull("2023年部门（单位）预算.pdf", "unchanged").add(file_name, [EXPERTS]))
    assert rows(warehouse.connection, f"SELECT income_yuan FROM department_year WHERE department_id = '{RD}'") == [(Decimal("40907700.00"),)]
    assert ("contradicting-tables",) not in rows(warehouse.connection, TOLD)


def test_tables_of_two_units_are_added(warehouse: Warehouse, nights: Any) -> None:
    one, other = (
        [Project("办公设备购置", "1000.00", unit_name=unit), Project("维修", "500.00", unit_name=unit)] for unit in ("一中", "二中")
    )
    nights(day(1).add("1.txt", one).total(0, "1500.00").add("2.txt", other).total(1, "1500.00"))
    assert rows(warehouse.connection, SUM) == [(4, Decimal("3000.00"))]
    assert rows(warehouse.connection, TOLD) == []


ELSEWHERE = [Project("政协会议经费", "31812900.00", unit_name=None)]


@pytest.mark.parametrize("name", ["天河区政协办公室", "广州市越秀区人民代表大会常务委员会办公室"])
def test_another_departments_document_counts_for_nobody(warehouse: Warehouse, nights: Any, name: str) -> None:
    nights(day(1).add("zx.txt", ELSEWHERE, department_name=name))
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(0,)]
    assert rows(warehouse.connection, "SELECT rule, severity FROM quality WHERE rule <> 'not-published'") == [("misplaced-document", "critical")]
    assert ("misplaced",) in rows(warehouse.connection, REASONS)
    assert rows(warehouse.connection, f"SELECT project_sum_yuan, is_complete FROM department_year WHERE department_id = '{RD}'") == [(None, False)]
    # The catalogue confirms it for the address, without the document being read again.
    nights(day(2).pull("zx.txt", "unchanged", stated_department=name))
    assert rows(warehouse.connection, SUM) == [(1, Decimal("31812900.00"))]
    assert rows(warehouse.connection, TOLD) == []


def test_another_years_document_counts_for_nobody(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1).add("2024.txt", [EXPERTS], fiscal_year=2023, pulled={"fiscal_year": 2024}))
    assert rows(warehouse.connection, "SELECT count(*) FROM project") == [(0,)]
    assert rows(warehouse.connection, TOLD) == [("misplaced-document",)]
    assert rows(warehouse.connection, f"SELECT fiscal_year FROM incomplete_reason WHERE reason = 'misplaced' AND department_id = '{RD}' ORDER BY 1") == [
        (2023,),
    ]
    nights(day(2).pull("2024.txt", "unchanged", fiscal_year=2023))
    assert rows(warehouse.connection, SUM) == [(1, Decimal("40000.00"))]


@pytest.mark.parametrize("name", [
    "天河区人大办", "区人大常委会办公室（本级）", "天河区人大常委会机关服务中心", "广州市天河区体育中心", None,
])
def test_a_name_that_may_be_the_departments_accuses_nobody(warehouse: Warehouse, nights: Any, name: str | None) -> None:
    nights(day(1).add("rd.txt", ELSEWHERE, department_name=name))
    assert ("misplaced-document",) not in rows(warehouse.connection, TOLD)
    assert rows(warehouse.connection, SUM) == [(1, Decimal("31812900.00"))]


def test_a_document_whose_projects_name_the_department_is_its_own(warehouse: Warehouse, nights: Any) -> None:
    nights(day(1).add("rd.txt", [EXPERTS], department_name="天河区政协办公室"))
    assert rows(warehouse.connection, TOLD) == [("unknown-department",)]
    assert rows(warehouse.connection, SUM) == [(1, Decimal("40000.00"))]


def test_a_document_of_a_department_that_the_catalogue_has_not_is_recognised_by_its_matters(warehouse: Warehouse, nights: Any) -> None:
    rd, zx = CATALOGUE["department"]
    sport = rd | {"department_name": "广州市天河区体育局"}
    nights(day(1).add("sport.txt", ELSEWHERE, department_name="天河区卫生健康局"), catalogue=CATALOGUE | {"department": [sport, zx], "department_alias": []})
    assert rows(warehouse.connection, TOLD) == [("misplaced-document",)]
    assert rows(warehouse.connection, f"SELECT count(*) FROM project WHERE department_id IN ('{RD}', '{ZX}')") == [(0,)]


def test_an_archive_is_no_document_itself(warehouse: Warehouse, nights: Any) -> None:
    """What it holds says its own year and stage: without this, each ZIP was a department's year of its own that lacked everything."""
    batch = day(1, summary="40907700.00").add("2023.zip", fiscal_year=None, stage=None).add("2023.zip#/a.txt", [EXPERTS])
    batch.frames["document"][0]["format"] = "zip"
    nights(batch)
    assert rows(warehouse.connection, f"SELECT fiscal_year, stage, document_count FROM department_year WHERE department_id = '{RD}'") == [
        (2023, "budget", 1),
    ]


def test_what_was_taken_down_is_no_document_in_force(warehouse: Warehouse, nights: Any) -> None:
    counts = f"SELECT document_count, project_count FROM department_year WHERE department_id = '{RD}'"
    nights(day(1).add(BEFORE, UNITS).total(0, "1360000.00"))
    nights(day(2).pull(BEFORE, "gone").add(AFTER, corrected(UNITS)).total(0, "1360000.00"))
    nights(day(3).pull(BEFORE, "gone"))
    assert rows(warehouse.connection, counts) == [(1, 16)]
