"""An amount that the text states equals the table's: income, expenditure, “三公”经费, and accounts named by 类, 款 and 项.

The document is one outcome; each amount that differs is a detail. It speaks of the table for certain where it is a part of a whole that
a table of the same funds states as well (`支出合计100万元，其中：基本支出60万元`), or is the table's but for a slip of the pen. Of others
all mentions of the same words are taken together: where one agrees with a table, the others speak of something else (a unit, a part).

Skipped:
1. A text that states no amount which a table states as well.
2. A figure that is mentioned with several amounts, none of which agrees: it is not known which one speaks of the table.
3. A figure that may be of a fund, a unit or another year (`is_clear`).
4. An amount that is 10,000 times the table's: `unit-slip` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from expectations.figures import is_slip, last_place_of
from expectations.outcome import Outcome, document_subject
from expectations.prose import Statement, statements
from transforms.records import ParsedDocument, yuan

RULE = "prose-ties-to-tables"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document whose text states another amount than its tables, by more than the coarser last place of both."""
    results = [_result(mentions, step) for mentions, step in _mentions(document)]
    subject = document_subject(document)
    wrong = {(one.subject, one.amount): one for one in reversed([one for result in results for one in result.wrong])}
    if wrong:
        told = sorted(wrong.values(), key=lambda one: one.start)
        details = tuple(map(_evidence, told))
        yield subject.fails(RULE, place=told[0].place, expected=details[0]["expected"], actual=details[0]["actual"], details=details)
    elif any(result.reason is None for result in results):
        yield subject.passes(RULE)
    else:
        yield subject.skips(RULE, next((result.reason for result in results if result.reason), "nothing-to-compare"))   # 1


def contradicted(document: ParsedDocument) -> dict[int, Decimal]:
    """What the tables state, in yuan, of the amounts that this rule tells, by where these begin (`expectations.prose.joined`)."""
    results = (_result(mentions, step) for mentions, step in _mentions(document))
    return {one.start: one.published[0][1] for result in results for one in result.wrong}


class _Result(NamedTuple):
    """Of the mentions of one figure or account those that are wrong, and why nothing can be said of them."""

    wrong: Sequence[Statement] = ()
    reason: str | None = None


def _mentions(document: ParsedDocument) -> Iterator[tuple[list[Statement], Decimal]]:
    """What the text states of each figure or account, and by how much the tables may differ from it."""
    by_subject: dict[str, list[Statement]] = {}
    for statement in statements(document):
        by_subject.setdefault(statement.subject, []).append(statement)
    step = max((last_place_of(table) for table in document.tables), default=Decimal(0))
    yield from ((mentions, step) for mentions in by_subject.values())


def _result(mentions: Sequence[Statement], step: Decimal) -> _Result:
    """What is wrong: what speaks of the table for certain, else all of the mentions where they state the same and a table does not."""
    others = [one for one in mentions if not one.ties(step) and not _is_slip(one)]
    if certain := [one for one in others if one.is_part or (one.is_plain and one.is_misspelt)]:
        return _Result(certain)
    if any(mention.ties(step) for mention in mentions):
        return _Result()
    if len(others) < len(mentions):
        return _Result(reason="unit-slip")   # 4
    if not all(mention.is_clear for mention in mentions):
        return _Result(reason="subject-unclear")   # 3
    return _Result(reason="several-amounts") if len({mention.amount for mention in mentions}) > 1 else _Result(mentions)   # 2


def _is_slip(mention: Statement) -> bool:
    return any(is_slip(mention.amount, amount) for _, amount in mention.published)


def _evidence(statement: Statement) -> dict[str, str]:
    return {"text": statement.text, "expected": yuan(statement.amount) or "", "actual": yuan(statement.published[0][1]) or ""}
