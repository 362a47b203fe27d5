"""The best reading of columns and labels as a whole, and what makes it doubtful."""

from __future__ import annotations

import pytest

from transforms.tables.comparing import Labelled
from transforms.tables.judging import Judged, denies, judge
from transforms.tables.meanings import Family, class_of, is_kept, is_money, word_of

NAMES = ("河道保洁", "道路养护", "社区活动", "护林防火")
GOALS = ("对全部河道进行保洁，保持河面清洁。", "对破损道路进行养护，保障通行安全。", "组织社区志愿活动，提升居民参与程度。", "加强林区巡护，防止森林火灾发生。")
INDICATORS = tuple(f"产出指标：1、{name}次数，年度指标值：≥{count}次" for count, name in enumerate(NAMES, 3))


def column(text: str, *texts: str, known: str | None = None) -> Labelled:
    """A header, or label, with what stands under it in each row."""
    return Labelled(text, (), known, tuple((one,) for one in texts))


def read(family: Family, *columns: Labelled) -> dict[str, Judged]:
    """The judgements by header."""
    return {judged.label.text: judged for judged in judge(columns, family).columns}


def roles(family: Family, *columns: Labelled) -> list[str | None]:
    """What may be used of the reading."""
    return [judged.role if judged.is_used else None for judged in judge(columns, family).columns]


def test_nothing_is_read_of_no_columns() -> None:
    assert judge([], "project").columns == ()


def test_words_that_are_known_settle_their_columns() -> None:
    found = read("project", column("项目名称", *NAMES, known="project_name"), column("总计", "5", "6", "7", "8", known="total"))
    assert [(one.role, one.is_sure, one.margin) for one in found.values()] == [
        ("project_name", True, float("inf")), ("total", True, float("inf")),
    ]


def test_a_known_word_is_not_believed_where_its_cells_deny_it() -> None:
    found = read("project", column("项目名称", *GOALS, known="project_name"), column("绩效目标", *NAMES, known="goal"))
    assert not any(one.is_used and one.role == one.label.known for one in found.values())


def test_contents_read_columns_whose_words_say_nothing_but_a_goal_may_be_an_overview() -> None:
    columns = [column("甲", *NAMES), column("乙", *INDICATORS), column("丙", *GOALS)]
    assert roles("project", *columns) == ["project_name", "indicators", None]


def test_a_row_of_sums_tells_the_total_but_not_which_source_is_which() -> None:
    columns = [column("甲", *NAMES), column("乙", "9", "11", "7", "12"), column("丙", "5", "6", "3", "10"), column("丁", "4", "5", "4", "2")]
    found = read("project", *columns)
    assert found["乙"].role == "total"
    assert found["乙"].is_used
    assert [found[source].is_used for source in ("丙", "丁")] == [False, False]


def test_the_words_of_a_source_are_what_tells_it() -> None:
    columns = [column("甲", *NAMES), column("总盘子", "9", "11", "7", "12"), column("财政出资", "5", "6", "3", "10"), column("其余渠道", "4", "5", "4", "2")]
    assert roles("project", *columns) == ["project_name", "total", "fiscal_appropriation", "other"]


@pytest.mark.parametrize("header", ["丙栏", "拟安排额"])
def test_the_only_column_of_money_is_the_total(header: str) -> None:
    assert roles("project", column("甲", *NAMES), column(header, "5.20", "6.30", "7.10", "8.00"))[1] == "total"


def test_exchanged_headers_are_doubted() -> None:
    found = read("project", column("年内成效目标", *NAMES), column("项目名", *GOALS))
    assert not any(one.is_used for one in found.values())


def test_a_blank_column_without_a_word_is_not_read() -> None:
    assert roles("project", column("项目名称", *NAMES, known="project_name"), column("丙栏", "", "", "", ""))[1] is None


def test_of_two_totals_the_smaller_one_is_the_years() -> None:
    labels = [column("业务名目", *NAMES), column("资金总额甲", "20.96", "220.88", "75", "12"), column("资金总额乙", "10.48", "20.08", "5", "12")]
    found = read("form", *labels)
    assert found["资金总额乙"].role == "total_year"
    assert found["资金总额甲"].role != "total_year"


