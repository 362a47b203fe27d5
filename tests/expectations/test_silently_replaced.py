"""`silently-replaced`, as far as the document itself tells: whether it says that something was corrected."""

from __future__ import annotations

import pytest
from published import booklet

from expectations.rules.silently_replaced import check


def status(*prose: str) -> tuple[str, str | None]:
    [outcome] = check(booklet(prose=prose))
    return outcome.status, outcome.reason


@pytest.mark.parametrize("prose", [
    ["更正说明", "我局2024年2月5日公开的部门预算中，收入总计填写有误，现更正如下：收入总计为120.50万元。"],
    ["关于云山市教育局2024年部门预算的更正公告"],
    ["因录入错误，现将更正后的2024年部门预算重新公布，原公布的作废。"],
    ["勘误：表三合计数应为120.50万元。"],
])
def test_passes_where_the_text_says_what_was_corrected(prose: list[str]) -> None:
    assert status(*prose) == ("pass", None)


@pytest.mark.parametrize("prose", [
    [],
    ["一、部门职责", "负责全县不动产更正登记、异议登记工作。"],
    ["受理政府信息公开申请、更正申请。"],
    ["本预算数据如有更正，以最新公布的为准。"],
    ["本年度无预算调整事项。"],
    ["纠正错案，依法更正判决。"],
])
def test_does_not_apply_where_only_the_version_before_can_tell(prose: list[str]) -> None:
    assert status(*prose) == ("not_applicable", "needs-version-before")
