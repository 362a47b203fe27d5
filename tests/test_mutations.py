"""Right documents that are broken on purpose: the rule meant for it tells it there, and nothing else is told."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks.bench_mutations import judge, right_case, sampled
from benchmarks.mutations import HARMLESS, MUTATIONS, Case
from expectations.rules import RULES

PUBLISHED = Path(__file__).resolve().parents[1] / "samples" / "published"
# A form of every kind that reads fast: text without borders, HTML, workbooks, a booklet.
DOCUMENTS = (
    "haiqu/education/2025/2025年项目支出绩效目标表.html",
    "haiqu/public-security/2022/2022年部门预算.xls", "haiqu/public-security/2024/2024年项目支出绩效目标表.txt",
    "haiqu/civil-affairs/2026/财政项目支出绩效目标批复表.docx", "qingchuan/agriculture/2025/项目支出绩效目标表.xlsx",
    "tianhe/people-congress-office/2023/tianhe-rd-2023.txt", "yunshan/cppcc-office/2025/2025年部门预算.html",
    "yunshan/health/2024/2024年部门预算项目支出绩效目标表.html", "yunshan/urban-management/2026/2026年重点项目绩效目标表.xlsx",
)


@cache
def cases() -> list[Case]:
    """The documents of which no rule says anything critical."""
    read = [right_case(path.name, path.read_bytes()) for path in map(PUBLISHED.joinpath, DOCUMENTS)]
    return [case for case in read if case]


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_broken_is_told_by_its_rule_at_its_place(name: str) -> None:
    verdicts = [(case.name, broken.said, judge(case, broken, name)) for case in cases() for broken in sampled(case, name, 1, 0)]
    assert [(document, said, verdict) for document, said, verdict in verdicts if not verdict.told or verdict.strays] == []


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_not_broken_is_not_told(name: str) -> None:
    verdicts = [judge(case, broken, name) for case in cases() for broken in sampled(case, name, 2, 0)]
    assert verdicts
    assert [verdict.strays for verdict in verdicts if verdict.strays] == []


def test_ways_name_rules_that_there_are() -> None:
    assert {rule for mutation in MUTATIONS.values() for rule in mutation.rules} <= set(RULES)
