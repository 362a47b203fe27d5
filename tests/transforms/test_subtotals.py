"""Which rows are totals and which are projects, where names and blank goals leave both open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.layouts.stretches import Stretches
from transforms.parse import parse_document
from transforms.records import ParsedDocument

TOP = "项目支出绩效目标表\n部门名称：云山市教育局\n单位：万元\n\n项目名称（资金使用单位）\t总计\t财政拨款\t绩效目标\t绩效指标\n"
INDICATORS = "产出指标：次数，年度指标值：≥5次。"


def bare(name: str, amount: str) -> str:
    """A row without goal and indicators."""
    return f"{name}\t{amount}\t{amount}\t\t"


def full(name: str, amount: str) -> str:
    """A project's row."""
    return f"{name}\t{amount}\t{amount}\t落实目标。\t{INDICATORS}"


def parse(*rows: str) -> ParsedDocument:
    """A document of these rows."""
    document = parse_document("a.txt", (TOP + "\n".join(rows) + "\n").encode())
    assert document.errors == []
    return document


def projects(document: ParsedDocument) -> list[str]:
    """The projects' names."""
    return [project.name for project in document.projects]


def test_rows_named_like_bodies_are_projects_where_the_grand_total_ties_with_them() -> None:
    document = parse(bare("合计", "200"), bare("人民公园", "50"), full("甲", "10"), bare("中心小学", "120"), full("乙", "20"))
    assert projects(document) == ["人民公园", "甲", "中心小学", "乙"]
    assert document.totals[0].members == (0, 1, 2, 3)


def test_where_several_choices_tie_all_are_projects_and_the_total_fails() -> None:
    document = parse(bare("合计", "40"), full("甲", "10"), bare("人民公园", "10"), bare("中心小学", "10"), full("乙", "20"))
    assert projects(document) == ["甲", "人民公园", "中心小学", "乙"]


@pytest.mark.parametrize("total", ["150", "160"])
def test_a_body_that_does_not_add_up_is_a_project(total: str) -> None:
    document = parse(bare("合计", total), bare("中心小学", "60"), full("绿化养护", "100"))
    assert projects(document) == ["中心小学", "绿化养护"]


def test_one_equal_amount_is_no_subtotal_but_two_are() -> None:
    assert projects(parse(bare("人民公园", "100"), full("绿化养护", "100"))) == ["人民公园", "绿化养护"]
    document = parse(bare("人民公园", "100"), full("绿化养护", "100"), bare("潮平小学", "30"), full("甲", "30"))
    assert projects(document) == ["绿化养护", "甲"]


@pytest.mark.parametrize("unit", ["云山市水库灌区", "云山市植物标本室"])
def test_a_unit_whose_name_nobody_knows_is_a_total_of_one_project_where_the_grand_total_ties(unit: str) -> None:
    document = parse(bare("合计", "30"), bare(unit, "10"), full("甲", "10"), bare("云山市某某室", "20"), full("乙", "20"))
    assert projects(document) == ["甲", "乙"]
    assert [total.members for total in document.totals] == [(0, 1), (0,), (1,)]


def test_a_project_that_the_published_total_leaves_out_stays_a_project() -> None:
    document = parse(bare("合计", "30"), full("甲", "10"), bare("设备购置", "5"), full("乙", "20"), bare("人民公园", "7"))
    assert projects(document) == ["甲", "设备购置", "乙", "人民公园"]


def test_units_above_units_are_totals_without_a_grand_total() -> None:
    document = parse(
        bare("云山市文化馆", "60"), bare("云山市图书馆", "30"), full("甲", "10"), full("乙", "20"), bare("潮平小学", "30"), full("丙", "30"),
    )
    assert projects(document) == ["甲", "乙", "丙"]


@pytest.mark.parametrize("subtotal", ["30.01", "29.99"])
def test_a_units_sum_that_is_off_by_rounding_is_a_total(subtotal: str) -> None:
    document = parse(bare("云山市图书馆", subtotal), full("甲", "10"), full("乙", "20"))
    assert projects(document) == ["甲", "乙"]


