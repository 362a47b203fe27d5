"""The words that layouts, amounts and indicators know, kept as data files beside this module (each documents its own keys)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """Load a data file once per process.

    Args:
        name: `money`, `headers`, `tables`, `surroundings` or `indicators`.
    """
    import yaml  # costs more than the rest of the parser together, so only when a document is read

    text = Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return words


def any_of(words: list[str]) -> str:
    """A pattern that matches any of the words, the longest that fits."""
    return _any_of(tuple(words))


@cache
def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
