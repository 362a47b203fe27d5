"""Right documents of a publisher nobody has seen accuse nobody; broken, they are told once.

`unusual/` are invented: money carried over that is negative, 其中 in rows and columns, sums off by rounding, quarters, two years side by
side, empty tables, tables of nothing but totals, subtotals below their projects.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks.bench_mutations import judge, right_case, sampled
from benchmarks.mutations import MUTATIONS, Case
from expectations.checks import check
from expectations.rules import RULES
from transforms.parse import parse_document

FOLDER = Path(__file__).with_name("unusual")
DOCUMENTS = sorted(path.name for path in FOLDER.iterdir())
OURS = {rule.id for rule in RULES.values() if rule.is_for_maintainers}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_right_and_unusual_accuses_nobody(name: str) -> None:
    document = parse_document(name, (FOLDER / name).read_bytes())
    assert document.tables
    assert document.errors == []
    assert [(outcome.rule, outcome.label) for outcome in check(document) if outcome.status == "fail" and outcome.rule not in OURS] == []


@cache
def cases() -> list[Case]:
    read = [right_case(name, (FOLDER / name).read_bytes()) for name in DOCUMENTS]
    return [case for case in read if case]


@pytest.mark.parametrize("name", MUTATIONS)
def test_broken_they_are_told_once_at_the_right_place(name: str) -> None:
    assert len(cases()) == len(DOCUMENTS)
    verdicts = [(case.name, broken.said, judge(case, broken, name)) for case in cases() for broken in sampled(case, name, 2, 1)]
    assert [each for each in verdicts if not each[2].told or each[2].strays or (len(each[2].sums) > 1 and not MUTATIONS[name].several)] == []
