import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.names import ProjectName, fold_width, normalise_name, split_code, standard_project_name, strip_whitespace, unwrap


@pytest.mark.parametrize(
    ("published", "standard"),
    [
        ("广州市天河区人大智慧云平台服务（23n）", ProjectName("广州市天河区人大智慧云平台服务", "23n", None, None, None)),
        ("职工技能竞赛(25N)", ProjectName("职工技能竞赛", "25n", None, None, None)),
        ("政务云资源租用（2023-2024）", ProjectName("政务云资源租用", None, 2023, 2024, None)),
        ("公务出行租车服务（2024—2025年）", ProjectName("公务出行租车服务", None, 2024, 2025, None)),
        ("2023年家庭医生签约服务", ProjectName("家庭医生签约服务", None, 2023, None, None)),
        ("老年人健康体检（2023年度）", ProjectName("老年人健康体检", None, 2023, None, None)),
        ("51092324T000010263357-2023年全县巡查", ProjectName("全县巡查", None, 2023, None, "51092324T000010263357")),
        ("农村厕所改造奖补（二期）", ProjectName("农村厕所改造奖补(二期)", None, None, None, None)),
        ("2023-2024年林业有害生物防治", ProjectName("林业有害生物防治", None, 2023, 2024, None)),
        ("2024-2026年度绿化养护", ProjectName("绿化养护", None, 2024, 2026, None)),
        ("2024年至2026年绿化养护", ProjectName("绿化养护", None, 2024, 2026, None)),
        ("2021、2022、2023年绿化养护", ProjectName("绿化养护", None, 2021, 2023, None)),
        ("2023/2024学年国家助学金", ProjectName("国家助学金", None, 2023, 2024, None)),
        ("2023学年课后服务补助", ProjectName("课后服务补助", None, 2023, None, None)),
        ("绿化养护[2023]", ProjectName("绿化养护", None, 2023, None, None)),
        ("【2023】绿化养护", ProjectName("绿化养护", None, 2023, None, None)),
        ("绿化养护-2024", ProjectName("绿化养护", None, 2024, None, None)),
        ("2024-绿化养护", ProjectName("绿化养护", None, 2024, None, None)),
        ("２０２３年度绿化养护", ProjectName("绿化养护", None, 2023, None, None)),
        ("2023年度2022年绿化养护尾款", ProjectName("绿化养护尾款", None, 2023, None, None)),
        ("绿化养护（第二年）", ProjectName("绿化养护", "第二年", None, None, None)),
        ("绿化养护（第3年度）", ProjectName("绿化养护", "第3年度", None, None, None)),
        ("2024年绿化养护（2023年结转）", ProjectName("绿化养护", "2023年结转", 2024, None, None)),
        ("绿化养护（上年结转资金）", ProjectName("绿化养护", "上年结转资金", None, None, None)),
        ("绿化养护（23n）（24n）", ProjectName("绿化养护", "23n、24n", None, None, None)),
        ("2023年前期工作经费", ProjectName("前期工作经费", None, 2023, None, None)),
        ("2023年后勤服务", ProjectName("后勤服务", None, 2023, None, None)),
        ("2023年初中义务教育保障", ProjectName("初中义务教育保障", None, 2023, None, None)),
        ("2024年中央林业改革发展资金（第一批）", ProjectName("中央林业改革发展资金(第一批)", None, 2024, None, None)),
        ("440106210000000001234-2024年绿化养护（24n）", ProjectName("绿化养护", "24n", 2024, None, "440106210000000001234")),
        # what looks like a mark and belongs to the name
        ("污水管网（一期）", ProjectName("污水管网(一期)", None, None, None, None)),
        ("2015年以前退休民办教师补助", ProjectName("2015年以前退休民办教师补助", None, None, None, None)),
        ("2000年后出生人口普查", ProjectName("2000年后出生人口普查", None, None, None, None)),
        ("2025年1月社保补缴", ProjectName("2025年1月社保补缴", None, None, None, None)),
        ("2024-2026年5月社保补缴", ProjectName("2024-2026年5月社保补缴", None, None, None, None)),
        ("财预〔2016〕143号专项", ProjectName("财预〔2016〕143号专项", None, None, None, None)),
        ("川财[2023]15号专项", ProjectName("川财[2023]15号专项", None, None, None, None)),
        ("2022北京冬奥会保障", ProjectName("2022北京冬奥会保障", None, None, None, None)),
        ("12345热线运行", ProjectName("12345热线运行", None, None, None, None)),
        ("代表履职能力培训-续建", ProjectName("代表履职能力培训-续建", None, None, None, None)),
        # nothing but marks
        ("2023年", ProjectName("2023年", None, 2023, None, None)),
        ("（23n）", ProjectName("(23n)", "23n", None, None, None)),
    ],
)
def test_a_project_is_recognised_in_other_years(published: str, standard: ProjectName) -> None:
    assert standard_project_name(published) == standard


