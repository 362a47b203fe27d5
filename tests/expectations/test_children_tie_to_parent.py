from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from published import SUMMARY, booklet, budget

from expectations.messages import message
from expectations.outcome import Outcome
from expectations.rules.children_tie_to_parent import check
from expectations.sums import shown_step
from transforms.layouts.line_totals import mark_totals
from transforms.records import ParseError, Table

BY_CODE = [
    "|合计|100.00|60.00|40.00", "201|一般公共服务支出|75.00|35.00|40.00", "20101|人大事务|75.00|35.00|40.00",
    "2010101|行政运行|35.00|35.00|", "2010104|人大会议|40.00||40.00", "221|住房保障支出|25.00|25.00|",
    "22102|住房改革支出|25.00|25.00|", "2210201|住房公积金|25.00|25.00|",
]


def expenditure(rows: Sequence[str], columns: str = "合计|基本支出|项目支出", kind: str = "expenditure_summary", **fields: object) -> Table:
    return budget(kind, columns, rows, **fields)


def changed(row: str, by: str) -> list[str]:
    assert row in BY_CODE
    return [by if each == row else each for each in BY_CODE]


def by_label(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {outcome.label.partition("》")[2]: outcome.status for outcome in outcomes}


def test_codes_and_columns_that_add_up_pass() -> None:
    outcomes = list(check(booklet(expenditure(BY_CODE))))
    assert {outcome.status for outcome in outcomes} == {"pass"}
    assert [outcome.index for outcome in outcomes] == [0, 3, 6, 9, 11, 13, 15, 17]


def test_the_total_may_stand_below() -> None:
    assert {outcome.status for outcome in check(booklet(expenditure([*BY_CODE[1:], BY_CODE[0]])))} == {"pass"}


def test_a_parent_that_differs_fails_with_every_column() -> None:
    wrong = changed("20101|人大事务|75.00|35.00|40.00", "20101|人大事务|76.00|35.00|41.00")
    outcomes = list(check(booklet(expenditure(wrong))))
    assert by_label(outcomes) == {
        "合计": "pass", "201 一般公共服务支出": "fail", "20101 人大事务": "fail", "2010101 行政运行": "pass", "2010104 人大会议": "pass",
        "221 住房保障支出": "pass", "22102 住房改革支出": "pass", "2210201 住房公积金": "pass",
    }
    section = outcomes[2]
    assert (section.expected, section.actual, section.difference) == ("760000.00", "750000.00", "10000.00")
    assert (section.place.page, section.place.row) == (5, 3)
    assert message(section, "zh") == (
        "“《部门支出总表》20101 人大事务”与其组成部分之和不符：合计公布数 760,000.00 元，所含 2 项之和 750,000.00 元，差额 +10,000.00 元；"
        "项目支出公布数 410,000.00 元，所含 1 项之和 400,000.00 元，差额 +10,000.00 元。已按公布数入库。"
    )


def test_a_row_whose_columns_do_not_give_its_total_fails() -> None:
    wrong = changed("2010101|行政运行|35.00|35.00|", "2010101|行政运行|35.00|30.00|")
    assert by_label(list(check(booklet(expenditure(wrong)))))["2010101 行政运行"] == "fail"


def test_a_unit_of_the_last_place_is_rounding() -> None:
    # 上海一街道 2025 年：21201 公布 94,995,790，所含各项 94,995,789。
    rows = [
        "212|城乡社区支出|94995790", "21201|城乡社区管理事务|94995790", "2120101|行政运行|17887739", "2120102|一般行政管理事务|17464243",
        "2120104|城管执法|6522681", "2120199|其他城乡社区管理事务支出|53121126",
    ]
    assert {outcome.status for outcome in check(booklet(expenditure(rows, "支出预算/合计", unit="元")))} == {"pass"}
    assert "fail" in by_label(list(check(booklet(expenditure(["212|城乡社区支出|94995793", *rows[1:]], "支出预算/合计", unit="元"))))).values()


@pytest.mark.parametrize(("total", "status"), [("67", "pass"), ("69", "fail")])
def test_a_table_of_whole_numbers_is_rounded_to_whole_numbers(total: str, status: str) -> None:
    rows = [f"201|一般公共服务支出|{total}", *(f"20101{number:02}|项|{number}" for number in range(1, 12))]
    rows.insert(1, "20101|人大事务|66")
    assert by_label(list(check(booklet(expenditure(rows, "合计")))))["201 一般公共服务支出"] == status


def test_codes_side_by_side_are_found_wherever_they_stand() -> None:
    rows = ["301|工资福利支出|95.36", "302|商品和服务支出|4.00", "30101|基本工资|55.64", "30201|办公费|4.00", "30102|津贴补贴|39.72"]
    table = budget("general_budget_basic_expenditure", "决算数", [*rows, "|人员经费合计|95.36", "|公用经费合计|4.00"])
    assert by_label(list(check(booklet(table)))) == {"301 工资福利支出": "pass", "302 商品和服务支出": "pass"}


def test_both_sides_of_a_summary_add_up() -> None:
    assert set(by_label(list(check(booklet(SUMMARY)))).values()) == {"pass"}


def test_a_side_that_does_not_add_up_fails() -> None:
    table = budget("income_expenditure_summary", "预算数", [
        "<|财政拨款收入|90.00", "<|其中：一般公共预算资金|90.00", "<|其他收入|10.00", "<|收入总计|100.00",
        ">|一般公共服务支出|75.00", ">|住房保障支出|24.00", ">|本年支出合计|100.00", ">|年终结转结余|5.00", ">|支出总计|105.00",
    ])
    assert by_label(list(check(booklet(table)))) == {"财政拨款收入": "pass", "收入总计": "pass", "本年支出合计": "fail", "支出总计": "pass"}


@pytest.mark.parametrize(("housing", "status"), [("25.00", "pass"), ("24.00", "fail")])
def test_classes_and_uses_beside_each_other_share_their_total(housing: str, status: str) -> None:
    table = budget("income_expenditure_summary", "支出/功能分类/金额|支出/支出用途/金额", [
        ">|一般公共服务支出|75.00|", ">|住房保障支出|" + housing + "|", ">|基本支出||60.00", ">|项目支出||40.00", ">|支出合计||100.00",
    ])
    assert status in {outcome.status for outcome in check(booklet(table))}


THREE_PUBLIC = "|".join(f"三公经费/{name}" for name in (
    "合计", "因公出国（境）费", "公务用车购置及运行费/小计", "公务用车购置及运行费/公务用车购置费", "公务用车购置及运行费/公务用车运行费", "公务接待费",
))


@pytest.mark.parametrize(("row", "status"), [
    ("||37.91||36.56|15.00|21.56|1.35", "pass"), ("||37.91||36.56|15.00|20.56|1.35", "fail"), ("||37.91|1.00|36.56|15.00|21.56|1.35", "fail"),
])
def test_three_public_in_one_row(row: str, status: str) -> None:
    assert [outcome.status for outcome in check(booklet(budget("three_public_expenses", THREE_PUBLIC, [row])))] == [status]


def test_three_public_in_one_column() -> None:
    rows = ["|合计|44.29", "|公务接待费|4.82", "|公务用车购置及运行维护费|39.47", "|其中：公务用车运行维护费|21.47", "|公务用车购置费|18.00"]
    assert by_label(list(check(booklet(budget("three_public_expenses", "预算数", rows))))) == {"合计": "pass", "公务用车购置及运行维护费": "pass"}
    rows[1] = "|公务接待费|48.20"
    assert by_label(list(check(booklet(budget("three_public_expenses", "预算数", rows)))))["合计"] == "fail"


def test_budget_and_final_amounts_are_no_parts_of_each_other() -> None:
    columns = "合计/预算数|合计/决算数|公务接待费/预算数|公务接待费/决算数"
    assert [outcome.status for outcome in check(booklet(budget("three_public_expenses", columns, ["||5.00|3.00|5.00|3.00"])))] == ["pass"]


@pytest.mark.parametrize(("rows", "columns", "reason"), [
    (["201|一般公共服务支出|75.00|", "20101|人大事务||35.00"], "合计|基本支出", "parts-blank"),
    (["201|一般公共服务支出|75.00", "2010101|行政运行|35.00"], "合计", "level-missing"),
    (["201|一般公共服务支出|75.00", "20101|人大事务|35.00", "20101|人大事务|35.00"], "合计", "code-repeated"),
    (["201|一般公共服务支出|75.00", "|离退休经费|5.00", "20101|人大事务|35.00"], "合计", "row-without-code"),
    (["|合计|75.00", "201|一般公共服务支出|75.00", "301|工资福利支出|35.00"], "合计", "classifications-mixed"),
    (["201|一般公共服务支出|75.00", "20101|人大事务|35.00", "20102|政协事务|见附件"], "合计", "part-unread"),
    (["201|一般公共服务支出|见附件", "20101|人大事务|35.00"], "合计", "total-blank"),
    (["|合计|100.00", "|机关党建|5.00"], "金额", "part-unknown"),
    (["|合计|100.00", "|基本支出|5.00", "|教育支出|5.00"], "金额", "parts-mixed"),
    (["|合计|44.29", "|公务接待费|4.82", "|公务用车购置及运行维护费|39.47", "|其中：公务用车运行维护费|21.47"], "预算数", "one-part-only"),
    (["201|一般公共服务支出|75.00", "20101|人大事务|35.00"], "上年执行数", "another-year"),
    (["201|一般公共服务支出|75.00", "20101|人大事务|35.00"], "2022年预算数", "another-year"),
])
def test_what_is_not_known_to_be_a_sum_does_not_apply(rows: list[str], columns: str, reason: str) -> None:
    outcomes = list(check(booklet(expenditure(rows, columns))))
    assert "fail" not in {outcome.status for outcome in outcomes}
    assert reason in {outcome.reason for outcome in outcomes}


@pytest.mark.parametrize(("columns", "row"), [
    ("合计|上年结转/小计|上年结转/一般公共预算|本年收入/小计|本年收入/财政拨款", "||100.00|5.00|5.00|95.00|95.00"),
    ("合计|其中：财政拨款", "||100.00|60.00"),
    ("2022年预算/合计|2022年预算/基本支出|2023年预算/合计|2023年预算/项目支出", "||60.00|60.00|40.00|40.00"),
    ("上年执行数|本年预算数/合计|本年预算数/基本支出|增减额", "||60.00|40.00|40.00|-20.00"),
    ("年初结转和结余|本年收入|本年支出/小计|本年支出/项目支出|年末结转和结余", "||5.00|10.00|12.00|12.00|3.00"),
    ("合计|基本支出/小计|基本支出/人员经费|基本支出/公用经费|项目支出|单位预留机动经费", "||100.00|50.00|30.00|20.00|40.00|10.00"),
    ("合计|会议费|因公出国(境)费|公务接待费", "||5.00|9.00|2.00|3.00"),
])
def test_columns_as_provinces_have_them_raise_no_alarm(columns: str, row: str) -> None:
    assert "fail" not in {outcome.status for outcome in check(booklet(budget("expenditure_summary", columns, [row])))}


def test_what_nobody_knows_below_the_years_total_is_beside_it() -> None:
    table = budget("state_capital_expenditure", "预算数", [
        ">|企业改革支出|300.00", ">|资本金注入|200.00", ">|本年支出合计|500.00", ">|调出资金|150.00", ">|支出总计|650.00",
    ])
    assert by_label(list(check(booklet(table)))) == {"本年支出合计": "pass", "支出总计": "pass"}


@pytest.mark.parametrize("rows", [
    ["<|财政拨款收入|90.00", "<|其中：一般公共预算资金|90.00", "<|事业收入|8.00", "<|其中：财政专户管理资金|5.00", "<|其他收入|2.00", "<|收入总计|100.00"],
    ["<|本年收入|90.00", "<|一般公共预算拨款|90.00", "<|上年结转|10.00", "<|一般公共预算拨款|10.00", "<|收入总计|100.00"],
    ["|支出合计|9.00", "|因公出国（境）费|3.00", "|公务接待费|6.00", "|国内接待费|6.00", "|其中：外事接待费|1.00"],
    ["|合计|9.00", "|公务用车费|9.00", "|其中：（1）公务用车运行维护费|6.00", "|（2）公务用车购置|3.00"],
    ["|三公经费小计|41.50", "|因公出国（境）|0", "|公务接待|5.50", "|公车|36.00", "|（1）购置|0", "|（2）运行维护|36.00", "|会议费|10.00", "|总计|51.50"],
    [">|一般公共服务|75.00", ">|基本支出|75.00", ">|人员经费|70.00", ">|公用经费|5.00", ">|支出总计|75.00"],
])
def test_rows_as_provinces_have_them_raise_no_alarm(rows: list[str]) -> None:
    assert "fail" not in {outcome.status for outcome in check(booklet(budget("income_expenditure_summary", "预算数", rows)))}


def test_codes_of_several_units_are_summed_up_unit_by_unit() -> None:
    unit = ["201|一般公共服务支出|75.00", "20101|人大事务|75.00", "2010101|行政运行|75.00"]
    outcomes = list(check(booklet(expenditure(["|甲单位|75.00", *unit, "|乙单位|75.00", *unit], "合计"))))
    assert [outcome.status for outcome in outcomes] == ["pass"] * 4
    wrong = list(check(booklet(expenditure(["|甲单位|75.00", *unit, "|乙单位|75.00", *unit[:-1], "2010101|行政运行|70.00"], "合计"))))
    assert [outcome.status for outcome in wrong] == ["pass"] * 3 + ["fail"]


def test_a_list_that_need_not_be_complete_does_not_apply() -> None:
    [outcome, *_] = check(booklet(budget("unknown", "金额", ["201|一般公共服务支出|75.00", "20101|人大事务|35.00"])))
    assert (outcome.status, outcome.reason) == ("not_applicable", "list-need-not-be-complete")


def test_a_list_whose_other_columns_add_up_is_complete() -> None:
    rows = ["207|文化支出|688.20|388.20|300.00", "208|社会保障支出|61.50|61.50|", "|总额|759.70|449.70|300.00"]
    [*others, outcome] = check(booklet(expenditure(rows, "甲类|乙类|丙类", "unknown", title=None)))
    assert (outcome.status, outcome.expected, outcome.actual, outcome.label) == ("fail", "7597000.00", "7497000.00", "《无标题的表》总额")
    assert not [other for other in others if other.status == "fail"]
    left_out = ["207|文化支出|688.20|388.20|300.00", "208|社会保障支出|61.50|61.50|", "|总计|759.70|459.70|300.00"]    # 10.00 of another row
    outcomes = list(check(booklet(expenditure(left_out, "甲类|乙类|丙类", "unknown"))))
    assert "fail" not in {outcome.status for outcome in outcomes}


def test_a_document_with_a_part_unread_does_not_apply() -> None:
    table = expenditure(["201|一般公共服务支出|75.00", "20101|人大事务|35.00"], "合计")
    [outcome] = check(booklet(table, errors=[ParseError("damaged-file", "page 7")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "document-incomplete")


@st.composite
def published_tables(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Classes, sections and items in yuan, each with its basic and its project expenditure; parents add up."""
    rows: list[tuple[str, int, int]] = []
    for code in draw(st.lists(st.sampled_from(["201", "208", "210", "221"]), min_size=1, max_size=4, unique=True)):
        rows += _subtree(draw, code)
    return [("", *(sum(row[place] for row in rows if len(row[0]) == 3) for place in (1, 2))), *rows]


def _subtree(draw: st.DrawFn, code: str) -> list[tuple[str, int, int]]:
    if len(code) == 7:
        return [(code, draw(st.integers(0, 10**8)), draw(st.integers(0, 10**8)))]
    below = [_subtree(draw, f"{code}{number:02}") for number in range(1, draw(st.integers(1, 3)) + 1)]
    return [(code, sum(each[0][1] for each in below), sum(each[0][2] for each in below)), *(row for each in below for row in each)]


def as_table(rows: Sequence[tuple[str, int, int]]) -> Table:
    return expenditure([f"{code}|{'' if code else '合计'}|{basic + project}|{basic}|{project}" for code, basic, project in rows], unit="元")


@given(published_tables())
def test_sums_that_add_up_never_fail(rows: list[tuple[str, int, int]]) -> None:
    assert "fail" not in {outcome.status for outcome in check(booklet(as_table(rows)))}


@given(published_tables(), st.data())
def test_any_amount_that_is_changed_is_found(rows: list[tuple[str, int, int]], data: st.DataObject) -> None:
    table = as_table(rows)
    line = data.draw(st.sampled_from(table.lines))
    line.amount = (line.amount or Decimal(0)) + data.draw(st.sampled_from([100, -10**6, 10**7 + 1]))
    assume(shown_step(table) < 100)    # else all amounts may be rounded to hundreds, and one be off by as much
    assert "fail" in {outcome.status for outcome in check(booklet(table))}


def test_a_row_printed_twice_fails_where_the_sum_ties_without_it() -> None:
    row = "2010104|人大会议|40.00||40.00"
    outcomes = list(check(booklet(expenditure([each for one in BY_CODE for each in ([one, one] if one == row else [one])]))))
    assert by_label(outcomes)["20101 人大事务"] == "fail"
    assert [label for label, status in by_label(outcomes).items() if status != "pass"] == ["20101 人大事务"]


def test_a_row_printed_twice_beside_another_block_fails() -> None:
    """人员经费 left, 公用经费 right: what follows a row stands below it, not beside it."""
    printed = [
        "301|工资福利支出|30.00|", "302|商品和服务支出||9.00", "30101|基本工资|10.00|", "30201|办公费||4.00", "30102|津贴补贴|20.00|",
        "30205|水费||5.00", "30102|津贴补贴|20.00|", "30205|水费||5.00",
    ]
    table = budget("general_budget_basic_expenditure", "人员经费|公用经费", printed)
    side_by_side = [replace(line, place=replace(line.place, row=((line.place.row or 0) + 1) // 2)) for line in table.lines]
    told = [outcome.label for outcome in check(booklet(replace(table, lines=side_by_side))) if outcome.status == "fail"]
    assert [label.split("》")[1] for label in told] == ["301 工资福利支出", "302 商品和服务支出"]


def test_a_code_printed_twice_with_other_amounts_need_not_be_wrong() -> None:
    row = "2010104|人大会议|40.00||40.00"
    rows = [each for one in BY_CODE for each in ([one, "2010104|人大会议|4.00||4.00"] if one == row else [one])]
    assert "fail" not in by_label(list(check(booklet(expenditure(rows))))).values()


THREE = ["|工资福利支出|120.00|80.00|40.00", "|商品和服务支出|30.00|20.00|10.00", "|对个人和家庭的补助|9.00|8.00|1.00"]


@pytest.mark.parametrize(("total", "statuses"), [
    ("|全部花销|159.00|108.00|51.00", {"pass"}), ("|全部花销|159.00|118.00|51.00", {"fail"}), ("|花钱一总|159.00|108.00|15.00", {"fail"}),
    ("|其他支出|159.00|100.00|59.00", set()),    # nothing proves that it is a total
])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_total_under_a_word_that_nobody_listed_is_proved_by_its_other_columns(total: str, statuses: set[str], is_first: bool) -> None:
    rows = [total, *THREE] if is_first else [*THREE, total]
    outcomes = list(check(booklet(expenditure(rows, "甲类|乙类|丙类"))))
    assert {outcome.status for outcome in outcomes} == statuses


def test_a_total_under_a_word_that_nobody_listed_is_proved_above_codes() -> None:
    rows = ["|全部花销|159.00|108.00|15.00", *(f"30{number}{row}" for number, row in enumerate(THREE, 1))]
    outcomes = list(check(booklet(expenditure(rows, "甲类|乙类|丙类"))))
    assert by_label(outcomes)["全部花销"] == "fail"


# --- tables of a kind that nobody knows --------------------------------------------------------------------------------------

TOWNS = ["|桃源镇|120.00|80.00|40.00", "|新安镇|95.50|60.50|35.00", "|柳河乡|70.00|50.00|20.00"]


def towns(total: str, rows: Sequence[str] = TOWNS, columns: str = "补助额|均衡性|专项") -> dict[str, str]:
    """What is said of each row of a list of a kind that nobody knows, with its total marked as it is where it is read."""
    table = expenditure([*rows, total], columns, "unknown")
    mark_totals(table.lines)
    return by_label(list(check(booklet(table))))


@pytest.mark.parametrize("name", ["全县", "合计", "乡镇合计"])
@pytest.mark.parametrize(("amounts", "status"), [
    ("285.50|190.50|95.00", "pass"), ("295.50|190.50|95.00", "fail"), ("285.50|190.50|59.00", "fail"),
])    # fmt: skip
def test_a_total_that_is_off_in_one_column_is_wrong_where_the_others_prove_the_list_complete(name: str, amounts: str, status: str) -> None:
    found = towns(f"|{name}|{amounts}")
    assert found.get(name) == status if status == "fail" else "fail" not in found.values()


@pytest.mark.parametrize("total", ["|合计|900.00|600.00|300.00", "|合计|285.50|190.50|31.67", "|合计|285.50|190.50|40.00"])
def test_a_list_of_the_largest_an_average_and_a_maximum_accuse_nobody(total: str) -> None:
    assert "fail" not in towns(total).values()


def test_a_part_that_is_printed_twice_is_told_where_the_total_has_it_once() -> None:
    twice = [*TOWNS[:2], TOWNS[1], *TOWNS[2:]]
    assert towns("|合计|285.50|190.50|95.00", twice)["合计"] == "fail"
    assert "fail" not in towns("|合计|381.00|251.00|130.00", twice).values()


def test_two_exchanged_digits_are_a_slip_in_any_list() -> None:
    rows = ["|CT机|800.00", "|监护仪|70.00", "|病床|25.00"]
    assert towns("|总计|859.00", rows, "总价")["总计"] == "fail"
    assert "fail" not in towns("|总计|995.00", rows, "总价").values()


def test_round_amounts_are_not_rounded_to_tens_of_the_unit() -> None:
    rows = [
        "|合计|910|400|500", "201|一般公共服务支出|500|300|200", "20103|政府办公厅（室）及相关机构事务|500|300|200", "2010301|行政运行|300|300|",
        "2010302|一般行政管理事务|200||200", "213|农林水支出|400|100|300", "21301|农业农村|400|100|300", "2130104|事业运行|100|100|",
        "2130122|农业生产发展|300||300",
    ]
    assert by_label(list(check(booklet(expenditure(rows)))))["合计"] == "fail"


@pytest.mark.parametrize(("columns", "is_told"), [("年初预算数", True), ("年初预算数|决算数", False)])
def test_what_was_planned_at_first_is_of_another_time_only_beside_what_came_of_it(columns: str, *, is_told: bool) -> None:
    rows = [["本年收入合计", "1010.50", "1000.50"], ["财政拨款收入", "880.50", "880.50"], ["事业收入", "120.00", "120.00"]]
    count = 1 + len(columns.split("|"))
    table = expenditure(["|".join(["", *row[:count]]) for row in rows], columns, "income_summary")
    mark_totals(table.lines)
    assert ("fail" in by_label(list(check(booklet(table)))).values()) is is_told


def test_amounts_below_several_headers_or_none_accuse_nobody() -> None:
    rows = ["|合计|100.00|60.00|40.00", "201|一般公共服务支出|75.00|35.00|39.00", "221|住房保障支出|25.00|25.00|"]
    for columns in ("合计+基本支出|基本支出+项目支出|项目支出+", "||"):
        assert "fail" not in {outcome.status for outcome in check(booklet(expenditure(rows, columns)))}
