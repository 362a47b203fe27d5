"""The best reading of a table's columns or a form's labels as a whole, and how sure it is.

Words, contents and sums are added up for each column and meaning; the assignment with the most points is the reading. It is
believed where five tests pass: the runner-up is far behind, the words do not speak for another meaning, the contents do not deny
it, what no record keeps has earned that, and a meaning that the table must have is there (the caller's test). Exchanged headers
win by a wide margin, so the margin alone would not be sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from transforms.tables.assignment import Assigned, assign
from transforms.tables.contents import profile
from transforms.tables.sums import Sum, Values, find_sums, is_least, numbers
from transforms.tables.words import Points, saying
from transforms.vocabulary import vocabulary

Family = Literal["project", "list", "block", "form"]

SURE = 1.5  # margin from which on no document was wrong in a measurement on words never seen
LEAST = 0.5  # below this margin a reading is not used
_KNOWN = 8.0  # points of a word that the vocabulary lists
_ABOVE = 0.25  # how much the headers above count
_STRONG, _AHEAD = 3.0, 1.5  # points and lead of a meaning for which the words speak for sure
_OTHER_CONTENTS = 3.5  # how much more the contents may say for another meaning
_EARNED = 2.0  # points that a meaning must have that no record keeps
_NEAR = 1.0  # points by which contents hardly tell two meanings apart
_UNKNOWN = 0.5  # points of no meaning at all
_COPIES = 3  # columns of one meaning that no record keeps
_FLOOR = -6.0
_DENIED = -3.0  # points of contents, or of rows, that leave a meaning out
_BLANK_FILLED, _BLANK_SHARE, _NO_TOTAL, _IS_MOST = -2.0, -2.5, -4.0, 1.5
_SOURCE = 1.5  # points of words without which no source of money is told from the others
_UNNAMED = -1.5  # of a source that the words do not name
_VAGUE = ("short", "text", "qualitative")  # kinds that say too little to deny a header: 保障运转 is a goal, 按实结算 an unreadable amount
_TOLD = 0.5  # share of the cells that must say more
_ONLY = 2.0  # of the only column of money: it is the total of its sources
_VARIES = 1.0  # of the unit against the department: that one is the same in every form
_DISTINCT = 0.5
_FIRST = 1.0  # of a form's first label: most forms begin with their project
_ALONE = 4.0  # of the only column of targets: what was achieved stands beside what was planned
_BY_TURNS = 2.0  # of 单位及项目: what stands in the rows that state goals is the project
_TERM = 2.0  # of the smaller one of two totals: it is the year's, the other that of several years
_RELATIVE = 4.0  # 产出指标 under 实施效果指标 is a level 2: levels are told by what stands left of them
_NAMES, _KINDS = 0.8, 0.4  # shares of different texts: above, they name; below, they classify
_FEW = 3  # forms or rows from which on sameness means something

Doubt = Literal["margin", "words", "contents", "unearned", "source"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A header or label with what stands under or beside it.

    `text` is as published, `above` the headers over it; `known` is the meaning that the vocabulary lists for it. `samples` are
    the texts for each row or form: one, or one for each place where the label is printed. `told_by` are the rows whose texts tell
    what the column holds; None: all.
    """

    text: str
    above: tuple[str, ...]
    known: str | None
    samples: tuple[tuple[str, ...], ...]
    told_by: frozenset[int] | None = None

    @property
    def texts(self) -> list[str]:
        """The texts that tell what the column holds."""
        return [text for row, sample in enumerate(self.samples) if self.told_by is None or row in self.told_by for text in sample]


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
    labels = [label if label.known in _roles_of(family) else replace(label, known=None) for label in labels]  # 绩效指标值 of one target
    looked = _Looked.at(labels, family)
    settled = {place: label.known for place, label in enumerate(labels) if label.known and looked.allows(place, label.known)}
    roles = [role for role in _roles_of(family) if not (is_kept(role) and role in settled.values())]
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
    return Reading(family, tuple(judged[place] for place in range(len(labels))), worth)


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
        money = [numbers(label.samples) if _may_be_money(held, label, family) else None for held, label in pairs]
        denied = _denied_by_rows(labels, profiles, money) if family == "list" else [frozenset[str]() for _ in labels]
        money = [None if "total" in roles else values for roles, values in zip(denied, money, strict=True)]
        contents = [{role: _contents(role, held, label) for role in _roles_of(family)} for held, label in pairs]
        for place, held in enumerate(profiles):
            if "level2" in contents[place] and any(_is_level1(label) for other, label in enumerate(labels) if other != place):
                contents[place]["level2"] += _RELATIVE * held.get("level1", 0.0)
                contents[place]["level1"] -= _RELATIVE * held.get("level1", 0.0)
        shared = _shared(labels, family, profiles, money)
        for points, roles in zip(shared, denied, strict=True):
            points.update({role: points.get(role, 0.0) + _DENIED for role in roles})
        return cls(labels, [_words(label) for label in labels], profiles, contents, money, shared)

    def allows(self, place: int, role: str) -> bool:
        if role not in self.contents[place]:
            return False
        return not self.profiles[place] or not is_kept(role) or self.contents[place][role] >= 0

    def points(self, place: int, role: str, sums: Sequence[Mapping[str, float]]) -> float:
        words = self.words[place].get(role, 0.0)
        unnamed = _UNNAMED if words < _SOURCE and _is_source(role) else 0.0
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
        if is_kept(role) or self.labels[place].known or self.words[place].get(role, 0.0) >= _EARNED:
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
    return told >= _TOLD and _held(role, held) < 0


