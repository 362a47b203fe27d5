from __future__ import annotations

from published import booklet, budget

from expectations.rules import severity_of
from expectations.rules.assumed_reading import check
from transforms.records import Assumption


def test_a_word_that_was_read_as_another_is_told_to_maintainers() -> None:
    document = booklet(budget("income_summary", "合计", ["201|教育支出|10.00"]), budget("expenditure_summary", "合计", []))
    document.tables[1].assumptions.append(Assumption("其它资金安排", "其他资金", "words +4.2"))
    outcomes = list(check(document))
    assert [outcome.status for outcome in outcomes] == ["pass", "fail"]
    assert outcomes[1].details == ({"title": "其它资金安排", "text": "其他资金", "evidence": "words +4.2"},)
    assert severity_of(outcomes[1]) == "info"
