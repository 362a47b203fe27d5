"""How templates show rows: which columns, in what look, and where a cell leads."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.asking import records
from portal.charts import HEIGHT, WIDTH, bars, shares
from portal.words import COMPARED
from warehouse.query import Result
from warehouse.tables import FIELDS, TABLE_KINDS

TEMPLATES = Path(__file__).with_name("templates")
# Columns that say where a row is from and what it belongs to; they become links and are not shown by themselves.
KEYS = {"fingerprint", "document_key", "project_no", "table_no", "department_id", "box", "page", "row"}
# Columns whose cells lead to the page of what they name.
LEADING = {
    "department_name": "department", "project_name": "project", **dict.fromkeys(("rule", "event"), "problem"),
    **dict.fromkeys(("file_name", "version_no", "address", "title"), "document"),
}
WORDS = {"happened_at", "event", "person", "muted_until", "stage", "fiscal_year", "severity", "status", "is_complete"}
PROSE = {"message", "remedy", "goal", "incomplete_reasons", "published_text", "note"}


def templates() -> Environment:
    """The templates, with what they may ask of rows."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    made.filters["as_yaml"] = _as_yaml
    made.globals.update(
        CHART=(WIDTH, HEIGHT), bars_of=bars, shares_of=shares, TABLE_KINDS=TABLE_KINDS,
        FUNDING_SOURCES=FIELDS["funding_source"].values, columns_of=columns_of, place=place_of, parts_of=records,
        link=link_of, url=urlencode,
    )
    return made


def mark_of(record: dict[str, Any]) -> str:
    """A short name of a place on a page."""
    return hashlib.sha256(str(record.get("box") or record["row"]).encode()).hexdigest()[:10]


def place_of(record: dict[str, Any], *, with_cells: bool = False) -> str | None:
    """The address of the place in the original that a row is from; `with_cells` also shows what became of each cell there."""
    if record.get("document_key") is None:
        return None
    document = f"/documents/{record['document_key']}"
    if record.get("page") is None:
        meant = {name: record[column] for name, column in (("row", "row"), ("table", "table_no")) if record.get(column) is not None}
        return f"{document}/grid?{urlencode(meant)}#row" if meant else None
    is_marked = bool(record.get("box") or record.get("row"))
    asked = {**({"at": mark_of(record)} if is_marked else {}), **({"cells": "true"} if with_cells else {})}
    return f"{document}/pages/{record['page']}{'?' * bool(asked)}{urlencode(asked)}{'#at' * is_marked}"


def _as_yaml(words: Sequence[str]) -> str:
    """Words as a file of the vocabulary lists them; one that means something to YAML, or holds a comma, stands in quotation marks."""
    return ", ".join(word if re.fullmatch(r"[^\W\d][\w（）/、]*", word) else json.dumps(word, ensure_ascii=False) for word in words)


def link_of(record: dict[str, Any], column: str) -> str | None:
    """The address of what a cell of a list names; only that of a column in `LEADING` can have one."""
    match LEADING.get(column):
        case "department" if record.get("department_id"):
            return f"/departments/{quote(str(record['department_id']), safe='')}"
        case "project" if record.get("document_key") is not None and record.get("project_no") is not None:
            return f"/projects/{record['document_key']}/{record['project_no']}"
        case "problem" if record.get("fingerprint"):
            return f"/problems/{record['fingerprint']}"
        case "document" if record.get("document_key") is not None:
            return f"/documents/{record['document_key']}"
    return None


class ShownColumn(NamedTuple):
    """A column of a table as a page shows it: `look` is its class in the style sheet."""

    name: str
    look: str
    may_lead: bool


def columns_of(found: Result, without: Sequence[str]) -> list[ShownColumn]:
    """What is shown of an answer, but for some columns."""
    return [
        ShownColumn(name, _look(name), name in LEADING) for name in found.columns if name not in KEYS and name not in without
    ]


def _look(column: str) -> str:
    if column.endswith(("_yuan", "_count", "_rate")) or column == "seconds":
        return "number"
    if column in COMPARED:
        return "compared"
    return "word" if column in WORDS else "prose" if column in PROSE else "text"
