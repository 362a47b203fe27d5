"""Which department of a catalogue a published name means.

Names are compared in a form in which all usual printings of one are equal: without codes and white space, the region told by
its code (`广州市天河区财政局`, `天河区财政局` and, of that region, `区财政局`), long and short words alike (`卫生健康委员会`,
`卫健委`), the department's own unit (`（本级）`) as the department. What is not equal in it is another department: a name is
never given to one because it is near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from transforms.names import normalise_name
from transforms.regions import Gazetteer, gazetteer
from transforms.vocabulary import any_of, vocabulary

Key = tuple[str | None, str]   # region code, rest of the name

# Half of the characters in order: 农业局 and 农业农村局 are near (0.75), 财政局 and 民政局 too (0.67), 教育局 and 财政局 are not (0.33).
_NEAR = 0.6
_CODE = re.compile(r"[\[(【]?[0-9A-Z]{3,}[\])】]?[-_—–:.、]*(?=[一-鿿])")
# 区财政局 says its region by its level alone; 市场监督管理局 does not, so both readings are looked up.
_LEVEL = re.compile(r"本?(?:自治[区州县旗]|[省市区县旗州盟])(?=..)")
_STREET = re.compile(r"政府(?=.+(?:街道|镇|乡))")


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of a department of the catalogue; with years, it holds for documents of these fiscal years only."""

    department_id: str
    name: str
    region_code: str | None
    first_year: int | None = None
    last_year: int | None = None

    def holds_in(self, year: int | None) -> bool:
        """Whether a document of a fiscal year (None: unknown) may carry the name."""
        return year is None or (self.first_year or year) <= year <= (self.last_year or year)

    @property
    def is_bounded(self) -> bool:
        """Whether the name holds for some years only."""
        return self.first_year is not None or self.last_year is not None


class Departments:
    """The departments of a catalogue by their names.

    Args:
        names: every name of every department.
        regions: knows those that the names speak of.
    """

    def __init__(self, names: Iterable[KnownName], regions: Gazetteer) -> None:
        self._gazetteer = regions
        self._printed: dict[str, list[KnownName]] = {}
        self._known: dict[Key, list[KnownName]] = {}
        self._of_region: dict[str | None, list[tuple[str, KnownName]]] = {}
        self._of_rest: dict[str, list[KnownName]] = {}
        for known in names:
            region, rest = key = next(self._keys(known.name, known.region_code))
            self._printed.setdefault(normalise_name(known.name), []).append(known)
            self._known.setdefault(key, []).append(known)
            self._of_region.setdefault(region, []).append((rest, known))
            self._of_rest.setdefault(rest, []).append(known)

    def identify(self, published: str, region: str | None = None, year: int | None = None) -> str | None:
        """Find the department that a name means.

        Args:
            published: the name as published.
            region: code of the region whose departments publish at the document's source, if that is known.
            year: the document's fiscal year.

        Returns:
            The department's id; None where no department has the name in that year, and where several have.
        """
        # 区政协办 may stand in the catalogue for one region, and a document of another region have it too.
        printed = [known for known in self._printed.get(normalise_name(published), ()) if region in (None, known.region_code)]
        for printing in (printed, *(self._known.get(key, ()) for key in self._keys(published, region))):
            if held := [known for known in printing if known.holds_in(year)]:
                return _only(held)
        return None

    def is_certainly_another(self, published: str, own: str, region: str | None = None) -> bool:
        """Whether a name is another body's than a department's, whatever the catalogue knows.

        That is the same department of another region (越秀区财政局 in 天河区), and a department for other matters that every
        government has (卫健委 where 体育局 publishes). The name of a unit below the department is neither.

        Args:
            published: the name as published.
            own: a name of the department.
            region: code of the department's region.
        """
        stated_region, stated = next(self._keys(published, region))
        own_region, rest = next(self._keys(own, region))
        if stated == rest:
            return own_region is not None and stated_region is not None and own_region != stated_region
        fields = _fields_of(stated)
        return _is_of_fields_alone(stated) and bool(_fields_of(rest)) and not fields & _fields_of(rest)

    def nearest(self, published: str, region: str | None = None, count: int = 3) -> list[str]:
        """The names that the published one may have been meant for, the nearest first: like ones of its region, the same elsewhere."""
        found: dict[str, float] = {}
        for key_region, rest in self._keys(published, region):
            for other, known in self._of_region.get(key_region, ()):
                found[known.name] = max(found.get(known.name, 0), _likeness(rest, other))
            for known in self._of_rest.get(rest, ()):
                found.setdefault(known.name, _NEAR)
        near = sorted((-likeness, name) for name, likeness in found.items() if likeness >= _NEAR)
        return [name for _, name in near[:count]]

    def _keys(self, name: str, region: str | None) -> Iterator[Key]:
        return _keys(self._gazetteer, name, region)


