"""The words that layouts, amounts and indicators know, kept as data files beside this module (each documents its own keys)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class VocabularyError(Exception):
    """A file of words that cannot be used; the message has a line per mistake, with file and line."""


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """Load a data file once per process.

    Args:
        name: of the file, such as `money` or `headers`.

    Raises:
        VocabularyError: the file says what schema.yaml does not allow; the message has file and line.
    """
    from transforms.vocabulary.loading import load  # YAML costs more than the rest of the parser together, so only when a document is read

    words: dict[str, Any] = load(FOLDER / f"{name}.yaml", _schema().get(name))
    return words


def check() -> None:
    """Load every file, before anything is read by a wrong one.

    Raises:
        VocabularyError: a file says what schema.yaml does not allow; the message has file and line.
    """
    problems = []
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            vocabulary(path.stem)
        except VocabularyError as error:
            problems.append(str(error))
    if problems:
        raise VocabularyError("\n".join(problems))


@cache
def _schema() -> dict[str, Any]:
    from transforms.vocabulary.loading import load

    schema: dict[str, Any] = load(FOLDER / "schema.yaml")["files"]
    return schema


def any_of(words: list[str]) -> str:
    """A pattern that matches any of the words, the longest that fits."""
    return _any_of(tuple(words))


@cache
def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
