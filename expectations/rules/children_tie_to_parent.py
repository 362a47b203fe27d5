"""A 款 is the sum of its 项, a 类 of its 款, 合计 of its 类, and a total of the columns that are its parts, in every row of a budget table.

What a row sums up is told by the codes (2010101 is an item of 20101), in tables without codes by the names: 合计 of the
“三公”经费 is 因公出国（境）费, 公务接待费 and 公务用车购置及运行费, whether they stand in rows or columns (`words.yaml`). Funding
columns are left to `row-ties-to-funding`. A row is one outcome; each wrong sum is a detail.

Skipped, where a sum does not tie:
1. A sum that is blank, or blank in all its parts; one with a part that could not be read.
2. A row that is above rows of which it is not known whether they are parts: rows without codes among coded ones, a code that
   is printed twice (but not where the sum ties without a row that only prints the one above it again), a 项 without its 款,
   function and economic codes in one table, several 合计.
3. A total beside names that are not known, of several kinds, or of one kind only.
4. A table that need not list all there is, unless it proves that it does (`_proved`); a column of another year
   beside this one's: what there was only then is mostly left out.
5. A document of which a part could not be read: the missing part may be in the sum.
6. A column whose sums fail in most rows, or a table of which most sums of rows fail (`expectations.structure`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from expectations.lines import Row, row_subjects
from expectations.outcome import Outcome, Subject, largest
from expectations.structure import LEAST_BELOW, REASON, Trial, doubtful
from expectations.sums import Sum, across, by_name, judge, shown_step
from expectations.words import FUNCTION, FUNDING, OF_WHICH, part, total, words
from transforms.names import fold_width
from transforms.records import ParsedDocument, Table, yuan

RULE = "children-tie-to-parent"
Judged = list[tuple[Sum, str | None]]   # sums with what `judge` says of them
LEAST_PROVING = 2   # different columns that tie, so that the only one that does not is wrong, whatever the rows are called
LEAST_PARTS = 3   # amounts that a sum must have to prove anything, where only the amounts say that it is one
LEAST_KNOWN = 1   # the same where words or codes say so
CLASS, LEVEL = 3, 2   # digits of a 类 of the functional and the economic classification, and of each level below it


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a row with a sum that is off by more than rounding explains (`expectations.sums`)."""
    subjects = list(row_subjects(document))
    for index, table in enumerate(document.tables):
        of_table = [(subject, row) for subject, row in subjects if row.table == index]
        rows = [row for _, row in of_table]
        step = shown_step(table)
        below = _sums_by_row(rows, document.fiscal_year, table, step)
        columns = tuple(dict.fromkeys(column for row in rows for column in row.cells))

        def judged(sums: Iterable[Sum], table: Table = table, step: Decimal = step) -> Judged:
            return [(each, judge(each, table.unit, step)) for each in sums]

        found = [(subject, judged(below.get(row.number, ())), judged(_across(row, columns))) for subject, row in of_table]
        yield from (_outcome(document, table, subject, sums) for subject, sums in _without_doubtful(found) if sums)


def _without_doubtful(found: Sequence[tuple[Subject, Judged, Judged]]) -> Iterator[tuple[Subject, Judged]]:
    """The sums of each row, down and across, where those of doubtful ties are not said to be wrong."""
    down = doubtful([Trial("", _stated_in(sums), _is_wrong(sums)) for _, sums, _ in found if _are_judged(sums)], LEAST_BELOW)
    across_row = doubtful([
        Trial(each.name, (each.stated, each.given), result == "wrong")
        for _, _, sums in found for each, result in sums if result in (None, "wrong")
    ])
    for subject, below, beside in found:
        yield subject, [
            *((each, REASON if result == "wrong" and down else result) for each, result in below),
            *((each, REASON if result == "wrong" and each.name in across_row else result) for each, result in beside),
        ]


def _stated_in(sums: Judged) -> Hashable:
    return tuple((each.name, each.stated, each.given) for each, _ in sums)


def _is_wrong(sums: Judged) -> bool:
    return any(result == "wrong" for _, result in sums)


def _are_judged(sums: Judged) -> bool:
    return any(result in (None, "wrong") for _, result in sums)


