"""A share or a change in per cent that the text states is the one that the amounts beside it give, and goes the way that they go.

Judged are `收入预算876.40万元，比上年增加21.30万元，增长2.49%`, `支出预算100万元，其中：基本支出60万元，占60%；项目支出40万元，占40%` and
`基本支出占支出预算的60.00%`, where tables state both (`expectations.claims`); the amounts themselves are held against the tables by
`prose-ties-to-tables`. The document is one outcome; each wrong statement is a detail.

Skipped:
1. A text without such statements.
2. A change from nothing, about, or on another basis (同口径, 剔除); one that may be of another amount of its clause, unless its percentage
   is that of the next one but for a slip of the pen, and no other amount gives it.
3. Shares of which it is not certain of what: the parts do not give the whole, and more than one does not hold. A whole that the text names
   is certain where the percentage is its own but for a slip of the pen, and no amount near it gives it.
4. A percentage that holds beside the table's amount, where `prose-ties-to-tables` tells that of the text: that is the cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from expectations.claims import Claim, changes, shares, wrong
from expectations.outcome import Outcome, document_subject
from expectations.prose import joined, shares_of_figures
from expectations.rules.prose_ties_to_tables import contradicted
from transforms.records import ParsedDocument

RULE = "prose-adds-up"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a document with a percentage that its amounts do not give, by more than rounding explains."""
    text, place_of = joined(document.prose)
    claims = _claims(document, text)
    subject = document_subject(document)
    if not claims:
        yield subject.skips(RULE, "nothing-stated")   # 1, 2, 3
        return
    failing = wrong(claims)
    if failing and (amounts := contradicted(document)):    # 4
        mended = _claims(document, _with_amounts(text, amounts))
        if len(mended) == len(claims):
            failing = [claim for claim in failing if not mended[claims.index(claim)].holds]
    if failing:
        yield subject.fails(RULE, place=place_of(failing[0].start), details=tuple(map(_evidence, failing)))
    else:
        yield subject.passes(RULE)


def _claims(document: ParsedDocument, text: str) -> list[Claim]:
    """The statements in their order; a share may be one of an enumeration and of a whole that it names."""
    found = [*shares_of_figures(document, text), *shares(text), *changes(text)]
    return [claim for _, claim in sorted({claim.start: claim for claim in found}.items())]


def _with_amounts(text: str, amounts: Mapping[int, Decimal]) -> str:
    """The text with other amounts, in yuan by where those begin that they take the place of."""
    for start in sorted(amounts, reverse=True):
        text = text[:start] + re.sub(r"\A[0-9,.]+[万亿千]?元", f"{amounts[start]}元", text[start:])
    return text


def _evidence(claim: Claim) -> dict[str, str]:
    return {"text": claim.text, "given": f"{claim.given:.2f}%", "fault": "reversed" if claim.is_reversed else "another"}
