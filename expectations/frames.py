"""The frames of a batch: one row per record, as they are validated and loaded.

`*_no` are positions: `document_no` in the batch, `table_no`, `project_no`, `total_no`, `line_no` and `indicator_no` in the
document, each from 0. Amounts are decimal strings in yuan, boxes are JSON `[left, top, right, bottom]` in points, `words` of a finding JSON
objects as `outcome.Word`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from expectations.outcome import STATUSES, SUBJECTS
from expectations.rows import DocumentRows, Row
from expectations.rules import DOCUMENT_RULES

Dtype = str | pd.CategoricalDtype

TEXT, NUMBER, FLAG = "str", "Int64", "boolean"
# A batch has millions of outcomes: comparing texts would take most of the time of validating it.
RULE, SUBJECT, STATUS = (pd.CategoricalDtype(list(names)) for names in (DOCUMENT_RULES, SUBJECTS, STATUSES))
PLACE: dict[str, Dtype] = {"page": NUMBER, "row": NUMBER, "box": TEXT}

# `outcome`, `evidence` and `verbatim` are for the suite alone: what each rule said of each subject, each record, and for each document the
# records as they are printed, packed (`rows.unpacked`), in the order of its rows of `evidence`.
FRAMES: dict[str, dict[str, Dtype]] = {
    "document": {
        "document_no": NUMBER, "sha256": TEXT, "file": TEXT, "format": TEXT, "page_count": NUMBER, "department_name": TEXT,
        "fiscal_year": NUMBER, "stage": TEXT, "outcome": TEXT, "error_code": TEXT, "error_message": TEXT, "notice": TEXT,
    },
    "table": {
        "document_no": NUMBER, "table_no": NUMBER, "table_kind": TEXT, "title": TEXT, "unit": TEXT, "page_first": NUMBER,
        "page_last": NUMBER, "is_empty": FLAG, "note": TEXT,
    },
    "line": {
        "document_no": NUMBER, "table_no": NUMBER, "line_no": NUMBER, "side": TEXT, "account_code": TEXT, "label": TEXT,
        "column_path": TEXT, "amount_yuan": TEXT, "total_kind": TEXT, **PLACE,
    },
    "project": {
        "document_no": NUMBER, "project_no": NUMBER, "table_no": NUMBER, "project_name": TEXT, "project_code": TEXT, "unit_name": TEXT,
        "amount_yuan": TEXT, "goal": TEXT, **PLACE, "published_text": TEXT,
    },
    "funding": {"document_no": NUMBER, "project_no": NUMBER, "funding_source": TEXT, "amount_yuan": TEXT, **PLACE},
    "indicator": {
        "document_no": NUMBER, "project_no": NUMBER, "indicator_no": NUMBER, "level1": TEXT, "level2": TEXT, "indicator_name": TEXT,
        "operator": TEXT, "value": TEXT, "value_high": TEXT, "unit": TEXT, "kind": TEXT, "target_text": TEXT, "published_text": TEXT,
        **PLACE,
    },
    "total": {
        "document_no": NUMBER, "total_no": NUMBER, "table_no": NUMBER, "label": TEXT, "total_kind": TEXT, "funding_source": TEXT,
        "amount_yuan": TEXT, **PLACE,
    },
    "stated_change": {
        "document_no": NUMBER, "statement_no": NUMBER, "figure": TEXT, "amount_yuan": TEXT, "stated_change_yuan": TEXT, "step_yuan": TEXT,
        "compared_with": TEXT, "compared_year": NUMBER, "is_certain": FLAG, "published_text": TEXT, **PLACE,
    },
    "finding": {
        "document_no": NUMBER, "rule": TEXT, "severity": TEXT, "subject": TEXT, "subject_no": NUMBER, "label": TEXT, "message_zh": TEXT,
        "message_en": TEXT, "remedy_zh": TEXT, "remedy_en": TEXT, "expected": TEXT, "actual": TEXT, "difference": TEXT,
        "published_text": TEXT, "words": TEXT, **PLACE,
    },
    "outcome": {
        "document_no": NUMBER, "rule": RULE, "subject": SUBJECT, "subject_no": NUMBER, "status": STATUS, "reason": TEXT, "is_certain": FLAG,
    },
    "evidence": {"document_no": NUMBER, "subject": TEXT, "subject_no": NUMBER, "table_no": NUMBER},
    "verbatim": {"document_no": NUMBER, "packed": "object"},
}


def build_frames(batch: Sequence[DocumentRows]) -> dict[str, pd.DataFrame]:
    """Make the frames of `FRAMES` from the rows of documents.

    Args:
        batch: what `rows.rows_of` gave for each.

    Returns:
        Every frame with all its columns, also where it has no rows.
    """
    documents = [document.columns() for document in batch]
    frames = {name: _joined(name, documents) for name in FRAMES if name != "verbatim"}
    return {**frames, "verbatim": frame("verbatim", [(number, document.verbatim) for number, document in enumerate(batch)])}


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """A frame of `FRAMES` from its rows."""
    return pd.DataFrame(list(rows), columns=list(FRAMES[name])).astype(FRAMES[name])


def _joined(name: str, documents: Sequence[Mapping[str, tuple[Sequence[Any], ...]]]) -> pd.DataFrame:
    """One frame of all documents."""
    parts = [(number, columns[name]) for number, columns in enumerate(documents) if name in columns]
    if not parts:
        return frame(name, [])
    first, *others = FRAMES[name]
    numbers = np.repeat([number for number, _ in parts], [len(columns[0]) for _, columns in parts])
    joined: dict[str, Any] = {first: numbers}
    for place, column in enumerate(others):
        joined[column] = list(chain.from_iterable(columns[place] for _, columns in parts))
    return pd.DataFrame({column: pd.array(values, dtype=FRAMES[name][column]) for column, values in joined.items()})
