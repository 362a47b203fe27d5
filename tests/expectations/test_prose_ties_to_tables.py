from __future__ import annotations

import pytest
from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.prose_ties_to_tables import check
from transforms.records import Place

ACCOUNTS = budget("general_budget_expenditure", "合计|基本支出", [
    "208|社会保障和就业支出|87.36|87.36", "20805|行政事业单位养老支出|87.36|87.36", "2080506|机关事业单位职业年金缴费支出|87.36|87.36",
])
THREE_PUBLIC = budget("three_public_expenses", "三公经费预算数/合计|三公经费预算数/公务接待费", ["||0.95|0.95"])


def judge(*prose: str) -> Outcome:
    [outcome] = check(booklet(SUMMARY, ACCOUNTS, THREE_PUBLIC, prose=prose))
    return outcome


@pytest.mark.parametrize("text", [
    "2023年，上海市普陀区财政局收入预算100.00万元，其中：财政拨款收入90.00万元。", "2023年收、支总预算。支出预算为1，000，000元。",
    "全年“三公”经费预算数为0.95万元，与2022年预算持平。", "支出总计 100.0", "2023 年支出总计0.01亿元。",
    "7.“社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位职业年金缴费支出（项）”87.36万元，主要用于",
    "社会保障和就业支出（类）87.4万元，占100%",
])
def test_the_same_amount_passes(text: str) -> None:
    assert judge(text, "支出预算100万元").status == "pass"


def test_an_amount_goes_on_in_the_next_line() -> None:
    assert judge("2023年收入预算1", "—3—", "00.00万", "元。").status == "pass"


@pytest.mark.parametrize(("text", "stated", "table"), [
    ("2023年收入预算110.00万元。", "1100000.00", "1000000.00"),
    ("“三公”经费预算数为0.85万元", "8500.00", "9500.00"),
    ("机关事业单位养老（款）。社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位职业年金缴费支出（项）”887.36万元", "8873600.00", "873600.00"),
])
def test_another_amount_fails(text: str, stated: str, table: str) -> None:
    outcome = judge("概况", text)
    assert (outcome.status, outcome.expected, outcome.actual) == ("fail", stated, table)
    assert outcome.place == Place(page=3, row=2)
    assert "入库以表格为准" in message(outcome, "zh")


def test_the_amount_shown_is_of_the_documents_own_year() -> None:
    years = budget("three_public_expenses", "上年预算数|本年预算数", ["|合计|12.50|12.00", "|公务接待费|2.00|1.50"])
    [outcome] = check(booklet(SUMMARY, years, prose=["2023年“三公”经费预算21.00万元。"]))
    assert (outcome.status, outcome.expected, outcome.actual) == ("fail", "210000.00", "120000.00")


@pytest.mark.parametrize(("prose", "reason"), [
    (["部门职责：贯彻执行国家和本市有关财政工作的法律。"], "nothing-to-compare"),
    (["2022年收入预算110.00万元。"], "nothing-to-compare"),
    (["政府性基金收入预算110.00万元，政府性基金拨款支出预算9万元。"], "nothing-to-compare"),
    (["上年收入预算110.00万元。"], "nothing-to-compare"),
    (["下属单位本级收入预算110.00万元。"], "subject-unclear"),
    (["收入预算110.00万元。", "收入预算120.00万元。"], "several-amounts"),
    (["收入预算100.00元。"], "unit-slip"),
])
def test_what_may_speak_of_something_else_does_not_apply(prose: list[str], reason: str) -> None:
    outcome = judge(*prose)
    assert (outcome.status, outcome.reason) == ("not_applicable", reason)


def test_one_mention_that_agrees_leaves_the_others_to_units_and_parts() -> None:
    assert judge("收入预算100.00万元。", "收入预算30.00万元。").status == "pass"


EXPENDITURE = budget("expenditure_summary", "合计|基本支出|项目支出", ["|合计|100.00|60.25|39.75"])
GENERAL = budget("general_budget_expenditure", "合计|基本支出|项目支出", ["208|社会保障和就业支出|90.00|55.15|34.85", "|合计|90.00|55.15|34.85"])
BASIC = budget("general_budget_basic_expenditure", "合计|人员经费|公用经费", ["301|工资福利支出|55.15|45.05|10.10", "|合计|55.15|45.05|10.10"])


APPROPRIATION = budget("fiscal_appropriation_summary", "预算数", ["<|本年收入|90.00", "<|收入总计|90.00", ">|支出总计|90.00"])


