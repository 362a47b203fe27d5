"""The inbox: lines that outlive crashes, people at the same time, and a slip of somebody's editor."""

from __future__ import annotations

from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest
from pydantic import ValidationError

from issues.decisions import Acknowledged, Commented, Muted, append, read

KNOWN = "0" * 64


def test_what_is_appended_is_read_again_in_order(tmp_path: Path) -> None:
    inbox = tmp_path / "data" / "decisions.jsonl"
    decided = [
        Acknowledged(person="王某", fingerprint=KNOWN), Muted(person="王某", fingerprint=KNOWN, muted_until=date(2026, 3, 1)),
        Commented(person="李某", fingerprint=KNOWN, event_note="一行\n两行"),
    ]
    for decision in decided:
        append(inbox, decision)
    assert read(inbox) == (decided, [])
    assert inbox.read_bytes().count(b"\n") == 3


def test_no_inbox_holds_no_decision(tmp_path: Path) -> None:
    assert read(tmp_path / "decisions.jsonl") == ([], [])


@pytest.mark.parametrize("line", [
    b"{", b"\xff", b"{}", b'{"event": "deleted"}', b'{"event": "acknowledged", "person": "x", "fingerprint": "../../etc"}',
])
def test_a_line_that_is_no_decision_is_told_and_spoils_no_other(tmp_path: Path, line: bytes) -> None:
    inbox = tmp_path / "decisions.jsonl"
    inbox.write_bytes(line)    # without its end: the disk was full
    append(inbox, Acknowledged(person="王某", fingerprint=KNOWN))
    decisions, problems = read(inbox)
    assert len(decisions) == 1
    assert len(problems) == 1
    assert problems[0].startswith("decisions.jsonl: line 1 is no decision")


def test_a_decision_without_a_person_is_none() -> None:
    with pytest.raises(ValidationError):
        Acknowledged(person="  ", fingerprint=KNOWN)


def _append_many(inbox: Path, person: str) -> None:
    for _ in range(50):
        append(inbox, Commented(person=person, fingerprint=KNOWN, event_note="备注" * 500))


def test_people_who_decide_at_the_same_time_all_have_their_lines(tmp_path: Path) -> None:
    inbox = tmp_path / "decisions.jsonl"
    people = [get_context("fork").Process(target=_append_many, args=(inbox, name)) for name in ("王某", "李某")]
    for process in people:
        process.start()
    for process in people:
        process.join()
    decisions, problems = read(inbox)
    assert (len(decisions), problems) == (100, [])


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f"])
def test_a_reason_holds_no_control_characters(sign: str) -> None:
    with pytest.raises(ValidationError):
        Commented(person="李某", fingerprint=KNOWN, event_note=f"一行{sign}一行")
    assert Commented(person="李某", fingerprint=KNOWN, event_note="一行\r\n两行\t三").event_note == "一行\r\n两行\t三"
