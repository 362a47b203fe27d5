from __future__ import annotations

import pytest

from transforms.tables.contents import kind_of, profile


@pytest.mark.parametrize(("text", "kind"), [
    ("", "blank"), ("—", "blank"), ("1,234.50", "amount"), ("854万元", "amount"), ("产出指标", "level1"), ("数量指标", "level"),
    ("≥", "operator"), ("定性", "operator"), ("≥95%", "target"), ("12月底前", "qualitative"), ("1级指标", "short"), ("有效提升", "qualitative"),
    ("2010101", "code"), ("15", "points"), ("2024年1月", "date"), ("正向指标", "direction"), ("海曲区教师发展中心", "organisation"),
    ("台次", "measure"), ("■新增 □延续", "check"), ("历史标准", "standard"), ("老旧小区改造", "short"),
    ("信息化项目2", "short"), ("城乡居民医保补助资金12", "short"), ("完成率95", "target"), ("达到95", "target"), ("不少于3", "target"), ("检查3次", "target"),
    ("按时足额发放辅助警务人员薪酬和社会保险，维持队伍稳定。", "prose"),
    ("产出指标：1、租用云主机，年度指标值：28台；2、存储空间，年度指标值：60TB", "indicators"),
])
def test_a_cell_is_told_by_itself(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_numbers_beside_amounts_are_amounts() -> None:
    assert profile(["12.37", "41800", "10"]) == {"amount": 1.0}


def test_codes_are_of_one_length() -> None:
    assert profile(["2010101", "2010102"]) == {"code": 1.0}
    assert profile(["2010101", "41800"]) == {"amount": 1.0}


def test_blanks_count_for_nothing() -> None:
    assert profile(["", "—", "产出指标"]) == {"level1": 1.0}
    assert profile(["", ""]) == {}
