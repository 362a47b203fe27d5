"""The same booklet gives the same records in every format."""

from __future__ import annotations

from functools import cache

import pytest

from tests.transforms.booklets import booklet
from tests.transforms.many_formats import WRITERS, Records, expected, written_and_read

SEEDS = (2, 11)    # between them: every kind of table, every layout of codes and projects, both units, both ways to print amounts


@cache
def records(seed: int) -> Records:
    return expected(booklet(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_booklet_is_read_whole(seed: int) -> None:
    document = records(seed).document
    assert len(document["tables"]) >= 4
    assert document["projects"]
    assert not [finding for finding in document["findings"] if finding[0] in ("unread-cells", "uncertain-reading", "missing-unit")]


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_content_gives_the_same_records_in_every_format(ending: str) -> None:
    for seed in SEEDS:
        assert written_and_read(booklet(seed), ending) == records(seed)