def _outcome(document: ParsedDocument, table: Table, subject: Subject, judged: Sequence[tuple[Sum, str | None]]) -> Outcome:
    wrong = [found for found, result in judged if result == "wrong"]
    if wrong and document.errors:
        return subject.skips(RULE, "document-incomplete")   # 5
    if wrong and table.kind not in words()["complete"] and not _is_complete(wrong, [found for found, result in judged if result is None]):
        return subject.skips(RULE, "list-need-not-be-complete")   # 4
    if wrong:
        details = tuple(evidence(found) for found in wrong)
        worst = largest(details)
        return subject.fails(RULE, expected=worst["expected"], actual=worst["actual"], difference=worst["difference"], details=details)
    results = [result for _, result in judged]
    if REASON in results:
        return subject.skips(RULE, REASON)   # 6
    return subject.passes(RULE) if None in results else subject.skips(RULE, results[0] or "")   # 1, 2, 3


def evidence(found: Sum) -> dict[str, str]:
    """A sum as a detail of a message."""
    amounts = {"expected": found.stated, "actual": found.given, "difference": found.difference}
    count = str(sum(bool(amount) for _, amount in found.parts))
    return {"column": found.name, "count": count, **{key: yuan(amount) or "" for key, amount in amounts.items()}}


def _across(row: Row, columns: tuple[str, ...]) -> Iterator[Sum]:
    amounts = {column: row.amount(column) for column in row.cells}
    return (found for found in across(amounts, columns) if found.family != FUNDING)


def _sums_by_row(rows: Sequence[Row], year: int | None, table: Table, step: Decimal) -> dict[int, list[Sum]]:
    """The sums down the columns, by the number of the row that states them."""
    found: dict[int, list[Sum]] = {}
    is_coded = sum(row.code is not None for row in rows) > 1
    others = columns_of_another_year({column for row in rows for column in row.cells}, year)

    def ties(each: Sum) -> bool:
        return each.stated is not None and (each.name in others or each.ties(table.unit, step))

    for row, column, each in _sums_by_code(rows, ties) if is_coded else _sums_by_side(rows):
        doubt = "another-year" if column in others else "parts-mixed" if _is_of_several(column) else None
        found.setdefault(row.number, []).append(replace(each, doubt=each.doubt or doubt) if doubt else each)
    return found


def columns_of_another_year(columns: Set[str], year: int | None) -> Set[str]:
    """Those of a table's columns that are of another year, or of what was planned at first where others say what came of it."""
    first = {column for column in columns if any(word in column for word in words()["first_columns"])}
    return {column for column in columns if is_of_another_year(column, year)} | (first if first < columns else set())


def _is_of_several(column: str) -> bool:
    """Whether amounts stand below several headers at once, or below none beside others that have one."""
    return not column or "+" in column


@cache
def is_of_another_year(column: str, year: int | None) -> bool:
    """Whether a column holds amounts of another year than the document's, or what changed against one."""
    stated = set(re.findall(r"20[0-9]{2}", column))
    if year and stated:    # 2027年预算数比2026年执行数/增减额 is a change, which leaves out what was there in one of both years only
        return stated != {str(year)} or any(word in column for word in words()["change_columns"])
    return any(word in column for word in words()["other_year_columns"])


def _sums_by_side(rows: Sequence[Row]) -> Iterator[tuple[Row, str, Sum]]:
    for side in dict.fromkeys(row.side for row in rows):
        of_side = [row for row in rows if row.side == side]
        for column in dict.fromkeys(column for row in of_side for column in row.cells):
            for each, row in _sums_by_name(of_side, column):
                yield row, column, each


def _sums_by_name(rows: Sequence[Row], column: str) -> Iterator[tuple[Sum, Row]]:
    if whole := next((row for row in rows if row.total == "grand" and total(row.label) is None), None):
        parts = [row for row in rows if row.total is None]
        yield from ((each, whole) for each in _proved(whole, parts, None) if each.name == column)
    stated = _stated(rows, column)
    for found, place in by_name([row.label for row, _ in stated], [amount for _, amount in stated]):
        row = stated[place][0]
        yield (_of_all(found, row, rows, column) if found.doubt == "part-unknown" else found), row


def _of_all(found: Sum, row: Row, rows: Sequence[Row], column: str) -> Sum:
    """The sum of rows of which nobody knows what they are, without doubt where they are proved to be all of its parts."""
    parts = [each for each in rows if each.total is None]
    if row.total != "grand" or found.difference == 0 or any(OF_WHICH.match(fold_width(each.label)) for each in parts):
        return found
    return next((each for each in _proved(row, parts, None) if each.name == column and each.is_proven), found)


