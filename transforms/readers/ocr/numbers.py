"""Numbers: read twice and counted, because a digit misread or lost is not seen by looking at the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

import cv2

from transforms.readers.ocr.recogniser import Reading
from transforms.readers.ocr.upright import Picture

_DOUBT = 0.5        # confidence at most of what two looks read differently: below every threshold of the rules
# What is read for a number that is blurred counts too, so that it is looked at again: l, I, | and [ for 1, O and D for 0.
_NUMBER_LIKE = re.compile(r"(?=.*[0-9])[-+(（▲△¥￥]?[0-9OoDlLI|\[\]:,.，．。、 ]+[)）%％]?")
_TALL = 0.6         # of a line's height: signs and separators are lower
_LOW = ",.:、。-+"    # signs that are not
_GROUPED = re.compile(r"[-(]?[0-9]{1,3}(?:[,.][0-9]{3})+[,.][0-9]{1,2}[)]?")


def is_number_like(text: str) -> bool:
    """Whether a line is a number, or a number misread."""
    return bool(_NUMBER_LIKE.fullmatch(text.strip()))


def count_characters(ink: Picture) -> int:
    """How many characters of full height a line of ink (1 where there is some) has at least: those that touch are one."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    return int((stats[1:, cv2.CC_STAT_HEIGHT] >= _TALL * len(ink)).sum())


def is_short(reading: Reading, characters: int) -> bool:
    """Whether fewer characters of full height were read than seen: the model drops one of two equal digits in narrow print."""
    return sum(character not in _LOW for character in reading.text) < characters


def doubted(reading: Reading) -> Reading:
    """A reading that must not be believed."""
    return Reading(reading.text, tuple(min(confidence, _DOUBT) for confidence in reading.confidences))


def agreed(readings: Sequence[Reading]) -> Reading:
    """What several looks at a number say together.

    Returns:
        Where they agree, the number with the probability that not every look erred; else the most certain one, in doubt.
    """
    looks = [plain(reading) for reading in readings]
    best = max(looks, key=lambda reading: reading.confidence)
    if any(reading.text != best.text for reading in looks):
        return doubted(best)
    return Reading(best.text, tuple(1 - prod(1 - one for one in ones) for ones in zip(*(look.confidences for look in looks), strict=True)))


def plain(reading: Reading) -> Reading:
    """A number without blanks; of several points in it only the last can be a decimal point, those before part thousands."""
    pairs = [(character, confidence) for character, confidence in zip(*reading, strict=True) if character != " "]
    text = "".join(character for character, _ in pairs).replace("，", ",")
    if _GROUPED.fullmatch(text):
        last = max(text.rfind("."), text.rfind(","))
        text = text[:last].replace(".", ",") + text[last:]
    return Reading(text, tuple(confidence for _, confidence in pairs))
