"""A table as a picture."""

from __future__ import annotations

import cv2
import numpy as np

ROWS = [["201", "A1", "12.50"], ["20101", "B2", "7.25"], ["2010101", "C3", "5.25"]]
WIDTH = 380.0    # points, that the picture is wide


def picture(*, has_lines: bool = True, form: str = ".png") -> bytes:
    """A picture of the table, with its rulings or without."""
    drawn = np.full((200, 800, 3), 255, np.uint8)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            cv2.putText(drawn, text, (30 + 260 * column, 50 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0, 0, 0), 2, cv2.LINE_AA)
    for place in range(4) if has_lines else ():
        cv2.line(drawn, (10, 10 + 60 * place), (790, 10 + 60 * place), (0, 0, 0), 2)
        cv2.line(drawn, (10 + 260 * place, 10), (10 + 260 * place, 190), (0, 0, 0), 2)
    return bytes(cv2.imencode(form, drawn)[1])
