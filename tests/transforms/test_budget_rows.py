"""Rows of budget tables that hold something else than amounts."""

import pytest

from transforms.amounts import is_left_blank
from transforms.parse import parse_document


def lines(*rows: str, title: str = "2031年“三公”经费支出情况表", header: str = "项目,预算数,决算数") -> dict[tuple[str | None, str], list[str]]:
    """The amounts of a table in 元 as published, by code and label."""
    text = "\n".join([title, "单位：元", header, "水费,1.00,2.00", *rows])    # a table has a header and two rows at least
    document = parse_document("a.csv", text.encode())
    found: dict[tuple[str | None, str], list[str]] = {}
    for line in (line for table in document.tables for line in table.lines):
        found.setdefault((line.code, line.label or ""), []).append(line.text or "")
    found.pop((None, "水费"))
    return found


@pytest.mark.parametrize("text", ["单位不需填列", "不需填列", "无需填报", "本单位不涉及", "不适用", "未安排", "（本部门未发生）", "无此项", "免填", "—", "/", "无", ""])
def test_a_cell_that_says_it_is_left_blank_is_blank(text: str) -> None:
    assert is_left_blank(text)
    assert lines(f"公务接待费,{text},5.00") == {(None, "公务接待费"): ["5.00"]}


@pytest.mark.parametrize("text", ["待定", "按实结算", "见附件", "不足5万元", "详见说明", "未定", "0", "五万元"])
def test_what_may_be_an_amount_is_not_left_blank(text: str) -> None:
    assert not is_left_blank(text)
    assert lines(f"公务接待费,{text},5.00") == {(None, "公务接待费"): [text, "5.00"]}


@pytest.mark.parametrize("row", [",— 9 —,", ",- 12 -,", ",,第3页", ",第3页 共10页,", "·7·,,"])
def test_the_number_of_a_page_is_no_row(row: str) -> None:
    assert lines("公务接待费,4.00,5.00", row) == {(None, "公务接待费"): ["4.00", "5.00"]}
    assert lines("公务接待费,4.00,5.00", ",9,") == {(None, "公务接待费"): ["4.00", "5.00"], (None, ""): ["9"]}    # it may be an amount


@pytest.mark.parametrize("text", ["“三公”经费预算合计4.9万元，比上年增加0.5万元。", "本年减少公务接待；严格控制会议规模", "因公出国（境）任务减少导致预算数较上年相应减少的情况"])
def test_sentences_instead_of_amounts_explain_the_table(text: str) -> None:
    assert lines("公务接待费,4.00,5.00", f"增减变化原因,{text},") == {(None, "公务接待费"): ["4.00", "5.00"]}


def test_counts_and_their_parts_are_no_money() -> None:
    found = lines(
        "机关运行经费,120.50,118.00", "（一）车辆数合计（辆）,9,8", "1.一般公务用车,7,6", "其中：新能源,3,2", "（二）会议费,5.00,4.00", "（三）单价100万元以上设备（台，套）,3,3",
        "四、培训费,2.00,1.00",
    )
    assert {label for _, label in found} == {"机关运行经费", "会议费", "培训费"}


def test_a_header_printed_again_begins_columns_of_its_own() -> None:
    text = "\n".join(["2031年信息统计表", "单位：元", "项目,采购预算,采购金额", "货物,50.00,40.00", "项目,统计数,", "行政单位,120.50,"])
    [table] = parse_document("a.csv", text.encode()).tables
    assert [(line.label, line.column) for line in table.lines] == [("货物", "采购预算"), ("货物", "采购金额"), ("行政单位", "统计数")]
