"""Words are found by the index of the published copy just as by reading all texts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from batches import ZX, Batch, Night, Project

from portal.asking import Asked
from portal.copies import Copies
from portal.lists import LISTS, Filters
from warehouse import query, questions, searching
from warehouse.store import Warehouse

SIGNS = "城市河道养护补助城河市养AbaBİß12３≥% 😀é"
LISTS_OF_TEXTS = ("projects", "indicators", "unit_costs")


def text(draw: Random, most: int) -> str:
    return "".join(draw.choices(SIGNS, k=draw.randint(1, most)))


def project(draw: Random) -> Project:
    targets = [("产出指标", text(draw, 4), ">=", "20", "项", text(draw, 4)) for _ in range(draw.randint(0, 3))]
    return Project(text(draw, 7), str(Decimal(draw.randint(100, 999))), draw.choice([None, text(draw, 9)]), targets)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of texts of few signs, published anew and once more after a document was read again and another one came."""
    draw, folder = Random(1), tmp_path_factory.mktemp("searching")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        night = Night(warehouse)
        first = Batch()
        for number in range(4):
            first.add(f"{number}.txt", [project(draw) for _ in range(12)], fiscal_year=2020 + number)
        night(first)
        warehouse.publish(folder / "yusuan.duckdb")
        night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add("0.txt", [project(draw) for _ in range(9)], fiscal_year=2020)
              .add("9.txt", [project(draw) for _ in range(9)], department_id=ZX))
        warehouse.publish(folder / "yusuan.duckdb")
    return folder / "yusuan.duckdb"


@pytest.fixture(params=[0, 5, searching.MOST_LED])
def asked(copy: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """The copy, where a pair leads to nothing, to what it has few of, or always."""
    monkeypatch.setattr(searching, "MOST_LED", request.param)
    copies = Copies(copy, query.Limits(20, 512))
    with copies.current() as found:
        yield found
    copies.close()


@pytest.mark.parametrize("name", LISTS_OF_TEXTS)
def test_the_index_finds_what_reading_all_texts_finds(asked: Asked, name: str) -> None:
    draw, hits = Random(2), 0
    for _ in range(12):
        listed = LISTS[name].asked(Filters(words=" ".join(text(draw, 3) for _ in range(draw.choice([1, 1, 2])))), "zh")
        if not listed.values["words"]:
            continue
        read = asked.answer(listed.rows())
        assert asked.answer(asked.led(listed).rows()) == read
        for offset in (0, 5, len(read.rows)):
            assert asked.page(listed, 5, offset) == (query.Result(read.columns, read.rows[offset:offset + 5]), len(read.rows))
        hits += len(read.rows)
    assert hits > 10


def test_a_search_finds_what_reading_all_texts_finds(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, hits = Random(3), 0
    for _ in range(12):
        words = text(draw, 3)
        if words.strip():
            found = questions.search(asked.copy, words, 9).rows
            with monkeypatch.context() as patched:
                patched.setattr(questions, "words_of", lambda _, written: [searching.unled(word) for word in written])
                assert found == questions.search(asked.copy, words, 9).rows
            hits += len(found)
    assert hits > 10


@pytest.mark.parametrize(("word", "is_pair", "has_pair"), [
    ("河道", True, True), ("河", False, False), ("12", False, False), ("河道养护", False, True), ("第1项", False, False), ("PPP", False, True),
])
def test_a_word_without_a_pair_is_looked_for_in_all_texts(asked: Asked, word: str, *, is_pair: bool, has_pair: bool) -> None:
    [found] = searching.words_of(asked.answer, [word])
    assert (found.is_pair, found.pair is not None) == (is_pair, has_pair)
