"""The best reading of a table's columns or a form's labels as a whole, and how sure it is.

Words, contents and sums are added up for each column and meaning; the assignment with the most points is the reading. It is
believed where five tests pass: the runner-up is far behind, the words do not speak for another meaning, the contents do not deny
it, what no record keeps has earned that, and a meaning that the table must have is there (the caller's test). Exchanged headers
win by a wide margin, so the margin alone would not be sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from transforms.tables.assignment import Assigned, assign
from transforms.tables.comparing import DENIED, LEFT_OUT, Labelled, compared, denied_by_rows, is_level1, may_be_money
from transforms.tables.contents import profile
from transforms.tables.meanings import TOTALS, Family, class_of, is_filled, is_kept, is_source, points_of_contents, roles_of
from transforms.tables.sums import Sum, Values, find_sums, never_adds_up, numbers
from transforms.tables.words import Points, saying

SURE = 1.5  # margin from which on no document was wrong in a measurement on words never seen
LEAST = 0.5  # below this margin a reading is not used
_KNOWN = 8.0  # points of a word that the vocabulary lists
_ABOVE = 0.25  # how much the headers above count
_STRONG, _AHEAD = 3.0, 1.5  # points and lead of a meaning for which the words speak for sure
_OTHER_CONTENTS = 3.5  # how much more the contents may say for another meaning
_EARNED = 2.0  # points that a meaning must have that no record keeps
_NEAR = 1.0  # points by which contents hardly tell two meanings apart
_UNKNOWN = 0.5  # points of no meaning at all
_BLANK_FILLED = -2.0
_SOURCE = 1.5  # points of words without which no source of money is told from the others
_PROVED = 3.0  # points of a total to which its parts add up
_UNNAMED = -1.5  # of a source that the words do not name
_VAGUE = ("short", "text", "qualitative")  # kinds that say too little to deny a header: 保障运转 is a goal, 按实结算 an unreadable amount
_TOLD = 0.5  # share of the cells that must say more
_RELATIVE = 4.0  # 产出指标 under 实施效果指标 is a level 2: levels are told by what stands left of them

Doubt = Literal["margin", "words", "contents", "unearned", "source"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a column or label means (None: nobody knows), by which evidence, how far ahead of `runner_up`, and what speaks against it."""

    label: Labelled
    role: str | None
    margin: float
    runner_up: str | None
    words: float
    contents: float
    sums: float
    doubts: tuple[Doubt, ...]

    @property
    def is_used(self) -> bool:
        """Whether the reading may be used; what is not stays unread."""
        return self.role is not None and not self.doubts

    @property
    def is_sure(self) -> bool:
        """Whether the reading is beyond doubt."""
        return self.is_used and (self.margin >= SURE or self.label.known is not None)

    def evidence(self) -> str:
        """The evidence in short, for the maintainer."""
        return f"words {self.words:+.1f}, contents {self.contents:+.1f}, sums {self.sums:+.1f}, margin {self.margin:.1f}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a table, and its points."""

    family: Family
    columns: tuple[Judged, ...]
    points: float

    def has(self, *roles: str) -> bool:
        """Whether a column has one of these meanings for sure enough to be used."""
        return any(column.role in roles and column.is_used for column in self.columns)


def judge(labels: Sequence[Labelled], family: Family) -> Reading:
    """Find the best reading of a table's columns, or of the labels of a document's forms.

    Words that the vocabulary lists settle their columns where the contents do not deny it; the others share what meanings are left.
    """
    if not labels:
        return Reading(family, (), 0.0)
    labels = [label if label.known in roles_of(family) else replace(label, known=None) for label in labels]  # 绩效指标值 of one target
    labels = [replace(label, known=None) if _denies_by_levels(label) else label for label in labels]
    looked = _Looked.at(labels, family)
    settled = {place: label.known for place, label in enumerate(labels) if label.known and looked.allows(place, label.known)}
    roles = [role for role in roles_of(family) if not (is_kept(role) and role in settled.values())]
    open_places = [place for place in range(len(labels)) if place not in settled]
    names: list[str | None] = [*roles, *[None] * len(open_places)]
    classes = [class_of(name) for name in names]
    best: tuple[Assigned | None, list[dict[str, float]], float] | None = None
    for found in (None, *find_sums(looked.money)):
        sums = _with_sum(looked.shared, found, len(labels))
        points = [[_UNKNOWN if role is None else looked.points(place, role, sums) for role in names] for place in open_places]
        assigned = assign(points, classes) if points else None
        worth = (assigned.points if assigned else 0.0) + sum(looked.points(place, role, sums) for place, role in settled.items())
        if best is None or worth > best[2]:
            best = assigned, sums, worth
    assert best is not None
    assigned, sums, worth = best
    found_roles = {**settled, **{place: names[assigned.roles[at]] for at, place in enumerate(open_places) if assigned}}
    taken = _Taken.of({(role, looked.words[place].get(role, 0.0)) for place, role in found_roles.items() if role})
    judged: dict[int, Judged] = {place: looked.judged(place, role, float("inf"), None, sums, taken) for place, role in settled.items()}
    for at, place in enumerate(open_places):
        assert assigned is not None
        other = assigned.runner_up[at]
        role = names[assigned.roles[at]]
        judged[place] = looked.judged(place, role, assigned.margins[at], None if other is None else names[other], sums, taken)
    columns = _with_rivals([judged[place] for place in range(len(labels))], looked.money)
    return Reading(family, tuple(columns), worth)


