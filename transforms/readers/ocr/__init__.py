"""Text and rulings out of the picture of a page: scans, and pages whose fonts do not say what their characters are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.grid import Box
from transforms.readers.ocr import numbers, upright
from transforms.readers.ocr.lines import Cells, Line, erased, find_lines
from transforms.readers.ocr.recogniser import THREADS, Reading, recogniser
from transforms.readers.ocr.rulings import find_rulings, segments
from transforms.readers.ocr.upright import Picture, Turn
from transforms.readers.pdf.lattice import lattices
from transforms.readers.pdf.page import Segment, Word
from transforms.vocabulary import vocabulary

_SAMPLE = 12        # of the longest lines: enough to tell which side of a page is up
_UPRIGHT = 0.85     # mean confidence of upright lines is 0.95 and more on bad scans, of lines on their head 0.3 to 0.6
_LOWEST = 9.0       # points: lower lines (dashes, 一) are shown to the model with the room of a line of text around them
_AROUND = 1.5       # points of the picture around a line: the grey edges of its outer strokes, without which a 4 is read as 1
_SIDE = 0.3         # white beside a line, in its heights
# White above and below, in heights of a line, and how much wider than it is a line is shown. Measured with PP-OCRv4 on 1 000 degraded
# amounts (100 to 200 dpi): without room 70 % are read right, as here 97.5 and 98 %, where both agree 99 %. More room loses digits of
# long numbers, as the model gives each 8 pixels one character at most. PP-OCRv6 reads 420 of 420 right where PP-OCRv4 reads 407.
_TEXT_LOOK = (0.2, 1.0)
_WIDE_LOOK = (0.4, 2.0)    # for a number of which characters got lost: 11 in narrow print
_SECOND_LOOK, _DOUBTFUL = (0.12, 1.1), 0.7    # for a text read with less confidence: ≤ and < are told apart in one of two sizes
_NUMBER_LOOKS = ((0.3, 1.1), (0.4, 1.3))
# A lone sign is read as a letter (V for ≥, E for =): it is shown in front of figures, as it stands in numbers everywhere else.
_SIGNS = ("≥", "≤", "=", ">", "<", "±", "≧", "≦")
_FIGURES, _FIGURES_WIDTH, _FIGURES_HEIGHT, _SIGN_ROOM = "95", 70, 48, 0.1
_NARROW = 11.0      # points: about one character of a table's text
_UNREAD = "□"       # what stands for ink that is as large as a character and was not recognised: it must not get lost
_CHARACTER, _LARGEST = 4.0, 40.0    # points: the smallest print has characters of 6, titles of up to 36; higher is a stain

cv2.setNumThreads(THREADS)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised on a page; places are on the upright page, `turn` says how it was made upright."""

    segments: list[Segment]
    words: list[Word]
    turn: Turn


def recognise(image: Picture, points_per_pixel: float) -> Recognition:
    """Recognise a page.

    Args:
        image: (height, width) grey or (height, width, 3) red, green, blue; 150 to 300 dots per inch serve best.
        points_per_pixel: the size of a pixel.

    Returns:
        Ruling lines, and a word for each line of text in each cell, with the confidence of its least certain character.
    """
    picture = upright.evened(upright.without_seals(image, points_per_pixel), points_per_pixel)
    read = [_Straightened(picture, points_per_pixel)]
    if not read[0].is_upright:
        read += [_Straightened(upright.turned(picture, quarters), points_per_pixel, quarters) for quarters in (2, 1, 3)]
    page = max(read, key=lambda candidate: candidate.certainty)
    return Recognition(page.rulings, page.words(), page.turn)


def has_table(image: Picture, points_per_pixel: float, least_cells: int) -> bool:
    """Whether a picture has the rulings of a table with so many cells; arguments as those of `recognise`."""
    picture = upright.evened(upright.without_seals(image, points_per_pixel), points_per_pixel)
    found = segments(find_rulings(picture, points_per_pixel), points_per_pixel)
    return any(len(table.regions) >= least_cells for table in lattices(found))


def straighten(image: Picture, turn: Turn) -> Picture:
    """The picture of a page made upright as it was for its recognition."""
    return upright.straightened(upright.turned(image, turn.quarters), turn.degrees)