def judge_parts(*prose: str) -> Outcome:
    [outcome] = check(booklet(SUMMARY, EXPENDITURE, GENERAL, BASIC, APPROPRIATION, prose=prose))
    return outcome


RIGHT = "2023年支出合计100.00万元，其中：基本支出60.25万元，占60.25%；项目支出39.75万元，占39.75%。"


@pytest.mark.parametrize(("text", "stated", "table"), [
    ("支出合计100.00万元，其中：基本支出61.45万元，占60.25%；项目支出39.75万元。", "614500.00", "602500.00"),
    ("支出合计100.00万元，其中：基本支出60.25万元，占60.25%；项目支出38.15万元，占39.75%。", "381500.00", "397500.00"),
    ("收入总计100.00万元，包括：财政拨款收入80.00万元，其他收入10.00万元。", "800000.00", "900000.00"),
    ("一般公共预算财政拨款基本支出56.00万元。", "560000.00", "551500.00"),
    ("一般公共预算支出90.00万元。其中：（一）基本支出50.00万元；（二）项目支出34.85万元。", "500000.00", "602500.00"),
    ("一般公共预算基本支出55.15万元，其中：人员经费44.00万元，主要包括基本工资、津贴补贴；公用经费10.10万元，主要包括办公费。", "440000.00", "450500.00"),
])
def test_a_part_of_what_a_table_states_fails_by_itself(text: str, stated: str, table: str) -> None:
    for prose in ([text], [RIGHT, text], [text, RIGHT]):
        outcome = judge_parts(*prose)
        assert (outcome.status, outcome.expected, outcome.actual) == ("fail", stated, table)
        assert len(outcome.details) == 1


@pytest.mark.parametrize("text", [
    RIGHT,
    "一般公共预算支出90.00万元，其中：基本支出55.15万元，项目支出34.85万元。",
    "支出合计100.00万元。支出合计30.00万元，其中：基本支出20.00万元，项目支出10.00万元。",    # a unit's
    "支出合计100.00万元，比上年增加12.00万元，其中：基本支出10.00万元，项目支出2.00万元。",
    "支出合计100.00万元，其中：基本支出60.25万元，较上年增加1.20万元，项目支出3.00万元。",
    "支出合计100.00万元。第一中学基本支出20.00万元。",
    "支出合计100.00万元，其中：第一中学基本支出20.00万元。",
    "2022年支出合计100.00万元，其中：基本支出20.00万元。",
    "支出合计100.00万元，其中：政府性基金支出10.00万元，其中：项目支出10.00万元。",
    "支出合计100.00万元，其中：基本支出60.3万元，项目支出39.8万元。",
])
def test_what_may_be_a_part_of_something_else_is_told_of_nobody(text: str) -> None:
    assert judge_parts("2023年收入预算100.00万元。", text).status == "pass"


def test_an_amount_of_the_table_but_for_a_slip_of_the_pen_fails_beside_one_that_agrees() -> None:
    income = budget("income_expenditure_summary", "预算数", ["<|收入总计|2345.67", ">|支出总计|2345.67"])
    for wrong, is_told in (("2354.67", True), ("2345.97", True), ("2745.67", True), ("2754.67", False), ("345.67", False)):
        [outcome] = check(booklet(income, prose=["收入预算2345.67万元。", f"我局收入预算{wrong}万元。"]))
        assert (outcome.status == "fail") == is_told
        [outcome] = check(booklet(income, prose=["收入预算2345.67万元。", f"下属单位收入预算{wrong}万元。"]))
        assert outcome.status == "pass"


@pytest.mark.parametrize(("right", "wrong", "stated"), [
    ("公务接待费1.05", "公务接待费1.95", "19500.00"), ("运行费7.50", "运行费7.60", "76000.00"),
])
def test_the_parts_of_the_three_public_expenses_are_held_against_their_table(right: str, wrong: str, stated: str) -> None:
    table = budget("three_public_expenses", "合计|因公出国（境）费|公务用车购置及运行费|公务接待费", ["||8.55||7.50|1.05"])
    text = "2023年“三公”经费预算8.55万元，其中：因公出国（境）费0万元；公务用车购置及运行费7.50万元，与上年持平；公务接待费1.05万元。"
    assert [outcome.status for outcome in check(booklet(SUMMARY, table, prose=[text]))] == ["pass"]
    [outcome] = check(booklet(SUMMARY, table, prose=[text.replace(right, wrong)]))
    assert (outcome.status, outcome.expected) == ("fail", stated)
