"""An amount that the text states equals the table's: income, expenditure, “三公”经费, and accounts named by 类, 款 and 项.

The document is one outcome; each amount that differs is a detail. Where one mention agrees with a table, others of the same
words speak of something else (a unit, a part).

Skipped:
1. A text that states no amount which a table states as well.
2. A figure that is mentioned with several amounts, none of which agrees: it is not known which one speaks of the table.
3. A figure that may be of a fund, a unit or another year (`is_clear`).
4. An amount that is 10,000 times the table's: `unit-slip` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from expectations.figures import is_slip, last_place_of
from expectations.outcome import Outcome, document_subject
from expectations.prose import Statement, statements
from transforms.records import ParsedDocument, yuan

RULE = "prose-ties-to-tables"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document whose text states another amount than its tables, by more than the coarser last place of both."""
    results = [_result(mentions, step) for mentions, step in _mentions(document)]
    subject = document_subject(document)
    if wrong := [result for result in results if isinstance(result, Statement)]:
        details = tuple(_evidence(statement) for statement in wrong)
        yield subject.fails(
            RULE, place=wrong[0].place, expected=details[0]["expected"], actual=details[0]["actual"], details=details,
        )
    elif None in results:
        yield subject.passes(RULE)
    else:
        yield subject.skips(RULE, next((result for result in results if isinstance(result, str)), "nothing-to-compare"))   # 1


def contradicted(document: ParsedDocument) -> dict[int, Decimal]:
    """What the tables state, in yuan, of the amounts that this rule tells, by where these begin (`expectations.prose.joined`)."""
    return {
        mention.start: mention.published[0][1] for mentions, step in _mentions(document)
        if isinstance(_result(mentions, step), Statement) for mention in mentions
    }


def _mentions(document: ParsedDocument) -> Iterator[tuple[list[Statement], Decimal]]:
    """What the text states of each figure or account, and by how much the tables may differ from it."""
    by_subject: dict[str, list[Statement]] = {}
    for statement in statements(document):
        by_subject.setdefault(statement.subject, []).append(statement)
    step = max((last_place_of(table) for table in document.tables), default=Decimal(0))
    yield from ((mentions, step) for mentions in by_subject.values())


def _result(mentions: Sequence[Statement], step: Decimal) -> Statement | str | None:
    """None where a mention agrees, the first where all state the same and a table does not, else the reason."""
    if any(mention.ties(step) for mention in mentions):
        return None
    if any(is_slip(mention.amount, amount) for mention in mentions for _, amount in mention.published):
        return "unit-slip"   # 4
    if not all(mention.is_clear for mention in mentions):
        return "subject-unclear"   # 3
    return "several-amounts" if len({mention.amount for mention in mentions}) > 1 else mentions[0]   # 2


def _evidence(statement: Statement) -> dict[str, str]:
    return {"text": statement.text, "expected": yuan(statement.amount) or "", "actual": yuan(statement.published[0][1]) or ""}
