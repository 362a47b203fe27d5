"""How far reading by evidence goes when words are missing, and whether a wrong reading is ever silent.

    python benchmarks/bench_words.py [--draws N] CASES …

CASES are folders of documents with `*.truth.json` beside them. For each share of the words (10, 25, 50, 100 %) the words for headers,
labels, titles, totals and levels, and the morphemes, are taken out of the vocabulary at random, N times. Then known headers are
exchanged two by two in every table, columns are shuffled, and tables are cut down to one project. Printed are the labels that are still
read as with all words, sure or not, the documents that are wholly right, those that are told to be in doubt, and those that are wrong
in silence (0 is what must hold).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from expectations.checks import check, findings
from transforms import readers
from transforms.grid import Cell, Grid, Reading, UnreadableDocument
from transforms.parse import read_blocks
from transforms.records import ParsedDocument, contract
from transforms.vocabulary import vocabulary

SHARES = (0.10, 0.25, 0.50, 1.00)
DOUBTS = {"missing-unit", "column-shift", "uncertain-reading", "unreadable-amount", "unread-cells", "incomplete-document"}
FIELDS = ("level1", "level2", "operator", "value", "value_high", "unit", "kind")
MOST_PAIRS = 20  # exchanges tried in one table


@dataclass(frozen=True, slots=True)
class Case:
    """A document that was read into blocks, and the truth about it."""

    name: str
    reading: Reading
    truth: dict[str, Any]
    labels: dict[str, int] = field(default_factory=dict)  # each header and label with its meaning, as read with all words


T = TypeVar("T")
Changed = tuple[str, Reading]  # what was changed, and the document with it


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one document: wrong in silence, in doubt, or right."""

    name: str
    is_right: bool
    is_told: bool
    wrong: tuple[str, ...]
    labels: int = 0  # of the document's headers and labels
    right_labels: int = 0  # that mean what they mean with all words


def main() -> int:
    """Run all measurements; 1 where a document is wrong in silence."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("cases", nargs="+", type=Path)
    arguments.add_argument("--draws", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=0, help="of the first draw")
    arguments.add_argument("--only", help="part of a document's name")
    arguments.add_argument("--show", action="store_true", help="name the documents that are wrong in silence, and what is wrong in them")
    options = arguments.parse_args()
    cases = [case for case in read_cases(options.cases) if not options.only or options.only in case.name]
    cases = _in_child(_labelled, cases)
    print(f"{len(cases)} documents\n{'':34}{'labels':>8}{'right':>8}{'in doubt':>10}{'silently wrong':>16}")
    silent = 0
    for share in SHARES:
        draws = 1 if share == 1 else options.draws
        results = [result for seed in range(options.seed, options.seed + draws) for result in _in_child(_without_words, cases, share, seed)]
        silent += _print(f"{share:.0%} of the words removed", results, show=options.show)
    for title, change in (("two headers exchanged", _exchanged), ("columns shuffled", _shuffled), ("one project only", _cut)):
        results = list(_in_child(_changed, cases, change, 0))
        silent += _print(title, results, show=options.show)
    return 1 if silent else 0


def _print(title: str, results: Sequence[Result], *, show: bool) -> int:
    silent = [result for result in results if not result.is_right and not result.is_told]
    count = len(results) or 1
    right, told = sum(result.is_right for result in results), sum(result.is_told for result in results)
    labels = sum(result.labels for result in results)
    shown = f"{sum(result.right_labels for result in results) / labels:.2%}" if labels else ""
    print(f"{title:34}{shown:>8}{right / count:>8.1%}{told / count:>10.1%}{len(silent):>9} of {len(results)}", flush=True)
    for result in silent if show else ():
        print(f"    {result.name}: {', '.join(result.wrong)[:300]}")
    return len(silent)


def read_cases(folders: Sequence[Path]) -> Iterator[Case]:
    """The documents of folders that can be read and have their truth beside them."""
    for truth in sorted(path for folder in folders for path in folder.rglob("*.truth.json")):
        original = truth.with_name(truth.name.removesuffix(".truth.json"))
        try:
            if original.exists():  # the truth about an archive's member has no file of its own
                reading = readers.read(original.read_bytes())
                yield Case(original.name, reading, json.loads(truth.read_text(encoding="utf-8")))
        except UnreadableDocument as error:
            print(f"left out: {original.name}: {error}", file=sys.stderr)


def _in_child(work: Callable[..., list[T]], *arguments: Any) -> list[T]:
    """Run in a process of its own: what modules remember of words and tables ends with it."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(work, arguments)


# --- words ------------------------------------------------------------------------------------------------------------


