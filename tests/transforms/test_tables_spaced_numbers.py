"""Spaces between thousands."""

from decimal import Decimal

import pytest

from transforms.amounts import UnreadableAmount, parse_amount
from transforms.parse import parse_document


def amounts(*texts: str, total: str = "") -> list[Decimal | None]:
    """What is read of a column of amounts in 元."""
    rows = [f"第{number}水厂改造,{text}," for number, text in enumerate(texts)] + ([f"合计,{total},"] if total else [])
    text = "\n".join(["2031年项目支出表", "单位：元", "项目名称,预算金额,备注", *rows])
    [table] = parse_document("a.csv", text.encode()).tables
    return [line.amount for line in table.lines]


@pytest.mark.parametrize("text", ["1\u202f234\u202f567.50", "1\u2009234\u2009567.50", "1\u2007234\u2007567.50"])
def test_thin_spaces_stand_between_thousands_only(text: str) -> None:
    assert parse_amount(text, "元") == Decimal("1234567.50")


@pytest.mark.parametrize("text", ["1 234 567.50", "12\u00a0345.60", "1\u202f23", "1\u202f2345"])
def test_of_other_spaces_nobody_knows_what_they_stand_between(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_amount(text, "元")


@pytest.mark.parametrize("space", [" ", "\u00a0"])
@pytest.mark.parametrize(("texts", "total"), [
    (["1 350 000.00", "105 000.00", "98.50"], "1 455 098.50"),
    (["1 350 000.00", "105 000.00"], ""),
    (["1 350 000", "105 000", "98"], "1 455 098"),
])
def test_numbers_of_a_column_that_proves_it_are_one(space: str, texts: list[str], total: str) -> None:
    expected = [Decimal(text.replace(" ", "")) for text in [*texts, *filter(None, [total])]]
    assert amounts(*(text.replace(" ", space) for text in texts), total=total.replace(" ", space)) == expected


@pytest.mark.parametrize(("texts", "total"), [
    pytest.param(["1 350 000", "105 000"], "", id="nothing-proves-it"),
    pytest.param(["1 350 000", "105 000"], "1 456 000", id="the-sum-denies-it"),
    pytest.param(["12 345.60", "23 456.70", "1234.50"], "", id="a-number-is-printed-otherwise"),
    pytest.param(["1 345.60", "2 456.70", "3 567.80"], "", id="numbers-of-rows-stand-in-front"),
    pytest.param(["12 345.6", "23 456.70"], "", id="with-different-places"),
])
def test_numbers_of_a_column_that_does_not_prove_it_are_unreadable(texts: list[str], total: str) -> None:
    assert None in amounts(*texts, total=total)
