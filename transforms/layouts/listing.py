"""What is known of layouts: which there are, and the words by which tables, columns, labels and levels are recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from transforms.amounts import units
from transforms.layouts import NAMES
from transforms.vocabulary import vocabulary

Rows = list[tuple[str, ...]]


def known() -> dict[str, tuple[tuple[str, ...], Rows]]:
    """List what `yusuan layouts` prints.

    Returns:
        By title: the names of the columns, and the rows. The last column of a list of words names the file that holds them.
    """
    return {
        "Layouts, asked in this order": (("layout", "reads"), [(name, _summary(name)) for name in NAMES]),
        "Kinds of tables, by their titles": (("kind", "title has", "and not", "file"), list(_titles())),
        "Columns of project tables, by their headers": (("column", "headers", "file"), _words("headers", ["roles", "indicator_roles"])),
        "Columns of budget tables, by their headers": (("column", "headers", "file"), _words("tables", ["columns"])),
        "Labels of forms": (("label", "words", "file"), _words("forms", ["roles", "budget_columns"])),
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


def _words(file: str, parts: Iterable[str]) -> Rows:
    words: Mapping[str, Any] = vocabulary(file)
    found = ((role, headers) for part in parts for role, headers in words.get(part, {}).items())
    return [(role, "、".join(map(str, headers)), f"{file}.yaml") for role, headers in found]


def _levels() -> Iterator[tuple[str, ...]]:
    words = vocabulary("indicators")
    for name, also in words["level1"].items():
        yield name, "、".join(also), "indicators.yaml"
    for name, about in words["level2"].items():
        yield f"{about['parent']} / {name}", "、".join(about["also"]), "indicators.yaml"
