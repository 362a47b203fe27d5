"""The official accounts: which name a code of the classification of government income and expenditure has, and since when.

`accounts.csv` holds 政府收支分类科目 of many editions: the functional classification (codes from 201) and the departments' economic
one (from 301), with the years in which a source first and last showed a name. Its grades:

* A: two sources in use, or the ministry's notice. B: one such source, or the complete edition of 2009 and a second source agree.
* C: old sources only. D: from memory; some of these are wrong.

Codes are used again for other things (2100401 was 行政单位医疗 and is 疾病预防控制机构). So every name that the table gives for a code
excuses a publisher, and only a dated one of grade A or B that holds for the year accuses one.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from expectations.words import plain

# A 类 has three digits, each level below it two more; 1 is income, 2 the functional classification, 3 and 5 the economic ones.
_CODE = re.compile(r"1[0-9]{2}(?:[0-9]{2}){0,3}|[235][0-9]{2}(?:[0-9]{2}){0,2}")
_FIRM_GRADES = ("A", "B")
CLASS, LEVEL = 3, 2   # digits of a 类, and of each level below it


@dataclass(frozen=True, slots=True)
class Account:
    """A code and one of its names, with the years of the sources that show it; None where they are not dated."""

    code: str
    name: str
    first_year: int | None
    last_year: int | None
    grade: str


def is_code(code: str) -> bool:
    """Whether digits can be the code of an account at all."""
    return bool(_CODE.fullmatch(code))


def parent(code: str) -> str:
    """The code above a code; of a 类 the digit of its classification."""
    return code[:-LEVEL] if len(code) > CLASS else code[:1]


def names_of(code: str) -> frozenset[str]:
    """All names that a code has had, whatever the grade, as `plain` writes them; none for a code that the table lacks."""
    return frozenset(plain(account.name) for account in _by_code().get(code, ()))


def first_year_of(code: str) -> int | None:
    """The first year for which the table can say for certain what a code is called; None where it never can."""
    return min((account.first_year for account in _by_code().get(code, ()) if _is_firm(account) and account.first_year), default=None)


def certain_name(code: str, year: int) -> str | None:
    """The official name of a code in a year, where it is beyond doubt: one of grade A or B that sources show by then.

    Where the code has had other names as well, the year lies between the first and the last source of this one.
    """
    accounts = _by_code().get(code, ())
    holding = [account for account in accounts if _is_firm(account) and (account.first_year or year + 1) <= year]
    if len(accounts) > 1:
        holding = [account for account in holding if year <= (account.last_year or 0)]
    return holding[0].name if len(holding) == 1 else None


def codes_named(name: str, year: int) -> list[str]:
    """The codes whose name is certain in a year and is this one, in the order of the table."""
    candidates = _codes_by_name().get(plain(name), ())
    return [code for code in candidates if plain(certain_name(code, year) or "") == plain(name)]


def _is_firm(account: Account) -> bool:
    return account.grade in _FIRM_GRADES


@cache
def _by_code() -> dict[str, tuple[Account, ...]]:
    found: dict[str, tuple[Account, ...]] = {}
    with Path(__file__).with_name("accounts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            account = Account(row["code"], row["name"], _year(row["first_year"]), _year(row["last_year"]), row["grade"])
            found[account.code] = (*found.get(account.code, ()), account)
    return found


@cache
def _codes_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code in _by_code():
        for name in names_of(code):
            found[name] = (*found.get(name, ()), code)
    return found


def _year(text: str) -> int | None:
    return int(text) if text else None
