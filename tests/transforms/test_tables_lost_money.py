"""What a layout says of amounts is held against the records that it made."""

from __future__ import annotations

import pytest

from transforms.grid import Cell, Grid
from transforms.records import Place, Project
from transforms.tables.ledger import OF_ANOTHER_TERM, Fate, Ledger
from transforms.tables.lost_money import lost_money

LABEL, AMOUNT = Cell("资金总额", 1, 1), Cell("8.50", 1, 2)


def project(**amounts: str) -> Project:
    """A project whose amounts are published like this."""
    return Project("河道保洁", None, None, None, {}, None, [], 0, Place(), amount_text=amounts)


def ledger(fate: Fate, meaning: str, label: Cell = LABEL, amount: Cell = AMOUNT) -> Ledger:
    """A label of the total with its amount, of which this was taken down."""
    found = Ledger(Grid((label, amount)))
    found.enter([label], "structure", "total")
    found.enter([amount], fate, meaning)
    found.under(amount, label.text)
    return found


@pytest.mark.parametrize("text", ["8.50", "8.5", "８.５０", "3｜8.50"])
def test_an_amount_that_a_project_states_is_not_lost(text: str) -> None:
    assert lost_money(ledger("record", "total_year"), [project(total=text)]) == []


@pytest.mark.parametrize("amounts", [{"total": ""}, {"total": "8.00"}, {"other": "8.50"}, {}])
def test_an_amount_that_the_ledger_has_in_a_record_and_no_project_states_is_told(amounts: dict[str, str]) -> None:
    (doubt,) = lost_money(ledger("record", "total"), [project(**amounts)])
    assert (doubt.reason, doubt.header, doubt.texts, doubt.is_critical, doubt.is_believed) == ("unread", "资金总额", ("8.50",), True, False)


def test_an_amount_of_another_term_is_told_where_the_project_has_none() -> None:
    label = Cell("三年盘子", 1, 1, read_as="中期资金总额")
    assert [doubt.texts for doubt in lost_money(ledger(*OF_ANOTHER_TERM, label), [project(total="")])] == [("8.50",)]
    assert lost_money(ledger(*OF_ANOTHER_TERM, label), [project(total="4.00")]) == []


def test_a_known_label_of_the_total_may_be_published_blank() -> None:
    assert lost_money(ledger(*OF_ANOTHER_TERM), [project(total="")]) == []


def test_points_and_what_is_no_project_lose_no_money() -> None:
    label = Cell("权重", 1, 1, read_as="备注")
    assert lost_money(ledger("not kept", "unread", label, Cell("10", 1, 2)), [project(total="")]) == []
    assert lost_money(ledger("not kept", "unread", label), []) == []
