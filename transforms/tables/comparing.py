"""What the columns of a table, or the labels of a form, say of each other: by their numbers, their sameness and their places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transforms.tables.meanings import TOTALS, Family, is_kept, is_money, is_source, only_in, points_of_contents, roles_of
from transforms.tables.sums import Values, is_least
from transforms.tables.words import saying
from transforms.vocabulary import vocabulary

DENIED = -3.0  # points of contents, or of rows, that leave a meaning out
_STRONG = 3.0  # points for which the words speak for sure
_EARNED = 2.0  # points of contents that make a column one of targets
_BLANK_SHARE, _NO_TOTAL, _IS_MOST = -2.5, -4.0, 1.5
_TOLD = 0.5  # share of the cells that must be of a kind
_ONLY = 2.0  # of the only column of money: it is the total of its sources
_VARIES = 1.0  # of the unit against the department: that one is the same in every form
_DISTINCT = 0.5
_FIRST = 1.0  # of a form's first label: most forms begin with their project
_ALONE = 4.0  # of the only column of targets: what was achieved stands beside what was planned
_BY_TURNS = 2.0  # of 单位及项目: what stands in the rows that state goals is the project
_TERM = 2.0  # of the smaller one of two totals: it is the year's, the other that of several years
_NAMES, _KINDS = 0.8, 0.4  # shares of different texts: above, they name; below, they classify
_FEW = 3  # forms or rows from which on sameness means something
LEFT_OUT = -20.0  # of a meaning that the rows, or the years in the headers, deny: no word makes up for it
_OF_YEAR = 4.0  # of what is said of another year beside the year's
_COUNTS = 4.0  # of 1, 2, 3 …: the rows are numbered
_PLACE = 0.2  # of a place against another: it orders what nothing else tells apart, and two of them are too little to be used
_NAMELESS = 1.5  # points of words below which they name nothing
_OF_MONEY = 1.5  # of a column beside those of money that its words do not deny: it is one of their sources
_BLANK_OF_MONEY = 0.7  # of a blank one
_YEAR = re.compile("(?:19|20)[0-9]{2}(?=年)")

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




def may_be_money(held: Mapping[str, float], label: Labelled, family: Family) -> bool:
    """Whether a column may be of money: amounts, or small numbers where no points stand beside indicators."""
    if label.known and not is_money(label.known):
        return False
    amounts, points = held.get("amount", 0.0), held.get("points", 0.0)
    return not held or (amounts + points > 0.5 and not (family == "list" and not amounts))




def compared(
    labels: Sequence[Labelled], family: Family, profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None]
) -> list[dict[str, float]]:
    """What the columns say of each other: the total is never blank nor smaller, the department is the same in every form."""
    found: list[dict[str, float]] = [{} for _ in labels]
    is_of_rows = family in ("project", "list")
    others = _of_other_years(labels, money) if is_of_rows else frozenset[int]()
    _compare_amounts(profiles, [None if place in others else values for place, values in enumerate(money)], found, is_of_rows=is_of_rows)
    if is_of_rows:
        for place, (label, points) in enumerate(zip(labels, found, strict=True)):
            _compare_cells(label, points, is_first=place == 0, is_of_projects=family == "project")
            if place in others:
                points.update(dict.fromkeys(filter(is_money, roles_of("project")), LEFT_OUT))
                points["other_year"] = _OF_YEAR
    targets = [place for place, (label, held) in enumerate(zip(labels, profiles, strict=True)) if _may_be_targets(label, held)]
    if family in ("list", "block") and len(targets) == 1:
        found[targets[0]]["achieved"] = -_ALONE
    if family == "form":
        _compare_forms(labels, profiles, found)
        _compare_terms(labels, money, found)
    _compare_places(labels, family, profiles, money, found)
    return found


def _compare_amounts(
    profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None], found: Sequence[dict[str, float]], *, is_of_rows: bool
) -> None:
    """Add what columns of money say of each other: a total is never blank beside its sources, nor smaller."""
    filled = [place for place, values in enumerate(money) if values is not None and profiles[place]]
    for place in filled:
        others = [money[other] for other in filled if other != place and profiles[other]]
        values = money[place] or []
        beside = [values_of for values_of in others if values_of is not None]
        lacking = [row for row in range(len(values)) if _blank(values, row) and any(not _blank(other, row) for other in beside)]
        stated = [row for row in range(len(values)) if any(not _blank(other, row) for other in (values, *beside))]
        found[place]["total"] = _BLANK_SHARE * len(lacking) / len(stated) if stated else 0.0
        if is_of_rows and beside:
            is_smaller = is_least(values, beside)
            found[place]["total"] += 0.0 if is_smaller is None else _NO_TOTAL if is_smaller else _IS_MOST
        found[place]["total_year"] = found[place]["total"]
    if is_of_rows and len(filled) == 1:
        found[filled[0]]["total"] = _ONLY


def _compare_cells(label: Labelled, points: dict[str, float], *, is_first: bool, is_of_projects: bool) -> None:
    """Add what the cells of a column say of each other: names differ, kinds repeat, no two projects have one code, numbers count."""
    points["department"] = -_VARIES  # one column of units is of those that use the money
    texts = [text.strip() for text in label.texts if text.strip()]
    share = len(set(texts)) / len(texts) if len(texts) >= _FEW else None
    points["nature"] = -_VARIES if share is not None and share > _NAMES else 0.0
    points["project_name"] = -_VARIES if share is not None and share < _KINDS else 0.0
    if is_first and len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]:
        points["sequence"] = _COUNTS
    if share is not None and is_of_projects:
        points["project_code"] = -_VARIES if share < 1 else _PLACE
    said = saying(label.text)
    if label.told_by and said.is_by_turns and said.points.get("project_name", 0.0) >= _STRONG:
        points["project_name"] += _BY_TURNS


def _of_other_years(labels: Sequence[Labelled], money: Sequence[Values | None]) -> frozenset[int]:
    """The columns of money that are not the year's, by the years in their headers: of two the earlier one, and the difference of both.

    Of more years nobody knows which one the table is of, so that none is left out here and each stays in doubt.
    """
    years = {place: max(map(int, stated)) for place, label in enumerate(labels) if money[place] and (stated := _years(label))}
    of_years = sorted(set(years.values()))
    if len(of_years) != 2:
        return frozenset()
    others = {place for place, year in years.items() if year < of_years[-1]}
    if len(years) == 2:
        earlier, later = sorted(years, key=lambda place: years[place])
        apart = (place for place, values in enumerate(money) if values and place not in years and _are_apart(money, later, earlier, values))
        others |= set(apart)
    return frozenset(others)


def _years(label: Labelled) -> list[str]:
    """The years that a column's headers name; 2024年结转 is this year's money."""
    text = "".join((*label.above, label.text))
    return [] if any(word in text for word in vocabulary("headers")["left_over"]) else _YEAR.findall(text)


def _are_apart(money: Sequence[Values | None], later: int, earlier: int, values: Values) -> bool:
    """Whether a column is by how much one exceeds another, in every row that states all three and in two at least."""
    rows = [[column[row][0] if column and row < len(column) and column[row] else None for column in (money[later], money[earlier], values)]
            for row in range(len(values))]
    stated = [(after, before, apart) for after, before, apart in rows if after is not None and before is not None and apart is not None]
    return len(stated) > 1 and all(after - before == apart for after, before, apart in stated)


def _compare_places(
    labels: Sequence[Labelled], family: Family, profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None],
    found: Sequence[dict[str, float]],
) -> None:
    """Add what usual orders say of columns whose words say nothing. No place decides alone: what it tells stays in doubt."""
    if family != "block":    # indicators have no money
        _place_sources(labels, family, profiles, money, found)
    for kind, first, last in (("prose", ("overview", "goal_term"), "goal"), ("organisation", ("department",), "unit_name")):
        places = [place for place, held in enumerate(profiles) if held.get(kind, 0.0) >= _TOLD and _says_nothing(labels[place])]
        for place in places:
            for role in first if place != places[-1] else (last,):
                found[place][role] = found[place].get(role, 0.0) + _PLACE
    years = {place: max(map(int, stated)) for place, label in enumerate(labels) if not money[place] and (stated := _years(label))}
    for place, year in years.items() if len(set(years.values())) > 1 else ():
        role = "target" if year == max(years.values()) else "achieved"
        found[place][role] = found[place].get(role, 0.0) + _PLACE


def _place_sources(
    labels: Sequence[Labelled], family: Family, profiles: Sequence[Mapping[str, float]], money: Sequence[Values | None],
    found: Sequence[dict[str, float]],
) -> None:
    """What stands beside the first column of money are its sources, blank ones as well: the appropriation first, what is left last."""
    run: list[int] = []
    for place, values in enumerate(money):
        if values is not None and (profiles[place] or place - 1 in run):
            run.append(place)
    has_sides = family == "form" and any(len(sample) > 1 for place in run for sample in labels[place].samples)
    sources = run[2:] if has_sides else run[1:]
    for place in sources:
        if not _says_nothing(labels[place]):
            continue
        points = found[place]
        for role in (role for role in roles_of(family) if is_source(role) and is_kept(role)):
            points[role] = points.get(role, 0.0) + _OF_MONEY + (0.0 if profiles[place] else _BLANK_OF_MONEY)
        usual = "fiscal_appropriation" if place == sources[0] else "other" if place == sources[-1] else "special_account"
        points[usual] += 2 * _PLACE
        for role in TOTALS:
            points[role] = points.get(role, 0.0) - _PLACE


def _says_nothing(label: Labelled) -> bool:
    """Whether a label is neither listed nor made of pieces that name a meaning."""
    return label.known is None and max(saying(label.text).points.values(), default=0.0) < _NAMELESS


def _compare_forms(labels: Sequence[Labelled], profiles: Sequence[Mapping[str, float]], found: Sequence[dict[str, float]]) -> None:
    """Add what forms say of their labels: the first is most likely the project's name, and the department is the same in all of them."""
    found[0]["project_name"] = _FIRST
    if max(len(label.samples) for label in labels) < _FEW:
        return
    texts = [[sample for sample in label.samples if any(sample)] for label in labels]
    is_body = [profiled.get("organisation", 0.0) >= _TOLD for profiled in profiles]
    differ = [place for place, samples in enumerate(texts) if len(set(samples)) > 1 and is_body[place]]
    for samples, points in zip(texts, found, strict=True):
        varies = len(set(samples)) > 1
        points["unit_name"] = _VARIES if varies else 0.0
        points["department"] = _VARIES if samples and not varies and differ else 0.0
        share = (len(set(samples)) - 1) / (len(samples) - 1) if len(samples) > 1 else 0.0
        points["project_name"] = points.get("project_name", 0.0) + _DISTINCT * (2 * share - 1)


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


def denied_by_rows(
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
    of_each, of_all = only_in("project", "block"), only_in("block", "project")
    denied = [of_each if count >= rows * _NAMES else of_all if count <= least else nothing for count in begun]
    return [roles if count and not label.known else nothing for label, count, roles in zip(labels, begun, denied, strict=True)]


def _begun(label: Labelled) -> int:
    """In how many rows of a column another text begins; a blank goes on with what stands above it."""
    texts = [text for text in label.texts if text.strip()]
    return sum(text != above for text, above in zip(texts, ["", *texts], strict=False))


def _may_be_targets(label: Labelled, held: Mapping[str, float]) -> bool:
    return label.known in ("target", "achieved") or (label.known is None and points_of_contents("target", held) >= _EARNED)


def is_level1(label: Labelled) -> bool:
    """Whether a label says that its column is of the first level."""
    return label.known == "level1" or (label.known is None and saying(label.text).points.get("level1", 0.0) >= _STRONG)


def _blank(values: Values, row: int) -> bool:
    return row >= len(values) or not any(number is not None for number in values[row])


