import pytest

from transforms.names import ProjectName, fold_width, normalise_name, split_code, standard_project_name, unwrap


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
    ],
)
def test_a_project_is_recognised_in_other_years(published: str, standard: ProjectName) -> None:
    assert standard_project_name(published) == standard


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
