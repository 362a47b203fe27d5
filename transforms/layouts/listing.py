"""What is known of layouts: which there are, and the words by which tables, columns, labels and levels are recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from transforms.amounts import units
from transforms.layouts import NAMES
from transforms.vocabulary import vocabulary

Rows = list[tuple[str, ...]]
# By file: the parts that list, for each meaning, the words that are known to have it.
_PARTS = {"headers": ("roles", "indicator_roles"), "tables": ("columns",), "forms": ("roles", "budget_columns")}


class WordList(NamedTuple):
    """A list of words that have one meaning: `words` stand in the file's `part` under `meaning`."""

    file: str
    part: str
    meaning: str
    words: tuple[str, ...]


def lists_with(word: str) -> list[WordList]:
    """The lists that a known word stands in: what is read as that word is confirmed by a place in one of them.

    Args:
        word: as an assumed reading names it.

    Returns:
        Several where columns of tables and labels of forms, or columns of several kinds of tables, share the word.
    """
    return [
        WordList(f"{file}.yaml", part, meaning, tuple(map(str, words)))
        for file, parts in _PARTS.items() for part in parts for meaning, words in vocabulary(file).get(part, {}).items() if word in words
    ]


def known() -> dict[str, tuple[tuple[str, ...], Rows]]:
    """List what `yusuan layouts` prints.

    Returns:
        By title: the names of the columns, and the rows. The last column of a list of words names the file that holds them.
    """
    return {
        "Layouts, asked in this order": (("layout", "reads"), [(name, _summary(name)) for name in NAMES]),
        "Kinds of tables, by their titles": (("kind", "title has", "and not", "file"), list(_titles())),
        "Columns of project tables, by their headers": (("column", "headers", "file"), _words("headers")),
        "Columns of budget tables, by their headers": (("column", "headers", "file"), _words("tables")),
        "Labels of forms": (("label", "words", "file"), _words("forms")),
        "Levels of indicators": (("level", "also", "file"), list(_levels())),
        "Units of money": (("unit", "yuan", "file"), [(unit, f"{yuan:,}", "money.yaml") for unit, yuan in units().items()]),
    }


def _summary(name: str) -> str:
    text = import_module(f"transforms.layouts.{name}").__doc__ or ""
    return " ".join(text.partition("\n\n")[0].split())


def _titles() -> Iterator[tuple[str, ...]]:
    for rule in vocabulary("tables")["titles"]:
        has = rule.get("has") or rule.get("is") or []
        yield rule["kind"], " + ".join(has), ", ".join(rule.get("not", [])), "tables.yaml"


def _words(file: str) -> Rows:
    words: Mapping[str, Any] = vocabulary(file)
    found = ((role, headers) for part in _PARTS[file] for role, headers in words.get(part, {}).items())
    return [(role, "、".join(map(str, headers)), f"{file}.yaml") for role, headers in found]


def _levels() -> Iterator[tuple[str, ...]]:
    words = vocabulary("indicators")
    for name, also in words["level1"].items():
        yield name, "、".join(also), "indicators.yaml"
    for name, about in words["level2"].items():
        yield f"{about['parent']} / {name}", "、".join(about["also"]), "indicators.yaml"
