from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.grid import Box
from transforms.readers.ocr import upright
from transforms.readers.ocr.rulings import find_rulings, segments
from transforms.readers.ocr.upright import Picture, Turn
from transforms.readers.pdf.page import Segment

POINTS_PER_PIXEL = 72 / 150
HEIGHT, WIDTH = 1240, 1754    # A4 on its side
ACROSS, DOWN = (150, 420, 700, 1100, 1600), (200, 240, 330, 420, 800, 1000)    # pixels
TOLERANCE = 1.5    # points


def paper() -> Picture:
    return np.full((HEIGHT, WIDTH), 255, np.uint8)


def ruled(*, grey: int = 60, breadth: int = 2) -> Picture:
    picture = paper()
    for y in DOWN:
        cv2.line(picture, (ACROSS[0], y), (ACROSS[-1], y), (grey,), breadth)
    for x in ACROSS:
        cv2.line(picture, (x, DOWN[0]), (x, DOWN[-1]), (grey,), breadth)
    return picture


def noisy(picture: Picture, spread: float, seed: int = 1) -> Picture:
    noise = np.random.default_rng(seed).normal(0, spread, picture.shape)
    return np.clip(picture * (235 / 255) + noise, 0, 255).astype(np.uint8)


def found(picture: Picture) -> list[Segment]:
    even = upright.evened(picture, POINTS_PER_PIXEL)
    return segments(find_rulings(upright.straightened(even, upright.skew(even, POINTS_PER_PIXEL)), POINTS_PER_PIXEL), POINTS_PER_PIXEL)


def assert_grid(lines: list[Segment]) -> None:
    level = [line for line in lines if line.is_horizontal]
    plumb = [line for line in lines if not line.is_horizontal]
    assert [line.position for line in level] == pytest.approx([y * POINTS_PER_PIXEL for y in DOWN], abs=TOLERANCE)
    assert [line.position for line in plumb] == pytest.approx([x * POINTS_PER_PIXEL for x in ACROSS], abs=TOLERANCE)
    for lines_of_one, ends in ((level, ACROSS), (plumb, DOWN)):
        for line in lines_of_one:
            assert (line.begin, line.end) == pytest.approx((ends[0] * POINTS_PER_PIXEL, ends[-1] * POINTS_PER_PIXEL), abs=TOLERANCE)


@settings(max_examples=8, deadline=None)
@given(degrees=st.floats(-4, 4), grey=st.integers(0, 150), spread=st.floats(0, 8), breadth=st.integers(1, 4))
def test_a_grid_is_found_whatever_its_skew_noise_and_breadth(degrees: float, grey: int, spread: float, breadth: int) -> None:
    assert_grid(found(noisy(upright.straightened(ruled(grey=grey, breadth=breadth), -degrees), spread)))


def test_a_line_with_gaps_is_one() -> None:
    picture = ruled()
    for x in range(200, 1600, 130):
        picture[:, x : x + 8] = np.where(np.arange(HEIGHT)[:, None] % 1240 == DOWN[2], 255, picture[:, x : x + 8])
        picture[DOWN[2] - 2 : DOWN[2] + 3, x : x + 8] = 255
    assert_grid(found(picture))


def test_bent_lines_stand_where_most_of_them_does() -> None:
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    bent = cv2.remap(ruled(), across, down + 2.5 * np.sin(across / WIDTH * np.pi).astype(np.float32), cv2.INTER_LINEAR)
    lines = found(np.asarray(bent, np.uint8))
    assert (sum(line.is_horizontal for line in lines), sum(not line.is_horizontal for line in lines)) == (len(DOWN), len(ACROSS))


def test_the_edge_of_the_sheet_is_no_line() -> None:
    picture = ruled()
    picture[:, :14] = 20
    picture[:9] = 15
    assert_grid(found(picture))


def test_a_shaded_page_has_the_same_lines() -> None:
    shade = np.linspace(0.6, 1, WIDTH)[None, :]
    assert_grid(found((ruled() * shade).astype(np.uint8)))


def test_a_red_seal_goes_and_the_print_under_it_stays() -> None:
    picture = np.repeat(ruled()[..., None], 3, axis=2)
    cv2.circle(picture, (700, 420), 110, (215, 40, 45), 8)
    picture[ruled() < 128] = 60
    assert_grid(found(upright.without_seals(picture, POINTS_PER_PIXEL)))


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("degrees", [0.0, 1.7])
def test_boxes_of_the_upright_page_are_found_on_the_page_as_shown(quarters: int, degrees: float) -> None:
    shown = np.zeros((400, 600), np.uint8)
    shown[80:120, 300:360] = 255
    turned = upright.turned(shown, quarters)
    matrix = cv2.getRotationMatrix2D((turned.shape[1] / 2, turned.shape[0] / 2), degrees, 1.0)
    rows, columns = np.nonzero(cv2.warpAffine(turned, matrix, turned.shape[::-1]) > 128)
    box = Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
    back = Turn(quarters, degrees, turned.shape[1], turned.shape[0]).as_shown(box)
    assert back == pytest.approx((300, 80, 360, 120), abs=4)