def _with_rivals(found: Sequence[Judged], money: Sequence[Values | None]) -> list[Judged]:
    """The columns, with doubt about a total that is no more than the largest of them.

    Where nobody knows what another one holds: 概算 is larger than 年内计划投资, and not the year's. And where no row is the sum of its
    sources, all of them assumed: 财政核减后金额 is less than 报送金额, and the year's.
    """
    of_money = [place for place, one in enumerate(found) if money[place] is not None and one.label.known is None]
    unknown = [place for place in of_money if not found[place].is_used]
    sources = [place for place in of_money if found[place].is_used and is_source(found[place].role or "")]

    def is_doubtful(place: int, one: Judged) -> bool:
        if one.role not in TOTALS or not one.is_used or one.label.known or one.sums >= _PROVED:
            return False
        is_apart = never_adds_up(money[place] or (), [money[at] or () for at in sources])
        return (bool(unknown) and one.words < _EARNED) or (is_apart and one.words < _STRONG)

    return [replace(one, doubts=(*one.doubts, "source")) if is_doubtful(place, one) else one for place, one in enumerate(found)]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What columns mean in a reading: what their words say for sure (`named`), and the classes of what these bear out (`borne`)."""

    named: Set[str]
    borne: Set[int]

    @classmethod
    def of(cls, found: Set[tuple[str, float]]) -> _Taken:
        """What is taken by columns of these meanings, each with the points of its words."""
        borne = {class_of(role) for role, words in found if words >= _EARNED and is_kept(role)}
        return cls({role for role, words in found if words >= _STRONG}, borne)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was seen of the columns, before it is judged."""

    labels: Sequence[Labelled]
    words: Sequence[Points]
    profiles: Sequence[Mapping[str, float]]
    contents: Sequence[Mapping[str, float]]
    money: Sequence[Values | None]
    shared: Sequence[Mapping[str, float]]

    @classmethod
    def at(cls, labels: Sequence[Labelled], family: Family) -> _Looked:
        profiles = [profile(label.texts) for label in labels]
        pairs = list(zip(profiles, labels, strict=True))
        money = [numbers(label.samples) if may_be_money(held, label, family) else None for held, label in pairs]
        denied = denied_by_rows(labels, profiles, money) if family == "list" else [frozenset[str]() for _ in labels]
        money = [None if "total" in roles else values for roles, values in zip(denied, money, strict=True)]
        contents = [{role: _contents(role, held, label) for role in roles_of(family)} for held, label in pairs]
        for place, held in enumerate(profiles):
            follows = labels[place].known is None and any(_is_of_levels(left) for left in profiles[:place])
            by_words = any(is_level1(label) for other, label in enumerate(labels) if other != place)
            if "level2" in contents[place] and (follows or by_words):
                contents[place]["level2"] += _RELATIVE * held.get("level1", 0.0)
                contents[place]["level1"] -= _RELATIVE * held.get("level1", 0.0)
        shared = compared(labels, family, profiles, money)
        for points, roles in zip(shared, denied, strict=True):
            # What begins anew in each row is never said once for all of them; equal texts below each other may be either.
            points.update({role: LEFT_OUT if "project_name" in roles else points.get(role, 0.0) + DENIED for role in roles})
        return cls(labels, [_words(label) for label in labels], profiles, contents, money, shared)

    def allows(self, place: int, role: str) -> bool:
        if role not in self.contents[place]:
            return False
        return not self.profiles[place] or not is_kept(role) or self.contents[place][role] >= 0

    def points(self, place: int, role: str, sums: Sequence[Mapping[str, float]]) -> float:
        words = self.words[place].get(role, 0.0)
        unnamed = _UNNAMED if words < _SOURCE and is_source(role) else 0.0
        return words + self.contents[place].get(role, 0.0) + sums[place].get(role, 0.0) + unnamed

    def judged(    # noqa: PLR0913, PLR0917 what a judgement is made of
        self, place: int, role: str | None, margin: float, runner_up: str | None, sums: Sequence[Mapping[str, float]], taken: _Taken,
    ) -> Judged:
        words, contents, held = self.words[place], self.contents[place], self.profiles[place]
        if self.labels[place].known is None:
            words = _possible(words, contents, self.shared[place], taken.borne)
        doubts = _doubts(role, self.labels[place], margin, words, contents, held, sums[place])
        if role and not doubts and held and self._may_be_kept(place, role, taken.named):
            doubts = ("unearned",)
        said, holds, adds = (kinds.get(role or "", 0.0) for kinds in (self.words[place], contents, sums[place]))
        return Judged(self.labels[place], role, margin, runner_up, said, holds, adds, doubts)


    def _may_be_kept(self, place: int, role: str, taken: Set[str]) -> bool:
        """Whether no word says that a column is not kept, and its contents are as well those of a meaning that is: 3.00 is no weight."""
        if is_kept(role) or self.labels[place].known or max(self.words[place].get(role, 0.0), self.shared[place].get(role, 0.0)) >= _EARNED:
            return False
        contents = self.contents[place]
        return any(
            points >= max(_EARNED, contents.get(role, 0.0) - _NEAR)
            for other, points in contents.items() if is_kept(other) and other not in taken
        )