def is_money(role: str | None) -> bool:
    """Whether a meaning is one of money."""
    return role is not None and bool(_about(role).get("is_money"))


def _is_source(role: str | None) -> bool:
    return is_money(role) and role not in ("total", "total_year")


def is_kept(role: str | None) -> bool:
    """Whether records keep what has this meaning."""
    return role is not None and bool(_about(role).get("kept", True))


def word_of(role: str, place: Literal["row", "form"]) -> str:
    """The known word that one of this meaning is read as."""
    return str(_about(role).get("word", {}).get(place, "备注"))


# --- points -----------------------------------------------------------------------------------------------------------


def _words(label: Labelled) -> Points:
    if label.known:
        return {label.known: _KNOWN}
    own = saying(label.text).points
    above = [saying(text).points for text in label.above]
    return {role: points + _ABOVE * sum(other.get(role, 0.0) for other in above) for role, points in own.items()}


def _contents(role: str, held: Mapping[str, float], label: Labelled) -> float:
    if not held:
        return _BLANK_FILLED if _about(role).get("filled") else 0.0
    filled = sum(bool(text.strip()) for text in label.texts)
    return _held(role, held) * min(1.0, 0.6 + 0.1 * filled)


def _held(role: str, held: Mapping[str, float]) -> float:
    about = _about(role)
    points: dict[str, float] = vocabulary("roles")["money"]["holds"] if about.get("is_money") else about.get("holds", {})
    return max(_FLOOR, sum(points.get(kind, -1.0) * share for kind, share in held.items()))


def _may_be_money(held: Mapping[str, float], label: Labelled, family: Family) -> bool:
    """Whether a column may be of money: amounts, or small numbers where no points stand beside indicators."""
    if label.known and not is_money(label.known):
        return False
    amounts, points = held.get("amount", 0.0), held.get("points", 0.0)
    return not held or (amounts + points > 0.5 and not (family == "list" and not amounts))


def _shared(
    labels: Sequence[Labelled], family: Family, profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None]
) -> list[dict[str, float]]:
    """What the columns say of each other: the total is never blank nor smaller, the department is the same in every form."""
    found: list[dict[str, float]] = [{} for _ in labels]
    filled = [place for place, values in enumerate(money) if values is not None and profiles[place]]
    for place in filled:
        others = [money[other] for other in filled if other != place and profiles[other]]
        values = money[place] or []
        beside = [values_of for values_of in others if values_of is not None]
        lacking = [row for row in range(len(values)) if _blank(values, row) and any(not _blank(other, row) for other in beside)]
        stated = [row for row in range(len(values)) if any(not _blank(other, row) for other in (values, *beside))]
        found[place]["total"] = _BLANK_SHARE * len(lacking) / len(stated) if stated else 0.0
        if family in ("project", "list") and beside:
            is_smaller = is_least(values, beside)
            found[place]["total"] += 0.0 if is_smaller is None else _NO_TOTAL if is_smaller else _IS_MOST
        found[place]["total_year"] = found[place]["total"]
    if family in ("project", "list") and len(filled) == 1:
        found[filled[0]]["total"] = _ONLY
    if family in ("project", "list"):
        for label, points in zip(labels, found, strict=True):
            points["department"] = -_VARIES  # one column of units is of those that use the money
            texts = [text for text in label.texts if text.strip()]
            share = len(set(texts)) / len(texts) if len(texts) >= _FEW else None
            points["nature"] = -_VARIES if share is not None and share > _NAMES else 0.0
            points["project_name"] = -_VARIES if share is not None and share < _KINDS else 0.0
            said = saying(label.text)
            if label.told_by and said.is_by_turns and said.points.get("project_name", 0.0) >= _STRONG:
                points["project_name"] += _BY_TURNS
    targets = [place for place, (label, held) in enumerate(zip(labels, profiles, strict=True)) if _may_be_targets(label, held)]
    if family in ("list", "block") and len(targets) == 1:
        found[targets[0]]["achieved"] = -_ALONE
    if family == "form":
        _compare_forms(labels, found)
        _compare_terms(labels, money, found)
    return found