def _likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1; of unlike ones, as most names of a region are, something below `_NEAR` at once."""
    common = sum(min(one.count(sign), other.count(sign)) for sign in set(one))
    most = 2 * common / (len(one) + len(other) or 1)
    return most if most < _NEAR else SequenceMatcher(None, one, other, autojunk=False).ratio()


def is_same_department(one: str, other: str) -> bool:
    """Whether two names in one document can be of one department: in full, in short, or with the unit of it that reports."""
    plain, other_plain = normalise_name(one), normalise_name(other)
    if plain in other_plain or other_plain in plain:
        return True
    region, rest = next(_keys(gazetteer(), one, None))
    other_region, other_rest = next(_keys(gazetteer(), other, region))
    return rest == other_rest and (region == other_region or None in (region, other_region))


def is_of_own_unit_alone(*texts: str | None) -> bool:
    """Whether the name of a document's department, or of its file, says that it is the own unit's, without the units below it."""
    pattern = "|".join(vocabulary("departments")["own_unit_alone"])
    return any(re.search(pattern, normalise_name(text)) for text in texts if text)


def without_own_unit(name: str) -> str:
    """A name, compared without white space and width, without code, remarks and what says that the department's own unit reports."""
    return _bare(normalise_name(name))


def _keys(known: Gazetteer, name: str, region: str | None) -> Iterator[Key]:
    """The forms by which a name is compared, the surest first."""
    named = known.find(_bare(normalise_name(name)), region)
    if named.region is not None:
        yield named.region.code, _short(named.organisation, named.rest)
        return
    yield region, _short(named.organisation, named.rest)
    if level := _LEVEL.match(named.rest):
        yield region, _short(named.organisation, named.rest[level.end() :])


def _fields_of(rest: str) -> frozenset[int]:
    """Numbers of the `fields` that a name without its region speaks of."""
    return frozenset(number for number, words in enumerate(vocabulary("departments")["fields"]) if any(word in rest for word in words))


def _is_of_fields_alone(rest: str) -> bool:
    words = any_of([word for words in vocabulary("departments")["fields"] for word in words])
    return bool(re.fullmatch(rf"[省市县区]?(?:(?:{words})[和与、]?)+(?:管理|事务)?[局委厅]", rest))


def _only(known: Sequence[KnownName]) -> str | None:
    """The department that all names belong to; a name that was given for these years goes before one without years."""
    for names in ([one for one in known if one.is_bounded], known):
        ids = {one.department_id for one in names}
        if len(ids) == 1:
            return ids.pop()
    return None


def _bare(plain: str) -> str:
    """A name without its code, a former name's mark, remarks in brackets, and what says that the department's own unit reports."""
    text = plain
    if code := _CODE.match(text):
        text = text[code.end() :]
    text = _remark().sub("", text).removeprefix("原")
    return _own_unit().sub("", text) or plain


def _short(organisation: str, rest: str) -> str:
    """The part of a name that does not tell the region, in short words."""
    words = _short_forms()
    organisation = _organisations().get(organisation, organisation)
    text = _long_forms().sub(lambda match: words[match[0]], rest)
    text = _STREET.sub("", text, count=1) if text.startswith("政府") else text
    if organisation == "政协":
        text = text.removeprefix("委")
    if not organisation and re.match("委(?!员)", text):    # 江苏省委办公厅 is the party's
        organisation = "中共"
    return organisation + text


@cache
def _remark() -> re.Pattern[str]:
    return re.compile(rf"\((?:{any_of(vocabulary('departments')['remarks'])})[^()]*\)")


@cache
def _own_unit() -> re.Pattern[str]:
    words = any_of(vocabulary("departments")["own_unit"])
    return re.compile(rf"(?:\((?:{words})\)|本级)+$")


@cache
def _organisations() -> dict[str, str]:
    return {form: short for short, forms in vocabulary("departments")["organisations"].items() for form in forms}


@cache
def _short_forms() -> dict[str, str]:
    return {form: short for short, forms in vocabulary("departments")["short_forms"].items() for form in forms}


@cache
def _long_forms() -> re.Pattern[str]:
    return re.compile(any_of(list(_short_forms())))