def denies(role: str, texts: Sequence[str]) -> bool:
    """Whether what stands in a column cannot be what its known header says."""
    held = profile(texts)
    told = sum(share for kind, share in held.items() if kind not in _VAGUE)
    return told >= _TOLD and points_of_contents(role, held) < 0


# --- points -----------------------------------------------------------------------------------------------------------


def _words(label: Labelled) -> Points:
    if label.known:
        return {label.known: _KNOWN}
    own = saying(label.text).points
    if _is_of_levels(profile(label.texts), share=1.0):
        own = {role: points for role, points in own.items() if is_kept(role)}
    above = [saying(text).points for text in label.above]
    return {role: points + _ABOVE * sum(other.get(role, 0.0) for other in above) for role, points in own.items()}


def _contents(role: str, held: Mapping[str, float], label: Labelled) -> float:
    if not held:
        return _BLANK_FILLED if is_filled(role) else 0.0
    filled = sum(bool(text.strip()) for text in label.texts)
    return points_of_contents(role, held) * min(1.0, 0.6 + 0.1 * filled)


def _with_sum(shared: Sequence[Mapping[str, float]], found: Sum | None, count: int) -> list[dict[str, float]]:
    points = [dict(shared[place]) for place in range(count)]
    if found:
        totals = ("total", "total_year", "total_term")
        for role in totals:
            points[found.total][role] = points[found.total].get(role, 0.0) + found.points
        for part in found.parts:
            for role in totals:
                points[part][role] = points[part].get(role, 0.0) - found.points
    return points


def _possible(words: Points, contents: Points, shared: Points, borne: Set[int]) -> Points:
    """The words of a column without what it cannot mean: its rows deny that, or its cells do and another column is it by its own words.

    专项经费 over names beside 计划数 over amounts says what the names are of. Of exchanged headers the other column bears nothing out.
    """
    is_left_out = {
        role: shared.get(role, 0.0) <= DENIED or (contents.get(role, 0.0) <= DENIED and class_of(role) in borne) for role in words
    }
    return {role: points for role, points in words.items() if not is_left_out[role]}


def _is_of_levels(held: Mapping[str, float], share: float = _TOLD) -> bool:
    return held.get("level1", 0.0) + held.get("level", 0.0) >= share


def _denies_by_levels(label: Labelled) -> bool:
    """Whether a column that is known as one that nobody keeps (类别) holds names of levels and nothing else: then it is a level."""
    return label.known is not None and not is_kept(label.known) and _is_of_levels(profile(label.texts), share=1.0)


# --- doubts -----------------------------------------------------------------------------------------------------------


def _doubts(    # noqa: PLR0913, PLR0917 one argument for each kind of evidence
    role: str | None, label: Labelled, margin: float, words: Points, contents: Points, held: Mapping[str, float], sums: Mapping[str, float]
) -> tuple[Doubt, ...]:
    found: list[Doubt] = []
    if role is None:
        return ("unearned",) if held else ()
    own = words.get(role, 0.0)
    if margin < LEAST and label.known is None:
        found.append("margin")
    ranked = sorted(((points, class_of(name)) for name, points in words.items() if name in contents), key=lambda pair: -pair[0])
    best = ranked[0] if ranked else (0.0, role)
    second = next((points for points, kind in ranked if kind != best[1]), 0.0)
    if best[0] >= _STRONG and best[0] - second >= _AHEAD and best[1] != class_of(role) and own <= best[0] / 2 - 0.5:
        found.append("words")
    if held and is_kept(role) and (contents.get(role, 0.0) < 0 or max(contents.values()) - contents.get(role, 0.0) >= _OTHER_CONTENTS):
        found.append("contents")
    if (not is_kept(role) or not held) and max(own, contents.get(role, 0.0), sums.get(role, 0.0)) < _EARNED:
        found.append("unearned")
    if is_source(role) and own < _SOURCE and label.known is None:
        found.append("source")
    if role in TOTALS and own + sums.get(role, 0.0) < _SOURCE and label.known is None:
        found.append("source")
    return tuple(found)
