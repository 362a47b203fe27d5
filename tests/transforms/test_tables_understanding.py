"""What tables and forms in other words become: read where the evidence is enough, told where it is not, never wrong in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse import parse_document
from transforms.records import ParsedDocument

GOALS = ["对全部河道进行保洁，保持河面清洁。", "对破损道路进行养护，保障通行安全。", "组织社区志愿活动，提升居民参与程度。"]
NAMES = ["河道保洁", "道路养护", "社区活动"]
MEASURED = ["开展频次", "验收合格率", "群众认可程度"]
LEVELS = [("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标")]


def page(*forms: str) -> ParsedDocument:
    return parse_document("a.html", ("<p>项目支出绩效目标表</p><p>单位：元</p>" + "".join(forms)).encode())


def row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def form(number: int, labels: dict[str, str], header: tuple[str, ...] = ("一级指标", "二级指标", "三级指标", "指标值")) -> str:
    """A form of one project; `labels` are other words for its known ones."""
    said = {word: labels.get(word, word) for word in ("项目名称", "实施单位", "年度资金总额", "其中：财政拨款", "其他资金", "年度目标")}
    targets = [row(*LEVELS[place], NAMES[number] + MEASURED[place], f"≥{place + 5}次") for place in range(3)]
    upper = [
        row(said["项目名称"], NAMES[number], said["实施单位"], "云山市水务局"), row(said["年度资金总额"], f"{number + 7}.00", "", ""),
        row(said["其中：财政拨款"], f"{number + 4}.00", said["其他资金"], "3.00"), row(said["年度目标"], GOALS[number], "", ""),
    ]
    return f"<table>{''.join((*upper, row(*header), *targets))}</table>"


def doubts(document: ParsedDocument) -> list[str]:
    return [doubt.header for table in document.tables for doubt in table.doubts]


def test_the_same_label_with_and_without_of_which_is_one() -> None:
    document = page(*(form(number, {"其中：财政拨款": "其中：财政经费" if number else "财政经费"}) for number in range(3)))
    assert [project.funding["fiscal_appropriation"] for project in document.projects] == [4, 5, 6]
    assert doubts(document) == []


def test_ordinals_in_digits_are_levels() -> None:
    document = page(*(form(number, {}, ("1级指标", "第2级指标", "3级指标", "指标值")) for number in range(2)))
    assert [len(project.indicators) for project in document.projects] == [3, 3]
    assert doubts(document) == []


def test_the_only_column_of_targets_is_what_is_planned() -> None:
    document = page(*(form(number, {}, ("一级指标", "二级指标", "三级指标", "应完成之值")) for number in range(2)))
    assert [indicator.text for indicator in document.projects[0].indicators] == ["≥5次", "≥6次", "≥7次"]


@pytest.mark.parametrize("header", ["实际完成值", "全年完成值"])
def test_indicators_whose_targets_nobody_reads_are_told(header: str) -> None:
    document = page(*(form(number, {}, ("一级指标", "二级指标", "三级指标", header)) for number in range(2)))
    assert [doubt.reason for table in document.tables for doubt in table.doubts] == ["contradicted", "contradicted"]


def test_a_source_that_no_word_names_is_never_assumed() -> None:
    document = page(*(form(number, {"其他资金": "甲乙丙"}) for number in range(3)))
    assert all("other" not in project.funding for project in document.projects)
    assert set(doubts(document)) >= {"甲乙丙"}


# Other words than the vocabulary lists: some that a person reads at a glance, some that nobody knows.
OTHER = {
    "项目名称": ["支出事项名称", "项目标题", "甲乙"], "实施单位": ["承办机构", "负责单位", "丙丁"], "年度资金总额": ["年度资金总量", "戊己"],
    "其中：财政拨款": ["其中：财政出资", "庚辛"], "其他资金": ["其他途径资金", "壬癸"], "年度目标": ["年内工作目标", "子丑"],
}
WORDS = st.fixed_dictionaries({word: st.sampled_from([word, *others]) for word, others in OTHER.items()})
HEADERS = st.permutations(["一级指标", "二级指标", "三级指标", "指标值"]) | st.sampled_from([
    ("1级指标", "2级指标", "3级指标", "应达到值"), ("维度", "类目", "考核点", "标准值"), ("甲", "乙", "丙", "丁"),
])


@settings(max_examples=60, deadline=None)
@given(WORDS, HEADERS)
def test_no_document_is_wrong_in_silence(words: dict[str, str], header: tuple[str, ...]) -> None:
    document = page(*(form(number, words, tuple(header)) for number in range(3)))
    is_right = [
        (project.name, project.amount, project.funding.get("fiscal_appropriation"), project.funding.get("other"), project.goal,
         [(indicator.name, indicator.text) for indicator in project.indicators])
        for project in document.projects
    ] == [
        (NAMES[number], number + 7, number + 4, 3, GOALS[number], [(NAMES[number] + MEASURED[place], f"≥{place + 5}次") for place in range(3)])
        for number in range(3)
    ]
    assert is_right or doubts(document) or document.errors


def indicator_list(header: tuple[str, ...], order: tuple[int, ...]) -> ParsedDocument:
    """A table with a row per indicator, three of each project; `header` names project, money, goal, levels, indicator and target."""
    rows = [
        (*((NAMES[number], f"{number + 7}.00", GOALS[number]) if place == 0 else ("", "", "")), *LEVELS[place], NAMES[number] + MEASURED[place],
         f"≥{place + 5}次")
        for number in range(3) for place in range(3)
    ]
    ordered = [tuple(cells[at] for at in order) for cells in (header, *rows)]
    return page(f"<table>{''.join(row(*cells) for cells in ordered)}</table>")


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5, 6), (5, 6, 3, 0, 2, 1, 4)])
@pytest.mark.parametrize(
    "words",
    [
        {"项目名称": "业务名目", "三级指标": "衡量事项"},    # 事项 alone would be a project
        {"三级指标": "具体内容"},    # 内容 alone would be an overview
        {"项目名称": "专项经费", "预算金额": "计划数"},    # 经费 alone would be money
    ],
)
def test_what_is_said_once_for_a_project_is_of_it_and_what_is_said_in_each_row_is_of_an_indicator(
    words: dict[str, str], order: tuple[int, ...]
) -> None:
    listed = ("项目名称", "预算金额", "绩效目标", "一级指标", "二级指标", "三级指标", "指标值")
    document = indicator_list(tuple(words.get(word, word) for word in listed), order)
    assert [(project.name, str(project.amount), project.goal) for project in document.projects] == [
        (NAMES[number], f"{number + 7}.00", GOALS[number]) for number in range(3)
    ]
    assert [one.name for one in document.projects[0].indicators] == [NAMES[0] + said for said in MEASURED]
    assert {one.word for table in document.tables for one in table.assumptions} == set(words.values())
