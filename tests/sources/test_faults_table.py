"""The table of faults in docs/pulling.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_test_that_the_table_of_faults_names_is_there() -> None:
    table = (TESTS.parent / "docs/pulling.md").read_text(encoding="utf-8").partition("## Faults")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(test_\w+)`", table))
    written = {name for file in TESTS.rglob("test_*.py") for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)}
    assert len(named) > 30
    assert sorted(named - written) == []
