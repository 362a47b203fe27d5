"""Reading takes time in proportion to a table's rows: what looks at all rows for each of them is not seen in a short table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time

import pytest

from expectations.causes import told_once
from expectations.checks import check
from transforms.parse import parse_document

ROWS = 600        # enough that a look at all rows for each one outweighs the rest
TRIES = 4         # a busy machine disturbs a measurement; all of them only where something is wrong
MOST = 3          # times as long for twice the rows: 2 in proportion, 4 with their square
TOP = "2031年项目支出表\n部门：云山市教育局\n单位：元\n项目名称,预算金额\n"


def listed(count: int) -> str:
    """Projects below a total that is none of their sums, so that every way to add them up is tried."""
    return "\n".join(["合计,1", *(f"第{number}号道路维修项目,{number % 97 + 1}" for number in range(count))])


def by_unit(count: int) -> str:
    """Units of ten projects, each below its sum."""
    units = ([f"第{unit}小学,100", *(f"第{unit}-{number}号道路维修项目,10" for number in range(10))] for unit in range(count // 10))
    return "\n".join([f"合计,{count * 10}", *(row for rows in units for row in rows)])



@pytest.mark.parametrize("rows", [listed, by_unit])
def test_twice_the_rows_take_twice_the_time(rows: Callable[[int], str]) -> None:
    read(rows(10))    # what is loaded once
    assert any(read(rows(2 * ROWS)) <= MOST * read(rows(ROWS)) for _ in range(TRIES))


def read(rows: str) -> float:
    """The seconds of the processor in which a list of projects is read and checked."""
    data, begun = f"{TOP}{rows}\n".encode(), process_time()
    document = parse_document("a.csv", data)
    check(document)
    assert document.errors == []
    assert document.projects
    return process_time() - begun


def test_twice_the_sums_that_fail_take_twice_the_time_to_find_their_causes() -> None:
    rows = [f"第{number}号道路维修项目,{number + 20 + 5 * (number % 3 == 0)},{number},20" for number in range(ROWS)]
    causes_of(rows[:10])
    assert any(causes_of(rows) <= MOST * causes_of(rows[: ROWS // 2]) for _ in range(TRIES))


def causes_of(rows: Sequence[str]) -> float:
    """The seconds of the processor in which the causes of sums that fail are found: a third of the projects, 5 yuan off each."""
    text = "\n".join(["2031年项目支出表", "单位：元", "项目名称,总计,财政拨款,其他资金", *rows])
    document = parse_document("a.csv", text.encode())
    outcomes = check(document)
    assert sum(outcome.status == "fail" for outcome in outcomes) * 3 >= len(rows)
    begun = process_time()
    told_once(document, outcomes)
    return process_time() - begun
