from __future__ import annotations

from published import document

from expectations.messages import message
from expectations.rules.unreadable_document import check
from transforms.records import ParseError


def test_a_document_that_was_read_passes() -> None:
    assert [outcome.status for outcome in check(document())] == ["pass"]


def test_a_document_with_an_error_fails_and_finance_is_told_why() -> None:
    [outcome] = check(document(file="garbage.pdf", errors=[ParseError("unknown-format", "The file is of no known format.")]))
    assert outcome.status == "fail"
    assert message(outcome, "zh") == "文件“garbage.pdf”未能完整读取：格式无法识别。未读出的内容没有入库。"


def test_an_error_code_without_words_is_shown_as_it_is() -> None:
    [outcome] = check(document(errors=[ParseError("code-without-words", "a password is needed")]))
    assert ": code-without-words. What" in message(outcome, "en")
