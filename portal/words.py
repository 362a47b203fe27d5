"""What the page says, in Chinese and English (`messages.yaml`), and how it writes values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import yaml
from markupsafe import Markup, escape
from starlette.requests import Request

from issues.decisions import CHINA
from transforms.funding import funding_sources
from warehouse.tables import TABLE_KINDS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Titles = Mapping[str, Mapping[Language, str]]    # of rules, by their identifiers
LISTED: Mapping[str, Mapping[str, Mapping[str, str]]] = {    # what is declared with its names, by the column
    "table_kind": TABLE_KINDS, "funding": {source.key: {"zh": source.zh, "en": source.en} for source in funding_sources()},
}
MESSAGES = Path(__file__).with_name("messages.yaml")


def language_of(request: Request) -> Language:
    """The language that a request names, or the browser remembers; the first of `LANGUAGES` otherwise."""
    wanted = request.query_params.get("lang") or request.cookies.get("lang")
    return next((language for language in LANGUAGES if language == wanted), LANGUAGES[0])


@cache
def messages() -> dict[str, dict[str, str]]:
    """Each message by its name, then by language."""
    found: dict[str, dict[str, str]] = yaml.load(MESSAGES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


def said(name: str, language: Language) -> str:
    """A message; a name that has none (a document's own word) is said as it is."""
    return messages().get(name, {}).get(language, name)


def shown(value: object, column: str, language: Language, titles: Titles = MappingProxyType({})) -> Markup:
    """A value of a column as people read it, escaped; times, which the warehouse has in UTC, are those of China.

    Args:
        value: of the warehouse.
        column: its name; empty for answers to somebody's own question, whose times stay as they are.
        language: of the page.
        titles: those of the rules.
    """
    if value is None:
        return Markup('<span class="none">—</span>')
    if column in LISTED or column == "rule":
        return escape(LISTED.get(column, titles).get(str(value), {}).get(language, value))
    return escape(_written(value, column, language))


def _written(value: object, column: str, language: Language) -> str:
    match value:
        case bool():
            return said("yes" if value else "no", language)
        case Decimal():
            return f"{value:,.2f}" if column.endswith("_yuan") else f"{value:,f}"
        case int() if column.endswith("_count"):
            return f"{value:,}"
        case datetime():
            return f"{_in_china(value) if column else value:%Y-%m-%d %H:%M}"
        case str() if column in SAID:
            return said(value, language)
        case str() if column in COMPARED and AMOUNT.fullmatch(value):
            value = f"{Decimal(value):,}"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _in_china(time: datetime) -> datetime:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(CHINA)


# What a rule compared: texts, of which amounts are those with two decimals; a year or a code is none.
COMPARED, AMOUNT = {"expected", "actual", "difference"}, re.compile(r"-?\d+\.\d\d")
# Columns whose values are words of the warehouse, not of documents.
SAID = {"event", "role", "why", "stage", "status", "severity", "state", "figure", "kind", "standing", "outcome", "side", "what", "change"}
