from __future__ import annotations

from transforms.tables.sums import Sum, Values, find_sums, is_least, numbers


def column(*texts: str) -> Values:
    return numbers([(text,) for text in texts])


def test_a_column_that_others_add_up_to_is_their_total() -> None:
    total, first, second = column("10", "8", "3"), column("7", "5", "1"), column("3", "3", "2")
    assert find_sums([first, total, second]) == [Sum(1, (0, 2), 6.0)]


def test_rows_with_one_part_only_tell_nothing() -> None:
    assert find_sums([column("10", "8"), column("10", "8"), column("", "")]) == []


def test_one_row_of_many_may_be_wrong() -> None:
    parts = ["1"] * 20
    total = ["2"] * 19 + ["5"]
    assert [found.total for found in find_sums([column(*total), column(*parts), column(*parts)])] == [0]
    wrong = ["2"] * 10 + ["5"] * 10
    assert find_sums([column(*wrong), column(*parts), column(*parts)]) == []


def test_what_is_smaller_is_no_total() -> None:
    assert is_least(column("1", "2"), [column("5", "6")]) is True
    assert is_least(column("5", "6"), [column("1", "2")]) is False
    assert is_least(column("5", "6"), [column("", "")]) is None
