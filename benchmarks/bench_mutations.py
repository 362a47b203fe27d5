"""How many ways of breaking a right document are told, by the rule meant for it and at the right place.

    python benchmarks/bench_mutations.py [--places N] [--only WAY] [--show] CASES …

CASES are folders of documents with `*.truth.json` beside them; a document that is read right and of which no rule says anything
critical is broken in each of the ways of `mutations.py`, in up to N places. Printed are for each way the documents broken, the share
that a rule meant for it tells at the right place, the share in which all else stays as it was, that in which one sum alone is told,
and what became of the rest: told by another rule, told as a doubt of the reading, or told by nobody. Where a document's words are
unlisted and understood by the sums that a break takes away, a doubt is all that anybody can say: not counted. Exits 1 where a way is caught
less than 95 % of the time, or a change that breaks nothing raises a finding.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_words import differences, read_cases
from benchmarks.mutations import HARMLESS, MUTATIONS, TIES, Break, Case, Key
from expectations.checks import check
from expectations.outcome import Outcome
from expectations.rules import severity_of
from transforms import readers
from transforms.grid import Reading, UnreadableDocument
from transforms.parse import read_blocks
from transforms.records import ParsedDocument, contract

ENOUGH = 0.95
DOUBTS = {"unread-cells", "column-shift", "uncertain-reading", "unreadable-amount", "assumed-reading"}
Failures = dict[tuple[str, Key], Outcome]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a broken document: `told` by the rule meant for it, at the right place, else `otherwise`.

    `strays` are new findings elsewhere, `sums` the new findings of sums that fail: one cause is one of them.
    """

    told: bool
    otherwise: str
    strays: tuple[str, ...]
    sums: tuple[str, ...] = ()


