from __future__ import annotations

from published import booklet, budget, document, project, total

from expectations.messages import message
from expectations.rules.unreadable_amount import check
from transforms.records import ColumnShift


def test_amounts_and_blanks_pass() -> None:
    rows = document([project("人大会议经费|33.00|33.00|—|")], [total("合计|33.00|33.00||", [0])])
    assert [(outcome.subject, outcome.status) for outcome in check(rows)] == [("project", "pass"), ("total", "pass")]


def test_a_text_in_an_amount_cell_fails_and_sends_the_row_to_quarantine() -> None:
    [outcome] = check(document([project("2022年编外人员薪酬|待定|待定||", unit_name="政协云山市委员会办公厅")]))
    assert (outcome.status, outcome.is_certain) == ("fail", False)
    assert (outcome.expected, outcome.actual) == (None, "待定")
    assert outcome.published == "2022年编外人员薪酬\t待定\t待定\t\t"
    assert message(outcome, "zh") == (
        "“2022年编外人员薪酬（政协云山市委员会办公厅）”的金额无法识别：总计栏填写的是“待定”；财政拨款栏填写的是“待定”。该行已原样隔离，未计入任何汇总。"
    )


def test_a_total_row_is_asked_too() -> None:
    [outcome] = check(document(totals=[total("合计|见附件||", [])]))
    assert (outcome.subject, outcome.status, outcome.actual) == ("total", "fail", "见附件")


def test_a_row_without_amounts_does_not_apply() -> None:
    [outcome] = check(document([project("人大会议经费||||")]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "no-amount")


def test_a_row_with_columns_in_doubt_does_not_apply() -> None:
    shift = ColumnShift(("人大会议经费", "33.00", "x"), {"总计": "33.00", "财政拨款": "x"}, is_certain=False)
    [outcome] = check(document([project("人大会议经费|33.00|x", shift=shift)]))
    assert (outcome.status, outcome.reason) == ("not_applicable", "columns-in-doubt")


def test_a_cell_of_a_budget_table_is_told_alone() -> None:
    table = budget("expenditure_summary", "合计|基本支出", ["201|教育支出|75.00|75.00", "203|国防支出|9.00|按实结算"])
    outcomes = list(check(booklet(table)))
    assert [(outcome.status, outcome.index) for outcome in outcomes] == [("pass", 0), ("fail", 3)]
    assert (outcomes[1].actual, outcomes[1].published, outcomes[1].is_certain) == ("按实结算", "按实结算", False)
    assert "《部门支出总表》203 国防支出 基本支出" in message(outcomes[1], "zh")
