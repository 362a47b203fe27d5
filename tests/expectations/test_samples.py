"""What the rules say of published documents: the real one, and the samples that are wrong on purpose (samples/README.md)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from expectations import check, findings
from transforms.archives import Member, members
from transforms.parse import parse_document

PUBLISHED = Path(__file__).parents[2] / "samples" / "published"
WRONG = {
    "yunshan/transport/2024/2024年项目支出绩效目标表.txt": {"total-ties-to-projects": 1},
    "yunshan/health/2022/项目支出绩效目标表.txt": {
        "total-ties-to-projects": 1, "duplicate-project": 1, "missing-goal": 1, "missing-indicators": 2,
        "template-left-over": 1,
    },
    "yunshan/cppcc-office/2022/2022年项目支出绩效目标表.xlsx": {"row-ties-to-funding": 1, "unreadable-amount": 1, "missing-indicators": 3},
    "yunshan/culture-tourism/2024/附件3：2024年项目支出绩效目标表.xlsx": {"unreadable-document": 1},
    "haiqu/archives/2024/2024年项目支出绩效目标表.txt": {},
    "haiqu/civil-affairs/2024/2024年项目支出绩效目标表.txt": {"column-shift": 1},
    "qingchuan/agriculture/2023/2023年项目支出绩效目标表.html": {"missing-unit": 1, "missing-indicators": 1},
    "qingchuan/agriculture/2024/2024年项目支出绩效目标表.xlsx": {"row-ties-to-funding": 1},
    "qingchuan/disabled-federation/2024/2024年项目支出绩效目标表.txt": {
        "unreadable-amount": 1, "missing-goal": 1, "missing-indicators": 1,
    },
    # Nine rows after the page break lost a cell; 编外人员聘用经费 and 日常办公经费（23n） have no benefit indicator. A public account, a
    # cloud platform and rented servers have the indicators of a conference system; 费用支付合规率 and 按时完成率 are no benefits.
    "tianhe/people-congress-office/2023/tianhe-rd-2023.txt": {
        "column-shift": 9, "missing-indicators": 2, "copied-indicators": 1, "misfiled-indicator": 8,
    },
}
# Critical only; what else the rules say of these is their own tests' business.
WRONG_IN_PART = {
    "qingchuan/forestry/2023/2023年项目支出绩效目标表.txt": {"column-shift": 2},    # quarantined: half of its money
    "qingchuan/agriculture/2026/部门预算项目绩效目标表.csv": {"total-ties-to-projects": 1},
    "haiqu/people-congress-office/2025/2025年预算公开附件.zip": {"row-ties-to-funding": 1},
}


@pytest.mark.parametrize(("file", "expected"), WRONG.items(), ids=list(WRONG))
def test_what_is_wrong_is_found_and_nothing_else(file: str, expected: dict[str, int]) -> None:
    parsed = parse_document(file, (PUBLISHED / file).read_bytes())
    assert Counter(finding.rule for finding in findings(parsed, check(parsed))) == Counter(expected)


def test_documents_with_nothing_wrong_raise_no_critical_alarm() -> None:
    for path in PUBLISHED.rglob("*"):
        file = path.relative_to(PUBLISHED).as_posix()
        if path.is_file() and file not in WRONG:
            for member in list(members(path.read_bytes())) or [Member(file, path.read_bytes())]:
                parsed = parse_document(f"{file}/{member.path}", member.data)
                critical = Counter(finding.rule for finding in findings(parsed, check(parsed)) if finding.severity == "critical")
                assert critical == WRONG_IN_PART.get(file, {}), file