def _stated(rows: Sequence[Row], column: str) -> list[tuple[Row, Decimal | None]]:
    """What the rows of a side state in a column.

    Where classes of expenditure have a column of their own beside the uses (支出用途), the totals stand in one of both.
    """
    stated = [(row, row.amount(column)) for row in rows if column in row.cells and row.label]
    totals = [row for row in rows if row.is_whole and column not in row.cells]
    is_classes = all(len(row.cells) == 1 and _family(row.label) == FUNCTION for row, _ in stated)
    if is_classes and all(len(row.cells) == 1 for row in totals):
        stated += [(row, line.amount) for row in totals for line in row.cells.values()]
    return stated


def _family(label: str) -> str | None:
    known = part(label)
    return known.family if known else None


# --- codes ------------------------------------------------------------------------------------------------------------------


def _sums_by_code(rows: Sequence[Row], ties: Callable[[Sum], bool]) -> Iterator[tuple[Row, str, Sum]]:
    inside, doubts = _inside(rows), _doubts(rows)
    for row in rows:
        if within := inside[row.number]:
            doubt = _doubt(within, row.code) or doubts.get(row.number)
            if doubt == "code-repeated" and _is_printed_twice(row, within, ties):
                doubt = None
            yield from _columns(row, _top(within), doubt)
    coded, plain = [row for row in rows if row.code], [row for row in rows if not row.code]
    totals = [row for row in plain if row.is_whole]
    summed = [row for row in plain if _sums_up(row)]
    doubt = "totals-repeated" if len(totals) > 1 else "row-without-code" if len(plain) > len(summed) else _doubt(coded, None)
    for row in totals:
        yield from ((row, each.name, each) for each in _proved(row, _top(coded), doubt))


