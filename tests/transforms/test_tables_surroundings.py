import pytest

from transforms.grid import Box, TextLine
from transforms.parse import parse_document
from transforms.tables import surroundings


def lines(*texts: str, page: int | None = None) -> list[TextLine]:
    """Lines of text."""
    return [TextLine(text, page=page) for text in texts]


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["项目支出绩效目标表（含转移支付项目）", "部门名称：云山市教育局", "单位：万元"], "项目支出绩效目标表（含转移支付项目）"),
        (["2025年 项目支出\n绩效目标表"], "2025年项目支出绩效目标表"),
        (["部门预算项目绩效目标表（2024年度）", "金额单位：元"], "部门预算项目绩效目标表（2024年度）"),
        (["2023年部门预算项目支出绩效目标表", "发布时间：2023-02-14"], "2023年部门预算项目支出绩效目标表"),
        (["十一、项目支出绩效目标表……………………14", "部门：云山市教育局"], None),
        (["本表反映部门项目支出的绩效目标。"], None),
        (["第二部分 部门预算表：部门支出总表如下，单位：万元。"], "部门支出总表"),
        (["现将我局2024年“三公”经费支出表（含会议费）公布如下："], "现将我局2024年“三公”经费支出表(含会议费)"),
        (["以下为2024年收入总表：", "单位：万元"], "2024年收入总表"),
        (["2024年收入总表", "表二、2024年支出总表见下。"], "2024年支出总表"),
        (["一、部门收支总表的说明如下：本年收入增加。"], None),
        (["以下为部门收支总表的说明。"], None),
    ],
)
def test_the_title_is_the_nearest_line_that_names_a_table(texts: list[str], title: str | None) -> None:
    assert surroundings.title(lines(*texts)) == title


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"),
        ("单位:元", "元"),
        ("（金额单位： 万 元）", "万元"),
        ("单位：人民币万元", "万元"),
        ("部门名称：云山市教育局            单位：万元", "万元"),
        ("部门：云山市教育局\u3000单 位：亿元", "亿元"),
        ("预算单位：云山市教育局", None),
        ("单位：云山市教育局", None),
        ("编制单位：万元户协会", None),
        ("单位：元氏县财政局", None),
    ],
)
def test_a_unit_line_states_a_unit_of_money(text: str, unit: str | None) -> None:
    assert surroundings.unit_of(text) == unit


def test_the_unit_comes_from_the_table_then_its_page_then_the_document() -> None:
    document = [*lines("单位：元", page=1), *lines("单位：万元", page=2)]
    assert surroundings.unit(lines("单位：亿元"), {2}, document) == "亿元"
    assert surroundings.unit(lines("2023年项目支出绩效目标表"), {2}, document) == "万元"
    assert surroundings.unit([], {3}, lines("单位：元", "单位：元")) == "元"


def test_contradicting_units_elsewhere_are_no_unit() -> None:
    assert surroundings.unit([], set(), lines("单位：元", "单位：万元")) is None
    assert surroundings.unit([], set(), []) is None


@pytest.mark.parametrize(
    ("texts", "department"),
    [
        (["部门名称：云山市 教育局", "单位：万元"], "云山市教育局"),
        (["部门：云山市教育局            单位：万元"], "云山市教育局"),
        (["预算单位：云山市教育局（本级）", "部门名称：云山市教育局"], "云山市教育局"),
        (["（预算部门：云山市教育局）"], "云山市教育局"),
        (["单位：万元", "负责人：张三"], None),
    ],
)
def test_the_department_is_what_the_surest_label_states(texts: list[str], department: str | None) -> None:
    assert surroundings.department(lines(*texts)) == department


def test_a_cover_names_department_year_and_stage() -> None:
    cover = lines("首页 > 政务公开 > 预决算公开", "云山市海曲区民政局2025年部门预算", "（公开时间：2025年2月）")
    assert surroundings.cover_department(cover) == "云山市海曲区民政局"
    assert surroundings.fiscal_year([None], cover) == 2025
    assert surroundings.stage(["项目支出绩效目标表"], cover) == "budget"


@pytest.mark.parametrize(
    ("title", "year", "stage"),
    [
        ("2023年部门预算项目支出绩效目标表", 2023, "budget"),
        ("部门预算项目绩效目标表（2024年度）", 2024, "budget"),
        ("二〇二二年度部门决算项目支出绩效自评表", 2022, "final"),
        ("2022年预决算项目绩效目标表", 2022, None),
        ("项目支出绩效目标表", None, None),
    ],
)
def test_year_and_stage_stand_in_the_title(title: str, year: int | None, stage: str | None) -> None:
    assert surroundings.fiscal_year([title], []) == year
    assert surroundings.stage([title], []) == stage


def test_a_publishing_date_is_no_year_and_navigation_no_stage() -> None:
    page = lines("发布时间：2023-02-14　来源：办公室", "首页 > 2023年部门预算公开", "版权所有 2023")
    assert surroundings.fiscal_year(["项目支出绩效目标表"], page) is None
    assert surroundings.stage(["项目支出绩效目标表"], page) is None


@pytest.mark.parametrize(
    ("texts", "is_empty", "note"),
    [
        (["注：本部门无此项支出，故本表为空表。"], True, "注：本部门无此项支出，故本表为空表。"),
        (["本部门没有项目支出"], True, "本部门没有项目支出"),
        (["备注：1.口径见附件。", "2.金额四舍五入。", "下一页"], False, "备注：1.口径见附件。\n2.金额四舍五入。"),
        (["注：本部门无此项支出，故本表为空表。"], False, "注：本部门无此项支出，故本表为空表。"),
        (["填表说明：1.绩效指标应当细化。"], False, None),
        (["版权所有　网站标识码 5301020099"], False, None),
    ],
)
def test_notes_are_kept_whole(texts: list[str], is_empty: bool, note: str | None) -> None:
    assert surroundings.note(lines(*texts), is_empty=is_empty) == note


