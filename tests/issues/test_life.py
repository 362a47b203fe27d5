"""What a night says of a problem that it knows: new, worse, changed, mended, withdrawn, no longer to be judged, taken back, overdue."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from batches import EXPERTS, MEETINGS, SEED, ZX, Batch, rows

from expectations.rules import RULES
from issues.decisions import Acknowledged, Assigned, Commented, Decision, Muted
from issues.life import terms
from warehouse.store import Warehouse

RULE = "total-ties-to-projects"
FOUND = (RULE, "critical", "合计")
SAID = "SELECT event FROM issue_event WHERE person IS NULL ORDER BY happened_at, event"


def day(number: int) -> Batch:
    return Batch(pulled_at=f"2026-01-{number:02} 18:00:00+00:00")


def said(warehouse: Warehouse) -> list[str]:
    return [event for (event,) in rows(warehouse.connection, SAID)]


def wrong(batch: Batch, difference: str = "9800.00", **facts: Any) -> Batch:
    """A version whose total is off by so many yuan."""
    return batch.add(SEED, [EXPERTS], sha256=f"{batch.pulled_at} {facts}").find(
        len(batch.frames.get("document", ())) - 1, *FOUND, **{
            "subject": "total", "difference": difference, "expected": "49800.00", "actual": "40000.00",
            "message_zh": f"“合计”相差 {difference} 元", **facts,
        })


def judged(batch: Batch, passed: int, rule: str = RULE) -> Batch:
    batch.put("outcome_count", document_no=0, rule=rule, passed=passed, failed=0, not_applicable=1 - passed, reason=None)
    return batch


@pytest.mark.parametrize(("facts", "event"), [
    ({"row": 9, "page": 4}, None),    # the row moved
    ({"difference": "19800.00"}, "worsened"),
    ({"difference": "800.00"}, "changed"),
    ({"expected": "49900.00", "actual": "40100.00"}, "changed"),
    ({"message_zh": "“合计”相差 9800.00 元，其他资金栏相差 100.00 元"}, "changed"),
    ({"message_zh": "“合计”比各项目之和多 9800.00 元"}, None),    # the rule's wording changed, no figure did
])
def test_another_version_with_other_figures_is_said_and_with_the_same_ones_is_not(
    warehouse: Warehouse, night: Any, facts: dict[str, Any], event: str | None,
) -> None:
    night(wrong(day(1)))
    night(wrong(day(2), **facts))
    assert said(warehouse) == ["opened", *([event] if event else [])]
    night(day(3).pull(SEED, "unchanged"))
    assert said(warehouse) == ["opened", *([event] if event else [])]


def test_only_what_passes_now_is_called_corrected(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    night(judged(day(2).add(SEED, [EXPERTS, MEETINGS]), passed=1))
    assert said(warehouse) == ["opened", "corrected"]


def test_a_version_in_which_the_rule_judges_nothing_has_not_mended_it(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    night(judged(day(2).add(SEED, [EXPERTS, MEETINGS]), passed=0))
    assert said(warehouse) == ["opened", "lapsed"]
    assert rows(warehouse.connection, "SELECT state, closed_as FROM quality_issue") == [("resolved", "lapsed")]


def test_a_version_without_anything_that_the_rule_is_about_has_not_mended_it(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    night(judged(day(2).add(SEED, [EXPERTS, MEETINGS]), passed=1, rule="missing-goal"))
    assert said(warehouse) == ["opened", "lapsed"]


def test_what_a_newer_program_no_longer_finds_in_the_same_file_is_taken_back(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    [(key,)] = rows(warehouse.connection, "SELECT document_key FROM dim_document")
    night(judged(day(2).reread(key, "2026-01-01 18:00:00+00:00 {}", [EXPERTS]), passed=1))
    assert said(warehouse) == ["opened", "retracted"]


def test_a_renamed_file_keeps_the_problem_of_the_whole_document(warehouse: Warehouse, night: Any) -> None:
    projects = [EXPERTS, MEETINGS]
    template = ("template-left-over", "warning")
    night(day(1).add("a/2023年预算.txt", projects, sha256="a").find(0, *template, "2023年预算.txt", subject="document"))
    renamed = day(2).pull("a/2023年预算.txt", "gone").add("a/2023年部门预算.txt", projects, sha256="b")
    night(renamed.find(0, *template, "2023年部门预算.txt", subject="document"))
    night(day(3).pull("a/2023年预算.txt", "gone").pull("a/2023年部门预算.txt", "unchanged"))
    assert said(warehouse) == ["opened"]
    assert rows(warehouse.connection, "SELECT address FROM quality WHERE rule = 'template-left-over'") == [("a/2023年部门预算.txt",)]


def test_a_file_that_cannot_be_read_is_the_same_at_another_address(warehouse: Warehouse, night: Any) -> None:
    def broken(batch: Batch, address: str) -> Batch:
        return batch.add(address, [], error="damaged-file", sha256="broken").find(
            0, "unreadable-document", "critical", address, subject="document")

    night(broken(day(1), "a/old.doc"))
    night(broken(day(2).pull("a/old.doc", "gone"), "a/new.doc"))
    night(day(3).pull("a/old.doc", "gone").pull("a/new.doc", "unchanged"))
    assert said(warehouse) == ["opened"]


def test_a_problem_that_stands_for_long_is_overdue_once(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    term = terms()["critical"]
    assert term
    for days, expected in ((term - 1, []), (1, ["overdue"]), (1, ["overdue"])):
        night(day(2).pull(SEED, "unchanged"), as_of=night.run.as_of_date + timedelta(days=days))
        assert said(warehouse) == ["opened", *expected]
    place = "SELECT document_key IS NOT NULL, difference FROM issue_event WHERE event = 'overdue'"
    assert rows(warehouse.connection, place) == [(True, "9800.00")]    # who is reminded is told where and what


def test_what_cannot_be_mended_is_not_reminded_of_and_becomes_history(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["published-late"],)
    night(day(1).add(SEED, [EXPERTS], pulled={"published_date": date(2023, 3, 9)}), as_of=date(2023, 3, 10))
    assert said(warehouse) == ["opened"]
    long_ago = date(2023, 3, 9) + timedelta(days=RULES["published-late"].thresholds["days"])
    for days, expected in ((0, []), (1, ["lapsed"]), (2, ["lapsed"])):
        night(day(2).pull(SEED, "unchanged"), as_of=long_ago + timedelta(days=days))
        assert said(warehouse) == ["opened", *expected]


def test_a_muted_problem_is_not_overdue_and_is_heard_again_when_the_time_is_over(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    later = night.run.as_of_date + timedelta(days=30)
    decide(night, warehouse, lambda known: Muted(person="王某", fingerprint=known, muted_until=later + timedelta(days=2)))
    night(day(2).pull(SEED, "unchanged"), as_of=later)
    assert said(warehouse) == ["opened"]
    for days in (2, 3):
        night(day(3).pull(SEED, "unchanged"), as_of=later + timedelta(days=days))
        assert said(warehouse) == ["opened", "overdue", "unmuted"]


def test_what_a_night_does_not_ask_is_not_corrected(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["taken-down"], RULES["source-failing"])
    night(day(1).add(SEED, [EXPERTS]).pull("b.pdf", "failed"))
    for number in (2, 3):
        night(day(number).pull(SEED, "gone").pull("b.pdf", "failed"))
    assert said(warehouse) == ["opened", "opened"]
    night(day(4))    # about other sources, or `yusuan check`
    assert said(warehouse) == ["opened", "opened"]
    night(day(5).pull(SEED, "unchanged").pull("b.pdf", "unchanged"))
    assert said(warehouse)[2:] == ["corrected", "corrected"]


def test_an_address_that_the_catalogue_has_no_more_is_told_no_more(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["source-failing"],)
    for number in (1, 2, 3):
        night(day(number).pull("b.pdf", "failed"))
    night(day(20), as_of=night.run.as_of_date + timedelta(days=RULES["source-failing"].thresholds["days"]))
    assert said(warehouse) == ["opened", "lapsed"]


def test_the_file_of_the_right_year_corrects_one_of_another_year(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["misplaced-document"],)
    night(day(1).add(SEED, [EXPERTS], fiscal_year=2022, pulled={"fiscal_year": 2023}))
    night(day(2).add(SEED, [MEETINGS], fiscal_year=2023, pulled={"fiscal_year": 2023}))
    assert said(warehouse) == ["opened", "corrected"]
    assert rows(warehouse.connection, "SELECT fiscal_year FROM quality_issue") == [(2023,)]    # the year whose file is amiss


@pytest.mark.parametrize("copy", [{"sha256": "same"}, {"sha256": "other"}])    # moved at once; gone for two nights
def test_who_takes_a_repeated_file_down_has_done_what_was_asked(warehouse: Warehouse, night: Any, copy: Any) -> None:
    night.rules = (RULES["duplicate-document"],)
    projects = [[EXPERTS, MEETINGS], [EXPERTS, MEETINGS] if copy["sha256"] == "same" else [EXPERTS]]
    night(day(1).add("a.txt", projects[0], sha256="same").add("b.txt", projects[1], **copy))
    [(repeated,)] = rows(warehouse.connection, "SELECT label FROM quality_issue")
    for number in (2, 3):
        night(day(number).pull("a.txt" if repeated == "b.txt" else "b.txt", "unchanged").pull(repeated, "gone"))
    assert said(warehouse) == ["opened", "corrected"]


def test_a_file_that_is_gone_tonight_is_not_published_twice(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["duplicate-document"],)
    night(day(1).add("2.txt", [EXPERTS], sha256="a"))
    night(day(2).pull("2.txt", "gone").add("1-2.txt", [EXPERTS, MEETINGS], sha256="b"))    # it is a part of another file now
    assert said(warehouse) == []


@pytest.mark.parametrize(("rule", "first", "then"), [("silently-replaced", MEETINGS, EXPERTS), ("year-mismatch", MEETINGS, None)])
def test_an_address_that_fails_one_night_ends_no_problem(warehouse: Warehouse, night: Any, rule: str, first: Any, then: Any) -> None:
    night.rules = (RULES[rule],)
    address = "2024年预算.txt"
    night(day(1).add("b.txt", [EXPERTS, MEETINGS]).add(address, [first]))
    if then:
        night(day(2).pull("b.txt", "unchanged").add(address, [then]))
    assert said(warehouse) == ["opened"]
    for number, outcome in ((3, "gone"), (4, "unchanged")):
        night(day(number).pull("b.txt", "unchanged").pull(address, outcome))
    assert said(warehouse) == ["opened"]


def test_a_publication_that_cannot_be_read_is_no_correction(warehouse: Warehouse, night: Any) -> None:
    night.rules = (RULES["not-published"],)
    night(day(1).add(SEED, [EXPERTS]))    # the other department has published nothing
    assert said(warehouse) == ["opened"]
    night(day(2).add("zx.doc", [], department_id=ZX, error="damaged-file", pulled={"fiscal_year": 2023, "stage": "budget"}))
    assert said(warehouse) == ["opened", "lapsed"]


def test_what_people_decide_is_kept_with_who_and_why(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    decide(night, warehouse, lambda known: Assigned(person="王某", fingerprint=known, assignee="李某", event_note="请与区人大办联系"))
    decide(night, warehouse, lambda known: Commented(person="李某", fingerprint=known, event_note="已电话告知"))
    night(day(2).pull(SEED, "unchanged"))
    kept = "SELECT event, person, assignee, event_note FROM issue_event WHERE person IS NOT NULL ORDER BY happened_at"
    assert rows(warehouse.connection, kept) == [
        ("assigned", "王某", "李某", "请与区人大办联系"), ("commented", "李某", None, "已电话告知"),
    ]
    assert rows(warehouse.connection, "SELECT state, assignee FROM quality_issue") == [("open", "李某")]
    night(judged(day(3).add(SEED, [EXPERTS, MEETINGS]), passed=1))
    night(wrong(day(4)))
    assert rows(warehouse.connection, "SELECT state, assignee FROM quality_issue") == [("reopened", None)]    # another life


def decide(night: Any, warehouse: Warehouse, decision: Any) -> None:
    [(fingerprint,)] = rows(warehouse.connection, "SELECT fingerprint FROM quality_issue")
    made: Decision = decision(fingerprint)
    in_the_morning = night.run.started_at.replace(tzinfo=UTC) + timedelta(hours=6, minutes=len(night.decisions))
    night.decisions = (*night.decisions, made.model_copy(update={"at": in_the_morning}))


def test_what_people_decide_counts_in_its_order_although_the_clock_was_set_back(warehouse: Warehouse, night: Any) -> None:
    night(wrong(day(1)))
    [(known,)] = rows(warehouse.connection, "SELECT fingerprint FROM quality_issue")
    before = night.run.started_at.replace(tzinfo=UTC) - timedelta(days=30)
    night.decisions = [Acknowledged(person="王某", fingerprint=known, at=before)]
    night(day(2).pull(SEED, "unchanged"))
    night.decisions += [Assigned(person="王某", fingerprint=known, assignee=name, at=before) for name in ("李某", "周某")]
    night(day(3).pull(SEED, "unchanged"))
    assert rows(warehouse.connection, "SELECT state, assignee FROM quality_issue") == [("acknowledged", "周某")]
    assert rows(warehouse.connection, "SELECT count(*) FROM issue_event") == [(4,)]