def main() -> int:
    """Break all documents in all ways; 1 where too little is caught, or too much."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("cases", nargs="+", type=Path)
    arguments.add_argument("--places", type=int, default=2, help="broken one after the other in each document")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--only", default="", help="part of a way's name")
    arguments.add_argument("--show", action="store_true", help="name the documents in which a way was not told, or told elsewhere")
    options = arguments.parse_args()
    cases = list(right_cases(options.cases))
    print(f"{len(cases)} documents\n{'':36}{'broken':>8}{'caught':>9}{'nothing else':>14}{'once':>7}  rest")
    is_good = True
    for name in [name for name in (*MUTATIONS, *HARMLESS) if options.only in name]:
        broken = ((case, each) for case in cases for each in sampled(case, name, options.places, options.seed))
        is_good &= _print(name, [(case, each, judge(case, each, name)) for case, each in broken], show=options.show)
    return 0 if is_good else 1


def _print(name: str, found: Sequence[tuple[Case, Break, Verdict]], *, show: bool) -> bool:
    count = len(found) or 1
    unknowable = sum(_rests_on_evidence(case, verdict) for case, _, verdict in found)
    caught = sum(verdict.told for *_, verdict in found) / (len(found) - unknowable or 1)
    clean = sum(not verdict.strays for *_, verdict in found) / count
    is_single = name not in MUTATIONS or not MUTATIONS[name].several
    once = sum(len(verdict.sums) < 2 for *_, verdict in found) / count if is_single else 1
    rest = Counter(verdict.otherwise for *_, verdict in found if not verdict.told)
    shown = "" if name in HARMLESS else f"{caught:.1%}"
    told = ", ".join(f"{key} {number}" for key, number in rest.items() if key)
    told += f", not counted {unknowable}" if unknowable else ""
    print(f"{name:36}{len(found):>8}{shown:>9}{clean:>14.1%}{once:>7.1%}  {told}", flush=True)
    for case, broken, verdict in found if show else ():
        if not verdict.told and name not in HARMLESS:
            print(f"    {case.name}: {broken.said}: {verdict.otherwise}")
        if len(verdict.sums) > 1 and is_single:
            print(f"    {case.name}: {broken.said}: more than once: {'; '.join(verdict.sums)[:300]}")
        if verdict.strays:
            print(f"    {case.name}: {broken.said}: also {'; '.join(verdict.strays)[:300]}")
    return (name in HARMLESS or not found or caught >= ENOUGH) and (clean == 1 or name not in HARMLESS)


def _rests_on_evidence(case: Case, verdict: Verdict) -> bool:
    """Whether a break takes away the sums by which unlisted words of the document are understood: our reading is rightly doubted."""
    return not verdict.told and verdict.otherwise.startswith("doubted") and any(table.assumptions for table in case.document.tables)


def right_cases(folders: Sequence[Path]) -> Iterator[Case]:
    """The documents that are read as their truth says, and of which no rule says anything critical."""
    for read in read_cases(folders):
        case = _right_case(read.name, read.reading)
        if case and not any(differences(read.truth, contract(case.document))):
            yield case


def right_case(name: str, data: bytes) -> Case | None:
    """A document of which no rule says anything critical; None if one does, or it cannot be read."""
    return _right_case(name, readers.read(data))


def _right_case(name: str, reading: Reading) -> Case | None:
    document = _read(name, reading)
    if document is None or document.errors or any(_is_grave(outcome) for outcome in check(document)):
        return None
    return Case(name, reading, document)


def _is_grave(outcome: Outcome) -> bool:
    return outcome.status == "fail" and severity_of(outcome) == "critical"


def _read(name: str, reading: Reading) -> ParsedDocument | None:
    try:
        return read_blocks(reading, ParsedDocument(name, None, reading.format))
    except UnreadableDocument:
        return None


def sampled(case: Case, name: str, places: int, seed: int) -> Iterator[Break]:
    """Some places of a document, broken in one way."""
    way = MUTATIONS[name].run if name in MUTATIONS else HARMLESS[name]
    return islice(way(case, random.Random(f"{seed} {name} {case.name}")), places)


def failures(document: ParsedDocument) -> Failures:
    """What the rules say of a document, by rule and subject."""
    return {(outcome.rule, (outcome.subject, outcome.label)): outcome for outcome in check(document) if outcome.status == "fail"}


def judge(case: Case, broken: Break, name: str) -> Verdict:
    """Hold what the rules say of a broken document against what they said before."""
    document = _read(case.name, broken.reading)
    if document is None:
        return Verdict(False, "refused", ())
    if _records(document) == _records(case.document):
        return Verdict(name in MUTATIONS, "", ())   # the reading mended it
    before = failures(case.document)
    new = {key: outcome for key, outcome in failures(document).items() if _is_new(outcome, before.get(key))}
    rules = MUTATIONS[name].rules if name in MUTATIONS else ()
    told = any(rule in rules and _is_there(key, outcome, broken) for (rule, key), outcome in new.items())
    strays = tuple(
        f"{rule} at {key[1]}" for (rule, key), outcome in new.items()
        if rule not in DOUBTS and not _is_there(key, outcome, broken) and not _only_names_it(outcome, before.get((rule, key)))
    )
    if told:
        return Verdict(True, "", strays, tuple(f"{rule} at {key[1]}" for rule, key in new if rule in TIES))
    others = {rule for rule, _ in new}
    how = "doubted by " if others & DOUBTS else "by "
    return Verdict(False, how + "+".join(sorted(others)) if others else "untold", strays)


def _records(document: ParsedDocument) -> tuple[dict[str, Any], list[str]]:
    return contract(document), [line.text for line in document.prose]


def _is_new(outcome: Outcome, before: Outcome | None) -> bool:
    return before is None or (before.expected, before.actual, before.details) != (outcome.expected, outcome.actual, outcome.details)


def _only_names_it(outcome: Outcome, before: Outcome | None) -> bool:
    """Whether a finding was there before, and says something else for the name of what was broken only."""
    return before is not None and (before.expected, before.actual) == (outcome.expected, outcome.actual)


def _is_there(key: Key, outcome: Outcome, broken: Break) -> bool:
    """Whether a finding is at a subject that the break concerns, or names one: tables tie to others."""
    if key in broken.where or key[0] == "document":
        return True
    if any(kind == key[0] and key[1].startswith(f"{label} ") for kind, label in broken.where):
        return True    # a cell of the row
    named = {detail.get("table") for detail in outcome.details}
    return any(kind == "table" and label in named for kind, label in broken.where)


if __name__ == "__main__":
    sys.exit(main())