def _without_words(cases: Sequence[Case], share: float, seed: int) -> list[Result]:
    drawn = random.Random(seed)

    def kept(words: list[str]) -> list[str]:
        return [word for word in words if drawn.random() >= share]

    headers, forms, levels = vocabulary("headers"), vocabulary("forms"), vocabulary("indicators")
    originals = {
        word: role
        for words in (headers["roles"], headers["indicator_roles"], forms["roles"])
        for role, names in words.items()
        for word in names
    }
    for words in (headers["roles"], headers["indicator_roles"], forms["roles"], forms["budget_columns"]):
        words.update({role: kept(names) for role, names in words.items()})
    for key in ("categories", "target_endings", "project_levels"):
        headers[key] = kept(headers[key])
    totals = vocabulary("totals")
    totals.update({key: kept(words) or ["※"] for key, words in totals.items()})  # a list without a word would fit everything
    levels["level1"] = {name: kept(also) for name, also in levels["level1"].items()}
    for about in levels["level2"].values():
        about["also"] = kept(about["also"])
    tables = vocabulary("tables")
    tables["titles"] = kept(tables["titles"])
    tables["columns"] = {role: kept(names) for role, names in tables["columns"].items()}
    _with_words_of_our_own((headers["roles"], headers["indicator_roles"], forms["roles"]), originals)
    pieces = vocabulary("morphemes")
    for entry in pieces["morphemes"]:
        entry["in"] = kept(entry["in"])
    pieces["empty"] = kept(pieces["empty"])
    return [_with_labels(_result(case, case.reading), case) for case in cases]


def _with_labels(result: Result, case: Case) -> Result:
    found = _labels(case.reading)
    return replace(result, labels=len(case.labels), right_labels=sum(found.get(text) == kind for text, kind in case.labels.items()))


def _labelled(cases: Sequence[Case]) -> list[Case]:
    return [replace(case, labels=_labels(case.reading)) for case in cases]


def _labels(reading: Reading) -> dict[str, int]:
    """What the headers and labels of a document's performance tables mean, sure or not; meanings that are the same answer are one."""
    from transforms.tables.meanings import class_of
    from transforms.tables.understanding import understand

    return {judged.label.text: class_of(judged.role) for found in understand(reading.blocks).readings for judged in found.columns}


def _with_words_of_our_own(lists: Sequence[dict[str, list[str]]], originals: dict[str, str]) -> None:
    """Let what evidence decides be read as words that no document prints: the usual ones may have been removed."""
    for about in vocabulary("roles")["roles"].values():
        for place, word in about["word"].items():
            for names in (names for words in lists for role, names in words.items() if role == originals.get(word)):
                names.append(f"{word}※")
            about["word"][place] = f"{word}※"
    lists[0]["ignored"].append("备注")
    lists[1]["ignored"].append("备注")
    lists[2]["unread"].append("备注")


# --- tables -----------------------------------------------------------------------------------------------------------


def _changed(cases: Sequence[Case], change: Callable[[Case, random.Random], Iterator[Changed]], seed: int) -> list[Result]:
    drawn = random.Random(seed)
    return [_result(case, reading, said) for case in cases for said, reading in change(case, drawn)]


def _exchanged(case: Case, drawn: random.Random) -> Iterator[Changed]:
    """The document with the headers of two columns of its tables exchanged; two sources of money may be exchanged by nobody's notice."""
    for place, grid, header in _headers(case.reading):
        texts = [cell for cell in header if cell.text.strip()]
        pairs = [(one, other) for one, other in combinations(texts, 2) if not (_is_source(one.text) and _is_source(other.text))]
        for one, other in drawn.sample(pairs, min(MOST_PAIRS, len(pairs))):
            if one.text.strip() == other.text.strip():
                continue
            new = {id(one): other.text, id(other): one.text}
            cells = tuple(cell._replace(text=new.get(id(cell), cell.text)) for cell in grid.cells)
            yield f"{one.text}↔{other.text}", _with(case.reading, {place: replace(grid, cells=cells)})


def _shuffled(case: Case, drawn: random.Random) -> Iterator[Changed]:
    """The document with the columns of its tables in another order."""
    grids: dict[int, Grid] = {}
    for place, grid, header in _headers(case.reading):
        numbers = sorted({cell.column for cell in grid.cells})
        if grid.is_ragged or any(cell.column_span > 1 for cell in grid.cells) or len(header) != len(numbers):
            continue
        order = dict(zip(numbers, drawn.sample(numbers, len(numbers)), strict=True))
        cells = sorted(
            (cell._replace(column=order[cell.column], box=None) for cell in grid.cells), key=lambda cell: (cell.row, cell.column)
        )
        grids[place] = replace(grid, cells=tuple(cells))
    if grids:
        yield "", _with(case.reading, grids)


