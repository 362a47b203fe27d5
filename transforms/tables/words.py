"""What a header or label says by the pieces that it is made of, for one that nobody listed.

`其它资金安排` is 其它 + 资金 + 安排: other money. Each piece contributes features (`vocabulary/morphemes.yaml`), each feature speaks
for and against the meanings that a column can have (`vocabulary/roles.yaml`). The last piece is the head and counts in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from transforms.names import NUMERALS, fold_width, spell_ordinals, strip_whitespace
from transforms.tables.surroundings import money_in_brackets
from transforms.vocabulary import vocabulary

_HEAD, _PIECE, _ASIDE = 1.0, 0.8, 0.4  # how much a piece counts: the last one, one before it, one in brackets
_UNKNOWN_HEAD = 0.6  # a label whose head is unknown says less: its known pieces only describe
_LEAST, _MOST = -6.0, 8.0  # points of a role, so that no single word outweighs all cells of a column
_SURE = 3.0  # points from which on words name a meaning
_LONGEST = 30  # characters of a label
_NUMBER = re.compile(
    rf"^(?:[{NUMERALS}]{{1,3}}[、.]|[(（](?:[{NUMERALS}]{{1,3}}|[0-9]{{1,2}})[)）][、.]?|[0-9]{{1,2}}[、.．](?![0-9])|[①-⑳]|[★*])"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}年?(?:度)?")
_ASIDE_TEXT = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_BESIDE_CODE = re.compile("[及和与、/](?:编码|代码|编号|代号)$")  # 单位名称及编码 is a name
_CODE_IN_FRONT = re.compile("(?:编码|代码|编号|代号)[及和与、/](?=名称)")  # and so is 项目编号及名称
_JOINED = re.compile("[、/与和]|及(?!时)|或(?!依据)")
_LETTERS = re.compile("[一-鿿]")

Points = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Saying:
    """What a label's pieces say: the points of each role, the share of its characters that are known, and the pieces.

    `is_by_turns` says that it joins several meanings, of which each row holds one.
    """

    points: Points
    known: float
    pieces: tuple[str, ...]
    is_by_turns: bool = False


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A label as its pieces are looked up: no white space, number, year, unit of money or colon."""
    bare = spell_ordinals(strip_whitespace(fold_width(text))).strip(":*★ ")
    bare = money_in_brackets(bare)[0].strip(":*★")
    return _CODE_IN_FRONT.sub("", _BESIDE_CODE.sub("", _YEAR.sub("", _NUMBER.sub("", bare))))


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """A form's label as it is compared with others: one form prints 其中：财政经费, the next （一）财政经费（万元）."""
    return plain(plain(text).removeprefix("其中"))


@lru_cache(maxsize=4096)
def saying(text: str) -> Saying:
    """What a label says of its meaning; no points where none of its pieces is known.

    What 、 and 及 join are alternatives, outside of brackets or in them: 单位、类别及项目名称 and 单位（类别、项目） are what
    the column's rows hold by turns.
    """
    label = plain(text)
    if not label or len(label) > _LONGEST:
        return Saying({}, 0.0, ())
    outside = _ASIDE_TEXT.sub("", label)
    in_brackets = [aside[1:-1] for aside in _ASIDE_TEXT.findall(label)]
    lists = [part for aside in in_brackets if _JOINED.search(aside) for part in _JOINED.split(aside)]
    asides = [piece for aside in in_brackets if not _JOINED.search(aside) for piece in _segmented(aside)[0]]
    joined = [*_JOINED.split(outside), *lists]
    parts = [part for part in joined if any(_morphemes().get(piece) for piece in _segmented(part)[0])] or [outside]
    found = [_said(part, asides, _PIECE if not outside else _ASIDE) for part in parts]
    saying_ones = [one.points for one in found if one.points]
    points = {role: max(one[role] for one in saying_ones) for role in saying_ones[0]} if saying_ones else {}
    if points and label.startswith("其中"):
        points["total"] = max(_LEAST, points["total"] - 3)
    letters = sum(len("".join(one.pieces)) for one in found) or 1
    known = sum(one.known * len("".join(one.pieces)) for one in found) / letters
    pieces = tuple(piece for one in found for piece in one.pieces)
    return Saying(points, known if outside else 1.0, pieces, len(saying_ones) > 1)


def is_label_like(text: str) -> bool:
    """Whether a text is most likely a header or label: short, of known pieces, that say of one meaning what it is."""
    found = saying(text)
    return found.known == 1.0 and max(found.points.values(), default=0.0) >= _SURE


def _said(text: str, asides: Sequence[str], aside: float) -> Saying:
    """What one part of a label says, with the pieces that stand in brackets."""
    pieces, known = _segmented(text)
    features: dict[str, float] = {}
    scale = 1.0 if not pieces or pieces[-1] in _morphemes() else _UNKNOWN_HEAD
    for place, piece in enumerate(pieces):
        _add(features, piece, (_HEAD if place == len(pieces) - 1 else _PIECE) * scale)
    for piece in asides:
        _add(features, piece, aside)
    share = known / (sum(map(len, pieces)) or 1)
    if not any(features.values()):
        return Saying({}, share, pieces)
    certainty = 0.5 + 0.5 * (share if pieces else 1.0)
    points = {role: _points(features, about["says"], certainty) for role, about in vocabulary("roles")["roles"].items()}
    return Saying(points, share, pieces)


def _points(features: Mapping[str, float], says: Mapping[str, float], certainty: float) -> float:
    points = sum(value * says.get(feature, 0.0) for feature, value in features.items()) * certainty
    return min(_MOST, max(_LEAST, points))


def _add(features: dict[str, float], piece: str, weight: float) -> None:
    for feature, value in _morphemes().get(piece, {}).items():
        weighed = value * weight
        if abs(weighed) > abs(features.get(feature, 0.0)):
            features[feature] = weighed


def _segmented(text: str) -> tuple[tuple[str, ...], int]:
    """The pieces of a text with the fewest unknown characters, of those the fewest pieces; and how many characters are known."""
    letters = "".join(_LETTERS.findall(text))
    best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]  # unknown characters, pieces, the pieces
    known = _known_pieces()
    for end in range(1, len(letters) + 1):
        unknown, count, pieces = best[end - 1]
        options = [(unknown + 1, count + 1, (*pieces, letters[end - 1]))]
        for start in range(max(0, end - _longest_piece()), end):
            if letters[start:end] in known:
                unknown, count, pieces = best[start]
                options.append((unknown, count + 1, (*pieces, letters[start:end])))
        best.append(min(options, key=lambda option: option[:2]))
    return best[-1][2], len(letters) - best[-1][0]


@cache
def _morphemes() -> dict[str, dict[str, float]]:
    """Each morpheme with its features; those that say nothing have none."""
    words: dict[str, Any] = vocabulary("morphemes")
    found = {piece: dict(entry["says"]) for entry in words["morphemes"] for piece in entry["in"]}
    return {**{piece: {} for piece in words["empty"]}, **found}


@cache
def _known_pieces() -> frozenset[str]:
    return frozenset(_morphemes())


@cache
def _longest_piece() -> int:
    return max(map(len, _morphemes()), default=0)
