"""A document whose bytes end too early is told as that, and not as damaged besides."""

from __future__ import annotations

from published import document, project

from expectations.messages import message
from expectations.rules import incomplete_document, unreadable_document
from transforms.records import ParsedDocument, ParseError


def failed(code: str) -> ParsedDocument:
    return ParsedDocument("a.html", None, "html", errors=[ParseError(code, "The page ends inside a table.")])


def test_a_whole_document_passes() -> None:
    assert [outcome.status for outcome in incomplete_document.check(document([project("人大会议经费|33.00|33.00||")]))] == ["pass"]


def test_a_cut_document_fails_once() -> None:
    (cut,) = incomplete_document.check(failed("incomplete-document"))
    assert cut.status == "fail"
    assert "page" not in message(cut, "zh")    # a reader's own sentence is English: it is for maintainers
    assert [outcome.status for outcome in unreadable_document.check(failed("incomplete-document"))] == ["pass"]


def test_other_damage_is_another_rule() -> None:
    assert [outcome.status for outcome in incomplete_document.check(failed("damaged-file"))] == ["not_applicable"]
    assert [outcome.status for outcome in unreadable_document.check(failed("damaged-file"))] == ["fail"]
