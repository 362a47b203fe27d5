"""The cookbook says what a night on the samples answers today."""

from __future__ import annotations

from pathlib import Path

from docs.generate import FOLDER
from warehouse import cookbook, query


def test_the_cookbooks_answers_are_those_of_the_samples(night: tuple[Path, str]) -> None:
    with query.connect(night[0] / "published" / "yusuan.duckdb") as copy:
        assert (FOLDER / "cookbook.md").read_text(encoding="utf-8") == cookbook.render(copy), "run `make cookbook`"


def test_there_are_questions_of_everybody() -> None:
    asked = cookbook.recipes()
    assert len(asked) == 26
    assert {recipe.who for recipe in asked} == set(cookbook.WHO)
    assert [recipe.name for recipe in asked if not (recipe.zh and recipe.en and recipe.sql.startswith(("SELECT", "WITH")))] == []
