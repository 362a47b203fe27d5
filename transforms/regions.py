"""Regions (行政区划) of GB/T 2260, and the region that a department's name begins with.

The table is `vocabulary/regions.csv`, made by `vocabulary/make_regions.py`: every province, prefecture and county of the
edition, and those that were there at the end of a year since 2008, when documents began to be published. `first_year` and
`last_year` are years at whose end a region was there; the first is at least 1980, where the lists begin.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from transforms.vocabulary import any_of, vocabulary

EDITION = date(2025, 12, 31)

Level = Literal["province", "prefecture", "county"]


@dataclass(frozen=True, slots=True)
class Region:
    """A region under one of its names; `last_year` is None for one that is there today, `parent` for a province."""

    code: str
    name: str
    short: str
    level: Level
    parent: str | None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A department's name taken apart: `政协` · `440106` · `委员会办公室`; `region` is None where the name states none."""

    organisation: str
    region: Region | None
    rest: str


@cache
def regions() -> tuple[Region, ...]:
    """All regions, by code; of one code the present name is the last."""
    with (Path(__file__).parent / "vocabulary" / "regions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Region(
                row["code"], row["name"], row["short"], level_of(row["code"]), row["parent"] or None, int(row["first_year"]),
                int(row["last_year"]) if row["last_year"] else None,
            )
            for row in csv.DictReader(file)
        )


def own_regions(named: Sequence[tuple[str, str, str | None]]) -> list[Region]:
    """Regions that a catalogue has and the table has not.

    Args:
        named: code, name and parent's code of each; `云山市海曲区` below `云山市` is written 海曲区 too.
    """
    names = {code: name for code, name, _ in named}
    return [
        Region(code, short, short, level_of(code), parent)
        for code, name, parent in named if (short := name.removeprefix(names.get(parent or "", "")))
    ]


def level_of(code: str) -> Level:
    """The level that a code speaks of: 440000, 440100, 440106."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


class Gazetteer:
    """Finds the region in names.

    Args:
        known: regions; those of the table if left out. Others, such as a catalogue's own, are given with them.
    """

    def __init__(self, known: Iterable[Region] | None = None) -> None:
        self._parents: dict[str, str | None] = {}
        self._forms: dict[str, list[Region]] = {}
        for region in regions() if known is None else known:
            self._parents[region.code] = region.parent
            for form in _forms(region):
                self._forms.setdefault(form, []).append(region)
        self._longest = max(map(len, self._forms), default=0)

    def find(self, name: str, within: str | None = None) -> Named:
        """Find the region that a department's name begins with, behind the name of an organisation such as 中共.

        Args:
            name: a department's name without code and white space.
            within: code of the region in whose context the name stands; it decides between regions of the same name.

        Returns:
            The name's parts. No region where none is named, where the name fits several, and where it goes on with a zone
            that GB/T 2260 does not list (苏州工业园区, 雄安新区): such a zone has a budget of its own.
        """
        organisation = _organisation().match(name)
        begin = organisation.end() if organisation else 0
        region, end = self._only(self._chains(name, begin), within) or (None, begin)
        if region is not None and region.level != "county" and _zone().match(name, end):
            region, end = None, begin
        return Named(organisation[0] if organisation else "", region, name[end:])

    def is_within(self, code: str, other: str) -> bool:
        """Whether a region is another one or belongs to it."""
        above: str | None = code
        while above is not None and above != other:
            above = self._parents.get(above)
        return above is not None

    def _chains(self, name: str, begin: int) -> list[tuple[Region, int]]:
        """The regions that the longest chain of names (广东省·广州市·天河区) ends in, and where it ends."""
        found: list[tuple[Region, int]] = []
        following = list(self._at(name, begin))
        while following:
            longest = max(end for _, end in following)
            found = [(region, end) for region, end in following if end == longest]
            following = [
                (below, end) for region, begins in found for below, end in self._at(name, begins)
                if below.code != region.code and self.is_within(below.code, region.code)
            ]
        return found

    def _at(self, name: str, begin: int) -> Iterator[tuple[Region, int]]:
        for end in range(begin + 2, min(len(name), begin + self._longest) + 1):
            for region in self._forms.get(name[begin:end], ()):
                yield region, end

    def _only(self, found: list[tuple[Region, int]], within: str | None) -> tuple[Region, int] | None:
        """The region meant, where only one can be."""
        related = [one for one in found if within and (self.is_within(within, one[0].code) or self.is_within(one[0].code, within))]
        for choice in (related, found):
            present = [one for one in choice if one[0].last_year is None] or choice
            codes = {region.code for region, _ in present}
            if len(codes) == 1 and all(_is_succeeded(region, present[0][0]) for region, _ in choice if region.code not in codes):
                return present[0]
        return None


def _is_succeeded(former: Region, present: Region) -> bool:
    """Whether a region has become one of the same name, as by going to another prefecture; not if both were there at once."""
    return former.last_year is not None and present.first_year is not None and former.last_year < present.first_year


def region_of(name: str, within: str | None = None) -> str | None:
    """The code of the region that a department's name begins with; see `Gazetteer.find`."""
    region = gazetteer().find(name, within).region
    return region.code if region else None


@cache
def gazetteer() -> Gazetteer:
    """The one of the table's regions; made when it is first needed."""
    return Gazetteer()


def _forms(region: Region) -> Iterator[str]:
    """How a region is written in front of a department: 恩施土家族苗族自治州 and 恩施州; 广西壮族自治区, 广西自治区 and 广西."""
    yield region.name
    short = region.short.removesuffix(kind) if (kind := _kind(region.name)) else region.short
    if kind in ("自治州", "自治县", "自治旗") and short:
        yield short + kind[-1]
    if region.level == "province":
        yield region.short
        if kind == "自治区":
            yield region.short + kind


def _kind(name: str) -> str | None:
    return next((kind for kind in ("自治区", "自治州", "自治县", "自治旗") if name.endswith(kind)), None)


@cache
def _organisation() -> re.Pattern[str]:
    words = vocabulary("departments")["organisations"]
    return re.compile(any_of([*words, *(form for forms in words.values() for form in forms)]))


@cache
def _zone() -> re.Pattern[str]:
    return re.compile(rf"[一-鿿]{{1,8}}?(?:{any_of(vocabulary('departments')['zones'])})")
