from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from published import SUMMARY, booklet, budget, document, project, table, total

from expectations import check, findings
from expectations.rules import DOCUMENT_RULES, RULES
from expectations.words import words
from transforms.grid import TextLine
from transforms.records import Line, ParsedDocument, ParseError, Place, Table, contract

THREE_PUBLIC = budget("three_public_expenses", "合计|公务接待费", ["||1.35|1.35"])
UNREADABLE = budget("unknown", "金额|备用金", ["|存量资金|12.87|待定"])
WRONG = document(
    [
        project("历史档案数字化|20.00|20.00|0.00|0.00|", place=Place(row=9)),
        project("机关党建活动|3.77|3.77|0.00|0.00", place=Place(row=10)),
    ],
    [total("合计|32.77|32.77|0.00|0.00", [0, 1], place=Place(row=8))],
)


def test_every_rule_judges_every_subject_that_it_speaks_of() -> None:
    counts = {"document": 1, "table": 1, "project": 2, "total": 1, "line": 0}
    outcomes = check(WRONG)
    for rule in DOCUMENT_RULES.values():
        judged = [(outcome.subject, outcome.index) for outcome in outcomes if outcome.rule == rule.id]
        spoken = {subject for subject, _ in judged} or {"none"} if rule.runs_on_warehouse else set(rule.subjects)    # the rest it judges there
        assert spoken <= set(rule.subjects)
        assert sorted(judged) == sorted((subject, index) for subject in spoken for index in range(counts[subject]))


def test_findings_are_in_document_order_with_place_and_evidence() -> None:
    total_finding, goal_finding = findings(WRONG, check(WRONG))
    assert (total_finding.rule, total_finding.severity, total_finding.place) == ("total-ties-to-projects", "critical", Place(row=8))
    assert (total_finding.expected, total_finding.actual) == ("327700.00", "237700.00")
    assert (goal_finding.rule, goal_finding.severity, goal_finding.place) == ("missing-goal", "warning", Place(row=9))


def test_findings_print_as_the_contract_says() -> None:
    WRONG.findings = findings(WRONG, check(WRONG))
    printed = contract(WRONG)["findings"]
    assert printed[0].keys() == {"rule", "severity", "message", "expected", "actual", "page", "row"}


def test_a_document_that_could_not_be_read_has_one_finding() -> None:
    unreadable = ParsedDocument("garbage.pdf", "00", None, errors=[ParseError("unknown-format", "no known format")])
    judged = [(outcome.rule, outcome.status) for outcome in check(unreadable) if outcome.status != "not_applicable"]
    assert judged == [("unreadable-document", "fail")]


def test_what_does_not_apply_has_a_declared_reason() -> None:
    skipped = document(
        [
            project("空白||||"), project("待定|待定|||"), project("一项|5.00|2.00|待定|"),
            project("职工技能竞赛|23.00|23.00||||", indicators=(), table=1),
        ],
        [total("合计||||", [0]), total("小计|1.00|||", []), total("其中|9.00|||", [2])],
        [table(), table(kind="project_expenditure"), table(empty=True)], format="xlsx",
    )
    for outcome in check(skipped):
        assert (outcome.reason is not None) == (outcome.status == "not_applicable")
        assert outcome.reason is None or outcome.reason in RULES[outcome.rule].not_applicable


def test_every_row_of_a_budget_table_is_judged_once_by_a_rule() -> None:
    outcomes = check(booklet(SUMMARY, THREE_PUBLIC, UNREADABLE))
    judged = [(outcome.rule, outcome.index) for outcome in outcomes if outcome.subject == "line"]
    assert len(set(judged)) == len(judged)
    assert {index for rule, index in judged if rule == "unreadable-amount"} == {*range(8), 8, 11}


def test_findings_in_rows_stand_between_those_of_their_table_and_the_next() -> None:
    parsed = booklet(UNREADABLE, SUMMARY, replace(UNREADABLE, unit=None))
    found = [(finding.rule, finding.place.row) for finding in findings(parsed, check(parsed))]
    assert found == [("unreadable-amount", 1), ("unreadable-amount", 1)]


def test_amounts_in_findings_are_yuan_with_two_places() -> None:
    [first, _] = findings(WRONG, check(WRONG))
    assert Decimal(first.expected or "").as_tuple().exponent == -2


NAMES = st.sampled_from([
    "", "合计", "本年收入", "收入总计", "小计", "基本支出", "基本支出/小计", "基本支出/人员经费", "其中：", "其中：财政拨款", "财政拨款", "上年结转", "/", "//合计",
    "教育支出", "三公经费/合计", "公务用车购置及运行费/小计", "预算数", "合计/决算数", "2022年预算数", "甲单位", "“三公”经费",
])
CODES = st.sampled_from([None, "", "2", "201", "20101", "2010101", "301", "30101", "101001"])
AMOUNTS = st.one_of(st.none(), st.decimals(-(10**9), 10**12, places=2))
LINES = st.builds(
    Line, st.sampled_from([None, "income", "expenditure"]), CODES, st.one_of(st.none(), NAMES), NAMES, AMOUNTS,
    st.builds(Place, st.just(1), st.integers(1, 4)), st.sampled_from([None, "", "12.50", "待定", "XX"]),
)
TABLES = st.builds(
    Table, st.sampled_from([*words()["complete"], "project_expenditure", "unknown"]), st.one_of(st.none(), NAMES),
    st.sampled_from([None, "元", "万元", "亿元"]), lines=st.lists(LINES, max_size=12), empty=st.booleans(), note=st.one_of(st.none(), NAMES),
)
PROSE = st.sampled_from(["2023年收入预算", "100.00万元", "教育支出（类）", "普通教育（款）小学教育（项）", "0元", "。", "—3—", "", "20XX年", "“三公”经费"])


@given(st.lists(TABLES, max_size=5), st.lists(st.builds(TextLine, PROSE), max_size=6), st.sampled_from([None, 2022, 2023]))
def test_no_rule_stumbles_over_what_is_published(tables: list[Table], prose: list[TextLine], year: int | None) -> None:
    parsed = document(tables=tables, prose=prose, fiscal_year=year, format="pdf")
    outcomes = check(parsed)
    assert len(findings(parsed, outcomes)) == sum(outcome.status == "fail" for outcome in outcomes)
    judged = [(outcome.rule, outcome.subject, outcome.index) for outcome in outcomes]
    assert len(set(judged)) == len(judged)
    for outcome in outcomes:
        assert outcome.reason is None or outcome.reason in RULES[outcome.rule].not_applicable