def boxed(*texts: tuple[str, float]) -> list[TextLine]:
    """Lines of a page, each with its height in points."""
    return [TextLine(text, 1, None, Box(0, 40.0 * place, 200, 40.0 * place + height)) for place, (text, height) in enumerate(texts)]


def test_a_cover_is_wrapped_over_lines_of_one_size() -> None:
    cover = boxed(("机构概况", 10), ("中共云山市委", 22), ("社会工作部 2024 年度", 22), ("部门决算", 21), ("目录", 16))
    assert surroundings.cover_department(cover) == "中共云山市委社会工作部"
    assert (surroundings.fiscal_year((), cover), surroundings.stage((), cover)) == (2024, "final")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("公开01表：部门收支总表", "部门收支总表"), ("表一 部门收支总表", "部门收支总表"), ("附表1-2：支出预算总表", "支出预算总表"), ("一、2017年度部门收支预算总表", "2017年度部门收支预算总表"),
        ("附件2 一般公共预算支出表", "一般公共预算支出表"), ("一般公共预算支出表", "一般公共预算支出表"), ("三公经费支出表", "三公经费支出表"),
        ("2019年政府采购预算表", "2019年政府采购预算表"), ("表1 2031年部门收支总表", "2031年部门收支总表"), ("附表102031年收支总表", "2031年收支总表"),
        ("表2.2031年收支总表", "2031年收支总表"), ("附件2-2031年支出总表", "2031年支出总表"), ("3、2031年支出总表", "2031年支出总表"), ("预算03表 支出总表", "支出总表"), ("【表三】部门支出总表", "部门支出总表"), ("表（三）部门支出总表", "部门支出总表"), ("第三张表 部门支出总表", "部门支出总表"),
        ("三.部门支出总表", "部门支出总表"), ("Ⅲ、部门支出总表", "部门支出总表"), ("III.部门支出总表", "部门支出总表"), ("③部门支出总表", "部门支出总表"),
        ("表二〇二四年部门支出总表", "表二〇二四年部门支出总表"), ("《部门支出总表》", "部门支出总表"), ("《收入总表》和《支出总表》", None), ("支出总表-3", "支出总表-3"),
        ("公开01表", None), ("公开表十二", None), ("表（三）", None), ("③", None), ("附表3", None),
    ],
)
def test_the_number_of_a_table_is_no_part_of_its_title(text: str, title: str | None) -> None:
    assert surroundings.title(lines(text, "单位：万元")) == title


def test_a_title_above_running_text_is_another_tables() -> None:
    prose = ["2025年收入预算3121.42万元，其中：财政拨款收入3121.42万元，比2024年预算增加107.62万元。"] * 3
    assert surroundings.title(lines("一、部门收支总表", *prose, "单位：万元")) is None


def test_a_paragraph_is_as_much_running_text_as_its_sentences() -> None:
    contents = "九、国有资本经营预算财政拨款收入支出决算表"
    duties = "负责指导人民信访工作。统筹推进基层治理。指导社会组织党建工作。"
    assert surroundings.title([TextLine(contents), TextLine(duties), TextLine("纳入编制范围的单位包括：")]) is None

def test_a_name_beside_its_label_is_the_department() -> None:
    label = TextLine("部门：", 1, None, Box(10, 50, 40, 62))
    name = TextLine("云山市教育局", 1, None, Box(60, 51, 120, 62))
    unit = TextLine("单位：万元", 1, None, Box(300, 50, 340, 62))
    assert surroundings.department([name, label, unit]) == surroundings.department([label, name, unit]) == "云山市教育局"
    assert surroundings.department([label, unit]) is None
    assert surroundings.department([TextLine("部门："), TextLine("云山市教育局")]) is None


@pytest.mark.parametrize(
    ("texts", "note"),
    [
        (["注：本表反映部门本年度支出。", "说明：本部门没有支出，故本表无数据。", "12", "第三部分 情况说明"], "注：本表反映部门本年度支出。\n说明：本部门没有支出，故本表无数据。"),
        (["注：1.含结转", "2.保留两位小数", "公开02表", "说明：其他"], "注：1.含结转\n2.保留两位小数"),
        (["注：不含因公出国，", "由市级统筹。", "编制日期：2025年1月"], "注：不含因公出国，由市级统筹。"),
        (["本年度各单位严格执行中央八项规定精神，认真落实过紧日子的要求，厉行节约反对浪费，成效明显。", "说明：见附件"], None),
    ],
)
def test_a_note_is_whole_and_ends_where_other_text_begins(texts: list[str], note: str | None) -> None:
    assert surroundings.note(lines(*texts), is_empty=False) == note


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("丹河市博物馆2031年部门预算项目成效要求一览", ("丹河市博物馆", 2031, "budget")),
        ("青榆县林业局2031年决算项目安排情况", ("青榆县林业局", 2031, "final")),
        ("青榆县林业局2031年3月1日", (None, None, None)),
        ("各单位2031年预算安排情况", (None, None, None)),
    ],
)
def test_the_line_above_a_table_names_body_year_and_stage_though_it_does_not_end_like_a_title(
    above: str, expected: tuple[str | None, int | None, str | None]
) -> None:
    table = "项目名称,预算金额,绩效目标,一级指标,二级指标,三级指标,指标值\n书画修复,120,抢救修复,产出指标,数量指标,修复件数,≥80件\n馆藏展出,30,办好展览,产出指标,数量指标,展出场次,≥6场"
    document = parse_document("a.csv", f"{above}\n单位：万元\n{table}".encode())
    assert (document.department, document.fiscal_year, document.stage) == expected
