"""The regions of GB/T 2260, and the region that a department's name begins with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.regions import EDITION, Gazetteer, Region, own_regions, region_of, regions

PRESENT = [region for region in regions() if region.last_year is None]
BY_CODE = {region.code: region for region in regions()}
GAZETTEER = Gazetteer()


def full_name(region: Region) -> str:
    return (full_name(BY_CODE[region.parent]) if region.parent else "") + region.name


def test_the_table_is_that_of_the_edition() -> None:
    assert Counter(region.level for region in PRESENT) == {"province": 34, "prefecture": 333, "county": 2845}
    assert (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8").count(f"as of {EDITION}") == 1
    assert max(region.first_year or 0 for region in regions()) == EDITION.year


def test_codes_are_unique_and_below_their_parents() -> None:
    assert max(Counter(region.code for region in PRESENT).values()) == 1
    present = {region.code for region in PRESENT}
    for region in regions():
        if region.level == "province":
            assert region.parent is None
        else:
            assert region.parent in (region.code[:2] + "0000", region.code[:4] + "00")
            assert region.parent in BY_CODE
            assert region.parent in present or region.last_year


def test_one_name_of_a_code_follows_another() -> None:
    names: dict[str, list[Region]] = {}
    for region in regions():
        names.setdefault(region.code, []).append(region)
    for former, later in (pair for pair in names.values() if len(pair) > 1):
        assert former.last_year is not None
        assert later.first_year == former.last_year + 1
    assert [region.name for region in names["420600"]] == ["襄樊市", "襄阳市"]


@pytest.mark.parametrize(("name", "code"), [
    ("广州市天河区人民代表大会常务委员会办公室", "440106"),
    ("广东省广州市天河区财政局", "440106"),
    ("广东省天河区财政局", "440106"),
    ("天河区财政局", "440106"),
    ("江苏省政协办公厅", "320000"),
    ("中国共产党江苏省委员会办公厅", "320000"),
    ("中共上海市普陀区委社会工作部", "310107"),
    ("政协广州市天河区委员会办公室", "440106"),
    ("中国人民政治协商会议广东省委员会", "440000"),
    ("共青团四川省委员会", "510000"),
    ("中国民主同盟广州市委员会", "440100"),
    ("国家税务总局广州市天河区税务局", "440106"),
    ("上海市普陀区财政局", "310107"),
    ("上海普陀区财政局", "310107"),
    ("舟山市普陀区财政局", "330903"),
    ("上海市普陀区人民政府万里街道办事处", "310107"),
    ("上海市浦东新区财政局", "310115"),
    ("天津市滨海新区财政局", "120116"),
    ("吉林市财政局", "220200"),
    ("吉林省吉林市财政局", "220200"),
    ("吉林省财政厅", "220000"),
    ("海南州财政局", "632500"),
    ("海南省财政厅", "460000"),
    ("恩施州财政局", "422800"),
    ("恩施土家族苗族自治州财政局", "422800"),
    ("恩施市财政局", "422801"),
    ("广西壮族自治区财政厅", "450000"),
    ("广西自治区财政厅", "450000"),
    ("广西财政厅", "450000"),
    ("内蒙古自治区财政厅", "150000"),
    ("鄂伦春自治旗财政局", "150723"),
    ("大兴安岭地区财政局", "232700"),
    ("景宁县财政局", "331127"),
    ("景宁畲族自治县财政局", "331127"),
    ("江苏省昆山市财政局", "320583"),
    ("济源市财政局", "419001"),
    ("东莞市虎门镇财政分局", "441900"),
    ("济南市市中区财政局", "370103"),
    ("重庆市两江新区财政局", "500157"),
    # as documents of former years call them
    ("襄樊市财政局", "420600"),
    ("密云县财政局", "110228"),
    ("重庆市江北区财政局", "500105"),
    ("万盛区财政局", "500110"),
    ("寿县财政局", "340422"),
    # several have that name, also one that was renamed and one that was dissolved while another of that name was there
    ("朝阳区财政局", None),
    ("鼓楼区财政局", None),
    ("普陀区财政局", None),
    ("市中区财政局", None),
    ("桥东区财政局", None),
    ("江北区财政局", None),
    # zones with a budget of their own
    ("河北雄安新区管理委员会", None),
    ("苏州工业园区财政局", None),
    ("成都高新区财政局", None),
    ("成都市高新技术产业开发区财政局", None),
    # none named
    ("财政部", None),
    ("市场监督管理局", None),
    ("区财政局", None),
    ("", None),
])
def test_the_region_that_a_name_begins_with(name: str, code: str | None) -> None:
    assert region_of(name) == code


@pytest.mark.parametrize(("name", "within", "code"), [
    ("朝阳区财政局", "110105", "110105"), ("朝阳区财政局", "220100", "220104"), ("朝阳区财政局", "320000", None),
    ("江北区财政局", "330200", "330205"), ("江北区财政局", "500000", "500105"), ("桥东区财政局", "130502", "130502"),
    ("云山市财政局", "440106", None), ("天河区财政局", "310107", "440106"),
])
def test_a_context_decides_between_regions_of_the_same_name_and_overrules_none(name: str, within: str, code: str | None) -> None:
    assert region_of(name, within) == code


def test_a_catalogues_own_regions_are_found_under_their_full_and_their_own_name() -> None:
    own = own_regions([("990100", "云山市", None), ("990101", "云山市海曲区", "990100")])
    gazetteer = Gazetteer([*regions(), *own])
    for name in ("云山市海曲区教育局", "海曲区教育局"):
        named = gazetteer.find(name)
        assert named.region is not None
        assert (named.region.code, named.rest) == ("990101", "教育局")


@given(st.sampled_from(PRESENT), st.sampled_from(["财政局", "人民代表大会常务委员会办公室", "公安局", "卫生健康委员会"]))
def test_every_region_is_found_under_its_full_name(region: Region, rest: str) -> None:
    named = GAZETTEER.find(full_name(region) + rest)
    assert named.region is not None
    assert (named.region.code, named.rest) == (region.code, rest)
