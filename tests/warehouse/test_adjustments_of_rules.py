"""What a finance bureau decides about the rules holds for whom it says, until the day it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from batches import AS_OF, EXPERTS, RD, SEED, ZX, Batch, Night, rows

from warehouse.store import Warehouse

STANDING = "SELECT rule, severity, state FROM quality ORDER BY rule"
NOTHING = Batch


def decided(rule: str, kind: str, **facts: Any) -> dict[str, Any]:
    scope = dict.fromkeys((
        "region_code", "department_id", "fiscal_year", "stage", "adjustment_name", "adjustment_value", "adjustment_reason", "until_date"))
    return {
        "adjustment_no": 0, "rule": rule, "rule_title_zh": "缺少绩效目标", "rule_title_en": "No goal", "adjustment_kind": kind, **scope, **facts,
    }


def exemption(until: date = date(2026, 12, 31), **scope: Any) -> dict[str, Any]:
    return decided("missing-goal", "exemption", adjustment_reason="涉密项目", until_date=until, **scope)


@pytest.fixture
def open_problem(night: Night) -> Night:
    night(Batch().add(SEED, [EXPERTS]).find(0, "missing-goal", "warning", "专家咨询、聘任活动费用"))
    return night


def events(warehouse: Warehouse) -> list[str]:
    return [event for (event,) in rows(warehouse.connection, "SELECT event FROM issue_event ORDER BY happened_at")]


def test_a_decision_is_about_what_its_scope_says(warehouse: Warehouse, open_problem: Night) -> None:
    scopes = {
        True: [
            {}, {"region_code": "440106"}, {"region_code": "440100"}, {"region_code": "440000"}, {"department_id": RD}, {"fiscal_year": 2023},
            {"stage": "budget"}, {"until": AS_OF},
        ],
        False: [{"region_code": "440105"}, {"region_code": "450000"}, {"department_id": ZX}, {"fiscal_year": 2022}, {"stage": "final"}],
    }
    for is_meant, each in ((is_meant, each) for is_meant, of_kind in scopes.items() for each in of_kind):
        nobody = warehouse.adjust([exemption(**each)])
        assert bool(rows(warehouse.connection, "FROM adjusted_finding WHERE NOT is_expired")) == is_meant, each
        assert nobody == ([("missing-goal", each["region_code"])] if not is_meant and "region_code" in each else [])


def test_what_is_excused_is_told_no_more_and_stays_found(warehouse: Warehouse, open_problem: Night) -> None:
    warehouse.adjust([exemption()])
    open_problem(NOTHING())
    assert events(warehouse) == ["opened", "exempted"]
    assert rows(warehouse.connection, STANDING) == []
    assert rows(warehouse.connection, "SELECT closed_as FROM quality_issue") == [("exempted",)]
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_finding") == [(1,)]


def test_an_exemption_that_is_over_is_a_finding_and_what_it_excused_is_told_again(
    warehouse: Warehouse, open_problem: Night, rule: Callable[[str], Any],
) -> None:
    warehouse.adjust([exemption()])
    open_problem(NOTHING())
    open_problem.rules = (rule("exemption-expired"),)
    open_problem(NOTHING(), as_of=date(2027, 1, 1))
    assert rows(warehouse.connection, STANDING) == [("exemption-expired", "warning", "open"), ("missing-goal", "warning", "reopened")]
    [(label,)] = rows(warehouse.connection, "SELECT label FROM quality_issue WHERE rule = 'exemption-expired'")
    assert "缺少绩效目标" in label
    assert not re.search("[a-z]", label)    # finance reads it
    assert rows(warehouse.connection, "SELECT message_zh FROM quality WHERE rule = 'exemption-expired'") == [
        ("对“缺少绩效目标”的豁免（涉密项目）已于 2026-12-31 到期，所涉 1 项问题重新提示。",)]
    warehouse.adjust([exemption(until=date(2027, 12, 31))])
    open_problem(NOTHING(), as_of=date(2027, 1, 2))
    assert rows(warehouse.connection, STANDING) == []


def test_an_exemption_that_excuses_nothing_and_is_over_is_told_once(warehouse: Warehouse, night: Night, rule: Callable[[str], Any]) -> None:
    night.rules = (rule("exemption-expired"),)
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.adjust([exemption(until=date(2026, 1, 9), region_code="440000")])
    night(NOTHING())
    assert rows(warehouse.connection, "SELECT rule, department_id FROM quality") == [("exemption-expired", RD)]
    assert rows(warehouse.connection, "SELECT passed, failed FROM fact_rule_outcome WHERE failed > 0") == [(0, 1)]


def test_a_severity_is_the_one_that_was_decided_last(warehouse: Warehouse, open_problem: Night) -> None:
    warehouse.adjust([
        decided("missing-goal", "severity", adjustment_value="info"),
        {**decided("missing-goal", "severity", adjustment_value="critical", department_id=RD), "adjustment_no": 1},
        {**decided("missing-goal", "severity", adjustment_value="info", department_id=ZX), "adjustment_no": 2},
    ])
    open_problem(NOTHING())
    assert rows(warehouse.connection, STANDING) == [("missing-goal", "critical", "open")]
    assert events(warehouse) == ["opened", "worsened"]


def test_a_threshold_holds_for_whom_it_was_decided(warehouse: Warehouse, night: Night, rule: Callable[[str], Any]) -> None:
    night.rules = (rule("drift"),)
    warehouse.adjust([decided("drift", "threshold", adjustment_name="project_share", adjustment_value="4.0", department_id=RD)])
    batch = Batch()
    for year, amount in ((2022, "6000000.00"), (2023, "18000000.00")):
        for department in (RD, ZX):
            batch.add(f"{department}-{year}.txt", [replace(EXPERTS, amount=amount)], department_id=department, fiscal_year=year, sha256=f"{department}{year}")
    night(batch)
    assert rows(warehouse.connection, "SELECT department_id FROM fact_finding") == [(ZX,)]
    assert rows(warehouse.connection, "SELECT passed, failed, not_applicable FROM fact_rule_outcome") == [(1, 1, 2)]


@pytest.mark.parametrize(("tolerances", "is_told"), [
    ([], True), ([(None, "100")], False), ([(None, "99")], True), ([("440106", "100"), (None, "0")], True), ([("440105", "100")], True),
])
def test_a_difference_that_a_bureau_lets_pass_is_not_told(
    warehouse: Warehouse, night: Night, tolerances: list[tuple[str | None, str]], is_told: bool,
) -> None:
    warehouse.adjust([
        {**decided("row-ties-to-funding", "threshold", region_code=region, adjustment_name="tolerance_yuan", adjustment_value=yuan),
         "adjustment_no": number}
        for number, (region, yuan) in enumerate(tolerances)
    ])
    night(Batch().add(SEED, [EXPERTS]).find(
        0, "row-ties-to-funding", "critical", EXPERTS.name, subject="project", subject_no=0, difference="-100.00"))
    assert bool(rows(warehouse.connection, STANDING)) == is_told
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_finding") == [(1,)]
