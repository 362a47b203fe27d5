"""A text beside the booklet is told from a booklet that lost its tables: by the tables and amounts that it speaks of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from expectations.attachments import announced, is_attachment
from transforms.parse import parse_document

WHOLE = (
    "income_expenditure_summary", "income_summary", "expenditure_summary", "fiscal_appropriation_summary", "general_budget_expenditure",
    "general_budget_basic_expenditure", "three_public_expenses", "government_fund_expenditure", "state_capital_expenditure",
    "project_performance_targets",
)
LETTER = "关于报送2024年部门预算公开材料的函\n县财政局：\n现将我局2024年部门预算公开材料报送贵局，请予审核。\n联系人：王某，电话：0791-8654321。\n二〇二四年二月一日"
README = "压缩包说明\n1. 解压后请先打开 2024年部门预算.docx\n2. 表格用 Excel 2010 以上版本打开\n版本 1.0"
CONTENTS = "目  录\n一、部门收支总表……1\n二、部门收入总表……2\n三、部门支出总表……3\n四、财政拨款收支总表……4\n五、一般公共预算支出表……5"
PROSE = "2024年部门预算编制说明\n2024年收入预算876.40万元，支出预算876.40万元。“三公”经费预算3.20万元。"
LOST = "云山市教育局2024年部门预算\n第二部分 2024年部门预算表\n表一 部门收支总表\n表二 部门收入总表\n收入总计876.40万元。"
CELLS = "云山市教育局\n一般公共服务\n876.40\n830.10\n46.30\n其他\n"


def read(text: str, kinds: Sequence[str]) -> bool:
    return is_attachment(announced(parse_document("a.txt", text.encode())), kinds)


@pytest.mark.parametrize("text", [LETTER, README, CONTENTS, PROSE])
def test_a_text_beside_the_tables_that_it_speaks_of_is_an_attachment(text: str) -> None:
    assert read(text, WHOLE)


@pytest.mark.parametrize("text", [LETTER, README])
def test_a_text_that_speaks_of_no_table_is_one_beside_any_table(text: str) -> None:
    assert read(text, ["project_performance_targets"])


@pytest.mark.parametrize("text", [CONTENTS, PROSE, LOST])
def test_a_text_that_speaks_of_tables_which_are_nowhere_lost_them(text: str) -> None:
    assert not read(text, ["project_performance_targets"])


@pytest.mark.parametrize("text", [LETTER, README, CONTENTS, PROSE, LOST])
def test_no_text_is_an_attachment_to_nothing(text: str) -> None:
    assert not read(text, [])


@pytest.mark.parametrize("text", [CELLS, "  \n"])
def test_cells_that_no_table_holds_and_pages_without_text_are_no_attachment(text: str) -> None:
    assert not read(text, WHOLE)