@pytest.mark.parametrize("name", ["云山市教育局", "潮平小学"])
def test_a_unit_with_a_goal_is_a_total_where_it_is_the_sum_of_the_rows_below(name: str) -> None:
    goal = f"{name}\t30\t30\t总体目标。\t"
    document = parse(bare("合计", "30"), goal, full("甲", "10"), full("乙", "20"))
    assert projects(document) == ["甲", "乙"]
    assert [total.amount for total in document.totals] == [Decimal(300000), Decimal(300000)]
    assert projects(parse(bare("合计", "60"), goal, full("甲", "10"), full("乙", "20"))) == [name, "甲", "乙"]


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_part_of_the_row_above_is_in_no_sum(place: int) -> None:
    rows = [bare("合计", "30"), full("甲", "10"), full("乙", "20")]
    rows.insert(place, bare("其中：设备购置", "4"))
    document = parse(*rows)
    assert projects(document) == ["甲", "乙"]
    assert {total.label: total.members for total in document.totals} == {"合计": (0, 1), "其中：设备购置": ()}


def test_a_subtotal_with_an_unreadable_part_is_still_one() -> None:
    document = parse(bare("合计", "30"), bare("潮平小学", "30"), full("甲", "待定"), full("乙", "20"))
    assert projects(document) == ["甲", "乙"]


def test_many_rows_that_may_be_totals_are_decided_in_time() -> None:
    rows = [row for number in range(300) for row in (bare(f"云山市第{number}小学", f"{number}.37"), full(f"项目{number}", f"{number}.37"))]
    assert len(parse(bare("合计", "1"), *rows).projects) == 300
    total = sum(Decimal(number) + Decimal("0.37") for number in range(300))
    unknown = [row.replace("小学", "灌区") for row in rows]
    assert len(parse(bare("合计", str(total)), *unknown).projects) == 300


def test_a_unit_whose_sum_is_published_wrong_is_a_total_where_most_units_are() -> None:
    units = [row for unit in ("潮平小学", "海口小学", "中心小学") for row in (bare(unit, "30"), full(f"{unit}修缮", "10"), full(f"{unit}设备", "20"))]
    units[3] = bare("海口小学", "300")
    document = parse(bare("合计", "100"), *units)
    assert [total.label for total in document.totals] == ["合计", "潮平小学", "海口小学", "中心小学"]
    assert document.totals[2].members == (2, 3)


@pytest.mark.parametrize("place", [0, -1])
def test_what_may_be_a_total_is_one_where_a_row_at_an_end_is_the_sum_of_all_projects(place: int) -> None:
    rows = [bare("运转所需", "30"), full("甲", "30"), bare("专门事项", "70"), full("乙", "50"), full("丙", "20")]
    rows.insert(place % (len(rows) + 1), bare("云山市教育体系", "100"))
    assert projects(parse(*rows)) == ["甲", "乙", "丙"]


def test_units_that_give_the_grand_total_together_are_totals_whatever_stands_below() -> None:
    rows = [bare("合计", "100"), bare("潮平小学", "30"), full("甲", "30"), bare("中心小学", "70"), full("乙", "50")]    # a row of 20 is lost
    document = parse(*rows)
    assert projects(document) == ["甲", "乙"]
    assert [total.members for total in document.totals] == [(0, 1), (0,), (1,)]
    document = parse(*rows[:-1])
    assert [total.members for total in document.totals] == [(0,), (0,), ()]    # nothing of another unit is taken for its own


@pytest.mark.parametrize(("total", "names"), [("115", ["甲", "乙"]), ("175", ["甲", "丙", "乙"])])
def test_rows_below_a_part_are_parts_too_where_the_grand_total_ties_without_them(total: str, names: list[str]) -> None:
    document = parse(bare("甲", "90"), bare("其中：设备", "30"), bare("丙", "60"), bare("乙", "25"), bare("合计", total))
    assert projects(document) == names


def test_twice_the_units_take_twice_the_sums_though_an_amount_is_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    sums, looks = Stretches.sum, list[int]()
    monkeypatch.setattr(Stretches, "sum", lambda *stretch: looks.append(1) or sums(*stretch))

    def count(units: int) -> int:
        looks.clear()
        rows = (row for unit in range(units) for row in (bare(f"云山市第{unit}中学", "50"), full(f"操场{unit}", "40"), full(f"围墙{unit}", "40")))
        parse(bare("合计", "9"), *rows, full("收回资金", "-5"))
        return len(looks)

    assert count(40) <= 3 * count(20)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.data())
def test_the_least_of_a_stretch_is_that_of_the_rows_to_any_row_below(amounts: list[int], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(amounts)))
    end = data.draw(st.integers(first, len(amounts)))
    stretches = Stretches([(Decimal(amount),) for amount in amounts], range(len(amounts)))
    assert stretches.least(first, end) == (min(sum(amounts[first:below]) for below in range(end, len(amounts) + 1)),)
