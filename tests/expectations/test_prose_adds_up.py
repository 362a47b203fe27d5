from __future__ import annotations

import pytest
from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.prose import stated_changes
from expectations.rules.prose_adds_up import check
from transforms.records import Place


def judge(*prose: str) -> Outcome:
    [outcome] = check(booklet(SUMMARY, prose=prose))
    return outcome


@pytest.mark.parametrize("text", [
    "2027年部门预算收入总计876.40万元，比2026年增加21.30万元，增长2.49%，主要是水文站网运行经费增加。",
    "支出 1，733.3 万元，与上年相比减少200万元，减少10.35%。", "支出6432.89万元，较上年预算数增加了450万元（增长7.52%）。",
    "支出预算0.63亿元，比上年增加1300万元，增长26%。",    # of rounded amounts
    "收入预算100.00万元，其中：一般公共预算66.67万元，占66.67%；事业收入33.33万元，占总收入的33.33%。",
    "本年支出合计307.82万元，其中：基本支出105.58万元，占34.30%；项目支出202.24万元，占65.7%。",
])
def test_what_the_amounts_give_passes(text: str) -> None:
    assert judge(text).status == "pass"


@pytest.mark.parametrize(("text", "told"), [
    ("收入总计876.40万元，比2026年增加21.30万元，增长3.49%。",
     "文字说明中的百分比与金额不符：“876.40万元,比2026年增加21.30万元,增长3.49%”，按该句金额应为 2.49%。"),
    ("支出876.40万元，比上年减少21.30万元，增长2.37%。",
     "文字说明中的百分比与金额不符：“876.40万元,比上年减少21.30万元,增长2.37%”，增减方向相反；按该句金额的幅度为 2.37%。"),
    ("支出100万元，其中：基本支出60万元，占60%；项目支出40万元，占14%。",
     "文字说明中的百分比与金额不符：“40万元,占14%”，按该句金额应为 40.00%。"),
    ("收入90万元，其中：财政拨款收入90万元，占90%。", "文字说明中的百分比与金额不符：“90万元,占90%”，按该句金额应为 100.00%。"),
    # The parts do not give the whole; two shares that hold say of what they are.
    ("收入总计876.40万元，其中水文站收入123.20万元，比上年增加21.30万元，增长70.90%。",    # of a unit: no other amount gives it
     "文字说明中的百分比与金额不符：“123.20万元,比上年增加21.30万元,增长70.90%”，按该句金额应为 20.90%。"),
    ("局本级61.23万元，占部门支出总额的91.23%。", "文字说明中的百分比与金额不符：“61.23万元,占部门支出总额的91.23%”，按该句金额应为 61.23%。"),
    ("支出100万元，其中：甲10万元，占10%；乙20万元，占20%；丙30万元，占70%。", "文字说明中的百分比与金额不符：“30万元,占70%”，按该句金额应为 30.00%。"),
])
def test_what_the_amounts_do_not_give_fails(text: str, told: str) -> None:
    outcome = judge("概况", text)
    assert message(outcome, "zh") == told
    assert outcome.place == Place(page=3, row=2)


@pytest.mark.parametrize("text", [
    "收入总计876.40万元，比上年增加21.30万元。", "收入总计876.40万元，比上年增长2.49%。",
    "收入总计876.40万元，其中其他收入3.20万元，比上年增加21.30万元，增长12.49%。",    # of the whole, or of other income
    "收入总计876.40万元，同口径比上年增加21.30万元，增长12.49%。", "收入876.40万元，比上年增加约21万元，增长12%。",
    "机关运行经费10.23万元，比2023年度增加10.23万元，增长100.00%。",    # from nothing
    "三公经费2万元，比上年增加0.00万元，增长5%。",    # less than is shown
    "收支总计876.40万元，与上年相比收、支各增加21.30万元，增长12.49%。",
    "支出100万元，其中：甲10万元，占60%；乙20万元，占20%。",    # of another whole
    "支出100万元，其中：甲40万元，占50%；乙60万元，占75%。",    # of two thousand, of eighty: none holds
    "收入总计876.40万元，其中水文站收入123.20万元，比上年增加21.30万元，增长20.40%。",    # too near: something may not be shown
    "局本级61.23万元，占部门支出总额的11.74%。", "局本级61.23万元，占支出合计的62.23%。", "局本级61.23万元，占一般公共预算支出的91.23%。",
    "支出100万元。其中：三公经费2万元，占公用经费的10%。", "完成预算的98.69%。", "",
])
def test_what_may_be_meant_otherwise_accuses_nobody(text: str) -> None:
    outcome = judge(text)
    assert (outcome.status, outcome.reason) == ("not_applicable", "nothing-stated")