def _cut(case: Case, _drawn: random.Random) -> Iterator[Changed]:
    """The document with its last project alone, where each has a row."""
    projects = case.truth.get("projects") or []
    tables = list(_headers(case.reading))
    for place, grid, header in tables if sum(isinstance(block, Grid) for block in case.reading.blocks) == 1 else ():
        last = max(cell.row for cell in grid.cells)
        if len(projects) < 2 or any(cell.row_span > 1 for cell in grid.cells) or len(header) > 8:
            continue
        cells = tuple(cell for cell in grid.cells if cell.row == header[0].row or cell.row == last)
        case.truth.update(projects=projects[-1:], totals=[])
        yield "", _with(case.reading, {place: replace(grid, cells=cells)})


def _headers(reading: Reading) -> Iterator[tuple[int, Grid, list[Cell]]]:
    """The tables with a row per project or indicator, and the cells of their headers."""
    from transforms.tables.sighting import row_table

    for place, block in enumerate(reading.blocks):
        table = row_table(block) if isinstance(block, Grid) and block.cells else None
        if table and isinstance(block, Grid):
            yield place, block, [column.header for column in table.columns]


def _is_source(text: str) -> bool:
    return bool(re.search("财政|专户|其他|其它|资金|拨款", text)) and "总" not in text and "合计" not in text


def _with(reading: Reading, grids: dict[int, Grid]) -> Reading:
    return replace(reading, blocks=tuple(grids.get(place, block) for place, block in enumerate(reading.blocks)))


# --- right or wrong ---------------------------------------------------------------------------------------------------


def _result(case: Case, reading: Reading, said: str = "") -> Result:
    try:
        document = read_blocks(reading, ParsedDocument(case.name, None, reading.format))
    except UnreadableDocument as error:
        return Result(case.name, False, True, (error.code,))
    printed = contract(document)
    told = bool(document.errors) or any(found.rule in DOUBTS for found in findings(document, check(document)))
    wrong = tuple(differences(case.truth, printed))
    return Result(f"{case.name} {said}", not wrong, told, wrong)


def differences(truth: dict[str, Any], printed: dict[str, Any]) -> Iterator[str]:    # noqa: C901 one comparison after the other
    """What differs from the truth, as `score.py` of the cases compares it."""
    if any(finding["rule"] == "missing-unit" for finding in truth.get("findings") or []):
        return
    if "tables" in truth and _kinds(truth) != _kinds(printed):
        yield f"tables {_kinds(printed)}"
    if "totals" in truth and (one := _totals(truth)) != (other := _totals(printed)):
        yield f"totals {one - other} {other - one}"
    found: dict[tuple[str, int], dict[str, Any]] = {(_fold(one["name"]), at): one for one, at in _numbered(printed["projects"])}
    if len(printed["projects"]) != len(truth.get("projects") or []):
        yield f"{len(printed['projects'])} projects"
    for project, at in _numbered(truth.get("projects") or []):
        other = found.get((_fold(project["name"]), at))
        if other is None:
            yield f"no project {project['name']}"
            continue
        for key in ("amount", "goal"):
            if _value(project[key]) != _value(other[key]):
                yield f"{key} of {project['name']}: {other[key]}"
        if _funding(project) != _funding(other):
            yield f"funding of {project['name']}: {other['funding']}"
        if (one := _indicators(project)) != (two := _indicators(other)):
            yield f"indicators of {project['name']}: {one - two} {two - one}"


def _numbered(projects: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
    """The projects, those of one name numbered in their order."""
    seen: Counter[str] = Counter()
    for project in projects:
        yield project, seen[_fold(project["name"])]
        seen[_fold(project["name"])] += 1


ONCE = ("project_performance_targets", "department_performance_targets")


def _kinds(document: dict[str, Any]) -> Counter[str]:
    kinds = Counter(table["kind"] for table in document["tables"])
    return Counter({kind: 1 if kind in ONCE else count for kind, count in kinds.items()})


def _totals(document: dict[str, Any]) -> Counter[Any]:
    return Counter(
        (re.sub(r"^\d+-", "", _fold(total["label"])), _value(total["amount"]), _funding(total)) for total in document["totals"] or []
    )


def _funding(entry: dict[str, Any]) -> frozenset[Any]:
    return frozenset((key, _value(amount)) for key, amount in (entry["funding"] or {}).items() if amount is not None)


def _indicators(project: dict[str, Any]) -> Counter[Any]:
    return Counter((_fold(found["name"]), *(_value(found[key]) for key in FIELDS)) for found in project["indicators"])


def _value(text: Any) -> Any:
    try:
        return Decimal(str(text)).normalize()
    except ArithmeticError:
        return re.sub(r"目标\d*:", "", _fold(text))


def _fold(text: Any) -> str:
    return re.sub(r"[\s“”\"]", "", unicodedata.normalize("NFKC", "" if text is None else str(text)))


if __name__ == "__main__":
    sys.exit(main())
