"""Invented documents in other words (tests/words) are read as the truth says, or say that they are in doubt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expectations.checks import check, findings
from transforms.parse import parse_document
from transforms.records import contract

WORDS = Path(__file__).parents[1] / "words"
DOCUMENTS = sorted(path for path in WORDS.iterdir() if path.suffix not in (".json", ".md"))
SOURCES = ("fiscal_appropriation", "special_account", "other")
READS = ("name", "amount", "goal")


def plain(value: object) -> object:
    """A text as it is compared: without white space."""
    return "".join(value.split()) if isinstance(value, str) else value


def said(project: dict[str, Any]) -> tuple[object, ...]:
    """What is compared of a project: a blank source and none are the same."""
    targets = [(plain(one["name"]), one["level1"], one["level2"], one["operator"], one["value"], one["unit"]) for one in project["indicators"]]
    return (*(plain(project[key]) for key in READS), [project["funding"].get(source) for source in SOURCES], targets)


def test_there_are_documents_of_every_layout() -> None:
    assert {path.name.split("_")[1] for path in DOCUMENTS} == {f"L{number}" for number in range(1, 10)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name.split("_", maxsplit=1)[0])
def test_other_words_are_read_or_told(path: Path) -> None:
    truth = json.loads((WORDS / f"{path.name}.truth.json").read_text(encoding="utf-8"))
    document = parse_document(path.name, path.read_bytes())
    found = contract(replace(document, findings=findings(document, check(document))))
    assert found["errors"] == []
    assert [finding for finding in found["findings"] if finding["rule"] == "unread-cells"] == []
    assert [said(project) for project in found["projects"]] == [said(project) for project in truth["projects"]]
