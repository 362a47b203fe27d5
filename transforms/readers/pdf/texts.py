"""Characters into lines of text: which stand on one line, and where a gap between them is a space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from transforms.grid import Box
from transforms.names import width
from transforms.readers.line import Line
from transforms.readers.pdf.characters import Pieces
from transforms.readers.pdf.frame import turned
from transforms.readers.plain import plain_text
from transforms.readers.small_digits import SUPERSCRIPT

# All in heights of the characters' boxes, which are about as high as the font's size.
_SAME_LINE = 0.5      # by which middles of neighbours on one line differ at most: superscripts do by 0.2, lines by 1 and more
_SPACE = 0.5          # gaps that wide are spaces even between Chinese characters
_LATIN_SPACE = 0.18   # between Latin letters and digits: a space is 0.25 wide or more, kerning 0.1
_MOST_SPREAD = 0.6    # between the characters of a line that is spread evenly; single digits of a list stand further apart
_FEW = 3              # characters: the gaps between fewer say nothing of spreading
_TWICE = 0.3          # by which the second printing of a bold character is moved at most
_SMALL, _RAISED = 0.87, 0.2    # size of a superscript, 0.83 of browsers, and how high its foot is; small digits on the line stand 0.1 high


def lines(pieces: Pieces, owners: npt.NDArray[np.intp], gap: float = np.inf) -> Iterator[Line]:
    """The lines of text of each owner, from top to bottom and from left to right.

    Args:
        pieces: characters or words.
        owners: for each of them the cell that it is in, -1 for none.
        gap: where pieces of one line outside tables are further apart than this, in heights, it is taken for two lines.

    Yields:
        Lines with one space where there is a gap, none at their ends, and none without text. Those of text that is turned come after
        the upright ones, with their boxes on the page turned so that they are upright.
    """
    if pieces.turns is None:
        yield from _upright_lines(pieces, owners, gap)
        return
    for turns in sorted(set(pieces.turns.tolist())):
        chosen = pieces.turns == turns
        part = pieces.only(chosen)
        as_read = Pieces(part.texts, turned(part.boxes, turns), part.confidence)
        yield from (line._replace(turns=turns) for line in _upright_lines(as_read, owners[chosen], gap))


def _upright_lines(pieces: Pieces, owners: npt.NDArray[np.intp], gap: float) -> Iterator[Line]:
    if not pieces.texts:
        return
    order, number = _in_lines(pieces.boxes, owners)
    order, number = _printed_once(pieces, order, number)
    boxes = pieces.boxes.take(order, 0)
    height = boxes[:, 3] - boxes[:, 1]
    apart = np.zeros(len(order))    # from the piece before
    apart[1:] = (boxes[1:, 0] - boxes[:-1, 2]) / np.maximum(height[1:], height[:-1])
    begins = np.ones(len(order), bool)
    begins[1:] = (number[1:] != number[:-1]) | ((apart[1:] > gap) & (owners[order[1:]] < 0))
    starts = begins.nonzero()[0]
    texts = _spaced(list(map(pieces.texts.__getitem__, order.tolist())), apart - _spread(apart, starts), begins)
    _raise_digits(texts, boxes, height, starts)
    corners = np.empty((len(starts), 4))
    np.minimum.reduceat(boxes[:, :2], starts, out=corners[:, :2])
    np.maximum.reduceat(boxes[:, 2:], starts, out=corners[:, 2:])
    confidence = None if pieces.confidence is None else np.minimum.reduceat(pieces.confidence[order], starts).tolist()
    of_lines = zip(_by_line(texts, starts.tolist()), owners[order[starts]].tolist(), corners.tolist(), strict=True)
    for place, (line, owner, box) in enumerate(of_lines):
        text = " ".join(line.split())
        if text:
            yield Line(owner, text, Box(*box), confidence and confidence[place])


def _by_line(texts: Sequence[str], starts: Sequence[int]) -> list[str]:
    """The pieces from each start to the next one together, in plain characters: those of a page at once, as most need no other ones."""
    lines = ["".join(texts[begin:end]) for begin, end in pairwise([*starts, len(texts)])]
    plain = plain_text("\n".join(lines)).split("\n")
    return plain if len(plain) == len(lines) else [plain_text(line) for line in lines]    # a piece may be the end of a line, too


def _in_lines(boxes: npt.NDArray[np.float64], owners: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The order in which pieces are read, and for each of them, in that order, the number of its line."""
    middle, height = (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1]
    order = np.lexsort((middle, owners))
    middle, height, owners = middle.take(order), height.take(order), owners.take(order)
    below = middle[1:] - middle[:-1] > _SAME_LINE * np.maximum(height[1:], height[:-1])
    number = np.zeros(len(order), np.intp)
    number[1:] = np.cumsum(below | (owners[1:] != owners[:-1]))
    in_line = np.lexsort((boxes[:, 0].take(order), number))
    return order.take(in_line), number.take(in_line)


