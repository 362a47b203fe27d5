"""Texts and cells in plain characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.readers.plain import cell_text, plain_text


@pytest.mark.parametrize(
    ("published", "plain"),
    [
        ("⾏政运⾏", "行政运行"),              # Kangxi radicals
        ("⻓期护理", "长期护理"),                # CJK Radicals Supplement, for which Unicode has no decomposition
        ("\uf9b5算", "例算"),                  # a compatibility ideograph
        ("1,2\u200b34.50", "1,234.50"),
        ("预\u00ad算", "预算"),
        ("\ufeff合计\u200e", "合计"),
        ("２０１", "２０１"),                    # widths stay as published
        ("①㎡½", "①㎡½"),                      # and what is another character
    ],
)
def test_what_looks_the_same_is_the_same(published: str, plain: str) -> None:
    assert plain_text(published) == plain


@pytest.mark.parametrize(
    ("published", "text"),
    [('="2010101"', "2010101"), ("'201", "201"), ("’2080505", "2080505"), ("'1,234.50", "1,234.50"), ("='x'!A1", "='x'!A1"), ("'十四五'规划", "'十四五'规划"), ("'", "'")],
)
def test_a_code_loses_what_guards_it(published: str, text: str) -> None:
    assert cell_text(published) == text


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("2.010101E+06", "2010101"), ("2.0101e+04", "20101"), ("1.86035E+03", "1860.35"), ("2.01E+02", "201"), ("2.01E+06", "2.01E+06"),
        ("2E+05", "2E+05"), ("4.40106E+20", "4.40106E+20"), ("1.5E-05", "1.5E-05"), ("2.01E+6", "2.01E+6"), ("A2.01E+02", "A2.01E+02"),
    ],
)
def test_a_number_in_powers_of_ten_is_written_out_where_all_its_digits_are_there(shown: str, text: str) -> None:
    assert cell_text(shown) == text


@given(st.text())
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)