@pytest.mark.parametrize(("text", "said"), [
    ("2023年部门预算收入总计100.00万元，比2022年预算数增加21.30万元，增长27.06%。", ("income", "213000.00", "预算")),
    ("2023年支出预算1000000元，较上年减少21.3万元。", ("expenditure", "-213000.0", "")),
    ("2023年收入预算100万元，比上年预算增长25%。", ("income", "200000.00", "预算")),    # of what it was
    ("2023年收入预算100.00万元，较2022年预算下降了20.0%，主要是", ("income", "-250000.00", "预算")),
    ("2023年收入预算100万元，比2021年预算增加21.30万元。", ("income", "213000.00", "预算")),
    ("2023年收入预算100万元，比上年预算下降100%。", None), ("2023年收入预算100万元，比上年预算增长25%左右。", None),
    ("2023年收入预算100万元，比2025年预算增加21.30万元。", None), ("2023年收入预算90万元，比上年增加21.30万元。", None),
    ("2023年收入预算100万元，同口径比上年增加21.30万元。", None), ("下属单位收入预算100万元，比上年增加21.30万元。", None),
    ("2023年收入预算100万元，其中财政拨款收入90万元，比上年增加21.30万元。", None),
])
def test_a_change_against_the_year_before_is_kept_where_text_and_table_speak_of_the_same(text: str, said: tuple[str, str, str] | None) -> None:
    found = [(each.figure, str(each.change), each.measure) for each in stated_changes(booklet(SUMMARY, prose=[text]))]
    assert found == ([said] if said else [])


def test_a_percentage_alone_is_as_exact_as_its_last_place() -> None:
    [said] = stated_changes(booklet(SUMMARY, prose=["2023年收入预算100.00万元，比上年预算增长25.0%。"]))
    assert said.change == 200_000
    assert 640 < said.step < 680    # 24.9 % would be 199,359.49, 25.1 % 200,639.49


BY_NATURE = budget("income_expenditure_summary", "预算数", [
    "<|收入总计|100.00", ">|基本支出|61.23", ">|项目支出|38.77", ">|支出总计|100.00",
])


@pytest.mark.parametrize(("text", "status"), [
    ("基本支出占支出总额的61.23%。", "pass"), ("其中基本支出占支出预算的比重为61.2%。", "pass"), ("基本支出占部门支出总额的91.23%。", "fail"),
    ("基本支出占支出总额的77.23%。", "not_applicable"), ("各单位基本支出占支出总额的91.23%。", "not_applicable"),
    ("水文站支出总额为67.11万元，基本支出占支出总额的91.24%。", "pass"),    # of the whole that stands beside it
])
def test_a_share_of_what_the_tables_state_needs_no_amount(text: str, status: str) -> None:
    [outcome] = check(booklet(BY_NATURE, prose=[text]))
    assert outcome.status == status


def test_an_amount_that_the_tables_contradict_is_told_alone() -> None:
    """The table has 100.00: a percentage beside another amount does not hold for that reason."""
    assert judge("收入总计10.00万元，比上年增加2.13万元，增长2.18%。").status == "pass"
    assert judge("收入总计100.00万元，比上年增加2.13万元，增长3.18%。").status == "fail"    # the amount is the table's