@given(
    st.sampled_from(["绿化养护", "离退休干部服务", "农村厕所改造奖补（二期）", "12345热线运行", "乡村教师跟岗研修-本级", "5G基站建设"]),
    st.sampled_from(["", "2023年", "2023年度", "2023-2024年", "２０２３年", "2024-2026年度", "[2023]", "2023-", "51092324T000010263357-", "（一）"]),
    st.sampled_from(["", "（23n）", "(26N)", "（2023-2024）", "(2023年度)", "【2024】", "-2024", "（第二年）", "（上年结转）"]),
)
def test_all_printings_of_a_project_are_one(name: str, before: str, behind: str) -> None:
    assert standard_project_name(before + name + behind).standard == fold_width(name)


@given(st.text(alphabet="绿化一二年度至结转上第期底前号n0123（）()[]【】〔〕-—、 月T", max_size=24))
def test_a_standard_name_is_its_own_standard(text: str) -> None:
    standard = standard_project_name(text).standard
    assert standard_project_name(standard).standard == standard
    assert standard or not strip_whitespace(text)


@pytest.mark.parametrize(
    ("published", "name", "code"),
    [
        ("一、办公用房物业管理", "办公用房物业管理", None),
        ("（一）办公用房 物业\n管理", "办公用房物业管理", None),
        ("1.办公用房物业管理", "办公用房物业管理", None),
        ("（一期）污水管网", "（一期）污水管网", None),
        ("3、4号楼改造", "3、4号楼改造", None),
        ("一、二类疫苗采购", "一、二类疫苗采购", None),
        ("一、三公经费", "三公经费", None),
        ("12345-热线运行", "12345-热线运行", None),
        ("120-急救", "120-急救", None),
        ("037001-巡查", "巡查", "037001"),
        ("110指挥中心运维", "110指挥中心运维", None),
        ("2023年巡查", "2023年巡查", None),
        ("2023-2024年巡查", "2023-2024年巡查", None),
        ("205001-云山市海曲区教育局（本级）", "云山市海曲区教育局（本级）", "205001"),
        ("51424T000010巡查", "巡查", "51424T000010"),
    ],
)
def test_outline_numbers_and_codes_are_no_part_of_a_name(published: str, name: str, code: str | None) -> None:
    assert split_code(published) == (name, code)


def test_a_department_is_the_same_in_both_widths_of_brackets() -> None:
    assert normalise_name("云山市 教育局（本级）") == normalise_name("云山市教育局(本级)")


def test_wrapped_chinese_text_has_no_spaces_and_wrapped_latin_words_have() -> None:
    assert unwrap(" 保障代表履\n职 ") == "保障代表履职"
    assert unwrap("open\r\ndata") == "open data"
    assert unwrap("金额：1 234\n56") == "金额：1 23456"


def test_width_is_folded_one_character_for_one() -> None:
    text = "（１）①㎡％，：≥"
    assert fold_width(text) == "(1)①㎡%,:≥"
    assert len(fold_width(text)) == len(text)
