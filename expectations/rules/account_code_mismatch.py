"""The name that is printed beside a code of the classification is that code's name.

It fails where the printed name is for certain that of another code under the same parent (30204 电费: that is 30206), or that of an
account while the code is none (3012 津贴补贴: that is 30102). Every name that a code has had passes (`expectations.accounts`).
A row of a budget table with a code and a name is one outcome; the same code and name in further tables is told with the first.

Skipped:
1. A document that does not state its year, a year before the table of accounts begins for the code.
2. A code that the table lacks, or of which it is not certain what it is called in that year.
3. A name that is neither the code's nor for certain another account's.
4. A row that was recognised in a picture: a digit may be another one.
5. A table in which most codes have other names, or the only one has: its columns may have been read wrong.
6. What is told with an earlier table already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.accounts import certain_name, codes_named, first_year_of, is_code, names_of, parent
from expectations.lines import Row, row_subjects
from expectations.outcome import Outcome, Subject
from expectations.structure import Trial, doubtful
from expectations.words import plain
from transforms.records import ParsedDocument

RULE = "account-code-mismatch"
NO_ACCOUNT = "no-account"   # in the place of the official name: the code is none


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is said of a row: `agrees` is None where the table cannot tell; `reason` says why nobody is accused."""

    agrees: bool | None
    reason: str = ""
    official: str = ""
    other: str = ""


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a row whose name is another code's; `official` is the code's own name, `other` the code of the printed one."""
    judged = [(subject, row, _verdict(row, document.fiscal_year)) for subject, row in row_subjects(document) if row.code and row.label]
    trials = [Trial(row.table, (row.code, row.label), not verdict.agrees) for _, row, verdict in judged if verdict.agrees is not None]
    tables = doubtful(trials, least=1)
    told: set[tuple[str | None, str]] = set()
    for subject, row, verdict in judged:
        yield _outcome(subject, row, verdict, is_doubtful=row.table in tables, is_told=(row.code, _name(row)) in told)
        if verdict.other and row.table not in tables:
            told.add((row.code, _name(row)))


def _outcome(subject: Subject, row: Row, verdict: _Verdict, *, is_doubtful: bool, is_told: bool) -> Outcome:
    if verdict.agrees:
        return subject.passes(RULE)
    if not verdict.other:
        return subject.skips(RULE, verdict.reason)    # 1–4
    if is_doubtful:
        return subject.skips(RULE, "reading-in-doubt")    # 5
    if is_told:
        return subject.skips(RULE, "told-before")    # 6
    values = {"code": row.code or "", "official": verdict.official, "name": _name(row), "other": verdict.other}
    return subject.fails(RULE, values=values)


def _verdict(row: Row, year: int | None) -> _Verdict:
    code, name = row.code or "", _name(row)
    if plain(name) in names_of(code):
        return _Verdict(agrees=True)
    if row.place.confidence is not None:
        return _Verdict(None, "recognised")
    if year is None:
        return _Verdict(None, "year-not-stated")
    if not is_code(code):
        return _of_no_account(code, codes_named(name, year))
    own = certain_name(code, year)
    if own is None:
        since = first_year_of(code)
        return _Verdict(None, "before-edition" if since and year < since else "code-uncertain")
    siblings = [other for other in codes_named(name, year) if parent(other) == parent(code)]
    return _Verdict(False, "name-unknown", own, siblings[0]) if len(siblings) == 1 else _Verdict(False, "name-unknown")


def _of_no_account(digits: str, codes: list[str]) -> _Verdict:
    """The verdict on digits that are no code, beside the name of these; digits that begin as one of them does are of its kind."""
    codes = [code for code in codes if code[0] == digits[0]] or codes
    return _Verdict(False, "name-unknown", NO_ACCOUNT, codes[0]) if len(codes) == 1 else _Verdict(None, "name-unknown")


def _name(row: Row) -> str:
    """The most specific of the names that stand before each other in a row."""
    return row.label.rpartition("/")[2]
