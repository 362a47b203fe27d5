from __future__ import annotations

import pytest
from published import booklet, budget

from expectations.rules import severity_of
from expectations.rules.unread_cells import check
from transforms.records import Doubt, Place


def test_every_table_is_asked() -> None:
    outcomes = list(check(booklet(budget("income_summary", "合计", ["201|教育支出|10.00"]), budget("expenditure_summary", "合计", []))))
    assert [(outcome.subject, outcome.index, outcome.status) for outcome in outcomes] == [
        ("table", 0, "pass"), ("table", 1, "pass"),
    ]


@pytest.mark.parametrize(("is_critical", "severity"), [(True, "critical"), (False, "warning")])
def test_cells_that_nobody_understood_are_told_with_their_texts(is_critical: bool, severity: str) -> None:
    document = booklet(budget("income_summary", "合计", ["201|教育支出|10.00"]))
    document.tables[0].doubts.append(Doubt("unread", "另列", ("10.00",), 1, is_critical, is_believed=True, place=Place(row=3)))
    failed = next(iter(check(document)))
    assert (failed.status, failed.is_certain, severity_of(failed), failed.place.row) == ("fail", True, severity, 3)
    assert failed.details == ({"reason": "unread", "title": "另列", "text": "10.00", "count": "1"},)
