from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from transforms.readers.ocr import Recognition, printed, recognise
from transforms.readers.ocr.numbers import agreed, count_characters, is_number_like, is_short
from transforms.readers.ocr.recogniser import Reading
from transforms.readers.ocr.upright import Picture

SCAN = Path(__file__).parent / "data" / "scanned-form.jpg"    # an invented form, printed and scanned: skewed, noisy, 160 dpi
POINTS_PER_PIXEL = 72 / 160


def picture() -> Picture:
    decoded = cv2.imread(str(SCAN), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


@cache
def recognised(quarters: int) -> Recognition:
    return recognise(np.ascontiguousarray(np.rot90(picture(), quarters)), POINTS_PER_PIXEL)


def test_a_scan_is_read_cell_by_cell() -> None:
    texts = [word.text for word in recognised(0).words]
    for text in ("项目支出绩效目标表", "信息系统安全等级测评", "年度资金总额：", "测评费用节约率", "≥3%", "5个", "可持续影响指标", "本级"):
        assert text in texts
    assert texts.count("78.47") == 2


def test_amounts_are_certain() -> None:
    assert all(word.confidence is not None and word.confidence > 0.9 for word in recognised(0).words if word.text == "78.47")


def test_rulings_of_the_form_are_found() -> None:
    lines = recognised(0).segments
    assert (sum(line.is_horizontal for line in lines), sum(not line.is_horizontal for line in lines)) == (13, 8)


def test_print_without_a_table_has_no_rulings() -> None:
    assert recognise(picture()[:240], POINTS_PER_PIXEL).segments == []    # title, year and a line of names


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_page_on_its_side_or_on_its_head_is_turned(quarters: int) -> None:
    turned = recognised(quarters)
    assert turned.turn.quarters == quarters
    assert [word.text for word in turned.words].count("78.47") == 2


@pytest.mark.parametrize("text", ["1,234.50", "-13.27", "（13.27）", "100%", "L.271.62", "O.00", "3 508 644.00", "▲5"])
def test_what_may_be_a_number_is_looked_at_again(text: str) -> None:
    assert is_number_like(text)


@pytest.mark.parametrize("text", ["5个", "≥3%", "-", "", "2023年", "DIO"])
def test_what_is_none_is_not(text: str) -> None:
    assert not is_number_like(text)


def reading(text: str, confidence: float) -> Reading:
    return Reading(text, (confidence,) * len(text))


def test_looks_that_agree_bear_each_other_out() -> None:
    number = agreed([reading("1,234.50", 0.8), reading("1,234.50", 0.7)])
    assert (number.text, round(number.confidence, 2)) == ("1,234.50", 0.94)


def test_looks_that_differ_leave_a_doubt() -> None:
    number = agreed([reading("4,827.15", 0.99), reading("1,827.15", 0.98)])
    assert (number.text, number.confidence) == ("4,827.15", 0.5)


@pytest.mark.parametrize(
    ("text", "number"), [("16.845.17", "16,845.17"), ("6.804,275.35", "6,804,275.35"), ("1 234.5", "1234.5"), ("1，234", "1,234"), ("1.234", "1.234"), ("1.23.4", "1.23.4")],
)
def test_of_several_points_only_the_last_is_decimal(text: str, number: str) -> None:
    assert agreed([reading(text, 0.9)]).text == number


def test_a_digit_that_was_seen_and_not_read_is_missed() -> None:
    ink = np.zeros((20, 90), np.uint8)
    for left in (2, 14, 26, 38, 60):    # five digits and a point
        cv2.rectangle(ink, (left, 1), (left + 6, 18), (1,), -1)
    ink[16:19, 52:55] = 1
    assert count_characters(ink) == 5
    assert is_short(reading("210.1", 0.99), count_characters(ink))
    assert not is_short(reading("2101.1", 0.99), count_characters(ink))


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("年度日标", "年度目标"),
        ("日标", "目标"),
        ("三级指标日标值", "三级指标目标值"),
        ("科日编码", "科目编码"),
        ("功能分类科日", "功能分类科目"),
        ("项日名称", "项目名称"),
        ("项日", "项目"),
    ],
)
def test_a_term_read_as_a_word_that_looks_alike_is_put_right(read: str, text: str) -> None:
    assert printed(read) == text


# A line may end within a word: the next one goes on with 常 or 识.
@pytest.mark.parametrize(
    "text",
    ["每日标准", "节日标语", "节日标", "各类日常维护", "各类日", "专项日常公用经费", "专项日", "单项日期", "本科日常教学", "外科日间手术", "本科日"],
)
def test_a_word_that_is_none_of_a_budgets_terms_stays_as_it_was_read(text: str) -> None:
    assert printed(text) == text
