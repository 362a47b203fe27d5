from __future__ import annotations

from collections.abc import Sequence

from published import SUMMARY, booklet, budget, document, project, total

from expectations.checks import check
from expectations.messages import message
from expectations.outcome import Outcome
from transforms.records import ParsedDocument

TIES = {"row-ties-to-funding", "total-ties-to-projects", "children-tie-to-parent", "tables-tie", "prose-ties-to-tables"}
ROWS = ["人大会议经费|33.00|33.00|0.00|", "专家咨询、聘任活动费用|4.00|4.00|0.00|", "区人大代表培训经费|35.00|35.00|0.00|"]


def failures(read: ParsedDocument) -> list[Outcome]:
    return [outcome for outcome in check(read) if outcome.rule in TIES and outcome.status == "fail"]


def told_with_cause(read: ParsedDocument) -> set[tuple[str, str]]:
    return {(outcome.rule, outcome.label.partition("》")[2] or outcome.label) for outcome in check(read) if outcome.reason == "told-with-cause"}


def listed(rows: Sequence[str], whole: str = "合计|72.00|72.00|0.00|") -> ParsedDocument:
    return document([project(row) for row in rows], [total(whole, range(len(rows)))])


def test_a_wrong_project_explains_the_total_over_it() -> None:
    read = listed(["人大会议经费|83.00|33.00|0.00|", *ROWS[1:]])
    [told] = failures(read)
    assert (told.rule, told.label, told.difference) == ("row-ties-to-funding", "人大会议经费（广州市天河区人民代表大会常务委员会办公室）", "500000.00")
    assert told.consequences == ("合计",)
    assert message(told, "zh").endswith("已按公布数入库。以下各处因同一差额而不符，不再另行提示：合计。")
    assert told_with_cause(read) == {("total-ties-to-projects", "合计")}


def test_a_wrong_total_is_told_at_the_total() -> None:
    [told] = failures(listed(ROWS, "合计|82.00|72.00|0.00|"))
    assert (told.label, told.consequences) == ("合计", ())


def test_a_lost_row_is_told_at_the_narrowest_sum() -> None:
    rows = [project(row) for row in ROWS]
    read = document(rows, [
        total("合计|82.00|82.00|0.00|", (0, 1, 2)), total("一科小计|47.00|47.00|0.00|", (0, 1)), total("二科小计|35.00|35.00|0.00|", (2,)),
        total("二科|35.00|35.00|0.00|", (2,)),
    ])
    [told] = failures(read)
    assert (told.label, told.consequences) == ("一科小计", ("合计",))


def test_two_mistakes_of_different_size_are_two_findings() -> None:
    read = listed(["人大会议经费|83.00|33.00|0.00|", *ROWS[1:]], "合计|99.00|99.00|0.00|")
    assert {outcome.label for outcome in failures(read)} == {"人大会议经费（广州市天河区人民代表大会常务委员会办公室）", "合计"}


def test_a_wrong_section_explains_the_class_above_it_and_the_other_table() -> None:
    table = budget("expenditure_summary", "合计|基本支出|项目支出", [
        "|合计|100.00|60.00|40.00", "201|一般公共服务支出|75.00|35.00|40.00", "20101|人大事务|78.00|35.00|43.00",
        "2010101|行政运行|35.00|35.00|", "2010104|人大会议|40.00||40.00", "221|住房保障支出|25.00|25.00|",
        "22102|住房改革支出|25.00|25.00|", "2210201|住房公积金|25.00|25.00|",
    ])
    read = booklet(table, SUMMARY)
    [told] = failures(read)
    assert told.label == "《部门支出总表》20101 人大事务"
    assert told.consequences == ("《部门支出总表》201 一般公共服务支出",)


def test_a_wrong_total_explains_the_table_that_states_it_right() -> None:
    table = budget("income_summary", "合计|一般公共预算|其他收入", ["|合计|120.00|90.00|10.00"])
    [told] = failures(booklet(table, SUMMARY))
    assert told.rule == "row-ties-to-funding"
    assert told_with_cause(booklet(table, SUMMARY)) == {("tables-tie", "部门收入总表")}


def test_amounts_of_two_projects_that_were_exchanged_are_one_finding_and_no_doubt() -> None:
    two = listed(["人大会议经费|4.00|33.00|0.00|", "专家咨询、聘任活动费用|33.00|4.00|0.00|"], "合计|37.00|37.00|0.00|")
    [told] = failures(two)
    assert (told.label, told.difference) == ("人大会议经费（广州市天河区人民代表大会常务委员会办公室）", "-290000.00")
    assert told.consequences == ("专家咨询、聘任活动费用（广州市天河区人民代表大会常务委员会办公室）",)


def test_amounts_exchanged_between_units_explain_both_subtotals() -> None:
    rows = [
        "人大会议经费|4.00|33.00|0.00|", "专家咨询、聘任活动费用|33.00|4.00|0.00|", "区人大代表培训经费|35.00|35.00|0.00|",
        "代表活动经费|8.00|8.00|0.00|",
    ]
    read = document([project(row) for row in rows], [
        total("合计|80.00|80.00|0.00|", (0, 1, 2, 3)), total("一科小计|33.00|33.00|0.00|", (0,)), total("二科小计|39.00|39.00|0.00|", (1, 2)),
        total("三科小计|8.00|8.00|0.00|", (3,)),
    ])
    [told] = failures(read)
    assert told.label.startswith("人大会议经费")
    assert told.consequences[:2] == ("一科小计", "二科小计")
