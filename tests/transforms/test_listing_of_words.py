"""Each meaning by which labels are read has a list of words in which an assumed reading can be confirmed."""

from __future__ import annotations

import pytest

from transforms.layouts.listing import lists_with
from transforms.tables.meanings import word_of
from transforms.vocabulary import vocabulary


@pytest.mark.parametrize("role", vocabulary("roles")["roles"])
def test_a_word_that_is_read_as_a_known_one_has_a_list_to_be_confirmed_in(role: str) -> None:
    for place in ("row", "form"):
        word = word_of(role, place)
        found = lists_with(word)
        assert found, word
        assert all(word in listed.words for listed in found)