def _inside(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The rows that stand under each coded row, by its number: those of longer codes that begin with its own.

    Where a code is printed twice, as in tables of several units, those are only the ones that follow at once.
    """
    inside: dict[int, list[Row]] = {row.number: [] for row in rows}
    last: dict[str, Row] = {}
    is_repeated = _is_repeated(rows)
    if not is_repeated:
        last = {row.code: row for row in rows if row.code}
    for row in _block_by_block(rows) if is_repeated else rows:
        if is_repeated:
            last = {code: above for code, above in last.items() if row.code and row.code.startswith(code) and row.code != code}
        for length in range(len(row.code or "")):
            if above := last.get((row.code or "")[:length]):
                inside[above.number].append(row)
        if row.code:
            last[row.code] = row
    return inside


def _block_by_block(rows: Sequence[Row]) -> list[Row]:
    """Rows that stand side by side (人员经费 left, 公用经费 right), those of one block after those of the other."""
    lines = Counter((row.place.page, row.place.row) for row in rows)
    if max(lines.values(), default=1) == 1:
        return list(rows)
    blocks = list(dict.fromkeys(tuple(row.cells) for row in rows))
    return sorted(rows, key=lambda row: blocks.index(tuple(row.cells)))


def _doubts(rows: Sequence[Row]) -> dict[int, str]:
    """The coded rows before a row without a code, which may be one of their parts; a total is none."""
    return {
        above.number: "row-without-code"
        for above, row in pairwise(rows) if above.code and not row.code and not _sums_up(row)
    }


def _sums_up(row: Row) -> bool:
    return row.total is not None or _family(row.label) == "basic"


def _top(rows: Sequence[Row]) -> list[Row]:
    """The rows that do not stand under another one of them."""
    codes = {row.code for row in rows}
    return [row for row in rows if not any((row.code or "")[:length] in codes for length in range(1, len(row.code or "")))]


def _doubt(within: Sequence[Row], code: str | None) -> str | None:
    """Why coded rows that do not give the sum above them need not be wrong."""
    top = _top(within)
    if _is_repeated(within):
        return "code-repeated"
    if code is None and len({(row.code or "")[:1] for row in top}) > 1:
        return "classifications-mixed"
    length = len(code) + LEVEL if code else CLASS
    return "level-missing" if any(len(row.code or "") != length for row in top) else None


def _is_printed_twice(row: Row, within: Sequence[Row], ties: Callable[[Sum], bool]) -> bool:
    """Whether the rows under one give its sums as soon as those that only print the row above them again are left out."""
    once = [part for above, part in pairwise([row, *within]) if not _prints_again(part, above)]
    if _doubt(once, row.code):
        return False
    return all(ties(each) for _, _, each in _columns(row, _top(once), None))


def _prints_again(row: Row, above: Row) -> bool:
    amounts = [[(column, line.amount) for column, line in each.cells.items()] for each in (row, above)]
    return row.code == above.code and row.label == above.label and amounts[0] == amounts[1]


def _is_repeated(rows: Sequence[Row]) -> bool:
    codes = [row.code for row in rows if row.code]
    return len(set(codes)) < len(codes)


def _columns(row: Row, parts: Sequence[Row], doubt: str | None) -> Iterator[tuple[Row, str, Sum]]:
    for column in dict.fromkeys((*row.cells, *(column for each in parts for column in each.cells))):
        given = tuple((f"{each.code}{each.label}", each.amount(column)) for each in parts if column in each.cells)
        yield row, column, Sum(column, row.amount(column), given, None, doubt)


# --- proof ------------------------------------------------------------------------------------------------------------------


def _proved(row: Row, parts: Sequence[Row], doubt: str | None) -> list[Sum]:
    """The sums of a row over others, each with whether it is proved that no part is missing, so that what does not tie is wrong.

    It is where they tie in all columns but one, or in all without a part that is printed twice; and where a sum differs from
    what its parts give by two exchanged digits.
    """
    sums = [each for _, _, each in _columns(row, parts, doubt)]
    wrong = _wrong(sums)
    if not wrong or _may_be_average(wrong[0]):
        return sums
    once = [part for above, part in pairwise([row, *parts]) if part.place.page != above.place.page or not _prints_again(part, above)]
    of_once = [each for _, _, each in _columns(row, once, None)]
    is_printed_twice = len(once) < len(parts) and not _wrong(of_once) and _is_proved((), of_once, 1)
    is_exchanged = len(wrong) == 1 and _are_exchanged(wrong[0])
    is_proven = is_printed_twice or is_exchanged or _is_proved(wrong, [each for each in sums if each not in wrong], LEAST_PROVING)
    return [replace(each, is_proven=is_proven) for each in sums]


def _is_complete(wrong: Sequence[Sum], tied: Sequence[Sum]) -> bool:
    """Whether it is proved of the wrong sums of a row that no part is left out; `tied` are its other sums."""
    return all(each.is_proven for each in wrong) or _is_proved(wrong, tied, LEAST_PROVING, LEAST_KNOWN)


def _is_proved(wrong: Sequence[Sum], tied: Sequence[Sum], least: int, parts: int = LEAST_PARTS) -> bool:
    """Whether the sums of a row that tie show that nothing is left out of the only one that does not.

    It would be missing in the total's column and in one of its parts' at least. Equal columns prove no more than one, and
    what may be an average need not be a sum.

    Args:
        wrong: those that do not tie.
        tied: the others; one that states nothing proves nothing.
        least: how many different ones there must be.
        parts: how many amounts each of these must have.
    """
    different = {tuple(amount for _, amount in each.parts) for each in tied if each.stated is not None}
    is_alone = len(wrong) < 2 and not any(map(_may_be_average, wrong))
    return is_alone and sum(sum(map(bool, amounts)) >= parts for amounts in different) >= least


def _wrong(sums: Sequence[Sum]) -> list[Sum]:
    return [each for each in sums if each.stated is not None and each.difference != 0]


def _may_be_average(found: Sum) -> bool:
    """Whether what is stated is between the least and the most of the parts, as an average (生均经费) or the highest of them is."""
    amounts = [amount for _, amount in found.parts if amount is not None]
    return found.stated is not None and bool(amounts) and min(amounts) <= found.stated <= max(amounts)


def _are_exchanged(found: Sum) -> bool:
    """Whether a sum of several amounts is what they give with two digits beside each other exchanged: 8590000 for 8950000."""
    if found.stated is None or sum(bool(amount) for _, amount in found.parts) < LEAST_PARTS:
        return False
    stated, given = f"{found.stated:.2f}", f"{found.given:.2f}"
    differ = [place for place, (one, other) in enumerate(zip(stated, given, strict=False)) if one != other]
    return (
        len(stated) == len(given) and len(differ) == 2 and differ[1] == differ[0] + 1
        and stated[differ[0]] == given[differ[1]] and stated[differ[1]] == given[differ[0]]
    )