class _Straightened:
    """A page turned by some quarters and straightened: its rulings, its lines, and how well some of them can be read."""

    def __init__(self, picture: Picture, points_per_pixel: float, quarters: int = 0) -> None:
        degrees = upright.skew(picture, points_per_pixel)
        picture = upright.straightened(picture, degrees) if degrees else picture
        self._scale = points_per_pixel
        height, width = picture.shape
        self.turn = Turn(quarters, degrees, width * points_per_pixel, height * points_per_pixel)
        found = find_rulings(picture, points_per_pixel)
        self.rulings = segments(found, points_per_pixel)
        self._text = erased(picture, found, points_per_pixel)
        cells = Cells.between(self.rulings, picture.shape, points_per_pixel)
        self._ink = upright.ink(self._text)
        self._lines = find_lines(self._ink, cells, points_per_pixel)
        sample = sorted(self._lines, key=lambda line: line.left - line.right)[:_SAMPLE]
        self._sampled = {line: self._look(line, *_TEXT_LOOK) for line in sample}
        self.certainty = _mean(list(self._sampled.values()))

    @property
    def is_upright(self) -> bool:
        """Whether its text can be read as it stands."""
        return self.certainty >= _UPRIGHT

    def words(self) -> list[Word]:
        """Its text, a word for each line of each cell; what cannot be read as □."""
        words = []
        for line in self._lines:
            reading = self._read(line)
            box = Box(*(place * self._scale for place in line[:4]))
            if reading.text.strip():
                words.append(Word(printed(reading.text), box, reading.confidence))
            elif min(box.right - box.left, box.bottom - box.top) >= _CHARACTER and box.bottom - box.top <= _LARGEST:
                words.append(Word(_UNREAD, box, 0.0))
        return words

    def _read(self, line: Line) -> Reading:
        """Read a line; what looks like a number is looked at twice more, in other sizes."""
        reading = self._sampled.get(line) or self._look(line, *_TEXT_LOOK)
        if numbers.is_number_like(reading.text):
            seen = numbers.count_characters(self._ink[line.top : line.bottom, line.left : line.right])
            number = numbers.agreed([self._look(line, *look) for look in _NUMBER_LOOKS])
            if numbers.is_short(number, seen):
                number = numbers.agreed([self._look(line, *_WIDE_LOOK)])
            return numbers.doubted(number) if numbers.is_short(number, seen) else number
        if line.right - line.left <= _NARROW / self._scale and not _is_plain_character(reading):
            return self._sign(line) or reading
        if reading.confidence < _DOUBTFUL:
            return max(reading, self._look(line, *_SECOND_LOOK), key=lambda look: look.confidence)
        return reading

    def _sign(self, line: Line) -> Reading | None:
        """Read a line of one character as the sign in front of a number; None where it is none."""
        crop = self._crop(line, _SIGN_ROOM)
        figures = np.full((_FIGURES_HEIGHT, _FIGURES_WIDTH), 255, np.uint8)
        cv2.putText(figures, _FIGURES, (4, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 2, cv2.LINE_AA)
        width = round(_FIGURES_WIDTH * len(crop) / _FIGURES_HEIGHT)
        shown = np.hstack([crop, cv2.resize(figures, (width, len(crop)), interpolation=cv2.INTER_AREA)])
        reading = numbers.plain(recogniser().read(np.asarray(shown, np.uint8)))
        sign = reading.text.removesuffix(_FIGURES)
        return Reading(sign, reading.confidences[:1]) if sign in _SIGNS and sign != reading.text else None

    def _look(self, line: Line, room: float, stretch: float) -> Reading:
        return recogniser().read(self._crop(line, room), stretch=stretch)

    def _crop(self, line: Line, room: float) -> Picture:
        """The picture of a line with white around it: above and below `room` heights of it."""
        height = line.bottom - line.top
        around = round(_AROUND / self._scale)
        size = max(height, round(_LOWEST / self._scale))
        top, left = max(line.top - around, 0), max(line.left - around, 0)
        crop = self._text[top : line.bottom + around, left : line.right + around]
        above = max((size - height) // 2 + round(size * room) - around, 0)
        side = max(round(size * _SIDE) - around, 0)
        return np.asarray(cv2.copyMakeBorder(crop, above, above, side, side, cv2.BORDER_CONSTANT, value=(255,)), np.uint8)


def _is_plain_character(reading: Reading) -> bool:
    """Whether a reading is one Chinese character or figure, and certain."""
    return reading.confidence >= _DOUBTFUL and len(reading.text) == 1 and (reading.text.isdigit() or "\u4e00" <= reading.text <= "\u9fff")


def printed(text: str) -> str:
    """A text with the words that the model takes for others put right."""
    for pattern, word in vocabulary("misread")["words"].items():
        text = re.sub(pattern, word, text)
    return text


def _mean(readings: Sequence[Reading]) -> float:
    """The mean confidence of the characters read."""
    confidences = [confidence for reading in readings for confidence in reading.confidences]
    return sum(confidences) / len(confidences) if confidences else 0.0
