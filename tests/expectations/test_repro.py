"""The smallest inputs that once went wrong (tests/repro): what must come of each, and nothing critical besides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations.checks import check, findings
from transforms.parse import parse_document
from transforms.records import contract

FOLDER = Path(__file__).parents[1] / "repro"
CASES = sorted(FOLDER.glob("*.expected.json"))
FOR_READERS = {"must_not", "note"}


def read(path: Path) -> dict[str, Any]:
    """A document as `yusuan parse` prints it, with all critical findings under `critical`."""
    document = parse_document(path.name, path.read_bytes())
    document.findings = findings(document, check(document))
    printed = contract(document)
    return {**printed, "critical": [finding for finding in printed["findings"] if finding["severity"] == "critical"]}


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where what was found is not as expected; what the expectation does not name is not compared."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if key == "lines_among":
                yield from (f"{path}.lines: no {line}" for line in value if not any(not list(differences(line, each)) for each in found["lines"]))
            elif key not in FOR_READERS:
                yield from differences(value, found.get(key), f"{path}.{key}")
    elif isinstance(expected, list):
        if len(expected) != len(found):
            yield f"{path}: {len(expected)} expected, found {found}"
        for place, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from differences(one, other, f"{path}[{place}]")
    elif expected != found:
        yield f"{path}: {expected!r} expected, found {found!r}"


@pytest.mark.parametrize("case", CASES, ids=[case.name.removesuffix(".expected.json") for case in CASES])
def test_what_once_went_wrong_is_right(case: Path) -> None:
    expected = json.loads(case.read_text(encoding="utf-8"))
    found = read(case.with_name(case.name.removesuffix(".expected.json")))
    if "findings" in expected:
        expected["critical"] = [finding for finding in expected.pop("findings") if finding["severity"] == "critical"]
    assert list(differences(expected, found)) == []


def test_every_input_says_what_must_come_of_it() -> None:
    inputs = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    assert {case.name for case in CASES} == {f"{name}.expected.json" for name in inputs if not name.endswith(".expected.json")}
