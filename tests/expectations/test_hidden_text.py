"""Hidden text in and beside tables is told, the first ones of many."""

from __future__ import annotations

from published import document, project

from expectations.messages import message
from expectations.rules.hidden_text import MOST, check
from transforms.grid import TextLine
from transforms.records import ParsedDocument, ParseError


def test_a_document_that_shows_all_passes() -> None:
    assert [outcome.status for outcome in check(document([project("人大会议经费|33.00|33.00||")]))] == ["pass"]


def test_hidden_texts_are_told_at_the_first_ones_place() -> None:
    parsed = document([project("人大会议经费|33.00|33.00||")])
    parsed.hidden = [TextLine(f"{number}.00", page=2) for number in range(9)]
    (outcome,) = check(parsed)
    assert (outcome.status, outcome.place.page, len(outcome.details)) == ("fail", 2, MOST)
    assert "9 处看不见或者被划去的文字" in message(outcome, "zh")


def test_a_document_that_was_not_read_does_not_apply() -> None:
    parsed = ParsedDocument("a.pdf", None, "pdf", errors=[ParseError("damaged-file", "")])
    assert [outcome.reason for outcome in check(parsed)] == ["not-read"]
