"""Text and rulings out of the picture of a page."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.grid import Box
from transforms.readers.ocr import upright
from transforms.readers.ocr.lines import Cells, Line, erased, find_lines
from transforms.readers.ocr.recogniser import recogniser
from transforms.readers.ocr.rulings import find_rulings, segments
from transforms.readers.ocr.upright import Picture, Turn
from transforms.readers.pdf.page import Segment, Word


@dataclass(frozen=True, slots=True)
class Recognition:
    segments: list[Segment]
    words: list[Word]
    turn: Turn


def recognise(image: Picture, points_per_pixel: float) -> Recognition:
    picture = upright.evened(upright.without_seals(image, points_per_pixel), points_per_pixel)
    degrees = upright.skew(picture, points_per_pixel)
    if degrees:
        picture = upright.straightened(picture, degrees)
    rulings = find_rulings(upright.ink(picture), points_per_pixel)
    straight = segments(rulings, points_per_pixel)
    text = erased(picture, rulings)
    cells = Cells.between(straight, picture.shape, points_per_pixel)
    words = [_word(text, line, points_per_pixel) for line in find_lines(upright.ink(text), cells, points_per_pixel)]
    height, width = picture.shape
    turn = Turn(0, degrees, width * points_per_pixel, height * points_per_pixel)
    return Recognition(straight, words, turn)


def _word(text, line, ppp):
    import cv2
    h=line.bottom-line.top
    size=max(h, round(9/ppp))
    mid=(line.top+line.bottom)/2
    crop=text[line.top:line.bottom,line.left:line.right]
    add=(size-h)//2+max(1,round(size*PAD))
    side=max(1,round(size*SIDE))
    crop=cv2.copyMakeBorder(crop,add,add,side,side,cv2.BORDER_CONSTANT,value=255)
    r=recogniser().read(crop)
    return Word(r.text, Box(*(v*ppp for v in line[:4])), r.confidence)
PAD=0.12
SIDE=0.3