def _compare_forms(labels: Sequence[Labelled], found: Sequence[dict[str, float]]) -> None:
    """Add what forms say of their labels: the first is most likely the project's name, and the department is the same in all of them."""
    found[0]["project_name"] = _FIRST
    if max(len(label.samples) for label in labels) < _FEW:
        return
    for label, points in zip(labels, found, strict=True):
        varies = len({sample for sample in label.samples if any(sample)}) > 1
        points["unit_name"] = _VARIES if varies else 0.0
        points["department"] = 0.0 if varies else _VARIES
        points["project_name"] = points.get("project_name", 0.0) + (_DISTINCT if varies else -_DISTINCT)


def _compare_terms(labels: Sequence[Labelled], money: Sequence[Values | None], found: Sequence[dict[str, float]]) -> None:
    """Add what totals say of each other: that of the year is never more than that of the whole term."""
    totals = [place for place, label in enumerate(labels) if money[place] and saying(label.text).points.get("total", 0.0) >= _STRONG]
    for place in totals:
        values = money[place] or []
        others = [other for term in totals if term != place and (other := money[term])]
        if any(is_least(values, [other]) for other in others):
            found[place]["total_year"] += _TERM
        elif any(is_least(other, [values]) for other in others):
            found[place]["total_year"] -= _TERM


def _denied_by_rows(
    labels: Sequence[Labelled], profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None]
) -> list[frozenset[str]]:
    """For each column of a table with a row per indicator the meanings that it cannot have.

    What is of a project, as its money and its goal, is said once for all its rows; what is of an indicator is said in each of them.
    """
    begun = [_begun(label) for label in labels]
    rows = max((len(label.samples) for label in labels), default=0)
    of_projects = [
        begun[place] for place, held in enumerate(profiles) if begun[place] and (money[place] is not None or held.get("prose", 0.0) > _TOLD)
    ]
    least = min(of_projects, default=rows)
    nothing: frozenset[str] = frozenset()
    if least * 2 > rows:
        return [nothing for _ in labels]
    of_each, of_all = _only_in("project", "block"), _only_in("block", "project")
    denied = [of_each if count >= rows * _NAMES else of_all if count <= least else nothing for count in begun]
    return [roles if count and not label.known else nothing for label, count, roles in zip(labels, begun, denied, strict=True)]


def _begun(label: Labelled) -> int:
    """In how many rows of a column another text begins; a blank goes on with what stands above it."""
    texts = [text for text in label.texts if text.strip()]
    return sum(text != above for text, above in zip(texts, ["", *texts], strict=False))


@cache
def _only_in(family: Family, other: Family) -> frozenset[str]:
    """The meanings of columns of one table that the other has not; a level may be said in each row, or once."""
    return frozenset(_roles_of(family)) - frozenset(_roles_of(other)) - {"level1", "level2"}


def _may_be_targets(label: Labelled, held: Mapping[str, float]) -> bool:
    return label.known in ("target", "achieved") or (label.known is None and _held("target", held) >= _EARNED)


def _is_level1(label: Labelled) -> bool:
    return label.known == "level1" or (label.known is None and saying(label.text).points.get("level1", 0.0) >= _STRONG)


def _blank(values: Values, row: int) -> bool:
    return row >= len(values) or not any(number is not None for number in values[row])


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
        role: shared.get(role, 0.0) <= _DENIED or (contents.get(role, 0.0) <= _DENIED and class_of(role) in borne) for role in words
    }
    return {role: points for role, points in words.items() if not is_left_out[role]}


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
    if (not is_kept(role) or not held) and max(own, contents.get(role, 0.0)) < _EARNED:
        found.append("unearned")
    if _is_source(role) and own < _SOURCE and label.known is None:
        found.append("source")
    if role in ("total", "total_year") and own + sums.get(role, 0.0) < _SOURCE and label.known is None:
        found.append("source")
    return tuple(found)


# --- roles ------------------------------------------------------------------------------------------------------------


def _about(role: str) -> dict[str, Any]:
    about: dict[str, Any] = vocabulary("roles")["roles"].get(role, {})
    return about


def class_of(role: str | None) -> int:
    """Meanings that are the same answer have one number."""
    if role is None:
        return -1
    if not is_kept(role):
        return 0
    return 1 + list(vocabulary("roles")["roles"]).index(_about(role).get("same_as", role))


@cache
def _roles_of(family: Family) -> tuple[str, ...]:
    """The meanings that columns of such a table can have, those that no record keeps several times."""
    roles = [role for role, about in vocabulary("roles")["roles"].items() if family in about["in"]]
    return tuple(role for role in roles for _ in range(1 if is_kept(role) else _COPIES))