def test_a_blank_label_is_no_total_for_its_word_of_money_alone() -> None:
    found = read("form", column("项目名称", *NAMES, known="project_name"), column("别处资金", "", "", "", ""))
    assert found["别处资金"].role not in ("total", "total_year") or not found["别处资金"].is_used


@pytest.mark.parametrize(
    ("role", "texts", "is_denied"),
    [
        ("project_name", NAMES, False), ("project_name", GOALS, True), ("total", ("5.20", "6"), False), ("total", ("产出指标", "效益指标"), True),
        ("goal", ("保障运转",), False), ("target", ("≥95%", "有效改善"), False), ("level1", ("≥95%",), True), ("total", (), False),
    ],
)
def test_what_contents_deny(role: str, texts: tuple[str, ...], *, is_denied: bool) -> None:
    assert denies(role, texts) is is_denied


def test_meanings_that_no_record_keeps_are_one_answer() -> None:
    assert {class_of(role) for role in ("weight", "remark", "date", "department")} == {0}
    assert class_of("total") == class_of("total_year") != class_of("goal")
    assert class_of(None) == -1
    assert (is_kept("weight"), is_kept("total"), is_kept(None)) == (False, True, False)
    assert (is_money("other"), is_money("goal"), is_money(None)) == (True, False, False)
    assert (word_of("goal", "row"), word_of("goal", "form"), word_of("weight", "row")) == ("绩效目标", "年度目标", "备注")


def test_places_say_which_source_is_which_and_none_is_used_for_it() -> None:
    columns = [column("甲", *NAMES), column("乙", "9", "11", "7", "12"), column("丙", "5", "6", "3", "10"), column("丁", "", "", "", ""),
               column("戊", "4", "5", "4", "2")]
    found = [read("project", *columns)[source] for source in "丙丁戊"]
    assert [one.role for one in found] == ["fiscal_appropriation", "special_account", "other"]
    assert not any(one.is_used for one in found)


def test_a_blank_label_below_the_money_of_a_form_is_of_money() -> None:
    labels = [column("甲", *NAMES), column("乙", "9.52", "11", "7", "12"), column("丙", "9.52", "11", "7", "12"), column("丁", "", "", "", "")]
    found = read("form", *labels)
    assert [found[label].role for label in "乙丙丁"] == ["total", "fiscal_appropriation", "other"]


@pytest.mark.parametrize(("first", "last", "texts"), [
    ("overview", "goal", GOALS), ("department", "unit_name", ("云山市水务局", "云山市林业局", "云山市水务局", "云山市林业局")),
])    # fmt: skip
def test_the_usual_order_of_two_alike_is_a_guess_that_is_not_used(first: str, last: str, texts: tuple[str, ...]) -> None:
    found = read("form", column("甲", *NAMES), column("乙", *texts), column("丙", *texts))
    assert [class_of(found[label].role) for label in "乙丙"] == [class_of(first), class_of(last)]
    assert not any(found[label].is_used for label in "乙丙")


def test_a_code_that_several_projects_have_is_not_theirs() -> None:
    found = read("project", column("甲", "361001", "361001", "361008", "361008"), column("乙", *NAMES), column("丙", *GOALS))
    assert found["甲"].role == "unit_code"


def test_of_two_years_in_headers_the_later_one_states_the_targets() -> None:
    columns = [column("甲", "保洁次数", "满意度", "完成率"), column("2023年己", "≥3次", "≥90%", "100%"), column("2024年庚", "≥4次", "良好", "100%")]
    assert [read("block", *columns)[year].role for year in ("2023年己", "2024年庚")] == ["achieved", "target"]


def test_a_level_right_of_a_level_is_the_second_one() -> None:
    columns = [column("甲", "产出指标", "产出指标", "效益指标"), column("乙", "产出指标", "成本指标", "效益指标"), column("丙", *NAMES[:3])]
    assert [read("block", *columns)[level].role for level in "甲乙"] == ["level1", "level2"]
