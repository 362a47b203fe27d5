from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.amounts import UnreadableAmount, is_amount, is_blank, parse_amount


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("421.98", "万元", "4219800.00"),
        ("1,234.50", "万元", "12345000.00"),
        ("3，518.85", "万元", "35188500.00"),
        ("１２３４", "元", "1234.00"),
        ("27955180", "元", "27955180.00"),
        ("(13.27)", "万元", "-132700.00"),
        ("（13.27）", "万元", "-132700.00"),
        ("-13.27", "万元", "-132700.00"),
        ("－13.27", "万元", "-132700.00"),
        ("−13.27", "万元", "-132700.00"),
        ("▲13.27", "万元", "-132700.00"),
        ("250万", "元", "2500000.00"),
        ("10606.7522万元", "元", "106067522.00"),
        ("854 万元", None, "8540000.00"),
        ("1.5亿元", "万元", "150000000.00"),
        ("￥12.30", "元", "12.30"),
        ("0.00", "万元", "0.00"),
        ("0", "元", "0.00"),
    ],
)
def test_amounts_are_read_in_yuan(text: str, unit: str | None, yuan: str) -> None:
    assert parse_amount(text, unit) == Decimal(yuan)


@pytest.mark.parametrize("mark", [
    "①", "②③", "⑳", "※", "†", "(注1)", "（注1）", "（注）", "〔注二〕", "[附注3]", "¹", "¹²", "[¹]", "*", "＊", "**", " ①", "\n①", "万元①",
])
def test_the_mark_of_a_note_is_none_of_the_amount_before_it(mark: str) -> None:
    assert parse_amount(f"1,234.50{mark}", "万元") == 12345000
    assert is_amount(f"1,234.50{mark}")


@pytest.mark.parametrize("text", ["88①", "88（注1）", "88[¹]", "-88※", "(88)①", "1,088¹", "1,088*"])
def test_some_marks_are_none_of_any_amount(text: str) -> None:
    assert parse_amount(text, "元") in (88, -88, 1088)


@pytest.mark.parametrize("text", [
    "12³", "10⁵", "12.5²", "12*", "1,2**", "12.3*", "12,345**", "1,234⁵⁰", "1,234.⁵⁰", "1,234.5⁰", "1,234.50⁰", "1,234.50¹²³", "1,234.50***",
    "1,234.50(1)", "1,234.50[1]", "1,234.50注1", "①1,234.50", "1,23①", "1,234.50①2", "5.00①\n6.00②", "5.00\n6.00①", "5\n6①", "5①\n6", "1,234.50(注：含上年5.00)",
    "10.00[¹²]0",
])
def test_what_may_be_a_part_of_the_number_is_no_mark(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_amount(text, "元")


@pytest.mark.parametrize("text", ["", " ", "\u3000", "—", "——", "-", "－", "--", "/", "／", "无"])
def test_blank_cells_are_no_amount_and_never_zero(text: str) -> None:
    assert is_blank(text)
    assert parse_amount(text, "万元") is None


@pytest.mark.parametrize(
    "text",
    [
        "待定", "33.0O", "1,23", "1234,567", "1.234.567", "1,2345.00", "12 345", "12.", ".5", "1e5", "5%", "037001", "00.50", "①", "½",
        "(−13)", "13-", "约5", "5元整吧", "12.00/13.00", "٣", "99999999999999999", "1" * 30,
    ],
)  # fmt: skip
def test_anything_else_is_unreadable_and_kept(text: str) -> None:
    with pytest.raises(UnreadableAmount) as error:
        parse_amount(text, "元")
    assert error.value.text == text


def test_digits_that_a_line_break_parts_are_one_amount_where_they_can_be_nothing_else() -> None:
    assert parse_amount("1,234,5\n67.89", "元") == Decimal("1234567.89")
    assert parse_amount("421.98\n万元", None) == Decimal("4219800.00")
    with pytest.raises(UnreadableAmount):
        parse_amount("12.50\n34.00", "元")
    with pytest.raises(UnreadableAmount):
        parse_amount("421\n98", "元")


def test_an_amount_without_unit_is_not_guessed() -> None:
    assert parse_amount("421.98", None) is None
    assert is_amount("421.98")


def test_what_is_finer_than_a_fen_is_rounded_half_up() -> None:
    assert parse_amount("0.0000005", "万元") == Decimal("0.01")
    assert parse_amount("925.078288", "万元") == Decimal("9250782.88")
    assert parse_amount("0.0000004", "万元") == Decimal("0.00")
    assert parse_amount("-0.005", "元") == Decimal("-0.01")


@given(st.decimals(min_value=0, max_value=10**11, places=2), st.sampled_from(["元", "万元", "亿元"]), st.booleans())
def test_every_printed_amount_is_read_back_exactly(amount: Decimal, unit: str, is_full_width: bool) -> None:
    factor = {"元": 1, "万元": 10**4, "亿元": 10**8}[unit]
    printed = f"{amount:,.2f}"
    if is_full_width:
        printed = printed.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    if amount * factor < 10**16:
        assert parse_amount(printed, unit) == amount * factor
        assert parse_amount(f"（{printed}）", unit) == -amount * factor


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        amount = parse_amount(text, "万元")
    except UnreadableAmount:
        return
    assert amount is None or amount == amount.quantize(Decimal("0.01"))
