"""Which department of a catalogue a published name means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.departments import Departments, KnownName, is_same_department
from transforms.regions import Gazetteer, own_regions, regions

OWN = own_regions([("990100", "云山市", None), ("990101", "云山市海曲区", "990100"), ("990102", "云山市青川县", "990100")])
CATALOGUE = {
    "440106": {
        "tianhe-npc": "广州市天河区人民代表大会常务委员会办公室",
        "tianhe-cppcc": "政协广州市天河区委员会办公室",
        "tianhe-party": "中共广州市天河区委办公室",
        "tianhe-finance": "广州市天河区财政局",
        "tianhe-health": "广州市天河区卫生健康局",
        "tianhe-reform": "广州市天河区发展和改革局",
        "tianhe-people": "广州市天河区人力资源和社会保障局",
        "tianhe-market": "广州市天河区市场监督管理局",
        "tianhe-women": "广州市天河区妇女联合会",
        "tianhe-street": "广州市天河区人民政府猎德街道办事处",
        "tianhe-court": "广州市天河区人民法院",
    },
    "320000": {
        "js-party": "中国共产党江苏省委员会办公厅",
        "js-npc": "江苏省人大常委会办公厅",
        "js-cppcc": "江苏省政协办公厅",
        "js-league": "共青团江苏省委员会",
        "js-assets": "江苏省政府国有资产监督管理委员会",
        "js-posts": "中共江苏省委机构编制委员会办公室",
    },
    "990100": {
        "yunshan-health": "云山市卫生健康委员会",
        "yunshan-finance": "云山市财政局",
        "yunshan-city": "云山市城市管理和综合执法局",
        "yunshan-data": "云山市政务服务和数据管理局",
    },
    "990101": {"haiqu-finance": "云山市海曲区财政局", "haiqu-police": "云山市公安局海曲分局"},
    "990102": {"qingchuan-agriculture": "云山市青川县农业农村局"},
}
FORMER = [
    KnownName("qingchuan-agriculture", "云山市青川县农业局", "990102", None, 2018),
    KnownName("yunshan-data", "云山市行政审批局", "990100", 2017, 2020),
]
NAMES = [KnownName(department, name, region) for region, names in CATALOGUE.items() for department, name in names.items()]
DEPARTMENTS = Departments([*NAMES, *FORMER], Gazetteer([*regions(), *OWN]))


@pytest.mark.parametrize(("published", "region", "department"), [
    # the region in full, in short, by its level, left out
    ("广州市天河区财政局", None, "tianhe-finance"),
    ("广东省广州市天河区财政局", None, "tianhe-finance"),
    ("天河区财政局", None, "tianhe-finance"),
    ("区财政局", "440106", "tianhe-finance"),
    ("财政局", "440106", "tianhe-finance"),
    ("市财政局", "990100", "yunshan-finance"),
    ("县农业农村局", "990102", "qingchuan-agriculture"),
    ("海曲区财政局", None, "haiqu-finance"),
    ("市场监督管理局", "440106", "tianhe-market"),
    ("区市场监管局", "440106", "tianhe-market"),
    # white space, width, brackets, codes, remarks
    ("广州市天河区财政局（本级）", None, "tianhe-finance"),
    ("广州市天河区财政局(本级)", None, "tianhe-finance"),
    ("广州市天河区财政局本级", None, "tianhe-finance"),
    ("广州市天河区财政局（部门）", None, "tianhe-finance"),
    ("广州市天河区财政局（汇总）", None, "tianhe-finance"),
    ("广州市 天河区\n财政局", None, "tianhe-finance"),
    ("318-云山市青川县农业农村局", None, "qingchuan-agriculture"),
    ("101001-云山市财政局", None, "yunshan-finance"),
    ("101001云山市财政局", None, "yunshan-finance"),
    ("[101001]云山市财政局", None, "yunshan-finance"),
    ("【101】云山市财政局（本级）", None, "yunshan-finance"),
    ("云山市财政局（盖章）", None, "yunshan-finance"),
    ("云山市城市管理和综合执法局（加挂云山市城市更新局牌子）", None, "yunshan-city"),
    ("云山市青川县农业农村局（原云山市青川县农业局）", None, "qingchuan-agriculture"),
    # long and short words
    ("天河区人大常委会办公室", None, "tianhe-npc"),
    ("天河区人民代表大会常务委员会办公室", None, "tianhe-npc"),
    ("江苏省人民代表大会常务委员会办公厅", None, "js-npc"),
    ("政协天河区委员会办公室", None, "tianhe-cppcc"),
    ("天河区政协办公室", None, "tianhe-cppcc"),
    ("中国人民政治协商会议广州市天河区委员会办公室", None, "tianhe-cppcc"),
    ("中国人民政治协商会议江苏省委员会办公厅", None, "js-cppcc"),
    ("政协江苏省委员会办公厅", None, "js-cppcc"),
    ("政协江苏省委办公厅", None, "js-cppcc"),
    ("中共江苏省委办公厅", None, "js-party"),
    ("江苏省委办公厅", None, "js-party"),
    ("中国共产党广州市天河区委员会办公室", None, "tianhe-party"),
    ("天河区委办公室", None, "tianhe-party"),
    ("共青团江苏省委", None, "js-league"),
    ("中国共产主义青年团江苏省委员会", None, "js-league"),
    ("江苏省人民政府国有资产监督管理委员会", None, "js-assets"),
    ("江苏省政府国资委", None, "js-assets"),
    ("江苏省委编办", None, "js-posts"),
    ("云山市卫健委", None, "yunshan-health"),
    ("云山市卫生健康委", None, "yunshan-health"),
    ("天河区卫健局", None, "tianhe-health"),
    ("天河区发展改革局", None, "tianhe-reform"),
    ("天河区发改局", None, "tianhe-reform"),
    ("天河区人社局", None, "tianhe-people"),
    ("天河区人力资源社会保障局", None, "tianhe-people"),
    ("天河区妇联", None, "tianhe-women"),
    ("天河区法院", None, "tianhe-court"),
    ("天河区猎德街道办事处", None, "tianhe-street"),
    ("广州市天河区政府猎德街道办事处", None, "tianhe-street"),
    ("云山市公安局海曲分局", "990101", "haiqu-police"),
    # former names
    ("云山市青川县农业局", None, "qingchuan-agriculture"),
    ("原云山市青川县农业局", None, "qingchuan-agriculture"),
    ("青川县农业局", "990102", "qingchuan-agriculture"),
])
def test_a_department_is_known_in_all_its_printings(published: str, region: str | None, department: str) -> None:
    assert DEPARTMENTS.identify(published, region) == department


@pytest.mark.parametrize(("published", "region"), [
    ("广州市天河区人民代表大会常务委员会办公厅", "440106"),   # 办公厅 is of a province
    ("广州市天河区人民代表大会常务委员会", "440106"),
    ("广州市天河区民政局", "440106"),
    ("广州市越秀区财政局", "440106"),
    ("江苏省财政局", "440106"),
    ("广州市财政局", "440106"),
    ("财政局", None),
    ("区财政局", None),
    ("云山市卫生健康局", "990100"),
    ("云山市农业农村局", "990102"),
    ("云山市海曲区财政局、云山市海曲区审计局", "990101"),
    ("云山市海曲区潮平小学", "990101"),
    ("云山市财政局海曲分局", "990101"),
    ("", "440106"),
    ("（本级）", "440106"),
])
def test_another_name_is_no_department(published: str, region: str | None) -> None:
    assert DEPARTMENTS.identify(published, region) is None


@pytest.mark.parametrize(("year", "department"), [(None, "qingchuan-agriculture"), (2018, "qingchuan-agriculture"), (2019, None)])
def test_a_former_name_holds_for_its_years(year: int | None, department: str | None) -> None:
    assert DEPARTMENTS.identify("云山市青川县农业局", "990102", year) == department


def test_a_name_that_passed_to_another_department_is_told_by_the_year() -> None:
    names = [KnownName("new", "云山市规划局", "990100"), KnownName("old", "云山市规划局", "990100", None, 2018)]
    departments = Departments(names, Gazetteer([*regions(), *OWN]))
    assert [departments.identify("云山市规划局", year=year) for year in (2017, 2018, 2019)] == ["old", "old", "new"]


def test_a_name_that_two_departments_share_is_neither() -> None:
    names = [KnownName("one", "云山市卫健委", "990100"), KnownName("other", "云山市卫生健康委员会", "990100")]
    departments = Departments(names, Gazetteer([*regions(), *OWN]))
    assert departments.identify("云山市卫生健康委") is None
    assert departments.identify("云山市卫健委") == "one"   # as it is printed


def test_a_name_without_its_region_is_of_the_region_in_which_it_stands() -> None:
    departments = Departments([KnownName("tianhe", "区政协办", "440106")], Gazetteer())
    assert [departments.identify("区政协办", region) for region in ("440106", "440105")] == ["tianhe", None]


@pytest.mark.parametrize(("published", "region", "nearest"), [
    ("云山市青川县农业局", "990102", ["云山市青川县农业局", "云山市青川县农业农村局"]),
    ("青川县农业农村和水利局", "990102", ["云山市青川县农业农村局"]),
    ("云山市海曲区审计局", "990101", []),
    ("广州市越秀区财政局", "440106", ["云山市海曲区财政局", "云山市财政局", "广州市天河区财政局"]),
    ("天河区人大常委会机关", "440106", ["广州市天河区人民代表大会常务委员会办公室"]),
])
def test_the_nearest_names_are_of_the_region_or_the_same_elsewhere(published: str, region: str, nearest: list[str]) -> None:
    assert DEPARTMENTS.nearest(published, region) == nearest


@pytest.mark.parametrize(("one", "other", "is_same"), [
    ("云山市教育局", "教育局", True),
    ("云山市教育局", "云山市教育局（本级）", True),
    ("中国共产党江苏省委员会办公厅", "江苏省委办公厅", True),
    ("政协江苏省委员会办公厅", "江苏省政协办公厅", True),
    ("广州市天河区卫生健康局", "天河区卫健局", True),
    ("云山市卫生健康委员会", "云山市卫健委", True),
    ("云山市教育局", "云山市民政局", False),
    ("广州市天河区财政局", "广州市越秀区财政局", False),
    ("江苏省人大常委会办公厅", "江苏省人大常委会办公室", False),
])
def test_two_names_in_one_document_are_of_one_department(one: str, other: str, is_same: bool) -> None:
    assert is_same_department(one, other) is is_same_department(other, one) is is_same


@given(
    st.sampled_from(NAMES), st.sampled_from(["", "318-", "101001", "[205]"]), st.sampled_from(["", "（本级）", "(本级)", "本级"]),
    st.integers(0, 10), st.booleans(),
)
def test_every_name_is_found_with_code_own_unit_and_white_space(known: KnownName, code: str, unit: str, place: int, is_full: bool) -> None:
    text = code + known.name[:place] + (" " if is_full else "\n") + known.name[place:] + unit
    assert DEPARTMENTS.identify(text, known.region_code) == known.department_id


@given(st.text(alphabet="广州市天河区财政局民政人大委员会办公室（本级）原0123-", max_size=20))
def test_no_text_breaks_it_and_what_is_found_is_of_the_catalogue(text: str) -> None:
    found = DEPARTMENTS.identify(text, "440106")
    assert found is None or found in CATALOGUE["440106"]
    assert set(DEPARTMENTS.nearest(text, "440106")) <= {known.name for known in [*NAMES, *FORMER]}
