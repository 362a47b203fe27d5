"""What is printed for people: as a table where it fits, otherwise as records; numbers whole, texts visible."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import terminal


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def show(width: int, columns: tuple[str, ...], rows: Any) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        terminal.show(columns, rows)
        return capsys.readouterr().out.splitlines()
    return show


def wide(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line if not unicodedata.combining(sign))


def test_a_table_that_fits_is_a_table(shown: Any) -> None:
    assert shown(40, ("项目名称", "amount_yuan"), [("会议经费", Decimal("370000.00")), ("[/项目]", None)]) == [
        "项目名称  amount_yuan",
        "────────  ───────────",
        "会议经费    370000.00",
        "[/项目]",
    ]


def test_a_long_text_is_broken_and_a_number_never(shown: Any) -> None:
    assert shown(40, ("goal", "amount"), [("保障机关正常运转，按时足额发放工资和社会保险费。", Decimal("12345678901.00"))]) == [
        "goal                      amount",
        "────────────────────────  ──────────────",
        "保障机关正常运转，按时足  12345678901.00",
        "额发放工资和社会保险费。",
    ]


def test_a_number_longer_than_those_before_stays_whole(shown: Any) -> None:
    rows = [(Decimal("1.00"), "a")] * terminal.SAMPLE + [(Decimal("9999999999999999.99"), "b")]
    assert shown(30, ("n", "t"), rows)[-1] == "9999999999999999.99  b"


def test_what_does_not_fit_is_shown_as_one_record_after_another(shown: Any) -> None:
    columns = ("department_name", "message_zh", "amount_yuan")
    assert shown(38, columns, [("财政局", "合计与各项目之和不一致。", Decimal("1.00")), ("水务局", "一\n二", None)]) == [
        "─ 1 ──────────────────────────────────",
        "department_name │ 财政局",
        "message_zh      │ 合计与各项目之和不一",
        "                │ 致。",
        "amount_yuan     │ 1.00",
        "─ 2 ──────────────────────────────────",
        "department_name │ 水务局",
        "message_zh      │ 一",
        "                │ 二",
        "amount_yuan     │",
    ]


def test_a_text_of_a_megabyte_is_broken_in_a_moment(shown: Any) -> None:
    """In time with its length, not with its square: it took hours."""
    lines = shown(40, ("goal",), [("预算绩效" * 100_000 + " " + "a" * 100_000,)])
    assert len(lines) == 2 + 400_000 // 20 + 1 + 100_000 // 40 - 1


def test_an_empty_answer_says_so(shown: Any) -> None:
    assert shown(80, ("a",), []) == ["a", "─", "(no rows)"]
    assert shown(5, ("department_name",), []) == ["(no rows)"]


def test_rows_are_taken_as_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that never ends is shown all the same."""
    taken = count()

    class Enough(Exception):
        pass

    class Screen:
        def writelines(self, lines: Any) -> None:
            for number, _ in enumerate(lines):
                if number == 2000:
                    raise Enough

    monkeypatch.setattr(terminal.sys, "stdout", Screen())
    with pytest.raises(Enough):
        terminal.show(("n",), ((number,) for number in taken))
    assert next(taken) < 2000 + terminal.SAMPLE


@given(st.text())
def test_nothing_invisible_is_left_in_a_text(text: str) -> None:
    seen = terminal.visible(text)
    assert not [sign for sign in seen if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign != "\n"]
    seen.encode()    # half a character would not be printed at all
    assert all(sign in seen for sign in text if unicodedata.category(sign)[0] in "LNPS")


AMOUNTS = st.none() | st.decimals(allow_nan=False, places=2, min_value=-10**12, max_value=10**12)


@given(st.lists(st.tuples(st.text(), st.text(max_size=3), AMOUNTS), min_size=1, max_size=5), st.integers(35, 120))
def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(rows: list[tuple[object, ...]], width: int) -> None:
    columns = ("a_name", "b", "amount")
    widths = terminal._widths(columns, rows, width)
    lines = list(terminal._table(columns, widths, rows) if widths else terminal._records(columns, rows, width))
    shown = "".join("".join(lines).split())
    assert all(wide(line) <= width for line in lines)
    for *_, amount in rows:
        assert amount is None or f"{amount}" in shown