def _printed_once(
    pieces: Pieces, order: npt.NDArray[np.intp], number: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Leave out what is printed a second time at nearly the same place to make it bold."""
    left, _, right, _ = pieces.boxes.take(order, 0).T
    near = left[1:] - left[:-1] < _TWICE * (right[1:] - left[1:])
    near &= number[1:] == number[:-1]
    texts = pieces.texts
    again = [place + 1 for place in near.nonzero()[0].tolist() if texts[order[place]] == texts[order[place + 1]]]
    return (np.delete(order, again), np.delete(number, again)) if again else (order, number)


def _spread(apart: npt.NDArray[np.float64], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """For each piece by how much the characters of its line are spread: the least gap, where there are enough to tell."""
    count = _counts(starts, len(apart))
    inner = apart.copy()
    inner[starts] = np.inf
    least = np.minimum.reduceat(inner, starts)
    return np.repeat(np.where((count > _FEW) & (least > 0) & (least < _MOST_SPREAD), least, 0), count)


def _counts(starts: npt.NDArray[np.intp], end: int) -> npt.NDArray[np.intp]:
    """How many pieces the lines have that begin at some places."""
    count = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=count[:-1])
    count[-1] = end - starts[-1]
    return count


def _spaced(texts: list[str], apart: npt.NDArray[np.float64], begins: npt.NDArray[np.bool_]) -> list[str]:
    """The pieces with a space in front of those that stand apart from the one before."""
    for place in ((apart > _LATIN_SPACE) & ~begins).nonzero()[0].tolist():
        if apart[place] > _SPACE or (_is_latin(texts[place - 1][-1]) and _is_latin(texts[place][0])):
            texts[place] = " " + texts[place]
    return texts


def _is_latin(character: str) -> bool:
    return character < "ɐ" and character.isalnum()


def _raise_digits(
    texts: list[str], boxes: npt.NDArray[np.float64], height: npt.NDArray[np.float64], starts: npt.NDArray[np.intp]
) -> None:
    """Give the digits of footnotes, small and above the line, characters of their own."""
    if height.min() >= _SMALL * height.max():
        return
    count = _counts(starts, len(texts))
    tallest = np.repeat(np.maximum.reduceat(height, starts), count)
    foot = np.repeat(np.maximum.reduceat(boxes[:, 3], starts), count)
    raised = (height < _SMALL * tallest) & (foot - boxes[:, 3] > _RAISED * tallest)
    places = raised.nonzero()[0]
    of_lines = np.searchsorted(starts, places, "right") - 1
    for line in dict.fromkeys(of_lines.tolist()):
        begin = int(starts[line])
        end = begin + int(count[line])
        sizes = (boxes[begin:end, 2] - boxes[begin:end, 0]) / [width(text.strip()) or 1.0 for text in texts[begin:end]]
        for place in places[of_lines == line].tolist():
            if sizes[place - begin] < _SMALL * sizes.max():    # some fonts say that all they have is high
                texts[place] = texts[place].translate(SUPERSCRIPT)
