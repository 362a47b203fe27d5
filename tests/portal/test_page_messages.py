"""All that the page says is there in both languages, and nothing that it never says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from portal import words
from portal.asking import statement
from portal.lists import LISTS, Filters
from portal.showing import KEYS
from warehouse.tables import REASONS

TEMPLATES = Path(words.__file__).with_name("templates")
CHINESE = re.compile("[一-鿿]")
SAME = {"SQL", "SHA-256", "sha256", "yusuan", "other language", "letter mark"}    # in both languages, or in the other one


def test_every_message_has_both_languages() -> None:
    for name, texts in words.messages().items():
        assert set(texts) == set(words.LANGUAGES), name
        if name not in SAME:
            assert CHINESE.search(texts["zh"]), name
            assert not CHINESE.search(texts["en"]), name


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_that_is_missing(template: Path) -> None:
    text = template.read_text("utf-8")
    named = set(re.findall(r"""\bt\('([^'~]+)'\)""", text))
    assert {name for name in named if not name.endswith(" ")} <= set(words.messages())
    assert not CHINESE.search(text.replace("中文", "")), "words stand in messages.yaml"


def test_every_list_and_filter_has_its_words() -> None:
    wanted = {f"choose {name}" for name in Filters.model_fields} | {f"about {name}" for name in LISTS} | set(LISTS)
    assert wanted <= set(words.messages())


def test_every_column_of_a_list_has_its_words(app: FastAPI) -> None:
    with app.state.copies.current() as asked:
        columns = {
            column for name in LISTS for column in asked.answer(f"{statement(name, **Filters().values('zh'))} LIMIT 0").columns
        }
    assert columns - KEYS <= set(words.messages())


def test_no_reason_counts_one_in_the_plural() -> None:
    assert not [name for name, text in REASONS.items() if re.search(r"\{count\} \w", text["en"])]
